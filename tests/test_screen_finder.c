/* Screens without a terminal: the finder over everything, its keys, what it opens
 * and what it leaves as it was. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "db/catalog.h"
#include "cmd/key.h"
#include "support.h"
#include "ui_support.h"

static const char balancer[] = "Building a NoGIL Load Balancer in 30 minutes";

static void assert_count(struct ui *ui, const char *count)
{
    char *row = ui_row(ui, 1);
    size_t len = strlen(row);
    if (len < strlen(count) || strcmp(row + len - strlen(count), count) != 0)
        fail_msg("%s does not end in %s", row, count);
    free(row);
}

/* The title of the selected row. */
static void assert_selected(struct ui *ui, const char *title)
{
    assert_true(ui->app.finder.open);
    assert_true(ui_face_of(ui, title) & FACE_SELECTED);
}

static void test_letters_open_a_talk(void **state)
{
    static const char word[] = "nogilb";
    struct ui ui;
    (void)state;
    ui_open(&ui, UI_CATALOG, 24, 100);
    ui_keys(&ui, "^P");
    assert_count(&ui, " 106/106");
    size_t before = 106;
    for (size_t i = 0; word[i] != '\0'; i++) {
        ui_key(&ui, (uint32_t)word[i]);
        assert_true(ui.app.finder.talks.left_count <= before);
        before = ui.app.finder.talks.left_count;
        assert_selected(&ui, i < 2 ? "No" : balancer);
    }
    assert_true(ui_face_of(&ui, "NoGIL") & FACE_MATCH);
    assert_true(ui_face_of(&ui, "GIL Load") & FACE_MATCH);
    assert_false(ui_face_of(&ui, "Load") & FACE_MATCH);
    assert_true(ui_face_of(&ui, "Balancer") & FACE_MATCH);
    assert_false(ui_face_of(&ui, "alancer") & FACE_MATCH);
    ui_keys(&ui, "<Enter>");
    assert_false(ui.app.finder.open);
    assert_int_equal(ui.app.focus, FOCUS_READER);
    assert_int_equal(ui.app.reader.kind, READER_TALK);
    assert_string_equal(ui.app.reader.talk.title, balancer);
    assert_string_equal(ui_selected(&ui), balancer);
    assert_null(ui.app.finder.talks.talks); /* what it took is given back */
    assert_null(ui.app.finder.talks.text.data);
    ui_keys(&ui, "q");
    assert_int_equal(ui.app.focus, FOCUS_LIST);
    assert_string_equal(ui_selected(&ui), balancer);
    ui_close(&ui);
}

/* Whatever is shown, leaving the finder shows it again to the cell. */
static void test_cancelling_leaves_all_as_it_was(void **state)
{
    static const char *const places[] = { "", "3j", "3j<Enter>^D", "/gpu<Enter>2j",
        "&lang:es<Enter>3j", "zMj", "gs5j", "?3j", "?/note<Enter>", "/zzzz<Enter>" };
    static const char *const ways[] = { "<Esc>", "^C", "^G", "gil<Esc>", "qzqz^C",
        "gil^N^N<PageDown>^G", "g<Backspace><Backspace>", "qzqz<Enter><Esc>" };
    (void)state;
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        struct ui ui;
        ui_open(&ui, UI_CATALOG, 20, 100);
        ui_keys(&ui, places[i]);
        ui_keys(&ui, "<Insert>"); /* the message that means nothing goes with the next key */
        ui_keys(&ui, "^L");
        char *before = ui_screen(&ui);
        size_t row = ui.app.list.selected, top = ui.app.list.top, line = ui.app.reader.text.top;
        for (size_t k = 0; k < sizeof ways / sizeof ways[0]; k++) {
            ui_keys(&ui, "^P");
            ui_assert_shows(&ui, "find a talk");
            ui_assert_shows(&ui, "106/106");
            ui_check_grid(&ui);
            ui_keys(&ui, ways[k]);
            assert_false(ui.app.finder.open);
            char *after = ui_screen(&ui);
            assert_string_equal(after, before);
            free(after);
            assert_int_equal(ui.app.list.selected, row);
            assert_int_equal(ui.app.list.top, top);
            assert_int_equal(ui.app.reader.text.top, line);
        }
        free(before);
        ui_close(&ui);
    }
}

