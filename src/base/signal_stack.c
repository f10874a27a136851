/* Owns the memory of handlers' stacks. Must not know what a handler does. */
#include "base/signal_stack.h"

#include <stdlib.h>

#include "base/mem.h"

enum { STACK_BYTES = 64 * 1024 };

void signal_stack_begin(struct signal_stack *stack)
{
    stack->memory = mem_alloc(STACK_BYTES);
    stack_t alternate = { .ss_sp = stack->memory, .ss_size = STACK_BYTES };
    sigaltstack(&alternate, &stack->before);
}

void signal_stack_end(struct signal_stack *stack)
{
    if (stack->memory == NULL)
        return;
    sigaltstack(&stack->before, NULL);
    free(stack->memory);
    stack->memory = NULL;
}
