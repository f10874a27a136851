/* Two thousand changes of every kind in an order that chance decides, with
 * restarts and imports among them. After each hundred, what the index finds
 * must be what a search without one finds, the headings' counts what is below
 * them, and SQLite's own check content. */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "db/catalog.h"
#include "db/embedded.h"
#include "search_oracle.h"
#include "tally_check.h"

enum { ROUNDS = 20, CHANGES = 100, KINDS = 14 };

static const char *const words[] = { "wombat", "quokka", "numbat", "bilby", "python", "gil",
    "design", "naïve", "漢字", "test", "gpu", "the", "a", "rust", "load", "async", "types",
    "c++", "memory", "über" };

struct play {
    struct db *db;
    char *path;
    char *smaller; /* the catalog without some talks and with others changed */
    uint64_t random;
    bool small;
    struct err err;
};

static uint32_t pick(struct play *play, uint32_t below)
{
    return support_random(&play->random) % below;
}

static char *some_text(struct play *play)
{
    struct buf text = { 0 };
    for (uint32_t n = pick(play, 6) + 1; n > 0; n--)
        buf_addf(&text, "%s ", words[pick(play, SUPPORT_COUNT(words))]);
    return buf_take(&text);
}

/* The key of a talk, also of one that is gone at present. */
static char *some_key(struct play *play)
{
    char number[12];
    snprintf(number, sizeof number, "%u", pick(play, 12));
    return support_sql_text(play->path,
        "SELECT key FROM (SELECT key FROM talk UNION SELECT talk_key FROM note"
        " WHERE talk_key <> '') ORDER BY key LIMIT 1 OFFSET ?1 * 8",
        number);
}

static int64_t some_note(struct play *play, int *rev)
{
    char number[12];
    struct note note;
    snprintf(number, sizeof number, "%u", pick(play, 1000));
    int64_t id = support_sql_int(play->path,
        "SELECT id FROM note LIMIT 1 OFFSET ?1 % (SELECT count(*) FROM note)", number);
    assert_true(db_note_read(play->db, id, &note, &play->err));
    *rev = note.rev;
    note_release(&note);
    return id;
}

static void import(struct play *play)
{
    struct db_catalog_report report;
    play->small = !play->small;
    if (!support_load(
            play->db, play->small ? play->smaller : embedded_catalog, &report, &play->err))
        fail_msg("%s", err_text(&play->err));
}

static void reopen(struct play *play)
{
    db_close(play->db);
    if (!db_open(&play->db, play->path, &play->err))
        fail_msg("%s", err_text(&play->err));
}

/* One change; those that are refused (a note in the trash, a stale revision)
 * are part of the game, but must say why. */
static void change(struct play *play)
{
    char *key = some_key(play), *text = some_text(play), *what = NULL;
    int rev;
    int64_t id, note = some_note(play, &rev);
    bool ok = true;
    switch (pick(play, KINDS)) {
    case 0:
        ok = db_mark_set(play->db, key, DB_STARRED, (int)pick(play, 2), &play->err);
        break;
    case 1:
        ok = db_mark_set(play->db, key, DB_WATCHED, (int)pick(play, 2), &play->err);
        break;
    case 2:
        ok = db_mark_set(play->db, key, DB_RATING, (int)pick(play, 6), &play->err);
        break;
    case 3:
        ok = db_tags_set(play->db, key, text, &play->err);
        break;
    case 4:
        ok = db_note_add(play->db, key, NULL, text, &id, &play->err);
        break;
    case 5:
        ok = db_note_add(play->db, NULL, "gpu-computing", text, &id, &play->err);
        break;
    case 6:
        ok = db_note_save(play->db, note, rev, text, &play->err);
        break;
    case 7:
        ok = db_note_delete(play->db, note, &play->err);
        break;
    case 8:
        ok = db_note_restore(play->db, note, &play->err);
        break;
    case 9:
    case 10:
        ok = db_undo(play->db, &what, &play->err);
        break;
    case 11:
        ok = db_redo(play->db, &what, &play->err);
        break;
    case 12:
        ok = db_note_save(play->db, note, rev - 1, text, &play->err);
        break;
    case 13:
        if (pick(play, 10) == 0)
            import(play);
        else if (pick(play, 4) == 0)
            reopen(play);
        break;
    }
    if (!ok && strstr(err_text(&play->err), "trash") == NULL
        && strstr(err_text(&play->err), "elsewhere") == NULL)
        fail_msg("%s", err_text(&play->err));
    free(key), free(text), free(what);
}

static void check(struct play *play)
{
    struct oracle oracle;
    struct buf report = { 0 };
    oracle_load(&oracle, play->db);
    for (size_t i = 0; i < SUPPORT_COUNT(words); i++)
        oracle_compare(&oracle, play->db, words[i]);
    oracle_compare(&oracle, play->db, "in:notes wombat");
    oracle_compare(&oracle, play->db, "in:tags wom*");
    oracle_compare(&oracle, play->db, "\"wombat quokka\"");
    oracle_release(&oracle);
    tally_check(play->db);
    if (!db_check(play->db, &report, &play->err))
        fail_msg("%s", buf_text(&report));
    buf_release(&report);
}

static void test_random_changes(void **state)
{
    (void)state;
    struct play play = { .random = 20250516 };
    char *dir = support_dir();
    play.db = support_db(dir);
    play.path = mem_dup(db_path(play.db));
    play.smaller = support_sql_text(":memory:",
        "SELECT json_remove(json_set(?1, '$.talks[40].title', 'A wombat', '$.topics[1].note',"
        " 'quokka', '$.talks[8].themes', json('[\"speed\"]'), '$.talks[16].room', 'Attic'),"
        " '$.talks[0]', '$.talks[7]', '$.talks[14]', '$.talks[30]', '$.talks[60]')",
        embedded_catalog);
    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < CHANGES; i++)
            change(&play);
        check(&play);
    }
    struct db_stats stats = { 0 };
    assert_true(db_stats_read(play.db, &stats, &play.err));
    printf("figure: %d random changes left %d notes, %d stars, %d tagged talks\n",
        ROUNDS * CHANGES, stats.notes, stats.starred, stats.tagged);
    assert_true(stats.notes > 50);
    db_close(play.db);
    support_remove(dir);
    err_release(&play.err);
    free(play.path), free(play.smaller);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random_changes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
