/* Owns what stands in notes as rows of their own: tasks, times and links. Must not
 * know how they are found in a text (note_items.c). */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "db/internal.h"
#include "model/note_items.h"

static bool add_item(
    struct db *db, sqlite3_stmt *stmt, const struct note_item *item, struct err *err)
{
    struct buf text = { 0 };
    bool row;
    if (item->kind == NOTE_LINK)
        note_add_target(item->text, item->text_len, &text);
    else
        buf_add(&text, item->text, item->text_len);
    sqlite3_bind_int(stmt, 1, (int)item->kind);
    sqlite3_bind_int64(stmt, 3, (int64_t)item->off);
    sqlite3_bind_int64(stmt, 4, (int64_t)item->line);
    sqlite3_bind_int(stmt, 5, item->number);
    sqlite3_bind_text(stmt, 6, buf_text(&text), (int)text.len, SQLITE_STATIC);
    bool ok = db_step(db, stmt, &row, err);
    buf_release(&text);
    return ok;
}

bool db_items_write(struct db *db, int64_t note_id, const char *body, struct err *err)
{
    struct note_scan scan = { .body = body };
    struct note_item item;
    if (body == NULL)
        return db_run(db, DB_ITEMS_CLEAR, err, "i", note_id);
    sqlite3_stmt *stmt = db_prepare(db, DB_ITEM_ADD, err);
    bool ok = stmt != NULL;
    if (ok)
        sqlite3_bind_int64(stmt, 2, note_id);
    /* Tags are words of the full-text index. */
    while (ok && note_scan_next(&scan, &item))
        ok = item.kind == NOTE_TAG || add_item(db, stmt, &item, err);
    return ok;
}

void db_items_release(struct db_items *items)
{
    for (size_t i = 0; i < items->count; i++) {
        free(items->items[i].text);
        free(items->items[i].talk_key);
        free(items->items[i].topic_slug);
        free(items->items[i].title);
        free(items->items[i].updated_at);
    }
    free(items->items);
    *items = (struct db_items){ 0 };
}

static bool collect(struct db *db, sqlite3_stmt *stmt, struct db_items *items, struct err *err)
{
    bool row;
    while (db_step(db, stmt, &row, err)) {
        if (!row)
            return true;
        items->items =
            mem_grow(items->items, &items->cap, items->count + 1, sizeof *items->items);
        items->items[items->count++] = (struct db_item){
            .note_id = sqlite3_column_int64(stmt, 0),
            .line = (size_t)sqlite3_column_int64(stmt, 1),
            .at = sqlite3_column_int64(stmt, 2),
            .number = sqlite3_column_int(stmt, 3),
            .text = db_text(stmt, 4),
            .talk_key = db_text(stmt, 5),
            .topic_slug = db_text(stmt, 6),
            .title = db_text(stmt, 7),
            .updated_at = db_text(stmt, 8),
            .rev = sqlite3_column_int(stmt, 9),
        };
    }
    return false;
}

bool db_inbox_read(struct db *db, const struct db_item *after, size_t max,
    struct db_items *items, struct err *err)
{
    sqlite3_stmt *stmt = db_prepare(db, DB_INBOX, err);
    if (stmt == NULL)
        return false;
    db_bind(stmt, "iii", after != NULL ? after->note_id : INT64_MAX,
        after != NULL ? after->at : -1, (int64_t)max);
    return collect(db, stmt, items, err);
}

bool db_notes_newest(
    struct db *db, int64_t below, size_t max, struct db_items *items, struct err *err)
{
    sqlite3_stmt *stmt = db_prepare(db, DB_NOTES_NEWEST, err);
    if (stmt == NULL)
        return false;
    db_bind(stmt, "ii", below, (int64_t)max);
    return collect(db, stmt, items, err);
}

bool db_stamps_read(
    struct db *db, const char *talk_key, struct db_items *items, struct err *err)
{
    sqlite3_stmt *stmt = db_prepare(db, DB_STAMPS_OF_TALK, err);
    if (stmt == NULL)
        return false;
    db_bind(stmt, "s", talk_key);
    return collect(db, stmt, items, err);
}

static const char *key_end(const char *key)
{
    const char *slash = strchr(key, '/');
    return slash != NULL ? slash + 1 : key;
}

bool db_links_read(
    struct db *db, const struct talk *talk, size_t max, struct db_items *items, struct err *err)
{
    const char *const names[] = { talk->key, key_end(talk->key), talk->title };
    struct buf folded[3] = { 0 };
    sqlite3_stmt *stmt = db_prepare(db, DB_LINKS_TO, err);
    bool ok = stmt != NULL;
    for (int i = 0; i < 3; i++)
        note_add_target(names[i], strlen(names[i]), &folded[i]);
    if (ok) {
        db_bind(stmt, "sssi", buf_text(&folded[0]), buf_text(&folded[1]), buf_text(&folded[2]),
            (int64_t)max);
        ok = collect(db, stmt, items, err);
    }
    for (int i = 0; i < 3; i++)
        buf_release(&folded[i]);
    return ok;
}

/* The words of a target as keys have them, "design-pressure". */
static void add_slug(const char *target, struct buf *out)
{
    note_add_target(target, strlen(target), out);
    for (size_t i = 0; i < out->len; i++)
        if (out->data[i] == ' ')
            out->data[i] = '-';
}

bool db_link_find(struct db *db, const char *target, int64_t *id, struct err *err)
{
    static const enum db_stmt order[] = { DB_FIND_BY_KEY, DB_FIND_BY_KEY_END,
        DB_FIND_BY_KEY_END, DB_FIND_BY_WORDS };
    struct buf slug = { 0 };
    size_t count = 0;
    bool ok = true;
    add_slug(target, &slug);
    *id = 0;
    for (size_t i = 0; ok && count == 0 && i < sizeof order / sizeof order[0]; i++) {
        int64_t *ids;
        sqlite3_stmt *stmt = db_prepare(db, order[i], err);
        ok = stmt != NULL;
        if (!ok)
            break;
        db_bind(stmt, "s", i == 2 ? buf_text(&slug) : target);
        ok = db_collect_ids(db, stmt, &ids, &count, err);
        *id = count == 1 ? ids[0] : 0;
        free(ids);
    }
    buf_release(&slug);
    return ok;
}
