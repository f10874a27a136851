/* What stands in notes as the database keeps it, whatever happens to the notes;
 * links, moved times, emptied trash, own themes. */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "db/catalog.h"
#include "db/embedded.h"
#include "db/search.h"
#include "model/note_items.h"
#include "pyvideo_tree.h"
#include "tally_check.h"

enum { ROUNDS = 60, CHANGES = 12, KINDS = 16 };

#define DB_TEST(name) cmocka_unit_test_setup_teardown(name, support_set_up, support_tear_down)

struct play {
    struct support_fixture *f;
    uint64_t random;
    char *smaller; /* the catalog without some talks */
    bool small;
};

static uint32_t pick(struct play *play, uint32_t below)
{
    return support_random(&play->random) % below;
}

static char *some_body(struct play *play)
{
    static const char *const parts[] = { "TODO: read\n", "Q: why?\n", "- [ ] box\n", "word ",
        "[12:34] ", "[0:07] ", "[1:02:03]", "[[Design Pressure]] ", "[[nogil|x]] ", "#tag ",
        "\n", "```\n", "`[0:01]`\n", "wombat " };
    struct buf body = { 0 };
    buf_adds(&body, "note ");
    for (uint32_t n = pick(play, 10); n > 0; n--)
        buf_adds(&body, parts[pick(play, SUPPORT_COUNT(parts))]);
    return buf_take(&body);
}

static char *some_key(struct play *play)
{
    char number[12];
    snprintf(number, sizeof number, "%u", pick(play, 5));
    return support_sql_text(db_path(play->f->db),
        "SELECT key FROM talk ORDER BY key LIMIT 1 OFFSET ?1 * 20", number);
}

static struct note some_note(struct play *play)
{
    char number[12];
    struct note note = { 0 };
    snprintf(number, sizeof number, "%u", pick(play, 1000));
    int64_t id = support_sql_int(db_path(play->f->db),
        "SELECT id FROM note ORDER BY id LIMIT 1 OFFSET ?1 % (SELECT max(count(*), 1) FROM "
        "note)",
        number);
    if (id != 0)
        assert_true(db_note_read(play->f->db, id, &note, &play->f->err));
    return note;
}

/* What is refused must say why. */
static void accept(struct play *play, bool ok)
{
    static const char *const refusals[] = { "trash", "elsewhere", "no open task", "no revision",
        "no note" };
    for (size_t i = 0; !ok && i < SUPPORT_COUNT(refusals); i++)
        ok = strstr(err_text(&play->f->err), refusals[i]) != NULL;
    if (!ok)
        fail_msg("%s", err_text(&play->f->err));
}

static bool import(struct play *play)
{
    struct db_catalog_report report;
    play->small = !play->small;
    return support_load(
        play->f->db, play->small ? play->smaller : embedded_catalog, &report, &play->f->err);
}

/* One change of a note; false: it was refused. */
static bool change_note(struct play *play, uint32_t kind, const struct note *note,
    const char *key, const char *body)
{
    struct db *db = play->f->db;
    struct err *err = &play->f->err;
    int64_t id;
    size_t moved, clamped;
    switch (kind) {
    case 0:
        return db_note_add(db, key, NULL, body, &id, err);
    case 1:
        return db_note_add(db, NULL, "gpu-computing", body, &id, err);
    case 2:
        return db_note_add(db, NULL, NULL, body, &id, err);
    case 3:
    case 4:
        return db_note_save(db, note->id, note->rev, body, err);
    case 5:
        return db_note_delete(db, note->id, err);
    case 6:
        return db_note_restore(db, note->id, err);
    case 7:
        return db_note_revert(db, note->id, (int)pick(play, 3) + 1, err);
    case 8:
        return db_note_tick(db, note->id, note->rev, pick(play, 4) + 1, err);
    default:
        return db_stamps_shift(db, key, (int)pick(play, 100) - 50, &moved, &clamped, err);
    }
}

