/* Owns finding what differs: lines become numbers, lines that each side has once split
 * the texts, what lies between goes to diff_gap(). Must not know who asks or why. */
#include "model/diff.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/diff_gap.h"
#include "model/line_ids.h"

struct range {
    size_t a, a_end, b, b_end;
};

/* Lines that each side has once; before is the one that precedes it in the longest row
 * of them that is in order on both sides. */
struct anchor {
    size_t a, b, before;
};

struct tally {
    uint32_t a_count, b_count;
    size_t b_at;
};

struct differ {
    struct diff_row a, b;
    struct tally *tallies; /* by number; all 0 between two ranges */
    struct range *stack;
    size_t depth, stack_cap;
    struct anchor *anchors;
    size_t anchor_count, anchor_cap;
    size_t *piles;
    size_t pile_cap;
    size_t split_work, gap_work; /* steps that may still be taken */
};

static void split_lines(struct diff_lines *lines, struct diff_text text)
{
    size_t cap = 0;
    *lines = (struct diff_lines){ text.len > 0 ? text.bytes : "", NULL, 0 };
    for (size_t at = 0; at < text.len;) {
        const char *end = memchr(text.bytes + at, '\n', text.len - at);
        lines->at = mem_grow(lines->at, &cap, lines->count + 2, sizeof lines->at[0]);
        lines->at[lines->count++] = at;
        at = end != NULL ? (size_t)(end - text.bytes) + 1 : text.len;
    }
    lines->at = mem_resize(lines->at, lines->count + 1, sizeof lines->at[0]);
    lines->at[lines->count] = text.len;
}

static bool same_line(
    const struct diff_lines *a, size_t a_line, const struct diff_lines *b, size_t b_line)
{
    size_t len = a->at[a_line + 1] - a->at[a_line];
    return len == b->at[b_line + 1] - b->at[b_line]
           && memcmp(a->bytes + a->at[a_line], b->bytes + b->at[b_line], len) == 0;
}

/* --- splitting at lines that each side has once ---------------------------- */

static void mark_all(struct differ *differ, const struct range *range)
{
    memset(differ->a.changed + range->a, 1, range->a_end - range->a);
    memset(differ->b.changed + range->b, 1, range->b_end - range->b);
}

static void push(struct differ *differ, struct range range)
{
    if (range.a == range.a_end && range.b == range.b_end)
        return;
    differ->stack =
        mem_grow(differ->stack, &differ->stack_cap, differ->depth + 1, sizeof differ->stack[0]);
    differ->stack[differ->depth++] = range;
}

static void strip_common(const struct differ *differ, struct range *range)
{
    const uint32_t *a = differ->a.ids, *b = differ->b.ids;
    while (range->a < range->a_end && range->b < range->b_end && a[range->a] == b[range->b])
        range->a++, range->b++;
    while (range->a < range->a_end && range->b < range->b_end
           && a[range->a_end - 1] == b[range->b_end - 1])
        range->a_end--, range->b_end--;
}

static void add_anchor(struct differ *differ, size_t a, size_t b)
{
    differ->anchors = mem_grow(differ->anchors, &differ->anchor_cap, differ->anchor_count + 1,
        sizeof differ->anchors[0]);
    differ->anchors[differ->anchor_count++] = (struct anchor){ a, b, 0 };
}

/* Finds the range's anchors, in a's order; false where the sides share no line. */
static bool find_anchors(struct differ *differ, const struct range *range)
{
    struct tally *tallies = differ->tallies;
    bool shared = false;
    differ->anchor_count = 0;
    for (size_t i = range->a; i < range->a_end; i++)
        tallies[differ->a.ids[i]].a_count++;
    for (size_t i = range->b; i < range->b_end; i++) {
        struct tally *tally = &tallies[differ->b.ids[i]];
        tally->b_count++;
        tally->b_at = i;
    }
    for (size_t i = range->a; i < range->a_end; i++) {
        const struct tally *tally = &tallies[differ->a.ids[i]];
        shared = shared || tally->b_count > 0;
        if (tally->a_count == 1 && tally->b_count == 1)
            add_anchor(differ, i, tally->b_at);
    }
    for (size_t i = range->a; i < range->a_end; i++)
        tallies[differ->a.ids[i]] = (struct tally){ 0 };
    for (size_t i = range->b; i < range->b_end; i++)
        tallies[differ->b.ids[i]] = (struct tally){ 0 };
    return shared;
}

/* How many piles have a top that stands before b. */
static size_t piles_before(const struct differ *differ, size_t count, size_t b)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (differ->anchors[differ->piles[middle]].b < b)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Keeps the longest row of anchors that is in order on both sides, and gives what lies
 * between them back to the stack. */
static void split_at_anchors(struct differ *differ, struct range range)
{
    size_t count = 0;
    differ->piles = mem_grow(
        differ->piles, &differ->pile_cap, differ->anchor_count, sizeof differ->piles[0]);
    for (size_t i = 0; i < differ->anchor_count; i++) {
        size_t pile = piles_before(differ, count, differ->anchors[i].b);
        differ->anchors[i].before = pile > 0 ? differ->piles[pile - 1] : 0;
        differ->piles[pile] = i;
        count += pile == count;
    }
    size_t at = differ->piles[count - 1];
    for (; count > 0; count--) {
        const struct anchor *anchor = &differ->anchors[at];
        push(differ, (struct range){ anchor->a + 1, range.a_end, anchor->b + 1, range.b_end });
        range.a_end = anchor->a;
        range.b_end = anchor->b;
        at = anchor->before;
    }
    push(differ, range);
}

static struct diff_row row_part(struct diff_row row, size_t from, size_t to)
{
    return (struct diff_row){ row.ids + from, row.changed + from, to - from };
}

