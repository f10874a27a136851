/* Notes as files in a directory, one file a note: out, and back in. */
#ifndef TALKBOOK_EXCHANGE_NOTES_FOLDER_H
#define TALKBOOK_EXCHANGE_NOTES_FOLDER_H

#include "exchange/export.h"
#include "exchange/notes_report.h"

/* Whether path is a directory of notes: it has such a directory's id, or .md files and
 * nothing of pyvideo's layout. */
bool notes_folder_is(const char *path);

/* Writes the notes of a set to the directory, which is made where it is absent, and
 * removes the files of notes in the trash. A file that holds what was not imported, or
 * that is no regular file, is left alone (NOTES_REJECTED). Where nothing can be saved to the
 * database, the directory must be new or empty, and nothing is remembered of it. False with err
 * where the directory cannot be used or written to; what was written until then counts. */
bool notes_folder_write(struct db *db, const struct export_set *set, const char *path,
    struct notes_report *report, struct err *err);

/* Brings in what changed in the directory since it was last written or read, in one
 * change. */
bool notes_folder_read(
    struct db *db, const char *path, struct notes_report *report, struct err *err);

#endif
