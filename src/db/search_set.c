/* Owns exact answers: one set of documents a term, joined in memory. Must not
 * know ranking. */
#include "db/search_set.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/date.h"
#include "base/mem.h"
#include "db/search.h"
#include "db/search_match.h"

/* --- sets -------------------------------------------------------------- */

void docset_add(struct docset *set, int64_t doc)
{
    size_t at = (size_t)doc;
    /* No database of ours has others. */
    if (doc < 0 || doc >= (int64_t)1 << DB_DOC__ROW_BITS)
        return;
    if (at >= set->size) {
        size_t size = (at + at / 2 + 64) / 64 * 64;
        set->bits = mem_resize(set->bits, size / 64, sizeof set->bits[0]);
        memset(set->bits + set->size / 64, 0, (size - set->size) / 8);
        set->size = size;
    }
    set->bits[at / 64] |= (uint64_t)1 << at % 64;
}

bool docset_has(const struct docset *set, int64_t doc)
{
    return doc >= 0 && (size_t)doc < set->size && (set->bits[doc / 64] >> doc % 64 & 1) != 0;
}

size_t docset_count(const struct docset *set)
{
    size_t count = 0;
    for (size_t i = 0; i < set->size / 64; i++)
        count += (size_t)__builtin_popcountll(set->bits[i]);
    return count;
}

int64_t docset_next(const struct docset *set, int64_t doc)
{
    for (size_t at = (size_t)doc; at < set->size; at = (at / 64 + 1) * 64) {
        uint64_t rest = set->bits[at / 64] >> at % 64;
        if (rest != 0)
            return (int64_t)(at + (size_t)__builtin_ctzll(rest));
    }
    return -1;
}

void docset_release(struct docset *set)
{
    free(set->bits);
    *set = (struct docset){ 0 };
}

static void copy(struct docset *to, const struct docset *from)
{
    *to = (struct docset){ mem_zero(from->size / 64, sizeof from->bits[0]), from->size };
    if (from->size > 0)
        memcpy(to->bits, from->bits, from->size / 8);
}

void docset_intersect(struct docset *set, const struct docset *with)
{
    for (size_t i = 0; i < set->size / 64; i++)
        set->bits[i] &= i < with->size / 64 ? with->bits[i] : 0;
}

static void subtract(struct docset *set, const struct docset *what)
{
    for (size_t i = 0; i < set->size / 64 && i < what->size / 64; i++)
        set->bits[i] &= ~what->bits[i];
}

static void unite(struct docset *set, const struct docset *with)
{
    for (int64_t doc = docset_next(with, 0); doc >= 0; doc = docset_next(with, doc + 1))
        docset_add(set, doc);
}

/* Runs a bound statement that gives documents, at most *rows of them; those that
 * were not used are left in it. */
static bool collect_some(
    struct db *db, sqlite3_stmt *stmt, size_t *rows, struct docset *set, struct err *err)
{
    bool row = true;
    for (; *rows > 0; --*rows) {
        if (!db_step(db, stmt, &row, err))
            return false;
        if (!row)
            return true;
        if ((sqlite3_column_int64(stmt, 0) & 3) != DB_DOC_NOTE)
            docset_add(set, sqlite3_column_int64(stmt, 0));
    }
    sqlite3_reset(stmt);
    return true;
}

static bool collect(struct db *db, sqlite3_stmt *stmt, struct docset *set, struct err *err)
{
    size_t rows = SIZE_MAX;
    return collect_some(db, stmt, &rows, set, err);
}

/* --- filters ----------------------------------------------------------- */

