/* What the files of src/db share. Nothing outside src/db includes this. */
#ifndef TALKBOOK_DB_INTERNAL_H
#define TALKBOOK_DB_INTERNAL_H

#include <sqlite3.h>

#include "db/db.h"

enum db_stmt {
#define STATEMENT(name, sql) DB_##name,
#include "db/statements.def"
#undef STATEMENT
    DB__STATEMENTS
};

struct db {
    sqlite3 *handle;
    char *path;
    char *read_only;   /* why, or NULL */
    bool log_cut;      /* see wal.h */
    bool full;         /* what failed last did for want of space */
    bool counted;      /* among those that are open */
    char *opened_with; /* the query part of its URI */
    sqlite3_stmt *stmts[DB__STATEMENTS];
    int reading; /* how deep in db_read_begin() */
    int wait;    /* milliseconds, see db_wait() */
    int64_t undone_note;
    int64_t step;      /* of the changes that are recorded now; see db_step_begin() */
    double started_at; /* of the running statement, for the log */
    uint64_t *learned; /* hashes of words, while everything is indexed; see index.c */
    struct filter_cache *filters; /* see search_set.c */
    bool ranks;                   /* tb_rank() is registered */
    bool retally;                 /* headings are to be counted when a bringing in ends */
};

enum { DB_STEP_BEGUN = -1 };
enum { DB__LEARNED = 1 << 17, DB_BUSY_MILLISECONDS = 30000 };

/* A document's number, see schema.sql. */
enum db_doc {
    DB_DOC_TALK = 0,
    DB_DOC_TOPIC = 1,
    DB_DOC_NOTE = 2,
    DB_DOC__BITS = 2,
    DB_DOC__ROW_BITS = 26, /* of ft's rowid */
};

/* The rowid in ft_note of a note. */
static inline int64_t db_note_row(int64_t id)
{
    return ((int64_t)1 << 40) - id;
}
static inline int64_t db_doc(enum db_doc kind, int64_t id)
{
    return (int64_t)((uint64_t)id << DB_DOC__BITS | (uint64_t)kind);
}

/* The statement, prepared on first use, reset and unbound. A statement that
 * does not prepare is a bug or a damaged schema: NULL with err set. */
sqlite3_stmt *db_prepare(struct db *db, enum db_stmt which, struct err *err);

/* Binds by position: s text (NULL as ""), i int64_t, d int. The text must
 * stay until the statement is done. */
void db_bind(sqlite3_stmt *stmt, const char *types, ...);

/* One step: true with *row telling whether there is a row. A failed or
 * finished statement is reset. */
bool db_step(struct db *db, sqlite3_stmt *stmt, bool *row, struct err *err);

/* Prepares, binds and runs to the end a statement that returns nothing. */
bool db_run(struct db *db, enum db_stmt which, struct err *err, const char *types, ...);

/* The same for one row with one integer; *value stays as it is without a row. */
bool db_get_int(
    struct db *db, enum db_stmt which, int64_t *value, struct err *err, const char *types, ...);

/* The same for one row with one text, owned; *text is NULL without a row. */
bool db_get_text(
    struct db *db, enum db_stmt which, char **text, struct err *err, const char *types, ...);

/* A column as an owned string, "" for NULL; never NULL. */
char *db_text(sqlite3_stmt *stmt, int column);

/* Collects the ids of column 0; the caller frees *ids. */
bool db_collect_ids(
    struct db *db, sqlite3_stmt *stmt, int64_t **ids, size_t *count, struct err *err);

/* Turns SQLite's present error into words; always returns false. */
bool db_fail(struct db *db, struct err *err);

/* A file's name as SQLite takes it for nothing else; the caller frees it. */
char *db_uri(const char *path, const char *query);

/* Whether another file, or none, has the name by now. */
bool db_has_moved(const struct db *db);

/* Opens db->path with SQLite's flags, as everything is opened that is not trusted: no
 * triggers, no views, no functions with effects in the schema, nothing written to
 * SQLite's own tables. Returns SQLite's code. */
int db_open_handle(struct db *db, int flags, const char *query);

/* One write transaction: BEGIN IMMEDIATE (refused with a clear message on a
 * read-only database), then commit, or roll back where ok is false. Returns
 * whether everything, the commit included, went well. */
bool db_begin(struct db *db, struct err *err);
/* The same without waiting for another program that writes. */
bool db_begin_now(struct db *db, struct err *err);
bool db_end(struct db *db, bool ok, struct err *err);

/* The integer that SQL gives, as SQLite's own code says; for what runs before
 * the schema is known to be good. *value stays as it is without a row. */
int db_pragma(struct db *db, const char *text, int *value);

/* Leaves a copy of a database of an older schema beside it, "path.vN"; its name, or NULL
 * where another program did that, is the caller's to free. */
bool db_backup_old(struct db *db, int version, char **name, struct err *err);

/* The schema in schema.sql, and its newest version. */
int db_schema_version(void);
bool db_migrate(struct db *db, int from, struct err *err);

/* Registers tb_words(value, text), see match_words(), tb_contains(part, text) and
 * tb_same(a, b). */
