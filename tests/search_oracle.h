/* Search done the slow way: every text of every talk, topic and lone note, read from the
 * database and compared word by word. What the index finds must be the same. */
#ifndef TALKBOOK_TESTS_SEARCH_ORACLE_H
#define TALKBOOK_TESTS_SEARCH_ORACLE_H

#include "db/search.h"
#include "support.h"

struct oracle_text {
    unsigned place; /* QUERY_IN_* */
    char *text;
};

struct oracle_doc {
    int64_t id;
    enum db_hit_kind kind;
    struct oracle_text *texts;
    size_t count, cap;
};

struct oracle {
    struct oracle_doc *docs;
    size_t count, cap;
};

/* Reads everything as it is now; oracle_release() it. */
void oracle_load(struct oracle *oracle, struct db *db);
void oracle_release(struct oracle *oracle);

/* Fails where db_search() or db_search_talks() finds others than the oracle does. The query is
 * of words, phrases, prefixes, fields of words, -, or and parentheses. Returns how many there
 * are. */
size_t oracle_compare(const struct oracle *oracle, struct db *db, const char *text);

#endif
