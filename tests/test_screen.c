/* Screens without a terminal: exact pictures of a dozen states at five sizes in
 * tests/golden/screens (GOLDEN_UPDATE=1 rewrites them), then moving, folding,
 * grouping and the panes. Run from the project's top. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ui_support.h"

/* --- exact pictures ---------------------------------------------------- */

struct picture {
    const char *name;
    enum ui_data data;
    int rows, cols;
    const char *keys;
    const char *text; /* typed after the keys */
};

static const struct picture pictures[] = {
    { "start-100x30", UI_CATALOG, 30, 100, "", "" },
    { "start-80x24", UI_CATALOG, 24, 80, "", "" },
    { "start-60x20", UI_CATALOG, 20, 60, "", "" },
    { "start-40x12", UI_CATALOG, 12, 40, "", "" },
    { "start-20x6", UI_CATALOG, 6, 20, "", "" },
    { "highlight-100x30", UI_CATALOG, 30, 100, "3j<Tab>]", "" },
    { "reader-60x20", UI_CATALOG, 20, 60, "3j<Enter>", "" },
    { "reader-20x6", UI_CATALOG, 6, 20, "3j<Enter>^D", "" },
    { "topic-80x24", UI_CATALOG, 24, 80, "6j", "" },
    { "folded-40x12", UI_CATALOG, 12, 40, "zMj", "" },
    { "day-80x24", UI_CATALOG, 24, 80, "gd8j", "" },
    { "room-100x30", UI_CATALOG, 30, 100, "gr2js", "" },
    { "speaker-60x20", UI_CATALOG, 20, 60, "gs2j", "" },
    { "length-80x24", UI_CATALOG, 24, 80, "SSS", "" },
    { "search-80x24", UI_CATALOG, 24, 80, "/", "gpu" },
    { "hits-60x20", UI_CATALOG, 20, 60, "/gpu<Enter>", "" },
    { "limit-100x30", UI_CATALOG, 30, 100, "&", "speaker:sam" },
    { "wrong-80x24", UI_CATALOG, 24, 80, "/", "jit theme:nosuch" },
    { "help-80x24", UI_CATALOG, 24, 80, "?", "" },
    { "help-found-60x20", UI_CATALOG, 20, 60, "?/", "note" },
    { "find-80x24", UI_CATALOG, 24, 80, "^P", "nogilb" },
    { "find-recent-60x20", UI_CATALOG, 20, 60, "3j<Enter>qjj<Enter>^P", "" },
    { "find-nothing-40x12", UI_CATALOG, 12, 40, "^P", "qzqz" },
    { "find-20x6", UI_CATALOG, 6, 20, "^P", "gilb" },
    { "command-100x30", UI_CATALOG, 30, 100, ":gr<Tab>", "" },
    { "annotate-40x12", UI_CATALOG, 12, 40, "2ja", "naïve 中文" },
    { "empty-80x24", UI_EMPTY, 24, 80, "", "" },
    { "read-only-80x24", UI_READ_ONLY, 24, 80, "2j", "" },
};

/* The dates of notes change from run to run. */
static void blank_dates(char *screen)
{
    for (char *at = screen; (at = strstr(at, "Note ")) != NULL; at++) {
        size_t end = strcspn(at, "\n");
        if (strspn(at + 5, "0123456789") > 0)
            memset(at + 5, '#', end - 5);
    }
}

static void check_picture(const struct picture *picture)
{
    struct ui ui;
    struct buf path = { 0 };
    buf_addf(&path, "tests/golden/screens/%s.txt", picture->name);
    ui_open(&ui, picture->data, picture->rows, picture->cols);
    ui_keys(&ui, picture->keys);
    ui_type(&ui, picture->text);
    ui_check_grid(&ui);
    char *screen = ui_screen(&ui);
    blank_dates(screen);
    if (getenv("GOLDEN_UPDATE") != NULL)
        ui_write_file(path.data, screen);
    char *golden = ui_read_file(path.data);
    if (golden == NULL || strcmp(screen, golden) != 0) {
        fprintf(stderr, "%s is now\n%s", picture->name, screen);
        fail_msg("%s differs; GOLDEN_UPDATE=1 takes it over", path.data);
    }
    free(golden);
    free(screen);
    ui_close(&ui);
    buf_release(&path);
}

static void test_pictures(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof pictures / sizeof pictures[0]; i++)
        check_picture(&pictures[i]);
}

