/* Owns the random texts. Must not know what is tested with them. */
#include "support.h"

#include <string.h>

#include "texts.h"

struct diff_text text_of(const struct buf *buf)
{
    return (struct diff_text){ buf_text(buf), buf->len };
}

static void add_line(struct buf *out, uint64_t *random, uint32_t kinds)
{
    /* The same letters with and without what texts rarely hold. */
    static const char *const ends[] = { "\n", "\n", "\n", "\r\n" };
    uint32_t kind = support_random(random) % kinds;
    if (kind > 0)
        buf_addc(out, (char)('a' + kind - 1));
    if (kind == 2)
        buf_addc(out, '\0');
    buf_adds(out, ends[kind % 4]);
}

void text_add_random(struct buf *out, uint64_t *random, uint32_t most, uint32_t kinds)
{
    for (uint32_t i = support_random(random) % (most + 1); i-- > 0;)
        add_line(out, random, kinds);
    if (support_random(random) % 4 == 0)
        buf_addc(out, 'z');
}

void text_add_edited(
    struct buf *out, struct diff_text text, uint64_t *random, uint32_t edits, uint32_t kinds)
{
    uint32_t lines = 1;
    for (size_t i = 0; i < text.len; i++)
        lines += text.bytes[i] == '\n';
    for (size_t at = 0; at < text.len;) {
        const char *end = memchr(text.bytes + at, '\n', text.len - at);
        size_t next = end != NULL ? (size_t)(end - text.bytes) + 1 : text.len;
        uint32_t what = support_random(random) % lines < edits ? support_random(random) % 3 : 3;
        if (what == 0 || what == 1)
            add_line(out, random, kinds);
        if (what == 0 || what == 3)
            buf_add(out, text.bytes + at, next - at);
        at = next;
    }
}

static void add_lines(struct buf *out, const struct diff_lines *lines, size_t from, size_t to)
{
    buf_add(out, lines->bytes + lines->at[from], lines->at[to] - lines->at[from]);
}

void text_add_applied(struct buf *out, const struct diff *diff)
{
    size_t at = 0;
    for (size_t i = 0; i < diff->count; i++) {
        const struct diff_hunk *hunk = &diff->hunks[i];
        add_lines(out, &diff->a, at, hunk->a_first);
        add_lines(out, &diff->b, hunk->b_first, hunk->b_first + hunk->b_count);
        at = hunk->a_first + hunk->a_count;
    }
    add_lines(out, &diff->a, at, diff->a.count);
}
