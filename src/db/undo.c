/* Owns the list of changes, for undo and redo across restarts. */
#include "db/internal.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

bool db_change_add(struct db *db, const char *kind, const char *target, const char *before,
    const char *after, struct err *err)
{
    /* The first change of a step dropped them. */
    if ((db->step <= 0 && !db_run(db, DB_CHANGE_DROP_UNDONE, err, ""))
        || !db_run(db, DB_CHANGE_ADD, err, "ssssi", kind, target, before, after,
            db->step > 0 ? db->step : 0))
        return false;
    if (db->step == DB_STEP_BEGUN)
        db->step = sqlite3_last_insert_rowid(db->handle);
    return db->step != 0 || db_run(db, DB_CHANGE_TRIM, err, "");
}

void db_step_begin(struct db *db)
{
    db->step = DB_STEP_BEGUN;
}

bool db_step_end(struct db *db, bool ok, struct err *err)
{
    db->step = 0;
    return ok && db_run(db, DB_CHANGE_TRIM, err, "");
}

struct change {
    char *kind, *target, *before, *after;
    int64_t step;
};

struct changes {
    struct change *items;
    size_t count, cap;
};

static void release(struct changes *changes)
{
    for (size_t i = 0; i < changes->count; i++) {
        free(changes->items[i].kind);
        free(changes->items[i].target);
        free(changes->items[i].before);
        free(changes->items[i].after);
    }
    free(changes->items);
}

static bool read_changes(
    struct db *db, enum db_stmt which, struct changes *changes, struct err *err)
{
    sqlite3_stmt *stmt = db_prepare(db, which, err);
    bool row;
    while (stmt != NULL && db_step(db, stmt, &row, err)) {
        if (!row)
            return true;
        changes->items =
            mem_grow(changes->items, &changes->cap, changes->count + 1, sizeof *changes->items);
        changes->items[changes->count++] = (struct change){ db_text(stmt, 0), db_text(stmt, 1),
            db_text(stmt, 2), db_text(stmt, 3), sqlite3_column_int64(stmt, 4) };
    }
    return false;
}

/* Where the change came from a file, what that holds is not what the note began as any
 * more: the next import brings it again. A note that is no longer there was deleted. */
static bool move_outside(
    struct db *db, const struct change *change, const char *value, struct err *err)
{
    int64_t id = strtoll(change->target, NULL, 10);
    const char *other = value == change->before ? change->after : change->before;
    int to = (int)strtol(value, NULL, 10), from = (int)strtol(other, NULL, 10);
    return to == 0 || from == 0 || db_run(db, DB_UNDO_OUTSIDE, err, "idd", id, from, to);
}

static bool apply(
    struct db *db, const struct change *change, const char *value, struct err *err)
{
    static const char *const marks[] = { "starred", "watched", "rating" };
    int before;
    for (int i = 0; i < 3; i++)
        if (strcmp(change->kind, marks[i]) == 0)
            return db_marks_write(db, change->target, (enum db_mark)i,
                (int)strtol(value, NULL, 10), &before, err);
    if (strcmp(change->kind, "tags") == 0)
        return db_tags_write(db, change->target, value, err);
    if (strcmp(change->kind, "themes") == 0)
        return db_themes_write(db, change->target, value, err);
    if (strcmp(change->kind, "saved") == 0)
        return db_saved_write(db, change->target, value, err);
    return db_note_set_state(db, strtoll(change->target, NULL, 10), value, err)
           && move_outside(db, change, value, err);
}

/* What a change to a note was; one that came back had been deleted before. */
static const char *note_word(struct db *db, const struct change *change)
{
    struct err ignored = { 0 };
    int64_t deleted = 0;
    if (change->after[0] == '\0')
        return "deleted note";
    if (change->before[0] != '\0')
        return "edited note";
    db_get_int(db, DB_CHANGE_DELETED, &deleted, &ignored, "si", change->target, change->step);
    err_release(&ignored);
    return deleted > 0 ? "restored note" : "added note";
}

/* "star on Design Pressure", for the status line. */
static char *describe(struct db *db, const struct change *change, size_t others)
{
    struct err ignored = { 0 };
    static const char *const words[][2] = { { "starred", "star" },
        { "watched", "watched mark" }, { "rating", "rating" }, { "tags", "tags" },
        { "themes", "themes" }, { "saved", "saved search" } };
    const char *word = change->kind;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcmp(words[i][0], change->kind) == 0)
            word = words[i][1];
    struct buf text = { 0 };
    struct note note = { 0 };
    bool is_note = strcmp(change->kind, "note") == 0;
    if (is_note)
        db_note_read(db, strtoll(change->target, NULL, 10), &note, &ignored);
    const char *key = is_note ? note.talk_key : change->target;
    buf_adds(&text, is_note ? note_word(db, change) : word);
    if (is_note || strcmp(change->kind, "saved") == 0)
        buf_addf(&text, " %s", change->target);
    char *title = NULL;
    if (key != NULL)
        db_get_text(db, DB_TITLE_OF_KEY, &title, &ignored, "s", key);
    if (title != NULL)
        buf_addf(&text, " on %s", title);
    if (others > 0)
        buf_addf(&text, " and %zu more change%s", others, others == 1 ? "" : "s");
    free(title);
    note_release(&note);
    err_release(&ignored);
    return buf_take(&text);
}

static bool step_change(struct db *db, bool back, char **what, struct err *err)
{
    struct changes changes = { 0 };
    *what = NULL;
    if (!db_begin(db, err))
        return false;
    bool ok = read_changes(db, back ? DB_CHANGE_LAST : DB_CHANGE_NEXT, &changes, err);
    for (size_t i = 0; ok && i < changes.count; i++) {
        const struct change *change = &changes.items[i];
        ok = apply(db, change, back ? change->before : change->after, err);
    }
    if (ok && changes.count > 0)
        ok = db_run(db, DB_CHANGE_FLIP, err, "i", changes.items[0].step);
    ok = db_end(db, ok, err);
    const struct change *first = ok && changes.count > 0 ? &changes.items[0] : NULL;
    bool is_note = first != NULL && strcmp(first->kind, "note") == 0;
    db->undone_note = is_note ? strtoll(first->target, NULL, 10) : 0;
    if (first != NULL)
        *what = describe(db, first, changes.count - 1);
    release(&changes);
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
