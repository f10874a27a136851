/* Owns reading all that is the person's on talks, and adding what another database
 * has of it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "db/internal.h"
#include "db/outside.h"

static const struct {
    const char *kind;
    enum db_mark mark;
} marks[] = { { "starred", DB_STARRED }, { "watched", DB_WATCHED }, { "rating", DB_RATING } };

/* Own themes as db_themes_set() keeps them; earlier imports kept what they were given. */
static char *read_names(sqlite3_stmt *stmt, int column)
{
    struct buf names = { 0 };
    char *kept = db_text(stmt, column);
    db_themes_add_names(kept, &names);
    free(kept);
    return buf_take(&names);
}

bool db_owned_read(
    struct db *db, const char *after, size_t max, struct db_owneds *owneds, struct err *err)
{
    sqlite3_stmt *stmt = db_prepare(db, DB_OWNED, err);
    bool row = true;
    if (stmt == NULL)
        return false;
    db_bind(stmt, "si", after, (int64_t)max);
    while (db_step(db, stmt, &row, err)) {
        if (!row)
            return true;
        owneds->items =
            mem_grow(owneds->items, &owneds->cap, owneds->count + 1, sizeof *owneds->items);
        owneds->items[owneds->count++] = (struct db_owned){ .talk_key = db_text(stmt, 0),
            .starred = sqlite3_column_int(stmt, 1) != 0,
            .watched = sqlite3_column_int(stmt, 2) != 0,
            .rating = sqlite3_column_int(stmt, 3),
            .position = sqlite3_column_int(stmt, 4),
            .tags = db_text(stmt, 5),
            .themes = sqlite3_column_int(stmt, 6) != 0 ? read_names(stmt, 7) : NULL };
    }
    return false;
}

void db_owneds_release(struct db_owneds *owneds)
{
    for (size_t i = 0; i < owneds->count; i++) {
        free(owneds->items[i].talk_key);
        free(owneds->items[i].tags);
        free(owneds->items[i].themes);
    }
    free(owneds->items);
    *owneds = (struct db_owneds){ 0 };
}

static bool bring_mark(
    struct db *db, const char *key, int which, int value, bool *changed, struct err *err)
{
    int before;
    char is[12];
    if (value == 0)
        return true;
    snprintf(is, sizeof is, "%d", value);
    *changed = true;
    return db_marks_write(db, key, marks[which].mark, value, &before, err)
           && db_change_add(db, marks[which].kind, key, "0", is, err);
}

static bool bring_tags(
    struct db *db, const char *key, const char *tags, bool *changed, struct err *err)
{
    char *before = NULL, *after = NULL;
    struct buf both = { 0 };
    if (tags[0] == '\0')
        return true;
    bool ok = db_get_text(db, DB_TAGS_GET, &before, err, "s", key);
    buf_addf(&both, "%s %s", before != NULL ? before : "", tags);
    ok = ok && db_tags_write(db, key, both.data, err)
         && db_get_text(db, DB_TAGS_GET, &after, err, "s", key);
    if (ok && strcmp(before, after) != 0) {
        *changed = true;
        ok = db_change_add(db, "tags", key, before, after, err);
    }
    buf_release(&both);
    free(before);
    free(after);
    return ok;
}

static bool bring_themes(
    struct db *db, const char *key, const char *themes, bool *changed, struct err *err)
{
    char *own = NULL;
    struct buf value = { 0 };
    if (themes == NULL)
        return true;
    bool ok = db_get_text(db, DB_OWN_THEME_GET, &own, err, "s", key);
    buf_addc(&value, '=');
    db_themes_add_names(themes, &value);
    if (ok && own == NULL) {
        *changed = db->retally = true;
        ok = db_themes_put(db, key, value.data, err)
             && db_change_add(db, "themes", key, "", value.data, err);
    }
    buf_release(&value);
    free(own);
    return ok;
}

bool db_owned_bring(
    struct db *db, const struct db_owned *theirs, bool *changed, struct err *err)
{
    const char *key = theirs->talk_key;
    const int values[3] = { theirs->starred, theirs->watched, theirs->rating };
    int ours[3] = { 0 };
    int64_t position = 0;
    *changed = false;
    bool ok = db_marks_read(db, key, ours, err)
              && db_get_int(db, DB_POSITION_GET, &position, err, "s", key);
    for (int i = 0; ok && i < 3; i++)
        ok = bring_mark(db, key, i, ours[i] == 0 ? values[i] : 0, changed, err);
    if (ok && position == 0 && theirs->position > 0) {
        *changed = true;
        ok = db_run(db, DB_POSITION_SET, err, "sd", key, theirs->position);
    }
    return ok && bring_tags(db, key, theirs->tags, changed, err)
           && bring_themes(db, key, theirs->themes, changed, err);
}

bool db_talks_owned(
    struct db *db, bool with_trash, int64_t **ids, size_t *count, struct err *err)
{
    sqlite3_stmt *stmt = db_prepare(db, DB_TALKS_OWNED, err);
    if (stmt == NULL)
        return false;
    db_bind(stmt, "d", (int)with_trash);
    return db_collect_ids(db, stmt, ids, count, err);
}

bool db_talk_of_key(struct db *db, const char *key, int64_t *id, struct err *err)
{
    *id = 0;
    return db_get_int(db, DB_TALK_ID_OF_KEY, id, err, "s", key);
}
