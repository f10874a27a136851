/* `doctor --recover` where pages are as they should be but not all of them, and what is
 * left alone: copies, others' databases, names that are not there. */
#include "support.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "base/mem.h"
#include "cli_check.h"
#include "db/recover.h"
#include "faults.h"
#include "old_db.h"

enum { LONG = 30000, PAGE = 4096 };

/* A long text with a mark in the middle. */
static char *long_text(int number)
{
    struct buf text = { 0 };
    while (text.len < LONG)
        buf_addf(&text, "line %zu of text %d%s\n", text.len, number,
            text.len / 100 == LONG / 200 ? ", the MIDDLE" : "");
    return buf_take(&text);
}

static void recover(const char *path, const char *out, struct db_recovered *report)
{
    struct err err = { 0 };
    if (!db_recover(path, out, report, &err))
        fail_msg("%s", err_text(&err));
    free(report->cut_ids);
}

/* The page that the mark stands on becomes nothing. */
static void zero_page_of(const char *path, const char *mark)
{
    struct buf bytes = { 0 };
    assert_true(support_read(path, &bytes));
    char *at = memmem(bytes.data, bytes.len, mark, strlen(mark));
    assert_non_null(at);
    memset(bytes.data + (at - bytes.data) / PAGE * PAGE, 0, PAGE);
    support_write(path, bytes.data, bytes.len);
    buf_release(&bytes);
}

static void test_note_cut_revisions_whole(void **state)
{
    struct err err = { 0 };
    struct db_recovered report;
    char *dir = support_dir(), *out = support_path(dir, "out.db");
    struct db *db = support_db(dir);
    char *path = mem_dup(db_path(db));
    int64_t id = 0;
    (void)state;
    for (int rev = 1; rev <= 4; rev++) {
        char *text = long_text(rev);
        assert_true(rev == 1 ? db_note_add(db, NULL, NULL, text, &id, &err)
                             : db_note_save(db, id, rev - 1, text, &err));
        free(text);
    }
    db_close(db);
    zero_page_of(path, "text 4, the MIDDLE");
    recover(path, out, &report);
    assert_true(report.damaged);
    assert_int_equal(report.cut, 1);
    assert_int_equal(
        support_sql_int(out, "SELECT rev FROM note WHERE body LIKE '%text 4%'", NULL), 4);
    for (int rev = 1; rev <= 3; rev++) {
        char number[12], *text = long_text(rev);
        snprintf(number, sizeof number, "%d", rev);
        char *kept = support_sql_text(
            out, "SELECT body FROM revision WHERE length(body) > 20000 AND rev = ?1", number);
        assert_string_equal(kept, text);
        free(kept), free(text);
    }
    free(path), free(out);
    support_remove(dir);
}

/* All that is left is a log, whose pages stand far behind the beginning of the file. */
static void test_only_the_log(void **state)
{
    struct err err = { 0 };
    struct db_recovered report;
    struct buf log = { 0 };
    char *dir = support_dir(), *out = support_path(dir, "out.db");
    char *alone = support_path(dir, "alone.db"), *alone_log = support_path(dir, "alone.db-wal");
    struct db *db = support_db(dir);
    char *path = mem_dup(db_path(db)), *path_log = support_path(dir, "talkbook.db-wal");
    char *text = long_text(7);
    int64_t id;
    (void)state;
    db_close(db);
    assert_true(db_open(&db, path, &err));
    assert_true(db_note_add(db, NULL, NULL, text, &id, &err));
    assert_true(support_read(path_log, &log));
    support_write(alone_log, log.data, log.len);
    db_close(db);
    recover(alone, out, &report);
    assert_int_equal(report.cut, 0);
    char *body = support_sql_text(out, "SELECT body FROM note WHERE body LIKE 'line 0%'", NULL);
    assert_string_equal(body, text);
    buf_release(&log);
    free(body), free(text), free(path), free(path_log), free(alone), free(alone_log), free(out);
    support_remove(dir);
}

/* The file's head counts a free page that is not there, or none. */
static void set_free_pages(const char *path, char count)
{
    enum { FREE_PAGES = 39 };
    struct buf bytes = { 0 };
    assert_true(support_read(path, &bytes));
    bytes.data[FREE_PAGES] = count;
    support_write(path, bytes.data, bytes.len);
    buf_release(&bytes);
}

