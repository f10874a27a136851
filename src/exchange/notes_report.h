/* What an import or export of notes did, for a person and for a program. */
#ifndef TALKBOOK_EXCHANGE_NOTES_REPORT_H
#define TALKBOOK_EXCHANGE_NOTES_REPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "db/db.h"

enum notes_outcome {
    NOTES_ADDED,
    NOTES_CHANGED,
    NOTES_MERGED,
    NOTES_UNCHANGED,
    NOTES_DELETED,
    NOTES_CONFLICTS, /* both texts are kept */
    NOTES_REJECTED,  /* files that were left alone */
    NOTES__COUNT
};
extern const char *const notes_outcome_names[NOTES__COUNT];

/* A note or file that is to be looked at, and why; owned. */
struct notes_remark {
    enum notes_outcome outcome;
    char *name, *reason;
};

/* A zeroed struct is empty. */
struct notes_report {
    int outcomes[NOTES__COUNT];
    int marks;        /* talks whose marks changed, and saved searches */
    int without_talk; /* notes whose talk is not in the database */
    char *one_talk;   /* the key of one such talk, or NULL; owned */
    struct notes_remark *remarks;
    size_t count, cap;
};
void notes_report_release(struct notes_report *report);

/* Counts an outcome and, where reason is not NULL, remembers what to say. */
void notes_report_add(struct notes_report *report, enum notes_outcome outcome, const char *name,
    const char *reason);

/* Remembers what to say of a file that is counted elsewhere. */
void notes_report_tell(struct notes_report *report, enum notes_outcome outcome,
    const char *name, const char *reason);

/* Counts a note where its talk ("" is none) is not in the database. */
bool notes_report_talk(
    struct notes_report *report, struct db *db, const char *talk_key, struct err *err);

/* Whether the moment a is later than b, and the later one; ISO 8601. */
bool notes_is_later(const char *a, const char *b);
const char *notes_later(const char *a, const char *b);

/* Whether text is a moment as notes have it. */
bool notes_is_moment(const char *text);

#endif
