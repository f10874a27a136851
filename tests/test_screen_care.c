/* Headless screens for things that went wrong once: a note on the wrong talk, a
 * paste without an end, a selection that wandered, rows without names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cmd/key.h"
#include "ui_support.h"

static void test_the_wheel_does_not_move_a_note(void **state)
{
    struct ui ui;
    (void)state;
    ui_open(&ui, UI_CATALOG, 24, 100);
    ui_select(&ui, "Building a NoGIL");
    char *key = strdup(ui.app.reader.talk.key);
    ui_keys(&ui, "a");
    ui_type(&ui, "for this talk");
    for (int i = 0; i < 20; i++)
        ui_mouse(&ui, BUTTON_WHEEL_DOWN, 5, 10);
    ui_keys(&ui, "<Enter>");
    assert_string_equal(ui.app.reader.talk.key, key);
    assert_int_equal(ui.app.reader.talk.notes, 2);
    free(key);
    ui_close(&ui);
}

static void test_a_paste_without_an_end(void **state)
{
    struct ui ui;
    (void)state;
    ui_open(&ui, UI_CATALOG, 24, 100);
    ui_key(&ui, TK_PASTE_START);
    ui_keys(&ui, "jjj");
    assert_int_equal(ui.app.list.selected, 0);
    app_tick(&ui.app);
    ui_keys(&ui, "jjj");
    assert_int_equal(ui.app.list.selected, 3);
    ui_keys(&ui, "/");
    ui_key(&ui, TK_PASTE_START);
    app_tick(&ui.app);
    ui_keys(&ui, "<Esc>");
    assert_false(ui.app.prompt.active);
    ui_close(&ui);
}

static void test_a_heading_stays_selected(void **state)
{
    struct ui ui;
    (void)state;
    ui_open(&ui, UI_CATALOG, 24, 100);
    while (
        strcmp(list_heading(&ui.app.list, list_selected(&ui.app.list))->label, "Safety") != 0)
        ui_keys(&ui, "j");
    assert_int_equal(list_selected(&ui.app.list)->kind, LIST_GROUP);
    /* A limit takes headings away before it; the heading is the same. */
    ui_keys(&ui, "&lang:en<Enter>R");
    assert_string_equal(
        list_heading(&ui.app.list, list_selected(&ui.app.list))->label, "Safety");
    ui_close(&ui);
}

/* Talks whose numbers differ by a round number stand side by side. */
static void test_every_row_has_its_name(void **state)
{
    struct ui ui;
    (void)state;
    ui_open(&ui, UI_CATALOG, 300, 100);
    static const char *const groupings[] = { "gt", "gs", "gd", "gr", "gp", "/a" };
    for (size_t i = 0; i < sizeof groupings / sizeof groupings[0]; i++) {
        ui_keys(&ui, groupings[i]);
        for (size_t at = ui.app.list.top; at < ui.app.list.count && at < ui.app.list.top + 298;
             at++)
            if (ui.app.list.rows[at].kind >= LIST_TALK)
                assert_non_null(list_talk(&ui.app.list, at));
        ui_keys(&ui, i + 1 == sizeof groupings / sizeof groupings[0] ? "<Esc>" : "gg");
    }
    ui_close(&ui);
}

static void test_the_mark_follows_delete_and_undo(void **state)
{
    struct ui ui;
    (void)state;
    ui_open(&ui, UI_CATALOG, 40, 100);
    ui_select(&ui, "Building a NoGIL");
    ui_keys(&ui, "asecond<Enter>athird<Enter>[");
    const struct note *note = reader_note(&ui.app.reader);
    assert_string_equal(note->body, "second");
    int64_t id = note->id;
    ui_keys(&ui, "D");
    assert_string_equal(reader_note(&ui.app.reader)->body, "third");
    ui_keys(&ui, "u");
    assert_int_equal(reader_note(&ui.app.reader)->id, id);
    ui_assert_status(&ui, "undo: deleted note");
    ui_keys(&ui, "uu");
    ui_assert_status(&ui, "undo: added note");
    ui_close(&ui);
}

