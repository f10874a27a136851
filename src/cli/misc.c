/* Owns the subcommands browse and doctor. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/sink.h"
#include "cli/cli.h"
#include "term/terminal.h"

enum cli_exit cli_browse(struct cli *cli)
{
    return terminal_browse(cli->db, &cli->options, &cli->keymap, &cli->err) ? EXIT_OK
                                                                            : cli_fail(cli);
}

enum cli_exit cli_doctor(struct cli *cli)
{
    struct buf out = { 0 };
    struct db_stats stats = { 0 };
    struct buf findings = { 0 };
    char *path = sink_line(db_path(cli->db));
    bool sound = db_check(cli->db, &findings, &cli->err);
    sink_add(&out, buf_text(&findings), findings.len, SINK_TEXT);
    buf_release(&findings);
    buf_addf(&out, "database   %s\n", path);
    free(path);
    buf_addf(&out, "writing    %s\n",
        db_read_only(cli->db) != NULL ? db_read_only(cli->db) : "works");
    if (sound && db_stats_read(cli->db, &stats, &cli->err))
        buf_addf(&out, "contents   %d talks, %d notes\n", stats.talks, stats.notes);
    buf_addf(&out, "checked    %s\n", sound ? "sound" : "damaged");
    bool ok = cli_write(cli, out.data, out.len) && sound;
    buf_release(&out);
    return ok ? EXIT_OK : cli_fail(cli);
}
