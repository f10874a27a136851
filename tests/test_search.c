/* Searching beyond what the oracle compares: what a person expects first, age
 * against class, fields of dates and ratings, alternatives, suggestions, talks
 * like a talk, saved searches, and the index after changes. */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "db/catalog.h"
#include "db/search.h"
#include "search_oracle.h"

static struct db_hits ask(struct db *db, const char *text, bool typing)
{
    struct err err = { 0 };
    struct query query;
    struct db_hits hits = { 0 };
    if (!query_parse(&query, text, typing, &err) || !db_search(db, &query, 1000, &hits, &err))
        fail_msg("%s: %s", text, err_text(&err));
    query_release(&query);
    return hits;
}

static size_t found(struct db *db, const char *text)
{
    struct db_hits hits = ask(db, text, false);
    size_t count = hits.count;
    db_hits_release(&hits);
    return count;
}

/* 1 for the first talk among the hits, 0 where it is not among them. */
static size_t place_of(struct db *db, const char *text, const char *name, bool typing)
{
    struct db_hits hits = ask(db, text, typing);
    int64_t id = support_talk(db, name);
    size_t place = 0, talks = 0;
    for (size_t i = 0; i < hits.count && place == 0; i++) {
        talks += hits.items[i].kind == DB_HIT_TALK;
        if (hits.items[i].kind == DB_HIT_TALK && hits.items[i].id == id)
            place = talks;
    }
    db_hits_release(&hits);
    return place;
}

