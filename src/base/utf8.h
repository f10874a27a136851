/* UTF-8, terminal cells and folding: the one place that knows how wide text is. */
#ifndef TALKBOOK_BASE_UTF8_H
#define TALKBOOK_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { UTF8_REPLACEMENT = 0xFFFD };

/* Decodes one code point from len > 0 bytes and returns the bytes taken (1-4).
 * A malformed sequence gives U+FFFD for its longest valid beginning, as the
 * Unicode standard recommends (chapter 3, "U+FFFD substitution"). */
size_t utf8_decode(const char *text, size_t len, uint32_t *cp);

/* Writes cp's bytes (not NUL-terminated) and returns their count; what is not
 * a scalar value is written as U+FFFD. */
size_t utf8_encode(uint32_t cp, char out[4]);

/* How many bytes from the beginning are printable ASCII, blanks included. */
size_t utf8_plain(const char *text, size_t len);

/* Byte offset of the first malformed sequence, or len where there is none. */
size_t utf8_find_invalid(const char *text, size_t len);

/* Cells that cp takes on a terminal: 0, 1 or 2; -1 for a control or a code
 * point without a width (glibc's wcwidth). */
int utf8_width(uint32_t cp);

/* Bytes of the next cell (a base with the zero-width marks after it) and its
 * width in cells; len > 0. At the start of text a lone mark is a cell of width 0. */
size_t utf8_next_cell(const char *text, size_t len, int *width);

/* Bytes of the last cell of text; len > 0. */
size_t utf8_last_cell(const char *text, size_t len);

/* Cells that a sanitised text takes. */
int utf8_cells(const char *text, size_t len);

/* Longest beginning of text that takes at most `cells` cells, in bytes. */
size_t utf8_fit(const char *text, size_t len, int cells);

/* cp without case and accents, as search compares it; 0 for a combining mark,
 * a joiner or a variation selector, which search ignores. (Unicode case folding, NFD, marks
 * dropped.) */
uint32_t utf8_fold(uint32_t cp);

/* Whether cp belongs to a word (letters, digits, marks). */
bool utf8_is_word(uint32_t cp);

/* Whether cp is a word by itself: a character of a script searched by substring (Han, kana,
 * hangul), or a pictograph. */
bool utf8_is_single(uint32_t cp);

/* Han and kana: scripts written without spaces (hangul has them), where a line may break
 * between any two characters. */
bool utf8_is_cjk(uint32_t cp);

#endif
