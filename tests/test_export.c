/* What is the person's goes out as one document and comes back: all of it, exactly, and
 * joined with what is there. */
#include "notes_made.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/json_doc.h"
#include "base/mem.h"
#include "exchange/export.h"
#include "exchange/file.h"
#include "exchange/notes_folder.h"
#include "exchange/notes_json.h"

enum { NOTES = 10000 };

/* A note of a document that is as it should be, but for what follows. */
#define MOMENT(name) "\"" name "\":\"2026-01-01T00:00:00Z\""
#define GOOD(more)                                                                             \
    "{\"uuid\":\"01234567-0000-4000-8000-000000000000\",\"body\":\"b\"," MOMENT(               \
        "created_at") "," MOMENT("updated_at") more "}"

/* Two databases with the catalog. */
struct pair {
    char *dirs[2], *paths[2], *document;
    struct db *dbs[2];
    struct err err;
};

static int set_up(void **state)
{
    struct pair *p = mem_zero(1, sizeof *p);
    for (int i = 0; i < 2; i++) {
        p->dirs[i] = support_dir();
        p->dbs[i] = support_db(p->dirs[i]);
        p->paths[i] = support_path(p->dirs[i], "talkbook.db");
    }
    p->document = support_path(p->dirs[0], "notes.json");
    *state = p;
    return 0;
}

