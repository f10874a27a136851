/* The configuration file: `set option value`, `bind keys command`,
 * `unbind keys`, # comments. */
#ifndef TALKBOOK_CMD_CONFIG_H
#define TALKBOOK_CMD_CONFIG_H

#include <stdbool.h>

#include "base/err.h"
#include "cmd/keymap.h"
#include "cmd/option.h"

/* $TALKBOOK_CONFIG, else $XDG_CONFIG_HOME/talkbook/config, else
 * ~/.config/talkbook/config; NULL where no home is known. The caller frees it. */
char *config_path(void);

/* Applies the file; one that does not exist is empty. A line with a mistake is
 * left out and the others hold; then false, with the first such line in err. */
bool config_read(
    const char *path, struct options *options, struct keymap *map, struct err *err);

/* Applies one line. */
bool config_line(
    const char *line, struct options *options, struct keymap *map, struct err *err);

#endif