void db_functions_register(sqlite3 *handle);

/* Full-text rows. Removing needs exactly the words that were put in, so it
 * goes before the change to the tables it reads from. The notes of a talk or
 * topic follow when it is added again. */
bool db_index_talk(struct db *db, int64_t id, bool add, struct err *err);
bool db_index_topic(struct db *db, int64_t id, bool add, struct err *err);
bool db_index_note(struct db *db, int64_t id, const char *body, bool add, struct err *err);

/* Indexes every row whose id a statement gives (bound to `of` unless NULL). */
typedef bool (*db_index_one)(struct db *db, int64_t id, bool add, struct err *err);
bool db_index_all(struct db *db, enum db_stmt which, const char *of, db_index_one one, bool add,
    struct err *err);

/* Indexes all talks and topics anew, which beats row by row from some thousand
 * changes on; inside a transaction. */
bool db_index_rebuild_talks(struct db *db, struct err *err);

/* Forgets what the filters of searches gave. */
void db_filters_forget(struct db *db);

/* Takes out of the index what deleted notes left in it, and the words that no document
 * has any more; inside a transaction. Takes as long as the index is large. */
bool db_index_purge(struct db *db, struct err *err);

/* Makes the full-text index anew where it was made by other rules than today's. */
bool db_index_refresh(struct db *db, struct err *err);

/* Sets a saved search's query, or deletes it where that is "", without recording
 * a change; inside a transaction. */
bool db_saved_write(struct db *db, const char *name, const char *query, struct err *err);

/* The saved searches as headings, and the talks that one finds, best first, at
 * most DB_SAVED_MAX; none where it no longer makes sense. */
bool db_saved_headings(struct db *db, struct db_headings *headings, struct err *err);
bool db_saved_talks(
    struct db *db, const char *name, int64_t **ids, size_t *count, struct err *err);

/* Counts the headings anew; inside a transaction. */
bool db_tally_rebuild(struct db *db, struct err *err);

/* A talk's star, watched mark and rating, by enum db_mark. */
bool db_marks_read(struct db *db, const char *talk_key, int marks[3], struct err *err);

/* Sets one of them, and tells in *before what it was; counts follow. Inside a
 * transaction. */
bool db_marks_write(struct db *db, const char *talk_key, enum db_mark mark, int value,
    int *before, struct err *err);

/* Adds to the count of a talk's notes; "" or NULL is no talk. */
bool db_notes_count(struct db *db, const char *talk_key, int by, struct err *err);

/* Sets a talk's tags to the space-separated words, index included; inside a
 * transaction. */
bool db_tags_write(struct db *db, const char *talk_key, const char *tags, struct err *err);

/* Records a change for undo; inside its transaction. */
bool db_change_add(struct db *db, const char *kind, const char *target, const char *before,
    const char *after, struct err *err);

/* All changes recorded between these are taken back together; inside a transaction.
 * Returns ok, or false with err. */
void db_step_begin(struct db *db);
bool db_step_end(struct db *db, bool ok, struct err *err);

/* Appends the names of a list as they are kept, a line each. */
void db_themes_add_names(const char *list, struct buf *out);

/* Sets a talk's own themes as a change has them ("=" and names a line each, or ""
 * for the catalog's) without recording it; inside a transaction. */
bool db_themes_write(struct db *db, const char *talk_key, const char *value, struct err *err);

/* The same without counting the headings anew. */
bool db_themes_put(struct db *db, const char *talk_key, const char *value, struct err *err);

/* Around an import, inside its transaction: puts the catalog's themes of all talks
 * back, and the person's in their place again. */
bool db_themes_withdraw(struct db *db, struct err *err);
bool db_themes_apply(struct db *db, struct err *err);

/* Writes down what stands in a note, or (NULL) forgets it; inside a transaction. */
bool db_items_write(struct db *db, int64_t note_id, const char *body, struct err *err);

/* Puts a note into the state that revision `rev` had ("" is the trash) without
 * recording a change; inside a transaction. */
bool db_note_set_state(struct db *db, int64_t id, const char *rev, struct err *err);

/* Replaces a note's text and records the change, unless it is the same already;
 * inside a transaction. */
bool db_note_replace(struct db *db, const struct note *note, const char *body, struct err *err);

/* Index and counters for a note that leaves (-1) or enters (1) what is shown; a note
 * moved to the trash; the change that undo takes back, from one revision to another
 * (0: none). Each inside a transaction. */
bool db_note_show(
    struct db *db, const struct note *note, const char *body, int by, struct err *err);
bool db_note_trash(struct db *db, const struct note *note, struct err *err);
bool db_note_record(struct db *db, int64_t id, int before, int after, struct err *err);

/* The first nine columns of a row as a note. */
void db_note_columns(sqlite3_stmt *stmt, struct note *note);

/* A new note with a given uuid, not recorded for undo; inside a transaction. */
bool db_note_insert(struct db *db, const char *uuid, const char *talk_key,
    const char *topic_slug, const char *body, int64_t *id, struct err *err);

#endif
