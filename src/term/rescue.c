/* Owns the crash handler. It runs on its own stack and calls only what POSIX
 * allows in a handler: write, tcsetattr, sigaction, raise. */
#include "term/rescue.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"

enum { STACK_BYTES = 64 * 1024 };

static const int crashes[] = { SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSYS };

/* At file scope because a signal handler has no other way to it. */
static struct termios before;
static int have_before;
static struct buf undo;
static char *stack;
static volatile sig_atomic_t armed;

void rescue_begin(void)
{
    have_before = tcgetattr(STDIN_FILENO, &before) == 0;
    buf_clear(&undo);
}

void rescue_add(const char *bytes)
{
    if (bytes != NULL)
        buf_adds(&undo, bytes);
}

static void restore(void)
{
    if (!armed)
        return;
    armed = 0;
    ssize_t written = write(STDOUT_FILENO, undo.data, undo.len);
    (void)written;
    if (have_before)
        tcsetattr(STDIN_FILENO, TCSANOW, &before);
}

/* exit() while the screen is in use: only base/mem.c does that, and what it said
 * went to the other screen. */
static void at_exit(void)
{
    if (!armed)
        return;
    restore();
    ssize_t written = write(STDERR_FILENO, mem_failure, strlen(mem_failure));
    (void)written;
}

static void handle(int sig)
{
    restore();
    struct sigaction initial = { .sa_handler = SIG_DFL };
    sigaction(sig, &initial, NULL);
    raise(sig);
}

void rescue_arm(void)
{
    if (stack == NULL) {
        stack = mem_alloc(STACK_BYTES);
        atexit(at_exit);
    }
    stack_t alternate = { .ss_sp = stack, .ss_size = STACK_BYTES };
    sigaltstack(&alternate, NULL);
    buf_addc(&undo, '\n');
    armed = 1;
    for (size_t i = 0; i < sizeof crashes / sizeof crashes[0]; i++) {
        struct sigaction action = { .sa_handler = handle, .sa_flags = SA_ONSTACK };
        sigfillset(&action.sa_mask);
        sigaction(crashes[i], &action, NULL);
    }
}

void rescue_disarm(void)
{
    armed = 0;
    for (size_t i = 0; i < sizeof crashes / sizeof crashes[0]; i++) {
        struct sigaction initial = { .sa_handler = SIG_DFL };
        sigaction(crashes[i], &initial, NULL);
    }
    stack_t none = { .ss_flags = SS_DISABLE };
    sigaltstack(&none, NULL);
    free(stack);
    stack = NULL;
    buf_release(&undo);
}
