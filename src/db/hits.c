/* Owns lists of hits, and the answers that need no ranking. Must not know the
 * full-text indexes. */
#include "db/hits.h"

#include <stdlib.h>

#include "base/mem.h"
#include "db/internal.h"
#include "db/search_set.h"

struct db_hit db_hit_of(int64_t doc, int64_t note_id, double score)
{
    static const enum db_hit_kind kinds[] = {
        [DB_DOC_TALK] = DB_HIT_TALK, [DB_DOC_TOPIC] = DB_HIT_TOPIC, [DB_DOC_NOTE] = DB_HIT_NOTE
    };
    return (struct db_hit){ kinds[doc & 3], doc >> DB_DOC__BITS, note_id, score };
}

void db_hits_add(struct db_hits *hits, size_t *cap, struct db_hit hit)
{
    hits->items = mem_grow(hits->items, cap, hits->count + 1, sizeof hits->items[0]);
    hits->items[hits->count++] = hit;
}

void db_hits_release(struct db_hits *hits)
{
    free(hits->items);
    *hits = (struct db_hits){ 0 };
}

/* The hits of `all` that are in the set. */
static void keep_allowed(struct db_hits *all, const struct docset *set)
{
    size_t kept = 0;
    for (size_t i = 0; i < all->count; i++)
        if (docset_has(set, db_doc(DB_DOC_TALK, all->items[i].id)))
            all->items[kept++] = all->items[i];
    all->count = kept;
}

static bool take_by_time(
    struct db *db, const struct docset *set, size_t max, struct db_hits *hits, struct err *err)
{
    size_t cap = 0;
    bool row = true;
    sqlite3_stmt *stmt = db_prepare(db, DB_SEARCH_TIME, err);
    bool ok = stmt != NULL;
    while (ok && row && !hits->more) {
        ok = db_step(db, stmt, &row, err);
        int64_t doc = ok && row ? db_doc(DB_DOC_TALK, sqlite3_column_int64(stmt, 0)) : 0;
        if (!ok || !row || !docset_has(set, doc))
            continue;
        if (hits->count == max)
            hits->more = true;
        else
            db_hits_add(hits, &cap, db_hit_of(doc, 0, 0));
    }
    if (stmt != NULL)
        sqlite3_reset(stmt);
    return ok;
}

/* A note by itself, wherever it belongs; none in the trash. */
static bool take_note(struct db *db, int64_t id, struct db_hits *hits, struct err *err)
{
    size_t cap = 0;
    int64_t there = 0;
    bool ok = db_get_int(db, DB_NOTE_IS_THERE, &there, err, "i", id);
    if (ok && there != 0)
        db_hits_add(hits, &cap, db_hit_of(db_doc(DB_DOC_NOTE, id), id, 0));
    return ok;
}

/* A query without words to rank by: by likeness to a talk, else by time. */
bool db_search_unranked(
    struct db *db, const struct query *query, size_t max, struct db_hits *hits, struct err *err)
{
    struct docset set;
    const struct query_term *like = NULL, *note = NULL;
    bool ok = db_set_of_query(db, query, &set, err);
    for (size_t i = 0; i < query->count; i++)
        if (query->terms[i].field == QUERY_RELATED && !query->terms[i].negate)
            like = &query->terms[i];
        else if (query->terms[i].field == QUERY_ID && !query->terms[i].negate)
            note = &query->terms[i];
    if (ok && note != NULL)
        ok = take_note(db, strtoll(note->text, NULL, 10), hits, err);
    else if (ok && like == NULL)
        ok = take_by_time(db, &set, max, hits, err);
    else if (ok) {
        ok = db_related(db, strtoll(like->text, NULL, 10), DB_RELATED_MAX, hits, err);
        keep_allowed(hits, &set);
        hits->count = hits->count < max ? hits->count : max;
    }
    docset_release(&set);
    return ok;
}
