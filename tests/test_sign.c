/* What a tag, a link to a talk and a time look like. */
#include "support.h"

#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/sign.h"

static void test_tag(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t at, len;
    } cases[] = { { "#a", 0, 2 }, { "#", 0, 0 }, { "##a", 0, 0 }, { "##a", 1, 0 },
        { "a#b", 1, 0 }, { "é#b", 2, 0 }, { "/#b", 1, 0 }, { "&#b", 1, 0 }, { "(#b)", 1, 2 },
        { "#1", 0, 0 }, { "#a1", 0, 3 }, { "#a-", 0, 2 }, { "#a-b/c_d.", 0, 8 },
        { "#\xC3\xA9t\xC3\xA9 ", 0, 6 }, { "#-a", 0, 0 }, { "#漢字", 0, 7 }, { "x", 0, 0 },
        { "#a\xFF", 0, 2 } };
    for (size_t i = 0; i < SUPPORT_COUNT(cases); i++) {
        size_t len = sign_tag(cases[i].text, strlen(cases[i].text), cases[i].at);
        if (len != cases[i].len)
            fail_msg("'%s' at %zu: %zu", cases[i].text, cases[i].at, len);
    }
}

static void test_link(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t len;
        const char *target;
    } cases[] = { { "[[a]]", 5, "a" }, { "[[ a b  ]] c", 10, "a b" }, { "[[a|b]]", 7, "a" },
        { "[[a | b|c]]", 11, "a" }, { "[[]]", 0, "" }, { "[[ ]]", 0, "" }, { "[[|b]]", 0, "" },
        { "[[a]", 0, "" }, { "[[a] ]", 0, "" }, { "[[a\nb]]", 0, "" }, { "[[a[b]]", 0, "" },
        { "[a]]", 0, "" }, { "[[a\033]]", 0, "" }, { "[", 0, "" }, { "[[é]]", 6, "é" } };
    for (size_t i = 0; i < SUPPORT_COUNT(cases); i++) {
        const char *target = "";
        size_t target_len = 0;
        size_t len = sign_link(cases[i].text, strlen(cases[i].text), 0, &target, &target_len);
        if (len != cases[i].len)
            fail_msg("'%s': %zu", cases[i].text, len);
        if (len > 0
            && (target_len != strlen(cases[i].target)
                || memcmp(target, cases[i].target, target_len) != 0))
            fail_msg("'%s' names '%.*s'", cases[i].text, (int)target_len, target);
    }
}

static void test_stamp(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t at, len;
        int seconds;
    } cases[] = { { "[1:20]", 0, 6, 80 }, { "[1:02:03] x", 0, 9, 3723 },
        { "x [1:20]", 2, 6, 80 }, { "([1:20])", 1, 6, 80 }, { "*[1:20]", 1, 6, 80 },
        { "x:[1:20]", 2, 6, 80 }, { "漢[1:20]", 3, 6, 80 }, { "あ[1:20]", 3, 6, 80 },
        { "—[1:20]", 3, 6, 80 }, { "a[1:20]", 1, 0, 0 }, { "0[1:20]", 1, 0, 0 },
        { "_[1:20]", 1, 0, 0 }, { ")[1:20]", 1, 0, 0 }, { "][1:20]", 1, 0, 0 },
        { "é[1:20]", 2, 0, 0 }, { "e\xCC\x81[1:20]", 3, 0, 0 }, { "한[1:20]", 3, 0, 0 },
        { "[120]", 0, 0, 0 }, { "[1:20", 0, 0, 0 }, { "[", 0, 0, 0 }, { "1:20]", 0, 0, 0 } };
    for (size_t i = 0; i < SUPPORT_COUNT(cases); i++) {
        int seconds = 0;
        size_t len = sign_stamp(cases[i].text, strlen(cases[i].text), cases[i].at, &seconds);
        if (len != cases[i].len || (len > 0 && seconds != cases[i].seconds))
            fail_msg("'%s' at %zu: %zu, %d", cases[i].text, cases[i].at, len, seconds);
    }
}

/* One that is too long is none; neither reads past len. */
static void test_bounds(void **state)
{
    (void)state;
    struct buf text = { 0 };
    const char *target;
    size_t target_len;
    int seconds;
    buf_adds(&text, "[[");
    buf_repeat(&text, 'x', 296);
    buf_adds(&text, "]]");
    assert_int_equal(sign_link(text.data, text.len, 0, &target, &target_len), 300);
    buf_insert(&text, 2, "y", 1);
    assert_int_equal(sign_link(text.data, text.len, 0, &target, &target_len), 0);
    for (size_t len = 1; len < 12; len++) {
        char *cut = mem_zero(len, 1);
        memcpy(cut, "[[ab|c]] #d", len);
        sign_link(cut, len, 0, &target, &target_len);
        memcpy(cut, "[1:20] [0:1]", len);
        sign_stamp(cut, len, 0, &seconds);
        memcpy(cut, "[[ab|c]] #d", len);
        for (size_t at = 0; at < len; at++)
            if (cut[at] == '#')
                sign_tag(cut, len, at);
        free(cut);
    }
    buf_release(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tag),
        cmocka_unit_test(test_link),
        cmocka_unit_test(test_stamp),
        cmocka_unit_test(test_bounds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
