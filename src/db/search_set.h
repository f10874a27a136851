/* Sets of talks and topics, and the exact answer to a query as such a set. */
#ifndef TALKBOOK_DB_SEARCH_SET_H
#define TALKBOOK_DB_SEARCH_SET_H

#include "db/internal.h"
#include "model/query.h"

/* Bits by document number; what lies beyond is not in it. */
struct docset {
    uint64_t *bits;
    size_t size; /* documents there is room for, a multiple of 64 */
};

void docset_add(struct docset *set, int64_t doc);
bool docset_has(const struct docset *set, int64_t doc);
size_t docset_count(const struct docset *set);
void docset_intersect(struct docset *set, const struct docset *with);
void docset_release(struct docset *set);

/* The first document at or after doc; -1 where there is none. */
int64_t docset_next(const struct docset *set, int64_t doc);

/* The talks that match. */
bool db_set_of_query(
    struct db *db, const struct query *query, struct docset *set, struct err *err);

/* The talks and topics in which a term's words are, negated or not; with `within`,
 * only of its documents. */
bool db_set_of_words(struct db *db, const struct query_term *term, const struct docset *within,
    struct docset *set, struct err *err);

/* Leaves those in `among` in which a term's words are. */
bool db_set_of_words_among(
    struct db *db, const struct query_term *term, struct docset *among, struct err *err);

/* Those that all the terms of a way that are no words allow; *any is false
 * where it has none. */
bool db_set_of_filters(
    struct db *db, const struct query_way *way, bool *any, struct docset *set, struct err *err);

#endif
