/* Owns starting up: arguments, locale, configuration. */
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/log.h"
#include "base/utf8.h"
#include "cli/cli.h"
#include "cli/version.h"

static void add_help(struct buf *out)
{
    buf_adds(out, "talkbook browses conference talks and keeps your notes on them.\n\n"
                  "usage: talkbook [option…] [subcommand …]\n\n");
    for (int i = 0; i < cli_subcommand_count; i++) {
        struct buf call = { 0 };
        buf_addf(&call, "%s %s", cli_subcommands[i].name, cli_subcommands[i].arguments);
        int cells = utf8_cells(call.data, call.len);
        buf_addf(out, "  %s%*s %s\n", call.data, cells < 36 ? 36 - cells : 0, "",
            cli_subcommands[i].help);
        buf_release(&call);
    }
    buf_adds(out, "\n");
    for (int i = 0; i < CLI__OPTIONS; i++) {
        const struct cli_option *option = &cli_options[i];
        struct buf call = { 0 };
        if (option->letter != '\0')
            buf_addf(&call, "-%c, ", option->letter);
        buf_addf(&call, "--%s%s%s", option->name, option->argument[0] != '\0' ? " " : "",
            option->argument);
        buf_addf(out, "  %-22s %s%s%s%s\n", call.data, option->help,
            option->commands[0] != '\0' ? " (" : "", option->commands,
            option->commands[0] != '\0' ? ")" : "");
        buf_release(&call);
    }
    buf_adds(
        out, "\nTALK is a number, a key or a part of the title. talkbook(1) has it all.\n");
}

static enum cli_exit print(struct cli *cli, void (*add)(struct buf *out))
{
    struct buf out = { 0 };
    add(&out);
    bool ok = cli_write(cli, out.data, out.len);
    buf_release(&out);
    return ok ? EXIT_OK : cli_fail(cli);
}

static int terminal_width(void)
{
    struct winsize size;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return size.ws_col < 100 ? size.ws_col : 100;
    return 80;
}

/* The place of a word in a list that NULL ends, or -1. */
static int find_word(const char *const *list, const char *word)
{
    for (int i = 0; list[i] != NULL; i++)
        if (strcmp(list[i], word) == 0)
            return i;
    return -1;
}

static bool set_colours(struct cli *cli)
{
    static const char *const whens[] = { "auto", "never", "always", "8", "16", "256",
        "truecolor", NULL };
    const char *when = cli->values[CLI_color];
    int which = when != NULL ? find_word(whens, when) : 0;
    if (which < 0)
        return err_set(&cli->err,
            "--color takes auto, always, never, 8, 16, 256 or truecolor, not '%s'", when);
    cli->depth = which > 2 ? (enum colour_depth)(DEPTH_8 + which - 3) : theme_depth();
    if (which == 2 && cli->depth == DEPTH_NONE)
        cli->depth = DEPTH_8;
    cli->styled = which >= 2 || (which == 0 && cli->terminal && cli->depth != DEPTH_NONE);
    if (which == 1)
        cli->depth = DEPTH_NONE;
    return true;
}

static bool set_style(struct cli *cli)
{
    static const char *const styles[] = { "auto", "dark", "light", "mono", NULL };
    const char *style = cli->values[CLI_style];
    int which = style != NULL ? find_word(styles, style) : 0;
    if (which < 0)
        return err_set(&cli->err, "--style takes auto, dark, light or mono, not '%s'", style);
    int background = cli->options.values[OPT_background].number;
    if (which == 1 || which == 2)
        background = which;
    cli->light = background == 0 ? theme_is_light() : background == 2;
    if (which == 3)
        cli->depth = DEPTH_NONE;
    return true;
}

static bool set_up_output(struct cli *cli)
{
    cli->terminal = isatty(STDOUT_FILENO);
    cli->page = cli->terminal && !cli_given(cli, CLI_no_pager);
    cli->width = terminal_width();
    return cli_number(cli, CLI_width, 10000, &cli->width) && set_colours(cli) && set_style(cli);
}

/* A mistake in the configuration costs its line, not the program. */
static void read_config(struct cli *cli)
{
    struct config_mistakes mistakes = { 0 };
    char *path = config_path();
    if (path != NULL)
        config_read(path, &cli->options, &cli->keymap, &mistakes);
    for (size_t i = 0; i < mistakes.count && i < CONFIG_MISTAKES_TOLD; i++)
        cli_warn("%s", err_text(&mistakes.told[i]));
    if (mistakes.count > CONFIG_MISTAKES_TOLD) {
        size_t more = mistakes.count - CONFIG_MISTAKES_TOLD;
        cli_warn("%s: %zu more line%s with mistakes", path, more, more == 1 ? "" : "s");
    }
    config_mistakes_release(&mistakes);
    free(path);
}

static enum cli_exit run(struct cli *cli, int argc, char **argv)
{
    const struct cli_subcommand *command;
    if (!cli_parse(cli, argc, argv, &command))
        return cli_usage(cli);
    if (cli_given(cli, CLI_help))
        return print(cli, add_help);
    if (cli_given(cli, CLI_version))
        return print(cli, version_add);
    if (cli_given(cli, CLI_log) && !log_open(cli->values[CLI_log], &cli->err))
        return cli_fail(cli);
    read_config(cli);
    if (!set_up_output(cli))
        return cli_usage(cli);
    if (command == NULL)
        command = &cli_subcommands[0];
    if ((command->needs == CLI_OLD_DB && !cli_database_is_there(cli))
        || (command->needs != CLI_NO_DB && !cli_open_database(cli)))
        return cli_fail(cli);
    /* The browser shows it itself. */
    if (command->needs != CLI_NO_DB && command != &cli_subcommands[0])
        cli_tell_database(cli);
    return command->run(cli);
}

int main(int argc, char **argv)
{
    struct cli cli = { .width = 80 };
    if (getuid() != geteuid() || getgid() != getegid()) {
        fputs("talkbook: refuses to run with borrowed rights (setuid)\n", stderr);
        return EXIT_FAILED;
    }
    /* Only characters: the other categories cost a dozen files at every start. */
    setlocale(LC_CTYPE, "");
    signal(SIGPIPE, SIG_IGN);
    /* A file that may not grow (ulimit -f) is an error of the write. */
    signal(SIGXFSZ, SIG_IGN);
    options_init(&cli.options);
    keymap_init(&cli.keymap);
    enum cli_exit status = run(&cli, argc, argv);
    db_close(cli.db);
    keymap_release(&cli.keymap);
    options_release(&cli.options);
    err_release(&cli.err);
    free(cli.words);
    log_close();
    return status;
}
