/* Loaded before a program (LD_PRELOAD), makes its k-th call of a kind fail. Knows nothing
 * of the program.
 *
 * FAULT is KIND:WHAT:K or KIND:WHAT:K:on. KIND is one of the rows of `kinds`; WHAT is an
 * errno's number, "short" (half of what was asked), or "kill" (the program ends before
 * the call). With ":on" all later calls fail, too. When the fault happens the first byte of
 * the file that FAULT_HIT names becomes '+'. FAULT_IN is the only program to which it
 * happens, by the last part of its name; its children count on from where they begin. Calls
 * through the C library's own insides are not seen; reading from and writing to a terminal
 * does not fail. Makes no call of its own but in the beginning, since a child may have
 * given up the right to. */
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum kind { NOTHING, ALLOC, READ, WRITE, SYNC, OPEN, LOCK, NAME, CHANGE, KINDS };
static const char *const kinds[KINDS] = { "", "alloc", "read", "write", "sync", "open", "lock",
    "name", "change" };
enum what { FAIL, SHORT, KILL };

static enum kind kind;
static enum what what;
static int number;
static long at;
static bool on;
static char *hit_mark; /* shared with the file */
static atomic_long calls;

static void kind_of(const char *text, size_t len)
{
    for (int i = 1; i < KINDS; i++)
        if (strlen(kinds[i]) == len && memcmp(kinds[i], text, len) == 0)
            kind = (enum kind)i;
}

static void map_mark(const char *path)
{
    long fd = syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CLOEXEC, 0);
    void *mark = mmap(NULL, 1, PROT_READ | PROT_WRITE, MAP_SHARED, (int)fd, 0);
    syscall(SYS_close, fd);
    if (mark != MAP_FAILED)
        hit_mark = mark;
}

__attribute__((constructor)) static void begin(void)
{
    const char *text = getenv("FAULT");
    const char *hit_file = getenv("FAULT_HIT");
    const char *in = getenv("FAULT_IN");
    if (text == NULL || (in != NULL && strcmp(in, program_invocation_short_name) != 0))
        return;
    const char *second = strchr(text, ':'), *third = strchr(second + 1, ':');
    what = second[1] == 's' ? SHORT : second[1] == 'k' ? KILL : FAIL;
    number = atoi(second + 1);
    at = atol(third + 1);
    on = strstr(third, ":on") != NULL;
    if (hit_file != NULL)
        map_mark(hit_file);
    kind_of(text, (size_t)(second - text));
}

/* Whether this call is one that fails. */
static bool hits(enum kind now)
{
    if (now != kind)
        return false;
    long count = atomic_fetch_add(&calls, 1) + 1;
    if (on ? count < at : count != at)
        return false;
    if (count == at && hit_mark != NULL)
        *hit_mark = '+';
    if (what == KILL)
        syscall(SYS_kill, getpid(), SIGKILL);
    errno = number;
    return true;
}

/* --- memory ------------------------------------------------------------ */

/* A sanitizer has functions of its own, which must stay. */
#ifndef WITHOUT_MEMORY

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);

void *malloc(size_t size)
{
    return hits(ALLOC) ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    return hits(ALLOC) ? NULL : __libc_calloc(count, size);
}

void *realloc(void *old, size_t size)
{
    return hits(ALLOC) ? NULL : __libc_realloc(old, size);
}

#endif

/* --- files ------------------------------------------------------------- */

