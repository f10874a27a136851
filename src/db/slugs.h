/* What names of files are in stable keys. Nothing outside src/db includes this. */
#ifndef TALKBOOK_DB_SLUGS_H
#define TALKBOOK_DB_SLUGS_H

#include <stdbool.h>
#include <stddef.h>

/* Slugs, each once; a zeroed struct is empty. */
struct slugs {
    char **items;  /* in the order the names were given; "" for a name without one */
    char **sorted; /* borrowed from items */
    size_t count;
};

/* Replaces slugs by those of these names: letters and digits, folded, _ and . as
 * they are, one - for anything else. Names that differ in case, accents and signs
 * alone are told apart by numbers in their order. */
void slugs_make(struct slugs *slugs, char *const *names, size_t count);
void slugs_release(struct slugs *slugs);

bool slugs_have(const struct slugs *slugs, const char *slug);

#endif
