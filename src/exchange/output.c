/* Owns writing a file that is there whole or not at all. Must not know what is in it. */
#include "exchange/output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/disk.h"
#include "base/mem.h"
#include "base/sink.h"

enum { PIECE = 64 * 1024 };

static bool fail(const struct output *out, struct err *err)
{
    return err_set(err, "cannot write %s: %s", out->path, strerror(errno));
}

/* A new file beside the one that is to be, with the mode that this has or would have. */
static bool open_beside(struct output *out, const struct stat *before, struct err *err)
{
    struct buf name = { 0 };
    const char *slash = strrchr(out->path, '/');
    if (slash != NULL)
        buf_add(&name, out->path, (size_t)(slash - out->path) + 1);
    buf_adds(&name, ".talkbook-XXXXXX");
    out->temporary = buf_take(&name);
    out->fd = mkostemp(out->temporary, O_CLOEXEC);
    if (out->fd < 0) {
        free(out->temporary);
        out->temporary = NULL;
        return fail(out, err);
    }
    mode_t mask = umask(0);
    umask(mask);
    fchmod(out->fd, before != NULL ? before->st_mode & 0777 : 0666 & ~mask);
    return true;
}

/* A descriptor of a database stays open: closing it would drop the locks that this process
 * may hold on the file. */
static bool begins_as_database(const char *path)
{
    static const char magic[] = "SQLite format 3";
    char head[sizeof magic];
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    bool is = fd >= 0 && read(fd, head, sizeof head) == (ssize_t)sizeof head
              && memcmp(head, magic, sizeof head) == 0;
    if (fd >= 0 && !is)
        close(fd);
    return is;
}

/* Whether the file is a database, or what SQLite keeps beside one. */
static bool is_database(const char *path)
{
    static const char *const beside[] = { "-wal", "-shm", "-journal" };
    bool is = false;
    for (size_t i = 0; !is && i < sizeof beside / sizeof beside[0]; i++) {
        size_t len = strlen(path), end = strlen(beside[i]);
        if (len <= end || strcmp(path + len - end, beside[i]) != 0)
            continue;
        char *base = mem_dup_n(path, len - end);
        is = begins_as_database(base);
        free(base);
    }
    return is || begins_as_database(path);
}

bool output_open(struct output *out, const char *path, struct err *err)
{
    struct stat status, link;
    bool standard = path == NULL || strcmp(path, "-") == 0;
    *out = (struct output){ .fd = STDOUT_FILENO, .path = mem_dup("standard output") };
    out->terminal = standard && isatty(STDOUT_FILENO);
    if (standard)
        return true;
    free(out->path);
    out->path = mem_dup(path);
    out->fd = -1;
    bool there = stat(path, &status) == 0;
    if (there && S_ISDIR(status.st_mode))
        return err_set(err, "%s is a directory; name a file", path);
    if (there && !S_ISREG(status.st_mode)) {
        out->fd = open(path, O_WRONLY | O_NOCTTY | O_CLOEXEC);
        return out->fd >= 0 || fail(out, err);
    }
    /* A link that the person made stays one. */
    if (!there && lstat(path, &link) == 0)
        return err_set(err, "%s is a symbolic link that leads nowhere; remove it", path);
    char *real = there ? realpath(path, NULL) : NULL;
    if (real != NULL) {
        free(out->path);
        out->path = real;
    }
    if (is_database(out->path))
        return err_set(err, "%s is a database, which stays; name another file", path);
    return open_beside(out, there ? &status : NULL, err);
}

static bool write_out(struct output *out, struct err *err)
{
    struct buf clean = { 0 };
    sink_add(
        &clean, buf_text(&out->text), out->text.len, out->terminal ? SINK_TEXT : SINK_FILE);
    bool ok = out->gone || disk_write(out->fd, buf_text(&clean), clean.len);
    if (!ok && errno == EPIPE && out->temporary == NULL)
        ok = out->gone = true;
    else if (!ok)
        fail(out, err);
    buf_release(&clean);
    buf_clear(&out->text);
    return ok;
}

bool output_flow(struct output *out, struct err *err)
{
    return out->text.len < PIECE || write_out(out, err);
}

bool output_close(struct output *out, bool ok, struct err *err)
{
    ok = ok && write_out(out, err);
    if (ok && out->temporary != NULL && fsync(out->fd) != 0)
        ok = fail(out, err);
    if (out->fd > STDERR_FILENO && close(out->fd) != 0 && ok)
        ok = fail(out, err);
    if (ok && out->temporary != NULL && rename(out->temporary, out->path) != 0)
        ok = fail(out, err);
    if (!ok && out->temporary != NULL)
        unlink(out->temporary);
    /* Where that fails, an earlier file may come back with the power: nothing is half. */
    if (ok && out->temporary != NULL)
        disk_sync_directory_of(out->path);
    buf_release(&out->text);
    free(out->path);
    free(out->temporary);
    *out = (struct output){ .fd = -1 };
    return ok;
}