static void change(struct play *play)
{
    struct db *db = play->f->db;
    struct err *err = &play->f->err;
    struct note note = some_note(play);
    char *key = some_key(play), *body = some_body(play), *what = NULL;
    size_t count;
    uint32_t kind = pick(play, KINDS);
    bool ok = true;
    if (kind < 10)
        ok = change_note(play, kind, &note, key, body);
    else if (kind < 13)
        ok = db_undo(db, &what, err);
    else if (kind == 13)
        ok = db_redo(db, &what, err);
    else if (kind == 14)
        ok = db_themes_set(db, key, pick(play, 2) ? "Mine, Speed" : NULL, err);
    else if (pick(play, 4) == 0)
        ok = import(play);
    else if (pick(play, 4) == 0)
        ok = db_trash_empty(db, &count, err);
    accept(play, ok);
    note_release(&note);
    free(key), free(body), free(what);
}

static void add_items(struct buf *out, enum note_item_kind kind, const struct note *note)
{
    struct note_scan scan = { .body = note->body };
    struct note_item item;
    while (note_scan_next(&scan, &item)) {
        if (item.kind != kind)
            continue;
        buf_addf(out, "%d %lld %zu %zu %d ", (int)kind, (long long)note->id, item.off,
            item.line, item.number);
        struct buf target = { 0 };
        note_add_target(item.text, item.text_len, &target);
        if (kind == NOTE_LINK)
            buf_adds(out, buf_text(&target));
        else
            buf_add(out, item.text, item.text_len);
        buf_addc(out, '\n');
        buf_release(&target);
    }
}

/* All items, found anew in all notes. */
static char *scan_all(struct db *db)
{
    static const enum note_item_kind kinds[] = { NOTE_TASK, NOTE_LINK, NOTE_STAMP };
    struct note_list notes = { 0 };
    struct err err = { 0 };
    struct buf out = { 0 };
    assert_true(db_notes_read(db, NULL, NULL, 0, 1000000, &notes, &err));
    for (size_t k = 0; k < SUPPORT_COUNT(kinds); k++)
        for (size_t i = 0; i < notes.count; i++)
            add_items(&out, kinds[k], &notes.items[i]);
    note_list_release(&notes);
    return buf_take(&out);
}

static void add_item(struct buf *out, const struct db_item *item)
{
    buf_addf(out, "%lld %zu %lld %d %s %s %s %s\n", (long long)item->note_id, item->line,
        (long long)item->at, item->number, item->text, item->talk_key, item->topic_slug,
        item->title);
}

/* The inbox, read `most` tasks at a time. */
static char *read_inbox(struct db *db, size_t most)
{
    struct db_items items = { 0 };
    struct err err = { 0 };
    struct buf out = { 0 };
    for (size_t before = 0;; before = items.count) {
        struct db_item after = before > 0 ? items.items[before - 1] : (struct db_item){ 0 };
        assert_true(db_inbox_read(db, before > 0 ? &after : NULL, most, &items, &err));
        assert_true(items.count - before <= most);
        if (items.count == before)
            break;
    }
    for (size_t i = 0; i < items.count; i++)
        add_item(&out, &items.items[i]);
    db_items_release(&items);
    return buf_take(&out);
}

static void check(struct play *play)
{
    struct db *db = play->f->db;
    char *kept = support_sql_text(db_path(db),
        "SELECT group_concat(row || char(10), '') FROM (SELECT printf('%d %d %d %d %d %s', "
        "kind,"
        " note_id, at, line, number, text) AS row FROM item ORDER BY kind, note_id, at)",
        NULL);
    char *found = scan_all(db);
    size_t at = 0;
    while (kept[at] == found[at] && kept[at] != '\0')
        at++;
    if (kept[at] != found[at])
        fail_msg("kept '%.60s' where '%.60s' was found", kept + at, found + at);
    char *whole = read_inbox(db, 100000), *paged = read_inbox(db, pick(play, 5) + 1);
    assert_string_equal(whole, paged);
    free(kept), free(found), free(whole), free(paged);
}

