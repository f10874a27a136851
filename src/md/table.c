/* Owns the reading of pipe tables. Must not know how they are laid out.
 * cmark leaves a table as a paragraph, so that its inline text is parsed. */
#include "md/table.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "md/wrap.h"

static bool is_line_end(char c)
{
    return c == MD_SOFT || c == MD_HARD;
}

static bool is_blank(char c)
{
    return c == ' ' || c == MD_BR;
}

static bool is_likely(const struct buf *text)
{
    return memchr(buf_text(text), '|', text->len) != NULL
           && memchr(buf_text(text), '-', text->len) != NULL
           && (memchr(buf_text(text), MD_SOFT, text->len) != NULL
               || memchr(buf_text(text), MD_HARD, text->len) != NULL);
}

/* The bytes of a source line, without its end. */
static size_t source_line(struct md_source *source, size_t line, const char **text)
{
    while (source->line < line && source->off < source->len) {
        const char *end = memchr(source->text + source->off, '\n', source->len - source->off);
        source->off = end != NULL ? (size_t)(end - source->text) + 1 : source->len;
        source->line++;
    }
    *text = source->text + source->off;
    const char *end = memchr(*text, '\n', source->len - source->off);
    return end != NULL ? (size_t)(end - *text) : source->len - source->off;
}

static size_t count_pipes(const char *text, size_t len)
{
    size_t count = 0;
    for (size_t i = 0; i < len; i++)
        count += text[i] == '|';
    return count;
}

/* Byte after the next pipe of raw; whether a backslash stands before it. */
static size_t next_raw_pipe(const char *raw, size_t at, bool *escaped)
{
    *escaped = false;
    while (raw[at] != '|') {
        *escaped = raw[at] == '\\' && !*escaped;
        at++;
    }
    return at + 1;
}

static void add_pipe(struct md_table_scan *scan, size_t at)
{
    scan->pipes =
        mem_grow(scan->pipes, &scan->pipe_cap, scan->pipe_count + 1, sizeof *scan->pipes);
    scan->pipes[scan->pipe_count++] = at;
}

/* Notes the line's pipes that part cells: outside of code, and not escaped in
 * the source. "\|" and "|" look alike in the tree, so the two are compared
 * where they hold equally many pipes. */
static void find_pipes(struct md_table_scan *scan, struct md_table_line *line,
    struct md_cursor *cursor, const char *raw, size_t raw_len)
{
    const char *text = cursor->rich->text.data;
    bool comparable =
        count_pipes(raw, raw_len) == count_pipes(text + line->from, line->to - line->from);
    size_t raw_at = 0;
    line->pipe = scan->pipe_count;
    for (size_t at = line->from; at < line->to; at++) {
        const struct md_run *look;
        bool escaped = false;
        if (text[at] != '|')
            continue;
        if (comparable)
            raw_at = next_raw_pipe(raw, raw_at, &escaped);
        cursor_next(cursor, at, line->to, &look);
        if (!escaped && look->style != STYLE_CODE)
            add_pipe(scan, at);
    }
    line->pipes = scan->pipe_count - line->pipe;
}

/* Takes the blanks and the outer pipes off a line. */
static void trim_line(
    const struct md_table_scan *scan, const char *text, struct md_table_line *line)
{
    while (line->from < line->to && is_blank(text[line->from]))
        line->from++;
    while (line->from < line->to && is_blank(text[line->to - 1]))
        line->to--;
    if (line->pipes > 0 && scan->pipes[line->pipe] == line->from) {
        line->from++;
        line->pipe++;
        line->pipes--;
    }
    if (line->pipes > 0 && scan->pipes[line->pipe + line->pipes - 1] == line->to - 1) {
        line->to--;
        line->pipes--;
    }
}

static void add_line(struct md_table_scan *scan, size_t from, size_t to)
{
    scan->lines = mem_grow(scan->lines, &scan->cap, scan->count + 1, sizeof *scan->lines);
    scan->lines[scan->count++] = (struct md_table_line){ .from = from, .to = to };
}

static void split_lines(struct md_table_scan *scan, const struct buf *text)
{
    size_t from = 0;
    scan->count = scan->pipe_count = 0;
    for (size_t at = 0; at < text->len; at++) {
        if (is_line_end(text->data[at])) {
            add_line(scan, from, at);
            from = at + 1;
        }
    }
    add_line(scan, from, text->len);
}

static bool is_delimiter(const char *text, size_t from, size_t to)
{
    bool pipe = false, dash = false;
    for (; from < to; from++) {
        pipe |= text[from] == '|';
        dash |= text[from] == '-';
        if (strchr("|-: ", text[from]) == NULL)
            return false;
    }
    return pipe && dash;
}

/* Cell `index` of a line, blanks taken off. */
static void cell_range(const struct md_table_scan *scan, const char *text,
    const struct md_table_line *line, size_t index, size_t *from, size_t *to)
{
    *from = index == 0 ? line->from : scan->pipes[line->pipe + index - 1] + 1;
    *to = index == line->pipes ? line->to : scan->pipes[line->pipe + index];
    while (*from < *to && is_blank(text[*from]))
        (*from)++;
    while (*from < *to && is_blank(text[*to - 1]))
        (*to)--;
}

/* Whether a cell is ":--:"; sets its alignment. */
static bool read_align(const char *text, size_t from, size_t to, enum md_align *align)
{
    bool left = from < to && text[from] == ':', right = from < to && text[to - 1] == ':';
    *align = !right ? MD_LEFT : left ? MD_CENTRE : MD_RIGHT;
    from += left;
    if (from >= to || to - from < 1u + right)
        return false;
    for (; from < to - right; from++)
        if (text[from] != '-')
            return false;
    return true;
}

