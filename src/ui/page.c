/* Owns a text that lies over the panes. Must not know what it is about. */
#include "ui/page.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "md/md.h"

void page_init(struct page *page)
{
    *page = (struct page){ .view = { &page_ops } };
}

void page_release(struct page *page)
{
    text_release(&page->text);
    free(page->title);
    free(page->source);
}

static void make(struct page *page)
{
    struct text *text = &page->text;
    text_clear(text);
    if (page->source == NULL || text->cols < 1)
        return;
    struct md_doc *doc = md_parse(page->source, strlen(page->source));
    md_layout(doc, text_room(text->cols), text_begin_part(text));
    md_free(doc);
    text_end_part(text);
    text_scroll(text, 0);
}

void page_show(struct page *page, const char *title, const char *source)
{
    free(page->title);
    free(page->source);
    page->title = mem_dup(title);
    page->source = mem_dup(source);
    page->text.top = 0;
    make(page);
}

void page_add_code(struct buf *out, const char *language, const char *text)
{
    size_t longest = 2, run = 0;
    for (const char *p = text; *p != '\0'; p++) {
        run = *p == '`' ? run + 1 : 0;
        longest = run > longest ? run : longest;
    }
    buf_repeat(out, '`', longest + 1);
    buf_addf(out, "%s\n%s", language, text);
    if (out->data[out->len - 1] != '\n')
        buf_addc(out, '\n');
    buf_repeat(out, '`', longest + 1);
    buf_addc(out, '\n');
}

static struct page *self(struct view *view)
{
    return (struct page *)view;
}

static void page_move(struct view *view, enum command_id command, int count)
{
    text_move(&self(view)->text, command, count);
}

static void page_resize(struct view *view, int rows, int cols)
{
    struct page *page = self(view);
    page->text.rows = rows;
    if (cols != page->text.cols) {
        page->text.cols = cols;
        make(page);
    }
    text_scroll(&page->text, 0);
}

static void page_draw(
    const struct view *view, struct grid *grid, struct rect rect, bool focused)
{
    (void)focused;
    text_draw(&((const struct page *)view)->text, grid, rect);
}

static void page_click(struct view *view, int row)
{
    (void)view;
    (void)row;
}

static void page_scroll(struct view *view, int lines)
{
    text_scroll(&self(view)->text, lines);
}

static void page_text(const struct view *view, struct buf *out)
{
    text_add_all(&((const struct page *)view)->text, out);
}

const struct view_ops page_ops = {
    .move = page_move,
    .resize = page_resize,
    .draw = page_draw,
    .click = page_click,
    .scroll = page_scroll,
    .text = page_text,
};
