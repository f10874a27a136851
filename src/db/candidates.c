/* Owns the table of a search's candidates. */
#include "db/candidates.h"

#include <stdlib.h>

#include "base/mem.h"

static size_t *find_slot(const struct candidates *all, int64_t doc)
{
    size_t at = (size_t)doc * 0x9E3779B97F4A7C15u >> 20;
    for (;; at++) {
        size_t *slot = &all->slots[at % all->slot_count];
        if (*slot == 0 || all->items[*slot - 1].doc == doc)
            return slot;
    }
}

static void grow_slots(struct candidates *all)
{
    if (all->count * 2 < all->slot_count)
        return;
    all->slot_count = all->slot_count == 0 ? 1024 : all->slot_count * 2;
    free(all->slots);
    all->slots = mem_zero(all->slot_count, sizeof all->slots[0]);
    for (size_t i = 0; i < all->count; i++)
        *find_slot(all, all->items[i].doc) = i + 1;
}

static struct candidate *candidate_of(struct candidates *all, int64_t doc)
{
    grow_slots(all);
    size_t *slot = find_slot(all, doc);
    if (*slot == 0) {
        all->items = mem_grow(all->items, &all->cap, all->count + 1, sizeof all->items[0]);
        all->items[all->count] = (struct candidate){ .doc = doc, .place = all->count };
        *slot = ++all->count;
    }
    return &all->items[*slot - 1];
}

void candidates_add(
    struct candidates *all, enum match_table table, int64_t doc, int64_t note_id, double score)
{
    struct candidate *candidate = candidate_of(all, doc);
    if (score <= candidate->best[table])
        return;
    candidate->best[table] = score;
    if (table == MATCH_NOTES)
        candidate->note_id = note_id;
}

void candidates_sum(struct candidates *all, int64_t doc, double score)
{
    candidate_of(all, doc)->bonus += score;
}

double candidate_score(const struct candidate *candidate)
{
    return candidate->best[MATCH_TALKS] + candidate->best[MATCH_NOTES] + candidate->bonus;
}

static int compare_candidates(const void *a, const void *b)
{
    const struct candidate *x = a, *y = b;
    double first = candidate_score(x), second = candidate_score(y);
    if (first != second)
        return first < second ? 1 : -1;
    return x->place < y->place ? -1 : x->place > y->place;
}

void candidates_sort(struct candidates *all)
{
    if (all->count > 0)
        qsort(all->items, all->count, sizeof all->items[0], compare_candidates);
    free(all->slots);
    all->slots = NULL;
    all->slot_count = 0;
}

void candidates_release(struct candidates *all)
{
    free(all->items);
    free(all->slots);
    *all = (struct candidates){ 0 };
}
