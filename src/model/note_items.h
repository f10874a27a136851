/* What stands in a note beside its words: times into the video, tags, links to
 * talks, and what is still to be done. */
#ifndef TALKBOOK_MODEL_NOTE_ITEMS_H
#define TALKBOOK_MODEL_NOTE_ITEMS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

enum note_item_kind {
    NOTE_TASK,  /* a line that begins with "TODO:" or "Q:", or an open task box */
    NOTE_LINK,  /* "[[talk]]" */
    NOTE_TAG,   /* "#tag" */
    NOTE_STAMP, /* "[12:34]" */
    NOTE_ITEM__COUNT
};

enum note_task { NOTE_TODO, NOTE_QUESTION, NOTE_BOX };

/* text is borrowed from the note: of a task what is to be done, of a link its
 * target, of a tag its name without '#', of a stamp what follows on its line, up to
 * the next stamp. */
struct note_item {
    enum note_item_kind kind;
    size_t off;  /* bytes before its sign in the body */
    size_t len;  /* bytes of the sign: of a task up to its text */
    size_t line; /* from 1 */
    const char *text;
    size_t text_len;
    int number; /* of a stamp its seconds, of a task enum note_task */
};

/* The longest run of backquotes that is code's; cmark has the same limit. */
enum { NOTE_TICKS_MAX = 80 };

/* Finds the items of a body in order, one at a time, a task before what else stands
 * on its line; what stands in code is none.
 * A scan begins zeroed but for body. */
struct note_scan {
    const char *body;
    size_t at, line, line_end;
    size_t fence; /* the length of the fence that is open, 0: none */
    char fence_sign;
    bool in_line;
    bool one_line;  /* nothing goes on behind the line: a heading, a table's row */
    bool paragraph; /* the line before was one that text goes on from */
    bool list;      /* a list, or a footnote, may go on */
    /* What was looked for in vain is not looked for again: up to ticks_to the last run of
     * so many backquotes, up to no_close a closing parenthesis. */
    size_t ticks_to, last_ticks[NOTE_TICKS_MAX + 1], no_close;
    size_t behind_link; /* where a link's address ended */
};
bool note_scan_next(struct note_scan *scan, struct note_item *item);

/* A link's target as it is compared: without case and accents, words with single
 * blanks between. */
void note_add_target(const char *text, size_t len, struct buf *out);

/* Ticks off the task on a line (from 1): the body with "DONE:" for "TODO:", "DONE Q:"
 * for "Q:" or a ticked box; NULL where there is none. The caller frees it. */
char *note_tick(const char *body, size_t line);

/* Moves every time in a body by so many seconds, those that would come before the
 * beginning to it; *moved counts the times, *clamped these. The caller frees it. */
char *note_shift_stamps(const char *body, int by, size_t *moved, size_t *clamped);

#endif
