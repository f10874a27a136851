/* The real program ($TALKBOOK) on a pseudo-terminal with a home of its own. */
#ifndef TALKBOOK_TESTS_E2E_H
#define TALKBOOK_TESTS_E2E_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "pty.h"

enum { WAIT = 10000 };

struct e2e {
    char *home; /* HOME; removed by e2e_end() */
    struct pty *pty;
    const char *env[12]; /* set before e2e_start(), NULL-terminated */
    bool quiet;
};

/* A new home, nothing started; env is empty. */
void e2e_begin(struct e2e *e2e);

/* Starts the program under a shell that has written "before" on the main
 * screen; further arguments end with NULL. */
void e2e_start(struct e2e *e2e, int rows, int cols, ...) __attribute__((sentinel));

/* Both, at 24 × 80, and waits for the first screen. */
void e2e_open(struct e2e *e2e);
void e2e_wait_list(struct e2e *e2e);

void e2e_end(struct e2e *e2e);

/* Sends keys / waits for a text, and fails where it does not come. */
void e2e_keys(struct e2e *e2e, const char *keys);
void e2e_wait(struct e2e *e2e, const char *text);
void e2e_wait_gone(struct e2e *e2e, const char *text);

/* Waits until the cursor stands there, or (-1) is hidden. */
void e2e_wait_cursor(struct e2e *e2e, int row, int col);

/* Waits for the end and checks that the terminal is as it was: line settings,
 * main screen with its text, cursor, modes. Returns waitpid's status. */
int e2e_wait_end(struct e2e *e2e);

/* The end by Q, with status 0. The second form is for a main screen that is not
 * as it was: the terminal has only one, or was resized. */
void e2e_quit(struct e2e *e2e);
void e2e_quit_plain(struct e2e *e2e);

/* An executable script in home; its path, which the caller frees. */
char *e2e_script(struct e2e *e2e, const char *name, const char *body);

/* Runs the program without a terminal on the same home; false unless it ends
 * with 0. */
bool e2e_shell(struct e2e *e2e, const char *arguments);

/* Waits until a file in home has the text; fails where it does not come. */
char *e2e_wait_file(struct e2e *e2e, const char *name, const char *text);

#endif
