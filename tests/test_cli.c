/* The command line on the real program and the real catalog: every subcommand
 * as text and as JSON, exit statuses, the rules for options, and that nothing
 * written to a pipe can act on a terminal. Notes and bad files have files of
 * their own: test_cli_notes.c, test_cli_bad.c. */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "base/utf8.h"
#include "cli_check.h"

static void test_help_and_version(void **state)
{
    struct program *p = *state;
    static const char *const names[] = { "browse", "list", "show", "search", "note", "star",
        "unstar", "watch", "unwatch", "rate", "tag", "untag", "import", "render", "stats",
        "doctor", "completion" };
    run_ok(p, "--help", NULL);
    for (size_t i = 0; i < SUPPORT_COUNT(names); i++)
        assert_non_null(strstr(program_out(p), names[i]));
    run_ok(p, "-h", NULL);
    run_ok(p, "list", "--help", NULL);
    run_ok(p, "show", "-h", NULL);
    run_ok(p, "--version", NULL);
    assert_int_equal(strncmp(program_out(p), "talkbook ", 9), 0);
    assert_non_null(strstr(program_out(p), "SQLite 3."));
    assert_non_null(strstr(program_out(p), "cmark 0."));
    run_ok(p, "-V", NULL);
    /* Neither made a database. */
    char *path = support_path(p->home, ".local");
    struct stat status;
    assert_int_not_equal(stat(path, &status), 0);
    free(path);
}

static const char *const wrong[][5] = {
    { "frobnicate" },
    { "--frobnicate" },
    { "-x" },
    { "list", "--nope" },
    { "list", "--group" },
    { "list", "--group=colour" },
    { "list", "--sort=colour" },
    { "list", "--color=sometimes" },
    { "list", "--width=0" },
    { "list", "--width=wide" },
    { "list", "--width=99999" },
    { "list", "--json=yes" },
    { "list", "--raw" },
    { "stats", "--group=day" },
    { "doctor", "--json" },
    { "show" },
    { "search" },
    { "star" },
    { "rate", "3" },
    { "rate", "3", "6" },
    { "rate", "3", "five" },
    { "rate", "3", "4", "5" },
    { "tag", "3" },
    { "import" },
    { "stats", "now" },
    { "note" },
    { "note", "frob" },
    { "note", "add", "nogil", "--topic=gpu-computing" },
    { "note", "stamps" },
    { "note", "log" },
    { "note", "diff" },
    { "note", "revert", "1" },
    { "note", "trash", "1" },
    { "inbox", "done" },
    { "inbox", "1:3" },
    { "theme" },
    { "theme", "nogil", "Speed", "--reset" },
    { "undo", "1" },
    { "note", "show" },
    { "note", "show", "1", "2" },
    { "note", "rm" },
    { "saved", "foo" },
    { "note", "drafts", "foo" },
    { "note", "drafts", "save" },
    { "note", "diff", "1", "--json" },
    { "search", "--limit=x", "gpu" },
    { "completion", "tcsh" },
    { "browse", "everything" },
};

static void test_usage(void **state)
{
    struct program *p = *state;
    for (size_t i = 0; i < SUPPORT_COUNT(wrong); i++) {
        const char *const *w = wrong[i];
        program_run(p, w[0], w[1], w[2], w[3], NULL);
        assert_one_line(p, 2, "");
    }
    program_run(p, "note", "frob", NULL);
    assert_one_line(p, 2, "revert, drafts, rm, trash or restore, not 'frob'");
    program_run(p, "import", "README.md", NULL);
    assert_one_line(p, 1, "import takes a catalog or exported notes as JSON, or a directory");
}

static void test_list_text(void **state)
{
    struct program *p = *state;
    static const char *const groups[] = { "--group=theme", "--group=topic", "--group=day",
        "--group=room", "--group=speaker" };
    static const char *const heads[] = { "Speed\n", "Free-threaded CPython\n", "2025-05-16\n",
        "Ballroom A\n", "Hynek Schlawack\n" };
    static const char *const sorts[] = { "--sort=time", "--sort=title", "--sort=rating",
        "--sort=length" };
    for (size_t g = 0; g < SUPPORT_COUNT(groups); g++)
        for (size_t s = 0; s < SUPPORT_COUNT(sorts); s++) {
            run_ok(p, "list", groups[g], sorts[s], NULL);
            assert_non_null(strstr(program_out(p), heads[g]));
            assert_non_null(strstr(program_out(p), "Design Pressure: The Invisible Hand"));
        }
    run_ok(p, "list", "--group=day", NULL);
    assert_int_equal(count_lines(p, "^ *[0-9]+  "), 106);
    run_ok(p, "list", "--group=speaker", "speaker:hynek", NULL);
    assert_int_equal(count_lines(p, "^ *[0-9]+  "), 1);
}

