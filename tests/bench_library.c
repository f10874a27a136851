/* Fills a database with notes, always the same: bench_library DB COUNT [DIR]
 * Each note is one to three sentences out of the talks' summaries, on a talk
 * drawn at random; one in forty stands by itself, one in twenty is to be done. DIR gets the
 * same as files for other programs, a line for each talk and note: titles (a note's first 60
 * characters) and text. */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "db/internal.h"

struct sentences {
    char **items;
    size_t count, cap;
};

/* xorshift64*, so that every machine makes the same library. */
static uint64_t draw(uint64_t *state, uint64_t below)
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return (*state * 0x2545F4914F6CDD1Du >> 11) % below;
}

static void die(const struct err *err)
{
    fprintf(stderr, "bench_library: %s\n", err_text(err));
    exit(1);
}

static void take_sentences(struct sentences *all, const char *text)
{
    while (*text != '\0') {
        size_t len = 0;
        while (
            text[len] != '\0' && !(strchr(".!?", text[len]) && strchr(" \r\n", text[len + 1])))
            len++;
        len += text[len] != '\0';
        if (len > 20 && len < 400) {
            all->items = mem_grow(all->items, &all->cap, all->count + 1, sizeof(char *));
            all->items[all->count++] = mem_dup_n(text, len);
        }
        text += len;
        text += strspn(text, " \r\n");
    }
}

static sqlite3_stmt *prepare(struct db *db, const char *sql)
{
    sqlite3_stmt *stmt = NULL;
    if (sqlite3_prepare_v2(db->handle, sql, -1, &stmt, NULL) != SQLITE_OK) {
        fprintf(stderr, "bench_library: %s\n", sqlite3_errmsg(db->handle));
        exit(1);
    }
    return stmt;
}

static void run(struct db *db, const char *sql)
{
    sqlite3_stmt *stmt = prepare(db, sql);
    sqlite3_step(stmt);
    if (sqlite3_finalize(stmt) != SQLITE_OK) {
        fprintf(stderr, "bench_library: %s\n", sqlite3_errmsg(db->handle));
        exit(1);
    }
}

static void add_notes(
    struct db *db, const struct sentences *all, char **keys, size_t key_count, long count)
{
    uint64_t random = 20250516;
    sqlite3_stmt *stmt =
        prepare(db, "INSERT INTO note (uuid, talk_key, body, created_at, updated_at) VALUES"
                    " (printf('%08x-0000-4000-8000-000000000000', ?1), ?2, ?3,"
                    " strftime('%Y-%m-%dT%H:%M:%SZ', 1500000000 + ?1 * 200, 'unixepoch'),"
                    " strftime('%Y-%m-%dT%H:%M:%SZ', 1500000000 + ?1 * 200, 'unixepoch'))");
    for (long i = 1; i <= count; i++) {
        struct buf body = { 0 };
        const char *key = draw(&random, 40) == 0 ? "" : keys[draw(&random, key_count)];
        buf_adds(&body, i % 20 == 0 ? "TODO:" : "");
        for (uint64_t n = draw(&random, 3) + 1; n > 0; n--)
            buf_addf(
                &body, "%s%s", body.len > 0 ? " " : "", all->items[draw(&random, all->count)]);
        sqlite3_bind_int64(stmt, 1, i);
        sqlite3_bind_text(stmt, 2, key, -1, SQLITE_STATIC);
        sqlite3_bind_text(stmt, 3, body.data, (int)body.len, SQLITE_STATIC);
        if (sqlite3_step(stmt) != SQLITE_DONE) {
            fprintf(stderr, "bench_library: %s\n", sqlite3_errmsg(db->handle));
            exit(1);
        }
        sqlite3_reset(stmt);
        buf_release(&body);
    }
    sqlite3_finalize(stmt);
}

static FILE *create(const char *dir, const char *name)
{
    struct buf path = { 0 };
    buf_addf(&path, "%s/%s", dir, name);
    FILE *file = fopen(path.data, "w");
    if (file == NULL) {
        perror(path.data);
        exit(1);
    }
    buf_release(&path);
    return file;
}

/* A text on one line. */
static void put_line(FILE *file, const char *text)
{
    for (; *text != '\0'; text++)
        putc(*text == '\n' || *text == '\r' ? ' ' : *text, file);
    putc('\n', file);
}

static void write_files(struct db *db, const char *dir)
{
    FILE *titles = create(dir, "titles"), *text = create(dir, "text");
    sqlite3_stmt *stmt = prepare(db, "SELECT t.title, t.title || ' ' || t.speakers || ' ' || "
                                     "coalesce(s.body, '') FROM talk t"
                                     " LEFT JOIN summary s ON s.talk_id = t.id UNION ALL "
                                     "SELECT substr(body, 1, 60), body FROM note");
    while (sqlite3_step(stmt) == SQLITE_ROW) {
        put_line(titles, (const char *)sqlite3_column_text(stmt, 0));
        put_line(text, (const char *)sqlite3_column_text(stmt, 1));
    }
    sqlite3_finalize(stmt);
    fclose(titles);
    fclose(text);
}

int main(int argc, char **argv)
{
    struct err err = { 0 };
    struct db *db;
    struct sentences all = { 0 };
    char **keys = NULL;
    size_t key_count = 0, key_cap = 0;
    if (argc < 3 || !db_open(&db, argv[1], &err)) {
        fprintf(stderr, "usage: bench_library DB COUNT [DIR]\n%s\n", err_text(&err));
        return 2;
    }
    sqlite3_stmt *stmt = prepare(db,
        "SELECT t.key, s.body FROM talk t JOIN summary s ON s.talk_id = t.id ORDER BY t.key");
    while (sqlite3_step(stmt) == SQLITE_ROW) {
        keys = mem_grow(keys, &key_cap, key_count + 1, sizeof(char *));
        keys[key_count++] = mem_dup((const char *)sqlite3_column_text(stmt, 0));
        take_sentences(&all, (const char *)sqlite3_column_text(stmt, 1));
    }
    sqlite3_finalize(stmt);
    if (all.count == 0 || !db_begin(db, &err))
        die(&err);
    add_notes(db, &all, keys, key_count, strtol(argv[2], NULL, 10));
    run(db, "INSERT INTO mark (talk_key, notes) SELECT talk_key, count(*) FROM note"
            " WHERE talk_key <> '' GROUP BY talk_key ORDER BY talk_key"
            " ON CONFLICT DO UPDATE SET notes = excluded.notes");
    run(db, "DELETE FROM meta WHERE key = 'index'");
    if (!db_end(db, db_tally_rebuild(db, &err), &err))
        die(&err);
    db_close(db);
    /* Opening finds the index out of date and makes it. */
    if (!db_open(&db, argv[1], &err))
        die(&err);
    if (argc > 3)
        write_files(db, argv[3]);
    db_close(db);
    return 0;
}
