/* The documents that a search has found, with what they scored. */
#ifndef TALKBOOK_DB_CANDIDATES_H
#define TALKBOOK_DB_CANDIDATES_H

#include "db/search_match.h"

/* A document that matches, and its best row of each index. */
struct candidate {
    int64_t doc, note_id;
    double best[MATCH__TABLES];
    double bonus;
    size_t place; /* in the order found: the newest first */
};

/* A zeroed struct holds none. */
struct candidates {
    struct candidate *items;
    size_t count, cap;
    size_t *slots; /* hash of documents: index into items plus 1 */
    size_t slot_count;
};

/* Keeps the score where the document has none as good in that index. */
void candidates_add(
    struct candidates *all, enum match_table table, int64_t doc, int64_t note_id, double score);

/* Adds to the score of a document. */
void candidates_sum(struct candidates *all, int64_t doc, double score);

double candidate_score(const struct candidate *candidate);

/* Best first, the newest first among equals. Nothing can be added afterwards. */
void candidates_sort(struct candidates *all);
void candidates_release(struct candidates *all);

#endif
