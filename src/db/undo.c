/* Owns the list of changes, for undo and redo across restarts. */
#include "db/internal.h"

#include <stdlib.h>
#include <string.h>

bool db_change_add(struct db *db, const char *kind, const char *target, const char *before,
    const char *after, struct err *err)
{
    return db_run(db, DB_CHANGE_DROP_UNDONE, err, "")
           && db_run(db, DB_CHANGE_ADD, err, "ssss", kind, target, before, after)
           && db_run(db, DB_CHANGE_TRIM, err, "");
}

struct change {
    int64_t id;
    char *kind, *target, *before, *after;
};

static bool read_change(
    struct db *db, enum db_stmt which, struct change *change, bool *found, struct err *err)
{
    sqlite3_stmt *stmt = db_prepare(db, which, err);
    if (stmt == NULL || !db_step(db, stmt, found, err))
        return false;
    if (*found)
        *change = (struct change){ sqlite3_column_int64(stmt, 0), db_text(stmt, 1),
            db_text(stmt, 2), db_text(stmt, 3), db_text(stmt, 4) };
    sqlite3_reset(stmt);
    return true;
}

static bool apply(
    struct db *db, const struct change *change, const char *value, struct err *err)
{
    static const char *const marks[] = { "starred", "watched", "rating" };
    int before;
    for (int i = 0; i < 3; i++)
        if (strcmp(change->kind, marks[i]) == 0)
            return db_marks_write(
                db, change->target, (enum db_mark)i, atoi(value), &before, err);
    if (strcmp(change->kind, "tags") == 0)
        return db_tags_write(db, change->target, value, err);
    if (strcmp(change->kind, "saved") == 0)
        return db_saved_write(db, change->target, value, err);
    return db_note_set_state(db, strtoll(change->target, NULL, 10), value, err);
}

/* "star on Design Pressure", for the status line. */
static char *describe(struct db *db, const struct change *change)
{
    struct err ignored = { 0 };
    static const char *const words[][2] = { { "starred", "star" },
        { "watched", "watched mark" }, { "rating", "rating" }, { "tags", "tags" },
        { "note", "edited note" }, { "saved", "saved search" } };
    const char *word = change->kind;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcmp(words[i][0], change->kind) == 0)
            word = words[i][1];
    bool is_note = strcmp(change->kind, "note") == 0;
    if (is_note && change->before[0] == '\0')
        word = "added note";
    else if (is_note && change->after[0] == '\0')
        word = "deleted note";
    struct buf text = { 0 };
    struct note note = { 0 };
    if (is_note)
        db_note_read(db, strtoll(change->target, NULL, 10), &note, &ignored);
    const char *key = is_note ? note.talk_key : change->target;
    buf_adds(&text, word);
    if (strcmp(change->kind, "saved") == 0)
        buf_addf(&text, " %s", change->target);
    sqlite3_stmt *stmt = db_prepare(db, DB_TITLE_OF_KEY, &ignored);
    bool row;
    if (stmt != NULL && key != NULL) {
        db_bind(stmt, "s", key);
        if (db_step(db, stmt, &row, &ignored) && row)
            buf_addf(&text, " on %s", sqlite3_column_text(stmt, 0));
        sqlite3_reset(stmt);
    }
    note_release(&note);
    err_release(&ignored);
    return buf_take(&text);
}

static bool step_change(struct db *db, bool back, char **what, struct err *err)
{
    enum db_stmt which = back ? DB_CHANGE_LAST : DB_CHANGE_NEXT;
    struct change change = { 0 };
    bool found = false;
    *what = NULL;
    if (!db_begin(db, err))
        return false;
    bool ok = read_change(db, which, &change, &found, err)
              && (!found
                  || (apply(db, &change, back ? change.before : change.after, err)
                      && db_run(db, DB_CHANGE_FLIP, err, "i", change.id)));
    ok = db_end(db, ok, err);
    bool is_note = ok && found && strcmp(change.kind, "note") == 0;
    db->undone_note = is_note ? strtoll(change.target, NULL, 10) : 0;
    if (ok && found)
        *what = describe(db, &change);
    free(change.kind);
    free(change.target);
    free(change.before);
    free(change.after);
    return ok;
}

bool db_undo(struct db *db, char **what, struct err *err)
{
    return step_change(db, true, what, err);
}

bool db_redo(struct db *db, char **what, struct err *err)
{
    return step_change(db, false, what, err);
}

int64_t db_undone_note(const struct db *db)
{
    return db->undone_note;
}
