/* What an import finds of its conference, and what becomes of it. Nothing
 * outside src/db includes this. */
#ifndef TALKBOOK_DB_CATALOG_OLD_H
#define TALKBOOK_DB_CATALOG_OLD_H

#include "db/catalog.h"
#include "db/catalog_read.h"
#include "db/internal.h"

/* The conference's talks before the import. A zeroed struct is empty. */
struct catalog_old {
    const char *slug; /* the conference's; borrowed */
    int64_t *ids;     /* ascending */
    bool *met;        /* which of them the catalog still has */
    size_t count;
    bool renames; /* the catalog renames a topic, which other talks' words hold */
};

/* Takes out of the full-text index what the import may change, before it does. */
bool catalog_old_take(
    struct db *db, const struct catalog *catalog, struct catalog_old *old, struct err *err);

/* The catalog has this talk. */
void catalog_old_meet(struct catalog_old *old, int64_t id);

/* After the import: talks that the catalog no longer has go, unless the person
 * starred, watched, rated, tagged or annotated them; so do topics that nothing
 * names any more. Puts back into the index what stayed, and counts anew. */
bool catalog_old_finish(struct db *db, const struct catalog_old *old,
    const struct catalog *catalog, struct db_catalog_report *report, struct err *err);

void catalog_old_release(struct catalog_old *old);

#endif
