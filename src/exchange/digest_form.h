/* The two forms of a digest: Markdown, and a page for browsers. Texts that are not
 * Markdown already are taken for plain, whatever signs stand in them. */
#ifndef TALKBOOK_EXCHANGE_DIGEST_FORM_H
#define TALKBOOK_EXCHANGE_DIGEST_FORM_H

#include <stdbool.h>

#include "base/buf.h"

struct digest_form {
    bool page; /* else Markdown */
    struct buf *out;
};

void digest_begin(const struct digest_form *form, const char *title);
void digest_end(const struct digest_form *form);

/* A heading of level 1 to 4; anchor is what digest_anchor() made, or NULL. */
void digest_heading(
    const struct digest_form *form, int level, const char *anchor, const char *text);

/* A list of facts, in between; text that is "" and addresses that are not of the web
 * are left out. */
void digest_list(const struct digest_form *form, bool begin);
void digest_fact(const struct digest_form *form, const char *label, const char *text);
void digest_address(const struct digest_form *form, const char *label, const char *url);

/* That a talk stands elsewhere: inside a list. */
void digest_reference(
    const struct digest_form *form, const char *anchor, const char *title, const char *where);

/* Markdown of the person's, set off so that its headings are not the digest's. */
void digest_quote(const struct digest_form *form, const char *markdown);

/* Appends a talk's anchor, [a-z0-9._-], another for each key. */
void digest_add_anchor(struct buf *out, const char *key);

/* Appends plain text as Markdown, on one line; and a link's address. */
void digest_add_plain(struct buf *out, const char *text);
void digest_add_target(struct buf *out, const char *url);

#endif
