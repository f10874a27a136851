/* Screens without a terminal: the : prompt with completion and errors, editing
 * a line, its history, pastes, options. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/log.h"
#include "ui_support.h"

static void assert_text(struct ui *ui, const char *text)
{
    assert_true(ui->app.prompt.active);
    assert_string_equal(buf_text(&ui->app.prompt.text), text);
}

/* --- commands by name -------------------------------------------------- */

static void test_commands_by_name(void **state)
{
    struct ui ui;
    (void)state;
    ui_open(&ui, UI_CATALOG, 24, 100);
    ui_command(&ui, "group-day");
    ui_assert_shows(&ui, "by day");
    ui_command(&ui, "group-r"); /* a beginning that only one has */
    ui_assert_shows(&ui, "by room");
    ui_command(&ui, ":group-theme");
    ui_assert_shows(&ui, "by theme");
    ui_command(&ui, "group");
    ui_assert_status(&ui, "there is no command 'group'");
    assert_true(ui.app.message_is_error);
    ui_command(&ui, "frobnicate now");
    ui_assert_status(&ui, "there is no command 'frobnicate'; Tab shows them");
    ui_command(&ui, "erase-word");
    ui_assert_status(&ui, "there is no command");
    ui_command(&ui, "");
    assert_null(ui.app.message);
    ui_command(&ui, "17");
    assert_int_equal(ui.app.list.selected, 16);
    ui_command(&ui, "99999999999999999999");
    assert_int_equal(ui.app.list.selected, ui.app.list.count - 1);
    ui_command(&ui, "0");
    assert_int_equal(ui.app.list.selected, 0);
    ui_command(&ui, "down");
    assert_int_equal(ui.app.list.selected, 1);
    ui_command(&ui, "help");
    ui_assert_shows(&ui, "keys, as they are now");
    ui_close(&ui);
}

static void test_completion(void **state)
{
    static const struct {
        const char *typed, *text, *beside;
    } cases[] = { { "gr", "group-", "group-theme group-topic" }, { "gro", "group-", "" },
        { "relo", "reload ", "" }, { "red", "red", "redraw redo" },
        { "zz", "zz", "no such command" }, { "se", "se", "search set" },
        { "sea", "search ", "" }, { "set mo", "set mouse ", "" },
        { "set t", "set two-panes ", "" }, { "set z", "set z", "no such option" },
        { "set mouse o", "set mouse o", "" }, { "help x", "help x", "" },
        { "", "", "down up top" }, { "erase", "erase", "no such command" } };
    struct ui ui;
    (void)state;
    ui_open(&ui, UI_CATALOG, 24, 100);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ui_keys(&ui, ":");
        ui_type(&ui, cases[i].typed);
        ui_keys(&ui, "<Tab>");
        assert_text(&ui, cases[i].text);
        ui_assert_status(&ui, cases[i].beside);
        ui_check_grid(&ui);
        ui_keys(&ui, "<Tab><Tab><Esc>");
    }
    ui_keys(&ui, ":group-day");
    ui_assert_status(&ui, "group the list by day");
    ui_keys(&ui, "^Wrate");
    ui_assert_status(&ui, "<0-5> rate the talk");
    ui_keys(&ui, "^W");
    ui_assert_lacks(&ui, "rate the talk");
    ui_keys(&ui, "xx<Tab>");
    ui_assert_status(&ui, "no such command");
    ui_keys(&ui, "<Backspace>");
    ui_assert_lacks(&ui, "no such command");
    ui_close(&ui);
}

static void test_options(void **state)
{
    struct ui ui;
    (void)state;
    ui_open(&ui, UI_CATALOG, 24, 120);
    ui_keys(&ui, "3j");
    ui_command(&ui, "set width");
    ui_assert_status(&ui, "width is 84: the widest");
    ui_command(&ui, "set width 30");
    ui_assert_status(&ui, "width is 30");
    ui_assert_lacks(&ui, "Building a NoGIL Load Balancer in 30 minutes");
    ui_command(&ui, "set width 10");
    ui_assert_status(&ui, "width takes a number from 20 to 500, not '10'");
    ui_command(&ui, "set width wide");
    ui_assert_status(&ui, "not 'wide'");
    ui_command(&ui, "set colour 16");
    ui_assert_asked(&ui, "redraw");
    ui_command(&ui, "set mouse on");
    ui_assert_asked(&ui, "mouse on");
    ui_command(&ui, "set mouse off");
    ui_assert_asked(&ui, "mouse off");
    ui_command(&ui, "set sort title");
    ui_assert_shows(&ui, "by theme, title");
    ui_command(&ui, "set nosuch 1");
    ui_assert_status(&ui, "there is no option 'nosuch'");
    ui_command(&ui, "set editor nano -w");
    ui_assert_status(&ui, "editor is nano -w");
    ui_command(&ui, "set");
    assert_text(&ui, "set ");
    ui_close(&ui);
}

