/* The log beside a database, and names that are not what they were: what was confirmed is
 * there, or something says that it is in the log and how to get it. */
#include "support.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/log.h"
#include "base/mem.h"
#include "db/recover.h"
#include "db/wal.h"
#include "torture.h"

enum { NOTES = 12 };

/* A database as a kill leaves it: its newest notes are in its log alone. */
struct world {
    char *dir, *path, *log, *out;
    struct buf bytes; /* of the log */
};

/* The last of the notes was trashed and came back, one is in the trash, the star is gone. */
static void save_and_die(const char *path, const char *key)
{
    struct err err = { 0 };
    struct db *db;
    int64_t id;
    char text[40];
    bool ok = db_open(&db, path, &err);
    for (int i = 0; ok && i < NOTES; i++) {
        snprintf(text, sizeof text, "in the log %d", i);
        ok = db_note_add(db, key, NULL, text, &id, &err);
    }
    ok = ok && db_note_delete(db, id - 1, &err) && db_note_delete(db, id, &err)
         && db_note_restore(db, id, &err) && db_mark_set(db, key, DB_STARRED, 1, &err)
         && db_mark_set(db, key, DB_STARRED, 0, &err);
    if (ok)
        kill(getpid(), SIGKILL);
    _exit(1);
}

static void begin(struct world *w)
{
    int status;
    *w = (struct world){ .dir = support_dir() };
    w->path = support_path(w->dir, "talkbook.db");
    w->log = support_path(w->dir, "talkbook.db-wal");
    w->out = support_path(w->dir, "out.db");
    struct db *db = support_db(w->dir);
    char *key = support_key(db, "design-pressure");
    db_close(db);
    fflush(NULL);
    pid_t child = fork();
    if (child == 0)
        save_and_die(w->path, key);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    free(key);
    assert_true(support_read(w->log, &w->bytes) && w->bytes.len > 20 * 4096);
}

static void end(struct world *w)
{
    buf_release(&w->bytes);
    free(w->path), free(w->log), free(w->out);
    support_remove(w->dir);
}

static int64_t count_notes(const char *path)
{
    return support_sql_int(
        path, "SELECT count(*) FROM note WHERE body GLOB 'in the log *'", NULL);
}

/* Whether the truth is in the recovered database, not what was before. */
static void check_states(const char *path)
{
    assert_int_equal(support_sql_int(path,
                         "SELECT count(*) FROM note WHERE deleted_at <> ''"
                         " AND body GLOB 'in the log *'",
                         NULL),
        1);
    assert_int_equal(support_sql_int(path,
                         "SELECT deleted_at = '' FROM note WHERE body = 'in the log 11'", NULL),
        1);
    assert_int_equal(support_sql_int(path, "SELECT count(*) FROM mark WHERE starred", NULL), 0);
}

static void recover(struct world *w, int64_t least)
{
    struct db_recovered report;
    struct err err = { 0 };
    if (!db_recover(w->path, w->out, &report, &err))
        fail_msg("%s", err_text(&err));
    assert_true(report.damaged);
    free(report.cut_ids);
    assert_true(count_notes(w->out) >= least);
    char *sound = support_sql_text(w->out, "PRAGMA integrity_check", NULL);
    assert_string_equal(sound, "ok");
    free(sound);
    unlink(w->out);
}

/* What the log holds is the same after everything that was tried. */
static void check_untouched(struct world *w, const struct buf *before)
{
    struct buf now = { 0 };
    assert_true(support_read(w->log, &now));
    assert_true(now.len == before->len && memcmp(now.data, before->data, now.len) == 0);
    buf_release(&now);
}

/* --- damage ------------------------------------------------------------ */

/* Nothing is written, and the way out is named. */
static void check_refusal(const char *path)
{
    struct db *db;
    struct err err = { 0 };
    struct buf report = { 0 };
    int64_t id;
    assert_true(db_open(&db, path, &err));
    assert_non_null(strstr(db_read_only(db), "doctor --recover"));
    assert_false(db_note_add(db, NULL, NULL, "no", &id, &err));
    assert_false(db_check(db, &report, &err));
    assert_non_null(strstr(report.data, "-wal is damaged"));
    db_close(db);
    buf_release(&report);
    err_release(&err);
}

