/* What every view answers to: a pane or an overlay. */
#ifndef TALKBOOK_UI_VIEW_H
#define TALKBOOK_UI_VIEW_H

#include <stdbool.h>

#include "base/buf.h"
#include "cmd/command.h"
#include "ui/grid.h"

/* A view embeds this as its first member. */
struct view {
    const struct view_ops *ops;
};

struct view_ops {
    /* Moves by a command of SCOPE_PANE; count 0 where none was typed. */
    void (*move)(struct view *view, enum command_id command, int count);
    /* Makes ready for a size: lays out and reads what will be shown. */
    void (*resize)(struct view *view, int rows, int cols);
    /* Draws into the rectangle last given to resize. */
    void (*draw)(const struct view *view, struct grid *grid, struct rect rect, bool focused);
    /* Selects or acts on a click at a row of the view. */
    void (*click)(struct view *view, int row);
    /* Scrolls by lines without regard to what is selected. */
    void (*scroll)(struct view *view, int lines);
    /* What the view shows, as plain text. */
    void (*text)(const struct view *view, struct buf *out);
};

/* Applies a SCOPE_PANE movement to a position in [0, count) with pages of
 * `page` rows and returns the new one. */
long view_move_position(
    enum command_id command, int times, long position, long count, long page);

#endif
