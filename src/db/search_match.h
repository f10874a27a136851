/* What the full-text indexes are asked, in FTS5's words. Everything from a
 * query goes in folded and quoted, so that none of it is syntax. */
#ifndef TALKBOOK_DB_SEARCH_MATCH_H
#define TALKBOOK_DB_SEARCH_MATCH_H

#include "db/internal.h"
#include "db/search_set.h"

/* The two indexes, see schema.sql. */
enum match_table { MATCH_TALKS, MATCH_NOTES, MATCH__TABLES };

/* Bits of an index's columns, from its first on. */
unsigned match_columns(enum match_table table, unsigned places);

/* Those of the places (enum query_place bits) that are asked in an index: notes have
 * words and tags of their own, and a talk's facts beside them only for ranking. */
unsigned match_places(enum match_table table, unsigned places);

/* A question being put together. Each db_match_term() adds a term that must match
 * too; *terms counts them and leaf_of tells for each
 * phrase, in FTS5's numbering, to which of them it belongs (-1: to none). */
struct match {
    struct buf text;
    enum match_table table;
    int *leaf_of;
    size_t phrases, cap;
    int terms;
};

void db_match_release(struct match *match);

/* Adds "and the term's words are in the columns"; *possible is false where no
 * word of the index fits. */
bool db_match_term(struct db *db, struct match *match, const struct query_term *term,
    unsigned columns, bool *possible, struct err *err);

/* Adds "and not in the columns". Comes after the terms. */
bool db_match_without(struct db *db, struct match *match, const struct query_term *term,
    unsigned columns, struct err *err);

/* Adds "and in one of the documents". */
void db_match_within(struct match *match, const struct docset *within);

#endif
