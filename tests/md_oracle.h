/* What a Markdown source says, told twice without white space and without our
 * own marks: from cmark's tree, and from laid-out lines. Tables, task boxes
 * and what else cmark leaves as text are not known here. */
#ifndef TALKBOOK_TESTS_MD_ORACLE_H
#define TALKBOOK_TESTS_MD_ORACLE_H

#include "md/lines.h"

void oracle_source(const char *src, size_t len, struct buf *out);
void oracle_lines(const struct md_lines *lines, struct buf *out);

#endif
