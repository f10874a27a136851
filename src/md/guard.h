/* Finds what cmark 0.30.2 takes quadratic time or a gigabyte for. */
#ifndef TALKBOOK_MD_GUARD_H
#define TALKBOOK_MD_GUARD_H

#include <stddef.h>
#include <stdint.h>

/* Steps that a document may cost beyond those that its size warrants: some 0.1
 * to 0.3 s. */
enum { GUARD_STEPS = 30000000 };

/* How many steps parsing this source may cost beyond them, UINT64_MAX where it
 * may take too much memory. An upper bound, found in one pass:
 * - each link walks the images that are open: "![" times "]" in a paragraph;
 * - each line walks the open containers, and so does each emphasis and link
 *   when it is put into the tree: depth times lines, "*", "_" and "]";
 * - each reference copies its definition's address: "]" times its paragraph;
 * - a paragraph's emphases, links and line ends are a node or two each. */
uint64_t guard_excess(const char *text, size_t len);

#endif
