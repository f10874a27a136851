/* The query language and the matcher: what text parses to, messages with their
 * column, a hundred thousands of random strings, and finding words in text. */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/utf8.h"
#include "model/match.h"
#include "model/query.h"

/* Terms as "field:text" with - before and * after, blank between, then @ and
 * the places where they are not all. */
static char *describe(const struct query *query)
{
    struct buf out = { 0 };
    for (size_t i = 0; i < query->count; i++) {
        const struct query_term *term = &query->terms[i];
        buf_addf(&out, "%s%s%s[%s]%s", i > 0 ? " " : "", term->negate ? "-" : "",
            query_fields[term->field].name, term->text,
            term->prefix && !query_fields[term->field].names ? "*" : "");
    }
    for (size_t i = 0; i < query->count; i++)
        if (query->terms[i].field == QUERY_TEXT && query->terms[i].places != QUERY_IN_ALL) {
            buf_addf(&out, "@%u", query->terms[i].places);
            break;
        }
    return buf_take(&out);
}

static void assert_parses(const char *text, bool typing, const char *expected)
{
    struct query query;
    struct err err = { 0 };
    if (!query_parse(&query, text, typing, &err))
        fail_msg("'%s': %s", text, err_text(&err));
    char *got = describe(&query);
    if (strcmp(got, expected) != 0)
        fail_msg("'%s' is %s, not %s", text, got, expected);
    free(got);
    query_release(&query);
}

static void test_parse(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        { "", "" },
        { "   \t\n", "" },
        { "gil", "[gil]" },
        { " free  threaded ", "[free] [threaded]" },
        { "\"free threaded\"", "[free threaded]" },
        { "\"free threaded", "[free threaded]" },
        { "a\"b c\"d", "[a] [b c] [d]" },
        { "pyth*", "[pyth]*" },
        { "pyth**", "[pyth*]*" },
        { "*", "" },
        { "*pyth", "[*pyth]" },
        { "-gil", "-[gil]" },
        { "--gil", "-[-gil]" },
        { "-", "" },
        { "- gil", "[gil]" },
        { "-\"a b\"", "-[a b]" },
        { "-pyth*", "-[pyth]*" },
        { "... !! gil", "[gil]" },
        { "c++ don't", "[c++] [don't]" },
        { "theme:speed", "theme[speed]" },
        { "THEME:Speed", "theme[Speed]" },
        { "theme:\"code quality\"", "theme[code quality]" },
        { "-topic:gpu x", "-topic[gpu] [x]" },
        { "speaker:x day:fri room:a lang:es kind:talk level:beginner tag:later",
            "speaker[x] day[fri] room[a] lang[es] kind[talk] level[beginner] tag[later]" },
        { "is:star", "is[starred]" },
        { "IS:WATCHED", "is[watched]" },
        { "is:h has:n has:t has:v", "is[highlight] has[note] has[tag] has[video]" },
        { "in:notes gil", "[gil]@32" },
        { "in:title in:notes gil", "[gil]@33" },
        { "-in:notes gil", "[gil]@31" },
        { "colour:red", "[colour:red]" },
        { "https://x/y", "[https://x/y]" },
        { ":gil", "[:gil]" },
        { "theme :x", "[theme] [:x]" },
        { "\"theme:x\"", "[theme:x]" },
        { "漢字 é", "[漢字] [é]" },
    };
    for (size_t i = 0; i < SUPPORT_COUNT(cases); i++)
        assert_parses(cases[i][0], false, cases[i][1]);
}

static void test_typing(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        { "gi", "[gi]*" },
        { "gil ", "[gil]" },
        { "gil thr", "[gil] [thr]*" },
        { "\"free thr", "[free thr]*" },
        { "\"free threaded\"", "[free threaded]" },
        { "gi*", "[gi]*" },
        { "-gi", "-[gi]*" },
        { "-", "" },
        { "theme:", "" },
        { "theme:sp", "theme[sp]" },
        { "theme:\"", "" },
        { "gil theme:", "[gil]" },
        { "is:w", "is[watched]" },
        { "in:", "" },
    };
    for (size_t i = 0; i < SUPPORT_COUNT(cases); i++)
        assert_parses(cases[i][0], true, cases[i][1]);
}

static void test_errors(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        { "theme:", "column 1: theme: needs a value" },
        { "gil -topic: x", "column 5: topic: needs a value" },
        { "speaker:\"\"", "column 1: speaker: needs a value" },
        { "is:lost", "column 1: is: takes starred watched highlight rated, not 'lost'" },
        { "漢字 é has:fun", "column 6: has: takes note tag video, not 'fun'" },
        { "in:attic", "column 1: in: takes title speakers topics tags summary notes" },
        { "is:starred*", "column 1: is: takes" },
        { "is:", "column 1: is: needs a value" },
        { "gil title:(a or b)", "column 5: title: takes one value" },
        { "(gil", "column 1: ( has no )" },
        { "gil or", "column 5: or needs words on both sides" },
        { "or gil", "column 1: or needs words on both sides" },
        { "a or or b", "column 3: or needs words on both sides" },
        { "rating:6", "column 1: rating: takes 0 to 5" },
        { "x before:2025-13", "column 3: before: takes a year, a month or a day" },
        { "related:x", "column 1: related: takes a talk's number, not 'x'" },
    };
    for (size_t i = 0; i < SUPPORT_COUNT(cases); i++) {
        struct query query;
        struct err err = { 0 };
        if (query_parse(&query, cases[i][0], false, &err))
            fail_msg("'%s' parses", cases[i][0]);
        if (strncmp(err_text(&err), cases[i][1], strlen(cases[i][1])) != 0)
            fail_msg("'%s': %s", cases[i][0], err_text(&err));
        assert_int_equal(query.count, 0);
        query_release(&query);
        err_release(&err);
    }
}

