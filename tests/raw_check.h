/* What the bytes that a program wrote to a terminal leave behind there. */
#ifndef TALKBOOK_TESTS_RAW_CHECK_H
#define TALKBOOK_TESTS_RAW_CHECK_H

#include <stddef.h>

/* NULL where the terminal is after these bytes as before: every private mode set back
 * (and the cursor and wrapping on), characters from the plain set, the whole screen
 * scrolling, keypad plain; no title, palette, clipboard (but for `copies` of ours), no
 * device string, no C1 and no sequence that talkbook has no use for on the way. Else
 * what is wrong; the caller frees it. */
char *raw_check(const char *bytes, size_t len, int copies);

#endif
