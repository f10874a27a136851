/* The finder: a line for some letters, and below it the talks that have them,
 * best first. It lies over whatever is shown. */
#ifndef TALKBOOK_UI_FINDER_H
#define TALKBOOK_UI_FINDER_H

#include "db/db.h"
#include "model/shortlist.h"
#include "ui/prompt.h"
#include "ui/view.h"

/* Talks opened of late that are remembered, until the program ends. */
enum { FINDER_RECENT_MAX = 16 };

/* What was read for a row in sight. */
struct finder_row {
    struct talk talk; /* id 0: nothing yet, or it is gone */
    char *conference; /* owned; NULL where one conference is all there is */
};

/* A zeroed struct is closed. While it is closed it holds the recent talks and
 * the history of its line alone. */
struct finder {
    struct view view;
    struct db *db; /* borrowed */
    bool open;
    struct prompt prompt;
    struct shortlist talks;
    int64_t conference; /* of the first talk read */
    bool conferences;   /* there are several */
    size_t selected, top;
    int height; /* rows for talks */
    struct finder_row *rows;
    size_t row_count; /* no less than the rows in sight; a talk's is its rank modulo this */
    int64_t recent[FINDER_RECENT_MAX]; /* ids, the latest first */
    size_t recent_count;
    struct err err; /* of the last read that failed */
};

extern const struct view_ops finder_ops;

void finder_init(struct finder *finder, struct db *db);
void finder_release(struct finder *finder);

/* Reads what talks are found by and looks for `letters`. */
bool finder_open(struct finder *finder, const char *letters, struct err *err);

/* Gives back what opening took. */
void finder_close(struct finder *finder);

/* The letters changed. */
void finder_find(struct finder *finder);

/* The id of the selected talk; 0 where none is found. */
int64_t finder_selected(struct finder *finder);

/* Remembers that a talk was opened. */
void finder_visit(struct finder *finder, int64_t id);

/* "12/106", found of all. */
void finder_add_count(const struct finder *finder, struct buf *out);

#endif
