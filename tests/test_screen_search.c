/* Screens without a terminal: searching as one types, limits, the words found
 * in list and reader, wrong queries, and the help's own search. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "ui_support.h"

enum { FOUND = FACE_MATCH | FACE_CURRENT };

static void test_every_keystroke_searches(void **state)
{
    struct ui ui;
    (void)state;
    ui_open(&ui, UI_CATALOG, 24, 80);
    ui_keys(&ui, "/");
    ui_assert_lacks(&ui, "found");
    static const char word[] = "roofline";
    size_t before = SIZE_MAX;
    for (size_t i = 0; word[i] != '\0'; i++) {
        struct buf bar = { 0 };
        ui_key(&ui, (uint32_t)word[i]);
        buf_addf(&bar, "search: %.*s · ", (int)i + 1, word);
        ui_assert_shows(&ui, bar.data);
        assert_true(ui.app.list.hits.count > 0);
        assert_true(ui.app.list.hits.count <= before);
        before = ui.app.list.hits.count;
        buf_release(&bar);
    }
    ui_assert_status(&ui, "/roofline");
    ui_keys(&ui, "^W");
    ui_assert_lacks(&ui, "found");
    ui_assert_shows(&ui, "▾ Speed");
    ui_type(&ui, "qqq");
    ui_assert_shows(&ui, "0 found");
    ui_assert_shows(&ui, "nothing found");
    assert_int_equal(ui.app.reader.kind, READER_NOTHING);
    assert_false(ui.app.quit);
    ui_close(&ui);
}

static void test_hits_are_ranked(void **state)
{
    struct ui ui;
    (void)state;
    ui_open(&ui, UI_CATALOG, 24, 80);
    ui_keys(&ui, "/");
    ui_type(&ui, "design pressure");
    assert_string_equal(
        ui_selected(&ui), "Design Pressure: The Invisible Hand That Shapes Your Code");
    ui_keys(&ui, "^U");
    ui_type(&ui, "bucher");
    assert_non_null(strstr(ui_selected(&ui), "JIT compiler"));
    ui_keys(&ui, "^U");
    ui_type(&ui, "metaclasses");
    assert_non_null(strstr(ui_selected(&ui), "Metaclasses"));
    ui_keys(&ui, "^U");
    ui_type(&ui, "NUNEZ"); /* Núñez */
    assert_true(ui.app.list.hits.count > 0);
    ui_close(&ui);
}

static void test_words_found_are_marked(void **state)
{
    struct ui ui;
    (void)state;
    ui_open(&ui, UI_CATALOG, 30, 100);
    ui_keys(&ui, "/");
    ui_type(&ui, "gpu");
    assert_int_equal(ui_face_of(&ui, "GPUs Make") & FOUND, FACE_MATCH);
    assert_int_equal(ui_face_of(&ui, "When GPUs") & FOUND, 0);
    assert_int_equal(ui_face_of(&ui, "GPU computing ") & FOUND, FACE_MATCH); /* the topic */
    ui_keys(&ui, "<Enter>");
    int col;
    ui_find(&ui, "│", &col);
    ui_mouse(&ui, BUTTON_WHEEL_UP, 5, col + 5);
    const struct grid *grid = &ui.grid;
    assert_int_equal(ui_find(&ui, "│ GPU Programming", &col), 1);
    assert_int_equal(grid->cells[2 * grid->cols + col + 2].face & FOUND, 0);
    assert_int_equal(grid->cells[grid->cols + col + 2].face & FOUND, FACE_MATCH);
    /* Another hit, another text: its own words. */
    ui_keys(&ui, "j");
    ui_assert_shows(&ui, "│ When GPUs");
    ui_find(&ui, "│ When GPUs", &col);
    assert_int_equal(grid->cells[grid->cols + col + 7].face & FOUND, FACE_MATCH);
    assert_int_equal(grid->cells[grid->cols + col + 2].face & FOUND, 0);
    ui_keys(&ui, "<Esc>");
    assert_int_equal(ui_face_of(&ui, "GPU Programming") & FOUND, 0);
    ui_close(&ui);
}

/* A word that stands far down, in the note of the last lines. */
static void test_opening_goes_to_the_first_match(void **state)
{
    struct ui ui;
    (void)state;
    ui_open(&ui, UI_CATALOG, 12, 60);
    ui_keys(&ui, "/");
    ui_type(&ui, "_is_gil_enabled");
    ui_keys(&ui, "<Enter><Enter>");
    assert_true(ui.app.reader.text.top > 0);
    ui_assert_shows(&ui, "sys._is_gil_enabled()");
    assert_int_equal(ui_face_of(&ui, "is_gil_enabled()") & FOUND, FACE_MATCH);
    ui_close(&ui);
}

