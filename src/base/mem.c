/* Owns every allocation's failure: nobody else checks for NULL.
 * Must not know what the memory is for. */
#include "base/mem.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"

const char mem_failure[] = "talkbook: out of memory; what was saved is safe\n";

static void *check(void *ptr)
{
    if (ptr == NULL) {
        log_write("out of memory");
        fputs(mem_failure, stderr);
        exit(EXIT_FAILURE);
    }
    return ptr;
}

void *mem_alloc(size_t size)
{
    return check(malloc(size ? size : 1));
}

void *mem_zero(size_t count, size_t size)
{
    return check(calloc(count ? count : 1, size ? size : 1));
}

void *mem_resize(void *ptr, size_t count, size_t size)
{
    if (size != 0 && count > SIZE_MAX / size)
        return check(NULL);
    size_t bytes = count * size;
    return check(realloc(ptr, bytes != 0 ? bytes : 1));
}

char *mem_dup_n(const char *text, size_t len)
{
    char *copy = mem_alloc(len + 1);
    memcpy(copy, text, len);
    copy[len] = '\0';
    return copy;
}

char *mem_dup(const char *text)
{
    return mem_dup_n(text, strlen(text));
}

void *mem_grow(void *ptr, size_t *cap, size_t need, size_t size)
{
    if (need <= *cap)
        return ptr;
    size_t next = *cap < 8 ? 8 : *cap + *cap / 2;
    if (next < need)
        next = need;
    ptr = mem_resize(ptr, next, size);
    *cap = next;
    return ptr;
}
