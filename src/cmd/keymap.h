/* From keys to commands: counts, sequences, arguments. */
#ifndef TALKBOOK_CMD_KEYMAP_H
#define TALKBOOK_CMD_KEYMAP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "cmd/command.h"

enum { KEYMAP_SEQUENCE_MAX = 4 };

struct keymap_row {
    enum command_scope scope;
    enum command_id command;
    uint32_t keys[KEYMAP_SEQUENCE_MAX];
    uint8_t length;
    char first, last; /* range of the argument key; 0 for none */
};

struct keymap {
    struct keymap_row *rows;
    size_t count, cap;
    uint32_t pending[KEYMAP_SEQUENCE_MAX];
    int pending_count;
    int typed_count; /* the count typed so far */
};

/* The default keys of commands.def. keymap_release() it. */
void keymap_init(struct keymap *map);
void keymap_release(struct keymap *map);

/* Binds a written key or sequence ("gt", "m{a-z}"), replacing what it meant in
 * that scope (and, since both work in every view, in PANE and APP alike). */
bool keymap_bind(struct keymap *map, enum command_scope scope, const char *keys,
    enum command_id command, struct err *err);
bool keymap_unbind(
    struct keymap *map, enum command_scope scope, const char *keys, struct err *err);

enum keymap_result {
    KEYMAP_NONE,    /* the keys mean nothing; forgotten */
    KEYMAP_PENDING, /* more keys are needed */
    KEYMAP_COMMAND, /* call is filled */
};

/* Where a key was typed. */
enum keymap_place { KEYMAP_AT_VIEW, KEYMAP_AT_PROMPT, KEYMAP_AT_FINDER };

/* Takes one key. Outside of views only the place's own scopes count and digits
 * are text. */
enum keymap_result keymap_feed(
    struct keymap *map, enum keymap_place place, uint32_t key, struct command_call *call);

/* Whether a count or the beginning of a sequence is waiting. */
bool keymap_is_pending(const struct keymap *map);

/* Appends what has been typed so far, for the status line; "" when nothing. */
void keymap_add_pending(const struct keymap *map, struct buf *out);

/* Appends the keys that may come next and what they would do, "t group-theme";
 * nothing where no sequence has begun. */
void keymap_add_choices(const struct keymap *map, struct buf *out);
void keymap_forget(struct keymap *map);

/* The keys that a command has now, separated by spaces. */
void keymap_add_keys(const struct keymap *map, enum command_id command, struct buf *out);

#endif
