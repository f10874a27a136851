/* Owns writing notes to a directory: what changed is written, what was not imported is
 * left alone. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "exchange/notes_folder.h"
#include "exchange/notes_place.h"
#include "exchange/note_file.h"
#include "exchange/note_tags.h"

/* Notes a transaction: a writer elsewhere waits no longer than for these. */
enum { BATCH = 256 };

static const char import_first[] = "holds changes that were not imported; run 'talkbook "
                                   "import' on the directory first";

/* A file that no note here is known by, and the id that it has. */
struct stranger {
    char *uuid;
    const char *name;
};

struct writing {
    struct db *db;
    const struct export_set *set;
    struct notes_place place;
    struct notes_report *report;
    struct err *err;
    struct stranger *strangers; /* by uuid */
    size_t count, cap;
    bool copies;            /* nothing can be saved, so that nothing is remembered */
    bool bare;              /* all files are gone: they are written anew */
    struct buf text, there; /* what the file at hand should be, and is */
};

static bool reject(struct writing *w, const char *name, const char *reason)
{
    notes_report_add(w->report, NOTES_REJECTED, name, reason);
    return true;
}

/* --- files that no note is known by ------------------------------------- */

static int compare_strangers(const void *a, const void *b)
{
    return strcmp(((const struct stranger *)a)->uuid, ((const struct stranger *)b)->uuid);
}

static void find_strangers(struct writing *w)
{
    for (size_t i = 0; i < w->place.names.count; i++) {
        const char *name = w->place.names.items[i];
        struct note_file file = { 0 };
        struct err ignored = { 0 };
        if (notes_place_named(&w->place, name) == NULL
            && notes_place_read(&w->place, name, &w->there, &ignored)
            && note_file_read(buf_text(&w->there), w->there.len, &file, &ignored)
            && file.id[0] != '\0') {
            w->strangers = mem_grow(w->strangers, &w->cap, w->count + 1, sizeof *w->strangers);
            w->strangers[w->count++] = (struct stranger){ mem_dup(file.id), name };
        }
        note_file_release(&file);
        err_release(&ignored);
    }
    if (w->count > 0)
        qsort(w->strangers, w->count, sizeof *w->strangers, compare_strangers);
}

static const struct stranger *find_stranger(const struct writing *w, const char *uuid)
{
    struct stranger wanted = { .uuid = (char *)uuid };
    return w->count == 0 ? NULL
                         : bsearch(&wanted, w->strangers, w->count, sizeof *w->strangers,
                             compare_strangers);
}

/* --- one note ---------------------------------------------------------- */

static bool make_text(struct writing *w, const struct note *note)
{
    struct buf tags = { 0 };
    char *conference = NULL;
    int64_t talk = 0;
    if (!db_talk_of_key(w->db, note->talk_key, &talk, w->err)
        || (talk != 0 && !db_talk_conference(w->db, talk, &conference, w->err)))
        return false;
    note_tags_add(note->body, &tags);
    const struct note_file file = { .id = note->uuid,
        .talk = note->talk_key,
        .topic = note->topic_slug,
        .conference = conference != NULL ? conference : "",
        .created = note->created_at,
        .updated = note->updated_at,
        .tags = (char *)buf_text(&tags),
        .body = note->body };
    buf_clear(&w->text);
    note_file_add(&w->text, &file);
    free(conference);
    buf_release(&tags);
    return true;
}

static bool remember(struct writing *w, const struct note *note, const char *name)
{
    return w->copies || db_outside_set(w->db, w->place.id, note->id, name, note->rev, w->err);
}

