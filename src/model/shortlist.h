/* The talks that a few scattered letters leave, best first. It holds titles and
 * speakers folded, in one piece of memory, and narrows what the last needle left
 * where letters are added to it. */
#ifndef TALKBOOK_MODEL_SHORTLIST_H
#define TALKBOOK_MODEL_SHORTLIST_H

#include "model/fuzzy.h"

/* How much less letters in the speakers' names count than in the title. */
enum { SHORTLIST_SPEAKERS_LESS = 100 };

/* The needle may fall at one of its first blanks into a part for the title and
 * a part for the speakers. */
enum { SHORTLIST_CUTS_MAX = 4 };

struct shortlist_talk {
    int64_t id;
    uint64_t title_mask, speakers_mask;
    uint32_t at; /* of the title in text; the speakers follow */
    uint16_t title_len, speakers_len;
};

/* A zeroed struct is empty. */
struct shortlist {
    struct buf text;
    struct shortlist_talk *talks;
    size_t count, cap;
    struct buf needle;
    struct fuzzy_text whole, head[SHORTLIST_CUTS_MAX], tail[SHORTLIST_CUTS_MAX];
    size_t cuts;
    uint32_t *left; /* what the needle leaves: indices of talks, ascending */
    size_t left_count;
    uint64_t *heap; /* of these, those not ranked yet: the best at the top */
    size_t heap_count;
    uint64_t *ranked; /* the others, best first */
    size_t ranked_count;
};

void shortlist_release(struct shortlist *list);

/* Adds a talk; speakers is "A, B". Before the first shortlist_find(). */
void shortlist_add(struct shortlist *list, int64_t id, const char *title, const char *speakers);

/* Puts the talks of these ids before all others, in this order. Of equal scores
 * and without a needle the earlier talk comes first. */
void shortlist_put_first(struct shortlist *list, const int64_t *ids, size_t count);

/* Leaves what has the letters of text, in order and without regard to case and
 * accents: in the title, in the speakers, or, where text has a blank, in both,
 * one side of the blank in each. */
void shortlist_find(struct shortlist *list, const char *text);

/* The id of the talk that comes at `rank` among the left_count found, from 0. */
int64_t shortlist_id(struct shortlist *list, size_t rank);

/* Its score; 0 without a needle. */
int shortlist_score(struct shortlist *list, size_t rank);

/* Marks the letters that count in a talk's title and speakers: as many marks as
 * the text has bytes, set where such a letter begins. */
void shortlist_mark(const struct shortlist *list, const char *title, const char *speakers,
    bool *title_marks, bool *speakers_marks);

#endif
