/* Owns the choice between a note here and its file: what only one side changed is
 * taken, what both changed is merged, and where that does not go both are kept. Every
 * text of either side is a revision or a note afterwards. */
#include "exchange/notes_sync.h"

#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/mem.h"
#include "exchange/note_tags.h"
#include "model/merge.h"

/* The note and file at hand. */
struct pair {
    struct notes_sync *sync;
    const char *name;
    const struct note_file *file;
    struct note ours;
    struct db_revisions revisions; /* of ours */
    int base;
    int rev; /* the revision that holds the file's text; what is remembered */
    struct buf now;
};

static bool remember(struct notes_sync *sync, int64_t id, const char *name, int rev)
{
    return sync->place[0] == '\0'
           || db_outside_set(sync->db, sync->place, id, name, rev, sync->err);
}

static const char *moment_or(const char *text, const char *otherwise)
{
    return notes_is_moment(text) ? text : otherwise;
}

static void join_tags(struct notes_sync *sync, const char *name, struct note_file *file,
    const struct db_revisions *revisions, enum notes_outcome outcome)
{
    struct buf refused = { 0 }, reason = { 0 };
    note_tags_join(file, revisions, &refused);
    buf_addf(
        &reason, "its tags '%s' cannot be tags of a note and are left out", buf_text(&refused));
    if (refused.len > 0)
        notes_report_tell(sync->report, outcome, name, reason.data);
    buf_release(&refused);
    buf_release(&reason);
}

/* --- new ones ---------------------------------------------------------- */

/* A hand-written file may name its talk as the command line does; *found is how many
 * talks it names. */
static char *resolve_talk(struct notes_sync *sync, const struct note_file *file, size_t *found)
{
    struct talk talk = { 0 };
    struct err ignored = { 0 };
    int64_t *ids = NULL;
    char *key = NULL;
    *found = 0;
    if (file->id[0] == '\0' && file->talk[0] != '\0'
        && db_talk_find(sync->db, file->talk, &ids, found, &ignored) && *found == 1
        && db_talk_read(sync->db, ids[0], DB_READ_ROW, &talk, &ignored))
        key = mem_dup(talk.key);
    talk_release(&talk);
    free(ids);
    err_release(&ignored);
    return key != NULL ? key : mem_dup(file->talk);
}

/* Names a new file whose talk or topic is none here. */
static bool tell_orphan(struct notes_sync *sync, const char *name, const struct note_file *file,
    const char *talk_key, size_t found)
{
    struct buf reason = { 0 };
    struct err ignored = { 0 };
    struct db_topic topic = { 0 };
    int64_t talk = 0;
    bool ok = true;
    if (talk_key[0] != '\0') {
        ok = db_talk_of_key(sync->db, talk_key, &talk, sync->err);
        if (ok && talk == 0 && found > 1)
            buf_addf(&reason, "its talk '%s' may be any of %zu", talk_key, found);
        else if (ok && talk == 0)
            buf_addf(&reason, "its talk '%s' is not in the database", talk_key);
    } else if (file->topic[0] != '\0'
               && !db_topic_read(sync->db, 0, file->topic, &topic, &ignored))
        buf_addf(&reason, "its topic '%s' is not in the database", file->topic);
    if (reason.len > 0) {
        buf_adds(&reason, "; the note is kept");
        notes_report_tell(sync->report, NOTES_ADDED, name, reason.data);
    }
    db_topic_release(&topic);
    err_release(&ignored);
    buf_release(&reason);
    return ok;
}

static bool add_note(struct notes_sync *sync, const char *uuid, const char *talk_key,
    const char *topic_slug, const struct note_file *file, int64_t *id)
{
    struct buf now = { 0 };
    date_add_now(&now);
    const char *updated = moment_or(file->updated, now.data);
    struct note note = { .uuid = (char *)uuid,
        .talk_key = (char *)talk_key,
        .topic_slug = (char *)(talk_key[0] == '\0' ? topic_slug : ""),
        .body = file->body,
        .created_at = (char *)moment_or(file->created, updated),
        .updated_at = (char *)updated,
        .rev = 1 };
    bool ok = db_note_bring(sync->db, &note, "", id, sync->err);
    buf_release(&now);
    return ok;
}

