/* Owns answering queries: one set of documents a term, joined in memory. A
 * document's number is 2 × a talk's id, or 2 × a topic's id + 1. Must not
 * know the query's grammar. */
#include "db/search.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/date.h"
#include "base/mem.h"
#include "db/internal.h"
#include "model/match.h"

/* Which documents still match, and what they scored. */
struct scores {
    size_t size;        /* one more than the highest document */
    unsigned char *in;  /* matches every term so far */
    unsigned char *hit; /* matches the term at hand */
    double *score;
    double *best; /* for the term at hand */
};

static const struct {
    enum db_stmt filter;
    enum db_stmt values; /* DB__STATEMENTS: an empty answer is no mistake */
} filters[QUERY__FIELDS] = {
    [QUERY_THEME] = { DB_FILTER_THEME, DB_VALUES_THEME },
    [QUERY_TOPIC] = { DB_FILTER_TOPIC, DB__STATEMENTS },
    [QUERY_SPEAKER] = { DB_FILTER_SPEAKER, DB__STATEMENTS },
    [QUERY_DAY] = { DB_FILTER_DAY, DB__STATEMENTS },
    [QUERY_ROOM] = { DB_FILTER_ROOM, DB_VALUES_ROOM },
    [QUERY_LANG] = { DB_FILTER_LANG, DB_VALUES_LANG },
    [QUERY_KIND] = { DB_FILTER_KIND, DB_VALUES_KIND },
    [QUERY_LEVEL] = { DB_FILTER_LEVEL, DB_VALUES_LEVEL },
    [QUERY_TAG] = { DB_FILTER_TAG, DB__STATEMENTS },
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

static void grow(struct scores *scores, size_t doc)
{
    size_t size = doc + 1;
    if (size <= scores->size)
        return;
    size += size / 2;
    scores->in = mem_resize(scores->in, size, 1);
    scores->hit = mem_resize(scores->hit, size, 1);
    scores->score = mem_resize(scores->score, size, sizeof(double));
    scores->best = mem_resize(scores->best, size, sizeof(double));
    for (size_t i = scores->size; i < size; i++) {
        scores->in[i] = scores->hit[i] = 0;
        scores->score[i] = scores->best[i] = 0;
    }
    scores->size = size;
}

/* Runs a bound statement of (document[, score]) rows into the set at hand. */
static bool collect(
    struct db *db, sqlite3_stmt *stmt, struct scores *scores, size_t *count, struct err *err)
{
    bool row;
    for (;;) {
        if (!db_step(db, stmt, &row, err))
            return false;
        if (!row)
            return true;
        if (sqlite3_column_type(stmt, 0) == SQLITE_NULL)
            continue;
        size_t doc = (size_t)sqlite3_column_int64(stmt, 0);
        double score = sqlite3_column_count(stmt) > 1 ? sqlite3_column_double(stmt, 1) : 0;
        grow(scores, doc);
        (*count)++;
        if (!scores->hit[doc] || score > scores->best[doc])
            scores->best[doc] = score;
        scores->hit[doc] = 1;
    }
}

/* Folded words are letters and digits alone: nothing in them needs quoting. */
static void add_match(struct buf *match, const struct query_term *term, const char *columns)
{
    struct buf words = { 0 };
    match_add_words(term->text, &words);
    buf_addf(match, "{%s} : \"%s\"%s", columns, buf_text(&words), term->prefix ? " *" : "");
    buf_release(&words);
}

static bool match_in(struct db *db, enum db_stmt which, const struct query_term *term,
    const char *columns, struct scores *scores, struct err *err)
{
    struct buf match = { 0 };
    size_t count = 0;
    add_match(&match, term, columns);
    sqlite3_stmt *stmt = db_prepare(db, which, err);
    bool ok = stmt != NULL;
    if (ok) {
        db_bind(stmt, "s", match.data);
        ok = collect(db, stmt, scores, &count, err);
    }
    buf_release(&match);
    return ok;
}

static bool collect_text(struct db *db, const struct query *query,
    const struct query_term *term, struct scores *scores, struct err *err)
{
    static const struct {
        unsigned bit;
        const char *column;
    } columns[] = { { QUERY_IN_TITLE, " title" }, { QUERY_IN_SPEAKERS, " speakers" },
        { QUERY_IN_TOPIC, " topic" }, { QUERY_IN_TAGS, " tags" },
        { QUERY_IN_SUMMARY, " summary" } };
    struct buf names = { 0 };
    for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++)
        if (query->places & columns[i].bit)
            buf_adds(&names, columns[i].column);
    bool ok = names.len == 0 || match_in(db, DB_SEARCH_CATALOG, term, names.data, scores, err);
    ok = ok
         && (!(query->places & QUERY_IN_NOTES)
             || match_in(db, DB_SEARCH_NOTES, term, "note", scores, err));
    buf_release(&names);
    return ok;
}

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

