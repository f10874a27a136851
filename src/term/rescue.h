/* Giving the terminal back when the program crashes. */
#ifndef TALKBOOK_TERM_RESCUE_H
#define TALKBOOK_TERM_RESCUE_H

/* Remembers the terminal's modes as they are; before curses changes them. From here on
 * SEGV, ABRT, BUS, FPE, ILL, SYS, TRAP, a full stack and an exit() for want of memory put them
 * back and end the program as they would have, in whichever thread it happens (a full
 * stack only in one that has a struct signal_stack). The caller is the thread that
 * paints. */
void rescue_begin(void);

/* Adds bytes that undo something; NULL adds nothing. Between begin and arm. */
void rescue_add(const char *bytes);

/* From here on they are written, too; before anything that needs them is. */
void rescue_arm(void);

/* After the terminal was given back. */
void rescue_disarm(void);

#endif
