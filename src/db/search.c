/* Owns the ranked answer to a query. Must not know the query's grammar, nor
 * how the full-text index is asked. */
#include "db/hits.h"
#include "db/search.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "db/candidates.h"
#include "db/rank.h"
#include "db/search_match.h"
#include "db/search_set.h"
#include "model/match.h"

enum {
    TAKEN = 200,     /* hits of a phase that are ranked */
    VISITED = 20000, /* rows of a phase looked at, where a filter lets few through */
    REFINED = 64,    /* of the best hits, whose titles are looked at */
    NARROW = 256,    /* documents that can be named in a question */
    CHECKED = 64,    /* hits of which all texts are looked through for a common word */
    PAGE = 50,       /* hits of the best class that make a narrower question needless */
    COMMON = 1000,   /* documents above which a word is just common */
    FEW = 50,        /* hits below which words spread over a talk's texts are tried */
};

/* What each index is asked, until an answer is complete: a class is part of the
 * one before it. */
static const struct {
    enum match_table table;
    unsigned places;
} phases[] = {
    { MATCH_TALKS, QUERY_IN_ALL },
    { MATCH_TALKS, QUERY_IN_TITLE | QUERY_IN_SPEAKERS | QUERY_IN_TAGS | QUERY_IN_TOPIC },
    { MATCH_TALKS, QUERY_IN_TITLE },
    { MATCH_NOTES, QUERY_IN_ALL },
    { MATCH_NOTES, QUERY_IN_NOTES },
};
enum { NOTES_AND_TALKS = 3 };

struct search {
    struct db *db;
    const struct query *query;
    struct candidates found;
    bool more;
};

/* --- one way to match -------------------------------------------------- */

struct way {
    const struct query_way *query;
    bool filtered;
    struct docset allowed; /* where filtered */
    bool narrow;           /* the allowed are few enough to be named */
    size_t words;          /* that must be there */
    bool tags;             /* all of them among the tags */
    double rarity[QUERY_MAX_TERMS];
    int64_t counts[QUERY_MAX_TERMS]; /* of documents, where there are several */
};

/* The rows of a question that was put together; *complete unless there are more. */
static bool walk(struct search *search, const struct way *way, struct match *match,
    const double *rarity, bool *complete, struct err *err)
{
    bool notes = match->table == MATCH_NOTES;
    size_t full = 0;
    struct rank_plan plan = { .match = match,
        .words = (int)way->words,
        .full = &full,
        .allowed = way->filtered && !way->narrow ? &way->allowed : NULL,
        .rarity = rarity,
        .anywhere = way->tags,
        .scratch = mem_zero((size_t)match->terms * RANK_COLUMNS, sizeof(double)) };
    sqlite3_stmt *stmt = db_prepare(search->db, notes ? DB_SEARCH_NOTES : DB_SEARCH_TALKS, err);
    bool ok = stmt != NULL, row = true;
    size_t taken = 0, visited = 0;
    if (ok) {
        db_bind(stmt, "s", match->text.data);
        sqlite3_bind_pointer(stmt, 2, &plan, RANK_POINTER, NULL);
    }
    while (ok && row && taken < TAKEN && visited < VISITED) {
        ok = db_step(search->db, stmt, &row, err);
        if (!ok || !row)
            break;
        visited++;
        int64_t doc = sqlite3_column_int64(stmt, 0);
        if (sqlite3_column_type(stmt, 1) == SQLITE_NULL || doc < 0 || (doc & 3) > DB_DOC_NOTE)
            continue;
        taken++;
        candidates_add(&search->found, match->table, doc,
            notes ? sqlite3_column_int64(stmt, 2) : 0, sqlite3_column_double(stmt, 1));
    }
    if (stmt != NULL)
        sqlite3_reset(stmt);
    *complete = !row || (notes && full >= PAGE);
    search->more = search->more || (ok && row);
    free(plan.scratch);
    return ok;
}

