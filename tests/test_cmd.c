/* Commands, keys, options and the configuration file: that the tables are
 * sound (every default key parses, none clash), how typed keys become calls,
 * and what a person may set and bind, with messages that name file and line. */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cmd/config.h"
#include "cmd/key.h"
#include "db/db.h"

static void test_commands(void **state)
{
    (void)state;
    for (int i = 0; i < CMD__COUNT; i++) {
        const struct command *command = &commands[i];
        assert_true(command->name[0] != '\0' && command->help[0] != '\0');
        assert_true(command->keys != NULL && command->argument != NULL);
        assert_int_equal(
            strspn(command->name, "abcdefghijklmnopqrstuvwxyz-"), strlen(command->name));
        if (command_has_name((enum command_id)i))
            assert_int_equal(command_find(command->name, strlen(command->name)), i);
        for (int k = 0; k < i; k++)
            assert_string_not_equal(command->name, commands[k].name);
    }
    assert_int_equal(command_find("group-th", 8), CMD_group_theme);
    assert_int_equal(command_find("group", 5), CMD__COUNT);
    assert_int_equal(command_find("mark", 4), CMD_mark);
    assert_int_equal(command_find("", 0), CMD__COUNT);
    assert_int_equal(command_find("yank", 4), CMD__COUNT);
    assert_int_equal(command_find("star", 4), CMD_star);
    assert_int_equal(command_find("starboard", 9), CMD__COUNT);
    for (int i = 0; i < SCOPE__COUNT; i++)
        assert_true(command_scope_titles[i][0] != '\0');
}

static void test_key_names(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        uint32_t key;
        size_t used;
    } cases[] = { { "j", 'j', 1 }, { "J", 'J', 1 }, { "^D", 4, 2 }, { "^?", 0x7F, 2 },
        { "^[", TK_ESC, 2 }, { "^@", 0, 2 }, { "<Down>", TK_DOWN, 6 }, { "<down>", TK_DOWN, 6 },
        { "<S-Tab>", TK_SHIFT_TAB, 7 }, { "<F1>", TK_F1, 4 }, { "<F12>", TK_F12, 5 },
        { "<F10>", TK_F1 + 9, 5 }, { "<Enter>", '\r', 7 }, { "<Lt>", '<', 4 },
        { "M-b", TK_META | 'b', 3 }, { "M-<Up>", TK_META | TK_UP, 6 }, { "é", 0xE9, 2 },
        { "漢x", 0x6F22, 3 }, { "^", '^', 1 }, { "M", 'M', 1 }, { "gg", 'g', 1 },
        { "|", '|', 1 }, { "", 0, 0 }, { " ", 0, 0 }, { "<Nope>", 0, 0 }, { "<", 0, 0 },
        { "\033", 0, 0 }, { "M-", 0, 0 } };
    for (size_t i = 0; i < SUPPORT_COUNT(cases); i++) {
        uint32_t key = 0;
        size_t used = key_parse(cases[i].text, &key);
        if (used != cases[i].used || (used > 0 && key != cases[i].key))
            fail_msg("'%s' takes %zu for %x", cases[i].text, used, (unsigned)key);
        if (used == 0)
            continue;
        /* A key's name is read as the key. */
        struct buf name = { 0 };
        uint32_t again = 0;
        key_add_name(&name, key);
        assert_int_equal(key_parse(buf_text(&name), &again), name.len);
        assert_int_equal(again, key);
        buf_release(&name);
    }
}

/* Rows of the default map for each written key: all of them parsed. */
static void test_default_keys_parse(void **state)
{
    (void)state;
    struct keymap map;
    size_t written = 0;
    keymap_init(&map);
    for (int i = 0; i < CMD__COUNT; i++) {
        struct buf keys = { 0 };
        keymap_add_keys(&map, (enum command_id)i, &keys);
        assert_string_equal(buf_text(&keys), commands[i].keys);
        for (const char *p = commands[i].keys; *p != '\0'; p += strspn(p, " ")) {
            p += strcspn(p, " ");
            written++;
        }
        buf_release(&keys);
    }
    assert_int_equal(map.count, written);
    keymap_release(&map);
}

