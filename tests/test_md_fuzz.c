/* Replays the inputs that fuzzing kept, tests/fuzz/md: whatever found a new way
 * through the Markdown library once goes that way at each check. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>
#include <glob.h>

#include "corpora.h"
#include "fuzz_md.c"

static void test_kept_inputs(void **state)
{
    glob_t found = { 0 };
    (void)state;
    assert_int_equal(glob("tests/fuzz/md/*", 0, NULL, &found), 0);
    assert_true(found.gl_pathc > 100);
    for (size_t i = 0; i < found.gl_pathc; i++) {
        size_t len;
        char *src = corpora_read(found.gl_pathv[i], &len);
        assert_non_null(src);
        LLVMFuzzerTestOneInput((const uint8_t *)src, len);
        free(src);
    }
    print_message("figure: %zu inputs replayed\n", found.gl_pathc);
    globfree(&found);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_kept_inputs) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
