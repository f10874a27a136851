/* Loading catalogs: the report's figures, what a changed catalog does to talks
 * and what it must not do to notes and marks, starter notes given once, and
 * broken documents, each of which must name its mistake and change nothing. */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "db/catalog.h"
#include "db/embedded.h"
#include "db/search.h"

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

/* The built-in catalog changed by an SQL expression over it (?1). */
static char *changed(const char *expression)
{
    struct buf sql = { 0 };
    buf_addf(&sql, "SELECT %s", expression);
    char *json = support_sql_text(":memory:", sql.data, embedded_catalog);
    buf_release(&sql);
    return json;
}

static void assert_report(struct db *db, const char *json, int added, int changed_count,
    int unchanged, int removed, int notes)
{
    struct err err = { 0 };
    struct db_catalog_report report;
    if (!support_load(db, json, &report, &err))
        fail_msg("%s", err_text(&err));
    assert_int_equal(report.added, added);
    assert_int_equal(report.changed, changed_count);
    assert_int_equal(report.unchanged, unchanged);
    assert_int_equal(report.removed, removed);
    assert_int_equal(report.notes, notes);
}

static void load_changed(
    struct db *db, const char *expression, int changed_count, int unchanged)
{
    char *json = changed(expression);
    assert_report(db, json, 0, changed_count, unchanged, 0, 0);
    free(json);
}

/* How many talks and topics a query finds. */
static size_t found(struct db *db, const char *text)
{
    struct err err = { 0 };
    struct query query;
    struct db_hits hits = { 0 };
    size_t count = 0;
    if (!query_parse(&query, text, false, &err) || !db_search(db, &query, 1000, &hits, &err))
        fail_msg("%s: %s", text, err_text(&err));
    count = hits.count;
    db_hits_release(&hits);
    query_release(&query);
    return count;
}

static void test_load(void **state)
{
    struct err err = { 0 };
    struct db *db;
    char *path = support_path(*state, "t.db");
    assert_true(db_open(&db, path, &err));
    assert_report(db, embedded_catalog, 106, 0, 0, 0, 10);
    char *before = support_dump(path);
    assert_report(db, embedded_catalog, 0, 0, 106, 0, 0);
    char *after = support_dump(path);
    assert_string_equal(before, after);
    struct db_stats stats = { 0 };
    assert_true(db_stats_read(db, &stats, &err));
    assert_int_equal(stats.talks, 106);
    assert_int_equal(stats.notes, 10);
    assert_int_equal(stats.topics, 22);
    struct buf report = { 0 };
    assert_true(db_check(db, &report, &err));
    db_close(db);
    free(before), free(after), free(path);
}

static void test_change(void **state)
{
    struct db *db = support_db(*state);
    size_t before = found(db, "evolving");
    assert_int_equal(found(db, "zyzzyva"), 0);
    load_changed(db, "json_set(?1, '$.talks[0].title', 'Zyzzyva')", 1, 105);
    assert_int_equal(found(db, "zyzzyva"), 1);
    assert_int_equal(found(db, "in:title evolving"), 0);
    load_changed(db, "json_set(?1, '$.talks[0].summary', 'Quokka')", 1, 105);
    assert_int_equal(found(db, "zyzzyva"), 0);
    assert_int_equal(found(db, "quokka"), 1);
    load_changed(db, "json_set(?1, '$.topics[0].note', 'a quagga')", 1, 105);
    assert_int_equal(found(db, "quokka"), 0);
    assert_int_equal(found(db, "quagga"), 1);
    /* A topic's new name is found with its talks. */
    load_changed(db, "json_set(?1, '$.topics[0].name', 'Axolotl')", 0, 106);
    assert_int_equal(found(db, "quagga"), 0);
    assert_true(found(db, "in:topics axolotl") > 3);
    assert_report(db, embedded_catalog, 0, 0, 106, 0, 0);
    assert_int_equal(found(db, "axolotl"), 0);
    assert_int_equal(found(db, "evolving"), before);
    db_close(db);
}

