/* Owns the bytes between a test, the program and the emulator, and the waiting
 * on them. Must not know how the program was started (pty_child.c) nor what
 * the screen holds (pty_screen.c). */
#include "pty_impl.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"

enum {
    LINGER_MS = 100,        /* for output of helpers after the program's end */
    QUIET_LIMIT_MS = 10000, /* of pty_wait_quiet() */
    BURST = 1 << 20,        /* bytes read in one turn at most */
    SEQUENCE_MAX = 1 << 16  /* a longer escape sequence is fed in pieces */
};

/* ---- the emulator ---- */

static int on_property(VTermProp prop, VTermValue *value, void *user)
{
    struct pty *pty = user;
    if (prop == VTERM_PROP_CURSORVISIBLE)
        pty->cursor_visible = value->boolean;
    else if (prop == VTERM_PROP_ALTSCREEN)
        pty->alt_screen = value->boolean;
    else if (prop == VTERM_PROP_MOUSE)
        pty->mouse = (enum pty_mouse)value->number;
    else if (prop == VTERM_PROP_TITLE) {
        free(pty->title);
        pty->title = mem_dup(value->string);
    }
    return 1;
}

static int on_bell(void *user)
{
    struct pty *pty = user;
    pty->bells++;
    return 1;
}

static void on_answer(const char *bytes, size_t len, void *user)
{
    struct pty *pty = user;
    buf_add(&pty->out, bytes, len);
}

static void emulator_start(struct pty *pty, int rows, int cols)
{
    static const VTermScreenCallbacks callbacks = { .settermprop = on_property,
        .bell = on_bell };
    pty->vt = vterm_new(rows, cols);
    vterm_set_utf8(pty->vt, 1);
    vterm_output_set_callback(pty->vt, on_answer, pty);
    pty->screen = vterm_obtain_screen(pty->vt);
    vterm_screen_set_callbacks(pty->screen, &callbacks, pty);
    vterm_screen_enable_altscreen(pty->screen, 1);
    vterm_screen_reset(pty->screen, 1);
}

/* Bytes of the escape sequence at the start, 0 if its end is not there yet. */
static size_t sequence_len(const char *s, size_t len)
{
    if (len < 2)
        return 0;
    bool string = strchr("]P_^X", s[1]) != NULL && s[1] != '\0';
    for (size_t i = s[1] == '[' || string ? 2 : 1; i < len; i++) {
        unsigned char c = (unsigned char)s[i];
        if (string && c == '\033')
            return i + 1 == len ? 0 : i + (s[i + 1] == '\\' ? 2 : 0);
        if (string ? c == '\a' : c < 0x20 || c >= 0x40 || (s[1] != '[' && c >= 0x30))
            return i + (c != '\033');
    }
    return 0;
}

/* Bytes of the next character or sequence, 0 if its end is not there yet. */
static size_t unit_len(const char *s, size_t len)
{
    unsigned char c = (unsigned char)*s;
    if (c == '\033')
        return sequence_len(s, len);
    size_t need = c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : c >= 0xC0 ? 2 : 1;
    for (size_t i = 1; i < need && i < len; i++)
        if (((unsigned char)s[i] & 0xC0) != 0x80)
            return i; /* malformed, and complete */
    return need <= len ? need : 0;
}

/* libvterm 0.1.4 obeys only the first mode of CSI ? 1006 ; 1000 h, which is how
 * ncurses asks for the mouse: gives it one by one. */
static void emulator_feed_unit(struct pty *pty, const char *s, size_t len)
{
    bool modes =
        len > 5 && memcmp(s, "\033[?", 3) == 0 && (s[len - 1] == 'h' || s[len - 1] == 'l');
    size_t at = 3;
    for (size_t i = 3; modes && i < len - 1; i++) {
        if (s[i] != ';')
            continue;
        vterm_input_write(pty->vt, "\033[?", 3);
        vterm_input_write(pty->vt, s + at, i - at);
        vterm_input_write(pty->vt, s + len - 1, 1);
        at = i + 1;
    }
    if (at > 3)
        vterm_input_write(pty->vt, "\033[?", 3);
    at = at > 3 ? at : 0;
    vterm_input_write(pty->vt, s + at, len - at);
}

/* libvterm 0.1.4 loses titles and characters that arrive in two pieces, so it
 * is only given whole ones. */
static void emulator_feed(struct pty *pty)
{
    size_t end = pty->fed;
    while (end < pty->raw.len) {
        size_t n = unit_len(pty->raw.data + end, pty->raw.len - end);
        if (n == 0 && pty->raw.len - end < SEQUENCE_MAX)
            break;
        n = n > 0 ? n : pty->raw.len - end;
        emulator_feed_unit(pty, pty->raw.data + end, n);
        end += n;
    }
    pty->fed = end;
}

/* ---- bytes ---- */

static void flush_out(struct pty *pty)
{
    while (pty->out.len > 0 && pty->child.master >= 0) {
        ssize_t n = write(pty->child.master, pty->out.data, pty->out.len);
        if (n <= 0)
            return;
        buf_remove(&pty->out, 0, (size_t)n);
    }
}

static bool take_output(struct pty *pty)
{
    char bytes[16384];
    size_t before = pty->raw.len;
    long n;
    do {
        n = pty_child_read(&pty->child, bytes, sizeof bytes, 0);
        if (n > 0)
            buf_add(&pty->raw, bytes, (size_t)n);
    } while (n > 0 && pty->raw.len - before < BURST);
    if (n < 0) {
        close(pty->child.master);
        pty->child.master = -1;
    }
    emulator_feed(pty);
    return pty->raw.len > before;
}

