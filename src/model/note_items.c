/* Owns finding items in a note's Markdown, line by line. Must not know where they
 * are kept. What is code is told by fences, backquotes and indentation as CommonMark
 * has them; but in lists and quotes indented text mostly is none, and never is here. */
#include "model/note_items.h"

#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/mem.h"
#include "base/sign.h"
#include "model/match.h"

enum { TAB = 4 };

static size_t skip_blanks(const char *text, size_t at, size_t end)
{
    while (at < end && (text[at] == ' ' || text[at] == '\t'))
        at++;
    return at;
}

/* Where the text from `at` on ends, without white space. */
static size_t trimmed(const char *text, size_t at, size_t end)
{
    while (end > at && strchr(" \t\r", text[end - 1]) != NULL)
        end--;
    return end;
}

/* The bytes of a list's marker with the blank behind it, "- " or "12. ", or 0. */
static size_t marker_len(const char *text, size_t at, size_t end)
{
    size_t digits = strspn(text + at, "0123456789"), after = at + digits + 1;
    bool marked = digits > 0
                      ? digits < 10 && after <= end && strchr(".)", text[after - 1]) != NULL
                      : strchr("-*+", text[at]) != NULL;
    if (!marked || (after < end && strchr(" \t\r", text[after]) == NULL))
        return 0;
    return after - at + (after < end);
}

/* Where a line's own text begins, behind quotes and lists; *listed tells whether
 * there was a list's marker right before it. */
static size_t skip_containers(const char *text, size_t at, size_t end, bool *listed)
{
    *listed = false;
    for (;;) {
        at = skip_blanks(text, at, end);
        size_t len = at < end ? marker_len(text, at, end) : 0;
        if (len == 0 && (at == end || text[at] != '>'))
            return at;
        *listed = len > 0;
        at += len > 0 ? len : 1;
    }
}

static bool begins(const char *text, size_t at, size_t end, const char *word)
{
    size_t len = strlen(word);
    return end - at >= len && memcmp(text + at, word, len) == 0;
}

static size_t run_len(const char *text, size_t at, size_t end, char sign)
{
    size_t len = 0;
    while (at + len < end && text[at + len] == sign)
        len++;
    return len;
}

static size_t columns(const char *text, size_t from, size_t to)
{
    size_t columns = 0;
    for (; from < to; from++)
        columns += text[from] == '\t' ? TAB - columns % TAB : 1;
    return columns;
}

static bool is_heading(const char *text, size_t at, size_t end)
{
    size_t signs = run_len(text, at, end, '#');
    return signs > 0 && signs <= 6
           && (at + signs == end || strchr(" \t\r", text[at + signs]) != NULL);
}

/* A heading, a rule, or the line below a heading: no text goes on from these. */
static bool ends_paragraph(const char *text, size_t at, size_t end)
{
    char sign = text[at];
    if (is_heading(text, at, end))
        return true;
    if (strchr("-_*=", sign) == NULL)
        return false;
    for (; at < end; at++)
        if (text[at] != sign && strchr(" \t\r", text[at]) == NULL)
            return false;
    return true;
}

/* Whether the line is indented code, and what it does to the paragraph and the list. A
 * footnote's text is indented, too. */
static bool is_indented(struct note_scan *scan)
{
    const char *text = scan->body;
    size_t end = scan->line_end, at = skip_blanks(text, scan->at, end);
    size_t indent = columns(text, scan->at, at);
    if (trimmed(text, at, end) == at) {
        scan->paragraph = false;
        return false;
    }
    if (indent >= TAB && !scan->paragraph && !scan->list)
        return true;
    if (marker_len(text, at, end) > 0 || begins(text, at, end, "[^"))
        scan->list = true;
    else if (indent == 0 && (!scan->paragraph || text[at] == '>'))
        scan->list = false;
    scan->paragraph = !ends_paragraph(text, at, end);
    return false;
}

/* Whether the line belongs to a fence's code, and what it does to the fence. */
static bool is_fenced(struct note_scan *scan, size_t at)
{
    const char *text = scan->body;
    size_t end = scan->line_end;
    char sign = at < end ? text[at] : '\0';
    size_t len = sign == '`' || sign == '~' ? run_len(text, at, end, sign) : 0;
    if (scan->fence > 0) {
        if (sign == scan->fence_sign && len >= scan->fence
            && trimmed(text, at + len, end) == at + len)
            scan->fence = 0;
        scan->paragraph = false;
        return true;
    }
    if (len < 3 || (sign == '`' && memchr(text + at + len, '`', end - at - len) != NULL))
        return false;
    scan->fence = len;
    scan->fence_sign = sign;
    return true;
}