static void test_moving(void **state)
{
    static const struct {
        const char *keys;
        size_t selected;
    } moves[] = { { "<Down>", 1 }, { "^N^N", 3 }, { "^J", 4 }, { "<Up>", 3 }, { "^P", 2 },
        { "^K", 1 }, { "^K^K^K", 0 }, { "<PageDown>", 21 }, { "<PageDown>", 42 },
        { "<PageUp>", 21 }, { "<PageUp><PageUp>", 0 },
        { "<PageDown><PageDown><PageDown><PageDown><PageDown><PageDown>", 105 }, { "^N", 105 },
        { "x<Backspace>", 0 } };
    struct ui ui;
    (void)state;
    ui_open(&ui, UI_CATALOG, 24, 80); /* 21 rows for talks */
    ui_keys(&ui, "^P");
    for (size_t i = 0; i < sizeof moves / sizeof moves[0]; i++) {
        ui_keys(&ui, moves[i].keys);
        if (ui.app.finder.selected != moves[i].selected)
            fail_msg("%s: %zu", moves[i].keys, ui.app.finder.selected);
        assert_true(ui.app.finder.selected >= ui.app.finder.top);
        assert_true(ui.app.finder.selected < ui.app.finder.top + 21);
        ui_check_grid(&ui);
    }
    /* The line is edited like any other. */
    ui_type(&ui, "gil load");
    ui_keys(&ui, "^A^D^D^E^W");
    assert_string_equal(buf_text(&ui.app.finder.prompt.text), "l ");
    ui_keys(&ui, "^U^Y");
    assert_string_equal(buf_text(&ui.app.finder.prompt.text), "l ");
    ui_keys(&ui, "^U");
    ui_paste(&ui, "nogil\nload");
    assert_string_equal(buf_text(&ui.app.finder.prompt.text), "nogil load");
    assert_selected(&ui, balancer);
    ui_keys(&ui, "5j");
    assert_string_equal(buf_text(&ui.app.finder.prompt.text), "nogil load5j");
    ui_close(&ui);
}

static void test_mouse(void **state)
{
    struct ui ui;
    (void)state;
    ui_open(&ui, UI_CATALOG, 24, 80);
    ui_keys(&ui, "^P");
    ui_mouse(&ui, BUTTON_WHEEL_DOWN, 5, 5);
    assert_int_equal(ui.app.finder.top, 3);
    assert_int_equal(ui.app.finder.selected, 3);
    ui_mouse(&ui, BUTTON_WHEEL_UP, 5, 5);
    assert_int_equal(ui.app.finder.top, 0);
    ui_mouse(&ui, BUTTON_LEFT, 7, 5); /* bar, line, then the talks from row 2 */
    assert_int_equal(ui.app.finder.selected, 5);
    ui_mouse(&ui, BUTTON_LEFT, 1, 5);
    ui_mouse(&ui, BUTTON_LEFT, 0, 5);
    ui_mouse(&ui, BUTTON_LEFT, 23, 5);
    assert_int_equal(ui.app.finder.selected, 5);
    assert_true(ui.app.finder.open);
    int64_t id = finder_selected(&ui.app.finder);
    ui_mouse(&ui, BUTTON_LEFT, 7, 5);
    assert_false(ui.app.finder.open);
    assert_int_equal(ui.app.reader.talk.id, id);
    ui_keys(&ui, "^Pqzqz");
    ui_mouse(&ui, BUTTON_LEFT, 2, 5);
    ui_mouse(&ui, BUTTON_WHEEL_DOWN, 2, 5);
    assert_true(ui.app.finder.open);
    ui_close(&ui);
}

