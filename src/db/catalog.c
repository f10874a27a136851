/* Owns storing catalogs. What their documents may hold is catalog_read.c's. */
#include "db/catalog.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "db/catalog_old.h"
#include "db/internal.h"

struct load {
    struct db *db;
    const struct catalog *catalog;
    const char *where; /* the talk at hand, for messages */
    int64_t conference;
    struct catalog_old old;
    struct db_catalog_report *report;
    struct err *err;
};

static bool load_conference(struct load *load)
{
    const char *const *v = load->catalog->conference;
    return db_run(load->db, DB_CONFERENCE_SET, load->err, "ssssssss", v[CONFERENCE_SLUG],
               v[CONFERENCE_NAME], v[CONFERENCE_CITY], v[CONFERENCE_VENUE],
               v[CONFERENCE_STARTS], v[CONFERENCE_ENDS], v[CONFERENCE_ZONE], v[CONFERENCE_URL])
           && db_get_int(load->db, DB_CONFERENCE_ID, &load->conference, load->err, "s",
               v[CONFERENCE_SLUG]);
}

static bool load_theme(struct load *load, const char *const *v, int position)
{
    return db_run(
        load->db, DB_THEME_SET, load->err, "ssd", v[THEME_ID], v[THEME_NAME], position);
}

static bool load_topic(struct load *load, const char *const *v, int position)
{
    int64_t theme = 0;
    if (!db_get_int(load->db, DB_THEME_ID, &theme, load->err, "s", v[TOPIC_THEME]))
        return false;
    if (theme == 0)
        return err_set(
            load->err, "topic '%s': there is no theme '%s'", v[TOPIC_ID], v[TOPIC_THEME]);
    return db_run(load->db, DB_TOPIC_SET, load->err, "ssids", v[TOPIC_ID], v[TOPIC_NAME], theme,
        position, v[TOPIC_NOTE]);
}

/* For talks without a topic; one that another catalog named keeps its name, by
 * which its talks are indexed. */
static bool load_other(struct load *load)
{
    static const char *const other[TOPIC__TEXTS] = { "other", "Other", "everything-else", "" };
    int64_t known = 0;
    return db_get_int(load->db, DB_TOPIC_ID, &known, load->err, "s", "other")
           && (known != 0 || load_topic(load, other, 1000));
}

static bool load_themes_and_topics(struct load *load)
{
    static const char *const rest[THEME__TEXTS] = { "everything-else", "Everything else" };
    const struct catalog *c = load->catalog;
    bool ok = load_theme(load, rest, 1000);
    for (size_t i = 0; ok && i < c->theme_count; i++)
        ok = load_theme(load, c->themes[i], (int)i + 1);
    ok = ok && load_other(load);
    for (size_t i = 0; ok && i < c->topic_count; i++)
        ok = load_topic(load, c->topics[i], (int)i + 1);
    return ok;
}

/* --- talks ------------------------------------------------------------- */

/* Calls add(load, talk's id, name, position) for each of a talk's names. */
static bool each_of(struct load *load, const struct catalog_names *names,
    bool (*add)(struct load *, int64_t, const char *, int), int64_t id)
{
    bool ok = true;
    for (size_t i = 0; ok && i < names->count; i++)
        ok = add(load, id, load->catalog->names[names->first + i], (int)i + 1);
    return ok;
}

static void join(const struct load *load, const struct catalog_names *names, struct buf *joined)
{
    for (size_t i = 0; i < names->count; i++) {
        if (i > 0)
            buf_adds(joined, ", ");
        buf_adds(joined, load->catalog->names[names->first + i]);
    }
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
    struct load *load, const struct catalog_talk *talk, int64_t id, int *changes)
{
    char *before = NULL, *after = NULL;
    bool ok = read_themes(load, id, &before)
              && db_run(load->db, DB_TALK_THEMES_CLEAR, load->err, "i", id)
              && db_run(load->db, DB_TALK_SPEAKERS_CLEAR, load->err, "i", id)
              && each_of(load, &talk->speakers, add_speaker, id)
              && each_of(load, &talk->themes, add_theme, id) && read_themes(load, id, &after);
    if (ok && after[0] == '\0')
        ok = add_theme(load, id, "everything-else", 1);
    *changes += ok && strcmp(before, after) != 0;
    free(before);
    free(after);
    return ok;
}

