/* The public Markdown corpora beside the project, where there are any. */
#ifndef TALKBOOK_TESTS_CORPORA_H
#define TALKBOOK_TESTS_CORPORA_H

#include <stdbool.h>
#include <stddef.h>

#define CORPORA "../shared/corpora/"

/* Calls take with every Markdown source of the suites: CommonMark's spec and its
 * examples, cmark's and lowdown's. False, having said so, where they are absent. */
bool corpora_each(
    void (*take)(const char *name, const char *src, size_t len, void *context), void *context);

/* The next example of a file in the spec's form from *at; NULL at the end. The
 * caller frees it. */
char *corpora_example(const char *spec, size_t *at);

/* A whole file, or NULL; the caller frees it. */
char *corpora_read(const char *path, size_t *len);

#endif
