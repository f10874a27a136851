/* Owns the folded texts and their order. Must not know what is shown of them. */
#include "model/shortlist.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void shortlist_release(struct shortlist *list)
{
    buf_release(&list->text);
    buf_release(&list->needle);
    free(list->talks);
    free(list->left);
    free(list->heap);
    free(list->ranked);
    *list = (struct shortlist){ 0 };
}

void shortlist_add(struct shortlist *list, int64_t id, const char *title, const char *speakers)
{
    struct shortlist_talk talk = { .id = id, .at = (uint32_t)list->text.len };
    /* More text than 32 bits address would be 8 million talks of the longest kind. */
    if (list->text.len > UINT32_MAX - 2 * FUZZY_TEXT_MAX)
        return;
    talk.title_len = (uint16_t)fuzzy_add_text(title, &list->text, NULL);
    talk.speakers_len = (uint16_t)fuzzy_add_text(speakers, &list->text, NULL);
    const char *text = buf_text(&list->text) + talk.at;
    talk.title_mask = fuzzy_text_of(text, talk.title_len).mask;
    talk.speakers_mask = fuzzy_text_of(text + talk.title_len, talk.speakers_len).mask;
    list->talks = mem_grow(list->talks, &list->cap, list->count + 1, sizeof list->talks[0]);
    list->talks[list->count++] = talk;
}

void shortlist_put_first(struct shortlist *list, const int64_t *ids, size_t count)
{
    size_t placed = 0;
    for (size_t i = 0; i < count; i++)
        for (size_t k = placed; k < list->count; k++) {
            if (list->talks[k].id != ids[i])
                continue;
            struct shortlist_talk talk = list->talks[k];
            memmove(&list->talks[placed + 1], &list->talks[placed], (k - placed) * sizeof talk);
            list->talks[placed++] = talk;
            break;
        }
}

/* --- judging one talk -------------------------------------------------- */

/* What of the needle a title and speakers were found to hold. */
struct share {
    const struct fuzzy_text *title, *speakers; /* NULL: nothing */
};

/* Takes over what is better than `best`. */
static void try_both(const struct fuzzy_text *in_title, const struct fuzzy_text *in_speakers,
    const struct fuzzy_text *title, const struct fuzzy_text *speakers, int *best,
    struct share *share)
{
    int bound = fuzzy_best_score(in_title->len) + fuzzy_best_score(in_speakers->len);
    if ((in_title->mask & ~title->mask) != 0 || bound - SHORTLIST_SPEAKERS_LESS <= *best)
        return;
    /* The shorter text first: it rules out more for less. */
    int two = fuzzy_score(in_speakers, speakers);
    int one = two > FUZZY_NONE ? fuzzy_score(in_title, title) : FUZZY_NONE;
    if (one == FUZZY_NONE || one + two - SHORTLIST_SPEAKERS_LESS <= *best)
        return;
    *best = one + two - SHORTLIST_SPEAKERS_LESS;
    *share = (struct share){ in_title, in_speakers };
}

static int judge(const struct shortlist *list, const struct fuzzy_text *title,
    const struct fuzzy_text *speakers, struct share *share)
{
    const struct fuzzy_text *whole = &list->whole;
    int best = fuzzy_score(whole, title);
    *share = (struct share){ .title = best > FUZZY_NONE ? whole : NULL };
    if (fuzzy_best_score(whole->len) - SHORTLIST_SPEAKERS_LESS > best) {
        int other = fuzzy_score(whole, speakers);
        if (other > FUZZY_NONE && other - SHORTLIST_SPEAKERS_LESS > best) {
            best = other - SHORTLIST_SPEAKERS_LESS;
            *share = (struct share){ .speakers = whole };
        }
    }
    for (size_t i = 0; i < list->cuts; i++) {
        try_both(&list->head[i], &list->tail[i], title, speakers, &best, share);
        try_both(&list->tail[i], &list->head[i], title, speakers, &best, share);
    }
    return best;
}

static int judge_talk(const struct shortlist *list, const struct shortlist_talk *talk)
{
    const char *text = list->text.data + talk->at;
    struct fuzzy_text title = { text, talk->title_len, talk->title_mask };
    struct fuzzy_text speakers = { text + talk->title_len, talk->speakers_len,
        talk->speakers_mask };
    struct share share;
    if ((list->whole.mask & ~(title.mask | speakers.mask)) != 0)
        return FUZZY_NONE;
    return judge(list, &title, &speakers, &share);
}

/* --- the heap ---------------------------------------------------------- */

/* A higher score first, then the earlier talk. */
static uint64_t heap_key(int value, uint32_t index)
{
    return (uint64_t)(uint32_t)(value - FUZZY_NONE) << 32 | (UINT32_MAX - index);
}

static uint32_t key_index(uint64_t key)
{
    return UINT32_MAX - (uint32_t)key;
}

static int key_score(uint64_t key)
{
    return (int)(key >> 32) + FUZZY_NONE;
}

