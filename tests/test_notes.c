/* Notes and undo: adding, saving over a stale revision, earlier revisions, the
 * trash, ids and UUIDs, and chains of undo and redo over every kind of change,
 * also across a restart. */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/date.h"
#include "base/mem.h"
#include "tally_check.h"

struct fixture {
    char *dir, *path, *key;
    struct db *db;
    struct err err;
};

static int set_up(void **state)
{
    struct fixture *f = mem_zero(1, sizeof *f);
    f->dir = support_dir();
    f->db = support_db(f->dir);
    f->path = mem_dup(db_path(f->db));
    f->key = support_key(f->db, "design-pressure");
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    db_close(f->db);
    support_remove(f->dir);
    err_release(&f->err);
    free(f->path);
    free(f->key);
    free(f);
    return 0;
}

static void reopen(struct fixture *f)
{
    db_close(f->db);
    assert_true(db_open(&f->db, f->path, &f->err));
}

static void assert_says(const struct fixture *f, const char *part)
{
    if (strstr(err_text(&f->err), part) == NULL)
        fail_msg("'%s' does not say '%s'", err_text(&f->err), part);
}

static void assert_body(struct fixture *f, int64_t id, int rev, bool deleted, const char *body)
{
    struct note note;
    assert_true(db_note_read(f->db, id, &note, &f->err));
    assert_string_equal(note.body, body);
    if (rev > 0)
        assert_int_equal(note.rev, rev);
    assert_int_equal(note.deleted, deleted);
    note_release(&note);
}

static int64_t add(struct fixture *f, const char *body)
{
    int64_t id;
    assert_true(db_note_add(f->db, f->key, NULL, body, &id, &f->err));
    return id;
}

static size_t count_notes(struct fixture *f, const char *key, const char *slug)
{
    struct note_list notes = { 0 };
    assert_true(db_notes_read(f->db, key, slug, 0, 1000, &notes, &f->err));
    size_t count = notes.count;
    note_list_release(&notes);
    return count;
}

static void test_add(void **state)
{
    struct fixture *f = *state;
    int64_t id = add(f, "a *body*\n"), topic, loose;
    struct note note;
    struct date date;
    assert_true(db_note_read(f->db, id, &note, &f->err));
    assert_string_equal(note.body, "a *body*\n");
    assert_string_equal(note.talk_key, f->key);
    assert_string_equal(note.topic_slug, "");
    assert_string_equal(note.created_at, note.updated_at);
    assert_true(date_parse(note.created_at, &date));
    assert_int_equal(note.rev, 1);
    assert_int_equal(strlen(note.uuid), 36);
    assert_int_equal(note.uuid[14], '4');
    assert_non_null(strchr("89ab", note.uuid[19]));
    note_release(&note);
    assert_true(db_note_add(f->db, NULL, "gpu-computing", "on a topic", &topic, &f->err));
    assert_true(db_note_add(f->db, NULL, NULL, "on nothing", &loose, &f->err));
    assert_int_equal(count_notes(f, f->key, NULL), 2);
    assert_int_equal(count_notes(f, NULL, "gpu-computing"), 1);
    assert_int_equal(count_notes(f, NULL, NULL), 13);
    assert_int_equal(count_notes(f, "nonesuch/x", NULL), 0);
    assert_int_equal(count_notes(f, NULL, "nonesuch"), 0);
    assert_false(db_note_read(f->db, 999, &note, &f->err));
    assert_says(f, "no note 999");
    tally_check(f->db);
}

static void test_pages(void **state)
{
    struct fixture *f = *state;
    struct note_list notes = { 0 };
    for (int i = 0; i < 25; i++)
        add(f, "more");
    int64_t after = 0, last = 0;
    size_t pages = 0;
    do {
        size_t had = notes.count;
        assert_true(db_notes_read(f->db, f->key, NULL, after, 10, &notes, &f->err));
        if (notes.count == had)
            break;
        assert_true(notes.count - had <= 10);
        after = notes.items[notes.count - 1].id;
        pages++;
    } while (pages < 10);
    assert_int_equal(notes.count, 26);
    assert_int_equal(pages, 3);
    for (size_t i = 0; i < notes.count; i++) {
        assert_true(notes.items[i].id > last);
        last = notes.items[i].id;
    }
    note_list_release(&notes);
}

