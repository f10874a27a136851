/* Owns the event loop: signals are blocked but for the moment of waiting, keys
 * are drained without waiting, and the screen is painted once for all of them.
 * (Measured on a prototype: a blocking getch with KEY_RESIZE lost 7 of 500
 * resizes, this none.) */
#include "term/terminal.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "base/process.h"
#include "term/screen.h"

enum { TICK_SECONDS = 1, KEYS_BEFORE_PAINT = 64, PATIENCE = 4 };

static const int caught[] = { SIGWINCH, SIGCONT, SIGTSTP, SIGINT, SIGTERM, SIGHUP, SIGQUIT,
    SIGUSR1, SIGUSR2, SIGALRM, SIGVTALRM, SIGPROF, SIGXCPU, SIGPOLL };
/* From SIGUSR1 on only what would end the program: a parent may have it ignore them, a
 * profiler use them. */
enum { CAUGHT = sizeof caught / sizeof caught[0], CAUGHT_ALWAYS = 7 };

/* Set by the handler, read by the loop. */
static volatile sig_atomic_t resized, continued, stop_asked, end_signal;

struct terminal {
    struct screen *screen;
    struct app app;
    struct grid grid;
    sigset_t waiting; /* the mask while waiting: nothing of ours blocked */
    struct sigaction before[CAUGHT];
    bool hung_up;
    bool answered; /* a search has */
};

static void handle(int sig)
{
    if (sig == SIGWINCH)
        resized = 1;
    else if (sig == SIGCONT)
        continued = 1;
    else if (sig == SIGTSTP)
        stop_asked = 1;
    else
        end_signal = sig;
}

static void catch_signals(struct terminal *terminal)
{
    sigset_t ours;
    sigemptyset(&ours);
    resized = continued = stop_asked = end_signal = 0;
    for (int i = 0; i < CAUGHT; i++) {
        sigaction(caught[i], NULL, &terminal->before[i]);
        if (i < CAUGHT_ALWAYS || terminal->before[i].sa_handler == SIG_DFL)
            sigaddset(&ours, caught[i]);
    }
    sigprocmask(SIG_BLOCK, &ours, &terminal->waiting);
    for (int i = 0; i < CAUGHT; i++) {
        struct sigaction action = { .sa_handler = handle };
        if (!sigismember(&ours, caught[i]))
            continue;
        sigemptyset(&action.sa_mask);
        sigaction(caught[i], &action, NULL);
        sigdelset(&terminal->waiting, caught[i]);
    }
}

static void release_signals(struct terminal *terminal)
{
    for (int i = 0; i < CAUGHT; i++)
        sigaction(caught[i], &terminal->before[i], NULL);
    sigprocmask(SIG_SETMASK, &terminal->waiting, NULL);
}

/* --- what the interface asks for --------------------------------------- */

static void wait_for_key(const char *message)
{
    char key;
    if (write(STDOUT_FILENO, message, strlen(message)) < 0)
        return;
    while (read(STDIN_FILENO, &key, 1) == 1 && key != '\n')
        ;
}

/* ^C and ^\ were meant for the program that ran: what is pending is dropped. */
static void forget_interrupts(void)
{
    static const int interrupts[] = { SIGINT, SIGQUIT };
    for (int i = 0; i < 2; i++) {
        struct sigaction ignore = { .sa_handler = SIG_IGN }, ours;
        sigaction(interrupts[i], &ignore, &ours);
        sigaction(interrupts[i], &ours, NULL);
    }
}

static bool host_run(void *context, char *const argv[], const char *input, size_t len,
    bool pause, int *status, struct err *err)
{
    struct terminal *terminal = context;
    screen_leave(terminal->screen);
    bool ok = process_run(argv, input, len, status, err);
    if (ok && pause)
        wait_for_key("[Enter goes back to talkbook]");
    forget_interrupts();
    screen_return(terminal->screen);
    resized = 1;
    return ok;
}

static bool host_start(void *context, char *const argv[], struct err *err)
{
    (void)context;
    return process_start(argv, err);
}

