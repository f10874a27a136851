/* Owns the subcommand import: a catalog's file, or a directory of pyvideo's. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/sink.h"
#include "cli/cli.h"
#include "cli/json.h"
#include "cli/progress.h"
#include "db/catalog.h"
#include "exchange/file.h"
#include "exchange/pyvideo.h"

/* How many files the text of a report names. */
enum { NAMED_MAX = 20 };

static const int stop_signals[] = { SIGINT, SIGTERM, SIGHUP };
enum { STOPS = sizeof stop_signals / sizeof stop_signals[0] };
static volatile sig_atomic_t stop_signal;

static void note_signal(int number)
{
    stop_signal = number;
}

/* Writes a report that is either text or JSON, and takes it. */
static enum cli_exit finish(struct cli *cli, struct buf *out)
{
    bool ok = cli_write(cli, buf_text(out), out->len);
    buf_release(out);
    return ok ? EXIT_OK : cli_fail(cli);
}

/* --- a catalog --------------------------------------------------------- */

static void add_catalog_text(const struct db_catalog_report *report, struct buf *out)
{
    buf_addf(out, "%d added, %d changed, %d unchanged, %d removed", report->added,
        report->changed, report->unchanged, report->removed);
    if (report->kept > 0)
        buf_addf(out, ", %d no longer in the catalog but kept for your marks and notes",
            report->kept);
    buf_addf(out, "; %d starter note%s\n", report->notes, report->notes == 1 ? "" : "s");
}

static void add_catalog_json(const struct db_catalog_report *report, struct buf *out)
{
    struct json json = { .out = out };
    json_begin(&json, NULL, '{');
    json_int(&json, "added", report->added);
    json_int(&json, "changed", report->changed);
    json_int(&json, "unchanged", report->unchanged);
    json_int(&json, "removed", report->removed);
    json_int(&json, "kept", report->kept);
    json_int(&json, "starter_notes", report->notes);
    json_end(&json, '}');
    buf_addc(out, '\n');
}

static enum cli_exit import_catalog(struct cli *cli, const char *path)
{
    struct db_catalog_report report;
    struct buf out = { 0 };
    char *json = NULL;
    bool ok = file_read_text(path, &json, &cli->err);
    if (ok && !db_catalog_load(cli->db, json, &report, &cli->err))
        ok = err_set(&cli->err, "%s was not loaded: %s", path, err_text(&cli->err));
    free(json);
    if (!ok)
        return cli_fail(cli);
    if (cli_given(cli, CLI_json))
        add_catalog_json(&report, &out);
    else
        add_catalog_text(&report, &out);
    return finish(cli, &out);
}

/* --- a directory ------------------------------------------------------- */

static void add_remarks(
    const struct pyvideo_report *report, bool rejected, int total, struct buf *out)
{
    int named = 0;
    if (total > 0)
        buf_adds(out, rejected ? "rejected:\n" : "left out, the rest imported:\n");
    for (size_t i = 0; i < report->count && named < NAMED_MAX; i++) {
        const struct pyvideo_remark *remark = &report->remarks[i];
        if (remark->rejected != rejected)
            continue;
        named++;
        buf_adds(out, "  ");
        sink_adds(out, remark->file, SINK_LINE);
        buf_adds(out, ": ");
        sink_adds(out, remark->reason, SINK_LINE);
        buf_addc(out, '\n');
    }
    if (total > named)
        buf_addf(
            out, "  and %d more; --json names up to %d\n", total - named, PYVIDEO_REMARKS_MAX);
}

static void add_text(const struct pyvideo_report *report, struct buf *out)
{
    const int *outcomes = report->outcomes;
    buf_addf(out, "%d conference%s: %d added, %d changed, %d unchanged, %d rejected\n",
        report->conferences, report->conferences == 1 ? "" : "s", outcomes[DB_LIBRARY_ADDED],
        outcomes[DB_LIBRARY_CHANGED], outcomes[DB_LIBRARY_UNCHANGED],
        outcomes[DB_LIBRARY_REJECTED]);
    add_remarks(report, true, outcomes[DB_LIBRARY_REJECTED], out);
    add_remarks(report, false, report->partial, out);
}

static void add_json(const struct pyvideo_report *report, struct buf *out)
{
    struct json json = { .out = out };
    json_begin(&json, NULL, '{');
    json_int(&json, "conferences", report->conferences);
    json_int(&json, "added", report->outcomes[DB_LIBRARY_ADDED]);
    json_int(&json, "changed", report->outcomes[DB_LIBRARY_CHANGED]);
    json_int(&json, "unchanged", report->outcomes[DB_LIBRARY_UNCHANGED]);
    json_int(&json, "rejected", report->outcomes[DB_LIBRARY_REJECTED]);
    json_int(&json, "partial", report->partial);
    json_begin(&json, "remarks", '[');
    for (size_t i = 0; i < report->count; i++) {
        json_begin(&json, NULL, '{');
        json_text(&json, "file", report->remarks[i].file);
        json_text(&json, "reason", report->remarks[i].reason);
        json_bool(&json, "rejected", report->remarks[i].rejected);
        json_end(&json, '}');
    }
    json_end(&json, ']');
    json_end(&json, '}');
    buf_addc(out, '\n');
}

static bool step(void *context, size_t done, size_t total, const char *conference)
{
    progress_show(context, done, total, conference[0] != '\0' ? conference : "indexing");
    return stop_signal == 0;
}

static bool run_import(struct cli *cli, const char *path, struct pyvideo_report *report)
{
    struct progress progress = { 0 };
    struct pyvideo_watch watch = { step, &progress };
    struct sigaction action = { .sa_handler = note_signal }, before[STOPS];
    stop_signal = 0;
    sigemptyset(&action.sa_mask);
    for (int i = 0; i < STOPS; i++)
        sigaction(stop_signals[i], &action, &before[i]);
    bool ok = pyvideo_import(cli->db, path, &watch, report, &cli->err);
    progress_end(&progress);
    for (int i = 0; i < STOPS; i++)
        sigaction(stop_signals[i], &before[i], NULL);
    return ok;
}

static enum cli_exit import_directory(struct cli *cli, const char *path)
{
    struct pyvideo_report report;
    struct buf out = { 0 };
    if (!run_import(cli, path, &report))
        return cli_fail(cli);
    if (cli_given(cli, CLI_json))
        add_json(&report, &out);
    else
        add_text(&report, &out);
    const int *outcomes = report.outcomes;
    bool any = outcomes[DB_LIBRARY_ADDED] + outcomes[DB_LIBRARY_CHANGED]
                   + outcomes[DB_LIBRARY_UNCHANGED]
               > 0;
    bool fine = any || outcomes[DB_LIBRARY_REJECTED] == 0;
    pyvideo_report_release(&report);
    enum cli_exit status = finish(cli, &out);
    return status != EXIT_OK ? status : fine ? EXIT_OK : EXIT_FAILED;
}

enum cli_exit cli_import(struct cli *cli)
{
    struct stat status;
    const char *path = cli->words[0];
    bool directory =
        strcmp(path, "-") != 0 && stat(path, &status) == 0 && S_ISDIR(status.st_mode);
    return directory ? import_directory(cli, path) : import_catalog(cli, path);
}
