/* Owns the crash handler. It runs on its own stack and calls only what POSIX
 * allows in a handler: write, tcsetattr, sigaction, raise, pthread_kill, _exit. */
#include "term/rescue.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/signal_stack.h"

static const int crashes[] = { SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSYS, SIGTRAP };

/* At file scope because a signal handler has no other way to it. */
static struct termios before;
static int have_before;
static struct buf undo;
static struct signal_stack stack;
static pthread_t painting;
static volatile sig_atomic_t armed, complete, out_of_memory;

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
    if (complete) {
        ssize_t written = write(STDOUT_FILENO, undo.data, undo.len);
        (void)written;
    }
    if (have_before)
        tcsetattr(STDIN_FILENO, TCSANOW, &before);
}

/* Another thread leaves it to the one that paints, which else would paint once more after
 * the screen was given back. */
static void hand_over(int sig)
{
    pthread_kill(painting, sig);
    for (;;)
        pause();
}

static void restore_and_say(void)
{
    restore();
    ssize_t written = write(STDERR_FILENO, mem_failure, strlen(mem_failure));
    (void)written;
}

/* exit() while the screen is in use: only base/mem.c does that, and what it said
 * went to the other screen. */
static void at_exit(void)
{
    if (!armed)
        return;
    if (!pthread_equal(pthread_self(), painting)) {
        out_of_memory = 1;
        hand_over(SIGABRT);
    }
    restore_and_say();
}

static void handle(int sig)
{
    if (!pthread_equal(pthread_self(), painting))
        hand_over(sig);
    if (out_of_memory) {
        restore_and_say();
        _exit(EXIT_FAILURE);
    }
    restore();
    struct sigaction initial = { .sa_handler = SIG_DFL };
    sigaction(sig, &initial, NULL);
    raise(sig);
}

void rescue_begin(void)
{
    have_before = tcgetattr(STDIN_FILENO, &before) == 0;
    if (stack.memory == NULL) {
        signal_stack_begin(&stack);
        atexit(at_exit);
    }
    painting = pthread_self();
    armed = 1;
    for (size_t i = 0; i < sizeof crashes / sizeof crashes[0]; i++) {
        struct sigaction action = { .sa_handler = handle, .sa_flags = SA_ONSTACK };
        sigfillset(&action.sa_mask);
        sigaction(crashes[i], &action, NULL);
    }
}

void rescue_arm(void)
{
    buf_addc(&undo, '\n');
    complete = 1;
}

void rescue_disarm(void)
{
    armed = complete = 0;
    for (size_t i = 0; i < sizeof crashes / sizeof crashes[0]; i++) {
        struct sigaction initial = { .sa_handler = SIG_DFL };
        sigaction(crashes[i], &initial, NULL);
    }
    signal_stack_end(&stack);
    buf_release(&undo);
}
