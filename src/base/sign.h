/* Signs that notes have beside Markdown's: "#tag", "[[talk]]", and times into a video,
 * "[12:34]". */
#ifndef TALKBOOK_BASE_SIGN_H
#define TALKBOOK_BASE_SIGN_H

#include <stdbool.h>
#include <stddef.h>

/* The bytes of the tag at text[at] ('#' included), 0 where there is none. A tag
 * begins with a letter and goes on with word characters, '-', '_' and '/'; no word
 * character, '#', '&' or '/' stands before it. len is text's length in bytes. */
size_t sign_tag(const char *text, size_t len, size_t at);

/* The bytes of the link at text[at], "[[target]]" or "[[target|label]]", 0 where
 * there is none; *target and *target_len are the target without blanks around it.
 * It stands on one line, and is at most 300 bytes long. */
size_t sign_link(
    const char *text, size_t len, size_t at, const char **target, size_t *target_len);

/* The bytes of the time at text[at], "[12:34]" or "[1:02:03]", 0 where there is none. No
 * letter or digit, '_', ')' or ']' stands before it, as in "a[1:20]", which is a slice;
 * Han and kana may, being written without blanks. */
size_t sign_stamp(const char *text, size_t len, size_t at, int *seconds);

/* Whether a line begins with a task, "TODO:" or "Q:", or a done one. */
bool sign_is_task(const char *line, size_t len);

#endif
