/* What the two files of the prompt share. */
#ifndef TALKBOOK_UI_PROMPT_EDIT_H
#define TALKBOOK_UI_PROMPT_EDIT_H

#include "ui/prompt.h"

/* Replaces the text; the cursor goes to its end. */
void prompt_set_text(struct prompt *prompt, const char *text);

/* Writes down the text before a change, to be taken back; of letters typed in a row only
 * before the first of each word, of a paste before its first. */
void prompt_keep_undo(struct prompt *prompt, bool typing);
void prompt_forget_undo(struct prompt *prompt);

#endif