static void test_change_of_lists(void **state)
{
    struct db *db = support_db(*state);
    size_t speed = found(db, "theme:speed");
    load_changed(
        db, "json_set(?1, '$.talks[0].themes', json('[\"speed\",\"safety\"]'))", 1, 105);
    assert_int_equal(found(db, "theme:speed"), speed + 1);
    load_changed(db, "json_set(?1, '$.talks[0].speakers', json('[\"Ada\",\"Bo\"]'))", 1, 105);
    assert_int_equal(found(db, "speaker:ada speaker:bo"), 1);
    assert_int_equal(found(db, "speaker:raisinghani"), 0);
    assert_int_equal(found(db, "theme:speed"), speed);
    db_close(db);
}

static void test_remove(void **state)
{
    struct err err = { 0 };
    struct db *db = support_db(*state);
    static const char key[] = "pycon-us-2025/evolving-django";
    int64_t id;
    assert_true(db_note_add(db, key, NULL, "my wombat note", &id, &err));
    assert_true(db_mark_set(db, key, DB_STARRED, 1, &err));
    assert_true(db_tags_set(db, key, "later", &err));
    char *json = changed("json_remove(?1, '$.talks[0]')");
    /* A talk with something of the person's own stays, and can be found. */
    assert_report(db, json, 0, 0, 105, 0, 0);
    assert_int_equal(found(db, "wombat"), 1);
    assert_int_equal(found(db, "is:starred tag:later has:note raisinghani"), 1);
    assert_true(db_note_delete(db, id, &err));
    assert_true(db_mark_set(db, key, DB_STARRED, 0, &err));
    assert_report(db, json, 0, 0, 105, 0, 0);
    assert_int_equal(found(db, "tag:later"), 1);
    /* Without anything it goes; the note in the trash stays. */
    assert_true(db_tags_set(db, key, "", &err));
    assert_report(db, json, 0, 0, 105, 1, 0);
    free(json);
    assert_int_equal(found(db, "raisinghani"), 0);
    assert_true(db_note_restore(db, id, &err));
    struct note note;
    assert_true(db_note_read(db, id, &note, &err));
    assert_string_equal(note.body, "my wombat note");
    assert_string_equal(note.talk_key, key);
    note_release(&note);
    struct db_headings headings;
    assert_true(db_headings_read(db, DB_BY_SPEAKER, &headings, &err));
    for (size_t i = 0; i < headings.count; i++)
        assert_string_not_equal(headings.items[i].label, "Anaiya Raisinghani");
    db_headings_release(&headings);
    /* It comes back with everything. */
    assert_report(db, embedded_catalog, 1, 0, 105, 0, 0);
    assert_int_equal(found(db, "wombat"), 1);
    assert_int_equal(found(db, "has:note raisinghani"), 1);
    struct talk talk;
    assert_true(db_talk_read(db, support_talk(db, key), DB_READ_FULL, &talk, &err));
    assert_int_equal(talk.notes, 1);
    talk_release(&talk);
    db_close(db);
}

static int64_t note_of(struct db *db, const char *talk)
{
    struct err err = { 0 };
    struct note_list notes = { 0 };
    char *key = support_key(db, talk);
    assert_true(db_notes_read(db, key, NULL, 0, 10, &notes, &err));
    int64_t id = notes.count > 0 ? notes.items[0].id : 0;
    note_list_release(&notes);
    free(key);
    return id;
}

