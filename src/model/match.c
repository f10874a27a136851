/* Owns comparing words as search does. Must not know the index. */
#include "model/match.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/sink.h"
#include "base/utf8.h"

/* Past what search ignores: marks and joiners. */
static size_t skip_ignored(const char *text, size_t len, size_t at)
{
    while (at < len && (unsigned char)text[at] >= 0x80) {
        uint32_t cp;
        size_t used = utf8_decode(text + at, len - at, &cp);
        if (utf8_fold(cp) != 0)
            break;
        at += used;
    }
    return at;
}

static bool is_letter(unsigned char c)
{
    return (c | 32) >= 'a' && (c | 32) <= 'z';
}

/* "c++" and "c#" are words: one letter with its signs. */
static size_t sign_length(const char *text, size_t len, size_t start, size_t end)
{
    if (end - start != 1 || !is_letter((unsigned char)text[start]))
        return 0;
    size_t signs = end + 1 < len && text[end] == '+' && text[end + 1] == '+' ? 2
                   : end < len && text[end] == '#'                           ? 1
                                                                             : 0;
    uint32_t next = 0;
    if (end + signs < len)
        utf8_decode(text + end + signs, len - end - signs, &next);
    return utf8_is_word(next) ? 0 : signs;
}

/* Where the word that begins at `at` ends; at where none begins there. */
static size_t word_end(const char *text, size_t len, size_t at)
{
    size_t start = at;
    while (at < len) {
        uint32_t cp;
        size_t used = utf8_decode(text + at, len - at, &cp);
        if (utf8_is_single(cp))
            return at > start ? at : skip_ignored(text, len, at + used);
        if (!utf8_is_word(cp) && (at == start || utf8_fold(cp) != 0))
            break;
        at += used;
    }
    return at + sign_length(text, len, start, at);
}

bool match_word(const char *text, size_t len, size_t *at, size_t *end)
{
    while (*at < len) {
        uint32_t cp;
        size_t used = utf8_decode(text + *at, len - *at, &cp);
        if ((utf8_is_word(cp) || utf8_is_single(cp)) && utf8_fold(cp) != 0) {
            *end = word_end(text, len, *at);
            return true;
        }
        *at += used;
    }
    return false;
}

/* Compares a word of the text with a folded one; with prefix set the word in
 * the text may be longer. *used is what was compared. */
static bool same_word(
    const char *text, size_t end, size_t at, const uint32_t *word, bool prefix, size_t *used)
{
    size_t start = at;
    while (at < end) {
        uint32_t cp;
        size_t step = utf8_decode(text + at, end - at, &cp);
        cp = utf8_fold(cp);
        if (cp != 0 && *word == 0 && prefix)
            break;
        if (cp != 0 && cp != *word)
            return false;
        word += cp != 0;
        at += step;
    }
    *used = at - start;
    return *word == 0;
}

