/* Running the real program ($TALKBOOK) as a shell would, for the tests of the
 * command line. */
#ifndef TALKBOOK_TESTS_PROGRAM_H
#define TALKBOOK_TESTS_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

enum { PROGRAM_ENV_MAX = 8 };

/* A zeroed struct with home set is ready. What was printed stays until the
 * next run; program_release() it. */
struct program {
    const char *home;                 /* HOME: where the database and the drafts go */
    const char *input;                /* standard input's bytes, NULL for none */
    size_t input_len;                 /* 0: up to the NUL */
    bool terminal;                    /* standard input is a terminal */
    bool closed;                      /* standard output is a full device */
    const char *env[PROGRAM_ENV_MAX]; /* "NAME=value" beside the plain ones */
    struct buf out, err;
    int status; /* exit status, or 128 + the signal */
};

/* Runs the program with these arguments (ended by NULL) and returns its
 * status. Output goes to a pipe; after a minute the program is killed. */
int program_run(struct program *program, ...) __attribute__((sentinel));

/* The same for any command. */
int program_exec(struct program *program, const char *const argv[]);

/* The path that program_run() runs. */
const char *program_name(void);

/* The outputs as strings. */
const char *program_out(const struct program *program);
const char *program_err(const struct program *program);

void program_release(struct program *program);

#endif
