/* Owns what is known about HTML: which tags are rendered and how, entities.
 * Must not know where the text goes. */
#include "md/html.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/style.h"
#include "base/utf8.h"

const struct html_look html_looks[HTML_LOOKS] = {
    { "b", STYLE_TEXT, FACE_BOLD, 0 },
    { "strong", STYLE_TEXT, FACE_BOLD, 0 },
    { "i", STYLE_TEXT, FACE_ITALIC, 0 },
    { "em", STYLE_TEXT, FACE_ITALIC, 0 },
    { "cite", STYLE_TEXT, FACE_ITALIC, 0 },
    { "var", STYLE_TEXT, FACE_ITALIC, 0 },
    { "u", STYLE_TEXT, FACE_UNDERLINE, 0 },
    { "ins", STYLE_TEXT, FACE_UNDERLINE, 0 },
    { "s", STYLE_TEXT, FACE_STRIKE, 0 },
    { "del", STYLE_TEXT, FACE_STRIKE, 0 },
    { "kbd", STYLE_CODE, 0, 0 },
    { "samp", STYLE_CODE, 0, 0 },
    { "code", STYLE_CODE, 0, 0 },
    { "mark", STYLE_HIGHLIGHT, 0, 0 },
    { "sub", STYLE_TEXT, 0, HTML_SUB },
    { "sup", STYLE_TEXT, 0, HTML_SUPER },
};

static const struct {
    const char *name;
    uint32_t cp;
} entities[] = {
    { "amp", '&' },
    { "lt", '<' },
    { "gt", '>' },
    { "quot", '"' },
    { "apos", '\'' },
    { "nbsp", 0xA0 },
    { "copy", 0xA9 },
    { "reg", 0xAE },
    { "trade", 0x2122 },
    { "mdash", 0x2014 },
    { "ndash", 0x2013 },
    { "hellip", 0x2026 },
    { "lsquo", 0x2018 },
    { "rsquo", 0x2019 },
    { "ldquo", 0x201C },
    { "rdquo", 0x201D },
    { "laquo", 0xAB },
    { "raquo", 0xBB },
    { "bull", 0x2022 },
    { "middot", 0xB7 },
    { "times", 0xD7 },
    { "rarr", 0x2192 },
    { "larr", 0x2190 },
    { "deg", 0xB0 },
    { "sect", 0xA7 },
    { "euro", 0x20AC },
    { "pound", 0xA3 },
    { "cent", 0xA2 },
    { "yen", 0xA5 },
    { "para", 0xB6 },
    { "micro", 0xB5 },
    { "plusmn", 0xB1 },
    { "frac12", 0xBD },
    { "iexcl", 0xA1 },
    { "iquest", 0xBF },
    { "szlig", 0xDF },
    { "auml", 0xE4 },
    { "ouml", 0xF6 },
    { "uuml", 0xFC },
    { "Auml", 0xC4 },
    { "Ouml", 0xD6 },
    { "Uuml", 0xDC },
    { "aacute", 0xE1 },
    { "eacute", 0xE9 },
    { "iacute", 0xED },
    { "oacute", 0xF3 },
    { "uacute", 0xFA },
    { "agrave", 0xE0 },
    { "egrave", 0xE8 },
    { "ecirc", 0xEA },
    { "ntilde", 0xF1 },
    { "ccedil", 0xE7 },
    { "aring", 0xE5 },
    { "oslash", 0xF8 },
    { "uarr", 0x2191 },
    { "darr", 0x2193 },
    { "le", 0x2264 },
    { "ge", 0x2265 },
    { "ne", 0x2260 },
};

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool begins(const char *text, size_t len, const char *with)
{
    size_t need = strlen(with);
    return len >= need && strncasecmp(text, with, need) == 0;
}

static bool is_named(const char *name, size_t len, const char *with)
{
    return strlen(with) == len && strncasecmp(name, with, len) == 0;
}

static size_t name_len(const char *text, size_t len)
{
    size_t at = 0;
    while (at < len && (is_letter(text[at]) || is_digit(text[at])))
        at++;
    return at;
}

struct html_tag html_tag(const char *text, size_t len)
{
    struct html_tag tag = { .what = HTML_SHOWN };
    if (begins(text, len, "<!--")) {
        tag.what = HTML_NOTHING;
        return tag;
    }
    tag.closing = len > 1 && text[1] == '/';
    const char *name = text + 1 + tag.closing;
    size_t named = name_len(name, len - (size_t)(name - text));
    if (is_named(name, named, "br"))
        tag.what = HTML_BREAK;
    for (size_t i = 0; i < HTML_LOOKS; i++) {
        if (is_named(name, named, html_looks[i].name)) {
            tag.what = HTML_LOOK;
            tag.look = i;
        }
    }
    return tag;
}