/* --- moving ------------------------------------------------------------ */

static void assert_row(struct ui *ui, size_t row)
{
    assert_int_equal(ui->app.list.selected, row);
}

static void test_moving_in_the_list(void **state)
{
    struct ui ui;
    (void)state;
    ui_open(&ui, UI_CATALOG, 24, 80); /* 22 rows for the list */
    size_t last = ui.app.list.count - 1;
    static const struct {
        const char *keys;
        long row; /* negative: from the end, -1 the last */
    } moves[] = { { "j", 1 }, { "5j", 6 }, { "2k", 4 }, { "99k", 0 }, { "<Down><Down>", 2 },
        { "<Up>", 1 }, { "12G", 11 }, { "gg", 0 }, { "7gg", 6 }, { "G", -1 }, { "k", -2 },
        { "<Home>", 0 }, { "<End>", -1 }, { "gg^D", 11 }, { "^D", 22 }, { "^U", 11 },
        { "gg<Space>", 22 }, { "^F", 44 }, { "<PageDown>", 66 }, { "b", 44 }, { "^B", 22 },
        { "<PageUp>", 0 }, { "b", 0 }, { "3<Space>", 66 }, { "3^D", 69 }, { "2^U", 67 },
        { "999999999999G", -1 }, { "999999999999j", -1 }, { "999999999999<Space>", -1 },
        { "999999999999k", 0 } };
    for (size_t i = 0; i < sizeof moves / sizeof moves[0]; i++) {
        ui_keys(&ui, moves[i].keys);
        size_t row = moves[i].row < 0 ? last + 1 - (size_t)-moves[i].row : (size_t)moves[i].row;
        if (ui.app.list.selected != row)
            fail_msg("%s: row %zu, not %zu", moves[i].keys, ui.app.list.selected, row);
        ui_check_grid(&ui);
    }
    ui_close(&ui);
}

static void test_the_reader_follows_and_scrolls(void **state)
{
    struct ui ui;
    (void)state;
    ui_open(&ui, UI_CATALOG, 24, 80);
    ui_keys(&ui, "3j");
    ui_assert_shows(&ui, "Alvaro Duran");
    ui_keys(&ui, "<Tab>");
    ui_assert_status(&ui, "e edit");
    ui_keys(&ui, "j");
    assert_int_equal(ui.app.reader.text.top, 1);
    assert_row(&ui, 3);
    ui_keys(&ui, "3j2k");
    assert_int_equal(ui.app.reader.text.top, 2);
    ui_keys(&ui, "G");
    ui_assert_status(&ui, "end");
    ui_keys(&ui, "gg");
    assert_int_equal(ui.app.reader.text.top, 0);
    ui_keys(&ui, "^D");
    assert_int_equal(ui.app.reader.text.top, 11);
    ui_keys(&ui, "<S-Tab>j");
    assert_row(&ui, 4);
    assert_int_equal(ui.app.reader.text.top, 0);
    ui_close(&ui);
}

static void test_pending_keys_show_and_go_away(void **state)
{
    struct ui ui;
    (void)state;
    ui_open(&ui, UI_CATALOG, 24, 80);
    ui_keys(&ui, "12");
    ui_assert_status(&ui, "12  1/");
    ui_keys(&ui, "g");
    ui_assert_status(&ui, "12g");
    ui_keys(&ui, "<Esc>j");
    assert_row(&ui, 1);
    ui_keys(&ui, "gx");
    ui_assert_status(&ui, "means nothing here");
    ui_keys(&ui, "j");
    assert_row(&ui, 2);
    ui_assert_lacks(&ui, "means nothing");
    ui_keys(&ui, "^C");
    ui_assert_status(&ui, "Q quits");
    assert_false(ui.app.quit);
    ui_close(&ui);
}

/* --- panes ------------------------------------------------------------- */

