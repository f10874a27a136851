/* Reading one record of pyvideo's data set into what a talk is made of. Nothing
 * outside src/db includes this. */
#ifndef TALKBOOK_DB_LIBRARY_RECORD_H
#define TALKBOOK_DB_LIBRARY_RECORD_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/json_doc.h"

/* Strings, each once; a zeroed struct is empty. */
struct library_texts {
    char **items;
    size_t count, cap;
};

/* Strings are owned and never NULL once read, but for kind, which is constant. */
struct library_record {
    char *title, *starts_at, *language, *url, *video_url, *summary;
    const char *kind;
    int seconds;
    struct library_texts speakers, tags;
    char *speaker_line, *keywords; /* the same with ", " between */
};

/* Reads a record's document. Only a title is needed:
 * another value that is no use (a wrong type, a day that does not exist) is left
 * out and named in remark. False: it cannot be a talk, and remark says why. */
bool library_record_read(
    const struct json_doc *doc, struct library_record *record, struct buf *remark);
void library_record_release(struct library_record *record);

/* The text with every run of white space as one blank and none at its ends; the
 * caller frees it. */
char *library_line(const char *text);

#endif