/* Writes the note's file; a failure that others would meet too ends the export. */
static bool put(struct writing *w, const struct note *note, const char *name, bool is_new)
{
    struct err why = { 0 };
    bool failed;
    bool ok = notes_place_write(&w->place, name, w->text.data, w->text.len, &failed, &why);
    if (ok) {
        notes_report_add(w->report, is_new ? NOTES_ADDED : NOTES_CHANGED, NULL, NULL);
        ok = remember(w, note, name);
    } else if (failed)
        err_set(w->err, "%s/%s %s", w->place.path, name, err_text(&why));
    else
        ok = reject(w, name, err_text(&why));
    err_release(&why);
    return ok;
}

static char *make_name(struct writing *w, const struct note *note)
{
    char *title = note_title(note->body), *name;
    struct buf stem = { 0 };
    note_file_name(title, &stem);
    notes_place_name(&w->place, buf_text(&stem), note->uuid, &name);
    buf_release(&stem);
    free(title);
    return name;
}

static bool put_new(struct writing *w, const struct note *note)
{
    char *name = make_name(w, note);
    bool ok = put(w, note, name, true);
    free(name);
    return ok;
}

/* Whether the file that was read is the note's and says what the note said at rev, or
 * nothing. */
static bool is_synced(struct writing *w, const struct note *note, int rev, bool *synced)
{
    struct note_file file = { 0 };
    struct db_revisions revisions = { 0 };
    struct buf refused = { 0 };
    struct err ignored = { 0 };
    *synced = false;
    bool ok = db_revisions_read(w->db, note->id, &revisions, w->err);
    int at = db_revision_at(&revisions, rev);
    if (ok && note_file_read(buf_text(&w->there), w->there.len, &file, &ignored)
        && (file.id[0] == '\0' || strcmp(file.id, note->uuid) == 0)) {
        note_tags_join(&file, &revisions, &refused);
        *synced = strcmp(file.body, note->body) == 0 || note_trimmed(file.body) == 0
                  || (at >= 0 && strcmp(file.body, revisions.items[at].body) == 0);
    }
    buf_release(&refused);
    note_file_release(&file);
    db_revisions_release(&revisions);
    err_release(&ignored);
    return ok;
}

static bool is_as_it_should_be(const struct writing *w)
{
    return w->text.len > 0 && w->there.len == w->text.len
           && memcmp(buf_text(&w->there), w->text.data, w->text.len) == 0;
}

/* Reads the file of a note into w->there: 1 it is as it was last known, 0 it is left
 * alone, which was reported, -1 with err. */
static int look(struct writing *w, const struct note *note, const char *name, int rev)
{
    struct err why = { 0 };
    bool synced = false, ok = notes_place_read(&w->place, name, &w->there, &why);
    int result = 0;
    if (!ok)
        reject(w, name, err_text(&why));
    else if (is_as_it_should_be(w))
        result = 1;
    else if (!is_synced(w, note, rev, &synced))
        result = -1;
    else if (!synced)
        reject(w, name, import_first);
    else
        result = 1;
    err_release(&why);
    return result;
}

static bool put_known(
    struct writing *w, const struct note *note, const struct db_outside *known)
{
    if (db_outside_is_left_out(known) && known->rev == note->rev)
        return true;
    if (!notes_place_is_plain(known->name))
        return put_new(w, note);
    if (folder_kind(w->place.at, known->name) == FOLDER_ABSENT)
        return w->bare ? put(w, note, known->name, true)
                       : reject(w, known->name,
                           "is gone; 'talkbook import' of the directory moves its note to "
                           "the trash");
    int found = look(w, note, known->name, known->rev);
    if (found <= 0)
        return found == 0;
    if (!is_as_it_should_be(w))
        return put(w, note, known->name, false);
    notes_report_add(w->report, NOTES_UNCHANGED, NULL, NULL);
    return known->rev == note->rev || remember(w, note, known->name);
}

/* A file that came with the directory, from another database, and is this note's. */
static bool put_strange(struct writing *w, const struct note *note, const char *name)
{
    int found = look(w, note, name, note->rev);
    if (found <= 0)
        return found == 0;
    notes_report_add(w->report, NOTES_UNCHANGED, NULL, NULL);
    return remember(w, note, name) && (is_as_it_should_be(w) || put(w, note, name, false));
}

