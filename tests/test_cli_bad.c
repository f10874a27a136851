/* The command line where things are not as they should be: databases that are
 * damaged, foreign, newer, older or locked away, and catalogs that are broken.
 * Each gives one clear line and exit status 1, and loses nothing. */
#include "support.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "cli_check.h"
#include "db/embedded.h"

#define CORRUPT "../shared/corpora/sqlite-corrupt"

/* What is tried on a bad database; the last two write. */
static const char *const commands[][5] = {
    { "list" },
    { "list", "--json" },
    { "show", "design-pressure" },
    { "search", "gil" },
    { "stats" },
    { "doctor" },
    { "note", "list" },
    { "star", "design-pressure" },
    { "note", "add", "design-pressure", "-mx" },
};
enum { COMMANDS = sizeof commands / sizeof commands[0] };

static int run_on(struct program *p, const char *path, size_t which)
{
    const char *const *c = commands[which];
    return program_run(p, "--db", path, c[0], c[1], c[2], c[3], NULL);
}

static void assert_same_bytes(const char *path, const struct buf *before)
{
    struct buf after = { 0 };
    assert_true(support_read(path, &after));
    assert_int_equal(after.len, before->len);
    assert_memory_equal(buf_text(&after), buf_text(before), before->len);
    buf_release(&after);
}

/* Every command refuses the file with one line, and leaves it be. */
static void assert_refused(struct program *p, const char *path, const char *says)
{
    struct buf before = { 0 };
    bool file = support_read(path, &before);
    for (size_t i = 0; i < COMMANDS; i++) {
        run_on(p, path, i);
        assert_one_line(p, 1, says);
        if (file)
            assert_same_bytes(path, &before);
    }
    buf_release(&before);
}

/* What was piped is nowhere else: it is kept whatever was wrong with where it should go. */
static void test_piped_and_refused(void **state)
{
    static const struct {
        const char *const args[6];
        const char *text, *says;
    } cases[] = { { { "note", "add", "-" }, "caf\xE9", "is not UTF-8: byte 4" },
        { { "note", "edit", "1", "-F", "-" }, "caf\xE9", "is not UTF-8: byte 4" },
        { { "note", "edit", "999", "-F", "-" }, "precious", "nothing was saved" },
        { { "note", "edit", "2", "-F", "-" }, "precious", "nothing was saved" },
        { { "note", "add", "no-such-talk", "-" }, "precious", "nothing was saved" },
        { { "note", "add", "no-such-talk", "-" }, "caf\xE9", "is not UTF-8: byte 4" } };
    struct program *p = *state;
    run_ok(p, "note", "rm", "2", NULL);
    for (size_t i = 0; i < SUPPORT_COUNT(cases); i++) {
        const char *const *a = cases[i].args;
        struct buf draft = { 0 };
        p->input = cases[i].text;
        program_run(p, a[0], a[1], a[2], a[3], a[4], NULL);
        assert_int_equal(p->status, 1);
        assert_non_null(strstr(program_err(p), cases[i].says));
        const char *at = strstr(program_err(p), "; the text is kept in ");
        assert_non_null(at);
        at += strlen("; the text is kept in ");
        char *path = mem_dup_n(at, strcspn(at, "\n"));
        assert_true(support_read(path, &draft));
        buf_cut(&draft, draft.len - 1);
        assert_string_equal(draft.data, cases[i].text);
        buf_release(&draft);
        free(path);
    }
    program_run(p, "note", "add", "-m", "one", "-", NULL);
    assert_one_line(p, 2, "-m TEXT, -F FILE and -");
    program_run(p, "note", "edit", "1", "-m", "one", "-F", "-", NULL);
    assert_one_line(p, 2, "-m TEXT, -F FILE and -");
    p->input = NULL;
}

