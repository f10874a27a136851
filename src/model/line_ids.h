/* Numbers for lines: the same number for the same bytes. */
#ifndef TALKBOOK_MODEL_LINE_IDS_H
#define TALKBOOK_MODEL_LINE_IDS_H

#include <stddef.h>
#include <stdint.h>

#include "model/diff.h"

struct line_id {
    const char *bytes; /* borrowed from the text */
    size_t len;
    uint32_t hash, next;
};

struct line_ids {
    struct line_id *lines; /* by number */
    size_t count, cap;
    uint32_t *buckets; /* the first line's number + 1; 0 for none */
    size_t mask;
    uint32_t keys[3];
};

/* For about `lines` lines. */
void line_ids_init(struct line_ids *ids, size_t lines);
void line_ids_release(struct line_ids *ids);

/* Writes the numbers of `count` lines from `first` on to out. Numbers begin at 0 and
 * leave none out. */
void line_ids_read(struct line_ids *ids, const struct diff_lines *lines, size_t first,
    size_t count, uint32_t *out);

#endif
