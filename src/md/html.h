/* The little HTML that Markdown carries: tags and entities. */
#ifndef TALKBOOK_MD_HTML_H
#define TALKBOOK_MD_HTML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

enum html_what {
    HTML_SHOWN,   /* shown as written */
    HTML_BREAK,   /* <br> */
    HTML_NOTHING, /* comments */
    HTML_LOOK,    /* gives its text a look and isn't shown itself */
};

/* Tags that are rendered; the rows of html_looks. */
enum { HTML_LOOKS = 16 };

struct html_look {
    const char *name;
    uint8_t style; /* enum style; STYLE_TEXT leaves it as it is */
    uint8_t face;
    uint8_t script; /* enum html_script */
};

enum html_script { HTML_LEVEL, HTML_SUB, HTML_SUPER };

extern const struct html_look html_looks[HTML_LOOKS];

struct html_tag {
    enum html_what what;
    bool closing; /* HTML_LOOK: </b> */
    size_t look;  /* HTML_LOOK: its row */
};

/* What to do with a whole tag, comment or declaration, "<…>". */
struct html_tag html_tag(const char *text, size_t len);

/* Bytes of the tag, comment or declaration that begins at text (len > 0), 0
 * where none does. Looks at no more bytes than it returns, except once for
 * what is never closed: then *open stays set and later calls don't look. */
struct html_open {
    bool tag, comment; /* zeroed; seen to be unclosed up to the end */
};
size_t html_tag_len(const char *text, size_t len, struct html_open *open);

/* Decodes the numeric or common named entity that begins at text (len > 0);
 * returns its bytes, 0 where none does. */
size_t html_entity(const char *text, size_t len, uint32_t *cp);

/* Appends text as sub- or superscript, where all of it has such characters; else
 * false. */
bool html_add_script(enum html_script script, const char *text, size_t len, struct buf *out);

/* Whether a line begins with one of the tags that make a block of HTML up to
 * the next blank line (CommonMark's sixth kind). */
bool html_is_block(const char *line, size_t len);

/* Whether a block of HTML keeps its white space (pre, script, style, …). */
bool html_is_verbatim(const char *text, size_t len);

#endif
