/* Scoring the hits of a full-text question, as a function of FTS5. */
#ifndef TALKBOOK_DB_RANK_H
#define TALKBOOK_DB_RANK_H

#include "db/search_match.h"

/* What the function tb_rank(index, plan, document) goes by; bound as a pointer
 * of type RANK_POINTER. Borrowed from its maker until the statement is done. */
struct rank_plan {
    const struct match *match;
    const struct docset *allowed; /* NULL: every document */
    const double *rarity;         /* of each term */
    double *scratch;              /* for each term and column, zero between calls */
    bool anywhere;                /* a note counts without a word of its own */
    int words;                    /* terms that are words */
    size_t *full;                 /* counts rows with all terms in their first column */
};

#define RANK_POINTER "rank_plan"
enum { RANK_COLUMNS = 5 };

/* A row's score: over the terms, how rare the term is, times over the columns
 * the column's weight times tf / (tf + 1.2), the saturation of BM25 (Robertson,
 * Walker, Jones, Hancock-Beaulieu, Gatford 1994) without its lengths. NULL for a
 * document that is not allowed, and for a note without any of the words but where
 * anywhere is set. */
bool db_rank_register(struct db *db, struct err *err);

#endif
