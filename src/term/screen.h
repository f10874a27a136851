/* The terminal through curses: its modes, its keys, and bytes written to it. */
#ifndef TALKBOOK_TERM_SCREEN_H
#define TALKBOOK_TERM_SCREEN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "cmd/option.h"
#include "ui/app.h"
#include "ui/grid.h"

struct screen;

/* Takes the terminal over. Signal handlers must be in place before. */
bool screen_open(struct screen **screen, const struct options *options, struct err *err);

/* Gives it back as it was; `alive` false writes nothing (it has hung up). */
void screen_close(struct screen *screen, bool alive);

/* Gives it back for a while, and takes it again. */
void screen_leave(struct screen *screen);
void screen_return(struct screen *screen);

/* The size now, as the terminal says; tells curses. All is painted anew then. */
void screen_size(struct screen *screen, int *rows, int *cols);

/* Paints what differs from the last painting; everything after screen_return(). */
void screen_paint(struct screen *screen, const struct grid *grid);

/* Options that change how things look may have changed. */
void screen_set_options(struct screen *screen, const struct options *options);
void screen_set_mouse(struct screen *screen, bool on);

/* Writes text to the clipboard with OSC 52. */
void screen_copy(const char *text);

enum screen_event { SCREEN_NOTHING, SCREEN_KEY, SCREEN_MOUSE };

/* The next key or mouse event that has arrived already; never waits but for
 * the rest of an escape sequence. */
enum screen_event screen_read(
    struct screen *screen, uint32_t *key, enum app_button *button, int *row, int *col);

#endif
