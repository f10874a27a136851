#include "db_ops.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/json_doc.h"
#include "db/outside.h"
#include "db/recover.h"
#include "db/search.h"
#include "exchange/draft_save.h"
#include "exchange/pyvideo.h"
#include "pyvideo_tree.h"

static const char linked[] =
    "A note. #tag [1:02] [[design-pressure]]\n\nTODO: one\nTODO: two\n";

#define OP(name) static bool name(struct world *w, struct err *err)

OP(add_note)
{
    int64_t id;
    return db_note_add(w->db, w->key, NULL, linked, &id, err);
}

OP(add_topic_note)
{
    int64_t id;
    return db_note_add(w->db, NULL, "gpu-computing", linked, &id, err);
}

OP(save_note)
{
    struct note note = { 0 };
    bool ok = db_note_read(w->db, 1, &note, err)
              && db_note_save(w->db, 1, note.rev, "Changed. #other [2:03]", err);
    note_release(&note);
    return ok;
}

OP(save_draft)
{
    struct note note = { 0 };
    struct draft_saved saved = { 0 };
    bool ok = db_note_read(w->db, 1, &note, err);
    struct draft draft = { .talk_key = (char *)"",
        .topic_slug = (char *)"",
        .note_uuid = note.uuid,
        .rev = note.rev };
    ok = ok && draft_save(w->db, &draft, "Changed in an editor.", &saved, err);
    free(saved.other_body);
    note_release(&note);
    return ok;
}

OP(delete_note)
{
    return db_note_delete(w->db, 2, err);
}

OP(restore_note)
{
    return db_note_restore(w->db, 3, err);
}

OP(empty_trash)
{
    size_t count;
    return db_trash_empty(w->db, &count, err);
}

OP(revert_note)
{
    return db_note_revert(w->db, 1, 1, err);
}

OP(tick_note)
{
    struct note note = { 0 };
    bool ok = db_note_read(w->db, 11, &note, err) && db_note_tick(w->db, 11, note.rev, 3, err);
    note_release(&note);
    return ok;
}

OP(shift_stamps)
{
    size_t moved, clamped;
    return db_stamps_shift(w->db, w->key, 10, &moved, &clamped, err);
}

OP(undo)
{
    char *what = NULL;
    bool ok = db_undo(w->db, &what, err);
    free(what);
    return ok;
}

OP(redo)
{
    char *what = NULL;
    bool ok = db_redo(w->db, &what, err);
    free(what);
    return ok;
}

OP(mark)
{
    return db_mark_set(w->db, w->key, DB_STARRED, 1, err);
}

OP(set_tags)
{
    return db_tags_set(w->db, w->key, "one two", err);
}

OP(set_position)
{
    return db_position_set(w->db, w->key, 77, err);
}

OP(set_themes)
{
    return db_themes_set(w->db, w->key, "Speed, A theme of one's own", err);
}

OP(take_themes)
{
    return db_themes_set(w->db, w->other, NULL, err);
}

OP(save_search)
{
    return db_saved_set(w->db, "new", "gpu or rust", err);
}

OP(delete_search)
{
    return db_saved_delete(w->db, "kept", err);
}

OP(ask)
{
    return db_asked_add(w->db, "a question", err);
}

OP(set_meta)
{
    return db_meta_set(w->db, "name", "value", err);
}

OP(tidy)
{
    (void)err;
    db_tidy(w->db, 1);
    return true;
}

OP(load_catalog)
{
    struct db_catalog_report report;
    return db_catalog_load(w->db, &w->catalog, &report, err);
}

static bool goes_on(void *context, size_t done, size_t total, const char *conference)
{
    (void)context, (void)done, (void)total, (void)conference;
    return true;
}

OP(import_videos)
{
    const struct pyvideo_watch watch = { goes_on, NULL };
    struct pyvideo_report report;
    bool ok = pyvideo_import(w->db, w->videos, &watch, &report, err);
    pyvideo_report_release(&report);
    return ok;
}

