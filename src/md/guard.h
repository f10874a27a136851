/* Finds what cmark 0.30.2 takes quadratic time or a gigabyte for. */
#ifndef TALKBOOK_MD_GUARD_H
#define TALKBOOK_MD_GUARD_H

#include <stdbool.h>
#include <stddef.h>

/* Whether parsing the source could take much longer than its size warrants; an
 * upper bound, found in one pass:
 * - each link walks the images that are open: "![" times "]" in a paragraph;
 * - each line walks the open containers, and so does each emphasis and link
 *   when it is put into the tree: depth times lines, "*", "_" and "]";
 * - each reference copies its definition's address: "]" times its paragraph;
 * - a paragraph's emphases, links and line ends are a node or two each. */
bool guard_is_hostile(const char *text, size_t len);

#endif
