/* Owns reading catalogs into the database. The document is hostile: every
 * value is checked before it is stored. */
#include "db/catalog.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "db/catalog_field.h"
#include "db/catalog_old.h"
#include "db/internal.h"

enum { FORMAT_VERSION = 1, SECONDS_MAX = 7 * 24 * 3600 };

/* In the order of the columns of the statements CATALOG_TALK, … */
enum {
    TALK_ID,
    TALK_TITLE,
    TALK_KIND,
    TALK_STARTS,
    TALK_ENDS,
    TALK_ROOM,
    TALK_LANGUAGE,
    TALK_LEVEL,
    TALK_SUMMARY,
    TALK_URL,
    TALK_VIDEO,
    TALK_TOPIC,
    TALK_NOTE_ID,
    TALK_NOTE,
    TALK__TEXTS,
    TALK_SECONDS = TALK__TEXTS,
    TALK_HIGHLIGHT
};

static const struct catalog_field talk_fields[TALK__TEXTS] = {
    [TALK_ID] = { "id", true, CHECK_SLUG },
    [TALK_TITLE] = { "title", true, CHECK_ANY },
    [TALK_KIND] = { "kind", false, CHECK_ANY },
    [TALK_STARTS] = { "starts_at", true, CHECK_DATE },
    [TALK_ENDS] = { "ends_at", false, CHECK_DATE },
    [TALK_ROOM] = { "room", false, CHECK_ANY },
    [TALK_LANGUAGE] = { "language", false, CHECK_ANY },
    [TALK_LEVEL] = { "level", false, CHECK_ANY },
    [TALK_SUMMARY] = { "summary", false, CHECK_ANY },
    [TALK_URL] = { "url", false, CHECK_URL },
    [TALK_VIDEO] = { "video_url", false, CHECK_URL },
    [TALK_TOPIC] = { "topic", false, CHECK_SLUG },
    [TALK_NOTE_ID] = { "note.id", false, CHECK_SLUG },
    [TALK_NOTE] = { "note.text", false, CHECK_ANY },
};

static const struct catalog_field conference_fields[] = {
    { "conference.slug", true, CHECK_SLUG },
    { "conference.name", true, CHECK_ANY },
    { "conference.city", false, CHECK_ANY },
    { "conference.venue", false, CHECK_ANY },
    { "conference.starts_on", false, CHECK_DAY },
    { "conference.ends_on", false, CHECK_DAY },
    { "conference.time_zone", false, CHECK_ANY },
    { "conference.url", false, CHECK_URL },
};
enum { CONFERENCE__FIELDS = sizeof conference_fields / sizeof conference_fields[0] };

struct load {
    struct db *db;
    const char *json;
    char *slug;        /* the conference's */
    const char *where; /* the talk at hand, for messages */
    int64_t conference;
    struct catalog_old old;
    struct db_catalog_report *report;
    struct err *err;
};

static void free_all(char **values, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(values[i]);
}

static const char *const lists[] = { "themes", "topics", "talks" };
enum { LISTS = sizeof lists / sizeof lists[0] };

/* Complains about an id that stands twice in one list. */
static bool check_repeats(struct load *load)
{
    bool ok = true, row = false;
    for (int i = 0; ok && i < LISTS; i++) {
        char path[16];
        sqlite3_stmt *stmt = db_prepare(load->db, DB_CATALOG_REPEAT, load->err);
        snprintf(path, sizeof path, "$.%s", lists[i]);
        if (stmt == NULL)
            return false;
        db_bind(stmt, "ss", load->json, path);
        ok = db_step(load->db, stmt, &row, load->err)
             && (!row
                 || err_set(load->err, "\"%s\" holds the \"id\" '%.100s' twice", lists[i],
                     sqlite3_column_text(stmt, 0)));
        sqlite3_reset(stmt);
    }
    return ok;
}

static bool check_head(struct load *load, sqlite3_stmt *stmt)
{
    const char *type = (const char *)sqlite3_column_text(stmt, 0);
    const char *format = (const char *)sqlite3_column_text(stmt, 1);
    if (type == NULL || strcmp(type, "object") != 0 || format == NULL
        || strcmp(format, "talkbook-catalog") != 0)
        return err_set(load->err, "it has no \"format\": \"talkbook-catalog\"; "
                                  "see talkbook-catalog(5)");
    if (sqlite3_column_int(stmt, 2) != FORMAT_VERSION)
        return err_set(load->err, "its \"version\" is not %d; this talkbook reads no other",
            FORMAT_VERSION);
    for (int i = 0; i < LISTS; i++) {
        const char *kind = (const char *)sqlite3_column_text(stmt, 11 + i);
        bool needed = i == LISTS - 1;
        if (kind == NULL ? needed : strcmp(kind, "array") != 0)
            return err_set(load->err, "\"%s\" is not a list", lists[i]);
    }
    return true;
}

