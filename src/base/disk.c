/* Owns writing to the disk and waiting for it. Must not know what is written. */
#include "base/disk.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"

static bool sync_path(const char *path, int flags)
{
    int fd = open(path, flags | O_CLOEXEC);
    if (fd < 0)
        return false;
    bool ok = fsync(fd) == 0;
    int code = errno;
    close(fd);
    errno = code;
    return ok;
}

bool disk_write(int fd, const char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t written = write(fd, bytes, len);
        if (written < 0 && errno == EINTR)
            continue;
        if (written == 0)
            errno = ENOSPC;
        if (written <= 0)
            return false;
        bytes += written;
        len -= (size_t)written;
    }
    return true;
}

char *disk_directory_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? mem_dup(".")
                         : mem_dup_n(path, slash == path ? 1 : (size_t)(slash - path));
}

bool disk_sync_file(const char *path)
{
    return sync_path(path, O_RDONLY);
}

bool disk_sync_directory(const char *path)
{
    return sync_path(path, O_RDONLY | O_DIRECTORY);
}

bool disk_sync_directory_of(const char *path)
{
    char *dir = disk_directory_of(path);
    bool ok = disk_sync_directory(dir);
    int code = errno;
    free(dir);
    errno = code;
    return ok;
}
