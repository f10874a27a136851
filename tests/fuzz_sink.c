/* The sink: what comes out holds nothing that acts on a terminal, is UTF-8, has the
 * width that is counted cell by cell, and goes through once more unchanged. */
#include <stdlib.h>
#include <string.h>

#include "base/sink.h"
#include "base/utf8.h"
#include "fuzz.h"

static int is_bidi(uint32_t cp)
{
    return cp == 0x61C || (cp >= 0x200B && cp <= 0x200F) || (cp >= 0x2028 && cp <= 0x202E)
           || (cp >= 0x2060 && cp <= 0x206F) || cp == 0xFEFF;
}

static void check(const struct buf *out, enum sink_mode mode)
{
    const char *text = buf_text(out);
    for (size_t at = 0; at < out->len;) {
        uint32_t cp;
        at += utf8_decode(text + at, out->len - at, &cp);
        int kept = mode == SINK_TEXT && (cp == '\n' || cp == '\t');
        if ((cp < 0x20 && !kept) || (cp >= 0x7F && cp < 0xA0) || is_bidi(cp))
            abort();
    }
    if (utf8_find_invalid(text, out->len) != out->len)
        abort();
    int cells = 0;
    for (size_t at = 0; mode == SINK_LINE && at < out->len;) {
        int width;
        at += utf8_next_cell(text + at, out->len - at, &width);
        cells += width;
    }
    if (mode == SINK_LINE && cells != utf8_cells(text, out->len))
        abort();
}

int fuzz_sink(const uint8_t *data, size_t size)
{
    static const enum sink_mode modes[] = { SINK_LINE, SINK_TEXT };
    for (int i = 0; i < 2; i++) {
        struct buf out = { 0 }, again = { 0 };
        sink_add(&out, (const char *)data, size, modes[i]);
        check(&out, modes[i]);
        sink_add(&again, buf_text(&out), out.len, modes[i]);
        if (strcmp(buf_text(&out), buf_text(&again)) != 0)
            abort();
        buf_release(&out);
        buf_release(&again);
    }
    return 0;
}
