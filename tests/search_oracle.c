/* Owns searching without an index. Must not know the index's tables. */
#include "search_oracle.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "model/match.h"

static void add_text(struct oracle_doc *doc, unsigned place, const char *text)
{
    doc->texts = mem_grow(doc->texts, &doc->cap, doc->count + 1, sizeof doc->texts[0]);
    doc->texts[doc->count++] = (struct oracle_text){ place, mem_dup(text) };
}

static struct oracle_doc *add_doc(struct oracle *oracle, int64_t id, enum db_hit_kind kind)
{
    oracle->docs =
        mem_grow(oracle->docs, &oracle->cap, oracle->count + 1, sizeof oracle->docs[0]);
    struct oracle_doc *doc = &oracle->docs[oracle->count++];
    *doc = (struct oracle_doc){ .id = id, .kind = kind };
    return doc;
}

static void add_notes(struct oracle_doc *doc, struct db *db, const char *key, const char *slug)
{
    struct err err = { 0 };
    struct note_list notes = { 0 };
    assert_true(db_notes_read(db, key, slug, 0, 1000000, &notes, &err));
    for (size_t i = 0; i < notes.count; i++)
        add_text(doc, QUERY_IN_NOTES, notes.items[i].body);
    note_list_release(&notes);
}

static void add_talk(struct oracle *oracle, struct db *db, int64_t id)
{
    struct err err = { 0 };
    struct talk talk;
    assert_true(db_talk_read(db, id, DB_READ_FULL, &talk, &err));
    struct oracle_doc *doc = add_doc(oracle, id, DB_HIT_TALK);
    add_text(doc, QUERY_IN_TITLE, talk.title);
    add_text(doc, QUERY_IN_SPEAKERS, talk.speakers);
    add_text(doc, QUERY_IN_TOPIC, talk.topic);
    add_text(doc, QUERY_IN_TAGS, talk.tags);
    add_text(doc, QUERY_IN_SUMMARY, talk.summary);
    add_notes(doc, db, talk.key, NULL);
    talk_release(&talk);
}

static void add_topic(struct oracle *oracle, struct db *db, int64_t id)
{
    struct err err = { 0 };
    struct db_topic topic;
    assert_true(db_topic_read(db, id, NULL, &topic, &err));
    struct oracle_doc *doc = add_doc(oracle, id, DB_HIT_TOPIC);
    add_text(doc, QUERY_IN_TITLE, topic.name);
    add_text(doc, QUERY_IN_SUMMARY, topic.note);
    add_notes(doc, db, NULL, topic.slug);
    db_topic_release(&topic);
}

void oracle_load(struct oracle *oracle, struct db *db)
{
    *oracle = (struct oracle){ 0 };
    struct err err = { 0 };
    struct talk talk;
    int64_t last = support_sql_int(db_path(db), "SELECT max(id) FROM talk", NULL);
    for (int64_t id = 1; id <= last; id++)
        if (db_talk_read(db, id, DB_READ_ROW, &talk, &err)) {
            talk_release(&talk);
            add_talk(oracle, db, id);
        }
    err_release(&err);
    last = support_sql_int(db_path(db), "SELECT max(id) FROM topic", NULL);
    for (int64_t id = 1; id <= last; id++)
        add_topic(oracle, db, id);
    struct note_list notes = { 0 };
    assert_true(db_notes_read(db, NULL, NULL, 0, 1000000, &notes, &err));
    for (size_t i = 0; i < notes.count; i++)
        if (notes.items[i].talk_key[0] == '\0' && notes.items[i].topic_slug[0] == '\0')
            add_text(add_doc(oracle, notes.items[i].id, DB_HIT_NOTE), QUERY_IN_NOTES,
                notes.items[i].body);
    note_list_release(&notes);
}

void oracle_release(struct oracle *oracle)
{
    for (size_t i = 0; i < oracle->count; i++) {
        for (size_t k = 0; k < oracle->docs[i].count; k++)
            free(oracle->docs[i].texts[k].text);
        free(oracle->docs[i].texts);
    }
    free(oracle->docs);
    *oracle = (struct oracle){ 0 };
}

