/* What one part of a document must know of the others: the definitions of its
 * references and which footnotes there are. */
#ifndef TALKBOOK_MD_REFS_H
#define TALKBOOK_MD_REFS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "md/names.h"

struct md_def {
    char *url;       /* owned, as cmark understood it */
    size_t off, len; /* its line in lines */
    bool always;     /* its label may equal others that look different */
    size_t used;     /* the last prefix that it was in */
    uint32_t link;   /* its number among the document's links, and the prefix for */
    size_t linked;   /* which it was given */
    size_t number;   /* the number shown behind it, 0 for none yet */
};

/* Zeroed is empty. */
struct md_refs {
    struct md_names labels, notes;
    struct md_def *defs;
    size_t def_count, def_cap;
    struct buf lines;   /* a definition a line, its address a number */
    size_t always;      /* bytes of those that go into each prefix */
    struct buf pending; /* source that has not been asked yet */
    size_t prefix;      /* how many were made */
};

/* Takes source that may define something, whole blocks with a blank line behind
 * them. refs_settle() asks cmark what it defines, unless all can wait because it
 * is little. Of equal labels the first counts, so keep to the order. */
void refs_collect(struct md_refs *refs, const char *text, size_t len);
void refs_settle(struct md_refs *refs, bool all);

/* Appends the definitions that a part's text may use, and a blank line. They
 * name no address but a number, so that a long one is not copied. */
void refs_add_prefix(struct md_refs *refs, const char *text, size_t len, struct buf *out);

/* The definition that a URL from the tree stands for; NULL: it is an address. */
struct md_def *refs_def(const struct md_refs *refs, const char *url);

/* Footnotes' labels, without the brackets and "^". */
void refs_add_note(struct md_refs *refs, const char *label, size_t len);
bool refs_has_note(struct md_refs *refs, const char *label, size_t len);

void refs_release(struct md_refs *refs);

#endif