static void test_items_follow(void **state)
{
    struct play play = { .f = *state, .random = 31 };
    struct buf report = { 0 };
    play.smaller = support_sql_text(":memory:",
        "SELECT json_remove(?1, '$.talks[0]', '$.talks[19]', '$.talks[38]')", embedded_catalog);
    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < CHANGES; i++)
            change(&play);
        check(&play);
        if (round % 20 == 19)
            tally_check(play.f->db);
    }
    printf("figure: %d changes left %lld items in %lld notes\n", ROUNDS * CHANGES,
        (long long)support_sql_int(db_path(play.f->db), "SELECT count(*) FROM item", NULL),
        (long long)support_sql_int(db_path(play.f->db), "SELECT count(*) FROM note", NULL));
    if (!db_check(play.f->db, &report, &play.f->err))
        fail_msg("%s", buf_text(&report));
    buf_release(&report);
    free(play.smaller);
}

/* --- links ------------------------------------------------------------- */

static void add_free(struct support_fixture *f, const char *body, int64_t *id)
{
    if (!db_note_add(f->db, NULL, NULL, body, id, &f->err))
        fail_msg("%s", err_text(&f->err));
}

static void test_links(void **state)
{
    struct support_fixture *f = *state;
    static const char *const names[] = { "pycon-us-2025/design-pressure", "design-pressure",
        "Design Pressure", "Design Pressure: The Invisible Hand That Shapes Your Code",
        "design PRESSURE  the ínvisible hand, that shapes your çode" };
    int64_t talk = support_talk(f->db, "design-pressure"), found, note;
    struct talk read;
    struct db_items links = { 0 };
    assert_true(db_talk_read(f->db, talk, DB_READ_FULL, &read, &f->err));
    for (size_t i = 0; i < SUPPORT_COUNT(names); i++) {
        struct buf body = { 0 };
        assert_true(db_link_find(f->db, names[i], &found, &f->err));
        if (found != talk)
            fail_msg("%s leads to %lld", names[i], (long long)found);
        buf_addf(&body, "twice [[%s]]\n[[%s|label]]", names[i], names[i]);
        add_free(f, body.data, &note);
        buf_release(&body);
        assert_true(db_links_read(f->db, &read, 100, &links, &f->err));
        assert_int_equal(links.count, i + 1);
        assert_int_equal(links.items[i].note_id, note);
        assert_int_equal(links.items[i].line, 1);
        db_items_release(&links);
    }
    add_free(f, "[[design]] [[pressure]] `[[design-pressure]]` [[design pressures]]", &note);
    assert_true(db_links_read(f->db, &read, 3, &links, &f->err));
    assert_int_equal(links.count, 3);
    db_items_release(&links);
    assert_true(db_links_read(f->db, &read, 100, &links, &f->err));
    assert_int_equal(links.count, SUPPORT_COUNT(names));
    db_items_release(&links);
    static const char *const none[] = { "", "design", "no such talk", "%", "Python", "]]" };
    for (size_t i = 0; i < SUPPORT_COUNT(none); i++) {
        assert_true(db_link_find(f->db, none[i], &found, &f->err));
        if (found != 0)
            fail_msg("'%s' leads to %lld", none[i], (long long)found);
    }
    talk_release(&read);
}

/* --- times, one undo ------------------------------------------------------ */

static char *body_of(struct support_fixture *f, int64_t id)
{
    struct note note;
    assert_true(db_note_read(f->db, id, &note, &f->err));
    char *body = mem_dup(note.body);
    note_release(&note);
    return body;
}

static void assert_body(struct support_fixture *f, int64_t id, const char *expected)
{
    char *body = body_of(f, id);
    assert_string_equal(body, expected);
    free(body);
}

