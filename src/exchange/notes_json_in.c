/* Owns bringing in the JSON that notes_json.c writes. Whatever the document holds, it
 * either makes sense as a whole or changes nothing. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "db/outside.h"
#include "exchange/notes_json.h"

enum { REV_MAX = 1000000000, SECONDS_MAX = 1000 * 3600 };

struct reading {
    struct db *db;
    const struct json_doc *doc;
    const struct json_node *element; /* of the list at hand */
    const char *what;                /* what such an element is, for err */
    size_t number;                   /* from 1 */
    struct notes_report *report;
    struct err *err;
};

static bool refuse(struct reading *r, const char *name, const char *why)
{
    return err_set(r->err, "%s %zu: \"%s\" %s", r->what, r->number, name, why);
}

/* The text of a note or a revision, which must be there. It may be empty, although no
 * command saves such a note: a merge of two changes may leave one. */
static bool get_body(struct reading *r, const struct json_node *of, const char **text)
{
    const struct json_node *node = json_doc_get(r->doc, of, "body");
    *text = node != NULL ? node->text : "";
    return node != NULL ? node->type == JSON_STRING || refuse(r, "body", "is not a text")
                        : refuse(r, "body", "is missing");
}

/* A member that is a string; "" where there is none. */
static bool get_text(
    struct reading *r, const struct json_node *of, const char *name, const char **text)
{
    const struct json_node *node = json_doc_get(r->doc, of, name);
    *text = node != NULL ? node->text : "";
    return node == NULL || node->type == JSON_STRING || refuse(r, name, "is not a text");
}

static bool get_moment(
    struct reading *r, const struct json_node *of, const char *name, const char **text)
{
    return get_text(r, of, name, text)
           && (notes_is_moment(*text) || refuse(r, name, "is not a date with a time"));
}

static bool get_int(
    struct reading *r, const struct json_node *of, const char *name, int most, int *value)
{
    const struct json_node *node = json_doc_get(r->doc, of, name);
    *value = 0;
    if (node == NULL)
        return true;
    if (node->type != JSON_NUMBER || node->number < 0 || node->number > most
        || node->number != (double)(int)node->number)
        return refuse(r, name, "is not such a number");
    *value = (int)node->number;
    return true;
}

/* A list of strings, each of which must be one `what`, with a separator between. */
static bool get_list(struct reading *r, const char *name, bool (*is)(const char *),
    const char *what, const char *separator, struct buf *text, bool *there)
{
    const struct json_node *list = json_doc_get(r->doc, r->element, name);
    *there = list != NULL;
    if (list == NULL)
        return true;
    if (list->type != JSON_ARRAY)
        return refuse(r, name, "is not a list");
    for (const struct json_node *item = json_doc_first(r->doc, list); item != NULL;
         item = json_doc_after(r->doc, list, item)) {
        if (item->type != JSON_STRING)
            return refuse(r, name, "holds what is not a text");
        if (!is(item->text))
            return err_set(r->err, "%s %zu: \"%s\" holds '%.100s', which is no %s", r->what,
                r->number, name, item->text, what);
        buf_addf(text, "%s%s", text->len > 0 ? separator : "", item->text);
    }
    return true;
}

/* --- notes ------------------------------------------------------------- */

/* A note of the document; borrowed from it. */
struct their_note {
    struct note note;
    const char *deleted_at;
    struct db_revisions earlier;
};

static bool read_revisions(struct reading *r, struct their_note *theirs)
{
    const struct json_node *list = json_doc_get(r->doc, r->element, "revisions");
    int last = 0;
    if (list != NULL && list->type != JSON_ARRAY)
        return refuse(r, "revisions", "is not a list");
    for (const struct json_node *item = list != NULL ? json_doc_first(r->doc, list) : NULL;
         item != NULL; item = json_doc_after(r->doc, list, item)) {
        struct db_revisions *all = &theirs->earlier;
        const char *body, *saved_at;
        int rev;
        if (item->type != JSON_OBJECT)
            return refuse(r, "revisions", "holds what is no revision");
        if (!get_body(r, item, &body) || !get_moment(r, item, "saved_at", &saved_at)
            || !get_int(r, item, "rev", REV_MAX, &rev))
            return false;
        if (rev <= last || rev >= theirs->note.rev)
            return refuse(r, "revisions", "is not in order");
        last = rev;
        all->items = mem_grow(all->items, &all->cap, all->count + 1, sizeof *all->items);
        all->items[all->count++] = (struct db_revision){ rev, (char *)body, (char *)saved_at };
    }
    return true;
}