/* --- editing a line ---------------------------------------------------- */

/* Keys, and the text after them. */
struct step {
    const char *keys, *text;
};

static void check_steps(struct ui *ui, const struct step *steps, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        ui_keys(ui, steps[i].keys);
        assert_text(ui, steps[i].text);
        ui_check_grid(ui);
    }
}

static void test_editing(void **state)
{
    static const struct step steps[] = { { "one<Space>two<Space>three", "one two three" },
        { "^W", "one two " }, { "M-<Backspace>", "one " }, { "^Y", "one two " }, { "^A^K", "" },
        { "^Y", "one two " }, { "^AX", "Xone two " }, { "<End>Y", "Xone two Y" },
        { "<Home><Delete>", "one two Y" }, { "^F<Right>-", "on-e two Y" },
        { "^B<Left><Backspace>", "n-e two Y" }, { "^EM-bM-b^D", "n-e wo Y" },
        { "M-f!", "n-e wo! Y" }, { "^U", " Y" }, { "^H", " Y" },
        { "^E<Backspace><Backspace>", "" } };
    struct ui ui;
    (void)state;
    ui_open(&ui, UI_CATALOG, 24, 80);
    ui_keys(&ui, "2ja");
    check_steps(&ui, steps, sizeof steps / sizeof steps[0]);
    ui_keys(&ui, "<Backspace>"); /* in an empty line leaves it */
    assert_false(ui.app.prompt.active);
    ui_keys(&ui, "aqQjs:/?<Space>12");
    assert_text(&ui, "qQjs:/? 12"); /* keys are text here */
    ui_keys(&ui, "^G");
    assert_false(ui.app.prompt.active);
    ui_keys(&ui, "a^C");
    assert_false(ui.app.prompt.active || ui.app.quit);
    ui_close(&ui);
}

/* A word of typing at a time, a paste at once. */
static void test_taking_back(void **state)
{
    static const struct step steps[] = { { "one<Space>two<Space>three^_", "one two " },
        { "four^_", "one two " }, { "^_", "one " }, { "^X^U", "" }, { "^_", "" },
        { "one<Space>two^W^_", "one two" }, { "<Left>X^_", "one two" },
        { "<End>M-<Enter>three^_", "one two\n" }, { "^_", "one two" } };
    struct ui ui;
    struct buf big = { 0 };
    (void)state;
    ui_open(&ui, UI_CATALOG, 24, 80);
    ui_keys(&ui, "2ja");
    check_steps(&ui, steps, sizeof steps / sizeof steps[0]);
    ui_keys(&ui, "^A^Kmy<Space>");
    ui_paste(&ui, "pasted words in a row");
    ui_keys(&ui, "<Space>end^_");
    assert_text(&ui, "my pasted words in a row ");
    ui_keys(&ui, "^_");
    assert_text(&ui, "my pasted words in a row");
    ui_keys(&ui, "^_");
    assert_text(&ui, "my ");
    /* Of a large text only the last steps are kept. */
    for (int i = 0; i < 200000; i++)
        buf_adds(&big, "some words ");
    ui_paste(&ui, big.data);
    for (int i = 0; i < 10; i++)
        ui_keys(&ui, "x<Space>");
    assert_true(ui.app.prompt.undo_bytes <= 16 * 1024 * 1024);
    assert_true(ui.app.prompt.undo_count > 3 && ui.app.prompt.undo_count < 10);
    for (int i = 0; i < 20; i++)
        ui_keys(&ui, "^_");
    assert_int_equal(ui.app.prompt.undo_bytes, 0);
    assert_true(ui.app.prompt.text.len > big.len);
    ui_keys(&ui, "^G");
    buf_release(&big);
    ui_close(&ui);
}

