/* Owns saving a damaged database: what its tables still give, and what pages.c finds
 * beside them, is gathered in tables of a file of their own, the newest first, and settled
 * in a new database. */
#include "db/recover.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "db/internal.h"
#include "db/mapped.h"
#include "db/outside.h"
#include "db/pages.h"
#include "db/scratch.h"
#include "db/wal.h"

/* What is read of a table and where it goes. types: s text, i integer. Older schemas
 * lack some columns; the shorter list is for them, and the same number of types counts. */
struct table {
    const char *into, *from, *columns, *older, *types;
};

enum { NOTE, REVISION, MARK, TAG, OWN__TABLES = 8 };
static const struct table own_tables[OWN__TABLES] = {
    [NOTE] = { "found.note", "note",
        "id, uuid, talk_key, topic_slug, body, rev, created_at, updated_at, deleted_at", NULL,
        "issssisss" },
    [REVISION] = { "found.revision", "revision", "note_id, rev, body, saved_at", NULL, "iiss" },
    [MARK] = { "found.mark", "mark", "talk_key, starred, watched, rating, position",
        "talk_key, starred, watched, rating", "siiii" },
    [TAG] = { "tag", "tag", "talk_key, name", NULL, "ss" },
    { "own_theme", "own_theme", "talk_key, names, given", NULL, "sss" },
    { "saved", "saved", "name, query", NULL, "ss" },
    { "asked", "asked", "id, query", NULL, "is" },
    { "starter", "starter", "uuid", NULL, "s" },
};

/* The catalogs' tables; they come whole or not at all. */
static const struct table catalog_tables[] = {
    { "conference", "conference",
        "id, slug, name, city, venue, starts_on, ends_on, time_zone, url, series, edition, "
        "source",
        "id, slug, name, city, venue, starts_on, ends_on, time_zone, url", "isssssssssss" },
    { "theme", "theme", "id, slug, name, position", NULL, "issi" },
    { "topic", "topic", "id, slug, name, theme_id, position, note", NULL, "issiis" },
    { "talk", "talk",
        "id, key, conference_id, topic_id, title, speakers, kind, starts_at, ends_at, day, "
        "room, language, level, url, video_url, video_seconds, highlight, keywords, source",
        "id, key, conference_id, topic_id, title, speakers, kind, starts_at, ends_at, day, "
        "room, language, level, url, video_url, video_seconds, highlight",
        "isiisssssssssssiiss" },
    { "summary", "summary", "talk_id, body", NULL, "is" },
    { "speaker", "speaker", "id, name", NULL, "is" },
    { "talk_speaker", "talk_speaker", "talk_id, speaker_id, position", NULL, "iii" },
    { "talk_theme", "talk_theme", "talk_id, theme_id", NULL, "ii" },
};

static const char new_name[] = "new.db", copy_name[] = "damaged.db",
                  log_name[] = "damaged.db-wal";

static const char prepare_sql[] =
    "PRAGMA found.journal_mode = OFF;"
    "CREATE TABLE found.note (id, uuid, talk_key, topic_slug, body, rev, created_at,"
    " updated_at, deleted_at, UNIQUE (uuid, rev, body));"
    "CREATE TABLE found.revision (note_id, rev, body, saved_at, UNIQUE (note_id, rev));"
    "CREATE TABLE found.mark (talk_key PRIMARY KEY, starred, watched, rating, position);"
    "CREATE TABLE found.cut (uuid, body);";

/* Of several states of a note the latest is the note, the others are its revisions; of
 * those of one revision the one that was found first. What is left of a note comes behind
 * all its revisions, as a text whose end is lost has no number of its own. A note of which
 * only revisions are left is one on nothing. */
