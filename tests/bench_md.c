/* Owns the measuring of Markdown: whole programs beside each other on large
 * files, the library by itself, hostile documents, and a large note in the
 * browser beside less. Everything is measured in turns and given as medians. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "corpora.h"
#include "md/md.h"
#include "pty_child.h"

enum { ROUNDS = 9, SCREEN_GAP_MS = 15, SCREEN_LIMIT_MS = 10000 };

static int compare(const void *a, const void *b)
{
    const double *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static double median(double *samples, size_t count)
{
    qsort(samples, count, sizeof *samples, compare);
    return samples[count / 2];
}

/* ---- whole programs ---- */

/* Runs a command with its output thrown away; milliseconds, -1 where it failed. */
static double run(const char *const *argv)
{
    double start = log_clock();
    int status;
    pid_t pid = fork();
    if (pid == 0) {
        int null = open("/dev/null", O_WRONLY);
        dup2(null, STDOUT_FILENO);
        execvp(argv[0], (char *const *)argv);
        _exit(127);
    }
    if (pid < 0 || waitpid(pid, &status, 0) != pid || status != 0)
        return -1;
    return log_clock() - start;
}

static void compare_programs(const char *talkbook, const char *path)
{
    const char *const ours[] = { talkbook, "render", "--width", "80", "--color=never", path,
        NULL };
    const char *const others[2][5] = { { "cmark", "-t", "html", path, NULL },
        { "lowdown", "-tterm", path, NULL } };
    static const char *const wanted[2] = { "at most 1.15", "at least 2.5" };
    double mine[ROUNDS], theirs[ROUNDS];
    for (int i = 0; i < 2; i++) {
        bool ok = true;
        for (int round = 0; round < ROUNDS && ok; round++) {
            mine[round] = run(ours);
            theirs[round] = run(others[i]);
            ok = mine[round] >= 0 && theirs[round] >= 0;
        }
        if (!ok) {
            printf("  %-8s not installed, or it failed\n", others[i][0]);
            continue;
        }
        double we = median(mine, ROUNDS), they = median(theirs, ROUNDS);
        printf("  %-8s %6.0f ms, talkbook render %6.0f ms: %.2f times %s (wanted: %s)\n",
            others[i][0], they, we, i == 0 ? we / they : they / we,
            i == 0 ? "its time" : "as fast", wanted[i]);
    }
}

/* ---- the library ---- */

static long peak_kb(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

/* In a process of its own, so that the peak is this document's. */
static void measure_library(const char *path)
{
    fflush(stdout);
    pid_t pid = fork();
    if (pid != 0) {
        waitpid(pid, NULL, 0);
        return;
    }
    size_t len;
    char *src = corpora_read(path, &len);
    struct md_lines first = { 0 }, second = { 0 };
    long before = peak_kb();
    double start = log_clock();
    struct md_doc *doc = md_parse(src, len);
    md_layout(doc, 80, &first);
    double parsed = log_clock();
    md_lines_release(&first);
    long after = peak_kb();
    double again = log_clock();
    md_layout(doc, 100, &second);
    double end = log_clock();
    printf("  parse and layout %.0f ms; a second layout %.0f ms: %.2f times (wanted: at most "
           "0.4)\n"
           "  memory, document and lines: %.1f times the source (wanted: at most 12)\n",
        parsed - start, end - again, (end - again) / (parsed - start),
        (double)(after - before) * 1024 / (double)len);
    fflush(stdout);
    _exit(0);
}

/* ---- hostile documents ---- */

static char *repeated(const char *text, size_t count, const char *end)
{
    struct buf out = { 0 };
    for (size_t i = 0; i < count; i++)
        buf_adds(&out, text);
    buf_adds(&out, end);
    return buf_take(&out);
}

static char *table(size_t rows, size_t columns)
{
    char *row = repeated("| word ", columns, "|\n"), *rule = repeated("|---", columns, "|\n");
    struct buf out = { 0 };
    buf_addf(&out, "%s%s", row, rule);
    for (size_t i = 0; i < rows; i++)
        buf_adds(&out, row);
    free(row);
    free(rule);
    return buf_take(&out);
}

/* Time to the first part's lines and to all of them; takes src over. */
static void measure_hostile(const char *name, char *src)
{
    size_t len = strlen(src);
    struct md_lines lines = { 0 };
    double start = log_clock(), first = 0;
    struct md_doc *doc = md_open(src, len);
    for (size_t i = 0; i < md_parts(doc); i++) {
        md_lines_clear(&lines);
        md_layout_part(doc, i, 80, 0, &lines);
        first = i == 0 ? log_clock() : first;
        md_forget(doc);
    }
    double end = log_clock();
    printf("  %-40s %9zu bytes  first %4.0f ms  whole %5.0f ms%s\n", name, len, first - start,
        end - start, first - start > 200 || end - start > 1000 ? "  TOO SLOW" : "");
    md_lines_release(&lines);
    md_free(doc);
    free(src);
}

/* What cmark's own tests for pathological input are about, and more. */
static void measure_hostiles(void)
{
    static const struct {
        const char *text, *end;
        size_t count;
    } rows[] = { { "lorem ipsum dolor ", "", 555555 }, { "*a* b ", "", 1666666 },
        { "[a](b) ", "", 1428571 }, { "> ", "a", 100000 }, { "![[]()", "", 100000 },
        { "`", "", 50000 }, { "*a **a ", "b", 65000 }, { "a_ ", "", 65000 },
        { "_a ", "", 65000 }, { "a]", "", 65000 }, { "[a", "", 65000 }, { "*a_ ", "", 50000 },
        { "[ a_", "", 50000 }, { "[ (](", "", 80000 }, { "[", "a", 50000 },
        { "[a](<b", "", 30000 }, { "[a](b", "", 30000 }, { "a <!--", "", 100000 },
        { "<?", "", 100000 }, { "a <!X ", "", 100000 }, { "a <![CDATA[", "", 60000 },
        { "a**b", "", 100000 }, { "&", "", 300000 }, { "\\", "", 300000 },
        { "- ", "x", 50000 } };
    measure_hostile("a table of 10,000 rows", table(10000, 5));
    measure_hostile("a table of 1,000 columns", table(50, 1000));
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct buf name = { 0 };
        buf_addf(&name, "%s × %zu", rows[i].text, rows[i].count);
        measure_hostile(name.data, repeated(rows[i].text, rows[i].count, rows[i].end));
        buf_release(&name);
    }
    char *lists = repeated("- ", 30000, "x"), *blank = repeated("\n", 30000, "");
    struct buf both = { 0 };
    buf_addf(&both, "%s%s", lists, blank);
    measure_hostile("blank lines in 30,000 nested lists", buf_take(&both));
    free(lists);
    free(blank);
    lists = repeated(">", 100000, "");
    blank = repeated("a*", 100000, "");
    buf_addf(&both, "%s%s", lists, blank);
    measure_hostile("emphasis in 100,000 nested quotes", buf_take(&both));
    free(lists);
    free(blank);
}

