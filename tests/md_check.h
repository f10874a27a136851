/* What must hold for every layout, whatever the source. Shared by the unit
 * tests and the fuzz target. */
#ifndef TALKBOOK_TESTS_MD_CHECK_H
#define TALKBOOK_TESTS_MD_CHECK_H

#include "md/lines.h"

/* The first thing that is wrong with lines laid out for cols cells, as a
 * string of its own, or NULL. *line is set to where. */
const char *md_check(const struct md_lines *lines, int cols, size_t *line);

#endif
