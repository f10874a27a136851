/* Collects a paragraph's inline nodes as one rich string. */
#ifndef TALKBOOK_MD_INLINE_H
#define TALKBOOK_MD_INLINE_H

#include <cmark.h>

#include "md/doc.h"
#include "md/html.h"

/* The text so far (breaks as enum md_break) and what is open around its end.
 * Zeroed is empty; doc is borrowed and takes the links. */
struct md_inline {
    struct md_doc *doc;
    struct md_rich rich;
    enum style base;
    size_t strong, emph, image;
    uint32_t link; /* the innermost link's or outermost image's number */
    bool in_link;
    bool is_url;      /* the link's text is its URL */
    size_t link_from; /* where its text begins */
    bool has_html;    /* any of: */
    size_t html[HTML_LOOKS];
};

/* Forgets the text; what follows is of style base. */
void inline_begin(struct md_inline *in, enum style base);

/* Takes one event of cmark's iterator below a paragraph or heading. */
void inline_event(struct md_inline *in, cmark_node *node, bool entering);

/* Takes an HTML block's source. */
void inline_html_block(struct md_inline *in, const char *text, size_t len);

#endif
