/* Markdown for browsers: through cmark, with no HTML of the text's own. What the sink
 * shows is text on the page. */
#ifndef TALKBOOK_MD_WEB_H
#define TALKBOOK_MD_WEB_H

#include <stddef.h>

#include "base/buf.h"

/* Appends len bytes of CommonMark as HTML. HTML in them is shown as it is written,
 * without its comments; addresses of javascript: and the like are left out; what cmark would
 * need too long for (guard.h) is shown as it is written. Invalid UTF-8 is replaced. */
void web_add_markdown(struct buf *out, const char *markdown, size_t len);

/* Appends text so that HTML takes it for text. */
void web_add_text(struct buf *out, const char *text);

/* Around the body of a page that needs nothing else: a style for screens of any width,
 * light and dark, and for paper; scripts and anything from elsewhere are forbidden. */
void web_begin_page(struct buf *out, const char *title);
void web_end_page(struct buf *out);

#endif
