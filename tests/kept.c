/* Owns what is remembered of notes. Must not use the program's own reading. */
#include "kept.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

#include "base/buf.h"
#include "base/mem.h"

struct known {
    char *uuid, *body;
    bool trashed;
};

/* By uuid, ascending. */
struct kept {
    struct known *notes;
    size_t count;
};

struct kept *kept_new(void)
{
    return mem_zero(1, sizeof(struct kept));
}

static void forget(struct kept *kept)
{
    for (size_t i = 0; i < kept->count; i++) {
        free(kept->notes[i].uuid);
        free(kept->notes[i].body);
    }
    free(kept->notes);
    *kept = (struct kept){ 0 };
}

void kept_free(struct kept *kept)
{
    if (kept != NULL)
        forget(kept);
    free(kept);
}

static void read_all(struct kept *now, sqlite3 *handle, struct buf *lost)
{
    sqlite3_stmt *stmt = NULL;
    size_t cap = 0;
    int code = sqlite3_prepare_v2(
        handle, "SELECT uuid, body, deleted_at <> '' FROM note ORDER BY uuid", -1, &stmt, NULL);
    while (code == SQLITE_OK && (code = sqlite3_step(stmt)) == SQLITE_ROW) {
        now->notes = mem_grow(now->notes, &cap, now->count + 1, sizeof *now->notes);
        now->notes[now->count++] =
            (struct known){ mem_dup((const char *)sqlite3_column_text(stmt, 0)),
                mem_dup((const char *)sqlite3_column_text(stmt, 1)),
                sqlite3_column_int(stmt, 2) != 0 };
        code = SQLITE_OK;
    }
    if (code != SQLITE_DONE)
        buf_addf(lost, "cannot be read: %s\n", sqlite3_errmsg(handle));
    sqlite3_finalize(stmt);
}

static bool has_revision(sqlite3 *handle, const struct known *note)
{
    sqlite3_stmt *stmt = NULL;
    bool found = sqlite3_prepare_v2(handle,
                     "SELECT 1 FROM revision WHERE body = ?2 AND note_id ="
                     " (SELECT id FROM note WHERE uuid = ?1)",
                     -1, &stmt, NULL)
                     == SQLITE_OK
                 && sqlite3_bind_text(stmt, 1, note->uuid, -1, SQLITE_STATIC) == SQLITE_OK
                 && sqlite3_bind_text(stmt, 2, note->body, -1, SQLITE_STATIC) == SQLITE_OK
                 && sqlite3_step(stmt) == SQLITE_ROW;
    sqlite3_finalize(stmt);
    return found;
}

static void compare(const struct kept *before, const struct kept *now, sqlite3 *handle,
    size_t *trashed, struct buf *lost)
{
    size_t k = 0;
    for (size_t i = 0; i < before->count && lost->len < 1000; i++) {
        const struct known *was = &before->notes[i];
        while (k < now->count && strcmp(now->notes[k].uuid, was->uuid) < 0)
            k++;
        if (k == now->count || strcmp(now->notes[k].uuid, was->uuid) != 0) {
            buf_addf(lost, "note %s is gone: %.80s\n", was->uuid, was->body);
            continue;
        }
        *trashed += now->notes[k].trashed && !was->trashed;
        if (strcmp(now->notes[k].body, was->body) != 0 && !has_revision(handle, was))
            buf_addf(lost, "a text of note %s is gone: %.80s\n", was->uuid, was->body);
    }
}

char *kept_look(struct kept *kept, const char *path, size_t *notes, size_t *trashed)
{
    sqlite3 *handle = NULL;
    struct kept now = { 0 };
    struct buf lost = { 0 };
    *trashed = 0;
    if (sqlite3_open_v2(path, &handle, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK
        || sqlite3_busy_timeout(handle, 10000) != SQLITE_OK
        || sqlite3_exec(handle, "BEGIN", NULL, NULL, NULL) != SQLITE_OK)
        buf_addf(&lost, "cannot be opened: %s\n", sqlite3_errmsg(handle));
    else
        read_all(&now, handle, &lost);
    if (lost.len == 0)
        compare(kept, &now, handle, trashed, &lost);
    sqlite3_close(handle);
    forget(kept);
    *kept = now;
    *notes = now.count;
    if (lost.len > 0)
        return buf_take(&lost);
    buf_release(&lost);
    return NULL;
}
