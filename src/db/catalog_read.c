/* Owns reading a catalog's document. It is hostile: every value is checked. Must not know
 * what is stored, nor where. */
#include "db/catalog_read.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "db/catalog_field.h"

enum { FORMAT_VERSION = 1, SECONDS_MAX = 7 * 24 * 3600 };

static const struct catalog_field conference_fields[CONFERENCE__TEXTS] = {
    [CONFERENCE_SLUG] = { "conference.slug", true, CHECK_SLUG },
    [CONFERENCE_NAME] = { "conference.name", true, CHECK_ANY },
    [CONFERENCE_CITY] = { "conference.city", false, CHECK_ANY },
    [CONFERENCE_VENUE] = { "conference.venue", false, CHECK_ANY },
    [CONFERENCE_STARTS] = { "conference.starts_on", false, CHECK_DAY },
    [CONFERENCE_ENDS] = { "conference.ends_on", false, CHECK_DAY },
    [CONFERENCE_ZONE] = { "conference.time_zone", false, CHECK_ANY },
    [CONFERENCE_URL] = { "conference.url", false, CHECK_URL },
};

static const struct catalog_field theme_fields[THEME__TEXTS] = {
    [THEME_ID] = { "id", true, CHECK_SLUG },
    [THEME_NAME] = { "name", true, CHECK_ANY },
};

