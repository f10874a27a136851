/* Sessions as a calendar that calendar programs read: iCalendar, RFC 5545. */
#ifndef TALKBOOK_EXCHANGE_ICS_H
#define TALKBOOK_EXCHANGE_ICS_H

#include <stddef.h>

#include "base/buf.h"

/* Strings are borrowed UTF-8, none is NULL; "" leaves a property out. */
struct ics_event {
    const char *uid; /* ASCII, the same at each export, no other event's */
    const char *summary, *description, *location;
    const char *url;                 /* left out where it is no web address */
    const char *starts_at, *ends_at; /* as date_parse() reads them; a date ends with its day */
    const char *time_zone;           /* IANA name */
    int seconds;                     /* length where ends_at says none; 0: unknown */
};

/* Appends one calendar of that name ("" for none); `now` is a moment as
 * date_add_now() writes it. Returns how many events are in it: one whose start
 * is no date of the years 2 to 9998 is left out.
 *
 * Times are local ones of the event's zone, whose changes of offset are taken
 * from the events themselves. A time that this cannot tell (no zone, or a clock
 * set back shows it twice) is written in UTC. Of text, control characters but
 * tabs and line ends are dropped and what is no UTF-8 becomes U+FFFD. */
size_t ics_add_calendar(struct buf *out, const char *name, const struct ics_event *events,
    size_t count, const char *now);

#endif
