/* A scrollable body of lines with found words and links in it: what the reader
 * and the help have in common. It is made of parts, whose lines may be laid out
 * only when they come into sight; until then their number is a guess, and a
 * line's number with it. */
#ifndef TALKBOOK_UI_TEXT_H
#define TALKBOOK_UI_TEXT_H

#include <stdbool.h>

#include "cmd/command.h"
#include "md/lines.h"
#include "model/match.h"
#include "ui/grid.h"

struct text_part {
    struct md_lines lines;
    bool ready;
    size_t line;   /* the number of its first line */
    size_t count;  /* its lines: a guess, of at least 1, unless ready */
    size_t source; /* what fill() is told */
};

struct text_match {
    size_t part;
    struct match_range range; /* in the part's lines.text */
};

/* A link's spans in a part: from first to last those with its number. */
struct text_link {
    bool any;
    size_t part, first, last;
};

/* A zeroed struct is empty. */
struct text {
    struct text_part *parts;
    size_t part_count, part_cap;
    size_t line_count; /* of all parts */
    size_t generation; /* changes when the parts are made anew */
    /* Lays out a part's lines for text.cols. */
    void (*fill)(void *context, size_t source, struct md_lines *lines);
    void *context;
    size_t top;  /* first line shown */
    bool upward; /* top was reached from below: it counts from a part's end */
    int shift;   /* cells that long lines of code are moved to the left */
    int rows, cols;
    const struct matcher *matcher; /* borrowed, may be NULL */
    struct text_match *matches;    /* in the parts that are ready, in order */
    size_t match_count, match_cap;
    size_t current;        /* match that n and N stand on; match_count: none */
    struct text_link link; /* the one that Tab stands on */
};

void text_release(struct text *text);

/* Forgets the parts, and with them the matches and the link. */
void text_clear(struct text *text);

/* Adds a part whose lines the caller fills at once; text_end_part() follows. */
struct md_lines *text_begin_part(struct text *text);
void text_end_part(struct text *text);

/* Adds a part to be filled when it is needed, of about `count` lines. */
void text_add_part(struct text *text, size_t source, size_t count);

/* Lays out a part, or all. */
void text_make(struct text *text, size_t part);
void text_make_all(struct text *text);

/* Lays out what is in sight. Needed before text_draw(). */
void text_prepare(struct text *text);

/* The number of a part's first line, and the part that a line is in. */
size_t text_part_line(const struct text *text, size_t part);
size_t text_part_at(const struct text *text, size_t line);

/* Finds the matcher's words from now on (NULL: none), in what is ready and in
 * what gets so. Which match is current stays. */
void text_find(struct text *text, const struct matcher *matcher);

/* Goes to the first match; false without one. */
bool text_show_match(struct text *text);

/* Moves the window; top stays within the lines. */
void text_move(struct text *text, enum command_id command, int count);
void text_scroll(struct text *text, long lines);

/* Moves long lines of code sideways, as far as there is something to see. */
void text_shift(struct text *text, int cells);

/* Goes to the next (by > 0) or previous match and shows its line, from the
 * window's first line where none is current; round the end. False without matches. */
bool text_step_match(struct text *text, int by);

/* Goes to the next or previous link and shows it; from the window's first line
 * where none is current. False, and then none is, where there is no further. */
bool text_step_link(struct text *text, int by);

/* Makes a link the current one and shows it. */
void text_set_link(struct text *text, const struct text_link *link);

/* The address of a link of a part (borrowed); the current one's, or NULL. */
const char *text_link_url(const struct text *text, const struct text_link *link);
const char *text_current_url(const struct text *text);

/* The next link behind `link` (the first where it is none) in its part; false
 * where there is no further one. */
bool text_next_link(const struct text *text, struct text_link *link);

/* Shows a line, a few lines below the window's top where it was out of sight. */
void text_show_line(struct text *text, size_t line);

/* Appends all lines as text, laid out or not. */
void text_add_all(const struct text *text, struct buf *out);

/* Cells that a line has in a pane: less an indent and the scroll bar's column,
 * where there is room for them. */
int text_room(int cols);

/* Draws the window, indented by one cell where there is room, and a scroll bar
 * mark in the rectangle's last column when there is more than fits. */
void text_draw(const struct text *text, struct grid *grid, struct rect rect);

#endif
