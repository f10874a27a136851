/* What the benchmarked programs show, made in a temporary directory that is also
 * their HOME. All fill `dir`, which exists, and say on stderr what failed. */
#ifndef TALKBOOK_TESTS_BENCH_FIXTURE_H
#define TALKBOOK_TESTS_BENCH_FIXTURE_H

#include <stdbool.h>

/* dir/bench-text: the lines of the file `from`, or made-up ones where it is NULL,
 * repeated until every page key has a page to show. */
bool fixture_text(const char *dir, const char *from);

/* dir/repo: a git repository of 300 commits, "needle1 …" to "needle300 …". */
bool fixture_repo(const char *dir);

/* dir/.newsboat: the feed "needlefeed" of 106 articles, already reloaded. */
bool fixture_feed(const char *dir);

/* Runs a command in dir to its end, its output unseen; whether it ended with 0. */
bool fixture_command(const char *dir, const char *const *argv);

/* Removes dir and all in it. */
void fixture_remove(const char *dir);

#endif
