/* Owns notes, their earlier revisions and the trash. Nothing here ever
 * removes what a person wrote. */
#include "db/internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/date.h"
#include "base/mem.h"
#include "db/outside.h"

void db_make_uuid(char out[37])
{
    unsigned char b[16];
    if (getentropy(b, sizeof b) != 0)
        sqlite3_randomness((int)sizeof b, b);
    b[6] = (unsigned char)((b[6] & 0x0F) | 0x40);
    b[8] = (unsigned char)((b[8] & 0x3F) | 0x80);
    char *at = out;
    for (int i = 0; i < 16; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            *at++ = '-';
        at += snprintf(at, 3, "%02x", b[i]);
    }
}

void db_note_columns(sqlite3_stmt *stmt, struct note *note)
{
    *note = (struct note){ .id = sqlite3_column_int64(stmt, 0),
        .uuid = db_text(stmt, 1),
        .talk_key = db_text(stmt, 2),
        .topic_slug = db_text(stmt, 3),
        .body = db_text(stmt, 4),
        .created_at = db_text(stmt, 5),
        .updated_at = db_text(stmt, 6),
        .rev = sqlite3_column_int(stmt, 7),
        .deleted = sqlite3_column_int(stmt, 8) != 0 };
}

bool db_note_read(struct db *db, int64_t id, struct note *note, struct err *err)
{
    *note = (struct note){ 0 };
    sqlite3_stmt *stmt = db_prepare(db, DB_NOTE_READ, err);
    bool row;
    if (stmt == NULL)
        return false;
    db_bind(stmt, "i", id);
    if (!db_step(db, stmt, &row, err))
        return false;
    if (!row)
        return err_set(err, "there is no note %lld", (long long)id);
    db_note_columns(stmt, note);
    sqlite3_reset(stmt);
    return true;
}

bool db_note_insert(struct db *db, const char *uuid, const char *talk_key,
    const char *topic_slug, const char *body, int64_t *id, struct err *err)
{
    struct buf now = { 0 };
    date_add_now(&now);
    bool ok = db_run(db, DB_NOTE_ADD, err, "sssss", uuid, talk_key, topic_slug, body, now.data);
    buf_release(&now);
    if (!ok)
        return false;
    *id = sqlite3_last_insert_rowid(db->handle);
    return db_index_note(db, *id, body, true, err) && db_items_write(db, *id, body, err)
           && db_notes_count(db, talk_key, 1, err);
}

bool db_note_record(struct db *db, int64_t id, int before, int after, struct err *err)
{
    char target[24], was[12] = "", is[12] = "";
    snprintf(target, sizeof target, "%lld", (long long)id);
    if (before > 0)
        snprintf(was, sizeof was, "%d", before);
    if (after > 0)
        snprintf(is, sizeof is, "%d", after);
    return db_change_add(db, "note", target, was, is, err);
}

bool db_note_add(struct db *db, const char *talk_key, const char *topic_slug, const char *body,
    int64_t *id, struct err *err)
{
    char uuid[37];
    db_make_uuid(uuid);
    if (!db_begin(db, err))
        return false;
    bool ok = db_note_insert(db, uuid, talk_key, topic_slug, body, id, err)
              && db_note_record(db, *id, 0, 1, err);
    return db_end(db, ok, err);
}

/* Writes a body over the present one, which becomes an earlier revision. */
static bool replace_body(
    struct db *db, const struct note *note, const char *body, int *rev, struct err *err)
{
    int64_t last = note->rev;
    struct buf now = { 0 };
    date_add_now(&now);
    bool ok = db_get_int(db, DB_NOTE_LAST_REV, &last, err, "i", note->id);
    *rev = (int)last + 1;
    ok = ok && db_run(db, DB_NOTE_KEEP_REVISION, err, "i", note->id)
         && db_run(db, DB_NOTE_SET_BODY, err, "isds", note->id, body, *rev, now.data);
    buf_release(&now);
    return ok;
}

bool db_note_show(
    struct db *db, const struct note *note, const char *body, int by, struct err *err)
{
    return db_index_note(db, note->id, body, by > 0, err)
           && db_items_write(db, note->id, by > 0 ? body : NULL, err)
           && db_notes_count(db, note->talk_key, by, err);
}

bool db_note_replace(struct db *db, const struct note *note, const char *body, struct err *err)
{
    int rev;
    return strcmp(note->body, body) == 0
           || (db_note_show(db, note, note->body, -1, err)
               && replace_body(db, note, body, &rev, err)
               && db_note_show(db, note, body, 1, err)
               && db_note_record(db, note->id, note->rev, rev, err));
}

bool db_note_save(struct db *db, int64_t id, int rev, const char *body, struct err *err)
{
    struct note note = { 0 };
    if (!db_begin(db, err))
        return false;
    bool ok = db_note_read(db, id, &note, err);
    if (ok && note.deleted)
        ok = err_set(err, "note %lld is in the trash; restore it first", (long long)id);
    else if (ok && note.rev != rev)
        ok = err_set(err, "note %lld was changed elsewhere meanwhile; nothing was overwritten",
            (long long)id);
    ok = ok && db_note_replace(db, &note, body, err);
    note_release(&note);
    return db_end(db, ok, err);
}