static void test_it_finds_what_the_list_hides(void **state)
{
    static const char *const places[] = { "/gpu<Enter>", "&lang:es<Enter>", "zM", "gs", "gd",
        "?", "/gpu<Enter>3j<Enter>", "&lang:es<Enter>/el<Enter><Enter>" };
    (void)state;
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        struct ui ui;
        ui_open(&ui, UI_CATALOG, 24, 100);
        ui_keys(&ui, places[i]);
        ui_keys(&ui, "^Pnogilb<Enter>");
        assert_string_equal(ui_selected(&ui), balancer);
        assert_string_equal(ui.app.reader.talk.title, balancer);
        assert_int_equal(ui.app.focus, FOCUS_READER);
        assert_false(ui.app.helping);
        ui_close(&ui);
    }
    /* A hit stays among the hits, a talk under the limit under the limit. */
    struct ui ui;
    ui_open(&ui, UI_CATALOG, 24, 100);
    ui_keys(&ui, "&nogil<Enter>/load<Enter>^Pnogilb<Enter>");
    assert_true(ui.app.list.searching);
    assert_non_null(ui.app.limit);
    assert_string_equal(ui_selected(&ui), balancer);
    ui_close(&ui);
}

static void test_recent_talks_come_first(void **state)
{
    struct ui ui;
    (void)state;
    ui_open(&ui, UI_CATALOG, 24, 100);
    ui_select(&ui, "Design Pressure");
    ui_keys(&ui, "<Enter>q^Pnogilb<Enter>q^P");
    assert_selected(&ui, balancer);
    ui_keys(&ui, "^N");
    assert_selected(&ui, "Design Pressure");
    ui_keys(&ui, "<Enter>^P");
    assert_selected(&ui, "Design Pressure");
    /* More than are remembered. */
    ui_keys(&ui, "<Esc>q");
    for (int i = 0; i < 2 * FINDER_RECENT_MAX; i++)
        ui_keys(&ui, "^P<PageDown><Enter>");
    assert_int_equal(ui.app.finder.recent_count, FINDER_RECENT_MAX);
    for (size_t i = 0; i < FINDER_RECENT_MAX; i++)
        for (size_t k = 0; k < i; k++)
            assert_true(ui.app.finder.recent[i] != ui.app.finder.recent[k]);
    ui_close(&ui);
}

static void test_nothing_found(void **state)
{
    struct ui ui;
    (void)state;
    ui_open(&ui, UI_CATALOG, 24, 100);
    ui_keys(&ui, "^Pqzqz");
    ui_assert_shows(&ui, "no talk has these letters in this order");
    assert_count(&ui, " 0/106");
    ui_keys(&ui, "<Enter><Down><PageUp>^N");
    assert_true(ui.app.finder.open);
    assert_int_equal(finder_selected(&ui.app.finder), 0);
    ui_close(&ui);
    ui_open(&ui, UI_EMPTY, 24, 100);
    ui_keys(&ui, "^P");
    ui_assert_shows(&ui, "no talks yet");
    ui_keys(&ui, "a<Enter>^N<Esc>");
    assert_false(ui.app.finder.open);
    ui_close(&ui);
}

static void test_by_name(void **state)
{
    struct ui ui;
    (void)state;
    ui_open(&ui, UI_CATALOG, 24, 100);
    ui_command(&ui, "find nogilb");
    assert_selected(&ui, balancer);
    ui_keys(&ui, "<Enter>");
    assert_string_equal(ui_selected(&ui), balancer);
    ui_command(&ui, "find-next");
    ui_assert_status(&ui, "there is no command 'find-next'");
    ui_close(&ui);
}

#define TALK(id, title, who)                                                                   \
    "{\"id\":\"" id "\",\"title\":\"" title "\",\"starts_at\":\"2024-05-15T09:30:00-04:00\","  \
    "\"speakers\":[" who "]}"

static void load(struct ui *ui, const char *slug, const char *name, const char *talks)
{
    struct db_catalog_report report;
    struct err err = { 0 };
    struct buf json = { 0 };
    buf_addf(&json,
        "{\"format\":\"talkbook-catalog\",\"version\":1,\"conference\":{\"slug\":"
        "\"%s\",\"name\":\"%s\"},\"themes\":[],\"topics\":[],\"talks\":[%s]}",
        slug, name, talks);
    if (!support_load(ui->db, json.data, &report, &err))
        fail_msg("%s", err_text(&err));
    buf_release(&json);
}

