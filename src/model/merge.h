/* Joining what two places made of one text. */
#ifndef TALKBOOK_MODEL_MERGE_H
#define TALKBOOK_MODEL_MERGE_H

#include <stdbool.h>

#include "model/diff.h"

/* Takes the changes from base to ours and those from base to theirs, line by line; the
 * order of the two does not matter. The same change on both sides is taken once.
 * Changes collide that touch one line of base or add something at one point of it;
 * changes to neighbouring lines do not. A newline at the very end counts for itself:
 * that one side added or removed it collides with nothing.
 * True with *merged, which the caller frees (its length in *len where len is not NULL),
 * where nothing collides; else false with NULL, and both texts should be kept. */
bool merge3(struct diff_text base, struct diff_text ours, struct diff_text theirs,
    char **merged, size_t *len);

#endif
