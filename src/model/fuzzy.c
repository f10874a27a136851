/* Owns folding, placing and scoring of scattered letters. Must not know what the
 * texts are. */
#include "model/fuzzy.h"

#include <string.h>

#include "base/utf8.h"

/* Set in the mask of a text that holds a capital. */
#define HUMPS (UINT64_C(1) << 63)

/* --- texts ------------------------------------------------------------- */

static bool is_capital(char c)
{
    return c >= 'A' && c <= 'Z';
}

static bool is_small(char c)
{
    return c >= 'a' && c <= 'z';
}

static char to_small(char c)
{
    return is_capital(c) ? (char)(c | 0x20) : c;
}

static bool is_later_byte(char c)
{
    return (c & 0xC0) == 0x80;
}

/* Folds one character of text into bytes, none for a combining mark. Returns the
 * bytes taken. */
static size_t fold(const char *text, size_t len, char bytes[4], size_t *made)
{
    uint32_t cp;
    if ((unsigned char)text[0] < 0x80) {
        bytes[0] = to_small(text[0]);
        *made = 1;
        return 1;
    }
    size_t used = utf8_decode(text, len, &cp);
    cp = utf8_fold(cp);
    *made = cp != 0 ? utf8_encode(cp, bytes) : 0;
    return used;
}

/* A byte that is a character, most of all text. */
static char fold_ascii(char c, bool *small)
{
    char folded = is_capital(c) && !*small ? to_small(c) : c;
    *small = is_small(c);
    return folded;
}

size_t fuzzy_add_text(const char *text, struct buf *out, size_t *origin)
{
    char folded[FUZZY_TEXT_MAX];
    size_t len = strlen(text), count = 0;
    bool small = false; /* the letter before is one */
    for (size_t at = 0; at < len && count < FUZZY_TEXT_MAX;) {
        char bytes[4] = { 0 };
        size_t made = 1, used = 1;
        if ((unsigned char)text[at] < 0x80)
            bytes[0] = fold_ascii(text[at], &small);
        else {
            used = fold(text + at, len - at, bytes, &made);
            /* A mark belongs to the letter before it. */
            if (made > 0)
                small = made == 1 && is_small(bytes[0]);
        }
        if (count + made > FUZZY_TEXT_MAX)
            break;
        for (size_t i = 0; i < made; i++, count++) {
            folded[count] = bytes[i];
            if (origin != NULL)
                origin[count] = at;
        }
        at += used;
    }
    buf_add(out, folded, count);
    return count;
}

void fuzzy_add_needle(const char *text, struct buf *out)
{
    size_t len = strlen(text), start = out->len;
    bool blank = false;
    for (size_t at = 0; at < len;) {
        char bytes[4];
        size_t made;
        at += fold(text + at, len - at, bytes, &made);
        if (made == 1 && bytes[0] == ' ') {
            blank = out->len > start;
            continue;
        }
        if (blank && made > 0)
            buf_addc(out, ' ');
        blank = blank && made == 0;
        buf_add(out, bytes, made);
    }
}

struct fuzzy_text fuzzy_text_of(const char *text, size_t len)
{
    struct fuzzy_text made = { text, len, 0 };
    for (size_t i = 0; i < len; i++) {
        unsigned bit = to_small(text[i]) & 0x3F;
        made.mask |= UINT64_C(1) << (bit == 63 ? 62 : bit);
        if (is_capital(text[i]))
            made.mask |= HUMPS;
    }
    return made;
}

/* --- placing ----------------------------------------------------------- */

/* A character of the needle and the places that it may have in the text. */
struct letter {
    const char *bytes;
    size_t len;
    uint16_t first, last; /* leftmost and rightmost place that leaves room for the others */
    size_t from, to;      /* its places, in the table's arrays */
};

struct table {
    struct fuzzy_text text;
    const char *small; /* the text in small letters */
    struct letter letters[FUZZY_NEEDLE_MAX];
    size_t count;
    char lowered[FUZZY_TEXT_MAX];
    uint16_t place[FUZZY_PLACES_MAX];
    uint16_t before[FUZZY_PLACES_MAX]; /* of the letter before, as an index */
    int score[FUZZY_PLACES_MAX];       /* the best that ends in a match here */
};

static bool stands_at(const struct table *t, const struct letter *letter, size_t at)
{
    const char *here = t->small + at;
    return here[0] == letter->bytes[0]
           && (letter->len == 1
               || (t->text.len - at >= letter->len
                   && memcmp(here, letter->bytes, letter->len) == 0));
}

/* The first place of a letter from `at` on, `end` where there is none before it. */
static size_t next_place(
    const struct table *t, const struct letter *letter, size_t at, size_t end)
{
    while (at < end) {
        const char *found = memchr(t->small + at, letter->bytes[0], end - at);
        if (found == NULL)
            return end;
        at = (size_t)(found - t->small);
        if (stands_at(t, letter, at))
            return at;
        at++;
    }
    return end;
}

/* Finds each letter's leftmost place; false where one is missing. */
static bool place_left(struct table *t, const struct fuzzy_text *needle)
{
    size_t at = 0;
    t->count = 0;
    for (size_t i = 0; i < needle->len;) {
        struct letter *letter = &t->letters[t->count++];
        letter->bytes = needle->text + i;
        letter->len = 1;
        while (i + letter->len < needle->len && is_later_byte(letter->bytes[letter->len]))
            letter->len++;
        at = next_place(t, letter, at, t->text.len);
        if (at == t->text.len)
            return false;
        letter->first = (uint16_t)at;
        at += letter->len;
        i += letter->len;
    }
    return true;
}

