/* A file system of SQLite's that writes down what is written and synced, so that a power
 * loss at any moment can be played: of what was not yet synced, each sector has arrived or
 * has not. */
#ifndef TALKBOOK_TESTS_RECORDER_H
#define TALKBOOK_TESTS_RECORDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Makes all databases that are opened from now on recorded. Files that are there already
 * are taken as they are when they are first opened. */
void recorder_begin(void);
void recorder_end(void);

/* How many writes, syncs and the like were recorded so far: a moment. */
size_t recorder_moment(void);

/* Writes the recorded files as a loss of power at `moment` may have left them to the
 * directory `to`, in place of those there. Quickest where moments go up. *random is a
 * state of support_random(). */
void recorder_replay(const char *to, size_t moment, uint64_t *random);

#endif