static void test_list_json(void **state)
{
    struct program *p = *state;
    static const char *const keys[] = { "key", "title", "speakers", "kind", "starts_at",
        "ends_at", "room", "language", "level", "themes", "topic", "highlight", "starred",
        "watched", "rating", "tags", "note_count", "url", "video_url", "video_seconds" };
    static const char *const groups[] = { "--group=theme", "--group=topic", "--group=day",
        "--group=room", "--group=speaker" };
    for (size_t g = 0; g < SUPPORT_COUNT(groups); g++) {
        run_ok(p, "list", "--json", groups[g], NULL);
        assert_json_int(p, "json_array_length(?1)", 106);
        assert_json_int(
            p, "(SELECT count(DISTINCT json_extract(value, '$.key')) FROM json_each(?1))", 106);
    }
    for (size_t k = 0; k < SUPPORT_COUNT(keys); k++) {
        char sql[160];
        snprintf(sql, sizeof sql,
            "(SELECT count(*) FROM json_each(?1) WHERE json_type(value, '$.%s') IS NOT NULL)",
            keys[k]);
        assert_json_int(p, sql, 106);
    }
    assert_json_int(
        p, "(SELECT sum(json_extract(value, '$.highlight')) FROM json_each(?1))", 10);
    assert_json_int(
        p, "(SELECT sum(json_extract(value, '$.note_count')) FROM json_each(?1))", 10);
}

static void test_list_query(void **state)
{
    struct program *p = *state;
    run_ok(p, "list", "--json", "room:\"ballroom a\"", "day:16", NULL);
    assert_json_int(p, "json_array_length(?1) > 0", 1);
    assert_json_int(p,
        "(SELECT count(*) FROM json_each(?1) WHERE json_extract(value, '$.room') <> 'Ballroom "
        "A'"
        " OR json_extract(value, '$.starts_at') NOT LIKE '2025-05-16%')",
        0);
    run_ok(p, "list", "--json", "kind:charla", NULL);
    assert_json_int(p, "json_array_length(?1)", 15);
    run_ok(p, "list", "--json", "is:starred", NULL);
    assert_json_int(p, "json_array_length(?1)", 0);
    program_run(p, "list", "theme:nonesuch", NULL);
    assert_one_line(p, 1, "Code quality");
    program_run(p, "list", "is:nonesuch", NULL);
    assert_one_line(p, 1, "column 1");
    program_run(p, "list", "--json", "is:nonesuch", NULL);
    assert_one_line(p, 1, "column 1");
}

static void test_show(void **state)
{
    struct program *p = *state;
    static const char *const parts[] = { "Design Pressure: The Invisible Hand",
        "Hynek Schlawack", "16 May 2025", "Code quality", "Design and testing",
        "https://us.pycon.org/2025/schedule",
        "https://www.youtube.com/watch?v=", "When a module feels bent" };
    run_ok(p, "show", "design-pressure", NULL);
    for (size_t i = 0; i < SUPPORT_COUNT(parts); i++)
        if (strstr(program_out(p), parts[i]) == NULL)
            fail_msg("%s is not in\n%s", parts[i], program_out(p));
    char *id = json_of_talk(p, "design-pressure", "id");
    const char *const names[] = { id, "pycon-us-2025/design-pressure", "design-pressure",
        "Design Pressure: The Invisible Hand That Shapes Your Code", "DESIGN PRESSURE",
        "dësign pressure" };
    for (size_t i = 0; i < SUPPORT_COUNT(names); i++) {
        run_ok(p, "show", "--json", names[i], NULL);
        assert_json(p, "json_extract(?1, '$.key')", "pycon-us-2025/design-pressure");
    }
    free(id);
    run_ok(p, "show", "Design", "Pressure", NULL);
    run_ok(p, "show", "--json", "design-pressure", NULL);
    assert_json_int(p, "length(json_extract(?1, '$.summary')) > 300", 1);
    assert_json_int(p, "json_array_length(?1, '$.notes')", 1);
    assert_json_int(p, "json_array_length(?1, '$.speakers')", 1);
    program_run(p, "show", "no such talk", NULL);
    assert_one_line(p, 1, "no such talk");
}

