/* Owns what the rows of the list are: the headings, which groups are folded, the
 * talks below them. Must not know how rows look. */
#include "ui/list_rows.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* From this many talks on, groups start folded. */
enum { FOLD_FROM = 500 };

void list_free_groups(struct list_group *groups, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(groups[i].ids);
    free(groups);
}

void list_make_room(struct list *list, size_t rows)
{
    if (rows <= list->seen_size)
        return;
    list_forget(list);
    list->seen = mem_resize(list->seen, rows, sizeof list->seen[0]);
    memset(list->seen, 0, rows * sizeof list->seen[0]);
    list->seen_size = rows;
}

static void read_note(struct list *list, int64_t id, struct talk *talk)
{
    struct note note;
    if (db_note_read(list->db, id, &note, &list->err)) {
        talk->title = note_title(note.body);
        note_release(&note);
    }
}

void list_see(struct list *list, size_t at)
{
    const struct list_row *row = list_row_at(list, at);
    if (row->kind < LIST_TALK || list_talk(list, at) != NULL)
        return;
    struct list_seen *seen = &list->seen[at % list->seen_size];
    talk_release(&seen->talk);
    seen->row = *row;
    struct db_topic topic;
    if (row->kind == LIST_TALK)
        db_talk_read(list->db, row->id, DB_READ_ROW, &seen->talk, &list->err);
    else if (row->kind == LIST_NOTE)
        read_note(list, row->id, &seen->talk);
    else if (db_topic_read(list->db, row->id, NULL, &topic, &list->err)) {
        seen->talk.title = mem_dup(topic.name);
        db_topic_release(&topic);
    }
}

/* --- groups ------------------------------------------------------------ */

static bool is_allowed(const struct list *list, int64_t id)
{
    return db_ids_hold(list->allowed, list->allowed_count, id);
}

static void count_talk(const struct list *list, struct db_counts *counts, int64_t id)
{
    size_t low = 0, high = list->marked_count;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (list->marked[mid].id < id)
            low = mid + 1;
        else
            high = mid;
    }
    counts->talks++;
    if (low == list->marked_count || list->marked[low].id != id)
        return;
    counts->watched += list->marked[low].counts.watched;
    counts->starred += list->marked[low].counts.starred;
    counts->notes += list->marked[low].counts.notes;
}

/* Leaves only what the limit allows and counts that. */
static void apply_limit(struct list *list, struct list_group *group)
{
    size_t kept = 0;
    group->counts = (struct db_counts){ 0 };
    for (size_t i = 0; i < group->count; i++) {
        if (!is_allowed(list, group->ids[i]))
            continue;
        group->ids[kept++] = group->ids[i];
        count_talk(list, &group->counts, group->ids[i]);
    }
    group->count = kept;
}

bool list_load_group(struct list *list, size_t heading, struct err *err)
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

size_t list_outer_of(const struct list *list, size_t heading)
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
    list->rows[list->count++] = (struct list_row){ kind, (uint32_t)heading, id };
}

/* A group that has not been read has its rows by count; who they are is read
 * when one of them is seen, see list_row_at(). */
static void add_talks(struct list *list, size_t heading)
{
    const struct list_group *group = &list->groups[heading];
    size_t count = group->loaded ? group->count : (size_t)group->counts.talks;
    for (size_t i = 0; i < count; i++)
        add_row(list, LIST_TALK, heading, group->loaded ? group->ids[i] : 0);
}

static void build_tree(struct list *list)
{
    list->count = 0;
    for (size_t first = 0; first < list->headings.count; first = outer_end(list, first)) {
        struct list_row outer = { LIST_GROUP, (uint32_t)first, 0 };
        if (list->limited && list_counts(list, &outer).talks == 0)
            continue;
        add_row(list, LIST_GROUP, first, 0);
        for (size_t i = first; i < outer_end(list, first) && !list->groups[first].outer_folded;
             i++) {
            bool inner = list->headings.items[i].subkey[0] != '\0';
            if (list->limited && list->groups[i].counts.talks == 0)
                continue;
            if (inner)
                add_row(list, LIST_SUBGROUP, i, 0);
            if (!(inner && list->groups[i].folded))
                add_talks(list, i);
        }
    }
}

