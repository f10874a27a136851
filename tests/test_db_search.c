/* Searching: the index against a search without one, each field of the query
 * language on the real catalog, ranking, messages, and strings that no one
 * would type, none of which may show an SQL error. */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "db/embedded.h"
#include "db/search.h"
#include "search_oracle.h"

static bool try_search(struct db *db, const char *text, struct db_hits *hits, struct err *err)
{
    struct query query;
    *hits = (struct db_hits){ 0 };
    bool ok = query_parse(&query, text, false, err) && db_search(db, &query, 1000, hits, err);
    query_release(&query);
    return ok;
}

static size_t search(struct db *db, const char *text, struct db_hits *hits)
{
    struct err err = { 0 };
    if (!try_search(db, text, hits, &err))
        fail_msg("%s: %s", text, err_text(&err));
    return hits->count;
}

static size_t found(struct db *db, const char *text)
{
    struct db_hits hits;
    size_t count = search(db, text, &hits);
    db_hits_release(&hits);
    return count;
}

static void assert_error(struct db *db, const char *text, const char *says)
{
    struct err err = { 0 };
    struct db_hits hits;
    if (try_search(db, text, &hits, &err))
        fail_msg("'%s' is no error", text);
    if (strstr(err_text(&err), says) == NULL)
        fail_msg("'%s': '%s' does not say '%s'", text, err_text(&err), says);
    assert_null(hits.items);
    assert_int_equal(hits.count, 0);
    err_release(&err);
}

static void test_against_oracle(void **state)
{
    struct support_fixture *f = *state;
    struct err err = { 0 };
    int64_t id;
    char *key = support_key(f->db, "design-pressure");
    assert_true(
        db_note_add(f->db, key, NULL, "Ünïcode: naïve ＣＪＫ 漢字かな 한국어 ﬁ ß", &id, &err));
    assert_true(db_note_add(f->db, NULL, "gpu-computing", "a wombat here", &id, &err));
    assert_true(db_note_add(f->db, NULL, NULL, "a wombat of nothing", &id, &err));
    assert_true(db_tags_set(f->db, key, "gpu später", &err));
    static const char *const queries[] = { "python", "PYTHON", "gil", "free-threaded",
        "\"free threaded\"", "\"threaded free\"", "pyth*", "py*", "p*", "async*",
        "\"the gil*\"", "python -gil", "-python", "gpu -cuda*", "in:title python",
        "in:notes gil", "in:notes in:title gpu", "in:speakers david", "in:tags gpu",
        "in:tags spater", "in:topics design", "in:summary -in:notes test", "naive", "naïve",
        "unicode", "cómo", "como", "COMO", "guion", "asincrono", "制", "漢字", "漢字かな",
        "漢*", "한국*", "wombat", "cjk", "3", "3.13", "c++", "a", "i", "2025", "don't",
        "what they don't", "it's", "🐍", "o'reilly", "fi*", "ss*", "ß", "def", "\"pip install\"",
        "x y z", "_", "__init__", "py_mod_gil", "https", "\"https peps python org\"", "-the -a",
        "e*", "é*", "gpu or wombat", "gil or (gpu -cuda*) or 漢",
        "(free or global) (threaded or lock)", "-(gpu or python)", "title:gpu", "title:pyth*",
        "note:gil", "note:\"global lock\"", "summary:threads title:python", "-title:python gil",
        "speaker:david", "speaker:\"hewitt d\"", "tag:spat", "topic:gpu python", "字", "字か",
        "漢字か", "한국", "국어", "🐍 or wombat", "c# or c++", "in:title gpu or summary:cuda",
        "wombat nothing", "\"of nothing\" -gpu" };
    struct oracle oracle;
    oracle_load(&oracle, f->db);
    size_t hits = 0;
    for (size_t i = 0; i < SUPPORT_COUNT(queries); i++)
        hits += oracle_compare(&oracle, f->db, queries[i]);
    assert_true(hits > 1000);
    assert_int_equal(oracle_compare(&oracle, f->db, "wombat"), 2);
    oracle_release(&oracle);
    free(key);
}

/* Scripts and signs that SQLite's own tables do not know or fold. */
static void test_scripts(void **state)
{
    struct support_fixture *f = *state;
    struct err err = { 0 };
    int64_t id;
    struct oracle oracle;
    char *key = support_key(f->db, "design-pressure");
    assert_true(db_note_add(f->db, key, NULL,
        "Ελλάδα ΟΔΟΣ йод Ёлка किताब ไทยดี שָׁלוֹם "
        "crab🦀Rust "
        "₿itcoin "
        "ᲐᲑ "
        "Ｆｕｌｌ "
        "Straße "
        "Ångström ǣon",
        &id, &err));
    static const char *const queries[] = { "ελλαδα", "Ελλάδα", "οδοσ", "οδος", "йод", "иод",
        "елка", "ЁЛКА", "किताब", "कि*", "ไทย*", "שָׁלוֹם", "crab", "crab rust", "crab🦀rust",
        "itcoin", "აბ", "straße", "STRASSE*", "angstrom", "aeon", "æon" };
    oracle_load(&oracle, f->db);
    for (size_t i = 0; i < SUPPORT_COUNT(queries); i++)
        oracle_compare(&oracle, f->db, queries[i]);
    for (size_t i = 0; i < 16; i++)
        if (oracle_compare(&oracle, f->db, queries[i]) == 0)
            fail_msg("%s finds nothing", queries[i]);
    oracle_release(&oracle);
    free(key);
}