static bool read_note(struct reading *r, struct their_note *theirs)
{
    struct note *note = &theirs->note;
    const char *texts[6] = { "", "", "", "", "", "" };
    static const char *const names[] = { "uuid", "talk", "topic" };
    for (int i = 0; i < 3; i++)
        if (!get_text(r, r->element, names[i], &texts[i]))
            return false;
    if (!db_is_uuid(texts[0]))
        return refuse(r, "uuid", "is none");
    if (texts[1][0] != '\0' && texts[2][0] != '\0')
        return refuse(r, "topic", "stands beside a talk");
    if (!get_moment(r, r->element, "created_at", &texts[4])
        || !get_moment(r, r->element, "updated_at", &texts[5])
        || !get_body(r, r->element, &texts[3])
        || !get_text(r, r->element, "deleted_at", &theirs->deleted_at)
        || !get_int(r, r->element, "rev", REV_MAX, &note->rev))
        return false;
    if (theirs->deleted_at[0] != '\0' && !notes_is_moment(theirs->deleted_at))
        return refuse(r, "deleted_at", "is not a date with a time");
    if (note->rev < 1)
        return refuse(r, "rev", "is not such a number");
    char **const fields[] = { &note->uuid, &note->talk_key, &note->topic_slug, &note->body,
        &note->created_at, &note->updated_at };
    for (int i = 0; i < 6; i++)
        *fields[i] = (char *)texts[i];
    note->deleted = theirs->deleted_at[0] != '\0';
    return read_revisions(r, theirs);
}

static bool bring_revisions(struct reading *r, int64_t id, const struct db_revisions *all)
{
    bool ok = true;
    for (size_t i = 0; ok && i < all->count; i++)
        ok = db_revision_bring(r->db, id, &all->items[i], r->err);
    return ok;
}

static bool bring_new(struct reading *r, struct their_note *theirs)
{
    int64_t id;
    notes_report_add(r->report, NOTES_ADDED, NULL, NULL);
    return db_note_bring(r->db, &theirs->note, theirs->deleted_at, &id, r->err)
           && bring_revisions(r, id, &theirs->earlier)
           && notes_report_talk(r->report, r->db, theirs->note.talk_key, r->err);
}

/* A catalog's note that nobody touched here becomes what it is there. */
static bool bring_fresh(struct reading *r, struct their_note *theirs, const struct note *ours)
{
    struct note *note = &theirs->note;
    bool first = note->rev == 1, text = strcmp(note->body, ours->body) == 0;
    bool same = first && text && !note->deleted;
    /* A text that is not the catalog's does not give way to the next one. */
    note->rev += first && !text;
    notes_report_add(r->report, same ? NOTES_UNCHANGED : NOTES_CHANGED, NULL, NULL);
    return db_note_bring_fresh(r->db, ours->id, note, theirs->deleted_at, r->err)
           && bring_revisions(r, ours->id, &theirs->earlier);
}

static bool has_revision(
    const struct db_revisions *ours, const char *body, const char *saved_at)
{
    for (size_t i = 0; i < ours->count; i++)
        if (strcmp(ours->items[i].saved_at, saved_at) == 0
            && strcmp(ours->items[i].body, body) == 0)
            return true;
    return false;
}

/* Adds what of their texts is not here behind our revisions; counts them. */
static bool add_missing(struct reading *r, int64_t id, const struct their_note *theirs,
    const struct db_revisions *ours, bool with_present, int *added)
{
    int rev = ours->items[ours->count - 1].rev;
    struct db_revision present = { 0, theirs->note.body, theirs->note.updated_at };
    bool ok = true;
    for (size_t i = 0; ok && i < theirs->earlier.count + with_present; i++) {
        struct db_revision revision =
            i < theirs->earlier.count ? theirs->earlier.items[i] : present;
        if (has_revision(ours, revision.body, revision.saved_at))
            continue;
        revision.rev = ++rev;
        ++*added;
        ok = db_revision_bring(r->db, id, &revision, r->err);
    }
    return ok;
}

static const char *last_event(const char *updated_at, const char *deleted_at)
{
    return notes_later(deleted_at, updated_at);
}

/* Ours and theirs are joined: every text is kept, and what was done last holds. */
static bool unite(struct reading *r, const struct their_note *theirs, const struct note *ours,
    const char *our_deletion)
{
    struct db_revisions revisions = { 0 };
    const struct note *their = &theirs->note;
    /* Of two texts of one moment both sides take the same. */
    bool later = notes_is_later(their->updated_at, ours->updated_at)
                 || (!notes_is_later(ours->updated_at, their->updated_at)
                     && strcmp(their->body, ours->body) > 0);
    bool last = notes_is_later(last_event(their->updated_at, theirs->deleted_at),
        last_event(ours->updated_at, our_deletion));
    int added = 0, rev;
    bool ok = db_revisions_read(r->db, ours->id, &revisions, r->err)
              && add_missing(r, ours->id, theirs, &revisions, !later, &added);
    bool here = ok && has_revision(&revisions, their->body, their->updated_at);
    bool takes = later && !here;
    bool deleted = last ? their->deleted : ours->deleted;
    /* What is present has the highest number. */
    if (ok && (takes || added > 0))
        ok = db_note_bring_text(r->db, ours->id, takes ? their->body : ours->body,
            takes ? their->updated_at : ours->updated_at, &rev, r->err);
    if (ok && deleted)
        ok = db_note_bring_trash(r->db, ours->id, r->err);
    db_revisions_release(&revisions);
    enum notes_outcome outcome = deleted && !ours->deleted ? NOTES_DELETED
                                 : takes || added > 0      ? NOTES_CHANGED
                                                           : NOTES_UNCHANGED;
    notes_report_add(r->report, outcome, NULL, NULL);
    return ok;
}