OP(bring)
{
    static const char uuid[] = "00000000-0000-4000-8000-00000000000a";
    static const char day[] = "2025-05-16T10:00:00.000Z";
    struct note note = { .uuid = (char *)uuid,
        .talk_key = w->key,
        .topic_slug = (char *)"",
        .body = (char *)linked,
        .created_at = (char *)day,
        .updated_at = (char *)day,
        .rev = 2 };
    struct db_revision revision = { 1, (char *)"Before.", (char *)day };
    struct db_owned owned = { w->key, true, true, 4, 90, (char *)"their own",
        (char *)"Theirs\nSpeed" };
    struct db_saved saved = { (char *)"theirs", (char *)"threads" };
    int64_t id = 0;
    int rev;
    bool changed, ok = db_bring_begin(w->db, err);
    if (!ok)
        return false;
    ok = db_note_bring(w->db, &note, "", &id, err)
         && db_revision_bring(w->db, id, &revision, err)
         && db_outside_set(w->db, "/place", id, "name.md", 2, err)
         && db_note_bring_text(w->db, 1, "Theirs. #tag", day, &rev, err)
         && db_note_set_times(w->db, 1, day, day, err) && db_note_bring_trash(w->db, 2, err)
         && db_outside_forget(w->db, "/place", 1, err)
         && db_owned_bring(w->db, &owned, &changed, err)
         && db_saved_bring(w->db, &saved, &changed, err);
    return db_bring_end(w->db, ok, err);
}

OP(read_groups)
{
    bool ok = true;
    for (int group = 0; ok && group < DB_BY__COUNT; group++) {
        struct db_headings headings = { 0 };
        int64_t *ids = NULL;
        size_t count;
        ok = db_headings_read(w->db, (enum db_group)group, &headings, err)
             && (headings.count == 0
                 || db_heading_talks(w->db, (enum db_group)group, DB_SORT_TITLE,
                     &headings.items[0], &ids, &count, err));
        free(ids);
        db_headings_release(&headings);
    }
    enum db_group group;
    struct db_marked *marked = NULL;
    size_t count;
    ok = ok && db_group_choose(w->db, DB_BY__COUNT, &group, err)
         && db_marked_read(w->db, &marked, &count, err);
    free(marked);
    return ok;
}

static void take(
    void *context, int64_t id, int64_t conference, const char *title, const char *speakers)
{
    (void)context, (void)id, (void)conference, (void)title, (void)speakers;
}

OP(read_talks)
{
    struct talk talk = { 0 };
    struct db_topic topic = { 0 };
    struct db_stats stats;
    char *name = NULL, *zone = NULL, *where = NULL, *names = NULL;
    int64_t *ids = NULL;
    size_t count;
    bool own, ok = db_talk_read(w->db, w->talk, DB_READ_EXPORT, &talk, err)
                   && db_talks_each(w->db, take, NULL, err)
                   && db_talk_conference(w->db, w->talk, &name, err)
                   && db_talk_place(w->db, w->talk, &zone, &where, err)
                   && db_topic_read(w->db, 0, "gpu-computing", &topic, err)
                   && db_stats_read(w->db, &stats, err)
                   && db_themes_own(w->db, w->key, &own, err)
                   && db_themes_names(w->db, &names, err)
                   && db_talk_find(w->db, "pressure", &ids, &count, err);
    talk_release(&talk), db_topic_release(&topic);
    free(name), free(zone), free(where), free(names), free(ids);
    return ok;
}