static size_t current(const struct ui *ui)
{
    return ui->app.reader.text.current;
}

static void test_walking_the_matches(void **state)
{
    struct ui ui;
    (void)state;
    ui_open(&ui, UI_CATALOG, 12, 60);
    ui_keys(&ui, "n");
    ui_assert_status(&ui, "nothing to go to");
    ui_keys(&ui, "/gil<Enter>");
    ui_select(&ui, "Building a NoGIL");
    ui_keys(&ui, "<Enter>");
    size_t count = ui.app.reader.text.match_count;
    assert_true(count >= 3);
    assert_int_equal(current(&ui), count);
    ui_keys(&ui, "n");
    size_t first = current(&ui);
    assert_int_equal(first, 0);
    ui_check_grid(&ui);
    for (size_t i = 1; i < count; i++) {
        ui_keys(&ui, "n");
        assert_int_equal(current(&ui), i);
        char *screen = ui_screen(&ui);
        bool seen = false;
        for (int c = 0; c < ui.grid.rows * ui.grid.cols; c++)
            seen = seen || (ui.grid.cells[c].face & FACE_CURRENT) != 0;
        assert_true(seen);
        free(screen);
    }
    ui_keys(&ui, "n");
    assert_int_equal(current(&ui), 0);
    ui_keys(&ui, "N");
    assert_int_equal(current(&ui), count - 1);
    ui_keys(&ui, "N");
    assert_int_equal(current(&ui), count - 2);
    ui_close(&ui);
}

static void test_the_current_match_survives_a_resize(void **state)
{
    struct ui ui;
    (void)state;
    ui_open(&ui, UI_CATALOG, 20, 60);
    ui_keys(&ui, "/gil<Enter>");
    ui_select(&ui, "Building a NoGIL");
    ui_keys(&ui, "<Enter>nn");
    assert_int_equal(current(&ui), 1);
    ui_resize(&ui, 20, 50);
    ui_keys(&ui, "n");
    assert_int_equal(current(&ui), 2);
    ui_keys(&ui, "R");
    ui_keys(&ui, "N");
    assert_int_equal(current(&ui), 1);
    ui_close(&ui);
}

/* --- wrong queries ----------------------------------------------------- */

static void test_wrong_queries(void **state)
{
    static const struct {
        const char *query, *error;
    } wrong[] = { { "gpu is:bogus", "is: takes" }, { "gpu theme:zzz", "no theme like 'zzz'" },
        { "gpu has:x", "has: takes" }, { "gpu day:xyz", "day: takes" },
        { "gpu room:zzz", "no room like" } };
    struct ui ui;
    (void)state;
    ui_open(&ui, UI_CATALOG, 24, 100);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        ui_keys(&ui, "/^U");
        ui_type(&ui, wrong[i].query);
        ui_assert_shows(&ui, wrong[i].error);
        assert_true(ui.app.list.hits.count > 0); /* the last right ones */
        ui_assert_shows(&ui, "When GPUs");
        ui_keys(&ui, "<Enter>");
        assert_true(ui.app.prompt.active); /* to be mended */
        ui_assert_shows(&ui, wrong[i].error);
        ui_keys(&ui, "^W<Backspace><Enter>");
        assert_false(ui.app.prompt.active);
        ui_assert_shows(&ui, "search: gpu · 6 found");
        ui_keys(&ui, "<Esc>");
    }
    ui_close(&ui);
}

/* Whatever is typed, no word of SQL comes back. */
static void test_no_input_shows_sql(void **state)
{
    static const char *const inputs[] = { "\"", "\"\"", "\"unclosed", "'", "';--", "*", "**",
        "a*b*", "-", "--", "-\"", "(", ")", "a AND b", "NEAR(a b)", "a OR", "NOT", "^a",
        "{title} : x", "title:x", "col:", ":", "::", "is:", "in:", "in:notes", "day:", "day:99",
        "day:2025-13-45", "%", "_", "\\", "théâtre", "中文", "🐍", "\xF0\x9F\x8F\xBD",
        "a\xCC\x81", "theme:\"Code quality\"", "theme:\"", "-is:starred", "-in:notes jit",
        "+jit", "jit\"gpu\"", "lang:es lang:en", "\xC2\xA0", "AND", "\"a\" \"b", "-*",
        "\"*\"*" };
    struct ui ui;
    (void)state;
    ui_open(&ui, UI_CATALOG, 10, 200);
    for (size_t i = 0; i < sizeof inputs / sizeof inputs[0]; i++) {
        ui_keys(&ui, "/^U");
        ui_type(&ui, inputs[i]);
        static const char *const bad[] = { "SQL", "sqlite", "fts5", "syntax", "talkbook.db" };
        char *screen = ui_screen(&ui);
        for (size_t b = 0; b < 5; b++)
            if (strstr(screen, bad[b]) != NULL)
                fail_msg("%s gives %s", inputs[i], screen);
        free(screen);
        ui_check_grid(&ui);
        ui_keys(&ui, "<Esc>");
    }
    ui_close(&ui);
}