bool notes_sync_new(struct notes_sync *sync, const char *name, struct note_file *file)
{
    char uuid[37];
    size_t found;
    char *key = resolve_talk(sync, file, &found);
    const struct db_revisions none = { 0 };
    int64_t id;
    db_make_uuid(uuid);
    join_tags(sync, name, file, &none, NOTES_ADDED);
    bool ok = add_note(sync, file->id[0] != '\0' ? file->id : uuid, key, file->topic, file, &id)
              && notes_report_talk(sync->report, sync->db, key, sync->err)
              && tell_orphan(sync, name, file, key, found) && remember(sync, id, name, 1);
    notes_report_add(sync->report, NOTES_ADDED, NULL, NULL);
    free(key);
    return ok;
}

/* --- known ones -------------------------------------------------------- */

static const struct db_revision *revision(const struct pair *p, int rev)
{
    int at = db_revision_at(&p->revisions, rev);
    return at >= 0 ? &p->revisions.items[at] : NULL;
}

/* The file's time, where it is another than that of the text both started from. */
static const char *file_time(const struct pair *p)
{
    const struct db_revision *base = revision(p, p->base);
    bool told = base == NULL || strcmp(p->file->updated, base->saved_at) != 0;
    return told ? moment_or(p->file->updated, p->now.data) : p->now.data;
}

static bool take_text(struct pair *p, const char *body, const char *time, int *rev)
{
    return db_note_bring_text(p->sync->db, p->ours.id, body, time, rev, p->sync->err);
}

static bool take_theirs(struct pair *p, enum notes_outcome outcome)
{
    notes_report_add(p->sync->report, outcome, NULL, NULL);
    return take_text(p, p->file->body, file_time(p), &p->rev);
}

static bool bring_back(struct pair *p)
{
    notes_report_tell(p->sync->report, NOTES_CHANGED, p->name,
        "its note is brought back from the trash, since the file is there");
    return take_theirs(p, NOTES_CHANGED);
}

/* The same text on both sides: the earlier beginning and the later end of its times. */
static bool join_times(struct pair *p, bool fresh)
{
    const struct note *ours = &p->ours;
    const char *created = moment_or(p->file->created, ours->created_at);
    const char *updated = moment_or(p->file->updated, ours->updated_at);
    if (!fresh && notes_is_later(created, ours->created_at))
        created = ours->created_at;
    if (!fresh)
        updated = notes_later(updated, ours->updated_at);
    return db_note_set_times(p->sync->db, ours->id, created, updated, p->sync->err);
}

static bool stays(struct pair *p, int rev)
{
    p->rev = rev;
    notes_report_add(p->sync->report, NOTES_UNCHANGED, NULL, NULL);
    return true;
}

/* A catalog's note that nobody touched here gives way to what somebody did there. */
static bool replace_fresh(struct pair *p)
{
    struct note note = p->ours;
    note.body = p->file->body;
    note.created_at = (char *)moment_or(p->file->created, note.created_at);
    note.updated_at = (char *)moment_or(p->file->updated, p->now.data);
    notes_report_add(p->sync->report, NOTES_CHANGED, NULL, NULL);
    /* Not the catalog's any more, and so nothing that gives way to the next one. */
    note.rev = p->rev = 2;
    return db_note_bring_fresh(p->sync->db, note.id, &note, "", p->sync->err);
}

/* The file's text goes into the history before ours, so that both have it as what the
 * next changes start from. */
static bool take_between(struct pair *p, const char *body, const char *time)
{
    int newest;
    return take_text(p, p->file->body, file_time(p), &p->rev)
           && take_text(p, body, time, &newest);
}

static bool keep_both(struct pair *p)
{
    struct notes_sync *sync = p->sync;
    struct buf reason = { 0 };
    struct note_file file = *p->file;
    char uuid[37];
    int64_t copy;
    db_make_uuid(uuid);
    file.updated = (char *)file_time(p);
    bool ok = add_note(sync, uuid, p->ours.talk_key, p->ours.topic_slug, &file, &copy)
              && take_between(p, p->ours.body, p->ours.updated_at);
    buf_addf(&reason, "both texts are kept: the file's is the new note %lld beside %lld",
        (long long)copy, (long long)p->ours.id);
    notes_report_add(sync->report, NOTES_CONFLICTS, p->name, reason.data);
    buf_release(&reason);
    return ok;
}

