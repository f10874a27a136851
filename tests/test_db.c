/* Opening the database: new, old, newer, foreign, damaged, locked, several at
 * once; and that every statement of the table prepares. What is then read and
 * written has files of its own: test_db_*.c, test_notes.c. */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "db/catalog.h"
#include "db/embedded.h"
#include "db/internal.h"
#include "db/rank.h"

static int set_up(void **state)
{
    *state = support_dir();
    return 0;
}

static int tear_down(void **state)
{
    support_remove(*state);
    return 0;
}

static struct db *open_ok(const char *path)
{
    struct err err = { 0 };
    struct db *db;
    if (!db_open(&db, path, &err))
        fail_msg("%s", err_text(&err));
    return db;
}

/* Opening fails with a line that names the file and says this. */
static void assert_refused(const char *path, const char *says)
{
    struct err err = { 0 };
    struct db *db;
    assert_false(db_open(&db, path, &err));
    assert_null(db);
    if (strstr(err_text(&err), says) == NULL || strstr(err_text(&err), path) == NULL
        || strchr(err_text(&err), '\n') != NULL)
        fail_msg("'%s' does not say '%s'", err_text(&err), says);
    err_release(&err);
}

static int mode_of(const char *path)
{
    struct stat status;
    assert_int_equal(stat(path, &status), 0);
    return status.st_mode & 07777;
}

static void test_creates(void **state)
{
    umask(022);
    char *dir = support_path(*state, "a/b c");
    char *path = support_path(dir, "talk%20?#book.db");
    struct db *db = open_ok(path);
    assert_string_equal(db_path(db), path);
    assert_null(db_read_only(db));
    assert_int_equal(mode_of(dir), 0700);
    db_close(db);
    assert_int_equal(support_sql_int(path, "PRAGMA user_version", NULL), db_schema_version());
    char *journal = support_sql_text(path, "PRAGMA journal_mode", NULL);
    assert_string_equal(journal, "wal");
    /* A second opening changes nothing. */
    char *before = support_dump(path);
    db_close(open_ok(path));
    char *after = support_dump(path);
    assert_string_equal(before, after);
    /* An empty file is a new database. */
    char *empty = support_path(*state, "empty.db");
    support_write(empty, "", 0);
    db_close(open_ok(empty));
    free(journal), free(before), free(after), free(empty), free(path), free(dir);
}

static void test_settings(void **state)
{
    char *path = support_path(*state, "t.db");
    struct db *db = open_ok(path);
    int value = 0;
    assert_int_equal(db_pragma(db, "PRAGMA synchronous", &value), SQLITE_OK);
    assert_int_equal(value, 2); /* FULL */
    assert_int_equal(db_pragma(db, "PRAGMA foreign_keys", &value), SQLITE_OK);
    assert_int_equal(value, 1);
    assert_int_equal(db_pragma(db, "PRAGMA trusted_schema", &value), SQLITE_OK);
    assert_int_equal(value, 0);
    assert_int_equal(
        sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DEFENSIVE, -1, &value), SQLITE_OK);
    assert_int_equal(value, 1);
    db_close(db);
    free(path);
}

static void test_statements_prepare(void **state)
{
    char *path = support_path(*state, "t.db");
    struct db *db = open_ok(path);
    struct err err = { 0 };
    assert_true(db_rank_register(db, &err));
    for (int i = 0; i < DB__STATEMENTS; i++)
        if (db_prepare(db, (enum db_stmt)i, &err) == NULL)
            fail_msg("statement %d: %s", i, err_text(&err));
    db_close(db);
    free(path);
}

