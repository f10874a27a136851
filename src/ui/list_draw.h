/* How the list looks. */
#ifndef TALKBOOK_UI_LIST_DRAW_H
#define TALKBOOK_UI_LIST_DRAW_H

#include "ui/list.h"
#include "ui/view.h"

/* view_ops.draw and view_ops.text of the list. */
void list_draw(const struct view *view, struct grid *grid, struct rect rect, bool focused);
void list_text(const struct view *view, struct buf *out);

/* Appends a group's label as people read it, "Friday, 16 May 2025" for a day. */
void list_add_label(const struct list *list, const char *label, struct buf *out);

/* Appends what stands directly below an outer group, a line each: its inner
 * groups with their counts; nothing where it has none. */
void list_add_contents(const struct list *list, const struct list_row *row, struct buf *out);

#endif