static bool is_delimiter_row(
    const struct md_table_scan *scan, const char *text, const struct md_table_line *line)
{
    for (size_t i = 0; i <= line->pipes; i++) {
        size_t from, to;
        enum md_align align;
        cell_range(scan, text, line, i, &from, &to);
        if (!read_align(text, from, to, &align))
            return false;
    }
    return true;
}

static bool find_head(struct md_table_scan *scan, const char *text)
{
    for (size_t i = 1; i < scan->count; i++) {
        const struct md_table_line *head = &scan->lines[i - 1], *line = &scan->lines[i];
        if (line->pipes == head->pipes && is_delimiter_row(scan, text, line)) {
            scan->head = i - 1;
            return true;
        }
    }
    return false;
}

static bool has_delimiter(const struct md_table_scan *scan, const char *text)
{
    for (size_t i = 1; i < scan->count; i++)
        if (is_delimiter(text, scan->lines[i].from, scan->lines[i].to))
            return true;
    return false;
}

bool table_scan(struct md_table_scan *scan, const struct md_rich *text,
    struct md_source *source, size_t last_line)
{
    const char *bytes = buf_text(&text->text);
    struct md_cursor cursor = { .rich = text };
    if (!is_likely(&text->text))
        return false;
    split_lines(scan, &text->text);
    if (!has_delimiter(scan, bytes) || last_line < scan->count)
        return false;
    for (size_t i = 0; i < scan->count; i++) {
        const char *raw;
        size_t raw_len = source_line(source, last_line - scan->count + i, &raw);
        find_pipes(scan, &scan->lines[i], &cursor, raw, raw_len);
        trim_line(scan, bytes, &scan->lines[i]);
    }
    return find_head(scan, bytes);
}

static void add_column(struct md_doc *doc, enum md_align align)
{
    doc->columns =
        mem_grow(doc->columns, &doc->column_cap, doc->column_count + 1, sizeof *doc->columns);
    doc->columns[doc->column_count++] = (struct md_column){ .align = align };
}

static void add_columns(
    struct md_doc *doc, const struct md_table_scan *scan, const char *text, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        size_t from, to;
        enum md_align align;
        cell_range(scan, text, &scan->lines[scan->head + 1], i, &from, &to);
        read_align(text, from, to, &align);
        add_column(doc, align);
    }
}

static void add_cell(struct md_doc *doc, struct md_column *column, struct md_piece piece)
{
    int line, word;
    wrap_measure(buf_text(&doc->rich.text) + piece.off, piece.len, &line, &word);
    column->line = line > column->line ? line : column->line;
    column->word = word > column->word ? word : column->word;
    doc->cells = mem_grow(doc->cells, &doc->cell_cap, doc->cell_count + 1, sizeof *doc->cells);
    doc->cells[doc->cell_count++] = piece;
}

/* Adds a row and returns its count of cells, those at the end that are empty
 * left out. What it holds beyond the last column stays in its last cell. */
static size_t add_row(struct md_table_scan *scan, const struct md_table_line *line,
    const struct md_table *table, struct md_settle *settle_to, struct md_cursor *cursor)
{
    struct md_doc *doc = settle_to->doc;
    const char *text = cursor->rich->text.data;
    struct md_row row = { .cell = doc->cell_count };
    for (size_t i = 0; i <= line->pipes && i < table->columns; i++) {
        size_t from, to;
        cell_range(scan, text, line, i, &from, &to);
        if (i + 1 == table->columns)
            to = line->to;
        add_cell(doc, &doc->columns[table->column + i], settle(settle_to, cursor, from, to));
    }
    while (doc->cell_count > row.cell && doc->cells[doc->cell_count - 1].len == 0)
        doc->cell_count--;
    row.count = doc->cell_count - row.cell;
    doc->rows = mem_grow(doc->rows, &doc->row_cap, doc->row_count + 1, sizeof *doc->rows);
    doc->rows[doc->row_count++] = row;
    return row.count;
}

bool table_add(struct md_table_scan *scan, struct md_settle *settle_to,
    struct md_cursor *cursor, size_t *index)
{
    struct md_doc *doc = settle_to->doc;
    struct md_table table = { .column = doc->column_count,
        .columns = scan->lines[scan->head].pipes + 1,
        .row = doc->row_count };
    add_columns(doc, scan, cursor->rich->text.data, table.columns);
    settle_to->in_cell = true;
    settle_to->face = FACE_BOLD;
    bool any = add_row(scan, &scan->lines[scan->head], &table, settle_to, cursor) > 0;
    settle_to->face = 0;
    for (size_t i = scan->head + 2; i < scan->count; i++) {
        if (add_row(scan, &scan->lines[i], &table, settle_to, cursor) > 0)
            any = true;
        else
            doc->row_count--;
    }
    settle_to->in_cell = false;
    table.rows = doc->row_count - table.row;
    doc->tables =
        mem_grow(doc->tables, &doc->table_cap, doc->table_count + 1, sizeof *doc->tables);
    doc->tables[doc->table_count] = table;
    *index = doc->table_count++;
    return any;
}

void table_release(struct md_table_scan *scan)
{
    free(scan->lines);
    free(scan->pipes);
    *scan = (struct md_table_scan){ 0 };
}