static void test_damaged_log(void **state)
{
    struct world w;
    (void)state;
    begin(&w);
    assert_false(wal_is_cut(w.path));
    size_t frames = (w.bytes.len - 32) / (24 + 4096), cut = 0, step = frames / 8;
    step = (size_t)torture_rounds(100, 1) >= 100 || step == 0 ? 1 : step;
    int64_t least = NOTES;
    for (size_t i = 0; i < frames; i += step) {
        struct buf bytes = { 0 };
        buf_add(&bytes, w.bytes.data, w.bytes.len);
        bytes.data[32 + i * (24 + 4096) + 24 + 2000] ^= 1;
        support_write(w.log, bytes.data, bytes.len);
        if (wal_is_cut(w.path)) {
            check_refusal(w.path);
            recover(&w, NOTES - 1);
            check_untouched(&w, &bytes);
            cut++;
        } else {
            least = (int64_t)i;
        }
        buf_release(&bytes);
    }
    /* But for the last transactions, which may as well not have been finished. */
    print_message(
        "figure: a bit changed in one of %zu frames of a log: %zu of %zu times nothing "
        "was written, and every note of the others recovered\n",
        frames, cut, (frames + step - 1) / step);
    assert_true(cut > frames / step / 2 && least > 0);
    end(&w);
}

/* A log that is none was one before: what it held is lost, and that is not passed over. */
static void test_no_log(void **state)
{
    struct world w;
    uint64_t random = 7;
    (void)state;
    begin(&w);
    for (size_t i = 0; i < w.bytes.len; i++)
        w.bytes.data[i] = (char)support_random(&random);
    support_write(w.log, w.bytes.data, w.bytes.len);
    check_refusal(w.path);
    check_untouched(&w, &w.bytes);
    struct db *db;
    struct err err = { 0 };
    assert_true(db_open(&db, w.path, &err));
    assert_true(db_is_cut(db));
    assert_false(db_backup(db, w.out, &err));
    assert_non_null(strstr(err_text(&err), "no copy is made"));
    db_close(db);
    err_release(&err);
    end(&w);
}

/* What is missing of a note is told. */
static void test_cut_note(void **state)
{
    (void)state;
    char *dir = support_dir(), *path = support_path(dir, "talkbook.db");
    char *out = support_path(dir, "out.db");
    struct db *db = support_db(dir);
    struct err err = { 0 };
    struct db_recovered report;
    struct buf body = { 0 }, bytes = { 0 }, cut = { 0 };
    int64_t id;
    for (int i = 0; i < 20000; i++)
        buf_addf(&body, "%d ", i);
    assert_true(db_note_add(db, NULL, NULL, body.data, &id, &err));
    db_close(db);
    assert_true(support_read(path, &bytes));
    const char *last = memmem(bytes.data, bytes.len, " 19990 19991 ", 13);
    assert_non_null(last);
    buf_add(&cut, bytes.data, (size_t)(last - bytes.data) / 4096 * 4096);
    support_write(path, cut.data, cut.len);
    if (!db_recover(path, out, &report, &err))
        fail_msg("%s", err_text(&err));
    assert_int_equal(report.cut, 1);
    assert_string_equal(report.cut_ids, "11");
    free(report.cut_ids);
    buf_release(&body), buf_release(&bytes), buf_release(&cut);
    free(path), free(out);
    support_remove(dir);
}

static void test_no_head(void **state)
{
    struct world w;
    (void)state;
    begin(&w);
    memset(w.bytes.data, 0, 32);
    support_write(w.log, w.bytes.data, w.bytes.len);
    check_refusal(w.path);
    recover(&w, NOTES);
    check_untouched(&w, &w.bytes);
    /* Nothing but pages is left to go by: the newest counts. */
    struct buf file = { 0 };
    struct db_recovered report;
    struct err err = { 0 };
    assert_true(support_read(w.path, &file));
    memset(file.data, 0, 4096);
    support_write(w.path, file.data, file.len);
    if (!db_recover(w.path, w.out, &report, &err))
        fail_msg("%s", err_text(&err));
    free(report.cut_ids);
    assert_int_equal(count_notes(w.out), NOTES);
    check_states(w.out);
    buf_release(&file);
    end(&w);
}

