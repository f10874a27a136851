/* Owns how a table looks: a grid whose cells wrap, or, where columns would
 * become too narrow to read, a block of "head: cell" lines for every row.
 * Must not know how tables are written. */
#include "md/layout.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "md/wrap.h"

enum {
    BETWEEN = 3,     /* cells of " │ " */
    NARROW_WORD = 9, /* a column wants its longest word whole, up to this */
    LONG_HEAD = 20,  /* cells of a head that is said again for every row */
};

/* A column on the screen and the cell of it that is being shown. */
struct column {
    int cells, want;
    struct wrap wrap;
    struct md_cursor cursor;
};

struct grid {
    struct md_layout *layout;
    const struct md_table *table;
    const struct md_column *of; /* the document's columns */
    struct column *columns;
    bool ruled; /* some row takes several lines: rules part the rows */
};

static int smaller(int a, int b)
{
    return a < b ? a : b;
}

/* What a column must at least have. */
static int least(const struct md_column *column)
{
    int word = smaller(column->word, NARROW_WORD);
    return word > 1 ? word : 1;
}

/* Shares `rest` cells out among the columns that want more: everybody gets as
 * much, and what somebody doesn't need goes to the others. Returns what nobody
 * wanted. */
static int share(struct grid *grid, int rest)
{
    size_t wanting;
    do {
        wanting = 0;
        for (size_t i = 0; i < grid->table->columns; i++)
            wanting += grid->columns[i].want > grid->columns[i].cells;
        int each = wanting > 0 ? rest / (int)wanting : 0;
        for (size_t i = 0; i < grid->table->columns; i++) {
            struct column *column = &grid->columns[i];
            int lacks = column->want > column->cells ? column->want - column->cells : 0;
            int more = smaller(smaller(lacks, each > 0 ? each : 1), rest);
            column->cells += more;
            rest -= more;
        }
    } while (wanting > 0 && rest > 0);
    return rest;
}

/* Gives every column the least it needs and returns what is left of the line,
 * or -1 where the columns are too many. */
static int give_least(struct grid *grid)
{
    size_t count = grid->table->columns;
    int rest = layout_room(grid->layout);
    if (count > (size_t)rest)
        return -1;
    rest -= BETWEEN * ((int)count - 1);
    for (size_t i = 0; i < count && rest >= 0; i++) {
        grid->columns[i].cells = least(&grid->of[i]);
        rest -= grid->columns[i].cells;
    }
    return rest < 0 ? -1 : rest;
}

/* Gives the columns their widths, false where they are too many: first so that
 * words are whole, then so that lines are. */
static bool fit_columns(struct grid *grid)
{
    size_t count = grid->table->columns;
    int rest = give_least(grid), third = layout_room(grid->layout) / 3;
    if (rest < 0)
        return false;
    for (size_t i = 0; i < count; i++)
        grid->columns[i].want = smaller(grid->of[i].word, third);
    rest = share(grid, rest);
    for (size_t i = 0; i < count; i++)
        grid->columns[i].want = grid->of[i].line;
    share(grid, rest);
    for (size_t i = 0; i < count; i++)
        grid->ruled |= grid->of[i].line > grid->columns[i].cells;
    return true;
}

static const struct md_row *row_at(const struct grid *grid, size_t index)
{
    return &grid->layout->doc->rows[grid->table->row + index];
}

static void begin_cell(struct grid *grid, struct column *column, const struct md_piece *piece)
{
    const struct md_rich *rich = &grid->layout->doc->rich;
    column->wrap = (struct wrap){ 0 };
    if (piece == NULL || piece->len == 0)
        return;
    column->cursor = cursor_at(rich, piece);
    column->wrap = (struct wrap){
        .text = rich->text.data, .at = piece->off, .end = piece->off + piece->len
    };
}

/* One line of one cell, filled up to its column's width; nothing is filled up
 * at the end of a line. */
static void add_cell_line(struct grid *grid, size_t index, const struct wrap_line *line)
{
    struct column *column = &grid->columns[index];
    int blanks = column->cells - line->cells, before = 0;
    bool last = index + 1 == grid->table->columns;
    if (grid->of[index].align == MD_RIGHT)
        before = blanks;
    else if (grid->of[index].align == MD_CENTRE)
        before = blanks / 2;
    if (last && line->cells == 0)
        return;
    md_lines_add_blanks(grid->layout->lines, before);
    layout_text(grid->layout, &column->cursor, line->from, line->to, line->cells);
    md_lines_add_blanks(grid->layout->lines, last ? 0 : blanks - before);
}

static void add_row_line(struct grid *grid)
{
    layout_begin(grid->layout);
    for (size_t i = 0; i < grid->table->columns; i++) {
        struct column *column = &grid->columns[i];
        struct wrap_line line = { 0 };
        if (wrap_more(&column->wrap))
            wrap_next(&column->wrap, column->cells, &line);
        bool trailing = i + 1 == grid->table->columns && line.cells == 0;
        if (i > 0)
            md_lines_add(grid->layout->lines, STYLE_TABLE, 0, 0, " │ ", trailing ? 4 : 5);
        add_cell_line(grid, i, &line);
    }
    md_lines_end(grid->layout->lines);
}

static bool row_goes_on(struct grid *grid)
{
    for (size_t i = 0; i < grid->table->columns; i++)
        if (wrap_more(&grid->columns[i].wrap))
            return true;
    return false;
}

