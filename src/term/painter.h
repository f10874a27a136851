/* From a grid to the bytes that make a terminal show it. */
#ifndef TALKBOOK_TERM_PAINTER_H
#define TALKBOOK_TERM_PAINTER_H

#include <stdbool.h>

#include "base/buf.h"
#include "ui/grid.h"
#include "ui/theme.h"

/* What the terminal understands; terminfo strings, borrowed, NULL where absent. */
struct painter_terminal {
    const char *cup, *clear, *el, *sgr0;
    const char *bold, *dim, *italic, *underline, *reverse, *strike;
    const char *setaf, *setab;
    const char *show_cursor, *hide_cursor;
    bool keeps_last_cell; /* writing the last cell of all does not scroll */
    bool ascii;           /* the locale is not UTF-8 */
};

struct painter;

struct painter *painter_new(const struct painter_terminal *terminal);
void painter_free(struct painter *painter);

/* Colours from now on; everything is painted anew. */
void painter_set_colours(struct painter *painter, enum colour_depth depth, bool light);

/* The screen's contents are no longer what was painted last. */
void painter_forget(struct painter *painter);

/* Appends the bytes that turn the screen as painted last into grid; none
 * where nothing differs. */
void painter_add(struct painter *painter, const struct grid *grid, struct buf *out);

#endif
