/* A scrollable body of lines with found words in it: what the reader and the
 * help have in common. */
#ifndef TALKBOOK_UI_TEXT_H
#define TALKBOOK_UI_TEXT_H

#include "cmd/command.h"
#include "md/lines.h"
#include "model/match.h"
#include "ui/grid.h"

/* A zeroed struct is empty. */
struct text {
    struct md_lines lines;
    size_t top; /* first line shown */
    int rows, cols;
    struct match_range *matches; /* in lines.text, in order */
    size_t match_count, match_cap;
    size_t current; /* match that n and N stand on; match_count: none */
};

void text_release(struct text *text);

/* Finds the matcher's words in lines from byte `from` on (0: anew, with the
 * current match still current). */
void text_find(struct text *text, const struct matcher *matcher, size_t from);

/* Moves the window; top stays within the lines. */
void text_move(struct text *text, enum command_id command, int count);
void text_scroll(struct text *text, long lines);

/* Goes to the next (by > 0) or previous match and shows its line, from the
 * window's first line where none is current; round the end. False without matches. */
bool text_step_match(struct text *text, int by);

/* The line that byte `off` of lines.text is on. */
size_t text_line_at(const struct text *text, size_t off);

/* Shows a line, a few lines below the window's top where it was out of sight. */
void text_show_line(struct text *text, size_t line);

/* Draws the window, indented by one cell where there is room, and a scroll bar
 * mark in the rectangle's last column when there is more than fits. */
void text_draw(const struct text *text, struct grid *grid, struct rect rect);

#endif
