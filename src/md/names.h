/* Names, each with a number: an open hash table of texts. */
#ifndef TALKBOOK_MD_NAMES_H
#define TALKBOOK_MD_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

/* A zeroed table is empty and compares as references' labels are compared:
 * without case (of ASCII) and with single blanks; exact: byte by byte. */
struct md_names {
    bool exact;
    struct buf text; /* each followed by a NUL */
    struct buf key;  /* scratch */
    struct md_name {
        size_t off, len; /* len 0: free */
        size_t value;
    } * slots;
    size_t count, cap;
};

/* The entry of a name, NULL where there is none; until the next names_add(). */
const struct md_name *names_find(struct md_names *names, const char *name, size_t len);

/* Adds a name, unless it is there or empty. */
void names_add(struct md_names *names, const char *name, size_t len, size_t value);

void names_release(struct md_names *names);

#endif
