/* Loading a catalog in talkbook's own format, talkbook-catalog(5). */
#ifndef TALKBOOK_DB_CATALOG_H
#define TALKBOOK_DB_CATALOG_H

#include "base/json_doc.h"
#include "db/db.h"

struct db_catalog_report {
    int added, changed, unchanged; /* talks */
    int removed;                   /* that the catalog no longer has */
    int kept;                      /* likewise, but the person's own things are on them */
    int notes;                     /* starter notes given */
};

/* Loads a document in one transaction: the conference's talks
 * become what the catalog says, and nothing that the person wrote changes.
 * The first mistake ends it with the database as it was; err names the talk
 * and the field. */
bool db_catalog_load(struct db *db, const struct json_doc *doc,
    struct db_catalog_report *report, struct err *err);

#endif
