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

static void add_markdown(struct md_lines *lines, const char *text, int cols)
{
    struct md_doc *doc = md_parse(text, strlen(text));
    md_layout(doc, cols, lines);
    md_free(doc);
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

void reader_lines_note(struct md_lines *lines, const struct note *note, int cols)
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
    add_markdown(lines, note->body, cols);
}

static int text_cols(const struct reader *reader)
{
    int cols = reader->text.cols > 24 ? reader->text.cols - 3 : reader->text.cols;
    return cols > reader->width ? reader->width : cols < 1 ? 1 : cols;
}

void reader_lines_notes(struct reader *reader, size_t first)
{
    struct md_lines *lines = &reader->text.lines;
    reader->note_lines = mem_grow(reader->note_lines, &reader->note_line_cap,
        reader->notes.count, sizeof reader->note_lines[0]);
    for (size_t i = first; i < reader->notes.count; i++) {
        md_lines_end(lines);
        reader->note_lines[i] = lines->count;
        reader_lines_note(lines, &reader->notes.items[i], text_cols(reader));
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

static void make_talk(struct reader *reader, struct md_lines *lines, int cols)
{
    reader_lines_talk_head(lines, &reader->talk, cols);
    if (reader->talk.summary[0] != '\0') {
        md_lines_end(lines);
        add_markdown(lines, reader->talk.summary, cols);
    }
}

static void make_topic(struct reader *reader, struct md_lines *lines, int cols)
{
    add_wrapped(lines, STYLE_TITLE, reader->topic.name, cols);
    add_wrapped(lines, STYLE_GROUP2, reader->topic.theme, cols);
    if (reader->counts.talks > 0)
        add_counts(lines, &reader->counts, cols);
    if (reader->topic.note[0] != '\0') {
        md_lines_end(lines);
        add_markdown(lines, reader->topic.note, cols);
    }
}

/* A line of the contents is a name and a count that stays beside it. */
static void make_group(struct reader *reader, struct md_lines *lines, int cols)
{
    add_wrapped(lines, STYLE_TITLE, reader->label, cols);
    add_counts(lines, &reader->counts, cols);
    if (reader->contents[0] == '\0')
        return;
    md_lines_end(lines);
    for (const char *p = reader->contents; *p != '\0'; p++) {
        size_t len = strcspn(p, "\n");
        char *one = mem_dup_n(p, len);
        md_lines_add(lines, STYLE_MARKER, 0, 0, "• ", strlen("• "));
        md_lines_wrap(lines, STYLE_GROUP2, 0, 0, one, cols, 2);
        free(one);
        p += len;
    }
}

void reader_lines_make(struct reader *reader)
{
    struct md_lines *lines = &reader->text.lines;
    int cols = text_cols(reader);
    md_lines_clear(lines);
    switch (reader->kind) {
    case READER_NOTHING:
    case READER_NOTE:
        break;
    case READER_TALK:
        make_talk(reader, lines, cols);
        break;
    case READER_TOPIC:
        make_topic(reader, lines, cols);
        break;
    case READER_GROUP:
        make_group(reader, lines, cols);
        break;
    }
    reader_lines_notes(reader, 0);
}
