/* Markdown for terminals: parse once, lay out for a width as often as needed. */
#ifndef TALKBOOK_MD_MD_H
#define TALKBOOK_MD_MD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "md/lines.h"

struct md_doc;

/* Parses len bytes of CommonMark (invalid UTF-8 and NUL are replaced, nothing
 * is refused). src is not kept. Never NULL; md_free() it. */
struct md_doc *md_parse(const char *src, size_t len);

/* Appends the document's lines for a width of cols >= 1 cells. No line is
 * wider, except a line that holds a single wider character. Blank lines stand
 * between blocks, none at the beginning or the end. */
void md_layout(const struct md_doc *doc, int cols, struct md_lines *lines);

void md_free(struct md_doc *doc);

/* The version of cmark at run time. */
const char *md_library(void);

#endif