static bool share_scope(const struct keymap_row *a, const struct keymap_row *b)
{
    bool views = command_has_name(a->command) && command_has_name(b->command);
    return views || a->scope == b->scope;
}

/* Whether one row's keys are the other's, or the beginning of the other's. */
static bool clash(const struct keymap_row *a, const struct keymap_row *b)
{
    size_t shorter = a->length < b->length ? a->length : b->length;
    if (!share_scope(a, b) || memcmp(a->keys, b->keys, shorter * sizeof a->keys[0]) != 0)
        return false;
    if (a->length == b->length)
        return true;
    const struct keymap_row *brief = a->length < b->length ? a : b;
    const struct keymap_row *other = brief == a ? b : a;
    uint32_t next = other->keys[brief->length];
    return brief->first == '\0'
           || (next >= (uint32_t)brief->first && next <= (uint32_t)brief->last);
}

static void test_default_keys_do_not_clash(void **state)
{
    (void)state;
    struct keymap map;
    keymap_init(&map);
    for (size_t i = 0; i < map.count; i++)
        for (size_t k = 0; k < i; k++)
            if (clash(&map.rows[i], &map.rows[k]))
                fail_msg("%s and %s clash", commands[map.rows[i].command].name,
                    commands[map.rows[k].command].name);
    /* Digits are counts. */
    for (size_t i = 0; i < map.count; i++)
        if (command_has_name(map.rows[i].command))
            assert_false(map.rows[i].keys[0] >= '0' && map.rows[i].keys[0] <= '9');
    keymap_release(&map);
}

/* Feeds written keys; the last one's result. Earlier ones must be pending. */
static enum keymap_result feed(
    struct keymap *map, enum keymap_place place, const char *keys, struct command_call *call)
{
    enum keymap_result result = KEYMAP_NONE;
    while (*keys != '\0') {
        uint32_t key;
        size_t used = key_parse(keys, &key);
        assert_true(used > 0);
        keys += used;
        result = keymap_feed(map, place, key, call);
        if (*keys != '\0')
            assert_int_equal(result, KEYMAP_PENDING);
        assert_int_equal(keymap_is_pending(map), result == KEYMAP_PENDING);
    }
    return result;
}

static void assert_calls(
    struct keymap *map, const char *keys, enum command_id id, int count, char argument)
{
    struct command_call call = { 0 };
    assert_int_equal(feed(map, KEYMAP_AT_VIEW, keys, &call), KEYMAP_COMMAND);
    assert_int_equal(call.id, id);
    assert_int_equal(call.count, count);
    assert_int_equal(call.key, argument);
}

