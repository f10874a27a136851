/* Tables: what a strict reader makes of them is what went in. */
#include "support.h"

#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "exchange/csv.h"

/* The next cell of a row of strict RFC 4180; *at moves behind it. */
static char *next_cell(const char **at)
{
    struct buf out = { 0 };
    if (**at == '"') {
        for (++*at; **at != '"' || (*at)[1] == '"'; ++*at) {
            assert_int_not_equal(**at, '\0');
            buf_addc(&out, **at);
            *at += **at == '"';
        }
        ++*at;
    } else {
        size_t len = strcspn(*at, ",\r");
        assert_null(memchr(*at, '"', len));
        buf_add(&out, *at, len);
        *at += len;
    }
    assert_true(**at == ',' || strncmp(*at, "\r\n", 2) == 0);
    *at += **at == ',' ? 1 : 2;
    return buf_take(&out);
}

static void test_table(void **state)
{
    static const char *const cells[][2] = { { "plain", "plain" }, { "a,b", "a,b" },
        { "say \"x\"", "say \"x\"" }, { "two\nlines", "two\nlines" }, { "", "" },
        { "=1+1", "'=1+1" }, { "+x", "'+x" }, { "-x", "'-x" }, { "@x", "'@x" },
        { "\tx", "'\tx" }, { "  =x", "'  =x" }, { "＝x", "'＝x" }, { "a\x1b[31m", "a[31m" },
        { "x ", "x " }, { "\n=x", "'\n=x" }, { "\xE2\x80\x8B=x", "'\xE2\x80\x8B=x" },
        { "\xE2\x81\xA5=x", "'\xE2\x81\xA5=x" }, { "\xE2\x81\xA6=x", "'\xE2\x81\xA6=x" },
        { "\xE2\x81\xAF=x", "'\xE2\x81\xAF=x" }, { "\xE2\x81\xB0=x", "\xE2\x81\xB0=x" } };
    struct buf out = { 0 };
    (void)state;
    for (size_t i = 0; i < SUPPORT_COUNT(cells); i++)
        csv_add_text(&out, cells[i][0]);
    csv_add_int(&out, -5);
    csv_end(&out);
    const char *at = out.data;
    for (size_t i = 0; i < SUPPORT_COUNT(cells); i++) {
        char *cell = next_cell(&at);
        assert_string_equal(cell, cells[i][1]);
        free(cell);
    }
    char *number = next_cell(&at);
    assert_string_equal(number, "-5");
    assert_int_equal(*at, '\0');
    free(number), buf_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_table) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
