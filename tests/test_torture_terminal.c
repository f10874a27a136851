/* Trust: however the program ends, wherever it was, the terminal is as it was before.
 * Crashes are real ones: tests/preload_crash.c is loaded into the program. */
#include "e2e.h"

#include <libgen.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/log.h"
#include "raw_check.h"
#include "support.h"
#include "torture.h"

/* --- ends -------------------------------------------------------------- */

/* What the person was at: the keys that lead there, what is then seen, and the keys
 * that lead back to where Q quits. */
static const struct {
    const char *keys, *shows, *back;
} scenes[] = {
    { "jj", " 3/", "" },
    { "/gpu", "\n/gpu", "\007" },
    { "3jahalf a note", "half a note", "\007" },
    { "?", "keys, as they are now", "" },
    { "?/note", "find key: note", "\007" },
    { "3j\r\004", "Free-threaded", "" },
    { "\020gil", "gil", "\007" },
    { ":set wi", ":set wi", "\007" },
    { "gn", "notes", "" },
    { "&lang:es\r", "lang:es", "" },
};

/* What preload_crash.c does something at: 1000 + which of the real-time signals, whose
 * numbers the C library gives out. */
enum { REALTIME = 1000 };

static const struct {
    const char *name;
    int send;  /* the signal that brings it about; 0: a key */
    int death; /* the one that the program dies of; 0: it exits with 0 */
} ends[] = {
    { "quit", 0, 0 },
    { "INT", SIGINT, SIGINT },
    { "TERM", SIGTERM, SIGTERM },
    { "HUP", SIGHUP, SIGHUP },
    { "QUIT", SIGQUIT, SIGQUIT },
    { "SEGV", SIGSEGV, SIGSEGV },
    { "ABRT", SIGABRT, SIGABRT },
    { "BUS", SIGBUS, SIGBUS },
    { "FPE", SIGFPE, SIGFPE },
    { "TRAP", SIGTRAP, SIGTRAP },
    { "USR1", SIGUSR1, SIGUSR1 },
    { "USR2", SIGUSR2, SIGUSR2 },
    { "ALRM", SIGALRM, SIGALRM },
    { "VTALRM", SIGVTALRM, SIGVTALRM },
    { "PROF", SIGPROF, SIGPROF },
    { "XCPU", SIGXCPU, SIGXCPU },
    { "POLL", SIGPOLL, SIGPOLL },
    { "stack", REALTIME + 1, SIGSEGV },
    { "assertion", REALTIME + 2, SIGABRT },
};

static int signal_of(size_t end)
{
    int send = ends[end].send;
    return send > REALTIME ? SIGRTMIN + send - REALTIME : send;
}

static char preload[PATH_MAX + 16], sanitizer[512];

/* preload_crash.so lies beside this program; gcc's sanitizer wants to be told that another
 * library comes before it. */
static void find_crash(void)
{
    char self[PATH_MAX];
    ssize_t len = readlink("/proc/self/exe", self, sizeof self - 1);
    assert_true(len > 0);
    self[len] = '\0';
    const char *options = getenv("ASAN_OPTIONS");
    snprintf(preload, sizeof preload, "LD_PRELOAD=%s/preload_crash.so", dirname(self));
    snprintf(sanitizer, sizeof sanitizer, "ASAN_OPTIONS=%s%sverify_asan_link_order=0",
        options != NULL ? options : "", options != NULL ? ":" : "");
    assert_int_equal(access(strchr(preload, '=') + 1, R_OK), 0);
}

static void crash_begin(struct e2e *e2e)
{
    e2e_begin(e2e);
    e2e->env[0] = preload;
    e2e->env[1] = sanitizer;
}

/* As e2e_wait_end(), and all that the terminal was told on the way. */
static int wait_end(struct e2e *e2e)
{
    size_t len;
    int status = e2e_wait_end(e2e);
    const char *raw = pty_raw(e2e->pty, &len);
    char *wrong = raw_check(raw, len, 0);
    if (wrong != NULL)
        fail_msg("%s", wrong);
    assert_string_equal(pty_title(e2e->pty), "");
    pty_free(e2e->pty);
    e2e->pty = NULL;
    return status;
}

