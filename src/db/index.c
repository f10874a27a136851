/* Owns the full-text indexes: what words of a talk, topic or note go where, and
 * the vocabulary. Must not know how they are asked. */
#include "db/internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/mem.h"
#include "model/match.h"
#include "model/note_items.h"

/* Raised whenever what goes into the index changes: the fold, what a word is, the
 * columns, what is found in notes. Rows of another version could not be taken out again. */
#define INDEX_VERSION "5"

/* Bytes of words that FTS5 gathers before it writes a segment. */
enum { USUAL_HASH = 1 << 20, BULK_HASH = 32 << 20, BULK_MERGE = 4 };

enum { FT_COLUMNS = 6, NOTE_COLUMNS = 5, PLACE_COLUMNS = 3, MAX_COLUMNS = 6 };

/* FNV-1a, 64 bits. */
static uint64_t hash_word(const char *word, size_t len)
{
    uint64_t hash = 0xcbf29ce484222325u;
    for (size_t i = 0; i < len; i++)
        hash = (hash ^ (unsigned char)word[i]) * 0x100000001b3u;
    return hash;
}

/* While everything is indexed a word met lately need not be written again. */
static bool met_lately(struct db *db, const char *word, size_t len)
{
    if (db->learned == NULL)
        return false;
    uint64_t hash = hash_word(word, len);
    uint64_t *slot = &db->learned[hash % DB__LEARNED];
    bool met = *slot == hash;
    *slot = hash;
    return met;
}

/* Adds the folded words of a row to the vocabulary. */
static bool learn(struct db *db, const char *words, struct err *err)
{
    sqlite3_stmt *stmt = db_prepare(db, DB_WORD_ADD, err);
    bool row, ok = stmt != NULL;
    for (const char *at = words; ok && *at != '\0';) {
        size_t len = strcspn(at, " ");
        if (!met_lately(db, at, len)) {
            sqlite3_bind_text(stmt, 1, at, (int)len, SQLITE_STATIC);
            ok = db_step(db, stmt, &row, err);
        }
        at += len + (at[len] == ' ');
    }
    return ok;
}

static void add_doc_word(int64_t doc, struct buf *out)
{
    buf_addf(out, "#%lld", (long long)doc);
}

/* The words go in folded, so that the index and the matcher agree on what a
 * word is, whatever Unicode SQLite knows; the last column is the document. */
static bool write_row(struct db *db, enum db_stmt which, int64_t rowid,
    const char *const *texts, int columns, int64_t doc, bool new_words, struct err *err)
{
    struct buf folded[MAX_COLUMNS] = { 0 };
    sqlite3_stmt *stmt = db_prepare(db, which, err);
    bool row, ok = stmt != NULL;
    for (int i = 0; i < columns - 1; i++)
        if (texts[i] != NULL)
            match_add_words(texts[i], &folded[i]);
    add_doc_word(doc, &folded[columns - 1]);
    if (ok) {
        sqlite3_bind_int64(stmt, 1, rowid);
        for (int i = 0; i < columns; i++)
            sqlite3_bind_text(
                stmt, i + 2, buf_text(&folded[i]), (int)folded[i].len, SQLITE_STATIC);
        ok = db_step(db, stmt, &row, err);
    }
    for (int i = 0; ok && new_words && i < columns - 1; i++)
        ok = learn(db, buf_text(&folded[i]), err);
    for (int i = 0; i < columns; i++)
        buf_release(&folded[i]);
    return ok;
}

static void free_texts(char **texts, int count)
{
    for (int i = 0; i < count; i++)
        free(texts[i]);
}

/* Reads the texts that a statement gives for id; false in *found where none. */
static bool read_texts(struct db *db, enum db_stmt which, int64_t id, char **texts, int count,
    bool *found, struct err *err)
{
    sqlite3_stmt *stmt = db_prepare(db, which, err);
    for (int i = 0; i < count; i++)
        texts[i] = NULL;
    *found = false;
    if (stmt == NULL)
        return false;
    db_bind(stmt, "i", id);
    if (!db_step(db, stmt, found, err))
        return false;
    for (int i = 0; *found && i < count; i++)
        texts[i] = db_text(stmt, i);
    sqlite3_reset(stmt);
    return true;
}