static void compare_range(struct differ *differ, struct range range)
{
    strip_common(differ, &range);
    size_t size = range.a_end - range.a + (range.b_end - range.b);
    if (range.a < range.a_end && range.b < range.b_end) {
        if (size <= differ->split_work) {
            differ->split_work -= size;
            if (!find_anchors(differ, &range)) {
                mark_all(differ, &range);
                return;
            }
            if (differ->anchor_count > 0) {
                split_at_anchors(differ, range);
                return;
            }
        }
        if (diff_gap(row_part(differ->a, range.a, range.a_end),
                row_part(differ->b, range.b, range.b_end), &differ->gap_work))
            return;
    }
    mark_all(differ, &range);
}

/* --- hunks ------------------------------------------------------------------ */

static void add_hunk(struct diff *diff, struct diff_hunk hunk)
{
    diff->hunks = mem_grow(diff->hunks, &diff->cap, diff->count + 1, sizeof diff->hunks[0]);
    diff->hunks[diff->count++] = hunk;
}

/* Reads the marks; `head` lines before them are the same. */
static void add_hunks(struct diff *diff, const struct differ *differ, size_t head)
{
    size_t a = 0, b = 0;
    while (a < differ->a.count || b < differ->b.count) {
        struct diff_hunk hunk = { head + a, 0, head + b, 0 };
        for (; a < differ->a.count && differ->a.changed[a]; a++)
            hunk.a_count++;
        for (; b < differ->b.count && differ->b.changed[b]; b++)
            hunk.b_count++;
        if (hunk.a_count > 0 || hunk.b_count > 0)
            add_hunk(diff, hunk);
        else
            a++, b++;
    }
}

/* Moves a hunk that only adds or only removes down while that says the same, at most by
 * `room` lines; returns by how many it moved. */
static size_t slide(const struct diff *diff, struct diff_hunk *hunk, size_t room)
{
    bool adds = hunk->a_count == 0;
    const struct diff_lines *lines = adds ? &diff->b : &diff->a;
    size_t first = adds ? hunk->b_first : hunk->a_first;
    size_t end = first + hunk->a_count + hunk->b_count, moved = 0;
    while (moved < room && same_line(lines, first + moved, lines, end + moved))
        moved++;
    hunk->a_first += moved;
    hunk->b_first += moved;
    return moved;
}

/* The same change made in two texts shall be the same hunk in both, though lines that
 * repeat leave a choice. A hunk that comes down to the next becomes part of it. */
static void slide_hunks(struct diff *diff)
{
    size_t kept = 0;
    for (size_t i = 0; i < diff->count; i++) {
        struct diff_hunk hunk = diff->hunks[i];
        struct diff_hunk *next = i + 1 < diff->count ? &diff->hunks[i + 1] : NULL;
        size_t end = hunk.a_first + hunk.a_count;
        size_t room = (next != NULL ? next->a_first : diff->a.count) - end;
        if ((hunk.a_count > 0 && hunk.b_count > 0) || slide(diff, &hunk, room) < room
            || next == NULL) {
            diff->hunks[kept++] = hunk;
            continue;
        }
        *next = (struct diff_hunk){ hunk.a_first, hunk.a_count + next->a_count, hunk.b_first,
            hunk.b_count + next->b_count };
    }
    diff->count = kept;
}

/* --- the whole -------------------------------------------------------------- */

/* Lines at the beginning, and behind those at the end, that are the same in both. */
static void count_common(const struct diff *diff, size_t *head, size_t *tail)
{
    const struct diff_lines *a = &diff->a, *b = &diff->b;
    size_t most = a->count < b->count ? a->count : b->count;
    *head = *tail = 0;
    while (*head < most && same_line(a, *head, b, *head))
        ++*head;
    while (*tail < most - *head && same_line(a, a->count - *tail - 1, b, b->count - *tail - 1))
        ++*tail;
}

static void differ_run(struct differ *differ)
{
    /* Some hundredths of a second, and what doubles as the text does. */
    differ->split_work = 64 * (differ->a.count + differ->b.count);
    differ->gap_work = differ->split_work + (1 << 24);
    push(differ, (struct range){ 0, differ->a.count, 0, differ->b.count });
    while (differ->depth > 0)
        compare_range(differ, differ->stack[--differ->depth]);
}

void diff_make(struct diff *diff, struct diff_text a, struct diff_text b)
{
    size_t head, tail;
    *diff = (struct diff){ 0 };
    split_lines(&diff->a, a);
    split_lines(&diff->b, b);
    count_common(diff, &head, &tail);
    size_t a_count = diff->a.count - head - tail, b_count = diff->b.count - head - tail;
    if (a_count == 0 && b_count == 0)
        return;
    uint32_t *ids = mem_alloc((a_count + b_count) * sizeof ids[0]);
    unsigned char *changed = mem_zero(a_count + b_count, 1);
    struct line_ids table;
    line_ids_init(&table, a_count + b_count);
    line_ids_read(&table, &diff->a, head, a_count, ids);
    line_ids_read(&table, &diff->b, head, b_count, ids + a_count);
    struct differ differ = { .a = { ids, changed, a_count },
        .b = { ids + a_count, changed + a_count, b_count },
        .tallies = mem_zero(table.count, sizeof differ.tallies[0]) };
    line_ids_release(&table);
    differ_run(&differ);
    add_hunks(diff, &differ, head);
    slide_hunks(diff);
    free(differ.tallies), free(differ.stack), free(differ.anchors), free(differ.piles);
    free(ids), free(changed);
}

void diff_release(struct diff *diff)
{
    free(diff->hunks), free(diff->a.at), free(diff->b.at);
    *diff = (struct diff){ 0 };
}
