/* Texts that would act on a terminal, a shell or a reader's eye if they got through. */
#ifndef TALKBOOK_TESTS_PAYLOADS_H
#define TALKBOOK_TESTS_PAYLOADS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

struct payloads {
    char **items; /* no NUL in any; many are no UTF-8 */
    size_t count, own;
};

/* Our own list, then the public lists beside the project, some lines or a file each.
 * False, having said so, where those are absent. */
bool payloads_read(struct payloads *payloads);
void payloads_release(struct payloads *payloads);

/* As a JSON string's inside: controls escaped, what is no UTF-8 as it is. */
void payloads_add_json(const char *text, struct buf *out);

/* With neither slash nor line end, and not longer than a file's name may be. */
char *payloads_name(const char *text);

#endif