static const struct {
    enum db_stmt filter;
    enum db_stmt values; /* DB__STATEMENTS: an empty answer is no mistake */
} filters[QUERY__FIELDS] = {
    [QUERY_THEME] = { DB_FILTER_THEME, DB_VALUES_THEME },
    [QUERY_CONFERENCE] = { DB_FILTER_CONFERENCE, DB_VALUES_CONFERENCE },
    [QUERY_DAY] = { DB_FILTER_DAY, DB__STATEMENTS },
    [QUERY_BEFORE] = { DB_FILTER_BEFORE, DB__STATEMENTS },
    [QUERY_AFTER] = { DB_FILTER_AFTER, DB__STATEMENTS },
    [QUERY_ON] = { DB_FILTER_ON, DB__STATEMENTS },
    [QUERY_ROOM] = { DB_FILTER_ROOM, DB_VALUES_ROOM },
    [QUERY_LANG] = { DB_FILTER_LANG, DB_VALUES_LANG },
    [QUERY_KIND] = { DB_FILTER_KIND, DB_VALUES_KIND },
    [QUERY_LEVEL] = { DB_FILTER_LEVEL, DB_VALUES_LEVEL },
    [QUERY_RATING] = { DB_FILTER_RATING, DB__STATEMENTS },
};

static const struct {
    enum query_field field;
    const char *value;
    enum db_stmt filter;
} marks[] = {
    { QUERY_IS, "starred", DB_FILTER_STARRED },
    { QUERY_IS, "watched", DB_FILTER_WATCHED },
    { QUERY_IS, "rated", DB_FILTER_RATED },
    { QUERY_IS, "highlight", DB_FILTER_HIGHLIGHT },
    { QUERY_HAS, "note", DB_FILTER_HAS_NOTE },
    { QUERY_HAS, "tag", DB_FILTER_HAS_TAG },
    { QUERY_HAS, "video", DB_FILTER_HAS_VIDEO },
};

/* Binds ?1 the end of a date, ?2 a weekday's number as strftime('%w') gives it. */
static bool bind_day(const struct query_term *term, sqlite3_stmt *stmt, struct err *err)
{
    static const char *const names[] = { "sunday", "monday", "tuesday", "wednesday", "thursday",
        "friday", "saturday" };
    static const char *const numbers[] = { "0", "1", "2", "3", "4", "5", "6" };
    size_t len = strlen(term->text);
    struct date date;
    if (len <= 2 && strspn(term->text, "0123456789") == len) {
        char padded[3] = { '0', term->text[0], '\0' };
        sqlite3_bind_text(stmt, 1, len == 1 ? padded : term->text, -1, SQLITE_TRANSIENT);
        return true;
    }
    if (date_parse(term->text, &date) && len == 10) {
        sqlite3_bind_text(stmt, 1, term->text, -1, SQLITE_TRANSIENT);
        return true;
    }
    for (int i = 0; i < 7; i++)
        if (len >= 2 && strncasecmp(names[i], term->text, len) == 0) {
            db_bind(stmt, "ss", "none", numbers[i]);
            return true;
        }
    return err_set(err, "column %zu: day: takes %s, not '%s'", term->column,
        query_fields[QUERY_DAY].help, term->text);
}

/* Binds the lowest and the highest rating; the parser has checked the text. */
static void bind_rating(const struct query_term *term, sqlite3_stmt *stmt)
{
    const char *text = term->text;
    int number = text[strlen(text) - 1] - '0';
    bool less = text[0] == '<', more = text[0] == '>',
         equal = !(less || more) || text[1] == '=';
    db_bind(
        stmt, "dd", less ? 0 : number + (more && !equal), more ? 5 : number - (less && !equal));
}

static bool complain(struct db *db, const struct query_term *term, struct err *err)
{
    sqlite3_stmt *stmt = db_prepare(db, filters[term->field].values, err);
    bool row;
    if (stmt == NULL || !db_step(db, stmt, &row, err))
        return false;
    const char *values = row ? (const char *)sqlite3_column_text(stmt, 0) : NULL;
    err_set(err, "column %zu: no %s like '%s' (there is %s)", term->column,
        query_fields[term->field].name, term->text, values != NULL ? values : "none");
    sqlite3_reset(stmt);
    return false;
}

