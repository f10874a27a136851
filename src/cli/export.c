/* Owns the subcommand export: which form, which talks, and where to. */
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "db/search.h"
#include "exchange/export.h"
#include "exchange/notes_folder.h"

typedef bool (*write_function)(
    struct db *db, const struct export_set *set, struct output *out, struct err *err);

static const struct {
    const char *name;
    write_function write;
} forms[] = { { "html", digest_write_page }, { "json", notes_json_write },
    { "csv", table_write }, { "ics", calendar_write } };
enum { FORMS = sizeof forms / sizeof forms[0] };

/* The talks that the words ask for; all where there are none. *ids is owned. */
static bool read_set(struct cli *cli, struct export_set *set, int64_t **ids)
{
    struct query query = { 0 };
    *set = (struct export_set){ .all = cli->word_count == 0 };
    *ids = NULL;
    if (set->all)
        return true;
    bool ok = cli_parse_query(cli, 0, &query)
              && db_search_talks(cli->db, &query, ids, &set->count, &cli->err);
    query_release(&query);
    set->ids = *ids;
    return ok;
}

static enum cli_exit export_document(struct cli *cli, write_function write)
{
    struct export_set set;
    struct output out;
    int64_t *ids;
    bool ok = read_set(cli, &set, &ids);
    if (ok) {
        ok = output_open(&out, cli->values[CLI_output], &cli->err)
             && write(cli->db, &set, &out, &cli->err);
        ok = output_close(&out, ok, &cli->err);
    }
    free(ids);
    return ok ? EXIT_OK : cli_fail(cli);
}

/* What a directory's notes came to; what was left alone goes to standard error. */
static enum cli_exit report_folder(struct cli *cli, const struct notes_report *report)
{
    const int *outcomes = report->outcomes;
    struct buf out = { 0 }, problems = { 0 };
    buf_addf(&out, "%d added, %d changed, %d unchanged, %d deleted\n", outcomes[NOTES_ADDED],
        outcomes[NOTES_CHANGED], outcomes[NOTES_UNCHANGED], outcomes[NOTES_DELETED]);
    bool ok = cli_write(cli, out.data, out.len);
    for (size_t i = 0; i < report->count; i++)
        buf_addf(&problems, "%s%s %s", i > 0 ? "; " : "left alone: ", report->remarks[i].name,
            report->remarks[i].reason);
    if (ok && problems.len > 0)
        ok = err_set(&cli->err, "%s", problems.data);
    buf_release(&out);
    buf_release(&problems);
    return ok ? EXIT_OK : cli_fail(cli);
}

static enum cli_exit export_folder(struct cli *cli)
{
    struct export_set set;
    struct notes_report report = { 0 };
    const char *path = cli->values[CLI_output];
    int64_t *ids;
    if (path == NULL || strcmp(path, "-") == 0) {
        err_set(&cli->err, "notes as Markdown files need a directory: -o DIR; --digest makes "
                           "one document of them");
        return cli_usage(cli);
    }
    bool ok = read_set(cli, &set, &ids)
              && notes_folder_write(cli->db, &set, path, &report, &cli->err);
    free(ids);
    enum cli_exit status = ok ? report_folder(cli, &report) : cli_fail(cli);
    notes_report_release(&report);
    return status;
}

enum cli_exit cli_export(struct cli *cli)
{
    const char *form = cli_given(cli, CLI_format) ? cli->values[CLI_format] : "markdown";
    bool digest = cli_given(cli, CLI_digest);
    if (strcmp(form, "markdown") == 0)
        return digest ? export_document(cli, digest_write_markdown) : export_folder(cli);
    if (digest && strcmp(form, "html") != 0) {
        err_set(&cli->err, "--digest is Markdown or html");
        return cli_usage(cli);
    }
    for (int i = 0; i < FORMS; i++)
        if (strcmp(forms[i].name, form) == 0)
            return export_document(cli, forms[i].write);
    err_set(&cli->err, "--format takes markdown, html, json, csv or ics, not '%s'", form);
    return cli_usage(cli);
}
