/* The real program: notes on topics and free ones, their times and open tasks,
 * revisions, the trash, themes, undo; and texts made to deceive a terminal. */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "cli_check.h"

enum { STARTERS = 10, STARTER_TASKS = 12 };

static const char hostile[] = "TODO: \033]0;owned\a\xC2\x9B"
                              "31m \xE2\x80\xAE drow\n\n"
                              "[12:34] \033[2J\xE2\x80\x8B tail\n";

static void assert_out(const struct program *p, const char *part)
{
    if (strstr(program_out(p), part) == NULL)
        fail_msg("'%s' is not in %.2000s", part, program_out(p));
}

static void assert_no_out(const struct program *p, const char *part)
{
    if (strstr(program_out(p), part) != NULL)
        fail_msg("'%s' is in %.2000s", part, program_out(p));
}

static void test_topic_and_free(void **state)
{
    struct program *p = *state;
    run_ok(p, "note", "add", "--topic", "gpu-computing", "-m", "on a topic", NULL);
    assert_string_equal(program_out(p), "11\n");
    run_ok(p, "note", "add", "-m", "free", NULL);
    p->input = "free, too\n";
    run_ok(p, "note", "add", "-", NULL);
    run_ok(p, "note", "add", "--topic", "gpu-computing", "-", NULL);
    p->input = NULL;
    run_ok(p, "note", "list", "--json", NULL);
    assert_json_int(p, "json_array_length(?1)", STARTERS + 4);
    assert_json(p, "json_extract(?1, '$[10].topic')", "gpu-computing");
    assert_json(p, "json_extract(?1, '$[10].talk')", "");
    assert_json(p, "json_extract(?1, '$[11].topic') || json_extract(?1, '$[11].talk')", "");
    assert_json(p, "json_extract(?1, '$[12].body')", "free, too\n");
    run_ok(p, "note", "list", "--topic=gpu-computing", "--json", NULL);
    assert_json_int(p, "json_array_length(?1)", 2);
    program_run(p, "note", "add", "--topic", "no-such", "-m", "x", NULL);
    assert_one_line(p, 1, "no topic 'no-such'; the topics are ai-and-language, ");
    program_run(p, "note", "list", "--topic", "no-such", NULL);
    assert_one_line(p, 1, "no topic 'no-such'");
    program_run(p, "note", "add", "--topic", "gpu-computing", NULL);
    assert_one_line(p, 1, "-m TEXT");
    program_run(p, "note", "add", "nogil", "--topic", "gpu-computing", "-m", "x", NULL);
    assert_one_line(p, 2, "not both");
}

static void test_stamps(void **state)
{
    struct program *p = *state;
    run_ok(p, "note", "stamps", "nogil", NULL);
    assert_string_equal(program_out(p), "");
    run_ok(
        p, "note", "add", "nogil", "-m", "[12:34] second\n[1:02:03]\n`[0:01]` is code", NULL);
    run_ok(p, "note", "add", "nogil", "-m", "x\n\n- [0:05]   first of *all*  ", NULL);
    run_ok(p, "note", "stamps", "nogil", NULL);
    assert_string_equal(program_out(p),
        "    0:05  note 12  first of *all*  https://www.youtube.com/watch?v=AYSlsCz8gKM&t=5s\n"
        "   12:34  note 11  second  https://www.youtube.com/watch?v=AYSlsCz8gKM&t=754s\n"
        " 1:02:03  note 11    https://www.youtube.com/watch?v=AYSlsCz8gKM&t=3723s\n");
    run_ok(p, "note", "stamps", "nogil", "--json", NULL);
    assert_json(p, "json_extract(?1, '$[0].seconds', '$[1].note', '$[0].line')", "[5,11,3]");
    assert_json(
        p, "json_extract(?1, '$[0].url')", "https://www.youtube.com/watch?v=AYSlsCz8gKM&t=5s");
    program_run(p, "note", "stamps", "no such talk at all", NULL);
    assert_int_equal(p->status, 1);
}

