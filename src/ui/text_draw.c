/* Owns how the window over a text is drawn. */
#include <string.h>

#include "base/utf8.h"
#include "ui/text_find.h"

/* The line being drawn and what is left of it. */
struct place {
    const struct text *text;
    size_t part, match; /* match: the first that may reach into what follows */
    struct grid *grid;
    int row, col, cells; /* where to go on, and how many cells there are */
    int skip;            /* cells of code still to be left out */
};

/* How a byte of a span looks over its style, and how far that holds. */
static unsigned face_at(const struct place *place, size_t at, size_t *end)
{
    const struct text *text = place->text;
    if (place->match >= text->match_count || text->matches[place->match].part != place->part)
        return 0;
    const struct match_range *range = &text->matches[place->match].range;
    size_t edge = at < range->off ? range->off : range->off + range->len;
    *end = edge < *end ? edge : *end;
    if (at < range->off)
        return 0;
    return place->match == text->current ? FACE_CURRENT : FACE_MATCH;
}

static bool is_current_link(const struct place *place, size_t index, uint32_t number)
{
    const struct text_link *link = &place->text->link;
    const struct md_lines *lines = &place->text->parts[place->part].lines;
    return link->any && link->part == place->part && index >= link->first && index <= link->last
           && number == lines->spans[link->first].link;
}

static void draw_piece(struct place *place, const struct md_span *span, unsigned face,
    const char *bytes, size_t len)
{
    while (place->skip > 0 && len > 0) {
        int width;
        size_t used = utf8_next_cell(bytes, len, &width);
        place->skip -= width;
        bytes += used;
        len -= used;
    }
    int used = grid_put(place->grid, place->row, place->col, place->cells,
        (enum style)span->style, face, bytes, len);
    place->col += used;
    place->cells -= used;
}

/* Draws one span, cut where matches begin and end. */
static void draw_span(struct place *place, size_t index)
{
    const struct text *text = place->text;
    const struct md_lines *lines = &text->parts[place->part].lines;
    const struct md_span *span = &lines->spans[index];
    size_t at = span->off, end = span->off + span->len;
    unsigned base = span->face | (is_current_link(place, index, span->link) ? FACE_CURRENT : 0);
    while (at < end && place->cells > 0) {
        while (place->match < text->match_count
               && text->matches[place->match].part == place->part
               && text->matches[place->match].range.off + text->matches[place->match].range.len
                      <= at)
            place->match++;
        size_t stop = end;
        unsigned face = base | face_at(place, at, &stop);
        draw_piece(place, span, face, lines->text.data + at, stop - at);
        at = stop;
    }
}

/* Code that is too wide is moved to the left behind its margin, and has marks
 * where it goes on. */
static void draw_line(struct place *place, const struct md_line *line)
{
    int cells = place->cells, end = place->col + cells - 1, margin = place->col;
    int shift = line->moves ? place->text->shift : 0;
    for (uint32_t i = 0; i < line->count && place->cells > 0; i++) {
        if (shift > 0 && i == line->fixed) {
            place->skip = shift;
            margin = place->col - 1;
        }
        draw_span(place, line->first + i);
    }
    place->skip = 0;
    if (line->cells - shift > cells)
        grid_puts(place->grid, place->row, end, 1, STYLE_MARKER, 0, "›");
    if (shift > 0 && line->fixed > 0)
        grid_puts(place->grid, place->row, margin, 1, STYLE_MARKER, 0, "‹");
}

static void draw_scroll_mark(const struct text *text, struct grid *grid, struct rect rect)
{
    size_t rows = (size_t)(text->rows > 0 ? text->rows : 1);
    size_t last = text->line_count > rows ? text->line_count - rows : 0;
    if (last == 0 || rect.rows < 3 || rect.cols <= 24)
        return;
    size_t size = (size_t)rect.rows * (size_t)rect.rows / text->line_count;
    size_t height = size < 1 ? 1 : size;
    size_t start = ((size_t)rect.rows - height) * text->top / last;
    for (size_t i = 0; i < height; i++)
        grid_put(grid, rect.row + (int)(start + i), rect.col + rect.cols - 1, 1, STYLE_BORDER,
            0, "▐", strlen("▐"));
}

void text_draw(const struct text *text, struct grid *grid, struct rect rect)
{
    int indent = rect.cols > 24 ? 1 : 0, row = 0;
    size_t part = text_part_at(text, text->top);
    size_t line = text->top - text_part_line(text, part);
    for (; part < text->part_count && row < rect.rows; part++, line = 0) {
        const struct md_lines *lines = &text->parts[part].lines;
        struct place place = { .text = text, .part = part, .grid = grid };
        if (line < lines->count)
            place.match = text_match_from(text, part, md_lines_offset(lines, line));
        for (; line < lines->count && row < rect.rows; line++, row++) {
            place.row = rect.row + row;
            place.col = rect.col + indent;
            place.cells = text_room(rect.cols);
            draw_line(&place, &lines->line[line]);
        }
    }
    draw_scroll_mark(text, grid, rect);
}