/* The newer the day, the higher; a talk without a day is the oldest. */
static int64_t rowid_of(const char *day, int64_t doc)
{
    struct date date;
    int64_t days = date_parse(day, &date) ? date_seconds(&date) / 86400 : 0;
    return (days > 0 ? days : 0) << DB_DOC__ROW_BITS | doc;
}

/* --- notes ------------------------------------------------------------- */

/* The document that a note belongs to. */
static bool find_doc(struct db *db, int64_t note_id, int64_t *doc, struct err *err)
{
    *doc = db_doc(DB_DOC_NOTE, note_id);
    return db_get_int(db, DB_NOTE_DOC_NOW, doc, err, "i", note_id);
}

/* What ft_note says of a document whose notes it holds, written down first
 * where it is not yet. */
static bool read_place(struct db *db, int64_t doc, char *texts[PLACE_COLUMNS], struct err *err)
{
    bool found;
    if (!read_texts(db, DB_PLACE_GET, doc, texts, PLACE_COLUMNS, &found, err))
        return false;
    return found || (doc & 3) == DB_DOC_NOTE
           || (read_texts(db, DB_PLACE_NOW, doc, texts, PLACE_COLUMNS, &found, err)
               && db_run(db, DB_PLACE_SET, err, "isss", doc, texts[0], texts[1], texts[2]));
}

/* The tags of the talk and those that stand in the note. */
static void add_tags(const char *talk, const char *body, struct buf *out)
{
    struct note_scan scan = { .body = body };
    struct note_item item;
    buf_adds(out, talk != NULL ? talk : "");
    while (note_scan_next(&scan, &item)) {
        if (item.kind != NOTE_TAG)
            continue;
        buf_addc(out, ' ');
        buf_add(out, item.text, item.text_len);
    }
}

static bool write_note(
    struct db *db, int64_t id, const char *body, int64_t doc, bool add, struct err *err)
{
    char *place[PLACE_COLUMNS] = { NULL };
    bool ok = read_place(db, doc, place, err);
    struct buf tags = { 0 };
    add_tags(place[2], body, &tags);
    const char *const texts[NOTE_COLUMNS] = { body, place[0], place[1], buf_text(&tags) };
    ok = ok
         && write_row(db, add ? DB_NOTE_INDEX_ADD : DB_NOTE_INDEX_REMOVE, db_note_row(id),
             texts, NOTE_COLUMNS, doc, add, err)
         && (add ? db_run(db, DB_NOTE_DOC_SET, err, "ii", id, doc)
                 : db_run(db, DB_NOTE_DOC_DELETE, err, "i", id));
    free_texts(place, PLACE_COLUMNS);
    buf_release(&tags);
    return ok;
}

bool db_index_note(struct db *db, int64_t id, const char *body, bool add, struct err *err)
{
    int64_t doc = -1;
    bool ok =
        add ? find_doc(db, id, &doc, err) : db_get_int(db, DB_NOTE_DOC_GET, &doc, err, "i", id);
    /* What is not in the index need not be taken out. */
    return ok && (doc < 0 || write_note(db, id, body, doc, add, err));
}

static bool index_note_now(struct db *db, int64_t id, bool add, struct err *err)
{
    struct note note;
    bool ok = db_note_read(db, id, &note, err) && db_index_note(db, id, note.body, add, err);
    note_release(&note);
    return ok;
}

/* The notes of a document follow its title, speakers and tags; a talk that has
 * come takes the notes that waited for it. */
