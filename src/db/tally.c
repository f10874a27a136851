/* Owns the counts on headings: made anew after an import, kept by each change.
 * Must not know what changed the marks. */
#include "db/internal.h"

bool db_tally_rebuild(struct db *db, struct err *err)
{
    static const enum db_stmt order[] = { DB_TALLY_CLEAR, DB_TALLY_THEME, DB_TALLY_TOPIC,
        DB_TALLY_DAY, DB_TALLY_ROOM, DB_TALLY_SPEAKER, DB_TALLY_CONFERENCE, DB_TALLY_TOTAL };
    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++)
        if (!db_run(db, order[i], err, ""))
            return false;
    return true;
}

bool db_marks_read(struct db *db, const char *talk_key, int marks[3], struct err *err)
{
    sqlite3_stmt *stmt = db_prepare(db, DB_MARK_GET, err);
    bool row;
    if (stmt == NULL)
        return false;
    db_bind(stmt, "s", talk_key);
    if (!db_step(db, stmt, &row, err))
        return false;
    for (int i = 0; i < 3; i++)
        marks[i] = row ? sqlite3_column_int(stmt, i) : 0;
    sqlite3_reset(stmt);
    return true;
}

bool db_marks_write(struct db *db, const char *talk_key, enum db_mark mark, int value,
    int *before, struct err *err)
{
    int old[3], new[3];
    if (!db_marks_read(db, talk_key, old, err))
        return false;
    for (int i = 0; i < 3; i++)
        new[i] = i == (int)mark ? value : old[i];
    *before = old[mark];
    return old[mark] == value
           || (db_run(db, DB_MARK_SET, err, "sddd", talk_key, new[DB_STARRED], new[DB_WATCHED],
                   new[DB_RATING])
               && db_run(db, DB_TALLY_ADD, err, "sddd", talk_key,
                   new[DB_WATCHED] - old[DB_WATCHED], new[DB_STARRED] - old[DB_STARRED], 0));
}

bool db_notes_count(struct db *db, const char *talk_key, int by, struct err *err)
{
    if (talk_key == NULL || talk_key[0] == '\0')
        return true;
    return db_run(db, DB_MARK_NOTES, err, "sd", talk_key, by)
           && db_run(db, DB_TALLY_ADD, err, "sddd", talk_key, 0, 0, by);
}
