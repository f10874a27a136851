/* Owns where mpv's socket lies: whoever can reach it can run programs as the person.
 * Must not know what is said over it. */
#include "exchange/mpv.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* Whether path, and not a link there, is a directory that nobody else can enter. */
static bool is_private(const char *path, struct err *err)
{
    struct stat status;
    if (lstat(path, &status) != 0)
        return err_set(err, "cannot use %s for mpv's socket: %s", path, strerror(errno));
    if (!S_ISDIR(status.st_mode))
        return err_set(err, "%s is no directory; remove it", path);
    if (status.st_uid != geteuid())
        return err_set(err, "%s belongs to someone else; remove it", path);
    if ((status.st_mode & 0777) != 0700)
        return err_set(err, "others may enter %s; run chmod 700 on it", path);
    return true;
}

/* Makes each directory of the path that is not there yet; it ends in a slash. */
static bool make_directories(char *path, struct err *err)
{
    for (char *p = path; (p = strchr(p + 1, '/')) != NULL;) {
        *p = '\0';
        bool ok = mkdir(path, 0700) == 0 || errno == EEXIST
                  || err_set(err, "cannot create %s: %s", path, strerror(errno));
        *p = '/';
        if (!ok)
            return false;
    }
    return true;
}

/* $XDG_RUNTIME_DIR/talkbook, where the first is as the XDG specification wants it. */
static bool runtime_directory(struct buf *path)
{
    const char *runtime = getenv("XDG_RUNTIME_DIR");
    struct err ignored = { 0 };
    bool ok = runtime != NULL && runtime[0] == '/' && is_private(runtime, &ignored);
    if (ok) {
        buf_addf(path, "%s/talkbook", runtime);
        ok = (mkdir(path->data, 0700) == 0 || errno == EEXIST)
             && is_private(path->data, &ignored);
    }
    err_release(&ignored);
    if (!ok)
        buf_clear(path);
    return ok;
}

static bool state_directory(struct buf *path, struct err *err)
{
    const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
    if (state != NULL && state[0] == '/')
        buf_adds(path, state);
    else if (home != NULL && home[0] == '/')
        buf_addf(path, "%s/.local/state", home);
    else
        return err_set(err, "no home directory is known for mpv's socket; set HOME");
    buf_adds(path, "/talkbook/");
    if (!make_directories(path->data, err))
        return false;
    /* With the slash a link would be followed. */
    buf_cut(path, path->len - 1);
    return is_private(path->data, err);
}

char *mpv_socket_path(unsigned *number, struct err *err)
{
    struct buf path = { 0 };
    struct stat status;
    if (!runtime_directory(&path) && !state_directory(&path, err))
        goto fail;
    size_t directory = path.len;
    do {
        buf_cut(&path, directory);
        buf_addf(&path, "/mpv-%ld-%u.sock", (long)getpid(), (*number)++);
    } while (lstat(path.data, &status) == 0);
    if (path.len < sizeof((struct sockaddr_un *)NULL)->sun_path)
        return buf_take(&path);
    buf_cut(&path, directory);
    err_set(err, "%s is too long a name for mpv's socket; set XDG_RUNTIME_DIR", path.data);
fail:
    buf_release(&path);
    return NULL;
}
