/* Writing a note in the person's editor, and opening links outside. */
#ifndef TALKBOOK_EXCHANGE_EDITOR_H
#define TALKBOOK_EXCHANGE_EDITOR_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "exchange/draft.h"

/* How a program is run in the foreground: process_run() or something that
 * hands the screen over first. */
typedef bool (*editor_run)(void *context, char *const argv[], int *status, struct err *err);

struct editor {
    const char *configured; /* the option's value, "" for none */
    editor_run run;
    void *context;
};

/* Lets the person edit `text`, which belongs to a place. On success *edited is the new
 * text (valid UTF-8, the caller frees it) and draft the draft, which is to be forgotten
 * once the text is safe. Where the editor is missing, fails or crashes, or what it left
 * is not UTF-8, false; the draft is kept and err says where, unless it holds nothing new. */
bool editor_edit(const struct editor *editor, const struct draft_place *place, const char *text,
    char **edited, struct draft *draft, struct err *err);

/* The same with a draft that is there already. */
bool editor_open(
    const struct editor *editor, struct draft *draft, char **edited, struct err *err);

/* The argument vectors to try in turn for opening a URL: the option, each of
 * $BROWSER, xdg-open; for process_free() each, the array for free(). Only http
 * and https URLs are opened: others give NULL with err. */
char ***browser_commands(const char *configured, const char *url, struct err *err);

#endif
