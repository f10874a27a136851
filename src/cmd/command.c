/* Owns the table of commands. Must not know what they do. */
#include "cmd/command.h"

#include <string.h>

const struct command commands[CMD__COUNT] = {
#define COMMAND(scope, id, name, keys, argument, help)                                         \
    [CMD_##id] = { SCOPE_##scope, name, keys, argument, help },
#include "cmd/commands.def"
#undef COMMAND
};

const char *const command_scope_titles[SCOPE__COUNT] = {
    [SCOPE_PANE] = "Moving",
    [SCOPE_APP] = "Commands",
    [SCOPE_FINDER] = "In the finder",
    [SCOPE_PROMPT] = "At a prompt",
};

/* A shorter beginning is more likely a slip (:w, :e) than a name. */
enum { SHORTEST = 3 };

enum command_id command_find(const char *name, size_t len)
{
    int found = CMD__COUNT;
    for (int i = 0; i < CMD__COUNT; i++) {
        if (!command_has_name((enum command_id)i) || strncmp(commands[i].name, name, len) != 0)
            continue;
        if (commands[i].name[len] == '\0')
            return (enum command_id)i;
        if (len >= SHORTEST)
            found = found == CMD__COUNT ? i : -1;
    }
    return found < 0 ? CMD__COUNT : (enum command_id)found;
}
