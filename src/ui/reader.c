/* Owns what the reader shows and which note is meant. How it is laid out is in
 * reader_lines.c. */
#include "ui/reader.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/sink.h"
#include "md/md.h"
#include "model/match.h"
#include "ui/reader_lines.h"

/* Notes are read this many at a time, as far as the reader gets. */
enum { NOTES_AT_ONCE = 8 };

void reader_init(struct reader *reader, struct db *db)
{
    *reader = (struct reader){ .view = { &reader_ops }, .db = db, .width = 84 };
}

static void clear(struct reader *reader)
{
    talk_release(&reader->talk);
    db_topic_release(&reader->topic);
    for (size_t i = 0; i < reader->doc_count; i++)
        md_free(reader->docs[i]);
    reader->doc_count = 0;
    free(reader->label);
    free(reader->contents);
    reader->label = reader->contents = NULL;
    note_list_release(&reader->notes);
    db_items_release(&reader->stamps);
    db_items_release(&reader->links);
    reader->more_notes = false;
    reader->chosen = 0;
    reader->kind = READER_NOTHING;
    reader->stale = true;
}

void reader_release(struct reader *reader)
{
    clear(reader);
    free(reader->note_parts);
    free(reader->docs);
    free(reader->sources);
    text_release(&reader->text);
    err_release(&reader->err);
    *reader = (struct reader){ 0 };
}

static bool read_notes(struct reader *reader)
{
    size_t before = reader->notes.count;
    int64_t after = before > 0 ? reader->notes.items[before - 1].id : 0;
    const char *key = reader->kind == READER_TALK ? reader->talk.key : NULL;
    const char *slug = reader->kind == READER_TOPIC ? reader->topic.slug : NULL;
    bool ok = db_notes_read(
        reader->db, key, slug, after, NOTES_AT_ONCE, &reader->notes, &reader->err);
    reader->more_notes = ok && reader->notes.count - before == NOTES_AT_ONCE;
    if (reader->chosen == before)
        reader->chosen = reader->notes.count;
    return ok;
}

/* The line of a note's head. */
static size_t note_line(const struct reader *reader, size_t note)
{
    assert(reader->note_parts != NULL);
    return text_part_line(&reader->text, reader->note_parts[note]);
}

/* How far somebody is in what is shown: the notes down to the last in sight and to the
 * chosen one. */
struct place {
    size_t notes, chosen;
    int64_t id; /* 0: none */
};

static struct place place_in(const struct reader *reader)
{
    size_t chosen = reader->chosen, count = reader->notes.count;
    size_t bottom = reader->text.top + (size_t)reader->text.rows;
    bool laid_out = !reader->stale && reader->note_parts != NULL;
    size_t notes = laid_out ? 0 : count;
    while (notes < count && note_line(reader, notes) < bottom)
        notes++;
    if (chosen < count && notes <= chosen)
        notes = chosen + 1;
    return (struct place){ .notes = notes,
        .chosen = chosen,
        .id = chosen < count ? reader->notes.items[chosen].id : 0 };
}

/* Where the chosen note is gone its neighbour is meant. */
static void go_back_to(struct reader *reader, const struct place *place)
{
    while (reader->more_notes && reader->notes.count < place->notes)
        if (!read_notes(reader))
            return;
    size_t count = reader->notes.count, at = place->chosen < count ? place->chosen : count - 1;
    for (size_t i = 0; i < count; i++)
        if (reader->notes.items[i].id == place->id)
            at = i;
    reader->chosen = count > 0 && place->id != 0 ? at : count;
}

/* Sets what is shown; a thing shown anew (before: NULL) begins at its top. */
static void begin(struct reader *reader, enum reader_kind kind, const struct place *before)
{
    reader->kind = kind;
    if (before == NULL) {
        reader->text.top = 0;
        reader->text.current = reader->text.match_count;
        reader->to_match = true;
    }
    if (kind == READER_TALK || kind == READER_TOPIC)
        read_notes(reader);
    if (before != NULL)
        go_back_to(reader, before);
}

static bool read_items(struct reader *reader)
{
    enum { LINKS_SHOWN = 50 };
    const struct talk *talk = &reader->talk;
    return (talk->notes == 0
               || db_stamps_read(reader->db, talk->key, &reader->stamps, &reader->err))
           && db_links_read(reader->db, talk, LINKS_SHOWN, &reader->links, &reader->err);
}

void reader_show_talk(struct reader *reader, int64_t id, bool force)
{
    bool same = reader->kind == READER_TALK && reader->talk.id == id;
    if (same && !force)
        return;
    const struct place place = place_in(reader);
    clear(reader);
    if (db_talk_read(reader->db, id, DB_READ_FULL, &reader->talk, &reader->err)
        && read_items(reader))
        begin(reader, READER_TALK, same ? &place : NULL);
}