static void test_default_path(void **state)
{
    struct err err = { 0 };
    char *path;
    setenv("HOME", *state, 1);
    unsetenv("TALKBOOK_DB");
    unsetenv("XDG_DATA_HOME");
    assert_true(db_default_path(&path, &err));
    assert_non_null(strstr(path, "/.local/share/talkbook/talkbook.db"));
    free(path);
    setenv("XDG_DATA_HOME", "/data", 1);
    assert_true(db_default_path(&path, &err));
    assert_string_equal(path, "/data/talkbook/talkbook.db");
    free(path);
    setenv("TALKBOOK_DB", "here.db", 1);
    assert_true(db_default_path(&path, &err));
    assert_string_equal(path, "here.db");
    free(path);
    unsetenv("TALKBOOK_DB");
    setenv("XDG_DATA_HOME", "relative", 1);
    setenv("HOME", "", 1);
    assert_false(db_default_path(&path, &err));
    assert_non_null(strstr(err_text(&err), "--db"));
    unsetenv("XDG_DATA_HOME");
    err_release(&err);
}

static void test_meta(void **state)
{
    char *path = support_path(*state, "t.db");
    struct db *db = open_ok(path);
    struct err err = { 0 };
    assert_null(db_meta_get(db, "key"));
    assert_true(db_meta_set(db, "key", "one", &err));
    assert_true(db_meta_set(db, "key", "two", &err));
    db_close(db);
    db = open_ok(path);
    char *value = db_meta_get(db, "key");
    assert_string_equal(value, "two");
    db_close(db);
    free(value), free(path);
}

static void test_two_handles(void **state)
{
    struct err err = { 0 };
    struct db *one = support_db(*state);
    struct db *two = open_ok(db_path(one));
    int64_t before = db_version(one);
    char *key = support_key(one, "design-pressure");
    assert_true(db_mark_set(one, key, DB_STARRED, 1, &err));
    assert_int_equal(db_version(one), before);
    assert_true(db_mark_set(two, key, DB_WATCHED, 1, &err));
    assert_int_not_equal(db_version(one), before);
    struct talk talk;
    assert_true(
        db_talk_read(one, support_talk(one, "design-pressure"), DB_READ_ROW, &talk, &err));
    assert_true(talk.starred && talk.watched);
    talk_release(&talk);
    db_close(one);
    db_close(two);
    free(key);
}

/* Reads under one lock, and a write in their midst. */
static void test_reading(void **state)
{
    struct err err = { 0 };
    struct db *one = support_db(*state);
    struct db *two = open_ok(db_path(one));
    char *key = support_key(one, "design-pressure");
    struct db_stats stats = { 0 };
    db_read_begin(one);
    db_read_begin(one);
    assert_true(db_stats_read(one, &stats, &err));
    assert_true(db_mark_set(two, key, DB_STARRED, 1, &err));
    assert_true(db_stats_read(one, &stats, &err));
    assert_int_equal(stats.starred, 0);
    assert_true(db_mark_set(one, key, DB_WATCHED, 1, &err));
    assert_true(db_stats_read(one, &stats, &err));
    assert_int_equal(stats.starred, 1);
    assert_int_equal(stats.watched, 1);
    db_read_end(one);
    db_read_end(one);
    assert_true(db_mark_set(two, key, DB_STARRED, 0, &err));
    assert_true(db_mark_set(one, key, DB_STARRED, 1, &err));
    db_close(one);
    db_close(two);
    free(key);
}

static void assert_foreign_untouched(const char *path)
{
    struct buf before = { 0 }, after = { 0 };
    assert_true(support_read(path, &before));
    assert_refused(path, "is not a talkbook database; name another file with --db");
    assert_true(support_read(path, &after));
    assert_int_equal(before.len, after.len);
    assert_memory_equal(buf_text(&before), buf_text(&after), before.len);
    buf_release(&before);
    buf_release(&after);
}

