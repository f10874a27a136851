/* Owns opening the database: where it is, what it is, and what may be done with
 * it. Must not know the tables. */
#include "db/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

/* "talk", as schema.sql sets it. */
enum { APPLICATION_ID = 0x74616C6B };

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
    free(db->opened_with);
    db->opened_with = mem_dup(query);
    sqlite3_close(db->handle);
    db->handle = NULL;
    errno = 0;
    int code =
        sqlite3_open_v2(uri, &db->handle, flags | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX, NULL);
    free(uri);
    if (code != SQLITE_OK)
        return code;
    sqlite3_extended_result_codes(db->handle, 1);
    sqlite3_busy_timeout(db->handle, DB_BUSY_MILLISECONDS);
    sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(db->handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_db_config(db->handle, SQLITE_DBCONFIG_ENABLE_FKEY, 1, NULL);
    sqlite3_db_config(db->handle, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
    sqlite3_db_config(db->handle, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
    /* Half of SQLite's default: there are two connections while one searches. */
    sqlite3_exec(db->handle, "PRAGMA cache_size = -1000", NULL, NULL, NULL);
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
        if ((code & 0xFF) != SQLITE_BUSY || waited >= DB_BUSY_MILLISECONDS)
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

bool db_open_beside(struct db **out, const struct db *db, struct err *err)
{
    struct db *own = mem_zero(1, sizeof *own);
    own->path = mem_dup(db->path);
    own->read_only = mem_dup("for searching");
    *out = NULL;
    if (open_handle(own, SQLITE_OPEN_READONLY, db->opened_with) != SQLITE_OK) {
        db_fail(own, err);
        db_close(own);
        return false;
    }
    *out = own;
    return true;
}

void db_stop_when(struct db *db, int (*stop)(void *context), void *context)
{
    enum { EVERY = 500 };
    sqlite3_progress_handler(db->handle, stop != NULL ? EVERY : 0, stop, context);
}

void db_close(struct db *db)
{
    if (db == NULL)
        return;
    for (size_t i = 0; i < DB__STATEMENTS; i++)
        sqlite3_finalize(db->stmts[i]);
    db_filters_forget(db);
    sqlite3_close(db->handle);
    free(db->path);
    free(db->read_only);
    free(db->opened_with);
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
