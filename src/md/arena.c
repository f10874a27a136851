/* Owns the memory that cmark's trees are made of. Freeing a tree node by node
 * costs a third of parsing it, and cmark's own arena begins at 4 MB each time.
 * The state is the thread's, not a document's: cmark's allocator functions are
 * given nothing to find it by. */
#include "md/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum {
    FIRST = 32 << 10, /* bytes of the first block; each next one is twice as large */
    KEPT = 4 << 20,   /* a larger block is not kept for the next parse */
    ALIGN = 16,
};

/* Stands before its bytes. */
struct block {
    struct block *before;
    size_t size, used;
};

enum { HEAD = (sizeof(struct block) + ALIGN - 1) / ALIGN * ALIGN };

static _Thread_local struct block *last;

static void add_block(size_t need)
{
    size_t size = last != NULL ? last->size * 2 : FIRST;
    size = size > need ? size : need;
    struct block *block = mem_alloc(HEAD + size);
    *block = (struct block){ .before = last, .size = size };
    last = block;
}

static size_t room_for(size_t size)
{
    return (size + ALIGN - 1) / ALIGN * ALIGN;
}

/* The size stands in the bytes before what is handed out. */
static void *take(size_t size)
{
    size_t need = ALIGN + room_for(size);
    if (last == NULL || last->size - last->used < need)
        add_block(need);
    char *bytes = (char *)last + HEAD + last->used;
    last->used += need;
    memcpy(bytes, &size, sizeof size);
    return bytes + ALIGN;
}

static void *arena_calloc(size_t count, size_t size)
{
    return memset(take(count * size), 0, count * size);
}

/* What was handed out last grows where it is. */
static void *arena_realloc(void *old, size_t size)
{
    if (old == NULL)
        return take(size);
    size_t had;
    memcpy(&had, (char *)old - ALIGN, sizeof had);
    size_t before = room_for(had), after = room_for(size);
    bool newest = (char *)old + before == (char *)last + HEAD + last->used;
    if (newest && after <= before + (last->size - last->used)) {
        last->used = last->used - before + after;
        memcpy((char *)old - ALIGN, &size, sizeof size);
        return old;
    }
    return memcpy(take(size), old, had < size ? had : size);
}

static void arena_free(void *bytes)
{
    (void)bytes;
}

cmark_mem *arena_mem(void)
{
    static cmark_mem functions = { arena_calloc, arena_realloc, arena_free };
    return &functions;
}

void arena_reset(void)
{
    while (last != NULL && (last->before != NULL || last->size > KEPT)) {
        struct block *before = last->before;
        /* The largest that may be kept holds the next parse in one piece. */
        if (before != NULL && last->size <= KEPT) {
            last->before = before->before;
            free(before);
            continue;
        }
        free(last);
        last = before;
    }
    if (last != NULL)
        last->used = 0;
}

void arena_release(void)
{
    while (last != NULL) {
        struct block *before = last->before;
        free(last);
        last = before;
    }
}
