/* Matches in a text's parts. Private to ui/text*.c. */
#ifndef TALKBOOK_UI_TEXT_FIND_H
#define TALKBOOK_UI_TEXT_FIND_H

#include "ui/text.h"

/* Finds the matches in a part that has just become ready. */
void text_find_in(struct text *text, size_t part);

/* The first match in a part that ends behind byte `off`; or match_count. */
size_t text_match_from(const struct text *text, size_t part, size_t off);

#endif
