/* `talkbook export` and `talkbook import` of notes as a person runs them: forms, where
 * they go, what is said, the exit status, and a real git repository. */
#include "cli_check.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static void write_home(struct program *p, const char *name, const char *text)
{
    char *path = support_path(p->home, name);
    support_write(path, text, strlen(text));
    free(path);
}

static void test_usage(void **state)
{
    struct program *p = *state;
    program_run(p, "export", NULL);
    assert_one_line(p, 2, "need a directory: -o DIR");
    program_run(p, "export", "--format=xml", NULL);
    assert_one_line(p, 2, "--format takes markdown, html, json, csv or ics, not 'xml'");
    program_run(p, "export", "--digest", "--format=csv", NULL);
    assert_one_line(p, 2, "--digest is Markdown or html");
    program_run(p, "export", "--digest", "theme:nothing", NULL);
    assert_one_line(p, 1, "nothing");
    program_run(p, "export", "--digest", "-o", p->home, NULL);
    assert_one_line(p, 1, "is a directory; name a file");
    p->closed = true;
    program_run(p, "export", "--format=json", NULL);
    p->closed = false;
    assert_one_line(p, 1, "cannot write standard output");
}

/* An export never takes the place of a database, by whatever name. */
static void test_not_over_a_database(void **state)
{
    struct program *p = *state;
    const char *const names[] = { "copy.db", "link.db", "copy.db-wal", "copy.db-shm" };
    char *copy = support_path(p->home, names[0]), *link = support_path(p->home, names[1]);
    program_run(p, "backup", copy, NULL);
    assert_int_equal(symlink("copy.db", link), 0);
    for (size_t i = 0; i < SUPPORT_COUNT(names); i++) {
        char *path = support_path(p->home, names[i]);
        program_run(p, "--db", copy, "export", "--format=csv", "-o", path, NULL);
        assert_one_line(p, 1, "is a database, which stays; name another file");
        program_run(p, "export", "--digest", "-o", path, NULL);
        assert_one_line(p, 1, "is a database, which stays; name another file");
        free(path);
    }
    run_ok(p, "--db", copy, "doctor", NULL);
    assert_non_null(strstr(program_out(p), "sound"));
    free(copy), free(link);
}

static void test_forms_to_standard_output(void **state)
{
    struct program *p = *state;
    run_ok(p, "note", "add", "nogil", "-m", "try [12:34]", NULL);
    run_ok(p, "star", "nogil", NULL);
    run_ok(p, "export", "--digest", "nogil", NULL);
    assert_int_equal(count_lines(p, "^# Notes on PyCon US 2025$"), 1);
    assert_int_equal(count_lines(p, "^> try \\[12:34\\]\\(<https.*t=754s>\\)$"), 1);
    run_ok(p, "export", "--format=html", "nogil", NULL);
    assert_int_equal(count_lines(p, "^<!doctype html>$"), 1);
    run_ok(p, "export", "--format=json", NULL);
    assert_json(p, "json_extract(?1, '$.format')", "talkbook-notes");
    assert_json_int(p, "json_array_length(?1, '$.notes')", 11);
    assert_json_int(p, "json_extract(?1, '$.marks[0].starred')", 1);
    run_ok(p, "export", "--format=json", "nogil", NULL);
    assert_json_int(p, "json_array_length(?1, '$.talks')", 1);
    program_run(p, "export", "--format=csv", "nogil", NULL);
    assert_int_equal(p->status, 0);
    assert_int_equal(count_lines(p, "^pycon-us-2025/"), 2);
    program_run(p, "export", "--format=ics", NULL);
    assert_int_equal(p->status, 0);
    assert_int_equal(count_lines(p, "^BEGIN:VEVENT\r$"), 1);
}

static void test_json_there_and_back(void **state)
{
    struct program *p = *state;
    char *file = support_path(p->home, "notes.json"), *db = support_path(p->home, "new.db");
    run_ok(p, "note", "add", "nogil", "-m", "a note", NULL);
    run_ok(p, "export", "--format=json", "-o", file, NULL);
    run_ok(p, "--db", db, "import", file, NULL);
    assert_string_equal(
        program_out(p), "1 added, 0 changed, 0 merged, 10 unchanged, 0 deleted, 0 conflicts\n");
    run_ok(p, "--db", db, "import", "--json", file, NULL);
    assert_json_int(p, "json_extract(?1, '$.unchanged')", 11);
    write_home(p, "notes.json", "{\"version\":2,\"format\":\"talkbook-notes\"}");
    program_run(p, "import", file, NULL);
    assert_one_line(p, 1, "notes.json was not imported: its version is not 1");
    free(file), free(db);
}