bool db_note_trash(struct db *db, const struct note *note, struct err *err)
{
    struct buf now = { 0 };
    date_add_now(&now);
    bool ok = db_note_show(db, note, note->body, -1, err)
              && db_run(db, DB_NOTE_TRASH, err, "is", note->id, now.data);
    buf_release(&now);
    return ok;
}

static bool untrash(struct db *db, const struct note *note, struct err *err)
{
    return db_run(db, DB_NOTE_TRASH, err, "is", note->id, "")
           && db_note_show(db, note, note->body, 1, err);
}

bool db_note_delete(struct db *db, int64_t id, struct err *err)
{
    struct note note = { 0 };
    if (!db_begin(db, err))
        return false;
    bool ok =
        db_note_read(db, id, &note, err)
        && (!note.deleted || err_set(err, "note %lld is already in the trash", (long long)id))
        && db_note_trash(db, &note, err) && db_note_record(db, id, note.rev, 0, err);
    note_release(&note);
    return db_end(db, ok, err);
}

bool db_note_restore(struct db *db, int64_t id, struct err *err)
{
    struct note note = { 0 };
    if (!db_begin(db, err))
        return false;
    bool ok = db_note_read(db, id, &note, err)
              && (note.deleted || err_set(err, "note %lld is not in the trash", (long long)id))
              && untrash(db, &note, err) && db_note_record(db, id, 0, note.rev, err);
    note_release(&note);
    return db_end(db, ok, err);
}

static bool read_body_at(
    struct db *db, int64_t id, const char *rev, char **body, struct err *err)
{
    sqlite3_stmt *stmt = db_prepare(db, DB_NOTE_BODY_AT, err);
    bool row;
    if (stmt == NULL)
        return false;
    db_bind(stmt, "id", id, (int)strtol(rev, NULL, 10));
    if (!db_step(db, stmt, &row, err))
        return false;
    if (!row)
        return err_set(err, "note %lld has no revision %s", (long long)id, rev);
    *body = db_text(stmt, 0);
    sqlite3_reset(stmt);
    return true;
}

bool db_note_set_state(struct db *db, int64_t id, const char *rev, struct err *err)
{
    struct note note = { 0 };
    char *body = NULL;
    int ignored;
    bool ok = db_note_read(db, id, &note, err);
    if (ok && rev[0] == '\0')
        ok = note.deleted || db_note_trash(db, &note, err);
    else if (ok) {
        ok = read_body_at(db, id, rev, &body, err) && body != NULL
             && (note.deleted || db_note_show(db, &note, note.body, -1, err))
             && db_run(db, DB_NOTE_TRASH, err, "is", id, "")
             && (strcmp(body, note.body) == 0 || replace_body(db, &note, body, &ignored, err))
             && db_note_show(db, &note, body, 1, err);
    }
    free(body);
    note_release(&note);
    return ok;
}

bool db_note_find(struct db *db, const char *text, int64_t *id, struct err *err)
{
    size_t hex = strspn(text, "0123456789abcdef-");
    char *end;
    *id = strtoll(text, &end, 10);
    if (text[0] != '\0' && *end == '\0') {
        struct note note;
        bool found = db_note_read(db, *id, &note, err);
        note_release(&note);
        return found;
    }
    if (hex < 4 || text[hex] != '\0')
        return err_set(err, "'%s' is no note id; 'talkbook note list' shows them", text);
    int64_t *ids;
    size_t count;
    sqlite3_stmt *stmt = db_prepare(db, DB_NOTE_FIND_UUID, err);
    if (stmt == NULL)
        return false;
    db_bind(stmt, "s", text);
    if (!db_collect_ids(db, stmt, &ids, &count, err))
        return false;
    *id = count == 1 ? ids[0] : 0;
    free(ids);
    return count == 1
           || err_set(err,
               count == 0 ? "there is no note %s" : "more than one note begins with %s", text);
}

static bool read_notes(struct db *db, enum db_stmt which, const char *of, int64_t after,
    size_t max, struct note_list *list, struct err *err)
{
    sqlite3_stmt *stmt = db_prepare(db, which, err);
    bool row = true;
    if (stmt == NULL)
        return false;
    db_bind(stmt, "sii", of, after, (int64_t)max);
    for (;;) {
        if (!db_step(db, stmt, &row, err))
            return false;
        if (!row)
            return true;
        list->items = mem_grow(list->items, &list->cap, list->count + 1, sizeof list->items[0]);
        db_note_columns(stmt, &list->items[list->count++]);
    }
}

bool db_notes_read(struct db *db, const char *talk_key, const char *topic_slug, int64_t after,
    size_t max, struct note_list *list, struct err *err)
{
    enum db_stmt which = talk_key != NULL     ? DB_NOTES_OF_TALK
                         : topic_slug != NULL ? DB_NOTES_OF_TOPIC
                                              : DB_NOTES_OF_ALL;
    return read_notes(
        db, which, talk_key != NULL ? talk_key : topic_slug, after, max, list, err);
}

bool db_trash_read(
    struct db *db, int64_t after, size_t max, struct note_list *list, struct err *err)
{
    return read_notes(db, DB_NOTES_OF_TRASH, "", after, max, list, err);
}
