/* Owns the shell completions, generated from the tables. */
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"

static void add_names(struct buf *out, const char *separator)
{
    for (int i = 0; i < cli_subcommand_count; i++)
        buf_addf(out, "%s%s", i > 0 ? separator : "", cli_subcommands[i].name);
}

static bool names_file(const char *argument)
{
    return strcmp(argument, "FILE") == 0 || strcmp(argument, "PATH") == 0;
}

static void add_bash(struct buf *out)
{
    buf_adds(out,
        "_talkbook() {\n    local cur=${COMP_WORDS[COMP_CWORD]}\n"
        "    case ${COMP_WORDS[COMP_CWORD-1]} in\n"
        "    --db|--log|--file|-F|--output|-o) COMPREPLY=($(compgen -f -- \"$cur\")); return "
        ";;\n"
        "    --format) COMPREPLY=($(compgen -W 'markdown html json csv ics' -- \"$cur\"));"
        " return ;;\n"
        "    --color) COMPREPLY=($(compgen -W 'auto always never' -- \"$cur\"));"
        " return ;;\n    note) COMPREPLY=($(compgen -W"
        " 'add list show edit stamps log diff revert rm trash restore drafts' -- "
        "\"$cur\")); return ;;\n"
        "    import|render) COMPREPLY=($(compgen -f -- \"$cur\")); return ;;\n"
        "    esac\n    case $cur in\n    -*) COMPREPLY=($(compgen -W '");
    for (int i = 0; i < CLI__OPTIONS; i++)
        buf_addf(out, "%s--%s", i > 0 ? " " : "", cli_options[i].name);
    buf_adds(out, "' -- \"$cur\")) ;;\n    *) COMPREPLY=($(compgen -W '");
    add_names(out, " ");
    buf_adds(out, "' -- \"$cur\")) ;;\n    esac\n}\ncomplete -F _talkbook talkbook\n");
}

/* Text for within '…', where each shell has its own way to write an apostrophe. */
static void add_quoted(struct buf *out, const char *text, const char *apostrophe)
{
    for (; *text != '\0'; text++)
        if (*text == '\'')
            buf_adds(out, apostrophe);
        else
            buf_addc(out, *text);
}

static const char zsh_apostrophe[] = "'\\''", fish_apostrophe[] = "\\'";

static void add_zsh(struct buf *out)
{
    buf_adds(out, "#compdef talkbook\n_arguments -s \\\n");
    for (int i = 0; i < CLI__OPTIONS; i++) {
        const struct cli_option *option = &cli_options[i];
        bool takes = option->argument[0] != '\0';
        buf_addf(out, "  '--%s%s[", option->name, takes ? "=" : "");
        add_quoted(out, option->help, zsh_apostrophe);
        buf_addf(out, "]%s%s%s' \\\n", takes ? ":" : "", takes ? option->argument : "",
            !takes                         ? ""
            : names_file(option->argument) ? ":_files"
                                           : ": ");
    }
    buf_adds(out, "  '1:subcommand:((");
    for (int i = 0; i < cli_subcommand_count; i++) {
        buf_addf(out, "%s%s\\:\"", i > 0 ? " " : "", cli_subcommands[i].name);
        add_quoted(out, cli_subcommands[i].help, zsh_apostrophe);
        buf_addc(out, '"');
    }
    buf_adds(out, "))' \\\n  '*:file:_files'\n");
}

static void add_fish(struct buf *out)
{
    buf_adds(out, "complete -c talkbook -f\n");
    for (int i = 0; i < cli_subcommand_count; i++) {
        buf_addf(out, "complete -c talkbook -n __fish_use_subcommand -a %s -d '",
            cli_subcommands[i].name);
        add_quoted(out, cli_subcommands[i].help, fish_apostrophe);
        buf_adds(out, "'\n");
    }
    for (int i = 0; i < CLI__OPTIONS; i++) {
        const struct cli_option *option = &cli_options[i];
        buf_addf(out, "complete -c talkbook -l %s%s -d '", option->name,
            option->argument[0] == '\0'    ? ""
            : names_file(option->argument) ? " -r -F"
                                           : " -x");
        add_quoted(out, option->help, fish_apostrophe);
        buf_adds(out, "'\n");
    }
}

enum cli_exit cli_completion(struct cli *cli)
{
    static const struct {
        const char *shell;
        void (*add)(struct buf *out);
    } shells[] = { { "bash", add_bash }, { "zsh", add_zsh }, { "fish", add_fish } };
    for (size_t i = 0; i < sizeof shells / sizeof shells[0]; i++) {
        if (strcmp(shells[i].shell, cli->words[0]) != 0)
            continue;
        struct buf out = { 0 };
        shells[i].add(&out);
        bool ok = cli_write(cli, out.data, out.len);
        buf_release(&out);
        return ok ? EXIT_OK : cli_fail(cli);
    }
    err_set(&cli->err, "completion takes bash, zsh or fish, not '%s'", cli->words[0]);
    return cli_usage(cli);
}
