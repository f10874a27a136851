/* The query language: what a person types at / and after `talkbook search`.
 *
 *   word  "a phrase"  pre*  -without  field:value  field:"two words"
 *
 * Terms are joined by and. A field is one of query_fields[]; a word before a
 * colon that names no field is an ordinary word. */
#ifndef TALKBOOK_MODEL_QUERY_H
#define TALKBOOK_MODEL_QUERY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

enum query_field {
    QUERY_TEXT, /* a word or phrase, anywhere or where in: says */
    QUERY_THEME,
    QUERY_TOPIC,
    QUERY_SPEAKER,
    QUERY_DAY,
    QUERY_ROOM,
    QUERY_LANG,
    QUERY_KIND,
    QUERY_LEVEL,
    QUERY_TAG,
    QUERY_IS,
    QUERY_HAS,
    QUERY_IN,
    QUERY__FIELDS
};

/* Where text terms are looked for; bits. */
enum query_place {
    QUERY_IN_TITLE = 1,
    QUERY_IN_SPEAKERS = 2,
    QUERY_IN_TOPIC = 4,
    QUERY_IN_TAGS = 8,
    QUERY_IN_SUMMARY = 16,
    QUERY_IN_NOTES = 32,
    QUERY_IN_ALL = 63,
};

struct query_field_info {
    const char *name;
    const char *values; /* the only values allowed, space separated; NULL: any */
    const char *help;
};

extern const struct query_field_info query_fields[QUERY__FIELDS];

struct query_term {
    enum query_field field;
    bool negate;
    bool prefix;   /* text: the last word may go on */
    char *text;    /* value without quotes; never empty */
    size_t column; /* 1-based, in code points, where the term begins */
};

/* A zeroed struct is the empty query, which everything matches. */
struct query {
    struct query_term *terms;
    size_t count, cap;
    unsigned places; /* QUERY_IN_* bits for the text terms */
};

/* Parses text. With typing set the last word, unless a space or quote ends
 * it, counts as the beginning of a word, and a field whose value has not been
 * typed yet is left out. On error *query is empty and err names the column and
 * what was expected. query_release() it. */
bool query_parse(struct query *query, const char *text, bool typing, struct err *err);

/* Whether a positive text term is there (so that hits can be ranked). */
bool query_has_text(const struct query *query);

void query_release(struct query *query);

#endif
