/* Owns what a child gives up. Must not know what it is for. Where the kernel or
 * the machine lacks a means, the others hold. */
#include "base/sandbox.h"
#include "base/sanitized.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#if defined(__linux__)
#include <sys/prctl.h>
#include <sys/syscall.h>
#if __has_include(<linux/seccomp.h>) && __has_include(<linux/filter.h>) \
    && __has_include(<linux/audit.h>) && (defined(__x86_64__) || defined(__aarch64__))
#define HAVE_SECCOMP 1
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#endif
#if defined(SYS_landlock_create_ruleset) && defined(SYS_landlock_restrict_self)
#define HAVE_LANDLOCK 1
#endif
#endif

/* What is taken for the size of a process where the system does not say it. */
#define SIZE_GUESS ((uint64_t)1 << 30)

/* --- signals and descriptors ------------------------------------------- */

/* The parent's handlers speak of a terminal that is none of ours, and ^C is for
 * the parent to answer, who ends us. */
static void reset_signals(void)
{
    static const int parents[] = { SIGINT, SIGQUIT, SIGTERM, SIGHUP };
    struct sigaction initial = { .sa_handler = SIG_DFL }, ignore = { .sa_handler = SIG_IGN };
    sigset_t none;
    for (int number = 1; number < NSIG; number++)
        sigaction(number, &initial, NULL);
    for (size_t i = 0; i < sizeof parents / sizeof parents[0]; i++)
        sigaction(parents[i], &ignore, NULL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

static void close_from_to(unsigned first, unsigned last)
{
    if (first > last)
        return;
#if defined(SYS_close_range)
    if (syscall(SYS_close_range, first, last, 0) == 0)
        return;
#endif
    struct rlimit limit;
    unsigned end = 65536;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < end)
        end = (unsigned)limit.rlim_cur;
    for (unsigned fd = first; fd <= last && fd < end; fd++)
        close((int)fd);
}

static void close_all_but(int keep)
{
    unsigned first = SANITIZED ? STDERR_FILENO + 1 : 0;
    if (keep > 0)
        close_from_to(first, (unsigned)keep - 1);
    close_from_to(keep < (int)first ? first : (unsigned)keep + 1, ~0u);
}

/* --- limits ------------------------------------------------------------ */

static bool set_limit(int resource, uint64_t most)
{
    struct rlimit now;
    if (getrlimit(resource, &now) != 0)
        return false;
    rlim_t hard = resource == RLIMIT_CPU ? (rlim_t)most + 1 : (rlim_t)most;
    /* What is less already stays: no one may raise it. */
    if (now.rlim_max == RLIM_INFINITY || now.rlim_max > hard)
        now.rlim_max = hard;
    now.rlim_cur = now.rlim_max < (rlim_t)most ? now.rlim_max : (rlim_t)most;
    return setrlimit(resource, &now) == 0;
}

/* The bytes of address space that the process has now. */
static uint64_t present_size(void)
{
    unsigned long long pages = 0;
    char text[64];
    ssize_t got = -1;
    FILE *file = fopen("/proc/self/statm", "re");
    if (file != NULL) {
        got = read(fileno(file), text, sizeof text - 1);
        fclose(file);
    }
    if (got <= 0)
        return SIZE_GUESS;
    text[got] = '\0';
    for (const char *at = text; *at >= '0' && *at <= '9'; at++)
        pages = pages * 10 + (unsigned long long)(*at - '0');
    return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

static bool set_limits(const struct sandbox_limits *limits, uint64_t size)
{
    bool ok =
        set_limit(RLIMIT_CORE, 0) && set_limit(RLIMIT_FSIZE, 0) && set_limit(RLIMIT_NOFILE, 0);
#if defined(RLIMIT_NPROC)
    ok = set_limit(RLIMIT_NPROC, 0) && ok;
#endif
    if (limits->cpu_seconds > 0)
        ok = set_limit(RLIMIT_CPU, limits->cpu_seconds) && ok;
    if (limits->memory > 0 && !SANITIZED)
        ok = set_limit(RLIMIT_AS, size + limits->memory) && ok;
    return ok;
}

/* --- Landlock ---------------------------------------------------------- */

#if defined(HAVE_LANDLOCK)
/* As <linux/landlock.h> has it; an older kernel is told fewer bytes. */
struct ruleset {
    uint64_t files, network, scope;
};

/* Everything that a version of Landlock knows is handled, and nothing allowed. */
static bool enter_landlock(void)
{
    static const struct {
        int bits;
        size_t bytes;
    } versions[] = { { 0, 0 }, { 13, 8 }, { 14, 8 }, { 15, 8 }, { 15, 16 }, { 16, 16 },
        { 16, 24 } };
    enum { NEWEST = sizeof versions / sizeof versions[0] - 1, ASK_VERSION = 1 };
    long version = syscall(SYS_landlock_create_ruleset, NULL, (size_t)0, ASK_VERSION);
    if (version < 1)
        return false;
    int known = version > NEWEST ? NEWEST : (int)version;
    struct ruleset rules = { ((uint64_t)1 << versions[known].bits) - 1, 3, 3 };
    long fd = syscall(SYS_landlock_create_ruleset, &rules, versions[known].bytes, 0);
    if (fd < 0)
        return false;
    bool ok = syscall(SYS_landlock_restrict_self, (int)fd, 0) == 0;
    close((int)fd);
    return ok;
}
#else
static bool enter_landlock(void)
{
    return false;
}
#endif

/* --- seccomp ----------------------------------------------------------- */

#if defined(HAVE_SECCOMP)
#if defined(__x86_64__)
#define MACHINE AUDIT_ARCH_X86_64
#else
#define MACHINE AUDIT_ARCH_AARCH64
#endif
#ifndef SECCOMP_RET_KILL_PROCESS
#define SECCOMP_RET_KILL_PROCESS SECCOMP_RET_KILL
#endif

static const unsigned allowed[] = { SYS_read, SYS_write, SYS_munmap, SYS_mremap, SYS_brk,
    SYS_madvise, SYS_futex, SYS_getrandom, SYS_exit, SYS_exit_group, SYS_rt_sigreturn,
    SYS_clock_gettime, SYS_restart_syscall, SYS_sched_yield,
#if SANITIZED
    /* Before every call that does not return. */
    SYS_sigaltstack
#endif
};
/* These are not to make memory that can be run; it is their third argument. */
static const unsigned unless_exec[] = { SYS_mmap, SYS_mprotect };

enum {
    ALLOWED = sizeof allowed / sizeof allowed[0],
    UNLESS_EXEC = sizeof unless_exec / sizeof unless_exec[0],
    FILTER_MAX = 8 + 2 * ALLOWED + 5 * UNLESS_EXEC
};

static unsigned short make_filter(struct sock_filter *out)
{
    const struct sock_filter kill_it = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
                             let_it = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
                             load_machine = BPF_STMT(
                                 BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
                             load_number = BPF_STMT(
                                 BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
                             load_third = BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
                                 offsetof(struct seccomp_data, args[2])),
                             is_machine = BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, MACHINE, 1, 0),
                             is_exec = BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, PROT_EXEC, 0, 1);
    unsigned short n = 0;
    out[n++] = load_machine;
    out[n++] = is_machine;
    out[n++] = kill_it;
    /* The numbers of x32, from 1 << 30 on, are none of those allowed. */
    out[n++] = load_number;
    for (size_t i = 0; i < ALLOWED; i++) {
        const struct sock_filter is = BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, allowed[i], 0, 1);
        out[n++] = is;
        out[n++] = let_it;
    }
    for (size_t i = 0; i < UNLESS_EXEC; i++) {
        const struct sock_filter is = BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, unless_exec[i], 0, 4);
        out[n++] = is;
        out[n++] = load_third;
        out[n++] = is_exec;
        out[n++] = kill_it;
        out[n++] = let_it;
    }
    out[n++] = kill_it;
    return n;
}