/* Every word of every title finds its talk. */
static void test_every_title_word(void **state)
{
    struct support_fixture *f = *state;
    struct oracle oracle;
    oracle_load(&oracle, f->db);
    for (size_t i = 0; i < oracle.count; i += 3) {
        const char *at = oracle.docs[i].texts[0].text;
        for (at += strspn(at, " "); *at != '\0'; at += strspn(at, " ")) {
            char word[128];
            size_t len = strcspn(at, " \"");
            snprintf(word, sizeof word, "%.*s", (int)len, at);
            if (len > 0 && strchr("-(", word[0]) == NULL && strchr(word, '*') == NULL
                && strpbrk(word, "abcdefghijklmnopqrstuvwxyz") != NULL)
                assert_true(oracle_compare(&oracle, f->db, word) > 0);
            at += len + (at[len] == '"');
        }
    }
    oracle_release(&oracle);
}

/* How many talks of the built-in catalog an SQL condition is true of. */
static size_t catalog_count(const char *condition)
{
    struct buf sql = { 0 };
    buf_addf(&sql, "SELECT count(*) FROM json_each(?1, '$.talks') WHERE %s", condition);
    int64_t count = support_sql_int(":memory:", sql.data, embedded_catalog);
    buf_release(&sql);
    return (size_t)count;
}

static void test_fields(void **state)
{
    struct support_fixture *f = *state;
    struct err err = { 0 };
    struct db *db = f->db;
    char *key = support_key(db, "design-pressure");
    assert_int_equal(found(db, ""), 106);
    assert_int_equal(found(db, "speaker:hynek"), 1);
    assert_int_equal(found(db, "speaker:\"hynek schl\""), 1);
    assert_int_equal(found(db, "speaker:SCHLAWACK"), 1);
    assert_int_equal(found(db, "speaker:gabor"), found(db, "speaker:Gábor"));
    assert_int_equal(found(db, "speaker:nobody"), 0);
    assert_int_equal(found(db, "lang:es"), 15);
    assert_int_equal(found(db, "lang:en") + found(db, "lang:es"), 106);
    assert_int_equal(found(db, "kind:charla"), 15);
    assert_int_equal(found(db, "kind:workshop"), 11);
    assert_int_equal(found(db, "-kind:charla"), 91);
    assert_int_equal(found(db, "level:beginner") + found(db, "level:intermediate")
                         + found(db, "level:advanced"),
        106);
    assert_int_equal(found(db, "theme:speed theme:safety"),
        catalog_count("value ->> '$.themes' LIKE '%speed%'"
                      " AND value ->> '$.themes' LIKE '%safety%'"));
    size_t rest = catalog_count("json_array_length(value, '$.themes') = 0");
    assert_true(rest > 10);
    assert_int_equal(found(db, "theme:\"everything else\""), rest);
    assert_int_equal(found(db, "theme:every"), rest);
    assert_int_equal(found(db, "topic:gpu"), found(db, "topic:\"GPU computing\""));
    assert_true(found(db, "topic:gpu") >= 2);
    assert_int_equal(found(db, "topic:nonesuch"), 0);
    assert_int_equal(found(db, "is:highlight"), 10);
    assert_int_equal(found(db, "has:note"), 10);
    assert_int_equal(found(db, "has:video"), 106);
    assert_int_equal(found(db, "has:tag"), 0);
    assert_int_equal(found(db, "is:starred"), 0);
    assert_true(db_mark_set(db, key, DB_STARRED, 1, &err));
    assert_true(db_mark_set(db, key, DB_WATCHED, 1, &err));
    assert_true(db_mark_set(db, key, DB_RATING, 3, &err));
    assert_true(db_tags_set(db, key, "Later gpu", &err));
    assert_int_equal(found(db, "is:star is:watched is:rated has:tag tag:LATER tag:gpu"), 1);
    assert_int_equal(found(db, "tag:late"), 1);
    assert_int_equal(found(db, "-is:starred"), 105);
    free(key);
}

