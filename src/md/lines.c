/* Owns laid-out text: lines made of styled runs over one string.
 * Must not know Markdown, nor what a style looks like. */
#include "md/lines.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/sink.h"
#include "base/utf8.h"
#include "md/wrap.h"

static struct md_span *open_span(struct md_lines *lines)
{
    if (lines->span_count == lines->open_first)
        return NULL;
    return &lines->spans[lines->span_count - 1];
}

static void add_span(struct md_lines *lines, struct md_span span)
{
    lines->spans =
        mem_grow(lines->spans, &lines->span_cap, lines->span_count + 1, sizeof *lines->spans);
    lines->spans[lines->span_count++] = span;
}

void md_lines_add_cells(struct md_lines *lines, enum style style, unsigned face, uint32_t link,
    const char *text, size_t len, int cells)
{
    lines->open_cells += cells;
    while (len > 0) {
        uint32_t take = len < UINT32_MAX / 2 ? (uint32_t)len : UINT32_MAX / 2;
        struct md_span *last = open_span(lines);
        if (last != NULL && last->style == style && last->face == face && last->link == link
            && last->len < UINT32_MAX / 2)
            last->len += take;
        else
            add_span(lines, (struct md_span){ .off = lines->text.len,
                                .len = take,
                                .link = link,
                                .style = (uint8_t)style,
                                .face = (uint8_t)face });
        buf_add(&lines->text, text, take);
        text += take;
        len -= take;
    }
}

void md_lines_add(struct md_lines *lines, enum style style, unsigned face, uint32_t link,
    const char *text, size_t len)
{
    md_lines_add_cells(lines, style, face, link, text, len, utf8_cells(text, len));
}

void md_lines_add_blanks(struct md_lines *lines, int count)
{
    static const char blanks[] = "                                ";
    while (count > 0) {
        int take = count < (int)sizeof blanks - 1 ? count : (int)sizeof blanks - 1;
        md_lines_add_cells(lines, STYLE_TEXT, 0, 0, blanks, (size_t)take, take);
        count -= take;
    }
}

void md_lines_add_raw(
    struct md_lines *lines, enum style style, unsigned face, uint32_t link, const char *text)
{
    struct buf clean = { 0 };
    sink_adds(&clean, text, SINK_LINE);
    md_lines_add(lines, style, face, link, buf_text(&clean), clean.len);
    buf_release(&clean);
}

void md_lines_fix(struct md_lines *lines)
{
    lines->open_fixed = (uint32_t)(lines->span_count - lines->open_first);
}

void md_lines_end(struct md_lines *lines)
{
    struct md_span *last = open_span(lines);
    struct md_line line = { .off = last != NULL ? lines->spans[lines->open_first].off
                                                : lines->text.len,
        .first = lines->open_first,
        .count = (uint32_t)(lines->span_count - lines->open_first),
        .fixed = lines->open_fixed,
        .cells = lines->open_cells };
    lines->line = mem_grow(lines->line, &lines->line_cap, lines->count + 1, sizeof line);
    lines->line[lines->count++] = line;
    buf_addc(&lines->text, '\n');
    lines->open_first = lines->span_count;
    lines->open_cells = 0;
    lines->open_fixed = 0;
}

uint32_t md_lines_link(struct md_lines *lines, const char *url, size_t len)
{
    lines->links =
        mem_grow(lines->links, &lines->link_cap, lines->link_count + 1, sizeof *lines->links);
    lines->links[lines->link_count++] = mem_dup_n(url, len);
    return (uint32_t)lines->link_count;
}

/* Takes the next line for the room that is left. Behind something that stands
 * there already a word is not broken: it may fit on a line of its own. */
static struct wrap_line wrap_behind(
    struct md_lines *lines, struct wrap *wrap, int cols, int indent)
{
    struct wrap_line line;
    bool begun = lines->open_cells > 0;
    size_t from = wrap->at;
    if (begun && lines->open_cells < cols) {
        wrap_next(wrap, cols - lines->open_cells, &line);
        if (!line.split)
            return line;
        wrap->at = from;
    }
    if (begun)
        md_lines_end(lines);
    md_lines_add_blanks(lines, indent);
    wrap_next(wrap, cols - indent, &line);
    return line;
}

void md_lines_wrap(struct md_lines *lines, enum style style, unsigned face, uint32_t link,
    const char *text, int cols, int indent)
{
    struct buf clean = { 0 };
    sink_adds(&clean, text, SINK_TEXT);
    struct wrap wrap = { .text = buf_text(&clean), .end = clean.len };
    bool any = false;
    indent = indent < cols ? indent : cols - 1;
    while (wrap_more(&wrap)) {
        struct wrap_line line = wrap_behind(lines, &wrap, cols, indent);
        md_lines_add_cells(
            lines, style, face, link, wrap.text + line.from, line.to - line.from, line.cells);
        md_lines_end(lines);
        any = true;
    }
    if (!any)
        md_lines_end(lines);
    buf_release(&clean);
}

size_t md_lines_offset(const struct md_lines *lines, size_t line)
{
    return lines->line[line].off;
}

void md_lines_clear(struct md_lines *lines)
{
    for (size_t i = 0; i < lines->link_count; i++)
        free(lines->links[i]);
    buf_clear(&lines->text);
    lines->count = lines->span_count = lines->link_count = lines->open_first = 0;
    lines->open_cells = 0;
    lines->open_fixed = 0;
}

void md_lines_release(struct md_lines *lines)
{
    md_lines_clear(lines);
    buf_release(&lines->text);
    free(lines->line);
    free(lines->spans);
    free(lines->links);
    *lines = (struct md_lines){ 0 };
}
