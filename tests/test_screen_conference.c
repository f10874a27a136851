/* Conferences as a level of the list, without a terminal: the grouping by name and
 * year, what the reader says of both, marks counted on them, and the default. */
#include "pyvideo_tree.h"

#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tally_check.h"
#include "ui_support.h"

static void open_with_tree(struct ui *ui)
{
    ui_open(ui, UI_CATALOG, 24, 100);
    char *tree = support_path(ui->dir, "made-con-2019");
    tree_conference(tree);
    tree_import(ui->db, tree, 4, 0, 0, 0, NULL);
    free(tree);
    ui_keys(ui, "R");
}

static void test_one_conference_is_listed_by_theme(void **state)
{
    struct ui ui;
    (void)state;
    ui_open(&ui, UI_CATALOG, 24, 100);
    ui_assert_shows(&ui, "by theme");
    ui_keys(&ui, "gc");
    ui_assert_shows(&ui, "by conference");
    ui_assert_shows(&ui, "▾ PyCon US");
    ui_command(&ui, "set group auto");
    ui_assert_shows(&ui, "by theme");
    ui_close(&ui);
}

static void test_conference_and_year(void **state)
{
    struct ui ui;
    (void)state;
    open_with_tree(&ui);
    ui_keys(&ui, "gczM");
    ui_assert_shows(&ui, "▸ Made Con");
    ui_assert_shows(&ui, "▸ PyCon US");
    ui_keys(&ui, "gg");
    ui_assert_shows(&ui, "• 2019 · 4 talks");
    ui_keys(&ui, "lj");
    ui_assert_shows(&ui, "▸ 2019");
    ui_assert_shows(&ui, "Made Con 2019");
    ui_assert_lacks(&ui, "• 20");
    ui_keys(&ui, "ljs");
    assert_string_equal(ui_selected(&ui), "Four zebras");
    ui_assert_shows(&ui, "Made Con 2019 · Mon 4 Mar 2019");
    ui_assert_shows(&ui, "lightning talks");
    /* The year and the conference above count the star. */
    int row = ui_find(&ui, "▾ 2019", NULL);
    char *text = ui_row(&ui, row);
    assert_non_null(strstr(text, "4 ✓0 ★1"));
    free(text);
    text = ui_row(&ui, row - 1);
    assert_non_null(strstr(text, "4 ✓0 ★1"));
    free(text);
    tally_check(ui.db);
    /* Other groupings hold both conferences. */
    ui_keys(&ui, "gt");
    ui_assert_shows(&ui, "Four zebras");
    ui_keys(&ui, "gdgg");
    ui_assert_shows(&ui, "Monday, 4 Mar 2019");
    ui_keys(&ui, "gc&");
    ui_type(&ui, "zebras");
    ui_keys(&ui, "<Enter>");
    ui_assert_shows(&ui, "Made Con");
    ui_assert_lacks(&ui, "PyCon US 2025");
    ui_check_grid(&ui);
    ui_close(&ui);
}

static void test_several_conferences_are_the_default(void **state)
{
    struct ui ui;
    (void)state;
    open_with_tree(&ui);
    ui_command(&ui, "set group auto");
    ui_assert_shows(&ui, "by conference");
    ui_assert_shows(&ui, "▾ Made Con");
    ui_close(&ui);
}

/* Escapes, bidi controls and raw HTML of a record do nothing. */
static void test_a_hostile_record(void **state)
{
    struct ui ui;
    (void)state;
    ui_open(&ui, UI_CATALOG, 24, 100);
    char *tree = support_path(ui.dir, "hostile");
    tree_write(tree, "category.json", "{\"title\":\"Ho\\u001b[31mstile\\u202e 2001\"}");
    tree_write(tree, "videos/a.json",
        "{\"title\":\"A\\u001b]0;x\\u0007 z\\u202eb\",\"speakers\":[\"\\u0007S\"],\"tags\":["
        "\"\\u001b[2J\"],\"description\":\"<script>x</script>\\n\\n.. raw:: html\\n\\n   "
        "<b>\\n\\n"
        "`a <javascript:x>`_ [l](javascript:y) \\u009b31m &#27;[1m\"}");
    tree_import(ui.db, tree, 1, 0, 0, 0, NULL);
    free(tree);
    ui_keys(&ui, "Rgcgglj");
    ui_check_grid(&ui);
    ui_assert_shows(&ui, "<U+001B>");
    ui_select(&ui, "z\xE2\x80\xAE"
                   "b");
    ui_check_grid(&ui);
    ui_assert_shows(&ui, "<script>");
    ui_close(&ui);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_conference_is_listed_by_theme),
        cmocka_unit_test(test_conference_and_year),
        cmocka_unit_test(test_several_conferences_are_the_default),
        cmocka_unit_test(test_a_hostile_record),
    };
    return cmocka_run_group_tests(tests, ui_group_begin, ui_group_end);
}
