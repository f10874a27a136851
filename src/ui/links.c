/* Owns the list of a text's links. Must not know what opens them. */
#include "ui/links.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/sink.h"
#include "base/url.h"
#include "base/utf8.h"

void links_init(struct links *links, struct text *text)
{
    *links = (struct links){ .view = { &links_ops }, .text = text };
}

void links_release(struct links *links)
{
    free(links->items);
    *links = (struct links){ 0 };
}

static void collect(struct links *links)
{
    struct text *text = links->text;
    text_make_all(text);
    links->count = 0;
    for (size_t part = 0; part < text->part_count; part++) {
        struct text_link link = { .part = part };
        while (text_next_link(text, &link)) {
            links->items =
                mem_grow(links->items, &links->cap, links->count + 1, sizeof *links->items);
            links->items[links->count++] = link;
        }
    }
    links->generation = text->generation;
    if (links->selected >= links->count)
        links->selected = links->count > 0 ? links->count - 1 : 0;
}

bool links_open(struct links *links)
{
    const struct text_link *now = &links->text->link;
    links->selected = links->top = 0;
    collect(links);
    for (size_t i = 0; now->any && i < links->count; i++)
        if (links->items[i].part == now->part && links->items[i].first == now->first)
            links->selected = i;
    return links->count > 0;
}

void links_choose(struct links *links)
{
    text_set_link(links->text, &links->items[links->selected]);
}

/* The address as it is shown; the caller frees it. */
static char *seen_url(const struct links *links, const struct text_link *link)
{
    struct buf seen = { 0 };
    url_add_seen(text_link_url(links->text, link), &seen);
    char *line = sink_line(buf_text(&seen));
    buf_release(&seen);
    return line;
}

/* --- view -------------------------------------------------------------- */

static struct links *self(struct view *view)
{
    return (struct links *)view;
}

static void links_move(struct view *view, enum command_id command, int count)
{
    struct links *links = self(view);
    links->selected = (size_t)view_move_position(
        command, count, (long)links->selected, (long)links->count, links->rows);
}

static void links_resize(struct view *view, int rows, int cols)
{
    struct links *links = self(view);
    (void)cols;
    links->rows = rows > 0 ? rows : 1;
    if (links->generation != links->text->generation)
        collect(links);
    if (links->selected < links->top)
        links->top = links->selected;
    if (links->selected >= links->top + (size_t)links->rows)
        links->top = links->selected - (size_t)links->rows + 1;
}

/* A link's text, from the spans it has. */
static void add_label(const struct text *text, const struct text_link *link, struct buf *out)
{
    const struct md_lines *lines = &text->parts[link->part].lines;
    uint32_t number = lines->spans[link->first].link;
    for (size_t i = link->first; i <= link->last; i++) {
        const struct md_span *span = &lines->spans[i];
        if (span->link != number)
            continue;
        if (out->len > 0 && span->off > 0 && lines->text.data[span->off - 1] != ' '
            && i > link->first && lines->spans[i - 1].link != number)
            buf_addc(out, ' ');
        buf_add(out, lines->text.data + span->off, span->len);
    }
}

static void draw_row(
    const struct links *links, size_t index, struct grid *grid, struct rect rect, int row)
{
    const struct text_link *link = &links->items[index];
    unsigned face = index == links->selected ? FACE_SELECTED : 0;
    struct buf number = { 0 }, label = { 0 };
    char *url = seen_url(links, link);
    add_label(links->text, link, &label);
    bool own = strcmp(buf_text(&label), url) == 0;
    int half = own ? rect.cols : rect.cols / 2;
    grid_fill(grid, row, rect.col, rect.cols, STYLE_TEXT, face);
    buf_addf(&number, "%4zu ", index + 1);
    int col = grid_puts(grid, row, rect.col, rect.cols, STYLE_MARKER, face, number.data);
    col += grid_puts(grid, row, rect.col + col, half - col, own ? STYLE_URL : STYLE_LINK, face,
        buf_text(&label));
    if (!own && rect.cols - col > 2)
        grid_puts(grid, row, rect.col + col + 2, rect.cols - col - 2, STYLE_DIM, face, url);
    free(url);
    buf_release(&number);
    buf_release(&label);
}

static void links_draw(
    const struct view *view, struct grid *grid, struct rect rect, bool focused)
{
    const struct links *links = (const struct links *)view;
    (void)focused;
    for (int i = 0; i < rect.rows && links->top + (size_t)i < links->count; i++)
        draw_row(links, links->top + (size_t)i, grid, rect, rect.row + i);
}

static void links_click(struct view *view, int row)
{
    struct links *links = self(view);
    size_t to = links->top + (size_t)(row < 0 ? 0 : row);
    links->selected = to < links->count ? to : links->selected;
}

static void links_scroll(struct view *view, int lines)
{
    links_move(view, lines < 0 ? CMD_up : CMD_down, lines < 0 ? -lines : lines);
}

static void links_text(const struct view *view, struct buf *out)
{
    const struct links *links = (const struct links *)view;
    for (size_t i = 0; i < links->count; i++) {
        char *url = seen_url(links, &links->items[i]);
        buf_addf(out, "%s\n", url);
        free(url);
    }
}

const struct view_ops links_ops = {
    .move = links_move,
    .resize = links_resize,
    .draw = links_draw,
    .click = links_click,
    .scroll = links_scroll,
    .text = links_text,
};
