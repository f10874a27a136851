/* A calendar written and read back by a strict reader of its own. */
#ifndef TALKBOOK_TESTS_ICS_CHECK_H
#define TALKBOOK_TESTS_ICS_CHECK_H

#include <stddef.h>

#include "exchange/ics.h"

#define ICS_CHECK_NOW "2025-05-16T15:00:00.123Z"

/* Writes the events, of which `want` must be in the calendar, and fails the test
 * where it is not RFC 5545's or does not say what they say. Their texts are to be
 * without control characters, their addresses "" or good. Returns how many times
 * are local ones. */
size_t ics_check(const struct ics_event *events, size_t count, size_t want);

#endif
