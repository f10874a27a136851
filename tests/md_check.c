/* Owns the invariants of laid-out text. Must not know Markdown. */
#include "md_check.h"

#include <stdbool.h>
#include <stdint.h>

#include "base/utf8.h"

/* A code point that may act on a terminal or turn text round. */
static bool is_hostile(uint32_t cp)
{
    return cp < 0x20 || (cp >= 0x7F && cp < 0xA0) || cp == 0x61C || cp == 0x200E || cp == 0x200F
           || (cp >= 0x2028 && cp <= 0x202E) || (cp >= 0x2066 && cp <= 0x206F) || cp == 0xFEFF
           || (cp >= 0x200B && cp <= 0x200D) || utf8_width(cp) < 0;
}

static bool has_hostile(const char *text, size_t len)
{
    for (size_t at = 0; at < len;) {
        uint32_t cp;
        at += utf8_decode(text + at, len - at, &cp);
        if (is_hostile(cp))
            return true;
    }
    return false;
}

static bool is_one_cell(const char *text, size_t len)
{
    int width;
    return len > 0 && utf8_next_cell(text, len, &width) == len;
}

static const char *check_spans(
    const struct md_lines *lines, const struct md_line *line, size_t *end)
{
    size_t at = line->off;
    for (size_t i = line->first; i < line->first + line->count; i++) {
        const struct md_span *span = &lines->spans[i];
        if (i >= lines->span_count || span->off != at || span->len == 0)
            return "spans don't follow each other";
        if (span->link > lines->link_count || span->style >= STYLE__COUNT)
            return "span out of range";
        at += span->len;
    }
    *end = at;
    return at < lines->text.len && lines->text.data[at] == '\n' ? NULL
                                                                : "no newline at the end";
}

static const char *check_line(
    const struct md_lines *lines, const struct md_line *line, int cols)
{
    size_t end = line->off;
    const char *wrong = check_spans(lines, line, &end);
    const char *text = lines->text.data + line->off;
    size_t len = end - line->off;
    if (wrong != NULL)
        return wrong;
    if (utf8_find_invalid(text, len) != len)
        return "invalid UTF-8";
    if (has_hostile(text, len))
        return "hostile character";
    if (utf8_cells(text, len) != line->cells)
        return "wrong width";
    if (line->cells > cols && !is_one_cell(text, len))
        return "too wide";
    return NULL;
}

const char *md_check(const struct md_lines *lines, int cols, size_t *line)
{
    size_t off = 0;
    for (*line = 0; *line < lines->count; ++*line) {
        const struct md_line *one = &lines->line[*line];
        const char *wrong = one->off == off ? check_line(lines, one, cols) : "hole";
        if (wrong != NULL)
            return wrong;
        off = *line + 1 < lines->count ? one[1].off : lines->text.len;
        if (one->count == 0 && (*line == 0 || *line + 1 == lines->count))
            return "blank line at an end";
    }
    return off == lines->text.len ? NULL : "text beyond the last line";
}
