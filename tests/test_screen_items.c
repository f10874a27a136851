/* The inbox, the list of all notes, links between notes and talks, revisions and
 * differences, own themes. */
#include "support.h"

#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ui_support.h"

static void note_on(struct ui *ui, const char *title, const char *body)
{
    struct err err = { 0 };
    int64_t id;
    char *key = title != NULL ? support_key(ui->db, title) : NULL;
    assert_true(db_note_add(ui->db, key, NULL, body, &id, &err));
    free(key);
}

/* The catalog's starter notes hold tasks, too. */
static void forget_starters(struct ui *ui)
{
    support_sql(ui->path, "DELETE FROM item WHERE note_id IN (SELECT id FROM note)");
}

static void test_inbox(void **state)
{
    struct ui ui;
    (void)state;
    ui_open(&ui, UI_EMPTY, 20, 100);
    ui_keys(&ui, "gi");
    ui_assert_shows(&ui, "nothing is open");
    ui_keys(&ui, "x<Enter>jG");
    ui_keys(&ui, "q");
    ui_close(&ui);

    ui_open(&ui, UI_CATALOG, 20, 100);
    forget_starters(&ui);
    note_on(&ui, "Design Pressure", "# Head\n\ntext\n\n- [ ] a box\n- [x] done\n\nlast");
    note_on(&ui, NULL, "TODO: free things\nQ: why?\n```\nTODO: code\n```");
    ui_keys(&ui, "gi");
    ui_assert_shows(&ui, "inbox: 3 open");
    ui_assert_shows(&ui, "TODO free things");
    ui_assert_shows(&ui, "Q    why?");
    ui_assert_shows(&ui, "a box");
    ui_assert_lacks(&ui, "code");
    /* A task is ticked off in its note, and the next is meant. */
    ui_keys(&ui, "x");
    ui_assert_status(&ui, "done: free things");
    ui_assert_shows(&ui, "inbox: 2 open");
    char *body = support_sql_text(ui.path, "SELECT body FROM note WHERE talk_key = ''", NULL);
    assert_string_equal(body, "DONE: free things\nQ: why?\n```\nTODO: code\n```");
    free(body);
    ui_keys(&ui, "x x");
    ui_assert_shows(&ui, "nothing is open");
    body = support_sql_text(ui.path, "SELECT body FROM note WHERE body LIKE '%Head%'", NULL);
    assert_string_equal(body, "# Head\n\ntext\n\n- [x] a box\n- [x] done\n\nlast");
    free(body);
    ui_keys(&ui, "uuu");
    ui_assert_shows(&ui, "inbox: 3 open");
    /* Enter goes to the note at its line. */
    ui_keys(&ui, "G<Enter>");
    ui_assert_shows(&ui, "a box");
    assert_string_equal(
        ui_selected(&ui), "Design Pressure: The Invisible Hand That Shapes Your Code");
    assert_int_equal(ui.app.focus, FOCUS_READER);
    /* A free note is shown by itself. */
    ui_keys(&ui, "gi<Enter>");
    ui_assert_shows(&ui, "free things");
    ui_assert_shows(&ui, "search: id:");
    /* Back leads to the inbox, where the same task is selected. */
    ui_keys(&ui, "q");
    ui_assert_shows(&ui, "inbox: 3 open");
    ui_keys(&ui, "q");
    ui_assert_lacks(&ui, "search: id:");
    ui_close(&ui);
}

/* A task was put above another meanwhile: x does not take it for the one on the screen. */
static void test_tick_after_change(void **state)
{
    struct ui ui;
    struct err err = { 0 };
    (void)state;
    ui_open(&ui, UI_CATALOG, 20, 100);
    forget_starters(&ui);
    note_on(&ui, NULL, "- [ ] pay rent");
    ui_keys(&ui, "gi");
    int64_t id = support_sql_int(ui.path, "SELECT max(id) FROM note", NULL);
    assert_true(db_note_save(ui.app.db, id, 1, "- [ ] urgent\n- [ ] pay rent", &err));
    ui_keys(&ui, "x");
    ui_assert_status(&ui, "was changed elsewhere meanwhile; look at it again");
    ui_assert_shows(&ui, "inbox: 2 open");
    ui_keys(&ui, "jx");
    ui_assert_status(&ui, "done: ");
    ui_close(&ui);
}

