/* Other programs, always started without a shell of ours in between. */
#ifndef TALKBOOK_BASE_PROCESS_H
#define TALKBOOK_BASE_PROCESS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

/* Splits a command line as a shell splits words (blanks, '…', "…", \x; nothing
 * is expanded) into a NULL-terminated vector that process_free() takes; NULL
 * where it holds no word or a quote is left open. */
char **process_split(const char *command);
void process_free(char **argv);

/* Runs argv in the foreground and waits. With input (NULL for none) the
 * program reads those bytes. *status is its exit status, or 128 + the signal
 * that ended it. False with err where it could not be started. */
bool process_run(
    char *const argv[], const char *input, size_t len, int *status, struct err *err);

/* Starts argv in a session of its own, with /dev/null for its input and
 * output, and does not wait. False with err where it could not be started. */
bool process_start(char *const argv[], struct err *err);

#endif
