/* Owns the bindings and what was typed of a sequence. Must not know what the
 * commands do. */
#include "cmd/keymap.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cmd/key.h"

enum { COUNT_MAX = 99999999 };

static bool parse_row(const char *keys, size_t len, struct keymap_row *row)
{
    char *text = mem_dup_n(keys, len);
    bool ok = len > 0;
    for (size_t at = 0; ok && text[at] != '\0';) {
        const char *range = text + at;
        if (range[0] == '{' && range[1] != '\0' && range[2] == '-' && range[3] != '\0'
            && range[4] == '}') {
            row->first = range[1];
            row->last = range[3];
            ok = range[5] == '\0' && row->length > 0;
            break;
        }
        uint32_t key;
        size_t used = key_parse(text + at, &key);
        ok = used > 0 && row->length < KEYMAP_SEQUENCE_MAX - 1;
        if (ok)
            row->keys[row->length++] = key;
        at += used;
    }
    free(text);
    return ok;
}

static enum keymap_place place_of(enum command_scope scope)
{
    return scope == SCOPE_PROMPT   ? KEYMAP_AT_PROMPT
           : scope == SCOPE_FINDER ? KEYMAP_AT_FINDER
                                   : KEYMAP_AT_VIEW;
}

static bool shares_scope(enum command_scope a, enum command_scope b)
{
    return place_of(a) == place_of(b);
}

static bool same_keys(const struct keymap_row *a, const struct keymap_row *b)
{
    return a->length == b->length && shares_scope(a->scope, b->scope)
           && memcmp(a->keys, b->keys, a->length * sizeof a->keys[0]) == 0;
}

static void remove_keys(struct keymap *map, const struct keymap_row *row)
{
    size_t kept = 0;
    for (size_t i = 0; i < map->count; i++)
        if (!same_keys(&map->rows[i], row))
            map->rows[kept++] = map->rows[i];
    map->count = kept;
}

static void add_row(struct keymap *map, const struct keymap_row *row)
{
    map->rows = mem_grow(map->rows, &map->cap, map->count + 1, sizeof map->rows[0]);
    map->rows[map->count++] = *row;
}

void keymap_init(struct keymap *map)
{
    *map = (struct keymap){ 0 };
    for (int i = 0; i < CMD__COUNT; i++) {
        const char *keys = commands[i].keys;
        while (*keys != '\0') {
            size_t len = strcspn(keys, " ");
            struct keymap_row row = { .scope = commands[i].scope,
                .command = (enum command_id)i };
            if (parse_row(keys, len, &row))
                add_row(map, &row);
            keys += len + (keys[len] == ' ');
        }
    }
}

void keymap_release(struct keymap *map)
{
    free(map->rows);
    *map = (struct keymap){ 0 };
}

bool keymap_bind(struct keymap *map, enum command_scope scope, const char *keys,
    enum command_id command, struct err *err)
{
    struct keymap_row row = { .scope = scope, .command = command };
    if (!parse_row(keys, strlen(keys), &row))
        return err_set(err, "'%s' is no key; write j, gt, ^D, <Down>, M-b or m{a-z}", keys);
    remove_keys(map, &row);
    add_row(map, &row);
    return true;
}

bool keymap_unbind(
    struct keymap *map, enum command_scope scope, const char *keys, struct err *err)
{
    struct keymap_row row = { .scope = scope };
    if (!parse_row(keys, strlen(keys), &row))
        return err_set(err, "'%s' is no key", keys);
    remove_keys(map, &row);
    return true;
}

static enum keymap_result look_up(
    struct keymap *map, enum keymap_place place, struct command_call *call)
{
    int typed = map->pending_count;
    enum keymap_result result = KEYMAP_NONE;
    for (size_t i = 0; i < map->count; i++) {
        const struct keymap_row *row = &map->rows[i];
        int whole = row->length + (row->first != '\0');
        int compare = typed < row->length ? typed : row->length;
        if (place_of(row->scope) != place || typed > whole
            || memcmp(row->keys, map->pending, (size_t)compare * sizeof row->keys[0]) != 0)
            continue;
        if (typed < whole) {
            result = KEYMAP_PENDING;
            continue;
        }
        uint32_t last = map->pending[typed - 1];
        bool takes = row->first != '\0';
        if (takes && (last < (uint32_t)row->first || last > (uint32_t)row->last))
            continue;
        *call = (struct command_call){
            .id = row->command, .count = map->typed_count, .key = takes ? (char)last : '\0'
        };
        return KEYMAP_COMMAND;
    }
    return result;
}

enum keymap_result keymap_feed(
    struct keymap *map, enum keymap_place place, uint32_t key, struct command_call *call)
{
    bool digit = key >= '0' && key <= '9' && (key != '0' || map->typed_count > 0);
    if (place == KEYMAP_AT_VIEW && map->pending_count == 0 && digit) {
        int count = map->typed_count * 10 + (int)(key - '0');
        map->typed_count = count > COUNT_MAX ? COUNT_MAX : count;
        return KEYMAP_PENDING;
    }
    map->pending[map->pending_count++] = key;
    enum keymap_result result = look_up(map, place, call);
    /* The finder's line is edited like any other. */
    if (result == KEYMAP_NONE && place == KEYMAP_AT_FINDER)
        result = look_up(map, KEYMAP_AT_PROMPT, call);
    if (result != KEYMAP_PENDING || map->pending_count == KEYMAP_SEQUENCE_MAX)
        keymap_forget(map);
    return result;
}

bool keymap_is_pending(const struct keymap *map)
{
    return map->pending_count > 0 || map->typed_count > 0;
}

void keymap_add_pending(const struct keymap *map, struct buf *out)
{
    if (map->typed_count > 0)
        buf_addf(out, "%d", map->typed_count);
    for (int i = 0; i < map->pending_count; i++)
        key_add_name(out, map->pending[i]);
}

void keymap_add_choices(const struct keymap *map, struct buf *out)
{
    size_t typed = (size_t)map->pending_count;
    for (size_t i = 0; typed > 0 && i < map->count; i++) {
        const struct keymap_row *row = &map->rows[i];
        if (place_of(row->scope) != KEYMAP_AT_VIEW || row->length < typed
            || memcmp(row->keys, map->pending, typed * sizeof row->keys[0]) != 0)
            continue;
        if (out->len > 0)
            buf_adds(out, "  ");
        for (size_t k = typed; k < row->length; k++)
            key_add_name(out, row->keys[k]);
        if (row->first != '\0')
            buf_addf(out, "%c-%c", row->first, row->last);
        buf_addf(out, " %s", commands[row->command].name);
    }
}

void keymap_forget(struct keymap *map)
{
    map->pending_count = 0;
    map->typed_count = 0;
}

void keymap_add_keys(const struct keymap *map, enum command_id command, struct buf *out)
{
    bool first = true;
    for (size_t i = 0; i < map->count; i++) {
        const struct keymap_row *row = &map->rows[i];
        if (row->command != command)
            continue;
        if (!first)
            buf_addc(out, ' ');
        first = false;
        for (int k = 0; k < row->length; k++)
            key_add_name(out, row->keys[k]);
        if (row->first != '\0')
            buf_addf(out, "{%c-%c}", row->first, row->last);
    }
}