static void test_has_text(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool has;
    } cases[] = { { "", false }, { "gil", true }, { "-gil", false }, { "theme:x", false },
        { "-a b", true } };
    for (size_t i = 0; i < SUPPORT_COUNT(cases); i++) {
        struct query query;
        struct err err = { 0 };
        assert_true(query_parse(&query, cases[i].text, false, &err));
        assert_int_equal(query_has_text(&query), cases[i].has);
        query_release(&query);
    }
}

static void add_random(struct buf *text, uint64_t *random)
{
    static const char pieces[][12] = { "\"", "*", "-", ":", " ", "theme:", "is:", "in:notes",
        "-in:title", "has:n", "day:", "gil", "\xCC\x81", "漢", "\xFF", "\xE2\x82", "\t",
        "tag:\"" };
    if (support_random(random) % 3 == 0)
        buf_addc(text, (char)(support_random(random) % 255 + 1));
    else
        buf_adds(text, pieces[support_random(random) % SUPPORT_COUNT(pieces)]);
}

/* Everything parses or says in which column it does not; the matcher takes it. */
static void test_random(void **state)
{
    (void)state;
    uint64_t random = 42;
    struct buf text = { 0 }, other = { 0 };
    for (int i = 0; i < 200000; i++) {
        struct query query;
        struct err err = { 0 };
        buf_clear(&text);
        buf_adds(&text, "");
        for (uint32_t n = support_random(&random) % 8; n > 0; n--)
            add_random(&text, &random);
        if (query_parse(&query, text.data, i % 2 == 0, &err)) {
            struct matcher matcher;
            struct match_range range = { 0 };
            match_init(&matcher, &query);
            size_t from = 0;
            while (match_next(&matcher, buf_text(&other), other.len, from, &range)) {
                assert_true(
                    range.off >= from && range.len > 0 && range.off + range.len <= other.len);
                from = range.off + range.len;
            }
            match_release(&matcher);
        } else if (strncmp(err_text(&err), "column ", 7) != 0)
            fail_msg("'%s': %s", text.data, err_text(&err));
        query_release(&query);
        err_release(&err);
        if (i % 5 == 0) {
            buf_clear(&other);
            buf_add(&other, text.data, text.len);
        }
    }
    buf_release(&text);
    buf_release(&other);
}

/* The text with brackets around every match. */
static char *mark(const char *query_text, const char *text)
{
    struct query query;
    struct err err = { 0 };
    struct matcher matcher;
    struct match_range range;
    struct buf out = { 0 };
    size_t at = 0;
    assert_true(query_parse(&query, query_text, false, &err));
    match_init(&matcher, &query);
    query_release(&query);
    while (match_next(&matcher, text, strlen(text), at, &range)) {
        buf_add(&out, text + at, range.off - at);
        buf_addf(&out, "[%.*s]", (int)range.len, text + range.off);
        at = range.off + range.len;
    }
    buf_adds(&out, text + at);
    match_release(&matcher);
    return buf_take(&out);
}

static void test_matcher(void **state)
{
    (void)state;
    static const char *const cases[][3] = {
        { "gil", "The GIL, no-gil, NoGIL gilt", "The [GIL], no-[gil], NoGIL gilt" },
        { "gil*", "gilt gil GILDED regil", "[gil]t [gil] [GIL]DED regil" },
        { "\"free threaded\"", "free-threaded free  threaded freely threaded",
            "[free-threaded] [free  threaded] freely threaded" },
        { "\"a b c\"", "a b a b c", "a b [a b c]" },
        { "a \"a b\"", "a b a", "[a b] [a]" },
        { "cafe", "Café CAFÉ cafe\xCC\x81 cafés", "[Café] [CAFÉ] [cafe\xCC\x81] cafés" },
        { "café", "cafe", "[cafe]" },
        { "漢", "漢字 漢", "[漢]字 [漢]" },
        { "字か", "漢字かな", "漢[字か]な" },
        { "機械学習", "の機械学習と機械 学習、機会", "の[機械学習]と[機械 学習]、機会" },
        { "국어", "한국어", "한[국어]" },
        { "ば", "は\xE3\x82\x99 ば", "[は\xE3\x82\x99] [ば]" },
        { "🐍", "🐍🐍 Python🐍3", "[🐍][🐍] Python[🐍]3" },
        { "❤", "a❤\xEF\xB8\x8F b", "a[❤\xEF\xB8\x8F] b" },
        { "漢*", "漢字", "[漢]字" },
        { "-gil x", "gil x", "gil [x]" },
        { "theme:gil", "gil", "gil" },
        { "c++", "C++ and c, C++11 cc++", "[C++] and c, C++11 cc++" },
        { "c#", "c# c #c C#, a#b", "[c#] c #c [C#], a#b" },
        { "c", "c++ c", "c++ [c]" },
        { "c*", "c++ cc", "[c]++ [c]c" },
        { "don't", "don't don t dont", "[don't] [don t] dont" },
        { "x", "", "" },
        { "x", "\xFFx\xFF", "\xFF[x]\xFF" },
        { "3.13", "3.13 3 13 313", "[3.13] [3 13] 313" },
    };
    for (size_t i = 0; i < SUPPORT_COUNT(cases); i++) {
        char *marked = mark(cases[i][0], cases[i][1]);
        assert_string_equal(marked, cases[i][2]);
        free(marked);
    }
    struct matcher none = { 0 };
    struct match_range range;
    assert_false(match_next(&none, "x", 1, 0, &range));
}