/* More tasks than are read at once. */
static void test_long_inbox(void **state)
{
    struct ui ui;
    struct buf body = { 0 };
    (void)state;
    ui_open(&ui, UI_CATALOG, 12, 80);
    forget_starters(&ui);
    for (int i = 0; i < 450; i++)
        buf_addf(&body, "TODO: thing %d\n\n", i);
    note_on(&ui, "Design Pressure", body.data);
    ui_keys(&ui, "gi");
    ui_assert_shows(&ui, "1/200+");
    ui_keys(&ui, "G");
    ui_assert_shows(&ui, "thing 449");
    ui_assert_shows(&ui, "450/450");
    ui_keys(&ui, "<Enter>");
    ui_assert_shows(&ui, "thing 449");
    ui_resize(&ui, 3, 20);
    ui_keys(&ui, "gi GG gg x");
    ui_check_grid(&ui);
    buf_release(&body);
    ui_close(&ui);
}

static void test_notes_list(void **state)
{
    struct ui ui;
    (void)state;
    ui_open(&ui, UI_CATALOG, 20, 100);
    ui_keys(&ui, "ga");
    ui_type(&ui, "a thought of mine");
    ui_keys(&ui, "<Enter>");
    ui_assert_status(&ui, "gn lists all notes");
    ui_keys(&ui, "gn");
    ui_assert_shows(&ui, "a thought of mine");
    ui_keys(&ui, "<Enter>");
    ui_assert_shows(&ui, "search: id:");
    ui_keys(&ui, "D");
    ui_assert_status(&ui, "deleted");
    /* Lines that end as on Windows. */
    note_on(&ui, NULL, "#\r\n\r\nfrom afar\r\n");
    ui_keys(&ui, "gn");
    ui_assert_shows(&ui, "from afar");
    ui_keys(&ui, "gn");
    ui_keys(&ui, "<Esc><Esc>gn");
    ui_assert_lacks(&ui, "a thought of mine");
    ui_keys(&ui, "gn");
    assert_int_equal(ui.app.over, OVER_NOTHING);
    ui_close(&ui);
}

static void go_to_link(struct ui *ui, const char *url)
{
    for (int i = 0; i < 80; i++) {
        const char *now = text_current_url(&ui->app.reader.text);
        if (now != NULL && strcmp(now, url) == 0)
            return;
        ui_keys(ui, "<Tab>");
        if (ui->app.focus == FOCUS_LIST)
            ui_keys(ui, "<Tab>");
    }
    fail_msg("no link to %s", url);
}

static void test_links(void **state)
{
    struct ui ui;
    (void)state;
    ui_open(&ui, UI_CATALOG, 30, 110);
    note_on(&ui, "Building a NoGIL Load Balancer",
        "see [[design-pressure]] and [[No Such Talk]] #Later");
    ui_select(&ui, "Design Pressure");
    ui_assert_shows(&ui, "Mentioned in note");
    ui_select(&ui, "Building a NoGIL Load Balancer");
    ui_keys(&ui, "<Enter>");
    go_to_link(&ui, "talk:design-pressure");
    ui_keys(&ui, "<Enter>");
    assert_string_equal(
        ui_selected(&ui), "Design Pressure: The Invisible Hand That Shapes Your Code");
    /* And back by the link that leads to the note. */
    int64_t id = support_sql_int(ui.path, "SELECT max(id) FROM note", NULL);
    struct buf url = { 0 };
    buf_addf(&url, "note:%lld", (long long)id);
    go_to_link(&ui, url.data);
    buf_release(&url);
    ui_keys(&ui, "<Enter>");
    assert_non_null(strstr(ui_selected(&ui), "NoGIL"));
    go_to_link(&ui, "talk:No Such Talk");
    ui_keys(&ui, "<Enter>");
    ui_assert_status(&ui, "no talk is called No Such Talk");
    ui_keys(&ui, "<Esc>");
    /* A tag in a note finds its talk. */
    ui_keys(&ui, "/");
    ui_type(&ui, "tag:later");
    ui_keys(&ui, "<Enter>");
    assert_non_null(strstr(ui_selected(&ui), "NoGIL"));
    ui_keys(&ui, "<Enter>");
    go_to_link(&ui, "tag:Later");
    ui_keys(&ui, "<Enter>");
    assert_non_null(strstr(ui_selected(&ui), "NoGIL"));
    ui_close(&ui);
}