static void test_not_a_database(void **state)
{
    struct program *p = *state;
    char *path = support_path(p->home, "some.db");
    static const char text[] = "Dear diary, this is no database, but it is long enough to be "
                               "mistaken for the header of one by a careless program.\n";
    support_write(path, text, sizeof text - 1);
    assert_refused(p, path, "is not a talkbook database; name another file with --db");
    assert_refused(p, p->home, "is not a regular file");
    assert_refused(p, "/dev/null", "is not a regular file");
    char *fifo = support_path(p->home, "fifo");
    assert_int_equal(mkfifo(fifo, 0600), 0);
    program_run(p, "--db", fifo, "stats", NULL);
    assert_one_line(p, 1, "is not a regular file; name another file with --db");
    program_run(p, "--db", fifo, "doctor", "--recover", "rescued.db", NULL);
    assert_one_line(p, 1, "is not a regular file; name another file with --db");
    assert_int_equal(access("rescued.db", F_OK), -1);
    program_run(p, "--db", "", "doctor", NULL);
    assert_one_line(p, 1, "the database's name is empty");
    free(fifo);
    assert_refused(p, "/dev/null/x.db", "/dev/null");
    assert_refused(p, "/proc/nowhere/x.db", "/proc/nowhere");
    free(path);
}

static void test_foreign_database(void **state)
{
    struct program *p = *state;
    static const char *const makers[] = {
        "CREATE TABLE talk (x); INSERT INTO talk VALUES (1)",
        "CREATE TABLE bookmarks (x); PRAGMA user_version = 1",
        "CREATE TABLE bookmarks (x); PRAGMA user_version = 77",
        "CREATE TABLE bookmarks (x); PRAGMA user_version = -1",
    };
    for (size_t i = 0; i < SUPPORT_COUNT(makers); i++) {
        char *path = support_path(p->home, "foreign.db");
        support_sql(path, makers[i]);
        assert_refused(p, path, "is not a talkbook database; name another file with --db");
        unlink(path);
        free(path);
    }
}

static void test_newer_database(void **state)
{
    struct program *p = *state;
    char *path = support_path(p->home, "newer.db");
    run_ok(p, "--db", path, "note", "add", "design-pressure", "-m", "from today", NULL);
    support_sql(path, "PRAGMA user_version = 99; CREATE TABLE tomorrow (x)");
    char *before = support_dump(path);
    run_ok(p, "--db", path, "list", NULL);
    run_ok(p, "--db", path, "show", "design-pressure", NULL);
    assert_non_null(strstr(program_out(p), "from today"));
    run_ok(p, "--db", path, "doctor", NULL);
    assert_non_null(strstr(program_out(p), "newer talkbook"));
    program_run(p, "--db", path, "star", "design-pressure", NULL);
    assert_one_line(p, 1, "a newer talkbook made it; update this one to write");
    program_run(p, "--db", path, "note", "add", "design-pressure", "-m", "x", NULL);
    assert_one_line(p, 1, "newer talkbook");
    program_run(p, "--db", path, "import", "data/pycon-us-2025.json", NULL);
    assert_one_line(p, 1, "newer talkbook");
    char *after = support_dump(path);
    assert_string_equal(before, after);
    free(before), free(after), free(path);
}

/* What a damaged file may do: be read where it is whole, or complain. (The
 * doctor complains and reports.) */
static void assert_one_line_or_fine(struct program *p, const char *path)
{
    assert_inert(program_out(p), p->out.len);
    if (strstr(program_out(p), "\ndatabase ") != NULL)
        buf_clear(&p->out);
    if (p->status != 0)
        assert_one_line(p, 1, path);
}

/* Damages a good database in one way. */
static void damage(const char *path, int how)
{
    struct buf bytes = { 0 };
    uint64_t random = 7;
    assert_true(support_read(path, &bytes));
    size_t len = bytes.len;
    for (size_t at = 0; at < len; at++) {
        bool page = at / 4096 % 5 == (size_t)how % 5 && at >= 4096;
        if ((how < 5 && page) || (how == 5 && at >= 100 && at < 4096))
            bytes.data[at] = (char)support_random(&random);
    }
    if (how == 6)
        len = len / 2 / 4096 * 4096;
    if (how == 7)
        len = 5000;
    support_write(path, bytes.data, len);
    buf_release(&bytes);
}

static void test_damaged_database(void **state)
{
    struct program *p = *state;
    char *good = support_path(p->home, "good.db");
    char *path = support_path(p->home, "bad.db");
    run_ok(p, "--db", good, "stats", NULL);
    for (int how = 0; how < 8; how++) {
        struct buf bytes = { 0 };
        assert_true(support_read(good, &bytes));
        support_write(path, bytes.data, bytes.len);
        buf_release(&bytes);
        damage(path, how);
        for (size_t i = 0; i < COMMANDS; i++) {
            run_on(p, path, i);
            assert_one_line_or_fine(p, path);
        }
        program_run(p, "--db", path, "doctor", NULL);
        assert_int_equal(p->status, 1);
        assert_non_null(strstr(program_err(p), "damaged"));
    }
    free(good), free(path);
}

