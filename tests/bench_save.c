/* Times saving notes: bench_save DB COUNT
 * Adds that many notes, one transaction each, without waiting for the disk, and
 * prints p50, p99 and max in milliseconds and how many segments the index of
 * notes has before, after, and after idle time. The notes stay. */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "db/internal.h"

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

/* A segment has its pages in ft_note_idx. */
static int64_t segments(struct db *db)
{
    int count = 0;
    db_pragma(db, "SELECT count(DISTINCT segid) FROM ft_note_idx", &count);
    return count;
}

int main(int argc, char **argv)
{
    struct err err = { 0 };
    struct db *db;
    long count = argc > 2 ? strtol(argv[2], NULL, 10) : 0;
    if (count < 1 || !db_open(&db, argv[1], &err)) {
        fprintf(stderr, "usage: bench_save DB COUNT\n%s\n", err_text(&err));
        return 2;
    }
    int ignored;
    db_pragma(db, "PRAGMA synchronous = OFF", &ignored);
    double *times = mem_zero((size_t)count, sizeof times[0]);
    int64_t before = segments(db);
    for (long i = 0; i < count; i++) {
        struct buf body = { 0 };
        int64_t id;
        buf_addf(&body,
            "Note %ld: the scheduler gives each thread %ld ms, then looks for another "
            "one; measured with perf, twice, on a laptop and a server.",
            i, i % 97);
        double start = log_clock();
        if (!db_note_add(db, NULL, NULL, body.data, &id, &err)) {
            fprintf(stderr, "bench_save: %s\n", err_text(&err));
            return 1;
        }
        times[i] = log_clock() - start;
        buf_release(&body);
    }
    int64_t after = segments(db);
    double start = log_clock();
    long steps = 0;
    while (db_tidy(db, DB_SEGMENTS_IDLE))
        steps++;
    double idle = log_clock() - start;
    qsort(times, (size_t)count, sizeof times[0], compare);
    printf("%ld saves: p50 %.2f ms, p99 %.2f ms, max %.2f ms; segments %lld, then %lld, after "
           "%ld idle steps of %.1f ms %lld\n",
        count, times[count / 2], times[count * 99 / 100], times[count - 1], (long long)before,
        (long long)after, steps, steps > 0 ? idle / (double)steps : 0, (long long)segments(db));
    free(times);
    db_close(db);
    return 0;
}
