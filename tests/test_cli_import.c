/* `talkbook import DIR` as a person runs it: the report in text and JSON, the exit
 * status, what is printed of hostile names, the bar on a terminal, ^C. */
#include "pyvideo_tree.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "cli/progress.h"
#include "cli_check.h"
#include "pty.h"

enum { WAIT = 20000 };

static void test_report(void **state)
{
    struct program *p = *state;
    char *tree = support_path(p->home, "made");
    tree_conference(tree);
    tree_write(tree, "videos/bad.json", "{");
    tree_write(tree, "videos/odd.json", "{\"title\":\"Odd\",\"recorded\":\"never\"}");
    run_ok(p, "import", tree, NULL);
    assert_string_equal(program_out(p),
        "1 conference: 5 added, 0 changed, 0 unchanged, 1 rejected\n"
        "rejected:\n"
        "  videos/bad.json: it is not valid JSON: line 1: a name in quotes was expected\n"
        "left out, the rest imported:\n"
        "  videos/odd.json: \"recorded\" is not a date\n");
    run_ok(p, "import", "--json", tree, NULL);
    assert_json_int(p, "json_extract(?1, '$.unchanged')", 5);
    assert_json_int(p, "json_extract(?1, '$.rejected')", 1);
    assert_json_int(p, "json_array_length(?1, '$.remarks')", 2);
    assert_json(p, "json_extract(?1, '$.remarks[0].file')", "videos/bad.json");
    assert_json_int(p, "json_extract(?1, '$.remarks[0].rejected')", 1);
    run_ok(p, "list", "--group", "conference", NULL);
    assert_int_equal(count_lines(p, "^Made Con$"), 1);
    assert_int_equal(count_lines(p, "^  2019$"), 1);
    assert_int_equal(count_lines(p, "^ .*zebra"), 4);
    /* With two conferences that is how talks are listed. */
    run_ok(p, "list", NULL);
    assert_int_equal(count_lines(p, "^PyCon US$"), 1);
    run_ok(p, "show", "made/one", NULL);
    assert_non_null(strstr(program_out(p), "Mon 4 Mar 2019\n"));
    free(tree);
}

static void test_nothing_to_import(void **state)
{
    struct program *p = *state;
    char *tree = support_path(p->home, "made");
    tree_write(tree, "category.json", "{\"title\":\"Made\"}");
    tree_write(tree, "videos/bad.json", "{");
    assert_int_equal(program_run(p, "import", tree, NULL), 1);
    assert_non_null(strstr(program_out(p), "0 added, 0 changed, 0 unchanged, 1 rejected\n"));
    program_run(p, "import", p->home, NULL);
    assert_int_equal(p->status, 1);
    free(tree);
    program_run(p, "import", "/proc/self", NULL);
    assert_one_line(p, 1, "/proc/self is a directory without a conference");
}

static void test_a_newer_database(void **state)
{
    struct program *p = *state;
    char *tree = support_path(p->home, "made"), *db = support_path(p->home, "t.db");
    tree_conference(tree);
    run_ok(p, "--db", db, "stats", NULL);
    support_sql(db, "PRAGMA user_version = 999");
    program_run(p, "--db", db, "import", tree, NULL);
    assert_one_line(p, 1, "nothing can be saved");
    free(tree), free(db);
}

static void test_hostile_names(void **state)
{
    struct program *p = *state;
    char *tree = support_path(p->home, "made");
    tree_conference(tree);
    tree_write(tree, "videos/\033]0;x\a\xE2\x80\xAE\n.json", "{");
    for (int i = 0; i < 30; i++) {
        struct buf name = { 0 };
        buf_addf(&name, "videos/z%d.json", i);
        tree_write(tree, name.data, "[]");
        buf_release(&name);
    }
    run_ok(p, "import", tree, NULL);
    assert_non_null(strstr(program_out(p), "  and 11 more; --json names up to 1000\n"));
    run_ok(p, "import", "--json", tree, NULL);
    assert_json_int(p, "json_array_length(?1, '$.remarks')", 31);
    free(tree);
}

