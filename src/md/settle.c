/* Owns the inline syntax that cmark doesn't read. Must not know blocks.
 * First the edits are found, then the text is copied with them: linear. */
#include "md/settle.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/sign.h"
#include "base/utf8.h"
#include "md/refs.h"

enum edit {
    EDIT_NONE,      /* a mark without a partner: stays */
    EDIT_DROP,      /* these bytes go */
    EDIT_BREAK,     /* a line's end that is kept */
    EDIT_STRIKE,    /* ~~: goes, and turns strike on or off */
    EDIT_HIGHLIGHT, /* == */
    EDIT_URL,
    EDIT_STAMP,
    EDIT_TALK, /* [[talk]] */
    EDIT_TAG,  /* #tag */
    EDIT_NOTE, /* [^label], shown without the ^ */
};

/* The text that is searched. */
struct range {
    const char *text;
    size_t from, to;
    size_t open[2]; /* 1 + edit that waits for its partner: strike, highlight */
};

static bool is_space(char c)
{
    return c == ' ' || c == MD_HARD || c == MD_BR || c == MD_SOFT;
}

static bool is_word(char c)
{
    return c >= 0 && utf8_is_word((uint32_t)c);
}

static char byte_at(const struct range *range, size_t at)
{
    return at >= range->from && at < range->to ? range->text[at] : ' ';
}

static void add_edit(struct md_settle *settle, enum edit what, size_t at, size_t len)
{
    settle->edits =
        mem_grow(settle->edits, &settle->cap, settle->count + 1, sizeof *settle->edits);
    settle->edits[settle->count++] =
        (struct md_edit){ .at = at, .len = (uint32_t)len, .what = (uint8_t)what };
}

/* Notes the two-byte mark at `at` and pairs it with an open one. Highlight
 * must stand outside of words: "a==b and c==d" is a comparison. */
static size_t find_mark(
    struct md_settle *settle, struct range *range, size_t at, size_t end, enum edit what)
{
    char mark = range->text[at], before = byte_at(range, at - 1),
         after = byte_at(range, at + 2);
    size_t run = 1;
    while (at + run < end && range->text[at + run] == mark)
        run++;
    if (run != 2)
        return run;
    bool words = what == EDIT_HIGHLIGHT;
    bool opens = !is_space(after) && !(words && is_word(before));
    bool closes = !is_space(before) && !(words && is_word(after));
    size_t *open = &range->open[what - EDIT_STRIKE];
    if (closes && *open != 0) {
        settle->edits[*open - 1].what = (uint8_t)what;
        *open = 0;
        add_edit(settle, what, at, 2);
    } else if (opens) {
        add_edit(settle, EDIT_NONE, at, 2);
        *open = settle->count;
    }
    return 2;
}

/* GFM's rule: punctuation at the end is no part of a URL, nor is a closing
 * parenthesis that was not opened in it. */
static size_t trim_url(const char *url, size_t len)
{
    size_t opened = 0, closed = 0;
    for (size_t i = 0; i < len; i++) {
        opened += url[i] == '(';
        closed += url[i] == ')';
    }
    while (len > 0) {
        if (url[len - 1] == ')' && closed > opened)
            closed--;
        else if (strchr("?!.,:*_~'\";", url[len - 1]) == NULL)
            break;
        len--;
    }
    return len;
}

/* A URL whose ":" is at `colon`, in text of one look from byte `from` on that
 * holds no earlier edit. Returns how far to go on. */
static size_t find_url(
    struct md_settle *settle, const struct range *range, size_t from, size_t colon, size_t end)
{
    const char *text = range->text;
    size_t scheme = colon - from >= 5 && memcmp(text + colon - 5, "https", 5) == 0  ? 5
                    : colon - from >= 4 && memcmp(text + colon - 4, "http", 4) == 0 ? 4
                                                                                    : 0;
    if (scheme == 0 || end - colon <= 3 || text[colon + 1] != '/' || text[colon + 2] != '/')
        return 1;
    size_t at = colon - scheme, len = scheme + 3;
    if (is_word(byte_at(range, at - 1)))
        return 1;
    while (at + len < end && (unsigned char)text[at + len] > ' '
           && strchr("<>\"`|[]{}", text[at + len]) == NULL)
        len++;
    size_t all = len;
    len = trim_url(text + at, len);
    if (len <= scheme + 3)
        return all - scheme;
    add_edit(settle, EDIT_URL, at, len);
    return len - scheme;
}

/* "[^label]" where the document has that footnote: its bytes, or 0. */
static size_t note_len(const struct md_settle *settle, const char *text, size_t len)
{
    size_t at = 2;
    if (len < 4 || text[1] != '^')
        return 0;
    while (at < len && at < 200 && strchr(" \n\r\v[]", text[at]) == NULL)
        at++;
    return at < len && text[at] == ']' && refs_has_note(settle->doc->refs, text + 2, at - 2)
               ? at + 1
               : 0;
}