static bool read_related(
    struct db *db, const struct query_term *term, struct docset *set, struct err *err)
{
    struct db_hits hits;
    bool ok = db_related(db, strtoll(term->text, NULL, 10), DB_RELATED_MAX, &hits, err);
    for (size_t i = 0; ok && i < hits.count; i++)
        docset_add(set, db_doc(DB_DOC_TALK, hits.items[i].id));
    db_hits_release(&hits);
    return ok;
}

static bool read_filter(
    struct db *db, const struct query_term *term, struct docset *set, struct err *err)
{
    enum db_stmt which = filters[term->field].filter;
    enum db_stmt values = filters[term->field].values;
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++)
        if (marks[i].field == term->field && strcmp(marks[i].value, term->text) == 0) {
            which = marks[i].filter;
            values = DB__STATEMENTS;
        }
    if (term->field == QUERY_RELATED)
        return read_related(db, term, set, err);
    if (term->field == QUERY_ID) {
        docset_add(set, db_doc(DB_DOC_NOTE, strtoll(term->text, NULL, 10)));
        return true;
    }
    sqlite3_stmt *stmt = db_prepare(db, which, err);
    if (stmt == NULL)
        return false;
    bool ok = true;
    if (term->field == QUERY_RATING)
        bind_rating(term, stmt);
    else if (term->field == QUERY_DAY)
        ok = bind_day(term, stmt, err);
    else if (sqlite3_bind_parameter_count(stmt) > 0)
        db_bind(stmt, "s", term->text);
    return ok && collect(db, stmt, set, err)
           && (values == DB__STATEMENTS || docset_next(set, 0) >= 0 || complain(db, term, err));
}

/* What filters gave, until anything is written: a query is asked again with
 * each letter typed after one. */
enum { FILTERS_KEPT = 8 };

struct filter_cache {
    int64_t version;
    int changes;
    size_t next;
    struct {
        enum query_field field;
        char *text;
        struct docset set;
    } items[FILTERS_KEPT];
};

void db_filters_forget(struct db *db)
{
    for (size_t i = 0; db->filters != NULL && i < FILTERS_KEPT; i++) {
        free(db->filters->items[i].text);
        docset_release(&db->filters->items[i].set);
    }
    free(db->filters);
    db->filters = NULL;
}

static void check_cache(struct db *db)
{
    int64_t version = db_version(db); /* 0 is not known, and nothing is like it */
    int changes = sqlite3_total_changes(db->handle);
    if (db->filters != NULL
        && (version == 0 || db->filters->version != version || db->filters->changes != changes))
        db_filters_forget(db);
    if (db->filters == NULL) {
        db->filters = mem_zero(1, sizeof *db->filters);
        db->filters->version = version;
        db->filters->changes = changes;
    }
}

/* The set of a filter; it stays the cache's. */
static const struct docset *filter_set(
    struct db *db, const struct query_term *term, struct err *err)
{
    check_cache(db);
    struct filter_cache *cache = db->filters;
    for (size_t i = 0; i < FILTERS_KEPT; i++)
        if (cache->items[i].text != NULL && cache->items[i].field == term->field
            && strcmp(cache->items[i].text, term->text) == 0)
            return &cache->items[i].set;
    struct docset set = { 0 };
    if (!read_filter(db, term, &set, err)) {
        docset_release(&set);
        return NULL;
    }
    size_t slot = cache->next++ % FILTERS_KEPT;
    free(cache->items[slot].text);
    docset_release(&cache->items[slot].set);
    cache->items[slot].field = term->field;
    cache->items[slot].text = mem_dup(term->text);
    cache->items[slot].set = set;
    return &cache->items[slot].set;
}

static bool read_everything(struct db *db, struct docset *set, struct err *err)
{
    sqlite3_stmt *stmt = db_prepare(db, DB_SEARCH_ALL, err);
    return stmt != NULL && collect(db, stmt, set, err);
}

