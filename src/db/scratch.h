/* A private directory beside a file that is being made: nothing gets the file's name
 * before it is whole and on the disk, and nothing of anybody else's is touched. */
#ifndef TALKBOOK_DB_SCRATCH_H
#define TALKBOOK_DB_SCRATCH_H

#include <stdbool.h>

#include "base/err.h"

struct scratch {
    char *dir; /* "OUT.part-XXXXXX" */
};

/* Makes the directory for what is to be a database named out. False with err where
 * something of that name is there, or of one that belongs to it ("OUT-wal"). */
bool scratch_begin(struct scratch *scratch, const char *out, struct err *err);

/* A file's name in it; the caller frees it. */
char *scratch_path(const struct scratch *scratch, const char *name);

/* A new empty file in it (mode 0600), its name as above, or NULL with err. */
char *scratch_file(const struct scratch *scratch, const char *name, struct err *err);

/* Copies a file into it; what cannot be read becomes zeros, since a disk may be failing. */
bool scratch_copy(
    const struct scratch *scratch, const char *from, const char *name, struct err *err);

/* Brings the file to the disk and gives it the name `as`, which nothing may have: false
 * with errno (EEXIST). */
bool scratch_keep(const struct scratch *scratch, const char *name, const char *as);

/* Removes the directory with what is in it. Zeroed: nothing. */
void scratch_end(struct scratch *scratch);

#endif
