/* Owns the cells. Must not know curses or what is drawn. */
#include "ui/grid.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"

static const struct cell blank = { .cp = { ' ' }, .style = STYLE_TEXT, .width = 1 };

void grid_clear(struct grid *grid)
{
    for (int i = 0; i < grid->rows * grid->cols; i++)
        grid->cells[i] = blank;
    grid->cursor_row = grid->cursor_col = -1;
}

void grid_resize(struct grid *grid, int rows, int cols)
{
    rows = rows < 1 ? 1 : rows;
    cols = cols < 1 ? 1 : cols;
    if (rows != grid->rows || cols != grid->cols)
        grid->cells =
            mem_resize(grid->cells, (size_t)rows * (size_t)cols, sizeof grid->cells[0]);
    grid->rows = rows;
    grid->cols = cols;
    grid_clear(grid);
}

void grid_release(struct grid *grid)
{
    free(grid->cells);
    *grid = (struct grid){ 0 };
}

static void set_cell(
    struct cell *cell, const char *text, size_t len, int width, enum style style, unsigned face)
{
    *cell = (struct cell){
        .style = (uint8_t)style, .face = (uint8_t)face, .width = (uint8_t)width
    };
    for (size_t at = 0, i = 0; at < len && i < CELL_CODE_POINTS; i++)
        at += utf8_decode(text + at, len - at, &cell->cp[i]);
    if (width == 2)
        cell[1] = (struct cell){ .style = (uint8_t)style, .face = (uint8_t)face };
}

/* Writing from col on, before col + used: no half of a wide character that
 * stood across either edge remains. */
static void drop_halves(struct cell *row, int cols, int col, int used)
{
    if (used > 0 && col > 0 && row[col - 1].width == 2)
        row[col - 1] = (struct cell){
            .cp = { ' ' }, .style = row[col - 1].style, .face = row[col - 1].face, .width = 1
        };
    if (used > 0 && col + used < cols && row[col + used].width == 0)
        row[col + used] = (struct cell){ .cp = { ' ' },
            .style = row[col + used].style,
            .face = row[col + used].face,
            .width = 1 };
}

int grid_put(struct grid *grid, int row, int col, int cells, enum style style, unsigned face,
    const char *text, size_t len)
{
    int used = 0;
    if (row < 0 || row >= grid->rows || col < 0 || col >= grid->cols)
        return 0;
    if (cells > grid->cols - col)
        cells = grid->cols - col;
    struct cell *cell = &grid->cells[row * grid->cols + col];
    for (size_t at = 0; at < len && used < cells;) {
        int width = 1;
        size_t bytes = 1;
        unsigned char next = at + 1 < len ? (unsigned char)text[at + 1] : 0;
        if ((unsigned char)text[at] < 0x80 && next < 0x80)
            cell[used] = (struct cell){ .cp = { (unsigned char)text[at] },
                .style = (uint8_t)style,
                .face = (uint8_t)face,
                .width = 1 };
        else {
            bytes = utf8_next_cell(text + at, len - at, &width);
            if (used + width > cells)
                break;
            if (width > 0)
                set_cell(&cell[used], text + at, bytes, width, style, face);
        }
        used += width;
        at += bytes;
    }
    drop_halves(&grid->cells[(size_t)row * grid->cols], grid->cols, col, used);
    return used;
}

int grid_puts(struct grid *grid, int row, int col, int cells, enum style style, unsigned face,
    const char *text)
{
    size_t len = strlen(text);
    if (cells <= 0)
        return 0;
    if (utf8_cells(text, len) <= cells)
        return grid_put(grid, row, col, cells, style, face, text, len);
    int used = grid_put(grid, row, col, cells - 1, style, face, text, len);
    return used + grid_put(grid, row, col + used, 1, style, face, "…", strlen("…"));
}

void grid_fill(struct grid *grid, int row, int col, int cells, enum style style, unsigned face)
{
    struct cell fill = blank;
    fill.style = (uint8_t)style;
    fill.face = (uint8_t)face;
    for (int i = col < 0 ? 0 : col;
         row >= 0 && row < grid->rows && i < col + cells && i < grid->cols; i++)
        grid->cells[row * grid->cols + i] = fill;
}

void grid_mark(struct grid *grid, int row, int col, int cells, unsigned face)
{
    if (row < 0 || row >= grid->rows)
        return;
    for (int i = col < 0 ? 0 : col; i < col + cells && i < grid->cols; i++)
        grid->cells[row * grid->cols + i].face |= (uint8_t)face;
}

void grid_dump(const struct grid *grid, struct buf *out)
{
    for (int row = 0; row < grid->rows; row++) {
        size_t kept = out->len;
        for (int col = 0; col < grid->cols; col++) {
            const struct cell *cell = &grid->cells[row * grid->cols + col];
            for (int i = 0; cell->width > 0 && i < CELL_CODE_POINTS && cell->cp[i] != 0; i++) {
                char bytes[4];
                buf_add(out, bytes, utf8_encode(cell->cp[i], bytes));
            }
            if (cell->cp[0] != ' ' && cell->width > 0)
                kept = out->len;
        }
        if (out->len > kept)
            buf_remove(out, kept, out->len - kept);
        buf_addc(out, '\n');
    }
}

/* The bytes that go into a line where the rest has `room` cells: up to a blank, where the
 * rest has room enough then. */
static size_t line_len(const char *text, int cols, int room)
{
    size_t len = strlen(text), most = utf8_fit(text, len, cols), at = most;
    if (most == len)
        return len;
    while (at > 0 && text[at - 1] != ' ')
        at--;
    return at > 0 && utf8_cells(text + at, len - at) <= room ? at : most;
}

void grid_puts_up(
    struct grid *grid, int row, int col, int cols, int room, enum style style, const char *text)
{
    enum { ROWS_MAX = 3 };
    int cells = utf8_cells(text, strlen(text)), above = 0;
    while (above + 1 < ROWS_MAX && above < row && cells > above * cols + room)
        above++;
    for (; above > 0; above--) {
        size_t len = line_len(text, cols, (above - 1) * cols + room);
        grid_fill(grid, row - above, col, cols, STYLE_TEXT, 0);
        grid_put(grid, row - above, col, cols, style, 0, text, len);
        text += len;
    }
    grid_puts(grid, row, col, room, style, 0, text);
}
