/* A bar on standard error while something takes its time. */
#ifndef TALKBOOK_CLI_PROGRESS_H
#define TALKBOOK_CLI_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/* A zeroed struct is a bar that was not drawn yet. */
struct progress {
    bool on;     /* standard error is a terminal */
    int cells;   /* that the line on the screen takes */
    double last; /* when it was drawn, log_clock() */
};

/* Draws where standard error is a terminal, some 20 times a second at most. */
void progress_show(struct progress *progress, size_t done, size_t total, const char *what);

/* Takes the bar off the screen. */
void progress_end(struct progress *progress);

/* The line for a terminal of `cols` columns, in at most cols - 3 cells: terminals
 * write ^C behind it. */
void progress_add_line(size_t done, size_t total, const char *what, int cols, struct buf *out);

#endif
