/* Words of prose, for the test of the catalog. */
#ifndef TALKBOOK_TESTS_WORDS_H
#define TALKBOOK_TESTS_WORDS_H

#include <stddef.h>
#include <stdint.h>

/* Words between blanks, those of signs alone (list markers) apart. */
size_t words_count(const char *text);

/* The first `count` words without case, accents and signs; the caller frees. */
char *words_first(const char *text, int count);

/* How many of a hundred words are among the commonest of Spanish. */
size_t words_share_spanish(const char *text);

/* NULL, or what is wrong with an http(s) address. */
const char *words_url_mistake(const char *url, size_t len);

/* Every run of WORDS_RUN words of the texts added, as numbers in order. */
enum { WORDS_RUN = 8 };
struct words_runs {
    uint64_t *hashes;
    size_t count, cap;
};

void words_runs_add(struct words_runs *runs, const char *text);

/* The first run of text that is in runs, NULL for none; the caller frees it. */
char *words_runs_find(const struct words_runs *runs, const char *text);
void words_runs_release(struct words_runs *runs);

#endif
