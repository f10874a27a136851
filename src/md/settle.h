/* Moves collected text into the document; on the way reads what cmark leaves
 * as text: ~~strike~~, ==highlight==, bare URLs, [12:34]. */
#ifndef TALKBOOK_MD_SETTLE_H
#define TALKBOOK_MD_SETTLE_H

#include "md/doc.h"

/* One change to the text; kept sorted by place. */
struct md_edit {
    size_t at;
    uint32_t len;
    uint8_t what; /* settle.c's enum edit */
};

/* Zeroed is ready; doc is borrowed. The vector is kept between calls. */
struct md_settle {
    struct md_doc *doc;
    struct md_edit *edits;
    size_t count, cap;
    unsigned face; /* laid over everything */
    bool in_cell;  /* "\|" in code means "|" */
};

/* Appends bytes [from, to) of the cursor's text, blanks and breaks at both ends
 * taken off, to the document. from must not lie before an earlier call's. */
struct md_piece settle(
    struct md_settle *settle, struct md_cursor *cursor, size_t from, size_t to);

/* Takes a task box ("[ ] ") off the beginning of text; *from is set behind it. */
enum md_task settle_task(const struct md_rich *text, size_t *from);

void settle_release(struct md_settle *settle);

#endif
