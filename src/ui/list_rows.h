/* The rows of the list and the groups below them; for the list's own files. */
#ifndef TALKBOOK_UI_LIST_ROWS_H
#define TALKBOOK_UI_LIST_ROWS_H

#include "ui/list.h"

void list_free_groups(struct list_group *groups, size_t count);

/* The talk of a row, read where it is not known yet; NULL with list->err. */
const struct talk *list_read_talk(struct list *list, int64_t id);

/* The ids below a heading, read on first use, less what a limit excludes. */
bool list_load_group(struct list *list, size_t heading, struct err *err);

/* The first heading of the outer group that a heading belongs to. */
size_t list_outer_of(const struct list *list, size_t heading);

/* Reads the headings anew; with keep, folds stay as they are. */
bool list_read_headings(struct list *list, bool keep, struct err *err);

/* Makes the rows: the tree as it is folded, or the hits. Who the talks of a
 * group are that was not read yet is left open. */
void list_build_rows(struct list *list);

/* Selects the row that was selected before the rows were made anew: the same
 * talk under the same heading, the same talk elsewhere, the same heading, else
 * the row at `place`. */
void list_select_again(struct list *list, struct list_row was, size_t place);

/* Keeps the selection within the rows. */
void list_clamp(struct list *list);

#endif
