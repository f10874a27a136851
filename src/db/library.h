/* Importing a library of conferences as pyvideo's data set has them: record by
 * record, in one transaction. Where the records come from is the caller's. */
#ifndef TALKBOOK_DB_LIBRARY_H
#define TALKBOOK_DB_LIBRARY_H

#include "base/json_doc.h"
#include "db/db.h"

struct db_library;

/* Opens the transaction. folders are the names of all conferences that will
 * come (borrowed until the end): a conference known under another name is taken
 * for one of them only where it is none of the others. */
bool db_library_begin(struct db_library **library, struct db *db, char *const *folders,
    size_t count, struct err *err);

/* Asks go_on() from time to time while the database works, also at the end; false
 * makes the call at hand fail. */
void db_library_watch(struct db_library *library, bool (*go_on)(void *context), void *context);

enum db_library_outcome {
    DB_LIBRARY_ADDED,
    DB_LIBRARY_CHANGED,
    DB_LIBRARY_UNCHANGED,
    DB_LIBRARY_REJECTED, /* the remark says why */
    DB_LIBRARY_FAILED,   /* err says why; only db_library_end() may follow */
    DB_LIBRARY__COUNT
};

/* A conference: its number among the folders, its category.json's document, and the
 * names of its records without ".json". It is the known one of the same
 * slug, else of the same name. REJECTED: none of its records may follow. */
enum db_library_outcome db_library_conference(struct db_library *library, size_t number,
    const struct json_doc *doc, char *const *records, size_t count, struct buf *remark,
    struct err *err);

/* A record of the latest conference: its number among those announced, and its
 * document. It is the known talk of the same key, else of the
 * same title and speakers. A catalog's facts stay, and only what was empty is
 * filled in. The remark may also name values that were left out. */
enum db_library_outcome db_library_record(struct db_library *library, size_t number,
    const struct json_doc *doc, struct buf *remark, struct err *err);

/* Counts and indexes; where `ok`, commits, otherwise everything is as it was.
 * Frees the library. Returns whether all went well. */
bool db_library_end(struct db_library *library, bool ok, struct err *err);

#endif
