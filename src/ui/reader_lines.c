/* Owns the look of a talk, a topic and a note as lines. Must not read anything
 * from the database. */
#include "ui/reader_lines.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/mem.h"
#include "base/sink.h"
#include "base/utf8.h"
#include "md/md.h"

/* The reader's next document, opened unless it is open already: they come in
 * the same order at every layout. */
static struct md_doc *open_doc(struct reader *reader, size_t index, const char *text)
{
    if (index < reader->doc_count)
        return reader->docs[index];
    reader->docs =
        mem_grow(reader->docs, &reader->doc_cap, reader->doc_count + 1, sizeof *reader->docs);
    reader->docs[reader->doc_count++] = md_open(text, strlen(text));
    return reader->docs[index];
}

static int text_cols(const struct reader *reader)
{
    int cols = reader->text.cols > 24 ? reader->text.cols - 3 : reader->text.cols;
    return cols > reader->width ? reader->width : cols < 1 ? 1 : cols;
}

/* Adds a document's parts. A small one is laid out at once, so that how long
 * it is is known. */
static void add_markdown(struct reader *reader, size_t index, const char *text)
{
    enum { SMALL = 64 << 10 };
    struct md_doc *doc = open_doc(reader, index, text);
    size_t cols = (size_t)text_cols(reader), bytes = 0;
    for (size_t i = 0; i < md_parts(doc); i++) {
        reader->sources = mem_grow(reader->sources, &reader->source_cap,
            reader->source_count + 1, sizeof *reader->sources);
        reader->sources[reader->source_count] = (struct reader_source){ index, i };
        text_add_part(
            &reader->text, reader->source_count++, md_part_len(doc, i) * 5 / (4 * cols) + 1);
        bytes += md_part_len(doc, i);
    }
    for (size_t i = 0; bytes <= SMALL && i < md_parts(doc); i++)
        text_make(&reader->text, reader->text.part_count - md_parts(doc) + i);
}

static void fill(void *context, size_t source, struct md_lines *lines)
{
    struct reader *reader = context;
    /* What the parts were made from is gone; they go at the next layout. */
    if (reader->stale)
        return;
    const struct reader_source *from = &reader->sources[source];
    md_layout_part(reader->docs[from->doc], from->part, text_cols(reader), MD_UNFOLDED, lines);
}

static void add_wrapped(struct md_lines *lines, enum style style, const char *text, int cols)
{
    char *clean = sink_line(text);
    if (clean[0] != '\0')
        md_lines_wrap(lines, style, 0, 0, clean, cols, 0);
    free(clean);
}

/* Appends " · part" where the part is not empty. */
static void add_part(struct buf *out, const char *part)
{
    if (part[0] == '\0')
        return;
    if (out->len > 0)
        buf_adds(out, " · ");
    buf_adds(out, part);
}

/* "Fri 16 May 2025 · 11:00–11:30 · Ballroom A": the conference's own time; before
 * it the conference, where there are several. */
static void add_when(struct buf *out, const struct talk *talk)
{
    struct date start, end;
    struct buf part = { 0 };
    add_part(out, talk->among);
    if (date_parse(talk->starts_at, &start)) {
        date_add_day(&part, &start);
        if (start.hour >= 0) {
            buf_adds(&part, " · ");
            date_add_time(&part, &start);
        }
        if (start.hour >= 0 && date_parse(talk->ends_at, &end)) {
            buf_adds(&part, "–");
            date_add_time(&part, &end);
        }
        add_part(out, part.data);
    }
    add_part(out, talk->room);
    buf_release(&part);
}

static void add_link(struct md_lines *lines, const char *label, const char *url, int cols)
{
    if (url[0] == '\0')
        return;
    char *clean = sink_line(url);
    uint32_t link = md_lines_link(lines, url, strlen(url));
    if (cols > (int)strlen(label) + utf8_cells(clean, strlen(clean)))
        md_lines_add(lines, STYLE_LABEL, 0, 0, label, strlen(label));
    md_lines_wrap(lines, STYLE_URL, 0, link, clean, cols, 0);
    free(clean);
}