static void test_ambiguous(void **state)
{
    struct program *p = *state;
    static const char *const commands[] = { "show", "star", "unwatch" };
    for (size_t i = 0; i < SUPPORT_COUNT(commands); i++) {
        program_run(p, commands[i], "free", NULL);
        assert_int_equal(p->status, 1);
        assert_string_equal(program_out(p), "");
        assert_non_null(strstr(program_err(p), "High-Performance Python: Faster"));
        assert_non_null(strstr(program_err(p), "Unraveling Community Support"));
    }
    program_run(p, "note", "add", "free", "-m", "lost?", NULL);
    assert_int_equal(p->status, 1);
    assert_non_null(strstr(program_err(p), "Unraveling Community Support"));
    run_ok(p, "list", "--json", "is:starred", NULL);
    assert_json_int(p, "json_array_length(?1)", 0);
}

static void test_search(void **state)
{
    struct program *p = *state;
    run_ok(p, "search", "gil", NULL);
    assert_non_null(strstr(program_out(p), "note: Threads without the GIL"));
    run_ok(p, "search", "nogil", NULL);
    /* A title that matched is shown already; it is no excerpt. */
    assert_non_null(strstr(program_out(p), "Building a NoGIL Load Balancer"));
    assert_null(strstr(program_out(p), "title: "));
    run_ok(p, "search", "--json", "gil", NULL);
    assert_json_int(p, "json_array_length(?1) > 3", 1);
    assert_json_int(p,
        "(SELECT count(*) FROM json_each(?1) WHERE json_extract(value, '$.rank') = key + 1"
        " AND json_extract(value, '$.where') <> '' AND json_extract(value, '$.excerpt') <> '')"
        " = json_array_length(?1)",
        1);
    run_ok(p, "search", "--json", "in:notes", "asyncio", NULL);
    assert_json(p, "json_extract(?1, '$[0].where')", "note");
    assert_json_int(p, "json_extract(?1, '$[0].excerpt') LIKE '%asyncio%'", 1);
    run_ok(p, "search", "--json", "speaker:hynek", NULL);
    assert_json_int(p, "json_array_length(?1)", 1);
    run_ok(p, "search", "--json", "reticulated splines", NULL);
    assert_json_int(p, "json_array_length(?1)", 0);
    program_run(p, "search", "qqqqzzzz", NULL);
    assert_one_line(p, 1, "nothing found");
    program_run(p, "search", "\"", NULL);
    assert_one_line(p, 1, "holds no word");
    program_run(p, "search", "theme:", NULL);
    assert_one_line(p, 1, "column 1: theme: needs a value");
}

static void test_marks(void **state)
{
    struct program *p = *state;
    run_ok(p, "star", "design-pressure", "notes, groups", NULL);
    run_ok(p, "watch", "design-pressure", NULL);
    run_ok(p, "rate", "design-pressure", "4", NULL);
    run_ok(p, "tag", "design-pressure", "#Later", "oop", "later", NULL);
    assert_string_equal(program_out(p), "");
    run_ok(p, "list", "--json", "is:starred", NULL);
    assert_json_int(p, "json_array_length(?1)", 2);
    run_ok(p, "show", "--json", "design-pressure", NULL);
    assert_json(p, "json_extract(?1, '$.tags')", "[\"later\",\"oop\"]");
    assert_json_int(p, "json_extract(?1, '$.rating')", 4);
    assert_json_int(p, "json_extract(?1, '$.watched')", 1);
    run_ok(p, "list", "is:watched", NULL);
    assert_non_null(strstr(program_out(p), "★ ✓ +4"));
    program_run(p, "tag", "design-pressure", "fine", "free threading", NULL);
    assert_one_line(p, 2, "a tag is one word, not 'free threading'");
    run_ok(p, "untag", "design-pressure", "#LATER", "absent", NULL);
    run_ok(p, "unstar", "design-pressure", NULL);
    run_ok(p, "unwatch", "design-pressure", NULL);
    run_ok(p, "rate", "design-pressure", "0", NULL);
    run_ok(p, "show", "--json", "design-pressure", NULL);
    assert_json(p, "json_extract(?1, '$.tags')", "[\"oop\"]");
    assert_json_int(p, "json_extract(?1, '$.starred')", 0);
    assert_json_int(p, "json_extract(?1, '$.watched')", 0);
    assert_json_int(p, "json_extract(?1, '$.rating')", 0);
    program_run(p, "star", "no such talk", NULL);
    assert_one_line(p, 1, "no such talk");
}

