/* A child that gave everything up: what it can no longer do, each tried in a child of its
 * own, and what it still can. */
#include "support.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/sandbox.h"
#include "base/sanitized.h"

/* What a child ends with that did what it should not. */
enum { ESCAPED = 99, HELD = 7 };

static const struct sandbox_limits ample = { (uint64_t)256 << 20, 10 };

/* Does something in a sandbox, in a child whose end of a pipe is fd; its wait status. */
static int in_sandbox(int (*act)(int fd), const struct sandbox_limits *limits)
{
    int status, ends[2];
    assert_int_equal(pipe(ends), 0);
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        sandbox_enter(ends[1], limits);
        sandbox_exit(act(ends[1]));
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    close(ends[0]), close(ends[1]);
    return status;
}

static int try_open(int fd)
{
    (void)fd;
    return open("/dev/null", O_RDONLY) >= 0 ? ESCAPED : HELD;
}

static int try_create(int fd)
{
    (void)fd;
    return open("/tmp/talkbook-escaped", O_CREAT | O_WRONLY, 0600) >= 0 ? ESCAPED : HELD;
}

static int try_socket(int fd)
{
    (void)fd;
    return socket(AF_INET, SOCK_STREAM, 0) >= 0 ? ESCAPED : HELD;
}

static int try_fork(int fd)
{
    (void)fd;
    pid_t child = fork();
    if (child == 0)
        _exit(0);
    return child > 0 ? ESCAPED : HELD;
}

static int try_exec(int fd)
{
    (void)fd;
    char *const argv[] = { (char *)"false", NULL };
    execv("/bin/false", argv);
    return HELD;
}

static int try_kill(int fd)
{
    (void)fd;
    return kill(getppid(), 0) == 0 ? ESCAPED : HELD;
}

static int try_trace(int fd)
{
    (void)fd;
    return ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0 ? ESCAPED : HELD;
}

static int try_unlink(int fd)
{
    (void)fd;
    return unlink("/tmp/talkbook-none") == 0 || errno == ENOENT ? ESCAPED : HELD;
}

static int try_code(int fd)
{
    (void)fd;
    void *page = mmap(
        NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return page != MAP_FAILED ? ESCAPED : HELD;
}

static int try_code_later(int fd)
{
    (void)fd;
    void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return page != MAP_FAILED && mprotect(page, 4096, PROT_READ | PROT_EXEC) == 0 ? ESCAPED
                                                                                  : HELD;
}

static int try_other_number(int fd)
{
    (void)fd;
    return syscall(SYS_read | 0x40000000, 0, NULL, 0) >= 0 ? ESCAPED : HELD;
}

static int try_priority(int fd)
{
    (void)fd;
    return setpriority(PRIO_PROCESS, 0, 1) == 0 ? ESCAPED : HELD;
}

static void test_nothing_is_possible(void **state)
{
    static const struct {
        const char *name;
        int (*act)(int fd);
    } tries[] = { { "open", try_open }, { "create", try_create }, { "socket", try_socket },
        { "fork", try_fork }, { "exec", try_exec }, { "kill", try_kill },
        { "trace", try_trace }, { "unlink", try_unlink }, { "code", try_code },
        { "code later", try_code_later }, { "x32", try_other_number },
        { "priority", try_priority } };
    (void)state;
    if (!(sandbox_probe() & SANDBOX_SECCOMP)) {
        printf("skip: this kernel or machine has no seccomp for us\n");
        skip();
    }
    for (size_t i = 0; i < SUPPORT_COUNT(tries); i++) {
        int status = in_sandbox(tries[i].act, &ample);
        if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGSYS)
            fail_msg("%s: the child ended with status %x", tries[i].name, (unsigned)status);
    }
    printf("figure: %zu ways out tried, none leads out\n", SUPPORT_COUNT(tries));
}

/* Without the filter, too, files and processes are out of reach. */
static void test_limits_alone(void **state)
{
    unsigned in_force = sandbox_probe();
    struct buf words = { 0 };
    (void)state;
    assert_true(in_force & SANDBOX_LIMITS);
    sandbox_describe(in_force, &words);
    printf("figure: in force here: %s\n", words.data);
    if (!(in_force & SANDBOX_LANDLOCK))
        printf("skip: this kernel has no Landlock\n");
    buf_clear(&words);
    sandbox_describe(0, &words);
    assert_string_equal(words.data, "nothing");
    buf_release(&words);
}

static int opened;

static int read_opened(int fd)
{
    char byte;
    (void)fd;
    return read(opened, &byte, 1) >= 0 ? ESCAPED : HELD;
}

