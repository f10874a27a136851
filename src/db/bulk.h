/* The full-text rows of an import that touches many talks: the one place where
 * such an import indexes. Nothing outside src/db includes this. */
#ifndef TALKBOOK_DB_BULK_H
#define TALKBOOK_DB_BULK_H

#include "db/internal.h"

/* Talks whose words are to go into the index; a zeroed struct is empty. */
struct bulk {
    int64_t *ids;
    size_t count, cap;
};

/* The words of a talk in the index are about to change: takes them out. */
bool bulk_forget(struct db *db, int64_t id, struct err *err);

/* The talk's words are to be indexed at the end. */
void bulk_note(struct bulk *bulk, int64_t id);

/* Indexes what was noted; inside the import's transaction, once, at its end. */
bool bulk_finish(struct db *db, const struct bulk *bulk, struct err *err);

void bulk_release(struct bulk *bulk);

#endif