/* Addresses that have a query, none, or a part behind '#'; and what is no address. */
static void test_stamp_addresses(void **state)
{
    struct program *p = *state;
    static const struct {
        const char *url, *at;
    } cases[] = { { "https://x.org/v", "https://x.org/v?t=61s" },
        { "https://x.org/v?a=1", "https://x.org/v?a=1&t=61s" },
        { "https://x.org/v#p?q", "https://x.org/v?t=61s#p?q" }, { "", "" },
        { "javascript:alert(1)", "" } };
    run_ok(p, "note", "add", "nogil", "-m", "[1:01] here", NULL);
    char *path = support_path(p->home, ".local/share/talkbook/talkbook.db");
    for (size_t i = 0; i < SUPPORT_COUNT(cases); i++) {
        char *sql = support_sql_text(path,
            "SELECT printf('UPDATE talk SET video_url = %Q WHERE title LIKE ''%%NoGIL "
            "Load%%''',"
            " ?1)",
            cases[i].url);
        support_sql(path, sql);
        run_ok(p, "note", "stamps", "nogil", "--json", NULL);
        assert_json(p, "json_extract(?1, '$[0].url')", cases[i].at);
        free(sql);
    }
    free(path);
}

static void test_inbox(void **state)
{
    struct program *p = *state;
    run_ok(p, "inbox", NULL);
    assert_int_equal(count_lines(p, "^note [0-9]+:[0-9]+  \\[ \\]  "), STARTER_TASKS);
    run_ok(p, "note", "add", "design-pressure", "-m", "a\nTODO: read *it*\n\n- [ ] box", NULL);
    run_ok(p, "note", "add", "-m", "Q: why?", NULL);
    run_ok(p, "inbox", NULL);
    assert_int_equal(
        strncmp(program_out(p),
            "note 12:1  Q  why?\n"
            "note 11:2  TODO  read *it*  — Design Pressure: The Invisible Hand That "
            "Shapes Your Code\n"
            "note 11:4  [ ]  box  — Design",
            60),
        0);
    run_ok(p, "inbox", "--json", NULL);
    assert_json_int(p, "json_array_length(?1)", STARTER_TASKS + 3);
    assert_json(p, "json_extract(?1, '$[0].kind', '$[1].kind', '$[2].kind')",
        "[\"question\",\"todo\",\"box\"]");
    assert_json_int(p, "json_extract(?1, '$[2].line')", 4);
    /* One that is no task leaves the others as they were. */
    static const char *const wrong[] = { "11:1", "11:", "11", ":2", "99:1", "11:x", "11:2x",
        "11:-2", "\033[31m:1" };
    for (size_t i = 0; i < SUPPORT_COUNT(wrong); i++) {
        program_run(p, "inbox", "done", "12:1", wrong[i], NULL);
        assert_one_line(p, 1, "");
    }
    run_ok(p, "inbox", "--json", NULL);
    assert_json_int(p, "json_array_length(?1)", STARTER_TASKS + 3);
    run_ok(p, "inbox", "done", "11:4", "12:1", "11:2", "11:4", NULL);
    run_ok(p, "inbox", "--json", NULL);
    assert_json_int(p, "json_array_length(?1)", STARTER_TASKS);
    run_ok(p, "note", "show", "11", "--raw", NULL);
    assert_string_equal(program_out(p), "a\nDONE: read *it*\n\n- [x] box\n");
    program_run(p, "inbox", "done", "11:2", NULL);
    assert_one_line(p, 1, "no open task");
    run_ok(p, "note", "rm", "1", NULL);
    program_run(p, "inbox", "done", "1:3", NULL);
    assert_one_line(p, 1, "trash");
}

/* Longer than what is read at once. */
static void test_long_inbox(void **state)
{
    struct program *p = *state;
    enum { NOTES = 3, TASKS = 700 };
    struct buf body = { 0 };
    for (int i = 0; i < TASKS; i++)
        buf_addf(&body, "TODO: number %d\n", i);
    p->input = body.data;
    for (int i = 0; i < NOTES; i++)
        run_ok(p, "note", "add", "-", NULL);
    p->input = NULL;
    run_ok(p, "inbox", NULL);
    assert_int_equal(count_lines(p, "^note 1[123]:[0-9]+  TODO  number "), NOTES * TASKS);
    assert_int_equal(count_lines(p, "."), NOTES * TASKS + STARTER_TASKS);
    run_ok(p, "inbox", "--json", NULL);
    assert_json_int(p, "json_array_length(?1)", NOTES * TASKS + STARTER_TASKS);
    buf_release(&body);
}

