/* Drafts that were left behind: told of at the next start, gone on with, saved where
 * they belong or discarded; what is nothing new is removed. */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "exchange/draft_save.h"
#include "ui_support.h"

static void start_again(struct ui *ui)
{
    struct err err = { 0 };
    struct ui_host host = ui->app.host;
    app_release(&ui->app);
    if (!app_init(&ui->app, ui->db, &ui->options, &ui->keymap, &host, &err))
        fail_msg("%s", err_text(&err));
    ui_resize(ui, 60, 160);
}

/* The editor fails with this in its file. */
static void leave(struct ui *ui, const char *keys, const char *text)
{
    ui->run_status = 1;
    ui->edit_to = text;
    ui_keys(ui, keys);
    assert_non_null(strstr(ui->app.message, "the draft is"));
    ui->run_status = 0;
    ui->edit_to = NULL;
}

static void open_ui(struct ui *ui)
{
    ui_open(ui, UI_CATALOG, 60, 160);
    ui_select(ui, "Building a NoGIL Load Balancer");
}

static void test_go_on(void **state)
{
    struct ui ui;
    (void)state;
    open_ui(&ui);
    leave(&ui, "A", "half a thought");
    start_again(&ui);
    ui_resize(&ui, 24, 80);
    ui_assert_shows(&ui, "1 draft (:draft [save|discard]): a note on Building a NoGIL");
    ui.edit_to = "a whole thought";
    ui_command(&ui, "draft");
    assert_string_equal(ui.edited_from, "half a thought");
    ui_assert_status(&ui, "saved");
    assert_int_equal(support_sql_int(ui.path,
                         "SELECT count(*) FROM note WHERE body ="
                         " 'a whole thought' AND talk_key LIKE '%nogil%'",
                         NULL),
        1);
    assert_int_equal(ui_drafts(&ui), 0);
    start_again(&ui);
    ui_assert_lacks(&ui, ":draft");
    ui_command(&ui, "draft");
    ui_assert_status(&ui, "there is no draft");
    ui_close(&ui);
}

static void test_save_and_discard(void **state)
{
    struct ui ui;
    (void)state;
    open_ui(&ui);
    leave(&ui, "A", "first");
    leave(&ui, "e", "the note, changed");
    start_again(&ui);
    ui_resize(&ui, 24, 80);
    ui_assert_shows(&ui, "2 drafts (:draft [save|discard]), the oldest: a note on");
    ui_resize(&ui, 60, 160);
    ui_command(&ui, "draft later");
    ui_assert_status(&ui, "draft takes save, discard or nothing, not 'later'");
    ui_command(&ui, "draft discard");
    ui_assert_status(&ui, "is gone; 1 left");
    ui_command(&ui, "draft save");
    ui_assert_status(&ui, "saved");
    assert_int_equal(
        support_sql_int(ui.path, "SELECT count(*) FROM note WHERE body = 'first'", NULL), 0);
    assert_int_equal(support_sql_int(ui.path,
                         "SELECT rev FROM note WHERE body ="
                         " 'the note, changed'",
                         NULL),
        2);
    ui_close(&ui);
}

/* The note was changed, or is gone, since: nothing is overwritten or lost. */
static void test_changed_since(void **state)
{
    struct ui ui;
    struct err err = { 0 };
    size_t emptied;
    (void)state;
    open_ui(&ui);
    leave(&ui, "e", "mine");
    int64_t id = ui.app.reader.notes.items[0].id;
    assert_true(db_note_save(ui.db, id, 1, "theirs", &err));
    start_again(&ui);
    ui_command(&ui, "draft save");
    ui_assert_shows(&ui, "-theirs");
    ui_assert_shows(&ui, "+mine");
    ui_keys(&ui, "q");
    ui_select(&ui, "Design Pressure");
    leave(&ui, "e", "of one that went");
    id = ui.app.reader.notes.items[0].id;
    assert_true(db_note_delete(ui.db, id, &err));
    assert_true(db_trash_empty(ui.db, &emptied, &err));
    start_again(&ui);
    ui_assert_status(&ui, "1 draft (:draft [save|discard]): a note");
    ui_command(&ui, "draft save");
    ui_assert_status(&ui, "saved");
    assert_int_equal(support_sql_int(ui.path,
                         "SELECT count(*) FROM note WHERE body ="
                         " 'of one that went'",
                         NULL),
        1);
    ui_close(&ui);
}

