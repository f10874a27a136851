/* Owns the exports for other programs: a table of notes, a calendar of starred
 * sessions. */
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/mem.h"
#include "db/outside.h"
#include "exchange/csv.h"
#include "exchange/export.h"
#include "exchange/ics.h"

enum { BATCH = 64 };

/* --- the table --------------------------------------------------------- */

static const char *const columns[] = { "talk", "title", "speakers", "conference", "starts_at",
    "room", "kind", "level", "language", "themes", "topic", "url", "video_url", "starred",
    "watched", "rating", "tags", "note_id", "note", "created_at", "updated_at" };

static void add_note_cells(struct buf *out, const struct note *note)
{
    csv_add_text(out, note != NULL ? note->uuid : "");
    csv_add_text(out, note != NULL ? note->body : "");
    csv_add_text(out, note != NULL ? note->created_at : "");
    csv_add_text(out, note != NULL ? note->updated_at : "");
    csv_end(out);
}

static void add_row(struct buf *out, const struct talk *talk, const struct note *note)
{
    const char *const texts[] = { talk->key, talk->title, talk->speakers, talk->conference,
        talk->starts_at, talk->room, talk->kind, talk->level, talk->language, talk->themes,
        talk->topic, talk->url, talk->video_url };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        csv_add_text(out, texts[i]);
    csv_add_int(out, talk->starred);
    csv_add_int(out, talk->watched);
    csv_add_int(out, talk->rating);
    csv_add_text(out, talk->tags);
    add_note_cells(out, note);
}

static bool add_talk(struct db *db, int64_t id, struct output *out, struct err *err)
{
    struct talk talk;
    struct note_list list = { 0 };
    if (!db_talk_read(db, id, DB_READ_FULL, &talk, err))
        return false;
    bool ok = db_notes_read(db, talk.key, NULL, 0, SIZE_MAX / 2, &list, err);
    for (size_t i = 0; ok && i < list.count; i++)
        add_row(&out->text, &talk, &list.items[i]);
    if (ok && list.count == 0)
        add_row(&out->text, &talk, NULL);
    note_list_release(&list);
    talk_release(&talk);
    return ok && output_flow(out, err);
}

/* A note on a topic, on nothing, or on a talk that is not in the database. */
static bool add_other(
    struct db *db, const struct note *note, struct output *out, struct err *err)
{
    int64_t talk = 0;
    if (!db_talk_of_key(db, note->talk_key, &talk, err))
        return false;
    if (talk != 0)
        return true;
    csv_add_text(&out->text, note->talk_key);
    for (int i = 1; i < 17; i++)
        csv_add_text(&out->text, i == 10 ? note->topic_slug : "");
    add_note_cells(&out->text, note);
    return output_flow(out, err);
}

static bool add_others(struct db *db, struct output *out, struct err *err)
{
    struct note_list list = { 0 };
    int64_t after = 0;
    bool ok = true;
    do {
        note_list_release(&list);
        ok = db_notes_read(db, NULL, NULL, after, BATCH, &list, err);
        for (size_t i = 0; ok && i < list.count; i++) {
            after = list.items[i].id;
            ok = add_other(db, &list.items[i], out, err);
        }
    } while (ok && list.count == BATCH);
    note_list_release(&list);
    return ok;
}

bool table_write(
    struct db *db, const struct export_set *set, struct output *out, struct err *err)
{
    int64_t *ids = NULL;
    size_t count = 0;
    for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++)
        csv_add_text(&out->text, columns[i]);
    csv_end(&out->text);
    db_read_begin(db);
    bool ok = db_talks_owned(db, false, &ids, &count, err);
    for (size_t i = 0; ok && i < count; i++)
        ok = !export_set_has(set, ids[i]) || add_talk(db, ids[i], out, err);
    ok = ok && (!set->all || add_others(db, out, err));
    db_read_end(db);
    free(ids);
    return ok;
}

/* --- the calendar ------------------------------------------------------ */

/* A session with what its event borrows. */
struct session {
    struct talk talk;
    char *uid, *description, *zone, *where;
};

static bool read_session(struct db *db, int64_t id, struct session *session, struct err *err)
{
    struct buf uid = { 0 }, description = { 0 };
    if (!db_talk_read(db, id, DB_READ_FULL, &session->talk, err)
        || !db_talk_place(db, id, &session->zone, &session->where, err))
        return false;
    buf_addf(&uid, "%s@talkbook", session->talk.key);
    const char *speakers = session->talk.speakers, *summary = session->talk.summary;
    bool both = speakers[0] != '\0' && summary[0] != '\0';
    buf_addf(&description, "%s%s%s", speakers, both ? "\n\n" : "", summary);
    session->uid = buf_take(&uid);
    session->description = buf_take(&description);
    return true;
}

static void release_session(struct session *session)
{
    talk_release(&session->talk);
    free(session->uid);
    free(session->description);
    free(session->zone);
    free(session->where);
}

static struct ics_event event_of(const struct session *session)
{
    const struct talk *talk = &session->talk;
    return (struct ics_event){ .uid = session->uid,
        .summary = talk->title,
        .description = session->description,
        .location = session->where,
        .url = talk->url[0] != '\0' ? talk->url : talk->video_url,
        .starts_at = talk->starts_at,
        .ends_at = talk->ends_at,
        .time_zone = session->zone,
        .seconds = talk->video_seconds };
}

/* Those of the talks that are starred; what was read is the caller's to release. */
static bool read_sessions(struct db *db, const struct export_set *set, const int64_t *ids,
    size_t count, struct session *sessions, size_t *used, struct err *err)
{
    for (size_t i = 0; i < count; i++) {
        struct session session = { 0 };
        if (!export_set_has(set, ids[i]))
            continue;
        bool ok = read_session(db, ids[i], &session, err);
        if (ok && session.talk.starred)
            sessions[(*used)++] = session;
        else
            release_session(&session);
        if (!ok)
            return false;
    }
    return true;
}

bool calendar_write(
    struct db *db, const struct export_set *set, struct output *out, struct err *err)
{
    int64_t *ids = NULL;
    size_t count = 0, used = 0;
    struct buf now = { 0 };
    bool ok = db_talks_owned(db, false, &ids, &count, err);
    struct session *sessions = mem_zero(count + 1, sizeof *sessions);
    struct ics_event *events = mem_zero(count + 1, sizeof *events);
    ok = ok && read_sessions(db, set, ids, count, sessions, &used, err);
    for (size_t i = 0; ok && i < used; i++)
        events[i] = event_of(&sessions[i]);
    date_add_now(&now);
    if (ok)
        ics_add_calendar(&out->text, "talkbook", events, used, now.data);
    for (size_t i = 0; i < used; i++)
        release_session(&sessions[i]);
    free(sessions);
    free(events);
    free(ids);
    buf_release(&now);
    return ok;
}