static bool load_conference(struct load *load)
{
    char *values[CONFERENCE__FIELDS] = { NULL };
    bool row;
    sqlite3_stmt *stmt = db_prepare(load->db, DB_CATALOG_HEAD, load->err);
    if (stmt == NULL)
        return false;
    db_bind(stmt, "s", load->json);
    bool ok = db_step(load->db, stmt, &row, load->err) && check_head(load, stmt);
    for (int i = 0; ok && i < CONFERENCE__FIELDS; i++)
        ok = catalog_field_read(
            stmt, 3 + i, &conference_fields[i], "the conference", &values[i], load->err);
    sqlite3_reset(stmt);
    ok =
        ok
        && db_run(load->db, DB_CONFERENCE_SET, load->err, "ssssssss", values[0], values[1],
            values[2], values[3], values[4], values[5], values[6], values[7])
        && db_get_int(load->db, DB_CONFERENCE_ID, &load->conference, load->err, "s", values[0]);
    if (ok) {
        load->slug = values[0];
        values[0] = NULL;
    }
    free_all(values, CONFERENCE__FIELDS);
    return ok;
}

static bool load_theme(struct load *load, char *const *values, int position)
{
    return db_run(load->db, DB_THEME_SET, load->err, "ssd", values[0], values[1], position);
}

static bool load_topic(struct load *load, char *const *values, int position)
{
    int64_t theme = 0;
    if (!db_get_int(load->db, DB_THEME_ID, &theme, load->err, "s", values[2]))
        return false;
    if (theme == 0)
        return err_set(load->err, "topic '%s': there is no theme '%s'", values[0], values[2]);
    return db_run(load->db, DB_TOPIC_SET, load->err, "ssids", values[0], values[1], theme,
        position, values[3]);
}

/* Runs a loader over a list of objects whose columns are `fields`. */
static bool load_list(struct load *load, enum db_stmt which, const struct catalog_field *fields,
    int count, const char *what, bool (*loader)(struct load *, char *const *, int))
{
    sqlite3_stmt *stmt = db_prepare(load->db, which, load->err);
    bool row;
    if (stmt == NULL)
        return false;
    db_bind(stmt, "s", load->json);
    for (int position = 1;; position++) {
        char *values[4] = { NULL };
        struct buf where = { 0 };
        if (!db_step(load->db, stmt, &row, load->err))
            return false;
        if (!row)
            return true;
        buf_addf(&where, "%s %d", what, position);
        bool ok = true;
        for (int i = 0; ok && i < count; i++)
            ok = catalog_field_read(stmt, i, &fields[i], where.data, &values[i], load->err);
        ok = ok && loader(load, values, position);
        free_all(values, 4);
        buf_release(&where);
        if (!ok) {
            sqlite3_reset(stmt);
            return false;
        }
    }
}

/* For talks without a topic; one that another catalog named keeps its name, by
 * which its talks are indexed. */
static bool load_other(struct load *load)
{
    char *const other[] = { "other", "Other", "everything-else", "" };
    int64_t known = 0;
    return db_get_int(load->db, DB_TOPIC_ID, &known, load->err, "s", "other")
           && (known != 0 || load_topic(load, other, 1000));
}

static bool load_themes_and_topics(struct load *load)
{
    static const struct catalog_field theme_fields[] = { { "id", true, CHECK_SLUG },
        { "name", true, CHECK_ANY } };
    static const struct catalog_field topic_fields[] = { { "id", true, CHECK_SLUG },
        { "name", true, CHECK_ANY }, { "theme", true, CHECK_SLUG },
        { "note", false, CHECK_ANY } };
    char *const rest[] = { "everything-else", "Everything else" };
    return load_theme(load, rest, 1000)
           && load_list(load, DB_CATALOG_THEMES, theme_fields, 2, "theme", load_theme)
           && load_other(load)
           && load_list(load, DB_CATALOG_TOPICS, topic_fields, 4, "topic", load_topic);
}