static const char settle_sql[] =
    "CREATE TABLE found.latest AS SELECT max((rev << 32) - rowid), id,"
    " CASE WHEN length(uuid) = 36 AND uuid NOT GLOB '*[^0-9a-f-]*' THEN uuid ELSE tb_uuid()"
    " END AS uuid, talk_key, topic_slug, body, max(rev, 1) AS rev, created_at, updated_at,"
    " deleted_at FROM found.note GROUP BY found.note.uuid;"
    "INSERT OR IGNORE INTO main.note (id, uuid, talk_key, topic_slug, body, rev, created_at,"
    " updated_at, deleted_at) SELECT id, uuid, talk_key, topic_slug, body, rev, created_at,"
    " updated_at, deleted_at FROM found.latest ORDER BY deleted_at <> '', rev DESC;"
    "INSERT OR IGNORE INTO main.note (uuid, talk_key, topic_slug, body, rev, created_at,"
    " updated_at, deleted_at) SELECT uuid, talk_key, topic_slug, body, rev, created_at,"
    " updated_at, deleted_at FROM found.latest WHERE uuid NOT IN (SELECT uuid FROM main.note);"
    "INSERT OR IGNORE INTO main.revision SELECT n.id, f.rev, f.body, f.updated_at"
    " FROM found.note f JOIN main.note n ON n.uuid = f.uuid WHERE f.rev < n.rev;"
    "UPDATE main.note SET rev = 1 + (SELECT max(rev) FROM found.revision r WHERE r.note_id ="
    " main.note.id) WHERE rev <= (SELECT max(rev) FROM found.revision r WHERE r.note_id ="
    " main.note.id);"
    "INSERT OR IGNORE INTO main.note (id, uuid, body, rev, created_at, updated_at)"
    " SELECT note_id, tb_uuid(), body, max(rev), saved_at, saved_at FROM found.revision"
    " WHERE note_id NOT IN (SELECT id FROM main.note) GROUP BY note_id;"
    "INSERT OR IGNORE INTO main.revision SELECT r.note_id, r.rev, r.body, r.saved_at"
    " FROM found.revision r JOIN main.note n ON n.id = r.note_id WHERE r.rev < n.rev;"
    "INSERT OR REPLACE INTO main.mark (talk_key, starred, watched, rating, position)"
    " SELECT talk_key, starred, watched, rating, ifnull(position, 0) FROM found.mark"
    " WHERE starred IN (0, 1) AND watched IN (0, 1) AND rating BETWEEN 0 AND 5;"
    "INSERT OR IGNORE INTO main.mark (talk_key) SELECT talk_key FROM main.note WHERE talk_key "
    "<> '';"
    "UPDATE main.mark SET notes = (SELECT count(*) FROM main.note n"
    " WHERE n.talk_key = main.mark.talk_key AND n.deleted_at = '');"
    "DELETE FROM main.meta WHERE key IN ('index', 'catalog');";

struct recovery {
    struct db *to;
    struct db from; /* a copy of the damaged one */
    struct mapped file, log;
    struct wal wal;
    sqlite3_stmt *puts[4]; /* of the tables that pages.c finds rows of */
    sqlite3_stmt *put_cut;
    bool damaged, failed;
    bool refused; /* a row that points nowhere */
    struct err *err;
};

static bool execute(struct recovery *r, const char *sql)
{
    return sqlite3_exec(r->to->handle, sql, NULL, NULL, NULL) == SQLITE_OK
           || db_fail(r->to, r->err);
}

/* --- values ------------------------------------------------------------ */

/* Binds text that may be any bytes: malformed parts and NULs become U+FFFD. */
static void bind_text(sqlite3_stmt *put, int column, const char *text, size_t len)
{
    struct buf clean = { 0 };
    for (size_t at = 0; at < len;) {
        char bytes[4];
        uint32_t cp;
        at += utf8_decode(text + at, len - at, &cp);
        buf_add(&clean, bytes, utf8_encode(cp != 0 ? cp : UTF8_REPLACEMENT, bytes));
    }
    sqlite3_bind_text(put, column, buf_text(&clean), (int)clean.len, SQLITE_TRANSIENT);
    buf_release(&clean);
}

