/* A program on a pseudo-terminal with a terminal emulator (libvterm) behind
 * it: send keys, wait for what the screen shows, look at every cell.
 *
 * Nothing here sleeps. The emulated screen moves only inside the pty_wait_…
 * functions, so send keys, wait for their effect, then look. Positions count
 * cells from 0. Times are milliseconds on the monotonic clock. */
#ifndef TALKBOOK_TESTS_PTY_H
#define TALKBOOK_TESTS_PTY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <termios.h>

#include "pty_child.h"

struct pty;

enum pty_color_kind { PTY_COLOR_DEFAULT, PTY_COLOR_INDEXED, PTY_COLOR_RGB };

/* red, green and blue are filled for every kind, from the emulator's palette;
 * index only for PTY_COLOR_INDEXED (0-255). */
struct pty_color {
    enum pty_color_kind kind;
    uint8_t index;
    uint8_t red, green, blue;
};

/* SGR 2 (dim) is not here: libvterm 0.1.4 drops it. */
struct pty_cell {
    char text[25]; /* UTF-8, a base with its marks; "" where nothing was drawn
                      and in the right half of a wide character */
    int width;     /* 1 or 2; 0 for the right half of a wide character */
    bool bold, italic, underline, reverse, blink, strike;
    struct pty_color fg, bg; /* as set, not exchanged for reverse */
};

enum pty_mouse { PTY_MOUSE_NONE, PTY_MOUSE_CLICK, PTY_MOUSE_DRAG, PTY_MOUSE_MOVE };

/* Starts the program. NULL, with a line on stderr, where the system gives no
 * terminal; opts->bare must be false. */
struct pty *pty_spawn(const struct pty_opts *opts);

/* Kills the program if it still runs, by its pid, and reaps; accepts NULL. */
void pty_free(struct pty *pty);

/* ---- towards the program ---- */

/* Queues the keys; they are written now as far as the terminal takes them and
 * during the next waits. */
void pty_send(struct pty *pty, const char *keys);
void pty_send_bytes(struct pty *pty, const char *bytes, size_t len);

/* Gives the terminal and the emulator a new size; the program gets SIGWINCH. */
void pty_resize(struct pty *pty, int rows, int cols);

/* Closes the terminal as a closed window does: SIGHUP, then EIO. Screen and
 * raw bytes stay readable. */
void pty_hangup(struct pty *pty);

/* Continues a stopped program in the foreground, as `fg` does. */
void pty_continue(struct pty *pty);

/* The program's process, for kill(). */
pid_t pty_pid(const struct pty *pty);

/* ---- waiting; false when ms are over ---- */

/* Until condition(pty, data). Gives up early when the program has ended and
 * its output is read. */
bool pty_wait(struct pty *pty, bool (*condition)(const struct pty *pty, const void *data),
    const void *data, int ms);

/* Until the screen shows the text, or no longer shows it. A text that spans
 * rows has '\n' between them (blanks at the ends of rows are not there). On a
 * time-out both print the screen to stderr, unless opts->quiet. */
bool pty_wait_text(struct pty *pty, const char *text, int ms);
bool pty_wait_gone(struct pty *pty, const char *text, int ms);

/* Until the row shows the text. */
bool pty_wait_row(struct pty *pty, int row, const char *text, int ms);

/* Until nothing was received for ms; false if the program is still writing
 * after 10 s. For a program that has ended: until its output is read. */
bool pty_wait_quiet(struct pty *pty, int ms);

/* Until the program ends and all its output is read. *status is waitpid's;
 * may be NULL. */
bool pty_wait_exit(struct pty *pty, int ms, int *status);

/* Until the program is stopped (^Z). The terminal then belongs to the session
 * leader until pty_continue(). */
bool pty_wait_stop(struct pty *pty, int ms);

/* ---- the screen ---- */

/* One row, or all rows joined by '\n', without the blanks at rows' ends; a
 * cell never drawn is a blank. UTF-8; the caller frees. */
char *pty_row(const struct pty *pty, int row);
char *pty_screen(const struct pty *pty);

bool pty_shows(const struct pty *pty, const char *text);

/* Row of the first row that contains the text, -1 if none; *col (may be NULL)
 * gets the cell in which it starts. */
int pty_find(const struct pty *pty, const char *text, int *col);

void pty_size(const struct pty *pty, int *rows, int *cols);
struct pty_cell pty_cell(const struct pty *pty, int row, int col);
void pty_cursor(const struct pty *pty, int *row, int *col);
bool pty_cursor_visible(const struct pty *pty);
bool pty_alt_screen(const struct pty *pty);
enum pty_mouse pty_mouse(const struct pty *pty);

/* The window title as last set, "" if never; borrowed until the next wait. */
const char *pty_title(const struct pty *pty);

/* Bells rung so far. */
int pty_bells(const struct pty *pty);

/* Whether the private mode (CSI ? mode h) was set last, e.g. 2004 bracketed
 * paste, 1006 SGR mouse, 1 application cursor keys. Read from the raw bytes:
 * a terminal reset does not count. */
bool pty_mode(const struct pty *pty, int mode);

/* Every byte received; borrowed until the next wait. */
const char *pty_raw(const struct pty *pty, size_t *len);

/* ---- the terminal's line settings ---- */

/* As they were before the program started, and as they are; the latter can be
 * asked after the program's end too. */
const struct termios *pty_termios_before(const struct pty *pty);
bool pty_termios_now(const struct pty *pty, struct termios *now);

/* Sets them, as a shell does when a program has stopped. */
void pty_set_termios(const struct pty *pty, const struct termios *to);

/* Whether flags and control characters are as before the start. */
bool pty_termios_restored(const struct pty *pty);

#endif
