/* Owns the nearest words to a mistyped one. Must not know ranking. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "db/search.h"
#include "db/search_match.h"
#include "model/match.h"

enum {
    LONGEST = 32, /* code points of a word that can be mended */
    SHORT = 4,    /* up to here one slip is the most, else two */
    TIES = 16,    /* words equally near of which the commonest is taken */
    ENOUGH = 500, /* a word is common */
    MENDED = 8,   /* words of a query that are looked at */
};

struct word {
    uint32_t cps[LONGEST];
    int len;
};

/* What a word may have been meant to be: one or two words. */
struct guess {
    struct buf text;
    int cost;
    int64_t hits;
};

static bool decode(const char *text, size_t len, struct word *word)
{
    word->len = 0;
    for (size_t at = 0; at < len;) {
        if (word->len == LONGEST)
            return false;
        at += utf8_decode(text + at, len - at, &word->cps[word->len++]);
    }
    return true;
}

static int least(int a, int b)
{
    return a < b ? a : b;
}

/* Optimal string alignment: insertions, deletions, replacements and swaps of
 * neighbours; above `limit` where it is more. */
static int distance(const struct word *a, const struct word *b, int limit)
{
    int rows[3][LONGEST + 1];
    int *before = rows[0], *last = rows[1], *now = rows[2];
    for (int k = 0; k <= b->len; k++)
        last[k] = k;
    for (int i = 1; i <= a->len; i++) {
        int best = now[0] = i;
        for (int k = 1; k <= b->len; k++) {
            bool same = a->cps[i - 1] == b->cps[k - 1];
            now[k] = least(least(last[k], now[k - 1]) + 1, last[k - 1] + !same);
            if (i > 1 && k > 1 && a->cps[i - 1] == b->cps[k - 2]
                && a->cps[i - 2] == b->cps[k - 1])
                now[k] = least(now[k], before[k - 2] + 1);
            best = least(best, now[k]);
        }
        if (best > limit)
            return limit + 1;
        int *spare = before;
        before = last;
        last = now;
        now = spare;
    }
    return last[b->len];
}

/* How many documents hold a phrase of folded words, as far as it matters. */
static int64_t count_hits(struct db *db, const char *words, bool prefix)
{
    struct err err = { 0 };
    struct buf text = { 0 };
    int64_t talks = 0, notes = 0;
    buf_addf(&text, "\"%s\"%s", words, prefix ? " *" : "");
    bool ok = db_get_int(db, DB_SEARCH_COUNT_TALKS, &talks, &err, "sd", text.data, ENOUGH)
              && db_get_int(db, DB_SEARCH_COUNT_NOTES, &notes, &err, "sd", text.data, ENOUGH);
    buf_release(&text);
    err_release(&err);
    return ok ? talks + notes : 0;
}

/* Keeps the better of a guess and `before` + word. */
static void offer(
    struct db *db, struct guess *best, const char *before, const char *word, int cost)
{
    struct buf text = { 0 };
    if (cost > best->cost)
        return;
    if (before != NULL)
        buf_addf(&text, "%s ", before);
    buf_adds(&text, word);
    int64_t hits = count_hits(db, text.data, false);
    if (hits > 0 && (cost < best->cost || hits > best->hits)) {
        buf_release(&best->text);
        *best = (struct guess){ text, cost, hits };
    } else
        buf_release(&text);
}

/* The nearest words of the vocabulary; `extra` is what it costs already. */
static void guess_word(
    struct db *db, const struct word *meant, const char *before, int extra, struct guess *best)
{
    struct err err = { 0 };
    char *ties[TIES];
    size_t count = 0;
    int limit = meant->len <= SHORT ? 1 : 2;
    sqlite3_stmt *stmt = db_prepare(db, DB_WORDS_OF_LENGTH, &err);
    bool row = stmt != NULL;
    if (row)
        db_bind(stmt, "dd", meant->len - limit, meant->len + limit);
    while (row && db_step(db, stmt, &row, &err) && row) {
        struct word word;
        const char *text = (const char *)sqlite3_column_text(stmt, 0);
        if (text == NULL || !decode(text, strlen(text), &word))
            continue;
        int far = distance(meant, &word, limit);
        if (far > limit || far == 0)
            continue;
        if (far < limit || count == TIES) {
            /* Nearer than what was found so far. */
            for (; far < limit && count > 0; count--)
                free(ties[count - 1]);
            limit = far;
        }
        if (count < TIES)
            ties[count++] = mem_dup(text);
    }
    if (stmt != NULL)
        sqlite3_reset(stmt);
    for (size_t i = 0; i < count; i++) {
        offer(db, best, before, ties[i], limit + extra);
        free(ties[i]);
    }
    err_release(&err);
}

/* Two words run together, the first of them right. */
static void guess_split(struct db *db, const char *word, size_t len, struct guess *best)
{
    for (size_t at = 2; at + 2 <= len; at++) {
        struct word rest;
        if (((unsigned char)word[at] & 0xC0) == 0x80)
            continue;
        char *first = mem_dup_n(word, at);
        if (count_hits(db, first, false) > 0) {
            offer(db, best, first, word + at, 1);
            if (best->cost > 1 && len - at > SHORT && decode(word + at, len - at, &rest))
                guess_word(db, &rest, first, 1, best);
        }
        free(first);
    }
}

/* Appends what a word of the query may have been meant to be, or the word. */
static bool mend(struct db *db, const char *raw, size_t len, bool prefix, struct buf *out)
{
    struct buf folded = { 0 };
    struct guess best = { .cost = 4 };
    struct word meant;
    char *one = mem_dup_n(raw, len);
    match_add_words(one, &folded);
    if (folded.len > 0 && count_hits(db, folded.data, prefix) == 0
        && decode(folded.data, folded.len, &meant) && meant.len > 2) {
        guess_word(db, &meant, NULL, 0, &best);
        if (best.cost > 1)
            guess_split(db, folded.data, folded.len, &best);
    }
    bool mended = best.text.len > 0;
    buf_adds(out, mended ? best.text.data : one);
    buf_release(&best.text);
    buf_release(&folded);
    free(one);
    return mended;
}

/* Words that something holds each may be nowhere together. */
static bool finds_something(struct db *db, const char *text)
{
    struct err err = { 0 };
    struct query query;
    struct db_hits hits = { 0 };
    bool ok = query_parse(&query, text, true, &err);
    if (ok) {
        db_search(db, &query, 1, &hits, &err);
        query_release(&query);
    }
    ok = hits.count > 0;
    db_hits_release(&hits);
    err_release(&err);
    return ok;
}

char *db_suggest(struct db *db, const char *text, const struct query *query)
{
    struct buf out = { 0 };
    size_t from = 0, words = 0;
    bool any = false;
    for (size_t i = 0; i < query->count; i++) {
        const struct query_term *term = &query->terms[i];
        if (!query_is_words(term) || term->negate)
            continue;
        size_t base = term->offset, len = strlen(term->text), at = 0, end;
        for (; words < MENDED && match_word(term->text, len, &at, &end); at = end, words++) {
            bool last = end == len;
            buf_add(&out, text + from, base + at - from);
            any |= mend(db, term->text + at, end - at,
                query_fields[term->field].names || (term->prefix && last), &out);
            from = base + end;
        }
    }
    buf_adds(&out, text + from);
    if (any && finds_something(db, out.data))
        return buf_take(&out);
    buf_release(&out);
    return NULL;
}