/* A starter note is given once, whatever became of it. */
static bool give_note(struct load *load, const char *key, const char *const *v)
{
    int64_t known = 0, id;
    const char *uuid = v[TALK_NOTE_ID];
    if (uuid[0] == '\0' || v[TALK_NOTE][0] == '\0')
        return true;
    if (!db_get_int(load->db, DB_STARTER_KNOWN, &known, load->err, "s", uuid))
        return false;
    if (known != 0)
        return true;
    load->report->notes++;
    return db_run(load->db, DB_STARTER_ADD, load->err, "s", uuid)
           && db_note_insert(load->db, uuid, key, NULL, v[TALK_NOTE], &id, load->err);
}

static bool store_talk(
    struct load *load, const struct catalog_talk *talk, const char *key, const char *speakers)
{
    const char *const *v = talk->texts;
    const char *slug = v[TALK_TOPIC][0] != '\0' ? v[TALK_TOPIC] : "other";
    int64_t topic = 0, id = 0, existing = 0;
    bool ok =
        db_get_int(load->db, DB_TOPIC_ID, &topic, load->err, "s", slug)
        && (topic != 0 || err_set(load->err, "%s: there is no topic '%s'", load->where, slug))
        && db_get_int(load->db, DB_TALK_ID_OF_KEY, &existing, load->err, "s", key);
    ok = ok
         && db_run(load->db, DB_TALK_SET, load->err, "siissssssssssdd", key, load->conference,
             topic, v[TALK_TITLE], speakers, v[TALK_KIND], v[TALK_STARTS], v[TALK_ENDS],
             v[TALK_ROOM], v[TALK_LANGUAGE], v[TALK_LEVEL], v[TALK_URL], v[TALK_VIDEO],
             talk->seconds, (int)talk->highlight);
    int changes = sqlite3_changes(load->db->handle);
    ok = ok && db_get_int(load->db, DB_TALK_ID_OF_KEY, &id, load->err, "s", key)
         && db_run(load->db, DB_SUMMARY_SET, load->err, "is", id, v[TALK_SUMMARY]);
    changes += sqlite3_changes(load->db->handle);
    ok = ok && load_lists(load, talk, id, &changes);
    int *counter = existing == 0 ? &load->report->added
                   : changes > 0 ? &load->report->changed
                                 : &load->report->unchanged;
    (*counter)++;
    ok = ok && db_index_talk(load->db, id, true, load->err) && give_note(load, key, v);
    catalog_old_meet(&load->old, id);
    return ok;
}

static bool load_talks(struct load *load)
{
    const struct catalog *c = load->catalog;
    bool ok = true;
    for (size_t i = 0; ok && i < c->talk_count; i++) {
        const struct catalog_talk *talk = &c->talks[i];
        struct buf where = { 0 }, key = { 0 }, speakers = { 0 };
        catalog_add_where(i, talk->texts[TALK_TITLE], &where);
        load->where = where.data;
        buf_addf(&key, "%s/%s", c->conference[CONFERENCE_SLUG], talk->texts[TALK_ID]);
        join(load, &talk->speakers, &speakers);
        ok = store_talk(load, talk, key.data, buf_text(&speakers));
        buf_release(&where);
        buf_release(&key);
        buf_release(&speakers);
    }
    return ok;
}

static bool store(struct load *load)
{
    if (!db_begin(load->db, load->err))
        return false;
    bool ok =
        db_themes_withdraw(load->db, load->err) && load_conference(load)
        && catalog_old_take(load->db, load->catalog, &load->old, load->err)
        && load_themes_and_topics(load) && load_talks(load)
        && catalog_old_finish(load->db, &load->old, load->catalog, load->report, load->err);
    catalog_old_release(&load->old);
    return db_end(load->db, ok, load->err);
}

bool db_catalog_load(struct db *db, const struct json_doc *doc,
    struct db_catalog_report *report, struct err *err)
{
    struct catalog catalog;
    struct load load = { .db = db, .catalog = &catalog, .report = report, .err = err };
    *report = (struct db_catalog_report){ 0 };
    bool ok = catalog_read(&catalog, doc, err) && store(&load);
    catalog_release(&catalog);
    return ok;
}
