/* Times what is done with notes:
 * bench_notes save DB COUNT: saves that many notes as the program does, each followed
 *   by one write and fdatasync of as many bytes as it put into the log, in a file beside.
 * bench_notes use DB COUNT: saves, opens and lists notes, and reads the inbox, that
 *   many times each.
 * bench_notes large DB MB: saves, reads and lays out a note of that size.
 * The notes stay. */
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "db/internal.h"
#include "md/md.h"

/* A page in the log has a head of 24 bytes; SQLite begins the log anew after some
 * 1000 pages. */
enum { PAGE_BYTES = 4096 + 24, LOG_PAGES = 1000, READER_NOTES = 8, SCREEN_ROWS = 50 };

struct bench {
    struct db *db;
    long count;
    uint64_t random;
    struct err err;
};

static void die(const char *what)
{
    fprintf(stderr, "bench_notes: %s\n", what);
    exit(1);
}

static void check(const struct bench *bench, bool ok)
{
    if (!ok)
        die(err_text(&bench->err));
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static double print_times(const char *what, double *times, long count)
{
    qsort(times, (size_t)count, sizeof times[0], compare);
    printf("%-24s p50 %7.3f ms, p99 %7.3f ms, max %7.3f ms\n", what, times[count / 2],
        times[count * 99 / 100], times[count - 1]);
    return times[count / 2];
}

static uint64_t draw(struct bench *bench, uint64_t below)
{
    bench->random ^= bench->random >> 12;
    bench->random ^= bench->random << 25;
    bench->random ^= bench->random >> 27;
    return (bench->random * 0x2545F4914F6CDD1Du >> 11) % below;
}

/* A talk's key; the caller frees it. */
static char *some_key(struct bench *bench)
{
    struct talk talk;
    int value = 0;
    db_pragma(bench->db, "SELECT max(id) FROM talk", &value);
    while (!db_talk_read(
        bench->db, (int64_t)draw(bench, (uint64_t)value) + 1, DB_READ_ROW, &talk, &bench->err))
        err_release(&bench->err);
    char *key = mem_dup(talk.key);
    talk_release(&talk);
    return key;
}

static void save(struct bench *bench, const char *key, long number)
{
    struct buf body = { 0 };
    int64_t id;
    buf_addf(&body,
        "[12:%02ld] Note %ld: the scheduler gives each thread %ld ms, then looks for another "
        "one; measured with perf, twice, on a laptop and a server. #perf\n\nTODO: ask why",
        number % 60, number, number % 97);
    check(bench, db_note_add(bench->db, key, NULL, body.data, &id, &bench->err));
    buf_release(&body);
}

/* --- save ----------------------------------------------------------------- */

static int pages_written(struct bench *bench)
{
    int now = 0, most;
    sqlite3_db_status(bench->db->handle, SQLITE_DBSTATUS_CACHE_WRITE, &now, &most, 0);
    return now;
}

static void write_beside(int file, const char *bytes, size_t len, off_t *at)
{
    if (*at + (off_t)len > (off_t)LOG_PAGES * PAGE_BYTES)
        *at = 0;
    if (pwrite(file, bytes, len, *at) != (ssize_t)len || fdatasync(file) != 0)
        die("cannot write beside the database");
    *at += (off_t)len;
}

static void bench_save(struct bench *bench)
{
    struct buf path = { 0 };
    buf_addf(&path, "%s-beside", db_path(bench->db));
    int file = open(path.data, O_RDWR | O_CREAT | O_TRUNC, 0600);
    char *bytes = mem_zero(LOG_PAGES, PAGE_BYTES);
    double *saves = mem_zero((size_t)bench->count, sizeof saves[0]);
    double *writes = mem_zero((size_t)bench->count, sizeof writes[0]);
    off_t at = 0;
    long pages = 0;
    if (file < 0)
        die("cannot write beside the database");
    for (long i = 0; i < bench->count; i++) {
        char *key = some_key(bench);
        int before = pages_written(bench);
        double start = log_clock();
        save(bench, key, i);
        saves[i] = log_clock() - start;
        int written = pages_written(bench) - before;
        start = log_clock();
        write_beside(file, bytes, (size_t)written * PAGE_BYTES, &at);
        writes[i] = log_clock() - start;
        pages += written;
        db_tidy(bench->db, DB_SEGMENTS_BUSY);
        free(key);
    }
    double save_time = print_times("saving a note", saves, bench->count);
    double write_time = print_times("one write and fdatasync", writes, bench->count);
    printf("%-24s p50 %7.3f ms; %.1f KB a note\n", "above that", save_time - write_time,
        (double)pages * PAGE_BYTES / 1024 / (double)bench->count);
    close(file);
    unlink(path.data);
    free(bytes), free(saves), free(writes);
    buf_release(&path);
}

/* --- use ------------------------------------------------------------------ */

static void use_save(struct bench *bench, const char *key, long number)
{
    save(bench, key, number);
}

static void use_open(struct bench *bench, const char *key, long number)
{
    struct note note;
    int most = 1;
    (void)key, (void)number;
    db_pragma(bench->db, "SELECT max(id) FROM note", &most);
    check(bench,
        db_note_read(bench->db, (int64_t)draw(bench, (uint64_t)most) + 1, &note, &bench->err));
    note_release(&note);
}

static void use_list(struct bench *bench, const char *key, long number)
{
    struct note_list notes = { 0 };
    (void)number;
    check(bench, db_notes_read(bench->db, key, NULL, 0, READER_NOTES, &notes, &bench->err));
    note_list_release(&notes);
}

static void use_inbox(struct bench *bench, const char *key, long number)
{
    struct db_items items = { 0 };
    (void)key, (void)number;
    check(bench, db_inbox_read(bench->db, NULL, SCREEN_ROWS, &items, &bench->err));
    if (items.count == 0)
        die("there are no tasks");
    db_items_release(&items);
}

static void bench_use(struct bench *bench)
{
    static const struct {
        const char *name;
        void (*run)(struct bench *bench, const char *key, long number);
    } uses[] = { { "saving a note", use_save }, { "opening a note", use_open },
        { "a talk's first notes", use_list }, { "the inbox's first page", use_inbox } };
    double *times = mem_zero((size_t)bench->count, sizeof times[0]);
    for (size_t u = 0; u < sizeof uses / sizeof uses[0]; u++) {
        for (long i = 0; i < bench->count; i++) {
            char *key = some_key(bench);
            double start = log_clock();
            uses[u].run(bench, key, i);
            times[i] = log_clock() - start;
            db_tidy(bench->db, DB_SEGMENTS_BUSY);
            free(key);
        }
        print_times(uses[u].name, times, bench->count);
    }
    free(times);
}

/* --- large ---------------------------------------------------------------- */

static char *large_body(size_t size)
{
    struct buf body = { 0 };
    for (int i = 1; body.len < size; i++)
        buf_addf(&body,
            "## Part %d\n\n[%d:%02d] What was said of *threads* and `locks`, see "
            "[[design-pressure]] and #perf. It goes on for a while, as notes do.\n\n- [ ] "
            "try it with %d threads\n- a plain line\n\n",
            i, i / 60 % 900, i % 60, i % 64);
    return buf_take(&body);
}

static double since(double *start)
{
    double now = log_clock(), took = now - *start;
    *start = now;
    return took;
}

static void bench_large(struct bench *bench)
{
    char *body = large_body((size_t)bench->count * 1024 * 1024), *key = some_key(bench);
    struct note note;
    struct md_lines lines = { 0 };
    int64_t id;
    double start = log_clock();
    check(bench, db_note_add(bench->db, key, NULL, body, &id, &bench->err));
    printf("a note of %ld MB: saved in %.1f ms", bench->count, since(&start));
    body[0] = '*';
    since(&start);
    check(bench, db_note_save(bench->db, id, 1, body, &bench->err));
    printf(", saved again in %.1f ms", since(&start));
    check(bench, db_note_read(bench->db, id, &note, &bench->err));
    printf(", read in %.1f ms", since(&start));
    struct md_doc *doc = md_open(note.body, strlen(note.body));
    if (md_parts(doc) > 0)
        md_layout_part(doc, 0, 80, MD_UNFOLDED, &lines);
    printf(", %zu lines laid out in %.1f ms\n", lines.count, since(&start));
    md_free(doc);
    md_lines_release(&lines);
    note_release(&note);
    free(body), free(key);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*run)(struct bench *bench);
    } benches[] = { { "save", bench_save }, { "use", bench_use }, { "large", bench_large } };
    struct bench bench = { .count = argc > 3 ? strtol(argv[3], NULL, 10) : 0,
        .random = 20250516 };
    for (size_t i = 0; bench.count > 0 && i < sizeof benches / sizeof benches[0]; i++) {
        if (strcmp(argv[1], benches[i].name) != 0)
            continue;
        check(&bench, db_open(&bench.db, argv[2], &bench.err));
        benches[i].run(&bench);
        db_close(bench.db);
        return 0;
    }
    fprintf(stderr, "usage: bench_notes save|use|large DB COUNT\n");
    return 2;
}