static bool bring_known(struct reading *r, struct their_note *theirs, int64_t id)
{
    struct note ours = { 0 };
    char *deleted_at = NULL;
    bool fresh = false;
    bool ok = db_note_read(r->db, id, &ours, r->err)
              && db_note_deleted_at(r->db, id, &deleted_at, r->err)
              && db_note_is_fresh(r->db, id, &fresh, r->err);
    if (ok)
        ok = fresh ? bring_fresh(r, theirs, &ours) : unite(r, theirs, &ours, deleted_at);
    free(deleted_at);
    note_release(&ours);
    return ok;
}

static bool bring_note(struct reading *r)
{
    struct their_note theirs = { 0 };
    int64_t id;
    bool ok = read_note(r, &theirs) && db_note_of_uuid(r->db, theirs.note.uuid, &id, r->err)
              && (id == 0 ? bring_new(r, &theirs) : bring_known(r, &theirs, id));
    free(theirs.earlier.items);
    return ok;
}

/* --- marks and searches ------------------------------------------------ */

static bool get_flag(struct reading *r, const char *name, bool *value)
{
    const struct json_node *node = json_doc_get(r->doc, r->element, name);
    *value = node != NULL && node->type == JSON_TRUE;
    return node == NULL || node->type == JSON_TRUE || node->type == JSON_FALSE
           || refuse(r, name, "is not true or false");
}

static bool bring_mark(struct reading *r)
{
    struct db_owned owned = { 0 };
    struct buf tags = { 0 }, themes = { 0 };
    const char *key;
    bool has_tags, has_themes, changed = false;
    bool ok = get_text(r, r->element, "talk", &key) && get_flag(r, "starred", &owned.starred)
              && get_flag(r, "watched", &owned.watched)
              && get_int(r, r->element, "rating", TALK_RATING_MAX, &owned.rating)
              && get_int(r, r->element, "position", SECONDS_MAX, &owned.position)
              && get_list(r, "tags", db_is_tag, "tag", " ", &tags, &has_tags)
              && get_list(r, "themes", db_is_theme, "theme", "\n", &themes, &has_themes)
              && (key[0] != '\0' || refuse(r, "talk", "is empty"));
    if (ok) {
        owned.talk_key = (char *)key;
        owned.tags = (char *)buf_text(&tags);
        owned.themes = has_themes ? (char *)buf_text(&themes) : NULL;
        ok = db_owned_bring(r->db, &owned, &changed, r->err);
    }
    r->report->marks += changed;
    buf_release(&tags);
    buf_release(&themes);
    return ok;
}

static bool bring_search(struct reading *r)
{
    const char *name, *query;
    bool changed = false;
    bool ok =
        get_text(r, r->element, "name", &name) && get_text(r, r->element, "query", &query);
    if (ok) {
        struct db_saved saved = { (char *)name, (char *)query };
        ok = db_saved_bring(r->db, &saved, &changed, r->err);
    }
    r->report->marks += changed;
    return ok;
}

/* --- the document ------------------------------------------------------ */

static bool bring_list(
    struct reading *r, const char *name, const char *what, bool (*bring)(struct reading *r))
{
    const struct json_node *list = json_doc_get(r->doc, r->doc->nodes, name);
    if (list == NULL)
        return true;
    if (list->type != JSON_ARRAY)
        return err_set(r->err, "\"%s\" is not a list", name);
    r->what = what;
    r->number = 0;
    for (r->element = json_doc_first(r->doc, list); r->element != NULL;
         r->element = json_doc_after(r->doc, list, r->element)) {
        r->number++;
        if (r->element->type != JSON_OBJECT)
            return err_set(r->err, "%s %zu is not an object", what, r->number);
        if (!bring(r))
            return false;
    }
    return true;
}

bool notes_json_is(const struct json_doc *doc)
{
    const struct json_node *format = json_doc_get(doc, doc->nodes, "format");
    return format != NULL && format->type == JSON_STRING
           && strcmp(format->text, NOTES_JSON_FORMAT) == 0;
}

bool notes_json_read(
    struct db *db, const struct json_doc *doc, struct notes_report *report, struct err *err)
{
    struct reading r = { .db = db, .doc = doc, .report = report, .err = err };
    const struct json_node *version = json_doc_get(doc, doc->nodes, "version");
    if (version == NULL || version->type != JSON_NUMBER
        || version->number != NOTES_JSON_VERSION)
        return err_set(
            err, "its version is not %d; a newer talkbook may read it", NOTES_JSON_VERSION);
    if (!db_bring_begin(db, err))
        return false;
    bool ok = bring_list(&r, "notes", "note", bring_note)
              && bring_list(&r, "marks", "mark", bring_mark)
              && bring_list(&r, "searches", "search", bring_search);
    return db_bring_end(db, ok, err);
}
