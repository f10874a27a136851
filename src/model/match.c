/* Owns comparing words as search does. Must not know the index. */
#include "model/match.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/sink.h"
#include "base/utf8.h"

/* Moves *at to the next word's first byte; false at the end. */
static bool skip_to_word(const char *text, size_t len, size_t *at)
{
    while (*at < len) {
        uint32_t cp;
        size_t used = utf8_decode(text + *at, len - *at, &cp);
        if (utf8_is_word(cp))
            return true;
        *at += used;
    }
    return false;
}

static void skip_word(const char *text, size_t len, size_t *at)
{
    while (*at < len) {
        uint32_t cp;
        size_t used = utf8_decode(text + *at, len - *at, &cp);
        if (!utf8_is_word(cp))
            return;
        *at += used;
    }
}

/* Compares the word at *at with a folded one and moves *at past what was
 * compared. With prefix set the word in the text may be longer. */
static bool same_word(
    const char *text, size_t len, size_t *at, const uint32_t *word, bool prefix)
{
    while (*at < len) {
        uint32_t cp;
        size_t used = utf8_decode(text + *at, len - *at, &cp);
        if (!utf8_is_word(cp))
            break;
        cp = utf8_fold(cp);
        if (cp != 0) {
            if (*word == 0 && prefix)
                return true;
            if (cp != *word)
                return false;
            word++;
        }
        *at += used;
    }
    return *word == 0;
}

static void fold_term(struct match_term *term, const char *text)
{
    size_t len = strlen(text), at = 0, count = 0;
    term->cps = mem_alloc((len + 2) * sizeof term->cps[0] * 2);
    while (skip_to_word(text, len, &at)) {
        size_t end = at;
        skip_word(text, len, &end);
        while (at < end) {
            uint32_t cp;
            at += utf8_decode(text + at, end - at, &cp);
            cp = utf8_fold(cp);
            if (cp != 0)
                term->cps[count++] = cp;
        }
        term->cps[count++] = 0;
        term->words++;
    }
}

void match_init(struct matcher *matcher, const struct query *query)
{
    *matcher = (struct matcher){ .terms = mem_zero(query->count, sizeof(struct match_term)) };
    for (size_t i = 0; i < query->count; i++) {
        const struct query_term *term = &query->terms[i];
        if (term->field != QUERY_TEXT || term->negate)
            continue;
        struct match_term *mine = &matcher->terms[matcher->count++];
        mine->prefix = term->prefix;
        fold_term(mine, term->text);
    }
}

void match_release(struct matcher *matcher)
{
    for (size_t i = 0; i < matcher->count; i++)
        free(matcher->terms[i].cps);
    free(matcher->terms);
    *matcher = (struct matcher){ 0 };
}

/* Byte length of the term's match that begins at `at`, 0 where it does not. */
static size_t match_here(const struct match_term *term, const char *text, size_t len, size_t at)
{
    size_t end = at;
    const uint32_t *word = term->cps;
    for (size_t i = 0; i < term->words; i++) {
        bool last = i + 1 == term->words;
        if (i > 0 && !skip_to_word(text, len, &end))
            return 0;
        if (!same_word(text, len, &end, word, last && term->prefix))
            return 0;
        while (*word != 0)
            word++;
        word++;
    }
    return end - at;
}

bool match_next(const struct matcher *matcher, const char *text, size_t len, size_t from,
    struct match_range *range)
{
    size_t at = from;
    while (matcher->count > 0 && skip_to_word(text, len, &at)) {
        size_t best = 0;
        for (size_t i = 0; i < matcher->count; i++) {
            size_t here = match_here(&matcher->terms[i], text, len, at);
            if (here > best)
                best = here;
        }
        if (best > 0) {
            *range = (struct match_range){ at, best };
            return true;
        }
        skip_word(text, len, &at);
    }
    return false;
}

void match_add_words(const char *text, struct buf *out)
{
    size_t len = strlen(text), at = 0;
    while (skip_to_word(text, len, &at)) {
        size_t end = at;
        skip_word(text, len, &end);
        if (out->len > 0)
            buf_addc(out, ' ');
        while (at < end) {
            uint32_t cp;
            char bytes[4];
            at += utf8_decode(text + at, end - at, &cp);
            cp = utf8_fold(cp);
            if (cp != 0)
                buf_add(out, bytes, utf8_encode(cp, bytes));
        }
    }
}

bool match_words(const char *value, const char *text)
{
    struct query_term term = { .field = QUERY_TEXT, .prefix = true };
    size_t len = strlen(value), at = 0, found = 0;
    while (skip_to_word(value, len, &at)) {
        size_t end = at;
        skip_word(value, len, &end);
        term.text = mem_dup_n(value + at, end - at);
        struct query one = { .terms = &term, .count = 1 };
        struct matcher matcher;
        match_init(&matcher, &one);
        struct match_range range;
        bool hit = match_next(&matcher, text, strlen(text), 0, &range);
        match_release(&matcher);
        free(term.text);
        if (!hit)
            return false;
        found++;
        at = end;
    }
    return found > 0;
}

/* Moves back at most `cells` code points, then on to the beginning of a word. */
static size_t passage_start(const char *text, size_t match, int cells)
{
    size_t at = match;
    for (int i = 0; i < cells && at > 0; i++) {
        do {
            at--;
        } while (at > 0 && (text[at] & 0xC0) == 0x80);
    }
    if (at == 0)
        return 0;
    size_t word = at + strcspn(text + at, " \n\t");
    word += strspn(text + word, " \n\t");
    return word <= match ? word : at;
}

void match_excerpt(const struct matcher *matcher, const char *text, int cells, struct buf *out)
{
    size_t len = strlen(text);
    struct match_range range;
    size_t start = 0;
    if (match_next(matcher, text, len, 0, &range) && (int)range.off > cells * 2 / 3)
        start = passage_start(text, range.off, cells / 3);
    /* Twice the cells in bytes and some is enough to fill the line. */
    size_t take = len - start < (size_t)cells * 4 + 64 ? len - start : (size_t)cells * 4 + 64;
    struct buf line = { 0 };
    bool space = true;
    if (start > 0)
        buf_adds(&line, "… ");
    for (size_t i = start; i < start + take; i++) {
        bool blank = strchr(" \t\r\n", text[i]) != NULL && text[i] != '\0';
        if (!blank)
            buf_addc(&line, text[i]);
        else if (!space)
            buf_addc(&line, ' ');
        space = blank;
    }
    struct buf clean = { 0 };
    sink_adds(&clean, buf_text(&line), SINK_LINE);
    size_t fit = utf8_fit(buf_text(&clean), clean.len, cells - 1);
    buf_add(out, buf_text(&clean), fit);
    if (fit < clean.len || start + take < len)
        buf_adds(out, "…");
    buf_release(&clean);
    buf_release(&line);
}
