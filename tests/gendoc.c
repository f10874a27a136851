/* Prints the parts of the manual and the README that come from the program's
 * tables: `gendoc man-keys`, and so on. tests/docs.sh puts them in place. */
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "cli/cli.h"
#include "cmd/keymap.h"
#include "model/query.h"

/* Text for mdoc: no sign in it, and no word that is a macro's name, may act. */
static void add_man(struct buf *out, const char *text)
{
    for (const char *p = text; *p != '\0'; p++) {
        if (p == text || p[-1] == ' ')
            buf_adds(out, "\\&");
        if (*p == '\\')
            buf_adds(out, "\\e");
        else if (*p == '"')
            buf_adds(out, "\\(dq");
        else if (*p == '-')
            buf_adds(out, "\\-");
        else if (*p == '^')
            buf_adds(out, "\\(ha");
        else if (*p == '\'')
            buf_adds(out, "\\(aq");
        else
            buf_addc(out, *p);
    }
}

static void add_item(struct buf *out, const char *macro, const char *term, const char *text)
{
    buf_addf(out, ".It %s ", macro);
    add_man(out, term);
    buf_addc(out, '\n');
    add_man(out, text);
    buf_addc(out, '\n');
}

static void man_keys(struct buf *out)
{
    for (int scope = 0; scope < SCOPE__COUNT; scope++) {
        buf_adds(out, ".Ss ");
        add_man(out, command_scope_titles[scope]);
        buf_adds(out, "\n.Bl -tag -width \"M-Backspace\" -compact\n");
        for (int i = 0; i < CMD__COUNT; i++) {
            struct buf text = { 0 };
            if ((int)commands[i].scope != scope)
                continue;
            buf_addf(&text, "%s (%s)", commands[i].help, commands[i].name);
            if (commands[i].keys[0] == '\0')
                add_item(out, "Ic", commands[i].name, commands[i].help);
            else
                add_item(out, "Ic", commands[i].keys, text.data);
            buf_release(&text);
        }
        buf_adds(out, ".El\n");
    }
}

static void man_subcommands(struct buf *out)
{
    buf_adds(out, ".Bl -tag -width Ds\n");
    for (int i = 0; i < cli_subcommand_count; i++) {
        struct buf term = { 0 };
        buf_addf(&term, "%s %s", cli_subcommands[i].name, cli_subcommands[i].arguments);
        add_item(out, "Cm", term.data, cli_subcommands[i].help);
        buf_release(&term);
    }
    buf_adds(out, ".El\n");
}

static void man_cli_options(struct buf *out)
{
    buf_adds(out, ".Bl -tag -width Ds\n");
    for (int i = 0; i < CLI__OPTIONS; i++) {
        const struct cli_option *option = &cli_options[i];
        buf_adds(out, ".It ");
        if (option->letter != '\0')
            buf_addf(out, "Fl %c , ", option->letter);
        buf_adds(out, "Fl \\-");
        add_man(out, option->name);
        if (option->argument[0] != '\0')
            buf_addf(out, " Ar %s", option->argument);
        buf_addc(out, '\n');
        add_man(out, option->help);
        if (option->commands[0] != '\0') {
            buf_adds(out, "\n(");
            add_man(out, option->commands);
            buf_addc(out, ')');
        }
        buf_addc(out, '\n');
    }
    buf_adds(out, ".El\n");
}

static void man_options(struct buf *out)
{
    buf_adds(out, ".Bl -tag -width background\n");
    for (int i = 0; i < OPT__COUNT; i++) {
        const struct option_info *info = &option_infos[i];
        struct buf text = { 0 };
        buf_adds(&text, info->help);
        if (info->type == OPTION_INT)
            buf_addf(&text, "; %d to %d", info->low, info->high);
        else if (info->type == OPTION_CHOICE)
            buf_addf(&text, "; one of %s", info->choices);
        else if (info->type == OPTION_BOOL)
            buf_adds(&text, "; on or off");
        buf_addf(&text, " (%s)", info->initial[0] != '\0' ? info->initial : "empty");
        add_item(out, "Cm", info->name, text.data);
        buf_release(&text);
    }
    buf_adds(out, ".El\n");
}

static void add_field(struct buf *term, int i)
{
    if (query_fields[i].name[0] == '\0')
        buf_adds(term, "word");
    else
        buf_addf(term, "%s:", query_fields[i].name);
}

static void man_query(struct buf *out)
{
    buf_adds(out, ".Bl -tag -width \"speaker:\" -compact\n");
    for (int i = 0; i < QUERY__FIELDS; i++) {
        struct buf term = { 0 }, text = { 0 };
        add_field(&term, i);
        buf_adds(&text, query_fields[i].help);
        if (query_fields[i].values != NULL)
            buf_addf(&text, ": %s", query_fields[i].values);
        add_item(out, "Cm", term.data, text.data);
        buf_release(&term);
        buf_release(&text);
    }
    buf_adds(out, ".El\n");
}

/* A cell of a Markdown table: a bar would end it. */
static void add_cell(struct buf *out, const char *text)
{
    for (; *text != '\0'; text++)
        buf_addf(out, "%s%c", *text == '|' ? "\\" : "", *text);
}

static void add_keys_cell(struct buf *out, const char *keys)
{
    while (*keys != '\0') {
        size_t len = strcspn(keys, " ");
        buf_addf(out, "`");
        for (size_t i = 0; i < len; i++)
            buf_addf(out, "%s%c", keys[i] == '|' ? "\\" : "", keys[i]);
        buf_addf(out, "`%s", keys[len] == ' ' ? " " : "");
        keys += len + (keys[len] == ' ');
    }
}

static void readme_keys(struct buf *out)
{
    buf_adds(out, "| keys | what they do |\n|---|---|\n");
    for (int i = 0; i < CMD__COUNT; i++) {
        if (!command_has_name((enum command_id)i) || commands[i].keys[0] == '\0')
            continue;
        buf_adds(out, "| ");
        add_keys_cell(out, commands[i].keys);
        buf_adds(out, " | ");
        add_cell(out, commands[i].help);
        buf_adds(out, " |\n");
    }
}

static void readme_query(struct buf *out)
{
    buf_adds(out, "| term | meaning |\n|---|---|\n");
    for (int i = 0; i < QUERY__FIELDS; i++) {
        struct buf term = { 0 };
        add_field(&term, i);
        buf_addf(out, "| `%s` | %s%s%s |\n", term.data, query_fields[i].help,
            query_fields[i].values != NULL ? ": " : "",
            query_fields[i].values != NULL ? query_fields[i].values : "");
        buf_release(&term);
    }
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*add)(struct buf *out);
    } parts[] = { { "man-keys", man_keys }, { "man-subcommands", man_subcommands },
        { "man-cli-options", man_cli_options }, { "man-options", man_options },
        { "man-query", man_query }, { "readme-keys", readme_keys },
        { "readme-query", readme_query } };
    for (size_t i = 0; argc == 2 && i < sizeof parts / sizeof parts[0]; i++) {
        if (strcmp(parts[i].name, argv[1]) != 0)
            continue;
        struct buf out = { 0 };
        parts[i].add(&out);
        fwrite(out.data, 1, out.len, stdout);
        buf_release(&out);
        return 0;
    }
    fputs("usage: gendoc PART\n", stderr);
    return 2;
}