OP(read_notes)
{
    struct note_list notes = { 0 }, trash = { 0 }, all = { 0 };
    struct db_revisions revisions = { 0 };
    struct db_items items = { 0 };
    struct db_outsides outsides = { 0 };
    struct db_owneds owneds = { 0 };
    struct talk talk = { 0 };
    char *deleted[40] = { NULL }, *at = NULL;
    int64_t id, *ids = NULL;
    size_t count;
    bool has, ok = db_notes_read(w->db, w->key, NULL, 0, 40, &notes, err)
                   && db_notes_read(w->db, NULL, "gpu-computing", 0, 40, &notes, err)
                   && db_trash_read(w->db, 0, 40, &trash, err)
                   && db_notes_whole(w->db, 0, 40, &all, deleted, err)
                   && db_revisions_read(w->db, 1, &revisions, err)
                   && db_note_find(w->db, "11", &id, err)
                   && db_inbox_read(w->db, NULL, 40, &items, err)
                   && db_notes_newest(w->db, 1000, 40, &items, err)
                   && db_stamps_read(w->db, w->key, &items, err)
                   && db_talk_read(w->db, w->talk, DB_READ_FULL, &talk, err)
                   && db_links_read(w->db, &talk, 40, &items, err)
                   && db_link_find(w->db, "design-pressure", &id, err)
                   && db_outsides_read(w->db, "/place", &outsides, err)
                   && db_outside_has(w->db, "/place", 1, &has, err)
                   && db_owned_read(w->db, "", 40, &owneds, err)
                   && db_talks_owned(w->db, true, &ids, &count, err)
                   && db_note_deleted_at(w->db, 3, &at, err);
    note_list_release(&notes), note_list_release(&trash), note_list_release(&all);
    db_revisions_release(&revisions), db_items_release(&items);
    db_outsides_release(&outsides), db_owneds_release(&owneds), talk_release(&talk);
    for (size_t i = 0; i < SUPPORT_COUNT(deleted); i++)
        free(deleted[i]);
    free(at), free(ids);
    return ok;
}

OP(search)
{
    static const char *const queries[] = { "gpu", "free threading", "\"pattern matching\"",
        "theme:speed -rust", "note:tag or speaker:lukasz", "is:starred has:note", "day:fri py*",
        "in:notes note", "conference:pycon rating:3", "lang:es",
        "after:2025-05-16 before:2025-05-18", "on:2025-05-17 level:intermediate" };
    bool ok = true;
    for (size_t i = 0; ok && i < SUPPORT_COUNT(queries); i++) {
        struct query query;
        struct db_hits hits_found = { 0 };
        int64_t *ids = NULL;
        size_t count;
        ok = query_parse(&query, queries[i], false, err)
             && db_search(w->db, &query, 20, &hits_found, err)
             && db_search_talks(w->db, &query, &ids, &count, err);
        db_hits_release(&hits_found);
        query_release(&query);
        free(ids);
    }
    struct db_hits related = { 0 };
    ok = ok && db_related(w->db, w->talk, 10, &related, err);
    db_hits_release(&related);
    return ok;
}

OP(suggest)
{
    struct query query;
    bool ok = query_parse(&query, "freethreding", false, err);
    if (ok)
        free(db_suggest(w->db, "freethreding", &query));
    query_release(&query);
    free(db_saved_get(w->db, "kept")), free(db_meta_get(w->db, "name"));
    return ok;
}

OP(back_up)
{
    char *out = support_path(w->dir, "copy.db");
    unlink(out);
    bool ok = db_backup(w->db, out, err);
    if (!ok && access(out, F_OK) == 0)
        fail_msg("a copy is left of a backup that failed: %s", err_text(err));
    free(out);
    return ok;
}

OP(check)
{
    struct buf report = { 0 };
    bool ok = db_check(w->db, &report, err);
    buf_release(&report);
    return ok || (err_text(err)[0] == '\0' && err_set(err, "damaged"));
}

OP(recover)
{
    struct db_recovered report;
    char *out = support_path(w->dir, "out.db");
    unlink(out);
    bool ok = db_recover(w->path, out, &report, err);
    free(report.cut_ids);
    if (!ok && access(out, F_OK) == 0)
        fail_msg("something is left of a recovery that failed: %s", err_text(err));
    free(out);
    return ok;
}

