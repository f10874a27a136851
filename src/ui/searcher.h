/* Searching beside the interface: a thread with its own connection answers the
 * newest question; a newer one ends the work on an older. */
#ifndef TALKBOOK_UI_SEARCHER_H
#define TALKBOOK_UI_SEARCHER_H

#include "db/db.h"
#include "db/search.h"

enum { SEARCH_HITS = 1000 }; /* that an answer has at most */

struct search_answer {
    char *text; /* as it was asked */
    bool limit; /* as it was asked: ids instead of hits */
    struct query query;
    struct db_hits hits;
    int64_t *ids; /* talks, ascending */
    size_t id_count;
    char *suggestion; /* see db_suggest(); NULL: none */
    struct err err;   /* why there is no answer */
};

void search_answer_release(struct search_answer *answer);

/* One question at a time is under way or answered and not yet taken. A zeroed
 * struct is ready to be asked. */
struct searcher {
    struct db *db; /* borrowed; the thread reads only how to open it again */
    struct searcher_work *work;
};

/* Ends the thread, if one was started. */
void searcher_release(struct searcher *searcher);

/* Asks; what was asked before is forgotten, its answer will not come. text must
 * parse, see query_parse(). False with err where no thread can be started. */
bool searcher_ask(
    struct searcher *searcher, const char *text, bool typing, bool limit, struct err *err);

/* Forgets what was asked. */
void searcher_forget(struct searcher *searcher);

/* Whether a question has no final answer yet. */
bool searcher_is_busy(struct searcher *searcher);

/* Moves what has been answered to *answer, false where nothing new was. An
 * answer without hits is followed by a second one where there is something to
 * suggest. With milliseconds >= 0 it waits that long for an answer, with less as
 * long as it takes; with `final` for the last one. search_answer_release() it. */
bool searcher_take(
    struct searcher *searcher, int milliseconds, bool final, struct search_answer *answer);

/* A descriptor that is readable while an answer waits to be taken; -1 before
 * the first question. */
int searcher_fd(const struct searcher *searcher);

#endif
