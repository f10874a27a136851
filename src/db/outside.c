/* Owns bringing in notes from outside and remembering where they are there. Must not
 * know in what form they come. */
#include "db/outside.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "db/internal.h"

bool db_bring_begin(struct db *db, struct err *err)
{
    if (!db_begin(db, err))
        return false;
    db_step_begin(db);
    db->retally = false;
    return true;
}

bool db_bring_end(struct db *db, bool ok, struct err *err)
{
    ok = ok && (!db->retally || db_tally_rebuild(db, err));
    ok = db_step_end(db, ok, err);
    return db_end(db, ok, err);
}

/* --- places ------------------------------------------------------------ */

bool db_outsides_read(
    struct db *db, const char *place, struct db_outsides *outsides, struct err *err)
{
    sqlite3_stmt *stmt = db_prepare(db, DB_OUTSIDE_READ, err);
    bool row = true;
    if (stmt == NULL)
        return false;
    db_bind(stmt, "s", place);
    while (db_step(db, stmt, &row, err)) {
        if (!row)
            return true;
        outsides->items = mem_grow(
            outsides->items, &outsides->cap, outsides->count + 1, sizeof *outsides->items);
        outsides->items[outsides->count++] =
            (struct db_outside){ .note_id = sqlite3_column_int64(stmt, 0),
                .name = db_text(stmt, 1),
                .rev = sqlite3_column_int(stmt, 2),
                .deleted = sqlite3_column_int(stmt, 3) != 0 };
    }
    return false;
}

void db_outsides_release(struct db_outsides *outsides)
{
    for (size_t i = 0; i < outsides->count; i++)
        free(outsides->items[i].name);
    free(outsides->items);
    *outsides = (struct db_outsides){ 0 };
}

bool db_outside_has(
    struct db *db, const char *place, int64_t note_id, bool *has, struct err *err)
{
    int64_t found = 0;
    bool ok = db_get_int(db, DB_OUTSIDE_HAS, &found, err, "si", place, note_id);
    *has = found != 0;
    return ok;
}

bool db_outside_set(struct db *db, const char *place, int64_t note_id, const char *name,
    int rev, struct err *err)
{
    return db_run(db, DB_OUTSIDE_SET, err, "sisd", place, note_id, name, rev);
}

bool db_outside_leave_out(struct db *db, const char *place, struct err *err)
{
    return db_run(db, DB_OUTSIDE_LEAVE_OUT, err, "s", place);
}

bool db_outside_is_left_out(const struct db_outside *outside)
{
    return outside->name[0] == '/' && db_is_uuid(outside->name + 1);
}

bool db_outside_forget(struct db *db, const char *place, int64_t note_id, struct err *err)
{
    return db_run(db, DB_OUTSIDE_FORGET, err, "si", place, note_id);
}

/* --- notes ------------------------------------------------------------- */

bool db_is_uuid(const char *text)
{
    return strlen(text) == 36 && strspn(text, "0123456789abcdef-") == 36;
}

bool db_note_of_uuid(struct db *db, const char *uuid, int64_t *id, struct err *err)
{
    *id = 0;
    return db_get_int(db, DB_NOTE_OF_UUID, id, err, "s", uuid);
}

bool db_note_is_fresh(struct db *db, int64_t id, bool *fresh, struct err *err)
{
    int64_t count = 0;
    bool ok = db_get_int(db, DB_NOTE_IS_FRESH, &count, err, "i", id);
    *fresh = count != 0;
    return ok;
}

bool db_note_bring(struct db *db, const struct note *note, const char *deleted_at, int64_t *id,
    struct err *err)
{
    if (!db_run(db, DB_NOTE_BRING, err, "ssssdsss", note->uuid, note->talk_key,
            note->topic_slug, note->body, note->rev, note->created_at, note->updated_at,
            deleted_at))
        return false;
    *id = sqlite3_last_insert_rowid(db->handle);
    if (deleted_at[0] != '\0')
        return true;
    struct note added = *note;
    added.id = *id;
    return db_note_show(db, &added, note->body, 1, err)
           && db_note_record(db, *id, 0, note->rev, err);
}

bool db_note_bring_fresh(
    struct db *db, int64_t id, const struct note *note, const char *deleted_at, struct err *err)
{
    struct note before = { 0 };
    bool ok = db_note_read(db, id, &before, err)
              && db_note_show(db, &before, before.body, -1, err)
              && db_run(db, DB_OUTSIDE_FORGET_NOTE, err, "i", id)
              && db_run(db, DB_NOTE_RESET, err, "isdsss", id, note->body, note->rev,
                  note->created_at, note->updated_at, deleted_at)
              && (deleted_at[0] != '\0' || db_note_show(db, &before, note->body, 1, err));
    note_release(&before);
    return ok;
}

bool db_note_bring_text(struct db *db, int64_t id, const char *body, const char *updated_at,
    int *rev, struct err *err)
{
    struct note note = { 0 };
    int64_t last = 0;
    bool ok = db_note_read(db, id, &note, err)
              && db_get_int(db, DB_NOTE_LAST_REV, &last, err, "i", id);
    *rev = (int)last + 1;
    ok = ok && (note.deleted || db_note_show(db, &note, note.body, -1, err))
         && db_run(db, DB_NOTE_KEEP_REVISION, err, "i", id)
         && db_run(db, DB_NOTE_SET_BODY, err, "isds", id, body, *rev, updated_at)
         && db_note_show(db, &note, body, 1, err)
         && db_note_record(db, id, note.deleted ? 0 : note.rev, *rev, err);
    note_release(&note);
    return ok;
}

bool db_note_bring_trash(struct db *db, int64_t id, struct err *err)
{
    struct note note = { 0 };
    bool ok =
        db_note_read(db, id, &note, err)
        && (note.deleted
            || (db_note_trash(db, &note, err) && db_note_record(db, id, note.rev, 0, err)));
    note_release(&note);
    return ok;
}

bool db_note_set_times(
    struct db *db, int64_t id, const char *created_at, const char *updated_at, struct err *err)
{
    return db_run(db, DB_NOTE_SET_TIMES, err, "iss", id, created_at, updated_at);
}

bool db_revision_bring(
    struct db *db, int64_t id, const struct db_revision *revision, struct err *err)
{
    return db_run(db, DB_REVISION_ADD, err, "idss", id, revision->rev, revision->body,
        revision->saved_at);
}

bool db_note_deleted_at(struct db *db, int64_t id, char **deleted_at, struct err *err)
{
    return db_get_text(db, DB_NOTE_DELETED_AT, deleted_at, err, "i", id);
}

bool db_notes_whole(struct db *db, int64_t after, size_t max, struct note_list *list,
    char **deleted_at, struct err *err)
{
    sqlite3_stmt *stmt = db_prepare(db, DB_NOTES_WHOLE, err);
    bool row = true;
    if (stmt == NULL)
        return false;
    db_bind(stmt, "ii", after, (int64_t)max);
    while (db_step(db, stmt, &row, err)) {
        if (!row)
            return true;
        struct note note;
        db_note_columns(stmt, &note);
        deleted_at[list->count] = db_text(stmt, 9);
        note_list_add(list, &note);
    }
    return false;
}
