/* Matching by scattered letters: whether a text has a needle's letters in their
 * order, how well, and where.
 *
 * The score is fzy's (John Hawthorn, github.com/jhawthorn/fzy, ALGORITHM.md): of
 * all ways to place the letters the best one counts, where a letter earns by
 * what stands before it (a word's beginning, a slash, a dot, a capital after a
 * small letter) or by following the letter before it, and each byte left out
 * costs a little. As Gotoh did for sequences, two values are kept: the best score
 * that ends in a match at a place, and the best up to that place. Here a word
 * begins after anything that is in no word, not only after blank, - and _.
 *
 * Only the places where a letter stands are looked at, in two passes over them
 * per letter. Cost: a text counts up to FUZZY_TEXT_MAX bytes, a longer needle than
 * FUZZY_NEEDLE_MAX matches nothing, and where there are more than FUZZY_PLACES_MAX
 * places (32 equal letters within 63) the leftmost alone are scored. */
#ifndef TALKBOOK_MODEL_FUZZY_H
#define TALKBOOK_MODEL_FUZZY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

enum { FUZZY_TEXT_MAX = 512, FUZZY_NEEDLE_MAX = 128, FUZZY_PLACES_MAX = 1024 };

/* Weights in 1/200 of fzy's unit, so that all are whole. */
enum fuzzy_weight {
    FUZZY_CONSECUTIVE = 200,
    FUZZY_SLASH = 180, /* also at the very beginning */
    FUZZY_WORD = 160,
    FUZZY_CAPITAL = 140,
    FUZZY_DOT = 120,
    FUZZY_LEADING = -1, /* a byte before the first letter; */
    FUZZY_TRAILING = -1,
    FUZZY_INNER = -2,
    FUZZY_NONE = -1000000, /* no match */
};

/* Appends text as the functions below take it: folded UTF-8 without combining
 * marks, where an ASCII letter that was a capital after a small one stays a
 * capital. At most FUZZY_TEXT_MAX bytes, whole characters. origin, unless NULL,
 * gets the byte offset in text of each byte appended. Returns their count. */
size_t fuzzy_add_text(const char *text, struct buf *out, size_t *origin);

/* Appends a needle: folded, all in small letters, runs of blanks as one, none at
 * the ends. */
void fuzzy_add_needle(const char *text, struct buf *out);

/* What was appended, and its characters as bits: a text that lacks one of the
 * needle's cannot match it. */
struct fuzzy_text {
    const char *text; /* borrowed */
    size_t len;
    uint64_t mask;
};
struct fuzzy_text fuzzy_text_of(const char *text, size_t len);

/* The score, FUZZY_NONE where a letter is missing; an empty needle has 0. */
int fuzzy_score(const struct fuzzy_text *needle, const struct fuzzy_text *text);

/* Where the needle's characters stand as they were scored: ascending offsets into
 * text, FUZZY_NEEDLE_MAX at most. Returns their count, 0 where one is missing. */
size_t fuzzy_places(
    const struct fuzzy_text *needle, const struct fuzzy_text *text, uint16_t *places);

/* No text scores more for a needle of n > 0 bytes. */
static inline int fuzzy_best_score(size_t n)
{
    return FUZZY_SLASH + (int)(n - 1) * FUZZY_CONSECUTIVE;
}

#endif