static void test_nothing_new(void **state)
{
    struct ui ui;
    (void)state;
    open_ui(&ui);
    ui.run_status = 1;
    ui.edit_to = " \n\n";
    ui_keys(&ui, "A");
    ui_assert_lacks(&ui, "the draft is");
    ui.edit_to = NULL;
    ui_keys(&ui, "e");
    ui_assert_status(&ui, "nothing changed");
    ui_assert_lacks(&ui, "the draft is");
    ui.run_status = 0;
    start_again(&ui);
    ui_assert_lacks(&ui, ":draft");
    assert_int_equal(ui_drafts(&ui), 0);
    ui_close(&ui);
}

/* A note that was being typed when the program ended, and one left by Esc. */
static void test_typed(void **state)
{
    struct ui ui;
    (void)state;
    open_ui(&ui);
    ui_keys(&ui, "a");
    ui_type(&ui, "typed");
    start_again(&ui);
    ui_assert_status(&ui, "1 draft (:draft ");
    ui_command(&ui, "draft save");
    assert_int_equal(
        support_sql_int(ui.path,
            "SELECT count(*) FROM note WHERE body = 'typed' AND talk_key LIKE '%nogil%'", NULL),
        1);
    ui_select(&ui, "Building a NoGIL Load Balancer");
    ui_keys(&ui, "a");
    ui_type(&ui, "second thoughts");
    ui_keys(&ui, "<Esc>");
    ui_assert_status(&ui, "not saved; a then ↑ brings it back");
    ui_keys(&ui, "a<Up>");
    assert_string_equal(buf_text(&ui.app.prompt.text), "second thoughts");
    ui_keys(&ui, "^U<Esc>");
    ui_close(&ui);
}

/* A draft of the first note of the talk at hand, with a text or with the note's own. */
static int64_t leave_of_note(struct ui *ui, const char *text)
{
    struct err err = { 0 };
    struct draft draft;
    const struct note *note = &ui->app.reader.notes.items[0];
    struct draft_place place = { ui->path, NULL, NULL, note->uuid, note->rev };
    assert_true(draft_create(&draft, &place, text != NULL ? text : note->body, &err));
    draft_keep(&draft);
    return note->id;
}

/* What would bring a text back that is in the trash is something new, changed or not. */
static void test_of_a_note_in_the_trash(void **state)
{
    static const char *const texts[] = { NULL, "mine" };
    static const char found[] =
        "SELECT count(*) FROM note WHERE deleted_at = '' AND rtrim(body, char(10)) ="
        " coalesce(?1, (SELECT rtrim(body, char(10)) FROM note WHERE deleted_at <> ''))";
    struct err err = { 0 };
    (void)state;
    for (size_t i = 0; i < SUPPORT_COUNT(texts); i++) {
        struct ui ui;
        open_ui(&ui);
        assert_true(db_note_delete(ui.db, leave_of_note(&ui, texts[i]), &err));
        assert_int_equal(support_sql_int(ui.path, found, texts[i]), 0);
        start_again(&ui);
        ui_assert_status(&ui, "1 draft (:draft [save|discard])");
        ui_command(&ui, "draft save");
        ui_assert_shows(&ui, "was deleted elsewhere meanwhile: yours is kept as note");
        assert_int_equal(support_sql_int(ui.path, found, texts[i]), 1);
        ui_close(&ui);
    }
}