static void test_a_directory(void **state)
{
    struct program *p = *state;
    char *dir = support_path(p->home, "notes"), *db = support_path(p->home, "new.db");
    run_ok(p, "note", "add", "nogil", "-m", "a note", NULL);
    run_ok(p, "export", "-o", dir, NULL);
    assert_string_equal(program_out(p), "11 added, 0 changed, 0 unchanged, 0 deleted\n");
    write_home(p, "notes/by-hand.md", "---\ntalk: gone-2001/x\n---\nby hand\n");
    write_home(p, "notes/a-note.md", "---\nid: x\033]0;x\a\n---\n");
    program_run(p, "import", dir, NULL);
    assert_int_equal(p->status, 1);
    assert_inert(program_out(p), p->out.len);
    assert_non_null(strstr(program_out(p), "1 added, 0 changed, 0 merged, 10 unchanged"));
    assert_non_null(strstr(program_out(p), "left alone:\n  a-note.md: "));
    assert_non_null(strstr(
        program_out(p), "1 note is on a talk not in the database, such as gone-2001/x\n"));
    program_run(p, "export", "-o", dir, NULL);
    assert_int_equal(p->status, 1);
    assert_non_null(strstr(program_err(p), "left alone: a-note.md holds changes"));
    assert_inert(program_err(p), p->err.len);
    free(dir), free(db);
}

/* Change one note and git shows one file. */
static void test_git_shows_what_changed(void **state)
{
    struct program *p = *state;
    char *dir = support_path(p->home, "notes");
    struct buf script = { 0 };
    run_ok(p, "note", "add", "nogil", "-m", "a note", NULL);
    run_ok(p, "export", "-o", dir, NULL);
    buf_addf(&script,
        "cd '%s' && export GIT_CONFIG_GLOBAL=/dev/null && git init -q 2>/dev/null && git add "
        "-A && git -c user.name=t -c user.email=t@localhost commit -qm notes",
        dir);
    const char *commit[] = { "sh", "-c", script.data, NULL };
    assert_int_equal(program_exec(p, commit), 0);
    run_ok(p, "note", "edit", "11", "-m", "a note, changed", NULL);
    run_ok(p, "export", "-o", dir, NULL);
    assert_string_equal(program_out(p), "0 added, 1 changed, 10 unchanged, 0 deleted\n");
    const char *status[] = { "git", "-C", dir, "status", "--porcelain", NULL };
    assert_int_equal(program_exec(p, status), 0);
    assert_string_equal(program_out(p), " M a-note.md\n");
    buf_release(&script);
    free(dir);
}

/* A directory of pyvideo's is still one. */
static void test_pyvideo_is_told_apart(void **state)
{
    struct program *p = *state;
    char *dir = support_path(p->home, "data");
    struct buf script = { 0 };
    buf_addf(&script,
        "mkdir -p '%s/con-2020/videos' && cd '%s' && echo '{\"title\":\"Con 2020\"}' "
        ">con-2020/category.json && echo '{\"title\":\"T\"}' >con-2020/videos/t.json && echo x "
        ">CONTRIBUTING.md",
        dir, dir);
    const char *make[] = { "sh", "-c", script.data, NULL };
    assert_int_equal(program_exec(p, make), 0);
    run_ok(p, "import", dir, NULL);
    assert_non_null(strstr(program_out(p), "1 conference: 1 added"));
    buf_release(&script);
    free(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = { CLI_TEST(test_usage),
        CLI_TEST(test_not_over_a_database), CLI_TEST(test_forms_to_standard_output),
        CLI_TEST(test_json_there_and_back), CLI_TEST(test_a_directory),
        CLI_TEST(test_git_shows_what_changed), CLI_TEST(test_pyvideo_is_told_apart) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