/* What stands before the text of one look, from byte `from` on, is a mark of Markdown's. */
static size_t find_bracket(
    struct md_settle *settle, const struct range *range, size_t from, size_t at, size_t end)
{
    int seconds;
    size_t len = sign_stamp(range->text + from, end - from, at - from, &seconds);
    size_t note = len == 0 ? note_len(settle, range->text + at, end - at) : 0;
    size_t talk_len, talk = sign_link(range->text, end, at, &(const char *){ NULL }, &talk_len);
    if (len + note + talk == 0)
        return 1;
    add_edit(settle,
        note > 0   ? EDIT_NOTE
        : talk > 0 ? EDIT_TALK
                   : EDIT_STAMP,
        at, len + note + talk);
    return len + note + talk;
}

static size_t find_tag(struct md_settle *settle, const struct range *range, size_t at)
{
    size_t len = sign_tag(range->text + range->from, range->to - range->from, at - range->from);
    if (len > 0)
        add_edit(settle, EDIT_TAG, at, len);
    return len > 0 ? len : 1;
}

/* A line that begins with a task is one by itself, and so is one that begins with a
 * time where the paragraph does: notes taken while watching are lists of such lines. */
static bool begins_line(const struct range *range, size_t at)
{
    const char *text = range->text + range->from, *line = range->text + at;
    size_t all = range->to - range->from, len = range->to - at;
    int seconds;
    return sign_is_task(line, len)
           || (sign_stamp(text, all, at - range->from, &seconds) > 0
               && sign_stamp(text, all, 0, &seconds) > 0);
}

/* A line end between CJK characters is no blank. */
static void find_soft(struct md_settle *settle, const struct range *range, size_t at)
{
    uint32_t before, after;
    if (begins_line(range, at + 1)) {
        add_edit(settle, EDIT_BREAK, at, 1);
        return;
    }
    if (byte_at(range, at - 1) >= 0 || byte_at(range, at + 1) >= 0)
        return;
    size_t used = utf8_last_cell(range->text + range->from, at - range->from);
    utf8_decode(range->text + at - used, used, &before);
    utf8_decode(range->text + at + 1, range->to - at - 1, &after);
    if (utf8_is_cjk(before) && utf8_is_cjk(after))
        add_edit(settle, EDIT_DROP, at, 1);
}

/* What find_edit() does something about. */
static const bool is_special[256] = {
    ['~'] = true, ['='] = true, [':'] = true, ['['] = true, ['#'] = true, [MD_SOFT] = true
};

/* Finds the edits in [at, end), which is of one look; may look beyond. */
static size_t find_edit(struct md_settle *settle, struct range *range,
    const struct md_run *look, size_t look_from, size_t at, size_t end)
{
    bool plain = look->link == 0 && look->style != STYLE_IMAGE;
    switch (range->text[at]) {
    case '~':
        return find_mark(settle, range, at, end, EDIT_STRIKE);
    case '=':
        return find_mark(settle, range, at, end, EDIT_HIGHLIGHT);
    case ':':
        return plain ? find_url(settle, range, look_from, at, end) : 1;
    case '[':
        return plain ? find_bracket(settle, range, look_from, at, end) : 1;
    case '#':
        return plain ? find_tag(settle, range, at) : 1;
    case MD_SOFT:
        find_soft(settle, range, at);
        return 1;
    }
    return 1;
}

static void find_in_code(struct md_settle *settle, const char *text, size_t at, size_t end)
{
    for (; settle->in_cell && at + 1 < end; at++)
        if (text[at] == '\\' && text[at + 1] == '|')
            add_edit(settle, EDIT_DROP, at, 1);
}

static void find_edits(struct md_settle *settle, struct md_cursor cursor, struct range *range)
{
    size_t at = range->from;
    settle->count = 0;
    while (at < range->to) {
        const struct md_run *look;
        size_t from = at, end = at + cursor_next(&cursor, at, range->to, &look);
        if (look->style == STYLE_CODE || look->style == STYLE_HTML) {
            find_in_code(settle, range->text, at, end);
            at = end;
        }
        while (at < end) {
            while (at < end && !is_special[(unsigned char)range->text[at]])
                at++;
            if (at < end)
                at += find_edit(settle, range, look, from, at, end);
        }
    }
}

/* What the edits so far have turned on. */
struct state {
    bool strike, highlight;
};

static bool is_base(uint8_t style)
{
    return style == STYLE_TEXT || style == STYLE_QUOTE
           || (style >= STYLE_HEADING1 && style <= STYLE_HEADING6);
}

static void copy(struct md_settle *settle, struct md_cursor *cursor, size_t from, size_t to,
    const struct state *state)
{
    while (from < to) {
        const struct md_run *run;
        size_t len = cursor_next(cursor, from, to, &run);
        struct md_run look = *run;
        look.face |= (uint8_t)(settle->face | (state->strike ? FACE_STRIKE : 0));
        if (state->highlight && is_base(look.style))
            look.style = STYLE_HIGHLIGHT;
        rich_add(&settle->doc->rich, look, cursor->rich->text.data + from, len);
        from += len;
    }
}

