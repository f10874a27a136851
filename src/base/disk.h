/* That what was written is on the disk, and stays there under its name. */
#ifndef TALKBOOK_BASE_DISK_H
#define TALKBOOK_BASE_DISK_H

#include <stdbool.h>
#include <stddef.h>

/* Writes all the bytes, however often that takes. False with errno. */
bool disk_write(int fd, const char *bytes, size_t len);

/* The directory that a file is in; the caller frees it. */
char *disk_directory_of(const char *path);

/* Waits until a file's bytes are on the disk. False with errno. */
bool disk_sync_file(const char *path);

/* The same for the names in a directory: a file made or renamed in it stays so when the
 * power fails. False with errno. */
bool disk_sync_directory(const char *path);

/* The same for the directory that a file is in. */
bool disk_sync_directory_of(const char *path);

#endif
