/* The database: things that went wrong once. A newer file that was written to,
 * topics that stayed in search, an index made by other rules, names with commas. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include "base/mem.h"
#include "db/catalog.h"
#include "db/search.h"
#include "exchange/file.h"
#include "support.h"

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

static size_t found(struct db *db, const char *text)
{
    struct query query;
    struct db_hits hits = { 0 };
    size_t count = 0;
    struct err err = { 0 };
    assert_true(query_parse(&query, text, false, &err));
    assert_true(db_search(db, &query, 1000, &hits, &err));
    query_release(&query);
    count = hits.count;
    db_hits_release(&hits);
    return count;
}

static void test_a_newer_file_is_not_touched(void **state)
{
    struct err err = { 0 };
    struct db *db = support_db(*state);
    char *path = mem_dup(db_path(db)), *before, *after;
    size_t before_len, after_len;
    db_close(db);
    support_sql(path, "PRAGMA journal_mode = DELETE; PRAGMA user_version = 999");
    assert_true(file_read(path, &before, &before_len, &err));
    assert_true(db_open(&db, path, &err));
    assert_non_null(strstr(db_read_only(db), "newer"));
    db_close(db);
    assert_true(file_read(path, &after, &after_len, &err));
    assert_int_equal(before_len, after_len);
    assert_memory_equal(before, after, after_len);
    free(before), free(after), free(path);
}

static void test_names_that_are_no_files(void **state)
{
    struct err err = { 0 };
    struct db *db;
    (void)state;
    assert_false(db_open(&db, "", &err));
    assert_non_null(strstr(err_text(&err), "--db"));
    assert_null(db);
    err_release(&err);
}

static const char small[] =
    "{\"format\":\"talkbook-catalog\",\"version\":1,"
    "\"conference\":{\"slug\":\"small\",\"name\":\"Small\"},"
    "\"topics\":[{\"id\":\"zebras\",\"name\":\"Zebras\",\"theme\":\"everything-else\","
    "\"note\":\"stripes\"}],"
    "\"talks\":[{\"id\":\"a\",\"title\":\"A\",\"topic\":\"zebras\","
    "\"speakers\":[\"Smith, Jr., J\",\"Ada\"],"
    "\"starts_at\":\"2025-01-01T10:00:00Z\"}]}";
static const char smaller[] = "{\"format\":\"talkbook-catalog\",\"version\":1,"
                              "\"conference\":{\"slug\":\"small\",\"name\":\"Small\"},"
                              "\"talks\":[{\"id\":\"a\",\"title\":\"A\",\"speakers\":null,"
                              "\"starts_at\":\"2025-01-01T10:00:00Z\"}]}";

static void test_a_topic_that_left_is_gone(void **state)
{
    struct err err = { 0 };
    struct db_catalog_report report;
    struct db *db = support_db(*state);
    assert_true(support_load(db, small, &report, &err));
    assert_int_equal(report.added, 1);
    assert_int_equal(found(db, "stripes"), 1);
    struct talk talk;
    assert_true(db_talk_read(db, support_talk(db, "small/a"), DB_READ_EXPORT, &talk, &err));
    assert_string_equal(talk.speaker_list, "Smith, Jr., J" TALK_SEPARATOR "Ada");
    talk_release(&talk);
    /* Themes and topics may be left out. */
    assert_true(support_load(db, smaller, &report, &err));
    assert_int_equal(report.changed, 1);
    assert_int_equal(found(db, "stripes"), 0);
    assert_int_equal(found(db, "zebras"), 0);
    /* The other conference's topics are still there. */
    assert_true(found(db, "roofline") > 0);
    db_close(db);
}

static void test_an_index_by_other_rules_is_made_anew(void **state)
{
    struct err err = { 0 };
    struct db *db = support_db(*state);
    char *path = mem_dup(db_path(db));
    size_t hits = found(db, "thread*"), notes = found(db, "in:notes python");
    assert_true(hits > 5 && notes > 0);
    db_close(db);
    support_sql(path, "DELETE FROM meta WHERE key = 'index';"
                      "INSERT INTO ft(ft) VALUES('delete-all')");
    assert_true(db_open(&db, path, &err));
    assert_int_equal(found(db, "thread*"), hits);
    assert_int_equal(found(db, "in:notes python"), notes);
    db_close(db);
    free(path);
}

static void test_a_sign_ends_a_word(void **state)
{
    struct err err = { 0 };
    struct query query;
    (void)state;
    assert_true(query_parse(&query, "c++", true, &err));
    assert_false(query.terms[0].prefix);
    query_release(&query);
    assert_true(query_parse(&query, "c", true, &err));
    assert_true(query.terms[0].prefix);
    query_release(&query);
}

/* A copy is of one moment, private, and never over what is there. */
static void test_backup(void **state)
{
    const struct support_fixture *f = *state;
    struct err err = { 0 };
    struct stat status;
    int64_t id;
    struct db *copy;
    char *path = support_path(f->dir, "copy.db"), *link = support_path(f->dir, "link.db");
    assert_true(db_note_add(f->db, NULL, NULL, "before", &id, &err));
    assert_true(db_backup(f->db, path, &err));
    assert_true(db_note_add(f->db, NULL, NULL, "after", &id, &err));
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    assert_false(db_backup(f->db, path, &err));
    assert_non_null(strstr(err_text(&err), "name another file"));
    err_release(&err);
    assert_int_equal(symlink(path, link), 0);
    assert_false(db_backup(f->db, link, &err));
    err_release(&err);
    assert_int_equal(
        support_sql_int(path, "SELECT count(*) FROM note WHERE body = 'before'", NULL), 1);
    assert_int_equal(
        support_sql_int(path, "SELECT count(*) FROM note WHERE body = 'after'", NULL), 0);
    assert_true(db_open(&copy, path, &err));
    struct buf report = { 0 };
    assert_true(db_check(copy, &report, &err));
    db_close(copy);
    buf_release(&report);
    free(path), free(link);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_newer_file_is_not_touched, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_backup, support_set_up, support_tear_down),
        cmocka_unit_test(test_names_that_are_no_files),
        cmocka_unit_test_setup_teardown(test_a_topic_that_left_is_gone, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            test_an_index_by_other_rules_is_made_anew, set_up, tear_down),
        cmocka_unit_test(test_a_sign_ends_a_word),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