static bool term_matches(const struct oracle_doc *doc, const struct query_term *term)
{
    struct query_term positive = *term;
    positive.negate = false;
    struct query one = { .terms = &positive, .count = 1 };
    struct matcher matcher;
    struct match_range range;
    bool hit = false;
    for (size_t i = 0; query_fields[term->field].names && i < doc->count; i++)
        if ((doc->texts[i].place & term->places) != 0
            && match_words(term->text, doc->texts[i].text))
            return true;
    if (query_fields[term->field].names)
        return false;
    match_init(&matcher, &one);
    for (size_t i = 0; !hit && i < doc->count; i++)
        hit =
            (doc->texts[i].place & term->places) != 0
            && match_next(&matcher, doc->texts[i].text, strlen(doc->texts[i].text), 0, &range);
    match_release(&matcher);
    return hit;
}

/* What the tree says of a document; a plain depth-first walk. */
static bool node_matches(const struct oracle_doc *doc, const struct query *query, size_t node)
{
    const struct query_node *at = &query->nodes[node - 1];
    if (at->join == QUERY_LEAF)
        return term_matches(doc, &query->terms[at->term]) != query->terms[at->term].negate;
    for (size_t child = at->first; child != 0; child = query->nodes[child - 1].next)
        if (node_matches(doc, query, child) != (at->join == QUERY_AND))
            return at->join == QUERY_OR;
    return at->join == QUERY_AND;
}

static bool doc_matches(const struct oracle_doc *doc, const struct query *query)
{
    if (doc->kind != DB_HIT_TALK && !query_has_text(query))
        return false;
    return query->root == 0 || node_matches(doc, query, query->root);
}

static bool among(const struct db_hits *hits, const struct oracle_doc *doc)
{
    size_t times = 0;
    for (size_t i = 0; i < hits->count; i++)
        times += hits->items[i].id == doc->id && hits->items[i].kind == doc->kind;
    if (times > 1)
        fail_msg("%lld is there %zu times", (long long)doc->id, times);
    return times == 1;
}

/* The exact answer's talks are those that match. */
static void compare_talks(
    const struct oracle *oracle, struct db *db, const struct query *query, const char *text)
{
    struct err err = { 0 };
    int64_t *ids;
    size_t count, next = 0;
    if (!db_search_talks(db, query, &ids, &count, &err))
        fail_msg("%s: %s", text, err_text(&err));
    for (size_t i = 0; i < oracle->count; i++) {
        const struct oracle_doc *doc = &oracle->docs[i];
        if (doc->kind != DB_HIT_TALK || !doc_matches(doc, query))
            continue;
        if (next == count || ids[next] != doc->id)
            fail_msg("'%s': the exact answer lacks talk %lld", text, (long long)doc->id);
        next++;
    }
    assert_int_equal(next, count);
    free(ids);
}

static const char *const kinds[] = { "talk", "topic", "note" };

size_t oracle_compare(const struct oracle *oracle, struct db *db, const char *text)
{
    struct err err = { 0 };
    struct query query;
    struct db_hits hits = { 0 };
    size_t expected = 0;
    if (!query_parse(&query, text, false, &err)
        || !db_search(db, &query, SIZE_MAX, &hits, &err))
        fail_msg("%s: %s", text, err_text(&err));
    for (size_t i = 0; i < oracle->count; i++) {
        const struct oracle_doc *doc = &oracle->docs[i];
        bool want = doc_matches(doc, &query);
        expected += want;
        if (want != among(&hits, doc))
            fail_msg("'%s' %s %s %lld (%s)", text, want ? "misses" : "finds", kinds[doc->kind],
                (long long)doc->id, doc->texts[0].text);
    }
    assert_int_equal(hits.count, expected);
    assert_false(hits.more);
    compare_talks(oracle, db, &query, text);
    db_hits_release(&hits);
    query_release(&query);
    return expected;
}
