/* Owns storing a library's conferences and talks. What a record says is read in
 * library_record.c, who is who in library_known.c. */
#include "db/library.h"

#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/mem.h"
#include "base/url.h"
#include "db/bulk.h"
#include "db/internal.h"
#include "db/library_known.h"
#include "db/library_record.h"
#include "db/slugs.h"
#include "model/match.h"

/* A topic that tags may name. */
struct topic {
    int64_t id, theme;
    char *words; /* its name, folded */
};

struct db_library {
    struct db *db;
    struct slugs folders;
    struct topic *topics;
    size_t topic_count, topic_cap;
    int64_t other, rest; /* the topic and the theme of talks that name none */
    /* the latest conference */
    int64_t conference;
    char *slug;
    struct slugs records;
    struct known known;
    struct bulk bulk;
    bool (*go_on)(void *context);
    void *context;
    bool strangers; /* there were conferences that are none of the folders */
    bool touched;   /* something is not as it was */
};

/* --- beginning --------------------------------------------------------- */

static bool read_topics(struct db_library *library, struct err *err)
{
    sqlite3_stmt *stmt = db_prepare(library->db, DB_LIBRARY_TOPICS, err);
    bool row = true;
    if (stmt == NULL)
        return false;
    while (db_step(library->db, stmt, &row, err)) {
        struct buf words = { 0 };
        if (!row)
            return true;
        match_add_words((const char *)sqlite3_column_text(stmt, 2), &words);
        library->topics = mem_grow(library->topics, &library->topic_cap,
            library->topic_count + 1, sizeof library->topics[0]);
        library->topics[library->topic_count++] = (struct topic){ sqlite3_column_int64(stmt, 0),
            sqlite3_column_int64(stmt, 1), buf_take(&words) };
    }
    return false;
}

/* Where nothing names a theme: made here if no catalog did. */
static bool find_rest(struct db_library *library, struct err *err)
{
    struct db *db = library->db;
    if (!db_get_int(db, DB_TOPIC_ID, &library->other, err, "s", "other"))
        return false;
    if (library->other == 0
        && (!db_run(db, DB_THEME_SET, err, "ssd", "everything-else", "Everything else", 1000)
            || !db_get_int(db, DB_THEME_ID, &library->rest, err, "s", "everything-else")
            || !db_run(
                db, DB_TOPIC_SET, err, "ssids", "other", "Other", library->rest, 1000, "")
            || !db_get_int(db, DB_TOPIC_ID, &library->other, err, "s", "other")
            || !db_index_topic(db, library->other, true, err)))
        return false;
    return db_get_int(db, DB_THEME_ID, &library->rest, err, "s", "everything-else");
}

/* Whether a folder may be a conference that has another slug. */
static bool find_strangers(struct db_library *library, struct err *err)
{
    sqlite3_stmt *stmt = db_prepare(library->db, DB_LIBRARY_CONFERENCES, err);
    bool row = true;
    if (stmt == NULL)
        return false;
    while (db_step(library->db, stmt, &row, err)) {
        if (!row)
            return true;
        library->strangers |=
            !slugs_have(&library->folders, (const char *)sqlite3_column_text(stmt, 0));
    }
    return false;
}

bool db_library_begin(
    struct db_library **out, struct db *db, char *const *folders, size_t count, struct err *err)
{
    *out = NULL;
    if (!db_begin(db, err))
        return false;
    struct db_library *library = mem_zero(1, sizeof *library);
    library->db = db;
    slugs_make(&library->folders, folders, count);
    if (db_themes_withdraw(db, err) && find_rest(library, err) && read_topics(library, err)
        && find_strangers(library, err)) {
        *out = library;
        return true;
    }
    db_library_end(library, false, err);
    return false;
}

/* Every so many steps of SQLite's machine: some milliseconds. */
enum { STEPS_BETWEEN = 20000 };

static int must_stop(void *context)
{
    const struct db_library *library = context;
    return !library->go_on(library->context);
}

