/* Screens without a terminal: every command in every state, every small size and
 * hostile titles. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "cmd/key.h"
#include "db/catalog.h"
#include "support.h"
#include "ui_support.h"

/* --- every command ----------------------------------------------------- */

static const struct {
    const char *name;
    enum ui_data data;
    const char *keys;
} states[] = {
    { "empty list", UI_EMPTY, "" },
    { "heading", UI_CATALOG, "" },
    { "folded heading", UI_CATALOG, "zM" },
    { "topic", UI_CATALOG, "j" },
    { "talk", UI_CATALOG, "3j" },
    { "reader", UI_CATALOG, "3j<Enter>" },
    { "help", UI_CATALOG, "?" },
    { "help without hits", UI_CATALOG, "?/zzz<Enter>" },
    { "search", UI_CATALOG, "/gpu<Enter>" },
    { "topic among hits", UI_CATALOG, "/gpu<Enter>3j" },
    { "search without hits", UI_CATALOG, "/zzzz<Enter>" },
    { "limit", UI_CATALOG, "&lang:es<Enter>" },
    { "limit without talks", UI_CATALOG, "&zzzz<Enter>" },
    { "by speaker", UI_CATALOG, "gs3j" },
    { "read-only", UI_READ_ONLY, "3j" },
};
enum { STATES = sizeof states / sizeof states[0] };

static void run_command(
    struct ui *ui, enum command_id id, int count, char key, const char *text)
{
    struct command_call call = { .id = id, .count = count, .key = key, .text = text };
    if (commands[id].scope == SCOPE_PROMPT) {
        ui_keys(ui, "/");
        app_prompt_command(&ui->app, id);
    } else if (commands[id].scope == SCOPE_FINDER) {
        ui_keys(ui, "^P");
        app_finder_command(&ui->app, id);
    } else
        app_run(&ui->app, &call);
    app_prepare(&ui->app);
    ui_check_grid(ui);
    if (ui->app.prompt.active || ui->app.finder.open)
        ui_keys(ui, "<Esc>");
    ui->app.quit = false;
}

static void check_command(enum command_id id, int state, int rows, int cols)
{
    struct ui ui;
    ui_open(&ui, states[state].data, rows, cols);
    ui_keys(&ui, states[state].keys);
    char key = strstr(commands[id].keys, "{0-5}") != NULL   ? '3'
               : strstr(commands[id].keys, "{a-z}") != NULL ? 'q'
                                                            : '\0';
    run_command(&ui, id, 0, key, NULL);
    run_command(&ui, id, 3, key, NULL);
    run_command(&ui, id, 0, '\0', "x");
    run_command(&ui, id, 0, '\0', "title");
    run_command(&ui, id, 0, key, NULL);
    ui_close(&ui);
}

static void test_every_command_in_every_state(void **state)
{
    (void)state;
    for (int id = 0; id < CMD__COUNT; id++)
        for (int i = 0; i < STATES; i++) {
            check_command((enum command_id)id, i, 24, 100);
            check_command((enum command_id)id, i, 5, 30);
        }
}

/* What the table says and what a key does agree: the default keys of a command
 * run it and nothing else. */
static void test_default_keys_run_their_command(void **state)
{
    (void)state;
    struct keymap map;
    keymap_init(&map);
    for (int id = 0; id < CMD__COUNT; id++) {
        char *keys = mem_dup(commands[id].keys);
        enum keymap_place place = commands[id].scope == SCOPE_PROMPT   ? KEYMAP_AT_PROMPT
                                  : commands[id].scope == SCOPE_FINDER ? KEYMAP_AT_FINDER
                                                                       : KEYMAP_AT_VIEW;
        for (char *word = strtok(keys, " "); word != NULL; word = strtok(NULL, " ")) {
            struct command_call call = { .id = CMD__COUNT };
            enum keymap_result result = KEYMAP_NONE;
            char *range = strchr(word, '{');
            for (const char *at = word; *at != '\0' && at != range;) {
                uint32_t key;
                at += key_parse(at, &key);
                result = keymap_feed(&map, place, key, &call);
            }
            if (range != NULL)
                result = keymap_feed(&map, place, (uint32_t)range[1], &call);
            if (result != KEYMAP_COMMAND || (int)call.id != id)
                fail_msg("%s does not run %s", word, commands[id].name);
        }
        free(keys);
    }
    keymap_release(&map);
}

/* --- sizes ------------------------------------------------------------- */