static void sift_down(uint64_t *heap, size_t count, size_t at)
{
    uint64_t key = heap[at];
    for (size_t child; (child = 2 * at + 1) < count; at = child) {
        if (child + 1 < count && heap[child + 1] > heap[child])
            child++;
        if (heap[child] <= key)
            break;
        heap[at] = heap[child];
    }
    heap[at] = key;
}

static uint64_t take_best(struct shortlist *list)
{
    uint64_t key = list->heap[0];
    list->heap[0] = list->heap[--list->heap_count];
    if (list->heap_count > 0)
        sift_down(list->heap, list->heap_count, 0);
    return key;
}

static uint64_t key_at(struct shortlist *list, size_t rank)
{
    while (list->ranked_count <= rank)
        list->ranked[list->ranked_count++] = take_best(list);
    return list->ranked[rank];
}

int64_t shortlist_id(struct shortlist *list, size_t rank)
{
    return list->talks[key_index(key_at(list, rank))].id;
}

int shortlist_score(struct shortlist *list, size_t rank)
{
    return key_score(key_at(list, rank));
}

/* --- finding ----------------------------------------------------------- */

static void cut_needle(struct shortlist *list)
{
    const char *text = buf_text(&list->needle);
    size_t len = list->needle.len;
    list->whole = fuzzy_text_of(text, len);
    list->cuts = 0;
    for (size_t i = 0; i < len && list->cuts < SHORTLIST_CUTS_MAX; i++) {
        if (text[i] != ' ')
            continue;
        list->head[list->cuts] = fuzzy_text_of(text, i);
        list->tail[list->cuts++] = fuzzy_text_of(text + i + 1, len - i - 1);
    }
}

static void leave_all(struct shortlist *list)
{
    for (size_t i = 0; i < list->count; i++) {
        list->left[i] = (uint32_t)i;
        list->ranked[i] = heap_key(0, (uint32_t)i);
    }
    list->left_count = list->ranked_count = list->count;
    list->heap_count = 0;
}

/* Keeps those of left[0 … left_count) that match, and ranks none of them yet. */
static void narrow(struct shortlist *list)
{
    size_t kept = 0;
    for (size_t i = 0; i < list->left_count; i++) {
        uint32_t index = list->left[i];
        int value = judge_talk(list, &list->talks[index]);
        if (value == FUZZY_NONE)
            continue;
        list->heap[kept] = heap_key(value, index);
        list->left[kept++] = index;
    }
    list->left_count = list->heap_count = kept;
    list->ranked_count = 0;
    for (size_t i = kept / 2; i-- > 0;)
        sift_down(list->heap, kept, i);
}

void shortlist_find(struct shortlist *list, const char *text)
{
    struct buf needle = { 0 };
    fuzzy_add_needle(text, &needle);
    size_t had = list->needle.len;
    bool first = list->left == NULL;
    bool longer = !first && needle.len >= had
                  && memcmp(buf_text(&needle), buf_text(&list->needle), had) == 0;
    bool same = longer && needle.len == had;
    buf_release(&list->needle);
    list->needle = needle;
    cut_needle(list);
    if (same)
        return;
    if (first) {
        list->left = mem_zero(list->count, sizeof list->left[0]);
        list->ranked = mem_zero(list->count, sizeof list->ranked[0]);
        list->heap = mem_zero(list->count, sizeof list->heap[0]);
    }
    if (!longer || had == 0)
        leave_all(list);
    if (needle.len > 0)
        narrow(list);
}

/* --- marking ----------------------------------------------------------- */

static void mark(const struct fuzzy_text *part, const struct fuzzy_text *text,
    const size_t *origin, bool *marks)
{
    uint16_t places[FUZZY_NEEDLE_MAX];
    size_t count = part != NULL ? fuzzy_places(part, text, places) : 0;
    for (size_t i = 0; i < count; i++)
        marks[origin[places[i]]] = true;
}

void shortlist_mark(const struct shortlist *list, const char *title, const char *speakers,
    bool *title_marks, bool *speakers_marks)
{
    size_t title_origin[FUZZY_TEXT_MAX], speakers_origin[FUZZY_TEXT_MAX];
    struct buf one = { 0 }, two = { 0 };
    struct share share;
    memset(title_marks, false, strlen(title) * sizeof title_marks[0]);
    memset(speakers_marks, false, strlen(speakers) * sizeof speakers_marks[0]);
    if (list->whole.len == 0)
        return;
    fuzzy_add_text(title, &one, title_origin);
    fuzzy_add_text(speakers, &two, speakers_origin);
    struct fuzzy_text first = fuzzy_text_of(buf_text(&one), one.len);
    struct fuzzy_text second = fuzzy_text_of(buf_text(&two), two.len);
    judge(list, &first, &second, &share);
    mark(share.title, &first, title_origin, title_marks);
    mark(share.speakers, &second, speakers_origin, speakers_marks);
    buf_release(&one);
    buf_release(&two);
}
