/* Owns looking into directories. Must not know what the files are for. */
#include "exchange/folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/utf8.h"

void folder_names_release(struct folder_names *names)
{
    for (size_t i = 0; i < names->count; i++)
        free(names->items[i]);
    free(names->items);
    *names = (struct folder_names){ 0 };
}

enum folder_kind folder_kind(int at, const char *name)
{
    struct stat status;
    if (fstatat(at, name, &status, AT_SYMLINK_NOFOLLOW) != 0)
        return FOLDER_ABSENT;
    return S_ISREG(status.st_mode)   ? FOLDER_FILE
           : S_ISDIR(status.st_mode) ? FOLDER_DIRECTORY
           : S_ISLNK(status.st_mode) ? FOLDER_LINK
                                     : FOLDER_OTHER;
}

int folder_open(int at, const char *name, struct err *err)
{
    int fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        err_set(err, "cannot be read: %s", strerror(errno));
    return fd;
}

static bool ends_in(const char *name, const char *suffix)
{
    size_t len = strlen(name), end = strlen(suffix);
    return len > end && strcmp(name + len - end, suffix) == 0;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

bool folder_list(
    int at, const char *name, const char *suffix, struct folder_names *names, struct err *err)
{
    int fd = folder_open(at, name, err);
    if (fd < 0)
        return false;
    DIR *dir = fdopendir(fd);
    if (dir == NULL) {
        close(fd);
        return err_set(err, "cannot be read: %s", strerror(errno));
    }
    const struct dirent *entry;
    errno = 0;
    while ((entry = readdir(dir)) != NULL) {
        if (entry->d_name[0] == '.' || !ends_in(entry->d_name, suffix))
            continue;
        names->items =
            mem_grow(names->items, &names->cap, names->count + 1, sizeof names->items[0]);
        names->items[names->count++] = mem_dup(entry->d_name);
        errno = 0;
    }
    bool ok = errno == 0 || err_set(err, "cannot be read: %s", strerror(errno));
    closedir(dir);
    if (names->count > 0)
        qsort(names->items, names->count, sizeof names->items[0], compare_names);
    return ok;
}

static int open_file(int at, const char *name, struct err *err)
{
    struct stat status;
    int fd = openat(at, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (fd < 0) {
        err_set(err, "%s%s", errno == ELOOP ? "" : "cannot be read: ",
            errno == ELOOP ? "is a symbolic link, which is not followed" : strerror(errno));
        return -1;
    }
    if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode))
        return fd;
    err_set(err, "is not a regular file");
    close(fd);
    return -1;
}

static bool check_text(struct buf *text, struct err *err)
{
    if (text->len >= 3 && memcmp(text->data, "\xEF\xBB\xBF", 3) == 0)
        buf_remove(text, 0, 3);
    size_t bad = utf8_find_invalid(buf_text(text), text->len);
    if (bad != text->len)
        return err_set(err, "is not UTF-8: byte %zu cannot be read", bad + 1);
    if (strlen(buf_text(text)) != text->len)
        return err_set(err, "holds a NUL byte at %zu", strlen(text->data) + 1);
    return true;
}

bool folder_read(int at, const char *name, size_t most, struct buf *into, struct err *err)
{
    char chunk[16384];
    ssize_t got;
    int fd = open_file(at, name, err);
    if (fd < 0)
        return false;
    buf_clear(into);
    /* Up to the read that gives nothing: one that is short may end before a page that
     * cannot be read, which only the next one tells. */
    do {
        got = read(fd, chunk, sizeof chunk);
        if (got > 0)
            buf_add(into, chunk, (size_t)got);
    } while ((got > 0 && into->len <= most) || (got < 0 && errno == EINTR));
    bool ok = got >= 0 || err_set(err, "cannot be read: %s", strerror(errno));
    close(fd);
    if (ok && into->len > most)
        return err_set(err, "is larger than %zu KB", most / 1024);
    return ok && check_text(into, err);
}
