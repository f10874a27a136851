/* Owns the choice of what an export holds. */
#include "exchange/export.h"

#include "db/outside.h"
#include "db/search.h"

bool export_set_has(const struct export_set *set, int64_t talk_id)
{
    return set->all || db_ids_hold(set->ids, set->count, talk_id);
}

bool export_set_has_key(
    struct db *db, const struct export_set *set, const char *key, bool *has, struct err *err)
{
    int64_t id = 0;
    *has = set->all;
    if (set->all || key[0] == '\0')
        return true;
    bool ok = db_talk_of_key(db, key, &id, err);
    *has = ok && id != 0 && export_set_has(set, id);
    return ok;
}