/* Calls add(load, talk, text, position) for each string of a talk's list. */
static bool each_of(struct load *load, const char *talk, const char *path, const char *where,
    bool (*add)(struct load *, int64_t, const char *, int), int64_t id, struct buf *joined)
{
    sqlite3_stmt *stmt = db_prepare(load->db, DB_CATALOG_LIST, load->err);
    bool row, ok = stmt != NULL;
    if (ok)
        db_bind(stmt, "ss", talk, path);
    for (int position = 1; ok; position++) {
        ok = db_step(load->db, stmt, &row, load->err);
        if (!ok || !row)
            break;
        const char *type = (const char *)sqlite3_column_text(stmt, 0);
        const char *text = (const char *)sqlite3_column_text(stmt, 1);
        if (strcmp(type, "text") != 0 || text[0] == '\0'
            || strlen(text) != (size_t)sqlite3_column_bytes(stmt, 1))
            ok = err_set(load->err, "%s: \"%s\" is not a list of strings", where, path + 2);
        else if (joined != NULL)
            buf_addf(joined, "%s%s", joined->len > 0 ? ", " : "", text);
        else
            ok = add(load, id, text, position);
    }
    sqlite3_reset(stmt);
    return ok;
}

static bool add_theme(struct load *load, int64_t talk, const char *slug, int position)
{
    int64_t theme = 0;
    (void)position;
    if (!db_get_int(load->db, DB_THEME_ID, &theme, load->err, "s", slug))
        return false;
    if (theme == 0)
        return err_set(load->err, "%s: there is no theme '%.100s'", load->where, slug);
    return db_run(load->db, DB_TALK_THEME_ADD, load->err, "ii", talk, theme);
}

static bool add_speaker(struct load *load, int64_t talk, const char *name, int position)
{
    int64_t speaker = 0;
    return db_run(load->db, DB_SPEAKER_ADD, load->err, "s", name)
           && db_get_int(load->db, DB_SPEAKER_ID, &speaker, load->err, "s", name)
           && db_run(load->db, DB_TALK_SPEAKER_ADD, load->err, "iid", talk, speaker, position);
}

static bool read_themes(struct load *load, int64_t id, char **themes)
{
    sqlite3_stmt *stmt = db_prepare(load->db, DB_TALK_THEMES, load->err);
    bool row;
    if (stmt == NULL)
        return false;
    db_bind(stmt, "i", id);
    if (!db_step(load->db, stmt, &row, load->err))
        return false;
    *themes = db_text(stmt, 0);
    sqlite3_reset(stmt);
    return true;
}

/* The talk's speakers and themes; *changes grows where its themes are others. */
static bool load_lists(
    struct load *load, const char *talk, const char *where, int64_t id, int *changes)
{
    char *before = NULL, *after = NULL;
    bool ok = read_themes(load, id, &before)
              && db_run(load->db, DB_TALK_THEMES_CLEAR, load->err, "i", id)
              && db_run(load->db, DB_TALK_SPEAKERS_CLEAR, load->err, "i", id)
              && each_of(load, talk, "$.speakers", where, add_speaker, id, NULL)
              && each_of(load, talk, "$.themes", where, add_theme, id, NULL)
              && read_themes(load, id, &after);
    if (ok && after[0] == '\0')
        ok = add_theme(load, id, "everything-else", 1);
    *changes += ok && strcmp(before, after) != 0;
    free(before);
    free(after);
    return ok;
}

/* A starter note is given once, whatever became of it. */
static bool give_note(struct load *load, const char *key, char *const *values)
{
    int64_t known = 0, id;
    const char *uuid = values[TALK_NOTE_ID];
    if (uuid[0] == '\0' || values[TALK_NOTE][0] == '\0')
        return true;
    if (!db_get_int(load->db, DB_STARTER_KNOWN, &known, load->err, "s", uuid))
        return false;
    if (known != 0)
        return true;
    load->report->notes++;
    return db_run(load->db, DB_STARTER_ADD, load->err, "s", uuid)
           && db_note_insert(load->db, uuid, key, NULL, values[TALK_NOTE], &id, load->err);
}

static bool store_talk(struct load *load, const char *talk, const char *where, char *const *v,
    int seconds, bool highlight)
{
    int64_t topic = 0, id = 0, existing = 0;
    struct buf key = { 0 }, speakers = { 0 };
    const char *slug = v[TALK_TOPIC][0] != '\0' ? v[TALK_TOPIC] : "other";
    buf_addf(&key, "%s/%s", load->slug, v[TALK_ID]);
    bool ok = db_get_int(load->db, DB_TOPIC_ID, &topic, load->err, "s", slug)
              && (topic != 0 || err_set(load->err, "%s: there is no topic '%s'", where, slug))
              && each_of(load, talk, "$.speakers", where, NULL, 0, &speakers)
              && db_get_int(load->db, DB_TALK_ID_OF_KEY, &existing, load->err, "s", key.data);
    ok = ok
         && db_run(load->db, DB_TALK_SET, load->err, "siissssssssssdd", key.data,
             load->conference, topic, v[TALK_TITLE], buf_text(&speakers), v[TALK_KIND],
             v[TALK_STARTS], v[TALK_ENDS], v[TALK_ROOM], v[TALK_LANGUAGE], v[TALK_LEVEL],
             v[TALK_URL], v[TALK_VIDEO], seconds, (int)highlight);
    int changes = sqlite3_changes(load->db->handle);
    ok = ok && db_get_int(load->db, DB_TALK_ID_OF_KEY, &id, load->err, "s", key.data)
         && db_run(load->db, DB_SUMMARY_SET, load->err, "is", id, v[TALK_SUMMARY]);
    changes += sqlite3_changes(load->db->handle);
    ok = ok && load_lists(load, talk, where, id, &changes);
    int *counter = existing == 0 ? &load->report->added
                   : changes > 0 ? &load->report->changed
                                 : &load->report->unchanged;
    (*counter)++;
    ok = ok && db_index_talk(load->db, id, true, load->err) && give_note(load, key.data, v);
    catalog_old_meet(&load->old, id);
    buf_release(&key);
    buf_release(&speakers);
    return ok;
}

