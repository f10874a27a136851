/* Owns a document from its opening to its end: its source in parts, which are
 * parsed as they are needed. Must not know Markdown's syntax. */
#include "md/md.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "md/arena.h"
#include "md/doc.h"
#include "md/guard.h"
#include "md/refs.h"
#include "md/split.h"

/* Bytes: small enough that a screen's worth is parsed in a blink, large enough
 * that beginning anew costs little. */
enum { PART = 16 << 10, MOST = 4 };

static void set_source(struct md_doc *doc, struct buf *text)
{
    free(doc->clean);
    doc->len = text->len;
    doc->src = doc->clean = buf_take(text);
}

/* cmark takes a lone CR as a line's end but hands it on in code and HTML; NUL
 * it replaces, as is done here, where labels are compared too. */
static void replace_byte(struct md_doc *doc, char byte)
{
    struct buf out = { 0 };
    size_t at = 0;
    const char *found = memchr(doc->src, byte, doc->len);
    if (found == NULL)
        return;
    for (; found != NULL; found = memchr(doc->src + at, byte, doc->len - at)) {
        buf_add(&out, doc->src + at, (size_t)(found - doc->src) - at);
        at = (size_t)(found - doc->src) + 1;
        if (byte == '\0')
            buf_adds(&out, "\xEF\xBF\xBD");
        else if (at == doc->len || doc->src[at] != '\n')
            buf_addc(&out, '\n');
    }
    buf_add(&out, doc->src + at, doc->len - at);
    set_source(doc, &out);
}

/* cmark takes bytes that follow a malformed sequence for a part of it, even the ">" that
 * ends a line of HTML. */
static void replace_malformed(struct md_doc *doc)
{
    struct buf out = { 0 };
    size_t at = utf8_find_invalid(doc->src, doc->len), copied = 0;
    if (at == doc->len)
        return;
    while (at < doc->len) {
        uint32_t cp;
        buf_add(&out, doc->src + copied, at - copied);
        buf_adds(&out, "\xEF\xBF\xBD");
        copied = at + utf8_decode(doc->src + at, doc->len - at, &cp);
        at = copied + utf8_find_invalid(doc->src + copied, doc->len - copied);
    }
    buf_add(&out, doc->src + copied, doc->len - copied);
    set_source(doc, &out);
}

/* Whether a line defines a reference, taken by its look. */
static bool is_definition(const char *line, size_t len)
{
    const char *close = len > 0 && line[0] == '[' ? memchr(line, ']', len) : NULL;
    return close != NULL && close + 1 < line + len && close[1] == ':';
}

/* Copies source from behind a footnote's mark. A definition of a reference in
 * the same paragraph is no part of the note. */
static void add_note_text(struct buf *out, const char *text, size_t len)
{
    size_t at = 0;
    while (at < len) {
        const char *end = memchr(text + at, '\n', len - at);
        size_t line = end != NULL ? (size_t)(end - text) + 1 - at : len - at;
        if (line == 1)
            break;
        if (at > 0 && is_definition(text + at, line)) {
            buf_addc(out, '\n');
            break;
        }
        buf_add(out, text + at, line);
        at += line;
    }
    buf_add(out, text + at, len - at);
}

/* Makes footnotes' definitions items of a list, so that what is indented below
 * them is theirs, with an escape so that they define no reference. */
static void mark_notes(struct md_doc *doc, const struct split *split)
{
    struct buf out = { 0 };
    for (size_t i = 0; i < split->note_count; i++) {
        size_t note = split->notes[i], line = note;
        size_t next = i + 1 < split->note_count ? split->notes[i + 1] : doc->len;
        while (line > 0 && doc->src[line - 1] == ' ')
            line--;
        if (i == 0)
            buf_add(&out, doc->src, line);
        else
            out.len -= note - line;
        buf_adds(&out, "1)  \\");
        add_note_text(&out, doc->src + note, next - note);
        refs_add_note(doc->refs, doc->src + note + 2,
            split_note_len(doc->src + note, doc->len - note) - 4);
    }
    set_source(doc, &out);
}

/* Whether "[^" is anywhere; the sign that is rarer is looked for. */
static bool has_notes(const struct md_doc *doc)
{
    const char *at = doc->src, *end = doc->src + doc->len;
    while ((at = memchr(at, '^', (size_t)(end - at))) != NULL) {
        if (at > doc->src && at[-1] == '[')
            return true;
        at++;
    }
    return false;
}

static void find_notes(struct md_doc *doc)
{
    struct split split = { .src = doc->src, .len = doc->len };
    struct md_segment segment;
    if (!has_notes(doc))
        return;
    while (split_next(&split, SIZE_MAX, &segment))
        continue;
    if (split.note_count > 0)
        mark_notes(doc, &split);
    free(split.notes);
}

/* Whether a stretch of source would make the document cost too much; else it is
 * charged with what the stretch costs. */
