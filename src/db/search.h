/* Answering a query: which talks and topics, best first. */
#ifndef TALKBOOK_DB_SEARCH_H
#define TALKBOOK_DB_SEARCH_H

#include "db/db.h"
#include "model/query.h"

struct db_hit {
    int64_t id; /* of a talk, or of a topic */
    bool is_topic;
    double score; /* higher is better; below 0 where nothing is ranked */
};

/* Everything that matches: ranked where the query has words, else by time.
 * Topics are among the hits only where a word of the query is theirs. The
 * caller frees *hits. A value that names nothing (theme:x) is an error that
 * says what there is. */
bool db_search(struct db *db, const struct query *query, struct db_hit **hits, size_t *count,
    struct err *err);

#endif
