/* Owns reading rows from the bytes of a database file, all of which may be wrong.
 * Must not know what the rows mean. */
#include "db/pages.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"

enum {
    HEADER = 100,
    PAGE_USUAL = 4096,
    PAGE_LEAST = 512,
    PAGE_MOST = 65536,
    INDEX_INTERIOR = 0x02,
    TABLE_INTERIOR = 0x05,
    INDEX_LEAF = 0x0A,
    TABLE_LEAF = 0x0D
};

/* A page's last current frame. */
struct newest {
    size_t number, frame;
};

struct pages {
    const unsigned char *bytes;
    size_t len;
    const struct wal *wal;
    size_t size, usable;   /* of a page */
    struct newest *newest; /* by number */
    size_t newest_count;
    size_t budget; /* bytes that may still be put together */
    bool replaced; /* of the page being read */
    struct buf payload;
    void (*each)(void *context, const struct pages_row *row);
    void *context;
};

/* The bytes that are left. */
struct view {
    const unsigned char *at;
    size_t len;
};

static uint32_t big_endian(const unsigned char *at, int bytes)
{
    uint32_t value = 0;
    for (int i = 0; i < bytes; i++)
        value = value << 8 | at[i];
    return value;
}

/* Takes a varint off the view; false where it ends before. */
static bool take_varint(struct view *view, uint64_t *value)
{
    *value = 0;
    for (int i = 0; i < 9 && view->len > 0; i++) {
        unsigned char byte = *view->at++;
        view->len--;
        if (i == 8) {
            *value = *value << 8 | byte;
            return true;
        }
        *value = *value << 7 | (byte & 0x7F);
        if (byte < 0x80)
            return true;
    }
    return false;
}

size_t pages_size(const unsigned char *bytes, size_t len)
{
    size_t size = len >= HEADER ? big_endian(bytes + 16, 2) : 0;
    size = size == 1 ? PAGE_MOST : size;
    return size >= PAGE_LEAST && (size & (size - 1)) == 0 ? size : PAGE_USUAL;
}

static void find_size(struct pages *pages)
{
    pages->size =
        pages->wal->count > 0 ? pages->wal->page : pages_size(pages->bytes, pages->len);
    size_t reserved =
        pages->len >= HEADER && pages_size(pages->bytes, pages->len) == pages->size
            ? pages->bytes[20]
            : 0;
    pages->usable = pages->size - (reserved <= pages->size - 480 ? reserved : 0);
}

static int compare_numbers(const void *a, const void *b)
{
    const struct newest *x = a, *y = b;
    return (x->number > y->number) - (x->number < y->number);
}

static int compare_frames(const void *a, const void *b)
{
    const struct newest *x = a, *y = b;
    int order = compare_numbers(a, b);
    return order != 0 ? order : (x->frame < y->frame) - (x->frame > y->frame);
}

/* Notes where each page's newest version is. A log alone may tell of pages far behind the
 * end of its file. */
static void index_log(struct pages *pages)
{
    const struct wal *wal = pages->wal;
    size_t count = 0, kept = 0;
    struct newest *all = mem_zero(wal->count + 1, sizeof *all);
    for (size_t i = 0; i < wal->count; i++)
        if (wal_is_current(wal, i))
            all[count++] = (struct newest){ wal_number(wal, i), i };
    qsort(all, count, sizeof *all, compare_frames);
    for (size_t i = 0; i < count; i++)
        if (i == 0 || all[i].number != all[i - 1].number)
            all[kept++] = all[i];
    pages->newest = all;
    pages->newest_count = kept;
}

/* The newest bytes of a page; NULL for none. */
static const unsigned char *find_page(const struct pages *pages, size_t number)
{
    struct newest wanted = { .number = number };
    const struct newest *frame = number == 0
                                     ? NULL
                                     : bsearch(&wanted, pages->newest, pages->newest_count,
                                         sizeof wanted, compare_numbers);
    if (frame != NULL)
        return wal_page(pages->wal, frame->frame);
    return number > 0 && number <= pages->len / pages->size
               ? pages->bytes + (number - 1) * pages->size
               : NULL;
}

/* How much of a payload stands on its own page. */
static size_t local_len(const struct pages *pages, bool table, size_t total)
{
    size_t usable = pages->usable;
    size_t most = table ? usable - 35 : (usable - 12) * 64 / 255 - 23;
    size_t least = (usable - 12) * 32 / 255 - 23;
    if (total <= most)
        return total;
    size_t some = least + (total - least) % (usable - 4);
    return some <= most ? some : least;
}

/* Puts a payload together from its page and those it goes on on. */
static void take_payload(struct pages *pages, struct view view, bool table, size_t total)
{
    size_t local = local_len(pages, table, total);
    size_t own = local < view.len ? local : view.len;
    buf_clear(&pages->payload);
    if (own > pages->budget)
        return;
    pages->budget -= own;
    buf_add(&pages->payload, (const char *)view.at, own);
    if (local >= total || view.len < local + 4 || total > pages->budget)
        return;
    pages->budget -= total;
    uint32_t next = big_endian(view.at + local, 4);
    while (pages->payload.len < total) {
        const unsigned char *page = find_page(pages, next);
        size_t left = total - pages->payload.len, part = pages->usable - 4;
        if (page == NULL)
            return;
        buf_add(&pages->payload, (const char *)page + 4, left < part ? left : part);
        next = big_endian(page, 4);
    }
}

