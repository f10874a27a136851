/* Owns what stands in a digest and in which order. Must not know its two forms. */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/mem.h"
#include "base/sign.h"
#include "base/url.h"
#include "db/outside.h"
#include "db/search.h"
#include "exchange/digest_form.h"
#include "exchange/export.h"
#include "exchange/folder.h"
#include "model/note_items.h"

enum { BATCH = 64 };

struct digest {
    struct db *db;
    const struct export_set *set;
    struct output *out;
    struct digest_form form;
    int64_t *ids; /* of the talks in it, ascending */
    size_t count;
    const char **where;         /* of ids: the theme where it stands in full; NULL so far */
    struct folder_names topics; /* whose own notes stand there */
    const char *theme;          /* whose heading was written last */
    struct err *err;
};

/* The place of a talk in it, -1 where it is not. */
static ptrdiff_t place_of(const struct digest *d, int64_t id)
{
    size_t low = 0, high = d->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (d->ids[middle] == id)
            return (ptrdiff_t)middle;
        if (d->ids[middle] < id)
            low = middle + 1;
        else
            high = middle;
    }
    return -1;
}

static bool choose_talks(struct digest *d)
{
    struct db_marked *marked = NULL;
    size_t count = 0;
    bool ok = db_marked_read(d->db, &marked, &count, d->err);
    d->ids = mem_zero(count + 1, sizeof *d->ids);
    for (size_t i = 0; ok && i < count; i++)
        if ((marked[i].counts.starred > 0 || marked[i].counts.notes > 0)
            && export_set_has(d->set, marked[i].id))
            d->ids[d->count++] = marked[i].id;
    d->where = mem_zero(d->count + 1, sizeof *d->where);
    free(marked);
    return ok;
}

/* --- notes ------------------------------------------------------------- */

/* A link to a talk that stands in the digest; false where the text is to stay. */
static bool add_link(struct digest *d, const struct note_item *item, struct buf *out)
{
    struct talk talk = { 0 };
    struct err ignored = { 0 };
    int64_t id = 0;
    char *target = mem_dup_n(item->text, item->text_len);
    bool there = db_link_find(d->db, target, &id, &ignored) && id != 0 && place_of(d, id) >= 0
                 && db_talk_read(d->db, id, DB_READ_ROW, &talk, &ignored);
    if (there) {
        buf_addc(out, '[');
        digest_add_plain(out, talk.title);
        buf_adds(out, "](#");
        digest_add_anchor(out, talk.key);
        buf_addc(out, ')');
    }
    talk_release(&talk);
    free(target);
    err_release(&ignored);
    return there;
}

static bool add_stamp(
    const struct note *note, const struct note_item *item, const char *video, struct buf *out)
{
    struct buf url = { 0 };
    if (!url_is_web(video))
        return false;
    url_add_at(video, item->number, &url);
    buf_add(out, note->body + item->off, item->len);
    buf_addc(out, '(');
    digest_add_target(out, url.data);
    buf_addc(out, ')');
    buf_release(&url);
    return true;
}

/* Bytes of a body. A line that begins with a time or a task stays one by itself: two blanks
 * behind the line before say so in Markdown. */
static void add_lines(struct buf *out, const char *text, const char *end)
{
    int seconds;
    while (text < end) {
        const char *line_end = memchr(text, '\n', (size_t)(end - text));
        buf_add(out, text, (size_t)((line_end != NULL ? line_end : end) - text));
        if (line_end == NULL)
            return;
        text = line_end + 1;
        const char *next = text + strspn(text, " \t");
        size_t len = strcspn(next, "\n");
        bool words = out->len > 0 && strchr("\r\n ", out->data[out->len - 1]) == NULL;
        if (words && (sign_is_task(next, len) || sign_stamp(next, len, 0, &seconds) > 0))
            buf_adds(out, "  ");
        buf_addc(out, '\n');
    }
}

/* A note with its times as links into the video and its links as such. */
static bool add_note(struct digest *d, const struct note *note, const char *video)
{
    struct note_scan scan = { .body = note->body };
    struct note_item item;
    struct buf text = { 0 };
    size_t from = 0;
    while (note_scan_next(&scan, &item)) {
        size_t before = text.len;
        if ((item.kind != NOTE_LINK && item.kind != NOTE_STAMP) || item.off < from)
            continue;
        add_lines(&text, note->body + from, note->body + item.off);
        bool changed = item.kind == NOTE_LINK ? add_link(d, &item, &text)
                                              : add_stamp(note, &item, video, &text);
        if (changed)
            from = item.off + item.len;
        else
            buf_cut(&text, before);
    }
    add_lines(&text, note->body + from, note->body + strlen(note->body));
    buf_cut(&text, note_trimmed(text.data));
    digest_quote(&d->form, buf_text(&text));
    buf_release(&text);
    return output_flow(d->out, d->err);
}

