/* Tags in a note's text and in the front matter of its file. */
#ifndef TALKBOOK_EXCHANGE_NOTE_TAGS_H
#define TALKBOOK_EXCHANGE_NOTE_TAGS_H

#include "base/buf.h"
#include "db/db.h"
#include "exchange/note_file.h"

/* Appends the tags of a text, each once, with blanks between. */
void note_tags_add(const char *body, struct buf *tags);

/* A tag is a part of the text: those that only the file's front matter has are written
 * behind its body, as a last line, and its time is then not that of the body any more.
 * What the note's revision of the file's time had as tags in its text is none of them:
 * the person took them out of the text. Revisions that are added later make no other
 * body of a file. What can be no tag is added to `refused`, words with blanks between. */
void note_tags_join(
    struct note_file *file, const struct db_revisions *revisions, struct buf *refused);

#endif