static void add_marks(struct md_lines *lines, const struct talk *talk, int cols)
{
    struct buf text = { 0 };
    if (talk->starred)
        add_part(&text, "★ starred");
    if (talk->watched)
        add_part(&text, "✓ watched");
    if (talk->position > 0) {
        struct buf reached = { 0 };
        buf_adds(&reached, "reached ");
        date_add_length(&reached, talk->position);
        add_part(&text, reached.data);
        buf_release(&reached);
    }
    if (talk->rating > 0) {
        struct buf rating = { 0 };
        for (int i = 0; i < TALK_RATING_MAX; i++)
            buf_adds(&rating, i < talk->rating ? "●" : "○");
        buf_addf(&rating, " %d of %d", talk->rating, TALK_RATING_MAX);
        add_part(&text, rating.data);
        buf_release(&rating);
    }
    if (talk->tags[0] != '\0') {
        struct buf tags = { 0 };
        for (const char *p = talk->tags; *p != '\0';) {
            size_t len = strcspn(p, " ");
            buf_addf(&tags, "%s#%.*s", tags.len > 0 ? " " : "", (int)len, p);
            p += len + (p[len] == ' ');
        }
        add_part(&text, tags.data);
        buf_release(&tags);
    }
    if (text.len > 0)
        add_wrapped(lines, STYLE_STAR, text.data, cols);
    buf_release(&text);
}

void reader_lines_talk_head(struct md_lines *lines, const struct talk *talk, int cols)
{
    struct buf text = { 0 };
    add_wrapped(lines, STYLE_TITLE, talk->title, cols);
    add_wrapped(lines, STYLE_SPEAKER, talk->speakers, cols);
    add_when(&text, talk);
    add_wrapped(lines, STYLE_META, buf_text(&text), cols);
    buf_clear(&text);
    add_part(&text, talk->kind);
    add_part(&text, talk->language);
    add_part(&text, talk->level);
    if (talk->video_seconds > 0) {
        struct buf length = { 0 };
        date_add_length(&length, talk->video_seconds);
        add_part(&text, length.data);
        buf_release(&length);
    }
    if (talk->highlight)
        add_part(&text, "◆ highlight");
    add_wrapped(lines, STYLE_META, buf_text(&text), cols);
    buf_clear(&text);
    add_part(&text, talk->themes);
    add_part(&text, talk->topic);
    add_wrapped(lines, STYLE_GROUP2, buf_text(&text), cols);
    add_wrapped(lines, STYLE_META, talk->keywords, cols);
    add_marks(lines, talk, cols);
    add_link(lines, "Video ", talk->video_url, cols);
    add_link(lines, "Page  ", talk->url, cols);
    buf_release(&text);
}

static void add_note_head(struct md_lines *lines, const struct note *note, int cols)
{
    struct buf head = { 0 };
    buf_addf(&head, "Note %lld · ", (long long)note->id);
    date_add_local(&head, note->created_at);
    if (note->rev > 1) {
        buf_adds(&head, " · edited ");
        date_add_local(&head, note->updated_at);
    }
    md_lines_wrap(lines, STYLE_NOTE_HEAD, 0, 0, head.data, cols, 0);
    buf_release(&head);
}

void reader_lines_note(struct md_lines *lines, const struct note *note, int cols)
{
    struct md_doc *doc = md_parse(note->body, strlen(note->body));
    add_note_head(lines, note, cols);
    md_layout(doc, cols, lines);
    md_free(doc);
}

void reader_lines_notes(struct reader *reader, size_t first)
{
    struct text *text = &reader->text;
    reader->note_parts = mem_grow(reader->note_parts, &reader->note_part_cap,
        reader->notes.count, sizeof reader->note_parts[0]);
    for (size_t i = first; i < reader->notes.count; i++) {
        struct md_lines *lines = text_begin_part(text);
        md_lines_end(lines);
        text_end_part(text);
        reader->note_parts[i] = text->part_count;
        add_note_head(text_begin_part(text), &reader->notes.items[i], text_cols(reader));
        text_end_part(text);
        add_markdown(reader, i + (reader->has_intro ? 1 : 0), reader->notes.items[i].body);
    }
}

static void add_counts(struct md_lines *lines, const struct db_counts *counts, int cols)
{
    struct buf text = { 0 };
    buf_addf(&text, "%d talk%s · %d watched · %d starred · %d note%s", counts->talks,
        counts->talks == 1 ? "" : "s", counts->watched, counts->starred, counts->notes,
        counts->notes == 1 ? "" : "s");
    add_wrapped(lines, STYLE_META, text.data, cols);
    buf_release(&text);
}

/* Ends the first part; what introduces the thing follows it. */
static void end_head(struct reader *reader, struct md_lines *lines, const char *intro)
{
    reader->has_intro = intro[0] != '\0';
    if (reader->has_intro)
        md_lines_end(lines);
    text_end_part(&reader->text);
    if (reader->has_intro)
        add_markdown(reader, 0, intro);
}