static sqlite3_stmt *prepare_put(struct recovery *r, const struct table *table, int columns)
{
    struct buf sql = { 0 };
    sqlite3_stmt *put = NULL;
    buf_addf(&sql, "INSERT OR IGNORE INTO %s (%s) VALUES (", table->into,
        columns == (int)strlen(table->types) ? table->columns : table->older);
    for (int i = 0; i < columns; i++)
        buf_adds(&sql, i == 0 ? "?" : ", ?");
    buf_addc(&sql, ')');
    if (sqlite3_prepare_v2(r->to->handle, sql.data, -1, &put, NULL) != SQLITE_OK)
        db_fail(r->to, r->err);
    buf_release(&sql);
    return put;
}

/* --- tables ------------------------------------------------------------ */

/* A row that does not fit is left; anything else ends it all. */
static void put_row(struct recovery *r, sqlite3_stmt *put)
{
    int code = sqlite3_step(put) & 0xFF;
    sqlite3_reset(put);
    r->refused |= code == SQLITE_CONSTRAINT;
    if (code != SQLITE_DONE && code != SQLITE_CONSTRAINT && !r->failed) {
        r->failed = true;
        db_fail(r->to, r->err);
    }
}

static void copy_row(
    struct recovery *r, const struct table *table, sqlite3_stmt *get, sqlite3_stmt *put)
{
    for (int i = 0; i < sqlite3_column_count(get); i++) {
        if (table->types[i] == 'i')
            sqlite3_bind_int64(put, i + 1, sqlite3_column_int64(get, i));
        else {
            const char *text = (const char *)sqlite3_column_blob(get, i);
            bind_text(put, i + 1, text, (size_t)sqlite3_column_bytes(get, i));
        }
    }
    put_row(r, put);
}

/* Reads rows in one direction up to the end or the damage; false: damage. */
static bool copy_rows(struct recovery *r, const struct table *table, const char *columns,
    bool backwards, bool *known)
{
    struct buf sql = { 0 };
    sqlite3_stmt *get = NULL;
    buf_addf(&sql, "SELECT %s FROM main.%s NOT INDEXED ORDER BY 1%s", columns, table->from,
        backwards ? " DESC" : "");
    *known = sqlite3_prepare_v2(r->from.handle, sql.data, -1, &get, NULL) == SQLITE_OK;
    buf_release(&sql);
    if (!*known)
        return false;
    sqlite3_stmt *put = prepare_put(r, table, sqlite3_column_count(get));
    int code = SQLITE_ROW;
    while (put != NULL && !r->failed && (code = sqlite3_step(get)) == SQLITE_ROW)
        copy_row(r, table, get, put);
    sqlite3_finalize(put);
    sqlite3_finalize(get);
    return code == SQLITE_DONE;
}

/* From both ends; whether it was whole. */
static bool copy_table(struct recovery *r, const struct table *table)
{
    bool known, whole = copy_rows(r, table, table->columns, false, &known);
    const char *columns = table->columns;
    if (!known && table->older != NULL) {
        columns = table->older;
        whole = copy_rows(r, table, columns, false, &known);
    }
    if (known && !whole)
        copy_rows(r, table, columns, true, &known);
    return whole;
}

/* The talks and what belongs to them; true also where they have to stay behind. */
static bool copy_catalogs(struct recovery *r, bool *came)
{
    if (!execute(r, "SAVEPOINT catalog"))
        return false;
    *came = true;
    r->refused = false;
    for (size_t i = 0; *came && i < sizeof catalog_tables / sizeof catalog_tables[0]; i++)
        *came = copy_table(r, &catalog_tables[i]);
    *came = *came && !r->refused;
    return (*came || execute(r, "ROLLBACK TO catalog")) && execute(r, "RELEASE catalog");
}

/* --- pages ------------------------------------------------------------- */

