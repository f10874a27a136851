/* Owns recognising talks. Must not know where they come from. */
#include "db/library_known.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/match.h"

bool known_read(struct known *known, struct db *db, int64_t conference, struct err *err)
{
    sqlite3_stmt *stmt = db_prepare(db, DB_LIBRARY_KNOWN, err);
    bool row = true;
    if (stmt == NULL)
        return false;
    db_bind(stmt, "i", conference);
    while (db_step(db, stmt, &row, err)) {
        if (!row)
            return true;
        known->items =
            mem_grow(known->items, &known->cap, known->count + 1, sizeof known->items[0]);
        known->items[known->count++] = (struct known_talk){ .id = sqlite3_column_int64(stmt, 0),
            .key = db_text(stmt, 1),
            .title = db_text(stmt, 2),
            .speakers = db_text(stmt, 3),
            .catalog = sqlite3_column_int(stmt, 4) != 0 };
    }
    return false;
}

void known_release(struct known *known)
{
    for (size_t i = 0; i < known->count; i++) {
        free(known->items[i].key);
        free(known->items[i].title);
        free(known->items[i].speakers);
        free(known->items[i].identity);
    }
    free(known->items);
    free(known->by_identity);
    *known = (struct known){ 0 };
}

static int compare_key(const void *key, const void *item)
{
    return strcmp(key, ((const struct known_talk *)item)->key);
}

struct known_talk *known_by_key(struct known *known, const char *key)
{
    return known->count > 0
               ? bsearch(key, known->items, known->count, sizeof known->items[0], compare_key)
               : NULL;
}

static int compare_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Speakers stand in any order. */
static void add_speakers(struct buf *out, const char *speakers)
{
    char **names = NULL;
    size_t count = 0, cap = 0;
    for (const char *at = speakers; *at != '\0';) {
        const char *comma = strstr(at, ", ");
        size_t len = comma != NULL ? (size_t)(comma - at) : strlen(at);
        char *name = mem_dup_n(at, len);
        struct buf words = { 0 };
        match_add_words(name, &words);
        free(name);
        names = mem_grow(names, &cap, count + 1, sizeof names[0]);
        names[count++] = buf_take(&words);
        at += len + (comma != NULL ? 2 : 0);
    }
    if (count > 0)
        qsort(names, count, sizeof names[0], compare_text);
    for (size_t i = 0; i < count; i++) {
        buf_addc(out, '\n');
        buf_adds(out, names[i]);
        free(names[i]);
    }
    free(names);
}

static char *identity_of(const char *title, const char *speakers)
{
    struct buf out = { 0 };
    match_add_words(title, &out);
    /* A title of signs alone, such as "???", has no words. */
    if (out.len == 0)
        buf_adds(&out, title);
    add_speakers(&out, speakers);
    return buf_take(&out);
}

/* By identity, then by key. */
static int compare_places(const void *a, const void *b, void *context)
{
    const struct known_talk *items = context;
    size_t x = *(const size_t *)a, y = *(const size_t *)b;
    int order = strcmp(items[x].identity, items[y].identity);
    return order != 0 ? order : x < y ? -1 : x > y;
}

static void make_identities(struct known *known)
{
    known->by_identity = mem_zero(known->count, sizeof known->by_identity[0]);
    for (size_t i = 0; i < known->count; i++) {
        struct known_talk *talk = &known->items[i];
        talk->identity = identity_of(talk->title, talk->speakers);
        known->by_identity[i] = i;
    }
    qsort_r(known->by_identity, known->count, sizeof known->by_identity[0], compare_places,
        known->items);
}

struct known_talk *known_by_identity(struct known *known, const char *title,
    const char *speakers, bool (*taken)(void *context, const char *key), void *context)
{
    if (known->count == 0)
        return NULL;
    if (known->by_identity == NULL)
        make_identities(known);
    char *identity = identity_of(title, speakers);
    size_t low = 0, high = known->count;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (strcmp(known->items[known->by_identity[mid]].identity, identity) < 0)
            low = mid + 1;
        else
            high = mid;
    }
    struct known_talk *found = NULL;
    for (; found == NULL && low < known->count; low++) {
        struct known_talk *talk = &known->items[known->by_identity[low]];
        if (strcmp(talk->identity, identity) != 0)
            break;
        if (!talk->met && !taken(context, talk->key))
            found = talk;
    }
    free(identity);
    return found;
}