static void test_starter_notes(void **state)
{
    struct err err = { 0 };
    struct db *db = support_db(*state);
    int64_t gone = note_of(db, "design-pressure"),
            edited = note_of(db, "who-tests-the-testers");
    assert_true(gone > 0 && edited > 0);
    assert_true(db_note_delete(db, gone, &err));
    assert_true(db_note_save(db, edited, 1, "mine now", &err));
    /* New text in the catalog is not given to who has the note already. */
    char *json = changed("replace(?1, 'When a module feels bent', 'Brand new text')");
    assert_report(db, json, 0, 0, 106, 0, 0);
    free(json);
    assert_int_equal(note_of(db, "design-pressure"), 0);
    struct note note;
    assert_true(db_note_read(db, edited, &note, &err));
    assert_string_equal(note.body, "mine now");
    note_release(&note);
    /* Not even where the talk went and came back, in a new run. */
    char *path = mem_dup(db_path(db));
    json = changed("json_set(?1, '$.talks', json('[]'))");
    assert_report(db, json, 0, 0, 0, 97, 0);
    db_close(db);
    assert_true(db_open(&db, path, &err));
    assert_report(db, embedded_catalog, 97, 0, 9, 0, 0);
    assert_int_equal(note_of(db, "design-pressure"), 0);
    assert_int_equal(note_of(db, "who-tests-the-testers"), edited);
    struct db_stats stats = { 0 };
    assert_true(db_stats_read(db, &stats, &err));
    assert_int_equal(stats.notes, 9);
    db_close(db);
    free(json), free(path);
}

static void test_second_conference(void **state)
{
    struct db *db = support_db(*state);
    char *json = changed("json_set(?1, '$.conference.slug', 'other-2026',"
                         " '$.conference.name', 'Other 2026',"
                         " '$.talks', json_array(json(json_extract(?1, '$.talks[0]'))),"
                         " '$.topics[0].name', 'Numbat')");
    assert_report(db, json, 1, 0, 0, 0, 0);
    assert_int_equal(found(db, "speaker:raisinghani"), 2);
    assert_true(found(db, "in:topics numbat") > 3);
    /* Words that only the old name had are gone from the first one's talks. */
    assert_int_equal(found(db, "in:topics threaded"), 0);
    struct err err = { 0 };
    int64_t *ids;
    size_t count;
    assert_true(db_talk_find(db, "evolving-django", &ids, &count, &err));
    assert_int_equal(count, 2);
    free(ids);
    assert_true(db_talk_find(db, "other-2026/evolving-django", &ids, &count, &err));
    assert_int_equal(count, 1);
    free(ids), free(json);
    db_close(db);
}

struct broken {
    const char *expression; /* over the built-in catalog */
    const char *says[3];
};

static const struct broken broken_heads[] = {
    { "''", { "not valid JSON" } },
    { "'talks: 1'", { "not valid JSON" } },
    { "substr(?1, 1, length(?1) - 2)", { "not valid JSON" } },
    { "?1 || '{}'", { "not valid JSON" } },
    { "'[]'", { "\"format\"" } },
    { "'7'", { "\"format\"" } },
    { "json_set(?1, '$.format', 'else')", { "\"format\"" } },
    { "json_set(?1, '$.format', 1)", { "\"format\"" } },
    { "json_set(?1, '$.version', 2)", { "\"version\"" } },
    { "json_remove(?1, '$.version')", { "\"version\"" } },
    { "json_remove(?1, '$.talks')", { "\"talks\" is not a list" } },
    { "json_set(?1, '$.themes', 'x')", { "\"themes\" is not a list" } },
    { "json_set(?1, '$.topics', json('{}'))", { "\"topics\" is not a list" } },
    { "json_remove(?1, '$.conference')", { "conference", "conference.slug", "missing" } },
    { "json_set(?1, '$.conference.slug', 'No Slug')", { "conference.slug", "No Slug" } },
    { "json_set(?1, '$.conference.name', 5)", { "conference.name", "not a string" } },
    { "json_set(?1, '$.conference.starts_on', '2025-13-01')", { "starts_on", "2025-13-01" } },
    { "json_set(?1, '$.conference.url', 'ftp://x/')", { "conference.url", "ftp://x/" } },
    { "json_remove(?1, '$.themes[1].name')", { "theme 2", "\"name\"", "missing" } },
    { "json_set(?1, '$.themes[0]', 'speed')", { "theme 1" } },
    { "json_set(?1, '$.themes[1].id', 'speed')", { "\"themes\"", "\"id\" 'speed' twice" } },
    { "json_set(?1, '$.topics[2].theme', 'nope')", { "topic", "metaprogramming", "nope" } },
    { "json_set(?1, '$.topics[1].id', 'free-threaded-cpython')",
        { "\"topics\"", "'free-threaded-cpython' twice" } },
    { "json_set(?1, '$.topics[1].note', json('[1]'))", { "topic 2", "\"note\"", "string" } },
};