static bool is_text(const struct pages_value *value)
{
    return value->type == PAGES_TEXT || value->type == PAGES_NULL;
}

/* "conference/talk". */
static bool is_key(const struct pages_value *value)
{
    const char *slash = value->type == PAGES_TEXT && value->len > 2
                            ? memchr(value->text + 1, '/', value->len - 2)
                            : NULL;
    return slash != NULL && memchr(value->text, ' ', value->len) == NULL
           && memchr(slash + 1, '/', (size_t)(value->text + value->len - slash - 1)) == NULL;
}

static bool is_small(const struct pages_value *value, int64_t most)
{
    return value->type == PAGES_INTEGER && value->number >= 0 && value->number <= most;
}

/* The table that a row is of by its looks, -1 for none of those that matter. */
static int find_table(const struct pages_row *row)
{
    const struct pages_value *v = row->values;
    if (row->table && row->count == 9 && row->rowid > 0 && v[0].type == PAGES_NULL
        && v[1].type == PAGES_TEXT && v[1].len == 36 && is_text(&v[2]) && is_text(&v[3])
        && v[4].type == PAGES_TEXT && is_text(&v[6]) && is_text(&v[7]) && is_text(&v[8]))
        return NOTE;
    if (row->table)
        return -1;
    if (row->count == 4 && is_small(&v[0], INT64_MAX) && is_small(&v[1], INT32_MAX - 1)
        && v[2].type == PAGES_TEXT && is_text(&v[3]))
        return REVISION;
    if ((row->count == 5 || row->count == 6) && is_key(&v[0]) && is_small(&v[1], 1)
        && is_small(&v[2], 1) && is_small(&v[3], 5))
        return MARK;
    return row->count == 2 && is_key(&v[0]) && v[1].type == PAGES_TEXT && !is_key(&v[1]) ? TAG
                                                                                         : -1;
}

static void put_found(void *context, const struct pages_row *row)
{
    struct recovery *r = context;
    int which = find_table(row);
    /* A tag that was taken away is none; of a text each state is worth having. */
    if (which < 0 || r->failed || (which == TAG && row->replaced))
        return;
    struct pages_value values[PAGES_COLUMNS_MAX];
    memcpy(values, row->values, sizeof values);
    if (which == NOTE)
        values[0] = (struct pages_value){ .type = PAGES_INTEGER, .number = row->rowid };
    /* A row that was cut has no number of its revision. */
    if (which == NOTE && values[5].type == PAGES_NULL)
        values[5] = (struct pages_value){ .type = PAGES_INTEGER, .number = 1 };
    /* The count of notes stands before the position, and is made anew. */
    if (which == MARK)
        values[4] = row->count == 6 ? values[5] : (struct pages_value){ .type = PAGES_INTEGER };
    sqlite3_stmt *put = r->puts[which];
    const char *types = own_tables[which].types;
    for (int i = 0; types[i] != '\0'; i++) {
        if (types[i] == 'i')
            sqlite3_bind_int64(put, i + 1, values[i].number);
        else
            bind_text(put, i + 1, values[i].text, values[i].len);
    }
    put_row(r, put);
    if (which == NOTE && row->cut) {
        bind_text(r->put_cut, 1, values[1].text, values[1].len);
        bind_text(r->put_cut, 2, values[4].text, values[4].len);
        put_row(r, r->put_cut);
    }
}

static bool copy_pages(struct recovery *r, enum pages_of of)
{
    bool ok = true;
    for (int i = 0; i <= TAG; i++) {
        r->puts[i] = prepare_put(r, &own_tables[i], (int)strlen(own_tables[i].types));
        ok = ok && r->puts[i] != NULL;
    }
    ok = ok
         && (sqlite3_prepare_v2(
                 r->to->handle, "INSERT INTO found.cut VALUES (?, ?)", -1, &r->put_cut, NULL)
                 == SQLITE_OK
             || db_fail(r->to, r->err));
    if (ok)
        pages_each(r->file.bytes, r->file.len, &r->wal, of, put_found, r);
    for (int i = 0; i <= TAG; i++)
        sqlite3_finalize(r->puts[i]);
    sqlite3_finalize(r->put_cut);
    r->put_cut = NULL;
    return ok && !r->failed;
}

