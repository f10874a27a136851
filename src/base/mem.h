/* Memory that never fails: out of memory is logged and ends the program. */
#ifndef TALKBOOK_BASE_MEM_H
#define TALKBOOK_BASE_MEM_H

#include <stddef.h>

/* What is said when there is no memory; exit(EXIT_FAILURE) follows. */
extern const char mem_failure[];

/* Each returns memory that the caller frees with free(); none returns NULL.
 * A product that overflows counts as out of memory. */
void *mem_alloc(size_t size) __attribute__((returns_nonnull));
void *mem_zero(size_t count, size_t size) __attribute__((returns_nonnull));
void *mem_resize(void *ptr, size_t count, size_t size) __attribute__((returns_nonnull));
char *mem_dup(const char *text) __attribute__((returns_nonnull));
char *mem_dup_n(const char *text, size_t len) __attribute__((returns_nonnull));

/* Grows a vector of elements of `size` bytes so that `need` elements fit; *cap
 * counts elements and grows by at least half. Returns the (moved) vector. */
void *mem_grow(void *ptr, size_t *cap, size_t need, size_t size);

#endif