static const struct broken broken_talks[] = {
    { "json_set(?1, '$.talks[0]', 5)", { "talk 1", "not an object" } },
    { "json_remove(?1, '$.talks[4].title')", { "talk 5", "\"title\"", "missing" } },
    { "json_set(?1, '$.talks[4].title', '')", { "talk 5", "\"title\"", "missing" } },
    { "json_set(?1, '$.talks[4].title', 5)", { "talk 5", "\"title\"", "not a string" } },
    { "json_set(?1, '$.talks[4].title', json('[\"x\"]'))",
        { "talk 5", "\"title\"", "not a string" } },
    { "json_set(?1, '$.talks[4].title', json('{\"x\":1}'))",
        { "talk 5", "\"title\"", "not a string" } },
    { "json_set(?1, '$.talks[4].title', json('true'))",
        { "talk 5", "\"title\"", "not a string" } },
    { "json_remove(?1, '$.talks[0].id')", { "Evolving Django", "\"id\"", "missing" } },
    { "json_set(?1, '$.talks[0].id', '../etc')", { "Evolving Django", "\"id\"", "../etc" } },
    { "json_set(?1, '$.talks[1].id', 'evolving-django')",
        { "\"talks\"", "\"id\"", "'evolving-django' twice" } },
    { "json_set(?1, '$.talks[0].starts_at', '2025-02-29T10:00:00Z')",
        { "Evolving Django", "\"starts_at\"" } },
    { "json_set(?1, '$.talks[0].starts_at', '2025-05-16')",
        { "Evolving Django", "\"starts_at\"" } },
    { "json_set(?1, '$.talks[0].ends_at', 'late')",
        { "Evolving Django", "\"ends_at\"", "late" } },
    { "json_set(?1, '$.talks[0].room', 5)", { "Evolving Django", "\"room\"", "string" } },
    { "json_set(?1, '$.talks[0].summary', 1.5)",
        { "Evolving Django", "\"summary\"", "string" } },
    { "json_set(?1, '$.talks[0].url', 'javascript:alert(1)')",
        { "Evolving Django", "\"url\"" } },
    { "json_set(?1, '$.talks[0].url', 'https://')", { "Evolving Django", "\"url\"" } },
    { "json_set(?1, '$.talks[0].url', 'https://x/ y')", { "Evolving Django", "\"url\"" } },
    { "json_set(?1, '$.talks[0].video_url', 'https://x/\xC3\xA9')",
        { "Evolving", "\"video_url\"" } },
    { "json_set(?1, '$.talks[0].themes', json('[\"nope\"]'))",
        { "Evolving Django", "theme", "nope" } },
    { "json_set(?1, '$.talks[0].themes', json('[5]'))",
        { "Evolving Django", "\"themes\"", "list of strings" } },
    { "json_set(?1, '$.talks[0].themes', 'speed')",
        { "Evolving Django", "\"themes\"", "list of strings" } },
    { "json_set(?1, '$.talks[0].speakers', 'Ada')",
        { "Evolving Django", "\"speakers\"", "list of strings" } },
    { "json_set(?1, '$.talks[0].speakers', json('{\"a\":\"b\"}'))",
        { "Evolving Django", "\"speakers\"" } },
    { "json_set(?1, '$.talks[0].speakers', json('[\"Ada\",null]'))",
        { "Evolving Django", "\"speakers\"" } },
    { "json_set(?1, '$.talks[0].topic', 'nope')", { "Evolving Django", "topic", "nope" } },
    { "json_set(?1, '$.talks[0].video_seconds', 1000000000000000000)",
        { "Evolving Django", "\"video_seconds\"" } },
    { "json_set(?1, '$.talks[0].video_seconds', -1)",
        { "Evolving Django", "\"video_seconds\"" } },
    { "json_set(?1, '$.talks[0].video_seconds', 1e300)",
        { "Evolving Django", "\"video_seconds\"" } },
    { "json_set(?1, '$.talks[0].video_seconds', 'long')",
        { "Evolving Django", "\"video_seconds\"" } },
    { "json_set(?1, '$.talks[0].highlight', 'yes')", { "Evolving Django", "\"highlight\"" } },
    { "json_set(?1, '$.talks[0].note', json('{\"text\":\"x\"}'))",
        { "Evolving Django", "\"note.id\"" } },
    { "replace(?1, '\"Evolving Django', '\"Evolving\\u0000Django')",
        { "line ", "NUL character" } },
    { "replace(?1, '\"Anaiya ', '\"Anaiya\\u0000')", { "line ", "NUL character" } },
};