/* Below and above the one that stays open. */
static void test_descriptors_are_closed(void **state)
{
    enum { FAR = 200 };
    int low = open("/dev/zero", O_RDONLY), ends[] = { low, FAR };
    (void)state;
    assert_true(low >= 0);
    assert_int_equal(dup2(low, FAR), FAR);
    for (size_t i = 0; i < SUPPORT_COUNT(ends); i++) {
        opened = ends[i];
        int status = in_sandbox(read_opened, &ample);
        assert_true(WIFEXITED(status));
        assert_int_equal(WEXITSTATUS(status), HELD);
    }
    close(low), close(FAR);
}

static int compute(int fd)
{
    char *bytes = NULL;
    for (size_t size = 1000; size < (size_t)20 << 20; size *= 2) {
        bytes = realloc(bytes, size);
        if (bytes == NULL)
            return 1;
        memset(bytes, 1, size);
    }
    free(bytes);
    return write(fd, "x", 1) == 1 ? HELD : 2;
}

static void test_computing_is_possible(void **state)
{
    (void)state;
    int status = in_sandbox(compute, &ample);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), HELD);
}

/* Volatile, so that no compiler sees that nobody wants it. */
static int fill_memory(int fd)
{
    (void)fd;
    for (size_t i = 0; i < 256; i++) {
        char *volatile bytes = malloc((size_t)1 << 20);
        if (bytes == NULL)
            return HELD;
        memset(bytes, 1, (size_t)1 << 20);
    }
    return ESCAPED;
}

static void test_memory(void **state)
{
    static const struct sandbox_limits small = { (uint64_t)64 << 20, 10 };
    (void)state;
    if (SANITIZED) {
        printf("skip: a sanitizer needs memory without limit\n");
        skip();
    }
    int status = in_sandbox(fill_memory, &small);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), HELD);
    status = in_sandbox(fill_memory, &(struct sandbox_limits){ (uint64_t)512 << 20, 10 });
    assert_int_equal(WEXITSTATUS(status), ESCAPED);
}

static int spin(int fd)
{
    for (volatile bool on = true; on;)
        (void)fd;
    return ESCAPED;
}

static void test_processor(void **state)
{
    (void)state;
    int status = in_sandbox(spin, &(struct sandbox_limits){ 0, 1 });
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGXCPU);
}

/* No memory of the person's goes into a core file, and nothing can be raised again; looked
 * at from outside, since the child may not ask. */
static void test_limits_are_none(void **state)
{
    static const struct {
        const char *name;
        int which;
    } limits[] = { { "core", RLIMIT_CORE }, { "file size", RLIMIT_FSIZE },
        { "files", RLIMIT_NOFILE }, { "processes", RLIMIT_NPROC } };
    int ends[2];
    char byte;
    (void)state;
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        sandbox_enter(ends[1], &ample);
        sandbox_exit(write(ends[1], "x", 1) == 1 ? spin(0) : 1);
    }
    assert_int_equal(read(ends[0], &byte, 1), 1);
    for (size_t i = 0; i < SUPPORT_COUNT(limits); i++) {
        struct rlimit limit = { 1, 1 };
        assert_int_equal(prlimit(child, limits[i].which, NULL, &limit), 0);
        if (limit.rlim_cur != 0 || limit.rlim_max != 0)
            fail_msg("%s: up to %lu", limits[i].name, (unsigned long)limit.rlim_max);
    }
    kill(child, SIGKILL);
    assert_int_equal(waitpid(child, NULL, 0), child);
    close(ends[0]), close(ends[1]);
}

static void test_dies_with_the_parent(void **state)
{
    int ends[2], status;
    char byte;
    (void)state;
    assert_int_equal(pipe(ends), 0);
    pid_t parent = fork();
    if (parent == 0) {
        pid_t child = fork();
        if (child == 0) {
            sandbox_enter(ends[1], &ample);
            sandbox_exit(write(ends[1], "x", 1) == 1 ? spin(0) : 1);
        }
        pause();
    }
    close(ends[1]);
    assert_int_equal(read(ends[0], &byte, 1), 1);
    kill(parent, SIGKILL);
    assert_int_equal(waitpid(parent, &status, 0), parent);
    /* The other end is closed once the child is gone, which by itself it is in 10 s. */
    struct pollfd closed = { .fd = ends[0], .events = POLLIN };
    assert_int_equal(poll(&closed, 1, 8000), 1);
    assert_int_equal(read(ends[0], &byte, 1), 0);
    close(ends[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_is_possible),
        cmocka_unit_test(test_limits_alone),
        cmocka_unit_test(test_descriptors_are_closed),
        cmocka_unit_test(test_computing_is_possible),
        cmocka_unit_test(test_memory),
        cmocka_unit_test(test_processor),
        cmocka_unit_test(test_limits_are_none),
        cmocka_unit_test(test_dies_with_the_parent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
