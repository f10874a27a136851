/* Reading one record of pyvideo's data set into what a talk is made of. Nothing
 * outside src/db includes this. */
#ifndef TALKBOOK_DB_LIBRARY_RECORD_H
#define TALKBOOK_DB_LIBRARY_RECORD_H

#include "db/internal.h"

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

enum library_read { LIBRARY_READ, LIBRARY_REJECTED, LIBRARY_FAILED };

/* Reads json (NUL-terminated UTF-8). Only a title is needed: another value that
 * is no use (a wrong type, a day that does not exist) is left out and named in
 * remark. REJECTED says in remark why; FAILED, which is the database's, in err. */
enum library_read library_record_read(struct db *db, const char *json,
    struct library_record *record, struct buf *remark, struct err *err);
void library_record_release(struct library_record *record);

/* The text with every run of white space as one blank and none at its ends; the
 * caller frees it. */
char *library_line(const char *text);

#endif
