/* Owns finding and opening the database, with the catalog that comes with the program. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/json_doc.h"
#include "base/mem.h"
#include "cli/cli.h"
#include "db/catalog.h"
#include "db/embedded.h"
#include "db/wal.h"

/* Ours, and read without further ado. */
static bool load_embedded(struct cli *cli)
{
    struct db_catalog_report report;
    struct json_doc doc = { 0 };
    bool ok = json_doc_read(&doc, embedded_catalog, &cli->err)
              && db_catalog_load(cli->db, &doc, &report, &cli->err);
    json_doc_release(&doc);
    return ok;
}

/* The catalog that comes with the program is loaded when it is new here. Where that fails
 * after an update, what is there can still be read: it is told, and tried again by the next
 * start. */
static bool load_catalog(struct cli *cli)
{
    if (db_read_only(cli->db) != NULL)
        return true;
    char *known = db_meta_get(cli->db, "catalog");
    bool same = known != NULL && strcmp(known, embedded_catalog_digest) == 0,
         older = known != NULL;
    free(known);
    if (same
        || (load_embedded(cli)
            && db_meta_set(cli->db, "catalog", embedded_catalog_digest, &cli->err)))
        return true;
    if (older) {
        cli_warn("the newer catalog of this version is not loaded: %s", err_text(&cli->err));
        err_release(&cli->err);
    }
    return older;
}

bool cli_database_path(struct cli *cli, char **path)
{
    if (cli->values[CLI_db] == NULL)
        return db_default_path(path, &cli->err);
    *path = mem_dup(cli->values[CLI_db]);
    return true;
}

bool cli_database_is_there(struct cli *cli)
{
    struct stat status;
    char *path = NULL;
    const char *environment = getenv("TALKBOOK_DB");
    bool named = cli->values[CLI_db] != NULL || (environment != NULL && environment[0] != '\0');
    if (!cli_database_path(cli, &path))
        return false;
    bool there = stat(path, &status) == 0, ok = db_check_name(path, &cli->err);
    if (ok && there && S_ISREG(status.st_mode) && status.st_size == 0 && !wal_is_there(path))
        ok = err_set(&cli->err,
            "%s is empty; if there were notes in it, put a copy of it in its place, else "
            "remove "
            "it",
            path);
    else if (ok && !there && named && !wal_is_there(path))
        ok = err_set(&cli->err, "there is no %s; name another file with --db", path);
    free(path);
    return ok;
}

bool cli_open_database(struct cli *cli)
{
    char *path = NULL;
    bool ok = cli_database_path(cli, &path) && db_open(&cli->db, path, &cli->err);
    free(path);
    return ok && load_catalog(cli);
}

void cli_tell_database(const struct cli *cli)
{
    if (db_is_cut(cli->db))
        cli_warn("%s: %s", db_path(cli->db), db_read_only(cli->db));
}