static void test_the_bar_fits(void **state)
{
    (void)state;
    for (int cols = 0; cols < 120; cols++) {
        struct buf line = { 0 };
        progress_add_line(12345, 21715, "pyc\033on-\xE6\x9C\xBA\xE5\x99\xA8-2025", cols, &line);
        assert_inert(buf_text(&line), line.len);
        if (line.len > 0 && utf8_cells(line.data, line.len) > cols - 3)
            fail_msg("%d columns: %s", cols, line.data);
        buf_release(&line);
    }
    struct buf line = { 0 };
    progress_add_line(12345, 21715, "pycon", 42, &line);
    assert_string_equal(line.data, "[###########.........] 12,345 of 21,715");
    buf_clear(&line);
    progress_add_line(0, 0, "", 80, &line);
    assert_non_null(strstr(line.data, "0 of 0"));
    buf_release(&line);
}

/* Records enough to be in the middle of when a key comes. */
static void make_many(const char *tree)
{
    struct buf words = { 0 };
    buf_adds(&words, "\"description\":\"");
    for (int i = 0; i < 1500; i++)
        buf_addf(&words, "word%d ", i);
    buf_addc(&words, '"');
    char *json = tree_record("T", "S", words.data);
    char *first = support_path(tree, "videos/a.json");
    tree_write(tree, "category.json", "{\"title\":\"Many 2020\"}");
    tree_write(tree, "videos/a.json", json);
    for (int i = 0; i < 20000; i++) {
        struct buf name = { 0 };
        buf_addf(&name, "%s/videos/b%d.json", tree, i);
        assert_int_equal(link(first, name.data), 0);
        buf_release(&name);
    }
    free(json), free(first), buf_release(&words);
}

static void test_interrupted(void **state)
{
    struct program *p = *state;
    char *tree = support_path(p->home, "many");
    char *db = support_path(p->home, "t.db");
    make_many(tree);
    run_ok(p, "--db", db, "star", "design-pressure", NULL);
    char *before = support_dump(db);
    const char *argv[] = { program_name(), "--db", db, "import", tree, NULL };
    struct pty_opts opts = { .argv = argv, .home = p->home, .cols = 60 };
    int status;
    struct pty *pty = pty_spawn(&opts);
    assert_non_null(pty);
    assert_true(pty_wait_text(pty, " of 20,001 many", WAIT));
    pty_send(pty, "\x03");
    assert_true(pty_wait_exit(pty, WAIT, &status));
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 1);
    assert_true(pty_shows(pty, "talkbook: stopped; nothing was changed"));
    assert_false(pty_shows(pty, " of 20,001"));
    pty_free(pty);
    char *after = support_dump(db);
    assert_string_equal(before, after);
    free(before), free(after), free(db), free(tree);
}

/* The bar is gone at the end, and where there is no terminal there is none. */
static void test_the_bar_goes_away(void **state)
{
    struct program *p = *state;
    char *tree = support_path(p->home, "made");
    tree_conference(tree);
    const char *argv[] = { program_name(), "import", tree, NULL };
    const char *env[] = { "TERM=dumb", NULL };
    struct pty_opts opts = { .argv = argv, .env = env, .home = p->home, .cols = 50 };
    int status;
    size_t len;
    struct pty *pty = pty_spawn(&opts);
    assert_non_null(pty);
    assert_true(pty_wait_exit(pty, WAIT, &status));
    const char *raw = pty_raw(pty, &len);
    assert_non_null(strstr(raw, "] 0 of 4"));
    assert_null(memchr(raw, '\033', len));
    char *row = pty_row(pty, 0);
    assert_non_null(strstr(row, "1 conference: 4 added"));
    free(row), pty_free(pty);
    run_ok(p, "import", tree, NULL);
    assert_null(strchr(program_out(p), '\r'));
    free(tree);
}

int main(void)
{
    const struct CMUnitTest tests[] = { CLI_TEST(test_report), CLI_TEST(test_nothing_to_import),
        CLI_TEST(test_a_newer_database), CLI_TEST(test_hostile_names),
        cmocka_unit_test(test_the_bar_fits), CLI_TEST(test_interrupted),
        CLI_TEST(test_the_bar_goes_away) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
