/* What a search gives: hits one by one, and those that no words rank. Nothing outside
 * src/db includes this. */
#ifndef TALKBOOK_DB_HITS_H
#define TALKBOOK_DB_HITS_H

#include "db/search.h"

/* The hit that a document (schema.sql) is, with the note that it was found by, 0 for
 * none. */
struct db_hit db_hit_of(int64_t doc, int64_t note_id, double score);

void db_hits_add(struct db_hits *hits, size_t *cap, struct db_hit hit);

/* A query without words to rank by: a note by its number, talks by likeness to one,
 * else by time. */
bool db_search_unranked(struct db *db, const struct query *query, size_t max,
    struct db_hits *hits, struct err *err);

#endif
