/* Owns the parts of a body of lines and the window over them. Must not know
 * what the lines say. Drawing is in text_draw.c, matches and links in
 * text_find.c. */
#include "ui/text.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ui/text_find.h"
#include "ui/view.h"

void text_clear(struct text *text)
{
    for (size_t i = 0; i < text->part_count; i++)
        md_lines_release(&text->parts[i].lines);
    text->part_count = text->line_count = text->match_count = 0;
    text->link.any = false;
    text->generation++;
}

void text_release(struct text *text)
{
    text_clear(text);
    free(text->parts);
    free(text->matches);
    *text = (struct text){ 0 };
}

static struct text_part *add_part(struct text *text, struct text_part part)
{
    text->parts =
        mem_grow(text->parts, &text->part_cap, text->part_count + 1, sizeof *text->parts);
    text->parts[text->part_count] = part;
    text->parts[text->part_count].line = text->line_count;
    text->line_count += part.count;
    return &text->parts[text->part_count++];
}

void text_add_part(struct text *text, size_t source, size_t count)
{
    add_part(text, (struct text_part){ .count = count > 0 ? count : 1, .source = source });
}

struct md_lines *text_begin_part(struct text *text)
{
    return &add_part(text, (struct text_part){ 0 })->lines;
}

static void set_ready(struct text *text, size_t index)
{
    struct text_part *part = &text->parts[index];
    size_t more = part->lines.count - part->count; /* wraps round where it is less */
    text->line_count += more;
    for (size_t i = index + 1; more != 0 && i < text->part_count; i++)
        text->parts[i].line += more;
    part->count = part->lines.count;
    part->ready = true;
    text_find_in(text, index);
}

void text_end_part(struct text *text)
{
    set_ready(text, text->part_count - 1);
}

void text_make(struct text *text, size_t index)
{
    struct text_part *part = &text->parts[index];
    if (part->ready)
        return;
    text->fill(text->context, part->source, &part->lines);
    set_ready(text, index);
}

void text_make_all(struct text *text)
{
    for (size_t i = 0; i < text->part_count; i++)
        text_make(text, i);
}

size_t text_part_line(const struct text *text, size_t part)
{
    return part < text->part_count ? text->parts[part].line : text->line_count;
}

size_t text_part_at(const struct text *text, size_t line)
{
    size_t low = 0, high = text->part_count;
    while (high - low > 1) {
        size_t mid = low + (high - low) / 2;
        if (text->parts[mid].line <= line)
            low = mid;
        else
            high = mid;
    }
    return low;
}

static size_t last_top(const struct text *text)
{
    size_t rows = text->rows > 0 ? (size_t)text->rows : 1;
    return text->line_count > rows ? text->line_count - rows : 0;
}

/* Lays out the part that the window begins in. Seen from below, the window
 * keeps its distance from the part's end, else from its beginning. */
static bool make_top(struct text *text)
{
    size_t part = text_part_at(text, text->top);
    size_t first = text_part_line(text, part), before = text->parts[part].count;
    size_t offset = text->top - first;
    if (text->parts[part].ready)
        return false;
    text_make(text, part);
    size_t count = text->parts[part].count;
    if (text->upward)
        offset = before - offset < count ? count - (before - offset) : 0;
    else if (offset >= count)
        offset = count > 0 ? count - 1 : 0;
    text->top = first + offset;
    return true;
}

void text_prepare(struct text *text)
{
    size_t rows = text->rows > 0 ? (size_t)text->rows : 1;
    bool again = text->part_count > 0;
    while (again) {
        again = make_top(text);
        size_t part = text_part_at(text, text->top);
        size_t end = text_part_line(text, part);
        while (part < text->part_count && end < text->top + rows) {
            again |= !text->parts[part].ready;
            text_make(text, part);
            end += text->parts[part++].count;
        }
        /* At the end the window is filled from above. */
        if (text->top > last_top(text)) {
            text->top = last_top(text);
            text->upward = again = true;
        }
    }
}

void text_scroll(struct text *text, long lines)
{
    long top = (long)text->top + lines;
    text->upward = lines < 0;
    text->top = top < 0 ? 0 : (size_t)top;
    if (text->top > last_top(text))
        text->top = last_top(text);
}

void text_move(struct text *text, enum command_id command, int count)
{
    long to = view_move_position(
        command, count, (long)text->top, (long)last_top(text) + 1, text->rows);
    text->upward = (size_t)to < text->top || (size_t)to == last_top(text);
    text->top = (size_t)to;
}

void text_show_line(struct text *text, size_t line)
{
    if (line >= text->top && line < text->top + (size_t)text->rows)
        return;
    size_t above = (size_t)text->rows / 3;
    text->top = line > above ? line - above : 0;
    text_scroll(text, 0);
    /* The lines above belong to what comes before. */
    text->upward = true;
}

int text_room(int cols)
{
    return cols > 24 ? cols - 2 : cols;
}

/* The cells by which lines of code in sight are too long. */
static int longest(const struct text *text)
{
    int most = 0, cols = text_room(text->cols);
    size_t part = text_part_at(text, text->top), line = text->top - text_part_line(text, part);
    for (int row = 0; row < text->rows && part < text->part_count;) {
        const struct text_part *now = &text->parts[part];
        if (!now->ready || line >= now->lines.count) {
            part++;
            line = 0;
            continue;
        }
        int over = now->lines.line[line++].cells - cols;
        most = over > most ? over : most;
        row++;
    }
    return most;
}

void text_shift(struct text *text, int cells)
{
    int most = longest(text), to = text->shift + cells;
    if (cells > 0 && to > most)
        to = most > text->shift ? most : text->shift;
    text->shift = to > 0 ? to : 0;
}

void text_add_all(const struct text *text, struct buf *out)
{
    struct md_lines lines = { 0 };
    for (size_t i = 0; i < text->part_count; i++) {
        const struct text_part *part = &text->parts[i];
        md_lines_clear(&lines);
        if (!part->ready)
            text->fill(text->context, part->source, &lines);
        const struct buf *bytes = part->ready ? &part->lines.text : &lines.text;
        buf_add(out, buf_text(bytes), bytes->len);
    }
    md_lines_release(&lines);
}
