/* Memory for one parse of cmark's, given back all at once. */
#ifndef TALKBOOK_MD_ARENA_H
#define TALKBOOK_MD_ARENA_H

#include <cmark.h>

/* The allocator to give to cmark. What it hands out holds until the next
 * arena_reset() or arena_release() of the same thread. */
cmark_mem *arena_mem(void);

/* Forgets everything but keeps memory for the next parse. */
void arena_reset(void);
void arena_release(void);

#endif
