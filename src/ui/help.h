/* The overlay that shows the live key table. */
#ifndef TALKBOOK_UI_HELP_H
#define TALKBOOK_UI_HELP_H

#include "cmd/keymap.h"
#include "ui/text.h"
#include "ui/view.h"

struct help {
    struct view view;
    const struct keymap *keymap; /* borrowed */
    struct matcher matcher;
    bool filtered;
    struct text text;
};

extern const struct view_ops help_ops;

void help_init(struct help *help, const struct keymap *keymap);
void help_release(struct help *help);

/* Shows only the rows that hold every word of text ("" shows all). */
void help_filter(struct help *help, const char *text);

#endif
