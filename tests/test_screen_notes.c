/* Screens without a terminal: annotations, notes in the editor and their
 * drafts, deleting and undoing, on talks and topics, in one pane and two. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "base/mem.h"
#include "ui_support.h"

static const char talk[] = "When GPUs Make Python Slower";

static void open_on(struct ui *ui, const char *title, int rows, int cols)
{
    ui_open(ui, UI_CATALOG, rows, cols);
    ui_select(ui, title);
}

static void assert_last_note(struct ui *ui, const char *body)
{
    char *note = ui_last_note(ui);
    assert_string_equal(note, body);
    free(note);
}

static size_t notes(const struct ui *ui)
{
    return ui->app.reader.notes.count;
}

/* --- one line ---------------------------------------------------------- */

static void test_annotate(void **state)
{
    struct ui ui;
    (void)state;
    open_on(&ui, talk, 40, 100);
    assert_int_equal(notes(&ui), 1);
    ui_keys(&ui, "a");
    ui_assert_status(&ui, "note:");
    ui_type(&ui, "Ask about *pinned* memory q");
    ui_keys(&ui, "<Enter>");
    ui_assert_status(&ui, "saved");
    ui_assert_shows(&ui, "Ask about pinned memory q"); /* rendered, in sight */
    ui_assert_shows(&ui, "✎2");
    assert_last_note(&ui, "Ask about *pinned* memory q");
    ui_command(&ui, "annotate from the prompt");
    assert_last_note(&ui, "from the prompt");
    ui_keys(&ui, "a<Enter>");
    ui_assert_status(&ui, "nothing was written");
    ui_keys(&ui, "a<Space><Space><Enter>");
    ui_assert_status(&ui, "nothing was written");
    ui_keys(&ui, "ano<Esc>");
    assert_int_equal(notes(&ui), 3);
    ui_close(&ui);
}

static void test_annotate_in_one_pane(void **state)
{
    struct ui ui;
    (void)state;
    open_on(&ui, talk, 20, 60);
    ui_keys(&ui, "a");
    ui_type(&ui, "from the list");
    ui_keys(&ui, "<Enter>");
    ui_assert_status(&ui, "saved");
    ui_assert_shows(&ui, "✎2");
    ui_keys(&ui, "<Enter>G");
    ui_assert_shows(&ui, "from the list");
    ui_keys(&ui, "ggaanother<Enter>");
    ui_assert_shows(&ui, "another");
    assert_int_equal(notes(&ui), 3);
    ui_close(&ui);
}

static void test_annotate_a_topic(void **state)
{
    struct ui ui;
    (void)state;
    ui_open(&ui, UI_CATALOG, 40, 100);
    ui_keys(&ui, "a");
    ui_assert_status(&ui, "select a talk or a topic");
    assert_false(ui.app.prompt.active);
    ui_keys(&ui, "ja");
    ui_type(&ui, "on a topic");
    ui_keys(&ui, "<Enter>");
    assert_last_note(&ui, "on a topic");
    ui_keys(&ui, "gp<Enter>gt");
    ui_keys(&ui, "/gpu<Enter>");
    while (list_selected(&ui.app.list)->kind != LIST_TOPIC)
        ui_keys(&ui, "j");
    ui_keys(&ui, "aon<Space>a<Space>hit<Enter>");
    assert_last_note(&ui, "on a hit");
    ui_assert_shows(&ui, "search: gpu");
    ui_keys(&ui, "s");
    ui_assert_status(&ui, "select a talk first");
    ui_close(&ui);
}

