/* The headings of every grouping, counted again from the talks below them. */
#ifndef TALKBOOK_TESTS_TALLY_CHECK_H
#define TALKBOOK_TESTS_TALLY_CHECK_H

#include "support.h"

/* Fails where a heading's counts are not those of its talks, where the groups
 * of a talk's topic, day and room do not sum to all talks, or where a talk's
 * own count of notes is not that of its notes. */
void tally_check(struct db *db);

#endif
