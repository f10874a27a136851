/* A damaged database: nothing crashes or hangs, nothing is written to it once the damage
 * is met, and what can be saved is. */
#include "support.h"

#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "db/recover.h"
#include "program.h"
#include "torture.h"

enum { NOTES = 200, PLACES = 1000, PLACES_BRIEF = 10 };

/* Notes of all sizes, every third changed, some in the trash, tags and marks. */
static char *make_sample(const char *dir)
{
    struct err err = { 0 };
    struct db *db = support_db(dir);
    char *path = support_path(dir, "talkbook.db"), *talk = support_key(db, "design-pressure");
    struct buf body = { 0 };
    for (int i = 0; i < NOTES; i++) {
        int64_t id;
        buf_clear(&body);
        buf_addf(&body, "Sample %d:", i);
        for (int n = 0; n < (i % 10 == 0 ? 900 : i % 7); n++)
            buf_adds(&body, " words of a note");
        assert_true(db_note_add(db, i % 2 ? talk : NULL, NULL, body.data, &id, &err));
        buf_adds(&body, " changed");
        if (i % 3 == 0)
            assert_true(db_note_save(db, id, 1, body.data, &err));
        if (i % 20 == 19)
            assert_true(db_note_delete(db, id, &err));
    }
    buf_release(&body);
    free(talk);
    db_close(db);
    return path;
}

/* --- what is done to it ------------------------------------------------ */

static void harm(struct buf *bytes, int kind, uint64_t *random)
{
    size_t at = (size_t)(((uint64_t)support_random(random) << 32 | support_random(random))
                         % bytes->len);
    unsigned char *data = (unsigned char *)bytes->data;
    switch (kind % 5) {
    case 0:
        data[at] ^= (unsigned char)(1u << support_random(random) % 8);
        break;
    case 1:
        buf_cut(bytes, at);
        break;
    case 2:
        for (size_t i = at; i < bytes->len && i < at + 64; i++)
            data[i] = (unsigned char)support_random(random);
        break;
    case 3:
        memset(data + at / 4096 * 4096, 0, bytes->len - at < 4096 ? bytes->len - at : 4096);
        break;
    case 4: /* the beginning, where everything else is found from */
        data[at % 4096] ^= (unsigned char)support_random(random);
        break;
    }
}

/* --- what is done with it ---------------------------------------------- */

static bool tells_damage(const struct program *p)
{
    return strstr(program_err(p), "damaged") != NULL
           || strstr(program_err(p), "not a talkbook database") != NULL
           || strstr(program_out(p), "damaged") != NULL;
}

struct tally {
    int runs, told, refused;
    int recovered[2]; /* whole files, files that were cut short */
    long notes[2];    /* saved of them */
};

/* Every command ends, by itself, with a word where something is wrong. */
static void use(const char *home, const char *path, struct tally *tally)
{
    static const char *const uses[][6] = { { "list" }, { "search", "pressure words" },
        { "show", "design-pressure" }, { "note", "list" }, { "note", "add", "-m", "One more." },
        { "export", "--format", "json" }, { "doctor" } };
    struct program p = { .home = home };
    for (size_t i = 0; i < SUPPORT_COUNT(uses); i++) {
        const char *argv[10] = { program_name(), "--db", path };
        memcpy(argv + 3, uses[i], sizeof uses[i]);
        int status = program_exec(&p, argv);
        if (status > 1)
            fail_msg("%s: status %d %s", uses[i][0], status, program_err(&p));
        if (status != 0 && program_err(&p)[0] == '\0' && program_out(&p)[0] == '\0')
            fail_msg("%s: without a word", uses[i][0]);
        tally->runs++;
        tally->told += tells_damage(&p);
    }
    program_release(&p);
}

static void recover(const char *home, const char *path, bool cut, struct tally *tally)
{
    struct program p = { .home = home };
    char *out = support_path(home, "recovered.db");
    int status = program_run(&p, "--db", path, "doctor", "--recover", out, NULL);
    if (status > 1)
        fail_msg("recover: status %d %s", status, program_err(&p));
    if (status == 0) {
        char *sound = support_sql_text(out, "PRAGMA integrity_check", NULL);
        assert_string_equal(sound, "ok");
        free(sound);
        tally->notes[cut] += support_sql_int(out,
            "SELECT count(DISTINCT substr(body, 1, instr(body, ':'))) FROM"
            " (SELECT body FROM note UNION ALL SELECT body FROM revision)"
            " WHERE body GLOB 'Sample [0-9]*:*'",
            NULL);
        tally->recovered[cut]++;
        unlink(out);
    } else {
        tally->refused++;
        assert_true(access(out, F_OK) != 0);
    }
    program_release(&p);
    free(out);
}

static double share(const struct tally *tally, int cut)
{
    int files = tally->recovered[cut] > 0 ? tally->recovered[cut] : 1;
    return 100.0 * (double)tally->notes[cut] / NOTES / files;
}

