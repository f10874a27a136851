/* A shared object that a test loads into the program (LD_PRELOAD) to have it crash in
 * earnest: SIGRTMIN+1 fills the stack of the thread that paints, at any moment; +2 fails
 * an assertion there, when next it would wait (in a handler its message would come
 * between what is being painted). CRASH_IN_SEARCH=stack, assert, fault, trap or exit (as
 * for want of memory) does so in the thread that searches, at the one call that only this
 * thread makes. */
#include <assert.h>
#include <dlfcn.h>
#include <signal.h>
#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <termios.h>
#include <unistd.h>

static volatile sig_atomic_t assertion_holds = 1;

void sqlite3_progress_handler(void *db, int steps, int (*stop)(void *), void *context);

/* Not a tail call, and the compiler cannot know that it never ends. */
static volatile uintptr_t forever = 1;
__attribute__((noinline)) static uintptr_t fill_stack(uintptr_t depth)
{
    volatile char frame[512];
    frame[depth % sizeof frame] = (char)depth;
    return (forever != 0 ? fill_stack(depth + forever) : 0) + (uintptr_t)frame[7];
}

static void on_signal(int sig)
{
    if (sig == SIGRTMIN + 1)
        forever += fill_stack(0);
    assertion_holds = 0;
}

int ppoll(struct pollfd *fds, nfds_t count, const struct timespec *time, const sigset_t *mask)
{
    struct timespec left = { 0 };
    assert(assertion_holds);
    if (time != NULL)
        left = *time;
    return (int)syscall(SYS_ppoll, fds, count, time != NULL ? &left : NULL, mask, (size_t)8);
}

void sqlite3_progress_handler(void *db, int steps, int (*stop)(void *), void *context)
{
    const char *how = getenv("CRASH_IN_SEARCH");
    (void)db;
    (void)steps;
    (void)stop;
    (void)context;
    if (how == NULL)
        return;
    if (strcmp(how, "stack") == 0)
        forever += fill_stack(0);
    if (strcmp(how, "fault") == 0)
        *(volatile char *)(forever - 1) = 1;
    if (strcmp(how, "trap") == 0)
        raise(SIGTRAP);
    if (strcmp(how, "exit") == 0)
        exit(EXIT_FAILURE);
    assert(strcmp(how, "assert") != 0);
}

/* The last thing at an exit(), or when a thread that does not paint gave the terminal back:
 * time enough for the other one to paint. */
static void linger(void)
{
    if (syscall(SYS_gettid) != getpid())
        usleep(100000);
}

static int (*set_terminal)(int fd, int when, const struct termios *to);

int tcsetattr(int fd, int when, const struct termios *to)
{
    int result = set_terminal(fd, when, to);
    linger();
    return result;
}

__attribute__((constructor)) static void begin(void)
{
    struct sigaction action = { .sa_handler = on_signal };
    /* dlsym() gives data pointers. */
    *(void **)&set_terminal = dlsym(RTLD_NEXT, "tcsetattr");
    atexit(linger);
    sigemptyset(&action.sa_mask);
    sigaction(SIGRTMIN + 1, &action, NULL);
    sigaction(SIGRTMIN + 2, &action, NULL);
}