static void take_event(struct pty *pty)
{
    struct pty_event event = { .status = -1 };
    bool lost = read(pty->child.link, &event, sizeof event) != sizeof event;
    if (!lost && WIFSTOPPED(event.status)) {
        pty->stopped = true;
    } else if (!lost && WIFCONTINUED(event.status)) {
        pty->stopped = false;
    } else {
        pty->ended = true;
        pty->status = event.status;
    }
}

/* One round of everything: waits for the terminal or the leader until
 * deadline. Whether there was output. */
static bool turn(struct pty *pty, double deadline)
{
    flush_out(pty);
    struct pollfd fds[2] = { { .fd = pty->child.master, .events = POLLIN },
        { .fd = pty->ended ? -1 : pty->child.link, .events = POLLIN } };
    if (pty->out.len > 0)
        fds[0].events |= POLLOUT;
    double left = deadline - log_clock();
    if (poll(fds, 2, left > 0 ? (int)left + 1 : 0) <= 0)
        return false;
    bool output = (fds[0].revents & ~POLLOUT) != 0 && take_output(pty);
    if (fds[1].revents != 0)
        take_event(pty);
    flush_out(pty);
    return output;
}

/* ---- life ---- */

struct pty *pty_spawn(const struct pty_opts *opts)
{
    struct pty *pty = mem_zero(1, sizeof *pty);
    pty->quiet = opts->quiet;
    pty->cursor_visible = true;
    if (opts->bare || !pty_child_start(&pty->child, opts)) {
        free(pty);
        return NULL;
    }
    emulator_start(pty, opts->rows > 0 ? opts->rows : 24, opts->cols > 0 ? opts->cols : 80);
    return pty;
}

void pty_free(struct pty *pty)
{
    if (pty == NULL)
        return;
    pty_child_release(&pty->child);
    vterm_free(pty->vt);
    buf_release(&pty->raw);
    buf_release(&pty->out);
    free(pty->title);
    free(pty);
}

void pty_send_bytes(struct pty *pty, const char *bytes, size_t len)
{
    buf_add(&pty->out, bytes, len);
    flush_out(pty);
}

void pty_send(struct pty *pty, const char *keys)
{
    pty_send_bytes(pty, keys, strlen(keys));
}

void pty_resize(struct pty *pty, int rows, int cols)
{
    turn(pty, 0);
    vterm_set_size(pty->vt, rows, cols);
    struct winsize size = { .ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols };
    ioctl(pty->child.master, TIOCSWINSZ, &size);
}

void pty_hangup(struct pty *pty)
{
    turn(pty, 0);
    if (pty->child.master >= 0)
        close(pty->child.master);
    pty->child.master = -1;
}

void pty_continue(struct pty *pty)
{
    pty->stopped = false;
    pty_child_continue(&pty->child);
}

pid_t pty_pid(const struct pty *pty)
{
    return pty->child.pid;
}

/* ---- waiting ---- */

bool pty_wait(struct pty *pty, bool (*condition)(const struct pty *pty, const void *data),
    const void *data, int ms)
{
    double deadline = log_clock() + ms;
    turn(pty, 0);
    while (!condition(pty, data)) {
        double now = log_clock();
        if (now >= deadline)
            return false;
        bool last = pty->ended;
        bool linger = last && now + LINGER_MS < deadline;
        if (!turn(pty, linger ? now + LINGER_MS : deadline) && last)
            return condition(pty, data);
    }
    return true;
}

static bool shows(const struct pty *pty, const void *text)
{
    return pty_shows(pty, text);
}

static bool shows_not(const struct pty *pty, const void *text)
{
    return !pty_shows(pty, text);
}

static bool complain(const struct pty *pty, const char *what, const char *text, int ms)
{
    if (!pty->quiet) {
        char *screen = pty_screen(pty);
        fprintf(stderr, "pty: waited %d ms for %s \"%s\"%s; the screen:\n%s\n", ms, what, text,
            pty->ended ? ", the program has ended" : "", screen);
        free(screen);
    }
    return false;
}

bool pty_wait_text(struct pty *pty, const char *text, int ms)
{
    return pty_wait(pty, shows, text, ms) || complain(pty, "the text", text, ms);
}

bool pty_wait_gone(struct pty *pty, const char *text, int ms)
{
    return pty_wait(pty, shows_not, text, ms) || complain(pty, "the end of", text, ms);
}

struct row_text {
    int row;
    const char *text;
};

static bool row_shows(const struct pty *pty, const void *data)
{
    const struct row_text *want = data;
    char *row = pty_row(pty, want->row);
    bool found = strstr(row, want->text) != NULL;
    free(row);
    return found;
}

bool pty_wait_row(struct pty *pty, int row, const char *text, int ms)
{
    struct row_text want = { row, text };
    return pty_wait(pty, row_shows, &want, ms) || complain(pty, "a row with", text, ms);
}

bool pty_wait_quiet(struct pty *pty, int ms)
{
    double last = log_clock(), limit = last + QUIET_LIMIT_MS;
    while (log_clock() < limit) {
        if (turn(pty, pty->ended ? 0 : last + ms))
            last = log_clock();
        else if (pty->ended || log_clock() >= last + ms)
            return true;
    }
    return false;
}

static bool has_ended(const struct pty *pty, const void *data)
{
    (void)data;
    return pty->ended;
}

bool pty_wait_exit(struct pty *pty, int ms, int *status)
{
    if (!pty_wait(pty, has_ended, NULL, ms))
        return false;
    pty_wait_quiet(pty, 0);
    if (status != NULL)
        *status = pty->status;
    return true;
}

static bool has_stopped(const struct pty *pty, const void *data)
{
    (void)data;
    return pty->stopped;
}

bool pty_wait_stop(struct pty *pty, int ms)
{
    return pty_wait(pty, has_stopped, NULL, ms);
}