/* --- all of it --------------------------------------------------------- */

static void make_uuid(sqlite3_context *context, int count, sqlite3_value **values)
{
    char uuid[37];
    (void)count, (void)values;
    db_make_uuid(uuid);
    sqlite3_result_text(context, uuid, -1, SQLITE_TRANSIENT);
}

static bool is_sound(struct db *db)
{
    sqlite3_stmt *stmt = NULL;
    const char *text = NULL;
    if (sqlite3_prepare_v2(db->handle, "PRAGMA quick_check(1)", -1, &stmt, NULL) == SQLITE_OK
        && sqlite3_step(stmt) == SQLITE_ROW)
        text = (const char *)sqlite3_column_text(stmt, 0);
    bool sound = text != NULL && strcmp(text, "ok") == 0;
    sqlite3_finalize(stmt);
    return sound;
}

static bool count_all(struct recovery *r, struct db_recovered *report)
{
    static const char *const counts[] = { "SELECT count(*) FROM note",
        "SELECT count(*) FROM revision",
        ("SELECT count(*) FROM mark WHERE starred OR watched"
         " OR rating OR position"),
        "SELECT count(*) FROM tag", "SELECT count(*) FROM talk" };
    int64_t *const to[] = { &report->notes, &report->revisions, &report->marks, &report->tags,
        &report->talks };
    for (int i = 0; i < 5; i++) {
        int value = 0;
        if (db_pragma(r->to, counts[i], &value) != SQLITE_OK)
            return db_fail(r->to, r->err);
        *to[i] = value;
    }
    return true;
}

/* Where SQLite passes over some of the log, the log's rows are newer than those that it
 * reads; else it reads the newest. */
static bool gather(struct recovery *r)
{
    bool ok = !r->wal.cut || copy_pages(r, PAGES_LOG);
    for (int i = 0; ok && i < OWN__TABLES; i++)
        r->damaged |= !copy_table(r, &own_tables[i]);
    ok = ok && !r->failed;
    if (ok && r->damaged)
        ok = (r->wal.cut || copy_pages(r, PAGES_LOG)) && copy_pages(r, PAGES_FILE);
    return ok;
}

static bool attach(struct recovery *r, const struct scratch *scratch)
{
    char *path = scratch_path(scratch, "found.db"), *uri = db_uri(path, "");
    char *sql = sqlite3_mprintf("ATTACH %Q AS found", uri);
    bool ok = execute(r, sql) && execute(r, prepare_sql);
    sqlite3_free(sql);
    free(path), free(uri);
    return ok;
}

/* The notes whose text is cut. */
static bool list_cut(struct recovery *r, struct db_recovered *report)
{
    sqlite3_stmt *stmt = NULL;
    struct buf list = { 0 };
    if (sqlite3_prepare_v2(r->to->handle,
            "SELECT DISTINCT n.id FROM main.note n JOIN found.cut c USING (uuid, body) ORDER BY"
            " n.id",
            -1, &stmt, NULL)
        != SQLITE_OK)
        return db_fail(r->to, r->err);
    for (; sqlite3_step(stmt) == SQLITE_ROW; report->cut++)
        if (report->cut < DB_RECOVERED_IDS)
            buf_addf(&list, "%s%lld", list.len > 0 ? ", " : "",
                (long long)sqlite3_column_int64(stmt, 0));
    sqlite3_finalize(stmt);
    report->cut_ids = buf_take(&list);
    return true;
}

