/* Owns the matches and links of a text and the way from one to the next. */
#include "ui/text_find.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* --- matches ----------------------------------------------------------- */

size_t text_match_from(const struct text *text, size_t part, size_t off)
{
    size_t low = 0, high = text->match_count;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        const struct text_match *match = &text->matches[mid];
        if (match->part < part
            || (match->part == part && match->range.off + match->range.len <= off))
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

void text_find_in(struct text *text, size_t part)
{
    const struct buf *bytes = &text->parts[part].lines.text;
    size_t at = text_match_from(text, part, 0), tail = text->match_count - at, from = 0;
    bool none = text->current >= text->match_count;
    struct match_range range;
    struct text_match *found = NULL;
    size_t count = 0, cap = 0;
    while (text->matcher != NULL
           && match_next(text->matcher, buf_text(bytes), bytes->len, from, &range)) {
        found = mem_grow(found, &cap, count + 1, sizeof *found);
        found[count++] = (struct text_match){ part, range };
        from = range.off + range.len;
    }
    text->matches =
        mem_grow(text->matches, &text->match_cap, text->match_count + count, sizeof *found);
    if (count > 0) {
        memmove(text->matches + at + count, text->matches + at, tail * sizeof *found);
        memcpy(text->matches + at, found, count * sizeof *found);
    }
    free(found);
    text->match_count += count;
    if (none)
        text->current = text->match_count;
    else if (text->current >= at)
        text->current += count;
}

void text_find(struct text *text, const struct matcher *matcher)
{
    size_t current = text->current;
    bool none = text->current >= text->match_count;
    text->matcher = matcher;
    text->match_count = text->current = 0;
    for (size_t i = 0; i < text->part_count; i++)
        if (text->parts[i].ready)
            text_find_in(text, i);
    text->current = none || current > text->match_count ? text->match_count : current;
}

/* The line of a part that byte `off` of its text is on. */
static size_t line_of(const struct md_lines *lines, size_t off)
{
    size_t low = 0, high = lines->count;
    while (high - low > 1) {
        size_t mid = low + (high - low) / 2;
        if (md_lines_offset(lines, mid) <= off)
            low = mid;
        else
            high = mid;
    }
    return low;
}

static void show_match(struct text *text, size_t index)
{
    const struct text_match *match = &text->matches[index];
    text_show_line(text, text_part_line(text, match->part)
                             + line_of(&text->parts[match->part].lines, match->range.off));
}

bool text_show_match(struct text *text)
{
    for (size_t i = 0; text->matcher != NULL && i < text->part_count && text->match_count == 0;
         i++)
        text_make(text, i);
    if (text->match_count > 0)
        show_match(text, 0);
    return text->match_count > 0;
}

/* Where the window begins: a part and a byte of its text. */
static size_t window_start(const struct text *text, size_t *off)
{
    size_t part = text_part_at(text, text->top);
    size_t line = text->top - text_part_line(text, part);
    const struct md_lines *lines = &text->parts[part].lines;
    *off = line < lines->count ? md_lines_offset(lines, line) : lines->text.len;
    return part;
}

/* The match before or behind place `at` among the matches, which is in `part`
 * or at its border: parts in between are laid out as far as one is found. */
static size_t nearest(struct text *text, size_t part, size_t at, int by)
{
    size_t parts = text->part_count;
    for (size_t i = 0; i <= parts; i++) {
        size_t here = (part + (by > 0 ? i : parts - i)) % parts;
        size_t before = text->match_count;
        text_make(text, here);
        if (i > 0 || before != text->match_count)
            at = by > 0 ? text_match_from(text, here, 0) : text_match_from(text, here + 1, 0);
        if (by > 0 && at < text->match_count && text->matches[at].part == here)
            return at;
        if (by < 0 && at > 0 && text->matches[at - 1].part == here)
            return at - 1;
    }
    return text->match_count;
}

bool text_step_match(struct text *text, int by)
{
    size_t part, at, off;
    if (text->matcher == NULL || text->part_count == 0)
        return false;
    if (text->current < text->match_count) {
        part = text->matches[text->current].part;
        at = text->current + (by > 0);
    } else {
        part = window_start(text, &off);
        text_make(text, part);
        at = text_match_from(text, part, off);
    }
    size_t found = nearest(text, part, at, by);
    if (found == text->match_count)
        return false;
    text->current = found;
    show_match(text, found);
    return true;
}

/* --- links ------------------------------------------------------------- */

/* What may stand between a link's lines: blanks, bars, marks. */
static bool is_between(const struct md_lines *lines, const struct md_span *span)
{
    if (span->style == STYLE_QUOTE || span->style == STYLE_MARKER || span->style == STYLE_TABLE)
        return true;
    for (size_t i = 0; i < span->len; i++)
        if (lines->text.data[span->off + i] != ' ')
            return false;
    return true;
}

static void extend_link(const struct md_lines *lines, struct text_link *link)
{
    uint32_t number = lines->spans[link->first].link;
    link->last = link->first;
    for (size_t i = link->first + 1; i < lines->span_count; i++) {
        if (lines->spans[i].link == number)
            link->last = i;
        else if (lines->spans[i].link != 0 || !is_between(lines, &lines->spans[i]))
            return;
    }
}

bool text_next_link(const struct text *text, struct text_link *link)
{
    const struct md_lines *lines = &text->parts[link->part].lines;
    size_t from = link->any ? link->last + 1 : 0;
    while (from < lines->span_count && lines->spans[from].link == 0)
        from++;
    if (from >= lines->span_count)
        return false;
    link->any = true;
    link->first = from;
    extend_link(lines, link);
    return true;
}

/* The last link of link->part that begins before span `before`. */
static bool last_link(const struct text *text, struct text_link *link, size_t before)
{
    struct text_link next = { .part = link->part };
    bool found = false;
    while (text_next_link(text, &next) && next.first < before) {
        *link = next;
        found = true;
    }
    return found;
}

void text_set_link(struct text *text, const struct text_link *link)
{
    const struct md_lines *lines = &text->parts[link->part].lines;
    text->link = *link;
    text_show_line(
        text, text_part_line(text, link->part) + line_of(lines, lines->spans[link->first].off));
}

/* The first link in sight or below. */
static struct text_link first_link(const struct text *text, bool *found)
{
    size_t off;
    struct text_link link = { .part = window_start(text, &off) };
    const struct md_lines *lines = &text->parts[link.part].lines;
    *found = false;
    while (!*found && text_next_link(text, &link))
        *found = lines->spans[link.first].off >= off;
    return link;
}

bool text_step_link(struct text *text, int by)
{
    struct text_link link = text->link;
    bool found = false;
    text->link.any = false;
    if (text->part_count == 0 || (!link.any && by < 0))
        return false;
    if (!link.any)
        link = first_link(text, &found);
    else
        found = by > 0 ? text_next_link(text, &link) : last_link(text, &link, link.first);
    while (!found && (by > 0 ? link.part + 1 < text->part_count : link.part > 0)) {
        link = (struct text_link){ .part = by > 0 ? link.part + 1 : link.part - 1 };
        text_make(text, link.part);
        found = by > 0 ? text_next_link(text, &link) : last_link(text, &link, SIZE_MAX);
    }
    if (found)
        text_set_link(text, &link);
    return found;
}

const char *text_link_url(const struct text *text, const struct text_link *link)
{
    const struct md_lines *lines = &text->parts[link->part].lines;
    return lines->links[lines->spans[link->first].link - 1];
}

const char *text_current_url(const struct text *text)
{
    return text->link.any ? text_link_url(text, &text->link) : NULL;
}