static bool put_note(struct writing *w, const struct note *note)
{
    bool has;
    if (!export_set_has_key(w->db, w->set, note->talk_key, &has, w->err))
        return false;
    if (!has)
        return true;
    const struct db_outside *known = notes_place_of_note(&w->place, note->id);
    const struct stranger *stranger = known == NULL ? find_stranger(w, note->uuid) : NULL;
    return make_text(w, note)
           && (known != NULL      ? put_known(w, note, known)
               : stranger != NULL ? put_strange(w, note, stranger->name)
                                  : put_new(w, note));
}

/* --- all of them ------------------------------------------------------- */

/* Files that were written are remembered also where a later one fails, but not before
 * they are on the disk. */
static bool end_batch(struct writing *w, bool ok)
{
    struct err second = { 0 };
    bool synced = notes_place_sync(&w->place, ok ? w->err : &second);
    ok = ok && synced;
    bool saved = w->copies || db_bring_end(w->db, synced, ok ? w->err : &second);
    err_release(&second);
    return ok && saved;
}

static bool put_batch(struct writing *w, int64_t *after, bool *more)
{
    struct note_list list = { 0 };
    if (!w->copies && !db_bring_begin(w->db, w->err))
        return false;
    bool ok = db_notes_read(w->db, NULL, NULL, *after, BATCH, &list, w->err);
    for (size_t i = 0; ok && i < list.count; i++) {
        *after = list.items[i].id;
        ok = put_note(w, &list.items[i]);
    }
    *more = list.count == BATCH;
    note_list_release(&list);
    return end_batch(w, ok);
}

static bool remove_file(struct writing *w, const struct db_outside *known)
{
    struct note note = { 0 };
    struct err why = { 0 };
    bool there = notes_place_is_plain(known->name)
                 && folder_kind(w->place.at, known->name) != FOLDER_ABSENT;
    if (!there)
        return db_outside_forget(w->db, w->place.id, known->note_id, w->err);
    bool ok = db_note_read(w->db, known->note_id, &note, w->err);
    buf_clear(&w->text);
    int found = ok ? look(w, &note, known->name, known->rev) : -1;
    if (found == 1 && !notes_place_remove(&w->place, known->name, &why))
        reject(w, known->name, err_text(&why));
    else if (found == 1) {
        notes_report_add(w->report, NOTES_DELETED, NULL, NULL);
        ok = db_outside_forget(w->db, w->place.id, known->note_id, w->err);
    }
    note_release(&note);
    err_release(&why);
    return ok && found >= 0;
}

static bool remove_files(struct writing *w)
{
    if (w->copies)
        return true;
    if (!db_bring_begin(w->db, w->err))
        return false;
    bool ok = true;
    for (size_t i = 0; ok && i < w->place.known.count; i++)
        if (w->place.known.items[i].deleted)
            ok = remove_file(w, &w->place.known.items[i]);
    return end_batch(w, ok);
}

bool notes_folder_write(struct db *db, const struct export_set *set, const char *path,
    struct notes_report *report, struct err *err)
{
    struct writing w = { .db = db, .set = set, .report = report, .err = err };
    int64_t after = 0;
    w.copies = db_read_only(db) != NULL;
    enum notes_use use = w.copies ? NOTES_COPY : NOTES_WRITE;
    bool more = true, ok = notes_place_open(&w.place, db, path, use, err);
    if (ok) {
        w.bare = notes_place_lost(&w.place) > 0;
        find_strangers(&w);
        ok = remove_files(&w);
    }
    while (ok && more)
        ok = put_batch(&w, &after, &more);
    for (size_t i = 0; i < w.count; i++)
        free(w.strangers[i].uuid);
    free(w.strangers);
    buf_release(&w.text);
    buf_release(&w.there);
    notes_place_close(&w.place);
    return ok;
}