/* A file that never was one of ours gives nothing, and that is no rescue. */
static bool found_any(struct recovery *r, const struct db_recovered *report, const char *path)
{
    return !report->damaged || report->notes > 0 || report->marks > 0 || report->tags > 0
           || report->talks > 0
           || err_set(r->err, "nothing of a talkbook database was found in %s", path);
}

static bool recover_all(struct recovery *r, const struct scratch *scratch, const char *path,
    struct db_recovered *report)
{
    int version = 0;
    struct err ignored_err = { 0 };
    sqlite3_create_function(
        r->to->handle, "tb_uuid", 0, SQLITE_UTF8, NULL, make_uuid, NULL, NULL);
    r->damaged = r->wal.cut || !is_sound(&r->from);
    /* What an older version left whole is brought up to date as ever. */
    if (!r->damaged && db_pragma(&r->from, "PRAGMA user_version", &version) == SQLITE_OK
        && version > 0 && version < db_schema_version())
        db_migrate(&r->from, version, &ignored_err);
    err_release(&ignored_err);
    if (!attach(r, scratch) || !db_begin(r->to, r->err))
        return false;
    bool ok = gather(r) && execute(r, settle_sql) && copy_catalogs(r, &report->catalog)
              && !r->failed && db_run(r->to, DB_CONFERENCE_SERIES, r->err, "")
              && db_tally_rebuild(r->to, r->err);
    report->damaged = r->damaged;
    /* The new file holds everything itself before it gets its name. */
    return db_end(r->to, ok, r->err) && db_index_refresh(r->to, r->err) && count_all(r, report)
           && list_cut(r, report) && found_any(r, report, path) && db_log_clear(r->to, r->err);
}

/* Copies the damaged file and its log, whichever is there, to be worked on. */
static bool take_copy(const char *path, const struct scratch *scratch, struct err *err)
{
    struct buf log = { 0 };
    int held;
    if (!db_check_name(path, err))
        return false;
    if (!wal_hold(path, &held))
        return err_set(
            err, "another program is writing to %s; try again when it is done", path);
    bool logged = wal_is_there(path), ok;
    buf_addf(&log, "%s-wal", path);
    ok = ((logged && access(path, F_OK) != 0) || scratch_copy(scratch, path, copy_name, err))
         && (!logged || scratch_copy(scratch, log.data, log_name, err));
    if (held >= 0)
        close(held);
    buf_release(&log);
    return ok;
}

static bool work(struct recovery *r, const struct scratch *scratch, const char *path,
    struct db_recovered *report)
{
    char *copy = scratch_path(scratch, copy_name), *log = scratch_path(scratch, log_name);
    char *new = scratch_path(scratch, new_name);
    r->from.path = copy;
    bool ok = take_copy(path, scratch, r->err) && db_open(&r->to, new, r->err);
    if (ok) {
        /* SQLite removes the log of a file that is empty. */
        r->file = mapped_open(copy);
        r->log = mapped_open(log);
        wal_read(&r->wal, r->log.bytes, r->log.len, pages_size(r->file.bytes, r->file.len));
        db_open_handle(&r->from, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, "");
        ok = recover_all(r, scratch, path, report);
        mapped_close(&r->file);
        mapped_close(&r->log);
    }
    sqlite3_close(r->from.handle);
    free(r->from.opened_with);
    db_close(r->to);
    free(copy), free(log), free(new);
    return ok;
}

bool db_recover(const char *path, const char *out, struct db_recovered *report, struct err *err)
{
    struct recovery r = { .err = err };
    struct scratch scratch;
    *report = (struct db_recovered){ 0 };
    bool ok = scratch_begin(&scratch, out, err) && work(&r, &scratch, path, report)
              && (scratch_keep(&scratch, new_name, out)
                  || err_set(err, "cannot create %s: %s", out, strerror(errno)));
    scratch_end(&scratch);
    if (!ok) {
        free(report->cut_ids);
        report->cut_ids = NULL;
    }
    return ok;
}
