/* The catalog that comes with the program, data/pycon-us-2025.json: the facts
 * of all 106 sessions, complete fields, themes and topics, the highlights that
 * were asked for, addresses, lengths, language, and that no sentence was taken
 * from the conference's own descriptions. Facts and descriptions are compared
 * where ../shared/data has them. */
#include "support.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "db/embedded.h"
#include "words.h"

#define CATALOG "data/pycon-us-2025.json"
#define FACTS   "../shared/data/pycon-us-2025-facts.json"
#define VIDEOS  "../shared/data/pyvideo-pycon-us-2025/videos/*.json"

enum { SESSIONS = 106, TOPIC_NOTE_LEAST = 150, TOPIC_NOTE_MOST = 400 };

/* Runs SQL whose rows, one string each, are the mistakes. */
static void assert_none(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *stmt;
    int rows = 0;
    if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    for (; sqlite3_step(stmt) == SQLITE_ROW; rows++)
        printf("wrong: %s\n", sqlite3_column_text(stmt, 0));
    sqlite3_finalize(stmt);
    if (rows > 0)
        fail_msg("%d mistakes by %s", rows, sql);
}

static int64_t number(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *stmt;
    if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    int64_t value = sqlite3_step(stmt) == SQLITE_ROW ? sqlite3_column_int64(stmt, 0) : -1;
    sqlite3_finalize(stmt);
    return value;
}

/* Calls check(key, text) for each row of two strings. */
static void each(sqlite3 *db, const char *sql, void (*check)(const char *key, const char *text))
{
    sqlite3_stmt *stmt;
    if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    while (sqlite3_step(stmt) == SQLITE_ROW)
        check((const char *)sqlite3_column_text(stmt, 0),
            (const char *)sqlite3_column_text(stmt, 1));
    sqlite3_finalize(stmt);
}

/* Makes one-row tables of documents and views of what is in them. */
static void load_document(sqlite3 *db, const char *table, const char *text)
{
    char sql[80];
    sqlite3_stmt *stmt;
    snprintf(sql, sizeof sql, "CREATE TABLE %s (doc TEXT)", table);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    snprintf(sql, sizeof sql, "INSERT INTO %s VALUES (?1)", table);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL), SQLITE_OK);
    sqlite3_bind_text(stmt, 1, text, -1, SQLITE_STATIC);
    assert_int_equal(sqlite3_step(stmt), SQLITE_DONE);
    sqlite3_finalize(stmt);
}

static int set_up(void **state)
{
    static const char views[] =
        "CREATE TABLE talk AS SELECT e.value AS doc, e.value ->> '$.id' AS id,"
        " e.value ->> '$.title' AS title, e.value ->> '$.topic' AS topic,"
        " e.value ->> '$.summary' AS summary FROM catalog, json_each(doc, '$.talks') e;"
        "CREATE TABLE topic AS SELECT e.value ->> '$.id' AS id, e.value ->> '$.name' AS name,"
        " e.value ->> '$.theme' AS theme, e.value ->> '$.note' AS note"
        " FROM catalog, json_each(doc, '$.topics') e;"
        "CREATE TABLE talk_theme AS SELECT talk.id, e.value AS theme"
        " FROM talk, json_each(doc, '$.themes') e;"
        "CREATE TABLE prose AS SELECT 'summary of ' || id AS what, summary AS text FROM talk"
        " UNION ALL SELECT 'note of ' || id, doc ->> '$.note.text' FROM talk"
        " WHERE doc ->> '$.note.text' IS NOT NULL"
        " UNION ALL SELECT 'topic ' || id, note FROM topic;";
    struct buf text = { 0 };
    sqlite3 *db;
    assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
    assert_true(support_read(CATALOG, &text));
    assert_string_equal(text.data, embedded_catalog);
    load_document(db, "catalog", text.data);
    if (sqlite3_exec(db, views, NULL, NULL, NULL) != SQLITE_OK)
        fail_msg("%s", sqlite3_errmsg(db));
    buf_release(&text);
    *state = db;
    return 0;
}

static int tear_down(void **state)
{
    sqlite3_close(*state);
    return 0;
}