static void test_feed(void **state)
{
    (void)state;
    struct keymap map;
    struct command_call call;
    struct buf typed = { 0 };
    keymap_init(&map);
    assert_calls(&map, "j", CMD_down, 0, '\0');
    assert_calls(&map, "5j", CMD_down, 5, '\0');
    assert_calls(&map, "120G", CMD_bottom, 120, '\0');
    assert_calls(&map, "gg", CMD_top, 0, '\0');
    assert_calls(&map, "12gg", CMD_top, 12, '\0');
    assert_calls(&map, "99999999999999j", CMD_down, 99999999, '\0');
    assert_calls(&map, "ma", CMD_mark, 0, 'a');
    assert_calls(&map, "'z", CMD_jump, 0, 'z');
    assert_calls(&map, "r5", CMD_rate, 0, '5');
    assert_calls(&map, "r0", CMD_rate, 0, '0');
    assert_calls(&map, "gt", CMD_group_theme, 0, '\0');
    assert_calls(&map, "zM", CMD_fold_all, 0, '\0');
    assert_calls(&map, "<Esc>", CMD_escape, 0, '\0');
    assert_calls(&map, "<F1>", CMD_help, 0, '\0');
    static const char *const nothing[] = { "gx", "mA", "m<Esc>", "r6", "r<Down>", "g<Esc>", "0",
        "X", "5X", "<F9>", "é", "M-j", "^X" };
    for (size_t i = 0; i < SUPPORT_COUNT(nothing); i++) {
        assert_int_equal(feed(&map, KEYMAP_AT_VIEW, nothing[i], &call), KEYMAP_NONE);
        assert_false(keymap_is_pending(&map));
        assert_calls(&map, "j", CMD_down, 0, '\0');
    }
    assert_int_equal(feed(&map, KEYMAP_AT_VIEW, "12g", &call), KEYMAP_PENDING);
    keymap_add_pending(&map, &typed);
    assert_string_equal(buf_text(&typed), "12g");
    keymap_forget(&map);
    assert_calls(&map, "j", CMD_down, 0, '\0');
    /* At a prompt keys of the list are text, and digits too. */
    assert_int_equal(feed(&map, KEYMAP_AT_PROMPT, "j", &call), KEYMAP_NONE);
    assert_int_equal(feed(&map, KEYMAP_AT_PROMPT, "5", &call), KEYMAP_NONE);
    assert_int_equal(feed(&map, KEYMAP_AT_PROMPT, "^U", &call), KEYMAP_COMMAND);
    assert_int_equal(call.id, CMD_erase_start);
    assert_calls(&map, "^U", CMD_half_up, 0, '\0');
    /* The finder's own keys come before the prompt's, which hold there too. */
    static const struct {
        const char *keys;
        enum command_id finder, prompt;
    } shared[] = { { "^J", CMD_find_next, CMD_accept },
        { "^K", CMD_find_previous, CMD_erase_end },
        { "<Up>", CMD_find_previous, CMD_history_previous },
        { "^U", CMD_erase_start, CMD_erase_start }, { "<Enter>", CMD_accept, CMD_accept },
        { "^G", CMD_cancel, CMD_cancel } };
    for (size_t i = 0; i < SUPPORT_COUNT(shared); i++) {
        assert_int_equal(feed(&map, KEYMAP_AT_FINDER, shared[i].keys, &call), KEYMAP_COMMAND);
        assert_int_equal(call.id, shared[i].finder);
        assert_int_equal(feed(&map, KEYMAP_AT_PROMPT, shared[i].keys, &call), KEYMAP_COMMAND);
        assert_int_equal(call.id, shared[i].prompt);
    }
    assert_int_equal(feed(&map, KEYMAP_AT_FINDER, "5", &call), KEYMAP_NONE);
    assert_int_equal(feed(&map, KEYMAP_AT_FINDER, "j", &call), KEYMAP_NONE);
    buf_release(&typed);
    keymap_release(&map);
}

static void test_bind(void **state)
{
    (void)state;
    struct keymap map;
    struct err err = { 0 };
    struct command_call call;
    keymap_init(&map);
    assert_true(keymap_bind(&map, SCOPE_APP, "X", CMD_star, &err));
    assert_calls(&map, "X", CMD_star, 0, '\0');
    assert_true(keymap_bind(&map, SCOPE_APP, "j", CMD_star, &err));
    assert_calls(&map, "j", CMD_star, 0, '\0');
    assert_calls(&map, "<Down>", CMD_down, 0, '\0');
    assert_true(keymap_bind(&map, SCOPE_PANE, "j", CMD_down, &err));
    assert_calls(&map, "j", CMD_down, 0, '\0');
    assert_true(keymap_bind(&map, SCOPE_APP, ",{0-5}", CMD_rate, &err));
    assert_calls(&map, ",3", CMD_rate, 0, '3');
    assert_true(keymap_bind(&map, SCOPE_APP, "gxy", CMD_quit, &err));
    assert_calls(&map, "gxy", CMD_quit, 0, '\0');
    assert_calls(&map, "gg", CMD_top, 0, '\0');
    assert_true(keymap_unbind(&map, SCOPE_APP, "gg", &err));
    assert_int_equal(feed(&map, KEYMAP_AT_VIEW, "gg", &call), KEYMAP_NONE);
    assert_calls(&map, "gt", CMD_group_theme, 0, '\0');
    /* Taking ^U away from the list leaves the prompt's. */
    assert_true(keymap_unbind(&map, SCOPE_APP, "^U", &err));
    assert_int_equal(feed(&map, KEYMAP_AT_VIEW, "^U", &call), KEYMAP_NONE);
    assert_int_equal(feed(&map, KEYMAP_AT_PROMPT, "^U", &call), KEYMAP_COMMAND);
    static const char *const bad[] = { "", "<Nope>", "abcde", "{a-z}", "m{a-z}x", "x y",
        "\033" };
    for (size_t i = 0; i < SUPPORT_COUNT(bad); i++) {
        if (keymap_bind(&map, SCOPE_APP, bad[i], CMD_star, &err))
            fail_msg("'%s' was bound", bad[i]);
        assert_non_null(strstr(err_text(&err), "is no key"));
        assert_false(keymap_unbind(&map, SCOPE_APP, bad[i], &err));
    }
    err_release(&err);
    keymap_release(&map);
}