static bool add_terms(struct search *search, const struct way *way, struct match *match,
    unsigned places, double *rarity, bool *possible, struct err *err)
{
    bool ok = true;
    for (int negated = 0; negated < 2; negated++) {
        if (negated && way->narrow)
            db_match_within(match, &way->allowed);
        for (size_t i = 0; ok && *possible && i < way->query->count; i++) {
            const struct query_term *term = way->query->terms[i];
            if (!query_is_words(term) || term->negate != (negated == 1))
                continue;
            unsigned columns =
                match_columns(match->table, term->places & (negated ? QUERY_IN_ALL : places));
            if (!negated)
                rarity[match->terms] = way->rarity[i];
            ok = negated ? db_match_without(search->db, match, term, columns, err)
                         : db_match_term(search->db, match, term, columns, possible, err);
        }
    }
    return ok;
}

static bool run_phase(
    struct search *search, const struct way *way, size_t phase, bool *complete, struct err *err)
{
    struct match match = { .table = phases[phase].table };
    double rarity[QUERY_MAX_TERMS + 1] = { 0 };
    bool possible = true;
    bool ok = add_terms(search, way, &match, phases[phase].places, rarity, &possible, err);
    *complete = !possible;
    if (ok && possible)
        ok = walk(search, way, &match, rarity, complete, err);
    db_match_release(&match);
    return ok;
}

/* How many documents hold a term: above COMMON, in each index, it is not counted on. */
static bool count_term(
    struct search *search, const struct query_term *term, int64_t *count, struct err *err)
{
    *count = 0;
    for (int table = 0; table < MATCH__TABLES; table++) {
        struct match match = { .table = (enum match_table)table };
        bool possible = true;
        int64_t here = 0;
        unsigned columns = match_columns(match.table, match_places(match.table, term->places));
        bool ok = db_match_term(search->db, &match, term, columns, &possible, err);
        ok = ok
             && (!possible
                 || db_get_int(search->db,
                     table == MATCH_NOTES ? DB_SEARCH_COUNT_NOTES : DB_SEARCH_COUNT_TALKS,
                     &here, err, "sd", match.text.data, COMMON + 1));
        db_match_release(&match);
        if (!ok)
            return false;
        *count += here;
    }
    return true;
}

/* Sets each term's rarity, 2 for one document down to 1 for a common word. To
 * count what a beginning stands for would cost as much as to answer. */
static bool weigh_terms(struct search *search, struct way *way, struct err *err)
{
    for (size_t i = 0; i < way->query->count; i++) {
        const struct query_term *term = way->query->terms[i];
        bool word = query_is_words(term) && !term->negate;
        way->rarity[i] = 1;
        way->tags = (way->words == 0 || way->tags) && (!word || term->places == QUERY_IN_TAGS);
        way->words += word;
    }
    for (size_t i = 0; way->words > 1 && i < way->query->count; i++) {
        const struct query_term *term = way->query->terms[i];
        int64_t count = COMMON + 1;
        if (!query_is_words(term) || term->negate)
            continue;
        if (!term->prefix && !count_term(search, term, &count, err))
            return false;
        way->rarity[i] = 2 - log1p((double)count) / log1p(2.0 * COMMON);
        way->counts[i] = count;
    }
    return true;
}

/* The way's next word in order of rarity after `last` (NULL: the rarest). */
static const struct query_term *next_rarest(
    const struct way *way, const struct query_term *last, int64_t *count)
{
    const struct query_term *best = NULL;
    size_t before = 0;
    for (size_t i = 0; i < way->query->count; i++)
        if (way->query->terms[i] == last)
            before = i;
    for (size_t i = 0; i < way->query->count; i++) {
        const struct query_term *term = way->query->terms[i];
        bool comes = last == NULL || way->counts[i] > way->counts[before]
                     || (i > before && way->counts[i] == way->counts[before]);
        if (query_is_words(term) && !term->negate && comes
            && (best == NULL || way->counts[i] < *count)) {
            best = term;
            *count = way->counts[i];
        }
    }
    return best;
}

