/* What stands in a directory, and its files, without following a link out of it. */
#ifndef TALKBOOK_EXCHANGE_FOLDER_H
#define TALKBOOK_EXCHANGE_FOLDER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"

/* Names in order of their bytes; a zeroed struct is empty. */
struct folder_names {
    char **items;
    size_t count, cap;
};
void folder_names_release(struct folder_names *names);

enum folder_kind { FOLDER_ABSENT, FOLDER_FILE, FOLDER_DIRECTORY, FOLDER_LINK, FOLDER_OTHER };

/* What name is in the directory `at`; FOLDER_LINK for a symbolic link. */
enum folder_kind folder_kind(int at, const char *name);

/* Opens a directory in `at`, not through a link; -1 with err set. */
int folder_open(int at, const char *name, struct err *err);

/* Adds the names in directory `name` of `at` that end in suffix and do not begin
 * with a dot, and sorts all. */
bool folder_list(
    int at, const char *name, const char *suffix, struct folder_names *names, struct err *err);

/* Reads a file of at most `most` bytes into `into`, replacing what is there. It
 * must be a regular file, no link, UTF-8 and without NUL; a byte order mark is
 * dropped. What is wrong goes to err without the name. */
bool folder_read(int at, const char *name, size_t most, struct buf *into, struct err *err);

#endif