static void test_log_show_revert(void **state)
{
    struct program *p = *state;
    run_ok(p, "note", "add", "-m", "one\ntwo\nthree\n", NULL);
    run_ok(p, "note", "edit", "11", "-m", "one\n2\nthree\nfour\n", NULL);
    run_ok(p, "note", "edit", "11", "-m", "# Title\n", NULL);
    run_ok(p, "note", "log", "11", NULL);
    assert_int_equal(count_lines(p, "^ +3  [-0-9: ]+  \\+1 −4  Title$"), 1);
    assert_int_equal(count_lines(p, "^ +2  [-0-9: ]+  \\+2 −1  one$"), 1);
    assert_int_equal(count_lines(p, "^ +1  [-0-9: ]+  \\+3 −0  one$"), 1);
    assert_int_equal(count_lines(p, "."), 3);
    run_ok(p, "note", "log", "11", "--json", NULL);
    assert_json(p, "json_extract(?1, '$[1].body')", "one\n2\nthree\nfour\n");
    assert_json(
        p, "json_extract(?1, '$[0].revision', '$[0].added', '$[0].removed')", "[3,1,4]");
    run_ok(p, "note", "show", "--raw", "11", "--rev", "1", NULL);
    assert_string_equal(program_out(p), "one\ntwo\nthree\n");
    run_ok(p, "note", "show", "--json", "11", "--rev=2", NULL);
    assert_json(p, "json_extract(?1, '$.revision')", "2");
    program_run(p, "note", "show", "11", "--rev", "4", NULL);
    assert_one_line(p, 1, "no revision 4");
    program_run(p, "note", "revert", "11", "0", NULL);
    assert_one_line(p, 1, "note log 11");
    program_run(p, "note", "revert", "11", "1x", NULL);
    assert_one_line(p, 1, "no revision 1x");
    run_ok(p, "note", "revert", "11", "1", NULL);
    run_ok(p, "note", "show", "--raw", "11", NULL);
    assert_string_equal(program_out(p), "one\ntwo\nthree\n");
    run_ok(p, "note", "log", "11", "--json", NULL);
    assert_json_int(p, "json_array_length(?1)", 4);
    run_ok(p, "undo", NULL);
    assert_string_equal(program_out(p), "undo: edited note 11\n");
    run_ok(p, "note", "show", "--raw", "11", NULL);
    assert_string_equal(program_out(p), "# Title\n");
    run_ok(p, "note", "rm", "11", NULL);
    program_run(p, "note", "revert", "11", "1", NULL);
    assert_one_line(p, 1, "trash");
    program_run(p, "note", "log", "99", NULL);
    assert_one_line(p, 1, "no note 99");
}

static void test_diff(void **state)
{
    struct program *p = *state;
    run_ok(p, "note", "add", "-m", "one\n-- two\nthree", NULL);
    program_run(p, "note", "diff", "11", NULL);
    assert_one_line(p, 1, "never changed");
    run_ok(p, "note", "edit", "11", "-m", "one\n2\tb\nthree", NULL);
    run_ok(p, "note", "edit", "11", "-m", "one\n2\tb\nthree\nfour", NULL);
    run_ok(p, "note", "diff", "11", "1", NULL);
    assert_string_equal(program_out(p),
        "--- note 11, revision 1\n+++ note 11, revision 3\n"
        "@@ -1,3 +1,4 @@\n one\n--- two\n+2\tb\n three\n+four\n");
    run_ok(p, "note", "diff", "11", NULL);
    assert_out(p, "--- note 11, revision 2\n");
    run_ok(p, "note", "diff", "11", "3", NULL);
    assert_string_equal(program_out(p), "");
    program_run(p, "note", "diff", "11", "7", NULL);
    assert_one_line(p, 1, "no revision 7");
    program_run(p, "--color=16", "note", "diff", "11", "1", NULL);
    assert_out(p, "m--- two\033[0m\n");
    assert_out(p, "m+four\033[0m\n");
}