/* Talks that hold the words only in all their texts together: found from the
 * rarest word's documents, where those are few enough to be named. */
static bool add_spread(struct search *search, const struct way *way, struct err *err)
{
    struct docset here = { 0 };
    int64_t count = 0, all = 0;
    const struct query_term *term = next_rarest(way, NULL, &count);
    for (size_t i = 0; i < way->query->count; i++)
        all += way->counts[i];
    if (way->words < 2 || count == 0)
        return true;
    if (count > NARROW || (search->found.count >= FEW && all > COMMON)) {
        search->more = true;
        return true;
    }
    bool ok = db_set_of_words(search->db, term, NULL, &here, err);
    if (way->filtered)
        docset_intersect(&here, &way->allowed);
    while (ok && docset_next(&here, 0) >= 0 && (term = next_rarest(way, term, &count)) != NULL)
        ok = db_set_of_words_among(search->db, term, &here, err);
    for (int64_t doc = docset_next(&here, 0); ok && doc >= 0; doc = docset_next(&here, doc + 1))
        candidates_add(&search->found, MATCH_TALKS, doc, 0, 0.1);
    docset_release(&here);
    return ok;
}

/* Takes away the documents among which a word is, all their texts counted. */
static bool drop_word(struct search *search, const struct query_term *term, struct err *err)
{
    struct candidates *found = &search->found;
    struct docset here = { 0 }, bad = { 0 };
    int64_t count;
    if (!count_term(search, term, &count, err))
        return false;
    bool common = count > COMMON;
    if (common && found->count > CHECKED) {
        candidates_sort(found);
        found->count = CHECKED;
        search->more = true;
    }
    for (size_t i = 0; common && i < found->count; i++)
        if ((found->items[i].doc & 3) != DB_DOC_NOTE)
            docset_add(&here, found->items[i].doc);
    bool ok = db_set_of_words(search->db, term, common ? &here : NULL, &bad, err);
    size_t kept = 0;
    for (size_t i = 0; ok && i < found->count; i++)
        if (!docset_has(&bad, found->items[i].doc))
            found->items[kept++] = found->items[i];
    found->count = kept;
    docset_release(&here);
    docset_release(&bad);
    return ok;
}

static bool drop_negated(struct search *search, const struct way *way, struct err *err)
{
    bool ok = true;
    for (size_t i = 0; ok && i < way->query->count && search->found.count > 0; i++)
        if (query_is_words(way->query->terms[i]) && way->query->terms[i]->negate)
            ok = drop_word(search, way->query->terms[i], err);
    return ok;
}

/* A way's hits are found by themselves, then join those of the others. */
static bool run_way(struct search *search, const struct query_way *query, struct err *err)
{
    struct way way = { .query = query };
    struct search own = { .db = search->db, .query = search->query };
    bool ok = db_set_of_filters(search->db, query, &way.filtered, &way.allowed, err);
    way.narrow = way.filtered && docset_count(&way.allowed) <= NARROW;
    ok = ok && weigh_terms(&own, &way, err);
    bool complete[MATCH__TABLES] = { false };
    for (size_t i = 0; ok && i < sizeof phases / sizeof phases[0]; i++)
        /* One word can be only in a note or in its talk, which is a hit itself. */
        if (!complete[phases[i].table] && (i != NOTES_AND_TALKS || way.words > 1 || way.tags))
            ok = run_phase(&own, &way, i, &complete[phases[i].table], err);
    ok = ok && add_spread(&own, &way, err);
    ok = ok && drop_negated(&own, &way, err);
    for (size_t i = 0; ok && i < own.found.count; i++)
        for (int table = 0; table < MATCH__TABLES; table++)
            candidates_add(&search->found, (enum match_table)table, own.found.items[i].doc,
                own.found.items[i].note_id, own.found.items[i].best[table]);
    search->more = search->more || own.more;
    candidates_release(&own.found);
    docset_release(&way.allowed);
    return ok;
}

/* --- the page ---------------------------------------------------------- */