static void test_save(void **state)
{
    struct fixture *f = *state;
    int64_t id = add(f, "one");
    assert_true(db_note_save(f->db, id, 1, "two", &f->err));
    assert_body(f, id, 2, false, "two");
    assert_false(db_note_save(f->db, id, 1, "lost", &f->err));
    assert_says(f, "changed elsewhere");
    assert_body(f, id, 2, false, "two");
    /* The same text is no change. */
    assert_true(db_note_save(f->db, id, 2, "two", &f->err));
    assert_body(f, id, 2, false, "two");
    assert_true(db_note_save(f->db, id, 2, "three", &f->err));
    assert_int_equal(
        support_sql_int(f->path, "SELECT count(*) FROM revision WHERE note_id = ?1 + 0",
            (char[]){ (char)('0' + id / 10), (char)('0' + id % 10), '\0' }),
        2);
    char *kept = support_sql_text(f->path,
        "SELECT group_concat(body) FROM (SELECT body FROM revision ORDER BY rev)", NULL);
    assert_string_equal(kept, "one,two");
    free(kept);
    assert_false(db_note_save(f->db, 999, 1, "x", &f->err));
    assert_says(f, "no note 999");
    tally_check(f->db);
}

static void test_trash(void **state)
{
    struct fixture *f = *state;
    int64_t id = add(f, "gone");
    assert_true(db_note_delete(f->db, id, &f->err));
    assert_body(f, id, 1, true, "gone");
    assert_int_equal(count_notes(f, f->key, NULL), 1);
    tally_check(f->db);
    assert_false(db_note_delete(f->db, id, &f->err));
    assert_says(f, "already in the trash");
    assert_false(db_note_save(f->db, id, 1, "x", &f->err));
    assert_says(f, "restore it first");
    assert_true(db_note_restore(f->db, id, &f->err));
    assert_body(f, id, 1, false, "gone");
    assert_false(db_note_restore(f->db, id, &f->err));
    assert_says(f, "not in the trash");
    assert_int_equal(count_notes(f, f->key, NULL), 2);
    tally_check(f->db);
}

static void test_find(void **state)
{
    struct fixture *f = *state;
    int64_t id = add(f, "x"), found;
    struct note note;
    char number[24], prefix[10];
    assert_true(db_note_read(f->db, id, &note, &f->err));
    snprintf(number, sizeof number, "%lld", (long long)id);
    snprintf(prefix, sizeof prefix, "%.9s", note.uuid);
    const char *const names[] = { number, note.uuid, prefix };
    for (size_t i = 0; i < SUPPORT_COUNT(names); i++) {
        assert_true(db_note_find(f->db, names[i], &found, &f->err));
        assert_int_equal(found, id);
    }
    note_release(&note);
    static const char *const absent[] = { "", "999", "-1", "abc", "ffffffff", "x", "%", "0'" };
    for (size_t i = 0; i < SUPPORT_COUNT(absent); i++) {
        assert_false(db_note_find(f->db, absent[i], &found, &f->err));
        assert_true(err_text(&f->err)[0] != '\0');
    }
    support_sql(f->path, "UPDATE note SET uuid = 'abcd' || substr(uuid, 5)");
    assert_false(db_note_find(f->db, "abcd", &found, &f->err));
    assert_says(f, "more than one note");
}

/* A state of everything that can be undone, as text. */
static char *picture(struct fixture *f)
{
    return support_sql_text(f->path,
        "SELECT (SELECT group_concat(talk_key || starred || watched || rating || '/' || notes) "
        "FROM"
        "  (SELECT * FROM mark WHERE starred OR watched OR rating OR notes ORDER BY talk_key))"
        " || coalesce((SELECT group_concat(talk_key || name) FROM"
        "  (SELECT * FROM tag ORDER BY talk_key, name)), '')"
        " || (SELECT group_concat(id || body || (deleted_at <> '')) FROM"
        "  (SELECT * FROM note WHERE deleted_at = '' ORDER BY id))",
        NULL);
}

