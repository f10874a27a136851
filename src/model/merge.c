/* Owns the three-way merge: which changes collide, and the order of those that do not.
 * Must not know where the texts come from, nor solve a collision. */
#include "model/merge.h"

#include <stdlib.h>
#include <string.h>

struct merge {
    struct diff ours, theirs; /* both from base */
    struct buf out;
    size_t at; /* lines of base that are done with */
};

/* Whether the last line lacks its newline. */
static bool is_open(struct diff_text text)
{
    return text.len > 0 && text.bytes[text.len - 1] != '\n';
}

/* The text with a newline at its end, kept in `room` where one had to be added. */
static struct diff_text close_text(struct diff_text text, struct buf *room)
{
    if (!is_open(text))
        return text;
    buf_add(room, text.bytes, text.len);
    buf_addc(room, '\n');
    return (struct diff_text){ room->data, room->len };
}

static void add_lines(
    struct merge *merge, const struct diff_lines *lines, size_t first, size_t count)
{
    buf_add(&merge->out, lines->bytes + lines->at[first],
        lines->at[first + count] - lines->at[first]);
}

static void take(struct merge *merge, const struct diff *diff, size_t index)
{
    const struct diff_hunk *hunk = &diff->hunks[index];
    add_lines(merge, &diff->a, merge->at, hunk->a_first - merge->at);
    add_lines(merge, &diff->b, hunk->b_first, hunk->b_count);
    merge->at = hunk->a_first + hunk->a_count;
}

static bool is_same(
    const struct merge *merge, const struct diff_hunk *ours, const struct diff_hunk *theirs)
{
    const struct diff_lines *o = &merge->ours.b, *t = &merge->theirs.b;
    size_t o_at = o->at[ours->b_first], t_at = t->at[theirs->b_first];
    size_t len = o->at[ours->b_first + ours->b_count] - o_at;
    return ours->a_first == theirs->a_first && ours->a_count == theirs->a_count
           && t->at[theirs->b_first + theirs->b_count] - t_at == len
           && memcmp(o->bytes + o_at, t->bytes + t_at, len) == 0;
}

/* Whether a stands wholly before b in base; what is added at the edge of changed lines
 * does, at one of their ends. */
static bool is_before(const struct diff_hunk *a, const struct diff_hunk *b)
{
    return a->a_first + a->a_count <= b->a_first
           && (a->a_count > 0 || b->a_count > 0 || a->a_first < b->a_first);
}

/* Fills out; false where two changes collide. */
static bool join(struct merge *merge)
{
    const struct diff *ours = &merge->ours, *theirs = &merge->theirs;
    size_t o = 0, t = 0;
    while (o < ours->count && t < theirs->count) {
        if (is_same(merge, &ours->hunks[o], &theirs->hunks[t])) {
            take(merge, ours, o++);
            t++;
        } else if (is_before(&ours->hunks[o], &theirs->hunks[t]))
            take(merge, ours, o++);
        else if (is_before(&theirs->hunks[t], &ours->hunks[o]))
            take(merge, theirs, t++);
        else
            return false;
    }
    while (o < ours->count)
        take(merge, ours, o++);
    while (t < theirs->count)
        take(merge, theirs, t++);
    add_lines(merge, &ours->a, merge->at, ours->a.count - merge->at);
    return true;
}

/* A blank line stays: without its newline it would be gone. */
static void open_text(struct buf *text)
{
    if (text->len > 1 && text->data[text->len - 2] != '\n')
        buf_cut(text, text->len - 1);
}

bool merge3(struct diff_text base, struct diff_text ours, struct diff_text theirs,
    char **merged, size_t *len)
{
    struct buf rooms[3] = { { 0 } };
    struct merge merge = { 0 };
    struct diff_text closed = close_text(base, &rooms[0]);
    diff_make(&merge.ours, closed, close_text(ours, &rooms[1]));
    diff_make(&merge.theirs, closed, close_text(theirs, &rooms[2]));
    bool clean = join(&merge);
    /* Of two answers the one that is not base's. */
    if (clean && (is_open(ours) != is_open(base) ? is_open(ours) : is_open(theirs)))
        open_text(&merge.out);
    if (len != NULL)
        *len = clean ? merge.out.len : 0;
    *merged = clean ? buf_take(&merge.out) : NULL;
    diff_release(&merge.ours), diff_release(&merge.theirs);
    buf_release(&merge.out);
    for (size_t i = 0; i < 3; i++)
        buf_release(&rooms[i]);
    return clean;
}