/* What is said is shown to its end, with the file that it names. */
static void test_long_messages(void **state)
{
    static const char text[] = "cannot start /a/long/name/of/an/editor: No such file or "
                               "directory; name an editor in $EDITOR; the draft is "
                               "/home/somebody/.local/state/talkbook/drafts/note-17-3-0.md";
    struct ui ui;
    (void)state;
    ui_open(&ui, UI_CATALOG, 24, 80);
    app_say(&ui.app, "%s", text);
    app_prepare(&ui.app);
    ui_check_grid(&ui);
    ui_assert_shows(&ui, "cannot start /a/long/name/of/an/editor: No such file or directory;");
    ui_assert_status(&ui, "/home/somebody/.local/state/talkbook/drafts/note-17-3-0.md");
    ui_keys(&ui, "2ja");
    prompt_set_error(&ui.app.prompt, text);
    ui_check_grid(&ui);
    ui_assert_shows(&ui, "/home/somebody/.local/state/talkbook/drafts/note-17-3-0.md");
    ui_assert_shows(&ui, "cannot start /a/long/name/of/an/editor: No such file or directory;");
    ui_keys(&ui, "^G");
    ui_close(&ui);
}

static void test_wide_characters(void **state)
{
    struct ui ui;
    (void)state;
    ui_open(&ui, UI_CATALOG, 6, 20);
    ui_keys(&ui, "2ja");
    ui_type(&ui, "中文e\xCC\x81🐍");
    ui_check_grid(&ui);
    assert_int_equal(ui.grid.cursor_col, 6 + 7);
    ui_keys(&ui, "^B");
    ui_check_grid(&ui);
    assert_int_equal(ui.grid.cursor_col, 6 + 5);
    ui_keys(&ui, "^B^D"); /* a letter and its accent are one */
    assert_text(&ui, "中文🐍");
    ui_keys(&ui, "^H");
    assert_text(&ui, "中🐍");
    ui_keys(&ui, "^E<Enter>");
    char *note = ui_last_note(&ui);
    assert_string_equal(note, "中🐍");
    free(note);
    ui_close(&ui);
}

/* The cursor stays in sight at any size; no byte is lost. */
static void test_long_lines(void **state)
{
    struct ui ui;
    struct buf text = { 0 };
    (void)state;
    for (int i = 0; i < 2000; i++)
        buf_addf(&text, "%d 中é ", i);
    ui_open(&ui, UI_CATALOG, 6, 20);
    ui_keys(&ui, "2ja");
    ui_type(&ui, text.data);
    for (int cols = 1; cols < 30; cols++) {
        ui_resize(&ui, 6, cols);
        ui_check_grid(&ui);
        assert_int_equal(ui.grid.cursor_row, 5);
    }
    ui_keys(&ui, "^A");
    for (int i = 0; i < 60; i++) {
        ui_check_grid(&ui);
        ui_keys(&ui, i % 3 == 0 ? "M-f" : "^F");
    }
    ui_keys(&ui, "<Enter>");
    char *note = ui_last_note(&ui);
    assert_int_equal(strncmp(note, text.data, text.len - 1), 0);
    free(note);
    buf_release(&text);
    ui_close(&ui);
}

static void test_hostile_text(void **state)
{
    struct ui ui;
    (void)state;
    ui_open(&ui, UI_CATALOG, 10, 60);
    ui_keys(&ui, "2ja");
    ui_type(&ui, "a\xE2\x80\xAE"
                 "b\xE2\x80\x8B\xC2\x9B"
                 "c\xEF\xB8\x8F");
    ui_check_grid(&ui);
    ui_assert_status(&ui, "note: a<U+202E>b");
    ui_keys(&ui, "<Esc>:");
    ui_type(&ui, "\xE2\x80\xAE");
    ui_keys(&ui, "<Enter>");
    ui_check_grid(&ui);
    ui_assert_status(&ui, "there is no command '<U+202E>'");
    ui_close(&ui);
}