void db_library_watch(struct db_library *library, bool (*go_on)(void *context), void *context)
{
    library->go_on = go_on;
    library->context = context;
    sqlite3_progress_handler(library->db->handle, STEPS_BETWEEN, must_stop, library);
}

/* --- a conference ------------------------------------------------------ */

/* Finds the conference by slug, else by a name that is no other folder's. */
static bool find_conference(
    struct db_library *library, const char *name, bool *catalog, struct err *err)
{
    static const enum db_stmt order[] = { DB_LIBRARY_CONFERENCE_FIND,
        DB_LIBRARY_CONFERENCE_NAMED };
    library->conference = 0;
    for (int i = 0; i < (library->strangers ? 2 : 1); i++) {
        sqlite3_stmt *stmt = db_prepare(library->db, order[i], err);
        bool row = true;
        if (stmt == NULL)
            return false;
        db_bind(stmt, "s", i == 0 ? library->slug : name);
        while (library->conference == 0 && row) {
            if (!db_step(library->db, stmt, &row, err))
                return false;
            const char *slug = row ? (const char *)sqlite3_column_text(stmt, 1) : NULL;
            if (slug == NULL || (i == 1 && slugs_have(&library->folders, slug)))
                continue;
            library->conference = sqlite3_column_int64(stmt, 0);
            *catalog = strcmp((const char *)sqlite3_column_text(stmt, 2), "catalog") == 0;
            free(library->slug);
            library->slug = db_text(stmt, 1);
        }
        sqlite3_reset(stmt);
        if (library->conference != 0)
            return true;
    }
    return true;
}

/* Name, address, first and last day; another value than a day is none. */
enum { CATEGORY_NAME, CATEGORY_URL, CATEGORY_STARTS, CATEGORY_ENDS, CATEGORY__COUNT };

static void read_category(
    const struct json_doc *doc, char *values[CATEGORY__COUNT], struct buf *remark)
{
    static const char *const names[] = { "title", "url", "start_date", "end_date" };
    struct date date;
    for (int i = 0; i < CATEGORY__COUNT; i++) {
        const struct json_node *node = json_doc_get(doc, doc->nodes, names[i]);
        values[i] = library_line(node != NULL && node->type == JSON_STRING ? node->text : "");
        if ((i >= CATEGORY_STARTS && !date_parse(values[i], &date))
            || (i == CATEGORY_URL && !url_is_web(values[i])))
            values[i][0] = '\0';
    }
    if (values[CATEGORY_NAME][0] == '\0')
        buf_adds(remark, "\"title\" is missing");
}

static bool store_conference(
    struct db_library *library, char *values[CATEGORY__COUNT], struct err *err)
{
    struct db *db = library->db;
    bool catalog = false;
    if (!find_conference(library, values[CATEGORY_NAME], &catalog, err))
        return false;
    int before = sqlite3_total_changes(db->handle);
    if (catalog ? !db_run(db, DB_LIBRARY_CONFERENCE_FILL, err, "is", library->conference,
            values[CATEGORY_URL])
                : !db_run(db, DB_LIBRARY_CONFERENCE_SET, err, "sssss", library->slug,
                    values[CATEGORY_NAME], values[CATEGORY_STARTS], values[CATEGORY_ENDS],
                    values[CATEGORY_URL]))
        return false;
    library->touched |= sqlite3_total_changes(db->handle) != before;
    return db_get_int(db, DB_CONFERENCE_ID, &library->conference, err, "s", library->slug)
           && known_read(&library->known, db, library->conference, err);
}

enum db_library_outcome db_library_conference(struct db_library *library, size_t number,
    const struct json_doc *doc, char *const *records, size_t count, struct buf *remark,
    struct err *err)
{
    char *values[CATEGORY__COUNT] = { NULL };
    known_release(&library->known);
    free(library->slug);
    library->slug = mem_dup(library->folders.items[number]);
    slugs_make(&library->records, records, count);
    read_category(doc, values, remark);
    if (remark->len == 0 && library->slug[0] == '\0')
        buf_adds(remark, "its folder's name has no letter or digit");
    bool ok = remark->len > 0 || store_conference(library, values, err);
    for (int i = 0; i < CATEGORY__COUNT; i++)
        free(values[i]);
    return !ok               ? DB_LIBRARY_FAILED
           : remark->len > 0 ? DB_LIBRARY_REJECTED
                             : DB_LIBRARY_UNCHANGED;
}