static void test_foreign(void **state)
{
    char *path = support_path(*state, "foreign.db");
    static const char *const makers[] = {
        /* A table of ours, in somebody else's file: the migration must not start. */
        "CREATE TABLE note (id)",
        "CREATE TABLE revision (id)",
        "CREATE TABLE places (id); PRAGMA user_version = 1",
        "CREATE TABLE places (id); PRAGMA user_version = 2000",
        "CREATE TABLE places (id); PRAGMA user_version = -3",
        "PRAGMA user_version = 1",
    };
    for (size_t i = 0; i < SUPPORT_COUNT(makers); i++) {
        support_sql(path, makers[i]);
        assert_foreign_untouched(path);
        unlink(path);
    }
    struct buf text = { 0 };
    buf_repeat(&text, 'x', 10000);
    support_write(path, text.data, text.len);
    assert_foreign_untouched(path);
    support_write(path, "xy", 2);
    assert_foreign_untouched(path);
    assert_refused(*state, "is not a regular file");
    buf_release(&text);
    free(path);
}

static void test_newer(void **state)
{
    struct err err = { 0 };
    struct db *db = support_db(*state);
    char *path = mem_dup(db_path(db));
    char *key = support_key(db, "design-pressure");
    int64_t id;
    db_close(db);
    support_sql(path, "PRAGMA user_version = 41; CREATE TABLE tomorrow (x)");
    char *before = support_dump(path);
    db = open_ok(path);
    assert_non_null(strstr(db_read_only(db), "a newer talkbook"));
    struct db_stats stats = { 0 };
    assert_true(db_stats_read(db, &stats, &err));
    assert_int_equal(stats.talks, 106);
    assert_false(db_mark_set(db, key, DB_STARRED, 1, &err));
    assert_non_null(strstr(err_text(&err), "a newer talkbook"));
    assert_false(db_note_add(db, key, NULL, "x", &id, &err));
    assert_non_null(strstr(err_text(&err), "a newer talkbook"));
    db_close(db);
    char *after = support_dump(path);
    assert_string_equal(before, after);
    err_release(&err);
    free(before), free(after), free(key), free(path);
}

static bool opens_reading(void *arg)
{
    struct err err = { 0 };
    struct db *db = NULL;
    struct db_stats stats = { 0 };
    const char *path = arg;
    bool ok = db_open(&db, path, &err) && db_read_only(db) != NULL
              && strcmp(db_read_only(db), "the file is read-only") == 0
              && db_stats_read(db, &stats, &err) && stats.talks == 106
              && !db_mark_set(db, "x", DB_STARRED, 1, &err);
    if (!ok || strstr(err_text(&err), "nothing can be saved") == NULL)
        printf("%s: %s\n", path, err_text(&err));
    db_close(db);
    err_release(&err);
    return ok;
}

/* A file that cannot be written, in directories that can and that cannot. */
static void test_read_only(void **state)
{
    struct db *db = support_db(*state);
    char *path = mem_dup(db_path(db));
    db_close(db);
    assert_int_equal(chmod(path, 0444), 0);
    assert_int_equal(chmod(*state, 0777), 0);
    assert_true(support_as_nobody(opens_reading, path));
    assert_int_equal(chmod(*state, 0555), 0);
    assert_true(support_as_nobody(opens_reading, path));
    assert_int_equal(chmod(*state, 0755), 0);
    free(path);
}

static bool opens_writing(void *arg)
{
    struct err err = { 0 };
    struct db *db = NULL;
    bool ok =
        db_open(&db, arg, &err) && db_read_only(db) == NULL && db_meta_set(db, "x", "y", &err);
    if (!ok)
        printf("%s\n", err_text(&err));
    db_close(db);
    err_release(&err);
    return ok;
}

static bool says_directory(void *arg)
{
    struct err err = { 0 };
    struct db *db = NULL;
    bool ok = db_open(&db, arg, &err) && db_read_only(db) != NULL
              && strcmp(db_read_only(db), "its directory is read-only") == 0;
    db_close(db);
    err_release(&err);
    return ok;
}