static void add_row(struct grid *grid, const struct md_row *row)
{
    const struct md_piece *cells = &grid->layout->doc->cells[row->cell];
    for (size_t i = 0; i < grid->table->columns; i++)
        begin_cell(grid, &grid->columns[i], i < row->count ? &cells[i] : NULL);
    do
        add_row_line(grid);
    while (row_goes_on(grid));
}

static void add_grid_rule(struct grid *grid, const char *line, const char *cross)
{
    layout_begin(grid->layout);
    for (size_t i = 0; i < grid->table->columns; i++) {
        if (i > 0)
            layout_repeat(grid->layout, STYLE_TABLE, cross, 1);
        int outer = (i > 0) + (i + 1 < grid->table->columns);
        layout_repeat(grid->layout, STYLE_TABLE, line, grid->columns[i].cells + outer);
    }
    md_lines_end(grid->layout->lines);
}

static void add_grid(struct grid *grid)
{
    if (row_at(grid, 0)->count > 0) {
        add_row(grid, row_at(grid, 0));
        add_grid_rule(grid, "─", "┼");
    }
    for (size_t i = 1; i < grid->table->rows; i++) {
        if (i > 1 && grid->ruled)
            add_grid_rule(grid, "┈", "┼");
        add_row(grid, row_at(grid, i));
    }
}

/* Adds a piece from the line being built on; its further lines stand `indent`
 * in. `used` cells of the line are taken. Leaves the last line open. */
static int add_open_piece(
    struct md_layout *layout, const struct md_piece *piece, int used, int indent)
{
    struct md_cursor cursor = cursor_at(&layout->doc->rich, piece);
    struct wrap wrap = {
        .text = layout->doc->rich.text.data, .at = piece->off, .end = piece->off + piece->len
    };
    struct wrap_line line;
    int room = layout_room(layout);
    while (piece->len > 0 && wrap_more(&wrap)) {
        if (wrap.at > piece->off || used >= room) {
            md_lines_end(layout->lines);
            layout_begin(layout);
            md_lines_add_blanks(layout->lines, indent);
            used = indent;
        }
        wrap_next(&wrap, room - used, &line);
        layout_text(layout, &cursor, line.from, line.to, line.cells);
        used += line.cells;
    }
    return used;
}

/* A head as it is shown again: a long one is cut, or a large table with a long
 * head would ask for its product. */
static struct md_piece shorten(const struct md_layout *layout, struct md_piece head)
{
    const char *text = layout->doc->rich.text.data + head.off;
    size_t fits = utf8_fit(text, head.len, LONG_HEAD);
    if (fits < head.len)
        head.len = utf8_fit(text, head.len, LONG_HEAD - 1);
    return head;
}

/* "head: cell"; again: the head was shown already. */
static void add_pair(
    struct grid *grid, const struct md_piece *head, const struct md_piece *cell, bool again)
{
    struct md_layout *layout = grid->layout;
    int room = layout_room(layout), indent = room >= 8 ? 2 : 0;
    struct md_piece shown = again ? shorten(layout, *head) : *head;
    layout_begin(layout);
    int used = add_open_piece(layout, &shown, 0, indent);
    if (shown.len < head->len && used < room) {
        md_lines_add_cells(layout->lines, STYLE_TABLE, 0, 0, "…", strlen("…"), 1);
        used++;
    }
    if (head->len > 0 && used < room) {
        md_lines_add_cells(layout->lines, STYLE_TABLE, 0, 0, ":", 1, 1);
        used++;
    }
    if (cell != NULL && cell->len > 0) {
        int line, word;
        wrap_measure(layout->doc->rich.text.data + cell->off, cell->len, &line, &word);
        bool beside = used + 1 + smaller(word, room / 2) <= room;
        if (head->len > 0 && beside)
            md_lines_add_blanks(layout->lines, 1);
        add_open_piece(layout, cell, beside ? used + (head->len > 0) : room, indent);
    }
    md_lines_end(layout->lines);
}

static void add_pairs(struct grid *grid, const struct md_row *row, bool again)
{
    static const struct md_piece nothing;
    const struct md_row *head = row_at(grid, 0);
    const struct md_piece *cells = grid->layout->doc->cells;
    for (size_t i = 0; i < row->count; i++) {
        const struct md_piece *cell = &cells[row->cell + i];
        if (cell->len > 0)
            add_pair(grid, i < head->count ? &cells[head->cell + i] : &nothing, cell, again);
    }
}

static void add_record_rule(struct grid *grid)
{
    layout_begin(grid->layout);
    layout_repeat(grid->layout, STYLE_TABLE, "┈", smaller(layout_room(grid->layout), 12));
    md_lines_end(grid->layout->lines);
}

static void add_records(struct grid *grid)
{
    const struct md_row *head = row_at(grid, 0);
    const struct md_piece *cells = &grid->layout->doc->cells[head->cell];
    for (size_t i = 0; grid->table->rows == 1 && i < head->count; i++)
        add_pair(grid, &cells[i], NULL, false);
    for (size_t i = 1; i < grid->table->rows; i++) {
        if (i > 1)
            add_record_rule(grid);
        add_pairs(grid, row_at(grid, i), i > 1);
    }
}

void layout_table(struct md_layout *layout, const struct md_table *table)
{
    struct grid grid = { .layout = layout,
        .table = table,
        .of = &layout->doc->columns[table->column],
        .columns = mem_zero(table->columns, sizeof *grid.columns) };
    layout_lead(layout);
    if (fit_columns(&grid))
        add_grid(&grid);
    else
        add_records(&grid);
    free(grid.columns);
}
