/* The table of commands. */
#ifndef TALKBOOK_CMD_COMMAND_H
#define TALKBOOK_CMD_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

/* Where a key means something. APP and PANE keys work in every view; in the
 * finder those of PROMPT do too, where FINDER has no other meaning for them. */
enum command_scope { SCOPE_PANE, SCOPE_APP, SCOPE_FINDER, SCOPE_PROMPT, SCOPE__COUNT };

enum command_id {
#define COMMAND(scope, id, name, keys, argument, help) CMD_##id,
#include "cmd/commands.def"
#undef COMMAND
    CMD__COUNT
};

struct command {
    enum command_scope scope;
    const char *name;
    const char *keys;
    const char *argument;
    const char *help;
};

extern const struct command commands[CMD__COUNT];

/* Titles for the help and the manual. */
extern const char *const command_scope_titles[SCOPE__COUNT];

/* How a command is called: by key with a count and perhaps an argument key,
 * or by name with text. */
struct command_call {
    enum command_id id;
    int count;        /* 0 where none was typed */
    char key;         /* the argument key, 0 for none */
    const char *text; /* what followed the name, NULL for none; borrowed */
};

/* Whether it can be run by name; what edits a line cannot. */
static inline bool command_has_name(enum command_id id)
{
    return commands[id].scope == SCOPE_PANE || commands[id].scope == SCOPE_APP;
}

/* The command of that name, or CMD__COUNT. A beginning of three
 * letters or more that only one command outside the prompt has counts too. */
enum command_id command_find(const char *name, size_t len);

#endif
