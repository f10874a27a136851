/* Owns the rows of the list: groups, folds, hits, selection. How a row looks is
 * in list_draw.c. */
#include "ui/list.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ui/list_draw.h"

/* From this many talks on, groups start folded. */
enum { FOLD_FROM = 500 };

void list_init(struct list *list, struct db *db, enum db_group group, enum db_sort sort)
{
    *list = (struct list) { .view = { &list_ops }, .db = db, .group = group, .sort = sort };
}

void list_forget(struct list *list)
{
    for (size_t i = 0; i < LIST_CACHE; i++)
        talk_release(&list->cache[i]);
}

static void free_groups(struct list_group *groups, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(groups[i].ids);
    free(groups);
}

void list_release(struct list *list)
{
    list_forget(list);
    free_groups(list->groups, list->headings.count);
    db_headings_release(&list->headings);
    free(list->rows);
    free(list->hits);
    free(list->allowed);
    match_release(&list->matcher);
    err_release(&list->err);
    *list = (struct list) { 0 };
}

const struct talk *list_talk(const struct list *list, int64_t id)
{
    const struct talk *talk = &list->cache[(uint64_t)id % LIST_CACHE];
    return talk->key != NULL && talk->id == id ? talk : NULL;
}

static const struct talk *read_talk(struct list *list, int64_t id)
{
    const struct talk *known = list_talk(list, id);
    if (known != NULL)
        return known;
    struct talk *slot = &list->cache[(uint64_t)id % LIST_CACHE];
    talk_release(slot);
    return db_talk_read(list->db, id, DB_READ_ROW, slot, &list->err) ? slot : NULL;
}

/* --- groups ------------------------------------------------------------ */

static bool is_allowed(const struct list *list, int64_t id)
{
    size_t low = 0, high = list->allowed_count;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (list->allowed[mid] < id)
            low = mid + 1;
        else
            high = mid;
    }
    return low < list->allowed_count && list->allowed[low] == id;
}

static void count_talk(struct db_counts *counts, const struct talk *talk)
{
    counts->talks++;
    counts->watched += talk->watched;
    counts->starred += talk->starred;
    counts->notes += talk->notes;
}

/* Leaves only what the limit allows and counts that. */
static void apply_limit(struct list *list, struct list_group *group)
{
    size_t kept = 0;
    group->counts = (struct db_counts) { 0 };
    for (size_t i = 0; i < group->count; i++) {
        if (!is_allowed(list, group->ids[i]))
            continue;
        group->ids[kept++] = group->ids[i];
        const struct talk *talk = read_talk(list, group->ids[i]);
        if (talk != NULL)
            count_talk(&group->counts, talk);
    }
    group->count = kept;
}

static bool load_group(struct list *list, size_t heading, struct err *err)
{
    struct list_group *group = &list->groups[heading];
    if (group->loaded)
        return true;
    if (!db_heading_talks(list->db, list->group, list->sort, &list->headings.items[heading],
            &group->ids, &group->count, err))
        return false;
    group->loaded = true;
    if (list->limited)
        apply_limit(list, group);
    return true;
}

static bool begins_outer(const struct list *list, size_t heading)
{
    const struct db_heading *items = list->headings.items;
    return heading == 0 || strcmp(items[heading].key, items[heading - 1].key) != 0;
}

static size_t outer_of(const struct list *list, size_t heading)
{
    while (!begins_outer(list, heading))
        heading--;
    return heading;
}

static size_t outer_end(const struct list *list, size_t heading)
{
    do {
        heading++;
    } while (heading < list->headings.count && !begins_outer(list, heading));
    return heading;
}

struct db_counts list_counts(const struct list *list, const struct list_row *row)
{
    size_t end = row->kind == LIST_GROUP ? outer_end(list, row->heading) : row->heading + 1;
    struct db_counts sum = { 0 };
    for (size_t i = row->heading; i < end; i++) {
        const struct db_counts *counts = &list->groups[i].counts;
        sum.talks += counts->talks;
        sum.watched += counts->watched;
        sum.starred += counts->starred;
        sum.notes += counts->notes;
    }
    return sum;
}

