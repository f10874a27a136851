/* The person's database: one file, opened once. */
#ifndef TALKBOOK_DB_DB_H
#define TALKBOOK_DB_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "model/note.h"
#include "model/talk.h"

struct db;

/* Opens path, creates it and its directory (mode 0700) where they are absent,
 * and brings an older schema up to date, a copy of the file as it was being left
 * beside it ("path.v2"). What cannot be written (a read-only
 * file or file system, a newer schema) opens for reading only, see
 * db_read_only(). Every failure names path and the remedy. db_close() it. */
bool db_open(struct db **db, const char *path, struct err *err);
void db_close(struct db *db);

/* Opens the same database once more, for reading only, for use by another
 * thread. db_close() it before the first. */
bool db_open_beside(struct db **out, const struct db *db, struct err *err);

/* How long a write waits for another program that writes; 30,000 ms unless told, as
 * another's import takes seconds. */
void db_wait(struct db *db, int milliseconds);

/* Has reads end early, with an error, once stop() returns not 0; it is asked
 * every so often. NULL: never. */
void db_stop_when(struct db *db, int (*stop)(void *context), void *context);

const char *db_path(const struct db *db);

/* The version of SQLite at run time. */
const char *db_library(void);

/* Why nothing can be written, in one line for a banner; NULL where writing works. */
const char *db_read_only(const struct db *db);

/* Whether it is read without a part of its log, which is damaged (db_read_only() says
 * so). */
bool db_is_cut(const struct db *db);

/* Whether a database may go by that name: false with err for an empty one, for what is no
 * regular file, for a link of somebody else's, and for one that leads nowhere. */
bool db_check_name(const char *path, struct err *err);

/* Where the database is when nothing names one: $TALKBOOK_DB, else
 * $XDG_DATA_HOME/talkbook/talkbook.db, else ~/.local/share/…. The caller
 * frees it. False where no home directory is known. */
bool db_default_path(char **path, struct err *err);

/* Reads between these see one state and share one lock, which is quicker. They
 * nest; a write in between ends the reading first. */
void db_read_begin(struct db *db);
void db_read_end(struct db *db);

/* A number that changes whenever another process has written; 0 where it cannot be read. */
int64_t db_version(struct db *db);

/* Writes a copy of the whole database, as it is at one moment, to a new file (mode
 * 0600) that must not be there yet. Others may write meanwhile. */
bool db_backup(struct db *db, const char *path, struct err *err);

/* Full check of the file, one line a finding in report; false: damaged. */
bool db_check(struct db *db, struct buf *report, struct err *err);

/* --- talks ------------------------------------------------------------ */

/* EXPORT is FULL with speaker_list and theme_list. */
enum db_read { DB_READ_ROW, DB_READ_FULL, DB_READ_EXPORT };

/* Reads a talk by id; false with err where there is none. */
bool db_talk_read(
    struct db *db, int64_t id, enum db_read how, struct talk *talk, struct err *err);

/* Hands what a talk is found by to `each`, for every talk, by day; the
 * texts are borrowed and never NULL. */
typedef void (*db_each_talk)(
    void *context, int64_t id, int64_t conference, const char *title, const char *speakers);
bool db_talks_each(struct db *db, db_each_talk each, void *context, struct err *err);

/* The name of a talk's conference, "" where it is gone; the caller frees it. */
bool db_talk_conference(struct db *db, int64_t id, char **name, struct err *err);

/* The name of its time zone ("America/New_York"), and its room, venue and city with
 * commas between; "" for what is not known. The caller frees both. */
bool db_talk_place(struct db *db, int64_t id, char **zone, char **where, struct err *err);

/* The key of the talk with that video; NULL where none or several have it. The caller frees
 * it. */
bool db_video_find(struct db *db, const char *url, char **key, struct err *err);

/* Up to `max` talks that text may mean, best kind first: an id, a key, a key's
 * last part, then titles that contain it without regard to case and accents.
 * Only the first kind that finds any counts. ids is the caller's to free. */
bool db_talk_find(
    struct db *db, const char *text, int64_t **ids, size_t *count, struct err *err);

/* --- groups ----------------------------------------------------------- */

enum db_group {
    DB_BY_THEME,
    DB_BY_TOPIC,
    DB_BY_DAY,
    DB_BY_ROOM,
    DB_BY_SPEAKER,
    DB_BY_CONFERENCE, /* its name without a year, below it the years */
    DB_BY_SAVED,      /* the hits of each saved search, best first, at most DB_SAVED_MAX */
    DB_BY__COUNT
};
enum db_sort { DB_SORT_TIME, DB_SORT_TITLE, DB_SORT_RATING, DB_SORT_LENGTH, DB_SORT__COUNT };

/* Names as the command line and the prompt take them. */
extern const char *const db_group_names[DB_BY__COUNT];
extern const char *const db_sort_names[DB_SORT__COUNT];