static size_t comment_len(const char *text, size_t len, struct html_open *open)
{
    for (size_t at = 4; !open->comment && at + 3 <= len; at++) {
        const char *dash = memchr(text + at, '-', len - at - 2);
        if (dash == NULL)
            break;
        at = (size_t)(dash - text);
        if (memcmp(dash, "-->", 3) == 0)
            return at + 3;
    }
    open->comment = true;
    return 0;
}

size_t html_tag_len(const char *text, size_t len, struct html_open *open)
{
    if (len < 3 || text[0] != '<')
        return 0;
    if (begins(text, len, "<!--"))
        return comment_len(text, len, open);
    if (open->tag || !(is_letter(text[1]) || strchr("/!?", text[1]) != NULL))
        return 0;
    const char *end = memchr(text, '>', len);
    open->tag = end == NULL;
    return end != NULL ? (size_t)(end - text) + 1 : 0;
}

static int digit_value(char c)
{
    if (is_digit(c))
        return c - '0';
    if (is_letter(c) && (c | 0x20) <= 'f')
        return (c | 0x20) - 'a' + 10;
    return 16;
}

static size_t numeric_entity(const char *text, size_t len, uint32_t *cp)
{
    int base = text[2] == 'x' || text[2] == 'X' ? 16 : 10;
    size_t first = base == 16 ? 3 : 2, at = first;
    uint32_t value = 0;
    while (at < len && at < first + 7 && digit_value(text[at]) < base)
        value = value * (uint32_t)base + (uint32_t)digit_value(text[at++]);
    if (at == first || at >= len || text[at] != ';')
        return 0;
    *cp = value != 0 ? value : UTF8_REPLACEMENT;
    return at + 1;
}

size_t html_entity(const char *text, size_t len, uint32_t *cp)
{
    if (len < 4 || text[0] != '&')
        return 0;
    if (text[1] == '#')
        return numeric_entity(text, len, cp);
    size_t named = name_len(text + 1, len - 1 < 8 ? len - 1 : 8);
    if (named + 1 >= len || text[named + 1] != ';')
        return 0;
    for (size_t i = 0; i < sizeof entities / sizeof entities[0]; i++) {
        if (strlen(entities[i].name) == named
            && memcmp(text + 1, entities[i].name, named) == 0) {
            *cp = entities[i].cp;
            return named + 2;
        }
    }
    return 0;
}

bool html_add_script(enum html_script script, const char *text, size_t len, struct buf *out)
{
    static const char level[] = "0123456789+-=()n";
    static const char *const scripts[][sizeof level - 1] = {
        { "₀", "₁", "₂", "₃", "₄", "₅", "₆", "₇", "₈", "₉", "₊", "₋", "₌", "₍", "₎", "ₙ" },
        { "⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹", "⁺", "⁻", "⁼", "⁽", "⁾", "ⁿ" },
    };
    if (memchr(text, '\0', len) != NULL || strspn(text, level) < len)
        return false;
    for (size_t i = 0; i < len; i++)
        buf_adds(out, scripts[script - HTML_SUB][strchr(level, text[i]) - level]);
    return true;
}

bool html_is_block(const char *line, size_t len)
{
    /* Those that every version of the specification names. */
    static const char names[] =
        " address article aside base basefont blockquote body caption center col colgroup dd "
        "details dialog dir div dl dt fieldset figcaption figure footer form frame frameset h1 "
        "h2 h3 h4 h5 h6 head header hr html iframe legend li link main menu menuitem nav "
        "noframes ol optgroup option p param section summary table tbody td tfoot th "
        "thead title tr track ul ";
    char name[16] = " ";
    size_t from = len > 1 && line[1] == '/' ? 2 : 1;
    size_t named = from < len ? name_len(line + from, len - from) : 0;
    size_t after = from + named;
    if (named == 0 || named > 12)
        return false;
    for (size_t i = 0; i < named; i++)
        name[1 + i] =
            (char)(is_letter(line[from + i]) ? line[from + i] | 0x20 : line[from + i]);
    memcpy(name + 1 + named, " ", 2);
    if (strstr(names, name) == NULL)
        return false;
    return after == len || strchr(" \t\v\f>", line[after]) != NULL
           || (line[after] == '/' && after + 1 < len && line[after + 1] == '>');
}

bool html_is_verbatim(const char *text, size_t len)
{
    while (len > 0 && *text == ' ') {
        text++;
        len--;
    }
    return begins(text, len, "<pre") || begins(text, len, "<script")
           || begins(text, len, "<style") || begins(text, len, "<textarea");
}