/* What cannot be read is for a person to look at, and stays until then. */
static void test_not_text(void **state)
{
    struct ui ui;
    (void)state;
    open_ui(&ui);
    leave(&ui, "A", "caf\xE9");
    start_again(&ui);
    ui_assert_status(&ui, "1 draft (:draft [save|discard])");
    ui_command(&ui, "draft save");
    ui_assert_status(&ui, "is not UTF-8 text; it is kept in");
    assert_int_equal(ui_drafts(&ui), 1);
    ui_command(&ui, "draft discard");
    ui_close(&ui);
}

/* The database takes no note: its text stays a draft, until it does. */
static void test_not_saved(void **state)
{
    struct ui ui;
    (void)state;
    open_ui(&ui);
    /* abs() of the least number is an error. */
    support_sql(ui.path, "CREATE INDEX no ON note (abs(CASE body WHEN 'at the wrong moment'"
                         " THEN -9223372036854775807 - 1 ELSE 0 END))");
    ui.edit_to = "at the wrong moment";
    ui_keys(&ui, "A");
    ui_assert_status(&ui, "integer overflow; the text is kept in");
    assert_int_equal(ui_drafts(&ui), 1);
    ui_command(&ui, "draft save");
    ui_assert_status(&ui, "integer overflow; the text is kept in");
    assert_int_equal(ui_drafts(&ui), 1);
    support_sql(ui.path, "DROP INDEX no");
    ui_command(&ui, "draft save");
    ui_assert_status(&ui, "saved");
    assert_int_equal(ui_drafts(&ui), 0);
    ui_close(&ui);
}

/* All but the first page of the database, which is open, becomes nothing. */
static void damage(struct ui *ui)
{
    struct buf bytes = { 0 };
    support_sql(ui->path, "PRAGMA wal_checkpoint(TRUNCATE)");
    assert_true(support_read(ui->path, &bytes));
    memset(bytes.data + 4096, 0xA5, bytes.len - 4096);
    support_write(ui->path, bytes.data, bytes.len);
    buf_release(&bytes);
}

/* A note that cannot be saved, nor typed again, since the database is damaged. */
static void check_damaged(struct ui *ui, const char *key, bool talk)
{
    struct err err = { 0 };
    size_t count;
    char *text;
    ui_keys(ui, key);
    ui_type(ui, "at the wrong moment");
    damage(ui);
    ui_keys(ui, "<Enter>");
    ui_assert_shows(ui, "is damaged");
    ui_type(ui, ", and more");
    ui_keys(ui, "^X^E");
    ui_assert_shows(ui, "nothing can be saved");
    ui_keys(ui, "<Esc>");
    ui_assert_status(ui, "not saved; the text is kept in");
    struct draft *list = draft_list(ui->path, &count);
    assert_int_equal(count, 1);
    assert_non_null(strstr(ui->app.message, list[0].path));
    assert_true(draft_read(&list[0], &text, &err));
    assert_string_equal(text, "at the wrong moment, and more");
    assert_int_equal(list[0].talk_key[0] != '\0', talk);
    draft_forget(&list[0]);
    free(list), free(text);
    ui_keys(ui, key);
    ui_assert_status(ui, "nothing can be saved");
}

static void test_typed_and_damaged(void **state)
{
    struct ui ui;
    (void)state;
    open_ui(&ui);
    check_damaged(&ui, "a", true);
    ui_close(&ui);
    open_ui(&ui);
    check_damaged(&ui, "ga", false);
    ui_close(&ui);
}

/* A hundred letters are in a draft at once, typed or pasted. */
static void test_typed_much(void **state)
{
    struct ui ui;
    char words[100] = "";
    (void)state;
    open_ui(&ui);
    memset(words, 'w', sizeof words - 1);
    ui_keys(&ui, "a");
    ui_paste(&ui, words);
    assert_int_equal(ui.app.guarded != NULL, true);
    ui_paste(&ui, " and more");
    assert_string_equal(ui.app.guarded, words);
    ui_type(&ui, words);
    assert_true(strlen(ui.app.guarded) > strlen(words));
    ui_keys(&ui, "^U<Esc>");
    ui_close(&ui);
}

