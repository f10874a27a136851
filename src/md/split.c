/* Owns the search for places where a document may be cut. Must not know what
 * blocks mean: it tells apart only what can hide a blank line. */
#include "md/split.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "md/html.h"

static bool begins(const char *line, size_t len, const char *with)
{
    size_t need = strlen(with);
    return len >= need && strncasecmp(line, with, need) == 0;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Bytes of a list mark with nothing behind it or a blank, else 0. */
static size_t mark_len(const char *line, size_t len)
{
    size_t at = 0;
    if (len == 0 || (unsigned char)line[0] > '9')
        return 0;
    while (at < len && at < 9 && is_digit(line[at]))
        at++;
    if (at >= len || strchr(at > 0 ? ".)" : "-+*", line[at]) == NULL)
        return 0;
    at++;
    /* cmark takes a form feed and a vertical tab here, too. */
    return at == len || strchr(" \t\v\f", line[at]) != NULL ? at : 0;
}

static bool is_rule(const char *line, size_t len)
{
    size_t marks = 0;
    for (size_t i = 0; i < len; i++) {
        if (line[i] == line[0])
            marks++;
        else if (line[i] != ' ' && line[i] != '\t')
            return false;
    }
    return marks >= 3 && strchr("-*_", line[0]) != NULL;
}

static size_t run_len(const char *line, size_t len)
{
    size_t run = 1;
    while (run < len && line[run] == line[0])
        run++;
    return run;
}

static bool opens_fence(const char *line, size_t len)
{
    if (len < 3 || (line[0] != '`' && line[0] != '~'))
        return false;
    size_t run = run_len(line, len);
    return run >= 3 && (line[0] == '~' || memchr(line + run, '`', len - run) == NULL);
}

static bool closes_fence(const struct split *split, const char *line, size_t len)
{
    if (line[0] != split->fence)
        return false;
    size_t run = run_len(line, len);
    if (run < split->fence_len)
        return false;
    while (run < len && (line[run] == ' ' || line[run] == '\t'))
        run++;
    return run == len;
}

/* What ends the HTML block that begins here and that goes on across blank
 * lines; NULL for none. "</" stands for the four tags of the first kind.
 * *certain: every version of cmark takes it for one. */
static const char *html_until(const char *line, size_t len, bool *certain)
{
    static const char *const kinds[][2] = { { "<!--", "-->" }, { "<?", "?>" },
        { "<![CDATA[", "]]>" }, { "<script", "</" }, { "<pre", "</" }, { "<style", "</" },
        { "<textarea", "</" } };
    *certain = true;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        size_t need = strlen(kinds[i][0]);
        if (!begins(line, len, kinds[i][0]))
            continue;
        bool tag = kinds[i][1][0] == '<';
        *certain = tag || memcmp(line, kinds[i][0], need) == 0;
        return tag && len > need && strchr(" \t\v\f>", line[need]) == NULL ? NULL : kinds[i][1];
    }
    if (len < 3 || line[1] != '!' || (line[2] | 0x20) < 'a' || (line[2] | 0x20) > 'z')
        return NULL;
    *certain = line[2] <= 'Z';
    return ">";
}

static bool holds(const char *line, size_t len, const char *what)
{
    size_t need = strlen(what);
    for (size_t at = 0; at + need <= len; at++) {
        const char *first = memchr(line + at, what[0], len - at);
        if (first == NULL || (size_t)(line + len - first) < need)
            return false;
        at = (size_t)(first - line);
        if (strncasecmp(first, what, need) == 0)
            return true;
    }
    return false;
}

static bool ends_html(const char *line, size_t len, const char *until)
{
    if (until[0] != '<')
        return holds(line, len, until);
    return holds(line, len, "</script>") || holds(line, len, "</pre>")
           || holds(line, len, "</style>") || holds(line, len, "</textarea>");
}

static void lose(struct split *split)
{
    split->state = SPLIT_LOST;
}

/* Something that may hide blank lines begins. Less than two cells in it
 * belongs to no item; else, with a list about, it may be either. */