static void test_shift_is_one_step(void **state)
{
    struct support_fixture *f = *state;
    static const char *const bodies[] = { "[1:00] a", "no time", "[0:10] b\n[10:00]" };
    static const char *const shifted[] = { "[0:40] a", "no time", "[0:00] b\n[9:40]" };
    char *key = support_key(f->db, "design-pressure"), *what;
    size_t moved, clamped;
    int64_t ids[3];
    for (int i = 0; i < 3; i++)
        assert_true(db_note_add(f->db, key, NULL, bodies[i], &ids[i], &f->err));
    assert_true(db_stamps_shift(f->db, key, -20, &moved, &clamped, &f->err));
    assert_int_equal(moved, 3);
    assert_int_equal(clamped, 1);
    for (int back = 0; back < 2; back++) {
        for (int i = 0; i < 3; i++)
            assert_body(f, ids[i], shifted[i]);
        assert_true(db_undo(f->db, &what, &f->err));
        assert_non_null(strstr(what, "and 1 more"));
        free(what);
        for (int i = 0; i < 3; i++)
            assert_body(f, ids[i], bodies[i]);
        assert_true(db_redo(f->db, &what, &f->err));
        free(what);
    }
    /* Without a time nothing changes, and nothing is there to undo for it. */
    assert_true(db_stamps_shift(f->db, "no/talk", 5, &moved, &clamped, &f->err));
    assert_int_equal(moved, 0);
    assert_true(db_undo(f->db, &what, &f->err));
    assert_non_null(strstr(what, "and 1 more"));
    free(what), free(key);
}

/* --- the trash ------------------------------------------------------------- */

static void test_empty_trash(void **state)
{
    struct support_fixture *f = *state;
    static const char *const tables[] = { "SELECT count(*) FROM note WHERE id = ?1",
        "SELECT count(*) FROM revision WHERE note_id = ?1",
        "SELECT count(*) FROM outside WHERE note_id = ?1",
        "SELECT count(*) FROM item WHERE note_id = ?1",
        "SELECT count(*) FROM note_doc WHERE note_id = ?1",
        "SELECT count(*) FROM change WHERE kind = 'note' AND target = ?1" };
    char *key = support_key(f->db, "nogil"), number[24], *what;
    int64_t id;
    size_t count;
    assert_true(db_note_add(f->db, key, NULL, "TODO: a quagga [[x]] [0:01]", &id, &f->err));
    assert_true(db_note_save(f->db, id, 1, "TODO: an aardwolf", &f->err));
    snprintf(number, sizeof number, "%lld", (long long)id);
    struct buf sql = { 0 };
    buf_addf(&sql, "INSERT INTO outside VALUES ('here', %s, 'a-name', 1)", number);
    support_sql(db_path(f->db), sql.data);
    buf_release(&sql);
    assert_int_equal(tree_found(f->db, "aardwolf"), 1);
    assert_true(db_note_delete(f->db, id, &f->err));
    assert_true(db_trash_empty(f->db, &count, &f->err));
    assert_int_equal(count, 1);
    for (size_t i = 0; i < SUPPORT_COUNT(tables); i++)
        if (support_sql_int(db_path(f->db), tables[i], number) != 0)
            fail_msg("%s", tables[i]);
    assert_int_equal(tree_found(f->db, "aardwolf"), 0);
    assert_int_equal(tree_found(f->db, "quagga"), 0);
    assert_true(db_trash_empty(f->db, &count, &f->err));
    assert_int_equal(count, 0);
    assert_true(db_undo(f->db, &what, &f->err));
    assert_null(what);
    tally_check(f->db);
    free(key);
}

/* --- own themes ---------------------------------------------------------- */

