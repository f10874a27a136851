/* The reader: a talk with its notes, a topic, or what a heading counts. */
#ifndef TALKBOOK_UI_READER_H
#define TALKBOOK_UI_READER_H

#include "db/db.h"
#include "ui/text.h"
#include "ui/view.h"

enum reader_kind { READER_NOTHING, READER_TALK, READER_TOPIC, READER_GROUP, READER_NOTE };

struct reader_source {
    size_t doc, part;
};

struct reader {
    struct view view;
    struct db *db;
    enum reader_kind kind;
    struct talk talk;        /* READER_TALK */
    struct db_topic topic;   /* READER_TOPIC */
    char *label, *contents;  /* READER_GROUP: owned */
    struct db_counts counts; /* READER_TOPIC, READER_GROUP */
    struct note_list notes;  /* read so far */
    struct db_items stamps;  /* READER_TALK: the times in its notes */
    struct db_items links;   /* and the notes that link to it */
    bool more_notes;         /* there may be others after them */
    size_t *note_parts;      /* the part of the text that each note's head is */
    size_t note_part_cap;
    struct md_doc **docs; /* owned: the introduction's, if there is one, and the notes' */
    size_t doc_count, doc_cap;
    bool has_intro;
    struct reader_source *sources; /* what the text's later parts are made from */
    size_t source_count, source_cap;
    size_t chosen; /* note that ] and [ went to; notes.count: none */
    struct text text;
    int width;       /* the widest that text gets */
    bool stale;      /* the text must be laid out anew */
    bool to_match;   /* then go to the first match */
    int64_t to_note; /* where no match has been read yet: to that in this note; 0: none */
    const struct matcher *matcher; /* words to highlight; borrowed, may be NULL */
    struct err err;                /* of the last read that failed */
};

extern const struct view_ops reader_ops;

void reader_init(struct reader *reader, struct db *db);
void reader_release(struct reader *reader);

/* Shows something; nothing is done where it is shown already, unless force. */
void reader_show_talk(struct reader *reader, int64_t id, bool force);
void reader_show_topic(
    struct reader *reader, const char *slug, const struct db_counts *counts, bool force);
void reader_show_topic_id(struct reader *reader, int64_t id, bool force);
void reader_show_group(struct reader *reader, const char *label, const struct db_counts *counts,
    const char *contents);
/* A note that belongs to nothing. */
void reader_show_note(struct reader *reader, int64_t id, bool force);
void reader_show_nothing(struct reader *reader);

/* Words to highlight from now on (NULL: none); the text goes to the first. */
void reader_set_matcher(struct reader *reader, const struct matcher *matcher);

/* The note that e and D mean: the chosen one while it is in sight, else the
 * first in sight; NULL where none is. */
const struct note *reader_note(const struct reader *reader);

/* Goes to the next (by > 0) or previous note; false where there is none. */
bool reader_step_note(struct reader *reader, int by);

/* Within the chosen note shows the line that a line of its source is on, as well as
 * that can be told: the first that has the beginning of its words. */
void reader_goto_text(struct reader *reader, const char *source);

/* Goes to a note by id, reading on until it is found. */
bool reader_goto_note(struct reader *reader, int64_t id);

#endif
