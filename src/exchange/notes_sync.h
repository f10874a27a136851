/* One note here and its file: what becomes of both. */
#ifndef TALKBOOK_EXCHANGE_NOTES_SYNC_H
#define TALKBOOK_EXCHANGE_NOTES_SYNC_H

#include "db/outside.h"
#include "exchange/note_file.h"
#include "exchange/notes_report.h"

struct notes_sync {
    struct db *db;
    const char *place; /* "": nothing is remembered */
    struct notes_report *report;
    struct err *err;
};

/* A file that belongs to no note here: a new note. What a file's front matter alone has of
 * tags goes to its body, here and below. */
bool notes_sync_new(struct notes_sync *sync, const char *name, struct note_file *file);

/* A file of a note; base is the revision that both started from, 0 for none known. */
bool notes_sync_known(struct notes_sync *sync, const char *name, struct note_file *file,
    int64_t note_id, int base);

/* A note whose file is gone. */
bool notes_sync_gone(struct notes_sync *sync, const struct db_outside *known);

#endif