/* What has no width comes out of a pipe as it went in, but nothing that acts. */
static void test_without_width(void **state)
{
    struct program *p = *state;
    static const char text[] = "\xD9\x85\xDB\x8C\xE2\x80\x8C\xD8\xB1 a\xE2\x80\x8B"
                               "b\xC2\xAD"
                               "c\r\n\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x92\xBB\n";
    static const char changed[] = "+\xD9\x85\xDB\x8C\xE2\x80\x8C\xD8\xB1 a\xE2\x80\x8B"
                                  "b\xC2\xAD"
                                  "c\r\n+\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x92\xBB\n";
    char *path = support_path(p->home, "shown");
    run_ok(p, "note", "add", "-m", "x", NULL);
    run_ok(p, "note", "edit", "11", "-m", text, NULL);
    run_document(p, "note", "show", "--raw", "11", NULL);
    assert_string_equal(program_out(p), text);
    support_write(path, p->out.data, p->out.len);
    run_ok(p, "note", "edit", "11", "-F", path, NULL);
    run_ok(p, "note", "show", "--json", "11", NULL);
    assert_json_int(p, "json_extract(?1, '$.revision')", 2);
    run_document(p, "note", "diff", "11", NULL);
    assert_out(p, changed);
    /* Behind a pipe that takes styles is a terminal. */
    program_run(p, "--color=always", "note", "diff", "11", NULL);
    assert_no_out(p, "\xE2\x80\x8C");
    assert_no_out(p, "\r");
    run_ok(p, "note", "edit", "11", "-m", "\033[2J\xE2\x80\xAE \xC2\x9B\r\xE2\x80\x8D", NULL);
    run_document(p, "note", "show", "--raw", "11", NULL);
    assert_string_equal(program_out(p), "<U+001B>[2J<U+202E> <U+009B><U+000D>\xE2\x80\x8D\n");
    free(path);
}

/* What it prints turns the one text into the other. */
static void test_patch(void **state)
{
    struct program *p = *state;
    static const char *const which[] = { "which", "patch", NULL };
    if (program_exec(p, which) != 0)
        skip();
    uint64_t random = 7;
    char *old = support_path(p->home, "old"), *diff = support_path(p->home, "diff");
    run_ok(p, "note", "add", "-m", "x", NULL);
    for (int round = 0; round < 12; round++) {
        struct buf body = { 0 }, patched = { 0 };
        run_ok(p, "note", "show", "--raw", "11", NULL);
        support_write(old, p->out.data, p->out.len);
        for (uint32_t n = support_random(&random) % 30 + 1; n > 0; n--)
            buf_addf(&body, "line %u\n", (unsigned)(support_random(&random) % 6));
        p->input = body.data;
        run_ok(p, "note", "edit", "11", "-F", "-", NULL);
        p->input = NULL;
        run_ok(p, "note", "diff", "11", NULL);
        support_write(diff, program_out(p), p->out.len);
        const char *const patch[] = { "patch", "-s", old, diff, NULL };
        if (p->out.len > 0) {
            if (program_exec(p, patch) != 0)
                fail_msg("patch: %s%s", program_out(p), program_err(p));
            assert_true(support_read(old, &patched));
            assert_string_equal(buf_text(&patched), body.data);
        }
        buf_release(&body);
        buf_release(&patched);
    }
    free(old), free(diff);
}

/* What is removed for good is nowhere in the file: not in a text, nor in the index. */
static void test_trash_leaves_nothing(void **state)
{
    struct program *p = *state;
    static const char *const words[] = { "zzquokka", "zznumbat" };
    char *path = support_path(p->home, ".local/share/talkbook/talkbook.db");
    run_ok(p, "note", "add", "nogil", "-m", "a zznumbat #zznumbat", NULL);
    run_ok(p, "note", "edit", "11", "-m", "a zzquokka\n- [ ] zzquokka", NULL);
    run_ok(p, "note", "rm", "11", NULL);
    for (int emptied = 0; emptied < 2; emptied++) {
        struct buf file = { 0 };
        assert_true(support_read(path, &file));
        for (size_t i = 0; i < SUPPORT_COUNT(words); i++)
            assert_int_equal(
                memmem(file.data, file.len, words[i], strlen(words[i])) == NULL, emptied);
        buf_release(&file);
        run_ok(p, "note", "trash", "--empty", NULL);
    }
    run_ok(p, "search", "design pressure", NULL);
    assert_out(p, "Design Pressure");
    run_ok(p, "doctor", NULL);
    free(path);
}

