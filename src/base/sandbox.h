/* A process that can do nothing but compute and talk through one descriptor: for
 * reading what strangers wrote. */
#ifndef TALKBOOK_BASE_SANDBOX_H
#define TALKBOOK_BASE_SANDBOX_H

#include <stdint.h>

#include "base/buf.h"

struct sandbox_limits {
    uint64_t memory;      /* bytes beyond what the process has; 0: as many as there are */
    unsigned cpu_seconds; /* of its whole life; 0: as many as it wants */
};

/* What is in force: limits set by setrlimit(2), no file to be opened, no system call but
 * those that memory and reading and writing need. The kernel may lack the last two. */
enum { SANDBOX_LIMITS = 1, SANDBOX_LANDLOCK = 2, SANDBOX_SECCOMP = 4 };

/* For a forked child, for good: closes every descriptor but `keep` (-1: every one), gives
 * signals their first meaning but for those of keys and of ending, which are the parent's
 * to answer, dies with the parent, and gives up all that it can. Memory can still be
 * had and given back, `keep` read and written, and the process ended by sandbox_exit().
 * Returns what is in force. Sanitizers want memory without limit, and standard error. */
unsigned sandbox_enter(int keep, const struct sandbox_limits *limits);

/* As _exit(), which sanitizers have do what is not allowed. */
_Noreturn void sandbox_exit(int status);

/* What sandbox_enter() would return here, found out in a child; 0 where there is no
 * child to be had. */
unsigned sandbox_probe(void);

/* Appends it in words: "limits, Landlock, seccomp". */
void sandbox_describe(unsigned in_force, struct buf *out);

#endif
