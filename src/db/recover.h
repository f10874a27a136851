/* Saving what can be saved of a damaged database. */
#ifndef TALKBOOK_DB_RECOVER_H
#define TALKBOOK_DB_RECOVER_H

#include "db/db.h"

/* Of how many notes that are cut the ids are listed. */
enum { DB_RECOVERED_IDS = 20 };

/* What the new database holds. */
struct db_recovered {
    int64_t notes, revisions, marks, tags, talks;
    int64_t cut;   /* notes of whose text the end is missing */
    char *cut_ids; /* the ids of the first of them, ", " between; the caller frees it */
    bool damaged;  /* some of it could not be read the usual way */
    bool catalog;  /* the talks came over; otherwise catalogs are to be imported again */
};

/* Writes what can be read of the database `path`, which is not touched, to a new one:
 * notes with their revisions, marks, tags and the rest of the person's own, talks where
 * they are whole. Tables are read from both ends up to the damage; of notes, revisions,
 * marks and tags, what stands on pages that no table leads to is found, too. `out` must
 * not be there yet. Where nothing of a talkbook database is found that is an error. A
 * false return leaves no `out`; err names what is in the way. */
bool db_recover(
    const char *path, const char *out, struct db_recovered *report, struct err *err);

#endif
