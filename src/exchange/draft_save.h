/* From a draft into the database. */
#ifndef TALKBOOK_EXCHANGE_DRAFT_SAVE_H
#define TALKBOOK_EXCHANGE_DRAFT_SAVE_H

#include "db/db.h"
#include "exchange/draft.h"

/* What became of a text. Where somebody else had changed or deleted the note meanwhile
 * nothing is overwritten: the text is a note of its own, id, at the same place, and other
 * is the note that was changed, with its body as it is now (owned). */
struct draft_saved {
    int64_t id, other; /* other 0: no such thing happened */
    bool deleted;      /* the other is in the trash */
    char *other_body;
};

/* Appends what happened to the other, and where the text is. */
void draft_add_conflict(const struct draft_saved *saved, struct buf *out);

/* Saves a text where its draft says that it belongs: as a note's next revision or as a
 * new note. A note or a place that is gone costs the place, not the text. The draft
 * itself is left to the caller. */
bool draft_save(struct db *db, const struct draft *draft, const char *text,
    struct draft_saved *saved, struct err *err);

/* Whether there is anything in a draft that the database does not have: not blanks
 * alone, nor the text that the note has. */
bool draft_is_new(struct db *db, const struct draft *draft);

/* Appends where a draft belongs, for people: "note 12 on TITLE", "a note on TITLE". */
void draft_add_place(struct db *db, const struct draft *draft, struct buf *out);

#endif