static void fold_term(struct match_term *term, const char *text)
{
    size_t len = strlen(text), at = 0, end, count = 0;
    term->cps = mem_alloc((len + 2) * sizeof term->cps[0] * 2);
    while (match_word(text, len, &at, &end)) {
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

static void add_term(struct matcher *matcher, const char *text, bool prefix)
{
    matcher->terms = mem_resize(matcher->terms, matcher->count + 1, sizeof matcher->terms[0]);
    struct match_term *term = &matcher->terms[matcher->count];
    *term = (struct match_term){ .prefix = prefix };
    fold_term(term, text);
    if (term->words > 0)
        matcher->count++;
    else
        free(term->cps);
}

/* A term for each word. */
static void add_names(struct matcher *matcher, const char *text)
{
    size_t len = strlen(text), at = 0, end;
    for (; match_word(text, len, &at, &end); at = end) {
        char *word = mem_dup_n(text + at, end - at);
        add_term(matcher, word, true);
        free(word);
    }
}

void match_init(struct matcher *matcher, const struct query *query)
{
    *matcher = (struct matcher){ 0 };
    for (size_t i = 0; i < query->count; i++) {
        const struct query_term *term = &query->terms[i];
        if (!query_is_words(term) || term->negate)
            continue;
        if (query_fields[term->field].names)
            add_names(matcher, term->text);
        else
            add_term(matcher, term->text, term->prefix);
    }
}

void match_release(struct matcher *matcher)
{
    for (size_t i = 0; i < matcher->count; i++)
        free(matcher->terms[i].cps);
    free(matcher->terms);
    *matcher = (struct matcher){ 0 };
}

/* Byte length of the term's match whose first word is at `at`, 0 where it does
 * not match. */
static size_t match_here(
    const struct match_term *term, const char *text, size_t len, size_t at, size_t end)
{
    size_t start = at, used = 0;
    const uint32_t *word = term->cps;
    for (size_t i = 0; i < term->words; i++) {
        bool last = i + 1 == term->words;
        if (i > 0) {
            at = end;
            if (!match_word(text, len, &at, &end))
                return 0;
        }
        if (!same_word(text, end, at, word, last && term->prefix, &used))
            return 0;
        while (*word != 0)
            word++;
        word++;
    }
    return at + used - start;
}

/* Past the rest of the word that `from` is within. */
static size_t leave_word(const char *text, size_t len, size_t from)
{
    size_t before = from;
    uint32_t cp;
    if (from == 0 || from >= len)
        return from;
    do {
        before--;
    } while (before > 0 && (text[before] & 0xC0) == 0x80);
    utf8_decode(text + before, len - before, &cp);
    return utf8_is_word(cp) && !utf8_is_single(cp) ? word_end(text, len, from) : from;
}

/* The same with the term that matched (the longest). */
static bool next_match(const struct matcher *matcher, const char *text, size_t len, size_t from,
    struct match_range *range, size_t *which)
{
    size_t at = leave_word(text, len, from), end;
    for (; matcher->count > 0 && match_word(text, len, &at, &end); at = end) {
        range->len = 0;
        for (size_t i = 0; i < matcher->count; i++) {
            size_t here = match_here(&matcher->terms[i], text, len, at, end);
            if (here > range->len) {
                range->len = here;
                *which = i;
            }
        }
        range->off = at;
        if (range->len > 0)
            return true;
    }
    return false;
}

bool match_next(const struct matcher *matcher, const char *text, size_t len, size_t from,
    struct match_range *range)
{
    size_t which;
    struct match_range found;
    if (!next_match(matcher, text, len, from, &found, &which))
        return false;
    *range = found;
    return true;
}

void match_fold(const char *text, size_t len, struct buf *out)
{
    for (size_t at = 0; at < len;) {
        uint32_t cp;
        char bytes[4];
        at += utf8_decode(text + at, len - at, &cp);
        cp = utf8_fold(cp);
        if (cp != 0)
            buf_add(out, bytes, utf8_encode(cp, bytes));
    }
}

/* The folded letter or digit, 0 for another byte of ASCII. */
static char plain_char(char c)
{
    return c >= 'A' && c <= 'Z'                               ? (char)(c + 32)
           : (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ? c
                                                              : 0;
}

/* Copies words of ASCII, with a blank after each, to room for as many bytes as
 * text has; stops before a word that needs more care. Most of all text is this. */
static size_t add_plain(const char *text, size_t len, size_t at, char *to, size_t *used)
{
    char *out = to;
    for (size_t next; at < len; at = next) {
        char *start = out, c;
        for (next = at; next < len && (c = plain_char(text[next])) != 0; next++)
            *out++ = c;
        bool care = next < len
                    && ((unsigned char)text[next] >= 0x80
                        || (next == at + 1 && (text[next] == '+' || text[next] == '#')));
        if (care) {
            out = start;
            break;
        }
        if (next > at)
            *out++ = ' ';
        else
            next++;
    }
    *used = (size_t)(out - to);
    return at;
}

void match_add_words(const char *text, struct buf *out)
{
    size_t len = strlen(text), at = 0, end, used;
    if (out->len > 0)
        buf_addc(out, ' ');
    while (at < len) {
        char *room = buf_room(out, len - at + 1);
        at = add_plain(text, len, at, room, &used);
        buf_used(out, used);
        if (at >= len || !match_word(text, len, &at, &end))
            break;
        match_fold(text + at, end - at, out);
        buf_addc(out, ' ');
        at = end;
    }
    if (out->len > 0)
        buf_cut(out, out->len - 1);
}

bool match_words(const char *value, const char *text)
{
    struct matcher one = { 0 };
    struct match_range range;
    add_names(&one, value);
    bool all = one.count > 0;
    for (size_t i = 0; all && i < one.count; i++) {
        struct matcher term = { &one.terms[i], 1 };
        all = match_next(&term, text, strlen(text), 0, &range);
    }
    match_release(&one);
    return all;
}

size_t match_count_terms(const struct matcher *matcher, const char *text)
{
    size_t count = 0;
    struct match_range range;
    for (size_t i = 0; i < matcher->count; i++) {
        struct matcher term = { &matcher->terms[i], 1 };
        count += match_next(&term, text, strlen(text), 0, &range);
    }
    return count;
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

enum { PASSAGE_MATCHES = 64 };

/* Where the passage begins that holds the most different terms within `cells`
 * bytes; SIZE_MAX where nothing matches. Looks at the first matches only. */
static size_t best_match(const struct matcher *matcher, const char *text, int cells)
{
    struct {
        size_t off, which;
    } seen[PASSAGE_MATCHES];
    size_t len = strlen(text), count = 0, from = 0, best = SIZE_MAX, most = 0;
    struct match_range range;
    while (count < PASSAGE_MATCHES
           && next_match(matcher, text, len, from, &range, &seen[count].which)) {
        seen[count++].off = range.off;
        from = range.off + range.len;
    }
    for (size_t i = 0; i < count && most < matcher->count; i++) {
        size_t terms = 0;
        for (size_t k = i; k < count && seen[k].off - seen[i].off < (size_t)cells; k++) {
            bool again = false;
            for (size_t j = i; j < k && !again; j++)
                again = seen[j].which == seen[k].which;
            terms += !again;
        }
        if (terms > most) {
            most = terms;
            best = seen[i].off;
        }
    }
    return best;
}

void match_excerpt(const struct matcher *matcher, const char *text, int cells, struct buf *out)
{
    size_t len = strlen(text);
    size_t match = best_match(matcher, text, cells * 2 / 3), start = 0;
    if (match != SIZE_MAX && match > (size_t)cells * 2 / 3)
        start = passage_start(text, match, cells / 3);
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
