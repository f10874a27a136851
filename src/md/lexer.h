/* Cuts code into tokens of one style. */
#ifndef TALKBOOK_MD_LEXER_H
#define TALKBOOK_MD_LEXER_H

#include <stddef.h>

#include "base/style.h"
#include "md/language.h"

/* A place in code that only moves forward. Every byte is looked at a bounded
 * number of times. */
struct lexer {
    const struct language *language;
    const char *text; /* borrowed, sanitised */
    size_t at, end;
};

/* The style of the next token, which ends at lexer->at; call while at < end. */
enum style lexer_next(struct lexer *lexer);

#endif