static bool has_grown(const struct pty *pty, const void *data)
{
    size_t len;
    pty_raw(pty, &len);
    return len > *(const size_t *)data;
}

/* A moment: at once, when so many bytes were painted, or when all was. */
static void wait_moment(struct e2e *e2e, const char *shows, uint64_t *random)
{
    size_t len;
    uint32_t kind = support_random(random) % 3;
    pty_raw(e2e->pty, &len);
    len += support_random(random) % 400;
    if (kind == 1)
        pty_wait(e2e->pty, has_grown, &len, 20);
    else if (kind == 2)
        e2e_wait(e2e, shows);
}

static void end_once(struct e2e *e2e, size_t end, uint64_t *random)
{
    size_t scene = support_random(random) % SUPPORT_COUNT(scenes);
    e2e_start(e2e, 24, 80, NULL);
    e2e_wait(e2e, " by theme");
    if (support_random(random) % 2 == 0)
        e2e_keys(e2e, ":set mouse on\r");
    e2e_keys(e2e, scenes[scene].keys);
    wait_moment(e2e, scenes[scene].shows, random);
    if (ends[end].send == 0) {
        e2e_keys(e2e, scenes[scene].back);
        e2e_keys(e2e, support_random(random) % 2 == 0 ? "Q" : ":quit\r");
    } else
        assert_int_equal(kill(pty_pid(e2e->pty), signal_of(end)), 0);
    int status = wait_end(e2e);
    bool right = ends[end].death == 0
                     ? WIFEXITED(status) && WEXITSTATUS(status) == 0
                     : WIFSIGNALED(status) && WTERMSIG(status) == ends[end].death;
    if (!right)
        fail_msg("%s in scene %zu: status %x", ends[end].name, scene, (unsigned)status);
}

static void test_every_end(void **state)
{
    int rounds = torture_rounds(100, 2);
    struct e2e e2e;
    uint64_t random = 11;
    (void)state;
    crash_begin(&e2e);
    for (int i = 0; i < rounds; i++)
        for (size_t end = 0; end < SUPPORT_COUNT(ends); end++)
            end_once(&e2e, end, &random);
    print_message("figure: %zu ways to end, %d times each: the terminal as before each time\n",
        SUPPORT_COUNT(ends), rounds);
    e2e_end(&e2e);
}

/* Waits until some more bytes have come, mostly few. */
static void wait_some(struct e2e *e2e, uint64_t *random)
{
    size_t len;
    pty_raw(e2e->pty, &len);
    len += support_random(random) % (support_random(random) % 4 == 0 ? 2000 : 80);
    pty_wait(e2e->pty, has_grown, &len, 1000);
}

/* Killed while it starts and while it ends, at whatever it has written by then. */
static void test_killed_as_it_starts_or_ends(void **state)
{
    int rounds = torture_rounds(100, 2), killed = 0;
    struct e2e e2e;
    uint64_t random = 12;
    (void)state;
    e2e_begin(&e2e);
    e2e.env[0] = "ASAN_OPTIONS=detect_leaks=0";
    for (int i = 0; i < rounds; i++)
        for (size_t end = 1; ends[end].send < REALTIME; end++) {
            bool starts = support_random(&random) % 2 == 0;
            e2e_start(&e2e, 24, 80, NULL);
            /* Not on the screen: the program may have the other one already. */
            size_t before = sizeof "before" - 1;
            assert_true(pty_wait(e2e.pty, has_grown, &before, WAIT));
            if (!starts) {
                e2e_wait(&e2e, " by theme");
                e2e_keys(&e2e, "Q");
            }
            wait_some(&e2e, &random);
            kill(pty_pid(e2e.pty), signal_of(end));
            killed++;
            int status = wait_end(&e2e);
            assert_true(WIFSIGNALED(status) || (!starts && WEXITSTATUS(status) == 0));
        }
    print_message(
        "figure: killed %d times while it starts or ends: the terminal as before\n", killed);
    e2e_end(&e2e);
}

