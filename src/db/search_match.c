/* Owns the text of full-text questions. Must not know ranking. */
#include "db/search_match.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "model/match.h"

/* FTS5 gathers what a beginning stands for that is longer than those in the
 * index before it gives a single row. The words of the vocabulary stand for it
 * instead, unless they are too many. */
static const struct {
    size_t indexed; /* characters */
    size_t words;
} beginnings[MATCH__TABLES] = { [MATCH_TALKS] = { 4, 64 }, [MATCH_NOTES] = { 6, 400 } };

/* Where the columns of the indexes come from. */
static const struct {
    const char *name;
    unsigned place;
} columns_of[MATCH__TABLES][5] = {
    [MATCH_TALKS] = { { "title", QUERY_IN_TITLE }, { "speakers", QUERY_IN_SPEAKERS },
        { "topic", QUERY_IN_TOPIC }, { "tags", QUERY_IN_TAGS },
        { "summary", QUERY_IN_SUMMARY } },
    [MATCH_NOTES] = { { "note", QUERY_IN_NOTES }, { "title", QUERY_IN_TITLE },
        { "speakers", QUERY_IN_SPEAKERS }, { "tags", QUERY_IN_TAGS } },
};

unsigned match_columns(enum match_table table, unsigned places)
{
    unsigned bits = 0;
    for (int i = 0; i < 5; i++)
        if (columns_of[table][i].place & places)
            bits |= 1u << i;
    return bits;
}

unsigned match_places(enum match_table table, unsigned places)
{
    return places
           & (table == MATCH_NOTES ? QUERY_IN_NOTES | QUERY_IN_TAGS
                                   : ~(unsigned)QUERY_IN_NOTES);
}

void db_match_release(struct match *match)
{
    buf_release(&match->text);
    free(match->leaf_of);
    *match = (struct match){ 0 };
}

static void add_phrase(struct match *match, int leaf, const char *words, size_t len, bool star)
{
    match->leaf_of =
        mem_grow(match->leaf_of, &match->cap, match->phrases + 1, sizeof match->leaf_of[0]);
    match->leaf_of[match->phrases++] = leaf;
    buf_addc(&match->text, '"');
    buf_add(&match->text, words, len);
    buf_adds(&match->text, star ? "\" *" : "\"");
}

static size_t characters(const char *text, size_t len)
{
    size_t count = 0;
    for (size_t i = 0; i < len; i++)
        count += (text[i] & 0xC0) != 0x80;
    return count;
}

/* The words of the vocabulary that begin with `start`, each as one phrase after
 * the words before it; *count is above what is allowed where there are more. */
static bool add_vocabulary(struct db *db, struct match *match, int leaf, const char *before,
    size_t before_len, const char *start, size_t *count, struct err *err)
{
    sqlite3_stmt *stmt = db_prepare(db, DB_WORDS_FROM, err);
    size_t most = beginnings[match->table].words;
    struct buf phrase = { 0 };
    bool row = true;
    if (stmt == NULL)
        return false;
    db_bind(stmt, "si", start, (int64_t)most + 1);
    for (*count = 0; row;) {
        if (!db_step(db, stmt, &row, err)) {
            buf_release(&phrase);
            return false;
        }
        if (!row || ++*count > most)
            continue;
        if (*count > 1)
            buf_adds(&match->text, " OR ");
        buf_clear(&phrase);
        buf_add(&phrase, before, before_len);
        buf_adds(&phrase, (const char *)sqlite3_column_text(stmt, 0));
        add_phrase(match, leaf, phrase.data, phrase.len, false);
    }
    buf_release(&phrase);
    return true;
}

/* One phrase of folded words, the last of which may be a beginning. */
static bool add_words(struct db *db, struct match *match, int leaf, const char *words,
    size_t len, bool prefix, bool *possible, struct err *err)
{
    size_t last = len;
    while (last > 0 && words[last - 1] != ' ')
        last--;
    if (!prefix || characters(words + last, len - last) <= beginnings[match->table].indexed) {
        add_phrase(match, leaf, words, len, prefix);
        return true;
    }
    size_t text_len = match->text.len, phrases = match->phrases, count = 0;
    char *start = mem_dup_n(words + last, len - last);
    buf_addc(&match->text, '(');
    bool ok = add_vocabulary(db, match, leaf, words, last, start, &count, err);
    free(start);
    buf_addc(&match->text, ')');
    if (count > beginnings[match->table].words) {
        buf_cut(&match->text, text_len);
        match->phrases = phrases;
        add_phrase(match, leaf, words, len, true);
    }
    *possible = *possible && count > 0;
    return ok;
}

/* Nothing that is asked for looks like a document's word, so that all columns
 * need not be named. */
static void add_columns(struct match *match, unsigned columns)
{
    if (columns == match_columns(match->table, QUERY_IN_ALL)) {
        buf_addc(&match->text, '(');
        return;
    }
    buf_addc(&match->text, '{');
    for (int i = 0; i < 5; i++)
        if (columns & 1u << i)
            buf_addf(&match->text, " %s", columns_of[match->table][i].name);
    buf_adds(&match->text, " } : (");
}

/* A term's words in the columns, in parentheses. */
static bool add_term(struct db *db, struct match *match, const struct query_term *term,
    int leaf, unsigned columns, bool *possible, struct err *err)
{
    struct buf words = { 0 };
    bool ok = true;
    match_add_words(term->text, &words);
    *possible = *possible && columns != 0 && words.len > 0;
    if (!*possible) {
        buf_release(&words);
        return true;
    }
    add_columns(match, columns);
    if (!query_fields[term->field].names)
        ok = add_words(db, match, leaf, words.data, words.len, term->prefix, possible, err);
    else
        for (size_t at = 0; ok && at < words.len;) {
            size_t len = strcspn(words.data + at, " ");
            buf_adds(&match->text, at > 0 ? " AND " : "");
            ok = add_words(db, match, leaf, words.data + at, len, true, possible, err);
            at += len + (words.data[at + len] == ' ');
        }
    buf_addc(&match->text, ')');
    buf_release(&words);
    return ok;
}

bool db_match_term(struct db *db, struct match *match, const struct query_term *term,
    unsigned columns, bool *possible, struct err *err)
{
    buf_adds(&match->text, match->terms > 0 ? " AND " : "");
    return add_term(db, match, term, match->terms++, columns, possible, err);
}

/* NOT binds tighter than AND: it takes away from the last term, which comes to
 * the same. */
bool db_match_without(struct db *db, struct match *match, const struct query_term *term,
    unsigned columns, struct err *err)
{
    size_t len = match->text.len, phrases = match->phrases;
    bool possible = true;
    buf_adds(&match->text, " NOT ");
    bool ok = add_term(db, match, term, -1, columns, &possible, err);
    if (!possible) {
        buf_cut(&match->text, len);
        match->phrases = phrases;
    }
    return ok;
}

void db_match_within(struct match *match, const struct docset *within)
{
    buf_adds(&match->text, match->terms++ > 0 ? " AND {doc} : (" : "{doc} : (");
    const char *between = "";
    for (int64_t doc = docset_next(within, 0); doc >= 0; doc = docset_next(within, doc + 1)) {
        struct buf word = { 0 };
        buf_addf(&word, "#%lld", (long long)doc);
        buf_adds(&match->text, between);
        add_phrase(match, -1, word.data, word.len, false);
        between = " OR ";
        buf_release(&word);
    }
    if (between[0] == '\0')
        add_phrase(match, -1, "#", 1, false);
    buf_addc(&match->text, ')');
}