static void assert_value(struct options *options, enum option_id id, const char *expected)
{
    struct buf value = { 0 };
    options_add_value(options, id, &value);
    assert_string_equal(buf_text(&value), expected);
    buf_release(&value);
}

static void test_options(void **state)
{
    (void)state;
    struct options options;
    struct err err = { 0 };
    options_init(&options);
    for (int i = 0; i < OPT__COUNT; i++) {
        assert_value(&options, (enum option_id)i, option_infos[i].initial);
        assert_int_equal(option_find(option_infos[i].name), i);
        assert_true(option_infos[i].help[0] != '\0');
    }
    assert_int_equal(option_find("nope"), OPT__COUNT);
    static const struct {
        enum option_id id;
        const char *text, *value; /* NULL: an error */
    } cases[] = { { OPT_mouse, "on", "on" }, { OPT_mouse, "no", "off" },
        { OPT_mouse, "1", "on" }, { OPT_mouse, "maybe", NULL }, { OPT_mouse, "", NULL },
        { OPT_mouse, "o", NULL }, { OPT_split, "20", "20" }, { OPT_split, "80", "80" },
        { OPT_split, "19", NULL }, { OPT_split, "81", NULL }, { OPT_split, "", NULL },
        { OPT_split, "4x", NULL }, { OPT_split, "99999999999999999999", NULL },
        { OPT_split, "-30", NULL }, { OPT_split, "4294967336", NULL },
        { OPT_colour, "256", "256" }, { OPT_colour, "16", "16" }, { OPT_colour, "25", NULL },
        { OPT_colour, "", NULL }, { OPT_group, "day", "day" }, { OPT_group, "Day", NULL },
        { OPT_sort, "length", "length" }, { OPT_editor, "vim -f", "vim -f" },
        { OPT_editor, "", "" }, { OPT_browser, "firefox %s", "firefox %s" } };
    for (size_t i = 0; i < SUPPORT_COUNT(cases); i++) {
        const char *name = option_infos[cases[i].id].name;
        bool ok = options_set(&options, cases[i].id, cases[i].text, &err);
        if (ok != (cases[i].value != NULL))
            fail_msg("set %s '%s': %s", name, cases[i].text, err_text(&err));
        if (ok)
            assert_value(&options, cases[i].id, cases[i].value);
        else
            assert_true(strstr(err_text(&err), name) == err_text(&err)
                        && strstr(err_text(&err), "takes") != NULL);
    }
    err_release(&err);
    options_release(&options);
}

/* The choices of an option are the names that another table has. */
static void assert_choices(
    enum option_id id, const char *const *names, int count, const char *last)
{
    struct buf choices = { 0 };
    for (int i = 0; i < count; i++)
        buf_addf(&choices, "%s%s", i > 0 ? " " : "", names[i]);
    buf_adds(&choices, last);
    assert_string_equal(option_infos[id].choices, choices.data);
    buf_release(&choices);
}

static void test_choices_match(void **state)
{
    (void)state;
    assert_choices(OPT_group, db_group_names, DB_BY__COUNT, " auto");
    assert_choices(OPT_sort, db_sort_names, DB_SORT__COUNT, "");
}