static bool is_hostile(struct md_doc *doc, const char *text, size_t len)
{
    uint64_t excess = guard_excess(text, len);
    if (excess > GUARD_STEPS - doc->steps)
        return true;
    doc->steps += excess;
    return false;
}

static void add_segment(
    struct md_doc *doc, const struct md_segment *segment, bool hostile, size_t least)
{
    struct md_part *last = doc->part_count > 0 ? &doc->parts[doc->part_count - 1] : NULL;
    if (last != NULL && segment->fence == SIZE_MAX && !hostile && !last->hostile
        && last->len < least && segment->len < MOST * least) {
        last->len += segment->len;
        return;
    }
    doc->parts = mem_grow(doc->parts, &doc->part_cap, doc->part_count + 1, sizeof *doc->parts);
    doc->parts[doc->part_count++] = (struct md_part){
        .off = segment->off, .len = segment->len, .fence = segment->fence, .hostile = hostile
    };
}

/* Where so much must go into every part that it would outweigh it, there is
 * one part. */
static void join_parts(struct md_doc *doc)
{
    if (doc->part_count <= 1 || doc->refs->always <= PART / 2)
        return;
    doc->parts[0] = (struct md_part){
        .len = doc->len, .fence = SIZE_MAX, .hostile = is_hostile(doc, doc->src, doc->len)
    };
    doc->part_count = 1;
}

/* A segment that begins or ends in a fence gets the rest of it. */
static void collect(
    struct md_doc *doc, const struct split *split, const struct md_segment *segment)
{
    const char *fence = segment->fence != SIZE_MAX ? doc->src + segment->fence : NULL;
    if (fence != NULL)
        refs_collect(doc->refs, fence, split_line_len(fence));
    refs_collect(doc->refs, doc->src + segment->off, segment->len);
    refs_collect(doc->refs, "\n", 1);
    for (size_t i = 0; split->state == SPLIT_FENCE && i < split->fence_len; i++)
        refs_collect(doc->refs, &split->fence, 1);
    refs_collect(doc->refs, "\n\n", 2);
}

static void cut(struct md_doc *doc, size_t least)
{
    struct split split = { .src = doc->src, .len = doc->len };
    struct md_segment segment;
    while (split_next(&split, MOST * least, &segment)) {
        const char *text = doc->src + segment.off;
        bool hostile = is_hostile(doc, text, segment.len);
        if (segment.defines && !hostile && memmem(text, segment.len, "]:", 2) != NULL)
            collect(doc, &split, &segment);
        add_segment(doc, &segment, hostile, least);
        refs_settle(doc->refs, false);
    }
    free(split.notes);
    if (doc->part_count > 1)
        refs_settle(doc->refs, true);
    join_parts(doc);
}

struct md_doc *md_open_in_parts(const char *src, size_t len, size_t least)
{
    least = least < SIZE_MAX / MOST ? least : SIZE_MAX / MOST;
    struct md_doc *doc = mem_zero(1, sizeof *doc);
    bool marked = len >= 3 && memcmp(src, "\xEF\xBB\xBF", 3) == 0;
    doc->src = len > 0 ? src + (marked ? 3 : 0) : "";
    doc->len = len - (marked ? 3 : 0);
    doc->refs = mem_zero(1, sizeof *doc->refs);
    replace_byte(doc, '\r');
    replace_byte(doc, '\0');
    replace_malformed(doc);
    find_notes(doc);
    cut(doc, least);
    return doc;
}

struct md_doc *md_open(const char *src, size_t len)
{
    return md_open_in_parts(src, len, PART);
}

size_t md_parts(const struct md_doc *doc)
{
    return doc->part_count;
}

size_t md_part_len(const struct md_doc *doc, size_t part)
{
    return doc->parts[part].len;
}

void md_number_links(struct md_doc *doc)
{
    doc->numbered = doc->numbers.exact = true;
}

const char *md_link(const struct md_doc *doc, size_t number)
{
    return number >= 1 && number <= doc->numbers.count
               ? doc->numbers.text.data + doc->number_offs[number - 1]
               : NULL;
}

struct md_doc *md_parse(const char *src, size_t len)
{
    struct md_doc *doc = md_open(src, len);
    for (size_t i = 0; i < doc->part_count; i++)
        parse_part(doc, &doc->parts[i]);
    return doc;
}

void md_forget(struct md_doc *doc)
{
    for (size_t i = 0; i < doc->part_count; i++)
        doc->parts[i].parsed = false;
    doc_clear(doc);
}

void md_free(struct md_doc *doc)
{
    if (doc == NULL)
        return;
    doc_clear(doc);
    rich_release(&doc->rich);
    refs_release(doc->refs);
    parse_release(doc->parse);
    arena_release();
    names_release(&doc->numbers);
    free(doc->number_offs);
    free(doc->refs);
    free(doc->clean);
    free(doc->parts);
    free(doc->blocks);
    free(doc->links);
    free(doc->tables);
    free(doc->columns);
    free(doc->rows);
    free(doc->cells);
    free(doc);
}
