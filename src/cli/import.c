/* Owns the subcommand import: what a path holds, a catalog's file, or a directory of
 * pyvideo's. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/json_box.h"
#include "base/sink.h"
#include "cli/cli.h"
#include "cli/import.h"
#include "cli/progress.h"
#include "db/catalog.h"
#include "exchange/file.h"
#include "exchange/json.h"
#include "exchange/notes_folder.h"
#include "exchange/notes_json.h"
#include "exchange/pyvideo.h"

/* How many files the text of a report names; the largest file of notes. */
enum { NAMED_MAX = 20, MB = 1024 * 1024, NOTES_MAX_BYTES = 1024 * MB };

/* No catalog is as deep as this, and one of 100,000 talks has two million values. Where
 * there are as many as may be, a value takes 48 bytes while its list grows. */
enum { DEPTH_MAX = 1000 };
static const struct json_box_limits catalog_limits = { FILE_MAX_BYTES, { 4000000, DEPTH_MAX },
    (uint64_t)512 * MB, 60 };
static const struct json_box_limits notes_limits = { NOTES_MAX_BYTES, { 40000000, DEPTH_MAX },
    (uint64_t)6 * 1024 * MB, 300 };

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

static enum cli_exit import_catalog(
    struct cli *cli, const char *path, const struct json_doc *doc)
{
    struct db_catalog_report report;
    struct buf out = { 0 };
    if (!db_catalog_load(cli->db, doc, &report, &cli->err)) {
        err_set(&cli->err, "%s was not loaded: %s", path, err_text(&cli->err));
        return cli_fail(cli);
    }
    if (cli_given(cli, CLI_json))
        add_catalog_json(&report, &out);
    else
        add_catalog_text(&report, &out);
    return finish(cli, &out);
}

static bool read_in_box(struct cli *cli, const char *json, size_t len, struct json_doc *doc)
{
    struct json_box *box =
        json_box_new(len > FILE_MAX_BYTES ? &notes_limits : &catalog_limits, NULL);
    bool ok = json_box_read(box, json, doc, &cli->err);
    json_box_free(box);
    return ok;
}

/* A catalog, or exported notes, which say so. */
static enum cli_exit import_file(struct cli *cli, const char *path)
{
    struct json_doc doc = { 0 };
    char *json = NULL;
    enum cli_exit status;
    if (!file_read_long_text(path, NOTES_MAX_BYTES, &json, &cli->err))
        return cli_fail(cli);
    size_t len = strlen(json);
    char first = json[strspn(json, " \t\r\n")];
    bool ok = read_in_box(cli, json, len, &doc);
    free(json);
    if (!ok) {
        err_set(&cli->err, "%s was not loaded: %s%s",
            strcmp(path, "-") == 0 ? "standard input" : path, err_text(&cli->err),
            first == '{' || first == '['
                ? ""
                : "; import takes a catalog or exported notes as JSON, or a directory");
        status = cli_fail(cli);
    } else if (notes_json_is(&doc))
        status = cli_import_notes(cli, path, &doc);
    else if (len > FILE_MAX_BYTES) {
        err_set(&cli->err, "%s is larger than %d MB", path, FILE_MAX_BYTES / MB);
        status = cli_fail(cli);
    } else
        status = import_catalog(cli, path, &doc);
    json_doc_release(&doc);
    return status;
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
    if (!directory)
        return import_file(cli, path);
    return notes_folder_is(path) ? cli_import_notes(cli, path, NULL)
                                 : import_directory(cli, path);
}