/* The log is all that is left: it is not thrown away, and gives what it has. */
static void test_log_alone(void **state)
{
    (void)state;
    for (int empty = 0; empty < 2; empty++) {
        struct world w;
        struct db *db;
        struct err err = { 0 };
        begin(&w);
        unlink(w.path);
        if (empty)
            support_write(w.path, "", 0);
        assert_false(db_open(&db, w.path, &err));
        assert_non_null(strstr(err_text(&err), "doctor --recover"));
        err_release(&err);
        recover(&w, NOTES);
        check_untouched(&w, &w.bytes);
        end(&w);
    }
}

/* --- names ------------------------------------------------------------- */

/* What doctor says is done; the recovered database is sound in the old one's place. */
static void test_in_its_place(void **state)
{
    struct world w;
    struct db *db;
    struct db_recovered report;
    struct err err = { 0 };
    struct buf text = { 0 };
    (void)state;
    begin(&w);
    w.bytes.data[32 + 24 + 5] ^= 1;
    support_write(w.log, w.bytes.data, w.bytes.len);
    assert_true(db_recover(w.path, w.out, &report, &err));
    free(report.cut_ids);
    static const char *const suffixes[] = { "", "-wal", "-shm" };
    for (size_t i = 0; i < SUPPORT_COUNT(suffixes); i++) {
        char *from = mem_alloc(strlen(w.path) + 8), *to = mem_alloc(strlen(w.path) + 16);
        sprintf(from, "%s%s", w.path, suffixes[i]);
        sprintf(to, "%s.old%s", w.path, suffixes[i]);
        rename(from, to);
        free(from), free(to);
    }
    assert_int_equal(rename(w.out, w.path), 0);
    assert_true(db_open(&db, w.path, &err));
    assert_null(db_read_only(db));
    assert_true(db_check(db, &text, &err));
    db_close(db);
    assert_int_equal(count_notes(w.path), NOTES);
    buf_release(&text);
    end(&w);
}

/* Another file has the name, or none: nothing is confirmed that goes nowhere, and what
 * came there is not touched. */
static void test_moved_while_open(void **state)
{
    (void)state;
    for (int replaced = 0; replaced < 2; replaced++) {
        struct world w;
        struct db *db;
        struct err err = { 0 };
        int64_t id;
        begin(&w);
        assert_true(db_open(&db, w.path, &err));
        assert_true(db_note_add(db, NULL, NULL, "before", &id, &err));
        char *other_dir = support_dir(), *other = support_path(other_dir, "talkbook.db");
        db_close(support_db(other_dir));
        char *aside = support_path(w.dir, "aside.db");
        assert_int_equal(rename(w.path, aside), 0);
        unlink(w.log);
        if (replaced) {
            struct buf bytes = { 0 };
            assert_true(support_read(other, &bytes));
            support_write(w.path, bytes.data, bytes.len);
            buf_release(&bytes);
        }
        char *then = replaced ? support_dump(w.path) : mem_dup("");
        assert_false(db_note_add(db, NULL, NULL, "after", &id, &err));
        assert_non_null(strstr(err_text(&err), "was moved or replaced"));
        db_close(db);
        char *now = replaced ? support_dump(w.path) : mem_dup("");
        assert_string_equal(then, now);
        err_release(&err);
        free(then), free(now), free(other), free(aside);
        support_remove(other_dir);
        end(&w);
    }
}

/* Names that mean something to SQLite are names. */
static void test_names_of_copies(void **state)
{
    static const char *const names[] = { ":memory:", "file:x?mode=memory", "file:victim.db",
        "a%20b?c#d", "?", "-x" };
    struct world w;
    struct db *db;
    struct err err = { 0 };
    struct stat status;
    (void)state;
    begin(&w);
    assert_true(db_open(&db, w.path, &err));
    char *here = getcwd(NULL, 0);
    assert_int_equal(chdir(w.dir), 0);
    for (size_t i = 0; i < SUPPORT_COUNT(names); i++) {
        if (!db_backup(db, names[i], &err))
            fail_msg("%s", err_text(&err));
        assert_int_equal(stat(names[i], &status), 0);
        assert_true(status.st_size > 100000 && (status.st_mode & 077) == 0);
        assert_false(db_backup(db, names[i], &err));
        assert_non_null(strstr(err_text(&err), "is there already"));
        err_release(&err);
    }
    assert_int_not_equal(access("victim.db", F_OK), 0);
    assert_int_equal(chdir(here), 0);
    free(here);
    db_close(db);
    end(&w);
}

