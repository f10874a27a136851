/* Pipe tables, read from a paragraph's text. */
#ifndef TALKBOOK_MD_TABLE_H
#define TALKBOOK_MD_TABLE_H

#include "md/doc.h"
#include "md/settle.h"

/* The source, and a place in it that only moves forward. */
struct md_source {
    const char *text;
    size_t len;
    size_t line, off; /* line `line` (from 0) begins at byte off */
};

/* A line of the paragraph: bytes [from, to), pipes [pipe, pipe + pipes). */
struct md_table_line {
    size_t from, to;
    size_t pipe, pipes;
};

/* A paragraph cut up; a zeroed one is ready, the vectors are kept between
 * calls. pipes holds the offsets of the pipes that part cells. */
struct md_table_scan {
    struct md_table_line *lines;
    size_t count, cap;
    size_t *pipes;
    size_t pipe_count, pipe_cap;
    size_t head; /* the line that is the table's head */
};

/* Looks for a table in a paragraph's collected text, which ends on source line
 * last_line (from 1). Where it returns true, lines before scan->head are a
 * paragraph of their own and the rest is the table. */
bool table_scan(struct md_table_scan *scan, const struct md_rich *text,
    struct md_source *source, size_t last_line);

/* Settles the table into the document and sets *index to its number there;
 * false where every cell is empty. */
bool table_add(struct md_table_scan *scan, struct md_settle *settle, struct md_cursor *cursor,
    size_t *index);

void table_release(struct md_table_scan *scan);

#endif
