/* Times plain FTS5 for comparison: bench_plain DB FILE QUERIES EVERY
 * An index of the texts of DB's talks and notes, as FTS5 makes it by itself with
 * beginnings of one to four letters, is made in FILE; every EVERYth query is
 * typed letter by letter, each asking for the best 50 by rank. Prints keystrokes,
 * p50, p99 and max in milliseconds. */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/mem.h"

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static void run(sqlite3 *db, const char *sql)
{
    char *error = NULL;
    if (sqlite3_exec(db, sql, NULL, NULL, &error) != SQLITE_OK) {
        fprintf(stderr, "bench_plain: %s\n", error);
        exit(1);
    }
}

/* The words in quotes, the last as a beginning. */
static double ask(sqlite3_stmt *stmt, const char *text, size_t len)
{
    struct buf match = { 0 };
    for (size_t at = 0; at < len;) {
        size_t word = 0;
        while (at + word < len && text[at + word] != ' ' && text[at + word] != '"')
            word++;
        if (word > 0)
            buf_addf(&match, "\"%.*s\"%s", (int)word, text + at, at + word == len ? " *" : " ");
        at += word + 1;
    }
    double start = log_clock();
    sqlite3_bind_text(stmt, 1, buf_text(&match), -1, SQLITE_STATIC);
    while (sqlite3_step(stmt) == SQLITE_ROW)
        continue;
    sqlite3_reset(stmt);
    buf_release(&match);
    return log_clock() - start;
}

int main(int argc, char **argv)
{
    sqlite3 *db;
    sqlite3_stmt *stmt;
    char line[512];
    double *times = NULL;
    size_t count = 0, cap = 0, number = 0;
    FILE *file = argc > 4 ? fopen(argv[3], "r") : NULL;
    size_t every = argc > 4 ? strtoul(argv[4], NULL, 10) : 0;
    if (file == NULL || every == 0 || sqlite3_open(argv[2], &db) != SQLITE_OK) {
        fprintf(stderr, "usage: bench_plain DB FILE QUERIES EVERY\n");
        return 2;
    }
    struct buf attach = { 0 };
    buf_addf(&attach, "PRAGMA journal_mode = off; ATTACH '%s' AS lib", argv[1]);
    run(db, attach.data);
    buf_release(&attach);
    run(db, "CREATE VIRTUAL TABLE plain USING fts5 (title, text, prefix='1 2 3 4'); BEGIN;"
            "INSERT INTO plain SELECT t.title, t.speakers || ' ' || coalesce(s.body, '')"
            " FROM lib.talk t LEFT JOIN lib.summary s ON s.talk_id = t.id;"
            "INSERT INTO plain (text) SELECT body FROM lib.note; COMMIT;"
            "INSERT INTO plain (plain) VALUES ('optimize')");
    sqlite3_prepare_v2(db,
        "SELECT rowid, title FROM plain WHERE plain MATCH ?1 ORDER BY rank LIMIT 50", -1, &stmt,
        NULL);
    while (fgets(line, sizeof line, file) != NULL) {
        size_t len = strcspn(line, "\n");
        /* Its own query language is not what is compared. */
        if (number++ % every != 0 || strpbrk(line, ":()-\"") != NULL)
            continue;
        for (size_t at = 1; at <= len; at++) {
            if (((unsigned char)line[at] & 0xC0) == 0x80)
                continue;
            times = mem_grow(times, &cap, count + 1, sizeof times[0]);
            times[count++] = ask(stmt, line, at);
        }
    }
    sqlite3_finalize(stmt);
    sqlite3_close(db);
    fclose(file);
    if (count == 0)
        return 1;
    qsort(times, count, sizeof times[0], compare);
    printf("%zu keystrokes: p50 %.2f ms, p99 %.2f ms, max %.2f ms\n", count, times[count / 2],
        times[count * 99 / 100], times[count - 1]);
    free(times);
    return 0;
}
