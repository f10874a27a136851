/* Owns opening the database: where it is, what it is, and what may be done with
 * it. Must not know the tables. */
#include "db/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/disk.h"
#include "base/mem.h"
#include "db/wal.h"

/* "talk", as schema.sql sets it. */
enum { APPLICATION_ID = 0x74616C6B };

/* How many this process has open. Reading such a file past SQLite would end with closing
 * it, and that takes away all locks on it. */
static atomic_int open_databases;

/* SQLite gives what it puts beside a file the file's rights of that moment: where that was
 * read-only, and is no more, they would keep us from writing for ever. */
static bool mend_beside(const char *path, mode_t mode)
{
    static const char *const endings[] = { "-wal", "-shm" };
    bool ok = true;
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        struct stat status;
        struct buf name = { 0 };
        buf_addf(&name, "%s%s", path, endings[i]);
        if (access(name.data, F_OK) == 0 && access(name.data, W_OK) != 0) {
            int fd = open(name.data, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
            ok = fd >= 0 && fstat(fd, &status) == 0 && S_ISREG(status.st_mode)
                 && fchmod(fd, mode & 0777) == 0 && access(name.data, W_OK) == 0 && ok;
            if (fd >= 0)
                close(fd);
        }
        buf_release(&name);
    }
    return ok;
}

/* NULL, or why nothing can be written; errno tells it, too. */
static const char *why_read_only(const char *path)
{
    struct stat status;
    bool exists = stat(path, &status) == 0;
    if (exists && access(path, W_OK) != 0)
        return "the file is read-only";
    char *dir = disk_directory_of(path);
    bool may_create = access(dir, W_OK) == 0;
    free(dir);
    if (!may_create)
        return "its directory is read-only";
    if (exists && !mend_beside(path, status.st_mode))
        return "its log or index (the same name with -wal or -shm) is read-only";
    return NULL;
}

/* Creates the directories above path, the last one private. */
static bool make_directories(const char *path, struct err *err)
{
    char *dir = mem_dup(path);
    bool ok = true;
    for (char *p = dir + 1; ok && (p = strchr(p, '/')) != NULL; p++) {
        *p = '\0';
        if (mkdir(dir, 0700) == 0)
            disk_sync_directory_of(dir);
        else if (errno != EEXIST)
            ok = err_set(
                err, "cannot create %s: %s; name another file with --db", dir, strerror(errno));
        *p = '/';
    }
    free(dir);
    if (ok && why_read_only(path) != NULL)
        ok = err_set(
            err, "cannot create %s: %s; name another file with --db", path, strerror(errno));
    return ok;
}

char *db_uri(const char *path, const char *query)
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

