/* What the tests of the command line ask of one run of the program. */
#ifndef TALKBOOK_TESTS_CLI_CHECK_H
#define TALKBOOK_TESTS_CLI_CHECK_H

#include <stdint.h>

#include "program.h"
#include "support.h"

/* Each test gets a struct program with an empty home of its own. */
#define CLI_TEST(name) cmocka_unit_test_setup_teardown(name, cli_set_up, cli_tear_down)
int cli_set_up(void **state);
int cli_tear_down(void **state);

/* Runs it and asserts: status 0, nothing on standard error, and output that is
 * safe to print (see assert_inert). */
#define run_ok(...) (program_run(__VA_ARGS__), assert_fine(__VA_ARGS__))
void assert_fine(const struct program *program, ...);

/* Asserts that text is UTF-8 without any control but newline and tab, and
 * without bidi controls and zero-width characters. */
void assert_inert(const char *text, size_t len);

/* The same for what goes into files as documents do: what joins and selects may be there,
 * and lines may end in \r\n. */
#define run_document(...) (program_run(__VA_ARGS__), assert_fine_document(__VA_ARGS__))
void assert_fine_document(const struct program *program, ...);
void assert_inert_document(const char *text, size_t len);

/* Asserts a failure: this status, no output, one line on standard error that
 * begins with the program's name and holds `part`. */
void assert_one_line(const struct program *program, int status, const char *part);

/* Asserts that the output is JSON and what an SQL expression over it (?1) is. */
void assert_json(const struct program *program, const char *expression, const char *expected);
void assert_json_int(const struct program *program, const char *expression, int64_t expected);

/* A field of `show --json`, the caller frees it. */
char *json_of_talk(struct program *program, const char *talk, const char *field);

/* How many lines of the output match an extended regular expression. */
int count_lines(const struct program *program, const char *regex);

#endif
