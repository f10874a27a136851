/* The overlay that lists notes: the tasks in them that are open, or all of them. */
#ifndef TALKBOOK_UI_ITEMS_H
#define TALKBOOK_UI_ITEMS_H

#include "db/db.h"
#include "ui/view.h"

enum items_kind { ITEMS_INBOX, ITEMS_NOTES };

struct items {
    struct view view;
    struct db *db; /* borrowed */
    enum items_kind kind;
    struct db_items list; /* read so far */
    bool more;            /* there may be others after them */
    size_t selected, top;
    int rows;
    struct err err; /* of the last read that failed */
};

extern const struct view_ops items_ops;

void items_init(struct items *items, struct db *db);
void items_release(struct items *items);

/* Reads from the beginning; the selection goes to the first, or with `keep` stays. */
void items_read(struct items *items, enum items_kind kind, bool keep);

/* The selected one, NULL where there is none. */
const struct db_item *items_selected(const struct items *items);

/* "inbox: 3 open", for the bar. */
void items_add_title(const struct items *items, struct buf *out);

#endif
