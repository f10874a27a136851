/* Owns standard output: styles, the pager, error lines. Everything printed is
 * either laid-out text, which went through the sink, or JSON. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/process.h"
#include "base/sink.h"
#include "base/url.h"
#include "cli/cli.h"

void cli_warn(const char *format, ...)
{
    struct buf text = { 0 };
    va_list args;
    va_start(args, format);
    buf_addv(&text, format, args);
    va_end(args);
    char *clean = sink_line(buf_text(&text));
    fprintf(stderr, "talkbook: %s\n", clean);
    free(clean);
    buf_release(&text);
}

static enum cli_exit complain(struct cli *cli, enum cli_exit status)
{
    fflush(stdout);
    cli_warn("%s", err_text(&cli->err));
    return status;
}

enum cli_exit cli_fail(struct cli *cli)
{
    return complain(cli, EXIT_FAILED);
}

enum cli_exit cli_usage(struct cli *cli)
{
    return complain(cli, EXIT_USAGE);
}

enum sink_mode cli_sink(const struct cli *cli)
{
    /* Styles are for a terminal behind the pipe. */
    return cli->terminal || cli->styled ? SINK_TEXT : SINK_FILE;
}

bool cli_write(struct cli *cli, const char *bytes, size_t len)
{
    errno = 0;
    if (fwrite(bytes, 1, len, stdout) == len && fflush(stdout) == 0)
        return true;
    /* A reader that went away, like head, is no failure of ours. */
    if (errno == EPIPE)
        exit(EXIT_OK);
    return err_set(&cli->err, "cannot write standard output: %s", strerror(errno));
}

static void add_span(
    struct cli *cli, const struct md_lines *lines, const struct md_span *span, struct buf *out)
{
    struct look look = theme_look((enum style)span->style, span->face, cli->depth, cli->light);
    const char *url = span->link > 0 ? lines->links[span->link - 1] : NULL;
    /* Others are shown but not made active. */
    bool link = url != NULL && url_is_web(url);
    if (link)
        buf_addf(out, "\033]8;;%s\033\\", url);
    bool plain = look.fg < 0 && look.bg < 0 && look.attrs == 0;
    if (!plain)
        theme_add_ansi(out, look, cli->depth);
    buf_add(out, lines->text.data + span->off, span->len);
    if (!plain)
        buf_adds(out, "\033[0m");
    if (link)
        buf_adds(out, "\033]8;;\033\\");
}

static void add_lines(struct cli *cli, const struct md_lines *lines, struct buf *out)
{
    for (size_t i = 0; i < lines->count; i++) {
        const struct md_line *line = &lines->line[i];
        for (uint32_t s = 0; s < line->count; s++)
            add_span(cli, lines, &lines->spans[line->first + s], out);
        buf_addc(out, '\n');
    }
}

static bool fits_terminal(const struct md_lines *lines)
{
    struct winsize size;
    return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_row == 0
           || lines->count < size.ws_row;
}

/* Runs $PAGER, else less; false where neither could be started. */
static bool page(const struct buf *text)
{
    const char *pager = getenv("PAGER");
    struct err ignored = { 0 };
    int status;
    char **argv = process_split(pager != NULL && pager[0] != '\0' ? pager : "less -R -F -X");
    setenv("LESS", "FRX", 0);
    bool ok = argv != NULL && strcmp(argv[0], "cat") != 0
              && process_run(argv, buf_text(text), text->len, &status, &ignored);
    process_free(argv);
    err_release(&ignored);
    return ok;
}

bool cli_print(struct cli *cli, const struct md_lines *lines)
{
    struct buf out = { 0 };
    if (cli->styled)
        add_lines(cli, lines, &out);
    else
        buf_add(&out, buf_text(&lines->text), lines->text.len);
    bool ok = (cli->page && !fits_terminal(lines) && page(&out))
              || cli_write(cli, buf_text(&out), out.len);
    buf_release(&out);
    return ok;
}
