/* Owns the command line's grammar and the tables of options and subcommands. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cli/cli.h"

const struct cli_option cli_options[CLI__OPTIONS] = {
#define CLI_OPTION(id, letter, name, argument, commands, help)                                 \
    [CLI_##id] = { letter, name, argument, commands, help },
#include "cli/options.def"
#undef CLI_OPTION
};

const struct cli_subcommand cli_subcommands[] = {
#define SUBCOMMAND(id, name, arguments, least, most, needs, help)                              \
    { name, arguments, least, most, needs, help, cli_##id },
#include "cli/subcommands.def"
#undef SUBCOMMAND
};
const int cli_subcommand_count = sizeof cli_subcommands / sizeof cli_subcommands[0];

bool cli_given(const struct cli *cli, enum cli_option_id id)
{
    return cli->values[id] != NULL;
}

bool cli_number(struct cli *cli, enum cli_option_id id, int most, int *value)
{
    const char *text = cli->values[id];
    if (text == NULL)
        return true;
    char *end;
    long number = strtol(text, &end, 10);
    if (*text == '\0' || *end != '\0' || number < 1 || number > most)
        return err_set(&cli->err, "--%s takes a number from 1 to %d, not '%s'",
            cli_options[id].name, most, text);
    *value = (int)number;
    return true;
}

static int find_long(const char *name, size_t len)
{
    for (int i = 0; i < CLI__OPTIONS; i++)
        if (strlen(cli_options[i].name) == len && strncmp(cli_options[i].name, name, len) == 0)
            return i;
    return -1;
}

static int find_short(char letter)
{
    for (int i = 0; i < CLI__OPTIONS; i++)
        if (cli_options[i].letter == letter)
            return i;
    return -1;
}

/* Takes the option at argv[*i], and its argument. */
static bool take_option(struct cli *cli, int argc, char **argv, int *i)
{
    const char *word = argv[*i], *value = NULL;
    int id;
    if (word[1] == '-') {
        size_t len = strcspn(word + 2, "=");
        id = find_long(word + 2, len);
        value = word[2 + len] == '=' ? word + 3 + len : NULL;
    } else {
        id = find_short(word[1]);
        value = word[1] != '\0' && word[2] != '\0' ? word + 2 : NULL;
    }
    if (id < 0)
        return err_set(
            &cli->err, "there is no option %s; put -- before words that begin with -", word);
    bool takes = cli_options[id].argument[0] != '\0';
    if (!takes && value != NULL)
        return err_set(&cli->err, "--%s takes no argument", cli_options[id].name);
    if (takes && value == NULL && *i + 1 < argc)
        value = argv[++*i];
    if (takes && value == NULL)
        return err_set(
            &cli->err, "--%s needs %s", cli_options[id].name, cli_options[id].argument);
    cli->values[id] = takes ? value : "";
    return true;
}

static const struct cli_subcommand *find_subcommand(const char *name)
{
    for (int i = 0; i < cli_subcommand_count; i++)
        if (strcmp(cli_subcommands[i].name, name) == 0)
            return &cli_subcommands[i];
    return NULL;
}

static bool names_word(const char *list, const char *word)
{
    size_t len = strlen(word);
    for (const char *p = list; *p != '\0'; p += strspn(p, " ")) {
        size_t n = strcspn(p, " ");
        if (n == len && strncmp(p, word, len) == 0)
            return true;
        p += n;
    }
    return false;
}

static bool check(struct cli *cli, const struct cli_subcommand *command)
{
    for (int i = 0; command != NULL && i < CLI__OPTIONS; i++)
        if (cli->values[i] != NULL && cli_options[i].commands[0] != '\0'
            && !names_word(cli_options[i].commands, command->name))
            return err_set(&cli->err, "%s takes no --%s", command->name, cli_options[i].name);
    if (cli_given(cli, CLI_help) || command == NULL)
        return true;
    if (cli->word_count < command->least
        || (command->most >= 0 && cli->word_count > command->most))
        return err_set(&cli->err, "usage: talkbook %s%s%s", command->name,
            command->arguments[0] != '\0' ? " " : "", command->arguments);
    return true;
}

bool cli_parse(struct cli *cli, int argc, char **argv, const struct cli_subcommand **command)
{
    bool options = true;
    *command = NULL;
    cli->words = mem_zero((size_t)argc + 1, sizeof *cli->words);
    for (int i = 1; i < argc; i++) {
        if (options && strcmp(argv[i], "--") == 0)
            options = false;
        else if (options && argv[i][0] == '-' && argv[i][1] != '\0') {
            if (!take_option(cli, argc, argv, &i))
                return false;
        } else if (*command == NULL) {
            *command = find_subcommand(argv[i]);
            if (*command == NULL)
                return err_set(&cli->err,
                    "there is no subcommand '%s'; talkbook --help lists them", argv[i]);
        } else
            cli->words[cli->word_count++] = argv[i];
    }
    return check(cli, *command);
}

char *cli_join(const struct cli *cli, int first)
{
    struct buf text = { 0 };
    for (int i = first; i < cli->word_count; i++) {
        /* A word with blanks was quoted in the shell: it stays a phrase. */
        bool phrase = cli->word_count - first > 1 && strpbrk(cli->words[i], " \t") != NULL
                      && strchr(cli->words[i], '"') == NULL;
        buf_addf(&text, "%s%s%s%s", i > first ? " " : "", phrase ? "\"" : "", cli->words[i],
            phrase ? "\"" : "");
    }
    return buf_take(&text);
}