const struct db_op db_ops[] = {
    { "add note", add_note, DB_OP_WRITES },
    { "add topic note", add_topic_note, DB_OP_WRITES },
    { "save note", save_note, DB_OP_WRITES },
    { "save draft", save_draft, DB_OP_WRITES },
    { "delete note", delete_note, DB_OP_WRITES },
    { "restore note", restore_note, DB_OP_WRITES },
    { "empty trash", empty_trash, DB_OP_WRITES },
    { "revert note", revert_note, DB_OP_WRITES },
    { "tick note", tick_note, DB_OP_WRITES },
    { "shift stamps", shift_stamps, DB_OP_WRITES },
    { "undo", undo, DB_OP_TELLS },
    { "redo", redo, DB_OP_TELLS },
    { "mark", mark, DB_OP_WRITES },
    { "set tags", set_tags, DB_OP_WRITES },
    { "set position", set_position, DB_OP_WRITES },
    { "set themes", set_themes, DB_OP_WRITES },
    { "take themes", take_themes, DB_OP_WRITES },
    { "save search", save_search, DB_OP_WRITES },
    { "delete search", delete_search, DB_OP_WRITES },
    { "ask", ask, DB_OP_WRITES },
    { "set meta", set_meta, DB_OP_WRITES },
    { "tidy", tidy, DB_OP_HELPS },
    { "load catalog", load_catalog, DB_OP_WRITES },
    { "import videos", import_videos, DB_OP_WRITES },
    { "bring", bring, DB_OP_WRITES },
    { "read groups", read_groups, DB_OP_HELPS },
    { "read talks", read_talks, DB_OP_READS },
    { "read notes", read_notes, DB_OP_READS },
    { "search", search, DB_OP_READS },
    { "suggest", suggest, DB_OP_HELPS },
    { "back up", back_up, DB_OP_WRITES },
    { "check", check, DB_OP_READS },
    { "recover", recover, DB_OP_HELPS },
};
const size_t db_op_count = SUPPORT_COUNT(db_ops);

/* --- the database ------------------------------------------------------ */

#define MUST(call)                                                                             \
    if (!(call))                                                                               \
    fail_msg("%s", err_text(&err))

void world_begin(struct world *w)
{
    struct err err = { 0 };
    struct buf catalog = { 0 };
    int64_t id;
    *w = (struct world){ .dir = support_dir() };
    w->path = support_path(w->dir, "talkbook.db");
    w->whole = support_path(w->dir, "whole.db");
    w->videos = support_path(w->dir, "videos");
    assert_int_equal(mkdir(w->videos, 0700), 0);
    tree_conference(w->videos);
    assert_true(support_read("data/pycon-us-2025.json", &catalog));
    MUST(json_doc_read(&w->catalog, buf_text(&catalog), &err));
    w->db = support_db(w->dir);
    w->talk = support_talk(w->db, "design-pressure");
    w->key = support_key(w->db, "design-pressure");
    w->other = support_key(w->db, "nogil");
    MUST(db_note_add(w->db, w->key, NULL, linked, &id, &err));
    assert_int_equal(id, 11);
    MUST(db_note_save(w->db, 1, 1, "Changed before.", &err) && db_note_delete(w->db, 3, &err));
    MUST(db_themes_set(w->db, w->other, "My theme", &err)
         && db_tags_set(w->db, w->other, "mine", &err)
         && db_mark_set(w->db, w->other, DB_RATING, 4, &err)
         && db_saved_set(w->db, "kept", "gpu", &err)
         && db_mark_set(w->db, w->key, DB_WATCHED, 1, &err));
    char *what = NULL;
    MUST(db_undo(w->db, &what, &err));
    free(what);
    MUST(db_bring_begin(w->db, &err));
    bool ok = db_outside_set(w->db, "/place", 1, "one.md", 2, &err);
    MUST(db_bring_end(w->db, ok, &err));
    db_close(w->db);
    w->db = NULL;
    buf_release(&catalog);
    support_sql(w->path, "PRAGMA journal_mode = DELETE");
    assert_int_equal(rename(w->path, w->whole), 0);
}

void world_renew(struct world *w)
{
    struct buf bytes = { 0 };
    assert_true(support_read(w->whole, &bytes));
    support_write(w->path, bytes.data, bytes.len);
    buf_release(&bytes);
}

void world_end(struct world *w)
{
    json_doc_release(&w->catalog);
    free(w->path), free(w->whole), free(w->videos), free(w->key), free(w->other);
    support_remove(w->dir);
}
