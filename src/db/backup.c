/* Owns copies of the whole database. Must not know what is in it. */
#include "db/internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "db/scratch.h"

enum { COPIES_MAX = 99 };
static const char copy_name[] = "copy.db";

/* A whole copy in the directory, whose name goes to SQLite as no URI of its own. */
static bool write_copy(
    struct db *db, const struct scratch *scratch, const char *out, struct err *err)
{
    struct stat status;
    /* SQLite writes into a file that is empty. */
    char *path = scratch_file(scratch, copy_name, err);
    char *uri = path != NULL ? db_uri(path, "") : NULL;
    bool ok = path != NULL && db_run(db, DB_BACKUP, err, "s", uri);
    if (!ok && path != NULL && db->full)
        err_set(err, "cannot write the copy %s: no space left", out);
    else if (!ok)
        err_set(err, "cannot write the copy %s: %s", out, err_text(err));
    else if (stat(path, &status) != 0 || status.st_size == 0)
        ok = err_set(err, "cannot write the copy %s: it is empty", out);
    free(path);
    free(uri);
    return ok;
}

static bool fail_name(const char *name, struct err *err)
{
    return err_set(err,
        errno == EEXIST ? "%s is there already (%s)" : "cannot write the copy %s: %s", name,
        strerror(errno));
}

bool db_backup(struct db *db, const char *path, struct err *err)
{
    struct scratch scratch = { 0 };
    /* It would lack what cannot be read. */
    if (db->log_cut)
        return err_set(err, "no copy is made: %s: %s", db->path, db->read_only);
    bool ok = scratch_begin(&scratch, path, err) && write_copy(db, &scratch, path, err)
              && (scratch_keep(&scratch, copy_name, path) || fail_name(path, err));
    scratch_end(&scratch);
    return ok;
}

/* Gives a finished copy its name, or where that is taken the next one; *name is left alone
 * where it gets none. */
static bool name_copy(
    const struct scratch *scratch, const char *path, int version, char **name, struct err *err)
{
    struct buf text = { 0 };
    bool ok = false;
    errno = EEXIST;
    for (int i = 1; !ok && errno == EEXIST && i <= COPIES_MAX; i++) {
        buf_clear(&text);
        buf_addf(&text, "%s.v%d", path, version);
        if (i > 1)
            buf_addf(&text, "-%d", i);
        ok = scratch_keep(scratch, copy_name, text.data);
    }
    if (ok)
        *name = buf_take(&text);
    else
        fail_name(text.data, err);
    buf_release(&text);
    return ok;
}

bool db_backup_old(struct db *db, int version, char **name, struct err *err)
{
    struct scratch scratch = { 0 };
    struct buf base = { 0 };
    int now = version;
    buf_addf(&base, "%s.v%d.%ld", db->path, version, (long)getpid());
    *name = NULL;
    bool ok =
        scratch_begin(&scratch, base.data, err) && write_copy(db, &scratch, base.data, err);
    /* Another talkbook may have brought it up to date meanwhile, and kept its copy. */
    bool other =
        ok && (db_pragma(db, "PRAGMA user_version", &now) != SQLITE_OK || now != version);
    ok = ok && (other || name_copy(&scratch, db->path, version, name, err));
    scratch_end(&scratch);
    if (!ok)
        err_set(err,
            "%s; the older database is kept before it is brought up to date, so "
            "nothing was changed",
            err_text(err));
    buf_release(&base);
    return ok;
}
