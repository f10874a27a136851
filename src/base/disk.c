/* Owns waiting for the disk by name. Must not know what is written. */
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
