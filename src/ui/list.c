/* Owns the selection, folds, the search and the limit. What the rows are is in
 * list_rows.c, how they look in list_draw.c. */
#include "ui/list.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ui/list_draw.h"
#include "ui/list_rows.h"

void list_init(struct list *list, struct db *db, enum db_group group, enum db_sort sort)
{
    *list = (struct list){ .view = { &list_ops }, .db = db, .group = group, .sort = sort };
}

void list_forget(struct list *list)
{
    for (size_t i = 0; i < list->seen_size; i++) {
        talk_release(&list->seen[i].talk);
        list->seen[i].row = (struct list_row){ LIST_GROUP, 0, 0 };
    }
}

void list_release(struct list *list)
{
    list_forget(list);
    free(list->seen);
    free(list->marked);
    list_free_groups(list->groups, list->headings.count);
    db_headings_release(&list->headings);
    free(list->rows);
    db_hits_release(&list->hits);
    free(list->allowed);
    match_release(&list->matcher);
    err_release(&list->err);
    *list = (struct list){ 0 };
}

const struct talk *list_talk(const struct list *list, size_t at)
{
    if (list->seen_size == 0 || at >= list->count)
        return NULL;
    const struct list_seen *seen = &list->seen[at % list->seen_size];
    const struct list_row *row = &list->rows[at];
    bool same = seen->row.kind == row->kind && seen->row.id == row->id;
    return same && seen->talk.title != NULL ? &seen->talk : NULL;
}

/* --- reading ----------------------------------------------------------- */

const struct list_row *list_selected(struct list *list)
{
    return list_row_at(list, list->selected);
}

const struct db_heading *list_heading(const struct list *list, const struct list_row *row)
{
    return &list->headings.items[row->heading];
}

/* Reads headings anew, with the rows and the selection that follow from it. */
static bool read_again(struct list *list, bool keep_folds, struct err *err)
{
    struct list_place was = list_place_of(list);
    bool ok = list_read_headings(list, keep_folds, err);
    list_build_rows(list);
    list_select_again(list, &was);
    list_place_release(&was);
    return ok;
}

bool list_reload(struct list *list, struct err *err)
{
    list_forget(list);
    return read_again(list, true, err);
}

bool list_regroup(struct list *list, enum db_group group, enum db_sort sort, struct err *err)
{
    bool same = group == list->group;
    enum db_group before = list->group;
    enum db_sort before_sort = list->sort;
    list->group = group;
    list->sort = sort;
    if (read_again(list, same, err))
        return true;
    list->group = before;
    list->sort = before_sort;
    return false;
}

/* --- search and limit -------------------------------------------------- */

void list_show_hits(struct list *list, const struct query *query, struct db_hits *hits)
{
    db_hits_release(&list->hits);
    match_release(&list->matcher);
    match_init(&list->matcher, query);
    list->hits = *hits;
    *hits = (struct db_hits){ 0 };
    if (!list->searching) {
        list->tree_selected = list->selected;
        list->tree_top = list->top;
    }
    list->searching = true;
    list->selected = list->top = 0;
    list_build_rows(list);
}

const struct db_hit *list_hit(const struct list *list)
{
    return list->searching && list->selected < list->hits.count
               ? &list->hits.items[list->selected]
               : NULL;
}

void list_end_search(struct list *list, bool keep)
{
    if (!list->searching)
        return;
    struct list_row was = { LIST_GROUP, 0, 0 };
    if (list_selected(list) != NULL)
        was = *list_selected(list);
    list->searching = false;
    match_release(&list->matcher);
    list_build_rows(list);
    list->selected = list->tree_selected;
    list->top = list->tree_top;
    list_clamp(list);
    if (keep && was.kind == LIST_TALK)
        list_select_talk(list, was.id);
}

bool list_limit(struct list *list, int64_t *ids, size_t count, struct err *err)
{
    free(list->allowed);
    list->allowed = ids;
    list->allowed_count = count;
    list->limited = ids != NULL;
    return read_again(list, true, err);
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
        if (!list_load_group(list, i, &list->err))
            return false;
        for (size_t n = 0; n < list->groups[i].count; n++) {
            if (list->groups[i].ids[n] != id)
                continue;
            list->groups[i].folded = false;
            list->groups[list_outer_of(list, i)].outer_folded = false;
            list_build_rows(list);
            return find_row(list, id);
        }
    }
    return false;
}

/* Selects a row by what it is, after a fold. */
static void select_row(struct list *list, struct list_row want)
{
    list_clamp(list);
    for (size_t i = 0; i < list->count; i++) {
        const struct list_row *row = &list->rows[i];
        if (row->kind == want.kind && row->heading == want.heading
            && list_row_at(list, i)->id == want.id) {
            list->selected = i;
            return;
        }
    }
}

static void set_fold(struct list *list, const struct list_row *row, bool fold)
{
    bool inner =
        row->kind == LIST_SUBGROUP
        || (row->kind == LIST_TALK && list->headings.items[row->heading].subkey[0] != '\0');
    /* Folding a folded group goes one level up. */
    if (inner && fold && row->kind == LIST_SUBGROUP && list->groups[row->heading].folded)
        inner = false;
    size_t outer = list_outer_of(list, row->heading);
    struct list_row heading = { inner ? LIST_SUBGROUP : LIST_GROUP,
        inner ? row->heading : (uint32_t)outer, 0 };
    if (inner)
        list->groups[row->heading].folded = fold;
    else
        list->groups[outer].outer_folded = fold;
    list_build_rows(list);
    select_row(list, heading);
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
    bool folded = row->kind == LIST_GROUP      ? list->groups[row->heading].outer_folded
                  : row->kind == LIST_SUBGROUP ? list->groups[row->heading].folded
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
    struct list_row heading = { LIST_GROUP, (uint32_t)list_outer_of(list, row->heading), 0 };
    struct list_row was = *row;
    for (size_t i = 0; i < list->headings.count; i++)
        list->groups[i].folded = list->groups[i].outer_folded = fold;
    list_build_rows(list);
    select_row(list, fold ? heading : was);
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
    list_clamp(list);
    size_t height = (size_t)rows;
    list_make_room(list, height);
    size_t last = list->count > height ? list->count - height : 0;
    if (list->selected < list->top)
        list->top = list->selected;
    if (list->selected >= list->top + height)
        list->top = list->selected - height + 1;
    if (list->top > last)
        list->top = last;
    for (size_t i = list->top; i < list->count && i < list->top + height; i++)
        list_see(list, i);
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
    list_clamp(list);
}

const struct view_ops list_ops = {
    .move = list_move,
    .resize = list_resize,
    .draw = list_draw,
    .click = list_click,
    .scroll = list_scroll,
    .text = list_text,
};
