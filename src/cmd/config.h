/* The configuration file: `set option value`, `bind keys command`,
 * `unbind keys`, # comments. */
#ifndef TALKBOOK_CMD_CONFIG_H
#define TALKBOOK_CMD_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "cmd/keymap.h"
#include "cmd/option.h"

/* $TALKBOOK_CONFIG, else $XDG_CONFIG_HOME/talkbook/config, else
 * ~/.config/talkbook/config; NULL where no home is known. The caller frees it. */
char *config_path(void);

enum { CONFIG_MISTAKES_TOLD = 10 };

/* What was wrong with a file: the first mistakes in words, each with its line, and how
 * many there are. Zeroed is none. */
struct config_mistakes {
    struct err told[CONFIG_MISTAKES_TOLD];
    size_t count;
};

void config_mistakes_release(struct config_mistakes *mistakes);

/* Applies the file; one that does not exist is empty. A line with a mistake is left out
 * and the others hold; that the file cannot be read is a mistake, too. False where there
 * is any. */
bool config_read(const char *path, struct options *options, struct keymap *map,
    struct config_mistakes *mistakes);

/* Applies one line. */
bool config_line(
    const char *line, struct options *options, struct keymap *map, struct err *err);

#endif