/* tests/expected.txt: a query, a tab, the talk that is expected first. */
static void test_expected_first(void **state)
{
    struct support_fixture *f = *state;
    struct buf file = { 0 };
    double sum[2] = { 0 };
    size_t count = 0;
    assert_true(support_read("tests/expected.txt", &file));
    for (char *line = strtok(file.data, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        char *tab = strchr(line, '\t');
        assert_non_null(tab);
        *tab = '\0';
        count++;
        for (int typing = 0; typing < 2; typing++) {
            size_t place = place_of(f->db, line, tab + 1, typing == 1);
            sum[typing] += place > 0 ? 1.0 / (double)place : 0;
        }
    }
    printf("figure: mean reciprocal rank of %zu queries: %.3f, while typing %.3f\n", count,
        sum[0] / (double)count, sum[1] / (double)count);
    assert_true(count >= 40);
    assert_true(sum[0] / (double)count >= 0.9);
    assert_true(sum[1] / (double)count >= 0.9);
    buf_release(&file);
}

/* A catalog of `count` newer talks that all have the word in their summary, and
 * one that is older than all of them, with it in its title. */
static void load_crowd(struct db *db, size_t count)
{
    struct err err = { 0 };
    struct db_catalog_report report;
    struct buf json = { 0 };
    buf_adds(&json, "{\"format\":\"talkbook-catalog\",\"version\":1,\"conference\":{\"slug\":"
                    "\"crowd\",\"name\":\"Crowd\",\"starts_on\":\"2030-01-01\"},\"talks\":["
                    "{\"id\":\"old\",\"title\":\"A wombat of old\",\"starts_at\":"
                    "\"1999-01-01T10:00:00Z\",\"speakers\":[\"Nobody Else\"]}");
    for (size_t i = 0; i < count; i++)
        buf_addf(&json,
            ",{\"id\":\"t%zu\",\"title\":\"Filler "
            "%zu\",\"starts_at\":\"2030-%02zu-%02zuT10:00:00Z\","
            "\"summary\":\"Here a wombat, there a wombat; wombat upon wombat.\"}",
            i, i, i % 12 + 1, i % 28 + 1);
    buf_adds(&json, "]}");
    if (!support_load(db, json.data, &report, &err))
        fail_msg("%s", err_text(&err));
    buf_release(&json);
}

static void test_age_and_class(void **state)
{
    struct support_fixture *f = *state;
    struct err err = { 0 };
    int64_t id;
    char *key = support_key(f->db, "metaclasses-demystified");
    assert_true(db_note_add(f->db, key, NULL, "The wombat again.", &id, &err));
    load_crowd(f->db, 1500);
    for (size_t i = 0; i < 700; i++)
        assert_true(db_note_add(f->db, NULL, NULL, "something else altogether", &id, &err));
    struct db_hits hits = ask(f->db, "wombat", false);
    assert_true(hits.more);
    db_hits_release(&hits);
    assert_int_equal(place_of(f->db, "wombat", "crowd/old", false), 1);
    assert_int_equal(place_of(f->db, "womb", "crowd/old", true), 1);
    assert_int_equal(place_of(f->db, "wombat", "metaclasses-demystified", false), 2);
    assert_int_equal(place_of(f->db, "wombat nobody", "crowd/old", false), 1);
    assert_int_equal(place_of(f->db, "wombat -there", "crowd/old", false), 1);
    assert_int_equal(place_of(f->db, "wombat before:2000", "crowd/old", false), 1);
    assert_int_equal(found(f->db, "wombat before:2000"), 1);
    /* The exact answer holds them all. */
    struct query query;
    int64_t *ids;
    size_t count;
    assert_true(query_parse(&query, "wombat", false, &err));
    assert_true(db_search_talks(f->db, &query, &ids, &count, &err));
    assert_int_equal(count, 1502);
    query_release(&query);
    free(ids);
    free(key);
}

static void test_stars_break_ties(void **state)
{
    struct support_fixture *f = *state;
    struct err err = { 0 };
    load_crowd(f->db, 40);
    char *key = support_key(f->db, "crowd/t7");
    assert_true(place_of(f->db, "filler", "crowd/t7", false) > 1);
    assert_true(db_mark_set(f->db, key, DB_STARRED, 1, &err));
    assert_int_equal(place_of(f->db, "here there", "crowd/t7", false), 1);
    free(key);
}

static void test_dates_and_ratings(void **state)
{
    struct support_fixture *f = *state;
    struct err err = { 0 };
    struct db *db = f->db;
    size_t friday = found(db, "day:2025-05-16");
    assert_int_equal(found(db, "on:2025-05-16"), friday);
    assert_int_equal(found(db, "on:2025"), 106);
    assert_int_equal(found(db, "on:2025-05"), 106);
    assert_int_equal(found(db, "on:2025-06"), 0);
    assert_int_equal(
        found(db, "before:2025-05-16") + friday + found(db, "after:2025-05-16"), 106);
    assert_int_equal(found(db, "after:2025"), 0);
    assert_int_equal(found(db, "before:2025"), 0);
    assert_int_equal(found(db, "conference:pycon"), 106);
    assert_int_equal(found(db, "conference:\"us 2025\""), 106);
    static const char *const names[] = { "design-pressure", "or-else", "marimo" };
    for (int i = 0; i < 3; i++) {
        char *key = support_key(db, names[i]);
        assert_true(db_mark_set(db, key, DB_RATING, i + 3, &err));
        free(key);
    }
    static const struct {
        const char *query;
        size_t count;
    } ratings[] = { { "rating:4", 1 }, { "rating:=4", 1 }, { "rating:>=4", 2 },
        { "rating:>4", 1 }, { "rating:<4", 1 }, { "rating:<=4", 2 }, { "rating:0", 0 },
        { "-rating:>=1", 103 }, { "rating:>=4 or rating:3", 3 } };
    for (size_t i = 0; i < SUPPORT_COUNT(ratings); i++)
        if (found(db, ratings[i].query) != ratings[i].count)
            fail_msg("%s finds %zu", ratings[i].query, found(db, ratings[i].query));
}

static void test_alternatives(void **state)
{
    struct support_fixture *f = *state;
    struct db *db = f->db;
    assert_int_equal(found(db, "lang:es or lang:en"), 106);
    assert_int_equal(found(db, "(lang:es kind:charla) or is:highlight"), 25);
    assert_int_equal(found(db, "-(lang:es or is:highlight)"), 106 - 25);
    assert_int_equal(
        place_of(db, "metaclasses or quechua", "metaclasses-demystified", false), 1);
    assert_true(place_of(db, "metaclasses or quechua",
                    "nlp-para-la-preservacion-del-lenguaje-indigena-quechua", false)
                > 0);
    assert_int_equal(found(db, "(metaclasses or quechua) lang:es"), 1);
}

static void assert_suggests(struct db *db, const char *text, const char *expected)
{
    struct err err = { 0 };
    struct query query;
    assert_true(query_parse(&query, text, false, &err));
    char *got = db_suggest(db, text, &query);
    if (expected == NULL ? got != NULL : got == NULL || strcmp(got, expected) != 0)
        fail_msg("'%s' suggests '%s'", text, got != NULL ? got : "nothing");
    if (got != NULL)
        assert_true(found(db, got) > 0);
    free(got);
    query_release(&query);
}

static void test_suggestions(void **state)
{
    struct support_fixture *f = *state;
    static const char *const cases[][2] = { { "freethreding", "free threading" },
        { "metaclases", "metaclasses" }, { "djagno", "django" }, { "pyhton", "python" },
        { "automatisando codigo", "automatizando codigo" }, { "title:pandsa", "title:pandas" },
        { "speaker:schlawak", "speaker:schlawack" }, { "gpu", NULL }, { "xqzw", NULL },
        { "-djagno", NULL }, { "metaclases quechuaa", NULL }, { "zz", NULL },
        { "metaclases lang:en", "metaclasses lang:en" },
        { "\"free threding\"", "\"free threading\"" } };
    for (size_t i = 0; i < SUPPORT_COUNT(cases); i++)
        assert_suggests(f->db, cases[i][0], cases[i][1]);
}

static bool is_related(struct db *db, const char *to, const char *name, size_t within)
{
    struct err err = { 0 };
    struct db_hits hits;
    bool there = false;
    assert_true(db_related(db, support_talk(db, to), 30, &hits, &err));
    for (size_t i = 0; i < hits.count; i++) {
        assert_int_not_equal(hits.items[i].id, support_talk(db, to));
        assert_true(i == 0 || hits.items[i - 1].score >= hits.items[i].score);
        there |= i < within && hits.items[i].id == support_talk(db, name);
    }
    db_hits_release(&hits);
    return there;
}

static void test_related(void **state)
{
    struct support_fixture *f = *state;
    struct err err = { 0 };
    struct db *db = f->db;
    assert_true(
        is_related(db, "gpu-programming-in-pure-python", "when-gpus-make-python-slower", 5));
    assert_true(is_related(db, "metaclasses-demystified",
        "metaprogramming-with-decorators-metaclasses-and-dynamic-code-generation", 3));
    assert_true(is_related(db, "psf-update-from-our-security-engineers",
        "reviewing-another-year-of-security-partnership-between-the-psf-and-alpha-omega", 3));
    /* A tag of one's own on both brings them together. */
    assert_false(is_related(db, "looking-at-audio", "unlearning-sql", 5));
    static const char *const names[] = { "looking-at-audio", "unlearning-sql" };
    for (size_t i = 0; i < 2; i++) {
        char *key = support_key(db, names[i]);
        assert_true(db_tags_set(db, key, "quincunx", &err));
        free(key);
    }
    assert_true(is_related(db, "looking-at-audio", "unlearning-sql", 3));
    struct buf query = { 0 };
    buf_addf(&query, "related:%lld lang:es",
        (long long)support_talk(db, "gpu-programming-in-pure-python"));
    size_t spanish = found(db, query.data);
    buf_cut(&query, query.len - strlen(" lang:es"));
    assert_true(found(db, query.data) > spanish);
    buf_release(&query);
    struct db_hits none;
    assert_false(db_related(db, 9999, 30, &none, &err));
    err_release(&err);
}

static void test_saved(void **state)
{
    struct support_fixture *f = *state;
    struct err err = { 0 };
    struct db_headings headings;
    struct db_searches searches;
    assert_false(db_saved_set(f->db, "two words", "gpu", &err));
    err_release(&err);
    assert_false(db_saved_set(f->db, "bad", "theme:", &err));
    err_release(&err);
    assert_false(db_saved_set(f->db, "empty", "  ", &err));
    err_release(&err);
    assert_true(db_saved_set(f->db, "es", "lang:es", &err));
    assert_true(db_saved_set(f->db, "cards", "gpu\nor\tcuda", &err));
    char *line = db_saved_get(f->db, "cards");
    assert_string_equal(line, "gpu or cuda");
    free(line);
    assert_true(db_saved_set(f->db, "gone", "theme:nonesuch", &err));
    assert_true(db_saved_set(f->db, "cards", "gpu*", &err));
    static const char *const kept[][2] = { { "cards", "gpu*" }, { "es", "lang:es" },
        { "gone", "theme:nonesuch" } };
    assert_true(db_saved_read(f->db, &searches, &err));
    assert_int_equal(searches.count, SUPPORT_COUNT(kept));
    for (size_t i = 0; i < SUPPORT_COUNT(kept); i++) {
        assert_string_equal(searches.items[i].name, kept[i][0]);
        assert_string_equal(searches.items[i].query, kept[i][1]);
    }
    db_searches_release(&searches);
    assert_true(db_headings_read(f->db, DB_BY_SAVED, &headings, &err));
    assert_int_equal(headings.count, 3);
    assert_string_equal(headings.items[1].label, "es · lang:es");
    assert_int_equal(headings.items[1].counts.talks, 15);
    assert_int_equal(headings.items[2].counts.talks, 0);
    assert_int_equal(headings.total.talks, 106);
    int64_t *ids;
    size_t count;
    assert_true(db_heading_talks(
        f->db, DB_BY_SAVED, DB_SORT_TIME, &headings.items[0], &ids, &count, &err));
    assert_int_equal((int)count, headings.items[0].counts.talks);
    free(ids);
    db_headings_release(&headings);
    assert_true(db_saved_delete(f->db, "es", &err));
    char *what, *query;
    assert_true(db_undo(f->db, &what, &err));
    assert_string_equal(what, "saved search es");
    free(what);
    query = db_saved_get(f->db, "es");
    assert_string_equal(query, "lang:es");
    free(query);
    assert_true(db_redo(f->db, &what, &err));
    free(what);
    assert_false(db_saved_delete(f->db, "es", &err));
    assert_string_equal(err_text(&err), "there is no saved search es");
    err_release(&err);
}

static void test_history(void **state)
{
    struct support_fixture *f = *state;
    struct err err = { 0 };
    struct db_searches searches;
    for (int i = 0; i < 130; i++) {
        char query[32];
        snprintf(query, sizeof query, "q%d", i % 120);
        assert_true(db_asked_add(f->db, query, &err));
    }
    assert_true(db_asked_read(f->db, &searches, &err));
    assert_int_equal(searches.count, 100);
    assert_string_equal(searches.items[0].query, "q30");
    /* What is asked again moves to the end. */
    assert_string_equal(searches.items[99].query, "q9");
    db_searches_release(&searches);
}

/* A note's words are found again after each change of what surrounds them. */
static void test_notes_follow_their_talk(void **state)
{
    struct support_fixture *f = *state;
    struct err err = { 0 };
    struct oracle oracle;
    int64_t id;
    char *key = support_key(f->db, "or-else");
    assert_true(db_note_add(f->db, key, NULL, "A quokka in the control room.", &id, &err));
    assert_int_equal(found(f->db, "quokka amethyst"), 1);
    assert_int_equal(found(f->db, "quokka marsupial"), 0);
    assert_true(db_tags_set(f->db, key, "marsupial", &err));
    assert_int_equal(found(f->db, "quokka marsupial"), 1);
    assert_true(db_tags_set(f->db, key, "", &err));
    assert_int_equal(found(f->db, "quokka marsupial"), 0);
    assert_true(db_note_delete(f->db, id, &err));
    assert_int_equal(found(f->db, "quokka"), 0);
    assert_true(db_note_restore(f->db, id, &err));
    /* A note that waits for its talk is a hit by itself until the talk comes. */
    assert_true(db_note_add(f->db, "crowd/t1", NULL, "A numbat, early.", &id, &err));
    assert_int_equal(found(f->db, "numbat"), 1);
    assert_int_equal(found(f->db, "numbat filler"), 0);
    load_crowd(f->db, 3);
    assert_int_equal(found(f->db, "numbat filler"), 1);
    assert_int_equal(place_of(f->db, "numbat", "crowd/t1", false), 1);
    oracle_load(&oracle, f->db);
    oracle_compare(&oracle, f->db, "quokka or wombat or numbat or gil");
    oracle_release(&oracle);
    free(key);
}

static void load_json(struct db *db, const char *json)
{
    struct err err = { 0 };
    struct db_catalog_report report;
    if (!support_load(db, json, &report, &err))
        fail_msg("%s", err_text(&err));
}

#define CATALOG(slug, rest)                                                                    \
    "{\"format\":\"talkbook-catalog\",\"version\":1,\"conference\":{\"slug\":\"" slug          \
    "\",\"name\":\"" slug "\",\"starts_on\":\"2030-01-01\"}," rest "}"

/* Catalogs that name the topic of talks without one, or take talks away, leave
 * nothing in the index that is not in the tables. */
static void test_catalogs_leave_no_words(void **state)
{
    struct support_fixture *f = *state;
    struct err err = { 0 };
    int64_t id;
    load_json(
        f->db, CATALOG("a", "\"topics\":[{\"id\":\"other\",\"name\":\"Miscellanea\",\"theme\":"
                            "\"everything-else\"}],\"talks\":[{\"id\":\"one\",\"title\":"
                            "\"Zebra herding\",\"starts_at\":\"2030-01-01T10:00:00Z\"}]"));
    load_json(f->db, CATALOG("b", "\"talks\":[{\"id\":\"x\",\"title\":\"Other "
                                  "things\",\"starts_at\":\"2030-01-01T10:00:00Z\"}]"));
    size_t named = found(f->db, "topic:miscellanea");
    assert_true(named > 0);
    assert_true(db_tags_set(f->db, "a/one", "striped", &err));
    assert_int_equal(found(f->db, "topic:miscellanea"), named);
    assert_true(db_tags_set(f->db, "a/one", "", &err));
    /* A note in the trash does not keep its talk; another one gets the number. */
    assert_true(db_note_add(f->db, "a/one", NULL, "on zebras", &id, &err));
    assert_true(db_note_delete(f->db, id, &err));
    load_json(f->db, CATALOG("a", "\"talks\":[]"));
    load_json(f->db, CATALOG("a", "\"talks\":[{\"id\":\"two\",\"title\":\"Ocelot "
                                  "taming\",\"starts_at\":\"2030-01-01T10:00:00Z\"}]"));
    assert_true(db_note_add(f->db, "a/two", NULL, "a numbat", &id, &err));
    assert_int_equal(found(f->db, "zebra numbat"), 0);
    assert_int_equal(found(f->db, "ocelot numbat"), 1);
}

/* Queries that no one types, in the time of those that people type. */
static void test_long_queries(void **state)
{
    struct support_fixture *f = *state;
    struct buf text = { 0 };
    struct err err = { 0 };
    struct query query;
    (void)f;
    for (int i = 0; i < 300000; i++)
        buf_adds(&text, i % 2 ? ". " : "in:title ");
    assert_true(query_parse(&query, text.data, true, &err));
    query_release(&query);
    buf_clear(&text);
    buf_adds(&text, "\"");
    for (int i = 0; i < 65; i++)
        buf_adds(&text, "word ");
    assert_false(query_parse(&query, text.data, true, &err));
    assert_non_null(strstr(err_text(&err), "a phrase has at most 64 words"));
    err_release(&err);
    buf_clear(&text);
    for (int i = 0; i < 100; i++)
        buf_addf(&text, "qqxz%d ", i);
    assert_true(query_parse(&query, text.data, true, &err));
    assert_null(db_suggest(f->db, text.data, &query));
    query_release(&query);
    buf_release(&text);
}

#define SEARCH_TEST(name)                                                                      \
    cmocka_unit_test_setup_teardown(name, support_set_up, support_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SEARCH_TEST(test_expected_first),
        SEARCH_TEST(test_age_and_class),
        SEARCH_TEST(test_stars_break_ties),
        SEARCH_TEST(test_dates_and_ratings),
        SEARCH_TEST(test_alternatives),
        SEARCH_TEST(test_suggestions),
        SEARCH_TEST(test_related),
        SEARCH_TEST(test_saved),
        SEARCH_TEST(test_history),
        SEARCH_TEST(test_notes_follow_their_talk),
        SEARCH_TEST(test_catalogs_leave_no_words),
        SEARCH_TEST(test_long_queries),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