static void assert_themes(struct db *db, const char *key, const char *expected, bool own)
{
    struct err err = { 0 };
    bool is_own;
    char *themes = support_sql_text(db_path(db),
        "SELECT group_concat(name, ', ') FROM (SELECT th.name FROM talk t JOIN talk_theme tt ON"
        " tt.talk_id = t.id JOIN theme th ON th.id = tt.theme_id WHERE t.key = ?1 ORDER BY "
        "name)",
        key);
    assert_string_equal(themes, expected);
    assert_true(db_themes_own(db, key, &is_own, &err));
    assert_int_equal(is_own, own);
    free(themes);
    tally_check(db);
}

static void step(struct db *db, bool (*take)(struct db *, char **, struct err *))
{
    struct err err = { 0 };
    char *what;
    assert_true(take(db, &what, &err));
    assert_non_null(strstr(what, "themes on"));
    free(what);
}

static void test_own_themes(void **state)
{
    struct support_fixture *f = *state;
    struct db *db = f->db;
    char *key = support_key(db, "nogil");
    assert_themes(db, key, "Speed", false);
    assert_true(db_themes_set(db, key, "Mine, safety\nMINE,, ", &f->err));
    assert_themes(db, key, "Mine, Safety", true);
    assert_true(db_themes_set(db, key, "", &f->err));
    assert_themes(db, key, "Everything else", true);
    step(db, db_undo);
    assert_themes(db, key, "Mine, Safety", true);
    step(db, db_undo);
    assert_themes(db, key, "Speed", false);
    step(db, db_redo);
    assert_themes(db, key, "Mine, Safety", true);
    assert_true(db_themes_set(db, key, NULL, &f->err));
    assert_themes(db, key, "Speed", false);
    step(db, db_undo);
    assert_themes(db, key, "Mine, Safety", true);
    free(key);
}

/* The catalog changes the talk's themes meanwhile: hers stay, and what is given back
 * is the new catalog's. */
static void test_themes_and_catalog(void **state)
{
    struct support_fixture *f = *state;
    struct db_catalog_report report;
    char *key = support_key(f->db, "nogil");
    char *other = support_sql_text(":memory:",
        "SELECT json_set(?1, '$.talks[' || (SELECT key FROM json_each(?1, '$.talks') WHERE"
        " value ->> '$.title' LIKE '%NoGIL Load Balancer%') || '].themes', "
        "json('[\"safety\"]'))",
        embedded_catalog);
    assert_true(db_themes_set(f->db, key, "Mine", &f->err));
    for (int i = 0; i < 2; i++) {
        if (!support_load(f->db, other, &report, &f->err))
            fail_msg("%s", err_text(&f->err));
        assert_themes(f->db, key, "Mine", true);
    }
    assert_true(db_themes_set(f->db, key, NULL, &f->err));
    assert_themes(f->db, key, "Safety", false);
    free(key), free(other);
}

static void test_themes_and_pyvideo(void **state)
{
    struct tree_fixture *f = *state;
    tree_import(f->db, f->tree, 4, 0, 0, 0, NULL);
    char *key = support_sql_text(db_path(f->db),
        "SELECT key FROM talk WHERE source = 'pyvideo' ORDER BY key LIMIT 1", NULL);
    char *built_in = support_key(f->db, "nogil");
    assert_themes(f->db, key, "Everything else", false);
    assert_true(db_themes_set(f->db, key, "Mine", &f->err));
    assert_true(db_themes_set(f->db, built_in, "Mine,Safety", &f->err));
    tree_import(f->db, f->tree, 0, 0, 4, 0, NULL);
    assert_themes(f->db, key, "Mine", true);
    assert_themes(f->db, built_in, "Mine, Safety", true);
    assert_true(db_themes_set(f->db, key, NULL, &f->err));
    assert_themes(f->db, key, "Everything else", false);
    free(key), free(built_in);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DB_TEST(test_items_follow),
        DB_TEST(test_links),
        DB_TEST(test_shift_is_one_step),
        DB_TEST(test_empty_trash),
        DB_TEST(test_own_themes),
        DB_TEST(test_themes_and_catalog),
        cmocka_unit_test_setup_teardown(test_themes_and_pyvideo, tree_set_up, tree_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