/* --- leaving the prompt ------------------------------------------------ */

static void test_escape_restores(void **state)
{
    struct ui ui;
    (void)state;
    ui_open(&ui, UI_CATALOG, 24, 80);
    ui_keys(&ui, "zMG40jza22j3k");
    char *before = ui_screen(&ui);
    ui_keys(&ui, "/");
    ui_type(&ui, "design");
    ui_assert_lacks(&ui, "by theme");
    ui_keys(&ui, "<Esc>");
    char *after = ui_screen(&ui);
    assert_string_equal(before, after);
    free(after);
    ui_keys(&ui, "/<Backspace>");
    after = ui_screen(&ui);
    assert_string_equal(before, after);
    free(before);
    free(after);
    ui_close(&ui);
}

/* Esc while changing a search that holds, or a limit, leaves it as it was. */
static void test_escape_keeps_what_held(void **state)
{
    struct ui ui;
    (void)state;
    ui_open(&ui, UI_CATALOG, 24, 80);
    ui_keys(&ui, "/gpu<Enter>j");
    char *before = ui_screen(&ui);
    ui_keys(&ui, "/^U");
    ui_type(&ui, "jit");
    ui_keys(&ui, "<Esc>");
    char *after = ui_screen(&ui);
    assert_string_equal(before, after);
    free(before);
    free(after);
    ui_keys(&ui, "<Esc>&lang:es<Enter>");
    before = ui_screen(&ui);
    ui_keys(&ui, "&^U");
    ui_type(&ui, "speaker:sam");
    ui_keys(&ui, "<Esc>");
    after = ui_screen(&ui);
    assert_string_equal(before, after);
    free(before);
    free(after);
    ui_close(&ui);
}

static void test_a_hit_stays_selected_in_the_tree(void **state)
{
    struct ui ui;
    (void)state;
    ui_open(&ui, UI_CATALOG, 24, 80);
    ui_keys(&ui, "zM/");
    ui_type(&ui, "pyarrow");
    char *title = mem_dup(ui_selected(&ui));
    assert_string_not_equal(title, "");
    ui_keys(&ui, "<Enter><Esc>");
    assert_string_equal(ui_selected(&ui), title);
    ui_assert_shows(&ui, "by theme");
    ui_close(&ui);
    free(title);
}

static void test_hits_are_chosen_while_typing(void **state)
{
    struct ui ui;
    (void)state;
    ui_open(&ui, UI_CATALOG, 24, 80);
    ui_keys(&ui, "/");
    ui_type(&ui, "gpu");
    char *first = mem_dup(ui_selected(&ui));
    ui_keys(&ui, "^N");
    assert_string_equal(
        ui_selected(&ui), "When GPUs Make Python Slower: Patterns and Pitfalls");
    ui_assert_status(&ui, "/gpu");
    ui_keys(&ui, "^P^P");
    assert_string_equal(ui_selected(&ui), first);
    ui_keys(&ui, "^N<Enter><Enter>");
    ui_assert_shows(&ui, "When GPUs Make Python Slower: Patterns");
    assert_int_equal(ui.app.focus, FOCUS_READER);
    free(first);
    ui_close(&ui);
}

/* --- limits ------------------------------------------------------------ */

