/* Tables as RFC 4180 has them, safe to open in a spreadsheet. */
#ifndef TALKBOOK_EXCHANGE_CSV_H
#define TALKBOOK_EXCHANGE_CSV_H

#include <stdint.h>

#include "base/buf.h"

/* Appends a cell of text, quoted where need be. What a spreadsheet would take for a
 * formula (it begins with = + - @, their full-width forms, a tab or a line's end,
 * blanks before it or not) gets an apostrophe before it. Controls but tab and newline
 * are dropped. */
void csv_add_text(struct buf *out, const char *text);

/* A number of our own. */
void csv_add_int(struct buf *out, int64_t value);

/* Ends the row. */
void csv_end(struct buf *out);

#endif