static void test_one_pane_and_two(void **state)
{
    struct ui ui;
    (void)state;
    ui_open(&ui, UI_CATALOG, 20, 79);
    assert_false(ui.app.layout.two_panes);
    ui_assert_lacks(&ui, "│");
    ui_keys(&ui, "3j<Enter>");
    ui_assert_shows(&ui, "Alvaro Duran");
    ui_assert_lacks(&ui, "GPU computing");
    ui_keys(&ui, "q");
    ui_assert_shows(&ui, "GPU computing");
    ui_assert_lacks(&ui, "Alvaro Duran");
    ui_keys(&ui, "l");
    ui_assert_shows(&ui, "Alvaro Duran");
    ui_keys(&ui, "<Esc><Right>");
    ui_assert_shows(&ui, "Alvaro Duran");
    ui_keys(&ui, "h");
    ui_assert_shows(&ui, "GPU computing");
    ui_keys(&ui, "<Enter>");
    ui_resize(&ui, 20, 80);
    ui_assert_shows(&ui, "GPU computing");
    ui_assert_shows(&ui, "Alvaro Duran");
    assert_int_equal(ui.app.focus, FOCUS_READER);
    ui_command(&ui, "set two-panes 81");
    ui_assert_lacks(&ui, "GPU computing");
    ui_command(&ui, "set two-panes 60");
    ui_command(&ui, "set split 70");
    assert_int_equal(ui.app.layout.list.cols, 56);
    ui_close(&ui);
}

static void test_leaving(void **state)
{
    struct ui ui;
    (void)state;
    ui_open(&ui, UI_CATALOG, 24, 80);
    ui_keys(&ui, "<Esc>");
    assert_false(ui.app.quit);
    ui_keys(&ui, "&lang:es<Enter>/python<Enter>2j<Enter>q");
    assert_int_equal(ui.app.focus, FOCUS_LIST);
    assert_true(ui.app.list.searching);
    ui_keys(&ui, "q");
    assert_false(ui.app.list.searching);
    assert_true(ui.app.list.limited);
    ui_keys(&ui, "q");
    assert_false(ui.app.list.limited);
    assert_false(ui.app.quit);
    ui_keys(&ui, "q");
    assert_true(ui.app.quit);
    ui_close(&ui);
    ui_open(&ui, UI_CATALOG, 24, 80);
    ui_keys(&ui, "/python<Enter><Enter>Q");
    assert_true(ui.app.quit);
    ui_close(&ui);
    ui_open(&ui, UI_CATALOG, 24, 80);
    ui_keys(&ui, ":q<Enter>");
    assert_true(ui.app.quit);
    ui_close(&ui);
}

/* --- folding ----------------------------------------------------------- */

static void test_folding(void **state)
{
    struct ui ui;
    (void)state;
    ui_open(&ui, UI_CATALOG, 24, 120);
    size_t all = ui.app.list.count;
    ui_keys(&ui, "3jza");
    assert_row(&ui, 1); /* the topic's heading */
    ui_assert_shows(&ui, "▸ Free-threaded CPython");
    ui_assert_lacks(&ui, "NoGIL");
    assert_int_equal(ui.app.list.count, all - 4);
    ui_keys(&ui, "za");
    assert_int_equal(ui.app.list.count, all);
    ui_keys(&ui, "<Enter>");
    assert_int_equal(ui.app.list.count, all - 4);
    ui_keys(&ui, "l");
    assert_int_equal(ui.app.list.count, all);
    ui_keys(&ui, "2jh");
    assert_row(&ui, 1);
    ui_keys(&ui, "h"); /* folding what is folded goes one level up */
    assert_row(&ui, 0);
    ui_assert_shows(&ui, "▸ Speed");
    ui_keys(&ui, "zR");
    assert_int_equal(ui.app.list.count, all);
    ui_keys(&ui, "50GzM");
    assert_int_equal(ui.app.list.count, 4);
    ui_assert_lacks(&ui, "▾");
    ui_keys(&ui, "ggza");
    assert_int_equal(ui.app.list.count, 11); /* the topics below are still folded */
    ui_keys(&ui, "zR");
    assert_int_equal(ui.app.list.count, all);
    ui_close(&ui);
}

static void test_counts_on_headings(void **state)
{
    struct ui ui;
    (void)state;
    ui_open(&ui, UI_CATALOG, 24, 80);
    ui_keys(&ui, "2jswr4");
    char *row = ui_row(&ui, 2);
    assert_non_null(strstr(row, "4 ✓1 ★1 ✎3"));
    free(row);
    row = ui_row(&ui, 0);
    assert_non_null(strstr(row, "✓1 ★1 ✎10"));
    free(row);
    /* The talk is under Code quality too and counted once above. */
    ui_keys(&ui, "zM3G");
    ui_assert_shows(&ui, "106 talks ✓1 ★1");
    row = ui_row(&ui, 3);
    assert_non_null(strstr(row, "Code quality"));
    assert_non_null(strstr(row, "✓1 ★1"));
    free(row);
    ui_close(&ui);
}