static int64_t signed_of(const unsigned char *at, size_t bytes)
{
    uint64_t value = bytes > 0 && at[0] >= 0x80 ? UINT64_MAX : 0;
    for (size_t i = 0; i < bytes; i++)
        value = value << 8 | at[i];
    return (int64_t)value;
}

/* A column of the kind that a record's header says; false where it is none. */
static bool take_value(uint64_t kind, struct view *body, struct pages_value *value)
{
    static const unsigned char lengths[] = { 0, 1, 2, 3, 4, 6, 8, 8, 0, 0 };
    *value = (struct pages_value){ .type = PAGES_NULL };
    if (kind == 10 || kind == 11)
        return false;
    size_t len = kind >= 12 ? (size_t)((kind - 12) / 2) : lengths[kind];
    size_t there = len < body->len ? len : body->len;
    if (kind == 8 || kind == 9)
        *value = (struct pages_value){ .type = PAGES_INTEGER, .number = kind == 9 };
    else if (kind >= 12 && (there > 0 || len == 0))
        *value = (struct pages_value){ .type = kind % 2 ? PAGES_TEXT : PAGES_BLOB,
            .text = (const char *)body->at,
            .len = there };
    else if (kind == 7 && there == len)
        value->type = PAGES_REAL;
    else if (kind > 0 && kind < 7 && there == len)
        *value =
            (struct pages_value){ .type = PAGES_INTEGER, .number = signed_of(body->at, len) };
    body->at += there;
    body->len -= there;
    return true;
}

static bool read_record(struct pages *pages, struct pages_row *row)
{
    const unsigned char *payload = (const unsigned char *)pages->payload.data;
    struct view all = { payload, pages->payload.len };
    uint64_t header, kind;
    if (!take_varint(&all, &header) || header > pages->payload.len)
        return false;
    size_t taken = pages->payload.len - all.len;
    if (header < taken)
        return false;
    struct view kinds = { all.at, (size_t)header - taken };
    struct view body = { payload + header, pages->payload.len - (size_t)header };
    for (row->count = 0; kinds.len > 0; row->count++)
        if (row->count == PAGES_COLUMNS_MAX || !take_varint(&kinds, &kind)
            || !take_value(kind, &body, &row->values[row->count]))
            return false;
    return row->count > 0;
}

static void read_cell(struct pages *pages, struct view cell, int type)
{
    struct pages_row row = { .table = type == TABLE_LEAF, .replaced = pages->replaced };
    uint64_t total, rowid = 0;
    if (type == INDEX_INTERIOR) {
        if (cell.len < 4)
            return;
        cell.at += 4, cell.len -= 4;
    }
    if (!take_varint(&cell, &total) || total > pages->len + pages->wal->count * pages->size
        || (row.table && !take_varint(&cell, &rowid)))
        return;
    row.rowid = (int64_t)rowid;
    take_payload(pages, cell, row.table, (size_t)total);
    row.cut = pages->payload.len < total;
    if (pages->payload.len > 0 && read_record(pages, &row))
        pages->each(pages->context, &row);
}

static bool is_tree(const unsigned char *page, size_t start)
{
    int type = page[start];
    return type == TABLE_LEAF || type == INDEX_LEAF || type == INDEX_INTERIOR
           || type == TABLE_INTERIOR;
}

static size_t start_of(size_t number)
{
    return number == 1 ? HEADER : 0;
}

/* A version of a page. */
static void read_page(struct pages *pages, const unsigned char *page, size_t number)
{
    size_t start = start_of(number), head = start + (page[start] == INDEX_INTERIOR ? 12 : 8);
    const unsigned char *newest = find_page(pages, number);
    pages->replaced = newest != NULL && newest != page && is_tree(newest, start);
    if (!is_tree(page, start) || page[start] == TABLE_INTERIOR)
        return;
    size_t count = big_endian(page + start + 3, 2);
    for (size_t i = 0; i < count && head + 2 * i + 2 <= pages->usable; i++) {
        size_t at = big_endian(page + head + 2 * i, 2);
        if (at >= head && at < pages->usable)
            read_cell(pages, (struct view){ page + at, pages->usable - at }, page[start]);
    }
}

static void read_frames(struct pages *pages, bool current)
{
    for (size_t i = pages->wal->count; i > 0; i--)
        if (wal_is_current(pages->wal, i - 1) == current)
            read_page(pages, wal_page(pages->wal, i - 1), wal_number(pages->wal, i - 1));
}

void pages_each(const unsigned char *bytes, size_t len, const struct wal *wal, enum pages_of of,
    void (*each)(void *context, const struct pages_row *row), void *context)
{
    struct pages pages = {
        .bytes = bytes, .len = len, .wal = wal, .each = each, .context = context
    };
    find_size(&pages);
    index_log(&pages);
    /* A row's bytes stand once in a sound file; a hostile one may point at them often. */
    pages.budget = 4 * (len + wal->count * pages.size) + ((size_t)1 << 20);
    if (of == PAGES_LOG) {
        read_frames(&pages, true);
    } else {
        for (size_t number = 1; number <= len / pages.size; number++)
            read_page(&pages, bytes + (number - 1) * pages.size, number);
        read_frames(&pages, false);
    }
    free(pages.newest);
    buf_release(&pages.payload);
}
