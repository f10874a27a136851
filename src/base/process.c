/* Owns fork and exec. Must not know the terminal's state: whoever owns the
 * screen hands it over first. */
#include "base/process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/mem.h"

/* Reads one word at *at into word; false where a quote is left open. */
static bool take_word(const char **at, struct buf *word)
{
    char quote = '\0';
    for (; **at != '\0'; (*at)++) {
        char c = **at;
        if (quote == '\0' && strchr(" \t\n", c) != NULL)
            break;
        if (c == '\\' && quote != '\'' && (*at)[1] != '\0')
            buf_addc(word, *++*at);
        else if (quote == '\0' && (c == '\'' || c == '"'))
            quote = c;
        else if (c == quote)
            quote = '\0';
        else
            buf_addc(word, c);
    }
    return quote == '\0';
}

char **process_split(const char *command)
{
    char **argv = NULL;
    size_t cap = 0, count = 0;
    bool ok = true;
    for (const char *at = command; ok;) {
        at += strspn(at, " \t\n");
        argv = mem_grow(argv, &cap, count + 1, sizeof *argv);
        argv[count] = NULL;
        if (*at == '\0')
            break;
        struct buf word = { 0 };
        ok = take_word(&at, &word);
        argv[count++] = buf_take(&word);
        argv = mem_grow(argv, &cap, count + 1, sizeof *argv);
        argv[count] = NULL;
    }
    if (ok && count > 0)
        return argv;
    process_free(argv);
    return NULL;
}

void process_free(char **argv)
{
    for (size_t i = 0; argv != NULL && argv[i] != NULL; i++)
        free(argv[i]);
    free(argv);
}

/* In the child: signals as a program expects them, then exec. A failed exec
 * tells its errno through the pipe. */
static void become(char *const argv[], int report)
{
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    static const int restore[] = { SIGPIPE, SIGINT, SIGQUIT, SIGTSTP, SIGHUP, SIGTERM };
    for (size_t i = 0; i < sizeof restore / sizeof restore[0]; i++)
        signal(restore[i], SIG_DFL);
    execvp(argv[0], argv);
    int code = errno;
    ssize_t written = write(report, &code, sizeof code);
    (void)written;
    _exit(127);
}

/* Waits for the child's exec; the errno it failed with, or 0. */
static int exec_result(int report)
{
    int code = 0;
    ssize_t got;
    do {
        got = read(report, &code, sizeof code);
    } while (got < 0 && errno == EINTR);
    close(report);
    return got == (ssize_t)sizeof code ? code : 0;
}

static void feed(int fd, const char *input, size_t len)
{
    struct sigaction ignore = { .sa_handler = SIG_IGN }, before;
    sigaction(SIGPIPE, &ignore, &before);
    while (len > 0) {
        ssize_t written = write(fd, input, len);
        if (written < 0 && errno != EINTR)
            break;
        if (written > 0) {
            input += written;
            len -= (size_t)written;
        }
    }
    close(fd);
    sigaction(SIGPIPE, &before, NULL);
}

/* A child that stops (^Z in an editor) stops us as well: to the shell both are
 * one job, and nobody else could continue the child. */
static int wait_for(pid_t child)
{
    int status;
    for (;;) {
        pid_t got = waitpid(child, &status, WUNTRACED);
        if (got == child && WIFSTOPPED(status))
            raise(SIGSTOP);
        else if (got == child || errno != EINTR)
            break;
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static bool pipe_close_on_exec(int ends[2], struct err *err)
{
    if (pipe(ends) != 0)
        return err_set(err, "cannot start a program: %s", strerror(errno));
    fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    fcntl(ends[1], F_SETFD, FD_CLOEXEC);
    return true;
}

bool process_run(
    char *const argv[], const char *input, size_t len, int *status, struct err *err)
{
    int report[2], in[2] = { -1, -1 };
    if (!pipe_close_on_exec(report, err) || (input != NULL && !pipe_close_on_exec(in, err)))
        return false;
    log_write("run %s", argv[0]);
    pid_t child = fork();
    if (child == 0) {
        if (input != NULL)
            dup2(in[0], STDIN_FILENO);
        become(argv, report[1]);
    }
    close(report[1]);
    if (input != NULL)
        close(in[0]);
    if (child < 0) {
        close(report[0]);
        return err_set(err, "cannot start %s: %s", argv[0], strerror(errno));
    }
    int code = exec_result(report[0]);
    if (input != NULL && code == 0)
        feed(in[1], input, len);
    else if (input != NULL)
        close(in[1]);
    *status = wait_for(child);
    log_write("%s ended with %d", argv[0], *status);
    return code == 0 || err_set(err, "cannot start %s: %s", argv[0], strerror(code));
}

bool process_start(char *const argv[], struct err *err)
{
    int report[2];
    if (!pipe_close_on_exec(report, err))
        return false;
    log_write("start %s", argv[0]);
    pid_t child = fork();
    if (child == 0) {
        /* Twice, so that nobody has to wait for the program. */
        setsid();
        pid_t second = fork();
        if (second != 0)
            _exit(second < 0 ? 1 : 0);
        int null = open("/dev/null", O_RDWR);
        for (int fd = 0; null >= 0 && fd < 3; fd++)
            dup2(null, fd);
        become(argv, report[1]);
    }
    close(report[1]);
    if (child < 0) {
        close(report[0]);
        return err_set(err, "cannot start %s: %s", argv[0], strerror(errno));
    }
    wait_for(child);
    int code = exec_result(report[0]);
    return code == 0 || err_set(err, "cannot start %s: %s", argv[0], strerror(code));
}
