/* Owns Myers' greedy search for a shortest edit script, within a bound. Must not know
 * what the numbers stand for. */
#include "model/diff_gap.h"

#include <stdlib.h>

#include "base/mem.h"

/* Most changes that are looked for; what is remembered of the way grows with its square. */
enum { MOST_CHANGES = 1000 };

/* Row d holds for each of its d + 1 diagonals how far into a one comes with d changes:
 * the diagonal k, where a's position is k more than b's, is number (k + d) / 2. */
struct search {
    struct diff_row a, b;
    ptrdiff_t *reach;
    size_t cap;
    size_t *work;
};

static size_t row_start(size_t d)
{
    return d * (d + 1) / 2;
}

/* Whether diagonal `i` of row d is best come to by adding a number of b. */
static bool comes_by_adding(const ptrdiff_t *before, size_t i, size_t d)
{
    return i == 0 || (i != d && before[i - 1] < before[i]);
}

/* Fills row d; false where the end of both is not reached yet. */
static bool search_row(struct search *search, size_t d)
{
    ptrdiff_t a_count = (ptrdiff_t)search->a.count, b_count = (ptrdiff_t)search->b.count;
    search->reach =
        mem_grow(search->reach, &search->cap, row_start(d + 1), sizeof search->reach[0]);
    const ptrdiff_t *before = d > 0 ? search->reach + row_start(d - 1) : NULL;
    ptrdiff_t *row = search->reach + row_start(d);
    size_t steps = d + 1;
    bool done = false;
    for (size_t i = 0; i <= d && !done; i++) {
        ptrdiff_t x = d == 0                          ? 0
                      : comes_by_adding(before, i, d) ? before[i]
                                                      : before[i - 1] + 1;
        ptrdiff_t start = x, k = 2 * (ptrdiff_t)i - (ptrdiff_t)d;
        while (x < a_count && x - k < b_count && search->a.ids[x] == search->b.ids[x - k])
            x++;
        row[i] = x;
        steps += (size_t)(x - start);
        done = x >= a_count && x - k >= b_count;
    }
    *search->work -= steps < *search->work ? steps : *search->work;
    return done;
}

/* Walks back from both ends through the rows and marks what was changed on the way. */
static void mark_way(struct search *search, size_t d)
{
    ptrdiff_t k = (ptrdiff_t)search->a.count - (ptrdiff_t)search->b.count;
    for (; d > 0; d--) {
        const ptrdiff_t *before = search->reach + row_start(d - 1);
        size_t i = (size_t)(k + (ptrdiff_t)d) / 2;
        if (comes_by_adding(before, i, d)) {
            k++;
            search->b.changed[before[i] - k] = 1;
        } else {
            k--;
            search->a.changed[before[i - 1]] = 1;
        }
    }
}

bool diff_gap(struct diff_row a, struct diff_row b, size_t *work)
{
    struct search search = { a, b, NULL, 0, work };
    bool done = false;
    for (size_t d = 0; d <= MOST_CHANGES && *work > 0 && !done; d++) {
        done = search_row(&search, d);
        if (done)
            mark_way(&search, d);
    }
    free(search.reach);
    return done;
}