static void test_own_damage(void **state)
{
    (void)state;
    char *dir = support_dir(), *home = support_dir(), *sample = make_sample(dir);
    char *path = support_path(home, "damaged.db"), *wal = support_path(home, "damaged.db-wal");
    struct buf whole = { 0 };
    assert_true(support_read(sample, &whole));
    int places = torture_rounds(PLACES, PLACES_BRIEF);
    struct tally tally = { 0 };
    uint64_t random = 4096;
    for (int i = 0; i < places; i++) {
        struct buf bytes = { 0 }, after = { 0 };
        buf_add(&bytes, whole.data, whole.len);
        harm(&bytes, i, &random);
        support_write(path, buf_text(&bytes), bytes.len);
        recover(home, path, i % 5 == 1, &tally);
        /* The damaged file is as it was. */
        assert_true(support_read(path, &after) && after.len == bytes.len
                    && memcmp(buf_text(&after), buf_text(&bytes), bytes.len) == 0);
        use(home, path, &tally);
        unlink(path), unlink(wal);
        buf_release(&bytes), buf_release(&after);
    }
    print_message(
        "figure: damaged at %d places: %d runs, %d told of it, 0 crashed, 0 hung; all "
        "but %d recovered: %.2f %% of the notes, %.2f %% where the file was cut\n",
        places, tally.runs, tally.told, tally.refused, share(&tally, 0), share(&tally, 1));
    assert_true(tally.told > 0 && share(&tally, 0) > 97);
    buf_release(&whole);
    free(path), free(wal), free(sample);
    support_remove(dir), support_remove(home);
}

/* Rows that point nowhere cost the catalogs, not the notes. */
static void test_broken_references(void **state)
{
    (void)state;
    char *dir = support_dir(), *sample = make_sample(dir);
    char *out = support_path(dir, "out.db");
    struct db_recovered report;
    struct err err = { 0 };
    support_sql(sample, "PRAGMA foreign_keys = OFF; UPDATE talk SET conference_id = 999 WHERE"
                        " id % 7 = 0; DELETE FROM theme WHERE id = 1");
    if (!db_recover(sample, out, &report, &err))
        fail_msg("%s", err_text(&err));
    assert_false(report.catalog);
    assert_int_equal(support_sql_int(out,
                         "SELECT count(*) FROM note WHERE body GLOB 'Sample [0-9]*:*'", NULL),
        NOTES);
    free(report.cut_ids);
    free(sample), free(out);
    support_remove(dir);
}

/* SQLite's own collection of damaged files. */
static void test_collection(void **state)
{
    (void)state;
    glob_t found;
    if (glob("../shared/corpora/sqlite-corrupt/*.db", 0, NULL, &found) != 0) {
        print_message("skip: test_collection: no ../shared/corpora/sqlite-corrupt\n");
        skip();
    }
    char *home = support_dir(), *path = support_path(home, "damaged.db");
    struct tally tally = { 0 };
    size_t step = (size_t)torture_rounds(1000, 0) >= 1000 ? 1 : 10, files = 0;
    for (size_t i = 0; i < found.gl_pathc; i += step, files++) {
        struct buf bytes = { 0 };
        assert_true(support_read(found.gl_pathv[i], &bytes));
        support_write(path, buf_text(&bytes), bytes.len);
        recover(home, path, false, &tally);
        use(home, path, &tally);
        buf_release(&bytes);
    }
    print_message(
        "figure: %zu files of the collection: %d runs, 0 crashed, 0 hung\n", files, tally.runs);
    globfree(&found);
    free(path);
    support_remove(home);
}

/* --- no writing -------------------------------------------------------- */

/* What the browser does: reads all over, then tries to save. In a child, which ends with
 * 1 where damage was met and the note refused, 0 where none was met, 2 otherwise. */
static int save_after_reading(const char *path)
{
    struct err err = { 0 };
    struct db *db;
    struct buf report = { 0 };
    int64_t id;
    alarm(60);
    if (!db_open(&db, path, &err))
        return 1;
    for (int64_t talk = 1; talk <= 110; talk++) {
        struct talk read;
        if (db_talk_read(db, talk, DB_READ_FULL, &read, &err))
            talk_release(&read);
    }
    db_check(db, &report, &err);
    bool met = db_read_only(db) != NULL && strstr(db_read_only(db), "doctor --recover") != NULL;
    bool saved = db_note_add(db, NULL, NULL, "after", &id, &err);
    db_close(db);
    return !met ? 0 : saved ? 2 : 1;
}

static void test_nothing_is_written(void **state)
{
    (void)state;
    char *dir = support_dir(), *home = support_dir(), *sample = make_sample(dir);
    char *path = support_path(home, "damaged.db"), *wal = support_path(home, "damaged.db-wal");
    struct buf whole = { 0 };
    assert_true(support_read(sample, &whole));
    int places = torture_rounds(PLACES, 20), counts[3] = { 0 };
    uint64_t random = 8192;
    for (int i = 0; i < places; i++) {
        struct buf bytes = { 0 };
        int status;
        buf_add(&bytes, whole.data, whole.len);
        harm(&bytes, 1 + i % 3, &random);
        support_write(path, buf_text(&bytes), bytes.len);
        fflush(NULL);
        pid_t child = fork();
        if (child == 0)
            _exit(save_after_reading(path));
        assert_int_equal(waitpid(child, &status, 0), child);
        if (!WIFEXITED(status) || WEXITSTATUS(status) > 2)
            fail_msg("place %d: status %d", i, status);
        counts[WEXITSTATUS(status)]++;
        unlink(path), unlink(wal);
        buf_release(&bytes);
    }
    print_message(
        "figure: %d places: %d times the damage was met and nothing more was written, "
        "%d times it was not met\n",
        places, counts[1], counts[0]);
    assert_int_equal(counts[2], 0);
    assert_true(counts[1] > places / 4);
    buf_release(&whole);
    free(path), free(wal), free(sample);
    support_remove(dir), support_remove(home);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_own_damage),
        cmocka_unit_test(test_broken_references), cmocka_unit_test(test_collection),
        cmocka_unit_test(test_nothing_is_written) };
    torture_in_memory();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