/* Not even a draft can be written: the text stays at the prompt until it is cleared. */
static void test_typed_and_nowhere_to_keep_it(void **state)
{
    struct ui ui;
    (void)state;
    open_ui(&ui);
    char *home = mem_dup(getenv("XDG_STATE_HOME"));
    setenv("XDG_STATE_HOME", "/dev/null", 1);
    ui_keys(&ui, "a");
    assert_false(app_tick(&ui.app));
    ui_type(&ui, "at the wrong");
    assert_true(app_tick(&ui.app));
    ui_assert_shows(&ui, "no draft is kept of this: cannot create /dev/null/talkbook");
    ui_type(&ui, " moment");
    assert_false(app_tick(&ui.app)); /* said once */
    ui_assert_lacks(&ui, "no draft is kept");
    damage(&ui);
    ui_keys(&ui, "<Enter><Esc>");
    ui_assert_shows(&ui, "cannot create /dev/null/talkbook");
    assert_string_equal(buf_text(&ui.app.prompt.text), "at the wrong moment");
    ui_keys(&ui, "^U<Esc>");
    assert_false(ui.app.prompt.active);
    setenv("XDG_STATE_HOME", home, 1);
    free(home);
    ui_close(&ui);
}

/* What is typed goes to no editor, which has no draft to open: the draft there was stays,
 * and so does what was typed. */
static void test_typed_and_no_editor(void **state)
{
    struct ui ui;
    (void)state;
    open_ui(&ui);
    char *home = mem_dup(getenv("XDG_STATE_HOME"));
    ui_keys(&ui, "a");
    ui_type(&ui, "half a thought");
    app_tick(&ui.app);
    setenv("XDG_STATE_HOME", "/dev/null", 1);
    ui_keys(&ui, "^X^E");
    ui_assert_status(&ui, "cannot create /dev/null/talkbook");
    assert_true(ui.app.guard.path != NULL && ui_exists(ui.app.guard.path));
    ui_keys(&ui, "a<Up>");
    assert_string_equal(buf_text(&ui.app.prompt.text), "half a thought");
    setenv("XDG_STATE_HOME", home, 1);
    ui_keys(&ui, "^U<Esc>");
    free(home);
    ui_close(&ui);
}

/* What another program works on is not offered, until that program has ended. */
static void test_lock(void **state)
{
    struct ui ui;
    struct err err = { 0 };
    struct draft draft;
    (void)state;
    open_ui(&ui);
    struct draft_place place = { ui.path, NULL, NULL, "", 0 };
    assert_true(draft_create(&draft, &place, "at work", &err));
    start_again(&ui);
    ui_assert_lacks(&ui, ":draft");
    draft_keep(&draft);
    start_again(&ui);
    ui_assert_status(&ui, "1 draft (:draft [save|discard]): a note");
    ui_command(&ui, "draft discard");
    ui_close(&ui);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_go_on),
        cmocka_unit_test(test_save_and_discard),
        cmocka_unit_test(test_changed_since),
        cmocka_unit_test(test_nothing_new),
        cmocka_unit_test(test_typed),
        cmocka_unit_test(test_of_a_note_in_the_trash),
        cmocka_unit_test(test_not_text),
        cmocka_unit_test(test_not_saved),
        cmocka_unit_test(test_typed_and_damaged),
        cmocka_unit_test(test_typed_much),
        cmocka_unit_test(test_typed_and_nowhere_to_keep_it),
        cmocka_unit_test(test_typed_and_no_editor),
        cmocka_unit_test(test_lock),
    };
    return cmocka_run_group_tests(tests, ui_group_begin, ui_group_end);
}
