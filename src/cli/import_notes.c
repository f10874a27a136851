/* Owns the report on an import of notes. */
#include <string.h>

#include "base/sink.h"
#include "cli/import.h"
#include "exchange/json.h"
#include "exchange/notes_folder.h"
#include "exchange/notes_json.h"

/* How many files the text of a report names. */
enum { NAMED_MAX = 20 };

/* Whether what is said of a file is one of the outcomes in a set of bits. */
static bool is_of(const struct notes_remark *remark, unsigned outcomes)
{
    return (outcomes & 1U << remark->outcome) != 0;
}

static void add_remarks(
    const struct notes_report *report, unsigned outcomes, const char *title, struct buf *out)
{
    int named = 0, total = 0;
    for (size_t i = 0; i < report->count; i++) {
        const struct notes_remark *remark = &report->remarks[i];
        if (!is_of(remark, outcomes) || total++ >= NAMED_MAX)
            continue;
        if (named++ == 0)
            buf_adds(out, title);
        buf_adds(out, "  ");
        sink_adds(out, remark->name, SINK_LINE);
        buf_adds(out, ": ");
        sink_adds(out, remark->reason, SINK_LINE);
        buf_addc(out, '\n');
    }
    if (total > named)
        buf_addf(out, "  and %d more; --json names all\n", total - named);
}

static void add_text(const struct notes_report *report, struct buf *out)
{
    const int *outcomes = report->outcomes;
    buf_addf(out, "%d added, %d changed, %d merged, %d unchanged, %d deleted, %d conflict%s",
        outcomes[NOTES_ADDED], outcomes[NOTES_CHANGED], outcomes[NOTES_MERGED],
        outcomes[NOTES_UNCHANGED], outcomes[NOTES_DELETED], outcomes[NOTES_CONFLICTS],
        outcomes[NOTES_CONFLICTS] == 1 ? "" : "s");
    if (report->marks > 0)
        buf_addf(out, "; marks and searches: %d changed", report->marks);
    buf_addc(out, '\n');
    const unsigned conflicts = 1U << NOTES_CONFLICTS, rejected = 1U << NOTES_REJECTED,
                   deleted = 1U << NOTES_DELETED;
    add_remarks(report, conflicts, "changed on both sides:\n", out);
    add_remarks(report, rejected, "left alone:\n", out);
    add_remarks(report, deleted, "in the trash now:\n", out);
    add_remarks(report, ~(conflicts | rejected | deleted), "to be looked at:\n", out);
    if (report->without_talk > 0) {
        buf_addf(out, "%d %s not in the database, such as ", report->without_talk,
            report->without_talk == 1 ? "note is on a talk" : "notes are on talks");
        sink_adds(out, report->one_talk, SINK_LINE);
        buf_addc(out, '\n');
    }
}

static void add_json(const struct notes_report *report, struct buf *out)
{
    struct json json = { .out = out };
    json_begin(&json, NULL, '{');
    for (int i = 0; i < NOTES__COUNT; i++)
        json_int(&json, notes_outcome_names[i], report->outcomes[i]);
    json_int(&json, "marks", report->marks);
    json_int(&json, "without_talk", report->without_talk);
    json_begin(&json, "remarks", '[');
    for (size_t i = 0; i < report->count; i++) {
        json_begin(&json, NULL, '{');
        json_text(&json, "name", report->remarks[i].name);
        json_text(&json, "what", notes_outcome_names[report->remarks[i].outcome]);
        json_text(&json, "reason", report->remarks[i].reason);
        json_end(&json, '}');
    }
    json_end(&json, ']');
    json_end(&json, '}');
    buf_addc(out, '\n');
}

enum cli_exit cli_import_notes(struct cli *cli, const char *path, const struct json_doc *doc)
{
    struct notes_report report = { 0 };
    struct buf out = { 0 };
    bool ok = doc != NULL ? notes_json_read(cli->db, doc, &report, &cli->err)
                          : notes_folder_read(cli->db, path, &report, &cli->err);
    if (!ok)
        err_set(&cli->err, "%s was not imported: %s", path, err_text(&cli->err));
    else if (cli_given(cli, CLI_json))
        add_json(&report, &out);
    else
        add_text(&report, &out);
    bool fine = ok && report.outcomes[NOTES_REJECTED] == 0;
    ok = ok && cli_write(cli, buf_text(&out), out.len);
    buf_release(&out);
    notes_report_release(&report);
    return !ok ? cli_fail(cli) : fine ? EXIT_OK : EXIT_FAILED;
}