static bool sync_notes(struct db *db, int64_t doc, struct err *err)
{
    int64_t stale = 0;
    char text[24];
    snprintf(text, sizeof text, "%lld", (long long)doc);
    if (!db_get_int(db, DB_PLACE_IS_STALE, &stale, err, "i", doc))
        return false;
    return !stale
           || (db_index_all(db, DB_NOTES_OF_DOC, text, index_note_now, false, err)
               && db_run(db, DB_PLACE_DELETE, err, "i", doc)
               && db_index_all(db, DB_NOTES_OF_DOC, text, index_note_now, true, err));
}

/* --- talks and topics -------------------------------------------------- */

static bool index_row(
    struct db *db, enum db_stmt which, int64_t id, enum db_doc kind, bool add, struct err *err)
{
    /* One more than ft's texts: the day. */
    char *texts[FT_COLUMNS];
    bool found = false;
    int64_t doc = db_doc(kind, id);
    /* Beyond what a document's number has room for: not to be found by words. */
    if (id < 0 || doc >= (int64_t)1 << DB_DOC__ROW_BITS)
        return true;
    bool ok = read_texts(db, which, id, texts, FT_COLUMNS, &found, err);
    if (ok && found)
        ok = write_row(db, add ? DB_INDEX_ADD : DB_INDEX_REMOVE,
            rowid_of(texts[FT_COLUMNS - 1], doc), (const char *const *)texts, FT_COLUMNS, doc,
            add, err);
    free_texts(texts, FT_COLUMNS);
    return ok;
}

bool db_index_talk(struct db *db, int64_t id, bool add, struct err *err)
{
    return index_row(db, DB_INDEX_TALK_WORDS, id, DB_DOC_TALK, add, err)
           && (!add || db->learned != NULL || sync_notes(db, db_doc(DB_DOC_TALK, id), err));
}

bool db_index_topic(struct db *db, int64_t id, bool add, struct err *err)
{
    return index_row(db, DB_INDEX_TOPIC_WORDS, id, DB_DOC_TOPIC, add, err)
           && (!add || db->learned != NULL || sync_notes(db, db_doc(DB_DOC_TOPIC, id), err));
}

bool db_index_all(struct db *db, enum db_stmt which, const char *of, db_index_one one, bool add,
    struct err *err)
{
    int64_t *ids;
    size_t count;
    sqlite3_stmt *stmt = db_prepare(db, which, err);
    if (stmt == NULL)
        return false;
    if (of != NULL)
        db_bind(stmt, "s", of);
    if (!db_collect_ids(db, stmt, &ids, &count, err))
        return false;
    bool ok = true;
    for (size_t i = 0; ok && i < count; i++)
        ok = one(db, ids[i], add, err);
    free(ids);
    return ok;
}

/* --- all at once ------------------------------------------------------- */

static bool sync_talk(struct db *db, int64_t id, bool add, struct err *err)
{
    (void)add;
    return sync_notes(db, db_doc(DB_DOC_TALK, id), err);
}

/* Rows go in by ascending rowid, which FTS5 needs to write whole segments. */
bool db_index_rebuild_talks(struct db *db, struct err *err)
{
    db->learned = mem_zero(DB__LEARNED, sizeof db->learned[0]);
    bool ok = db_run(db, DB_INDEX_CLEAR, err, "")
              && db_run(db, DB_INDEX_HASH_SIZE, err, "d", BULK_HASH)
              && db_index_all(db, DB_TOPICS_ALL, NULL, db_index_topic, true, err)
              && db_index_all(db, DB_TALKS_ALL, NULL, db_index_talk, true, err)
              && db_run(db, DB_INDEX_OPTIMIZE, err, "")
              && db_run(db, DB_INDEX_HASH_SIZE, err, "d", USUAL_HASH);
    free(db->learned);
    db->learned = NULL;
    return ok && db_index_all(db, DB_TALKS_NOTED, NULL, sync_talk, true, err);
}

static bool rebuild_note(struct db *db, int64_t id, bool add, struct err *err)
{
    struct note note;
    bool ok = db_note_read(db, id, &note, err) && db_index_note(db, id, note.body, add, err)
              && db_items_write(db, id, note.body, err);
    note_release(&note);
    return ok;
}