/* What an older version left comes over as a migration would bring it. */
static void recover_old(int version, bool damaged)
{
    static const char *const queries[] = {
        "SELECT group_concat(slug || '|' || series || '|' || edition) FROM conference",
        "SELECT group_concat(id || rev || body || talk_key) FROM note",
        "SELECT group_concat(rev || body || saved_at) FROM revision",
        "SELECT group_concat(talk_key || starred || watched || rating) FROM mark",
        "SELECT group_concat(talk_key || name) FROM tag",
    };
    struct err err = { 0 };
    struct db_recovered report;
    struct db *db;
    char *dir = support_dir(), *path = old_db_make(dir, version);
    char *out = support_path(dir, "out.db");
    set_free_pages(path, damaged ? 1 : 0);
    recover(path, out, &report);
    assert_int_equal(report.damaged, damaged);
    assert_true(report.catalog);
    set_free_pages(path, 0);
    assert_true(db_open(&db, path, &err));
    db_close(db);
    for (size_t i = 0; i < SUPPORT_COUNT(queries); i++) {
        char *migrated = support_sql_text(path, queries[i], NULL);
        char *recovered = support_sql_text(out, queries[i], NULL);
        assert_true(migrated[0] != '\0');
        assert_string_equal(recovered, migrated);
        free(migrated), free(recovered);
    }
    free(path), free(out);
    support_remove(dir);
}

static void test_old(void **state)
{
    (void)state;
    for (int version = 1; version <= 2; version++) {
        recover_old(version, false);
        recover_old(version, true);
    }
}

/* A copy of an earlier update stays where a later one cannot be made. */
static void make_old(struct faults *f)
{
    char *dir = support_path(f->home, ".local/share/talkbook"), *to;
    for (char *p = dir + strlen(f->home) + 1; (p = strchr(p, '/')) != NULL; p++) {
        *p = '\0';
        mkdir(dir, 0700);
        *p = '/';
    }
    mkdir(dir, 0700);
    char *path = old_db_make(dir, 2);
    to = support_path(dir, "talkbook.db");
    assert_int_equal(rename(path, to), 0);
    free(path);
    path = support_path(dir, "talkbook.db.v2");
    support_write(path, "an earlier copy", 15);
    free(path), free(to), free(dir);
}

static void test_earlier_copy(void **state)
{
    static const struct fault broken = { "sync", "5", false };
    const char *const argv[] = { program_name(), "note", "list", NULL };
    struct faults f;
    int runs = 0;
    (void)state;
    faults_begin(&f, make_old);
    char *copy = support_path(f.home, ".local/share/talkbook/talkbook.db.v2");
    for (long k = 1; k == 1 || f.hit; k++, runs++) {
        struct buf bytes = { 0 };
        faults_renew(&f);
        faults_run(&f, &broken, k, argv);
        assert_true(support_read(copy, &bytes));
        assert_string_equal(buf_text(&bytes), "an earlier copy");
        buf_release(&bytes);
    }
    assert_true(runs > 2);
    free(copy);
    faults_end(&f);
}

/* --- what is found ------------------------------------------------------ */

/* A table that is damaged in its middle is read from both ends. */
static void test_both_ends(void **state)
{
    static const char *const names[] = { "saved 001", "saved 500" };
    struct db_recovered report;
    char *dir = support_dir(), *out = support_path(dir, "out.db");
    struct db *db = support_db(dir);
    char *path = mem_dup(db_path(db));
    (void)state;
    db_close(db);
    support_sql(path, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE"
                      " i < 500) INSERT INTO saved SELECT printf('saved %03d', i),"
                      " printf('%0200d', i) FROM n");
    zero_page_of(path, "saved 250");
    recover(path, out, &report);
    assert_true(report.damaged);
    assert_int_equal(
        support_sql_int(out, "SELECT count(*) FROM saved WHERE name = 'saved 250'", NULL), 0);
    for (size_t i = 0; i < SUPPORT_COUNT(names); i++)
        assert_int_equal(
            support_sql_int(out, "SELECT count(*) FROM saved WHERE name = ?1", names[i]), 1);
    free(path), free(out);
    support_remove(dir);
}

/* Of two notes with one number, of which pages are left, the one that is not in the trash
 * keeps it, and links to it go on leading there. */
static void test_same_number(void **state)
{
    struct err err = { 0 };
    struct db_recovered report;
    char *dir = support_dir(), *out = support_path(dir, "out.db");
    struct db *db = support_db(dir);
    char *path = mem_dup(db_path(db));
    int64_t id;
    (void)state;
    assert_true(db_note_add(db, NULL, NULL, "alive", &id, &err));
    db_close(db);
    support_sql(path,
        "CREATE TABLE earlier (id INTEGER PRIMARY KEY, uuid, talk_key, topic_slug, body, rev,"
        " created_at, updated_at, deleted_at); INSERT INTO earlier SELECT id,"
        " '00000000-0000-4000-8000-000000000000', '', '', 'trashed', 9, created_at,"
        " updated_at, updated_at FROM note WHERE body = 'alive'");
    set_free_pages(path, 1);
    recover(path, out, &report);
    assert_int_equal(support_sql_int(out,
                         "SELECT id FROM note WHERE body = 'alive' AND deleted_at = ''", NULL),
        id);
    assert_int_not_equal(
        support_sql_int(out, "SELECT id FROM note WHERE body = 'trashed'", NULL), 0);
    free(path), free(out);
    support_remove(dir);
}

/* --- what is left alone ------------------------------------------------- */