static bool enter_seccomp(void)
{
    struct sock_filter filter[FILTER_MAX];
    struct sock_fprog program = { make_filter(filter), filter };
    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}
#else
static bool enter_seccomp(void)
{
    return false;
}
#endif

/* --- all of it --------------------------------------------------------- */

unsigned sandbox_enter(int keep, const struct sandbox_limits *limits)
{
    uint64_t size = present_size();
    unsigned in_force = 0;
    reset_signals();
#if defined(__linux__)
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
#endif
    close_all_but(keep);
    /* Its ruleset is a descriptor, of which the limits allow none. */
    in_force |= enter_landlock() ? SANDBOX_LANDLOCK : 0;
    in_force |= set_limits(limits, size) ? SANDBOX_LIMITS : 0;
    in_force |= enter_seccomp() ? SANDBOX_SECCOMP : 0;
    return in_force;
}

void sandbox_exit(int status)
{
#if defined(SYS_exit_group)
    syscall(SYS_exit_group, status);
#endif
    _exit(status);
}

unsigned sandbox_probe(void)
{
    static const struct sandbox_limits limits = { (uint64_t)1 << 26, 1 };
    int status = 0;
    pid_t got, child = fork();
    if (child == 0)
        sandbox_exit((int)sandbox_enter(-1, &limits));
    if (child < 0)
        return 0;
    do {
        got = waitpid(child, &status, 0);
    } while (got < 0 && errno == EINTR);
    return got == child && WIFEXITED(status) ? (unsigned)WEXITSTATUS(status) : 0;
}

void sandbox_describe(unsigned in_force, struct buf *out)
{
    static const struct {
        unsigned bit;
        const char *name;
    } names[] = { { SANDBOX_LIMITS, "limits" }, { SANDBOX_LANDLOCK, "Landlock" },
        { SANDBOX_SECCOMP, "seccomp" } };
    const char *separator = "";
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (in_force & names[i].bit) {
            buf_addf(out, "%s%s", separator, names[i].name);
            separator = ", ";
        }
    if (separator[0] == '\0')
        buf_adds(out, "nothing");
}