static bool add_notes(
    struct digest *d, const char *talk_key, const char *topic_slug, const char *video)
{
    struct note_list list = { 0 };
    bool ok = db_notes_read(d->db, talk_key, topic_slug, 0, SIZE_MAX / 2, &list, d->err);
    for (size_t i = 0; ok && i < list.count; i++)
        ok = add_note(d, &list.items[i], video);
    note_list_release(&list);
    return ok;
}

/* --- talks ------------------------------------------------------------- */

static void add_when(struct digest *d, const struct talk *talk)
{
    struct buf when = { 0 };
    struct date start, end;
    if (date_parse(talk->starts_at, &start)) {
        date_add_day(&when, &start);
        if (start.hour >= 0) {
            buf_adds(&when, ", ");
            date_add_time(&when, &start);
        }
        if (start.hour >= 0 && date_parse(talk->ends_at, &end) && end.hour >= 0) {
            buf_adds(&when, "\xE2\x80\x93");
            date_add_time(&when, &end);
        }
    }
    const char *const parts[] = { talk->room, talk->conference };
    for (int i = 0; i < 2; i++)
        if (parts[i][0] != '\0')
            buf_addf(&when, "%s%s", when.len > 0 ? ", " : "", parts[i]);
    digest_fact(&d->form, "When and where", buf_text(&when));
    buf_release(&when);
}

static void add_marks(struct digest *d, const struct talk *talk)
{
    static const char *const words[] = { "", "poor", "fair", "good", "very good", "excellent" };
    struct buf rating = { 0 };
    if (talk->rating > 0 && talk->rating <= TALK_RATING_MAX)
        buf_addf(&rating, "%s (%d of %d)", words[talk->rating], talk->rating, TALK_RATING_MAX);
    digest_fact(&d->form, "Rating", buf_text(&rating));
    digest_fact(&d->form, "Marks",
        talk->starred && talk->watched ? "starred, watched"
        : talk->starred                ? "starred"
        : talk->watched                ? "watched"
                                       : "");
    digest_fact(&d->form, "Tags", talk->tags);
    buf_release(&rating);
}

static bool add_talk(struct digest *d, const struct talk *talk, const char *anchor)
{
    digest_heading(&d->form, 4, anchor, talk->title);
    digest_list(&d->form, true);
    digest_fact(&d->form, "Speakers", talk->speakers);
    add_when(d, talk);
    digest_address(&d->form, "Page", talk->url);
    digest_address(&d->form, "Video", talk->video_url);
    add_marks(d, talk);
    digest_list(&d->form, false);
    return add_notes(d, talk->key, NULL, talk->video_url);
}

/* --- headings ---------------------------------------------------------- */

static bool add_entry(struct digest *d, const struct db_heading *heading, ptrdiff_t at)
{
    struct talk talk;
    struct buf anchor = { 0 };
    if (!db_talk_read(d->db, d->ids[at], DB_READ_FULL, &talk, d->err))
        return false;
    bool ok = true;
    digest_add_anchor(&anchor, talk.key);
    if (d->where[at] != NULL)
        digest_reference(&d->form, anchor.data, talk.title, d->where[at]);
    else
        ok = add_talk(d, &talk, anchor.data);
    if (d->where[at] == NULL)
        d->where[at] = heading->label;
    buf_release(&anchor);
    talk_release(&talk);
    return ok;
}

/* References to those of a heading's talks that stand elsewhere in full, then the
 * others. */
static bool add_talks(
    struct digest *d, const struct db_heading *heading, const ptrdiff_t *places, size_t count)
{
    bool ok = true;
    size_t listed = 0;
    for (size_t i = 0; ok && i < count; i++) {
        if (d->where[places[i]] == NULL)
            continue;
        if (listed++ == 0)
            digest_list(&d->form, true);
        ok = add_entry(d, heading, places[i]);
    }
    if (listed > 0)
        digest_list(&d->form, false);
    for (size_t i = 0; ok && i < count; i++)
        if (d->where[places[i]] == NULL)
            ok = add_entry(d, heading, places[i]);
    return ok;
}

static bool knows_topic(const struct digest *d, const char *slug)
{
    for (size_t i = 0; i < d->topics.count; i++)
        if (strcmp(d->topics.items[i], slug) == 0)
            return true;
    return false;
}

/* A topic's own notes stand under its first heading. */
static bool topic_is_due(struct digest *d, const char *slug, bool *due)
{
    struct note_list list = { 0 };
    bool ok = true;
    *due = false;
    if (d->set->all && !knows_topic(d, slug)) {
        ok = db_notes_read(d->db, NULL, slug, 0, 1, &list, d->err);
        *due = ok && list.count > 0;
    }
    note_list_release(&list);
    return ok;
}

