/* Giving the terminal back when the program crashes. */
#ifndef TALKBOOK_TERM_RESCUE_H
#define TALKBOOK_TERM_RESCUE_H

/* Remembers the terminal's modes as they are; before curses changes them. */
void rescue_begin(void);

/* Adds bytes that undo something; NULL adds nothing. Between begin and arm. */
void rescue_add(const char *bytes);

/* From here on SEGV, ABRT, BUS, FPE, ILL, SYS, a full stack and an exit() for want
 * of memory write those bytes, put the modes back and end the program as they
 * would have. */
void rescue_arm(void);
void rescue_disarm(void);

#endif
