/* How the list looks. */
#ifndef TALKBOOK_UI_LIST_DRAW_H
#define TALKBOOK_UI_LIST_DRAW_H

#include "ui/view.h"

/* view_ops.draw and view_ops.text of the list. */
void list_draw(const struct view *view, struct grid *grid, struct rect rect, bool focused);
void list_text(const struct view *view, struct buf *out);

#endif
