/* The talks that a conference had before an import, to be recognised. Nothing
 * outside src/db includes this. */
#ifndef TALKBOOK_DB_LIBRARY_KNOWN_H
#define TALKBOOK_DB_LIBRARY_KNOWN_H

#include "db/internal.h"

struct known_talk {
    int64_t id;
    char *key, *title, *speakers;
    char *identity; /* title and speakers, folded, speakers in order */
    bool catalog;   /* a catalog brought it: its facts win */
    bool met;       /* a record of this import is this talk */
};

/* A zeroed struct is empty. */
struct known {
    struct known_talk *items; /* by key */
    size_t count, cap;
    size_t *by_identity; /* indices, in order of identity; made when first asked */
};

bool known_read(struct known *known, struct db *db, int64_t conference, struct err *err);
void known_release(struct known *known);

/* The talk of that key, or NULL. */
struct known_talk *known_by_key(struct known *known, const char *key);

/* The first talk of that title and those speakers ("A, B") that is not met yet
 * and that taken(context, key) is false for, or NULL. */
struct known_talk *known_by_identity(struct known *known, const char *title,
    const char *speakers, bool (*taken)(void *context, const char *key), void *context);

#endif
