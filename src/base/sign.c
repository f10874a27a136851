/* Owns what a tag, a link to a talk and a time look like in a note. Must not know
 * what they lead to. */
#include "base/sign.h"

#include <string.h>

#include "base/date.h"
#include "base/utf8.h"

enum { LINK_MAX = 300 };

/* The word character at text, in bytes; 0 where it is none. */
static size_t word_char(const char *text, size_t len)
{
    uint32_t cp;
    size_t used = utf8_decode(text, len, &cp);
    return utf8_is_word(cp) ? used : 0;
}

static int may_stand_before(const char *text, size_t at)
{
    if (at == 0)
        return 1;
    size_t used = utf8_last_cell(text, at);
    return strchr("#&/", text[at - 1]) == NULL && word_char(text + at - used, used) == 0;
}

size_t sign_tag(const char *text, size_t len, size_t at)
{
    size_t end = at + 1, last = end, used;
    if (text[at] != '#' || end >= len || (text[end] >= '0' && text[end] <= '9')
        || word_char(text + end, len - end) == 0 || !may_stand_before(text, at))
        return 0;
    while (end < len) {
        used = word_char(text + end, len - end);
        if (used == 0 && strchr("-_/", text[end]) == NULL)
            break;
        if (used == 0 && text[end] == '\0')
            break;
        end += used > 0 ? used : 1;
        /* A sign at its end is no part of it. */
        if (used > 0)
            last = end;
    }
    return last - at;
}

size_t sign_link(
    const char *text, size_t len, size_t at, const char **target, size_t *target_len)
{
    size_t from = at + 2, end = from, bar = 0;
    if (len - at < 5 || text[at] != '[' || text[at + 1] != '[')
        return 0;
    for (; end < len && end - at < LINK_MAX - 2 && text[end] != ']' && text[end] != '['
           && (unsigned char)text[end] >= ' ';
         end++)
        if (text[end] == '|' && bar == 0)
            bar = end;
    if (end + 1 >= len || text[end] != ']' || text[end + 1] != ']')
        return 0;
    size_t to = bar != 0 ? bar : end;
    while (from < to && text[from] == ' ')
        from++;
    while (to > from && text[to - 1] == ' ')
        to--;
    *target = text + from;
    *target_len = to - from;
    return to > from ? end + 2 - at : 0;
}

static bool may_be_indexed(const char *text, size_t at)
{
    uint32_t cp;
    if (at == 0)
        return false;
    size_t used = utf8_last_cell(text, at);
    utf8_decode(text + at - used, used, &cp);
    return cp == '_' || cp == ')' || cp == ']' || (utf8_is_word(cp) && !utf8_is_cjk(cp));
}

size_t sign_stamp(const char *text, size_t len, size_t at, int *seconds)
{
    size_t from = at + 1;
    if (from >= len || text[at] != '[' || may_be_indexed(text, at))
        return 0;
    size_t used = date_read_length(text + from, len - from, seconds);
    bool whole = used > 0 && memchr(text + from, ':', used) != NULL;
    return whole && from + used < len && text[from + used] == ']' ? used + 2 : 0;
}

bool sign_is_task(const char *line, size_t len)
{
    static const char *const words[] = { "TODO:", "DONE:", "DONE Q:", "Q:" };
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (len >= strlen(words[i]) && memcmp(line, words[i], strlen(words[i])) == 0)
            return true;
    return false;
}
