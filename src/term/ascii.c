/* Owns the signs' ASCII forms. */
#include "term/ascii.h"

#include <stddef.h>

#include "base/utf8.h"

uint32_t ascii_of(uint32_t cp)
{
    static const struct {
        uint32_t sign;
        char ascii;
    } signs[] = {
        { 0x2014, '-' },
        { 0x2013, '-' },
        { 0x2018, '\'' },
        { 0x2019, '\'' },
        { 0x201C, '"' },
        { 0x201D, '"' },
        { 0x2022, '*' },
        { 0x2026, '~' },
        { 0x00B7, '-' },
        { 0x21B5, '$' },
        { 0x2190, '<' },
        { 0x2192, '>' },
        { 0x21AA, '\\' },
        { 0x2500, '-' },
        { 0x2501, '=' },
        { 0x2502, '|' },
        { 0x2503, '|' },
        { 0x2550, '=' },
        { 0x253C, '+' },
        { 0x2524, '|' },
        { 0x251C, '|' },
        { 0x2510, '+' },
        { 0x250C, '+' },
        { 0x2518, '+' },
        { 0x2514, '+' },
        { 0x252C, '+' },
        { 0x2534, '+' },
        { 0x2590, '#' },
        { 0x25B8, '>' },
        { 0x25BE, 'v' },
        { 0x25C6, '+' },
        { 0x25CF, '*' },
        { 0x25CB, '.' },
        { 0x25E6, 'o' },
        { 0x25AA, '*' },
        { 0x2605, '*' },
        { 0x2610, '_' },
        { 0x2611, 'x' },
        { 0x2713, 'v' },
        { 0x270E, '#' },
        { 0x258D, '|' },
        { 0x2588, '#' },
    };
    if (cp < 0x80)
        return cp;
    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++)
        if (signs[i].sign == cp)
            return (uint32_t)(unsigned char)signs[i].ascii;
    uint32_t folded = utf8_fold(cp);
    return folded > 0 && folded < 0x80 ? folded : '?';
}
