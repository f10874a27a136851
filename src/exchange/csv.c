/* Owns how a table is written. Must not know what it holds. */
#include "exchange/csv.h"

#include <stdbool.h>
#include <string.h>

#include "base/utf8.h"

/* A cell is followed by a comma, which the row's end takes the place of. */
static bool is_formula(const char *text)
{
    static const char *const begins[] = { "=", "+", "-", "@", "\t", "\r", "\n", "\xEF\xBC\x9D",
        "\xEF\xBC\x8B", "\xEF\xBC\x8D", "\xEF\xBC\xA0" };
    /* Blanks and marks that nobody sees do not hide one. */
    for (uint32_t cp; *text != '\0';) {
        size_t used = utf8_decode(text, strlen(text), &cp);
        bool unseen = cp == ' ' || cp == 0xA0 || (cp >= 0x2000 && cp <= 0x200F) || cp == 0x3000
                      || cp == 0xFEFF || (cp >= 0x2060 && cp <= 0x206F);
        if (!unseen)
            break;
        text += used;
    }
    for (size_t i = 0; i < sizeof begins / sizeof begins[0]; i++)
        if (strncmp(text, begins[i], strlen(begins[i])) == 0)
            return true;
    return false;
}

void csv_add_text(struct buf *out, const char *text)
{
    bool formula = is_formula(text);
    bool quote = formula || strpbrk(text, "\",\r\n") != NULL || text[0] == ' '
                 || (text[0] != '\0' && text[strlen(text) - 1] == ' ');
    buf_adds(out, quote ? "\"" : "");
    buf_adds(out, formula ? "'" : "");
    for (; *text != '\0'; text++) {
        unsigned char c = (unsigned char)*text;
        if ((c < ' ' && c != '\n' && c != '\t') || c == 0x7F)
            continue;
        if (c == '"')
            buf_addc(out, '"');
        buf_addc(out, *text);
    }
    buf_adds(out, quote ? "\"," : ",");
}

void csv_add_int(struct buf *out, int64_t value)
{
    buf_add_int(out, value);
    buf_addc(out, ',');
}

void csv_end(struct buf *out)
{
    if (out->len > 0 && out->data[out->len - 1] == ',')
        buf_cut(out, out->len - 1);
    buf_adds(out, "\r\n");
}
