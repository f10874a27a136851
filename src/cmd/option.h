/* The table of options and the settings of one run. */
#ifndef TALKBOOK_CMD_OPTION_H
#define TALKBOOK_CMD_OPTION_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"

enum option_type { OPTION_BOOL, OPTION_INT, OPTION_CHOICE, OPTION_TEXT };

enum option_id {
#define OPTION(type, id, name, initial, choices, low, high, help) OPT_##id,
#include "cmd/options.def"
#undef OPTION
    OPT__COUNT
};

struct option_info {
    enum option_type type;
    const char *name, *initial, *choices;
    int low, high;
    const char *help;
};

extern const struct option_info option_infos[OPT__COUNT];

/* number is the value of an int, 0 or 1 of a bool, the index of a choice;
 * text (owned) is the value of a text, NULL otherwise. */
struct option_value {
    int number;
    char *text;
};

struct options {
    struct option_value values[OPT__COUNT];
};

void options_init(struct options *options);
void options_release(struct options *options);

/* The option of that name, or OPT__COUNT. */
enum option_id option_find(const char *name);

/* Sets an option from text; err says what it takes. */
bool options_set(struct options *options, enum option_id id, const char *text, struct err *err);

/* Appends the value as it would be written. */
void options_add_value(const struct options *options, enum option_id id, struct buf *out);

#endif
