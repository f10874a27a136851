/* Owns the migrations: schema.sql, embedded, cut at its "-- migration N" lines.
 * Must not know what the tables are for. */
#include "db/internal.h"

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

static bool run_block(struct db *db, int number, struct err *err)
{
    size_t len;
    const char *block = find_block(number, &len);
    char *text = mem_dup_n(block, len);
    char version[48];
    int now = 0;
    snprintf(version, sizeof version, "PRAGMA user_version = %d; COMMIT", number);
    /* Another talkbook may have done it while this one waited for the lock. */
    bool ok = sqlite3_exec(db->handle, "BEGIN IMMEDIATE", NULL, NULL, NULL) == SQLITE_OK
              && db_pragma(db, "PRAGMA user_version", &now) == SQLITE_OK;
    if (ok && now >= number)
        ok = sqlite3_exec(db->handle, "COMMIT", NULL, NULL, NULL) == SQLITE_OK;
    else
        ok = ok && sqlite3_exec(db->handle, text, NULL, NULL, NULL) == SQLITE_OK
             && sqlite3_exec(db->handle, version, NULL, NULL, NULL) == SQLITE_OK;
    free(text);
    if (ok)
        return true;
    db_fail(db, err);
    if (!sqlite3_get_autocommit(db->handle))
        sqlite3_exec(db->handle, "ROLLBACK", NULL, NULL, NULL);
    return false;
}

bool db_migrate(struct db *db, int from, struct err *err)
{
    for (int number = from + 1; number <= db_schema_version(); number++) {
        log_write("migration %d", number);
        if (!run_block(db, number, err))
            return false;
    }
    return true;
}