static void test_every_small_size(void **state)
{
    static const char *const keys[] = { "", "3j", "3j<Enter>]", "3j<Enter>G", "G", "zMG",
        "/gpu", "/gpu<Enter>n", "?", "?G", "?/note", ":gro<Tab>", "a", "/is:x", "gs", "12g",
        "&lang:es<Enter>", "^P", "^Pgil<PageDown>", "^Pxyzxyz", "?^Pgil" };
    (void)state;
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        struct ui ui;
        ui_open(&ui, UI_CATALOG, 24, 80);
        ui_keys(&ui, keys[i]);
        for (int rows = 1; rows <= 12; rows++)
            for (int cols = 1; cols <= 30; cols++) {
                ui_resize(&ui, rows, cols);
                ui_check_grid(&ui);
                assert_int_equal(ui.grid.rows, rows);
                assert_int_equal(ui.grid.cols, cols);
            }
        for (int cols = 31; cols <= 130; cols++) {
            ui_resize(&ui, 10, cols);
            ui_check_grid(&ui);
        }
        ui_close(&ui);
    }
}

/* Nothing is drawn over half a wide character, nor over text. */
static void test_wide_text_at_every_width(void **state)
{
    struct ui ui;
    (void)state;
    ui_open(&ui, UI_CATALOG, 10, 80);
    ui_keys(&ui, "3ja");
    for (int i = 0; i < 100; i++)
        ui_type(&ui, "中文");
    ui_keys(&ui, "<Enter><Enter>");
    for (int cols = 1; cols <= 100; cols++)
        for (int rows = 3; rows <= 30; rows += 9) {
            ui_resize(&ui, rows, cols);
            ui_keys(&ui, "G[]");
            ui_check_grid(&ui);
            ui_assert_lacks(&ui, "▸ote");
        }
    ui_close(&ui);
}

static void test_overwriting_half_a_character(void **state)
{
    struct grid grid = { 0 };
    struct buf text = { 0 };
    (void)state;
    grid_resize(&grid, 2, 8);
    for (int row = 0; row < 2; row++)
        grid_puts(&grid, row, 0, 8, STYLE_TEXT, 0, "中文中文");
    grid_puts(&grid, 0, 3, 1, STYLE_TEXT, 0, "x");
    grid_puts(&grid, 1, 1, 2, STYLE_TEXT, 0, "字");
    grid_dump(&grid, &text);
    assert_string_equal(text.data, "中 x中文\n 字 中文\n");
    buf_release(&text);
    grid_release(&grid);
}

/* The whole of it works on one cell, and the selection is in sight whatever
 * the size. */
static void test_keys_at_tiny_sizes(void **state)
{
    static const int sizes[][2] = { { 1, 1 }, { 1, 80 }, { 24, 1 }, { 2, 2 }, { 3, 5 } };
    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct ui ui;
        ui_open(&ui, UI_CATALOG, sizes[i][0], sizes[i][1]);
        ui_keys(&ui, "3j<Enter>]GggjneD<Esc>axy<Enter>swr3gdgtzMzR/gpu<Enter>njj<Enter>nN]");
        ui_check_grid(&ui);
        ui_keys(&ui, "<Esc><Esc>?jG/x<Enter>q:set<Space>width<Space>20<Enter>");
        ui_check_grid(&ui);
        ui_keys(&ui, "G");
        assert_true(ui.app.list.selected >= ui.app.list.top);
        assert_true(ui.app.list.selected < ui.app.list.top + (size_t)ui.app.list.height);
        ui_resize(&ui, 24, 80);
        ui_check_grid(&ui);
        ui_close(&ui);
    }
}

/* --- titles ------------------------------------------------------------ */

#define TALK(id, title)                                                                        \
    "{\"id\":\"" id "\",\"title\":\"" title "\",\"speakers\":[\"" title "\"],"                 \
    "\"starts_at\":\"2025-05-15T09:30:00-04:00\",\"room\":\"" title "\","                      \
    "\"summary\":\"" title "\",\"themes\":[\"speed\"],\"topic\":\"bad\"}"

static const char hostile[] =
    "{\"format\":\"talkbook-catalog\",\"version\":1,"
    "\"conference\":{\"slug\":\"bad\",\"name\":\"Bad\"},"
    "\"themes\":[{\"id\":\"speed\",\"name\":\"Spe\\u001b[31med\"}],"
    "\"topics\":[{\"id\":\"bad\",\"name\":\"B\\u202ead\",\"theme\":\"speed\",\"note\":\"x&#27;["
    "2Jy\"}],"
    "\"talks\":[" TALK("esc", "one \\u001b[2J\\u001b]0;owned\\u0007 end") "," TALK(
        "c1", "two \\u009b31m \\u0090 end") "," TALK("bidi",
        "three \\u202e\\u2066\\u200f\\u061c end") "," TALK("lines",
        "four\\nnew\\r\\nline\\ttab\\u000b\\u2028 end") "," TALK("marks",
        "five e\\u0301\\u0301\\u0301\\u0301\\u0301\\u0301\\u0301 end") "," TALK("lone",
        "\\u0301 six \\u200d\\ufe0f\\u20e3 end") "," TALK("entity",
        "seven &#27;[31m &#x9b;2J end") "," TALK("cjk",
        "八 中文标题中文标题中文标题中文标题中文标题中文标题中文标题 end") "," TALK("emoji",
        "nine 👩‍👩‍👧‍👦🏳️‍🌈👍🏽🇩🇪1️⃣ end") "," TALK("wi"
                                                                                            "d"
                                                                                            "e",
        "ｔｅｎ ＡＢＣ end") "]}";

