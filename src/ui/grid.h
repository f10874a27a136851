/* The screen as cells. Views draw here; src/term shows it. */
#ifndef TALKBOOK_UI_GRID_H
#define TALKBOOK_UI_GRID_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/style.h"

enum { CELL_CODE_POINTS = 3 };

/* One cell: a base and up to two marks. The right half of a wide character
 * has width 0 and no code points. */
struct cell {
    uint32_t cp[CELL_CODE_POINTS];
    uint8_t style;  /* enum style */
    uint8_t face;   /* enum face bits */
    uint8_t width;  /* 1 or 2; 0 for a right half */
    uint8_t unused; /* zero, so that cells compare as bytes */
};

struct grid {
    int rows, cols;
    struct cell *cells;
    int cursor_row, cursor_col; /* -1: hidden */
};

/* A part of the grid. */
struct rect {
    int row, col, rows, cols;
};

/* Sizes the grid (at least 1 × 1) and empties it. */
void grid_resize(struct grid *grid, int rows, int cols);
void grid_clear(struct grid *grid);
void grid_release(struct grid *grid);

/* Writes sanitised text from (row, col) in at most `cells` cells, nothing
 * outside the grid, no half of a wide character. Returns the cells written. */
int grid_put(struct grid *grid, int row, int col, int cells, enum style style, unsigned face,
    const char *text, size_t len);

/* The same for a C string; one that does not fit ends in …. */
int grid_puts(struct grid *grid, int row, int col, int cells, enum style style, unsigned face,
    const char *text);

/* Blanks of a style from (row, col). */
void grid_fill(struct grid *grid, int row, int col, int cells, enum style style, unsigned face);

/* Adds face bits to cells that are there. */
void grid_mark(struct grid *grid, int row, int col, int cells, unsigned face);

/* The grid as text, one line a row, blanks at the end of rows left out. */
void grid_dump(const struct grid *grid, struct buf *out);

/* Writes sanitised text into the lines that end at `row`, as many as it needs, at most
 * three; the last has `room` cells, the others, which are cleared, `cols`. It is broken
 * between words where there is room enough for that; what does not fit ends in …. */
void grid_puts_up(struct grid *grid, int row, int col, int cols, int room, enum style style,
    const char *text);

#endif