/* --- rows -------------------------------------------------------------- */

static void add_row(struct list *list, enum list_row_kind kind, size_t heading, int64_t id)
{
    list->rows = mem_grow(list->rows, &list->cap, list->count + 1, sizeof list->rows[0]);
    list->rows[list->count++] = (struct list_row) { kind, (uint32_t)heading, id };
}

static bool add_talks(struct list *list, size_t heading, struct err *err)
{
    if (!load_group(list, heading, err))
        return false;
    for (size_t i = 0; i < list->groups[heading].count; i++)
        add_row(list, LIST_TALK, heading, list->groups[heading].ids[i]);
    return true;
}

static bool build_tree(struct list *list, struct err *err)
{
    list->count = 0;
    for (size_t first = 0; first < list->headings.count; first = outer_end(list, first)) {
        struct list_row outer = { LIST_GROUP, (uint32_t)first, 0 };
        if (list->limited && list_counts(list, &outer).talks == 0)
            continue;
        add_row(list, LIST_GROUP, first, 0);
        for (size_t i = first;
             i < outer_end(list, first) && !list->groups[first].outer_folded; i++) {
            bool inner = list->headings.items[i].subkey[0] != '\0';
            if (list->limited && list->groups[i].counts.talks == 0)
                continue;
            if (inner)
                add_row(list, LIST_SUBGROUP, i, 0);
            if (!(inner && list->groups[i].folded) && !add_talks(list, i, err))
                return false;
        }
    }
    return true;
}

static bool build_rows(struct list *list, struct err *err)
{
    if (!list->searching)
        return build_tree(list, err);
    list->count = 0;
    for (size_t i = 0; i < list->hit_count; i++)
        add_row(list, list->hits[i].is_topic ? LIST_TOPIC : LIST_TALK, 0, list->hits[i].id);
    return true;
}

static void clamp(struct list *list)
{
    if (list->selected >= list->count)
        list->selected = list->count > 0 ? list->count - 1 : 0;
}

/* Finds the row again that was selected: same talk under the same heading, the
 * same talk elsewhere, or the same heading. */
static void select_again(struct list *list, struct list_row was, size_t place)
{
    size_t found = list->count;
    for (size_t i = 0; i < list->count; i++) {
        const struct list_row *row = &list->rows[i];
        if (row->kind != was.kind || row->id != was.id)
            continue;
        if (row->heading == was.heading) {
            found = i;
            break;
        }
        if (found == list->count && was.kind >= LIST_TALK)
            found = i;
    }
    list->selected = found < list->count ? found : place;
    clamp(list);
}

const struct list_row *list_selected(const struct list *list)
{
    return list->selected < list->count ? &list->rows[list->selected] : NULL;
}

const struct db_heading *list_heading(const struct list *list, const struct list_row *row)
{
    return &list->headings.items[row->heading];
}

static bool rebuild(struct list *list, struct err *err)
{
    struct list_row was = { LIST_GROUP, 0, 0 };
    size_t place = list->selected;
    if (list_selected(list) != NULL)
        was = *list_selected(list);
    bool ok = build_rows(list, err);
    select_again(list, was, place);
    return ok;
}

/* --- reading ----------------------------------------------------------- */

static bool same_heading(const struct db_heading *a, const struct db_heading *b)
{
    return strcmp(a->key, b->key) == 0 && strcmp(a->subkey, b->subkey) == 0;
}

/* Takes over the folds of headings that are still there. */
static void keep_folds(struct list *list, const struct db_headings *old,
    const struct list_group *groups)
{
    size_t hint = 0;
    for (size_t i = 0; i < list->headings.count; i++) {
        for (size_t n = 0; n < old->count; n++) {
            size_t j = (hint + n) % old->count;
            if (!same_heading(&list->headings.items[i], &old->items[j]))
                continue;
            list->groups[i].folded = groups[j].folded;
            list->groups[i].outer_folded = groups[j].outer_folded;
            hint = j + 1;
            break;
        }
    }
}