static void test_corrupt_corpus(void **state)
{
    struct program *p = *state;
    glob_t files;
    if (glob(CORRUPT "/*.db", 0, NULL, &files) != 0) {
        printf("skip: no files in " CORRUPT "\n");
        skip();
    }
    char *path = support_path(p->home, "corrupt.db");
    for (size_t f = 0; f < files.gl_pathc; f++) {
        struct buf bytes = { 0 };
        assert_true(support_read(files.gl_pathv[f], &bytes));
        support_write(path, buf_text(&bytes), bytes.len);
        for (size_t i = 0; i < COMMANDS; i++) {
            run_on(p, path, i);
            assert_one_line_or_fine(p, path);
        }
        buf_release(&bytes);
    }
    free(path);
    globfree(&files);
}

static void test_import(void **state)
{
    struct program *p = *state;
    char *same = support_path(p->home, "same.json");
    support_write(same, embedded_catalog, strlen(embedded_catalog));
    run_ok(p, "import", same, NULL);
    free(same);
    assert_string_equal(
        program_out(p), "0 added, 0 changed, 106 unchanged, 0 removed; 0 starter notes\n");
    static const char small[] =
        "{\"format\":\"talkbook-catalog\",\"version\":1,"
        "\"conference\":{\"slug\":\"tiny\",\"name\":\"Tiny\"},\"themes\":[],\"topics\":[],"
        "\"talks\":[{\"id\":\"a\",\"title\":\"Evil \\u001b[31m \\u202e title\","
        "\"starts_at\":\"2025-01-01T10:00:00Z\",\"summary\":\"&#27;[2J x\","
        "\"room\":\"\\u009b5m\",\"speakers\":[\"\\u0007Eve\"]}]}";
    p->input = small;
    run_ok(p, "import", "-", NULL);
    assert_string_equal(
        program_out(p), "1 added, 0 changed, 0 unchanged, 0 removed; 0 starter notes\n");
    p->input = NULL;
    run_ok(p, "list", NULL);
    run_ok(p, "list", "--group=room", NULL);
    run_ok(p, "list", "--group=speaker", NULL);
    run_ok(p, "list", "--json", NULL);
    assert_json_int(p, "json_array_length(?1)", 107);
    run_ok(p, "show", "evil", NULL);
    run_ok(p, "show", "--json", "evil", NULL);
    run_ok(p, "search", "evil", NULL);
    program_run(p, "star", "e", NULL);
    assert_int_equal(p->status, 1);
    assert_inert(program_err(p), p->err.len);
    program_run(p, "list", "room:zzz", NULL);
    assert_one_line(p, 1, "no room like");
}

static void test_broken_catalogs(void **state)
{
    struct program *p = *state;
    static const struct {
        const char *text, *says;
    } broken[] = {
        { "", "not valid JSON" },
        { "{", "not valid JSON" },
        { "[]", "talkbook-catalog(5)" },
        { "{\"format\":\"talkbook-catalog\",\"version\":2}", "version" },
        { "{\"format\":\"talkbook-catalog\",\"version\":1,\"caf\xE9\":1}", "not UTF-8" },
    };
    char *path = support_path(p->home, "broken.json");
    char *db = support_path(p->home, "b.db");
    run_ok(p, "--db", db, "star", "design-pressure", NULL);
    char *before = support_dump(db);
    for (size_t i = 0; i < SUPPORT_COUNT(broken); i++) {
        support_write(path, broken[i].text, strlen(broken[i].text));
        program_run(p, "--db", db, "import", path, NULL);
        assert_one_line(p, 1, broken[i].says);
        assert_non_null(strstr(program_err(p), "broken.json"));
    }
    program_run(p, "--db", db, "import", "/no/such.json", NULL);
    assert_one_line(p, 1, "/no/such.json");
    program_run(p, "--db", db, "import", p->home, NULL);
    assert_one_line(p, 1, "directory");
    /* A file whose bytes cannot be read is not an empty one. */
    program_run(p, "--db", db, "import", "/proc/self/mem", NULL);
    assert_one_line(p, 1, "cannot read /proc/self/mem: Input/output error");
    char *after = support_dump(db);
    assert_string_equal(before, after);
    free(before), free(after), free(path), free(db);
}

