/* Owns the making of a pseudo-terminal, the environment of the program on it
 * and the session leader that stands between them. Must not know what the
 * program's output means. */
#include "pty_child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/mem.h"

extern char **environ;

/* Descriptors of other terminals that a leader could inherit lie below this. */
enum { FD_LIMIT = 256 };

static volatile sig_atomic_t hung_up;

/* ---- the environment ---- */

struct env {
    char **list; /* NULL-terminated */
    size_t len, cap;
};

static void env_put(struct env *env, const char *entry)
{
    size_t name = strcspn(entry, "=");
    size_t i = 0;
    while (
        i < env->len && (strncmp(env->list[i], entry, name) != 0 || env->list[i][name] != '='))
        i++;
    env->list = mem_grow(env->list, &env->cap, env->len + 2, sizeof *env->list);
    if (i < env->len)
        free(env->list[i]);
    if (entry[name] == '=') {
        env->list[i] = mem_dup(entry);
        env->len += i == env->len;
    } else if (i < env->len) {
        env->list[i] = env->list[--env->len];
    }
    env->list[env->len] = NULL;
}

static void env_put_pair(struct env *env, const char *name, const char *value)
{
    struct buf entry = { 0 };
    if (value != NULL) {
        buf_addf(&entry, "%s=%s", name, value);
        env_put(env, entry.data);
    }
    buf_release(&entry);
}

static struct env env_make(const struct pty_opts *opts)
{
    static const char *const passed[] = { "PATH", "ASAN_OPTIONS", "LSAN_OPTIONS",
        "UBSAN_OPTIONS", "LLVM_PROFILE_FILE", "GCOV_PREFIX", "GCOV_PREFIX_STRIP" };
    struct env env = { 0 };
    for (size_t i = 0; i < sizeof passed / sizeof *passed; i++)
        env_put_pair(&env, passed[i], getenv(passed[i]));
    env_put_pair(&env, "HOME", opts->home != NULL ? opts->home : "/dev/null");
    env_put(&env, "TERM=xterm-256color");
    env_put(&env, "LANG=C.UTF-8");
    for (size_t i = 0; opts->env != NULL && opts->env[i] != NULL; i++)
        env_put(&env, opts->env[i]);
    return env;
}

static void env_release(struct env *env)
{
    for (size_t i = 0; i < env->len; i++)
        free(env->list[i]);
    free(env->list);
}

/* ---- in the child processes ---- */