static void show_topic(struct reader *reader, int64_t id, const char *slug,
    const struct db_counts *counts, bool force)
{
    bool same =
        reader->kind == READER_TOPIC
        && (slug != NULL ? strcmp(reader->topic.slug, slug) == 0 : reader->topic.id == id);
    if (same && !force)
        return;
    const struct place place = place_in(reader);
    clear(reader);
    reader->counts = counts != NULL ? *counts : (struct db_counts){ 0 };
    if (db_topic_read(reader->db, id, slug, &reader->topic, &reader->err))
        begin(reader, READER_TOPIC, same ? &place : NULL);
}

void reader_show_topic(
    struct reader *reader, const char *slug, const struct db_counts *counts, bool force)
{
    show_topic(reader, 0, slug, counts, force);
}

void reader_show_topic_id(struct reader *reader, int64_t id, bool force)
{
    show_topic(reader, id, NULL, NULL, force);
}

void reader_show_group(struct reader *reader, const char *label, const struct db_counts *counts,
    const char *contents)
{
    bool same = reader->kind == READER_GROUP && strcmp(reader->label, label) == 0
                && strcmp(reader->contents, contents) == 0
                && memcmp(&reader->counts, counts, sizeof *counts) == 0;
    if (same)
        return;
    clear(reader);
    reader->label = mem_dup(label);
    reader->contents = mem_dup(contents);
    reader->counts = *counts;
    begin(reader, READER_GROUP, NULL);
}

void reader_show_note(struct reader *reader, int64_t id, bool force)
{
    struct note note;
    bool same = reader->kind == READER_NOTE && reader->notes.items[0].id == id;
    if (same && !force)
        return;
    const struct place place = place_in(reader);
    clear(reader);
    if (!db_note_read(reader->db, id, &note, &reader->err))
        return;
    if (note.deleted) {
        note_release(&note);
        return;
    }
    note_list_add(&reader->notes, &note);
    begin(reader, READER_NOTE, same ? &place : NULL);
}

void reader_show_nothing(struct reader *reader)
{
    if (reader->kind != READER_NOTHING)
        clear(reader);
}

void reader_set_matcher(struct reader *reader, const struct matcher *matcher)
{
    reader->matcher = matcher;
    reader->stale = true;
    reader->to_match = true;
    reader->text.matcher = NULL;
    reader->text.match_count = reader->text.current = 0;
}

/* --- notes ------------------------------------------------------------- */

/* Before the next note's. */
static size_t note_end(const struct reader *reader, size_t note)
{
    return note + 1 < reader->notes.count ? note_line(reader, note + 1)
                                          : reader->text.line_count;
}

static bool in_sight(const struct reader *reader, size_t note)
{
    const struct text *text = &reader->text;
    return note_line(reader, note) < text->top + (size_t)text->rows
           && note_end(reader, note) > text->top;
}

const struct note *reader_note(const struct reader *reader)
{
    if (reader->stale || reader->notes.count == 0 || reader->note_parts == NULL)
        return NULL;
    if (reader->chosen < reader->notes.count && in_sight(reader, reader->chosen))
        return &reader->notes.items[reader->chosen];
    for (size_t i = 0; i < reader->notes.count; i++)
        if (in_sight(reader, i))
            return &reader->notes.items[i];
    return NULL;
}

/* Lays out a further batch of notes below what is there. */
static void extend(struct reader *reader)
{
    size_t first = reader->notes.count;
    /* A reader that is not on the screen is laid out when it comes there. */
    if (read_notes(reader) && !reader->stale)
        reader_lines_notes(reader, first);
}

bool reader_step_note(struct reader *reader, int by)
{
    const struct note *now = reader_note(reader);
    size_t count = reader->notes.count;
    if (count == 0 || reader->stale)
        return false;
    size_t to = 0;
    if (now != NULL)
        to = (size_t)(now - reader->notes.items) + (size_t)(by > 0 ? 1 : -1);
    else if (note_line(reader, 0) < reader->text.top)
        to = count - 1;
    if (to == count && reader->more_notes)
        extend(reader);
    if (to >= reader->notes.count) {
        text_show_line(&reader->text, note_line(reader, (size_t)(now - reader->notes.items)));
        return false;
    }
    reader->chosen = to;
    text_show_line(&reader->text, note_line(reader, to));
    return true;
}

/* The first words of a line without Markdown's signs. */
static void add_words(const char *source, struct buf *out)
{
    enum { BYTES = 24 };
    match_add_words(source, out);
    if (out->len <= BYTES)
        return;
    size_t len = BYTES;
    while (len < out->len && out->data[len] != ' ')
        len++;
    buf_cut(out, len);
}

enum { ENOUGH = 8 };