/* The more of a title was asked for, the better; a star breaks ties. */
static bool refine(struct search *search, struct err *err)
{
    struct matcher matcher;
    bool ok = true;
    match_init(&matcher, search->query);
    candidates_sort(&search->found);
    for (size_t i = 0; ok && i < search->found.count && i < REFINED; i++) {
        struct candidate *candidate = &search->found.items[i];
        sqlite3_stmt *stmt = db_prepare(search->db, DB_SEARCH_TITLE, err);
        bool row = false;
        ok = stmt != NULL;
        if (ok) {
            db_bind(stmt, "i", candidate->doc);
            ok = db_step(search->db, stmt, &row, err);
        }
        if (!ok || !row)
            continue;
        const char *title = (const char *)sqlite3_column_text(stmt, 0);
        size_t len = title != NULL ? strlen(title) : 0, from = 0, found = 0;
        struct match_range range;
        while (len > 0 && match_next(&matcher, title, len, from, &range)) {
            found += range.len;
            from = range.off + range.len;
        }
        candidate->bonus = (len > 0 ? 3.0 * (double)found / (double)len : 0)
                           + (sqlite3_column_int(stmt, 1) ? 1e-3 : 0);
        sqlite3_reset(stmt);
    }
    match_release(&matcher);
    candidates_sort(&search->found);
    return ok;
}

static void take_page(
    const struct search *search, bool topics, size_t max, struct db_hits *hits)
{
    size_t cap = 0;
    hits->more = search->more;
    for (size_t i = 0; i < search->found.count; i++) {
        const struct candidate *candidate = &search->found.items[i];
        if ((candidate->doc & 3) != DB_DOC_TALK && !topics)
            continue;
        if (hits->count == max) {
            hits->more = true;
            break;
        }
        db_hits_add(hits, &cap,
            db_hit_of(candidate->doc, candidate->note_id, candidate_score(candidate)));
    }
}

/* Whether every way has a word to rank by. */
static bool is_ranked(const struct query_ways *ways)
{
    for (size_t i = 0; i < ways->count; i++) {
        bool words = false;
        for (size_t k = 0; k < ways->items[i].count; k++)
            words = words
                    || (query_is_words(ways->items[i].terms[k])
                        && !ways->items[i].terms[k]->negate);
        if (!words)
            return false;
    }
    return true;
}

bool db_search(
    struct db *db, const struct query *query, size_t max, struct db_hits *hits, struct err *err)
{
    struct search search = { .db = db, .query = query };
    struct query_ways ways;
    *hits = (struct db_hits){ 0 };
    bool ok = query_ways(query, &ways) && db_rank_register(db, err);
    db_read_begin(db);
    if (ok && is_ranked(&ways)) {
        for (size_t i = 0; ok && i < ways.count; i++)
            ok = run_way(&search, &ways.items[i], err);
        ok = ok && refine(&search, err);
        if (ok)
            take_page(&search, query_has_text(query), max, hits);
    } else if (ok)
        ok = db_search_unranked(db, query, max, hits, err);
    db_read_end(db);
    query_ways_release(&ways);
    candidates_release(&search.found);
    if (!ok)
        db_hits_release(hits);
    return ok;
}

bool db_search_talks(
    struct db *db, const struct query *query, int64_t **ids, size_t *count, struct err *err)
{
    struct docset set;
    *ids = NULL;
    *count = 0;
    db_read_begin(db);
    bool ok = db_set_of_query(db, query, &set, err);
    db_read_end(db);
    if (ok) {
        *ids = mem_alloc((docset_count(&set) + 1) * sizeof **ids);
        for (int64_t doc = docset_next(&set, 0); doc >= 0; doc = docset_next(&set, doc + 1))
            (*ids)[(*count)++] = doc >> DB_DOC__BITS;
    }
    docset_release(&set);
    return ok;
}

bool db_ids_hold(const int64_t *ids, size_t count, int64_t id)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (ids[mid] < id)
            low = mid + 1;
        else
            high = mid;
    }
    return low < count && ids[low] == id;
}
