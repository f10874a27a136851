/* Owns the weights of the fields. Must not know what is asked, nor of what. */
#include "db/rank.h"

#include <string.h>

/* One's own words above the catalog's, names above bodies. In a note's row the
 * words of its talk are there to be matched, not to be ranked by. */
static const double weights[MATCH__TABLES][RANK_COLUMNS] = {
    [MATCH_TALKS] = { 10, 8, 4, 9, 1.5 }, /* title speakers topic tags summary */
    [MATCH_NOTES] = { 5, 0.5, 0.5, 0.5 }, /* note title speakers tags */
};

/* A word that is there more often says no more. */
enum { ENOUGH = 16 };

static int count_phrase(
    const Fts5ExtensionApi *api, Fts5Context *context, int phrase, double *counts)
{
    Fts5PhraseIter at;
    int column, offset, seen = 0;
    int code = api->xPhraseFirst(context, phrase, &at, &column, &offset);
    if (code != SQLITE_OK)
        return code;
    for (; column >= 0 && seen < ENOUGH; seen++) {
        if (column < RANK_COLUMNS)
            counts[column]++;
        api->xPhraseNext(context, &at, &column, &offset);
    }
    return SQLITE_OK;
}

/* Sums up the scratch and leaves it zero; *first tells how many of the terms
 * are in the first column. */
static double sum_up(const struct rank_plan *plan, int *first)
{
    double score = 0;
    *first = 0;
    const double *weight = weights[plan->match->table];
    for (int term = 0; term < plan->match->terms; term++) {
        double *counts = plan->scratch + (size_t)term * RANK_COLUMNS, found = 0;
        *first += counts[0] > 0;
        for (int i = 0; i < RANK_COLUMNS; i++) {
            found += weight[i] * counts[i] / (counts[i] + 1.2);
            counts[i] = 0;
        }
        score += found * plan->rarity[term];
    }
    return score;
}

static void rank(const Fts5ExtensionApi *api, Fts5Context *context, sqlite3_context *out,
    int count, sqlite3_value **values)
{
    const struct rank_plan *plan =
        count > 0 ? sqlite3_value_pointer(values[0], RANK_POINTER) : NULL;
    if (plan == NULL || count < 2) {
        sqlite3_result_error(out, "tb_rank needs a plan and a document", -1);
        return;
    }
    if (plan->allowed != NULL && !docset_has(plan->allowed, sqlite3_value_int64(values[1])))
        return;
    for (size_t i = 0; i < plan->match->phrases; i++) {
        int leaf = plan->match->leaf_of[i];
        int code = leaf < 0 ? SQLITE_OK
                            : count_phrase(api, context, (int)i,
                                plan->scratch + (size_t)leaf * RANK_COLUMNS);
        if (code != SQLITE_OK) {
            sqlite3_result_error_code(out, code);
            return;
        }
    }
    int first;
    double score = sum_up(plan, &first);
    *plan->full += first == plan->words;
    if (first > 0 || plan->anywhere || plan->match->table != MATCH_NOTES)
        sqlite3_result_double(out, score);
}

bool db_rank_register(struct db *db, struct err *err)
{
    fts5_api *api = NULL;
    if (db->ranks)
        return true;
    sqlite3_stmt *stmt = db_prepare(db, DB_FTS5_API, err);
    if (stmt == NULL)
        return false;
    sqlite3_bind_pointer(stmt, 1, &api, "fts5_api_ptr", NULL);
    bool row, ok = db_step(db, stmt, &row, err);
    sqlite3_reset(stmt);
    ok = ok && api != NULL
         && api->xCreateFunction(api, "tb_rank", NULL, rank, NULL) == SQLITE_OK;
    db->ranks = ok;
    return ok || db_fail(db, err);
}