static void open_block(struct split *split, enum split_state state, size_t indent)
{
    bool in_list = split->list && indent >= 2;
    if (in_list && split->perhaps_raw)
        lose(split);
    else
        split->state = state;
    split->indent = indent;
    split->doubtful = in_list || split->perhaps_raw;
}

static void take_html(struct split *split, const char *line, size_t len, size_t indent)
{
    bool certain;
    const char *until = html_until(line, len, &certain);
    if (until != NULL && ends_html(line, len, until))
        return;
    if (until != NULL && certain) {
        open_block(split, SPLIT_HTML, indent);
        split->until = until;
    } else if (until != NULL) {
        lose(split);
    } else if (indent < 2 && html_is_block(line, len)) {
        split->raw = true;
    } else {
        split->perhaps_raw = true;
    }
}

static void take_mark(
    struct split *split, const char *line, size_t len, size_t indent, bool after_blank)
{
    size_t mark = mark_len(line, len), blanks = 0;
    while (mark + blanks < len && line[mark + blanks] == ' ')
        blanks++;
    bool filled = mark + blanks < len && strchr("\t\v\f", line[mark + blanks]) == NULL;
    split->item = filled && (after_blank || split->item);
    split->item_cols = indent + mark + (blanks > 4 ? 1 : blanks);
    split->list = true;
}

static void take_note(struct split *split, const char *line, size_t len, size_t indent)
{
    bool in_list = split->list && indent >= 2;
    if (in_list || split->perhaps_raw || split_note_len(line, len) == 0)
        return;
    split->notes =
        mem_grow(split->notes, &split->note_cap, split->note_count + 1, sizeof *split->notes);
    split->notes[split->note_count++] = (size_t)(line - split->src);
}

/* A line outside of fences and HTML, not blank, indented less than four. */
static void take_line(
    struct split *split, const char *line, size_t len, size_t indent, bool after_blank)
{
    if (split->item && indent >= split->item_cols)
        return;
    if (split->raw)
        return;
    if (opens_fence(line, len)) {
        open_block(split, SPLIT_FENCE, indent);
        split->fence = line[0];
        split->fence_at = (size_t)(line - split->src) - indent;
        split->fence_len = run_len(line, len);
    } else if (line[0] == '<') {
        take_html(split, line, len, indent);
    } else if (mark_len(line, len) > 0 && !is_rule(line, len)) {
        take_mark(split, line, len, indent, after_blank);
        return;
    } else if (line[0] == '[') {
        take_note(split, line, len, indent);
    }
    split->item = false;
}

/* A line in a fence or HTML block that may after all lie in a list's item or
 * below HTML: whether the two readings part here. Less indented than the first
 * line it ends the item; more than three, it may end the block in the item. */
static bool is_parting(const struct split *split, const char *line, size_t len, size_t indent)
{
    if (split->perhaps_raw)
        return len == 0;
    if (len == 0)
        return false;
    return indent < split->indent
           || (indent > 3 && split->state == SPLIT_FENCE && closes_fence(split, line, len));
}

static void take_inside(struct split *split, const char *line, size_t len, size_t indent)
{
    bool ends = split->state == SPLIT_FENCE
                    ? indent < 4 && len > 0 && closes_fence(split, line, len)
                    : ends_html(line, len, split->until);
    if (split->doubtful && is_parting(split, line, len, indent)) {
        lose(split);
    } else if (ends) {
        split->state = SPLIT_ROOT;
        split->doubtful = false;
    }
}

static bool is_mark(char c)
{
    return c == ' ' || c == '\t' || c == '>' || c == '*' || c == '+' || c == '-' || c == '.'
           || c == ')' || is_digit(c);
}

/* A reference's definition begins behind the marks of containers. */
static bool may_define(const char *line, size_t len)
{
    size_t at = 0;
    while (at < len && is_mark(line[at]))
        at++;
    return at < len && line[at] == '[';
}