static void test_no_home(void **state)
{
    struct program *p = *state;
    p->env[0] = "HOME=";
    program_run(p, "list", NULL);
    assert_one_line(p, 1, "name a file with --db");
    p->env[0] = "HOME=relative";
    program_run(p, "list", NULL);
    assert_one_line(p, 1, "name a file with --db");
}

/* One run without root's rights; complains and says false where it is not as
 * expected. */
struct locked {
    struct program *program;
    const char *path, *command, *says;
    int status;
};

static bool runs_locked(void *arg)
{
    const struct locked *locked = arg;
    struct program *p = locked->program;
    program_run(p, "--db", locked->path, locked->command,
        locked->command[1] == 't' && locked->command[2] == 'a' && locked->command[3] == 'r'
            ? "design-pressure"
            : NULL,
        NULL);
    bool ok =
        p->status == locked->status
        && strstr(locked->status == 0 ? program_out(p) : program_err(p), locked->says) != NULL
        && (locked->status == 0 || strchr(program_err(p), '\n')[1] == '\0');
    if (!ok)
        printf("%s on %s: status %d, %s%s\n", locked->command, locked->path, p->status,
            program_err(p), program_out(p));
    return ok;
}

static void assert_locked(
    struct program *p, const char *path, const char *command, int status, const char *says)
{
    struct locked locked = {
        .program = p, .path = path, .command = command, .says = says, .status = status
    };
    assert_true(support_as_nobody(runs_locked, &locked));
}

static void test_locked_away(void **state)
{
    struct program *p = *state;
    char *dir = support_path(p->home, "sealed");
    char *path = support_path(p->home, "sealed/a.db");
    char *absent = support_path(p->home, "sealed/absent.db");
    char *below = support_path(p->home, "sealed/below/absent.db");
    assert_int_equal(chmod(p->home, 0755), 0);
    run_ok(p, "--db", path, "stats", NULL);
    assert_int_equal(chmod(path, 0444), 0);
    assert_int_equal(chmod(dir, 0555), 0);
    assert_locked(p, path, "list", 0, "Design Pressure");
    assert_locked(p, path, "doctor", 0, "the file is read-only");
    assert_locked(p, path, "star", 1, ": the file is read-only");
    assert_locked(p, absent, "list", 1, "Permission denied");
    assert_locked(p, below, "list", 1, "Permission denied");
    assert_int_equal(chmod(path, 0), 0);
    assert_locked(p, path, "list", 1, "check");
    assert_int_equal(chmod(path, 0444), 0);
    support_sql(path, "PRAGMA user_version = 0");
    assert_int_equal(chmod(dir, 0555), 0);
    assert_locked(p, path, "list", 1, path);
    free(dir), free(path), free(absent), free(below);
}

/* Letters that are only near a title are answered with titles, and change nothing. */
static void test_close_letters_name_no_talk(void **state)
{
    static const char *const writes[] = { "star", "watch", "show" };
    struct program *p = *state;
    for (size_t i = 0; i < SUPPORT_COUNT(writes); i++) {
        assert_int_equal(program_run(p, writes[i], "nogilb", NULL), 1);
        assert_string_equal(program_out(p), "");
        assert_non_null(
            strstr(program_err(p), "no talk is called 'nogilb'; these come close:"));
        assert_non_null(
            strstr(program_err(p), "  Building a NoGIL Load Balancer in 30 minutes\n"));
    }
    program_run(p, "show", "qzqzq", NULL);
    assert_one_line(p, 1, "no talk is called 'qzqzq'; talkbook search finds words");
    run_ok(p, "stats", "--json", NULL);
    assert_json_int(p, "?1->>'starred' + (?1->>'watched')", 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CLI_TEST(test_close_letters_name_no_talk),
        CLI_TEST(test_piped_and_refused),
        CLI_TEST(test_not_a_database),
        CLI_TEST(test_foreign_database),
        CLI_TEST(test_newer_database),
        CLI_TEST(test_damaged_database),
        CLI_TEST(test_corrupt_corpus),
        CLI_TEST(test_import),
        CLI_TEST(test_broken_catalogs),
        CLI_TEST(test_no_home),
        CLI_TEST(test_locked_away),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
