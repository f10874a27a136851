/* Owns fork and exec. Must not know the terminal's state: whoever owns the
 * screen hands it over first. */
#include "base/process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
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
    static const int restore[] = { SIGPIPE, SIGXFSZ, SIGINT, SIGQUIT, SIGTSTP, SIGHUP,
        SIGTERM };
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

/* The input as a file without a name: a pipe could fill up while the child is
 * stopped, and nobody would be left to wait for it. -1 with errno set. */
static int input_file(const char *input, size_t len)
{
    FILE *file = tmpfile();
    if (file == NULL)
        return -1;
    bool ok = fwrite(input, 1, len, file) == len && fflush(file) == 0;
    int fd = ok ? fcntl(fileno(file), F_DUPFD_CLOEXEC, 3) : -1;
    int code = errno;
    fclose(file);
    if (fd >= 0 && lseek(fd, 0, SEEK_SET) != 0) {
        close(fd);
        fd = -1;
    }
    errno = code;
    return fd;
}

/* A child that stops (^Z in an editor) stops us as well: to the shell both are
 * one job, and nobody else could continue the child. */
static int wait_for(pid_t child)
{
    int status;
    for (;;) {
        pid_t got = waitpid(child, &status, WUNTRACED);
        if (got == child && WIFSTOPPED(status))
            kill(0, SIGSTOP);
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

/* Starts argv; -1 with errno set where there is no process to be had. */
static pid_t start_child(char *const argv[], int in, const int report[2])
{
    pid_t child = fork();
    if (child == 0) {
        if (in >= 0)
            dup2(in, STDIN_FILENO);
        become(argv, report[1]);
    }
    int code = errno;
    close(report[1]);
    errno = code;
    return child;
}

/* ^C and ^\ are for the program in the foreground, as with system(3). */
static void ignore_keys(struct sigaction before[2])
{
    struct sigaction ignore = { .sa_handler = SIG_IGN };
    sigaction(SIGINT, &ignore, &before[0]);
    sigaction(SIGQUIT, &ignore, &before[1]);
}

static void heed_keys(const struct sigaction before[2])
{
    sigaction(SIGINT, &before[0], NULL);
    sigaction(SIGQUIT, &before[1], NULL);
}

bool process_run(
    char *const argv[], const char *input, size_t len, int *status, struct err *err)
{
    int report[2];
    struct sigaction before[2];
    int in = input != NULL ? input_file(input, len) : -1;
    if (input != NULL && in < 0)
        return err_set(err, "cannot write a temporary file: %s", strerror(errno));
    if (!pipe_close_on_exec(report, err)) {
        if (in >= 0)
            close(in);
        return false;
    }
    log_write("run %s", argv[0]);
    ignore_keys(before);
    pid_t child = start_child(argv, in, report);
    int code = child < 0 ? errno : exec_result(report[0]);
    if (child < 0)
        close(report[0]);
    else
        *status = wait_for(child);
    heed_keys(before);
    if (in >= 0)
        close(in);
    log_write("%s ended with %d", argv[0], code == 0 ? *status : -code);
    return code == 0 || err_set(err, "cannot start %s: %s", argv[0], strerror(code));
}

/* In the first child: a second one in a session of its own, so that nobody has
 * to wait for the program. */
static void detach(char *const argv[], int report)
{
    setsid();
    pid_t second = fork();
    if (second != 0)
        _exit(second < 0 ? 1 : 0);
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    for (int fd = 0; null >= 0 && fd < 3; fd++)
        dup2(null, fd);
    become(argv, report);
}

bool process_start(char *const argv[], struct err *err)
{
    int report[2];
    if (!pipe_close_on_exec(report, err))
        return false;
    log_write("start %s", argv[0]);
    pid_t child = fork();
    if (child == 0)
        detach(argv, report[1]);
    int code = errno;
    close(report[1]);
    if (child < 0) {
        close(report[0]);
        return err_set(err, "cannot start %s: %s", argv[0], strerror(code));
    }
    bool started = wait_for(child) == 0;
    code = exec_result(report[0]);
    return (started && code == 0)
           || err_set(err, "cannot start %s: %s", argv[0],
               code != 0 ? strerror(code) : "no more processes");
}
