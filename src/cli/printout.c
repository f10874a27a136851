/* Owns printing a list piece by piece, so that its length costs no memory. Must not
 * know what is listed. */
#include "cli/printout.h"

enum { PAGED_LINES = 5000 };

void printout_begin(struct printout *printout, struct cli *cli)
{
    *printout = (struct printout){ .cli = cli, .as_json = cli_given(cli, CLI_json) };
    printout->json.out = &printout->out;
    if (printout->as_json)
        json_begin(&printout->json, NULL, '[');
}

void printout_end_object(struct printout *printout)
{
    json_end(&printout->json, '}');
    buf_addc(&printout->out, '\n');
}

static bool print_lines(struct printout *printout)
{
    bool ok = cli_print(printout->cli, &printout->lines);
    md_lines_clear(&printout->lines);
    return ok;
}

static bool print_json(struct printout *printout)
{
    bool ok = cli_write(printout->cli, buf_text(&printout->out), printout->out.len);
    buf_clear(&printout->out);
    return ok;
}

bool printout_go_on(struct printout *printout)
{
    struct cli *cli = printout->cli;
    if (printout->as_json)
        return print_json(printout);
    if (cli->page && printout->lines.count < PAGED_LINES)
        return true;
    cli->page = false;
    return print_lines(printout);
}

enum cli_exit printout_end(struct printout *printout, bool ok)
{
    if (printout->as_json) {
        json_end(&printout->json, ']');
        buf_addc(&printout->out, '\n');
    }
    ok = ok && (printout->as_json ? print_json(printout) : print_lines(printout));
    md_lines_release(&printout->lines);
    buf_release(&printout->out);
    return ok ? EXIT_OK : cli_fail(printout->cli);
}
