/* Owns decoding, cell widths and folding. Must not depend on the locale: the
 * tables are in unicode.def. */
#include "base/utf8.h"

#include <string.h>

struct range {
    uint32_t first, last;
};

/* Every code point whose width is not 1. */
struct width_range {
    uint32_t first, last;
    int width;
};

struct pair {
    uint32_t from, to;
};

#define ROW(a, b)          { a, b },
#define WIDTH_ROW(a, b, w) { a, b, w },
#define UNICODE_WIDTH      WIDTH_ROW
static const struct width_range widths[] = {
#include "base/unicode.def"
};
#define UNICODE_WORD ROW
static const struct range word[] = {
#include "base/unicode.def"
};
#define UNICODE_FOLD ROW
static const struct pair folds[] = {
#include "base/unicode.def"
};

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

static bool in_ranges(const struct range *table, size_t count, uint32_t cp)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (cp > table[mid].last)
            low = mid + 1;
        else
            high = mid;
    }
    return low < count && cp >= table[low].first;
}

size_t utf8_decode(const char *text, size_t len, uint32_t *cp)
{
    const unsigned char *s = (const unsigned char *)text;
    *cp = UTF8_REPLACEMENT;
    if (s[0] < 0x80) {
        *cp = s[0];
        return 1;
    }
    size_t need = s[0] >= 0xF0 ? 3 : s[0] >= 0xE0 ? 2 : 1;
    if (s[0] < 0xC2 || s[0] > 0xF4)
        return 1;
    uint32_t value = s[0] & (0x3Fu >> need);
    for (size_t i = 1; i <= need; i++) {
        unsigned char low = 0x80, high = 0xBF;
        if (i == 1) {
            low = s[0] == 0xE0 ? 0xA0 : s[0] == 0xF0 ? 0x90 : 0x80;
            high = s[0] == 0xED ? 0x9F : s[0] == 0xF4 ? 0x8F : 0xBF;
        }
        if (i >= len || s[i] < low || s[i] > high)
            return i;
        value = value << 6 | (s[i] & 0x3F);
    }
    *cp = value;
    return need + 1;
}

size_t utf8_encode(uint32_t cp, char out[4])
{
    if (cp > 0x10FFFF || (cp >= 0xD800 && cp < 0xE000))
        cp = UTF8_REPLACEMENT;
    if (cp < 0x80) {
        out[0] = (char)cp;
        return 1;
    }
    size_t need = cp < 0x800 ? 1 : cp < 0x10000 ? 2 : 3;
    static const unsigned char lead[] = { 0, 0xC0, 0xE0, 0xF0 };
    out[0] = (char)(lead[need] | cp >> (6 * need));
    for (size_t i = 1; i <= need; i++)
        out[i] = (char)(0x80 | (cp >> (6 * (need - i)) & 0x3F));
    return need + 1;
}

size_t utf8_plain(const char *text, size_t len)
{
    static const uint64_t ones = 0x0101010101010101u, high = 0x80u * 0x0101010101010101u;
    size_t at = 0;
    while (len - at >= 8) {
        uint64_t eight;
        memcpy(&eight, text + at, 8);
        /* A byte's high bit: set itself, by + 1 from 0x7F, by - 0x20 from below. A
         * borrow from a lower byte comes only from one that is found anyway. */
        if (((eight | (eight + ones) | (eight - 0x20 * ones)) & high) != 0)
            break;
        at += 8;
    }
    while (at < len && text[at] >= 0x20 && text[at] < 0x7F)
        at++;
    return at;
}

/* How many bytes from the beginning are ASCII. */
static size_t ascii_len(const char *text, size_t len)
{
    static const uint64_t high = 0x80u * 0x0101010101010101u;
    size_t at = 0;
    for (uint64_t eight; len - at >= 8; at += 8) {
        memcpy(&eight, text + at, 8);
        if ((eight & high) != 0)
            break;
    }
    while (at < len && (unsigned char)text[at] < 0x80)
        at++;
    return at;
}

size_t utf8_find_invalid(const char *text, size_t len)
{
    size_t at = 0;
    while (at < len) {
        uint32_t cp;
        at += ascii_len(text + at, len - at);
        if (at == len)
            break;
        size_t used = utf8_decode(text + at, len - at, &cp);
        /* A genuine U+FFFD takes three bytes and starts with 0xEF. */
        if (cp == UTF8_REPLACEMENT && !(used == 3 && text[at] == '\xEF'))
            return at;
        at += used;
    }
    return len;
}