static void one_step(struct fixture *f, bool undo, const char *expected, const char *says)
{
    char *what;
    assert_true((undo ? db_undo : db_redo)(f->db, &what, &f->err));
    assert_non_null(what);
    if (says != NULL && strstr(what, says) == NULL)
        fail_msg("'%s' does not say '%s'", what, says);
    free(what);
    char *now = picture(f);
    assert_string_equal(now, expected);
    free(now);
    tally_check(f->db);
}

enum { STEPS = 9 };
static const char *const step_words[STEPS] = { "star on Design Pressure", "watched mark on",
    "rating on", "rating on", "tags on Design", " on Design", " on Design", " on Design",
    " on Design" };

static void take_step(struct fixture *f, int step, int64_t *id)
{
    bool ok = false;
    switch (step) {
    case 0:
        ok = db_mark_set(f->db, f->key, DB_STARRED, 1, &f->err);
        break;
    case 1:
        ok = db_mark_set(f->db, f->key, DB_WATCHED, 1, &f->err);
        break;
    case 2:
        ok = db_mark_set(f->db, f->key, DB_RATING, 4, &f->err);
        break;
    case 3:
        ok = db_mark_set(f->db, f->key, DB_RATING, 2, &f->err);
        break;
    case 4:
        ok = db_tags_set(f->db, f->key, "b a", &f->err);
        break;
    case 5:
        ok = db_note_add(f->db, f->key, NULL, "first", id, &f->err);
        break;
    case 6:
        ok = db_note_save(f->db, *id, 1, "second", &f->err);
        break;
    case 7:
        ok = db_note_delete(f->db, *id, &f->err);
        break;
    case 8:
        ok = db_note_restore(f->db, *id, &f->err);
        break;
    }
    assert_true(ok);
}

static void test_undo_chain(void **state)
{
    struct fixture *f = *state;
    char *pictures[STEPS + 1], *what;
    int64_t id = 0;
    assert_true(db_undo(f->db, &what, &f->err));
    assert_null(what);
    pictures[0] = picture(f);
    for (int i = 0; i < STEPS; i++) {
        take_step(f, i, &id);
        pictures[i + 1] = picture(f);
        assert_string_not_equal(pictures[i], pictures[i + 1]);
    }
    for (int round = 0; round < 2; round++) {
        for (int i = STEPS - 1; i >= 0; i--) {
            if (i % 4 == 0)
                reopen(f);
            one_step(f, true, pictures[i], step_words[i]);
        }
        assert_true(db_undo(f->db, &what, &f->err));
        assert_null(what);
        for (int i = 0; i < STEPS; i++) {
            if (i % 4 == 2)
                reopen(f);
            one_step(f, false, pictures[i + 1], step_words[i]);
        }
        assert_true(db_redo(f->db, &what, &f->err));
        assert_null(what);
    }
    for (int i = 0; i <= STEPS; i++)
        free(pictures[i]);
}

/* A new change after an undo leaves nothing to redo. */
static void test_undo_forks(void **state)
{
    struct fixture *f = *state;
    char *what;
    assert_true(db_mark_set(f->db, f->key, DB_RATING, 1, &f->err));
    assert_true(db_mark_set(f->db, f->key, DB_RATING, 2, &f->err));
    assert_true(db_undo(f->db, &what, &f->err));
    free(what);
    assert_true(db_mark_set(f->db, f->key, DB_STARRED, 1, &f->err));
    assert_true(db_redo(f->db, &what, &f->err));
    assert_null(what);
    /* A value that is there already is no change to undo. */
    assert_true(db_mark_set(f->db, f->key, DB_STARRED, 1, &f->err));
    assert_true(db_tags_set(f->db, f->key, "", &f->err));
    assert_true(db_undo(f->db, &what, &f->err));
    assert_non_null(strstr(what, "star on"));
    free(what);
    assert_true(db_undo(f->db, &what, &f->err));
    assert_non_null(strstr(what, "rating on"));
    free(what);
    assert_true(db_undo(f->db, &what, &f->err));
    assert_null(what);
}

