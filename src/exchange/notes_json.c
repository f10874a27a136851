/* Owns writing everything that is the person's as JSON. Must not hold more of it in
 * memory than some notes. */
#include "exchange/notes_json.h"

#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "db/outside.h"
#include "exchange/export.h"
#include "exchange/json.h"

enum { BATCH = 64 };

struct writing {
    struct db *db;
    const struct export_set *set;
    struct output *out;
    struct json json;
    struct err *err;
};

/* Between two elements: a line each, so that a difference shows what differs. */
static bool next(struct writing *w)
{
    buf_addc(&w->out->text, '\n');
    return output_flow(w->out, w->err);
}

static bool write_revisions(struct writing *w, const struct note *note)
{
    struct db_revisions revisions = { 0 };
    bool ok = db_revisions_read(w->db, note->id, &revisions, w->err);
    json_begin(&w->json, "revisions", '[');
    for (size_t i = 0; ok && i < revisions.count; i++) {
        const struct db_revision *revision = &revisions.items[i];
        if (revision->rev == note->rev)
            continue;
        json_begin(&w->json, NULL, '{');
        json_int(&w->json, "rev", revision->rev);
        json_text(&w->json, "saved_at", revision->saved_at);
        json_text(&w->json, "body", revision->body);
        json_end(&w->json, '}');
    }
    json_end(&w->json, ']');
    db_revisions_release(&revisions);
    return ok;
}

static bool write_note(struct writing *w, const struct note *note, const char *deleted_at)
{
    bool has;
    if (!export_set_has_key(w->db, w->set, note->talk_key, &has, w->err))
        return false;
    if (!has)
        return true;
    json_begin(&w->json, NULL, '{');
    json_text(&w->json, "uuid", note->uuid);
    json_text(&w->json, "talk", note->talk_key);
    json_text(&w->json, "topic", note->topic_slug);
    json_text(&w->json, "created_at", note->created_at);
    json_text(&w->json, "updated_at", note->updated_at);
    json_text(&w->json, "deleted_at", deleted_at);
    json_int(&w->json, "rev", note->rev);
    json_text(&w->json, "body", note->body);
    bool ok = write_revisions(w, note);
    json_end(&w->json, '}');
    return ok && next(w);
}

static bool write_notes(struct writing *w)
{
    struct note_list list = { 0 };
    char *deleted_at[BATCH];
    int64_t after = 0;
    bool ok = true;
    json_begin(&w->json, "notes", '[');
    do {
        note_list_release(&list);
        ok = db_notes_whole(w->db, after, BATCH, &list, deleted_at, w->err);
        for (size_t i = 0; i < list.count; i++) {
            after = list.items[i].id;
            ok = ok && write_note(w, &list.items[i], deleted_at[i]);
            free(deleted_at[i]);
        }
    } while (ok && list.count == BATCH);
    note_list_release(&list);
    json_end(&w->json, ']');
    return ok && next(w);
}

static bool write_one_owned(struct writing *w, const struct db_owned *owned)
{
    bool has;
    if (!export_set_has_key(w->db, w->set, owned->talk_key, &has, w->err))
        return false;
    if (!has)
        return true;
    json_begin(&w->json, NULL, '{');
    json_text(&w->json, "talk", owned->talk_key);
    json_bool(&w->json, "starred", owned->starred);
    json_bool(&w->json, "watched", owned->watched);
    json_int(&w->json, "rating", owned->rating);
    json_int(&w->json, "position", owned->position);
    json_list(&w->json, "tags", owned->tags, " ");
    if (owned->themes != NULL)
        json_list(&w->json, "themes", owned->themes, "\n");
    json_end(&w->json, '}');
    return next(w);
}

static bool write_owned(struct writing *w)
{
    struct db_owneds owneds = { 0 };
    struct buf after = { 0 };
    bool ok = true;
    json_begin(&w->json, "marks", '[');
    do {
        db_owneds_release(&owneds);
        ok = db_owned_read(w->db, buf_text(&after), BATCH, &owneds, w->err);
        for (size_t i = 0; ok && i < owneds.count; i++) {
            buf_clear(&after);
            buf_adds(&after, owneds.items[i].talk_key);
            ok = write_one_owned(w, &owneds.items[i]);
        }
    } while (ok && owneds.count == BATCH);
    db_owneds_release(&owneds);
    buf_release(&after);
    json_end(&w->json, ']');
    return ok && next(w);
}

static bool write_searches(struct writing *w)
{
    struct db_searches searches = { 0 };
    bool ok = !w->set->all || db_saved_read(w->db, &searches, w->err);
    json_begin(&w->json, "searches", '[');
    for (size_t i = 0; ok && i < searches.count; i++) {
        json_begin(&w->json, NULL, '{');
        json_text(&w->json, "name", searches.items[i].name);
        json_text(&w->json, "query", searches.items[i].query);
        json_end(&w->json, '}');
    }
    json_end(&w->json, ']');
    db_searches_release(&searches);
    return ok && next(w);
}

static bool write_talk(struct writing *w, int64_t id)
{
    struct talk talk;
    if (!db_talk_read(w->db, id, DB_READ_EXPORT, &talk, w->err))
        return false;
    json_begin(&w->json, NULL, '{');
    json_talk(&w->json, &talk);
    json_text(&w->json, "summary", talk.summary);
    json_end(&w->json, '}');
    talk_release(&talk);
    return next(w);
}

static bool write_talks(struct writing *w)
{
    int64_t *ids = NULL;
    size_t count = 0;
    bool ok = db_talks_owned(w->db, true, &ids, &count, w->err);
    json_begin(&w->json, "talks", '[');
    for (size_t i = 0; ok && i < count; i++)
        ok = !export_set_has(w->set, ids[i]) || write_talk(w, ids[i]);
    json_end(&w->json, ']');
    free(ids);
    return ok && next(w);
}

bool notes_json_write(
    struct db *db, const struct export_set *set, struct output *out, struct err *err)
{
    struct writing w = {
        .db = db, .set = set, .out = out, .json = { .out = &out->text }, .err = err
    };
    struct buf now = { 0 };
    date_add_now(&now);
    db_read_begin(db);
    json_begin(&w.json, NULL, '{');
    json_text(&w.json, "format", NOTES_JSON_FORMAT);
    json_int(&w.json, "version", NOTES_JSON_VERSION);
    json_text(&w.json, "exported_at", now.data);
    bool ok =
        next(&w) && write_notes(&w) && write_owned(&w) && write_searches(&w) && write_talks(&w);
    json_end(&w.json, '}');
    buf_addc(&out->text, '\n');
    db_read_end(db);
    buf_release(&now);
    return ok;
}