static void test_facts(void **state)
{
    struct buf text = { 0 };
    if (!support_read(FACTS, &text)) {
        printf("skip: no " FACTS "\n");
        skip();
    }
    load_document(*state, "facts", text.data);
    buf_release(&text);
    sqlite3_exec(*state,
        "CREATE TABLE fact AS SELECT value AS doc, value ->> '$.title' AS title"
        " FROM facts, json_each(doc, '$.sessions')",
        NULL, NULL, NULL);
    assert_int_equal(number(*state, "SELECT count(*) FROM fact"), SESSIONS);
    assert_int_equal(number(*state, "SELECT count(DISTINCT title) FROM fact"), SESSIONS);
    assert_none(*state, "SELECT title FROM fact WHERE title NOT IN (SELECT title FROM talk)");
    assert_none(*state, "SELECT title FROM talk WHERE title NOT IN (SELECT title FROM fact)");
    static const char *const fields[] = { "speakers", "kind", "starts_at", "ends_at", "room",
        "language", "url", "video_url", "video_seconds" };
    for (size_t i = 0; i < SUPPORT_COUNT(fields); i++) {
        char sql[200];
        snprintf(sql, sizeof sql,
            "SELECT '%s of ' || title FROM fact f JOIN talk t USING (title)"
            " WHERE f.doc -> '$.%s' IS NOT t.doc -> '$.%s'",
            fields[i], fields[i], fields[i]);
        assert_none(*state, sql);
    }
    /* Letters outside ASCII and blanks were replaced; else the id is the file's name. */
    assert_none(*state,
        "SELECT id FROM fact f JOIN talk t USING (title) WHERE f.doc ->> '$.pyvideo_file'"
        " NOT GLOB '*[^a-z0-9.-]*' AND f.doc ->> '$.pyvideo_file' <> id || '.json'");
    assert_int_equal(number(*state, "SELECT f.doc -> '$.conference' = c.doc -> '$.conference'"
                                    " FROM facts f, catalog c"),
        1);
}

static void test_fields(void **state)
{
    sqlite3 *db = *state;
    assert_int_equal(number(db, "SELECT count(*) FROM talk"), SESSIONS);
    assert_int_equal(number(db, "SELECT count(DISTINCT id) FROM talk"), SESSIONS);
    assert_none(db, "SELECT id FROM talk WHERE id GLOB '*[^a-z0-9.-]*'");
    static const char *const texts[] = { "id", "title", "kind", "starts_at", "ends_at", "room",
        "language", "level", "topic", "video_url", "summary" };
    for (size_t i = 0; i < SUPPORT_COUNT(texts); i++) {
        char sql[200];
        snprintf(sql, sizeof sql,
            "SELECT '%s of ' || id FROM talk WHERE json_type(doc, '$.%s') IS NOT 'text'"
            " OR trim(doc ->> '$.%s') = ''",
            texts[i], texts[i], texts[i]);
        assert_none(db, sql);
    }
    assert_none(db, "SELECT id FROM talk WHERE json_type(doc, '$.speakers') IS NOT 'array'"
                    " OR json_type(doc, '$.themes') IS NOT 'array'"
                    " OR json_type(doc, '$.video_seconds') IS NOT 'integer'"
                    " OR doc ->> '$.video_seconds' < 60");
    assert_none(db,
        "SELECT talk.id || ' has ' || e.key FROM talk, json_each(talk.doc) e WHERE e.key"
        " NOT IN ('id', 'title', 'speakers', 'kind', 'starts_at', 'ends_at', 'room',"
        " 'language', 'level', 'themes', 'topic', 'highlight', 'note', 'url',"
        " 'video_url', 'video_seconds', 'summary')");
    assert_none(db, "SELECT id FROM talk WHERE doc ->> '$.level'"
                    " NOT IN ('beginner', 'intermediate', 'advanced')");
    /* The conference published no page of their own for plenary sessions. */
    assert_none(db, "SELECT id FROM talk WHERE json_type(doc, '$.url') IS NOT 'text'"
                    " OR (doc ->> '$.url' = '' AND doc ->> '$.kind' <> 'plenary')");
    assert_none(db, "SELECT id FROM talk WHERE doc ->> '$.ends_at' <= doc ->> '$.starts_at'");
    assert_int_equal(number(db, "SELECT count(DISTINCT doc ->> '$.room') FROM talk"), 9);
    assert_int_equal(
        number(db, "SELECT count(DISTINCT substr(doc ->> '$.starts_at', 1, 10)) FROM talk"), 4);
    assert_int_equal(number(db, "SELECT doc ->> '$.licence' = 'CC0-1.0' FROM catalog"), 1);
}