/* --- grouping and sorting ---------------------------------------------- */

static void test_grouping_keeps_the_selection(void **state)
{
    struct ui ui;
    (void)state;
    static const struct {
        const char *keys, *bar, *heading;
    } groups[] = { { "gp", "by topic", "GPU computing" },
        { "gd", "by day", "Saturday, 17 May" }, { "gr", "by room", "Ballroom BC" },
        { "gs", "by speaker", "Kaashif Hymabaccus" }, { "gt", "by theme", "GPU computing" } };
    ui_open(&ui, UI_CATALOG, 30, 100);
    ui_select(&ui, "When GPUs Make Python Slower");
    for (size_t i = 0; i < sizeof groups / sizeof groups[0]; i++) {
        ui_keys(&ui, groups[i].keys);
        ui_assert_shows(&ui, groups[i].bar);
        assert_string_equal(
            ui_selected(&ui), "When GPUs Make Python Slower: Patterns and Pitfalls");
        ui_assert_shows(&ui, groups[i].heading);
        ui_assert_shows(&ui, "106 talks");
        ui_keys(&ui, "h");
        ui_assert_shows(&ui, groups[i].heading);
        ui_select(&ui, "When GPUs Make Python Slower");
    }
    ui_close(&ui);
}

static void test_sorting(void **state)
{
    struct ui ui;
    (void)state;
    ui_open(&ui, UI_CATALOG, 30, 100);
    ui_select(&ui, "The PyArrow revolution");
    ui_keys(&ui, "r5S");
    ui_assert_status(&ui, "sorted by title");
    assert_string_equal(ui_selected(&ui), "The PyArrow revolution in Pandas");
    ui_keys(&ui, "S");
    ui_assert_status(&ui, "sorted by rating");
    ui_keys(&ui, "gd");
    ui_assert_shows(&ui, "by day, rating");
    assert_string_equal(ui_selected(&ui), "The PyArrow revolution in Pandas");
    ui_keys(&ui, "k");
    assert_string_equal(ui_selected(&ui), ""); /* the best of its day stands first */
    ui_keys(&ui, "jS");
    ui_assert_status(&ui, "sorted by length");
    ui_assert_shows(&ui, "09:30 🐍 Python meets the cr…  1:06:57│");
    ui_keys(&ui, "S");
    ui_assert_status(&ui, "sorted by time");
    ui_command(&ui, "sort title");
    ui_assert_status(&ui, "sorted by title");
    ui_command(&ui, "sort sideways");
    ui_assert_status(&ui, "sideways");
    assert_true(ui.app.message_is_error);
    ui_command(&ui, "set group room");
    ui_assert_shows(&ui, "by room");
    ui_close(&ui);
}

static void test_every_heading_can_be_looked_at(void **state)
{
    static const char *const groups[] = { "gt", "gp", "gd", "gr", "gs" };
    struct ui ui;
    (void)state;
    ui_open(&ui, UI_CATALOG, 24, 80);
    for (int i = 0; i < 5; i++) {
        ui_keys(&ui, groups[i]);
        ui_keys(&ui, "gg");
        for (size_t row = 0; row < ui.app.list.count; row++) {
            ui_keys(&ui, "j");
            if (ui.app.message_is_error && ui.app.message != NULL)
                fail_msg("%s row %zu: %s", groups[i], row, ui.app.message);
            assert_true(ui.app.reader.text.line_count > 0);
        }
    }
    ui_close(&ui);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pictures),
        cmocka_unit_test(test_moving_in_the_list),
        cmocka_unit_test(test_the_reader_follows_and_scrolls),
        cmocka_unit_test(test_pending_keys_show_and_go_away),
        cmocka_unit_test(test_one_pane_and_two),
        cmocka_unit_test(test_leaving),
        cmocka_unit_test(test_folding),
        cmocka_unit_test(test_counts_on_headings),
        cmocka_unit_test(test_grouping_keeps_the_selection),
        cmocka_unit_test(test_sorting),
        cmocka_unit_test(test_every_heading_can_be_looked_at),
    };
    return cmocka_run_group_tests(tests, ui_group_begin, ui_group_end);
}
