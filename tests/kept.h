/* Whether a database keeps what people wrote, looked at from outside while a program
 * works on it. */
#ifndef TALKBOOK_TESTS_KEPT_H
#define TALKBOOK_TESTS_KEPT_H

#include <stddef.h>

struct kept;

struct kept *kept_new(void);
void kept_free(struct kept *kept);

/* Compares with what was there at the last look: every note is still there, and a text
 * that is not its text any more is among its revisions. NULL, or what is lost (the caller
 * frees it). *notes gets how many there are, *trashed how many went to the trash since. */
char *kept_look(struct kept *kept, const char *path, size_t *notes, size_t *trashed);

#endif
