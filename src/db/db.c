/* Owns opening the database and running statements. Must not know what the
 * statements are about. */
#include "db/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"

static const char *const sql[DB__STATEMENTS] = {
#define STATEMENT(name, text) [DB_##name] = text,
#include "db/statements.def"
#undef STATEMENT
};

/* "talk", as schema.sql sets it. */
enum { BUSY_MILLISECONDS = 5000, APPLICATION_ID = 0x74616C6B };

bool db_fail(struct db *db, struct err *err)
{
    int code = sqlite3_extended_errcode(db->handle);
    const char *path = db->path;
    log_write("sqlite %d: %s", code, sqlite3_errmsg(db->handle));
    switch (code & 0xFF) {
    case SQLITE_NOTADB:
        return err_set(err, "%s is not a talkbook database; name another file with --db", path);
    case SQLITE_CORRUPT:
        return err_set(err,
            "%s is damaged (%s); copy it aside and use its last sound copy, or what "
            "'sqlite3 FILE .recover' saves",
            path, sqlite3_errmsg(db->handle));
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

bool db_get_int(
    struct db *db, enum db_stmt which, int64_t *value, struct err *err, const char *types, ...)
{
    sqlite3_stmt *stmt = db_prepare(db, which, err);
    if (stmt == NULL)
        return false;
    va_list args;
    va_start(args, types);
    bind_all(stmt, types, args);
    va_end(args);
    bool row;
    if (!db_step(db, stmt, &row, err))
        return false;
    if (row && sqlite3_column_type(stmt, 0) != SQLITE_NULL)
        *value = sqlite3_column_int64(stmt, 0);
    sqlite3_reset(stmt);
    return true;
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

bool db_begin(struct db *db, struct err *err)
{
    if (!sqlite3_get_autocommit(db->handle))
        run_quietly(db, DB_COMMIT);
    if (db->read_only != NULL)
        return err_set(err, "nothing can be saved: %s", db->read_only);
    return db_run(db, DB_BEGIN, err, "");
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
    bool row;
    sqlite3_stmt *stmt = db_prepare(db, DB_META_GET, &err);
    if (stmt != NULL) {
        db_bind(stmt, "s", key);
        if (db_step(db, stmt, &row, &err) && row)
            value = db_text(stmt, 0);
        sqlite3_reset(stmt);
    }
    err_release(&err);
    return value;
}

bool db_meta_set(struct db *db, const char *key, const char *value, struct err *err)
{
    return db_run(db, DB_META_SET, err, "ss", key, value);
}

/* Whether the file and its directory let us write. */
static bool may_write(const char *path)
{
    if (access(path, F_OK) == 0 && access(path, W_OK) != 0)
        return false;
    const char *slash = strrchr(path, '/');
    char *dir = slash == NULL ? mem_dup(".")
                              : mem_dup_n(path, slash == path ? 1 : (size_t)(slash - path));
    bool ok = access(dir, W_OK) == 0;
    free(dir);
    return ok;
}

/* Creates the directories above path, the last one private. */
static bool make_directories(const char *path, struct err *err)
{
    char *dir = mem_dup(path);
    bool ok = true;
    for (char *p = dir + 1; ok && (p = strchr(p, '/')) != NULL; p++) {
        *p = '\0';
        if (mkdir(dir, 0700) != 0 && errno != EEXIST)
            ok = err_set(
                err, "cannot create %s: %s; name another file with --db", dir, strerror(errno));
        *p = '/';
    }
    free(dir);
    if (ok && !may_write(path))
        ok = err_set(
            err, "cannot create %s: %s; name another file with --db", path, strerror(errno));
    return ok;
}

static char *uri_of(const char *path, const char *query)
{
    struct buf uri = { 0 };
    /* With ./ no name is one of SQLite's own, such as :memory:. */
    buf_adds(&uri, path[0] == '/' ? "file://" : "file:./");
    for (const unsigned char *p = (const unsigned char *)path; *p != '\0'; p++) {
        if (strchr("%?#", *p) != NULL)
            buf_addf(&uri, "%%%02X", *p);
        else
            buf_addc(&uri, (char)*p);
    }
    buf_adds(&uri, query);
    return buf_take(&uri);
}

static bool exists_beside(const char *path, const char *suffix)
{
    struct buf name = { 0 };
    buf_addf(&name, "%s%s", path, suffix);
    bool exists = access(name.data, F_OK) == 0;
    buf_release(&name);
    return exists;
}

static int open_handle(struct db *db, int flags, const char *query)
{
    char *uri = uri_of(db->path, query);
    sqlite3_close(db->handle);
    db->handle = NULL;
    errno = 0;
    int code =
        sqlite3_open_v2(uri, &db->handle, flags | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX, NULL);
    free(uri);
    if (code != SQLITE_OK)
        return code;
    sqlite3_extended_result_codes(db->handle, 1);
    sqlite3_busy_timeout(db->handle, BUSY_MILLISECONDS);
    sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(db->handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_db_config(db->handle, SQLITE_DBCONFIG_ENABLE_FKEY, 1, NULL);
    sqlite3_db_config(db->handle, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
    sqlite3_db_config(db->handle, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
    db_functions_register(db->handle);
    return code;
}

int db_pragma(struct db *db, const char *text, int *value)
{
    sqlite3_stmt *stmt = NULL;
    int code = sqlite3_prepare_v2(db->handle, text, -1, &stmt, NULL);
    if (code == SQLITE_OK) {
        code = sqlite3_step(stmt);
        if (code == SQLITE_ROW)
            *value = sqlite3_column_int(stmt, 0);
    }
    sqlite3_finalize(stmt);
    return code == SQLITE_ROW || code == SQLITE_DONE ? SQLITE_OK : code;
}

/* Reads the schema's version, -1 where the file is somebody else's: one with
 * tables but no version, or with a version but without our mark. In one
 * transaction, since another talkbook may be creating them at this moment. */
static int read_version(struct db *db, int *version)
{
    int application = 0, tables = 0;
    sqlite3_exec(db->handle, "BEGIN", NULL, NULL, NULL);
    int code = db_pragma(db, "PRAGMA user_version", version);
    if (code == SQLITE_OK)
        code = db_pragma(db, "PRAGMA application_id", &application);
    if (code == SQLITE_OK && *version == 0)
        code = db_pragma(db, "SELECT count(*) FROM sqlite_schema", &tables);
    if (code != SQLITE_OK)
        return code;
    if (*version == 0 ? tables > 0 : *version < 0 || application != APPLICATION_ID)
        *version = -1;
    return sqlite3_exec(db->handle, "COMMIT", NULL, NULL, NULL);
}

static bool open_reading(struct db *db, const char *why, int *version, struct err *err)
{
    db->read_only = mem_dup(why);
    if (open_handle(db, SQLITE_OPEN_READONLY, "") == SQLITE_OK
        && read_version(db, version) == SQLITE_OK)
        return true;
    /* A WAL database without write access to its directory opens only as
     * immutable, and that is right only where no -wal file has more to say. */
    if (!exists_beside(db->path, "-wal")
        && open_handle(db, SQLITE_OPEN_READONLY, "?immutable=1") == SQLITE_OK
        && read_version(db, version) == SQLITE_OK)
        return true;
    return db_fail(db, err);
}

/* SQLite does not wait for the lock that this needs while others start, too. */
static int set_wal(struct db *db)
{
    enum { STEP = 10 };
    int code, ignored;
    for (int waited = 0;; waited += STEP) {
        code = db_pragma(db, "PRAGMA journal_mode = WAL", &ignored);
        if ((code & 0xFF) != SQLITE_BUSY || waited >= BUSY_MILLISECONDS)
            return code;
        sqlite3_sleep(STEP);
    }
}

static bool open_writing(struct db *db, int *version, struct err *err)
{
    int ignored = 0;
    /* Notes are nobody else's: a new file, and what SQLite puts beside it, is private. */
    int fd = open(db->path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd >= 0)
        close(fd);
    if (open_handle(db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, "") != SQLITE_OK
        || read_version(db, version) != SQLITE_OK)
        return db_fail(db, err);
    if (*version >= 0 && *version <= db_schema_version()
        && (set_wal(db) != SQLITE_OK
            || db_pragma(db, "PRAGMA synchronous = FULL", &ignored) != SQLITE_OK))
        return db_fail(db, err);
    return true;
}

static bool open_any(struct db *db, struct err *err)
{
    int version = 0;
    bool exists = access(db->path, F_OK) == 0;
    struct stat status;
    if (exists && stat(db->path, &status) == 0 && !S_ISREG(status.st_mode))
        return err_set(err, "%s is not a regular file; name another file with --db", db->path);
    if (exists && !may_write(db->path)) {
        if (!open_reading(db, "the file is read-only", &version, err))
            return false;
    } else if ((!exists && !make_directories(db->path, err))
               || !open_writing(db, &version, err))
        return false;
    if (version < 0)
        return err_set(
            err, "%s is not a talkbook database; name another file with --db", db->path);
    if (version == db_schema_version())
        return true;
    if (version > db_schema_version()) {
        free(db->read_only);
        db->read_only = NULL;
        return open_reading(
            db, "a newer talkbook made it; update this one to write", &version, err);
    }
    if (db->read_only != NULL)
        return err_set(err,
            "%s has an older format and cannot be written; make it writable "
            "or copy it and name the copy with --db",
            db->path);
    return db_migrate(db, version, err);
}

bool db_open(struct db **out, const char *path, struct err *err)
{
    *out = NULL;
    if (path[0] == '\0')
        return err_set(err, "the database's name is empty; name a file with --db");
    struct db *db = mem_zero(1, sizeof *db);
    /* Nobody reads SQLite's own memory figures, and they cost a lock each. */
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    db->path = mem_dup(path);
    if (!open_any(db, err) || (db->read_only == NULL && !db_index_refresh(db, err))) {
        db_close(db);
        return false;
    }
    *out = db;
    return true;
}

void db_close(struct db *db)
{
    if (db == NULL)
        return;
    for (size_t i = 0; i < DB__STATEMENTS; i++)
        sqlite3_finalize(db->stmts[i]);
    sqlite3_close(db->handle);
    free(db->path);
    free(db->read_only);
    free(db);
}

bool db_default_path(char **path, struct err *err)
{
    const char *named = getenv("TALKBOOK_DB");
    const char *data = getenv("XDG_DATA_HOME");
    const char *home = getenv("HOME");
    struct buf text = { 0 };
    if (named != NULL && named[0] != '\0')
        buf_adds(&text, named);
    else if (data != NULL && data[0] == '/')
        buf_addf(&text, "%s/talkbook/talkbook.db", data);
    else if (home != NULL && home[0] == '/')
        buf_addf(&text, "%s/.local/share/talkbook/talkbook.db", home);
    else
        return err_set(err, "no home directory is known; name a file with --db");
    *path = buf_take(&text);
    return true;
}