static void test_themes_and_topics(void **state)
{
    sqlite3 *db = *state;
    assert_int_equal(
        number(db, "SELECT json_group_array(value ->> '$.name') = '[\"Speed\",\"Safety\","
                   "\"Code quality\",\"Everything else\"]'"
                   " FROM catalog, json_each(doc, '$.themes')"),
        1);
    assert_none(db, "SELECT id || ' ' || theme FROM talk_theme WHERE theme"
                    " NOT IN ('speed', 'safety', 'code-quality')");
    assert_none(db, "SELECT id FROM talk_theme GROUP BY id, theme HAVING count(*) > 1");
    assert_none(db, "SELECT id FROM talk WHERE topic NOT IN (SELECT id FROM topic)");
    assert_none(db, "SELECT id FROM topic WHERE id NOT IN (SELECT topic FROM talk)");
    assert_none(db, "SELECT id FROM topic WHERE theme"
                    " NOT IN ('speed', 'safety', 'code-quality', 'everything-else')");
    assert_none(db, "SELECT id FROM topic GROUP BY id HAVING count(*) > 1");
    /* A talk with a theme has a topic of a theme, though perhaps of another:
     * metaclasses are metaprogramming, and of interest for code quality alone. */
    assert_none(db,
        "SELECT t.id || ' in ' || tp.id FROM talk t JOIN topic tp ON tp.id = t.topic"
        " WHERE CASE WHEN t.id IN (SELECT id FROM talk_theme)"
        " THEN tp.theme = 'everything-else'"
        " ELSE tp.theme <> 'everything-else' END");
    /* Each theme is a choice, none is a dump. */
    assert_none(db, "SELECT theme FROM talk_theme GROUP BY theme"
                    " HAVING count(*) < 10 OR count(*) > 60");
}

static void test_highlights(void **state)
{
    static const char *const wanted[][2] = {
        { "Free-threaded CPython", "Building a NoGIL Load Balancer in 30 minutes" },
        { "Free-threaded CPython", "Using Rust in Free-Threaded vs Regular Python 3.13" },
        { "Free-threaded CPython", "Unraveling Community Support For Free-Threaded Python" },
        { "GPU computing", "When GPUs Make Python Slower" },
        { "GPU computing", "GPU Programming in Pure Python" },
        { "Metaprogramming and JIT compilation", "Supercharge your Python library using AST" },
        { "Metaprogramming and JIT compilation",
            "What they don't tell you about building a JIT" },
        { "Design and testing", "Design Pressure" },
        { "Design and testing", "Notes, Groups and Stars" },
        { "Design and testing", "Who Tests the Testers?" },
    };
    sqlite3 *db = *state;
    for (size_t i = 0; i < SUPPORT_COUNT(wanted); i++) {
        char *sql = sqlite3_mprintf(
            "SELECT count(*) FROM talk t JOIN topic tp ON tp.id = t.topic WHERE tp.name = %Q"
            " AND instr(t.title, %Q) = 1 AND t.doc ->> '$.highlight' = 1"
            " AND t.doc ->> '$.note.id' <> '' AND t.doc ->> '$.note.text' <> ''",
            wanted[i][0], wanted[i][1]);
        if (number(db, sql) != 1)
            fail_msg("%s is no highlight of %s", wanted[i][1], wanted[i][0]);
        sqlite3_free(sql);
    }
    assert_int_equal(
        number(db, "SELECT count(*) FROM talk WHERE doc ->> '$.highlight' = 1"), 10);
    assert_int_equal(number(db, "SELECT count(DISTINCT doc ->> '$.note.id') FROM talk"), 10);
    assert_none(db, "SELECT id FROM talk WHERE doc -> '$.note' IS NOT NULL"
                    " AND doc ->> '$.highlight' IS NOT 1");
}

static void check_topic_note(const char *topic, const char *note)
{
    size_t words = words_count(note);
    if (words < TOPIC_NOTE_LEAST || words > TOPIC_NOTE_MOST)
        fail_msg("%s has a note of %zu words", topic, words);
    if (strstr(note, "](https://") == NULL)
        fail_msg("%s has a note without a link", topic);
}

static void check_starter(const char *talk, const char *note)
{
    size_t words = words_count(note);
    if (words < 15 || words > 90)
        fail_msg("%s has a starter note of %zu words", talk, words);
}

static void check_summary(const char *talk, const char *summary)
{
    size_t words = words_count(summary);
    if (words < 60 || words > 150)
        fail_msg("%s has a summary of %zu words", talk, words);
}

static void test_lengths(void **state)
{
    each(*state,
        "SELECT id, note FROM topic WHERE id IN"
        " (SELECT topic FROM talk WHERE doc ->> '$.highlight' = 1)",
        check_topic_note);
    each(*state,
        "SELECT id, doc ->> '$.note.text' FROM talk"
        " WHERE doc ->> '$.highlight' = 1",
        check_starter);
    each(*state, "SELECT id, summary FROM talk", check_summary);
    assert_int_equal(number(*state, "SELECT count(*) FROM topic WHERE note LIKE '%roofline%'"
                                    " AND note LIKE '%cuda.cooperative%'"),
        1);
}

static void check_address(const char *what, const char *url)
{
    const char *wrong = words_url_mistake(url, strlen(url));
    if (wrong != NULL)
        fail_msg("%s: %s: %s", what, url, wrong);
}