/* ---- in a terminal ---- */

/* Time from `since` to the last byte before a silence; the needle must come. */
static double wait_screen(const struct pty_child *child, double since, const char *needle)
{
    struct buf got = { 0 };
    char bytes[16384];
    double last = -1;
    bool found = needle[0] == '\0';
    for (;;) {
        long n = pty_child_read(
            child, bytes, sizeof bytes, found && last >= 0 ? SCREEN_GAP_MS : SCREEN_LIMIT_MS);
        if (n <= 0)
            break;
        last = log_clock();
        buf_add(&got, bytes, (size_t)n);
        found = found || memmem(got.data, got.len, needle, strlen(needle)) != NULL;
    }
    buf_release(&got);
    return found && last >= 0 ? last - since : -1;
}

static double press(const struct pty_child *child, const char *key, const char *needle)
{
    double sent = log_clock();
    if (write(child->master, key, strlen(key)) < 0)
        return -1;
    return wait_screen(child, sent, needle);
}

static double start(struct pty_child *child, const char *const *argv, const char *needle)
{
    struct pty_opts opts = {
        .argv = argv, .home = "/tmp", .rows = 40, .cols = 100, .bare = true
    };
    return pty_child_start(child, &opts) ? wait_screen(child, child->started, needle) : -1;
}

/* What a screen of the file shows below its middle: the beginning of a line. */
static char *needle_of(const char *path)
{
    size_t len, at = 0, line = 0;
    char *src = corpora_read(path, &len);
    while (at < len && (line < 20 || strcspn(src + at, "\n") < 12)) {
        at += strcspn(src + at, "\n") + 1;
        line++;
    }
    char *needle = mem_dup_n(src + at, at + 12 <= len ? 12 : 0);
    free(src);
    return needle;
}

static void measure_note(const char *talkbook, const char *db, const char *path)
{
    const char *const less[] = { "less", "-f", path, NULL };
    const char *const browser[] = { talkbook, "--db", db, NULL };
    double samples[5][ROUNDS];
    char *needle = needle_of(path);
    for (int i = 0; i < ROUNDS; i++) {
        struct pty_child child;
        samples[0][i] = start(&child, less, needle);
        samples[1][i] = press(&child, "G", "");
        pty_child_release(&child);
        start(&child, browser, "talkbook");
        press(&child, "j", "");
        samples[2][i] = press(&child, "j", "");
        press(&child, "\t", "");
        samples[3][i] = press(&child, "G", "");
        samples[4][i] = press(&child, "k", "");
        pty_child_release(&child);
    }
    free(needle);
    double middle[5];
    for (int i = 0; i < 5; i++)
        middle[i] = median(samples[i], ROUNDS);
    printf("  less opens it in %.1f ms, the browser shows the note in %.1f ms: %.1f times "
           "(wanted: at most 3)\n"
           "  to the end: less %.1f ms, the browser %.1f ms; a key there %.1f ms\n",
        middle[0], middle[2], middle[2] / middle[0], middle[1], middle[3], middle[4]);
}

int main(int argc, char **argv)
{
    if (argc < 4) {
        fprintf(stderr, "usage: bench_md TALKBOOK DB NOTE FILE…\n"
                        "  NOTE is a file that the first talk of DB has as a note\n");
        return 2;
    }
    for (int i = 3; i < argc; i++) {
        printf("%s\n", strrchr(argv[i], '/') != NULL ? strrchr(argv[i], '/') + 1 : argv[i]);
        compare_programs(argv[1], argv[i]);
        measure_library(argv[i]);
    }
    printf("a note of that size in the browser\n");
    measure_note(argv[1], argv[2], argv[3]);
    printf("hostile documents (wanted: the first screen in 200 ms, the whole in 1000 ms)\n");
    measure_hostiles();
    return 0;
}
