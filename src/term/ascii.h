/* Characters for terminals whose locale is not UTF-8. */
#ifndef TALKBOOK_TERM_ASCII_H
#define TALKBOOK_TERM_ASCII_H

#include <stdint.h>

/* The ASCII character nearest to cp: a sign of ours by its table, a letter
 * without its accent, else '?'. */
uint32_t ascii_of(uint32_t cp);

#endif
