/* Reading files that come from outside. */
#ifndef TALKBOOK_EXCHANGE_FILE_H
#define TALKBOOK_EXCHANGE_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

enum { FILE_MAX_BYTES = 64 * 1024 * 1024 };

/* Reads a whole file ("-" is standard input) of at most FILE_MAX_BYTES;
 * *text (NUL-terminated, the caller frees it) and *len. */
bool file_read(const char *path, char **text, size_t *len, struct err *err);

/* The same, and it must be UTF-8 without NUL; a byte order mark is dropped. */
bool file_read_text(const char *path, char **text, struct err *err);

/* Whether len bytes, of what is called name in the error, are UTF-8 without NUL; drops a
 * byte order mark. */
bool file_check_text(const char *name, char *text, size_t len, struct err *err);

/* file_read_text() of at most `most` bytes. */
bool file_read_long_text(const char *path, size_t most, char **text, struct err *err);

#endif
