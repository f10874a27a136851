/* The interface on a terminal: the event loop. */
#ifndef TALKBOOK_TERM_TERMINAL_H
#define TALKBOOK_TERM_TERMINAL_H

#include <stdbool.h>

#include "base/err.h"
#include "cmd/keymap.h"
#include "cmd/option.h"
#include "db/db.h"

/* Runs the browser on standard input and output until the person quits. The
 * terminal is as it was before when this returns, and when a signal or a crash
 * ends the program. False with err where the terminal cannot be used. A signal
 * that asked to end is raised again, so that the exit status tells. */
bool terminal_browse(
    struct db *db, struct options *options, struct keymap *keymap, struct err *err);

/* The version of curses at run time. */
const char *terminal_library(void);

#endif