static sqlite3 *open_sqlite(const char *path, const char *sql)
{
    sqlite3 *handle;
    assert_int_equal(sqlite3_open(path, &handle), SQLITE_OK);
    assert_int_equal(sqlite3_exec(handle, sql, NULL, NULL, NULL), SQLITE_OK);
    return handle;
}

static void assert_same(const char *a, const char *b)
{
    struct buf x = { 0 }, y = { 0 };
    assert_true(support_read(a, &x));
    if (!support_read(b, &y))
        fail_msg("%s is gone", b);
    assert_int_equal(x.len, y.len);
    assert_memory_equal(x.data, y.data, x.len);
    buf_release(&x);
    buf_release(&y);
}

/* Somebody else's database, with a log that a crash left: refused, and not a byte moves. */
static void refuse(struct program *p, const char *sql, const char *why)
{
    char *live = support_path(p->home, "live.db"), *log = support_path(p->home, "live.db-wal");
    char *left = support_path(p->home, "left.db"), *its = support_path(p->home, "left.db-wal");
    sqlite3 *handle = open_sqlite(live, sql);
    support_copy(live, left), support_copy(log, its);
    program_run(p, "--db", left, "list", NULL);
    assert_one_line(p, 1, why);
    assert_same(live, left), assert_same(log, its);
    sqlite3_close(handle);
    free(live), free(log), free(left), free(its);
}

static void test_of_somebody_else(void **state)
{
    refuse(*state, "PRAGMA journal_mode = WAL; CREATE TABLE x (y); INSERT INTO x VALUES (1)",
        "is not a talkbook database");
}

/* Whose it is cannot even be read. */
static void test_of_who_knows_whom(void **state)
{
    refuse(*state,
        "PRAGMA journal_mode = WAL; CREATE TABLE x (y); PRAGMA writable_schema = ON;"
        "INSERT INTO sqlite_schema VALUES ('table', 'z', 'z', 9, 'CREATE nothing')",
        "damaged");
}

/* Beside a program that is saving nothing is copied and called sound; and neither where one
 * moves the log's pages to the database. */
static void test_while_another_saves(void **state)
{
    struct program *p = *state;
    char *path = support_path(p->home, ".local/share/talkbook/talkbook.db");
    char *out = support_path(p->home, "out.db");
    run_ok(p, "stats", NULL);
    sqlite3 *handle = open_sqlite(path, "BEGIN IMMEDIATE");
    program_run(p, "doctor", "--recover", out, NULL);
    assert_one_line(p, 1, "another program is writing to");
    assert_int_equal(sqlite3_exec(handle, "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);
    char *index = support_path(p->home, ".local/share/talkbook/talkbook.db-shm");
    struct flock moving = {
        .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 121, .l_len = 1
    };
    int fd = open(index, O_RDWR);
    assert_int_equal(fcntl(fd, F_SETLK, &moving), 0);
    program_run(p, "doctor", "--recover", out, NULL);
    assert_one_line(p, 1, "another program is writing to");
    close(fd);
    sqlite3_close(handle);
    run_ok(p, "doctor", "--recover", out, NULL);
    free(path), free(out), free(index);
}

static void test_names(void **state)
{
    struct program *p = *state;
    char *path = support_path(p->home, "mistyped.db"), *copy = support_path(p->home, "copy.db");
    struct buf env = { 0 };
    buf_addf(&env, "TALKBOOK_DB=%s", path);
    program_run(p, "--db", path, "backup", copy, NULL);
    assert_one_line(p, 1, "there is no ");
    program_run(p, "--db", path, "export", "--format=json", NULL);
    assert_one_line(p, 1, "there is no ");
    p->env[0] = env.data;
    program_run(p, "backup", copy, NULL);
    assert_one_line(p, 1, "there is no ");
    program_run(p, "doctor", NULL);
    assert_one_line(p, 1, "there is no ");
    p->env[0] = NULL;
    assert_int_not_equal(access(path, F_OK), 0);
    assert_int_not_equal(access(copy, F_OK), 0);
    support_write(path, "", 0);
    program_run(p, "--db", path, "doctor", NULL);
    assert_one_line(p, 1, "is empty; if there were notes in it");
    program_run(p, "--db", path, "doctor", "--recover", copy, NULL);
    assert_one_line(p, 1, "nothing of a talkbook database");
    struct buf bytes = { 0 };
    assert_true(support_read(path, &bytes));
    assert_int_equal(bytes.len, 0);
    buf_release(&bytes);
    /* The one in its usual place may be the first. */
    run_ok(p, "backup", copy, NULL);
    free(path), free(copy);
    buf_release(&env);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_note_cut_revisions_whole),
        cmocka_unit_test(test_only_the_log),
        cmocka_unit_test(test_old),
        cmocka_unit_test(test_earlier_copy),
        cmocka_unit_test(test_both_ends),
        cmocka_unit_test(test_same_number),
        CLI_TEST(test_of_somebody_else),
        CLI_TEST(test_of_who_knows_whom),
        CLI_TEST(test_while_another_saves),
        CLI_TEST(test_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
