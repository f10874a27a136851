/* Owns the text of a unified diff, as POSIX describes it for diff -u and patch reads it,
 * and what of two notes is compared. Must not know how hunks are found. */
#include "model/diff.h"

static void add_lines(
    struct buf *out, char sign, const struct diff_lines *lines, size_t first, size_t count)
{
    for (size_t i = first; i < first + count; i++) {
        size_t at = lines->at[i], len = lines->at[i + 1] - at;
        buf_addc(out, sign);
        buf_add(out, lines->bytes + at, len);
        if (lines->bytes[at + len - 1] != '\n')
            buf_adds(out, "\n\\ No newline at end of file\n");
    }
}

/* An empty side is named by the line before it. */
static void add_side(struct buf *out, char sign, size_t first, size_t count)
{
    buf_addf(out, "%c%zu", sign, first + (count > 0));
    if (count != 1)
        buf_addf(out, ",%zu", count);
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* How many hunks from `from` on are so near to each other that they share lines. */
static size_t group_size(const struct diff *diff, size_t from, size_t context)
{
    size_t i = from + 1;
    for (; i < diff->count; i++) {
        const struct diff_hunk *last = &diff->hunks[i - 1];
        size_t between = diff->hunks[i].a_first - last->a_first - last->a_count;
        if (between / 2 + between % 2 > context)
            break;
    }
    return i - from;
}

static void add_group(
    struct buf *out, const struct diff *diff, size_t from, size_t count, size_t context)
{
    const struct diff_hunk *first = &diff->hunks[from], *last = first + count - 1;
    size_t before = least(context, first->a_first);
    size_t a_end = last->a_first + last->a_count, b_end = last->b_first + last->b_count;
    size_t after = least(context, diff->a.count - a_end);
    size_t at = first->a_first - before;
    buf_adds(out, "@@ ");
    add_side(out, '-', at, a_end + after - at);
    buf_addc(out, ' ');
    add_side(out, '+', first->b_first - before, b_end + after - (first->b_first - before));
    buf_adds(out, " @@\n");
    for (const struct diff_hunk *hunk = first; hunk <= last; hunk++) {
        add_lines(out, ' ', &diff->a, at, hunk->a_first - at);
        add_lines(out, '-', &diff->a, hunk->a_first, hunk->a_count);
        add_lines(out, '+', &diff->b, hunk->b_first, hunk->b_count);
        at = hunk->a_first + hunk->a_count;
    }
    add_lines(out, ' ', &diff->a, at, after);
}

void diff_add_unified(struct buf *out, const struct diff *diff, size_t context)
{
    size_t count;
    for (size_t i = 0; i < diff->count; i += count) {
        count = group_size(diff, i, context);
        add_group(out, diff, i, count, context);
    }
}

static struct diff_text printed(struct buf *copy, const char *text)
{
    buf_adds(copy, text);
    if (copy->len > 0 && copy->data[copy->len - 1] != '\n')
        buf_addc(copy, '\n');
    return (struct diff_text){ buf_text(copy), copy->len };
}

void diff_notes_make(struct diff_notes *notes, const char *old, const char *new)
{
    *notes = (struct diff_notes){ 0 };
    struct diff_text a = printed(&notes->old, old), b = printed(&notes->new, new);
    diff_make(&notes->diff, a, b);
}

void diff_notes_release(struct diff_notes *notes)
{
    diff_release(&notes->diff);
    buf_release(&notes->old);
    buf_release(&notes->new);
}
