/* A stack for signal handlers, so that one runs where the thread's own is full. Each
 * thread needs its own. */
#ifndef TALKBOOK_BASE_SIGNAL_STACK_H
#define TALKBOOK_BASE_SIGNAL_STACK_H

#include <signal.h>

struct signal_stack {
    void *memory;
    stack_t before;
};

/* Both are for the thread that calls; end gives back what was there before, and accepts
 * a zeroed struct. */
void signal_stack_begin(struct signal_stack *stack);
void signal_stack_end(struct signal_stack *stack);

#endif