/* And so does one of several changes that are taken back together. */
static void test_undo_forks_at_a_step(void **state)
{
    struct fixture *f = *state;
    size_t moved, clamped;
    char *what;
    add(f, "[1:02] said");
    assert_true(db_mark_set(f->db, f->key, DB_RATING, 1, &f->err));
    assert_true(db_undo(f->db, &what, &f->err));
    free(what);
    assert_true(db_stamps_shift(f->db, f->key, 10, &moved, &clamped, &f->err));
    assert_int_equal(moved, 1);
    assert_true(db_redo(f->db, &what, &f->err));
    assert_null(what);
}

/* What was saved is a new revision, so nobody's stale text overwrites it. */
static void test_undo_and_stale(void **state)
{
    struct fixture *f = *state;
    int64_t id = add(f, "one");
    char *what;
    assert_true(db_note_save(f->db, id, 1, "two", &f->err));
    assert_true(db_undo(f->db, &what, &f->err));
    free(what);
    assert_body(f, id, 0, false, "one");
    assert_false(db_note_save(f->db, id, 2, "late", &f->err));
    assert_says(f, "changed elsewhere");
    assert_true(db_redo(f->db, &what, &f->err));
    free(what);
    assert_body(f, id, 0, false, "two");
}

static void test_undo_is_bounded(void **state)
{
    struct fixture *f = *state;
    char *what;
    int steps = 0;
    for (int i = 0; i < 450; i++)
        assert_true(db_mark_set(f->db, f->key, DB_RATING, i % 5 + 1, &f->err));
    for (;; steps++) {
        assert_true(db_undo(f->db, &what, &f->err));
        if (what == NULL)
            break;
        free(what);
    }
    assert_int_equal(steps, 200);
}

#define DB_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

/* What came from a file and is undone comes again with the next import: the file's base
 * goes back with it, and on with redo. */
static void test_undo_moves_base(void **state)
{
    const struct support_fixture *f = *state;
    struct err err = { 0 };
    int64_t id;
    char *what = NULL;
    assert_true(db_note_add(f->db, NULL, NULL, "one", &id, &err));
    assert_true(db_note_save(f->db, id, 1, "two", &err));
    struct buf sql = { 0 };
    buf_addf(&sql, "INSERT INTO outside VALUES ('place', %lld, 'a.md', 2)", (long long)id);
    const char *path = db_path(f->db);
    support_sql(path, sql.data);
    assert_true(db_undo(f->db, &what, &err));
    free(what);
    assert_int_equal(support_sql_int(path, "SELECT rev FROM outside", NULL), 1);
    assert_true(db_redo(f->db, &what, &err));
    free(what);
    assert_int_equal(support_sql_int(path, "SELECT rev FROM outside", NULL), 2);
    /* A note that was never added is in the trash, and its file is known as before: the next
     * import does not take it for a new text. */
    for (int i = 0; i < 2; i++) {
        assert_true(db_undo(f->db, &what, &err));
        free(what);
    }
    assert_int_equal(
        support_sql_int(path, "SELECT count(*) FROM note WHERE body = 'two'", NULL), 0);
    assert_int_equal(support_sql_int(path, "SELECT rev FROM outside", NULL), 1);
    buf_release(&sql);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            test_undo_moves_base, support_set_up, support_tear_down),
        DB_TEST(test_add),
        DB_TEST(test_pages),
        DB_TEST(test_save),
        DB_TEST(test_trash),
        DB_TEST(test_find),
        DB_TEST(test_undo_chain),
        DB_TEST(test_undo_forks),
        DB_TEST(test_undo_forks_at_a_step),
        DB_TEST(test_undo_and_stale),
        DB_TEST(test_undo_is_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
