/* Owns the hostile texts. Must not know where they are put. */
#include "payloads.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "corpora.h"

enum { NAME_MAX_BYTES = 120, LINE_MAX_BYTES = 4000 };

static const char *const own[] = {
    "\033[2J\033[H",
    "\033]0;owned\a",
    "\033]2;owned\033\\",
    "\033]52;c;b3duZWQ=\a",
    "\033]4;1;rgb:ff/00/00\033\\",
    "\033]10;#ff0000\a\033]11;#00ff00\a",
    "\033]8;;http://evil.example/\033\\here\033]8;;\033\\",
    "\033]1337;File=inline=1:AAAA\a",
    "\033P$q\"p\033\\",
    "\033Pq#0;2;0;0;0~-\033\\",
    "\033_Gf=24;AAAA\033\\",
    "\033^x\033\\\033Xy\033\\",
    "\033(0\016lqk",
    "\033[5;10r\033[?6h",
    "\033[?1000h\033[?1003h\033[?1006h",
    "\033[?1049l\033[?25l\033[?7l\033[?2004l",
    "\033[c\033[6n\033[21t\033[?1;2$p",
    "\033c",
    "\033[!p\033[4h\033[20h",
    "\033[31;7mred",
    "\033",
    "\033[",
    "\033]0;half",
    "\302\23331m\302\2352;owned\302\234",
    "\302\220q\302\234\302\236x\302\237",
    "\23331m\2350;owned\234",
    "\177\b\b\b\r\v\f\a",
    "over\rwritten",
    "two\nlines\n\n# three",
    "tab\there",
    "\342\200\256gnp.exe",
    "\342\201\246isolate\342\201\251\342\201\247",
    "\342\200\252\342\200\253\342\200\254\342\200\255",
    "\330\234\342\200\216\342\200\217",
    "zero\342\200\213width\342\200\214join\342\200\215er\342\201\240",
    "\357\273\277mark\342\200\250line\342\200\251",
    "\357\277\271a\357\277\272b\357\277\273",
    "\363\240\201\201\363\240\201\277tag",
    "\355\240\200\364\220\200\200\300\200\376\377",
    "e\314\201\314\201\314\201\314\201\314\201\314\201\314\201\314\201",
    "\341\240\216\302\255\315\217\343\205\244",
    "&#27;[31m&#x9b;2J&#x202E;&#8203;",
    "`\033[31m` [l](http://x.y/\033]0;o\a) <http://u.v/\033[2J>",
    "%s%n%x%1$*2$d",
    "$(touch owned)`touch owned`;touch owned|touch owned&",
    "'; DROP TABLE note; --",
    "\"\\\\\"'",
    "../../../../etc/passwd",
    "-rf --help -",
    "\\u001b[31m\\x1b[31m^[[31m",
};

static void add(struct payloads *payloads, const char *text, size_t len)
{
    char *copy = mem_dup_n(text, len < LINE_MAX_BYTES ? len : LINE_MAX_BYTES);
    for (size_t i = 0; i < len && i < LINE_MAX_BYTES; i++)
        if (copy[i] == '\0')
            copy[i] = '\001';
    payloads->items = mem_resize(payloads->items, payloads->count + 1, sizeof *payloads->items);
    payloads->items[payloads->count++] = copy;
}

/* Some lines make one text. */
static void add_lines(struct payloads *payloads, const char *path)
{
    enum { TOGETHER = 8 };
    size_t len = 0;
    char *text = corpora_read(path, &len);
    struct buf some = { 0 };
    int lines = 0;
    for (size_t at = 0; text != NULL && at < len;) {
        const char *end = memchr(text + at, '\n', len - at);
        size_t line = end != NULL ? (size_t)(end - text) - at : len - at;
        if (line > 0 && text[at] != '#') {
            buf_add(&some, text + at, line);
            buf_addc(&some, ' ');
            lines++;
        }
        at += line + 1;
        if (lines == TOGETHER || (at >= len && lines > 0)) {
            add(payloads, some.data, some.len);
            buf_clear(&some);
            lines = 0;
        }
    }
    buf_release(&some);
    free(text);
}

bool payloads_read(struct payloads *payloads)
{
    static const char *const patterns[] = { CORPORA "xterm-escape-files/*.in",
        CORPORA "utf8tests/utf8tests.*" };
    glob_t found = { 0 };
    *payloads = (struct payloads){ 0 };
    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++)
        add(payloads, own[i], strlen(own[i]));
    payloads->own = payloads->count;
    for (size_t i = 0; i < sizeof patterns / sizeof patterns[0]; i++)
        glob(patterns[i], i > 0 ? GLOB_APPEND : 0, NULL, &found);
    for (size_t i = 0; i < found.gl_pathc; i++) {
        size_t len = 0;
        char *text = corpora_read(found.gl_pathv[i], &len);
        if (text != NULL)
            add(payloads, text, len);
        free(text);
    }
    globfree(&found);
    add_lines(payloads, CORPORA "blns/blns.txt");
    add_lines(payloads, CORPORA "kuhn-utf8/UTF-8-test.txt");
    if (payloads->count > payloads->own)
        return true;
    printf("skip: no " CORPORA ", only our own texts\n");
    return false;
}

void payloads_release(struct payloads *payloads)
{
    for (size_t i = 0; i < payloads->count; i++)
        free(payloads->items[i]);
    free(payloads->items);
    *payloads = (struct payloads){ 0 };
}

void payloads_add_json(const char *text, struct buf *out)
{
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\')
            buf_addf(out, "\\%c", *text);
        else if ((unsigned char)*text < ' ')
            buf_addf(out, "\\u%04x", (unsigned char)*text);
        else
            buf_addc(out, *text);
    }
}

char *payloads_name(const char *text)
{
    char *name = mem_dup_n(text, strlen(text) < NAME_MAX_BYTES ? strlen(text) : NAME_MAX_BYTES);
    for (char *p = name; *p != '\0'; p++)
        if (*p == '/' || *p == '\n')
            *p = '_';
    return name;
}