static void assert_broken(struct db *db, const struct broken *broken, const char *before)
{
    struct err err = { 0 };
    struct db_catalog_report report;
    char *json = changed(broken->expression);
    if (support_load(db, json, &report, &err))
        fail_msg("%s was loaded", broken->expression);
    for (int i = 0; i < 3 && broken->says[i] != NULL; i++)
        if (strstr(err_text(&err), broken->says[i]) == NULL)
            fail_msg("%s: '%s' does not say '%s'", broken->expression, err_text(&err),
                broken->says[i]);
    assert_null(strchr(err_text(&err), '\n'));
    char *after = support_dump(db_path(db));
    assert_string_equal(before, after);
    err_release(&err);
    free(after), free(json);
}

static void check_broken(void **state, const struct broken *table, size_t count)
{
    struct err err = { 0 };
    struct db *db = support_db(*state);
    int64_t id;
    char *key = support_key(db, "evolving-django");
    assert_true(db_note_add(db, key, NULL, "a wombat", &id, &err));
    char *before = support_dump(db_path(db));
    for (size_t i = 0; i < count; i++)
        assert_broken(db, &table[i], before);
    assert_int_equal(found(db, "wombat"), 1);
    assert_int_equal(found(db, "in:title evolving"), 1);
    assert_int_equal(found(db, "speaker:raisinghani"), 1);
    db_close(db);
    free(before), free(key);
}

static void test_broken_heads(void **state)
{
    check_broken(state, broken_heads, SUPPORT_COUNT(broken_heads));
}

static void test_broken_talks(void **state)
{
    check_broken(state, broken_talks, SUPPORT_COUNT(broken_talks));
}

/* What may be left out may be. */
static void test_bare(void **state)
{
    struct err err = { 0 };
    struct db *db = support_db(*state);
    assert_report(db,
        "{\"format\":\"talkbook-catalog\",\"version\":1,"
        "\"conference\":{\"slug\":\"bare\",\"name\":\"Bare\",\"city\":null},"
        "\"themes\":[],\"topics\":[],\"talks\":[{\"id\":\"a\",\"title\":\"Wombats "
        "\\ud83d\\ude00\","
        "\"starts_at\":\"2024-02-29T10:00Z\",\"unknown\":[1]}]}",
        1, 0, 0, 0, 0);
    struct talk talk;
    assert_true(db_talk_read(db, support_talk(db, "bare/a"), DB_READ_FULL, &talk, &err));
    assert_string_equal(talk.title, "Wombats \xF0\x9F\x98\x80");
    assert_string_equal(talk.topic, "Other");
    assert_string_equal(talk.themes, "");
    assert_string_equal(talk.speakers, "");
    assert_string_equal(talk.summary, "");
    talk_release(&talk);
    assert_int_equal(found(db, "theme:\"everything else\" wombats"), 1);
    db_close(db);
}

#define DB_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        DB_TEST(test_load),
        DB_TEST(test_change),
        DB_TEST(test_change_of_lists),
        DB_TEST(test_remove),
        DB_TEST(test_starter_notes),
        DB_TEST(test_second_conference),
        DB_TEST(test_broken_heads),
        DB_TEST(test_broken_talks),
        DB_TEST(test_bare),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