/* The grouping that a choice of the option `group` means: DB_BY__COUNT is
 * "auto", by conference where there are several, else by theme. */
bool db_group_choose(struct db *db, int choice, enum db_group *group, struct err *err);

struct db_counts {
    int talks, watched, starred, notes;
};

/* A heading: one group of talks. By theme there are two levels, theme (key)
 * and topic (subkey), and by conference; elsewhere one. Strings are owned. */
struct db_heading {
    char *key, *label;       /* outer level */
    char *subkey, *sublabel; /* inner level, "" where there is none */
    struct db_counts counts;
};

struct db_headings {
    struct db_heading *items;
    size_t count, cap;
    struct db_counts total; /* each talk counted once */
};

bool db_headings_read(
    struct db *db, enum db_group group, struct db_headings *headings, struct err *err);
void db_headings_release(struct db_headings *headings);

/* Ids of the talks under a heading, in order; the caller frees ids. */
bool db_heading_talks(struct db *db, enum db_group group, enum db_sort sort,
    const struct db_heading *heading, int64_t **ids, size_t *count, struct err *err);

/* What is counted of a talk that has marks or notes. */
struct db_marked {
    int64_t id;
    struct db_counts counts; /* talks is 1 */
};

/* All such talks, ascending by id; the caller frees *marked. */
bool db_marked_read(struct db *db, struct db_marked **marked, size_t *count, struct err *err);

/* --- topics ----------------------------------------------------------- */

struct db_topic {
    int64_t id;
    char *slug, *name, *theme, *note; /* owned; note is Markdown */
};

/* By id or, where id is 0, by slug. False with err where there is none. */
bool db_topic_read(
    struct db *db, int64_t id, const char *slug, struct db_topic *topic, struct err *err);
void db_topic_release(struct db_topic *topic);

/* --- marks, tags ------------------------------------------------------ */

enum db_mark { DB_STARRED, DB_WATCHED, DB_RATING };

/* Sets a mark (rating 0-5, the others 0 or 1) in one transaction that undo
 * takes back; a value that is already there changes nothing. */
bool db_mark_set(
    struct db *db, const char *talk_key, enum db_mark mark, int value, struct err *err);

/* Replaces the talk's tags by the words of `tags` (without #, ASCII letters in
 * lower case, each once). */
bool db_tags_set(struct db *db, const char *talk_key, const char *tags, struct err *err);

/* Whether text is one tag: a word without a blank or a comma. */
bool db_is_tag(const char *text);

/* Sets the seconds of the video that were reached, at most its length where that is
 * known; no change that undo knows. Does not wait: false where another program is writing. */
bool db_position_set(struct db *db, const char *talk_key, int seconds, struct err *err);

/* Gives a talk themes of the person's own in place of the catalog's: names with
 * commas or line ends between, "" for none at all, NULL for the catalog's again. A
 * name that no theme has makes a new one. Undo takes it back. */
bool db_themes_set(struct db *db, const char *talk_key, const char *names, struct err *err);

/* Whether text is one theme's name: without commas, line ends and blanks around it. */
bool db_is_theme(const char *text);

/* Whether the talk's themes are the person's own. */
bool db_themes_own(struct db *db, const char *talk_key, bool *own, struct err *err);

/* All themes' names, a line each; the caller frees *names. */
bool db_themes_names(struct db *db, char **names, struct err *err);

/* --- notes ------------------------------------------------------------ */

/* Adds a note to a talk, a topic or (both NULL) nothing; its id in *id. */
bool db_note_add(struct db *db, const char *talk_key, const char *topic_slug, const char *body,
    int64_t *id, struct err *err);

/* Replaces the body where the note is still at revision `rev`; otherwise
 * nothing is written and err says so. The earlier revision is kept. */
bool db_note_save(struct db *db, int64_t id, int rev, const char *body, struct err *err);

/* Moves to the trash, and back. */
bool db_note_delete(struct db *db, int64_t id, struct err *err);
bool db_note_restore(struct db *db, int64_t id, struct err *err);

/* By id (also one in the trash). */
bool db_note_read(struct db *db, int64_t id, struct note *note, struct err *err);

/* The id that text names: a number, or a UUID's unique beginning (4 or more
 * characters). */
bool db_note_find(struct db *db, const char *text, int64_t *id, struct err *err);

/* Up to `max` notes after id `after`, in order, of a talk (key), of a topic
 * (slug), or, where both are NULL, of everything. Appends to list. */
bool db_notes_read(struct db *db, const char *talk_key, const char *topic_slug, int64_t after,
    size_t max, struct note_list *list, struct err *err);

/* The same of the trash. */
bool db_trash_read(
    struct db *db, int64_t after, size_t max, struct note_list *list, struct err *err);

/* Removes everything in the trash for good, with its revisions; *count tells how
 * many notes that were. Nothing brings them back. */
bool db_trash_empty(struct db *db, size_t *count, struct err *err);

/* Moves what the log (-wal) holds into the file and empties it. False with err where that
 * cannot be, as while another program reads. */
