/* Owns when an import's talks reach the full-text index. Must not know what is
 * indexed of them. */
#include "db/bulk.h"

#include <stdlib.h>

#include "base/mem.h"

/* Talks from which on it is quicker to index all of them. */
enum { MANY = 1000 };

bool bulk_forget(struct db *db, int64_t id, struct err *err)
{
    return db_index_talk(db, id, false, err);
}

void bulk_note(struct bulk *bulk, int64_t id)
{
    bulk->ids = mem_grow(bulk->ids, &bulk->cap, bulk->count + 1, sizeof bulk->ids[0]);
    bulk->ids[bulk->count++] = id;
}

bool bulk_finish(struct db *db, const struct bulk *bulk, struct err *err)
{
    if (bulk->count > MANY)
        return db_index_rebuild_talks(db, err);
    for (size_t i = 0; i < bulk->count; i++)
        if (!db_index_talk(db, bulk->ids[i], true, err))
            return false;
    return true;
}

void bulk_release(struct bulk *bulk)
{
    free(bulk->ids);
    *bulk = (struct bulk){ 0 };
}