/* What was read-only and is no more can be written, whatever reading it left beside it. */
static void test_writable_again(void **state)
{
    enum { NOBODY = 65534 };
    struct db *db = support_db(*state);
    char *path = mem_dup(db_path(db));
    db_close(db);
    bool root = geteuid() == 0;
    assert_int_equal(root ? chown(path, NOBODY, NOBODY) : 0, 0);
    assert_int_equal(chmod(path, 0444), 0);
    assert_int_equal(chmod(*state, 0777), 0);
    assert_true(support_as_nobody(opens_reading, path));
    assert_int_equal(chmod(path, 0644), 0);
    assert_true(support_as_nobody(opens_writing, path));
    assert_int_equal(chmod(*state, 0555), 0);
    assert_true(support_as_nobody(says_directory, path));
    assert_int_equal(chmod(*state, 0755), 0);
    free(path);
}

static bool refuses_to_create(void *arg)
{
    struct err err = { 0 };
    struct db *db = NULL;
    bool ok = !db_open(&db, arg, &err) && strstr(err_text(&err), "Permission denied") != NULL
              && strstr(err_text(&err), "--db") != NULL;
    if (!ok)
        printf("%s: %s\n", (char *)arg, err_text(&err));
    db_close(db);
    err_release(&err);
    return ok;
}

static void test_unwritable_directory(void **state)
{
    char *path = support_path(*state, "t.db");
    char *below = support_path(*state, "new/t.db");
    assert_int_equal(chmod(*state, 0555), 0);
    assert_true(support_as_nobody(refuses_to_create, path));
    assert_true(support_as_nobody(refuses_to_create, below));
    assert_int_equal(chmod(*state, 0755), 0);
    free(path), free(below);
}

/* One of several first starts at the same moment. */
static int start(const char *path)
{
    struct err err = { 0 };
    struct db *db;
    struct db_catalog_report report;
    if (!db_open(&db, path, &err) || !support_load(db, embedded_catalog, &report, &err)) {
        fprintf(stderr, "%s\n", err_text(&err));
        return 1;
    }
    db_close(db);
    return 0;
}

static void test_first_starts_at_once(void **state)
{
    enum { STARTS = 8 };
    for (int round = 0; round < 5; round++) {
        char name[24];
        pid_t children[STARTS];
        snprintf(name, sizeof name, "race%d/t.db", round);
        char *path = support_path(*state, name);
        fflush(NULL);
        for (int i = 0; i < STARTS; i++) {
            children[i] = fork();
            if (children[i] == 0)
                _exit(start(path));
        }
        for (int i = 0; i < STARTS; i++) {
            int status;
            assert_int_equal(waitpid(children[i], &status, 0), children[i]);
            assert_int_equal(status, 0);
        }
        assert_int_equal(support_sql_int(path, "SELECT count(*) FROM note", NULL), 10);
        assert_int_equal(support_sql_int(path, "SELECT count(*) FROM talk", NULL), 106);
        free(path);
    }
}

static void test_check(void **state)
{
    struct err err = { 0 };
    struct buf report = { 0 };
    struct db *db = support_db(*state);
    assert_true(db_check(db, &report, &err));
    assert_int_equal(report.len, 0);
    support_sql(db_path(db), "PRAGMA foreign_keys = OFF; UPDATE talk SET topic_id = 9999"
                             " WHERE key = 'pycon-us-2025/design-pressure'");
    assert_false(db_check(db, &report, &err));
    assert_non_null(strstr(buf_text(&report), "talk"));
    assert_non_null(strstr(err_text(&err), "damaged"));
    db_close(db);
    buf_release(&report);
    err_release(&err);
}

#define DB_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        DB_TEST(test_creates),
        DB_TEST(test_settings),
        DB_TEST(test_statements_prepare),
        DB_TEST(test_default_path),
        DB_TEST(test_meta),
        DB_TEST(test_two_handles),
        DB_TEST(test_reading),
        DB_TEST(test_foreign),
        DB_TEST(test_newer),
        DB_TEST(test_read_only),
        DB_TEST(test_writable_again),
        DB_TEST(test_unwritable_directory),
        DB_TEST(test_first_starts_at_once),
        DB_TEST(test_check),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
