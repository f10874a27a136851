/* The log that a kill leaves beside a database: when it is called damaged, that nothing is
 * recovered without it, and that it is left alone where it is another database's. */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "db/recover.h"
#include "db/wal.h"

enum { PAGE = 4096, IN_LOG = 6 };

/* dir/killed.db and its log as a kill leaves them: the notes "in the log" are in the log
 * alone. The caller frees the path. */
static char *make_killed(const char *dir, char **log)
{
    struct err err = { 0 };
    struct db *db = support_db(dir);
    char *path = mem_dup(db_path(db)), *path_log = support_path(dir, "talkbook.db-wal");
    char *killed = support_path(dir, "killed.db");
    int64_t id;
    db_close(db);
    assert_true(db_open(&db, path, &err));
    for (int i = 0; i < IN_LOG; i++)
        assert_true(db_note_add(db, NULL, NULL, "in the log", &id, &err));
    *log = support_path(dir, "killed.db-wal");
    support_copy(path, killed), support_copy(path_log, *log);
    db_close(db);
    free(path), free(path_log);
    return killed;
}

static int64_t count_in_log(const char *path)
{
    return support_sql_int(path, "SELECT count(*) FROM note WHERE body = 'in the log'", NULL);
}

/* Where the frames stand with which transactions end; how many there are. */
static size_t find_ends(const struct buf *log, size_t ends[], size_t max)
{
    enum { HEAD = 32, FRAME = 24 + PAGE };
    size_t count = 0;
    for (size_t at = HEAD; at + FRAME <= log->len && count < max; at += FRAME) {
        /* The page's number, and how large the database is now, which the last frame says;
         * that one may be there twice. */
        const char *frame = log->data + at;
        bool same = at > HEAD && memcmp(frame, frame - FRAME, 8) == 0;
        if (memcmp(frame + 4, "\0\0\0", 4) != 0 && !same)
            ends[count++] = at;
    }
    return count;
}

/* Two transactions that are whole behind the damage had been confirmed; what only one
 * follows may never have been written. */
static void test_last_transactions(void **state)
{
    size_t ends[200];
    struct buf bytes = { 0 };
    char *dir = support_dir(), *log, *path = make_killed(dir, &log);
    (void)state;
    assert_true(support_read(log, &bytes));
    size_t count = find_ends(&bytes, ends, SUPPORT_COUNT(ends));
    assert_true(count > 4);
    assert_false(wal_is_cut(path));
    for (size_t behind = 0; behind <= 3; behind++) {
        char *at = &bytes.data[ends[count - 1 - behind] + 24 + 2000];
        *at ^= 1;
        support_write(log, bytes.data, bytes.len);
        assert_int_equal(wal_is_cut(path), behind > 1);
        *at ^= 1;
    }
    buf_release(&bytes);
    free(path), free(log);
    support_remove(dir);
}

/* Without its log nothing is called recovered. */
static void test_no_copy_of_the_log(void **state)
{
    struct err err = { 0 };
    struct db_recovered report;
    char *dir = support_dir(), *log, *path = make_killed(dir, &log);
    char *out = support_path(dir, "out.db");
    (void)state;
    unlink(log);
    assert_int_equal(mkdir(log, 0700), 0);
    char *inside = support_path(log, "a file, so that it is not empty");
    support_write(inside, "", 0);
    assert_false(db_recover(path, out, &report, &err));
    assert_non_null(strstr(err_text(&err), "killed.db-wal"));
    assert_int_not_equal(access(out, F_OK), 0);
    err_release(&err);
    free(inside), free(path), free(log), free(out);
    support_remove(dir);
}

/* Closing a database leaves alone the log of another one that has its name now. */
static void test_log_of_another(void **state)
{
    struct err err = { 0 };
    char *dir = support_dir(), *other_dir = support_dir(), *other_log;
    char *other = make_killed(other_dir, &other_log);
    struct db *db = support_db(dir);
    char *path = mem_dup(db_path(db)), *log = support_path(dir, "talkbook.db-wal");
    char *aside = support_path(dir, "aside.db"), *aside_log = support_path(dir, "aside.db-wal");
    int64_t id;
    (void)state;
    assert_true(db_note_add(db, NULL, NULL, "before", &id, &err));
    assert_int_equal(rename(path, aside), 0);
    assert_int_equal(rename(log, aside_log), 0);
    support_copy(other, path), support_copy(other_log, log);
    db_close(db);
    assert_int_equal(count_in_log(path), IN_LOG);
    free(path), free(log), free(aside), free(aside_log), free(other), free(other_log);
    support_remove(dir), support_remove(other_dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_last_transactions),
        cmocka_unit_test(test_no_copy_of_the_log),
        cmocka_unit_test(test_log_of_another),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