static int tear_down(void **state)
{
    struct pair *p = *state;
    for (int i = 0; i < 2; i++) {
        db_close(p->dbs[i]);
        support_remove(p->dirs[i]);
        free(p->paths[i]);
    }
    free(p->document);
    err_release(&p->err);
    free(p);
    return 0;
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void write_document(struct pair *p, int from)
{
    const struct export_set all = { .all = true };
    struct output out;
    bool ok = output_open(&out, p->document, &p->err)
              && notes_json_write(p->dbs[from], &all, &out, &p->err);
    if (!output_close(&out, ok, &p->err))
        fail_msg("%s", err_text(&p->err));
}

static bool read_document(struct pair *p, int into, struct notes_report *report)
{
    struct json_doc doc = { 0 };
    char *text = NULL;
    *report = (struct notes_report){ 0 };
    if (!file_read_long_text(p->document, 1 << 30, &text, &p->err)
        || !json_doc_read(&doc, text, &p->err) || !notes_json_is(&doc))
        fail_msg("%s", err_text(&p->err));
    bool ok = notes_json_read(p->dbs[into], &doc, report, &p->err);
    json_doc_release(&doc);
    free(text);
    return ok;
}

static void assert_reads(struct pair *p, int into, int added, int changed, int unchanged)
{
    struct notes_report report;
    if (!read_document(p, into, &report))
        fail_msg("%s", err_text(&p->err));
    assert_int_equal(report.outcomes[NOTES_ADDED], added);
    assert_int_equal(report.outcomes[NOTES_CHANGED], changed);
    assert_int_equal(report.outcomes[NOTES_UNCHANGED], unchanged);
    notes_report_release(&report);
}

static void assert_same(struct pair *p)
{
    char *a = made_dump(p->paths[0], false), *b = made_dump(p->paths[1], false);
    if (strcmp(a, b) != 0) {
        size_t at = 0;
        while (a[at] == b[at])
            at++;
        at -= at < 80 ? at : 80;
        fail_msg("they differ:\n%.300s\n--\n%.300s", a + at, b + at);
    }
    free(a), free(b);
}

static void test_everything_comes_back(void **state)
{
    struct pair *p = *state;
    struct buf text = { 0 };
    made_fill(p->dbs[0], NOTES, 7);
    int notes = (int)support_sql_int(p->paths[0], "SELECT count(*) FROM note", NULL);
    double start = now();
    write_document(p, 0);
    double written = now();
    assert_reads(p, 1, NOTES, 0, notes - NOTES);
    double taken = now();
    assert_same(p);
    assert_true(support_read(p->document, &text));
    printf("figure: json %d notes, %lld revisions, %.1f MB: out %.2f s, back in %.2f s, equal "
           "field by field\n",
        notes, (long long)support_sql_int(p->paths[1], "SELECT count(*) FROM revision", NULL),
        (double)text.len / 1e6, written - start, taken - written);
    /* A second time there is nothing to do, and one undo takes all of it back. */
    assert_reads(p, 1, 0, 0, notes);
    assert_same(p);
    char *what;
    assert_true(db_undo(p->dbs[1], &what, &p->err));
    free(what);
    assert_int_equal(support_sql_int(p->paths[1],
                         "SELECT count(*) FROM note WHERE deleted_at = '' AND uuid NOT IN"
                         " (SELECT uuid FROM starter)",
                         NULL),
        0);
    assert_int_equal(support_sql_int(p->paths[1],
                         "SELECT count(*) FROM mark WHERE starred OR watched OR rating", NULL),
        0);
    buf_release(&text);
}

static int64_t add(struct pair *p, int db, const char *body)
{
    int64_t id;
    assert_true(db_note_add(p->dbs[db], NULL, NULL, body, &id, &p->err));
    return id;
}

/* The same note changed on both sides, ours at another moment than theirs or at the same
 * one: both come to have the same present text, the later one, and all texts of both. */
static void changed_on_both_sides(struct pair *p, const char *ours_at, const char *present)
{
    struct buf sql = { 0 };
    int64_t id = add(p, 0, "first");
    write_document(p, 0);
    assert_reads(p, 1, 1, 0, 10);
    int64_t there =
        support_sql_int(p->paths[1], "SELECT id FROM note WHERE body = 'first'", NULL);
    assert_true(db_note_save(p->dbs[1], there, 1, "there", &p->err));
    assert_true(db_note_save(p->dbs[1], there, 2, "there again", &p->err));
    assert_true(db_note_save(p->dbs[0], id, 1, "here, later", &p->err));
    support_sql(p->paths[1],
        "UPDATE note SET updated_at = '2026-01-02T00:00:00.000Z' WHERE body = 'there again'");
    buf_addf(&sql, "UPDATE note SET updated_at = '%s' WHERE body = 'here, later'", ours_at);
    support_sql(p->paths[0], sql.data);
    buf_release(&sql);
    write_document(p, 0);
    assert_reads(p, 1, 0, 1, 10);
    assert_reads(p, 1, 0, 0, 11);
    write_document(p, 1);
    assert_reads(p, 0, 0, 1, 10);
    for (int i = 0; i < 2; i++) {
        static const char *const texts[] = { "first", "there", "there again", "here, later" };
        for (int t = 0; t < 4; t++)
            assert_true(support_sql_int(p->paths[i],
                            "SELECT count(*) FROM (SELECT body FROM note UNION ALL SELECT body"
                            " FROM revision) WHERE body = ?1",
                            texts[t])
                        > 0);
        char *body = support_sql_text(p->paths[i],
            "SELECT body FROM note WHERE uuid NOT IN (SELECT uuid FROM starter)", NULL);
        assert_string_equal(body, present);
        free(body);
    }
    /* What is deleted there later is deleted here. */
    assert_true(db_note_delete(p->dbs[1], there, &p->err));
    write_document(p, 1);
    struct notes_report report;
    assert_true(read_document(p, 0, &report));
    assert_int_equal(report.outcomes[NOTES_DELETED], 1);
    notes_report_release(&report);
    struct note note;
    assert_true(db_note_read(p->dbs[0], id, &note, &p->err));
    assert_true(note.deleted);
    note_release(&note);
}

static void test_changed_on_both_sides(void **state)
{
    changed_on_both_sides(*state, "2026-01-03T00:00:00.000Z", "here, later");
}

static void test_changed_at_one_moment(void **state)
{
    changed_on_both_sides(*state, "2026-01-02T00:00:00.000Z", "there again");
}

/* What was deleted here later stays deleted, and the text that was written there before
 * is in its history. */
static void test_deleted_later(void **state)
{
    struct pair *p = *state;
    struct note note;
    struct notes_report report;
    int64_t id = add(p, 0, "first");
    write_document(p, 0);
    assert_reads(p, 1, 1, 0, 10);
    assert_true(db_note_save(p->dbs[0], id, 1, "there", &p->err));
    support_sql(p->paths[0], "UPDATE note SET updated_at = '2026-01-02T00:00:00.000Z' WHERE"
                             " body = 'there'");
    id = support_sql_int(p->paths[1], "SELECT id FROM note WHERE body = 'first'", NULL);
    assert_true(db_note_delete(p->dbs[1], id, &p->err));
    support_sql(p->paths[1], "UPDATE note SET updated_at = '2026-01-01T00:00:00.000Z',"
                             " deleted_at = '2026-01-03T00:00:00.000Z' WHERE body = 'first'");
    write_document(p, 0);
    assert_true(read_document(p, 1, &report));
    notes_report_release(&report);
    assert_true(db_note_read(p->dbs[1], id, &note, &p->err));
    assert_true(note.deleted);
    assert_string_equal(note.body, "there");
    note_release(&note);
}

/* A catalog's note that nobody touched here becomes what it is there, with its history;
 * a directory that knows it here knows other revisions. */
static void test_a_fresh_one(void **state)
{
    struct pair *p = *state;
    struct notes_report report = { 0 };
    const struct export_set all = { .all = true };
    static const char first[] = "SELECT min(id) FROM note";
    static const char known[] = "SELECT count(*) FROM outside WHERE note_id = ?1";
    int64_t id = support_sql_int(p->paths[0], first, NULL);
    char *notes = support_path(p->dirs[1], "notes");
    char *here = support_sql_text(p->paths[1], first, NULL);
    assert_true(notes_folder_write(p->dbs[1], &all, notes, &report, &p->err));
    notes_report_release(&report);
    assert_int_equal(support_sql_int(p->paths[1], known, here), 1);
    assert_true(db_note_save(p->dbs[0], id, 1, "mine", &p->err));
    assert_true(db_note_save(p->dbs[0], id, 2, "mine again", &p->err));
    write_document(p, 0);
    assert_reads(p, 1, 0, 1, 9);
    assert_same(p);
    assert_int_equal(support_sql_int(p->paths[1], known, here), 0);
    free(notes), free(here);
}

/* Where a text that somebody wrote took the place of a catalog's note, an older document
 * does not take it away. */
static void test_a_fresh_one_that_was_replaced(void **state)
{
    struct pair *p = *state;
    struct notes_report report = { 0 };
    const struct export_set all = { .all = true };
    struct buf older = { 0 };
    static const char mine[] = "SELECT count(*) FROM note WHERE body = 'mine'";
    int64_t id = support_sql_int(p->paths[0], "SELECT min(id) FROM note", NULL);
    char *notes = support_path(p->dirs[1], "notes");
    write_document(p, 0);
    assert_true(db_note_save(p->dbs[0], id, 1, "mine", &p->err));
    assert_true(notes_folder_write(p->dbs[0], &all, notes, &report, &p->err));
    notes_report_release(&report);
    assert_true(notes_folder_read(p->dbs[1], notes, &report, &p->err));
    notes_report_release(&report);
    assert_reads(p, 1, 0, 1, 9);
    assert_int_equal(support_sql_int(p->paths[1], mine, NULL), 1);
    /* The same where a document brought it, without a history. */
    support_sql(p->paths[0], "DELETE FROM revision; UPDATE note SET rev = 1");
    support_sql(p->paths[1], "DELETE FROM revision; UPDATE note SET rev = 1, body = 'given'"
                             " WHERE body = 'mine'");
    assert_true(support_read(p->document, &older));
    write_document(p, 0);
    assert_reads(p, 1, 0, 1, 9);
    assert_int_equal(support_sql_int(p->paths[1], mine, NULL), 1);
    support_write(p->document, older.data, older.len);
    assert_reads(p, 1, 0, 1, 9);
    assert_int_equal(support_sql_int(p->paths[1], mine, NULL), 1);
    buf_release(&older);
    free(notes);
}

/* Nothing that is here is taken away or overwritten. */
static void test_marks_are_joined(void **state)
{
    struct pair *p = *state;
    char *key = support_key(p->dbs[0], "nogil");
    assert_true(db_mark_set(p->dbs[0], key, DB_STARRED, 1, &p->err));
    assert_true(db_mark_set(p->dbs[0], key, DB_RATING, 5, &p->err));
    assert_true(db_tags_set(p->dbs[0], key, "one two", &p->err));
    assert_true(db_mark_set(p->dbs[1], key, DB_WATCHED, 1, &p->err));
    assert_true(db_mark_set(p->dbs[1], key, DB_RATING, 3, &p->err));
    assert_true(db_tags_set(p->dbs[1], key, "two three", &p->err));
    assert_true(db_position_set(p->dbs[0], key, 300, &p->err));
    assert_true(db_position_set(p->dbs[1], key, 200, &p->err));
    write_document(p, 0);
    assert_reads(p, 1, 0, 0, 10);
    struct talk talk;
    assert_true(
        db_talk_read(p->dbs[1], support_talk(p->dbs[1], key), DB_READ_FULL, &talk, &p->err));
    assert_true(talk.starred && talk.watched && talk.rating == 3 && talk.position == 200);
    assert_string_equal(talk.tags, "one three two");
    talk_release(&talk);
    free(key);
}

/* A link stays one, also one that leads nowhere. */
static void test_links(void **state)
{
    struct pair *p = *state;
    struct stat status;
    struct output out;
    struct buf path = { 0 };
    buf_addf(&path, "%s.link", p->document);
    assert_int_equal(symlink(p->document, path.data), 0);
    unlink(p->document);
    bool ok = output_open(&out, path.data, &p->err);
    assert_false(output_close(&out, ok, &p->err));
    assert_non_null(strstr(err_text(&p->err), "leads nowhere"));
    support_write(p->document, "old", 3);
    ok = output_open(&out, path.data, &p->err);
    buf_adds(&out.text, "new");
    assert_true(output_close(&out, ok, &p->err));
    assert_int_equal(lstat(path.data, &status), 0);
    assert_true(S_ISLNK(status.st_mode));
    buf_clear(&path);
    assert_true(support_read(p->document, &path));
    assert_string_equal(path.data, "new");
    buf_release(&path);
}

/* What no command saves, but a merge or an earlier import may have left. */
static void test_odd_ones_come_back(void **state)
{
    struct pair *p = *state;
    static const char long_tag[] =
        "\033[31m a\rb "
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx";
    static const char *const queries[] = { "SELECT group_concat(quote(body)) FROM note",
        "SELECT group_concat(quote(name)) FROM tag" };
    char *key = support_key(p->dbs[0], "nogil");
    int64_t id;
    assert_true(db_note_add(p->dbs[0], key, NULL, "", &id, &p->err));
    assert_true(db_note_add(p->dbs[0], key, NULL, "text", &id, &p->err));
    assert_true(db_note_save(p->dbs[0], id, 1, " \n", &p->err));
    assert_true(db_tags_set(p->dbs[0], key, long_tag, &p->err));
    support_sql(p->paths[0],
        "INSERT INTO own_theme SELECT key, 'a,b' || char(10) || ' c', '' FROM talk LIMIT 1");
    write_document(p, 0);
    assert_reads(p, 1, 2, 0, 10);
    for (size_t i = 0; i < SUPPORT_COUNT(queries); i++) {
        char *from = support_sql_text(p->paths[0], queries[i], NULL);
        char *into = support_sql_text(p->paths[1], queries[i], NULL);
        assert_string_equal(from, into);
        free(from), free(into);
    }
    char *names = support_sql_text(p->paths[1], "SELECT names FROM own_theme", NULL);
    assert_string_equal(names, "a\nb\nc");
    free(names), free(key);
}

/* A mark's tags and themes are what the commands take. */
static void test_hostile_marks(void **state)
{
    struct pair *p = *state;
    static const char *const marks[][2] = { { "\"tags\":[\"ok\",\"a b\"]",
                                                "'a b', which is no tag" },
        { "\"tags\":[\"a,b\"]", "'a,b', which is no tag" },
        { "\"tags\":[\"\"]", "'', which is no tag" },
        { "\"tags\":[\"a\\nb\"]", "which is no tag" }, { "\"tags\":[7]", "not a text" },
        { "\"themes\":[\"ok\",\"a,b\"]", "'a,b', which is no theme" },
        { "\"themes\":[\"a\\nb\"]", "which is no theme" },
        { "\"themes\":[\" a\"]", "' a', which is no theme" },
        { "\"themes\":[\"\"]", "'', which is no theme" } };
    char *before = support_dump(p->paths[1]);
    for (size_t i = 0; i < SUPPORT_COUNT(marks); i++) {
        struct buf text = { 0 };
        struct notes_report report;
        buf_addf(&text,
            "{\"format\":\"talkbook-notes\",\"version\":1,\"marks\":[{\"talk\":\"x\","
            "\"tags\":[\"one\"],\"themes\":[\"On e\"]},{\"talk\":\"y\",%s}]}",
            marks[i][0]);
        support_write(p->document, text.data, text.len);
        if (read_document(p, 1, &report))
            fail_msg("taken: %s", marks[i][0]);
        assert_non_null(strstr(err_text(&p->err), "mark 2: \""));
        assert_non_null(strstr(err_text(&p->err), marks[i][1]));
        notes_report_release(&report);
        buf_release(&text);
    }
    char *after = support_dump(p->paths[1]);
    assert_string_equal(before, after);
    free(before), free(after);
}

/* Whatever is wrong in it, nothing of it is taken. */
static void test_hostile_documents(void **state)
{
    struct pair *p = *state;
    static const char *const notes[] = { "1", "{}", "{\"uuid\":\"../../etc/passwd\"}",
        "{\"uuid\":7}", GOOD(",\"rev\":0"), GOOD(",\"rev\":1.5"), GOOD(",\"rev\":1e99"),
        GOOD(",\"rev\":1,\"deleted_at\":\"x\""), GOOD(",\"rev\":1,\"body\":[]"),
        GOOD(",\"rev\":1,\"talk\":\"a\",\"topic\":\"b\""), GOOD(",\"rev\":2,\"revisions\":{}"),
        "{\"uuid\":\"01234567-0000-4000-8000-000000000000\",\"rev\":1," MOMENT(
            "created_at") "," MOMENT("updated_at") "}",
        GOOD(",\"rev\":2,\"revisions\":[{\"rev\":1," MOMENT("saved_at") "}]"),
        GOOD(",\"rev\":2,\"revisions\":[1]"), GOOD(",\"rev\":2,\"updated_at\":\"yesterday\""),
        GOOD(",\"rev\":2,\"revisions\":[{\"rev\":2,\"body\":\"x\"," MOMENT("saved_at") "}]"),
        GOOD(",\"rev\":9,\"revisions\":[{\"rev\":2,\"body\":\"x\"," MOMENT(
            "saved_at") "},"
                        "{\"rev\":2,\"body\":\"y\"," MOMENT("saved_at") "}]") };
    char *before = support_dump(p->paths[1]);
    for (size_t i = 0; i < SUPPORT_COUNT(notes); i++) {
        struct buf text = { 0 };
        struct notes_report report;
        buf_addf(&text,
            "{\"format\":\"talkbook-notes\",\"version\":1,\"marks\":[{\"talk\":\"x\","
            "\"starred\":true}],\"notes\":[" GOOD(",\"rev\":1") ",%s]}",
            notes[i]);
        support_write(p->document, text.data, text.len);
        if (read_document(p, 1, &report))
            fail_msg("taken: %s", notes[i]);
        assert_non_null(strstr(err_text(&p->err), "note 2"));
        notes_report_release(&report);
        buf_release(&text);
    }
    char *after = support_dump(p->paths[1]);
    assert_string_equal(before, after);
    free(before), free(after);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = { TEST(test_everything_comes_back),
        TEST(test_changed_on_both_sides), TEST(test_changed_at_one_moment),
        TEST(test_deleted_later), TEST(test_a_fresh_one),
        TEST(test_a_fresh_one_that_was_replaced), TEST(test_marks_are_joined), TEST(test_links),
        TEST(test_odd_ones_come_back), TEST(test_hostile_marks), TEST(test_hostile_documents) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