/* What may stand before "TODO:": a heading's signs, emphasis, times. */
static size_t skip_to_task(const char *text, size_t at, size_t end)
{
    int seconds;
    for (size_t before = end + 1; at != before;) {
        before = at;
        at = skip_blanks(text, at, end);
        size_t signs = run_len(text, at, end, '#');
        at += at + signs < end && text[at + signs] == ' ' ? signs : 0;
        at += run_len(text, at, end, '*');
        at += sign_stamp(text, end, at, &seconds);
    }
    return at;
}

/* The task that a line begins with; at is where its own text begins. */
static bool find_task(
    const struct note_scan *scan, size_t at, bool listed, struct note_item *item)
{
    static const struct {
        const char *word;
        enum note_task task;
    } words[] = { { "TODO:", NOTE_TODO }, { "Q:", NOTE_QUESTION }, { "[ ] ", NOTE_BOX } };
    const char *text = scan->body;
    size_t end = scan->line_end;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        bool box = words[i].task == NOTE_BOX;
        size_t from = box ? at : skip_to_task(text, at, end);
        if ((box && !listed) || !begins(text, from, end, words[i].word))
            continue;
        size_t to = from + strlen(words[i].word);
        size_t first = skip_blanks(text, to + (box ? 0 : run_len(text, to, end, '*')), end);
        *item = (struct note_item){ .kind = NOTE_TASK, .off = from, .len = to - from };
        item->text = text + first;
        item->text_len = trimmed(text, first, end) - first;
        item->number = (int)words[i].task;
        return item->text_len > 0;
    }
    return false;
}

/* Begins the next line; true where it begins with a task. */
static bool begin_line(struct note_scan *scan, struct note_item *item)
{
    bool listed;
    scan->line++;
    scan->line_end = scan->at + strcspn(scan->body + scan->at, "\n");
    size_t at = skip_containers(scan->body, scan->at, scan->line_end, &listed);
    if ((scan->fence == 0 && is_indented(scan)) || is_fenced(scan, at)) {
        scan->at = scan->line_end;
        return false;
    }
    scan->one_line = at < scan->line_end && strchr("#|", scan->body[at]) != NULL;
    return find_task(scan, at, listed, item);
}

/* Whether the paragraph goes on behind the line that ends at *end: on to the end of the
 * next one. What may begin another block is taken for one. */
static bool goes_on(const char *text, size_t *end)
{
    if (text[*end] == '\0')
        return false;
    size_t next = *end + 1 + strcspn(text + *end + 1, "\n");
    size_t at = skip_blanks(text, *end + 1, next);
    if (trimmed(text, at, next) == at || strchr(">-+*=_~<|", text[at]) != NULL
        || is_heading(text, at, next) || marker_len(text, at, next) > 0
        || run_len(text, at, next, '`') >= 3)
        return false;
    *end = next;
    return true;
}

/* The end of the code span whose `open` backquotes end at scan->at, 0 where there is none. */
static size_t find_code_end(struct note_scan *scan, size_t open)
{
    const char *text = scan->body;
    size_t end = scan->line_end;
    bool known = scan->at < scan->ticks_to;
    if (open > NOTE_TICKS_MAX || (known && scan->last_ticks[open] < scan->at))
        return 0;
    if (!known)
        memset(scan->last_ticks, 0, sizeof scan->last_ticks);
    for (size_t i = scan->at; i < end || (!scan->one_line && goes_on(text, &end));) {
        const char *next = memchr(text + i, '`', end - i);
        i = next != NULL ? (size_t)(next - text) : end;
        size_t len = run_len(text, i, end, '`');
        if (len == open)
            return i + len;
        if (!known && len <= NOTE_TICKS_MAX)
            scan->last_ticks[len] = i;
        i += len;
    }
    scan->ticks_to = end;
    return 0;
}

/* Goes past a code span, which may be lines long, or the backquotes where none begins. */
static void skip_code(struct note_scan *scan)
{
    const char *text = scan->body;
    size_t open = run_len(text, scan->at, scan->line_end, '`');
    scan->at += open;
    size_t close = find_code_end(scan, open);
    scan->at = close > 0 ? close : scan->at;
    for (; scan->line_end < scan->at; scan->line++)
        scan->line_end += 1 + strcspn(text + scan->line_end + 1, "\n");
}

