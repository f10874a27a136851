/* Owns the full-text rows: what words of a talk, topic or note go where. */
#include "db/internal.h"

#include <stdlib.h>
#include <string.h>

#include "model/match.h"

enum { COLUMNS = 6 };

/* Raised whenever what goes into the index changes: the fold, what a word is, the
 * columns. Rows of another version could not be taken out again. */
#define INDEX_VERSION "1"

/* The words go in folded, so that the index and the matcher agree on what a
 * word is, whatever Unicode SQLite knows. */
static bool write_row(
    struct db *db, bool add, int64_t doc, const char *const words[COLUMNS], struct err *err)
{
    struct buf folded[COLUMNS] = { 0 };
    for (int i = 0; i < COLUMNS; i++)
        if (words[i] != NULL)
            match_add_words(words[i], &folded[i]);
    bool ok = db_run(db, add ? DB_INDEX_ADD : DB_INDEX_REMOVE, err, "issssss", doc,
        buf_text(&folded[0]), buf_text(&folded[1]), buf_text(&folded[2]), buf_text(&folded[3]),
        buf_text(&folded[4]), buf_text(&folded[5]));
    for (int i = 0; i < COLUMNS; i++)
        buf_release(&folded[i]);
    return ok;
}

/* Reads the words that a statement gives for id; *found tells whether it did. */
static bool read_words(struct db *db, enum db_stmt which, int64_t id, const int *columns,
    char *words[COLUMNS], bool *found, struct err *err)
{
    sqlite3_stmt *stmt = db_prepare(db, which, err);
    if (stmt == NULL)
        return false;
    db_bind(stmt, "i", id);
    if (!db_step(db, stmt, found, err))
        return false;
    for (int i = 0; *found && columns[i] >= 0; i++)
        words[columns[i]] = db_text(stmt, i);
    sqlite3_reset(stmt);
    return true;
}

static bool index_row(struct db *db, enum db_stmt which, enum db_doc kind, int64_t id,
    const int *columns, bool add, struct err *err)
{
    char *words[COLUMNS] = { NULL };
    bool found = false;
    bool ok =
        read_words(db, which, id, columns, words, &found, err)
        && (!found || write_row(db, add, db_doc(kind, id), (const char *const *)words, err));
    for (int i = 0; i < COLUMNS; i++)
        free(words[i]);
    return ok;
}

bool db_index_talk(struct db *db, int64_t id, bool add, struct err *err)
{
    static const int columns[] = { 0, 1, 2, 3, 4, -1 };
    return index_row(db, DB_INDEX_TALK_WORDS, DB_DOC_TALK, id, columns, add, err);
}

bool db_index_topic(struct db *db, int64_t id, bool add, struct err *err)
{
    static const int columns[] = { 0, 4, -1 };
    return index_row(db, DB_INDEX_TOPIC_WORDS, DB_DOC_TOPIC, id, columns, add, err);
}

bool db_index_note(struct db *db, int64_t id, const char *body, bool add, struct err *err)
{
    const char *const words[COLUMNS] = { [COLUMNS - 1] = body };
    return write_row(db, add, db_doc(DB_DOC_NOTE, id), words, err);
}

static bool index_note_by_id(struct db *db, int64_t id, bool add, struct err *err)
{
    struct note note;
    bool ok = db_note_read(db, id, &note, err) && db_index_note(db, id, note.body, add, err);
    note_release(&note);
    return ok;
}

bool db_index_all(struct db *db, enum db_stmt which, const char *slug, db_index_one one,
    bool add, struct err *err)
{
    int64_t *ids;
    size_t count;
    sqlite3_stmt *stmt = db_prepare(db, which, err);
    if (stmt == NULL)
        return false;
    if (slug != NULL)
        db_bind(stmt, "s", slug);
    if (!db_collect_ids(db, stmt, &ids, &count, err))
        return false;
    bool ok = true;
    for (size_t i = 0; ok && i < count; i++)
        ok = one(db, ids[i], add, err);
    free(ids);
    return ok;
}

bool db_index_refresh(struct db *db, struct err *err)
{
    char *known = db_meta_get(db, "index");
    bool same = known != NULL && strcmp(known, INDEX_VERSION) == 0;
    free(known);
    if (same)
        return true;
    if (!db_begin(db, err))
        return false;
    bool ok = db_run(db, DB_INDEX_CLEAR, err, "")
              && db_index_all(db, DB_TALKS_ALL, NULL, db_index_talk, true, err)
              && db_index_all(db, DB_TOPICS_ALL, NULL, db_index_topic, true, err)
              && db_index_all(db, DB_NOTES_ALL, NULL, index_note_by_id, true, err)
              && db_meta_set(db, "index", INDEX_VERSION, err);
    return db_end(db, ok, err);
}
