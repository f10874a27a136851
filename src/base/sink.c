/* Owns what may reach a terminal. Must not know where the text came from:
 * everything is hostile here. */
#include "base/sink.h"

#include <string.h>

#include "base/utf8.h"

enum verdict { SINK_KEEP, SINK_SHOW, SINK_DROP, SINK_REPLACE };

static enum verdict judge(uint32_t cp)
{
    static const struct {
        uint32_t first, last;
        enum verdict verdict;
    } table[] = {
        { 0x0000, 0x001F, SINK_SHOW },   /* C0 */
        { 0x007F, 0x009F, SINK_SHOW },   /* DEL, C1 */
        { 0x00AD, 0x00AD, SINK_DROP },   /* soft hyphen */
        { 0x034F, 0x034F, SINK_DROP },   /* grapheme joiner */
        { 0x061C, 0x061C, SINK_SHOW },   /* Arabic letter mark */
        { 0x115F, 0x1160, SINK_DROP },   /* hangul fillers */
        { 0x180B, 0x180F, SINK_DROP },   /* Mongolian selectors */
        { 0x200B, 0x200D, SINK_DROP },   /* zero-width space, joiners */
        { 0x200E, 0x200F, SINK_SHOW },   /* direction marks */
        { 0x2028, 0x2029, SINK_SHOW },   /* line and paragraph separators */
        { 0x202A, 0x202E, SINK_SHOW },   /* bidi embeddings and overrides */
        { 0x2060, 0x2065, SINK_DROP },   /* word joiner, invisible operators */
        { 0x2066, 0x206F, SINK_SHOW },   /* bidi isolates, deprecated controls */
        { 0x20E3, 0x20E3, SINK_DROP },   /* keycap */
        { 0x3164, 0x3164, SINK_DROP },   /* hangul filler */
        { 0xFE00, 0xFE0F, SINK_DROP },   /* variation selectors */
        { 0xFEFF, 0xFEFF, SINK_DROP },   /* byte order mark */
        { 0xFFA0, 0xFFA0, SINK_DROP },   /* halfwidth filler */
        { 0xFFF9, 0xFFFB, SINK_SHOW },   /* interlinear annotation */
        { 0xE0000, 0xE0FFF, SINK_DROP }, /* tags, selectors */
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        if (cp <= table[i].last)
            return cp >= table[i].first ? table[i].verdict
                   : utf8_width(cp) < 0 ? SINK_REPLACE
                                        : SINK_KEEP;
    }
    return utf8_width(cp) < 0 ? SINK_REPLACE : SINK_KEEP;
}

static void add_code_point(
    struct buf *out, uint32_t cp, const char *bytes, size_t len, enum sink_mode mode)
{
    enum verdict verdict = judge(cp);
    if (mode >= SINK_FILE && (verdict == SINK_DROP || verdict == SINK_REPLACE))
        verdict = SINK_KEEP;
    switch (verdict) {
    case SINK_KEEP:
        if (cp == UTF8_REPLACEMENT)
            buf_adds(out, "\xEF\xBF\xBD");
        else
            buf_add(out, bytes, len);
        break;
    case SINK_SHOW:
        buf_addf(out, mode == SINK_PAGE ? "&lt;U+%04X&gt;" : "<U+%04X>", (unsigned)cp);
        break;
    case SINK_REPLACE:
        buf_adds(out, "\xEF\xBF\xBD");
        break;
    case SINK_DROP:
        break;
    }
}

void sink_add(struct buf *out, const char *text, size_t len, enum sink_mode mode)
{
    size_t at = 0;
    while (at < len) {
        size_t run = utf8_plain(text + at, len - at);
        buf_add(out, text + at, run);
        at += run;
        if (at >= len)
            break;
        if (text[at] == '\n' || text[at] == '\t') {
            buf_addc(out, mode == SINK_LINE ? ' ' : text[at]);
            at++;
        } else if (text[at] == '\r' && at + 1 < len && text[at + 1] == '\n') {
            if (mode >= SINK_FILE)
                buf_addc(out, '\r');
            at++;
        } else {
            uint32_t cp;
            size_t used = utf8_decode(text + at, len - at, &cp);
            add_code_point(out, cp, text + at, used, mode);
            at += used;
        }
    }
}

void sink_adds(struct buf *out, const char *text, enum sink_mode mode)
{
    sink_add(out, text, strlen(text), mode);
}

char *sink_line(const char *text)
{
    struct buf out = { 0 };
    if (text != NULL)
        sink_adds(&out, text, SINK_LINE);
    return buf_take(&out);
}
