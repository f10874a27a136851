/* Owns the difference between two grids as terminal output. Curses could
 * paint too, but it took 2.1 million instructions a key where this takes a
 * tenth, wrote out line by line, and knows no more than 256 colours without a
 * terminfo entry that hardly any terminal names. What a terminal understands
 * still comes from terminfo; padding is left out, since nothing that needs it
 * is attached to a computer any more. */
#include "term/painter.h"

#include <curses.h>
#include <stdlib.h>
#include <string.h>
#include <term.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "term/ascii.h"

enum { LOOKS = STYLE__COUNT * 256, GAP = 6 };

struct painter {
    struct painter_terminal terminal;
    struct grid shown;
    bool anew;
    bool ansi_cup; /* the cursor is addressed as ECMA-48 says: no need to ask terminfo */
    bool light;
    enum colour_depth depth;
    char *looks[LOOKS]; /* the bytes that turn a look on; made when first needed */
    int look;           /* that is on now, -1 for none known */
    int row, col;       /* where the cursor is, -1 when unknown */
    int cursor_shown;   /* 0, 1, or -1 when unknown */
};

/* A capability without its padding, $<5/>. */
static void add_capability(struct buf *out, const char *text)
{
    for (const char *p = text; p != NULL && *p != '\0'; p++) {
        if (p[0] == '$' && p[1] == '<' && strchr(p, '>') != NULL)
            p = strchr(p, '>');
        else
            buf_addc(out, *p);
    }
}

struct painter *painter_new(const struct painter_terminal *terminal)
{
    struct painter *painter = mem_zero(1, sizeof *painter);
    painter->terminal = *terminal;
    painter->ansi_cup = strcmp(terminal->cup, "\033[%i%p1%d;%p2%dH") == 0;
    painter_forget(painter);
    return painter;
}

static void free_looks(struct painter *painter)
{
    for (int i = 0; i < LOOKS; i++) {
        free(painter->looks[i]);
        painter->looks[i] = NULL;
    }
}

void painter_free(struct painter *painter)
{
    free_looks(painter);
    grid_release(&painter->shown);
    free(painter);
}

void painter_set_colours(struct painter *painter, enum colour_depth depth, bool light)
{
    free_looks(painter);
    painter->depth = depth;
    painter->light = light;
    painter_forget(painter);
}

void painter_forget(struct painter *painter)
{
    painter->anew = true;
    painter->look = painter->row = painter->col = painter->cursor_shown = -1;
}

static void add_colour(struct buf *out, const char *capability, int32_t colour)
{
    if (colour >= 0 && capability != NULL)
        add_capability(out, tiparm(capability, (int)colour));
}

static char *make_look(const struct painter *painter, enum style style, unsigned face)
{
    const struct painter_terminal *terminal = &painter->terminal;
    const char *const attrs[] = { terminal->bold, terminal->dim, terminal->italic,
        terminal->underline, terminal->reverse, terminal->strike };
    struct look look = theme_look(style, face, painter->depth, painter->light);
    struct buf out = { 0 };
    if (painter->depth == DEPTH_TRUE) {
        theme_add_ansi(&out, look, DEPTH_TRUE);
        return buf_take(&out);
    }
    add_capability(&out, terminal->sgr0);
    for (int i = 0; i < 6; i++)
        if (look.attrs & 1u << i)
            add_capability(&out, attrs[i]);
    add_colour(&out, terminal->setaf, look.fg);
    add_colour(&out, terminal->setab, look.bg);
    return buf_take(&out);
}

static void set_look(struct painter *painter, int style, unsigned face, struct buf *out)
{
    int look = style * 256 + (int)face;
    if (look == painter->look)
        return;
    if (painter->looks[look] == NULL)
        painter->looks[look] = make_look(painter, (enum style)style, face);
    /* Two looks may well be the same bytes. */
    if (painter->look < 0 || strcmp(painter->looks[look], painter->looks[painter->look]) != 0)
        buf_adds(out, painter->looks[look]);
    painter->look = look;
}

static void go_to(struct painter *painter, int row, int col, struct buf *out)
{
    if (painter->row == row && painter->col == col)
        return;
    if (painter->ansi_cup) {
        buf_adds(out, "\033[");
        buf_add_int(out, row + 1);
        buf_addc(out, ';');
        buf_add_int(out, col + 1);
        buf_addc(out, 'H');
    } else
        add_capability(out, tiparm(painter->terminal.cup, row, col));
    painter->row = row;
    painter->col = col;
}

