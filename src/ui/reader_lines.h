/* How the reader's contents are laid out. */
#ifndef TALKBOOK_UI_READER_LINES_H
#define TALKBOOK_UI_READER_LINES_H

#include "ui/reader.h"

/* Fills reader->text.lines anew for its width, with the notes read so far. */
void reader_lines_make(struct reader *reader);

/* Appends the notes from index `first` on. */
void reader_lines_notes(struct reader *reader, size_t first);

/* A talk's head (title to links), for the reader and the command line. */
void reader_lines_talk_head(struct md_lines *lines, const struct talk *talk, int cols);

/* The notes elsewhere that link to a talk, a line each. */
void reader_lines_mentions(struct md_lines *lines, const struct db_items *links, int cols);

/* A note's head line and body. */
void reader_lines_note(struct md_lines *lines, const struct note *note, int cols);

#endif
