/* Owns the timing of whole programs on a real pseudo-terminal: start to first
 * painted screen, key to repaint, resident memory; talkbook beside the programs
 * its users know. Bytes are read and timed, never emulated. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/mem.h"
#include "bench_fixture.h"
#include "pty_child.h"

enum {
    START_LIMIT_MS = 10000,
    START_GAP_MS = 15, /* silence that ends the first paint */
    KEY_LIMIT_MS = 250,
    KEY_GAP_MS = 4, /* silence that ends a repaint */
    SETTLE_GAP_MS = 100,
    SETTLE_LIMIT_MS = 2000,
    SILENT_MAX = 20, /* keys without a repaint before a measurement is given up */
    RSS_AT_KEY = 50
};

enum program_id { TALKBOOK, LESS, VIM, TIG, NEWSBOAT, PROGRAM__COUNT };

/* Words that begin with '@' stand for things of the run, see word(). */
struct program {
    const char *name;
    const char *argv[8];
    const char *needle; /* a word of the first screen, within one run of output */
    const char *quit;   /* keys that end it; it is killed if they do not */
    const char *cwd;    /* below the temporary directory; NULL: the caller's */
};

static const struct program programs[PROGRAM__COUNT] = {
    [TALKBOOK] = { "talkbook", { "@talkbook", "--db", "@db" }, "@needle", "Q", NULL },
    [LESS] = { "less", { "less", "bench-text" }, "bench-text", "q", "" },
    [VIM] = { "vim", { "vim", "-u", "NONE", "-N", "bench-text" }, "bench-text", "\033\033:q!\r",
        "" },
    [TIG] = { "tig", { "tig" }, "needle300", "Q", "/repo" },
    [NEWSBOAT] = { "newsboat", { "newsboat", "-q" }, "needlefeed", "QQ", "" },
};

enum scenario_kind { LINES, PAGES };

/* `span` steps forward, as many back, and so on. */
struct scenario {
    enum program_id program;
    enum scenario_kind kind;
    const char *what;
    const char *setup; /* keys before the first measured one */
    const char *forward, *back;
    int span; /* 0: --reader-span */
};

static const struct scenario scenarios[] = {
    { TALKBOOK, LINES, "list j/k", "", "j", "k", 100 },
    { TALKBOOK, LINES, "reader j/k", "@reader", "j", "k", 0 },
    { TALKBOOK, PAGES, "reader Space/b", "@reader", " ", "b", 1 },
    { LESS, LINES, "line j/k", "", "j", "k", 100 },
    { LESS, PAGES, "page Space/b", "", " ", "b", 100 },
    { VIM, LINES, "line ^E/^Y", "", "\x05", "\x19", 100 },
    { VIM, PAGES, "page ^F/^B", "", "\x06", "\x02", 100 },
    { TIG, LINES, "list j/k", "", "j", "k", 100 },
    { NEWSBOAT, LINES, "list j/k", "\r", "j", "k", 100 },
};

enum { SCENARIO_COUNT = sizeof scenarios / sizeof *scenarios };

struct samples {
    double *ms;
    size_t len, cap;
};

struct bench {
    const char *talkbook, *db, *text, *needle, *only;
    char *reader_keys;
    int reader_span, starts, keys, rows, cols;
    char dir[32]; /* temporary; HOME of every program */
    bool usable[PROGRAM__COUNT];
    struct samples start[PROGRAM__COUNT];
    struct samples key[SCENARIO_COUNT];
    int silent[SCENARIO_COUNT];
    long rss_kb[SCENARIO_COUNT];
};

/* ---- samples ---- */

static void sample_add(struct samples *samples, double ms)
{
    samples->ms = mem_grow(samples->ms, &samples->cap, samples->len + 1, sizeof *samples->ms);
    samples->ms[samples->len++] = ms;
}