static void test_timestamp(void **state)
{
    struct ui ui;
    (void)state;
    open_on(&ui, talk, 40, 100);
    ui_keys(&ui, "T");
    ui_assert_status(&ui, "W starts a clock");
    ui_keys(&ui, "oT");
    assert_true(ui.app.prompt.active);
    ui_type(&ui, "the roofline");
    ui_keys(&ui, "<Enter>");
    char *note = ui_last_note(&ui);
    assert_int_equal(strncmp(note, "[0:00] the roofline", 19), 0);
    free(note);
    ui.now += 3723;
    ui_keys(&ui, "Tlater<Enter>");
    note = ui_last_note(&ui);
    assert_int_equal(strncmp(note, "[1:02:03] later", 15), 0);
    free(note);
    ui_keys(&ui, "aplain<Enter>"); /* the stamp is not used twice */
    assert_last_note(&ui, "plain");
    ui_keys(&ui, "T<Esc>aplain<Space>too<Enter>");
    assert_last_note(&ui, "plain too");
    ui_keys(&ui, "jT");
    ui_assert_status(&ui, "the clock is another talk's");
    ui_close(&ui);
}

/* --- the editor -------------------------------------------------------- */

static void test_new_note_in_the_editor(void **state)
{
    struct ui ui;
    (void)state;
    open_on(&ui, talk, 60, 100);
    ui.edit_to = "# A title\n\nand **text**\n";
    ui_keys(&ui, "A");
    ui_assert_asked(&ui, "run fake-editor /");
    assert_string_equal(ui.edited_from, "");
    assert_false(ui_exists(ui.draft)); /* it is in the database now */
    ui_assert_shows(&ui, "A title");
    ui_assert_shows(&ui, "and text");
    ui_assert_status(&ui, "saved");
    ui.edit_to = " \n\n";
    ui_keys(&ui, "A");
    ui_assert_status(&ui, "empty");
    assert_false(ui_exists(ui.draft));
    assert_int_equal(notes(&ui), 2);
    ui_keys(&ui, "ggA");
    ui_assert_status(&ui, "select a talk or a topic");
    ui_close(&ui);
}

static void test_editing_a_note(void **state)
{
    struct ui ui;
    (void)state;
    open_on(&ui, talk, 60, 100);
    char *before = ui_last_note(&ui);
    ui.edit_to = NULL;
    ui_keys(&ui, "e");
    ui_assert_status(&ui, "nothing changed");
    assert_int_equal(strncmp(ui.edited_from, before, strlen(before)), 0);
    assert_false(ui_exists(ui.draft));
    ui.edit_to = "rewritten\n";
    ui_keys(&ui, "e");
    ui_assert_status(&ui, "saved");
    ui_assert_shows(&ui, "rewritten");
    ui_assert_shows(&ui, "edited");
    assert_int_equal(notes(&ui), 1);
    ui.edit_to = "";
    ui_keys(&ui, "e");
    ui_assert_status(&ui, "an empty note is not saved; D deletes it");
    assert_last_note(&ui, "rewritten");
    ui_keys(&ui, "u");
    assert_last_note(&ui, before);
    ui_keys(&ui, "^R");
    assert_last_note(&ui, "rewritten");
    free(before);
    ui_close(&ui);
}

static void test_the_editor_is_chosen(void **state)
{
    struct ui ui;
    (void)state;
    open_on(&ui, talk, 60, 100);
    setenv("VISUAL", "visual -x", 1);
    ui_keys(&ui, "e");
    ui_assert_asked(&ui, "run visual -x /");
    ui_command(&ui, "set editor 'my editor' --wait");
    ui_keys(&ui, "e");
    ui_assert_asked(&ui, "run my editor --wait /");
    unsetenv("VISUAL");
    unsetenv("EDITOR");
    ui_command(&ui, "set editor");
    ui.options.values[OPT_editor].text[0] = '\0';
    ui_keys(&ui, "e");
    ui_assert_asked(&ui, "run vi /");
    setenv("EDITOR", "fake-editor", 1);
    ui_close(&ui);
}