static void signals_default(void)
{
    static const int all[] = { SIGHUP, SIGINT, SIGQUIT, SIGPIPE, SIGALRM, SIGTERM, SIGCHLD,
        SIGTSTP, SIGTTIN, SIGTTOU, SIGUSR1, SIGUSR2, SIGCONT, SIGWINCH };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        signal(all[i], SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

static void take_terminal(int slave)
{
    setsid();
    ioctl(slave, TIOCSCTTY, 0);
    for (int fd = 0; fd <= 2; fd++)
        dup2(slave, fd);
    if (slave > 2)
        close(slave);
}

static _Noreturn void run_program(const struct pty_opts *opts, char **env)
{
    signals_default();
    if (opts->cwd != NULL && chdir(opts->cwd) != 0) {
        fprintf(stderr, "cannot enter %s: %s\n", opts->cwd, strerror(errno));
        _exit(127);
    }
    environ = env;
    char *const *argv = (char *const *)(const void *)opts->argv;
    execvp(argv[0], argv);
    fprintf(stderr, "cannot run %s: %s\n", argv[0], strerror(errno));
    _exit(127);
}

static void on_signal(int sig)
{
    if (sig == SIGHUP)
        hung_up = 1;
}

/* Reports every stop, continuation and the end; false after the end. */
static bool report_changes(pid_t pid, int link)
{
    struct pty_event event = { .pid = pid };
    while (waitpid(pid, &event.status, WNOHANG | WUNTRACED | WCONTINUED) == pid) {
        if (WIFSTOPPED(event.status))
            tcsetpgrp(0, getpid());
        ssize_t n = send(link, &event, sizeof event, MSG_NOSIGNAL);
        if (n < 0 || WIFEXITED(event.status) || WIFSIGNALED(event.status))
            return false;
    }
    return true;
}

/* Serves the test until it says 'q' or dies. */
static void serve(pid_t pid, int link, const sigset_t *open_mask)
{
    bool alive = true;
    for (;;) {
        fd_set fds;
        FD_ZERO(&fds);
        FD_SET(link, &fds);
        int ready = pselect(link + 1, &fds, NULL, NULL, NULL, open_mask);
        alive = alive && report_changes(pid, link);
        if (hung_up && alive)
            kill(-pid, SIGHUP); /* as a shell does */
        hung_up = 0;
        if (ready <= 0)
            continue;
        char command = 'q';
        if (read(link, &command, 1) <= 0 || command == 'q')
            break;
        if (alive) {
            tcsetpgrp(0, pid);
            kill(-pid, SIGCONT);
        }
    }
    if (alive) {
        kill(pid, SIGKILL);
        waitpid(pid, NULL, 0);
    }
}

static _Noreturn void lead(const struct pty_opts *opts, char **env, int link)
{
    for (int fd = 3; fd < FD_LIMIT; fd++)
        if (fd != link)
            close(fd);
    sigset_t mask, open_mask;
    sigemptyset(&mask);
    sigaddset(&mask, SIGCHLD);
    sigaddset(&mask, SIGHUP);
    sigprocmask(SIG_BLOCK, &mask, &open_mask);
    struct sigaction action = { .sa_handler = on_signal };
    sigaction(SIGCHLD, &action, NULL);
    sigaction(SIGHUP, &action, NULL);
    signal(SIGTTOU, SIG_IGN);
    /* Typed while the program is stopped, as to a shell. */
    signal(SIGINT, SIG_IGN);
    signal(SIGQUIT, SIG_IGN);
    signal(SIGTSTP, SIG_IGN);
    pid_t pid = fork();
    if (pid == 0) {
        setpgid(0, 0);
        tcsetpgrp(0, getpid());
        run_program(opts, env);
    }
    struct pty_event event = { .pid = pid };
    if (pid > 0 && send(link, &event, sizeof event, MSG_NOSIGNAL) == sizeof event)
        serve(pid, link, &open_mask);
    _exit(0);
}

/* ---- in the test ---- */

/* Gives the master, and the slave through *slave; -1 on failure. */
static int open_terminal(const struct pty_opts *opts, int *slave)
{
    int master = posix_openpt(O_RDWR | O_NOCTTY);
    const char *path = NULL;
    if (master >= 0 && grantpt(master) == 0 && unlockpt(master) == 0)
        path = ptsname(master);
    *slave = path != NULL ? open(path, O_RDWR | O_NOCTTY) : -1;
    if (*slave < 0) {
        if (master >= 0)
            close(master);
        return -1;
    }
    struct winsize size = { .ws_row = (unsigned short)(opts->rows > 0 ? opts->rows : 24),
        .ws_col = (unsigned short)(opts->cols > 0 ? opts->cols : 80) };
    ioctl(master, TIOCSWINSZ, &size);
    fcntl(master, F_SETFL, O_NONBLOCK);
    fcntl(master, F_SETFD, FD_CLOEXEC);
    return master;
}

static bool start_bare(
    struct pty_child *child, const struct pty_opts *opts, char **env, int slave)
{
    child->started = log_clock();
    child->leader = child->pid = fork();
    if (child->pid == 0) {
        take_terminal(slave);
        run_program(opts, env);
    }
    return child->pid > 0;
}

static bool start_led(
    struct pty_child *child, const struct pty_opts *opts, char **env, int slave)
{
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0)
        return false;
    fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    fcntl(ends[1], F_SETFD, FD_CLOEXEC);
    child->started = log_clock();
    child->leader = fork();
    if (child->leader == 0) {
        take_terminal(slave);
        lead(opts, env, ends[1]);
    }
    close(ends[1]);
    child->link = ends[0];
    struct pty_event event = { 0 };
    bool ok = child->leader > 0 && read(ends[0], &event, sizeof event) == sizeof event;
    child->pid = event.pid;
    return ok && event.pid > 0;
}

bool pty_child_start(struct pty_child *child, const struct pty_opts *opts)
{
    int slave;
    *child = (struct pty_child){ .link = -1 };
    child->master = open_terminal(opts, &slave);
    if (child->master < 0) {
        perror("pty: cannot open a pseudo-terminal");
        return false;
    }
    tcgetattr(child->master, &child->before);
    fflush(NULL);
    struct env env = env_make(opts);
    bool ok = (opts->bare ? start_bare : start_led)(child, opts, env.list, slave);
    if (!ok) {
        perror("pty: cannot start a process");
        child->leader = child->leader > 0 ? child->leader : 0;
        pty_child_release(child);
    }
    close(slave);
    env_release(&env);
    return ok;
}

static bool tell_leader(const struct pty_child *child, const char *command)
{
    return child->link > 0 && send(child->link, command, 1, MSG_NOSIGNAL) == 1;
}

void pty_child_continue(const struct pty_child *child)
{
    if (!tell_leader(child, "c"))
        fputs("pty: cannot continue the program\n", stderr);
}

void pty_child_release(struct pty_child *child)
{
    if (child->leader > 0) {
        /* Not reaped before this, so the pid cannot be another process's. */
        if (!tell_leader(child, "q"))
            kill(child->leader, SIGKILL);
        while (waitpid(child->leader, NULL, 0) < 0 && errno == EINTR)
            continue;
    }
    if (child->master > 0)
        close(child->master);
    if (child->link > 0)
        close(child->link);
    *child = (struct pty_child){ .master = -1, .link = -1 };
}

long pty_child_read(const struct pty_child *child, char *bytes, size_t size, int timeout_ms)
{
    struct pollfd fd = { .fd = child->master, .events = POLLIN };
    int ready;
    do
        ready = poll(&fd, 1, timeout_ms);
    while (ready < 0 && errno == EINTR);
    if (ready <= 0)
        return 0;
    ssize_t n = read(child->master, bytes, size);
    if (n > 0)
        return n;
    return n < 0 && (errno == EAGAIN || errno == EINTR) ? 0 : -1;
}

/* ---- keys ---- */

static char unescape(const char **at)
{
    char c = *(*at)++;
    switch (c) {
    case 'r':
        return '\r';
    case 'n':
        return '\n';
    case 't':
        return '\t';
    case 'e':
        return '\033';
    case 'x': {
        char hex[3] = { 0 };
        for (int i = 0; i < 2 && **at != '\0'; i++)
            hex[i] = *(*at)++;
        return (char)strtol(hex, NULL, 16);
    }
    default:
        return c;
    }
}

char *pty_keys(const char *escaped)
{
    struct buf keys = { 0 };
    while (*escaped != '\0') {
        char c = *escaped++;
        if (c == '\\' && *escaped != '\0')
            c = unescape(&escaped);
        buf_addc(&keys, c);
    }
    return buf_take(&keys);
}

long pty_child_resident_kb(pid_t pid)
{
    char path[64], line[256];
    long kb = 0;
    snprintf(path, sizeof path, "/proc/%ld/status", (long)pid);
    FILE *file = fopen(path, "r");
    while (file != NULL && fgets(line, sizeof line, file) != NULL)
        if (strncmp(line, "VmRSS:", 6) == 0)
            kb = strtol(line + 6, NULL, 10);
    if (file != NULL)
        fclose(file);
    return kb;
}
