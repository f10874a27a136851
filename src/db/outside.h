/* Notes as others have them: in files, and in other databases. What comes from there
 * is brought in within one transaction, and undo takes all of it back at once. */
#ifndef TALKBOOK_DB_OUTSIDE_H
#define TALKBOOK_DB_OUTSIDE_H

#include "db/db.h"

/* Everything that is written through this header stands between these; the second
 * returns whether ok was true and all was saved, else nothing was. A search must
 * not be asked in between. */
bool db_bring_begin(struct db *db, struct err *err);
bool db_bring_end(struct db *db, bool ok, struct err *err);

/* --- places ------------------------------------------------------------ */

/* That a place outside holds a note in a file of that name, whose text last was the
 * revision `rev` of the note. */
struct db_outside {
    int64_t note_id;
    char *name; /* owned; may be anything in a database that was tampered with */
    int rev;
    bool deleted; /* the note is in the trash */
};
struct db_outsides {
    struct db_outside *items;
    size_t count, cap;
};

/* All of a place, by name; appends. */
bool db_outsides_read(
    struct db *db, const char *place, struct db_outsides *outsides, struct err *err);
void db_outsides_release(struct db_outsides *outsides);

/* Whether a place has a file of the note. */
bool db_outside_has(
    struct db *db, const char *place, int64_t note_id, bool *has, struct err *err);

/* A name that another note had there is this one's from now on. */
bool db_outside_set(struct db *db, const char *place, int64_t note_id, const char *name,
    int rev, struct err *err);

/* Remembers that a place was without the notes that came with a catalog, that nobody
 * touched here and that it has no file of: under a name that no file can have. */
bool db_outside_leave_out(struct db *db, const char *place, struct err *err);

/* Whether that is what is remembered, so that there never was a file. */
bool db_outside_is_left_out(const struct db_outside *outside);

bool db_outside_forget(struct db *db, const char *place, int64_t note_id, struct err *err);

/* --- notes ------------------------------------------------------------- */

/* A random UUID, version 4 (RFC 9562). */
void db_make_uuid(char out[37]);

/* Whether text may be a note's uuid: 36 of 0-9, a-f and hyphens. */
bool db_is_uuid(const char *text);

/* The note of that uuid, also one in the trash; 0 where there is none. */
bool db_note_of_uuid(struct db *db, const char *uuid, int64_t *id, struct err *err);

/* Whether the note came with a catalog and was never touched. */
bool db_note_is_fresh(struct db *db, int64_t id, bool *fresh, struct err *err);

/* A new note just as it is in `note` but for the id, which goes to *id. A talk that is
 * not in the database may come later. deleted_at is "" for none. */
bool db_note_bring(struct db *db, const struct note *note, const char *deleted_at, int64_t *id,
    struct err *err);

/* Puts another state of it in the place of a note that is fresh; not undone. */
bool db_note_bring_fresh(struct db *db, int64_t id, const struct note *note,
    const char *deleted_at, struct err *err);

/* Makes a text the note's newest revision, saved at updated_at, and takes the note out
 * of the trash; *rev is its number. */
bool db_note_bring_text(struct db *db, int64_t id, const char *body, const char *updated_at,
    int *rev, struct err *err);

/* Moves the note to the trash. */
bool db_note_bring_trash(struct db *db, int64_t id, struct err *err);

/* Sets when the note was made and when its present text was saved. */
bool db_note_set_times(
    struct db *db, int64_t id, const char *created_at, const char *updated_at, struct err *err);

/* A revision of a note with its number, which is the caller's to choose; not the
 * present one. */
bool db_revision_bring(
    struct db *db, int64_t id, const struct db_revision *revision, struct err *err);

/* When the note was moved to the trash, "" for never; the caller frees it. */
bool db_note_deleted_at(struct db *db, int64_t id, char **deleted_at, struct err *err);

/* Up to `max` notes behind id `after`, those in the trash included; deleted_at[i], ""
 * for none, belongs to the note list->items[i], the list being empty before, and is
 * the caller's to free. */
bool db_notes_whole(struct db *db, int64_t after, size_t max, struct note_list *list,
    char **deleted_at, struct err *err);

/* --- what is the person's on talks ------------------------------------- */

struct db_owned {
    char *talk_key; /* owned, as are the others */
    bool starred, watched;
    int rating, position;
    char *tags;   /* with blanks between */
    char *themes; /* names, a line each; NULL: the catalog's */
};
struct db_owneds {
    struct db_owned *items;
    size_t count, cap;
};

/* Up to `max` talks with something of the person's beside notes, by key, behind the key
 * `after`; also those of talks that are not in the database. Appends. */
bool db_owned_read(
    struct db *db, const char *after, size_t max, struct db_owneds *owneds, struct err *err);
void db_owneds_release(struct db_owneds *owneds);

/* Adds what another database has to what is here, and takes nothing away: a star and
 * a watched mark are set where either has one, tags are those of both, and a rating, a
 * place in the video and own themes are taken where here are none. *changed: whether
 * that changed anything. */
bool db_owned_bring(
    struct db *db, const struct db_owned *theirs, bool *changed, struct err *err);

/* A saved search, taken where here is none of that name and the query makes sense. */
bool db_saved_bring(
    struct db *db, const struct db_saved *theirs, bool *changed, struct err *err);

/* Talks with marks, tags, own themes or notes (with_trash: also those in the trash), by
 * time; the caller frees *ids. */
bool db_talks_owned(
    struct db *db, bool with_trash, int64_t **ids, size_t *count, struct err *err);

/* The talk of a key; 0 where there is none. */
bool db_talk_of_key(struct db *db, const char *key, int64_t *id, struct err *err);

#endif
