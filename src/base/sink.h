/* The one sink: every byte that reaches a terminal passes through here. */
#ifndef TALKBOOK_BASE_SINK_H
#define TALKBOOK_BASE_SINK_H

#include <stddef.h>

#include "base/buf.h"

enum sink_mode {
    SINK_LINE, /* newlines and tabs become one space */
    SINK_TEXT, /* newlines and tabs stay */
    SINK_FILE, /* and \r\n, and what is without a width: joiners, selectors */
    SINK_PAGE, /* the same of HTML, which takes what is shown for text */
};

/* Appends text so that nothing in it can act on a terminal: valid UTF-8 only;
 * C0, DEL, C1 and bidi controls shown as <U+202E>; zero-width joiners,
 * variation selectors, keycap and tag marks dropped (terminals and curses
 * disagree on their width); code points without a width become U+FFFD. */
void sink_add(struct buf *out, const char *text, size_t len, enum sink_mode mode);
void sink_adds(struct buf *out, const char *text, enum sink_mode mode);

/* The same as a new string that the caller frees; NULL gives "". */
char *sink_line(const char *text);

#endif