/* Every address in Markdown: [text](here), <here>, and bare. */
static void check_prose_addresses(const char *what, const char *text)
{
    for (const char *at = text; (at = strstr(at, "](")) != NULL;) {
        at += 2;
        size_t len = strcspn(at, ") \n");
        const char *wrong = words_url_mistake(at, len);
        if (wrong != NULL || at[len] != ')')
            fail_msg("%s: %.*s: %s", what, (int)len, at, wrong != NULL ? wrong : "blanks");
    }
    for (const char *at = text; (at = strstr(at, "://")) != NULL; at += 3) {
        const char *start = at;
        while (start > text && strchr("htps", start[-1]) != NULL)
            start--;
        size_t len = strcspn(start, ")>` \n");
        const char *wrong = words_url_mistake(start, len);
        if (wrong != NULL)
            fail_msg("%s: %.*s: %s", what, (int)len, start, wrong);
    }
}

static void test_addresses(void **state)
{
    each(*state, "SELECT id, doc ->> '$.url' FROM talk WHERE doc ->> '$.url' <> ''",
        check_address);
    each(*state, "SELECT id, doc ->> '$.video_url' FROM talk", check_address);
    each(*state, "SELECT 'conference', doc ->> '$.conference.url' FROM catalog", check_address);
    each(*state, "SELECT what, text FROM prose", check_prose_addresses);
    assert_none(*state, "SELECT min(id) FROM talk GROUP BY doc ->> '$.video_url'"
                        " HAVING count(*) > 1");
}

static void check_spanish(const char *talk, const char *summary)
{
    size_t share = words_share_spanish(summary);
    if (share < 20)
        fail_msg("%s: %zu%% Spanish words in\n%s", talk, share, summary);
}

static void check_english(const char *talk, const char *summary)
{
    size_t share = words_share_spanish(summary);
    if (share > 12)
        fail_msg("%s: %zu%% Spanish words in\n%s", talk, share, summary);
}

static void test_languages(void **state)
{
    assert_int_equal(
        number(*state, "SELECT count(*) FROM talk WHERE doc ->> '$.language' = 'es'"), 15);
    assert_none(*state, "SELECT id FROM talk WHERE doc ->> '$.language' NOT IN ('en', 'es')");
    assert_none(*state, "SELECT id FROM talk WHERE (doc ->> '$.kind' = 'charla')"
                        " <> (doc ->> '$.language' = 'es')");
    each(*state, "SELECT id, summary FROM talk WHERE doc ->> '$.language' = 'es'",
        check_spanish);
    each(*state, "SELECT id, summary FROM talk WHERE doc ->> '$.language' = 'en'",
        check_english);
}

static void test_openings(void **state)
{
    sqlite3_stmt *stmt;
    char *seen[SESSIONS];
    size_t count = 0, twice = 0;
    assert_int_equal(
        sqlite3_prepare_v2(*state, "SELECT summary FROM talk", -1, &stmt, NULL), 0);
    for (; sqlite3_step(stmt) == SQLITE_ROW; count++) {
        seen[count] = words_first((const char *)sqlite3_column_text(stmt, 0), 3);
        for (size_t i = 0; i < count; i++)
            if (strcmp(seen[i], seen[count]) == 0) {
                printf("two summaries open with '%s'\n", seen[i]);
                twice++;
            }
    }
    sqlite3_finalize(stmt);
    while (count > 0)
        free(seen[--count]);
    assert_int_equal(twice, 0);
}

static struct words_runs runs; /* of the descriptions; check functions take no context */
static size_t shared_runs;

static void check_own_words(const char *what, const char *text)
{
    char *run = words_runs_find(&runs, text);
    if (run != NULL) {
        printf("%s shares '%s'\n", what, run);
        shared_runs++;
    }
    free(run);
}

static void test_own_words(void **state)
{
    glob_t files;
    if (glob(VIDEOS, 0, NULL, &files) != 0) {
        printf("skip: no " VIDEOS "\n");
        skip();
    }
    assert_true(files.gl_pathc >= SESSIONS);
    for (size_t i = 0; i < files.gl_pathc; i++) {
        struct buf json = { 0 };
        assert_true(support_read(files.gl_pathv[i], &json));
        char *text = support_sql_text(":memory:", "SELECT ?1 ->> '$.description'", json.data);
        words_runs_add(&runs, text);
        free(text);
        buf_release(&json);
    }
    globfree(&files);
    assert_true(runs.count > 10000);
    shared_runs = 0;
    each(*state, "SELECT what, text FROM prose", check_own_words);
    words_runs_release(&runs);
    assert_int_equal(shared_runs, 0);
}

#define CATALOG_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CATALOG_TEST(test_facts),
        CATALOG_TEST(test_fields),
        CATALOG_TEST(test_themes_and_topics),
        CATALOG_TEST(test_highlights),
        CATALOG_TEST(test_lengths),
        CATALOG_TEST(test_addresses),
        CATALOG_TEST(test_languages),
        CATALOG_TEST(test_openings),
        CATALOG_TEST(test_own_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
