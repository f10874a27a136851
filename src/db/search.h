/* Answering a query: which talks, topics and notes, best first. */
#ifndef TALKBOOK_DB_SEARCH_H
#define TALKBOOK_DB_SEARCH_H

#include "db/db.h"
#include "model/query.h"

/* A note is a hit of its own where it belongs to no talk and no topic. */
enum db_hit_kind { DB_HIT_TALK, DB_HIT_TOPIC, DB_HIT_NOTE };

struct db_hit {
    enum db_hit_kind kind;
    int64_t id;
    int64_t note_id; /* of a talk's or topic's note that matches best; 0: none */
    double score;    /* higher is better; 0 where nothing is ranked */
};

struct db_hits {
    struct db_hit *items;
    size_t count;
    bool more; /* there may be others, ranked lower */
};

/* The best hits, at most max of them: ranked where the query has words, else
 * by time. A talk matches where its own words, or one of its notes with its
 * title, speakers and tags, or all of these together hold what is asked. Where
 * a word is in more than some hundred documents the newest of each class
 * (title; title, speakers, tags and topic; notes; all) are ranked, so that a
 * hit of a better class is never missing for its age. Topics and lone notes are
 * among the hits only where a word of the query is theirs. A value that names
 * nothing (theme:x) is an error that says what there is. db_hits_release() it. */
bool db_search(struct db *db, const struct query *query, size_t max, struct db_hits *hits,
    struct err *err);
void db_hits_release(struct db_hits *hits);

/* The talks most like a talk, at most max: by the rare words that both have (in
 * title and tags twice as much as in the summary), by speakers, tags and topic. */
enum { DB_RELATED_MAX = 30 };
bool db_related(
    struct db *db, int64_t talk_id, size_t max, struct db_hits *hits, struct err *err);

/* All talks that match, however many: their ids, ascending. The caller frees
 * *ids. */
bool db_search_talks(
    struct db *db, const struct query *query, int64_t **ids, size_t *count, struct err *err);

/* Whether ascending ids hold one. */
bool db_ids_hold(const int64_t *ids, size_t count, int64_t id);

/* The query's text with each word that nothing holds replaced by the nearest one that
 * something does; NULL where there is none, or nothing to replace. The caller
 * frees it. (Optimal string alignment distance, at most 2; two words run
 * together are taken apart.) */
char *db_suggest(struct db *db, const char *text, const struct query *query);

#endif
