/* Owns starting programs for the tests and taking what they print. Must not
 * know what they are asked. */
#include "program.h"

#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ARGUMENTS_MAX = 32, SECONDS_MAX = 60 };

/* A file without a name that holds these bytes, at its beginning. */
static int scratch(const char *bytes, size_t len)
{
    char path[] = "/tmp/talkbook-scratch-XXXXXX";
    int fd = mkstemp(path);
    if (fd < 0)
        abort();
    unlink(path);
    if (len > 0 && write(fd, bytes, len) != (ssize_t)len)
        abort();
    lseek(fd, 0, SEEK_SET);
    return fd;
}

/* A terminal's two ends: ours to keep, the program's to read. */
static int open_terminal(int *ours)
{
    *ours = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (*ours < 0 || grantpt(*ours) != 0 || unlockpt(*ours) != 0)
        abort();
    return open(ptsname(*ours), O_RDWR | O_NOCTTY);
}

static void set_environment(const struct program *program)
{
    static const char *const gone[] = { "EDITOR", "VISUAL", "PAGER", "BROWSER", "TALKBOOK_DB",
        "TALKBOOK_CONFIG", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME", "NO_COLOR" };
    for (size_t i = 0; i < sizeof gone / sizeof gone[0]; i++)
        unsetenv(gone[i]);
    setenv("HOME", program->home, 1);
    setenv("LC_ALL", "C.UTF-8", 1);
    setenv("TERM", "xterm-256color", 1);
    for (int i = 0; i < PROGRAM_ENV_MAX && program->env[i] != NULL; i++)
        putenv((char *)program->env[i]);
}

static void read_all(int fd, struct buf *out)
{
    char chunk[16384];
    ssize_t got;
    buf_clear(out);
    while ((got = read(fd, chunk, sizeof chunk)) > 0)
        buf_add(out, chunk, (size_t)got);
    close(fd);
}

int program_exec(struct program *program, const char *const argv[])
{
    int out[2], terminal = -1, status;
    size_t len = program->input == NULL   ? 0
                 : program->input_len > 0 ? program->input_len
                                          : strlen(program->input);
    int in = program->terminal ? open_terminal(&terminal) : scratch(program->input, len);
    int err = scratch(NULL, 0);
    if (pipe(out) != 0)
        abort();
    pid_t child = fork();
    if (child == 0) {
        if (program->closed)
            out[1] = open("/dev/full", O_WRONLY);
        dup2(in, STDIN_FILENO);
        dup2(out[1], STDOUT_FILENO);
        dup2(err, STDERR_FILENO);
        for (int fd = 3; fd < 64; fd++)
            close(fd);
        set_environment(program);
        alarm(SECONDS_MAX);
        execvp(argv[0], (char *const *)argv);
        _exit(127);
    }
    close(out[1]);
    close(in);
    read_all(out[0], &program->out);
    waitpid(child, &status, 0);
    lseek(err, 0, SEEK_SET);
    read_all(err, &program->err);
    if (terminal >= 0)
        close(terminal);
    program->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return program->status;
}

const char *program_name(void)
{
    const char *name = getenv("TALKBOOK");
    return name != NULL ? name : "build/talkbook";
}

int program_run(struct program *program, ...)
{
    const char *argv[ARGUMENTS_MAX + 2];
    int count = 1;
    va_list args;
    argv[0] = program_name();
    va_start(args, program);
    do {
        argv[count] = va_arg(args, const char *);
    } while (argv[count++] != NULL && count < ARGUMENTS_MAX);
    va_end(args);
    return program_exec(program, argv);
}

const char *program_out(const struct program *program)
{
    return buf_text(&program->out);
}

const char *program_err(const struct program *program)
{
    return buf_text(&program->err);
}

void program_release(struct program *program)
{
    buf_release(&program->out);
    buf_release(&program->err);
}
