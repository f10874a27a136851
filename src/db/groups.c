/* Owns headings, what stands under them, and the figures of everything. */
#include "db/internal.h"

#include <stdlib.h>

#include "base/mem.h"

const char *const db_group_names[DB_BY__COUNT] = {
    [DB_BY_THEME] = "theme",
    [DB_BY_TOPIC] = "topic",
    [DB_BY_DAY] = "day",
    [DB_BY_ROOM] = "room",
    [DB_BY_SPEAKER] = "speaker",
    [DB_BY_CONFERENCE] = "conference",
    [DB_BY_SAVED] = "saved",
};

const char *const db_sort_names[DB_SORT__COUNT] = {
    [DB_SORT_TIME] = "time",
    [DB_SORT_TITLE] = "title",
    [DB_SORT_RATING] = "rating",
    [DB_SORT_LENGTH] = "length",
};

static const enum db_stmt under[DB_BY__COUNT] = {
    [DB_BY_THEME] = DB_UNDER_THEME,
    [DB_BY_TOPIC] = DB_UNDER_TOPIC,
    [DB_BY_DAY] = DB_UNDER_DAY,
    [DB_BY_ROOM] = DB_UNDER_ROOM,
    [DB_BY_SPEAKER] = DB_UNDER_SPEAKER,
    [DB_BY_CONFERENCE] = DB_UNDER_CONFERENCE,
};

bool db_group_choose(struct db *db, int choice, enum db_group *group, struct err *err)
{
    int64_t several = 0;
    *group = (enum db_group)choice;
    if (choice < DB_BY__COUNT)
        return true;
    *group = DB_BY_THEME;
    if (!db_get_int(db, DB_CONFERENCES_SEVERAL, &several, err, ""))
        return false;
    if (several)
        *group = DB_BY_CONFERENCE;
    return true;
}

/* The total is kept in the tally as one more grouping with one heading. */
enum { TOTAL = 6 };

static struct db_counts read_counts(sqlite3_stmt *stmt, int column)
{
    return (struct db_counts){ .talks = sqlite3_column_int(stmt, column),
        .watched = sqlite3_column_int(stmt, column + 1),
        .starred = sqlite3_column_int(stmt, column + 2),
        .notes = sqlite3_column_int(stmt, column + 3) };
}

static void add_heading(struct db_headings *headings, sqlite3_stmt *stmt)
{
    headings->items = mem_grow(
        headings->items, &headings->cap, headings->count + 1, sizeof headings->items[0]);
    headings->items[headings->count++] = (struct db_heading){
        .key = db_text(stmt, 0),
        .label = db_text(stmt, 1),
        .subkey = db_text(stmt, 2),
        .sublabel = db_text(stmt, 3),
        .counts = read_counts(stmt, 4),
    };
}

static bool read_grouping(
    struct db *db, int grouping, struct db_headings *headings, struct err *err)
{
    sqlite3_stmt *stmt = db_prepare(db, DB_HEADINGS, err);
    bool row = true;
    if (stmt == NULL)
        return false;
    db_bind(stmt, "d", grouping);
    while (db_step(db, stmt, &row, err)) {
        if (!row)
            return true;
        if (grouping == TOTAL)
            headings->total = read_counts(stmt, 4);
        else
            add_heading(headings, stmt);
    }
    return false;
}

bool db_headings_read(
    struct db *db, enum db_group group, struct db_headings *headings, struct err *err)
{
    *headings = (struct db_headings){ 0 };
    bool ok = group == DB_BY_SAVED ? db_saved_headings(db, headings, err)
                                   : read_grouping(db, (int)group, headings, err);
    if (ok && read_grouping(db, TOTAL, headings, err))
        return true;
    db_headings_release(headings);
    return false;
}

void db_headings_release(struct db_headings *headings)
{
    for (size_t i = 0; i < headings->count; i++) {
        free(headings->items[i].key);
        free(headings->items[i].label);
        free(headings->items[i].subkey);
        free(headings->items[i].sublabel);
    }
    free(headings->items);
    *headings = (struct db_headings){ 0 };
}

bool db_marked_read(struct db *db, struct db_marked **marked, size_t *count, struct err *err)
{
    sqlite3_stmt *stmt = db_prepare(db, DB_MARKED, err);
    bool row = true;
    size_t cap = 0;
    *marked = NULL;
    *count = 0;
    while (stmt != NULL && db_step(db, stmt, &row, err)) {
        if (!row)
            return true;
        *marked = mem_grow(*marked, &cap, *count + 1, sizeof **marked);
        (*marked)[(*count)++] =
            (struct db_marked){ sqlite3_column_int64(stmt, 0), read_counts(stmt, 1) };
    }
    free(*marked);
    *marked = NULL;
    *count = 0;
    return false;
}

bool db_heading_talks(struct db *db, enum db_group group, enum db_sort sort,
    const struct db_heading *heading, int64_t **ids, size_t *count, struct err *err)
{
    if (group == DB_BY_SAVED && heading->counts.talks > 0)
        return db_saved_talks(db, heading->key, ids, count, err);
    *ids = NULL;
    *count = 0;
    /* Also one that no longer makes sense. */
    if (group == DB_BY_SAVED)
        return true;
    sqlite3_stmt *stmt = db_prepare(db, under[group], err);
    if (stmt == NULL)
        return false;
    db_bind(stmt, "ssd", heading->key, heading->subkey, (int)sort);
    return db_collect_ids(db, stmt, ids, count, err);
}

bool db_stats_read(struct db *db, struct db_stats *stats, struct err *err)
{
    sqlite3_stmt *stmt = db_prepare(db, DB_STATS, err);
    bool row;
    if (stmt == NULL || !db_step(db, stmt, &row, err))
        return false;
    int *const counts[] = { &stats->talks, &stats->watched, &stats->starred, &stats->rated,
        &stats->notes, &stats->tagged, &stats->speakers, &stats->topics };
    for (int i = 0; i < 8; i++)
        *counts[i] = sqlite3_column_int(stmt, i);
    stats->seconds = sqlite3_column_int64(stmt, 8);
    stats->seconds_watched = sqlite3_column_int64(stmt, 9);
    sqlite3_reset(stmt);
    return true;
}

bool db_check(struct db *db, struct buf *report, struct err *err)
{
    static const enum db_stmt checks[] = { DB_CHECK, DB_CHECK_KEYS };
    bool sound = !db->log_cut;
    if (!sound)
        buf_addf(report, "the log %s-wal is damaged\n", db->path);
    for (size_t i = 0; i < 2; i++) {
        sqlite3_stmt *stmt = db_prepare(db, checks[i], err);
        bool row = true;
        if (stmt == NULL)
            return false;
        while (row) {
            if (!db_step(db, stmt, &row, err))
                return false;
            const char *text = row ? (const char *)sqlite3_column_text(stmt, 0) : NULL;
            if (!row || (text != NULL && sqlite3_stricmp(text, "ok") == 0))
                continue;
            sound = false;
            buf_addf(report, "%s%s\n", i == 0 ? "" : "broken reference in ",
                text != NULL ? text : "?");
        }
    }
    return sound
           || err_set(err,
               "%s is damaged; 'talkbook doctor --recover OUT' saves what can be saved",
               db->path);
}
