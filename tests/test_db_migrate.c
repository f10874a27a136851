/* Older databases: each is made with its own migrations, filled, opened, and
 * compared. Nothing that a person wrote may change, and counts must be right. */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "db/catalog.h"
#include "db/embedded.h"
#include "db/internal.h"
#include "old_db.h"
#include "tally_check.h"

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

static void test_from_version_1(void **state)
{
    struct err err = { 0 };
    struct db *db;
    char *path = old_db_make(*state, 1);
    char *before = old_db_own(path);
    if (!db_open(&db, path, &err))
        fail_msg("%s", err_text(&err));
    assert_int_equal(support_sql_int(path, "PRAGMA user_version", NULL), db_schema_version());
    char *after = old_db_own(path);
    assert_string_equal(before, after);
    /* As it was it stands beside it. */
    char *copy = support_path(*state, "old.db.v1");
    char *kept = old_db_own(copy);
    assert_string_equal(before, kept);
    assert_int_equal(support_sql_int(copy, "PRAGMA user_version", NULL), 1);
    free(copy), free(kept);
    tally_check(db);
    /* What stands in the notes is found. */
    assert_int_equal(
        support_sql_int(path, "SELECT line FROM item WHERE text = 'ask'", NULL), 2);
    /* Made anew, the counts and headings are the same. */
    char *migrated = support_dump(path);
    assert_true(db_begin(db, &err) && db_tally_rebuild(db, &err) && db_end(db, true, &err));
    char *rebuilt = support_dump(path);
    assert_string_equal(migrated, rebuilt);
    struct db_headings headings;
    assert_true(db_headings_read(db, DB_BY_CONFERENCE, &headings, &err));
    static const char *const expected[][2] = { { "Meetup", "2019" }, { "Meetup", "undated" },
        { "PyCon US", "2025" }, { "PyCon US", "2024" } };
    assert_int_equal(headings.count, SUPPORT_COUNT(expected));
    for (size_t i = 0; i < headings.count; i++) {
        assert_string_equal(headings.items[i].label, expected[i][0]);
        assert_string_equal(headings.items[i].sublabel, expected[i][1]);
    }
    db_headings_release(&headings);
    /* Undo reaches back over it. */
    char *what = NULL;
    assert_true(db_undo(db, &what, &err));
    assert_non_null(what);
    tally_check(db);
    struct buf report = { 0 };
    assert_true(db_check(db, &report, &err));
    db_close(db);
    free(what), free(migrated), free(rebuilt), free(before), free(after), free(path);
}

/* The schema is the same whichever way it came to be. */
static void test_same_schema(void **state)
{
    static const char sql[] = "SELECT group_concat(sql, char(10)) FROM (SELECT sql FROM"
                              " sqlite_schema WHERE sql IS NOT NULL ORDER BY type, name)";
    struct err err = { 0 };
    struct db *db;
    char *old = old_db_make(*state, 1), *fresh = support_path(*state, "new.db");
    assert_true(db_open(&db, old, &err));
    db_close(db);
    assert_true(db_open(&db, fresh, &err));
    db_close(db);
    char *a = support_sql_text(old, sql, NULL), *b = support_sql_text(fresh, sql, NULL);
    assert_string_equal(a, b);
    free(a), free(b), free(old), free(fresh);
}

/* Where no copy can be made nothing is changed; a copy that is there stays. */
static void test_copies(void **state)
{
    struct err err = { 0 };
    struct db *db;
    char *path = old_db_make(*state, 1), *part;
    char *first = support_path(*state, "old.db.v1"),
         *second = support_path(*state, "old.db.v1-2");
    struct buf name = { 0 };
    buf_addf(&name, "old.db.v1.%ld", (long)getpid());
    part = support_path(*state, name.data);
    buf_release(&name);
    char *before = support_dump(path);
    assert_int_equal(mkdir(part, 0700), 0);
    assert_false(db_open(&db, path, &err));
    assert_non_null(strstr(err_text(&err), "nothing was changed"));
    err_release(&err);
    char *after = support_dump(path);
    assert_string_equal(before, after);
    assert_int_equal(rmdir(part), 0);
    support_write(first, "mine", 4);
    assert_true(db_open(&db, path, &err));
    db_close(db);
    struct buf mine = { 0 };
    assert_true(support_read(first, &mine));
    assert_string_equal(mine.data, "mine");
    char *copied = support_dump(second);
    assert_string_equal(before, copied);
    buf_release(&mine);
    free(before), free(after), free(copied), free(path), free(part), free(first), free(second);
}

/* What came to a newer version in part keeps the copy of what it was. */
static void test_copy_of_a_part(void **state)
{
    struct err err = { 0 };
    struct db *db;
    char *path = old_db_make(*state, 1), *copy = support_path(*state, "old.db.v1");
    char *before = support_dump(path);
    support_sql(path, "CREATE TABLE own_theme (in_the_way)");
    assert_false(db_open(&db, path, &err));
    assert_int_equal(support_sql_int(path, "PRAGMA user_version", NULL), 2);
    support_sql(copy, "DROP TABLE own_theme");
    char *kept = support_dump(copy);
    assert_string_equal(before, kept);
    err_release(&err);
    free(before), free(kept), free(copy), free(path);
}

/* Where another talkbook brought it up to date meanwhile, that one kept its copy, and what
 * is there now is no copy of what it was. */
static void test_no_copy_of_the_new(void **state)
{
    struct err err = { 0 };
    struct db *db = support_db(*state);
    char *copy = support_path(*state, "talkbook.db.v1"), *name;
    assert_true(db_backup_old(db, 1, &name, &err));
    assert_null(name);
    assert_int_not_equal(access(copy, F_OK), 0);
    db_close(db);
    free(copy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_copies, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_copy_of_a_part, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_no_copy_of_the_new, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_from_version_1, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_same_schema, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