bool db_log_clear(struct db *db, struct err *err);

/* A note's revisions, the oldest first and the present one last. */
struct db_revision {
    int rev;
    char *body, *saved_at;
};
struct db_revisions {
    struct db_revision *items;
    size_t count, cap;
};
bool db_revisions_read(
    struct db *db, int64_t id, struct db_revisions *revisions, struct err *err);
void db_revisions_release(struct db_revisions *revisions);

/* The place of a revision in the list, or -1. */
int db_revision_at(const struct db_revisions *revisions, int rev);

/* Makes the text of an earlier revision the note's newest. */
bool db_note_revert(struct db *db, int64_t id, int rev, struct err *err);

/* Ticks off the task on a line of a note that is still at revision rev, in its text. */
bool db_note_tick(struct db *db, int64_t id, int rev, size_t line, struct err *err);

/* Moves the times in all notes of a talk by so many seconds, as one change; counts
 * of the times moved, and of those that came before the beginning and stay there. */
bool db_stamps_shift(struct db *db, const char *talk_key, int by, size_t *moved,
    size_t *clamped, struct err *err);

/* --- what stands in notes --------------------------------------------- */

/* A task, a time or a link (note_items.h) and the note that it stands in. */
struct db_item {
    int64_t note_id, at;
    size_t line;
    int number;
    int rev;                     /* of the note, which the line belongs to */
    char *text;                  /* of a link's note where its body begins */
    char *talk_key, *topic_slug; /* where the note belongs */
    char *title;                 /* of that, "" for none */
    char *updated_at;
};
struct db_items {
    struct db_item *items;
    size_t count, cap;
};
void db_items_release(struct db_items *items);

/* Up to `max` open tasks, those of the newest notes first, behind `after` (NULL:
 * from the first). Appends. */
bool db_inbox_read(struct db *db, const struct db_item *after, size_t max,
    struct db_items *items, struct err *err);

/* Up to `max` notes with ids below one, the newest first: text is where the body
 * begins, line is 0. Appends. */
bool db_notes_newest(
    struct db *db, int64_t below, size_t max, struct db_items *items, struct err *err);

/* The times in a talk's notes, by time. Appends. */
bool db_stamps_read(
    struct db *db, const char *talk_key, struct db_items *items, struct err *err);

/* The notes, up to `max`, that link to a talk by its key, the key's last part or
 * its whole title. Appends. */
bool db_links_read(struct db *db, const struct talk *talk, size_t max, struct db_items *items,
    struct err *err);

/* The talk that a link's target names, as above; 0 where none or several do. */
bool db_link_find(struct db *db, const char *target, int64_t *id, struct err *err);

/* --- undo ------------------------------------------------------------- */

/* Takes back the latest change, or does again the latest one taken back, and
 * says in *what (the caller frees it) what it was. Where there is nothing,
 * true with *what NULL. */
bool db_undo(struct db *db, char **what, struct err *err);
bool db_redo(struct db *db, char **what, struct err *err);

/* The note that the last undo or redo was about, 0 for none. */
int64_t db_undone_note(const struct db *db);

/* --- searches kept ---------------------------------------------------- */

struct db_saved {
    char *name; /* "" in the history */
    char *query;
};
struct db_searches {
    struct db_saved *items;
    size_t count, cap;
};
void db_searches_release(struct db_searches *searches);

/* The last 100 queries that were accepted, oldest first. */
bool db_asked_read(struct db *db, struct db_searches *searches, struct err *err);
/* Does not wait: false where another program is writing. */
bool db_asked_add(struct db *db, const char *query, struct err *err);

enum { DB_SAVED_MAX = 500 };

/* Saved searches, by name. A name is one word. Deleting one that is not there is an
 * error, as is saving a query that does not parse. */
bool db_saved_read(struct db *db, struct db_searches *searches, struct err *err);
bool db_saved_set(struct db *db, const char *name, const char *query, struct err *err);
bool db_saved_delete(struct db *db, const char *name, struct err *err);

/* The saved search of that name, NULL where there is none; the caller frees it. */
char *db_saved_get(struct db *db, const char *name);

/* The full-text index of notes grows in segments; where there are more than
 * `most`, some of them are brought together, some milliseconds' worth of it.
 * Whether there may be more to do. */
enum { DB_SEGMENTS_IDLE = 8, DB_SEGMENTS_BUSY = 32 };
bool db_tidy(struct db *db, int most);

/* --- meta ------------------------------------------------------------- */

/* A value that the program remembers; NULL where absent. The caller frees it. */
char *db_meta_get(struct db *db, const char *key);
bool db_meta_set(struct db *db, const char *key, const char *value, struct err *err);

struct db_stats {
    int talks, watched, starred, rated, notes, tagged, speakers, topics;
    int64_t seconds, seconds_watched; /* of video */
};
bool db_stats_read(struct db *db, struct db_stats *stats, struct err *err);

#endif