static void test_stats_and_doctor(void **state)
{
    struct program *p = *state;
    run_ok(p, "stats", NULL);
    assert_int_equal(count_lines(p, "^talks +106$"), 1);
    run_ok(p, "stats", "--json", NULL);
    assert_json_int(p, "json_extract(?1, '$.talks')", 106);
    assert_json_int(p, "json_extract(?1, '$.notes')", 10);
    assert_json_int(p, "json_extract(?1, '$.topics')", 22);
    run_ok(p, "watch", "design-pressure", NULL);
    run_ok(p, "stats", "--json", NULL);
    assert_json_int(p, "json_extract(?1, '$.watched')", 1);
    assert_json_int(p, "json_extract(?1, '$.video_minutes_watched') > 10", 1);
    run_ok(p, "doctor", NULL);
    assert_non_null(strstr(program_out(p), "sound"));
    assert_non_null(strstr(program_out(p), "106 talks, 10 notes"));
    assert_non_null(strstr(program_out(p), "/.local/share/talkbook/talkbook.db"));
    assert_non_null(
        strstr(program_out(p), "imports    read in a child that is held by: limits"));
}

static void test_render(void **state)
{
    struct program *p = *state;
    char *path = support_path(p->home, "some.md");
    support_write(path, "# Title\n\n- *one*\n- `two`\n", 24);
    run_ok(p, "render", path, NULL);
    assert_non_null(strstr(program_out(p), "Title"));
    assert_null(strstr(program_out(p), "*one*"));
    p->input = "**bold** &#27;[31m \033[31m \xE2\x80\xAE";
    run_ok(p, "render", "-", NULL);
    assert_non_null(strstr(program_out(p), "bold"));
    assert_non_null(strstr(program_out(p), "<U+202E>"));
    run_ok(p, "render", NULL);
    p->input = "";
    run_ok(p, "render", NULL);
    p->input = NULL;
    program_run(p, "render", "/no/such/file", NULL);
    assert_one_line(p, 1, "/no/such/file");
    program_run(p, "render", p->home, NULL);
    assert_one_line(p, 1, "directory");
    free(path);
}

static void test_width(void **state)
{
    struct program *p = *state;
    static const char *const widths[] = { "20", "33", "60", "120" };
    for (size_t i = 0; i < SUPPORT_COUNT(widths); i++) {
        run_ok(p, "show", "django-asincrono", "--width", widths[i], NULL);
        const char *text = program_out(p);
        while (*text != '\0') {
            size_t len = strcspn(text, "\n");
            if (utf8_cells(text, len) > atoi(widths[i]))
                fail_msg("wider than %s: %.*s", widths[i], (int)len, text);
            text += len + (text[len] == '\n');
        }
    }
}

static void test_colour(void **state)
{
    struct program *p = *state;
    static const char *const commands[][3] = { { "list" }, { "show", "design-pressure" },
        { "search", "gil" }, { "note", "list" }, { "note", "show", "1" } };
    for (size_t i = 0; i < SUPPORT_COUNT(commands); i++) {
        const char *const *c = commands[i];
        program_run(p, "--color=always", c[0], c[1], c[2], NULL);
        assert_int_equal(p->status, 0);
        assert_non_null(strchr(program_out(p), '\033'));
        run_ok(p, "--color=never", c[0], c[1], c[2], NULL);
        run_ok(p, "--color=auto", c[0], c[1], c[2], NULL);
    }
    p->env[0] = "NO_COLOR=1";
    run_ok(p, "list", NULL);
}

static void test_dashes(void **state)
{
    struct program *p = *state;
    run_ok(p, "search", "--json", "--", "gil", "-rust", NULL);
    assert_json_int(p, "json_array_length(?1) > 0", 1);
    assert_json_int(p,
        "json_array_length(?1) = (SELECT count(*) FROM json_each(?1) WHERE"
        " json_extract(value, '$.title') NOT LIKE '%rust%')",
        1);
    program_run(p, "search", "gil", "-rust", NULL);
    assert_one_line(p, 2, "put -- before");
    run_ok(p, "note", "add", "design-pressure", "-m", "--help", NULL);
    run_ok(p, "--json", "list", "--", "lang:es", NULL);
    assert_json_int(p, "json_array_length(?1)", 15);
    program_run(p, "--", "--help", NULL);
    assert_one_line(p, 2, "--help");
    run_ok(p, "--", "stats", NULL);
}