void list_build_rows(struct list *list)
{
    if (!list->searching) {
        build_tree(list);
        return;
    }
    list->count = 0;
    static const enum list_row_kind kinds[] = {
        [DB_HIT_TALK] = LIST_TALK, [DB_HIT_TOPIC] = LIST_TOPIC, [DB_HIT_NOTE] = LIST_NOTE
    };
    for (size_t i = 0; i < list->hits.count; i++)
        add_row(list, kinds[list->hits.items[i].kind], 0, list->hits.items[i].id);
}

/* Fills in the rows around index `at` that stand under the same heading. */
static void fill_rows(struct list *list, size_t at)
{
    size_t heading = list->rows[at].heading, start = at;
    if (!list_load_group(list, heading, &list->err))
        return;
    while (start > 0 && list->rows[start - 1].kind == LIST_TALK
           && list->rows[start - 1].heading == heading)
        start--;
    const struct list_group *group = &list->groups[heading];
    for (size_t i = 0; i < group->count && start + i < list->count; i++) {
        struct list_row *row = &list->rows[start + i];
        if (row->kind != LIST_TALK || row->heading != heading)
            break;
        row->id = group->ids[i];
    }
}

const struct list_row *list_row_at(struct list *list, size_t at)
{
    if (at >= list->count)
        return NULL;
    if (list->rows[at].kind == LIST_TALK && list->rows[at].id == 0)
        fill_rows(list, at);
    return &list->rows[at];
}

void list_clamp(struct list *list)
{
    if (list->selected >= list->count)
        list->selected = list->count > 0 ? list->count - 1 : 0;
}

struct list_place list_place_of(struct list *list)
{
    struct list_place place = { .row = { LIST_GROUP, 0, 0 }, .at = list->selected };
    const struct list_row *row = list_row_at(list, list->selected);
    if (row == NULL)
        return place;
    place.row = *row;
    if (!list->searching) {
        place.key = mem_dup(list_heading(list, row)->key);
        place.subkey = mem_dup(list_heading(list, row)->subkey);
    }
    return place;
}

void list_place_release(struct list_place *place)
{
    free(place->key);
    free(place->subkey);
}

static bool same_place(
    const struct list *list, const struct list_row *row, const struct list_place *was)
{
    if (row->kind != was->row.kind)
        return false;
    if (list->searching || was->key == NULL)
        return true;
    const struct db_heading *heading = list_heading(list, row);
    return strcmp(heading->key, was->key) == 0
           && (row->kind == LIST_GROUP || strcmp(heading->subkey, was->subkey) == 0);
}

void list_select_again(struct list *list, const struct list_place *was)
{
    list->selected = was->at;
    list_clamp(list);
    for (size_t i = 0; i < list->count; i++) {
        if (!same_place(list, &list->rows[i], was))
            continue;
        const struct list_row *row = list_row_at(list, i);
        if (row != NULL && row->id == was->row.id) {
            list->selected = i;
            return;
        }
    }
    if (was->row.kind == LIST_TALK)
        list_select_talk(list, was->row.id);
}

/* --- reading ----------------------------------------------------------- */

static bool same_heading(const struct db_heading *a, const struct db_heading *b)
{
    return strcmp(a->key, b->key) == 0 && strcmp(a->subkey, b->subkey) == 0;
}

/* Takes over the folds of headings that are still there. */
static void keep_folds(
    struct list *list, const struct db_headings *old, const struct list_group *groups)
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
    if (!list->limited)
        return true;
    free(list->marked);
    if (!db_marked_read(list->db, &list->marked, &list->marked_count, err))
        return false;
    for (size_t i = 0; i < list->headings.count; i++)
        if (!list_load_group(list, i, err))
            return false;
    list->total = (struct db_counts){ 0 };
    for (size_t i = 0; i < list->allowed_count; i++)
        count_talk(list, &list->total, list->allowed[i]);
    return true;
}

bool list_read_headings(struct list *list, bool keep, struct err *err)
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
    list_free_groups(groups, old.count);
    db_headings_release(&old);
    return count_limited(list, err);
}
