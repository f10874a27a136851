/* A file's bytes in memory, for reading. */
#ifndef TALKBOOK_DB_MAPPED_H
#define TALKBOOK_DB_MAPPED_H

#include <stddef.h>

struct mapped {
    const unsigned char *bytes; /* never NULL */
    size_t len;
};

/* Empty where the file cannot be had. The file must not become shorter meanwhile. */
struct mapped mapped_open(const char *path);
void mapped_close(struct mapped *file);

#endif
