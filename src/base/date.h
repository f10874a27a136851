/* Dates as the catalog and the notes write them: ISO 8601. */
#ifndef TALKBOOK_BASE_DATE_H
#define TALKBOOK_BASE_DATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "base/buf.h"

/* A moment as written: the wall clock of its place and that place's offset. */
struct date {
    int year, month, day;     /* 1-12, 1-31 */
    int hour, minute, second; /* -1 in hour: a date without a time */
    int offset;               /* minutes east of UTC */
};

/* Parses YYYY-MM-DD or YYYY-MM-DDTHH:MM[:SS[.fff]](Z|±HH:MM); the whole of
 * text must be that and name a real day. */
bool date_parse(const char *text, struct date *date);

/* Seconds since 1970 in UTC (a date without a time counts as midnight). */
int64_t date_seconds(const struct date *date);

/* 0 Sunday … 6 Saturday, and its English name. */
int date_weekday(const struct date *date);
const char *date_weekday_name(const struct date *date);

/* "Fri 16 May 2025"; "09:30". */
void date_add_day(struct buf *out, const struct date *date);
void date_add_time(struct buf *out, const struct date *date);

/* Now in UTC, "2025-05-16T15:00:00.123Z". */
void date_add_now(struct buf *out);

/* A moment in the same form. */
void date_add_moment(struct buf *out, struct timespec at);

/* A UTC moment in the person's own zone, "2025-05-16 17:00"; what is no date
 * is added as it stands. */
void date_add_local(struct buf *out, const char *iso);

/* "1:02:03" or "12:34". */
void date_add_length(struct buf *out, int seconds);

/* Reads such a length ("754" is seconds, too) at text, which is len bytes long, and
 * returns the bytes taken; 0 where there is none. Minutes and seconds behind a
 * colon have two digits; less than 1000 hours. */
size_t date_read_length(const char *text, size_t len, int *seconds);

#endif
