/* Older databases: each is made with its own migrations, filled, opened, and
 * compared. Nothing that a person wrote may change, and counts must be right. */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "db/catalog.h"
#include "db/embedded.h"
#include "db/internal.h"
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

/* A database as the first `version` migrations make it. */
static char *make_old(const char *dir, int version)
{
    char *path = support_path(dir, "old.db");
    const char *end = embedded_schema;
    struct buf sql = { 0 }, marker = { 0 };
    buf_addf(&marker, "\n-- migration %d\n", version + 1);
    end = strstr(embedded_schema, marker.data);
    assert_non_null(end);
    buf_add(&sql, embedded_schema, (size_t)(end - embedded_schema));
    buf_addf(&sql, ";PRAGMA user_version = %d; PRAGMA journal_mode = WAL", version);
    support_sql(path, sql.data);
    buf_release(&sql), buf_release(&marker);
    return path;
}

static const char version_1[] =
    "INSERT INTO conference VALUES (1,'pc25','PyCon US 2025','','','2025-05-15','','',''),"
    "(2,'pc24','PyCon US 2024','','','','','',''),(3,'meet','Meetup','','','','','','');"
    "INSERT INTO theme VALUES (1,'speed','Speed',1);"
    "INSERT INTO topic VALUES (1,'gil','GIL',1,1,'');"
    "INSERT INTO talk VALUES (1,'pc25/a',1,1,'A','Ada','talk','2025-05-16T10:00:00Z','',"
    "'2025-05-16','R1','en','','','',60,0),(2,'pc24/"
    "b',2,1,'B','','talk','2024-05-16T10:00:00Z',"
    "'','2024-05-16','R1','en','','','',60,0),(3,'meet/c',3,1,'C','','talk',"
    "'2019-01-02T10:00:00Z','','2019-01-02','R2','en','','','',60,0),(4,'meet/d',3,1,'D','',"
    "'talk','','','','R2','en','','','',60,0);"
    "INSERT INTO summary VALUES (1,'about a'),(2,''),(3,''),(4,'');"
    "INSERT INTO speaker VALUES (1,'Ada'); INSERT INTO talk_speaker VALUES (1,1,1);"
    "INSERT INTO talk_theme VALUES (1,1),(2,1),(3,1),(4,1);"
    "INSERT INTO mark VALUES ('pc25/a',1,0,4,1),('meet/c',0,1,0,0);"
    "INSERT INTO tag VALUES ('pc25/a','mine');"
    "INSERT INTO note VALUES (1,'u-1','pc25/a','','my words',2,'2025-01-01T00:00:00Z',"
    "'2025-01-02T00:00:00Z','');"
    "INSERT INTO revision VALUES (1,1,'my first words','2025-01-01T00:00:00Z');"
    "INSERT INTO starter VALUES ('s-1');"
    "INSERT INTO change VALUES (1,'starred','pc25/a','0','1',0);"
    "INSERT INTO tally SELECT 0,1,'speed','Speed','gil','GIL',4,1,1,1;"
    "INSERT INTO tally SELECT 1,1,'gil','GIL','','',4,1,1,1;"
    "INSERT INTO tally VALUES "
    "(2,1,'','','','',1,0,0,0),(2,2,'2019-01-02','2019-01-02','','',1,1,0,0),"
    "(2,3,'2024-05-16','2024-05-16','','',1,0,0,0),(2,4,'2025-05-16','2025-05-16','','',1,0,1,"
    "1);"
    "INSERT INTO tally VALUES (3,1,'R1','R1','','',2,0,1,1),(3,2,'R2','R2','','',2,1,0,0);"
    "INSERT INTO tally VALUES (4,1,'Ada','Ada','','',1,0,1,1);"
    "INSERT INTO tally VALUES (5,1,'','','','',4,1,1,1);";

static char *own(const char *path)
{
    char *out = mem_dup("");
    static const char *const tables[] = { "mark", "tag", "note", "revision", "starter",
        "change" };
    char *dump = support_dump(path);
    struct buf text = { 0 };
    for (size_t i = 0; i < SUPPORT_COUNT(tables); i++) {
        struct buf head = { 0 };
        buf_addf(&head, "== %s\n", tables[i]);
        const char *start = strstr(dump, head.data);
        assert_non_null(start);
        const char *end = strstr(start + 3, "\n== ");
        buf_add(&text, start, end != NULL ? (size_t)(end - start) : strlen(start));
        buf_release(&head);
    }
    free(dump), free(out);
    return buf_take(&text);
}

static void test_from_version_1(void **state)
{
    struct err err = { 0 };
    struct db *db;
    char *path = make_old(*state, 1);
    support_sql(path, version_1);
    char *before = own(path);
    if (!db_open(&db, path, &err))
        fail_msg("%s", err_text(&err));
    assert_int_equal(support_sql_int(path, "PRAGMA user_version", NULL), db_schema_version());
    char *after = own(path);
    assert_string_equal(before, after);
    tally_check(db);
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
    char *old = make_old(*state, 1), *fresh = support_path(*state, "new.db");
    assert_true(db_open(&db, old, &err));
    db_close(db);
    assert_true(db_open(&db, fresh, &err));
    db_close(db);
    char *a = support_sql_text(old, sql, NULL), *b = support_sql_text(fresh, sql, NULL);
    assert_string_equal(a, b);
    free(a), free(b), free(old), free(fresh);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_from_version_1, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_same_schema, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