static double host_now(void *context)
{
    struct timespec time;
    (void)context;
    clock_gettime(CLOCK_REALTIME, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void host_copy(void *context, const char *text)
{
    (void)context;
    screen_copy(text);
}

static void host_suspend(void *context)
{
    struct terminal *terminal = context;
    struct sigaction initial = { .sa_handler = SIG_DFL }, ours;
    sigset_t stop;
    /* A parent that ignores ^Z has no jobs and could not continue this one. */
    for (int i = 0; i < CAUGHT; i++)
        if (caught[i] == SIGTSTP && terminal->before[i].sa_handler == SIG_IGN)
            return;
    screen_leave(terminal->screen);
    sigemptyset(&stop);
    sigaddset(&stop, SIGTSTP);
    sigaction(SIGTSTP, &initial, &ours);
    kill(0, SIGTSTP);
    sigprocmask(SIG_UNBLOCK, &stop, NULL);
    /* Stopped here until a SIGCONT. */
    sigprocmask(SIG_BLOCK, &stop, NULL);
    sigaction(SIGTSTP, &ours, NULL);
    screen_return(terminal->screen);
    resized = 1;
}

static void host_redraw(void *context)
{
    struct terminal *terminal = context;
    screen_set_options(terminal->screen, terminal->app.options);
}

static void host_mouse(void *context, bool on)
{
    screen_set_mouse(((struct terminal *)context)->screen, on);
}

/* --- the loop ---------------------------------------------------------- */

static void resize(struct terminal *terminal)
{
    int rows, cols;
    resized = 0;
    screen_size(terminal->screen, &rows, &cols);
    app_resize(&terminal->app, rows, cols);
}

/* A key means what it means on the screen as the one before left it, at the size that it
 * was pressed at: ppoll(2) delivers no signal where there is input already. */
static void prepare_for_key(struct terminal *terminal, bool first)
{
    sigset_t ours;
    sigprocmask(SIG_SETMASK, &terminal->waiting, &ours);
    sigprocmask(SIG_SETMASK, &ours, NULL);
    bool other_size = resized;
    if (other_size)
        resize(terminal);
    if (!first || other_size)
        app_prepare(&terminal->app);
}

/* Drains what has arrived; a long burst is painted in between. */
static bool drain(struct terminal *terminal)
{
    uint32_t key;
    enum app_button button;
    int row, col, count = 0;
    enum screen_event event;
    /* A paste is painted as it comes in: the more, the longer painting takes. */
    while ((count < KEYS_BEFORE_PAINT || terminal->app.prompt.pasting) && !terminal->app.quit
           && end_signal == 0
           && (event = screen_read(terminal->screen, &key, &button, &row, &col))
                  != SCREEN_NOTHING) {
        if (!terminal->app.prompt.pasting)
            prepare_for_key(terminal, count == 0);
        count++;
        if (event == SCREEN_MOUSE)
            app_mouse(&terminal->app, button, row, col);
        else
            app_key(&terminal->app, key);
    }
    return count > 0;
}

static void paint(struct terminal *terminal)
{
    app_prepare(&terminal->app);
    app_draw(&terminal->app, &terminal->grid);
    screen_paint(terminal->screen, &terminal->grid);
}

/* Waits for keys, a signal or the next tick. Whether keys may be there. */
static bool wait_for_input(struct terminal *terminal)
{
    struct pollfd inputs[] = { { .fd = STDIN_FILENO, .events = POLLIN },
        { .fd = searcher_fd(&terminal->app.searcher), .events = POLLIN } };
    /* What came in before a key is not to wait for the next. */
    bool asked = resized || continued || stop_asked;
    struct timespec tick = { .tv_sec = asked ? 0 : TICK_SECONDS };
    int ready = ppoll(inputs, 2, &tick, &terminal->waiting);
    if (ready > 0 && (inputs[0].revents & (POLLHUP | POLLERR | POLLNVAL)))
        terminal->hung_up = true;
    terminal->answered = ready > 0 && inputs[1].revents != 0;
    return ready > 0 && inputs[0].revents != 0;
}

static void loop(struct terminal *terminal)
{
    resize(terminal);
    paint(terminal);
    while (!terminal->app.quit && end_signal == 0 && !terminal->hung_up) {
        bool ready = wait_for_input(terminal);
        bool changed = false;
        if (resized || continued) {
            /* Who stopped us may have set the terminal up for itself. */
            if (continued)
                screen_return(terminal->screen);
            continued = 0;
            resize(terminal);
            changed = true;
        }
        if (stop_asked) {
            stop_asked = 0;
            host_suspend(terminal);
        } else if (ready) {
            bool any = drain(terminal);
            /* Readable and yet nothing to read: the terminal is gone. */
            if (!any && !terminal->hung_up) {
                struct pollfd again = { .fd = STDIN_FILENO, .events = POLLIN };
                terminal->hung_up =
                    poll(&again, 1, 0) > 0 && (again.revents & (POLLHUP | POLLERR | POLLNVAL));
            }
            changed = true;
        } else if (!changed && !terminal->answered)
            changed = app_tick(&terminal->app);
        app_take_answers(&terminal->app, ready ? PATIENCE : 0);
        changed = changed || terminal->answered;
        if (changed && !terminal->app.quit)
            paint(terminal);
    }
}

bool terminal_browse(
    struct db *db, struct options *options, struct keymap *keymap, struct err *err)
{
    struct terminal terminal = { .screen = NULL };
    const struct ui_host host = { .context = &terminal,
        .run = host_run,
        .start = host_start,
        .now = host_now,
        .copy = host_copy,
        .suspend = host_suspend,
        .redraw = host_redraw,
        .mouse = host_mouse };
    catch_signals(&terminal);
    if (!screen_open(&terminal.screen, options, err)) {
        release_signals(&terminal);
        return false;
    }
    bool ok = app_init(&terminal.app, db, options, keymap, &host, err);
    terminal.app.patience = PATIENCE;
    if (ok)
        loop(&terminal);
    screen_close(terminal.screen, !terminal.hung_up);
    app_release(&terminal.app);
    grid_release(&terminal.grid);
    int sig = end_signal;
    release_signals(&terminal);
    log_write("the browser ended, signal %d", sig);
    if (sig != 0)
        raise(sig);
    return ok;
}
