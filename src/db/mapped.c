/* Owns files mapped into memory. */
#include "db/mapped.h"

#include <fcntl.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

struct mapped mapped_open(const char *path)
{
    struct stat status;
    struct mapped file = { .bytes = (const unsigned char *)"" };
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (fd >= 0 && fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && status.st_size > 0) {
        void *at = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
        if (at != MAP_FAILED)
            file = (struct mapped){ at, (size_t)status.st_size };
    }
    if (fd >= 0)
        close(fd);
    return file;
}

void mapped_close(struct mapped *file)
{
    if (file->len > 0)
        munmap((void *)(uintptr_t)file->bytes, file->len);
    *file = (struct mapped){ .bytes = (const unsigned char *)"" };
}
