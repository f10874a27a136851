/* The command line: its tables and what the subcommands share. */
#ifndef TALKBOOK_CLI_CLI_H
#define TALKBOOK_CLI_CLI_H

#include <stdbool.h>
#include <stddef.h>

#include "base/sink.h"
#include "cmd/config.h"
#include "db/db.h"
#include "md/lines.h"
#include "model/query.h"
#include "ui/theme.h"

enum cli_option_id {
#define CLI_OPTION(id, letter, name, argument, commands, help) CLI_##id,
#include "cli/options.def"
#undef CLI_OPTION
    CLI__OPTIONS
};

struct cli_option {
    char letter;
    const char *name, *argument, *commands, *help;
};

extern const struct cli_option cli_options[CLI__OPTIONS];

enum cli_exit { EXIT_OK = 0, EXIT_FAILED = 1, EXIT_USAGE = 2 };

struct cli {
    char **words; /* borrowed from argv: the words after the subcommand */
    int word_count;
    const char *values[CLI__OPTIONS]; /* given options; "" for those without argument */
    int width;                        /* columns */
    enum colour_depth depth;          /* DEPTH_NONE: no escapes at all */
    bool styled;                      /* escapes may be written */
    bool light;
    bool page;     /* a pager may be started */
    bool terminal; /* standard output is one */
    struct db *db;
    struct options options;
    struct keymap keymap;
    struct err err;
};

/* Whether a subcommand opens the database, and whether one that was named by --db or
 * TALKBOOK_DB may be made for it: an empty one would be copied for the mistyped one. */
enum cli_needs { CLI_NO_DB, CLI_DB, CLI_OLD_DB };

struct cli_subcommand {
    const char *name, *arguments;
    int least, most;
    enum cli_needs needs;
    const char *help;
    enum cli_exit (*run)(struct cli *cli);
};

extern const struct cli_subcommand cli_subcommands[];
extern const int cli_subcommand_count;

/* Fills cli from argv; *command is NULL where none is named. On a mistake err
 * is set. */
bool cli_parse(struct cli *cli, int argc, char **argv, const struct cli_subcommand **command);

bool cli_given(const struct cli *cli, enum cli_option_id id);

/* A given option's number, from 1 to most; *value stays as it is where the
 * option is not given. False with err where it is no such number. */
bool cli_number(struct cli *cli, enum cli_option_id id, int most, int *value);

/* The path of the database that is to be used; the caller frees it. */
bool cli_database_path(struct cli *cli, char **path);

/* Whether a database that was named is there with something in it, which a program that is
 * to look after it must not make; the one in its usual place may come. False with err. */
bool cli_database_is_there(struct cli *cli);

/* Opens it and loads the catalog that comes with the program. */
bool cli_open_database(struct cli *cli);

/* Tells of a database whose log is damaged, of which a command may see nothing. */
void cli_tell_database(const struct cli *cli);

/* Prints a line to standard error as "talkbook: …". */
void cli_warn(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Prints err to standard error as "talkbook: …" and returns the status. */
enum cli_exit cli_fail(struct cli *cli);
enum cli_exit cli_usage(struct cli *cli);

/* The one talk that text names; candidates go to standard error where there
 * are more. */
bool cli_find_talk(struct cli *cli, const char *text, struct talk *talk);

/* The words from `first` on, joined by blanks; the caller frees it. */
char *cli_join(const struct cli *cli, int first);

/* Parses the words from `first` on as a query; err says what is wrong, also where
 * there are words but none to look for. */
bool cli_parse_query(struct cli *cli, int first, struct query *query);

/* Writes laid-out lines to standard output: styled where that is allowed,
 * through a pager where they do not fit a terminal. */
bool cli_print(struct cli *cli, const struct md_lines *lines);

/* How a note's own text goes out: to a file or a pipe with what it needs to be the same
 * text again. */
enum sink_mode cli_sink(const struct cli *cli);

/* Writes bytes to standard output; false with err where that fails. */
bool cli_write(struct cli *cli, const char *bytes, size_t len);

/* One function a subcommand. */
#define SUBCOMMAND(id, name, arguments, least, most, needs, help)                              \
    enum cli_exit cli_##id(struct cli *cli);
#include "cli/subcommands.def"
#undef SUBCOMMAND

#endif
