/* Owns the migrations: schema.sql, embedded, cut at its "-- migration N" lines.
 * Must not know what the tables are for. */
#include "db/internal.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "db/embedded.h"

static const char marker[] = "\n-- migration ";

/* The text of block `number` (from 1), or NULL; *len its length. */
static const char *find_block(int number, size_t *len)
{
    const char *at = embedded_schema;
    for (int i = 0; i < number; i++) {
        at = strstr(at, marker);
        if (at == NULL)
            return NULL;
        at += sizeof marker - 1;
        at += strcspn(at, "\n");
    }
    const char *end = strstr(at, marker);
    *len = end != NULL ? (size_t)(end - at) : strlen(at);
    return at;
}

int db_schema_version(void)
{
    int version = 0;
    size_t len;
    while (find_block(version + 1, &len) != NULL)
        version++;
    return version;
}

static bool execute(struct db *db, const char *text)
{
    return sqlite3_exec(db->handle, text, NULL, NULL, NULL) == SQLITE_OK;
}

static bool run_block(struct db *db, int number)
{
    size_t len = 0;
    const char *block = find_block(number, &len);
    assert(block != NULL);
    char *text = mem_dup_n(block, len);
    char version[40];
    snprintf(version, sizeof version, "PRAGMA user_version = %d", number);
    bool ok = execute(db, text) && execute(db, version);
    free(text);
    return ok;
}

/* Runs blocks in one transaction, from the version that it finds there: another
 * talkbook may have done some while this one waited for the lock. */
static bool run_blocks(struct db *db, int last, struct err *err)
{
    int now = 0;
    bool ok = execute(db, "BEGIN IMMEDIATE")
              && db_pragma(db, "PRAGMA user_version", &now) == SQLITE_OK;
    while (ok && now < last)
        ok = run_block(db, ++now);
    if (ok && execute(db, "COMMIT"))
        return true;
    db_fail(db, err);
    if (!sqlite3_get_autocommit(db->handle))
        execute(db, "ROLLBACK");
    return false;
}

bool db_migrate(struct db *db, int from, struct err *err)
{
    int newest = db_schema_version();
    /* A new database is there whole or not at all, so that nobody takes it for old. */
    for (int number = from == 0 ? newest : from + 1; number <= newest; number++) {
        log_write("migration %d", number);
        if (!run_blocks(db, number, err))
            return false;
    }
    return true;
}