/* Whether what is on a line of a part begins with these words, or holds them. */
static bool has_words(
    const struct md_lines *lines, size_t line, const char *words, struct buf *scratch)
{
    const struct md_line *at = &lines->line[line];
    char *text =
        mem_dup_n(lines->text.data + at->off, strcspn(lines->text.data + at->off, "\n"));
    buf_clear(scratch);
    match_add_words(text, scratch);
    free(text);
    size_t len = strlen(words);
    for (const char *found = buf_text(scratch); (found = strstr(found, words)) != NULL; found++)
        if ((found == scratch->data || found[-1] == ' ')
            && (found[len] == ' ' || found[len] == '\0'))
            return true;
    /* The line may end before the words do. */
    return scratch->len > ENOUGH && len > scratch->len && words[scratch->len] == ' '
           && strncmp(words, scratch->data, scratch->len) == 0;
}

void reader_goto_text(struct reader *reader, const char *source)
{
    struct text *text = &reader->text;
    struct buf words = { 0 }, scratch = { 0 };
    add_words(source, &words);
    if (words.len == 0 || reader->stale || reader->chosen >= reader->notes.count)
        goto out;
    size_t last = reader->chosen + 1 < reader->notes.count
                      ? reader->note_parts[reader->chosen + 1]
                      : text->part_count;
    for (size_t part = reader->note_parts[reader->chosen] + 1; part < last; part++) {
        text_make(text, part);
        const struct md_lines *lines = &text->parts[part].lines;
        for (size_t i = 0; i < lines->count; i++) {
            if (!has_words(lines, i, words.data, &scratch))
                continue;
            text_show_line(text, text_part_line(text, part) + i);
            goto out;
        }
    }
out:
    buf_release(&words);
    buf_release(&scratch);
}

bool reader_goto_note(struct reader *reader, int64_t id)
{
    for (size_t i = 0;; i++) {
        if (i == reader->notes.count && reader->more_notes)
            extend(reader);
        if (i >= reader->notes.count)
            return false;
        if (reader->notes.items[i].id != id)
            continue;
        reader->chosen = i;
        /* A reader that is not on the screen has no lines yet. */
        if (!reader->stale)
            text_show_line(&reader->text, note_line(reader, i));
        return true;
    }
}

/* --- view -------------------------------------------------------------- */

static struct reader *self(struct view *view)
{
    return (struct reader *)view;
}

static void lay_out(struct reader *reader)
{
    size_t current = reader->text.current;
    bool none = current >= reader->text.match_count;
    reader->stale = false;
    reader_lines_make(reader);
    text_find(&reader->text, reader->matcher);
    if (!none && current < reader->text.match_count)
        reader->text.current = current;
    text_scroll(&reader->text, 0);
    if (reader->to_match && reader->text.match_count == 0 && reader->to_note != 0)
        reader_goto_note(reader, reader->to_note);
    if (reader->to_match)
        text_show_match(&reader->text);
    reader->to_match = false;
}

static void reader_resize(struct view *view, int rows, int cols)
{
    struct reader *reader = self(view);
    bool changed = cols != reader->text.cols;
    reader->text.rows = rows;
    reader->text.cols = cols;
    if (rows < 1 || cols < 1)
        return;
    if (changed || reader->stale)
        lay_out(reader);
    while (reader->more_notes && reader->text.line_count < reader->text.top + 2 * (size_t)rows)
        extend(reader);
    text_prepare(&reader->text);
}

static void reader_move(struct view *view, enum command_id command, int count)
{
    struct reader *reader = self(view);
    while (command == CMD_bottom && reader->more_notes && !reader->stale)
        extend(reader);
    text_move(&reader->text, command, count);
}

static void reader_draw(
    const struct view *view, struct grid *grid, struct rect rect, bool focused)
{
    const struct reader *reader = (const struct reader *)view;
    (void)focused;
    if (reader->kind == READER_NOTHING)
        return;
    text_draw(&reader->text, grid, rect);
    const struct note *note = reader_note(reader);
    /* A narrow pane has no column for the sign. */
    if (note == NULL || rect.cols <= 24)
        return;
    size_t line = note_line(reader, (size_t)(note - reader->notes.items));
    if (line >= reader->text.top)
        grid_puts(grid, rect.row + (int)(line - reader->text.top), rect.col, 1, STYLE_NOTE_HEAD,
            0, "▸");
}

static void reader_click(struct view *view, int row)
{
    struct reader *reader = self(view);
    size_t line = reader->text.top + (size_t)(row < 0 ? 0 : row);
    for (size_t i = 0; i < reader->notes.count; i++)
        if (line >= note_line(reader, i) && line < note_end(reader, i))
            reader->chosen = i;
}

static void reader_scroll(struct view *view, int lines)
{
    text_scroll(&self(view)->text, lines);
}

static void reader_text(const struct view *view, struct buf *out)
{
    text_add_all(&((const struct reader *)view)->text, out);
}

const struct view_ops reader_ops = {
    .move = reader_move,
    .resize = reader_resize,
    .draw = reader_draw,
    .click = reader_click,
    .scroll = reader_scroll,
    .text = reader_text,
};
