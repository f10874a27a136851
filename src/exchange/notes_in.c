/* Owns reading a directory of notes: which file is which note's, and which are gone. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "exchange/notes_folder.h"
#include "exchange/notes_moved.h"
#include "exchange/notes_place.h"
#include "exchange/notes_sync.h"

/* From so many known files on that all of them are gone is taken for a mistake: the
 * wrong directory, a disk that is not there. */
enum { GONE_MIN = 10 };

struct reading {
    struct notes_place place;
    struct notes_sync sync;
    struct notes_moved moved;
    bool *seen;   /* of place.known */
    bool unknown; /* a file was left alone of which nothing is known, maybe a renamed one */
};

static void see(struct reading *r, const struct db_outside *known)
{
    if (known != NULL)
        r->seen[known - r->place.known.items] = true;
}

/* Leaves a file alone; its note is not taken for deleted, nor is any where it cannot be
 * told whose the file is. */
static bool reject(struct reading *r, const char *name, const char *reason)
{
    const struct db_outside *known = notes_place_named(&r->place, name);
    see(r, known);
    r->unknown = r->unknown || known == NULL;
    notes_report_add(r->sync.report, NOTES_REJECTED, name, reason);
    return true;
}

/* --- pyvideo's layout -------------------------------------------------- */

static bool is_notes(int at)
{
    static const char *const pyvideo[] = { "category.json", "videos" };
    struct folder_names names = { 0 }, all = { 0 };
    struct err ignored = { 0 };
    if (folder_kind(at, NOTES_PLACE_FILE) == FOLDER_FILE)
        return true;
    bool notes = folder_list(at, ".", ".md", &names, &ignored) && names.count > 0
                 && folder_list(at, ".", "", &all, &ignored);
    for (int i = 0; i < 2; i++)
        notes = notes && folder_kind(at, pyvideo[i]) == FOLDER_ABSENT;
    for (size_t i = 0; notes && i < all.count; i++) {
        int fd = folder_kind(at, all.items[i]) == FOLDER_DIRECTORY
                     ? folder_open(at, all.items[i], &ignored)
                     : -1;
        for (int j = 0; fd >= 0 && j < 2; j++)
            notes = notes && folder_kind(fd, pyvideo[j]) == FOLDER_ABSENT;
        if (fd >= 0)
            close(fd);
    }
    folder_names_release(&names);
    folder_names_release(&all);
    err_release(&ignored);
    return notes;
}

bool notes_folder_is(const char *path)
{
    int at = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool notes = at >= 0 && is_notes(at);
    if (at >= 0)
        close(at);
    return notes;
}

/* --- files ------------------------------------------------------------- */

/* The marks of conflicts that a file may have, since its note is about them: as many as
 * its front matter says, or as that note has. */
static size_t quoted_marks(struct reading *r, const char *name, const struct note_file *file)
{
    const struct db_outside *known = notes_place_named(&r->place, name);
    struct note note = { 0 };
    struct err ignored = { 0 };
    long number = file->marks != NULL ? strtol(file->marks, NULL, 10) : 0;
    size_t said = number > 0 ? (size_t)number : 0, quoted = 0;
    if (known != NULL && db_note_read(r->sync.db, known->note_id, &note, &ignored))
        quoted = note_file_conflicts(note.body);
    note_release(&note);
    err_release(&ignored);
    return said > quoted ? said : quoted;
}

/* Whether the file that a note is known by has its id, so that another is a copy. */
static bool is_copy(
    struct reading *r, const char *name, const struct db_outside *known, const char *uuid)
{
    struct buf text = { 0 };
    struct note_file file = { 0 };
    struct err ignored = { 0 };
    bool copy = strcmp(known->name, name) != 0 && notes_place_has(&r->place, known->name)
                && notes_place_read(&r->place, known->name, &text, &ignored)
                && note_file_read(buf_text(&text), text.len, &file, &ignored)
                && strcmp(file.id, uuid) == 0;
    note_file_release(&file);
    buf_release(&text);
    err_release(&ignored);
    return copy;
}

/* The note of a file: by its id, else by the name that it is known by; 0 for none. */
static bool find_note(
    struct reading *r, const char *name, const struct note_file *file, int64_t *id)
{
    const struct db_outside *known = notes_place_named(&r->place, name);
    *id = 0;
    if (file->id[0] != '\0')
        return db_note_of_uuid(r->sync.db, file->id, id, r->sync.err);
    if (known != NULL)
        *id = known->note_id;
    return true;
}

/* Why a file without text is left alone, NULL where its note has none either. A loss of
 * power may have emptied it. */
static bool refuse_empty(struct reading *r, int64_t id, const char **reason)
{
    struct note note = { 0 };
    *reason = "is empty";
    if (id == 0)
        return true;
    bool ok = db_note_read(r->sync.db, id, &note, r->sync.err);
    if (ok && note_trimmed(note.body) == 0)
        *reason = NULL;
    else if (ok && !note.deleted)
        *reason = "is empty; delete the file to delete the note, or export writes it anew";
    note_release(&note);
    return ok;
}