/* Merged as it grows, so that the one segment that is left stands at a high level
 * and is not touched when small ones are brought together later. */
static bool rebuild_notes(struct db *db, struct err *err)
{
    db->learned = mem_zero(DB__LEARNED, sizeof db->learned[0]);
    bool ok = db_run(db, DB_NOTE_INDEX_CLEAR, err, "")
              && db_run(db, DB_NOTE_DOCS_CLEAR, err, "") && db_run(db, DB_PLACES_CLEAR, err, "")
              && db_run(db, DB_WORDS_CLEAR, err, "")
              && db_run(db, DB_NOTE_INDEX_AUTOMERGE, err, "d", BULK_MERGE)
              && db_run(db, DB_ITEMS_CLEAR_ALL, err, "")
              && db_index_all(db, DB_NOTES_ALL, NULL, rebuild_note, true, err)
              && db_run(db, DB_NOTE_INDEX_OPTIMIZE, err, "")
              && db_run(db, DB_NOTE_INDEX_AUTOMERGE, err, "d", 0);
    free(db->learned);
    db->learned = NULL;
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
    bool ok = rebuild_notes(db, err) && db_index_rebuild_talks(db, err)
              && db_meta_set(db, "index", INDEX_VERSION, err);
    return db_end(db, ok, err);
}

/* FTS5 keeps the words of a deleted document until its segment is merged with the others. */
bool db_index_purge(struct db *db, struct err *err)
{
    static const char words[] =
        "CREATE VIRTUAL TABLE temp.term USING fts5vocab(main, ft, row);"
        "CREATE VIRTUAL TABLE temp.note_term USING fts5vocab(main, ft_note, row);"
        "DELETE FROM main.word WHERE word NOT IN (SELECT term FROM temp.term)"
        " AND word NOT IN (SELECT term FROM temp.note_term);"
        "DROP TABLE temp.term; DROP TABLE temp.note_term";
    return db_run(db, DB_NOTE_INDEX_OPTIMIZE, err, "")
           && (sqlite3_exec(db->handle, words, NULL, NULL, NULL) == SQLITE_OK
               || db_fail(db, err));
}

/* --- segments ---------------------------------------------------------- */

/* How many segments the index of notes has: the third number of FTS5's structure
 * record, after a 32-bit cookie and the count of levels (varints of at most two
 * bytes for such counts). Each costs a search some 15 µs a word. */
static int count_segments(struct db *db)
{
    struct err err = { 0 };
    int numbers[2] = { 0 };
    bool row;
    sqlite3_stmt *stmt = db_prepare(db, DB_NOTE_INDEX_STRUCTURE, &err);
    if (stmt != NULL && db_step(db, stmt, &row, &err) && row) {
        const unsigned char *at = sqlite3_column_blob(stmt, 0);
        int bytes = sqlite3_column_bytes(stmt, 0);
        for (int i = 0, k = 4; i < 2 && k < bytes && k < 8; k++) {
            numbers[i] = numbers[i] << 7 | (at[k] & 0x7F);
            i += at[k] < 0x80;
        }
        sqlite3_reset(stmt);
    }
    err_release(&err);
    return numbers[1];
}

bool db_tidy(struct db *db, int most)
{
    enum { PAGES = 64 };
    struct err err = { 0 };
    if (db->read_only != NULL || count_segments(db) <= most || !db_begin_now(db, &err)) {
        err_release(&err);
        return false;
    }
    int before = sqlite3_total_changes(db->handle);
    bool ok = db_run(db, DB_NOTE_INDEX_MERGE, &err, "d", PAGES);
    /* FTS5's documentation: fewer than two changes, and nothing was left to do. */
    bool more = ok && sqlite3_total_changes(db->handle) - before >= 2;
    ok = db_end(db, ok, &err);
    err_release(&err);
    return ok && more;
}
