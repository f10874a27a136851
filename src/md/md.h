/* Markdown for terminals: parse once, lay out for a width as often as needed. */
#ifndef TALKBOOK_MD_MD_H
#define TALKBOOK_MD_MD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "md/lines.h"

struct md_doc;

/* How lines are laid out; bits. */
enum md_how {
    MD_UNFOLDED = 1, /* lines of code may be wider: see md_line.fixed */
};

/* Opens len bytes of CommonMark (invalid UTF-8 and NUL are replaced, nothing is
 * refused) without parsing them: finds where they may be cut into parts, and
 * the definitions of references. src is borrowed until md_free(). Never NULL. */
struct md_doc *md_open(const char *src, size_t len);

/* The same with parts of about `least` bytes; for tests. */
struct md_doc *md_open_in_parts(const char *src, size_t len, size_t least);

/* How many parts there are (none in an empty source), and one's bytes. */
size_t md_parts(const struct md_doc *doc);
size_t md_part_len(const struct md_doc *doc, size_t part);

/* Appends one part's lines for a width of cols >= 1 cells; parses it first
 * where that wasn't done. A blank line comes before, except where no earlier
 * part is known to show anything. */
void md_layout_part(
    struct md_doc *doc, size_t part, int cols, unsigned how, struct md_lines *lines);

/* From now on a link whose address can't be seen is followed by its number,
 * "[1]", in the order of parsing; md_link() gives the address of a number that
 * was given (not sanitised; borrowed), else NULL. */
void md_number_links(struct md_doc *doc);
const char *md_link(const struct md_doc *doc, size_t number);

/* Gives the memory of what was parsed back for the parts to come. */
void md_forget(struct md_doc *doc);

/* Opens and parses all of it; src is not kept. */
struct md_doc *md_parse(const char *src, size_t len);

/* Appends the document's lines for a width of cols >= 1 cells. No line is
 * wider, except a line that holds a single wider character. Blank lines stand
 * between blocks, none at the beginning or the end. All must be parsed. */
void md_layout(const struct md_doc *doc, int cols, struct md_lines *lines);

void md_free(struct md_doc *doc);

/* The version of cmark at run time. */
const char *md_library(void);

#endif
