/* Owns reading talks and topics. */
#include "db/internal.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static void read_row(sqlite3_stmt *stmt, struct talk *talk)
{
    *talk = (struct talk){
        .id = sqlite3_column_int64(stmt, 0),
        .key = db_text(stmt, 1),
        .title = db_text(stmt, 2),
        .speakers = db_text(stmt, 3),
        .starts_at = db_text(stmt, 4),
        .video_seconds = sqlite3_column_int(stmt, 5),
        .highlight = sqlite3_column_int(stmt, 6) != 0,
        .starred = sqlite3_column_int(stmt, 7) != 0,
        .watched = sqlite3_column_int(stmt, 8) != 0,
        .rating = sqlite3_column_int(stmt, 9),
        .notes = sqlite3_column_int(stmt, 10),
        .position = sqlite3_column_int(stmt, 11),
    };
}

static void read_rest(sqlite3_stmt *stmt, struct talk *talk)
{
    char **const fields[] = { &talk->ends_at, &talk->room, &talk->kind, &talk->language,
        &talk->level, &talk->conference, &talk->themes, &talk->topic, &talk->tags, &talk->url,
        &talk->video_url, &talk->summary, &talk->keywords, &talk->among, &talk->speaker_list,
        &talk->theme_list };
    /* The lists are there in an export alone. */
    for (int i = 0; 12 + i < sqlite3_column_count(stmt); i++)
        *fields[i] = db_text(stmt, 12 + i);
}

bool db_talk_read(
    struct db *db, int64_t id, enum db_read how, struct talk *talk, struct err *err)
{
    *talk = (struct talk){ 0 };
    static const enum db_stmt stmts[] = { [DB_READ_ROW] = DB_TALK_ROW,
        [DB_READ_FULL] = DB_TALK_FULL,
        [DB_READ_EXPORT] = DB_TALK_EXPORT };
    sqlite3_stmt *stmt = db_prepare(db, stmts[how], err);
    bool row;
    if (stmt == NULL)
        return false;
    db_bind(stmt, "i", id);
    if (!db_step(db, stmt, &row, err))
        return false;
    if (!row)
        return err_set(err, "there is no talk %lld any more; reload with R", (long long)id);
    read_row(stmt, talk);
    if (how != DB_READ_ROW)
        read_rest(stmt, talk);
    sqlite3_reset(stmt);
    return true;
}

bool db_talks_each(struct db *db, db_each_talk each, void *context, struct err *err)
{
    sqlite3_stmt *stmt = db_prepare(db, DB_TALK_NAMES, err);
    bool row;
    if (stmt == NULL)
        return false;
    while (db_step(db, stmt, &row, err)) {
        if (!row)
            return true;
        const char *title = (const char *)sqlite3_column_text(stmt, 2);
        const char *speakers = (const char *)sqlite3_column_text(stmt, 3);
        /* A damaged file may hold what the schema forbids. */
        each(context, sqlite3_column_int64(stmt, 0), sqlite3_column_int64(stmt, 1),
            title != NULL ? title : "", speakers != NULL ? speakers : "");
    }
    return false;
}

bool db_talk_conference(struct db *db, int64_t id, char **name, struct err *err)
{
    bool ok = db_get_text(db, DB_TALK_CONFERENCE, name, err, "i", id);
    if (ok && *name == NULL)
        *name = mem_dup("");
    return ok;
}

bool db_talk_place(struct db *db, int64_t id, char **zone, char **where, struct err *err)
{
    *zone = *where = NULL;
    if (db_get_text(db, DB_TALK_ZONE, zone, err, "i", id)
        && db_get_text(db, DB_TALK_VENUE, where, err, "i", id) && *zone != NULL
        && *where != NULL)
        return true;
    free(*zone);
    free(*where);
    *zone = *where = NULL;
    return false;
}

bool db_talk_find(
    struct db *db, const char *text, int64_t **ids, size_t *count, struct err *err)
{
    static const enum db_stmt order[] = { DB_FIND_BY_ID, DB_FIND_BY_KEY, DB_FIND_BY_KEY_END,
        DB_FIND_BY_TITLE, DB_FIND_IN_TITLE };
    *ids = NULL;
    *count = 0;
    for (size_t i = 0; i < sizeof order / sizeof order[0] && *count == 0; i++) {
        bool number = text[0] != '\0' && text[strspn(text, "0123456789")] == '\0';
        if (text[0] == '\0' || (order[i] == DB_FIND_BY_ID && !number))
            continue;
        sqlite3_stmt *stmt = db_prepare(db, order[i], err);
        if (stmt == NULL)
            return false;
        db_bind(stmt, "s", text);
        free(*ids);
        if (!db_collect_ids(db, stmt, ids, count, err))
            return false;
    }
    return true;
}

bool db_video_find(struct db *db, const char *url, char **key, struct err *err)
{
    return db_get_text(db, DB_KEY_OF_VIDEO, key, err, "s", url);
}

static bool miss_topic(struct db *db, const char *slug, struct err *err)
{
    struct err ignored = { 0 };
    char *slugs = NULL;
    db_get_text(db, DB_TOPIC_SLUGS, &slugs, &ignored, "");
    err_set(err, "there is no topic '%s'%s%s", slug != NULL ? slug : "",
        slugs != NULL ? "; the topics are " : "", slugs != NULL ? slugs : "");
    err_release(&ignored);
    free(slugs);
    return false;
}

bool db_topic_read(
    struct db *db, int64_t id, const char *slug, struct db_topic *topic, struct err *err)
{
    *topic = (struct db_topic){ 0 };
    sqlite3_stmt *stmt = db_prepare(db, DB_TOPIC_READ, err);
    bool row;
    if (stmt == NULL)
        return false;
    db_bind(stmt, "is", id, slug);
    if (!db_step(db, stmt, &row, err))
        return false;
    if (!row)
        return miss_topic(db, slug, err);
    *topic = (struct db_topic){ .id = sqlite3_column_int64(stmt, 0),
        .slug = db_text(stmt, 1),
        .name = db_text(stmt, 2),
        .theme = db_text(stmt, 3),
        .note = db_text(stmt, 4) };
    sqlite3_reset(stmt);
    return true;
}

void db_topic_release(struct db_topic *topic)
{
    free(topic->slug);
    free(topic->name);
    free(topic->theme);
    free(topic->note);
    *topic = (struct db_topic){ 0 };
}
