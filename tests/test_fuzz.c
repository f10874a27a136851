/* Replays the inputs that fuzzing kept, tests/fuzz/NAME: whatever found a new way
 * through the program once goes that way at each check. */
#include "support.h"

#include <stdlib.h>

#include <cmocka.h>
#include <glob.h>

#include "corpora.h"
#include "fuzz.h"

static const struct {
    const char *pattern;
    int (*run)(const uint8_t *data, size_t size);
    size_t least;
} targets[] = {
    { "tests/fuzz/md/*", fuzz_md, 100 },
    { "tests/fuzz/query/*", fuzz_query, 20 },
    { "tests/fuzz/config/*", fuzz_config, 20 },
    { "tests/fuzz/sink/*", fuzz_sink, 20 },
    { "tests/fuzz/json/*", fuzz_json, 20 },
    { "tests/fuzz/pyvideo/*", fuzz_pyvideo, 20 },
    { "tests/fuzz/items/*", fuzz_items, 20 },
    { "tests/fuzz/merge/*", fuzz_merge, 20 },
    { "tests/fuzz/front/*", fuzz_front, 20 },
    { "tests/fuzz/catalog/*", fuzz_catalog, 20 },
    { "tests/fuzz/box/*", fuzz_box, 20 },
};

static void test_kept_inputs(void **state)
{
    (void)state;
    for (size_t t = 0; t < SUPPORT_COUNT(targets); t++) {
        glob_t found = { 0 };
        assert_int_equal(glob(targets[t].pattern, 0, NULL, &found), 0);
        assert_true(found.gl_pathc > targets[t].least);
        for (size_t i = 0; i < found.gl_pathc; i++) {
            size_t len;
            char *src = corpora_read(found.gl_pathv[i], &len);
            assert_non_null(src);
            targets[t].run((const uint8_t *)src, len);
            free(src);
        }
        print_message(
            "figure: %zu inputs of %s replayed\n", found.gl_pathc, targets[t].pattern);
        globfree(&found);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_kept_inputs) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
