/* The fewest changes between two short rows of numbers. */
#ifndef TALKBOOK_MODEL_DIFF_GAP_H
#define TALKBOOK_MODEL_DIFF_GAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One side: numbers that stand for lines, and which of the lines are changed (1). */
struct diff_row {
    const uint32_t *ids;
    unsigned char *changed;
    size_t count;
};

/* Marks the fewest numbers to remove from a and to add from b. False, with nothing
 * marked, where they are more than some hundred or *work, from which the steps taken
 * are subtracted, is used up. */
bool diff_gap(struct diff_row a, struct diff_row b, size_t *work);

#endif
