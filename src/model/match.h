/* Finding a query's words in text, the way the full-text index sees them:
 * whole words, without case and accents, a phrase as words in a row. A word is a
 * run of letters and digits; c++ and c# are words; each character of Chinese,
 * Japanese and Korean and each pictograph is one, so that a run of them, being
 * a phrase, is found within a longer run. */
#ifndef TALKBOOK_MODEL_MATCH_H
#define TALKBOOK_MODEL_MATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "model/query.h"

struct match_term {
    uint32_t *cps; /* folded words, each ended by a 0 */
    size_t words;
    bool prefix;
};

/* The positive terms of words in a query. A zeroed struct matches nothing. */
struct matcher {
    struct match_term *terms;
    size_t count;
};

struct match_range {
    size_t off, len; /* bytes */
};

/* Takes what it needs from the query; match_release() it. */
void match_init(struct matcher *matcher, const struct query *query);
void match_release(struct matcher *matcher);

/* The next word of text from byte *at on: its bytes are *at to *end. False where
 * there is none. Marks alone are no word. */
bool match_word(const char *text, size_t len, size_t *at, size_t *end);

/* The first match that begins at or after byte `from`; false where there is
 * none. Of terms that match at one place the longest counts. */
bool match_next(const struct matcher *matcher, const char *text, size_t len, size_t from,
    struct match_range *range);

/* Appends text without case and accents, signs and blanks included. */
void match_fold(const char *text, size_t len, struct buf *out);

/* Appends the words of text, folded and with one blank between them: what the
 * full-text index holds. */
void match_add_words(const char *text, struct buf *out);

/* Whether every word of value begins a word of text: "hall c" in "Hall C". */
bool match_words(const char *value, const char *text);

/* How many of the terms text holds. */
size_t match_count_terms(const struct matcher *matcher, const char *text);

/* The passage of text with the most different terms in it, at most about `cells`
 * cells, in one sanitised line, with … where it was cut. From the beginning of text
 * where nothing matches. */
void match_excerpt(const struct matcher *matcher, const char *text, int cells, struct buf *out);

#endif
