/* Three texts, cut at bytes 0xFF: a difference leads from one to the other, and a merge
 * with an unchanged side is the other side. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "model/merge.h"

static void check_merge(struct diff_text base, struct diff_text ours, struct diff_text theirs,
    const struct diff_text *expected)
{
    char *merged;
    size_t len;
    bool clean = merge3(base, ours, theirs, &merged, &len);
    if (expected != NULL
        && (!clean || len != expected->len || memcmp(merged, expected->bytes, len) != 0))
        abort();
    if (!clean && merged != NULL)
        abort();
    free(merged);
}

static void check_diff(struct diff_text a, struct diff_text b)
{
    struct diff diff;
    struct buf out = { 0 };
    diff_make(&diff, a, b);
    size_t at = 0;
    for (size_t i = 0; i < diff.count; i++) {
        const struct diff_hunk *hunk = &diff.hunks[i];
        if (hunk->a_first < at || hunk->a_first + hunk->a_count > diff.a.count
            || hunk->b_first + hunk->b_count > diff.b.count)
            abort();
        at = hunk->a_first + hunk->a_count;
    }
    diff_add_unified(&out, &diff, 3);
    buf_release(&out);
    diff_release(&diff);
}

int fuzz_merge(const uint8_t *data, size_t size)
{
    struct diff_text texts[3] = { { "", 0 }, { "", 0 }, { "", 0 } };
    const char *at = (const char *)data;
    for (int i = 0; i < 3; i++) {
        const char *end = size > 0 ? memchr(at, 0xFF, size) : NULL;
        size_t len = end != NULL && i < 2 ? (size_t)(end - at) : size;
        texts[i] = (struct diff_text){ at, len };
        at += len + (len < size);
        size -= len + (len < size);
    }
    check_diff(texts[0], texts[1]);
    check_merge(texts[0], texts[1], texts[2], NULL);
    check_merge(texts[0], texts[1], texts[0], &texts[1]);
    check_merge(texts[0], texts[0], texts[2], &texts[2]);
    check_merge(texts[0], texts[1], texts[1], &texts[1]);
    return 0;
}