static bool take_file(struct reading *r, const char *name, struct note_file *file)
{
    int64_t id;
    bool twice = false;
    if (!find_note(r, name, file, &id))
        return false;
    const struct db_outside *known = notes_place_of_note(&r->place, id);
    if (known != NULL)
        twice = r->seen[known - r->place.known.items] || is_copy(r, name, known, file->id);
    else if (id != 0 && !db_outside_has(r->sync.db, r->place.id, id, &twice, r->sync.err))
        return false;
    if (twice) {
        see(r, notes_place_named(&r->place, name));
        notes_report_add(r->sync.report, NOTES_REJECTED, name,
            "has another file's id; without its id line it would be a note of its own");
        return true;
    }
    see(r, known);
    const char *reason = NULL;
    if (note_trimmed(file->body) == 0 && !refuse_empty(r, id, &reason))
        return false;
    if (reason == NULL && id == 0 && file->id[0] == '\0' && r->place.id[0] == '\0')
        reason = "has no id, and nothing can be remembered of it where nothing can be written";
    if (reason != NULL)
        return reject(r, name, reason);
    return id == 0 ? notes_sync_new(&r->sync, name, file)
                   : notes_sync_known(&r->sync, name, file, id, known != NULL ? known->rev : 0);
}

static bool read_file(struct reading *r, const char *name)
{
    struct buf text = { 0 };
    struct note_file file = { 0 };
    struct err why = { 0 };
    bool ok = true, read = false;
    if (!notes_place_is_plain(name))
        err_set(&why, "has a name that is no plain text; give it another");
    else if (notes_place_read(&r->place, name, &text, &why))
        read = note_file_read(buf_text(&text), text.len, &file, &why);
    if (note_file_conflicts(buf_text(&text)) > quoted_marks(r, name, &file))
        reject(r, name,
            "holds git's marks of a conflict; settle it in the file first, or put what only "
            "quotes them into fenced code");
    else if (!read)
        reject(r, name, err_text(&why));
    else if (file.id[0] != '\0' && !db_is_uuid(file.id))
        reject(r, name, "has an id that is none; without that line it would be a new note");
    else
        ok = take_file(r, name, &file);
    note_file_release(&file);
    buf_release(&text);
    err_release(&why);
    return ok;
}

static bool take_gone(struct reading *r)
{
    bool ok = true;
    for (size_t i = 0; ok && i < r->place.known.count; i++) {
        const struct db_outside *known = &r->place.known.items[i];
        if (r->seen[i] || db_outside_is_left_out(known))
            continue;
        const char *moved =
            known->deleted ? NULL : notes_moved_find(&r->moved, r->place.at, known->name);
        if (moved != NULL)
            notes_report_add(r->sync.report, NOTES_REJECTED, moved,
                "is not read there, so its note stays as it is; notes lie beside one another "
                "in files ending in .md");
        else if (!r->unknown && !r->moved.partly)
            ok = notes_sync_gone(&r->sync, known);
        else if (!known->deleted)
            notes_report_add(r->sync.report, NOTES_UNCHANGED, known->name,
                r->unknown
                    ? "is gone, but its note stays while a file that was left alone may be it"
                    : "is gone, but its note stays, since not everything below the directory "
                      "can be looked at");
    }
    return ok;
}

static bool take_all(struct reading *r)
{
    bool ok = true;
    size_t lost = notes_place_lost(&r->place);
    if (lost >= GONE_MIN)
        return err_set(r->sync.err,
            "none of the %zu files that were written there is there any more; export writes "
            "them anew",
            lost);
    r->seen = mem_zero(r->place.known.count + 1, sizeof *r->seen);
    for (size_t i = 0; ok && i < r->place.names.count; i++)
        ok = read_file(r, r->place.names.items[i]);
    ok = ok && take_gone(r);
    /* The notes of a catalog that another database has, too, and wrote no file of, were
     * deleted there. */
    if (ok && r->place.known.count == 0 && !r->place.is_new)
        ok = db_outside_leave_out(r->sync.db, r->place.id, r->sync.err);
    free(r->seen);
    return ok;
}

bool notes_folder_read(
    struct db *db, const char *path, struct notes_report *report, struct err *err)
{
    struct reading r = { .sync = { .db = db, .report = report, .err = err } };
    bool ok = notes_place_open(&r.place, db, path, NOTES_READ, err) && db_bring_begin(db, err);
    if (ok) {
        r.sync.place = r.place.id;
        ok = take_all(&r) && notes_place_sync(&r.place, err);
        ok = db_bring_end(db, ok, err);
    }
    notes_moved_release(&r.moved);
    notes_place_close(&r.place);
    return ok;
}
