/* What may be opened, made a link of, or stored as an address. */
#ifndef TALKBOOK_BASE_URL_H
#define TALKBOOK_BASE_URL_H

#include <stdbool.h>

#include "base/buf.h"

/* Whether text is an http or https address with a host, in printable ASCII without
 * the signs that RFC 3986 leaves out: safe as a program's argument and inside an
 * escape sequence. */
bool url_is_web(const char *text);

/* Appends text with every byte that url_is_web() refuses percent-encoded. */
void url_add_encoded(const char *text, struct buf *out);

#endif
