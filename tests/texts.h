/* Random texts of few different lines, for what compares and merges texts. */
#ifndef TALKBOOK_TESTS_TEXTS_H
#define TALKBOOK_TESTS_TEXTS_H

#include <stdint.h>

#include "model/diff.h"

/* A buffer's bytes, borrowed. */
struct diff_text text_of(const struct buf *buf);

/* At most `most` lines out of `kinds` kinds (at most 26); the last may lack its newline. */
void text_add_random(struct buf *out, uint64_t *random, uint32_t most, uint32_t kinds);

/* Removes, replaces and adds up to `edits` lines of text at random places. */
void text_add_edited(
    struct buf *out, struct diff_text text, uint64_t *random, uint32_t edits, uint32_t kinds);

/* a with the hunks' lines replaced by b's. */
void text_add_applied(struct buf *out, const struct diff *diff);

#endif