static bool collect_filter(
    struct db *db, const struct query_term *term, struct scores *scores, struct err *err)
{
    enum db_stmt which = filters[term->field].filter;
    enum db_stmt values = filters[term->field].values;
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++)
        if (marks[i].field == term->field && strcmp(marks[i].value, term->text) == 0) {
            which = marks[i].filter;
            values = DB__STATEMENTS;
        }
    size_t count = 0;
    sqlite3_stmt *stmt = db_prepare(db, which, err);
    if (stmt == NULL)
        return false;
    if (term->field == QUERY_DAY) {
        if (!bind_day(term, stmt, err))
            return false;
    } else if (sqlite3_bind_parameter_count(stmt) > 0)
        db_bind(stmt, "s", term->text);
    if (!collect(db, stmt, scores, &count, err))
        return false;
    return count > 0 || values == DB__STATEMENTS || complain(db, term, err);
}

/* Joins the term's set to what matched before. */
static void join(struct scores *scores, bool negate)
{
    for (size_t i = 0; i < scores->size; i++) {
        scores->in[i] = scores->in[i] && scores->hit[i] != negate;
        scores->score[i] += negate ? 0 : scores->best[i];
        scores->hit[i] = 0;
        scores->best[i] = 0;
    }
}

static bool evaluate(
    struct db *db, const struct query *query, struct scores *scores, struct err *err)
{
    size_t all = 0;
    sqlite3_stmt *stmt = db_prepare(db, DB_SEARCH_ALL, err);
    if (stmt == NULL || !collect(db, stmt, scores, &all, err))
        return false;
    bool topics = query_has_text(query);
    for (size_t i = 0; i < scores->size; i++) {
        scores->in[i] = scores->hit[i] && (topics || i % 2 == 0);
        scores->hit[i] = 0;
    }
    for (size_t i = 0; i < query->count; i++) {
        const struct query_term *term = &query->terms[i];
        if (term->field == QUERY_IN)
            continue;
        bool ok = term->field == QUERY_TEXT ? collect_text(db, query, term, scores, err)
                                            : collect_filter(db, term, scores, err);
        if (!ok)
            return false;
        join(scores, term->negate);
    }
    return true;
}

/* Best first. */
static int compare_hits(const void *a, const void *b)
{
    const struct db_hit *x = a, *y = b;
    return x->score < y->score ? 1 : x->score > y->score ? -1 : 0;
}

/* Takes the hits in order of time, so that a stable order is the tie-break:
 * a hair's breadth of score for the place and the star keeps qsort honest. */
static bool take_hits(struct db *db, const struct scores *scores, struct db_hit **hits,
    size_t *count, struct err *err)
{
    size_t cap = 0, place = 0;
    sqlite3_stmt *stmt = db_prepare(db, DB_SEARCH_TIME, err);
    bool row = true;
    *hits = NULL;
    *count = 0;
    while (stmt != NULL && row) {
        if (!db_step(db, stmt, &row, err))
            goto fail;
        size_t doc = row ? (size_t)sqlite3_column_int64(stmt, 0) * 2 : 0;
        if (!row || doc >= scores->size || !scores->in[doc])
            continue;
        *hits = mem_grow(*hits, &cap, *count + 1, sizeof **hits);
        double score = scores->score[doc];
        if (score > 0 && sqlite3_column_int(stmt, 1))
            score += 1e-3;
        (*hits)[(*count)++] = (struct db_hit){ .id = (int64_t)(doc / 2),
            .score = score - 1e-9 * (double)place++ };
    }
    for (size_t doc = 1; doc < scores->size; doc += 2) {
        if (!scores->in[doc])
            continue;
        *hits = mem_grow(*hits, &cap, *count + 1, sizeof **hits);
        (*hits)[(*count)++] = (struct db_hit){
            .id = (int64_t)(doc / 2), .is_topic = true, .score = scores->score[doc]
        };
    }
    if (stmt != NULL) {
        if (*count > 0)
            qsort(*hits, *count, sizeof **hits, compare_hits);
        return true;
    }
fail:
    free(*hits);
    *hits = NULL;
    *count = 0;
    return false;
}

bool db_search(struct db *db, const struct query *query, struct db_hit **hits, size_t *count,
    struct err *err)
{
    struct scores scores = { 0 };
    *hits = NULL;
    *count = 0;
    bool ok = evaluate(db, query, &scores, err) && take_hits(db, &scores, hits, count, err);
    free(scores.in);
    free(scores.hit);
    free(scores.score);
    free(scores.best);
    return ok;
}