/* "[1:02:03]" is a link to "#t=3723" (seconds, as in W3C's media fragments). */
static uint32_t add_time(struct md_doc *doc, const char *stamp, size_t len)
{
    int seconds = 0;
    char url[40];
    sign_stamp(stamp, len, 0, &seconds);
    int used = snprintf(url, sizeof url, "#t=%d", seconds);
    return doc_add_link(doc, url, (size_t)used);
}

/* "[[talk]]" is a link to "talk:…" and "#tag" one to "tag:…": for who shows it. */
static uint32_t add_inner(struct md_doc *doc, enum edit what, const char *text, size_t len)
{
    struct buf url = { 0 };
    const char *target = text + 1;
    size_t target_len = len - 1;
    if (what == EDIT_TALK)
        sign_link(text, len, 0, &target, &target_len);
    buf_adds(&url, what == EDIT_TALK ? "talk:" : "tag:");
    buf_add(&url, target, target_len);
    uint32_t link = doc_add_link(doc, url.data, url.len);
    buf_release(&url);
    return link;
}

static void copy_marked(struct md_settle *settle, struct md_cursor *cursor,
    const struct md_edit *edit, const struct state *state)
{
    const struct md_run *run;
    const char *text = cursor->rich->text.data + edit->at;
    cursor_next(cursor, edit->at, edit->at + edit->len, &run);
    struct md_run look = *run;
    look.face |= (uint8_t)(settle->face | (state->strike ? FACE_STRIKE : 0));
    bool inner = edit->what == EDIT_TALK || edit->what == EDIT_TAG;
    look.style = edit->what == EDIT_URL ? STYLE_URL : inner ? STYLE_LINK : STYLE_STAMP;
    if (inner)
        look.link = add_inner(settle->doc, (enum edit)edit->what, text, edit->len);
    if (edit->what == EDIT_URL)
        look.link = doc_add_link(settle->doc, text, edit->len);
    if (edit->what == EDIT_STAMP)
        look.link = add_time(settle->doc, text, edit->len);
    if (edit->what == EDIT_NOTE) {
        rich_add(&settle->doc->rich, look, "[", 1);
        rich_add(&settle->doc->rich, look, text + 2, edit->len - 2);
    } else {
        rich_add(&settle->doc->rich, look, text, edit->len);
    }
}

static void apply(struct md_settle *settle, struct md_cursor *cursor,
    const struct md_edit *edit, struct state *state)
{
    switch ((enum edit)edit->what) {
    case EDIT_NONE:
        copy(settle, cursor, edit->at, edit->at + edit->len, state);
        break;
    case EDIT_DROP:
        break;
    case EDIT_BREAK:
        rich_add(
            &settle->doc->rich, (struct md_run){ .style = STYLE_TEXT }, &(char){ MD_BR }, 1);
        break;
    case EDIT_STRIKE:
        state->strike = !state->strike;
        break;
    case EDIT_HIGHLIGHT:
        state->highlight = !state->highlight;
        break;
    case EDIT_URL:
    case EDIT_STAMP:
    case EDIT_TALK:
    case EDIT_TAG:
    case EDIT_NOTE:
        copy_marked(settle, cursor, edit, state);
        break;
    }
}

/* The document knows only blanks and hard breaks. */
static void settle_breaks(char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (text[i] == MD_SOFT)
            text[i] = ' ';
        else if (text[i] == MD_BR)
            text[i] = MD_HARD;
    }
}

struct md_piece settle(
    struct md_settle *settle, struct md_cursor *cursor, size_t from, size_t to)
{
    const char *text = buf_text(&cursor->rich->text);
    struct md_piece piece = rich_begin(&settle->doc->rich);
    struct state state = { 0 };
    while (from < to && is_space(text[from]))
        from++;
    while (from < to && is_space(text[to - 1]))
        to--;
    struct range range = { .text = text, .from = from, .to = to };
    find_edits(settle, *cursor, &range);
    for (size_t i = 0; i < settle->count; i++) {
        const struct md_edit *edit = &settle->edits[i];
        copy(settle, cursor, from, edit->at, &state);
        apply(settle, cursor, edit, &state);
        from = edit->at + edit->len;
    }
    copy(settle, cursor, from, to, &state);
    rich_end(&settle->doc->rich, &piece);
    if (piece.len > 0)
        settle_breaks(settle->doc->rich.text.data + piece.off, piece.len);
    return piece;
}

enum md_task settle_task(const struct md_rich *text, size_t *from)
{
    const char *bytes = buf_text(&text->text);
    *from = 0;
    if (text->text.len < 4 || bytes[0] != '[' || bytes[2] != ']' || !is_space(bytes[3])
        || !is_base(text->runs[0].style) || text->runs[0].len < 3)
        return MD_NO_TASK;
    if (bytes[1] != ' ' && bytes[1] != 'x' && bytes[1] != 'X')
        return MD_NO_TASK;
    *from = 3;
    return bytes[1] == ' ' ? MD_TO_DO : MD_DONE;
}

void settle_release(struct md_settle *settle)
{
    free(settle->edits);
    settle->edits = NULL;
    settle->count = settle->cap = 0;
}