/* Fails as told; nothing changes, the draft stays and is named. */
static void check_kept(struct ui *ui, const char *key, const char *said)
{
    char *before = ui_last_note(ui);
    size_t count = notes(ui);
    ui_keys(ui, key);
    assert_true(ui->app.message_is_error);
    assert_non_null(strstr(ui->app.message, said));
    assert_non_null(strstr(ui->app.message, ui->draft));
    char *draft = ui_read_file(ui->draft);
    assert_string_equal(draft, "half written");
    struct stat info;
    assert_int_equal(stat(ui->draft, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    free(draft);
    assert_int_equal(notes(ui), count);
    assert_last_note(ui, before);
    free(before);
    ui_assert_status(ui, said);
}

static void test_drafts_are_kept(void **state)
{
    struct ui ui;
    (void)state;
    open_on(&ui, talk, 60, 160);
    ui.edit_to = "half written";
    ui.run_status = 1;
    check_kept(&ui, "A", "fake-editor ended with status 1");
    check_kept(&ui, "e", "nothing changed; the draft is");
    ui.run_status = 128 + 9;
    check_kept(&ui, "e", "was ended by signal 9");
    ui.run_status = 0;
    ui.edit_to = "not \xFF UTF-8";
    ui_keys(&ui, "e");
    ui_assert_status(&ui, "not UTF-8");
    assert_true(ui_exists(ui.draft));
    /* A draft of what is saved already is none; of what was typed before it is one. */
    ui.cannot_run = true;
    ui_keys(&ui, "e");
    ui_assert_status(&ui, "cannot start fake-editor");
    ui_assert_status(&ui, "name an editor in $EDITOR");
    assert_null(strstr(ui.app.message, "the draft is"));
    assert_false(ui_exists(ui.draft));
    ui_keys(&ui, "aquick<Space>thought^X^E");
    ui_assert_shows(&ui, "cannot start fake-editor");
    assert_non_null(strstr(ui.app.message, ui.draft));
    assert_true(ui_exists(ui.draft));
    ui_close(&ui);
}

/* Another program saved the note in the meantime: theirs stays, ours is kept. */
static bool meddle(void *context, char *const argv[], const char *input, size_t len, bool pause,
    int *status, struct err *err)
{
    struct ui *ui = context;
    const struct note *note = &ui->app.reader.notes.items[0];
    (void)input;
    (void)len;
    (void)pause;
    assert_true(db_note_save(ui->db, note->id, note->rev, "theirs", err));
    ui->draft = mem_dup(argv[1]);
    ui_write_file(ui->draft, "half written");
    *status = 0;
    return true;
}

static void test_a_conflict_keeps_both(void **state)
{
    struct ui ui;
    (void)state;
    open_on(&ui, talk, 60, 160);
    ui.app.host.run = meddle;
    ui_keys(&ui, "e");
    ui_assert_status(&ui, "was changed elsewhere meanwhile: yours is kept as note");
    ui_assert_shows(&ui, "-theirs");
    ui_assert_shows(&ui, "+half written");
    assert_false(ui_exists(ui.draft));
    ui_keys(&ui, "q");
    ui_assert_shows(&ui, "theirs");
    assert_last_note(&ui, "half written");
    ui_close(&ui);
}

/* --- many notes -------------------------------------------------------- */

static void add_notes(struct ui *ui, int count)
{
    struct err err = { 0 };
    int64_t id;
    for (int i = 1; i <= count; i++) {
        struct buf body = { 0 };
        buf_addf(&body, "number %d\n\nhas more\n\nthan a line", i);
        assert_true(db_note_add(ui->db, ui->app.reader.talk.key, NULL, body.data, &id, &err));
        buf_release(&body);
    }
    ui_keys(ui, "R");
}

static void test_walking_notes(void **state)
{
    struct ui ui;
    (void)state;
    open_on(&ui, talk, 20, 60);
    add_notes(&ui, 100);
    ui_keys(&ui, "<Enter>]");
    for (int i = 1; i <= 100; i++) {
        struct buf text = { 0 };
        ui_keys(&ui, "]");
        buf_addf(&text, "number %d", i);
        ui_assert_shows(&ui, text.data);
        assert_non_null(strstr(reader_note(&ui.app.reader)->body, text.data));
        buf_release(&text);
    }
    ui_keys(&ui, "]");
    ui_assert_status(&ui, "this is the last note");
    ui_keys(&ui, "[[");
    assert_non_null(strstr(reader_note(&ui.app.reader)->body, "number 98\n"));
    ui_keys(&ui, "ggG");
    ui_assert_shows(&ui, "number 100");
    ui_keys(&ui, "gg");
    ui_select(&ui, "Metaclasses Demystified");
    ui_keys(&ui, "]");
    ui_assert_status(&ui, "there is no note here");
    ui_keys(&ui, "[");
    ui_assert_status(&ui, "there is no note here");
    ui_close(&ui);
}

/* What e and D mean is the note that ▸ stands on. */
static void test_delete_and_undo(void **state)
{
    struct ui ui;
    (void)state;
    open_on(&ui, talk, 60, 100);
    ui_keys(&ui, "aone<Enter>atwo<Enter>athree<Enter>");
    ui_keys(&ui, "[");
    assert_string_equal(reader_note(&ui.app.reader)->body, "two");
    ui_keys(&ui, "D");
    ui_assert_status(&ui, "u brings it back");
    ui_assert_lacks(&ui, "two");
    assert_int_equal(notes(&ui), 3);
    ui_assert_shows(&ui, "✎3");
    ui_keys(&ui, "u");
    ui_assert_status(&ui, "undo: ");
    ui_assert_shows(&ui, "two");
    assert_int_equal(notes(&ui), 4);
    ui_keys(&ui, "uu"); /* takes the annotations back as well */
    assert_int_equal(notes(&ui), 2);
    ui_keys(&ui, "^R^R^R");
    assert_int_equal(notes(&ui), 3);
    ui_assert_lacks(&ui, "two");
    ui_keys(&ui, "^R");
    ui_assert_status(&ui, "nothing to redo");
    ui_keys(&ui, "uuuu");
    ui_keys(&ui, "u");
    ui_assert_status(&ui, "nothing to undo");
    assert_int_equal(notes(&ui), 1);
    ui_close(&ui);
}

/* Nobody deletes what they do not see. */
static void test_delete_out_of_sight(void **state)
{
    struct ui ui;
    (void)state;
    open_on(&ui, talk, 14, 60);
    ui_keys(&ui, "D");
    ui_assert_status(&ui, "here is the note");
    assert_int_equal(ui.app.focus, FOCUS_READER);
    assert_int_equal(notes(&ui), 1);
    ui_keys(&ui, "D");
    assert_int_equal(notes(&ui), 0);
    ui_keys(&ui, "D");
    ui_assert_status(&ui, "there is no note here");
    ui_keys(&ui, "e");
    ui_assert_status(&ui, "there is no note here");
    ui_keys(&ui, "uggD");
    ui_assert_status(&ui, "here is the note");
    assert_int_equal(notes(&ui), 1);
    ui_close(&ui);
}

static void test_notes_of_other_programs_appear(void **state)
{
    struct ui ui;
    struct db *other;
    struct err err = { 0 };
    int64_t id;
    (void)state;
    open_on(&ui, talk, 60, 100);
    assert_false(app_tick(&ui.app));
    assert_true(db_open(&other, ui.path, &err));
    assert_true(db_note_add(other, ui.app.reader.talk.key, NULL, "from the shell", &id, &err));
    ui_keys(&ui, "a");
    assert_false(app_tick(&ui.app)); /* not under somebody's hands */
    ui_keys(&ui, "<Esc>");
    assert_true(app_tick(&ui.app));
    ui_assert_shows(&ui, "from the shell");
    assert_false(app_tick(&ui.app));
    db_close(other);
    ui_close(&ui);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_annotate),
        cmocka_unit_test(test_annotate_in_one_pane),
        cmocka_unit_test(test_annotate_a_topic),
        cmocka_unit_test(test_timestamp),
        cmocka_unit_test(test_new_note_in_the_editor),
        cmocka_unit_test(test_editing_a_note),
        cmocka_unit_test(test_the_editor_is_chosen),
        cmocka_unit_test(test_drafts_are_kept),
        cmocka_unit_test(test_a_conflict_keeps_both),
        cmocka_unit_test(test_walking_notes),
        cmocka_unit_test(test_delete_and_undo),
        cmocka_unit_test(test_delete_out_of_sight),
        cmocka_unit_test(test_notes_of_other_programs_appear),
    };
    return cmocka_run_group_tests(tests, ui_group_begin, ui_group_end);
}
