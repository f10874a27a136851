/* Owns the subcommands theme, undo and redo. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cli/cli.h"

static void add_theme(struct md_lines *lines, const char *name, size_t len, bool own)
{
    char *copy = mem_dup_n(name, len);
    md_lines_add_raw(lines, STYLE_GROUP1, 0, 0, copy);
    if (own)
        md_lines_add_raw(lines, STYLE_DIM, 0, 0, "  (yours)");
    md_lines_end(lines);
    free(copy);
}

/* A line a theme; the person's own are marked. */
static bool print_themes(struct cli *cli, const struct talk *talk)
{
    struct md_lines lines = { 0 };
    bool own = false, ok = db_themes_own(cli->db, talk->key, &own, &cli->err);
    const char *at = talk->theme_list[0] != '\0' ? talk->theme_list : "Everything else";
    while (ok && *at != '\0') {
        size_t len = strcspn(at, TALK_SEPARATOR);
        add_theme(&lines, at, len, own);
        at += len + (at[len] != '\0');
    }
    ok = ok && cli_print(cli, &lines);
    md_lines_release(&lines);
    return ok;
}

static bool set_themes(struct cli *cli, const char *talk_key)
{
    struct buf names = { 0 };
    for (int i = 1; i < cli->word_count; i++)
        buf_addf(&names, "%s%s", i > 1 ? "," : "", cli->words[i]);
    bool ok = db_themes_set(cli->db, talk_key, buf_text(&names), &cli->err);
    buf_release(&names);
    return ok;
}

enum cli_exit cli_theme(struct cli *cli)
{
    struct talk found, talk = { 0 };
    bool reset = cli_given(cli, CLI_reset);
    if (reset && cli->word_count > 1) {
        err_set(&cli->err, "--reset takes no names: it gives the catalog's themes back");
        return cli_usage(cli);
    }
    if (!cli_find_talk(cli, cli->words[0], &found))
        return EXIT_FAILED;
    bool ok = reset ? db_themes_set(cli->db, found.key, NULL, &cli->err)
              : cli->word_count > 1
                  ? set_themes(cli, found.key)
                  : db_talk_read(cli->db, found.id, DB_READ_EXPORT, &talk, &cli->err)
                        && print_themes(cli, &talk);
    talk_release(&found);
    talk_release(&talk);
    return ok ? EXIT_OK : cli_fail(cli);
}

static enum cli_exit take_back(
    struct cli *cli, bool (*change)(struct db *, char **, struct err *), const char *verb)
{
    char *what = NULL;
    struct md_lines lines = { 0 };
    bool ok = change(cli->db, &what, &cli->err);
    if (ok && what == NULL)
        ok = err_set(&cli->err, "there is nothing to %s", verb);
    if (ok) {
        md_lines_add_raw(&lines, STYLE_DIM, 0, 0, verb);
        md_lines_add_raw(&lines, STYLE_DIM, 0, 0, ": ");
        md_lines_add_raw(&lines, STYLE_TEXT, 0, 0, what);
        md_lines_end(&lines);
        ok = cli_print(cli, &lines);
    }
    md_lines_release(&lines);
    free(what);
    return ok ? EXIT_OK : cli_fail(cli);
}

enum cli_exit cli_undo(struct cli *cli)
{
    return take_back(cli, db_undo, "undo");
}

enum cli_exit cli_redo(struct cli *cli)
{
    return take_back(cli, db_redo, "redo");
}
