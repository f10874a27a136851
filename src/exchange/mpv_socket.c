/* Owns where mpv's socket lies: whoever can reach it can run programs as the person.
 * Must not know what is said over it. */
#include "exchange/mpv.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
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
static bool runtime_directory(struct buf *path, bool make)
{
    const char *runtime = getenv("XDG_RUNTIME_DIR");
    struct err ignored = { 0 };
    bool ok = runtime != NULL && runtime[0] == '/' && is_private(runtime, &ignored);
    if (ok) {
        buf_addf(path, "%s/talkbook", runtime);
        ok = (!make || mkdir(path->data, 0700) == 0 || errno == EEXIST)
             && is_private(path->data, &ignored);
    }
    err_release(&ignored);
    if (!ok)
        buf_clear(path);
    return ok;
}

static bool state_directory(struct buf *path, bool make, struct err *err)
{
    const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
    if (state != NULL && state[0] == '/')
        buf_adds(path, state);
    else if (home != NULL && home[0] == '/')
        buf_addf(path, "%s/.local/state", home);
    else
        return err_set(err, "no home directory is known for mpv's socket; set HOME");
    buf_adds(path, "/talkbook/");
    if (make && !make_directories(path->data, err))
        return false;
    /* With the slash a link would be followed. */
    buf_cut(path, path->len - 1);
    return is_private(path->data, err);
}

char *mpv_socket_path(unsigned *number, struct err *err)
{
    struct buf path = { 0 };
    struct stat status;
    if (!runtime_directory(&path, true) && !state_directory(&path, true, err))
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

/* Whether that is a socket's name, and who named it runs no more. */
static bool is_left(const char *name)
{
    const char *prefix = "mpv-", *end = strrchr(name, '.');
    if (strncmp(name, prefix, strlen(prefix)) != 0 || end == NULL || strcmp(end, ".sock") != 0)
        return false;
    long pid = strtol(name + strlen(prefix), NULL, 10);
    return pid > 0 && (pid_t)pid == pid
           && (pid == (long)getpid() || (kill((pid_t)pid, 0) != 0 && errno == ESRCH));
}

/* Nobody listens at the socket of an mpv that has ended. */
static bool plays(struct mpv *mpv, const char *path,
    bool (*wanted)(void *context, const char *url), void *context)
{
    struct err ignored = { 0 };
    char *url = NULL;
    bool connected = mpv_connect(mpv, path, &ignored);
    if (!connected && errno == ECONNREFUSED)
        unlink(path);
    bool ok = connected && mpv_path(mpv, &url, &ignored) && wanted(context, url);
    if (!ok)
        mpv_close(mpv);
    free(url);
    err_release(&ignored);
    return ok;
}

char *mpv_open_running(
    struct mpv *mpv, bool (*wanted)(void *context, const char *url), void *context)
{
    struct buf path = { 0 };
    struct err ignored = { 0 };
    bool found = false;
    bool known = runtime_directory(&path, false) || state_directory(&path, false, &ignored);
    DIR *dir = known ? opendir(path.data) : NULL;
    size_t directory = path.len;
    for (struct dirent *entry; !found && dir != NULL && (entry = readdir(dir)) != NULL;) {
        if (!is_left(entry->d_name))
            continue;
        buf_cut(&path, directory);
        buf_addf(&path, "/%s", entry->d_name);
        found = plays(mpv, path.data, wanted, context);
    }
    if (dir != NULL)
        closedir(dir);
    err_release(&ignored);
    if (found)
        return buf_take(&path);
    buf_release(&path);
    return NULL;
}
