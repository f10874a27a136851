/* Owns the subcommand render: Markdown from a file or standard input, printed
 * part by part as it is parsed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "exchange/file.h"
#include "md/md.h"

static int count_digits(size_t number)
{
    int digits = 1;
    for (; number >= 10; number /= 10)
        digits++;
    return digits;
}

/* "[12] https://…"; in a narrow place the number stands on a line of its own. */
static void add_link(
    struct md_lines *lines, size_t number, int digits, const char *url, int cols)
{
    char mark[48];
    int indent = digits + 3;
    snprintf(mark, sizeof mark, "%*s[%zu] ", digits - count_digits(number), "", number);
    if (indent > cols / 2) {
        md_lines_wrap(lines, STYLE_MARKER, 0, 0, mark, cols, 0);
        indent = 0;
    } else {
        md_lines_add(lines, STYLE_MARKER, 0, 0, mark, strlen(mark));
    }
    uint32_t link = md_lines_link(lines, url, strlen(url));
    md_lines_wrap(lines, STYLE_URL, 0, link, url, cols, indent);
}

/* The addresses of the links that were numbered. */
static void add_links(const struct md_doc *doc, int cols, struct md_lines *lines)
{
    size_t count = 0;
    while (md_link(doc, count + 1) != NULL)
        count++;
    if (count > 0)
        md_lines_end(lines);
    for (size_t i = 1; i <= count; i++)
        add_link(lines, i, count_digits(count), md_link(doc, i), cols);
}

/* A pager must have all of it, to see whether it fits the terminal. */
static bool print_paged(struct cli *cli, struct md_doc *doc)
{
    struct md_lines lines = { 0 };
    for (size_t i = 0; i < md_parts(doc); i++)
        md_layout_part(doc, i, cli->width, 0, &lines);
    add_links(doc, cli->width, &lines);
    bool ok = cli_print(cli, &lines);
    md_lines_release(&lines);
    return ok;
}

static bool print_parts(struct cli *cli, struct md_doc *doc)
{
    struct md_lines lines = { 0 };
    bool ok = true;
    for (size_t i = 0; ok && i < md_parts(doc); i++) {
        md_lines_clear(&lines);
        md_layout_part(doc, i, cli->width, 0, &lines);
        ok = cli_print(cli, &lines);
        md_forget(doc);
    }
    md_lines_clear(&lines);
    add_links(doc, cli->width, &lines);
    ok = ok && cli_print(cli, &lines);
    md_lines_release(&lines);
    return ok;
}

enum cli_exit cli_render(struct cli *cli)
{
    char *text = NULL;
    size_t len;
    if (!file_read(cli->word_count > 0 ? cli->words[0] : "-", &text, &len, &cli->err))
        return cli_fail(cli);
    struct md_doc *doc = md_open(text, len);
    /* Where a link can't be followed its address is to be read. */
    if (!cli->styled)
        md_number_links(doc);
    bool ok = cli->page ? print_paged(cli, doc) : print_parts(cli, doc);
    md_free(doc);
    free(text);
    return ok ? EXIT_OK : cli_fail(cli);
}