static void test_days_and_rooms(void **state)
{
    struct support_fixture *f = *state;
    struct db *db = f->db;
    size_t friday = found(db, "day:2025-05-16");
    assert_true(friday > 10 && friday < 60);
    static const char *const names[] = { "day:16", "day:fri", "day:Friday", "day:FR",
        "day:fr" };
    for (size_t i = 0; i < SUPPORT_COUNT(names); i++)
        assert_int_equal(found(db, names[i]), friday);
    assert_int_equal(
        found(db, "day:15") + friday + found(db, "day:17") + found(db, "day:18"), 106);
    assert_int_equal(found(db, "day:3"), 0);
    assert_int_equal(found(db, "day:monday"), 0);
    assert_int_equal(found(db, "day:2026-05-16"), 0);
    assert_int_equal(found(db, "room:\"ballroom a\""), found(db, "room:\"a ballroom\""));
    assert_true(found(db, "room:ballroom") > found(db, "room:\"ballroom a\""));
    assert_error(db, "day:someday", "column 1: day: takes");
    assert_error(db, "gil day:2025-02-30", "column 5: day: takes");
    assert_error(db, "day:2025-05-16T10:00Z", "day: takes");
    assert_error(db, "day:m", "day: takes");
    assert_error(db, "day:123", "day: takes");
    assert_error(db, "room:attic", "no room like 'attic' (there is Ballroom A");
    assert_error(
        db, "gil theme:sped", "column 5: no theme like 'sped' (there is Speed, Safety");
    assert_error(db, "lang:fr", "no lang like 'fr' (there is en, es)");
    assert_error(db, "kind:rant", "(there is charla");
    assert_error(db, "level:expert", "beginner");
    assert_error(db, "is:lost", "is: takes");
    assert_error(db, "has:", "has: needs a value");
    assert_error(db, "in:somewhere gil", "in: takes");
}

static void test_ranking(void **state)
{
    struct support_fixture *f = *state;
    struct err err = { 0 };
    struct db_hits hits;
    size_t count = search(f->db, "design pressure", &hits);
    assert_true(count >= 1);
    assert_int_equal(hits.items[0].id, support_talk(f->db, "design-pressure"));
    for (size_t i = 1; i < count; i++)
        assert_true(hits.items[i - 1].score >= hits.items[i].score);
    db_hits_release(&hits);
    /* A title counts more than a summary; without words time decides. */
    count = search(f->db, "jit", &hits);
    struct talk talk;
    assert_true(count > 1);
    assert_int_equal(hits.items[0].kind, DB_HIT_TALK);
    assert_true(db_talk_read(f->db, hits.items[0].id, DB_READ_ROW, &talk, &err));
    assert_non_null(strstr(talk.title, "JIT"));
    talk_release(&talk);
    db_hits_release(&hits);
    char *last = NULL;
    count = search(f->db, "lang:es", &hits);
    for (size_t i = 0; i < count; i++) {
        assert_true(db_talk_read(f->db, hits.items[i].id, DB_READ_ROW, &talk, &err));
        if (last != NULL)
            assert_true(strcmp(last, talk.starts_at) <= 0);
        free(last);
        last = talk.starts_at;
        talk.starts_at = NULL;
        talk_release(&talk);
    }
    free(last);
    db_hits_release(&hits);
}

/* What people and fuzzers type: an answer or a message of ours, never SQL's. */
static void test_no_sql_errors(void **state)
{
    static const char *const pieces[] = { "\"", "*", "-", "(", ")", "AND", "OR", "NOT", "NEAR(",
        "^", "{title}", ":", "title:", "rowid", "'", ";", "--", "\\", "%", "_", "\xCC\x81",
        "\xFF", "漢", "🐍", "a*", "\"a b\"", "+", "theme:", "in:notes", "in:title", "-in:tags",
        "is:s", "\xE2\x80\x8B", "e\xCC\x81", "\xCC\x81x", "1e309", "day:1", "speaker:*",
        "tag:\"", " ", "gil" };
    struct support_fixture *f = *state;
    uint64_t random = 2025;
    for (int i = 0; i < 3000; i++) {
        struct buf text = { 0 };
        struct err err = { 0 };
        struct db_hits hits;
        for (uint32_t n = support_random(&random) % 6; n > 0; n--) {
            buf_adds(&text, pieces[support_random(&random) % SUPPORT_COUNT(pieces)]);
            if (support_random(&random) % 2)
                buf_addc(&text, ' ');
        }
        bool ok = try_search(f->db, buf_text(&text), &hits, &err);
        if (!ok && strncmp(err_text(&err), "column ", 7) != 0)
            fail_msg("'%s': %s", buf_text(&text), err_text(&err));
        db_hits_release(&hits);
        err_release(&err);
        buf_release(&text);
    }
}

#define DB_TEST(name) cmocka_unit_test_setup_teardown(name, support_set_up, support_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        DB_TEST(test_against_oracle),
        DB_TEST(test_scripts),
        DB_TEST(test_every_title_word),
        DB_TEST(test_fields),
        DB_TEST(test_days_and_rooms),
        DB_TEST(test_ranking),
        DB_TEST(test_no_sql_errors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
