/* What may be opened, made a link of, or stored as an address. */
#ifndef TALKBOOK_BASE_URL_H
#define TALKBOOK_BASE_URL_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"

/* Whether text is an http or https address with a host and no user before it, in
 * printable ASCII without the signs that RFC 3986 leaves out: safe as a program's argument
 * and inside an escape sequence, and it leads where it seems to. */
bool url_is_web(const char *text);

/* Appends text with every byte that url_is_web() refuses percent-encoded. */
void url_add_encoded(const char *text, struct buf *out);

/* Appends the address as it is given to a browser: the host in lower case and in ASCII
 * (xn--…), in the rest blanks, controls, quotes and all beyond ASCII percent-encoded;
 * url_is_web() holds for it. False with err where it is no http or https address, has no
 * host or would deceive about it: https://good.example@evil.example/. */
bool url_add_opened(const char *text, struct buf *out, struct err *err);

/* Appends the address as it is shown, with the host that it really leads to before it
 * where that is not what a person reads: behind a user, or in letters beyond ASCII. */
void url_add_seen(const char *text, struct buf *out);

/* Appends the address of a second in a video, "…&t=754s", as the sites that matter
 * take it. */
void url_add_at(const char *url, int seconds, struct buf *out);

#endif
