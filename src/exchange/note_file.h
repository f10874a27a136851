/* The text of a note as a file: a front matter of a few lines, then the body. */
#ifndef TALKBOOK_EXCHANGE_NOTE_FILE_H
#define TALKBOOK_EXCHANGE_NOTE_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"

/* Strings are owned, "" for what is absent; NULL counts as that where one is written.
 * tags are words with blanks between. */
struct note_file {
    char *id;   /* a UUID */
    char *talk; /* a talk's key */
    char *topic;
    char *conference;
    char *created, *updated; /* ISO 8601 */
    char *tags;
    char *phrases; /* of a list of tags what has several words, ", " between; not written */
    char *marks;   /* how many of git's marks the body quotes, as a number; see below */
    char *body;
};

/* Reads what note_file_add() wrote, exactly, and files that people wrote: without a
 * front matter all is body; lines of one that mean nothing here stay, as a front matter
 * at the body's beginning. One newline at the very end is the file's, not the body's; a
 * file whose lines all end in CR LF, and a byte order mark, are taken as if they had
 * neither. False with err where a value is of no use: an id that is no UUID, a time that
 * is none, a control character. */
bool note_file_read(const char *text, size_t len, struct note_file *file, struct err *err);
void note_file_release(struct note_file *file);

/* How many conflicts git's marks in a text tell of: lines that begin with "<<<<<<< " and
 * do so outside of fenced code, where lines of "=======" and ">>>>>>> " follow; those
 * may stand anywhere, since the conflict may be about the fence. A text may be about
 * such marks: then its file's front matter says how many it has, and a conflict in
 * the file makes them more. */
size_t note_file_conflicts(const char *text);

/* Appends a file's text; it depends on the values alone. What it says of marks it takes
 * from the body. */
void note_file_add(struct buf *out, const struct note_file *file);

/* Appends a name made of text: [a-z0-9-], not empty, at most 60 bytes, without the
 * ending; accents are taken off letters that have them. */
void note_file_name(const char *text, struct buf *out);

#endif