bool db_set_of_filters(
    struct db *db, const struct query_way *way, bool *any, struct docset *set, struct err *err)
{
    *any = false;
    *set = (struct docset){ 0 };
    /* What a filter demands first: all but what another forbids is large. */
    for (int negated = 0; negated < 2; negated++)
        for (size_t i = 0; i < way->count; i++) {
            const struct query_term *term = way->terms[i];
            if (query_is_words(term) || term->negate != (negated == 1))
                continue;
            const struct docset *one = filter_set(db, term, err);
            if (one == NULL || (!*any && negated && !read_everything(db, set, err)))
                return false;
            if (!*any && !negated)
                copy(set, one);
            else if (negated)
                subtract(set, one);
            else
                docset_intersect(set, one);
            *any = true;
        }
    return true;
}

/* --- words ------------------------------------------------------------- */

static bool ask(struct db *db, enum match_table table, const struct query_term *term,
    const struct docset *within, size_t *rows, struct docset *set, struct err *err)
{
    struct match match = { .table = table };
    bool possible = true;
    unsigned places = match_places(table, term->places);
    bool ok = db_match_term(db, &match, term, match_columns(table, places), &possible, err);
    if (ok && possible) {
        if (within != NULL)
            db_match_within(&match, within);
        sqlite3_stmt *stmt = db_prepare(
            db, table == MATCH_NOTES ? DB_SEARCH_NOTE_DOCS : DB_SEARCH_TALK_DOCS, err);
        ok = stmt != NULL;
        if (ok) {
            db_bind(stmt, "s", match.text.data);
            ok = collect_some(db, stmt, rows, set, err);
        }
    }
    db_match_release(&match);
    return ok;
}

bool db_set_of_words(struct db *db, const struct query_term *term, const struct docset *within,
    struct docset *set, struct err *err)
{
    size_t rows = SIZE_MAX;
    *set = (struct docset){ 0 };
    return ask(db, MATCH_TALKS, term, within, &rows, set, err)
           && ask(db, MATCH_NOTES, term, within, &rows, set, err);
}

/* To name many documents costs more than to look at some hundred rows too many. */
bool db_set_of_words_among(
    struct db *db, const struct query_term *term, struct docset *among, struct err *err)
{
    enum { ROWS = 1500 };
    size_t rows = ROWS;
    struct docset set = { 0 };
    bool ok = ask(db, MATCH_TALKS, term, NULL, &rows, &set, err)
              && ask(db, MATCH_NOTES, term, NULL, &rows, &set, err);
    if (ok && rows == 0) {
        docset_release(&set);
        ok = db_set_of_words(db, term, among, &set, err);
    }
    docset_intersect(among, &set);
    docset_release(&set);
    return ok;
}

static void drop_topics(struct docset *set)
{
    for (size_t i = 0; i < set->size / 64; i++)
        set->bits[i] &= 0x1111111111111111u;
}

static bool set_of_way(
    struct db *db, const struct query_way *way, struct docset *set, struct err *err)
{
    bool any;
    if (!db_set_of_filters(db, way, &any, set, err) || (!any && !read_everything(db, set, err)))
        return false;
    for (size_t i = 0; i < way->count; i++) {
        struct docset one;
        if (!query_is_words(way->terms[i]))
            continue;
        bool ok = db_set_of_words(db, way->terms[i], NULL, &one, err);
        if (way->terms[i]->negate)
            subtract(set, &one);
        else
            docset_intersect(set, &one);
        docset_release(&one);
        if (!ok)
            return false;
    }
    drop_topics(set);
    return true;
}

bool db_set_of_query(
    struct db *db, const struct query *query, struct docset *set, struct err *err)
{
    struct query_ways ways;
    *set = (struct docset){ 0 };
    bool ok = query_ways(query, &ways);
    for (size_t i = 0; ok && i < ways.count; i++) {
        struct docset one = { 0 };
        ok = set_of_way(db, &ways.items[i], &one, err);
        if (ok && i == 0) {
            *set = one;
            continue;
        }
        if (ok)
            unite(set, &one);
        docset_release(&one);
    }
    query_ways_release(&ways);
    return ok;
}