static void test_match_words(void **state)
{
    (void)state;
    static const struct {
        const char *value, *text;
        bool match;
    } cases[] = { { "hall c", "Hall C", true }, { "c hall", "Hall C", true },
        { "hal", "Hall C", true }, { "all", "Hall C", false }, { "hall d", "Hall C", false },
        { "schlaw", "Hynek Schlawack", true }, { "hynek schlawack", "Hynek Schlawack", true },
        { "gabor", "Bernát Gábor", true }, { "", "x", false }, { "--", "x", false },
        { "x", "", false }, { "code", "Code quality", true }, { "漢", "漢字", true } };
    for (size_t i = 0; i < SUPPORT_COUNT(cases); i++)
        if (match_words(cases[i].value, cases[i].text) != cases[i].match)
            fail_msg("'%s' in '%s'", cases[i].value, cases[i].text);
}

static void test_add_words(void **state)
{
    (void)state;
    static const char *const cases[][2] = { { "", "" }, { "--", "" },
        { "Free-Threaded  CPython!", "free threaded cpython" }, { "Ünïcode", "unicode" },
        { "e\xCC\x81\xCC\x82 x", "e x" },
        { "crab🦀Rust 漢字C++", "crab 🦀 rust 漢 字 c++" },
        { "\xFF"
          "a\xE2\x82",
            "a" } };
    for (size_t i = 0; i < SUPPORT_COUNT(cases); i++) {
        struct buf out = { 0 };
        match_add_words(cases[i][0], &out);
        assert_string_equal(buf_text(&out), cases[i][1]);
        buf_release(&out);
    }
}

static void excerpt(const char *query_text, const char *text, int cells, struct buf *out)
{
    struct query query;
    struct err err = { 0 };
    struct matcher matcher;
    buf_clear(out);
    assert_true(query_parse(&query, query_text, false, &err));
    match_init(&matcher, &query);
    match_excerpt(&matcher, text, cells, out);
    match_release(&matcher);
    query_release(&query);
}

static void test_excerpt(void **state)
{
    (void)state;
    struct buf out = { 0 };
    excerpt("x", "short\n\n  and   plain", 40, &out);
    assert_string_equal(buf_text(&out), "short and plain");
    excerpt("needle", "a long text of many words before the needle comes and more after it", 30,
        &out);
    assert_non_null(strstr(out.data, "needle"));
    assert_int_equal(strncmp(out.data, "… ", 4), 0);
    assert_non_null(strstr(out.data + 4, "…"));
    excerpt("none", "a long text of many words that has no such word in it at all", 20, &out);
    assert_int_equal(strncmp(out.data, "a long text", 11), 0);
    excerpt("x", "\033[31m \xE2\x80\xAE\r\n x", 40, &out);
    assert_null(strchr(out.data, '\033'));
    excerpt("x", "", 10, &out);
    assert_string_equal(buf_text(&out), "");
    /* Whatever the text, it fits and is UTF-8. */
    uint64_t random = 3;
    for (int i = 0; i < 20000; i++) {
        struct buf text = { 0 };
        buf_adds(&text, "");
        for (uint32_t n = support_random(&random) % 60; n > 0; n--)
            add_random(&text, &random);
        int cells = (int)(support_random(&random) % 60) + 4;
        excerpt("gil", text.data, cells, &out);
        assert_true(utf8_cells(buf_text(&out), out.len) <= cells);
        assert_int_equal(utf8_find_invalid(buf_text(&out), out.len), out.len);
        buf_release(&text);
    }
    buf_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parse),
        cmocka_unit_test(test_typing),
        cmocka_unit_test(test_errors),
        cmocka_unit_test(test_has_text),
        cmocka_unit_test(test_random),
        cmocka_unit_test(test_matcher),
        cmocka_unit_test(test_match_words),
        cmocka_unit_test(test_add_words),
        cmocka_unit_test(test_excerpt),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
