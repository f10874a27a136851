/* A confirmed note survives the loss of power: what the program wrote and synced while it
 * saved is recorded, and every moment is one at which it may have ended. */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "recorder.h"
#include "torture.h"

enum { NOTES = 300, REPLAYS = 10000, REPLAYS_BRIEF = 150 };

/* When each note was confirmed, and when its second text was; 0: never. */
static size_t added[NOTES], edited[NOTES];

static void save_notes(struct db *db, const char *talk)
{
    struct err err = { 0 };
    int64_t ids[NOTES];
    char text[64];
    for (int i = 0; i < NOTES; i++) {
        snprintf(text, sizeof text, "note %d of some words #tag%d", i, i % 7);
        assert_true(db_note_add(db, talk, NULL, text, &ids[i], &err));
        added[i] = recorder_moment();
        int j = i / 2;
        if (i % 3 == 0 && edited[j] == 0) {
            snprintf(text, sizeof text, "note %d, changed", j);
            assert_true(db_note_save(db, ids[j], 1, text, &err));
            edited[j] = recorder_moment();
        }
        if (i % 10 == 5)
            db_tidy(db, DB_SEGMENTS_BUSY);
    }
}

/* Which notes are there, as bits: 1 its first text, 2 its second, present or earlier. */
static void find_notes(const char *path, unsigned char found[NOTES])
{
    char *list = support_sql_text(path,
        "SELECT group_concat(body, char(10)) FROM (SELECT body FROM note UNION ALL"
        " SELECT body FROM revision)",
        NULL);
    memset(found, 0, NOTES);
    for (char *line = list; line != NULL && *line != '\0';) {
        int number;
        char sign;
        if (sscanf(line, "note %d%c", &number, &sign) == 2 && number >= 0 && number < NOTES)
            found[number] |= sign == ',' ? 2 : 1;
        char *end = strchr(line, '\n');
        line = end != NULL ? end + 1 : NULL;
    }
    free(list);
}

static int count_lost(const char *path, size_t moment)
{
    unsigned char found[NOTES];
    int lost = 0;
    find_notes(path, found);
    for (int i = 0; i < NOTES; i++)
        lost += (added[i] <= moment && (found[i] & 1) == 0)
                + (edited[i] != 0 && edited[i] <= moment && (found[i] & 2) == 0);
    return lost;
}

/* The program itself opens it, and the database is sound. */
static bool is_sound(const char *path)
{
    struct err err = { 0 };
    struct buf report = { 0 };
    struct db *db = NULL;
    bool ok =
        db_open(&db, path, &err) && db_read_only(db) == NULL && db_check(db, &report, &err);
    if (!ok)
        print_error("%s: %s%s\n", path, err_text(&err), buf_text(&report));
    db_close(db);
    buf_release(&report);
    err_release(&err);
    return ok;
}

static void test_power_loss(void **state)
{
    (void)state;
    char *dir = support_dir(), *copy = support_dir();
    char *path = support_path(copy, "talkbook.db");
    struct db *db = support_db(dir);
    db_close(db);
    recorder_begin();
    char *first = support_path(dir, "talkbook.db");
    struct err err = { 0 };
    assert_true(db_open(&db, first, &err));
    char *talk = support_key(db, "design-pressure");
    save_notes(db, talk);
    size_t moments = recorder_moment();
    db_close(db);
    int rounds = torture_rounds(REPLAYS, REPLAYS_BRIEF), lost = 0, unsound = 0;
    uint64_t random = 20251125;
    for (int i = 0; i < rounds; i++) {
        size_t moment = 1 + (size_t)((double)moments * i / rounds);
        recorder_replay(copy, moment, &random);
        unsound += !is_sound(path);
        lost += count_lost(path, moment);
    }
    print_message("figure: power lost %d times in %zu writes and syncs of %d saved notes: %d "
                  "lost, %d not sound\n",
        rounds, moments, NOTES, lost, unsound);
    assert_int_equal(lost + unsound, 0);
    recorder_end();
    free(first), free(talk), free(path);
    support_remove(dir), support_remove(copy);
}

/* The same with syncs that are not waited for must lose notes, or it shows nothing. */
static void test_the_test(void **state)
{
    (void)state;
    char *dir = support_dir(), *copy = support_dir();
    char *path = support_path(copy, "talkbook.db");
    db_close(support_db(dir));
    recorder_begin();
    char *first = support_path(dir, "talkbook.db");
    sqlite3 *handle;
    size_t confirmed[50];
    assert_int_equal(sqlite3_open(first, &handle), SQLITE_OK);
    sqlite3_exec(handle, "PRAGMA synchronous = NORMAL", NULL, NULL, NULL);
    for (int i = 0; i < 50; i++) {
        sqlite3_exec(
            handle, "INSERT INTO meta SELECT 'm' || count(*), '' FROM meta", NULL, NULL, NULL);
        confirmed[i] = recorder_moment();
    }
    int lost = 0;
    uint64_t random = 1;
    for (int i = 0; i < 50; i++) {
        recorder_replay(copy, confirmed[i], &random);
        lost +=
            support_sql_int(path, "SELECT count(*) FROM meta WHERE key GLOB 'm[0-9]*'", NULL)
            < i + 1;
    }
    sqlite3_close(handle);
    print_message("figure: without waiting for the disk %d of 50 are lost\n", lost);
    assert_true(lost > 10);
    recorder_end();
    free(first), free(path);
    support_remove(dir), support_remove(copy);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_power_loss),
        cmocka_unit_test(test_the_test) };
    torture_in_memory();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