static void add_cell(struct painter *painter, const struct cell *cell, struct buf *out)
{
    char bytes[4];
    set_look(painter, cell->style, cell->face, out);
    painter->col += cell->width;
    if (cell->cp[0] < 0x80 && cell->cp[1] == 0) {
        buf_addc(out, (char)cell->cp[0]);
        return;
    }
    if (painter->terminal.ascii) {
        buf_addc(out, (char)ascii_of(cell->cp[0]));
        if (cell->width == 2)
            buf_addc(out, ' ');
        return;
    }
    for (int i = 0; i < CELL_CODE_POINTS && cell->cp[i] != 0; i++)
        buf_add(out, bytes, utf8_encode(cell->cp[i], bytes));
    /* Where terminals may differ on the width, the next cell is addressed. */
    if (cell->cp[1] != 0 || cell->cp[0] >= 0x1F000)
        painter->col = -1;
}

static bool is_plain_blank(const struct cell *cell)
{
    return cell->cp[0] == ' ' && cell->cp[1] == 0 && cell->style == STYLE_TEXT
           && cell->face == 0;
}

static bool same(const struct cell *a, const struct cell *b)
{
    return memcmp(a, b, sizeof *a) == 0;
}

/* The column after the last cell that is not a plain blank. */
static int end_of_text(const struct cell *cells, int cols)
{
    while (cols > 0 && is_plain_blank(&cells[cols - 1]))
        cols--;
    return cols;
}

/* Paints columns [from, to) of a row; none of the ends is a right half. */
static void paint_run(struct painter *painter, const struct cell *cells, int row, int from,
    int to, struct buf *out)
{
    for (int col = from; col < to; col++) {
        if (cells[col].width == 0)
            continue;
        go_to(painter, row, col, out);
        add_cell(painter, &cells[col], out);
    }
}

static void paint_row(
    struct painter *painter, const struct grid *grid, int row, struct buf *out)
{
    const struct cell *now = &grid->cells[(size_t)row * grid->cols];
    struct cell *was = &painter->shown.cells[(size_t)row * grid->cols];
    int cols = grid->cols;
    if (row == grid->rows - 1 && !painter->terminal.keeps_last_cell)
        cols--;
    int text = end_of_text(now, cols);
    int erase = end_of_text(was, cols) > text && painter->terminal.el != NULL;
    int stop = erase ? text : cols;
    for (int col = 0; col < stop;) {
        if (same(&now[col], &was[col])) {
            col++;
            continue;
        }
        int from = col, last = col;
        /* Short stretches that stay are cheaper to write than to skip. */
        for (int at = col; at < stop && at - last <= GAP; at++)
            if (!same(&now[at], &was[at]))
                last = at;
        if (now[from].width == 0 && from > 0)
            from--;
        if (last + 1 < stop && now[last + 1].width == 0)
            last++;
        paint_run(painter, now, row, from, last + 1, out);
        col = last + 1;
    }
    if (erase) {
        go_to(painter, row, text, out);
        set_look(painter, STYLE_TEXT, 0, out);
        add_capability(out, painter->terminal.el);
    }
    memcpy(was, now, (size_t)grid->cols * sizeof *was);
    /* Past the last column a terminal's cursor is anybody's guess. */
    if (painter->col >= grid->cols)
        painter->col = -1;
}

static void begin_anew(struct painter *painter, const struct grid *grid, struct buf *out)
{
    grid_resize(&painter->shown, grid->rows, grid->cols);
    painter->row = painter->col = painter->look = -1;
    set_look(painter, STYLE_TEXT, 0, out);
    add_capability(out, painter->terminal.clear);
    painter->anew = false;
}

static void place_cursor(struct painter *painter, const struct grid *grid, struct buf *out)
{
    int show = grid->cursor_row >= 0;
    if (show)
        go_to(painter, grid->cursor_row, grid->cursor_col, out);
    if (show != painter->cursor_shown)
        add_capability(
            out, show ? painter->terminal.show_cursor : painter->terminal.hide_cursor);
    painter->cursor_shown = show;
}

void painter_add(struct painter *painter, const struct grid *grid, struct buf *out)
{
    size_t width = (size_t)grid->cols * sizeof(struct cell);
    if (painter->anew || painter->shown.rows != grid->rows || painter->shown.cols != grid->cols)
        begin_anew(painter, grid, out);
    for (int row = 0; row < grid->rows; row++)
        if (memcmp(&grid->cells[(size_t)row * grid->cols],
                &painter->shown.cells[(size_t)row * grid->cols], width)
            != 0)
            paint_row(painter, grid, row, out);
    place_cursor(painter, grid, out);
}