static bool load_talk(struct load *load, const char *talk, int position)
{
    char *values[TALK__TEXTS] = { NULL };
    struct buf where = { 0 };
    bool row;
    sqlite3_stmt *stmt = db_prepare(load->db, DB_CATALOG_TALK, load->err);
    if (stmt == NULL)
        return false;
    db_bind(stmt, "s", talk);
    bool ok = db_step(load->db, stmt, &row, load->err);
    const char *title = ok ? (const char *)sqlite3_column_text(stmt, TALK_TITLE) : NULL;
    buf_addf(&where, "talk %d", position);
    if (title != NULL)
        buf_addf(&where, " (%.80s)", title);
    load->where = where.data;
    for (int i = 0; ok && i < TALK__TEXTS; i++)
        ok = catalog_field_read(stmt, i, &talk_fields[i], where.data, &values[i], load->err);
    int64_t seconds = 0, highlight = 0;
    ok = ok
         && catalog_number_read(
             stmt, TALK_SECONDS, "video_seconds", SECONDS_MAX, where.data, &seconds, load->err)
         && catalog_number_read(
             stmt, TALK_HIGHLIGHT, "highlight", 1, where.data, &highlight, load->err)
         && (values[TALK_NOTE][0] == '\0' || values[TALK_NOTE_ID][0] != '\0'
             || err_set(load->err, "%s: \"note.id\" is missing", where.data));
    sqlite3_reset(stmt);
    ok = ok && store_talk(load, talk, where.data, values, (int)seconds, highlight != 0);
    free_all(values, TALK__TEXTS);
    buf_release(&where);
    return ok;
}

static bool load_talks(struct load *load)
{
    sqlite3_stmt *stmt = db_prepare(load->db, DB_CATALOG_TALKS, load->err);
    bool row, ok = stmt != NULL;
    if (ok)
        db_bind(stmt, "s", load->json);
    for (int position = 1; ok; position++) {
        ok = db_step(load->db, stmt, &row, load->err);
        if (!ok || !row)
            break;
        if (strcmp((const char *)sqlite3_column_text(stmt, 0), "object") != 0)
            ok = err_set(load->err, "talk %d is not an object", position);
        else
            ok = load_talk(load, (const char *)sqlite3_column_text(stmt, 1), position);
    }
    sqlite3_reset(stmt);
    return ok;
}

/* SQLite ends a string at \u0000 without a word. */
static bool check_nul(struct load *load)
{
    const char *at = load->json;
    int line = 1;
    for (at += strcspn(at, "\\\n"); *at != '\0'; at += strcspn(at, "\\\n")) {
        if (strncmp(at, "\\u0000", 6) == 0)
            return err_set(load->err, "line %d holds \\u0000, a NUL character", line);
        line += *at == '\n';
        at += *at == '\\' ? 2 : 1;
    }
    return true;
}

static bool check_json(struct load *load)
{
    int64_t valid = 0;
    if (!db_get_int(load->db, DB_JSON_VALID, &valid, load->err, "s", load->json))
        return false;
    return valid != 0 ? check_nul(load) : err_set(load->err, "it is not valid JSON");
}

bool db_catalog_load(
    struct db *db, const char *json, struct db_catalog_report *report, struct err *err)
{
    struct load load = { .db = db, .json = json, .report = report, .err = err };
    *report = (struct db_catalog_report){ 0 };
    if (!db_begin(db, err))
        return false;
    bool ok = check_json(&load) && load_conference(&load) && check_repeats(&load)
              && catalog_old_take(db, load.slug, json, &load.old, err)
              && load_themes_and_topics(&load) && load_talks(&load)
              && catalog_old_finish(db, &load.old, json, report, err);
    free(load.slug);
    catalog_old_release(&load.old);
    return db_end(db, ok, err);
}