/* The rightmost ones; there are some. */
static void place_right(struct table *t)
{
    size_t end = t->text.len;
    for (size_t i = t->count; i-- > 0;) {
        struct letter *letter = &t->letters[i];
        end -= letter->len;
        while (!stands_at(t, letter, end))
            end--;
        letter->last = (uint16_t)end;
    }
}

/* Collects all places; false where they are too many. */
static bool place_all(struct table *t)
{
    size_t count = 0;
    for (size_t i = 0; i < t->count; i++) {
        struct letter *letter = &t->letters[i];
        letter->from = count;
        for (size_t at = letter->first; at <= letter->last;) {
            if (count == FUZZY_PLACES_MAX)
                return false;
            t->place[count++] = (uint16_t)at;
            at = next_place(t, letter, at + letter->len, (size_t)letter->last + 1);
        }
        letter->to = count;
    }
    return true;
}

static bool is_ascii_word(char c)
{
    return is_small(c) || is_capital(c) || (c >= '0' && c <= '9');
}

/* Whether the character that begins at a byte belongs to a word. */
static bool word_at(const struct fuzzy_text *text, size_t at)
{
    uint32_t cp;
    if ((unsigned char)text->text[at] < 0x80)
        return is_ascii_word(text->text[at]);
    utf8_decode(text->text + at, text->len - at, &cp);
    return utf8_is_word(cp);
}

/* What a match at a place earns by what stands before it. */
static int bonus(const struct fuzzy_text *text, size_t at)
{
    if (!word_at(text, at))
        return 0;
    char before = at > 0 ? text->text[at - 1] : '/';
    if (before == '/')
        return FUZZY_SLASH;
    if (before == '.')
        return FUZZY_DOT;
    size_t start = at - 1;
    while (start > 0 && is_later_byte(text->text[start]))
        start--;
    if (!word_at(text, start))
        return FUZZY_WORD;
    return is_capital(text->text[at]) ? FUZZY_CAPITAL : 0;
}

/* --- scoring ----------------------------------------------------------- */

static void score_first(struct table *t)
{
    for (size_t k = 0; k < t->letters[0].to; k++)
        t->score[k] = t->place[k] * FUZZY_LEADING + bonus(&t->text, t->place[k]);
}

/* The places of a letter and those of the one before are walked together. `apart`
 * is the best of the latter so far, counted as if the gap began at the text's
 * beginning, so that it need not change from place to place. */
static void score_next(struct table *t, const struct letter *letter)
{
    const struct letter *previous = letter - 1;
    int apart = FUZZY_NONE;
    size_t from = previous->from, k = previous->from;
    for (size_t i = letter->from; i < letter->to; i++) {
        size_t at = t->place[i], end = 0;
        for (; k < previous->to && t->place[k] < at; k++) {
            end = t->place[k] + previous->len;
            int value = t->score[k] - (int)end * FUZZY_INNER;
            if (value >= apart) {
                apart = value;
                from = k;
            }
        }
        t->score[i] = apart + (int)at * FUZZY_INNER + bonus(&t->text, at);
        t->before[i] = (uint16_t)from;
        if (t->place[k - 1] + previous->len == at
            && t->score[k - 1] + FUZZY_CONSECUTIVE >= t->score[i]) {
            t->score[i] = t->score[k - 1] + FUZZY_CONSECUTIVE;
            t->before[i] = (uint16_t)(k - 1);
        }
    }
}

/* The best place of the last letter, as an index, and the whole score. */
static size_t best_end(const struct table *t, int *score)
{
    const struct letter *last = &t->letters[t->count - 1];
    size_t best = last->from;
    *score = FUZZY_NONE;
    for (size_t k = last->from; k < last->to; k++) {
        int rest = (int)(t->text.len - t->place[k] - last->len);
        int value = t->score[k] + rest * FUZZY_TRAILING;
        if (value >= *score) {
            *score = value;
            best = k;
        }
    }
    return best;
}

/* Leaves each letter its leftmost place alone. */
static void keep_left(struct table *t)
{
    for (size_t i = 0; i < t->count; i++) {
        t->place[i] = t->letters[i].first;
        t->letters[i].from = i;
        t->letters[i].to = i + 1;
    }
}

/* Fills the table; false where a letter is missing. */
static bool fill(
    struct table *t, const struct fuzzy_text *needle, const struct fuzzy_text *text)
{
    if ((needle->mask & ~text->mask) != 0 || needle->len > FUZZY_NEEDLE_MAX
        || text->len > FUZZY_TEXT_MAX)
        return false;
    t->text = *text;
    t->small = text->text;
    if ((text->mask & HUMPS) != 0) {
        for (size_t i = 0; i < text->len; i++)
            t->lowered[i] = to_small(text->text[i]);
        t->small = t->lowered;
    }
    if (!place_left(t, needle))
        return false;
    place_right(t);
    if (!place_all(t))
        keep_left(t);
    score_first(t);
    for (size_t i = 1; i < t->count; i++)
        score_next(t, &t->letters[i]);
    return true;
}

int fuzzy_score(const struct fuzzy_text *needle, const struct fuzzy_text *text)
{
    struct table t;
    int score = 0;
    if (needle->len == 0)
        return 0;
    if (!fill(&t, needle, text))
        return FUZZY_NONE;
    best_end(&t, &score);
    return score;
}

size_t fuzzy_places(
    const struct fuzzy_text *needle, const struct fuzzy_text *text, uint16_t *places)
{
    struct table t;
    int score;
    if (needle->len == 0 || !fill(&t, needle, text))
        return 0;
    size_t at = best_end(&t, &score);
    for (size_t i = t.count; i-- > 0; at = t.before[at])
        places[i] = t.place[at];
    return t.count;
}