static bool count_limited(struct list *list, struct err *err)
{
    list->total = list->headings.total;
    for (size_t i = 0; list->limited && i < list->headings.count; i++)
        if (!load_group(list, i, err))
            return false;
    if (!list->limited)
        return true;
    list->total = (struct db_counts) { 0 };
    for (size_t i = 0; i < list->allowed_count; i++) {
        const struct talk *talk = read_talk(list, list->allowed[i]);
        if (talk != NULL)
            count_talk(&list->total, talk);
    }
    return true;
}

static bool read_headings(struct list *list, bool keep, struct err *err)
{
    struct db_headings fresh;
    if (!db_headings_read(list->db, list->group, &fresh, err))
        return false;
    struct db_headings old = list->headings;
    struct list_group *groups = list->groups;
    list->headings = fresh;
    list->groups = mem_zero(fresh.count, sizeof list->groups[0]);
    bool fold = fresh.total.talks >= FOLD_FROM;
    for (size_t i = 0; i < fresh.count; i++) {
        list->groups[i].counts = fresh.items[i].counts;
        list->groups[i].folded = list->groups[i].outer_folded = fold;
    }
    if (keep && old.count > 0)
        keep_folds(list, &old, groups);
    free_groups(groups, old.count);
    db_headings_release(&old);
    return count_limited(list, err);
}

bool list_reload(struct list *list, struct err *err)
{
    list_forget(list);
    return read_headings(list, true, err) && rebuild(list, err);
}

bool list_regroup(struct list *list, enum db_group group, enum db_sort sort, struct err *err)
{
    bool same = group == list->group;
    list->group = group;
    list->sort = sort;
    return read_headings(list, same, err) && rebuild(list, err);
}

/* --- search and limit -------------------------------------------------- */

bool list_search(struct list *list, const struct query *query, struct err *err)
{
    struct db_hit *hits;
    size_t count;
    if (!db_search(list->db, query, &hits, &count, err))
        return false;
    free(list->hits);
    match_release(&list->matcher);
    match_init(&list->matcher, query);
    list->hits = hits;
    list->hit_count = count;
    list->searching = true;
    list->selected = list->top = 0;
    return build_rows(list, err);
}

void list_end_search(struct list *list)
{
    if (!list->searching)
        return;
    struct list_row was = { LIST_GROUP, 0, 0 };
    if (list_selected(list) != NULL)
        was = *list_selected(list);
    list->searching = false;
    match_release(&list->matcher);
    build_rows(list, &list->err);
    list->selected = list->top = 0;
    if (was.kind == LIST_TALK)
        list_select_talk(list, was.id);
}

static int compare_ids(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y ? 1 : 0;
}

bool list_limit(struct list *list, const struct query *query, struct err *err)
{
    struct db_hit *hits = NULL;
    size_t count = 0;
    if (query != NULL && !db_search(list->db, query, &hits, &count, err))
        return false;
    free(list->allowed);
    list->allowed = mem_zero(count, sizeof list->allowed[0]);
    list->allowed_count = 0;
    for (size_t i = 0; i < count; i++)
        if (!hits[i].is_topic)
            list->allowed[list->allowed_count++] = hits[i].id;
    qsort(list->allowed, list->allowed_count, sizeof list->allowed[0], compare_ids);
    free(hits);
    list->limited = query != NULL;
    return read_headings(list, true, err) && rebuild(list, err);
}

/* --- selection and folds ----------------------------------------------- */

static bool find_row(struct list *list, int64_t id)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->rows[i].kind == LIST_TALK && list->rows[i].id == id) {
            list->selected = i;
            return true;
        }
    return false;
}

bool list_select_talk(struct list *list, int64_t id)
{
    if (find_row(list, id))
        return true;
    for (size_t i = 0; !list->searching && i < list->headings.count; i++) {
        if (!load_group(list, i, &list->err))
            return false;
        for (size_t n = 0; n < list->groups[i].count; n++) {
            if (list->groups[i].ids[n] != id)
                continue;
            list->groups[i].folded = false;
            list->groups[outer_of(list, i)].outer_folded = false;
            build_rows(list, &list->err);
            return find_row(list, id);
        }
    }
    return false;
}

