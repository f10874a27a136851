/* Times searching as a person sees it: bench_type PROGRAM DB QUERIES [EVERY]
 * The browser runs on a pseudo-terminal; every EVERYth query of the file (8th)
 * is typed letter by letter, and what counts is the time from the key to the
 * last byte that is painted for it. Prints a line: first paint, keys, p50, p99,
 * max in milliseconds, and the resident memory at the end. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "pty_child.h"

enum { LIMIT_MS = 3000, GAP_MS = 60, ROWS = 30, COLS = 100 };

/* Reads until GAP_MS of silence; the time of the last byte, -1 for none. */
static double read_burst(const struct pty_child *child)
{
    char bytes[16384];
    double last = -1, start = log_clock();
    long n;
    while ((n = pty_child_read(child, bytes, sizeof bytes, last < 0 ? LIMIT_MS : GAP_MS)) > 0)
        last = log_clock();
    return last < 0 || last < start ? -1 : last;
}

static void send(const struct pty_child *child, const char *bytes, size_t len)
{
    if (write(child->master, bytes, len) != (ssize_t)len)
        perror("bench_type: keys not taken");
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

/* Types one query and takes it away again. */
static void type(const struct pty_child *child, const char *line, size_t len, double **times,
    size_t *count, size_t *cap)
{
    for (size_t at = 0; at < len;) {
        uint32_t cp;
        size_t used = utf8_decode(line + at, len - at, &cp);
        double start = log_clock();
        send(child, line + at, used);
        double end = read_burst(child);
        if (end >= 0) {
            *times = mem_grow(*times, cap, *count + 1, sizeof **times);
            (*times)[(*count)++] = end - start;
        }
        at += used;
    }
    send(child, "\025", 1);
    read_burst(child);
}

int main(int argc, char **argv)
{
    struct pty_child child;
    double *times = NULL;
    size_t count = 0, cap = 0, number = 0;
    char line[512];
    FILE *file = argc > 3 ? fopen(argv[3], "r") : NULL;
    size_t every = argc > 4 ? (size_t)strtoul(argv[4], NULL, 10) : 8;
    if (file == NULL || every == 0) {
        fprintf(stderr, "usage: bench_type PROGRAM DB QUERIES [EVERY]\n");
        return 2;
    }
    const char *const command[] = { argv[1], "--db", argv[2], NULL };
    const char *const env[] = { "TALKBOOK_CONFIG=/dev/null", NULL };
    struct pty_opts opts = {
        .argv = command, .env = env, .rows = ROWS, .cols = COLS, .bare = true
    };
    if (!pty_child_start(&child, &opts))
        return 1;
    double first = read_burst(&child) - child.started;
    send(&child, "/", 1);
    read_burst(&child);
    while (fgets(line, sizeof line, file) != NULL)
        if (number++ % every == 0)
            type(&child, line, strcspn(line, "\n"), &times, &count, &cap);
    long kb = pty_child_resident_kb(child.pid);
    send(&child, "\033Q", 2);
    read_burst(&child);
    pty_child_release(&child);
    fclose(file);
    if (count == 0)
        return 1;
    qsort(times, count, sizeof times[0], compare);
    printf("first paint %.1f ms; %zu keys: p50 %.2f ms, p99 %.2f ms, max %.2f ms; %.1f MB\n",
        first, count, times[count / 2], times[count * 99 / 100], times[count - 1],
        (double)kb / 1024);
    free(times);
    return 0;
}