static void test_conferences(void **state)
{
    struct ui ui;
    (void)state;
    ui_open(&ui, UI_EMPTY, 12, 80);
    load(&ui, "one", "PyOne 2024", TALK("a", "Alpha", "\"Ann Lee\"") "," TALK("b", "Beta", ""));
    ui_keys(&ui, "R^P");
    ui_assert_lacks(&ui, "PyOne");
    ui_keys(&ui, "<Esc>");
    load(&ui, "two", "PyTwo 2024 \\u001b[2J", TALK("c", "機械学習 of Ann Lee", ""));
    ui_keys(&ui, "R^P");
    ui_assert_shows(&ui, "PyOne 2024");
    ui_assert_shows(&ui, "PyTwo 2024 <U+001");
    ui_check_grid(&ui);
    ui_type(&ui, "ann");
    assert_selected(&ui, "機械学習 of Ann Lee"); /* a title is worth more */
    assert_count(&ui, " 2/3");
    ui_resize(&ui, 12, 50);
    ui_assert_lacks(&ui, "PyOne");
    /* A talk without speakers is under no heading of theirs. */
    ui_keys(&ui, "<Esc>gs^P");
    ui_type(&ui, "beta");
    ui_keys(&ui, "<Enter>");
    assert_string_equal(ui_selected(&ui), "Beta");
    assert_int_equal(ui.app.list.group, DB_BY_THEME);
    ui_close(&ui);
}

/* Another program may take a talk away while the finder is open. */
static void test_a_talk_that_is_gone(void **state)
{
    struct ui ui;
    (void)state;
    ui_open(&ui, UI_EMPTY, 12, 80);
    load(&ui, "one", "PyOne", TALK("a", "Alpha", "") "," TALK("b", "Beta", ""));
    ui_keys(&ui, "R^P");
    load(&ui, "one", "PyOne", TALK("a", "Alpha", ""));
    assert_false(app_tick(&ui.app));
    ui_type(&ui, "be");
    ui_keys(&ui, "<Enter>");
    assert_false(ui.app.finder.open);
    ui_assert_status(&ui, "there is no talk");
    ui_keys(&ui, "R^P");
    assert_count(&ui, " 1/1");
    ui_close(&ui);
}

static void test_tiny_sizes(void **state)
{
    static const int sizes[][2] = { { 1, 1 }, { 1, 80 }, { 24, 1 }, { 2, 2 }, { 3, 5 },
        { 2, 40 }, { 4, 30 }, { 6, 20 } };
    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct ui ui;
        ui_open(&ui, UI_CATALOG, sizes[i][0], sizes[i][1]);
        ui_keys(&ui, "^P^N<PageDown>gil<Down><Up>qqqqqqqqqqqqqqqqqqqq^U^N<PageDown><PageUp>");
        ui_check_grid(&ui);
        ui_keys(&ui, "nogilb");
        ui_check_grid(&ui);
        if (sizes[i][0] > 1 && sizes[i][1] >= 30)
            ui_assert_shows(&ui, "Building a NoGIL Load");
        ui_keys(&ui, "<Enter>");
        assert_string_equal(ui.app.reader.talk.title, balancer);
        ui_close(&ui);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_letters_open_a_talk),
        cmocka_unit_test(test_cancelling_leaves_all_as_it_was),
        cmocka_unit_test(test_moving),
        cmocka_unit_test(test_mouse),
        cmocka_unit_test(test_it_finds_what_the_list_hides),
        cmocka_unit_test(test_recent_talks_come_first),
        cmocka_unit_test(test_nothing_found),
        cmocka_unit_test(test_by_name),
        cmocka_unit_test(test_conferences),
        cmocka_unit_test(test_a_talk_that_is_gone),
        cmocka_unit_test(test_tiny_sizes),
    };
    return cmocka_run_group_tests(tests, ui_group_begin, ui_group_end);
}
