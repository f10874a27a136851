/* Owns reading a terminal's byte stream as ECMA-48 and xterm's manual define it. Must
 * not know the program: what is allowed is a table. */
#include "raw_check.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/utf8.h"

enum { MODES = 4096 };

struct terminal {
    unsigned char modes[MODES]; /* 0 never touched, 1 reset, 2 set */
    char charsets[2];           /* what G0 and G1 hold */
    bool shifted, keypad, region, saved_title;
    int copies;
    struct buf wrong;
};

static void complain(struct terminal *terminal, const char *what, const char *at, size_t len)
{
    if (terminal->wrong.len > 400)
        return;
    buf_addf(&terminal->wrong, "%s:", what);
    for (size_t i = 0; i < len && i < 40; i++)
        buf_addf(&terminal->wrong, at[i] > ' ' && at[i] < 0x7F ? " %c" : " %02X",
            (unsigned char)at[i]);
    buf_addc(&terminal->wrong, '\n');
}

static void set_modes(struct terminal *terminal, const char *params, bool on)
{
    for (;;) {
        char *after;
        long mode = strtol(params, &after, 10);
        if (mode > 0 && mode < MODES)
            terminal->modes[mode] = on ? 2 : 1;
        if (*after != ';')
            break;
        params = after + 1;
    }
}

/* ESC [ … final, from behind the [. Its length. One that was cut off where the program
 * was killed ends with the next escape, here as in terminals. */
static size_t control(struct terminal *terminal, const char *at, size_t len)
{
    size_t end = 0;
    while (end < len && (unsigned char)at[end] >= 0x20 && (unsigned char)at[end] < 0x40)
        end++;
    char final = end < len ? at[end] : '\0';
    if (end < len && at[end] == '\033')
        return end;
    bool private = at[0] == '?', ok = true;
    if (private && (final == 'h' || final == 'l'))
        set_modes(terminal, at + 1, final == 'h');
    else if (final == 'h' || final == 'l') /* replacing, not inserting; the cursor's form */
        ok = strncmp(at, "4l", 2) == 0 || strncmp(at, "34", 2) == 0;
    else if (final == 'r' && !private)
        terminal->region = end > 0 && strncmp(at, "1;", 2) != 0;
    else if (final == 't' && strncmp(at, "22;", 3) == 0)
        terminal->saved_title = true;
    else if (final == 't' && strncmp(at, "23;", 3) == 0)
        terminal->saved_title = false;
    else
        ok = final != '\0' && strchr("mHJKABCDGdXPLM@", final) != NULL && !private;
    if (!ok)
        complain(terminal, "a control sequence", at, end + 1);
    return end + 1;
}

/* ESC ] … and its kin, from behind the introducer. Its length. */
static size_t string(struct terminal *terminal, char kind, const char *at, size_t len)
{
    size_t end = 0;
    while (end < len && at[end] != '\a' && at[end] != '\033')
        end++;
    if (kind == ']' && strncmp(at, "52;c;", 5) == 0)
        terminal->copies--;
    else
        complain(terminal, "a string", at - 1, end + 1);
    return end + (end < len && at[end] == '\033' ? 2 : 1);
}

static size_t escape(struct terminal *terminal, const char *at, size_t len)
{
    char kind = len > 1 ? at[1] : '\0';
    if (kind == '\033')
        return 1;
    if (kind == '[')
        return 2 + control(terminal, at + 2, len - 2);
    if (kind != '\0' && strchr("]P_^X", kind) != NULL)
        return 2 + string(terminal, kind, at + 2, len - 2);
    if ((kind == '(' || kind == ')') && len > 2) {
        terminal->charsets[kind == ')'] = at[2];
        return 3;
    }
    if (kind == '=' || kind == '>')
        terminal->keypad = kind == '=';
    else if (kind != '7' && kind != '8')
        complain(terminal, "an escape sequence", at, len < 4 ? len : 4);
    return 2;
}

static void check_end(struct terminal *terminal)
{
    for (int mode = 1; mode < MODES; mode++) {
        bool on = mode == 7 || mode == 25;
        if (terminal->modes[mode] == (on ? 1 : 2))
            buf_addf(&terminal->wrong, "private mode %d is left %s\n", mode, on ? "off" : "on");
    }
    if (terminal->charsets[0] != 'B' || terminal->shifted)
        buf_addf(&terminal->wrong, "characters of the set %c\n", terminal->charsets[0]);
    if (terminal->keypad)
        buf_adds(&terminal->wrong, "the keypad is left in application mode\n");
    if (terminal->region)
        buf_adds(&terminal->wrong, "a scroll region is left\n");
    if (terminal->saved_title)
        buf_adds(&terminal->wrong, "the title is not given back\n");
    if (terminal->copies < 0)
        buf_addf(&terminal->wrong, "%d copies too many\n", -terminal->copies);
}

char *raw_check(const char *bytes, size_t len, int copies)
{
    struct terminal terminal = { .charsets = { 'B', 'B' }, .copies = copies };
    for (size_t at = 0; at < len;) {
        uint32_t cp;
        size_t used = utf8_decode(bytes + at, len - at, &cp);
        if (cp == 0x1B)
            used = escape(&terminal, bytes + at, len - at);
        else if (cp == 0x0E || cp == 0x0F)
            terminal.shifted = cp == 0x0E;
        else if ((cp < 0x20 && strchr("\a\b\t\n\r", (int)cp) == NULL) || cp == 0
                 || (cp >= 0x7F && cp < 0xA0))
            complain(&terminal, "a control", bytes + at, used);
        else if (cp == 0x61C || (cp >= 0x200E && cp <= 0x200F) || (cp >= 0x2028 && cp <= 0x202E)
                 || (cp >= 0x2060 && cp <= 0x206F) || cp == 0xFEFF || cp == 0x200B)
            complain(&terminal, "a mark of direction", bytes + at, used);
        at += used < len - at ? used : len - at;
    }
    check_end(&terminal);
    if (terminal.wrong.len == 0) {
        buf_release(&terminal.wrong);
        return NULL;
    }
    return buf_take(&terminal.wrong);
}
