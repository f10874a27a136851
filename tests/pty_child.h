/* A program on a pseudo-terminal of its own, without an emulator behind it. */
#ifndef TALKBOOK_TESTS_PTY_CHILD_H
#define TALKBOOK_TESTS_PTY_CHILD_H

#include <stdbool.h>
#include <sys/types.h>
#include <termios.h>

/* What to start, and where. Everything is borrowed for the call only. */
struct pty_opts {
    /* NULL-terminated; argv[0] is looked up in PATH. */
    const char *const *argv;
    /* NULL-terminated "NAME=value" that replace or extend the environment, a
     * bare "NAME" removes it; NULL: nothing. Without it the program sees only
     * PATH, HOME, TERM=xterm-256color, LANG=C.UTF-8 and the caller's sanitizer
     * and coverage variables. */
    const char *const *env;
    const char *home; /* HOME; NULL: /dev/null, in which nothing can be made */
    const char *cwd;  /* NULL: the caller's */
    int rows, cols;   /* in cells; 0: 24 and 80 */
    bool bare;        /* no session leader between, see below */
    bool quiet;       /* waits that time out print nothing (pty.h) */
};

/* The program's end as the test sees it.
 *
 * Usually a small session leader stands between the test and the program, as a
 * shell would: ^Z can stop the program (a stop is ignored where no parent in
 * the session could continue it), and the terminal's modes stay readable after
 * the program's end (Linux resets them when a session leader exits). With
 * `bare` the program is itself the session leader and the caller's child. */
struct pty_child {
    int master;     /* non-blocking, close-on-exec; -1: closed */
    pid_t pid;      /* the program */
    pid_t leader;   /* the caller's child; equal to pid when bare */
    int link;       /* socket to the leader, which sends struct pty_event; -1 when bare */
    double started; /* log_clock() right before fork */
    struct termios before; /* the line settings the program found */
};

struct pty_event {
    pid_t pid;
    int status; /* as waitpid gives it with WUNTRACED and WCONTINUED */
};

/* False with a line on stderr where the system has no terminal or process to
 * give. A program that cannot be executed says so on the terminal and exits
 * with 127. */
bool pty_child_start(struct pty_child *child, const struct pty_opts *opts);

/* Puts a stopped program into the foreground and continues its group; not
 * for bare children. */
void pty_child_continue(const struct pty_child *child);

/* Closes what is open, kills the program if it still runs, by its pid, and
 * reaps. Other processes of its session get SIGHUP from the kernel. Accepts a
 * child that never started (leader 0). */
void pty_child_release(struct pty_child *child);

/* Waits up to timeout_ms for bytes and reads them: their count, 0 when the
 * time is over, -1 when the other side has closed the terminal. */
long pty_child_read(const struct pty_child *child, char *bytes, size_t size, int timeout_ms);

/* VmRSS of a process in KiB, 0 where it is not known. */
long pty_child_resident_kb(pid_t pid);

/* Turns \r \n \t \e \\ and \xHH into their bytes; the caller frees. */
char *pty_keys(const char *escaped);

#endif