/* The video from its beginning to its end: what was watched, and where the notes'
 * times are. */
static void add_timeline(struct md_lines *lines, const struct reader *reader, int cols)
{
    const struct db_items *stamps = &reader->stamps;
    struct buf length = { 0 };
    int end = reader->talk.video_seconds, position = reader->talk.position;
    /* Where the length is unknown it is as long as what is known of it. */
    if (end == 0 && stamps->count > 0)
        end = stamps->items[stamps->count - 1].number;
    end = end == 0 ? position : end;
    date_add_length(&length, end);
    int room = cols - (int)length.len - 6;
    room = room > 60 ? 60 : room;
    if (end > 0 && room >= 8 && (stamps->count > 0 || position > 0)) {
        size_t next = 0;
        md_lines_add(lines, STYLE_LABEL, 0, 0, "0:00 ", strlen("0:00 "));
        for (int i = 0; i < room; i++) {
            int64_t to = (int64_t)end * (i + 1) / room;
            bool last = i == room - 1, any = false;
            for (; next < stamps->count && (last || stamps->items[next].number < to); next++)
                any = true;
            const char *sign = any ? "●" : position > 0 && to <= position ? "━" : "─";
            md_lines_add(lines, any ? STYLE_STAMP : STYLE_DIM, 0, 0, sign, strlen(sign));
        }
        md_lines_add(lines, STYLE_LABEL, 0, 0, " ", 1);
        md_lines_add(lines, STYLE_LABEL, 0, 0, length.data, length.len);
        md_lines_end(lines);
    }
    buf_release(&length);
}

void reader_lines_mentions(struct md_lines *lines, const struct db_items *links, int cols)
{
    for (size_t i = 0; i < links->count; i++) {
        const struct db_item *item = &links->items[i];
        struct buf text = { 0 }, url = { 0 };
        char *title = note_title(item->text);
        buf_addf(&text, "note %lld%s%s: %s", (long long)item->note_id,
            item->title[0] != '\0' ? " on " : "", item->title, title);
        buf_addf(&url, "note:%lld", (long long)item->note_id);
        md_lines_add(lines, STYLE_LABEL, 0, 0, "Mentioned in ", strlen("Mentioned in "));
        md_lines_wrap(
            lines, STYLE_LINK, 0, md_lines_link(lines, url.data, url.len), text.data, cols, 2);
        free(title);
        buf_release(&text);
        buf_release(&url);
    }
}

static void make_talk(struct reader *reader, struct md_lines *lines, int cols)
{
    reader_lines_talk_head(lines, &reader->talk, cols);
    add_timeline(lines, reader, cols);
    reader_lines_mentions(lines, &reader->links, cols);
    end_head(reader, lines, reader->talk.summary);
}

static void make_topic(struct reader *reader, struct md_lines *lines, int cols)
{
    add_wrapped(lines, STYLE_TITLE, reader->topic.name, cols);
    add_wrapped(lines, STYLE_GROUP2, reader->topic.theme, cols);
    if (reader->counts.talks > 0)
        add_counts(lines, &reader->counts, cols);
    end_head(reader, lines, reader->topic.note);
}

/* A line of the contents is a name and a count that stays beside it. */
static void make_group(struct reader *reader, struct md_lines *lines, int cols)
{
    add_wrapped(lines, STYLE_TITLE, reader->label, cols);
    add_counts(lines, &reader->counts, cols);
    if (reader->contents[0] != '\0')
        md_lines_end(lines);
    for (const char *p = reader->contents; *p != '\0'; p++) {
        size_t len = strcspn(p, "\n");
        char *one = mem_dup_n(p, len);
        md_lines_add(lines, STYLE_MARKER, 0, 0, "• ", strlen("• "));
        md_lines_wrap(lines, STYLE_GROUP2, 0, 0, one, cols, 2);
        free(one);
        p += len;
    }
    end_head(reader, lines, "");
}

void reader_lines_make(struct reader *reader)
{
    struct text *text = &reader->text;
    int cols = text_cols(reader);
    text_clear(text);
    text->fill = fill;
    text->context = reader;
    reader->source_count = 0;
    reader->has_intro = false;
    switch (reader->kind) {
    case READER_NOTHING:
    case READER_NOTE:
        break;
    case READER_TALK:
        make_talk(reader, text_begin_part(text), cols);
        break;
    case READER_TOPIC:
        make_topic(reader, text_begin_part(text), cols);
        break;
    case READER_GROUP:
        make_group(reader, text_begin_part(text), cols);
        break;
    }
    reader_lines_notes(reader, 0);
}