static void remember_topic(struct digest *d, const char *slug)
{
    struct folder_names *topics = &d->topics;
    topics->items = mem_grow(topics->items, &topics->cap, topics->count + 1, sizeof(char *));
    topics->items[topics->count++] = mem_dup(slug);
}

/* The talks of a heading that are in the digest, by their places. */
static bool read_places(
    struct digest *d, const struct db_heading *heading, ptrdiff_t **places, size_t *count)
{
    int64_t *ids = NULL;
    size_t all = 0;
    *count = 0;
    *places = NULL;
    if (heading->counts.starred + heading->counts.notes == 0)
        return true;
    if (!db_heading_talks(d->db, DB_BY_THEME, DB_SORT_TIME, heading, &ids, &all, d->err))
        return false;
    *places = mem_zero(all + 1, sizeof **places);
    for (size_t i = 0; i < all; i++) {
        (*places)[*count] = place_of(d, ids[i]);
        *count += (*places)[*count] >= 0;
    }
    free(ids);
    return true;
}

static bool add_heading(struct digest *d, const struct db_heading *heading)
{
    ptrdiff_t *places = NULL;
    size_t count = 0;
    bool due,
        ok = topic_is_due(d, heading->subkey, &due) && read_places(d, heading, &places, &count);
    if (ok && (count > 0 || due)) {
        if (d->theme == NULL || strcmp(d->theme, heading->label) != 0)
            digest_heading(&d->form, 2, NULL, heading->label);
        d->theme = heading->label;
        digest_heading(&d->form, 3, NULL, heading->sublabel);
        if (due)
            remember_topic(d, heading->subkey);
        ok = (!due || add_notes(d, NULL, heading->subkey, ""))
             && add_talks(d, heading, places, count);
    }
    free(places);
    return ok;
}

/* --- what is under no heading ------------------------------------------- */

static bool add_other(struct digest *d, const struct note *note, bool *any)
{
    int64_t talk = 0;
    bool topic = note->topic_slug[0] != '\0';
    if (!db_talk_of_key(d->db, note->talk_key, &talk, d->err))
        return false;
    if (talk != 0 || (topic && knows_topic(d, note->topic_slug)))
        return true;
    if (!*any)
        digest_heading(&d->form, 2, NULL, "Other notes");
    *any = true;
    if (topic || note->talk_key[0] != '\0')
        digest_heading(&d->form, 3, NULL, topic ? note->topic_slug : note->talk_key);
    return add_note(d, note, "");
}

static bool add_others(struct digest *d)
{
    struct note_list list = { 0 };
    int64_t after = 0;
    bool ok = true, any = false;
    do {
        note_list_release(&list);
        ok = db_notes_read(d->db, NULL, NULL, after, BATCH, &list, d->err);
        for (size_t i = 0; ok && i < list.count; i++) {
            after = list.items[i].id;
            ok = add_other(d, &list.items[i], &any);
        }
    } while (ok && list.count == BATCH);
    note_list_release(&list);
    return ok;
}

/* "Notes on PyCon US 2025" where all talks are of one conference. */
static bool add_title(struct digest *d)
{
    struct buf title = { 0 };
    char *first = NULL;
    bool ok = true, one = d->count > 0;
    for (size_t i = 0; ok && one && i < d->count; i++) {
        char *name = NULL;
        ok = db_talk_conference(d->db, d->ids[i], &name, d->err);
        one = ok && (first == NULL || strcmp(first, name) == 0);
        free(first);
        first = name;
    }
    buf_addf(&title, "Notes on %s", one && first[0] != '\0' ? first : "talks");
    digest_begin(&d->form, title.data);
    free(first);
    buf_release(&title);
    return ok;
}

static bool write_digest(
    struct db *db, const struct export_set *set, bool page, struct output *out, struct err *err)
{
    struct digest d = {
        .db = db, .set = set, .out = out, .form = { page, &out->text }, .err = err
    };
    struct db_headings headings = { 0 };
    db_read_begin(db);
    bool ok =
        choose_talks(&d) && db_headings_read(db, DB_BY_THEME, &headings, err) && add_title(&d);
    for (size_t i = 0; ok && i < headings.count; i++)
        ok = add_heading(&d, &headings.items[i]);
    ok = ok && (!set->all || add_others(&d));
    digest_end(&d.form);
    db_read_end(db);
    db_headings_release(&headings);
    folder_names_release(&d.topics);
    free(d.ids);
    free(d.where);
    return ok;
}

bool digest_write_markdown(
    struct db *db, const struct export_set *set, struct output *out, struct err *err)
{
    return write_digest(db, set, false, out, err);
}

bool digest_write_page(
    struct db *db, const struct export_set *set, struct output *out, struct err *err)
{
    return write_digest(db, set, true, out, err);
}
