/* Owns the directory, and the moment at which a file gets its name. */
#include "db/scratch.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/disk.h"
#include "base/mem.h"

static bool is_there(const char *path)
{
    struct stat status;
    return lstat(path, &status) == 0;
}

bool scratch_begin(struct scratch *scratch, const char *out, struct err *err)
{
    static const char *const suffixes[] = { "", "-wal", "-shm", "-journal" };
    struct buf name = { 0 };
    *scratch = (struct scratch){ 0 };
    for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0]; i++) {
        buf_clear(&name);
        buf_addf(&name, "%s%s", out, suffixes[i]);
        if (is_there(name.data)) {
            err_set(err, "%s is there already; name another file", name.data);
            buf_release(&name);
            return false;
        }
    }
    buf_clear(&name);
    buf_addf(&name, "%s.part-XXXXXX", out);
    if (mkdtemp(name.data) != NULL)
        scratch->dir = buf_take(&name);
    else
        err_set(err, "cannot create %s: %s", out, strerror(errno));
    buf_release(&name);
    return scratch->dir != NULL;
}

char *scratch_path(const struct scratch *scratch, const char *name)
{
    struct buf path = { 0 };
    buf_addf(&path, "%s/%s", scratch->dir, name);
    return buf_take(&path);
}

char *scratch_file(const struct scratch *scratch, const char *name, struct err *err)
{
    char *path = scratch_path(scratch, name);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd >= 0) {
        close(fd);
        return path;
    }
    err_set(err, "cannot create %s: %s", path, strerror(errno));
    free(path);
    return NULL;
}

bool scratch_copy(
    const struct scratch *scratch, const char *from, const char *name, struct err *err)
{
    enum { CHUNK = 4096 };
    char chunk[CHUNK];
    struct stat status;
    int in = open(from, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (in < 0 || fstat(in, &status) != 0 || !S_ISREG(status.st_mode)) {
        err_set(err, "cannot read %s: %s", from, in < 0 ? strerror(errno) : "not a file");
        if (in >= 0)
            close(in);
        return false;
    }
    char *to = scratch_path(scratch, name);
    int out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    bool ok = out >= 0;
    for (off_t at = 0; ok && at < status.st_size; at += CHUNK) {
        size_t len = status.st_size - at < CHUNK ? (size_t)(status.st_size - at) : CHUNK;
        memset(chunk, 0, sizeof chunk);
        if (pread(in, chunk, len, at) < 0)
            memset(chunk, 0, sizeof chunk);
        ok = disk_write(out, chunk, len);
    }
    int code = errno;
    if (out >= 0 && close(out) != 0 && ok) {
        code = errno;
        ok = false;
    }
    if (!ok)
        err_set(err, "cannot write %s: %s", to, strerror(code));
    close(in);
    free(to);
    return ok;
}

bool scratch_keep(const struct scratch *scratch, const char *name, const char *as)
{
    char *path = scratch_path(scratch, name);
    bool ok = disk_sync_file(path);
    if (ok && link(path, as) != 0) {
        /* A file system without links. */
        int code = errno;
        bool taken = code == EEXIST || is_there(as);
        ok = !taken && rename(path, as) == 0;
        if (taken)
            errno = EEXIST;
    }
    if (ok && !disk_sync_directory_of(as)) {
        int code = errno;
        unlink(as);
        errno = code;
        ok = false;
    }
    int code = errno;
    free(path);
    errno = code;
    return ok;
}

void scratch_end(struct scratch *scratch)
{
    DIR *dir = scratch->dir != NULL ? opendir(scratch->dir) : NULL;
    for (struct dirent *entry; dir != NULL && (entry = readdir(dir)) != NULL;)
        unlinkat(dirfd(dir), entry->d_name, 0);
    if (dir != NULL)
        closedir(dir);
    if (scratch->dir != NULL)
        rmdir(scratch->dir);
    free(scratch->dir);
    *scratch = (struct scratch){ 0 };
}