static void test_trash(void **state)
{
    struct program *p = *state;
    run_ok(p, "note", "trash", NULL);
    assert_string_equal(program_out(p), "");
    run_ok(p, "note", "trash", "--empty", NULL);
    assert_string_equal(program_out(p), "0 notes removed for good\n");
    run_ok(p, "note", "add", "nogil", "-m", "a numbat", NULL);
    run_ok(p, "note", "edit", "11", "-m", "a quokka", NULL);
    run_ok(p, "note", "rm", "11", "2", NULL);
    run_ok(p, "note", "trash", NULL);
    assert_int_equal(count_lines(p, "^ +(2|11)  "), 2);
    run_ok(p, "note", "trash", "--json", NULL);
    assert_json(p, "json_extract(?1, '$[1].body')", "a quokka");
    run_ok(p, "note", "restore", "2", NULL);
    run_ok(p, "note", "trash", "--empty", NULL);
    assert_string_equal(program_out(p), "1 note removed for good\n");
    program_run(p, "note", "restore", "11", NULL);
    assert_one_line(p, 1, "no note 11");
    run_ok(p, "undo", NULL);
    assert_out(p, "undo: restored note");
    assert_no_out(p, "quokka");
    run_ok(p, "note", "list", "--json", NULL);
    assert_json_int(p, "json_array_length(?1)", STARTERS - 1);
}

/* With the log of another program that has the database open, and one that reads. */
static void test_trash_beside_a_browser(void **state)
{
    struct program *p = *state;
    struct err err = { 0 };
    struct db *other;
    char *path = support_path(p->home, ".local/share/talkbook/talkbook.db");
    char *log = support_path(p->home, ".local/share/talkbook/talkbook.db-wal");
    run_ok(p, "stats", NULL);
    assert_true(db_open(&other, path, &err));
    for (int reads = 0; reads < 2; reads++) {
        struct buf file = { 0 };
        run_ok(p, "note", "add", "nogil", "-m", "a zznumbat", NULL);
        run_ok(p, "note", "rm", "11", NULL);
        if (reads == 1)
            db_read_begin(other), free(db_meta_get(other, "clock"));
        program_run(p, "note", "trash", "--empty", NULL);
        assert_int_equal(p->status, 0);
        assert_int_equal(strstr(program_err(p), "talkbook.db-wal until") != NULL, reads);
        assert_true(support_read(log, &file));
        assert_int_equal(
            file.len > 0 && memmem(file.data, file.len, "zznumbat", 8) != NULL, reads);
        buf_release(&file);
    }
    db_read_end(other);
    db_close(other);
    free(path), free(log);
}

static void test_themes(void **state)
{
    struct program *p = *state;
    run_ok(p, "theme", "nogil", NULL);
    assert_string_equal(program_out(p), "Speed\n");
    run_ok(p, "theme", "nogil", "Late night, safety", "Speed", NULL);
    run_ok(p, "theme", "nogil", NULL);
    assert_string_equal(
        program_out(p), "Speed  (yours)\nSafety  (yours)\nLate night  (yours)\n");
    run_ok(p, "list", "theme:\"late night\"", NULL);
    assert_out(p, "NoGIL Load Balancer");
    run_ok(p, "theme", "nogil", "", NULL);
    run_ok(p, "theme", "nogil", NULL);
    assert_string_equal(program_out(p), "Everything else  (yours)\n");
    run_ok(p, "undo", NULL);
    assert_string_equal(
        program_out(p), "undo: themes on Building a NoGIL Load Balancer in 30 minutes\n");
    run_ok(p, "theme", "nogil", NULL);
    assert_out(p, "Late night  (yours)\n");
    run_ok(p, "theme", "nogil", "--reset", NULL);
    run_ok(p, "theme", "nogil", NULL);
    assert_string_equal(program_out(p), "Speed\n");
    run_ok(p, "theme", "nogil", "\033]0;owned\a\xE2\x80\xAE", NULL);
    run_ok(p, "theme", "nogil", NULL);
    assert_out(p, "owned");
}

