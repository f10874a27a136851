/* Owns what is done with notes beside saving them: earlier revisions, the trash,
 * ticking off, moving times. Each is one change that undo takes back, but for
 * emptying the trash. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "db/internal.h"
#include "model/note_items.h"

bool db_revisions_read(
    struct db *db, int64_t id, struct db_revisions *revisions, struct err *err)
{
    sqlite3_stmt *stmt = db_prepare(db, DB_REVISIONS, err);
    bool row = true;
    if (stmt == NULL)
        return false;
    db_bind(stmt, "i", id);
    while (db_step(db, stmt, &row, err)) {
        if (!row)
            return true;
        revisions->items = mem_grow(
            revisions->items, &revisions->cap, revisions->count + 1, sizeof *revisions->items);
        revisions->items[revisions->count++] =
            (struct db_revision){ sqlite3_column_int(stmt, 0), db_text(stmt, 1),
                db_text(stmt, 2) };
    }
    return false;
}

void db_revisions_release(struct db_revisions *revisions)
{
    for (size_t i = 0; i < revisions->count; i++) {
        free(revisions->items[i].body);
        free(revisions->items[i].saved_at);
    }
    free(revisions->items);
    *revisions = (struct db_revisions){ 0 };
}

int db_revision_at(const struct db_revisions *revisions, int rev)
{
    for (size_t i = 0; i < revisions->count; i++)
        if (revisions->items[i].rev == rev)
            return (int)i;
    return -1;
}

/* A note with the text that it is to have next; NULL with err where there is none. */
static bool save_made(struct db *db, const struct note *note, char *body, struct err *err)
{
    bool ok = body != NULL && db_note_save(db, note->id, note->rev, body, err);
    free(body);
    return ok;
}

bool db_note_revert(struct db *db, int64_t id, int rev, struct err *err)
{
    struct note note = { 0 };
    struct db_revisions revisions = { 0 };
    bool ok = db_note_read(db, id, &note, err) && db_revisions_read(db, id, &revisions, err);
    int at = db_revision_at(&revisions, rev);
    if (ok && at < 0)
        ok = err_set(err, "note %lld has no revision %d; 'talkbook note log %lld' lists them",
            (long long)id, rev, (long long)id);
    else if (ok)
        ok = save_made(db, &note, mem_dup(revisions.items[at].body), err);
    db_revisions_release(&revisions);
    note_release(&note);
    return ok;
}

bool db_note_tick(struct db *db, int64_t id, int rev, size_t line, struct err *err)
{
    struct note note = { 0 };
    bool ok = db_note_read(db, id, &note, err);
    if (ok && note.rev != rev)
        ok = err_set(
            err, "note %lld was changed elsewhere meanwhile; look at it again", (long long)id);
    char *body = ok ? note_tick(note.body, line) : NULL;
    if (ok && body == NULL)
        ok = err_set(err, "line %zu of note %lld is no open task", line, (long long)id);
    ok = ok && save_made(db, &note, body, err);
    note_release(&note);
    return ok;
}

static bool shift_note(struct db *db, const struct note *note, int by, size_t *moved,
    size_t *clamped, struct err *err)
{
    size_t count, low;
    char *body = note_shift_stamps(note->body, by, &count, &low);
    bool ok = count == 0 || db_note_replace(db, note, body, err);
    *moved += count;
    *clamped += low;
    free(body);
    return ok;
}

bool db_stamps_shift(struct db *db, const char *talk_key, int by, size_t *moved,
    size_t *clamped, struct err *err)
{
    struct note_list notes = { 0 };
    *moved = *clamped = 0;
    if (!db_begin(db, err))
        return false;
    db_step_begin(db);
    bool ok = db_notes_read(db, talk_key, NULL, 0, INT_MAX, &notes, err);
    for (size_t i = 0; ok && i < notes.count; i++)
        ok = shift_note(db, &notes.items[i], by, moved, clamped, err);
    ok = db_step_end(db, ok, err);
    note_list_release(&notes);
    return db_end(db, ok, err);
}

bool db_trash_empty(struct db *db, size_t *count, struct err *err)
{
    static const enum db_stmt stmts[] = { DB_PURGE_REVISIONS, DB_PURGE_OUTSIDE,
        DB_PURGE_CHANGES, DB_PURGE_NOTES };
    *count = 0;
    if (!db_begin(db, err))
        return false;
    bool ok = true;
    for (size_t i = 0; ok && i < sizeof stmts / sizeof stmts[0]; i++)
        ok = db_run(db, stmts[i], err, "");
    *count = ok ? (size_t)sqlite3_changes(db->handle) : 0;
    ok = ok && (*count == 0 || db_index_purge(db, err));
    return db_end(db, ok, err);
}