static void test_limit(void **state)
{
    struct ui ui;
    (void)state;
    ui_open(&ui, UI_CATALOG, 24, 100);
    ui_keys(&ui, "&");
    ui_type(&ui, "lang:es");
    ui_assert_shows(&ui, "limit: lang:es · 15 talks");
    ui_assert_shows(&ui, "▾ Speed");
    ui_keys(&ui, "<Enter>");
    ui_keys(&ui, "gd");
    ui_assert_shows(&ui, "by day · limit: lang:es · 15 talks");
    ui_keys(&ui, "/python<Enter><Esc>");
    ui_assert_shows(&ui, "limit: lang:es");
    ui_keys(&ui, "&");
    ui_assert_status(&ui, "limit: lang:es");
    ui_keys(&ui, "^U<Enter>");
    ui_assert_shows(&ui, "106 talks");
    ui_keys(&ui, "&zzzznothing<Enter>");
    ui_assert_shows(&ui, "no talk matches");
    ui_keys(&ui, "jkGgg<Enter>h<Tab>j<Tab>zazMzR");
    ui_keys(&ui, "q");
    ui_assert_shows(&ui, "106 talks");
    ui_command(&ui, "limit is:bogus");
    ui_assert_status(&ui, "is: takes");
    ui_command(&ui, "limit is:highlight");
    ui_assert_shows(&ui, "10 talks");
    ui_close(&ui);
}

static void test_limit_follows_marks(void **state)
{
    struct ui ui;
    (void)state;
    ui_open(&ui, UI_CATALOG, 24, 100);
    ui_select(&ui, "Metaclasses Demystified");
    ui_keys(&ui, "s&is:starred<Enter>");
    ui_assert_shows(&ui, "1 talk ✓0 ★1");
    ui_keys(&ui, "3Gs");
    ui_assert_shows(&ui, "★0");
    ui_keys(&ui, "u");
    ui_assert_shows(&ui, "★1");
    ui_close(&ui);
}

/* --- by command, in the help ------------------------------------------- */

static void test_search_by_command(void **state)
{
    struct ui ui;
    (void)state;
    ui_open(&ui, UI_CATALOG, 24, 80);
    ui_command(&ui, "search is:highlight lang:en");
    ui_assert_shows(&ui, "search: is:highlight lang:en · 10 found");
    ui_command(&ui, "search is:x");
    ui_assert_status(&ui, "is: takes");
    ui_assert_shows(&ui, "10 found");
    ui_keys(&ui, "/");
    ui_assert_status(&ui, "/is:highlight lang:en");
    ui_close(&ui);
}

static void test_help(void **state)
{
    struct ui ui;
    (void)state;
    ui_open(&ui, UI_CATALOG, 24, 80);
    char *before = ui_screen(&ui);
    ui_keys(&ui, "?");
    ui_assert_shows(&ui, "keys, as they are now");
    ui_assert_lacks(&ui, "Speed");
    ui_keys(&ui, "G");
    ui_assert_shows(&ui, "hit-previous");
    ui_keys(&ui, "gg/");
    ui_type(&ui, "undo");
    ui_assert_shows(&ui, "take back the last change");
    ui_assert_lacks(&ui, "move down");
    assert_true(ui_face_of(&ui, "undo  ") & FACE_MATCH);
    ui_keys(&ui, "<Enter>s");
    ui_assert_status(&ui, "q leaves the help");
    ui_keys(&ui, "n");
    ui_keys(&ui, "/^U");
    ui_type(&ui, "zzzz");
    ui_assert_shows(&ui, "no key or command");
    ui_keys(&ui, "<Esc>");
    ui_assert_shows(&ui, "move down");
    ui_keys(&ui, "q");
    char *after = ui_screen(&ui);
    assert_string_equal(before, after);
    free(before);
    free(after);
    ui_keys(&ui, "<F1>");
    ui_assert_shows(&ui, "keys, as they are now");
    ui_keys(&ui, "<Esc>");
    ui_assert_lacks(&ui, "keys, as they are now");
    assert_int_equal(ui.app.list.selected, 0);
    ui_close(&ui);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_keystroke_searches),
        cmocka_unit_test(test_hits_are_ranked),
        cmocka_unit_test(test_words_found_are_marked),
        cmocka_unit_test(test_opening_goes_to_the_first_match),
        cmocka_unit_test(test_walking_the_matches),
        cmocka_unit_test(test_the_current_match_survives_a_resize),
        cmocka_unit_test(test_wrong_queries),
        cmocka_unit_test(test_no_input_shows_sql),
        cmocka_unit_test(test_escape_restores),
        cmocka_unit_test(test_escape_keeps_what_held),
        cmocka_unit_test(test_a_hit_stays_selected_in_the_tree),
        cmocka_unit_test(test_hits_are_chosen_while_typing),
        cmocka_unit_test(test_limit),
        cmocka_unit_test(test_limit_follows_marks),
        cmocka_unit_test(test_search_by_command),
        cmocka_unit_test(test_help),
    };
    return cmocka_run_group_tests(tests, ui_group_begin, ui_group_end);
}