/* Whether the document may be cut before a line that follows a blank one. */
static bool is_cut(const struct split *split, const char *line, size_t len)
{
    if (split->state != SPLIT_ROOT || line[0] == ' ' || line[0] == '\t')
        return false;
    /* cmark drops a byte order mark at the beginning of what it is given. */
    if (line[0] == '\xEF' && begins(line, len, "\xEF\xBB\xBF"))
        return false;
    return !split->list || mark_len(line, len) == 0;
}

static size_t indent_of(const char *line, size_t len)
{
    size_t at = 0;
    while (at < len && at < 4 && line[at] == ' ')
        at++;
    return at < len && line[at] == '\t' ? 4 : at;
}

static bool is_blank(const char *line, size_t len)
{
    size_t at = 0;
    while (at < len && (line[at] == ' ' || line[at] == '\t'))
        at++;
    return at == len;
}

static void step(struct split *split, const char *line, size_t len, bool blank)
{
    bool after_blank = split->blank;
    size_t indent = indent_of(line, len);
    split->blank = blank;
    if (split->state == SPLIT_FENCE || split->state == SPLIT_HTML) {
        size_t skip = 0;
        while (skip < len && (line[skip] == ' ' || line[skip] == '\t'))
            skip++;
        take_inside(split, line + skip, len - skip, indent);
    } else if (blank) {
        split->raw = split->perhaps_raw = false;
    } else if (split->state == SPLIT_ROOT && indent < 4) {
        take_line(split, line + indent, len - indent, indent, after_blank);
    }
}

static bool is_graphic(char c)
{
    return c > ' ' && c < 0x7F;
}

/* Whether the segment may end before a line of code: the lines on both sides
 * show something, so that neither looks like a blank end of the block. */
static bool is_code_cut(const struct split *split, const char *line, size_t len)
{
    const char *first = split->src + split->fence_at, *before = line - 2;
    size_t indent = 0;
    while (line[indent] == ' ')
        indent++;
    return split->state == SPLIT_FENCE && !split->doubtful
           && memchr(first, '\n', split->at - 1 - split->fence_at) != NULL
           && is_graphic(*before) && is_graphic(line[indent])
           && !closes_fence(split, line + indent, len - indent);
}

static bool is_end(const struct split *split, const struct md_segment *segment, size_t most,
    const char *line, size_t len)
{
    if (split->at == segment->off)
        return false;
    return (split->blank && is_cut(split, line, len))
           || (split->at - segment->off >= most && is_code_cut(split, line, len));
}

bool split_next(struct split *split, size_t most, struct md_segment *segment)
{
    bool inside = split->state == SPLIT_FENCE;
    *segment =
        (struct md_segment){ .off = split->at, .fence = inside ? split->fence_at : SIZE_MAX };
    while (split->at < split->len) {
        const char *line = split->src + split->at;
        const char *end = memchr(line, '\n', split->len - split->at);
        size_t len = end != NULL ? (size_t)(end - line) : split->len - split->at;
        bool blank = is_blank(line, len);
        if (!blank && is_end(split, segment, most, line, len))
            break;
        if (!blank && split->blank && is_cut(split, line, len) && mark_len(line, len) == 0)
            split->list = split->item = false;
        if (split->state != SPLIT_FENCE || split->doubtful)
            segment->defines |= may_define(line, len);
        step(split, line, len, blank);
        split->at += len + (end != NULL);
    }
    segment->len = split->at - segment->off;
    return segment->len > 0;
}

size_t split_line_len(const char *text)
{
    return (size_t)((const char *)rawmemchr(text, '\n') - text) + 1;
}

size_t split_note_len(const char *text, size_t len)
{
    if (len < 5 || text[0] != '[' || text[1] != '^')
        return 0;
    size_t at = 2;
    while (at < len && at < 200 && strchr(" \t\n[]", text[at]) == NULL)
        at++;
    return at > 2 && at + 1 < len && text[at] == ']' && text[at + 1] == ':' ? at + 2 : 0;
}
