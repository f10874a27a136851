/* Owns the subcommands browse, backup and doctor. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/sandbox.h"
#include "base/sink.h"
#include "cli/cli.h"
#include "db/recover.h"
#include "term/terminal.h"

/* A key that hangs longer is taken for a fault. */
enum { BROWSER_WAIT_MILLISECONDS = 5000 };

enum cli_exit cli_browse(struct cli *cli)
{
    db_wait(cli->db, BROWSER_WAIT_MILLISECONDS);
    return terminal_browse(cli->db, &cli->options, &cli->keymap, &cli->err) ? EXIT_OK
                                                                            : cli_fail(cli);
}

enum cli_exit cli_backup(struct cli *cli)
{
    return db_backup(cli->db, cli->words[0], &cli->err) ? EXIT_OK : cli_fail(cli);
}

/* Writes what a damaged database holds to a new one, and says what that is. */
static enum cli_exit recover(struct cli *cli)
{
    struct db_recovered found;
    struct buf out = { 0 };
    char *path = NULL;
    if (!cli_database_path(cli, &path)
        || !db_recover(path, cli->values[CLI_recover], &found, &cli->err)) {
        free(path);
        return cli_fail(cli);
    }
    buf_addf(&out, "%s: %lld notes, %lld earlier versions, %lld marks, %lld tags, %lld talks\n",
        found.damaged ? "saved what could be read" : "the database is sound; copied",
        (long long)found.notes, (long long)found.revisions, (long long)found.marks,
        (long long)found.tags, (long long)found.talks);
    if (found.cut > 0)
        buf_addf(&out, "%lld of the notes are incomplete, their ends are lost: %s%s\n",
            (long long)found.cut, found.cut_ids, found.cut > DB_RECOVERED_IDS ? ", …" : "");
    free(found.cut_ids);
    if (!found.catalog)
        buf_adds(&out, "the talks were damaged: PyCon US 2025 comes by itself at the next "
                       "start, import other catalogs again\n");
    char *from = sink_line(path), *to = sink_line(cli->values[CLI_recover]);
    if (found.damaged)
        buf_addf(&out,
            "what is not there could not be found: keep the old one. Move %s away, and %s-wal "
            "and %s-shm with it where they are there, before you put %s "
            "in its place\n",
            from, from, from, to);
    free(from), free(to), free(path);
    bool ok = cli_write(cli, out.data, out.len);
    buf_release(&out);
    return ok ? EXIT_OK : cli_fail(cli);
}

enum cli_exit cli_doctor(struct cli *cli)
{
    if (cli->values[CLI_recover] != NULL)
        return recover(cli);
    if (!cli_database_is_there(cli) || !cli_open_database(cli))
        return cli_fail(cli);
    struct buf out = { 0 };
    struct db_stats stats = { 0 };
    struct buf findings = { 0 };
    char *path = sink_line(db_path(cli->db));
    bool sound = db_check(cli->db, &findings, &cli->err);
    sink_add(&out, buf_text(&findings), findings.len, SINK_TEXT);
    buf_release(&findings);
    buf_addf(&out, "database   %s\n", path);
    free(path);
    buf_adds(&out, "writing    ");
    sink_adds(&out, db_read_only(cli->db) != NULL ? db_read_only(cli->db) : "works", SINK_LINE);
    buf_addc(&out, '\n');
    if (sound && db_stats_read(cli->db, &stats, &cli->err))
        buf_addf(&out, "contents   %d talks, %d notes\n", stats.talks, stats.notes);
    buf_addf(&out, "checked    %s\n", sound ? "sound" : "damaged");
    buf_adds(&out, "imports    read in a child that is held by: ");
    sandbox_describe(sandbox_probe(), &out);
    buf_addc(&out, '\n');
    bool ok = cli_write(cli, out.data, out.len) && sound;
    buf_release(&out);
    return ok ? EXIT_OK : cli_fail(cli);
}
