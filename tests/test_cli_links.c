/* The command line where notes lead to talks. */
#include "support.h"

#include <string.h>

#include <cmocka.h>

#include "cli_check.h"

/* A talk tells which notes elsewhere lead to it. */
static void test_mentions(void **state)
{
    struct program *p = *state;
    run_ok(p, "show", "design-pressure", "--json", NULL);
    assert_json_int(p, "json_array_length(?1, '$.mentioned_in')", 0);
    run_ok(p, "note", "add", "nogil", "-m", "as in [[design-pressure]]", NULL);
    run_ok(p, "show", "design-pressure", NULL);
    assert_non_null(strstr(program_out(p), "\nMentioned in note 11 on Building a NoGIL"));
    run_ok(p, "show", "design-pressure", "--json", NULL);
    assert_json_int(p, "json_extract(?1, '$.mentioned_in[0]')", 11);
    assert_json_int(p, "json_array_length(?1, '$.mentioned_in')", 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = { CLI_TEST(test_mentions) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