int utf8_width(uint32_t cp)
{
    if (cp < 0x7F)
        return cp < 0x20 ? -1 : 1;
    if (cp < 0xA0)
        return -1;
    if (cp < 0x300)
        return cp == 0xAD ? 0 : 1;
    size_t low = 0, high = COUNT(widths);
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (cp > widths[mid].last)
            low = mid + 1;
        else
            high = mid;
    }
    return low < COUNT(widths) && cp >= widths[low].first ? widths[low].width : 1;
}

/* An ASCII byte with no mark over it: most of all text. */
static bool is_ascii_cell(const char *text, size_t len)
{
    return (unsigned char)text[0] < 0x80 && (len == 1 || (unsigned char)text[1] < 0x80);
}

size_t utf8_next_cell(const char *text, size_t len, int *width)
{
    if (is_ascii_cell(text, len)) {
        *width = 1;
        return 1;
    }
    uint32_t cp;
    size_t used = utf8_decode(text, len, &cp);
    *width = utf8_width(cp);
    if (*width < 0)
        *width = 1;
    /* Below 0xCC no lead byte begins a mark. */
    while (used < len && (unsigned char)text[used] >= 0xCC) {
        size_t more = utf8_decode(text + used, len - used, &cp);
        if (utf8_width(cp) != 0)
            break;
        used += more;
    }
    return used;
}

size_t utf8_last_cell(const char *text, size_t len)
{
    size_t at = len;
    while (at > 0) {
        do {
            at--;
        } while (at > 0 && (text[at] & 0xC0) == 0x80);
        uint32_t cp;
        utf8_decode(text + at, len - at, &cp);
        if (utf8_width(cp) != 0)
            break;
    }
    return len - at;
}

int utf8_cells(const char *text, size_t len)
{
    int cells = 0;
    for (size_t at = 0; at < len;) {
        if (is_ascii_cell(text + at, len - at)) {
            at++;
            cells++;
            continue;
        }
        int width;
        at += utf8_next_cell(text + at, len - at, &width);
        cells += width;
    }
    return cells;
}

size_t utf8_fit(const char *text, size_t len, int cells)
{
    size_t at = 0;
    while (at < len) {
        int width;
        size_t used = utf8_next_cell(text + at, len - at, &width);
        if (width > cells)
            break;
        cells -= width;
        at += used;
    }
    return at;
}

/* Marks, kana voicing, joiners, variation selectors, skin tones. */
static const struct range ignored[] = { { 0x300, 0x36F }, { 0x200C, 0x200D },
    { 0x20D0, 0x20F0 }, { 0x3099, 0x309A }, { 0xFE00, 0xFE0F }, { 0x1F3FB, 0x1F3FF } };

uint32_t utf8_fold(uint32_t cp)
{
    if (cp < 0x80)
        return cp >= 'A' && cp <= 'Z' ? cp + 32 : cp;
    if (cp >= 0x300 && in_ranges(ignored, COUNT(ignored), cp))
        return 0;
    size_t low = 0, high = COUNT(folds);
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (cp > folds[mid].from)
            low = mid + 1;
        else
            high = mid;
    }
    return low < COUNT(folds) && folds[low].from == cp ? folds[low].to : cp;
}

bool utf8_is_word(uint32_t cp)
{
    if (cp < 0x80)
        return (cp >= '0' && cp <= '9') || (cp >= 'a' && cp <= 'z') || (cp >= 'A' && cp <= 'Z');
    return in_ranges(word, COUNT(word), cp);
}

/* Han with its radicals and compatibility forms, kana (also of half width),
 * bopomofo, hangul, and the blocks of pictographs. */
static const struct range singles[] = { { 0x231A, 0x23FF }, { 0x2600, 0x27BF },
    { 0x2B00, 0x2BFF }, { 0x2E80, 0x2FDF }, { 0x3005, 0x3007 }, { 0x3021, 0x3029 },
    { 0x3031, 0x3035 }, { 0x303B, 0x303C }, { 0x3041, 0x3096 }, { 0x309D, 0x309F },
    { 0x30A1, 0x30FA }, { 0x30FC, 0x31FF }, { 0x3400, 0x4DBF }, { 0x4E00, 0x9FFF },
    { 0xAC00, 0xD7A3 }, { 0xF900, 0xFAFF }, { 0xFF66, 0xFF9F }, { 0x1B000, 0x1B16F },
    { 0x1F000, 0x1F3FA }, { 0x1F400, 0x1FAFF }, { 0x20000, 0x3FFFD } };

bool utf8_is_single(uint32_t cp)
{
    return cp >= 0x231A && in_ranges(singles, COUNT(singles), cp);
}

bool utf8_is_cjk(uint32_t cp)
{
    return cp >= 0x2E80 && utf8_width(cp) == 2 && (cp < 0xAC00 || cp > 0xD7A3)
           && (cp < 0x1F000 || cp >= 0x20000);
}
