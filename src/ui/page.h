/* The overlay that shows a Markdown text: a difference, a note's revisions. */
#ifndef TALKBOOK_UI_PAGE_H
#define TALKBOOK_UI_PAGE_H

#include "ui/text.h"
#include "ui/view.h"

struct page {
    struct view view;
    char *title;  /* for the bar; owned */
    char *source; /* Markdown; owned */
    struct text text;
};

extern const struct view_ops page_ops;

void page_init(struct page *page);
void page_release(struct page *page);

/* Shows a text from its beginning. */
void page_show(struct page *page, const char *title, const char *source);

/* Appends text as a fenced block, whatever it holds. */
void page_add_code(struct buf *out, const char *language, const char *text);

#endif