/* What is meant stays so where the talk is read again. */
static void test_the_mark_stays_with_its_note(void **state)
{
    static const char *const changes[] = { "s", "w", "r4", "R", ":offset +0:10<Enter>", "" };
    struct ui ui;
    struct err err = { 0 };
    (void)state;
    ui_open(&ui, UI_CATALOG, 24, 80);
    ui_select(&ui, "Building a NoGIL");
    for (int i = 2; i <= 20; i++)
        ui_keys(&ui, "a[1:00] a note<Enter>");
    ui_select(&ui, "Design Pressure");
    ui_select(&ui, "Building a NoGIL");
    ui_keys(&ui, "<Enter>G");
    size_t top = ui.app.reader.text.top;
    app_reload(&ui.app);
    app_reload(&ui.app);
    app_prepare(&ui.app);
    assert_int_equal(ui.app.reader.text.top, top);
    ui_keys(&ui, "[[");
    int64_t id = reader_note(&ui.app.reader)->id;
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        ui_keys(&ui, changes[i]);
        if (changes[i][0] == '\0') {
            assert_true(db_note_delete(ui.db, id - 8, &err));
            app_reload(&ui.app);
            app_prepare(&ui.app);
        }
        const struct note *note = reader_note(&ui.app.reader);
        if (note == NULL || note->id != id)
            fail_msg("%s: note %lld, not %lld", changes[i],
                note != NULL ? (long long)note->id : 0, (long long)id);
    }
    ui_close(&ui);
}

static void test_keys_without_a_width_are_named(void **state)
{
    struct ui ui;
    struct err err = { 0 };
    (void)state;
    ui_open(&ui, UI_CATALOG, 30, 100);
    assert_true(keymap_bind(&ui.keymap, SCOPE_APP, "\xC2\x9B", CMD_star, &err));
    ui_keys(&ui, "?");
    ui_check_grid(&ui);
    struct buf name = { 0 };
    key_add_name(&name, 0x9B);
    assert_string_equal(name.data, "<U+009B>");
    buf_release(&name);
    ui_close(&ui);
}

static void test_a_failed_save_gives_the_text_back(void **state)
{
    struct ui ui;
    struct err err = { 0 };
    (void)state;
    ui_open(&ui, UI_CATALOG, 24, 100);
    ui_select(&ui, "Building a NoGIL");
    struct db *other;
    assert_true(db_open(&other, ui.path, &err));
    ui_keys(&ui, "a");
    ui_type(&ui, "not lost");
    /* Nothing to attach it to any more stands for any save that fails. */
    ui.app.reader.kind = READER_GROUP;
    struct command_call accept = { .id = CMD_accept };
    app_prompt_command(&ui.app, accept.id);
    assert_true(ui.app.prompt.active);
    assert_string_equal(buf_text(&ui.app.prompt.text), "not lost");
    assert_non_null(ui.app.prompt.error);
    ui.app.reader.kind = READER_TALK;
    db_close(other);
    ui_close(&ui);
}

static void test_what_may_follow_a_key(void **state)
{
    struct ui ui;
    (void)state;
    ui_open(&ui, UI_CATALOG, 24, 120);
    ui_keys(&ui, "g");
    ui_assert_status(&ui, "t group-theme");
    ui_keys(&ui, "d");
    ui_assert_status(&ui, "by day");
    ui_keys(&ui, "r");
    ui_assert_status(&ui, "0-5 rate");
    ui_close(&ui);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_wheel_does_not_move_a_note),
        cmocka_unit_test(test_a_paste_without_an_end),
        cmocka_unit_test(test_a_heading_stays_selected),
        cmocka_unit_test(test_every_row_has_its_name),
        cmocka_unit_test(test_the_mark_follows_delete_and_undo),
        cmocka_unit_test(test_the_mark_stays_with_its_note),
        cmocka_unit_test(test_keys_without_a_width_are_named),
        cmocka_unit_test(test_a_failed_save_gives_the_text_back),
        cmocka_unit_test(test_what_may_follow_a_key),
    };
    return cmocka_run_group_tests(tests, ui_group_begin, ui_group_end);
}
