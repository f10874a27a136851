/* The rows of the list and the groups below them; for the list's own files. */
#ifndef TALKBOOK_UI_LIST_ROWS_H
#define TALKBOOK_UI_LIST_ROWS_H

#include "ui/list.h"

void list_free_groups(struct list_group *groups, size_t count);

/* Room for what is read of the rows in sight. */
void list_make_room(struct list *list, size_t rows);

/* Reads what a row shows, where it was not read yet; failures go to list->err. */
void list_see(struct list *list, size_t at);

/* The ids below a heading, read on first use, less what a limit excludes. */
bool list_load_group(struct list *list, size_t heading, struct err *err);

/* The first heading of the outer group that a heading belongs to. */
size_t list_outer_of(const struct list *list, size_t heading);

/* Reads the headings anew; with keep, folds stay as they are. */
bool list_read_headings(struct list *list, bool keep, struct err *err);

/* Makes the rows: the tree as it is folded, or the hits. Who the talks of a
 * group are that was not read yet is left open. */
void list_build_rows(struct list *list);

/* What is selected, so that it can be found again in other rows. */
struct list_place {
    struct list_row row;
    char *key, *subkey; /* of the row's heading; NULL where there was none */
    size_t at;
};
struct list_place list_place_of(struct list *list);
void list_place_release(struct list_place *place);

/* Selects what was selected: the same talk under the same heading, the same talk
 * elsewhere, the same heading, else the row of the same index. */
void list_select_again(struct list *list, const struct list_place *was);

/* Keeps the selection within the rows. */
void list_clamp(struct list *list);

#endif
