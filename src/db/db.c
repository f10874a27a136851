/* Owns running statements. Must not know what the statements are about. */
#include "db/internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"

static const char *const sql[DB__STATEMENTS] = {
#define STATEMENT(name, text) [DB_##name] = text,
#include "db/statements.def"
#undef STATEMENT
};

static bool is_want_of_space(int why)
{
    return why == ENOSPC || why == EDQUOT || why == EFBIG;
}

/* SQLite's code, with a write that failed for want of space as what it is. Of a COMMIT
 * that failed SQLite does not keep the errno. */
static int plain_code(struct db *db)
{
    int why = errno, code = sqlite3_extended_errcode(db->handle) & 0xFF;
    bool full =
        code == SQLITE_IOERR
        && (is_want_of_space(sqlite3_system_errno(db->handle)) || is_want_of_space(why));
    return full ? SQLITE_FULL : code;
}

/* From here on nothing is written to it: that could only do more harm. */
static bool fail_damaged(struct db *db, struct err *err)
{
    if (db->read_only == NULL)
        db->read_only = mem_dup("it is damaged; 'talkbook doctor --recover OUT' writes what it "
                                "still holds to a new "
                                "one");
    return err_set(err,
        "%s is damaged (%s); use its last sound copy, or what 'talkbook doctor --recover OUT' "
        "saves to a new one",
        db->path, sqlite3_errmsg(db->handle));
}

bool db_fail(struct db *db, struct err *err)
{
    int code = plain_code(db);
    const char *path = db->path;
    db->full = code == SQLITE_FULL;
    log_write(
        "sqlite %d: %s", sqlite3_extended_errcode(db->handle), sqlite3_errmsg(db->handle));
    switch (code) {
    case SQLITE_NOTADB:
        return err_set(err,
            "%s is not a talkbook database; name another file with --db, or if it was one, "
            "save what it still holds with 'talkbook doctor --recover OUT'",
            path);
    case SQLITE_CORRUPT:
        return fail_damaged(db, err);
    case SQLITE_FULL:
        return err_set(err, "no space left for %s; free some and try again", path);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return err_set(err, "another program is writing to %s; try again", path);
    case SQLITE_READONLY:
        return err_set(err, "%s cannot be written; check its permissions", path);
    case SQLITE_CANTOPEN:
        return err_set(err, "cannot open %s: %s; check the path and its permissions", path,
            errno != 0 ? strerror(errno) : "no such file");
    case SQLITE_IOERR:
        return err_set(err, "cannot read or write %s: %s; check the disk", path,
            sqlite3_errmsg(db->handle));
    default:
        return err_set(err, "%s: %s", path, sqlite3_errmsg(db->handle));
    }
}

sqlite3_stmt *db_prepare(struct db *db, enum db_stmt which, struct err *err)
{
    sqlite3_stmt **stmt = &db->stmts[which];
    if (*stmt == NULL
        && sqlite3_prepare_v3(db->handle, sql[which], -1, SQLITE_PREPARE_PERSISTENT, stmt, NULL)
               != SQLITE_OK) {
        db_fail(db, err);
        return NULL;
    }
    sqlite3_reset(*stmt);
    sqlite3_clear_bindings(*stmt);
    if (log_is_open())
        db->started_at = log_clock();
    return *stmt;
}

static void bind_all(sqlite3_stmt *stmt, const char *types, va_list args)
{
    for (int i = 0; types[i] != '\0'; i++) {
        const char *text;
        switch (types[i]) {
        case 's':
            text = va_arg(args, const char *);
            sqlite3_bind_text(stmt, i + 1, text != NULL ? text : "", -1, SQLITE_STATIC);
            break;
        case 'i':
            sqlite3_bind_int64(stmt, i + 1, va_arg(args, int64_t));
            break;
        case 'd':
            sqlite3_bind_int(stmt, i + 1, va_arg(args, int));
            break;
        }
    }
}

void db_bind(sqlite3_stmt *stmt, const char *types, ...)
{
    va_list args;
    va_start(args, types);
    bind_all(stmt, types, args);
    va_end(args);
}

bool db_step(struct db *db, sqlite3_stmt *stmt, bool *row, struct err *err)
{
    int code = sqlite3_step(stmt);
    *row = code == SQLITE_ROW;
    if (code == SQLITE_ROW)
        return true;
    if (log_is_open())
        log_write("sql %.3f ms %.60s", log_clock() - db->started_at, sqlite3_sql(stmt));
    bool ok = code == SQLITE_DONE || db_fail(db, err);
    sqlite3_reset(stmt);
    return ok;
}

bool db_run(struct db *db, enum db_stmt which, struct err *err, const char *types, ...)
{
    sqlite3_stmt *stmt = db_prepare(db, which, err);
    if (stmt == NULL)
        return false;
    va_list args;
    va_start(args, types);
    bind_all(stmt, types, args);
    va_end(args);
    bool row = true, ok = true;
    while (ok && row)
        ok = db_step(db, stmt, &row, err);
    sqlite3_clear_bindings(stmt);
    return ok;
}