static void set_fold(struct list *list, const struct list_row *row, bool fold)
{
    bool inner = row->kind == LIST_SUBGROUP
        || (row->kind == LIST_TALK
            && list->headings.items[row->heading].subkey[0] != '\0');
    /* Folding a folded group goes one level up. */
    if (inner && fold && row->kind == LIST_SUBGROUP && list->groups[row->heading].folded)
        inner = false;
    size_t outer = outer_of(list, row->heading);
    struct list_row heading
        = { inner ? LIST_SUBGROUP : LIST_GROUP, inner ? row->heading : (uint32_t)outer, 0 };
    if (inner)
        list->groups[row->heading].folded = fold;
    else
        list->groups[outer].outer_folded = fold;
    build_rows(list, &list->err);
    select_again(list, heading, list->selected);
}

void list_fold(struct list *list, bool fold)
{
    const struct list_row *row = list_selected(list);
    if (row != NULL && !list->searching) {
        struct list_row copy = *row;
        set_fold(list, &copy, fold);
    }
}

void list_fold_toggle(struct list *list)
{
    const struct list_row *row = list_selected(list);
    if (row == NULL || list->searching)
        return;
    bool folded = row->kind == LIST_GROUP ? list->groups[row->heading].outer_folded
        : row->kind == LIST_SUBGROUP      ? list->groups[row->heading].folded
                                          : false;
    if (folded || row->kind == LIST_GROUP || row->kind == LIST_TALK)
        list_fold(list, !folded);
    else
        list_fold(list, true);
}

void list_fold_all(struct list *list, bool fold)
{
    const struct list_row *row = list_selected(list);
    if (row == NULL || list->searching)
        return;
    struct list_row heading
        = { LIST_GROUP, (uint32_t)outer_of(list, row->heading), 0 };
    struct list_row was = *row;
    for (size_t i = 0; i < list->headings.count; i++)
        list->groups[i].folded = list->groups[i].outer_folded = fold;
    build_rows(list, &list->err);
    select_again(list, fold ? heading : was, list->selected);
}

/* --- view -------------------------------------------------------------- */

static struct list *self(struct view *view)
{
    return (struct list *)view;
}

static void list_move(struct view *view, enum command_id command, int count)
{
    struct list *list = self(view);
    list->selected = (size_t)view_move_position(
        command, count, (long)list->selected, (long)list->count, list->height);
}

/* Keeps the selection in the window and reads the talks in it. */
static void list_resize(struct view *view, int rows, int cols)
{
    struct list *list = self(view);
    list->height = rows;
    list->width = cols;
    if (rows < 1)
        return;
    clamp(list);
    size_t height = (size_t)rows;
    size_t last = list->count > height ? list->count - height : 0;
    if (list->selected < list->top)
        list->top = list->selected;
    if (list->selected >= list->top + height)
        list->top = list->selected - height + 1;
    if (list->top > last)
        list->top = last;
    for (size_t i = list->top; i < list->count && i < list->top + height; i++)
        if (list->rows[i].kind == LIST_TALK)
            read_talk(list, list->rows[i].id);
}

static void list_click(struct view *view, int row)
{
    struct list *list = self(view);
    if (row >= 0 && list->top + (size_t)row < list->count)
        list->selected = list->top + (size_t)row;
}

/* The selection moves along only where it would leave the window. */
static void list_scroll(struct view *view, int lines)
{
    struct list *list = self(view);
    size_t height = list->height > 0 ? (size_t)list->height : 1;
    long last = list->count > height ? (long)(list->count - height) : 0;
    long top = (long)list->top + lines;
    list->top = (size_t)(top < 0 ? 0 : top > last ? last : top);
    if (list->selected < list->top)
        list->selected = list->top;
    if (list->selected >= list->top + height)
        list->selected = list->top + height - 1;
    clamp(list);
}

const struct view_ops list_ops = {
    .name = "list",
    .move = list_move,
    .resize = list_resize,
    .draw = list_draw,
    .click = list_click,
    .scroll = list_scroll,
    .text = list_text,
};
