/* The query language: what a person types at / and after `talkbook search`.
 *
 *   query  = and { "or" and }
 *   and    = term { term }
 *   term   = [ "-" ] ( "(" query ")" | [ field ":" ] value )
 *   value  = word [ "*" ] | "\"" words "\""
 *
 * Terms side by side must all match; `or` joins what stands on its two sides. A
 * field is one of query_fields[]; a word before a colon that names no field is
 * an ordinary word, and so are AND, NOT and every sign. */
#ifndef TALKBOOK_MODEL_QUERY_H
#define TALKBOOK_MODEL_QUERY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"

enum query_field {
    QUERY_TEXT, /* a word or phrase, anywhere or where in: says */
    QUERY_TITLE,
    QUERY_SPEAKER,
    QUERY_SUMMARY,
    QUERY_NOTE,
    QUERY_TOPIC,
    QUERY_TAG,
    QUERY_THEME,
    QUERY_CONFERENCE,
    QUERY_DAY,
    QUERY_BEFORE,
    QUERY_AFTER,
    QUERY_ON,
    QUERY_ROOM,
    QUERY_LANG,
    QUERY_KIND,
    QUERY_LEVEL,
    QUERY_RATING,
    QUERY_RELATED,
    QUERY_ID,
    QUERY_IS,
    QUERY_HAS,
    QUERY_IN,
    QUERY__FIELDS
};

/* Where words are looked for; bits. */
enum query_place {
    QUERY_IN_TITLE = 1,
    QUERY_IN_SPEAKERS = 2,
    QUERY_IN_TOPIC = 4,
    QUERY_IN_TAGS = 8,
    QUERY_IN_SUMMARY = 16,
    QUERY_IN_NOTES = 32,
    QUERY_IN_ALL = 63,
};
enum { QUERY__PLACES = 6 };

enum {
    QUERY_MAX_TERMS = 128,
    QUERY_MAX_WORDS = 64, /* of one value */
    QUERY_MAX_DEPTH = 16, /* of parentheses */
    QUERY_MAX_WAYS = 64,  /* see query_ways() */
};

struct query_field_info {
    const char *name;
    const char *values; /* the only values allowed, space separated; NULL: any */
    unsigned places;    /* a field of words: where they are looked for */
    bool names;         /* of words: each begins a word there, in any order */
    const char *help;
};

extern const struct query_field_info query_fields[QUERY__FIELDS];

/* The names of the places, in the order of their bits. */
extern const char *const query_place_names[QUERY__PLACES];

struct query_term {
    enum query_field field;
    bool negate;
    bool prefix;     /* of words: the last one may go on */
    unsigned places; /* of words: QUERY_IN_* bits; 0 for what is no words */
    char *text;      /* value without quotes; never empty */
    size_t column;   /* 1-based, in code points, where the term begins */
    size_t offset;   /* bytes, where the value stands in what was parsed */
};

enum query_join { QUERY_LEAF, QUERY_AND, QUERY_OR };

/* The parse tree, negations moved down to its terms. Indices into nodes, plus
 * 1; 0 is none. */
struct query_node {
    enum query_join join;
    size_t term; /* of a leaf */
    size_t first, next;
};

/* A zeroed struct is the empty query, which everything matches. */
struct query {
    struct query_term *terms;
    size_t count, cap;
    struct query_node *nodes;
    size_t node_count, node_cap;
    size_t root; /* plus 1; 0: no terms */
};

/* Parses text. With typing set the last word, unless a space or quote ends
 * it, counts as the beginning of a word, and what has only been begun (a field
 * without value, an open parenthesis, a last `or`) is no mistake. On error
 * *query is empty and err names the column and what was expected.
 * query_release() it. */
bool query_parse(struct query *query, const char *text, bool typing, struct err *err);
void query_release(struct query *query);

/* Whether the term is of words rather than a property of the talk. */
bool query_is_words(const struct query_term *term);

/* Whether positive words are there, which topics can match too; names alone mean
 * talks. */
bool query_has_text(const struct query *query);

/* The ways to match a query: lists of terms that must all hold, one of the
 * lists being enough (its disjunctive normal form). */
struct query_way {
    const struct query_term **terms; /* borrowed from the query */
    size_t count;
};
struct query_ways {
    struct query_way *items;
    size_t count;
};

/* False where there are more than QUERY_MAX_WAYS. The empty query has one,
 * without terms. query_ways_release() it. */
bool query_ways(const struct query *query, struct query_ways *ways);
void query_ways_release(struct query_ways *ways);

/* Appends the parse tree, a line a node, two blanks a level. */
void query_explain(const struct query *query, struct buf *out);

#endif