static void test_undo_redo(void **state)
{
    struct program *p = *state;
    program_run(p, "undo", NULL);
    assert_one_line(p, 1, "nothing to undo");
    run_ok(p, "star", "nogil", NULL);
    run_ok(p, "undo", NULL);
    assert_out(p, "undo: star on Building");
    program_run(p, "undo", NULL);
    assert_one_line(p, 1, "nothing to undo");
    run_ok(p, "redo", NULL);
    assert_out(p, "redo: star on Building");
    program_run(p, "redo", NULL);
    assert_one_line(p, 1, "nothing to redo");
    run_ok(p, "show", "--json", "nogil", NULL);
    assert_json_int(p, "json_extract(?1, '$.starred')", 1);
}

static void test_progress(void **state)
{
    struct program *p = *state;
    char *path = support_path(p->home, ".local/share/talkbook/talkbook.db");
    run_ok(p, "watch", "nogil", NULL);
    run_ok(p, "unwatch", "nogil", NULL);
    support_sql(path, "UPDATE mark SET position = 754; UPDATE talk SET video_seconds = 1600"
                      " WHERE key IN (SELECT talk_key FROM mark WHERE watched = 0)");
    run_ok(p, "show", "nogil", NULL);
    assert_out(p, "reached 12:34");
    run_ok(p, "show", "--json", "nogil", NULL);
    assert_json_int(p, "json_extract(?1, '$.position')", 754);
    run_ok(p, "list", "nogil load balancer", NULL);
    assert_out(p, " 47%  Alvaro Duran");
    support_sql(path, "UPDATE talk SET video_seconds = 0");
    run_ok(p, "list", "nogil load balancer", NULL);
    assert_out(p, " 12:34  Alvaro Duran");
    run_ok(p, "watch", "nogil", NULL);
    run_ok(p, "list", "nogil load balancer", NULL);
    assert_no_out(p, "12:34");
    free(path);
}

static void test_hostile(void **state)
{
    struct program *p = *state;
    program_run(p, "note", "add", "nogil", "-m", hostile, NULL);
    program_run(p, "note", "edit", "11", "-m", "\r\n\033[31m\xC2\x85\xE2\x80\xAE\tx", NULL);
    program_run(p, "note", "revert", "11", "1", NULL);
    run_ok(p, "note", "stamps", "nogil", NULL);
    assert_out(p, "12:34");
    run_ok(p, "note", "stamps", "--json", "nogil", NULL);
    assert_json_int(p, "json_valid(?1)", 1);
    run_ok(p, "inbox", NULL);
    assert_out(p, "owned");
    run_ok(p, "inbox", "--json", NULL);
    assert_json_int(p, "json_valid(?1)", 1);
    run_ok(p, "note", "log", "11", NULL);
    run_ok(p, "note", "log", "--json", "11", NULL);
    assert_json_int(p, "json_valid(?1)", 1);
    run_document(p, "note", "diff", "11", NULL);
    assert_out(p, "owned");
    run_ok(p, "note", "show", "11", "--rev", "2", NULL);
    program_run(p, "--color=always", "note", "diff", "11", NULL);
    assert_no_out(p, "\033]0;");
    assert_no_out(p, "\033[2J");
    run_ok(p, "note", "rm", "11", NULL);
    run_ok(p, "note", "trash", NULL);
    run_ok(p, "note", "trash", "--json", NULL);
    program_run(p, "note", "diff", "11", "\033[31m\xE2\x80\xAE", NULL);
    assert_one_line(p, 1, "[31m");
}

int main(void)
{
    setenv("TALKBOOK", program_name(), 0);
    const struct CMUnitTest tests[] = {
        CLI_TEST(test_topic_and_free),
        CLI_TEST(test_stamps),
        CLI_TEST(test_stamp_addresses),
        CLI_TEST(test_inbox),
        CLI_TEST(test_long_inbox),
        CLI_TEST(test_log_show_revert),
        CLI_TEST(test_diff),
        CLI_TEST(test_without_width),
        CLI_TEST(test_patch),
        CLI_TEST(test_trash),
        CLI_TEST(test_trash_leaves_nothing),
        CLI_TEST(test_trash_beside_a_browser),
        CLI_TEST(test_themes),
        CLI_TEST(test_undo_redo),
        CLI_TEST(test_progress),
        CLI_TEST(test_hostile),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
