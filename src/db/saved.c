/* Owns the searches that are kept: the history and the saved ones. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "db/internal.h"
#include "db/outside.h"
#include "db/search.h"

static bool read_searches(
    struct db *db, enum db_stmt which, struct db_searches *searches, struct err *err)
{
    sqlite3_stmt *stmt = db_prepare(db, which, err);
    bool row = true;
    *searches = (struct db_searches){ 0 };
    while (stmt != NULL && db_step(db, stmt, &row, err)) {
        if (!row)
            return true;
        searches->items = mem_grow(
            searches->items, &searches->cap, searches->count + 1, sizeof searches->items[0]);
        searches->items[searches->count++] =
            (struct db_saved){ db_text(stmt, 0), db_text(stmt, 1) };
    }
    db_searches_release(searches);
    return false;
}

void db_searches_release(struct db_searches *searches)
{
    for (size_t i = 0; i < searches->count; i++) {
        free(searches->items[i].name);
        free(searches->items[i].query);
    }
    free(searches->items);
    *searches = (struct db_searches){ 0 };
}

bool db_asked_read(struct db *db, struct db_searches *searches, struct err *err)
{
    return read_searches(db, DB_ASKED_READ, searches, err);
}

bool db_asked_add(struct db *db, const char *query, struct err *err)
{
    if (!db_begin_now(db, err))
        return false;
    bool ok =
        db_run(db, DB_ASKED_DROP, err, "s", query) && db_run(db, DB_ASKED_ADD, err, "s", query);
    return db_end(db, ok, err);
}

bool db_saved_read(struct db *db, struct db_searches *searches, struct err *err)
{
    return read_searches(db, DB_SAVED_READ, searches, err);
}

bool db_saved_write(struct db *db, const char *name, const char *query, struct err *err)
{
    return query[0] == '\0' ? db_run(db, DB_SAVED_DELETE, err, "s", name)
                            : db_run(db, DB_SAVED_SET, err, "ss", name, query);
}

/* The same, so that it can be undone. */
static bool change(struct db *db, const char *name, const char *query, struct err *err)
{
    if (!db_begin(db, err))
        return false;
    char *before = NULL;
    bool ok = db_get_text(db, DB_SAVED_GET, &before, err, "s", name)
              && db_change_add(db, "saved", name, before != NULL ? before : "", query, err)
              && db_saved_write(db, name, query, err);
    free(before);
    return db_end(db, ok, err);
}

/* A query is one line. */
static char *one_line(const char *query)
{
    char *line = mem_dup(query);
    for (char *at = line; *at != '\0'; at++)
        if ((unsigned char)*at < 0x20 || *at == 0x7F)
            *at = ' ';
    return line;
}

static bool check(const char *name, const char *query, struct err *err)
{
    struct query parsed;
    if (name[0] == '\0' || strpbrk(name, " \t\n\"@") != NULL)
        return err_set(err, "a saved search needs a name of one word, not '%s'", name);
    if (!query_parse(&parsed, query, false, err))
        return false;
    bool empty = parsed.root == 0;
    query_release(&parsed);
    return !empty || err_set(err, "there is no search to save as %s", name);
}

bool db_saved_set(struct db *db, const char *name, const char *query, struct err *err)
{
    if (!check(name, query, err))
        return false;
    char *line = one_line(query);
    bool ok = change(db, name, line, err);
    free(line);
    return ok;
}

bool db_saved_bring(
    struct db *db, const struct db_saved *theirs, bool *changed, struct err *err)
{
    struct err ignored = { 0 };
    char *here = NULL, *line = one_line(theirs->query);
    bool ok = db_get_text(db, DB_SAVED_GET, &here, err, "s", theirs->name);
    *changed = ok && here == NULL && check(theirs->name, theirs->query, &ignored);
    if (*changed)
        ok = db_saved_write(db, theirs->name, line, err)
             && db_change_add(db, "saved", theirs->name, "", line, err);
    free(here);
    free(line);
    err_release(&ignored);
    return ok;
}

char *db_saved_get(struct db *db, const char *name)
{
    struct err err = { 0 };
    char *query = NULL;
    db_get_text(db, DB_SAVED_GET, &query, &err, "s", name);
    err_release(&err);
    return query;
}

bool db_saved_delete(struct db *db, const char *name, struct err *err)
{
    char *query = NULL;
    bool ok = db_get_text(db, DB_SAVED_GET, &query, err, "s", name)
              && (query != NULL || err_set(err, "there is no saved search %s", name))
              && change(db, name, "", err);
    free(query);
    return ok;
}

/* --- as groups --------------------------------------------------------- */

bool db_saved_talks(
    struct db *db, const char *name, int64_t **ids, size_t *count, struct err *err)
{
    struct query query;
    struct db_hits hits;
    char *text = db_saved_get(db, name);
    *ids = NULL;
    *count = 0;
    if (text == NULL)
        return true;
    bool ok = query_parse(&query, text, false, err);
    free(text);
    if (!ok)
        return false;
    ok = db_search(db, &query, DB_SAVED_MAX, &hits, err);
    query_release(&query);
    if (!ok)
        return false;
    *ids = mem_zero(hits.count + 1, sizeof **ids);
    for (size_t i = 0; i < hits.count; i++)
        if (hits.items[i].kind == DB_HIT_TALK)
            (*ids)[(*count)++] = hits.items[i].id;
    db_hits_release(&hits);
    return true;
}

static bool count_talks(
    struct db *db, const char *name, struct db_counts *counts, struct err *err)
{
    int64_t *ids;
    size_t count;
    struct err wrong = { 0 };
    /* What a saved search asks for may be gone, a theme say: it has no talks. */
    bool found = db_saved_talks(db, name, &ids, &count, &wrong), ok = true;
    *counts = (struct db_counts){ .talks = found ? (int)count : 0 };
    for (size_t i = 0; ok && found && i < count; i++) {
        struct talk talk;
        ok = db_talk_read(db, ids[i], DB_READ_ROW, &talk, err);
        if (!ok)
            break;
        counts->watched += talk.watched;
        counts->starred += talk.starred;
        counts->notes += talk.notes;
        talk_release(&talk);
    }
    free(ids);
    err_release(&wrong);
    return ok;
}

bool db_saved_headings(struct db *db, struct db_headings *headings, struct err *err)
{
    struct db_searches searches;
    bool ok = db_saved_read(db, &searches, err);
    for (size_t i = 0; ok && i < searches.count; i++) {
        const struct db_saved *saved = &searches.items[i];
        struct buf label = { 0 };
        buf_addf(&label, "%s · %s", saved->name, saved->query);
        struct db_heading heading = { .key = mem_dup(saved->name),
            .label = buf_take(&label),
            .subkey = mem_dup(""),
            .sublabel = mem_dup("") };
        ok = count_talks(db, saved->name, &heading.counts, err);
        headings->items = mem_grow(
            headings->items, &headings->cap, headings->count + 1, sizeof headings->items[0]);
        headings->items[headings->count++] = heading;
    }
    db_searches_release(&searches);
    return ok;
}
