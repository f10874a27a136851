/* Owns what becomes of a draft's text. Must not know who asks. */
#include "exchange/draft_save.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "db/outside.h"

/* The note that a draft was begun from; its id is 0 where there is none, or none any
 * more. False with err where that could not be read. */
static bool find_note(
    struct db *db, const struct draft *draft, struct note *note, struct err *err)
{
    int64_t id = 0;
    *note = (struct note){ 0 };
    return draft->note_uuid[0] == '\0'
           || (db_note_of_uuid(db, draft->note_uuid, &id, err)
               && (id == 0 || db_note_read(db, id, note, err)));
}

static bool add_new(struct db *db, const char *talk_key, const char *topic_slug,
    const char *text, int64_t *id, struct err *err)
{
    const char *talk = talk_key[0] != '\0' ? talk_key : NULL;
    const char *topic = topic_slug[0] != '\0' ? topic_slug : NULL;
    return db_note_add(db, talk, topic, text, id, err);
}

/* The note was changed meanwhile: both texts are kept. */
static bool keep_both(struct db *db, const struct note *note, const char *text,
    struct draft_saved *saved, struct err *err)
{
    if (!add_new(db, note->talk_key, note->topic_slug, text, &saved->id, err))
        return false;
    saved->other = note->id;
    saved->deleted = note->deleted;
    saved->other_body = mem_dup(note->body);
    return true;
}

/* A save that failed: was it refused for a change meanwhile, or for another reason? */
static bool settle(struct db *db, const struct draft *draft, const char *text,
    struct draft_saved *saved, struct err *err)
{
    struct note now;
    struct err ignored = { 0 };
    bool ok = false;
    if (find_note(db, draft, &now, &ignored) && now.id != 0
        && (now.rev != draft->rev || now.deleted)) {
        err_release(err);
        ok = keep_both(db, &now, text, saved, err);
    }
    note_release(&now);
    err_release(&ignored);
    return ok;
}

bool draft_save(struct db *db, const struct draft *draft, const char *text,
    struct draft_saved *saved, struct err *err)
{
    struct note note;
    *saved = (struct draft_saved){ 0 };
    bool ok = find_note(db, draft, &note, err);
    if (ok && note.id == 0)
        return add_new(db, draft->talk_key, draft->topic_slug, text, &saved->id, err);
    saved->id = note.id;
    bool same = ok && !note.deleted && note_same(note.body, text);
    if (ok && !same)
        ok = db_note_save(db, note.id, draft->rev, text, err)
             || settle(db, draft, text, saved, err);
    note_release(&note);
    return ok;
}

void draft_add_conflict(const struct draft_saved *saved, struct buf *out)
{
    buf_addf(out, "note %lld was %s elsewhere meanwhile: yours is kept as note %lld",
        (long long)saved->other, saved->deleted ? "deleted" : "changed", (long long)saved->id);
}

bool draft_is_new(struct db *db, const struct draft *draft)
{
    struct err ignored = { 0 };
    struct note note = { 0 };
    char *text = NULL;
    /* What cannot be read is for a person to look at. */
    bool read = draft_read(draft, &text, &ignored);
    bool new = !read || note_trimmed(text) > 0;
    if (read && new &&find_note(db, draft, &note, &ignored) && note.id != 0)
        new = note.deleted || !note_same(note.body, text);
    note_release(&note);
    free(text);
    err_release(&ignored);
    return new;
}

void draft_add_place(struct db *db, const struct draft *draft, struct buf *out)
{
    struct err ignored = { 0 };
    struct note note;
    struct talk talk = { 0 };
    struct db_topic topic = { 0 };
    int64_t *ids = NULL;
    size_t count = 0;
    if (find_note(db, draft, &note, &ignored) && note.id != 0)
        buf_addf(out, "note %lld", (long long)note.id);
    else
        buf_adds(out, "a note");
    const char *key = note.talk_key != NULL ? note.talk_key : draft->talk_key;
    const char *slug = note.topic_slug != NULL ? note.topic_slug : draft->topic_slug;
    if (key[0] != '\0' && db_talk_find(db, key, &ids, &count, &ignored) && count == 1
        && db_talk_read(db, ids[0], DB_READ_ROW, &talk, &ignored))
        buf_addf(out, " on %s", talk.title);
    else if (slug[0] != '\0' && db_topic_read(db, 0, slug, &topic, &ignored))
        buf_addf(out, " on %s", topic.name);
    free(ids);
    talk_release(&talk);
    db_topic_release(&topic);
    note_release(&note);
    err_release(&ignored);
}