static void test_crashes_of_the_searching_thread(void **state)
{
    static const struct {
        const char *how;
        int death;
    } crashes[] = { { "CRASH_IN_SEARCH=stack", SIGSEGV }, { "CRASH_IN_SEARCH=fault", SIGSEGV },
        { "CRASH_IN_SEARCH=assert", SIGABRT }, { "CRASH_IN_SEARCH=trap", SIGTRAP },
        { "CRASH_IN_SEARCH=exit", 0 } };
    int rounds = torture_rounds(100, 2);
    struct e2e e2e;
    (void)state;
    crash_begin(&e2e);
    for (int i = 0; i < rounds; i++)
        for (size_t c = 0; c < SUPPORT_COUNT(crashes); c++) {
            e2e.env[2] = crashes[c].how;
            e2e_start(&e2e, 24, 80, NULL);
            e2e_wait(&e2e, " by theme");
            e2e_keys(&e2e, i % 2 == 0 ? "/gpu" : ":set mouse on\r/g");
            e2e_wait(&e2e, crashes[c].death == 0 ? "out of memory" : "");
            int status = wait_end(&e2e);
            if (crashes[c].death == 0)
                assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 1);
            else
                assert_true(WIFSIGNALED(status) && WTERMSIG(status) == crashes[c].death);
        }
    print_message("figure: the searching thread crashed %d times: the terminal as before\n",
        (int)SUPPORT_COUNT(crashes) * rounds);
    e2e_end(&e2e);
}

/* --- a closed terminal -------------------------------------------------- */

static double cpu_of_children(void)
{
    struct rusage usage;
    getrusage(RUSAGE_CHILDREN, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000
           + (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1000;
}

static double cpu_of(pid_t pid)
{
    clockid_t clock;
    struct timespec time = { 0 };
    assert_int_equal(clock_getcpuclockid(pid, &clock), 0);
    assert_int_equal(clock_gettime(clock, &time), 0);
    return (double)time.tv_sec * 1000 + (double)time.tv_nsec / 1e6;
}

/* Wall and processor time from the closing on, in ms. */
static void close_once(struct e2e *e2e, const char *keys, double *wall, double *cpu)
{
    e2e_wait(e2e, " by theme");
    e2e_keys(e2e, keys);
    pty_wait_quiet(e2e->pty, 20);
    double children = cpu_of_children(), own = cpu_of(pty_pid(e2e->pty));
    double begun = log_clock();
    pty_hangup(e2e->pty);
    bool ended = pty_wait_exit(e2e->pty, 1000, NULL);
    *wall = log_clock() - begun;
    if (!ended)
        fail_msg("still there after a second: %s", keys);
    pty_free(e2e->pty);
    e2e->pty = NULL;
    *cpu = cpu_of_children() - children - own;
}

static void test_a_closed_terminal(void **state)
{
    int rounds = torture_rounds(50, 1);
    double slowest = 0, busiest = 0;
    struct e2e e2e;
    (void)state;
    e2e_begin(&e2e);
    for (int i = 0; i < rounds; i++)
        for (size_t scene = 0; scene < SUPPORT_COUNT(scenes); scene++) {
            double wall, cpu;
            /* Every other time nobody tells it: the terminal alone is gone. */
            const char *argv[] = { "/bin/sh", "-c",
                scene % 2 == 0 ? "exec \"$0\"" : "trap '' HUP; exec \"$0\"",
                getenv("TALKBOOK") != NULL ? getenv("TALKBOOK") : "build/talkbook", NULL };
            e2e.pty = pty_spawn(&(struct pty_opts){ .argv = argv, .home = e2e.home });
            assert_non_null(e2e.pty);
            close_once(&e2e, scenes[scene].keys, &wall, &cpu);
            slowest = wall > slowest ? wall : slowest;
            busiest = cpu > busiest ? cpu : busiest;
        }
    print_message("figure: terminal closed %zu times: ended within %.0f ms, %.0f ms of "
                  "processor time at most\n",
        (size_t)rounds * SUPPORT_COUNT(scenes), slowest, busiest);
    /* Spinning would have used the whole second. */
    assert_true(busiest < 500);
    e2e_end(&e2e);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_end),
        cmocka_unit_test(test_killed_as_it_starts_or_ends),
        cmocka_unit_test(test_crashes_of_the_searching_thread),
        cmocka_unit_test(test_a_closed_terminal),
    };
    const struct rlimit no_cores = { 0 };
    setrlimit(RLIMIT_CORE, &no_cores);
    find_crash();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