static void test_config_lines(void **state)
{
    (void)state;
    static const struct {
        const char *line, *says; /* NULL: it is right */
    } cases[] = { { "", NULL }, { "   # comment\n", NULL }, { "set mouse on\n", NULL },
        { "  set   editor   vim  -f  \r\n", NULL }, { "set editor\n", NULL },
        { "bind X star", NULL }, { "bind m{a-z} mark", NULL }, { "unbind gg", NULL },
        { "bind <F5> reload\n", NULL }, { "bind ^O erase-start", NULL },
        { "set", "no option ''" }, { "set nope on", "no option 'nope'" },
        { "set mouse", "mouse takes on or off" },
        { "set split 5", "split takes a number from 20" }, { "bind X", "no command ''" },
        { "bind X frob", "no command 'frob'" }, { "bind <Nope> star", "is no key" },
        { "unbind", "is no key" }, { "bind", "no command" },
        { "frob", "'frob' is not set, bind or unbind" },
        { "SET mouse on", "is not set, bind" } };
    for (size_t i = 0; i < SUPPORT_COUNT(cases); i++) {
        struct options options;
        struct keymap map;
        struct err err = { 0 };
        options_init(&options);
        keymap_init(&map);
        bool ok = config_line(cases[i].line, &options, &map, &err);
        if (ok != (cases[i].says == NULL)
            || (!ok && strstr(err_text(&err), cases[i].says) == NULL))
            fail_msg("'%s': '%s'", cases[i].line, err_text(&err));
        if (i == 3)
            assert_value(&options, OPT_editor, "vim  -f");
        err_release(&err);
        keymap_release(&map);
        options_release(&options);
    }
}

static void test_config_file(void **state)
{
    (void)state;
    static const char good[] = "# mine\nset group day\n\nbind X star\nset mouse on";
    static const char bad[] = "set group day\n\n# x\nset colour mauve\nbind Z frob\n"
                              "no such line\nset mouse on\n";
    static const char *const says[] = { " line 4: colour takes one of auto",
        " line 5: there is no command 'frob'", " line 6: 'no' is not set" };
    struct options options;
    struct keymap map;
    struct config_mistakes mistakes = { 0 };
    char *dir = support_dir(), *path = support_path(dir, "config");
    options_init(&options);
    keymap_init(&map);
    assert_true(config_read(path, &options, &map, &mistakes));
    support_write(path, good, sizeof good - 1);
    assert_true(config_read(path, &options, &map, &mistakes));
    assert_value(&options, OPT_group, "day");
    assert_value(&options, OPT_mouse, "on");
    assert_calls(&map, "X", CMD_star, 0, '\0');
    support_write(path, bad, sizeof bad - 1);
    assert_false(config_read(path, &options, &map, &mistakes));
    assert_int_equal(mistakes.count, SUPPORT_COUNT(says));
    for (size_t i = 0; i < SUPPORT_COUNT(says); i++) {
        const char *told = err_text(&mistakes.told[i]);
        assert_int_equal(strncmp(told, path, strlen(path)), 0);
        assert_non_null(strstr(told, says[i]));
    }
    config_mistakes_release(&mistakes);
    assert_false(config_read(dir, &options, &map, &mistakes));
    assert_int_equal(mistakes.count, 1);
    assert_non_null(strstr(err_text(&mistakes.told[0]), dir));
    config_mistakes_release(&mistakes);
    keymap_release(&map);
    options_release(&options);
    free(path);
    support_remove(dir);
}

static void test_config_path(void **state)
{
    (void)state;
    char *path;
    setenv("HOME", "/home/x", 1);
    unsetenv("XDG_CONFIG_HOME");
    unsetenv("TALKBOOK_CONFIG");
    path = config_path();
    assert_string_equal(path, "/home/x/.config/talkbook/config");
    free(path);
    setenv("XDG_CONFIG_HOME", "/cfg", 1);
    path = config_path();
    assert_string_equal(path, "/cfg/talkbook/config");
    free(path);
    setenv("TALKBOOK_CONFIG", "mine", 1);
    path = config_path();
    assert_string_equal(path, "mine");
    free(path);
    unsetenv("TALKBOOK_CONFIG");
    unsetenv("XDG_CONFIG_HOME");
    setenv("HOME", "", 1);
    assert_null(config_path());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_commands),
        cmocka_unit_test(test_key_names),
        cmocka_unit_test(test_default_keys_parse),
        cmocka_unit_test(test_default_keys_do_not_clash),
        cmocka_unit_test(test_feed),
        cmocka_unit_test(test_bind),
        cmocka_unit_test(test_options),
        cmocka_unit_test(test_choices_match),
        cmocka_unit_test(test_config_lines),
        cmocka_unit_test(test_config_file),
        cmocka_unit_test(test_config_path),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