/* The function that would have been called; dlsym() gives data pointers. */
#define NEXT(name)                                                                             \
    static __typeof__(&name) next;                                                             \
    if (next == NULL)                                                                          \
    *(void **)&next = dlsym(RTLD_NEXT, #name)

static bool is_terminal(int fd)
{
    return fd <= STDERR_FILENO && isatty(fd);
}

/* Reading and writing: half of it where that is asked for, and none or an error. */
#define TRANSFER(name, group, pointer, place_in, place_out)                                    \
    ssize_t name(int fd, pointer buffer, size_t count place_in);                               \
    ssize_t name(int fd, pointer buffer, size_t count place_in)                                \
    {                                                                                          \
        NEXT(name);                                                                            \
        if (kind != group || is_terminal(fd) || !hits(group))                                  \
            return next(fd, buffer, count place_out);                                          \
        if (what == SHORT)                                                                     \
            return count < 2 ? next(fd, buffer, count place_out)                               \
                             : next(fd, buffer, count / 2 place_out);                          \
        return -1;                                                                             \
    }
#define NO_PLACE
#define PLACE_IN  , off_t offset
#define PLACE_OUT , offset

TRANSFER(read, READ, void *, NO_PLACE, NO_PLACE)
TRANSFER(pread, READ, void *, PLACE_IN, PLACE_OUT)
TRANSFER(pread64, READ, void *, PLACE_IN, PLACE_OUT)
TRANSFER(write, WRITE, const void *, NO_PLACE, NO_PLACE)
TRANSFER(pwrite, WRITE, const void *, PLACE_IN, PLACE_OUT)
TRANSFER(pwrite64, WRITE, const void *, PLACE_IN, PLACE_OUT)

/* A directory's next name, which is none at its end and at an error alike. */
#define LISTER(name, type)                                                                     \
    struct type *name(DIR *dir)                                                                \
    {                                                                                          \
        NEXT(name);                                                                            \
        return hits(READ) && what != SHORT ? NULL : next(dir);                                 \
    }
LISTER(readdir, dirent)
LISTER(readdir64, dirent64)

/* The rest fails or is done; none of it can be done by half. */
#define CALL(name, group, parameters, ...)                                                     \
    int name parameters;                                                                       \
    int name parameters                                                                        \
    {                                                                                          \
        NEXT(name);                                                                            \
        return (hits(group) || (group == NAME && hits(CHANGE))) && what != SHORT               \
                   ? -1                                                                        \
                   : next(__VA_ARGS__);                                                        \
    }

CALL(fsync, SYNC, (int fd), fd)
CALL(fdatasync, SYNC, (int fd), fd)
CALL(syncfs, SYNC, (int fd), fd)
CALL(ftruncate, WRITE, (int fd, off_t length), fd, length)
CALL(ftruncate64, WRITE, (int fd, off_t length), fd, length)
CALL(rename, NAME, (const char *from, const char *to), from, to)
CALL(renameat, NAME, (int a, const char *from, int b, const char *to), a, from, b, to)
CALL(link, NAME, (const char *from, const char *to), from, to)
CALL(linkat, NAME, (int a, const char *from, int b, const char *to, int flags), a, from, b, to,
    flags)
CALL(unlink, NAME, (const char *path), path)
CALL(unlinkat, NAME, (int dir, const char *path, int flags), dir, path, flags)
CALL(mkdir, NAME, (const char *path, mode_t mode), path, mode)

static mode_t mode_of(int flags, va_list args)
{
    return flags & (O_CREAT | O_TMPFILE) ? va_arg(args, mode_t) : 0;
}

/* An opening that may change the file is a change, too. */
static bool opening(int flags)
{
    bool changes = (flags & (O_ACCMODE | O_CREAT | O_TRUNC)) != O_RDONLY;
    return hits(OPEN) || (changes && hits(CHANGE));
}

#define OPENER(name, dir_in, dir_out)                                                          \
    int name(dir_in const char *path, int flags, ...)                                          \
    {                                                                                          \
        va_list args;                                                                          \
        va_start(args, flags);                                                                 \
        mode_t mode = mode_of(flags, args);                                                    \
        va_end(args);                                                                          \
        NEXT(name);                                                                            \
        return opening(flags) && what != SHORT ? -1 : next(dir_out path, flags, mode);         \
    }
#define DIR_IN  int dir,
#define DIR_OUT dir,
OPENER(open, NO_PLACE, NO_PLACE)
OPENER(open64, NO_PLACE, NO_PLACE)
OPENER(openat, DIR_IN, DIR_OUT)
OPENER(openat64, DIR_IN, DIR_OUT)

#define LOCKER(name)                                                                           \
    int name(int fd, int command, ...)                                                         \
    {                                                                                          \
        va_list args;                                                                          \
        va_start(args, command);                                                               \
        void *argument = va_arg(args, void *);                                                 \
        va_end(args);                                                                          \
        NEXT(name);                                                                            \
        bool lock = command == F_SETLK || command == F_SETLKW;                                 \
        return lock && hits(LOCK) && what != SHORT ? -1 : next(fd, command, argument);         \
    }
LOCKER(fcntl)
LOCKER(fcntl64)

/* Nobody will give the lock back, so that waiting for it is for nothing. */
int usleep(useconds_t time)
{
    NEXT(usleep);
    return kind == LOCK ? 0 : next(time);
}

int nanosleep(const struct timespec *time, struct timespec *rest)
{
    NEXT(nanosleep);
    return kind == LOCK ? 0 : next(time, rest);
}