static int compare(const void *a, const void *b)
{
    const double *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

/* The smallest sample that `percent` of all do not exceed; sorts. With less
 * than 100 samples the 99th percentile is their maximum. */
static double sample_at(struct samples *samples, size_t percent)
{
    if (samples->len == 0)
        return 0;
    qsort(samples->ms, samples->len, sizeof *samples->ms, compare);
    size_t rank = (samples->len * percent + 99) / 100;
    return samples->ms[rank > 0 ? rank - 1 : 0];
}

/* ---- one program on its terminal ---- */

static const char *word(const struct bench *bench, const char *text)
{
    if (strcmp(text, "@talkbook") == 0)
        return bench->talkbook;
    if (strcmp(text, "@db") == 0)
        return bench->db;
    if (strcmp(text, "@needle") == 0)
        return bench->needle;
    if (strcmp(text, "@reader") == 0)
        return bench->reader_keys;
    return text;
}

/* Reads until `gap` ms of silence after the needle ("": after the first byte).
 * The time of the last byte before it, or -1 when limit ms brought no needle. */
static double read_burst(const struct pty_child *child, const char *needle, int limit, int gap)
{
    struct buf got = { 0 };
    char bytes[16384];
    double deadline = log_clock() + limit, last = -1;
    bool found = false;
    for (size_t looked = 0;;) {
        double left = deadline - log_clock();
        int wait = found ? gap : (int)left + 1;
        long n = left < 0 ? 0 : pty_child_read(child, bytes, sizeof bytes, wait);
        if (n <= 0)
            break;
        last = log_clock();
        if (found)
            continue;
        buf_add(&got, bytes, (size_t)n);
        size_t len = strlen(needle);
        for (; looked + len <= got.len && !found; looked++)
            found = memcmp(got.data + looked, needle, len) == 0;
    }
    buf_release(&got);
    return found ? last : -1;
}

/* Starts the program and gives the time to its first painted screen, -1 if
 * that never came. */
static double open_program(
    const struct bench *bench, enum program_id id, struct pty_child *child)
{
    const struct program *program = &programs[id];
    const char *argv[9] = { NULL };
    for (size_t i = 0; program->argv[i] != NULL; i++)
        argv[i] = word(bench, program->argv[i]);
    struct buf cwd = { 0 };
    buf_addf(&cwd, "%s%s", bench->dir, program->cwd != NULL ? program->cwd : "");
    struct pty_opts opts = { .argv = argv,
        .home = bench->dir,
        .cwd = program->cwd != NULL ? cwd.data : NULL,
        .rows = bench->rows,
        .cols = bench->cols,
        .bare = true };
    bool ok = pty_child_start(child, &opts);
    buf_release(&cwd);
    if (!ok)
        return -1;
    double end = read_burst(child, word(bench, program->needle), START_LIMIT_MS, START_GAP_MS);
    return end < 0 ? -1 : end - child->started;
}

static void send_keys(const struct pty_child *child, const char *keys)
{
    size_t len = strlen(keys);
    if (write(child->master, keys, len) != (ssize_t)len)
        perror("bench_tty: keys not taken");
}

/* Asks the program to end, so that it leaves no swap file or lock behind, and
 * kills it if it does not. */
static void close_program(enum program_id id, struct pty_child *child)
{
    char rest[4096];
    double deadline = log_clock() + 2000;
    send_keys(child, programs[id].quit);
    while (log_clock() < deadline && pty_child_read(child, rest, sizeof rest, 100) >= 0)
        continue;
    pty_child_release(child);
}

/* ---- measuring ---- */

static void measure_starts(struct bench *bench)
{
    for (int run = 0; run < bench->starts; run++) {
        for (enum program_id id = 0; id < PROGRAM__COUNT; id++) {
            struct pty_child child;
            if (!bench->usable[id])
                continue;
            double ms = open_program(bench, id, &child);
            if (ms >= 0)
                sample_add(&bench->start[id], ms);
            close_program(id, &child);
        }
    }
}

static void measure_keys(struct bench *bench, size_t index)
{
    const struct scenario *scenario = &scenarios[index];
    int span = scenario->span > 0 ? scenario->span : bench->reader_span;
    struct pty_child child;
    open_program(bench, scenario->program, &child);
    read_burst(&child, "", SETTLE_GAP_MS, SETTLE_GAP_MS);
    if (scenario->setup[0] != '\0') {
        send_keys(&child, word(bench, scenario->setup));
        read_burst(&child, "", SETTLE_LIMIT_MS, SETTLE_GAP_MS);
    }
    for (int i = 0; i < bench->keys && bench->silent[index] < SILENT_MAX; i++) {
        const char *key = i % (2 * span) < span ? scenario->forward : scenario->back;
        double sent = log_clock();
        send_keys(&child, key);
        double end = read_burst(&child, "", KEY_LIMIT_MS, KEY_GAP_MS);
        if (end >= 0)
            sample_add(&bench->key[index], end - sent);
        else
            bench->silent[index]++;
        if (i + 1 == RSS_AT_KEY)
            bench->rss_kb[index] = pty_child_resident_kb(child.pid);
    }
    close_program(scenario->program, &child);
}

/* ---- setting up ---- */

static bool prepare(const struct bench *bench, enum program_id id)
{
    switch (id) {
    case TALKBOOK:
        return bench->db != NULL;
    case TIG:
        return fixture_repo(bench->dir);
    case NEWSBOAT:
        return fixture_feed(bench->dir);
    case LESS:
    case VIM:
    case PROGRAM__COUNT:
        break;
    }
    return true;
}

static bool is_installed(const char *program)
{
    const char *probe[] = { "/bin/sh", "-c", "command -v \"$0\"", program, NULL };
    return program != NULL && fixture_command(".", probe);
}

/* Why the program cannot be measured, NULL if it can: one start, not counted,
 * has shown its needle. */
static const char *obstacle(const struct bench *bench, enum program_id id)
{
    if (bench->only != NULL && strstr(bench->only, programs[id].name) == NULL)
        return "not in --only";
    if (!is_installed(word(bench, programs[id].argv[0])))
        return id == TALKBOOK ? "--talkbook PATH not given, or not there" : "not installed";
    if (!prepare(bench, id))
        return id == TALKBOOK ? "no --db DB" : "its data could not be made";
    struct pty_child child = { 0 };
    bool shown = open_program(bench, id, &child) >= 0;
    if (child.leader > 0)
        close_program(id, &child);
    return shown ? NULL : "its first screen never showed the expected word";
}

/* ---- the report ---- */

static void print_row(const char *what, const char *name, struct samples *samples,
    struct samples *base, int silent)
{
    double median = sample_at(samples, 50), beside = sample_at(base, 50);
    printf("%-16s %-10s %4zu %11.3f %9.3f", what, name, samples->len, median,
        sample_at(samples, 99));
    if (beside > 0 && samples->len > 0)
        printf(" %8.2f", median / beside);
    else
        printf(" %8s", "-");
    if (silent > 0)
        printf("  %d keys without a repaint", silent);
    putchar('\n');
}

/* The samples of less that a scenario is compared with. */
static struct samples *key_base(struct bench *bench, enum scenario_kind kind)
{
    size_t i = 0;
    while (scenarios[i].program != LESS || scenarios[i].kind != kind)
        i++;
    return &bench->key[i];
}

static void report(struct bench *bench)
{
    printf("# %dx%d cells; starts: time to the last byte of the first paint; keys: to the "
           "last byte of the repaint\n# ratio: median to less's median of the same kind\n"
           "%-16s %-10s %4s %11s %9s %8s\n",
        bench->cols, bench->rows, "what", "program", "n", "median ms", "p99 ms", "ratio");
    for (enum program_id id = 0; id < PROGRAM__COUNT; id++)
        if (bench->usable[id])
            print_row("start", programs[id].name, &bench->start[id], &bench->start[LESS], 0);
    for (size_t i = 0; i < SCENARIO_COUNT; i++)
        if (bench->usable[scenarios[i].program])
            print_row(scenarios[i].what, programs[scenarios[i].program].name, &bench->key[i],
                key_base(bench, scenarios[i].kind), bench->silent[i]);
    for (size_t i = 0; i < SCENARIO_COUNT; i++)
        if (bench->rss_kb[i] > 0)
            printf("rss after %d keys, %-16s %-10s %8ld KiB\n", RSS_AT_KEY, scenarios[i].what,
                programs[scenarios[i].program].name, bench->rss_kb[i]);
}

/* ---- the run ---- */

static void bench_release(struct bench *bench)
{
    for (size_t i = 0; i < PROGRAM__COUNT; i++)
        free(bench->start[i].ms);
    for (size_t i = 0; i < SCENARIO_COUNT; i++)
        free(bench->key[i].ms);
    free(bench->reader_keys);
    fixture_remove(bench->dir);
}

static void run(struct bench *bench)
{
    for (enum program_id id = 0; id < PROGRAM__COUNT; id++) {
        const char *why = obstacle(bench, id);
        bench->usable[id] = why == NULL;
        if (why != NULL)
            printf("# %s skipped: %s\n", programs[id].name, why);
    }
    measure_starts(bench);
    for (size_t i = 0; i < SCENARIO_COUNT; i++)
        if (bench->usable[scenarios[i].program])
            measure_keys(bench, i);
    report(bench);
}

enum option_id {
    O_TALKBOOK,
    O_DB,
    O_TEXT,
    O_NEEDLE,
    O_READER,
    O_SPAN,
    O_STARTS,
    O_KEYS,
    O_SIZE,
    O_ONLY
};

static const struct option options[] = {
    { "talkbook", required_argument, NULL, O_TALKBOOK },
    { "db", required_argument, NULL, O_DB },
    { "text", required_argument, NULL, O_TEXT },
    { "needle", required_argument, NULL, O_NEEDLE },
    { "reader-keys", required_argument, NULL, O_READER },
    { "reader-span", required_argument, NULL, O_SPAN },
    { "starts", required_argument, NULL, O_STARTS },
    { "keys", required_argument, NULL, O_KEYS },
    { "size", required_argument, NULL, O_SIZE },
    { "only", required_argument, NULL, O_ONLY },
    { NULL, 0, NULL, 0 },
};

static const char usage[] =
    "usage: bench_tty [--talkbook PATH --db DB] [--text FILE] [--size COLSxROWS]\n"
    "  --needle WORD       what talkbook's first screen shows (default: talkbook)\n"
    "  --reader-keys KEYS  from the start to a reader with text to scroll (default: \\t)\n"
    "  --reader-span N     lines that the reader can scroll there (default: 10)\n"
    "  --starts N  --keys N  --only NAME,NAME\n";

static bool set_option(struct bench *bench, int id, const char *value)
{
    const char **const texts[] = { [O_TALKBOOK] = &bench->talkbook,
        [O_DB] = &bench->db,
        [O_TEXT] = &bench->text,
        [O_NEEDLE] = &bench->needle,
        [O_ONLY] = &bench->only };
    int *const numbers[] = {
        [O_SPAN] = &bench->reader_span, [O_STARTS] = &bench->starts, [O_KEYS] = &bench->keys
    };
    if (id == O_SIZE)
        return sscanf(value, "%dx%d", &bench->cols, &bench->rows) == 2;
    if (id == O_READER) {
        free(bench->reader_keys);
        bench->reader_keys = pty_keys(value);
        return true;
    }
    if (id == O_SPAN || id == O_STARTS || id == O_KEYS)
        return (*numbers[id] = atoi(value)) > 0;
    if (id >= O_TALKBOOK && id <= O_ONLY)
        *texts[id] = value;
    return id >= O_TALKBOOK && id <= O_ONLY;
}

int main(int argc, char **argv)
{
    struct bench bench = { .needle = "talkbook",
        .reader_span = 10,
        .starts = 15,
        .keys = 200,
        .rows = 24,
        .cols = 80,
        .reader_keys = pty_keys("\\t"),
        .dir = "/tmp/bench_tty.XXXXXX" };
    bool ok = true;
    int id;
    while (ok && (id = getopt_long(argc, argv, "", options, NULL)) != -1)
        ok = set_option(&bench, id, optarg);
    if (!ok || optind < argc) {
        fputs(usage, stderr);
        free(bench.reader_keys);
        return 2;
    }
    if (mkdtemp(bench.dir) == NULL) {
        perror("bench_tty: cannot make a temporary directory");
        return 1;
    }
    ok = fixture_text(bench.dir, bench.text);
    if (ok)
        run(&bench);
    bench_release(&bench);
    return ok ? 0 : 1;
}
