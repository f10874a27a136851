/* The overlay that lists the links of a text. */
#ifndef TALKBOOK_UI_LINKS_H
#define TALKBOOK_UI_LINKS_H

#include "ui/text.h"
#include "ui/view.h"

struct links {
    struct view view;
    struct text *text; /* borrowed: whose links */
    size_t generation; /* of the text when they were found */
    struct text_link *items;
    size_t count, cap;
    size_t selected, top;
    int rows;
};

extern const struct view_ops links_ops;

void links_init(struct links *links, struct text *text);
void links_release(struct links *links);

/* Finds the links, all of the text being laid out for it; the text's current
 * one is selected. False where there is none. */
bool links_open(struct links *links);

/* Makes the selected link the text's current one and shows it there. */
void links_choose(struct links *links);

#endif
