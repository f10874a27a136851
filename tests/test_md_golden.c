/* A page that uses everything, as `render` prints it with few and with all
 * colours at four widths. GOLDEN_UPDATE=1 rewrites the goldens. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli_check.h"
#include "corpora.h"

#define GOLDEN "tests/golden/everything"

static void check(struct program *p, const char *width, const char *color)
{
    char path[80], colors[40];
    size_t len = 0;
    snprintf(path, sizeof path, GOLDEN ".%s.%s.ansi", width, color);
    snprintf(colors, sizeof colors, "--color=%s", color);
    program_run(p, "render", "--style=dark", "--width", width, colors, GOLDEN ".md", NULL);
    assert_int_equal(p->status, 0);
    if (getenv("GOLDEN_UPDATE") != NULL)
        support_write(path, p->out.data, p->out.len);
    char *expected = corpora_read(path, &len);
    if (expected == NULL)
        fail_msg("%s is missing; make it with GOLDEN_UPDATE=1", path);
    assert_string_equal(program_out(p), expected);
    free(expected);
}

static void test_colours(void **state)
{
    static const char *const widths[] = { "20", "40", "80", "120" };
    for (size_t i = 0; i < sizeof widths / sizeof widths[0]; i++) {
        check(*state, widths[i], "16");
        check(*state, widths[i], "truecolor");
    }
}

/* Without colours the headings still differ, and nothing but marks is used. */
static void test_mono(void **state)
{
    struct program *p = *state;
    p->input = "# a\n\n## a\n\n### a\n\n#### a\n\n##### a\n\n###### a\n";
    run_ok(p, "render", NULL);
    assert_string_equal(
        program_out(p), "a\n═\n\na\n─\n\n### a\n\n#### a\n\n##### a\n\n###### a\n");
    program_run(p, "render", "--color=always", "--style=mono", GOLDEN ".md", NULL);
    assert_int_equal(p->status, 0);
    for (const char *at = program_out(p); (at = strstr(at, "\033[0;")) != NULL;) {
        at += 4;
        size_t len = strcspn(at, "m");
        for (size_t i = 0; i < len; i++)
            assert_true(at[i] == ';' || (at[i] >= '1' && at[i] <= '9'));
        assert_true(len <= 6);
    }
}

static void test_choices(void **state)
{
    struct program *p = *state;
    p->input = "*a*\n";
    program_run(p, "render", "--color=17", NULL);
    assert_one_line(p, 2, "truecolor");
    program_run(p, "render", "--style=pink", NULL);
    assert_one_line(p, 2, "mono");
    program_run(p, "render", "--style=light", "--color=256", NULL);
    assert_int_equal(p->status, 0);
}

/* In a pipe a link's address is at the end, once. */
static void test_numbers(void **state)
{
    struct program *p = *state;
    p->input = "[a](/u) [b](/v) <http://w.x> [c](/u) ![i](/p) []( /e)\n\n[d][r]\n\n[r]: /v\n";
    run_ok(p, "render", NULL);
    assert_string_equal(program_out(p), "a[1] b[2] http://w.x c[1] [image: i][3] /e\n\nd[2]\n\n"
                                        "[1] /u\n[2] /v\n[3] /p\n");
    program_run(p, "render", "--color=always", NULL);
    assert_null(strstr(program_out(p), "[1]"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CLI_TEST(test_colours),
        CLI_TEST(test_mono),
        CLI_TEST(test_choices),
        CLI_TEST(test_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