int db_open_handle(struct db *db, int flags, const char *query)
{
    char *uri = db_uri(db->path, query);
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
    db_wait(db, DB_BUSY_MILLISECONDS);
    sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(db->handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_db_config(db->handle, SQLITE_DBCONFIG_ENABLE_FKEY, 1, NULL);
    sqlite3_db_config(db->handle, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
    sqlite3_db_config(db->handle, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
    /* Half of SQLite's default: there are two connections while one searches. */
    sqlite3_exec(db->handle, "PRAGMA cache_size = -1000", NULL, NULL, NULL);
    /* What is deleted is overwritten, also where SQLite was built without that. */
    sqlite3_exec(db->handle, "PRAGMA secure_delete = ON", NULL, NULL, NULL);
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

bool db_log_clear(struct db *db, struct err *err)
{
    int busy = 0;
    if (db_pragma(db, "PRAGMA main.wal_checkpoint(TRUNCATE)", &busy) != SQLITE_OK)
        return db_fail(db, err);
    return busy == 0 || err_set(err, "another program reads %s", db->path);
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
    struct statvfs system;
    bool logged = wal_is_there(db->path);
    bool frozen =
        !logged && statvfs(db->path, &system) == 0 && (system.f_flag & ST_RDONLY) != 0;
    db->read_only = mem_dup(why);
    /* Where nobody can write, SQLite is not asked to try. */
    if (!frozen && db_open_handle(db, SQLITE_OPEN_READONLY, "") == SQLITE_OK
        && read_version(db, version) == SQLITE_OK)
        return true;
    /* A WAL database without write access to its directory opens only as
     * immutable, and that is right only where no -wal file has more to say. */
    if (!logged && db_open_handle(db, SQLITE_OPEN_READONLY, "?immutable=1") == SQLITE_OK
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
    if (db_open_handle(db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, "") != SQLITE_OK)
        return db_fail(db, err);
    /* Closing what turns out to be nothing of ours leaves its log where it is. */
    sqlite3_db_config(db->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    if (read_version(db, version) != SQLITE_OK)
        return db_fail(db, err);
    bool ours = *version >= 0 && *version <= db_schema_version();
    sqlite3_db_config(db->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, !ours, NULL);
    if (ours
        && (set_wal(db) != SQLITE_OK
            || db_pragma(db, "PRAGMA synchronous = FULL", &ignored) != SQLITE_OK))
        return db_fail(db, err);
    return true;
}

/* The name itself may be a link: the person's own, or the system's, to a file that is
 * there. Others may have put one where many can write. */
bool db_check_name(const char *path, struct err *err)
{
    struct stat status;
    if (path[0] == '\0')
        return err_set(err, "the database's name is empty; name a file with --db");
    bool link = lstat(path, &status) == 0 && S_ISLNK(status.st_mode);
    if (link && status.st_uid != geteuid() && status.st_uid != 0)
        return err_set(
            err, "%s is a link that somebody else made; name the file itself with --db", path);
    if (stat(path, &status) == 0)
        return S_ISREG(status.st_mode)
               || err_set(err, "%s is not a regular file; name another file with --db", path);
    return !link
           || err_set(err,
               "%s is a link that leads nowhere; remove it or name another file "
               "with --db",
               path);
}

/* A log whose database is gone is all that is left of it, and SQLite would remove it. */
static bool check_file(const char *path, bool *exists, struct err *err)
{
    struct stat status;
    *exists = access(path, F_OK) == 0;
    bool empty = !*exists || (stat(path, &status) == 0 && status.st_size == 0);
    if (empty && wal_is_there(path))
        return err_set(err,
            "%s is %s, but its log %s-wal is there; "
            "'talkbook doctor --recover OUT' writes what that holds to a new one",
            path, *exists ? "empty" : "missing", path);
    return true;
}

static bool open_as_may_be(struct db *db, bool exists, int *version, struct err *err)
{
    const char *why = exists ? why_read_only(db->path) : NULL;
    if (why != NULL)
        return open_reading(db, why, version, err);
    db->log_cut = atomic_load(&open_databases) == 0 && wal_is_cut(db->path);
    if (db->log_cut)
        return open_reading(db,
            "its log (-wal) is damaged; 'talkbook doctor --recover OUT' writes what it still "
            "holds to a new one",
            version, err);
    if ((exists || make_directories(db->path, err)) && open_writing(db, version, err))
        return true;
    /* A log and its index need room; what is there can be read all the same. */
    if (!exists || !db->full)
        return false;
    err_release(err);
    return open_reading(db, "no space is left on its disk", version, err);
}

static bool migrate(struct db *db, int version, struct err *err)
{
    char *copy = NULL;
    int now = version;
    bool ok = (version == 0 || db_backup_old(db, version, &copy, err))
              && db_migrate(db, version, err);
    /* It is as it was: each start would leave one more. */
    if (!ok && copy != NULL && db_pragma(db, "PRAGMA user_version", &now) == SQLITE_OK
        && now == version)
        unlink(copy);
    free(copy);
    return ok;
}

static bool open_any(struct db *db, struct err *err)
{
    int version = 0;
    bool exists;
    if (!db_check_name(db->path, err) || !check_file(db->path, &exists, err)
        || !open_as_may_be(db, exists, &version, err))
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
    return migrate(db, version, err);
}

bool db_open(struct db **out, const char *path, struct err *err)
{
    *out = NULL;
    struct db *db = mem_zero(1, sizeof *db);
    /* Nobody reads SQLite's own memory figures, and they cost a lock each. */
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    db->path = mem_dup(path);
    if (!open_any(db, err) || (db->read_only == NULL && !db_index_refresh(db, err))) {
        db_close(db);
        return false;
    }
    atomic_fetch_add(&open_databases, 1);
    db->counted = true;
    *out = db;
    return true;
}

bool db_open_beside(struct db **out, const struct db *db, struct err *err)
{
    struct db *own = mem_zero(1, sizeof *own);
    own->path = mem_dup(db->path);
    own->read_only = mem_dup("for searching");
    *out = NULL;
    if (db_open_handle(own, SQLITE_OPEN_READONLY, db->opened_with) != SQLITE_OK) {
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
    /* The log by that name is another database's. */
    if (db_has_moved(db))
        sqlite3_db_config(db->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    sqlite3_close(db->handle);
    atomic_fetch_sub(&open_databases, db->counted ? 1 : 0);
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