static void test_history(void **state)
{
    struct ui ui;
    (void)state;
    ui_open(&ui, UI_CATALOG, 30, 100);
    ui_select(&ui, "Building a NoGIL Load Balancer");
    ui_command(&ui, "annotate first words");
    ui.edit_to = "second words";
    ui_keys(&ui, "e");
    ui_keys(&ui, "gl");
    ui_assert_shows(&ui, "Revision 2");
    ui_assert_shows(&ui, "-first words");
    ui_assert_shows(&ui, "+second words");
    ui_command(&ui, "revert 7");
    ui_assert_status(&ui, "has no revision 7");
    ui_command(&ui, "revert 1");
    char *note = ui_last_note(&ui);
    assert_string_equal(note, "first words");
    free(note);
    ui_keys(&ui, "u");
    note = ui_last_note(&ui);
    assert_non_null(strstr(note, "second words"));
    free(note);
    ui_close(&ui);
}

static void test_difference(void **state)
{
    struct ui ui;
    (void)state;
    ui_open(&ui, UI_CATALOG, 24, 80);
    app_show_difference(&ui.app, "two texts", "old", "a\nb\n```\n", "new", "a\nc\n```\n");
    ui_assert_shows(&ui, "two texts");
    ui_assert_shows(&ui, "-b");
    ui_assert_shows(&ui, "+c");
    ui_keys(&ui, "s");
    ui_assert_status(&ui, "q leaves");
    ui_keys(&ui, "q");
    ui_assert_lacks(&ui, "two texts");
    ui_close(&ui);
}

static void test_themes(void **state)
{
    struct ui ui;
    (void)state;
    ui_open(&ui, UI_CATALOG, 30, 110);
    ui_select(&ui, "Building a NoGIL Load Balancer");
    struct buf before = { 0 };
    buf_adds(&before, ui.app.reader.talk.themes);
    ui_keys(&ui, "gT^U");
    ui_type(&ui, "Mine, safety");
    ui_keys(&ui, "<Enter>");
    ui_assert_status(&ui, "themes: Safety, Mine");
    ui_keys(&ui, "gtzM");
    ui_assert_shows(&ui, "Mine");
    ui_keys(&ui, "u");
    ui_assert_status(&ui, "undo: themes on");
    ui_assert_lacks(&ui, "Mine");
    ui_keys(&ui, "^R");
    ui_assert_shows(&ui, "Mine");
    ui_select(&ui, "Building a NoGIL Load Balancer");
    ui_keys(&ui, "gT^U<Enter>");
    assert_string_equal(ui.app.reader.talk.themes, before.data);
    buf_release(&before);
    ui_close(&ui);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_inbox),
        cmocka_unit_test(test_tick_after_change),
        cmocka_unit_test(test_long_inbox),
        cmocka_unit_test(test_notes_list),
        cmocka_unit_test(test_links),
        cmocka_unit_test(test_history),
        cmocka_unit_test(test_difference),
        cmocka_unit_test(test_themes),
    };
    return cmocka_run_group_tests(tests, ui_group_begin, ui_group_end);
}
