/* Owns the names of keys. Must not know terminals. */
#include "cmd/key.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "base/utf8.h"

static const struct {
    const char *name;
    uint32_t key;
} names[] = {
    { "<Up>", TK_UP },
    { "<Down>", TK_DOWN },
    { "<Left>", TK_LEFT },
    { "<Right>", TK_RIGHT },
    { "<Home>", TK_HOME },
    { "<End>", TK_END },
    { "<PageUp>", TK_PAGE_UP },
    { "<PageDown>", TK_PAGE_DOWN },
    { "<Delete>", TK_DELETE },
    { "<Insert>", TK_INSERT },
    { "<S-Tab>", TK_SHIFT_TAB },
    { "<F10>", TK_F1 + 9 },
    { "<F11>", TK_F1 + 10 },
    { "<F12>", TK_F12 },
    { "<F1>", TK_F1 },
    { "<F2>", TK_F1 + 1 },
    { "<F3>", TK_F1 + 2 },
    { "<F4>", TK_F1 + 3 },
    { "<F5>", TK_F1 + 4 },
    { "<F6>", TK_F1 + 5 },
    { "<F7>", TK_F1 + 6 },
    { "<F8>", TK_F1 + 7 },
    { "<F9>", TK_F1 + 8 },
    { "<Enter>", '\r' },
    { "<Tab>", '\t' },
    { "<Space>", ' ' },
    { "<Esc>", TK_ESC },
    { "<Backspace>", TK_BACKSPACE },
    { "<Lt>", '<' },
};
enum { NAMES = sizeof names / sizeof names[0] };

size_t key_parse(const char *text, uint32_t *key)
{
    if (text[0] == 'M' && text[1] == '-') {
        bool again = strncmp(text + 2, "M-", 2) == 0;
        size_t used = again ? 0 : key_parse(text + 2, key);
        if (used > 0)
            *key |= TK_META;
        return used > 0 ? used + 2 : 0;
    }
    for (int i = 0; text[0] == '<' && i < NAMES; i++) {
        size_t len = strlen(names[i].name);
        if (strncasecmp(text, names[i].name, len) == 0) {
            *key = names[i].key;
            return len;
        }
    }
    if (text[0] == '^' && text[1] >= '?' && text[1] <= '_') {
        *key = (uint32_t)(text[1] ^ 0x40);
        return 2;
    }
    if (text[0] == '\0' || (unsigned char)text[0] <= ' ' || text[0] == '<')
        return 0;
    return utf8_decode(text, strlen(text), key);
}

void key_add_name(struct buf *out, uint32_t key)
{
    if (key & TK_META) {
        buf_adds(out, "M-");
        key &= ~(uint32_t)TK_META;
    }
    for (int i = 0; i < NAMES; i++) {
        if (names[i].key == key) {
            buf_adds(out, names[i].name);
            return;
        }
    }
    if (key < 0x20) {
        buf_addc(out, '^');
        buf_addc(out, (char)(key ^ 0x40));
        return;
    }
    /* A key without a width would act on the terminal that shows its name. */
    char bytes[4];
    if (utf8_width(key) < 1)
        buf_addf(out, "<U+%04X>", (unsigned)key);
    else
        buf_add(out, bytes, utf8_encode(key, bytes));
}