/* What belongs to somebody is not touched by a copy or a recovery of that name. */
static void test_taken_names(void **state)
{
    struct world w;
    struct db_recovered report;
    struct err err = { 0 };
    struct buf bytes = { 0 };
    (void)state;
    begin(&w);
    char *beside = support_path(w.dir, "out.db-wal");
    support_write(beside, "mine", 4);
    assert_false(db_recover(w.path, w.out, &report, &err));
    assert_non_null(strstr(err_text(&err), "out.db-wal is there already"));
    assert_true(support_read(beside, &bytes) && bytes.len == 4);
    unlink(beside);
    assert_int_equal(symlink("nowhere", w.out), 0);
    assert_false(db_recover(w.path, w.out, &report, &err));
    struct stat status;
    assert_true(lstat(w.out, &status) == 0 && S_ISLNK(status.st_mode));
    buf_release(&bytes);
    err_release(&err);
    free(beside);
    end(&w);
}

/* --- in use, hostile --------------------------------------------------- */

/* A database that others write to is sound, and is found to be. */
static void test_in_use(void **state)
{
    struct world w;
    struct db *db;
    struct err err = { 0 };
    int64_t id;
    (void)state;
    begin(&w);
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        if (db_open(&db, w.path, &err))
            for (;;)
                db_note_add(db, NULL, NULL, "while it is copied", &id, &err);
        _exit(1);
    }
    int rounds = torture_rounds(25, 4), damaged = 0;
    for (int i = 0; i < rounds; i++) {
        struct db_recovered report;
        usleep(50000);
        if (!db_recover(w.path, w.out, &report, &err))
            fail_msg("%s", err_text(&err));
        damaged += report.damaged;
        free(report.cut_ids);
        unlink(w.out);
    }
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    print_message("figure: copied %d times while notes are saved: found damaged %d times\n",
        rounds, damaged);
    assert_int_equal(damaged, 0);
    end(&w);
}

/* Cells without number that go on on each other's pages: bounded all the same. */
static void test_hostile_pages(void **state)
{
    enum { PAGE = 4096, PAGES = 500 };
    struct world w;
    struct db_recovered report;
    struct err err = { 0 };
    struct buf bytes = { 0 };
    (void)state;
    begin(&w);
    unlink(w.log);
    for (int i = 0; i < PAGES; i++) {
        unsigned char page[PAGE] = { 13, 0, 0, 0x07, 0xD0 };
        /* 2,000 cells of a megabyte each, which go on on this page, and that on itself. */
        for (int cell = 0; cell < 1000; cell++)
            page[8 + 2 * cell] = 0x0B, page[9 + 2 * cell] = 0xB8;
        static const unsigned char payload[] = { 0xC0, 0x80, 0x00, 0x01 };
        memcpy(page + 0xBB8, payload, sizeof payload);
        for (int at = 0xBC0; at + 4 <= PAGE; at += 4)
            page[at + 2] = (unsigned char)(i >> 8), page[at + 3] = (unsigned char)(i + 1);
        buf_add(&bytes, (const char *)page, sizeof page);
    }
    support_write(w.path, bytes.data, bytes.len);
    double before = log_clock();
    /* Nothing of ours is in there, and that is said. */
    assert_false(db_recover(w.path, w.out, &report, &err));
    assert_non_null(strstr(err_text(&err), "nothing of a talkbook database"));
    assert_int_not_equal(access(w.out, F_OK), 0);
    print_message(
        "figure: 2 MB of pages that lead to each other: %.0f ms\n", log_clock() - before);
    assert_true(log_clock() - before < 20000);
    buf_release(&bytes);
    err_release(&err);
    end(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_damaged_log),
        cmocka_unit_test(test_no_head),
        cmocka_unit_test(test_no_log),
        cmocka_unit_test(test_cut_note),
        cmocka_unit_test(test_log_alone),
        cmocka_unit_test(test_in_its_place),
        cmocka_unit_test(test_moved_while_open),
        cmocka_unit_test(test_names_of_copies),
        cmocka_unit_test(test_taken_names),
        cmocka_unit_test(test_in_use),
        cmocka_unit_test(test_hostile_pages),
    };
    torture_in_memory();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
