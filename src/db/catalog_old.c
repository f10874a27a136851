/* Owns what was there before an import. */
#include "db/catalog_old.h"

#include <stdlib.h>

#include "base/mem.h"

static bool index_others(
    struct db *db, const struct catalog_old *old, bool add, struct err *err)
{
    return db_index_all(db, DB_TOPICS_ALL, NULL, db_index_topic, add, err)
           && (!old->renames
               || db_index_all(db, DB_TALKS_OUTSIDE, old->slug, db_index_talk, add, err));
}

static bool find_renames(
    struct db *db, const struct catalog *catalog, bool *renames, struct err *err)
{
    *renames = false;
    for (size_t i = 0; i < catalog->topic_count && !*renames; i++) {
        const char *const *topic = catalog->topics[i];
        int64_t other = 0;
        if (!db_get_int(
                db, DB_TOPIC_RENAMED, &other, err, "ss", topic[TOPIC_ID], topic[TOPIC_NAME]))
            return false;
        *renames = other > 0;
    }
    return true;
}

bool catalog_old_take(
    struct db *db, const struct catalog *catalog, struct catalog_old *old, struct err *err)
{
    *old = (struct catalog_old){ .slug = catalog->conference[CONFERENCE_SLUG] };
    if (!find_renames(db, catalog, &old->renames, err))
        return false;
    sqlite3_stmt *stmt = db_prepare(db, DB_TALKS_OF_CONFERENCE, err);
    if (stmt == NULL)
        return false;
    db_bind(stmt, "s", old->slug);
    if (!db_collect_ids(db, stmt, &old->ids, &old->count, err))
        return false;
    old->met = mem_zero(old->count, sizeof old->met[0]);
    for (size_t i = 0; i < old->count; i++)
        if (!db_index_talk(db, old->ids[i], false, err))
            return false;
    return index_others(db, old, false, err);
}

static int compare_ids(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y ? 1 : 0;
}

void catalog_old_meet(struct catalog_old *old, int64_t id)
{
    const int64_t *found =
        old->count > 0 ? bsearch(&id, old->ids, old->count, sizeof id, compare_ids) : NULL;
    if (found != NULL)
        old->met[found - old->ids] = true;
}

static bool remove_talk(struct db *db, int64_t id, struct err *err)
{
    return db_run(db, DB_TALK_THEMES_CLEAR, err, "i", id)
           && db_run(db, DB_TALK_SPEAKERS_CLEAR, err, "i", id)
           && db_run(db, DB_SUMMARY_DELETE, err, "i", id)
           && db_run(db, DB_PLACE_DELETE, err, "i", db_doc(DB_DOC_TALK, id))
           && db_run(db, DB_TALK_DELETE, err, "i", id);
}

/* Topics that no talk, note or catalog names any more. */
static bool remove_topics(struct db *db, const struct catalog *catalog, struct err *err)
{
    int64_t *ids = NULL;
    size_t count = 0;
    sqlite3_stmt *stmt = db_prepare(db, DB_TOPICS_UNUSED, err);
    bool ok = stmt != NULL && db_collect_ids(db, stmt, &ids, &count, err);
    for (size_t i = 0; ok && i < count; i++) {
        char *slug = NULL;
        ok = db_get_text(db, DB_TOPIC_SLUG, &slug, err, "i", ids[i]);
        if (ok && slug != NULL && !catalog_has_topic(catalog, slug))
            ok = db_run(db, DB_TOPIC_DELETE, err, "i", ids[i]);
        free(slug);
    }
    free(ids);
    return ok;
}

bool catalog_old_finish(struct db *db, const struct catalog_old *old,
    const struct catalog *catalog, struct db_catalog_report *report, struct err *err)
{
    for (size_t i = 0; i < old->count; i++) {
        int64_t owned = 0;
        if (old->met[i])
            continue;
        if (!db_get_int(db, DB_TALK_IS_OWNED, &owned, err, "i", old->ids[i]))
            return false;
        int *counter = owned ? &report->kept : &report->removed;
        (*counter)++;
        if (owned ? !db_index_talk(db, old->ids[i], true, err)
                  : !remove_talk(db, old->ids[i], err))
            return false;
    }
    return db_run(db, DB_SPEAKERS_TIDY, err, "") && remove_topics(db, catalog, err)
           && index_others(db, old, true, err) && db_themes_apply(db, err)
           && db_tally_rebuild(db, err);
}

void catalog_old_release(struct catalog_old *old)
{
    free(old->ids);
    free(old->met);
    *old = (struct catalog_old){ 0 };
}
