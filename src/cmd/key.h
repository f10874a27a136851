/* Keys: their numbers and their names. */
#ifndef TALKBOOK_CMD_KEY_H
#define TALKBOOK_CMD_KEY_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

/* A key is a code point (controls included), or one of these, or either with
 * TK_META for Alt. */
enum {
    TK_NONE = 0x110000,
    TK_UP,
    TK_DOWN,
    TK_LEFT,
    TK_RIGHT,
    TK_HOME,
    TK_END,
    TK_PAGE_UP,
    TK_PAGE_DOWN,
    TK_DELETE,
    TK_INSERT,
    TK_SHIFT_TAB,
    TK_F1,
    TK_F12 = TK_F1 + 11,
    TK_PASTE_START, /* what a terminal sends around a paste */
    TK_PASTE_END,
    TK_META = 0x1000000,
    TK_ESC = 0x1B,
    TK_BACKSPACE = 0x7F,
};

/* Reads one key at text ("j", "^D", "<Down>", "M-b", "<S-Tab>") and returns
 * the bytes taken; 0 where text names no key. */
size_t key_parse(const char *text, uint32_t *key);

/* The key as it is written. */
void key_add_name(struct buf *out, uint32_t key);

#endif