/* Goes past the address of a link whose text ends here, "](…)". */
static void skip_address(struct note_scan *scan)
{
    const char *text = scan->body;
    size_t at = scan->at++, end = scan->line_end;
    if (at + 1 >= end || text[at + 1] != '(' || at < scan->no_close)
        return;
    const char *close = memchr(text + at, ')', end - at);
    if (close != NULL)
        scan->at = scan->behind_link = (size_t)(close - text) + 1;
    else
        scan->no_close = end;
}

/* Where what follows a stamp ends: before the next one or at the line's end. */
static size_t stamp_end(const char *text, size_t at, size_t end)
{
    int seconds;
    const char *next;
    for (size_t i = at; (next = memchr(text + i, '[', end - i)) != NULL;) {
        i = (size_t)(next - text);
        if (sign_stamp(text, end, i, &seconds) > 0)
            return trimmed(text, at, i);
        i++;
    }
    return trimmed(text, at, end);
}

/* The item at scan->at; else the bytes to go on by. */
static size_t find_inline(const struct note_scan *scan, struct note_item *item)
{
    const char *text = scan->body;
    size_t at = scan->at, end = scan->line_end;
    *item = (struct note_item){ .off = at };
    if (text[at] == '#') {
        item->kind = NOTE_TAG;
        item->len = sign_tag(text, end, at);
        item->text = text + at + 1;
        item->text_len = item->len > 0 ? item->len - 1 : 0;
    } else if (text[at] == '[') {
        item->kind = NOTE_LINK;
        item->len = sign_link(text, end, at, &item->text, &item->text_len);
        if (item->len > 0)
            return item->len;
        item->kind = NOTE_STAMP;
        /* What is said before it in a link is not said before it. */
        size_t from = at == scan->behind_link ? at : 0;
        item->len = sign_stamp(text + from, end - from, at - from, &item->number);
        /* "[12:34](…)" is a link already. */
        if (item->len > 0 && at + item->len < end && text[at + item->len] == '(')
            item->len = 0;
        item->text = text + at + item->len;
        item->text_len =
            item->len > 0 ? stamp_end(text, at + item->len, end) - (at + item->len) : 0;
    }
    return item->len > 0 ? item->len : 1;
}

bool note_scan_next(struct note_scan *scan, struct note_item *item)
{
    const char *text = scan->body;
    for (;;) {
        if (!scan->in_line) {
            if (text[scan->at] == '\0')
                return false;
            scan->in_line = true;
            if (begin_line(scan, item)) {
                item->line = scan->line;
                return true;
            }
        }
        while (scan->at < scan->line_end) {
            size_t len = strcspn(text + scan->at, "#[]`\\\n");
            scan->at += len;
            if (scan->at >= scan->line_end)
                break;
            if (text[scan->at] == '\\')
                scan->at += scan->at + 1 < scan->line_end ? 2 : 1;
            else if (text[scan->at] == ']')
                skip_address(scan);
            else if (text[scan->at] == '`')
                skip_code(scan);
            else {
                scan->at += find_inline(scan, item);
                item->line = scan->line;
                if (item->len > 0)
                    return true;
            }
        }
        scan->at = scan->line_end + (text[scan->line_end] == '\n');
        scan->in_line = false;
    }
}

void note_add_target(const char *text, size_t len, struct buf *out)
{
    char *copy = mem_dup_n(text, len);
    match_add_words(copy, out);
    free(copy);
}

char *note_tick(const char *body, size_t line)
{
    static const char *const done[] = {
        [NOTE_TODO] = "DONE:", [NOTE_QUESTION] = "DONE Q:", [NOTE_BOX] = "[x] "
    };
    struct note_scan scan = { .body = body };
    struct note_item item;
    while (note_scan_next(&scan, &item)) {
        if (item.kind != NOTE_TASK || item.line != line)
            continue;
        struct buf out = { 0 };
        buf_add(&out, body, item.off);
        buf_adds(&out, done[item.number]);
        buf_adds(&out, body + item.off + item.len);
        return buf_take(&out);
    }
    return NULL;
}

char *note_shift_stamps(const char *body, int by, size_t *moved, size_t *clamped)
{
    struct note_scan scan = { .body = body };
    struct note_item item;
    struct buf out = { 0 };
    size_t from = 0;
    *moved = *clamped = 0;
    while (note_scan_next(&scan, &item)) {
        if (item.kind != NOTE_STAMP)
            continue;
        long to = (long)item.number + by;
        *moved += 1;
        *clamped += to < 0;
        buf_add(&out, body + from, item.off - from);
        buf_addc(&out, '[');
        date_add_length(&out, to < 0 ? 0 : (int)to);
        buf_addc(&out, ']');
        from = item.off + item.len;
    }
    buf_adds(&out, body + from);
    return buf_take(&out);
}