static const struct catalog_field topic_fields[TOPIC__TEXTS] = {
    [TOPIC_ID] = { "id", true, CHECK_SLUG },
    [TOPIC_NAME] = { "name", true, CHECK_ANY },
    [TOPIC_THEME] = { "theme", true, CHECK_SLUG },
    [TOPIC_NOTE] = { "note", false, CHECK_ANY },
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

struct reading {
    const struct json_doc *doc;
    struct catalog *catalog;
    const struct json_node *object; /* the element at hand */
    const char *where;              /* what messages call it */
    struct err *err;
};

static const struct json_node *root_member(const struct reading *r, const char *name)
{
    return json_doc_get(r->doc, r->doc->nodes, name);
}

static bool is_number(const struct json_node *node, int value)
{
    return node != NULL && node->type == JSON_NUMBER && node->number == value;
}

static bool check_head(struct reading *r)
{
    static const char *const lists[] = { "themes", "topics", "talks" };
    const struct json_node *format = root_member(r, "format");
    if (format == NULL || format->type != JSON_STRING
        || strcmp(format->text, "talkbook-catalog") != 0)
        return err_set(r->err, "it has no \"format\": \"talkbook-catalog\"; "
                               "see talkbook-catalog(5)");
    if (!is_number(root_member(r, "version"), FORMAT_VERSION))
        return err_set(
            r->err, "its \"version\" is not %d; this talkbook reads no other", FORMAT_VERSION);
    for (int i = 0; i < 3; i++) {
        const struct json_node *list = root_member(r, lists[i]);
        if (list == NULL ? i == 2 : list->type != JSON_ARRAY)
            return err_set(r->err, "\"%s\" is not a list", lists[i]);
    }
    return true;
}

/* The fields of an object, NULL for none, as texts. */
static bool read_fields(struct reading *r, const struct json_node *object,
    const struct catalog_field *fields, int count, const char **texts)
{
    for (int i = 0; i < count; i++)
        if (!catalog_field_read(r->doc, object, &fields[i], r->where, &texts[i], r->err))
            return false;
    return true;
}

static bool read_conference(struct reading *r)
{
    r->where = "the conference";
    return read_fields(r, root_member(r, "conference"), conference_fields, CONFERENCE__TEXTS,
        r->catalog->conference);
}

/* --- lists of objects -------------------------------------------------- */

static bool read_theme(struct reading *r)
{
    struct catalog *c = r->catalog;
    c->themes = mem_grow(c->themes, &c->theme_cap, c->theme_count + 1, sizeof c->themes[0]);
    return read_fields(r, r->object, theme_fields, THEME__TEXTS, c->themes[c->theme_count++]);
}

static bool read_topic(struct reading *r)
{
    struct catalog *c = r->catalog;
    c->topics = mem_grow(c->topics, &c->topic_cap, c->topic_count + 1, sizeof c->topics[0]);
    return read_fields(r, r->object, topic_fields, TOPIC__TEXTS, c->topics[c->topic_count++]);
}

/* A talk's list of strings, for which null stands as well as nothing. */
static bool read_names(struct reading *r, const char *name, struct catalog_names *names)
{
    struct catalog *c = r->catalog;
    const struct json_node *list = json_doc_get(r->doc, r->object, name), *item;
    names->first = c->name_count;
    if (list == NULL || list->type == JSON_NULL)
        return true;
    bool ok = list->type == JSON_ARRAY;
    for (item = ok ? json_doc_first(r->doc, list) : NULL; ok && item != NULL;
         item = json_doc_after(r->doc, list, item)) {
        ok = item->type == JSON_STRING && item->text[0] != '\0';
        c->names = mem_grow(c->names, &c->name_cap, c->name_count + 1, sizeof c->names[0]);
        c->names[c->name_count++] = item->text;
    }
    names->count = c->name_count - names->first;
    return ok || err_set(r->err, "%s: \"%s\" is not a list of strings", r->where, name);
}

/* Fields with a dot are the note's. */
static bool read_talk(struct reading *r)
{
    struct catalog *c = r->catalog;
    const struct json_node *note = json_doc_get(r->doc, r->object, "note");
    int highlight = 0;
    c->talks = mem_grow(c->talks, &c->talk_cap, c->talk_count + 1, sizeof c->talks[0]);
    struct catalog_talk *talk = &c->talks[c->talk_count++];
    *talk = (struct catalog_talk){ 0 };
    if (!read_fields(r, r->object, talk_fields, TALK_NOTE_ID, talk->texts)
        || !read_fields(r, note, talk_fields + TALK_NOTE_ID, TALK__TEXTS - TALK_NOTE_ID,
            talk->texts + TALK_NOTE_ID)
        || !catalog_number_read(
            r->doc, r->object, "video_seconds", SECONDS_MAX, r->where, &talk->seconds, r->err)
        || !catalog_number_read(
            r->doc, r->object, "highlight", 1, r->where, &highlight, r->err))
        return false;
    talk->highlight = highlight != 0;
    if (talk->texts[TALK_NOTE][0] != '\0' && talk->texts[TALK_NOTE_ID][0] == '\0')
        return err_set(r->err, "%s: \"note.id\" is missing", r->where);
    return read_names(r, "speakers", &talk->speakers) && read_names(r, "themes", &talk->themes);
}

void catalog_add_where(size_t index, const char *title, struct buf *out)
{
    buf_addf(out, "talk %zu", index + 1);
    if (title[0] != '\0')
        buf_addf(out, " (%.80s)", title);
}

/* Messages name a talk by its title, if it has one. */
static void add_where(const struct reading *r, const char *what, size_t index, struct buf *out)
{
    const struct json_node *title = json_doc_get(r->doc, r->object, "title");
    if (strcmp(what, "talk") == 0)
        catalog_add_where(
            index, title != NULL && title->type == JSON_STRING ? title->text : "", out);
    else
        buf_addf(out, "%s %zu", what, index + 1);
}

static bool read_list(struct reading *r, const char *name, const char *what,
    bool (*read_element)(struct reading *r))
{
    const struct json_node *list = root_member(r, name);
    struct buf where = { 0 };
    size_t index = 0;
    bool ok = true;
    for (r->object = list != NULL ? json_doc_first(r->doc, list) : NULL;
         ok && r->object != NULL; r->object = json_doc_after(r->doc, list, r->object)) {
        buf_clear(&where);
        add_where(r, what, index++, &where);
        r->where = where.data;
        ok = r->object->type == JSON_OBJECT
                 ? read_element(r)
                 : err_set(r->err, "%s is not an object", where.data);
    }
    buf_release(&where);
    return ok;
}

/* --- ids --------------------------------------------------------------- */

static int compare_ids(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Sorts ids; complains about one that stands twice in the list of that name. */
static bool sort_ids(const char **ids, size_t count, const char *name, struct err *err)
{
    qsort(ids, count, sizeof ids[0], compare_ids);
    for (size_t i = 1; i < count; i++)
        if (strcmp(ids[i - 1], ids[i]) == 0)
            return err_set(err, "\"%s\" holds the \"id\" '%.100s' twice", name, ids[i]);
    return true;
}

static bool check_ids(struct reading *r)
{
    struct catalog *c = r->catalog;
    const char **ids = mem_zero(c->theme_count + c->talk_count, sizeof ids[0]);
    c->topic_ids = mem_zero(c->topic_count, sizeof c->topic_ids[0]);
    for (size_t i = 0; i < c->topic_count; i++)
        c->topic_ids[i] = c->topics[i][TOPIC_ID];
    for (size_t i = 0; i < c->theme_count; i++)
        ids[i] = c->themes[i][THEME_ID];
    bool ok = sort_ids(ids, c->theme_count, "themes", r->err)
              && sort_ids(c->topic_ids, c->topic_count, "topics", r->err);
    for (size_t i = 0; i < c->talk_count; i++)
        ids[i] = c->talks[i].texts[TALK_ID];
    ok = ok && sort_ids(ids, c->talk_count, "talks", r->err);
    free(ids);
    return ok;
}

bool catalog_has_topic(const struct catalog *catalog, const char *id)
{
    return catalog->topic_count > 0
           && bsearch(&id, catalog->topic_ids, catalog->topic_count,
                  sizeof catalog->topic_ids[0], compare_ids)
                  != NULL;
}

bool catalog_read(struct catalog *catalog, const struct json_doc *doc, struct err *err)
{
    struct reading r = { .doc = doc, .catalog = catalog, .err = err };
    *catalog = (struct catalog){ 0 };
    return check_head(&r) && read_conference(&r) && read_list(&r, "themes", "theme", read_theme)
           && read_list(&r, "topics", "topic", read_topic)
           && read_list(&r, "talks", "talk", read_talk) && check_ids(&r);
}

void catalog_release(struct catalog *catalog)
{
    free(catalog->themes);
    free(catalog->topics);
    free(catalog->talks);
    free(catalog->names);
    free(catalog->topic_ids);
    *catalog = (struct catalog){ 0 };
}