static struct diff_text lines_of(const char *text)
{
    return (struct diff_text){ text, strlen(text) };
}

static bool merge(struct pair *p, const char *base)
{
    char *merged = NULL;
    if (!merge3(lines_of(base), lines_of(p->ours.body), lines_of(p->file->body), &merged, NULL))
        return keep_both(p);
    bool ok;
    if (strcmp(merged, p->file->body) == 0)
        ok = take_theirs(p, NOTES_CHANGED);
    else {
        bool same = strcmp(merged, p->ours.body) == 0;
        notes_report_add(p->sync->report, NOTES_MERGED, NULL, NULL);
        ok = take_between(p, merged, same ? p->ours.updated_at : p->now.data);
    }
    free(merged);
    return ok;
}

/* The newest of our revisions behind `after` with the file's text; 0 for none. */
static int find_text(const struct pair *p, int after)
{
    for (size_t i = p->revisions.count; i-- > 0;)
        if (p->revisions.items[i].rev > after
            && strcmp(p->revisions.items[i].body, p->file->body) == 0)
            return p->revisions.items[i].rev;
    return 0;
}

static bool settle(struct pair *p)
{
    const char *theirs = p->file->body;
    const struct db_revision *base = revision(p, p->base);
    bool fresh = false, there_same = base != NULL && strcmp(base->body, theirs) == 0;
    if (base == NULL && !db_note_is_fresh(p->sync->db, p->ours.id, &fresh, p->sync->err))
        return false;
    if (p->ours.deleted)
        return there_same ? stays(p, p->base) : bring_back(p);
    if (strcmp(p->ours.body, theirs) == 0)
        return stays(p, p->ours.rev) && join_times(p, fresh);
    if (fresh)
        return replace_fresh(p);
    if (there_same)
        return stays(p, p->base);
    if (base != NULL && strcmp(p->ours.body, base->body) == 0)
        return take_theirs(p, NOTES_CHANGED);
    int found = find_text(p, p->base);
    if (found != 0)
        return stays(p, found);
    return base != NULL ? merge(p, base->body) : keep_both(p);
}

bool notes_sync_known(struct notes_sync *sync, const char *name, struct note_file *file,
    int64_t note_id, int base)
{
    struct pair p = { .sync = sync, .name = name, .file = file, .base = base };
    date_add_now(&p.now);
    bool ok = db_note_read(sync->db, note_id, &p.ours, sync->err)
              && db_revisions_read(sync->db, note_id, &p.revisions, sync->err);
    if (ok)
        join_tags(sync, name, file, &p.revisions, NOTES_UNCHANGED);
    ok = ok && settle(&p)
         && notes_report_talk(sync->report, sync->db, p.ours.talk_key, sync->err)
         && remember(sync, note_id, name, p.rev);
    buf_release(&p.now);
    db_revisions_release(&p.revisions);
    note_release(&p.ours);
    return ok;
}

bool notes_sync_gone(struct notes_sync *sync, const struct db_outside *known)
{
    struct note ours = { 0 };
    struct db_revisions revisions = { 0 };
    bool ok = db_note_read(sync->db, known->note_id, &ours, sync->err)
              && db_revisions_read(sync->db, known->note_id, &revisions, sync->err);
    int at = ok ? db_revision_at(&revisions, known->rev) : -1;
    if (ok && !ours.deleted && at >= 0 && strcmp(revisions.items[at].body, ours.body) == 0) {
        struct buf reason = { 0 };
        buf_addf(
            &reason, "is gone; talkbook note restore %lld brings it back", (long long)ours.id);
        notes_report_add(sync->report, NOTES_DELETED, known->name, reason.data);
        buf_release(&reason);
        ok = db_note_bring_trash(sync->db, ours.id, sync->err);
    } else if (ok && !ours.deleted)
        notes_report_add(sync->report, NOTES_CONFLICTS, known->name,
            "the file is gone, but the note was changed since; it is kept");
    ok = ok && db_outside_forget(sync->db, sync->place, known->note_id, sync->err);
    db_revisions_release(&revisions);
    note_release(&ours);
    return ok;
}
