/* Owns the window over laid-out lines. Must not know what they say. */
#include "ui/text.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ui/view.h"

void text_release(struct text *text)
{
    md_lines_release(&text->lines);
    free(text->matches);
    *text = (struct text){ 0 };
}

void text_find(struct text *text, const struct matcher *matcher, size_t from)
{
    bool none = text->current >= text->match_count;
    if (from == 0)
        text->match_count = 0;
    struct match_range range;
    const char *bytes = buf_text(&text->lines.text);
    while (match_next(matcher, bytes, text->lines.text.len, from, &range)) {
        text->matches =
            mem_grow(text->matches, &text->match_cap, text->match_count + 1, sizeof range);
        text->matches[text->match_count++] = range;
        from = range.off + range.len;
    }
    if (none || text->current > text->match_count)
        text->current = text->match_count;
}

static size_t last_top(const struct text *text)
{
    size_t rows = text->rows > 0 ? (size_t)text->rows : 1;
    return text->lines.count > rows ? text->lines.count - rows : 0;
}

void text_scroll(struct text *text, long lines)
{
    long top = (long)text->top + lines;
    text->top = top < 0 ? 0 : (size_t)top;
    if (text->top > last_top(text))
        text->top = last_top(text);
}

void text_move(struct text *text, enum command_id command, int count)
{
    long to = view_move_position(
        command, count, (long)text->top, (long)last_top(text) + 1, text->rows);
    text->top = (size_t)to;
}

size_t text_line_at(const struct text *text, size_t off)
{
    size_t low = 0, high = text->lines.count;
    while (high - low > 1) {
        size_t mid = low + (high - low) / 2;
        if (md_lines_offset(&text->lines, mid) <= off)
            low = mid;
        else
            high = mid;
    }
    return low;
}

void text_show_line(struct text *text, size_t line)
{
    if (line >= text->top && line < text->top + (size_t)text->rows)
        return;
    size_t above = (size_t)text->rows / 3;
    text->top = line > above ? line - above : 0;
    text_scroll(text, 0);
}

bool text_step_match(struct text *text, int by)
{
    size_t count = text->match_count;
    if (count == 0)
        return false;
    if (text->current < count)
        text->current = (text->current + count + (size_t)(by > 0 ? 1 : count - 1)) % count;
    else {
        size_t from = md_lines_offset(&text->lines, text->top);
        size_t i = 0;
        while (i < count && text->matches[i].off < from)
            i++;
        text->current = by > 0 ? i % count : (i + count - 1) % count;
    }
    text_show_line(text, text_line_at(text, text->matches[text->current].off));
    return true;
}

/* Draws one span, cut where matches begin and end. *match is the first match
 * that may still reach into it. */
static int draw_span(const struct text *text, const struct md_span *span, size_t *match,
    struct grid *grid, int row, int col, int cells)
{
    size_t at = span->off, end = span->off + span->len;
    int used = 0;
    while (at < end && used < cells) {
        while (*match < text->match_count
               && text->matches[*match].off + text->matches[*match].len <= at)
            (*match)++;
        size_t stop = end;
        unsigned face = span->face;
        if (*match < text->match_count) {
            const struct match_range *range = &text->matches[*match];
            size_t edge = at < range->off ? range->off : range->off + range->len;
            stop = edge < end ? edge : end;
            if (at >= range->off)
                face |= *match == text->current ? FACE_CURRENT : FACE_MATCH;
        }
        used += grid_put(grid, row, col + used, cells - used, (enum style)span->style, face,
            text->lines.text.data + at, stop - at);
        at = stop;
    }
    return used;
}

static size_t first_match_from(const struct text *text, size_t off)
{
    size_t low = 0, high = text->match_count;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (text->matches[mid].off + text->matches[mid].len <= off)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

static void draw_scroll_mark(const struct text *text, struct grid *grid, struct rect rect)
{
    size_t last = last_top(text);
    if (last == 0 || rect.rows < 3 || rect.cols <= 24)
        return;
    size_t size = (size_t)rect.rows * (size_t)rect.rows / text->lines.count;
    size_t height = size < 1 ? 1 : size;
    size_t start = ((size_t)rect.rows - height) * text->top / last;
    for (size_t i = 0; i < height; i++)
        grid_put(grid, rect.row + (int)(start + i), rect.col + rect.cols - 1, 1, STYLE_BORDER,
            0, "▐", strlen("▐"));
}

void text_draw(const struct text *text, struct grid *grid, struct rect rect)
{
    int indent = rect.cols > 24 ? 1 : 0;
    size_t match = text->lines.count > text->top
                       ? first_match_from(text, md_lines_offset(&text->lines, text->top))
                       : 0;
    for (int row = 0; row < rect.rows && text->top + (size_t)row < text->lines.count; row++) {
        const struct md_line *line = &text->lines.line[text->top + (size_t)row];
        int col = 0, cells = rect.cols - indent;
        for (uint32_t i = 0; i < line->count && col < cells; i++)
            col += draw_span(text, &text->lines.spans[line->first + i], &match, grid,
                rect.row + row, rect.col + indent + col, cells - col);
    }
    draw_scroll_mark(text, grid, rect);
}
