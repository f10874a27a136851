/* Times searching as it is typed: bench_search DB QUERIES [-v]
 * Each line of the file is typed letter by letter; what counts is the time from
 * the letter to its first 50 hits with their rows read, the median of three runs
 * after one that warms the caches. Prints a line: keystrokes, p50, p99, max in
 * milliseconds; with -v the slowest to stderr. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "db/search.h"

enum { ROWS = 50, ROUNDS = 3 };

struct sample {
    double runs[ROUNDS];
    double ms; /* the median of them */
    char *text;
};

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int compare(const void *a, const void *b)
{
    double x = ((const struct sample *)a)->ms, y = ((const struct sample *)b)->ms;
    return x < y ? -1 : x > y;
}

/* One keystroke; queries that are not right yet cost what they cost. */
static double ask(struct db *db, const char *text)
{
    struct err err = { 0 };
    struct query query;
    struct db_hits hits = { 0 };
    double start = now();
    db_read_begin(db);
    if (query_parse(&query, text, true, &err)) {
        db_search(db, &query, 1000, &hits, &err);
        for (size_t i = 0; i < hits.count && i < ROWS; i++) {
            struct talk talk;
            struct note note;
            if (hits.items[i].kind == DB_HIT_TALK
                && db_talk_read(db, hits.items[i].id, DB_READ_ROW, &talk, &err))
                talk_release(&talk);
            else if (hits.items[i].kind == DB_HIT_NOTE
                     && db_note_read(db, hits.items[i].id, &note, &err))
                note_release(&note);
        }
        query_release(&query);
    }
    db_read_end(db);
    double ms = now() - start;
    db_hits_release(&hits);
    err_release(&err);
    return ms;
}

int main(int argc, char **argv)
{
    struct err err = { 0 };
    struct db *db;
    struct sample *samples = NULL;
    size_t count = 0, cap = 0;
    char line[512];
    FILE *file = argc > 2 ? fopen(argv[2], "r") : NULL;
    if (file == NULL || !db_open(&db, argv[1], &err)) {
        fprintf(stderr, "usage: bench_search DB QUERIES [-v]\n%s\n", err_text(&err));
        return 2;
    }
    for (int round = 0; round <= ROUNDS; round++) {
        size_t index = 0;
        rewind(file);
        while (fgets(line, sizeof line, file) != NULL) {
            size_t len = strcspn(line, "\n");
            for (size_t at = 0; at < len;) {
                uint32_t cp;
                at += utf8_decode(line + at, len - at, &cp);
                char *text = mem_dup_n(line, at);
                double ms = ask(db, text);
                /* The first round warms the caches. */
                if (round == 0) {
                    samples = mem_grow(samples, &cap, count + 1, sizeof samples[0]);
                    samples[count++] = (struct sample){ { 0 }, 0, text };
                } else {
                    samples[index].runs[round - 1] = ms;
                    free(text);
                }
                index++;
            }
        }
    }
    for (size_t i = 0; i < count; i++) {
        const double *r = samples[i].runs;
        samples[i].ms = r[0] < r[1] ? (r[1] < r[2]   ? r[1]
                                       : r[0] < r[2] ? r[2]
                                                     : r[0])
                                    : (r[0] < r[2]    ? r[0]
                                        : r[1] < r[2] ? r[2]
                                                      : r[1]);
    }
    qsort(samples, count, sizeof samples[0], compare);
    printf("%zu keystrokes: p50 %.2f ms, p99 %.2f ms, max %.2f ms\n", count,
        samples[count / 2].ms, samples[count * 99 / 100].ms, samples[count - 1].ms);
    for (size_t i = 0; argc > 3 && i < 60 && i < count; i++)
        fprintf(stderr, "%8.2f  %s\n", samples[count - 1 - i].ms, samples[count - 1 - i].text);
    for (size_t i = 0; i < count; i++)
        free(samples[i].text);
    free(samples);
    fclose(file);
    db_close(db);
    return 0;
}
