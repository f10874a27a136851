/* The line at the bottom that a person types into. */
#ifndef TALKBOOK_UI_PROMPT_H
#define TALKBOOK_UI_PROMPT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "cmd/command.h"
#include "ui/grid.h"

enum prompt_kind {
    PROMPT_SEARCH,
    PROMPT_LIMIT,
    PROMPT_COMMAND,
    PROMPT_ANNOTATE,
    PROMPT_FREE, /* a note that belongs to nothing */
    PROMPT_TAGS,
    PROMPT_THEMES,
    PROMPT_PIPE,
    PROMPT_HELP,
    PROMPT_FIND,
    PROMPT__COUNT
};

struct prompt_history {
    char **items;
    size_t count, cap;
};

/* A text before a change, for taking it back. */
struct prompt_state {
    char *text;
    size_t len, cursor;
};

struct prompt {
    bool active;
    enum prompt_kind kind;
    struct buf text;
    size_t cursor; /* byte offset in text, at a cell's beginning */
    struct buf killed;
    char *error; /* shown beside the text; owned */
    char *hint;  /* the same, but nothing is wrong; owned */
    struct prompt_history history[PROMPT__COUNT];
    size_t history_at; /* == count: the line being typed */
    char *typed;       /* that line while the history is shown; owned */
    struct prompt_state *undo;
    size_t undo_count, undo_cap, undo_bytes;
    bool typing; /* the last change was a letter typed */
    bool after_return;
    bool pasting;
    bool untouched; /* the text is what it was opened with: a letter replaces it */
};

enum prompt_result {
    PROMPT_SAME,     /* only the cursor moved */
    PROMPT_CHANGED,  /* the text changed */
    PROMPT_ACCEPTED, /* Enter */
    PROMPT_CANCELLED,
    PROMPT_OTHER, /* complete, hit-next, hit-previous: for the caller */
};

/* A zeroed struct is an inactive prompt. */
void prompt_release(struct prompt *prompt);

/* Opens it with a text and the cursor at its end. */
void prompt_open(struct prompt *prompt, enum prompt_kind kind, const char *text);
void prompt_close(struct prompt *prompt);

/* Adds a line to a kind's history. */
void prompt_remember(struct prompt *prompt, enum prompt_kind kind, const char *text);

/* Inserts a typed or pasted code point. A line end stays one in a note and becomes
 * a blank elsewhere. */
enum prompt_result prompt_insert(struct prompt *prompt, uint32_t cp);

/* Carries out a command of SCOPE_PROMPT. */
enum prompt_result prompt_run(struct prompt *prompt, enum command_id command);

/* Replaces the text from byte `from` to the cursor. */
void prompt_replace(struct prompt *prompt, size_t from, const char *text);

/* What stands beside the text; NULL for nothing. Copied. */
void prompt_set_error(struct prompt *prompt, const char *error);
void prompt_set_hint(struct prompt *prompt, const char *hint);

/* Draws into one row and puts the grid's cursor there. */
void prompt_draw(const struct prompt *prompt, struct grid *grid, struct rect rect);

#endif