/* Binds and takes the first step of a statement; *row tells whether there is one. */
static sqlite3_stmt *first_row(struct db *db, enum db_stmt which, bool *row, struct err *err,
    const char *types, va_list args)
{
    sqlite3_stmt *stmt = db_prepare(db, which, err);
    if (stmt == NULL)
        return NULL;
    bind_all(stmt, types, args);
    return db_step(db, stmt, row, err) ? stmt : NULL;
}

bool db_get_int(
    struct db *db, enum db_stmt which, int64_t *value, struct err *err, const char *types, ...)
{
    va_list args;
    bool row;
    va_start(args, types);
    sqlite3_stmt *stmt = first_row(db, which, &row, err, types, args);
    va_end(args);
    if (stmt == NULL)
        return false;
    if (row && sqlite3_column_type(stmt, 0) != SQLITE_NULL)
        *value = sqlite3_column_int64(stmt, 0);
    sqlite3_reset(stmt);
    return true;
}

bool db_get_text(
    struct db *db, enum db_stmt which, char **text, struct err *err, const char *types, ...)
{
    va_list args;
    bool row;
    va_start(args, types);
    sqlite3_stmt *stmt = first_row(db, which, &row, err, types, args);
    va_end(args);
    *text = stmt != NULL && row ? db_text(stmt, 0) : NULL;
    sqlite3_reset(stmt);
    return stmt != NULL;
}

char *db_text(sqlite3_stmt *stmt, int column)
{
    const char *text = (const char *)sqlite3_column_text(stmt, column);
    return mem_dup(text != NULL ? text : "");
}

bool db_collect_ids(
    struct db *db, sqlite3_stmt *stmt, int64_t **ids, size_t *count, struct err *err)
{
    size_t cap = 0;
    bool row;
    *ids = NULL;
    *count = 0;
    for (;;) {
        if (!db_step(db, stmt, &row, err)) {
            free(*ids);
            *ids = NULL;
            *count = 0;
            return false;
        }
        if (!row)
            return true;
        *ids = mem_grow(*ids, &cap, *count + 1, sizeof **ids);
        (*ids)[(*count)++] = sqlite3_column_int64(stmt, 0);
    }
}

static void run_quietly(struct db *db, enum db_stmt which)
{
    struct err ignored = { 0 };
    db_run(db, which, &ignored, "");
    err_release(&ignored);
}

void db_read_begin(struct db *db)
{
    if (db->reading++ == 0)
        run_quietly(db, DB_BEGIN_READ);
}

void db_read_end(struct db *db)
{
    if (--db->reading == 0 && !sqlite3_get_autocommit(db->handle))
        run_quietly(db, DB_COMMIT);
}

bool db_has_moved(const struct db *db)
{
    int moved = 0;
    return db->handle != NULL
           && sqlite3_file_control(db->handle, "main", SQLITE_FCNTL_HAS_MOVED, &moved)
                  == SQLITE_OK
           && moved != 0;
}

/* What is saved to a file that nobody finds any more is lost. */
static void check_place(struct db *db)
{
    if (db->read_only == NULL && db_has_moved(db))
        db->read_only = mem_dup("it was moved or replaced meanwhile; start again");
}

bool db_begin(struct db *db, struct err *err)
{
    if (!sqlite3_get_autocommit(db->handle))
        run_quietly(db, DB_COMMIT);
    check_place(db);
    if (db->read_only != NULL)
        return err_set(err, "nothing can be saved to %s: %s", db->path, db->read_only);
    return db_run(db, DB_BEGIN, err, "");
}

bool db_begin_now(struct db *db, struct err *err)
{
    sqlite3_busy_timeout(db->handle, 0);
    bool ok = db_begin(db, err);
    sqlite3_busy_timeout(db->handle, db->wait);
    return ok;
}

void db_wait(struct db *db, int milliseconds)
{
    db->wait = milliseconds;
    sqlite3_busy_timeout(db->handle, milliseconds);
}

bool db_end(struct db *db, bool ok, struct err *err)
{
    if (ok && db_run(db, DB_COMMIT, err, ""))
        return true;
    if (!sqlite3_get_autocommit(db->handle))
        run_quietly(db, DB_ROLLBACK);
    return false;
}

const char *db_path(const struct db *db)
{
    return db->path;
}

const char *db_library(void)
{
    return sqlite3_libversion();
}

const char *db_read_only(const struct db *db)
{
    return db->read_only;
}

bool db_is_cut(const struct db *db)
{
    return db->log_cut;
}

int64_t db_version(struct db *db)
{
    struct err err = { 0 };
    int64_t version = 0;
    db_get_int(db, DB_DATA_VERSION, &version, &err, "");
    err_release(&err);
    return version;
}

char *db_meta_get(struct db *db, const char *key)
{
    struct err err = { 0 };
    char *value = NULL;
    db_get_text(db, DB_META_GET, &value, &err, "s", key);
    err_release(&err);
    return value;
}

bool db_meta_set(struct db *db, const char *key, const char *value, struct err *err)
{
    return db_run(db, DB_META_SET, err, "ss", key, value);
}
