/* Owns a parsed document's memory and its styled text.
 * Must not know Markdown's syntax nor the screen's width. */
#include "md/doc.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/sink.h"

static bool same_look(const struct md_run *run, const struct md_run *look)
{
    return run->style == look->style && run->face == look->face && run->link == look->link;
}

/* Gives the last `len` bytes of text, which have just been added, their look. */
static void add_run(struct md_rich *rich, struct md_run look, size_t len)
{
    while (len > 0) {
        uint32_t take = len < UINT32_MAX / 2 ? (uint32_t)len : UINT32_MAX / 2;
        struct md_run *last = rich->count > rich->floor ? &rich->runs[rich->count - 1] : NULL;
        if (last != NULL && same_look(last, &look) && last->len < UINT32_MAX / 2) {
            last->len += take;
        } else {
            rich->runs = mem_grow(rich->runs, &rich->cap, rich->count + 1, sizeof *rich->runs);
            look.len = take;
            rich->runs[rich->count++] = look;
        }
        len -= take;
    }
}

void rich_add(struct md_rich *rich, struct md_run look, const char *text, size_t len)
{
    buf_add(&rich->text, text, len);
    add_run(rich, look, len);
}

void rich_add_raw(struct md_rich *rich, struct md_run look, const char *text, size_t len)
{
    size_t before = rich->text.len;
    sink_add(&rich->text, text, len, SINK_LINE);
    add_run(rich, look, rich->text.len - before);
}

struct md_piece rich_begin(struct md_rich *rich)
{
    rich->floor = rich->count;
    return (struct md_piece){ .off = rich->text.len, .run = rich->count };
}

void rich_end(const struct md_rich *rich, struct md_piece *piece)
{
    piece->len = rich->text.len - piece->off;
}

void rich_cut(struct md_rich *rich, size_t len)
{
    buf_remove(&rich->text, rich->text.len - len, len);
    rich->runs[rich->count - 1].len -= (uint32_t)len;
    if (rich->runs[rich->count - 1].len == 0)
        rich->count--;
}

void rich_clear(struct md_rich *rich)
{
    buf_clear(&rich->text);
    rich->count = rich->floor = 0;
}

void rich_release(struct md_rich *rich)
{
    buf_release(&rich->text);
    free(rich->runs);
    *rich = (struct md_rich){ 0 };
}

struct md_cursor cursor_at(const struct md_rich *rich, const struct md_piece *piece)
{
    return (struct md_cursor){ .rich = rich, .run = piece->run, .start = piece->off };
}

size_t cursor_next(struct md_cursor *cursor, size_t from, size_t to, const struct md_run **look)
{
    const struct md_run *runs = cursor->rich->runs;
    while (cursor->start + runs[cursor->run].len <= from) {
        cursor->start += runs[cursor->run].len;
        cursor->run++;
    }
    *look = &runs[cursor->run];
    size_t end = cursor->start + runs[cursor->run].len;
    return (end < to ? end : to) - from;
}

static uint32_t add_link(struct md_doc *doc, struct md_link link)
{
    doc->links = mem_grow(doc->links, &doc->link_cap, doc->link_count + 1, sizeof *doc->links);
    doc->links[doc->link_count++] = link;
    return (uint32_t)doc->link_count;
}

uint32_t doc_add_link(struct md_doc *doc, const char *url, size_t len)
{
    if (len == 0)
        return 0;
    char *copy = mem_dup_n(url, len);
    return add_link(doc, (struct md_link){ .url = copy, .owned = copy });
}

uint32_t doc_borrow_link(struct md_doc *doc, const char *url)
{
    return url[0] != '\0' ? add_link(doc, (struct md_link){ .url = url }) : 0;
}

size_t doc_number(struct md_doc *doc, const char *url)
{
    size_t len = strlen(url);
    if (!doc->numbered || len == 0)
        return 0;
    const struct md_name *known = names_find(&doc->numbers, url, len);
    if (known != NULL)
        return known->value;
    size_t count = doc->numbers.count;
    doc->number_offs =
        mem_grow(doc->number_offs, &doc->number_cap, count + 1, sizeof *doc->number_offs);
    doc->number_offs[count] = doc->numbers.text.len;
    names_add(&doc->numbers, url, len, count + 1);
    return count + 1;
}

void doc_clear(struct md_doc *doc)
{
    for (size_t i = 0; i < doc->link_count; i++)
        free(doc->links[i].owned);
    rich_clear(&doc->rich);
    doc->block_count = doc->link_count = doc->table_count = 0;
    doc->column_count = doc->row_count = doc->cell_count = 0;
}