/* --- a record ---------------------------------------------------------- */

/* Where the record's tags put it: under the topic that one of them names. */
static struct topic topic_of(
    const struct db_library *library, const struct library_record *record)
{
    struct topic place = { library->other, library->rest, NULL };
    struct buf words = { 0 };
    for (size_t i = 0; i < record->tags.count && place.words == NULL; i++) {
        buf_clear(&words);
        match_add_words(record->tags.items[i], &words);
        for (size_t k = 0; words.len > 0 && k < library->topic_count; k++)
            if (strcmp(library->topics[k].words, words.data) == 0)
                place = library->topics[k];
    }
    buf_release(&words);
    return place;
}

static bool store_speakers(struct db_library *library, int64_t id,
    const struct library_texts *speakers, struct err *err)
{
    struct db *db = library->db;
    for (size_t i = 0; i < speakers->count; i++) {
        int64_t speaker = 0;
        if (!db_get_int(db, DB_SPEAKER_ID, &speaker, err, "s", speakers->items[i]))
            return false;
        if (speaker == 0) {
            if (!db_run(db, DB_SPEAKER_NEW, err, "s", speakers->items[i]))
                return false;
            speaker = sqlite3_last_insert_rowid(db->handle);
        }
        if (!db_run(db, DB_TALK_SPEAKER_ADD, err, "iid", id, speaker, (int)i + 1))
            return false;
    }
    return true;
}

static bool add_talk(struct db_library *library, const char *key,
    const struct library_record *r, struct err *err)
{
    struct db *db = library->db;
    struct topic place = topic_of(library, r);
    if (!db_run(db, DB_LIBRARY_TALK_ADD, err, "siisssssssds", key, library->conference,
            place.id, r->title, r->speaker_line, r->kind, r->starts_at, r->language, r->url,
            r->video_url, r->seconds, r->keywords))
        return false;
    int64_t id = sqlite3_last_insert_rowid(db->handle);
    bulk_note(&library->bulk, id);
    return db_run(db, DB_SUMMARY_ADD, err, "is", id, r->summary)
           && db_run(db, DB_TALK_THEME_ADD, err, "ii", id, place.theme)
           && store_speakers(library, id, &r->speakers, err);
}

static bool change_talk(struct db_library *library, const struct known_talk *talk,
    const struct library_record *r, bool *changed, struct err *err)
{
    struct db *db = library->db;
    int64_t differs = 0;
    if (!db_get_int(db, DB_LIBRARY_DIFFERS, &differs, err, "isssssssdss", talk->id, r->title,
            r->speaker_line, r->kind, r->starts_at, r->language, r->url, r->video_url,
            r->seconds, r->keywords, r->summary))
        return false;
    *changed = differs != 0;
    if (!*changed)
        return true;
    struct topic place = topic_of(library, r);
    bulk_note(&library->bulk, talk->id);
    return bulk_forget(db, talk->id, err)
           && db_run(db, DB_LIBRARY_TALK_SET, err, "iisssssssds", talk->id, place.id, r->title,
               r->speaker_line, r->kind, r->starts_at, r->language, r->url, r->video_url,
               r->seconds, r->keywords)
           && db_run(db, DB_SUMMARY_SET, err, "is", talk->id, r->summary)
           && db_run(db, DB_TALK_THEMES_CLEAR, err, "i", talk->id)
           && db_run(db, DB_TALK_THEME_ADD, err, "ii", talk->id, place.theme)
           && db_run(db, DB_TALK_SPEAKERS_CLEAR, err, "i", talk->id)
           && store_speakers(library, talk->id, &r->speakers, err);
}