static void test_history(void **state)
{
    struct ui ui;
    (void)state;
    ui_open(&ui, UI_CATALOG, 24, 80);
    ui_keys(&ui, "/gpu<Enter><Esc>/jit<Enter><Esc>/jit<Enter><Esc>/");
    ui_type(&ui, "ne");
    ui_keys(&ui, "<Up>");
    assert_text(&ui, "jit");
    ui_assert_shows(&ui, "search: jit"); /* what is shown follows */
    ui_keys(&ui, "<Up>");
    assert_text(&ui, "gpu");
    ui_keys(&ui, "<Up>");
    assert_text(&ui, "gpu");
    ui_keys(&ui, "<Down>");
    assert_text(&ui, "jit");
    ui_keys(&ui, "<Down>");
    assert_text(&ui, "ne");
    ui_keys(&ui, "<Down>");
    assert_text(&ui, "ne");
    ui_keys(&ui, "<Esc>:<Up>"); /* each prompt has its own */
    assert_text(&ui, "");
    ui_keys(&ui, "<Esc>");
    for (int i = 0; i < 300; i++) {
        struct buf line = { 0 };
        buf_addf(&line, "%d", i + 1);
        ui_command(&ui, line.data);
        buf_release(&line);
    }
    ui_keys(&ui, ":");
    for (int i = 0; i < 300; i++)
        ui_keys(&ui, "<Up>");
    assert_text(&ui, "101");
    ui_close(&ui);
}

/* --- pastes ------------------------------------------------------------ */

static void test_a_paste_outside_runs_nothing(void **state)
{
    struct ui ui;
    (void)state;
    ui_open(&ui, UI_CATALOG, 24, 80);
    ui_keys(&ui, "3j");
    char *before = ui_screen(&ui);
    ui_paste(&ui, "Q\nD\nDDsw:q\n/x\r^C\x1bqq");
    char *after = ui_screen(&ui);
    assert_string_equal(before, after);
    assert_false(ui.app.quit);
    free(before);
    free(after);
    ui_keys(&ui, "j");
    assert_int_equal(ui.app.list.selected, 4);
    ui_keys(&ui, "5g"); /* in the middle of a sequence */
    ui_paste(&ui, "gQ");
    assert_false(ui.app.quit);
    ui_close(&ui);
}

static void test_a_paste_inside_is_text(void **state)
{
    struct ui ui;
    (void)state;
    ui_open(&ui, UI_CATALOG, 24, 80);
    ui_keys(&ui, "2ja");
    ui_paste(&ui, "two\r\nlines\tand \x1b[31m\x03\x04 controls");
    assert_text(&ui, "two\nlines and [31m controls");
    ui_keys(&ui, "<Enter>");
    ui_assert_shows(&ui, "two lines and [31m");
    ui_keys(&ui, "/");
    ui_paste(&ui, "gpu\n");
    assert_text(&ui, "gpu ");
    assert_true(ui.app.list.searching);
    ui_keys(&ui, "<Esc>:");
    ui_paste(&ui, "quit\n");
    assert_false(ui.app.quit);
    ui_keys(&ui, "<Esc>");
    ui_close(&ui);
}

/* A big paste must not take a search for each of its characters. */
static void test_a_big_paste_is_quick(void **state)
{
    struct ui ui;
    struct buf text = { 0 };
    (void)state;
    for (int i = 0; i < 4000; i++)
        buf_addf(&text, "word%d ", i % 97);
    ui_open(&ui, UI_CATALOG, 24, 80);
    ui_keys(&ui, "/");
    double begun = log_clock();
    ui_paste(&ui, text.data);
    ui_check_grid(&ui);
    double took = log_clock() - begun;
    print_message("figure: a paste of %zu bytes into / took %.0f ms\n", text.len, took);
    assert_true(took < 10000); /* each for itself took minutes */
    ui_keys(&ui, "<Esc>");
    buf_release(&text);
    ui_close(&ui);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_commands_by_name),
        cmocka_unit_test(test_completion),
        cmocka_unit_test(test_options),
        cmocka_unit_test(test_editing),
        cmocka_unit_test(test_taking_back),
        cmocka_unit_test(test_long_messages),
        cmocka_unit_test(test_wide_characters),
        cmocka_unit_test(test_long_lines),
        cmocka_unit_test(test_hostile_text),
        cmocka_unit_test(test_history),
        cmocka_unit_test(test_a_paste_outside_runs_nothing),
        cmocka_unit_test(test_a_paste_inside_is_text),
        cmocka_unit_test(test_a_big_paste_is_quick),
    };
    return cmocka_run_group_tests(tests, ui_group_begin, ui_group_end);
}