static void load(struct ui *ui, const char *json)
{
    struct db_catalog_report report;
    struct err err = { 0 };
    if (!support_load(ui->db, json, &report, &err))
        fail_msg("%s", err_text(&err));
    ui_keys(ui, "R");
}

static void test_hostile_titles_are_inert(void **state)
{
    static const char *const views[] = { "gt", "gp", "gd", "gr", "gs", "/end<Enter>", "^P" };
    struct ui ui;
    (void)state;
    for (size_t i = 0; i < sizeof views / sizeof views[0]; i++) {
        ui_open(&ui, UI_EMPTY, 24, 90);
        load(&ui, hostile);
        ui_keys(&ui, views[i]);
        for (size_t row = 0; row < ui.app.list.count; row++) {
            ui_check_grid(&ui);
            ui_keys(&ui, ui.app.finder.open ? "end" : "<Tab>^D");
            ui_check_grid(&ui);
            ui_keys(&ui, ui.app.finder.open ? "^U<Down>" : "<Tab>j");
        }
        for (int cols = 1; cols < 90; cols++) {
            ui_resize(&ui, 24, cols);
            ui_check_grid(&ui);
        }
        ui_close(&ui);
    }
}

static void test_hostile_titles_are_made_visible(void **state)
{
    struct ui ui;
    (void)state;
    ui_open(&ui, UI_EMPTY, 40, 160);
    load(&ui, hostile);
    ui_assert_shows(&ui, "one <U+001B>[2J<U+001B>]0;owned<U+0007> end");
    ui_assert_shows(&ui, "two <U+009B>31m <U+0090> end");
    ui_assert_shows(&ui, "three <U+202E>");
    ui_assert_shows(&ui, "B<U+202E>ad");
    ui_assert_shows(&ui, "ｔｅｎ ＡＢＣ end");
    ui_select(&ui, "seven");
    ui_assert_shows(&ui, "<U+001B>[31m"); /* the summary, after Markdown */
    ui_keys(&ui, "/owned<Enter>");
    ui_assert_shows(&ui, "1 found");
    assert_true(ui_face_of(&ui, "owned<U+0007>") & FACE_MATCH);
    ui_keys(&ui, "yoO");
    ui_assert_status(&ui, "this talk has no page");
    ui_close(&ui);
}

static void test_a_very_long_title(void **state)
{
    struct ui ui;
    struct buf json = { 0 };
    (void)state;
    buf_adds(&json,
        "{\"format\":\"talkbook-catalog\",\"version\":1,\"conference\":{\"slug\":\"l\","
        "\"name\":\"L\"},\"themes\":[],\"topics\":[],\"talks\":[{\"id\":\"long\","
        "\"starts_at\":\"2025-05-15T09:30:00-04:00\",\"title\":\"");
    for (int i = 0; i < 20000; i++)
        buf_adds(&json, i % 7 == 0 ? "中 " : "word ");
    buf_adds(&json, "\"}]}");
    ui_open(&ui, UI_EMPTY, 24, 80);
    load(&ui, json.data);
    ui_keys(&ui, "G");
    ui_check_grid(&ui);
    ui_assert_shows(&ui, "中 word word");
    ui_keys(&ui, "/word<Enter>");
    ui_check_grid(&ui);
    ui_keys(&ui, "<Enter>nnNG");
    ui_check_grid(&ui);
    ui_keys(&ui, "^Pwdwdwd");
    ui_check_grid(&ui);
    ui_assert_shows(&ui, "1/1");
    buf_release(&json);
    ui_close(&ui);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_command_in_every_state),
        cmocka_unit_test(test_default_keys_run_their_command),
        cmocka_unit_test(test_every_small_size),
        cmocka_unit_test(test_wide_text_at_every_width),
        cmocka_unit_test(test_overwriting_half_a_character),
        cmocka_unit_test(test_keys_at_tiny_sizes),
        cmocka_unit_test(test_hostile_titles_are_inert),
        cmocka_unit_test(test_hostile_titles_are_made_visible),
        cmocka_unit_test(test_a_very_long_title),
    };
    return cmocka_run_group_tests(tests, ui_group_begin, ui_group_end);
}
