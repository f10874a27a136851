/* Files in a directory of notes that are not read there: what is in directories below, and
 * what has another ending. */
#ifndef TALKBOOK_EXCHANGE_NOTES_MOVED_H
#define TALKBOOK_EXCHANGE_NOTES_MOVED_H

#include <stdbool.h>
#include <stddef.h>

/* name is what the file would have to be called to be read, path where it is. */
struct notes_moved_file {
    char *name, *path;
};

/* A zeroed struct has not looked yet. */
struct notes_moved {
    struct notes_moved_file *files; /* by name */
    size_t count, cap;
    size_t entries;      /* what was looked at */
    bool looked, partly; /* partly: not everything could be looked at */
};
void notes_moved_release(struct notes_moved *moved);

/* Where a file of that name may have gone, NULL for nowhere; borrowed. Looks through the
 * directory `at` and those below at the first call only. */
const char *notes_moved_find(struct notes_moved *moved, int at, const char *name);

#endif
