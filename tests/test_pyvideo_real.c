/* Importing pyvideo's own data: PyCon US 2025 over the built-in catalog, and the
 * whole set. Skipped where they are absent. */
#include "pyvideo_tree.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "base/log.h"
#include "base/mem.h"
#include "tally_check.h"

#define ONE "../shared/data/pyvideo-pycon-us-2025"
#define ALL "../shared/data/pyvideo-all.tar.gz"

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

static void skip_without(const char *path)
{
    struct stat status;
    if (stat(path, &status) == 0)
        return;
    printf("skip: %s is not there\n", path);
    skip();
}

static void assert_fact(struct db *db, const char *key, const char *column, const char *value)
{
    struct buf sql = { 0 };
    buf_addf(&sql, "SELECT %s FROM talk WHERE key = 'pycon-us-2025/' || ?1", column);
    char *text = support_sql_text(db_path(db), sql.data, key);
    if (strcmp(text, value) != 0)
        fail_msg("%s: %s is '%s', not '%s'", key, column, text, value);
    free(text);
    buf_release(&sql);
}

/* What the person may have: compared before and after. */
static char *own(struct db *db)
{
    static const char *const tables[] = { "== mark\n", "== tag\n", "== note\n", "== revision\n",
        "== starter\n", "== change\n" };
    char *dump = support_dump(db_path(db));
    struct buf out = { 0 };
    for (size_t i = 0; i < SUPPORT_COUNT(tables); i++) {
        const char *start = strstr(dump, tables[i]);
        assert_non_null(start);
        const char *end = strstr(start + 3, "\n== ");
        buf_add(&out, start, end != NULL ? (size_t)(end - start) : strlen(start));
    }
    free(dump);
    return buf_take(&out);
}

static void make_own(struct db *db)
{
    struct err err = { 0 };
    int64_t note;
    const char *key = "pycon-us-2025/bridging-python-and-apache-iceberg";
    assert_true(db_mark_set(db, key, DB_STARRED, 1, &err));
    assert_true(db_mark_set(db, key, DB_RATING, 4, &err));
    assert_true(db_tags_set(db, key, "later data", &err));
    assert_true(db_note_add(db, key, NULL, "my words", &note, &err));
    assert_true(db_note_save(db, note, 1, "my other words", &err));
}

static void test_over_the_catalog(void **state)
{
    skip_without(ONE);
    struct db *db = support_db(*state);
    make_own(db);
    char *before = own(db);
    struct pyvideo_report report;
    tree_import(db, ONE, 0, 5, 101, 0, &report);
    assert_int_equal(report.partial, 0);
    pyvideo_report_release(&report);
    assert_int_equal(support_sql_int(db_path(db), "SELECT count(*) FROM talk", NULL), 106);
    assert_int_equal(support_sql_int(db_path(db), "SELECT count(*) FROM conference", NULL), 1);
    /* pyvideo has /47/, /126/ and the 18th. */
    assert_fact(db, "bridging-python-and-apache-iceberg", "url",
        "https://us.pycon.org/2025/schedule/presentation/124/");
    assert_fact(
        db, "bridging-python-and-apache-iceberg", "starts_at", "2025-05-16T11:00:00-04:00");
    assert_fact(db, "processing-large-json-files-without-running-out-of-memory", "url",
        "https://us.pycon.org/2025/schedule/presentation/125/");
    /* Filled in where the catalog had nothing. */
    assert_fact(db, "keynote-speaker-cory-doctorow", "url",
        "https://us.pycon.org/2025/about/keynote-speakers/#cory-doctorow");
    /* A file's name that is not the catalog's: found by title and speakers. */
    assert_fact(db, "what-they-dont-tell-you-about-building-a-jit-compiler-for-cpython",
        "language", "en");
    tally_check(db);
    char *once = support_dump(db_path(db));
    tree_import(db, ONE, 0, 0, 106, 0, NULL);
    char *twice = support_dump(db_path(db));
    assert_string_equal(once, twice);
    char *after = own(db);
    assert_string_equal(before, after);
    db_close(db);
    free(before), free(after), free(once), free(twice);
}

/* Without the catalog the same directory gives a conference of its own. */
static void test_alone(void **state)
{
    skip_without(ONE);
    struct err err = { 0 };
    struct db *db;
    char *path = support_path(*state, "alone.db");
    assert_true(db_open(&db, path, &err));
    tree_import(db, ONE, 106, 0, 0, 0, NULL);
    tally_check(db);
    tree_import(db, ONE, 0, 0, 106, 0, NULL);
    db_close(db);
    free(path);
}

static void test_everything(void **state)
{
    skip_without(ALL);
    struct buf command = { 0 };
    struct pyvideo_report report;
    struct db *db = support_db(*state);
    char *set = support_path(*state, "all");
    assert_int_equal(mkdir(set, 0700), 0);
    buf_addf(&command, "tar xzf %s -C %s", ALL, set);
    assert_int_equal(system(command.data), 0);
    make_own(db);
    char *before = own(db);
    double start = log_clock();
    tree_import(db, set, 21609, 5, 101, 0, &report);
    printf("figure: 21,715 records imported in %.0f ms\n", log_clock() - start);
    assert_int_equal(report.conferences, 540);
    assert_int_equal(report.partial, 47);
    pyvideo_report_release(&report);
    start = log_clock();
    tree_import(db, set, 0, 0, 21715, 0, NULL);
    printf("figure: and again in %.0f ms\n", log_clock() - start);
    char *after = own(db);
    assert_string_equal(before, after);
    /* Every talk is somewhere under a conference and a year. */
    struct db_headings headings;
    struct err err = { 0 };
    int talks = 0;
    assert_true(db_headings_read(db, DB_BY_CONFERENCE, &headings, &err));
    for (size_t i = 0; i < headings.count; i++)
        talks += headings.items[i].counts.talks;
    assert_int_equal(talks, 21715);
    assert_int_equal(headings.total.talks, 21715);
    db_headings_release(&headings);
    tally_check(db);
    db_close(db);
    free(before), free(after), free(set), buf_release(&command);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = { TEST(test_over_the_catalog), TEST(test_alone),
        TEST(test_everything) };
#undef TEST
    return cmocka_run_group_tests(tests, NULL, NULL);
}