/* A catalog's talk: what is empty is filled in, and nothing else touched. */
static bool fill_talk(struct db_library *library, const struct known_talk *talk,
    const struct library_record *r, bool *changed, struct err *err)
{
    struct db *db = library->db;
    bool row;
    sqlite3_stmt *stmt = db_prepare(db, DB_LIBRARY_EMPTY, err);
    if (stmt == NULL)
        return false;
    db_bind(stmt, "isssssdss", talk->id, r->speaker_line, r->kind, r->language, r->url,
        r->video_url, r->seconds, r->keywords, r->summary);
    if (!db_step(db, stmt, &row, err))
        return false;
    *changed = row && sqlite3_column_int(stmt, 0) != 0;
    bool speakers = row && sqlite3_column_int(stmt, 1) != 0;
    sqlite3_reset(stmt);
    if (!*changed)
        return true;
    bulk_note(&library->bulk, talk->id);
    return bulk_forget(db, talk->id, err)
           && db_run(db, DB_LIBRARY_FILL, err, "isssssds", talk->id, r->speaker_line, r->kind,
               r->language, r->url, r->video_url, r->seconds, r->keywords)
           && db_run(db, DB_LIBRARY_SUMMARY_FILL, err, "is", talk->id, r->summary)
           && (!speakers || store_speakers(library, talk->id, &r->speakers, err));
}

/* Whether a file of its own in this folder stands for that talk. */
static bool is_claimed(void *context, const char *key)
{
    const struct db_library *library = context;
    return slugs_have(&library->records, key + strlen(library->slug) + 1);
}

static bool store(struct db_library *library, const char *key, const struct library_record *r,
    enum db_library_outcome *outcome, struct err *err)
{
    struct known_talk *talk = known_by_key(&library->known, key);
    bool changed = false;
    if (talk == NULL)
        talk =
            known_by_identity(&library->known, r->title, r->speaker_line, is_claimed, library);
    if (talk == NULL) {
        *outcome = DB_LIBRARY_ADDED;
        library->touched = true;
        return add_talk(library, key, r, err);
    }
    talk->met = true;
    bool ok = talk->catalog ? fill_talk(library, talk, r, &changed, err)
                            : change_talk(library, talk, r, &changed, err);
    *outcome = changed ? DB_LIBRARY_CHANGED : DB_LIBRARY_UNCHANGED;
    library->touched |= changed;
    return ok;
}

enum db_library_outcome db_library_record(struct db_library *library, size_t number,
    const struct json_doc *doc, struct buf *remark, struct err *err)
{
    enum db_library_outcome outcome = DB_LIBRARY_REJECTED;
    struct library_record record;
    const char *slug = library->records.items[number];
    if (slug[0] == '\0') {
        buf_adds(remark, "its name has no letter or digit to make a key of");
        return outcome;
    }
    if (library_record_read(doc, &record, remark)) {
        struct buf key = { 0 };
        buf_addf(&key, "%s/%s", library->slug, slug);
        if (!store(library, key.data, &record, &outcome, err))
            outcome = DB_LIBRARY_FAILED;
        buf_release(&key);
    }
    library_record_release(&record);
    return outcome;
}

bool db_library_end(struct db_library *library, bool ok, struct err *err)
{
    struct db *db = library->db;
    ok = ok && db_themes_apply(db, err);
    if (ok && library->touched)
        ok = db_run(db, DB_SPEAKERS_TIDY, err, "") && db_tally_rebuild(db, err)
             && bulk_finish(db, &library->bulk, err);
    sqlite3_progress_handler(db->handle, 0, NULL, NULL);
    for (size_t i = 0; i < library->topic_count; i++)
        free(library->topics[i].words);
    free(library->topics);
    slugs_release(&library->folders);
    slugs_release(&library->records);
    known_release(&library->known);
    bulk_release(&library->bulk);
    free(library->slug);
    free(library);
    return db_end(db, ok, err);
}