static void test_where_the_database_is(void **state)
{
    struct program *p = *state;
    struct stat status;
    struct buf env = { 0 }, env2 = { 0 };
    char *mine = support_path(p->home, "mine/a b%20?#.db");
    char *named = support_path(p->home, "named.db");
    char *data = support_path(p->home, "data/talkbook/talkbook.db");
    char *dir = support_path(p->home, "data/talkbook");
    run_ok(p, "--db", mine, "stats", NULL);
    assert_int_equal(stat(mine, &status), 0);
    buf_addf(&env, "XDG_DATA_HOME=%s/data", p->home);
    p->env[0] = env.data;
    run_ok(p, "stats", NULL);
    assert_int_equal(stat(data, &status), 0);
    assert_int_equal(stat(dir, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0700);
    buf_addf(&env2, "TALKBOOK_DB=%s", named);
    p->env[1] = env2.data;
    run_ok(p, "stats", NULL);
    assert_int_equal(stat(named, &status), 0);
    free(mine), free(named), free(data), free(dir);
    buf_release(&env);
    buf_release(&env2);
}

static void test_completion(void **state)
{
    struct program *p = *state;
    static const char *const shells[] = { "bash", "zsh", "fish" };
    char *path = support_path(p->home, "completion");
    for (size_t i = 0; i < SUPPORT_COUNT(shells); i++) {
        run_ok(p, "completion", shells[i], NULL);
        assert_non_null(strstr(program_out(p), "untag"));
        assert_non_null(strstr(program_out(p), "no-pager"));
        /* Each apostrophe opens or closes, or is written as the shell wants it. */
        assert_null(strstr(program_out(p), "talk's"));
        support_write(path, program_out(p), p->out.len);
        const char *const check[] = { shells[i], "-n", path, NULL };
        const char *const have[] = { "sh", "-c", "command -v \"$0\"", shells[i], NULL };
        if (program_exec(p, have) != 0) {
            printf("skip: %s is not there to check its completions\n", shells[i]);
            continue;
        }
        assert_int_equal(program_exec(p, check), 0);
        assert_string_equal(program_err(p), "");
    }
    free(path);
}

static void test_closed_output(void **state)
{
    struct program *p = *state;
    const char *const pipe[] = { "sh", "-c",
        "{ \"$0\" list; echo $? >\"$HOME/status\"; } | head -n 1", program_name(), NULL };
    assert_int_equal(program_exec(p, pipe), 0);
    assert_string_equal(program_err(p), "");
    struct buf status = { 0 };
    char *path = support_path(p->home, "status");
    assert_true(support_read(path, &status));
    assert_string_equal(buf_text(&status), "0\n");
    free(path);
    buf_release(&status);
    p->closed = true;
    program_run(p, "list", NULL);
    assert_one_line(p, 1, "No space left");
    program_run(p, "list", "--json", NULL);
    assert_one_line(p, 1, "No space left");
}

static void test_log(void **state)
{
    struct program *p = *state;
    char *path = support_path(p->home, "log");
    struct buf log = { 0 };
    run_ok(p, "--log", path, "stats", NULL);
    assert_true(support_read(path, &log));
    assert_non_null(strstr(buf_text(&log), " ms SELECT"));
    program_run(p, "--log", "/no/such/dir/log", "stats", NULL);
    assert_one_line(p, 1, "/no/such/dir/log");
    buf_release(&log);
    free(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CLI_TEST(test_help_and_version),
        CLI_TEST(test_usage),
        CLI_TEST(test_list_text),
        CLI_TEST(test_list_json),
        CLI_TEST(test_list_query),
        CLI_TEST(test_show),
        CLI_TEST(test_ambiguous),
        CLI_TEST(test_search),
        CLI_TEST(test_marks),
        CLI_TEST(test_stats_and_doctor),
        CLI_TEST(test_render),
        CLI_TEST(test_width),
        CLI_TEST(test_colour),
        CLI_TEST(test_dashes),
        CLI_TEST(test_where_the_database_is),
        CLI_TEST(test_completion),
        CLI_TEST(test_closed_output),
        CLI_TEST(test_log),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
