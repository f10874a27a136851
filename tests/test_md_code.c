/* Code and what is special about some documents: highlighting, footnotes,
 * references across parts, hostile patterns. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "md/guard.h"
#include "md/language.h"
#include "md/md.h"

/* --- code -------------------------------------------------------------- */

/* The styles of a code block's text as letters, a letter a byte. */
static void styles_of(const char *language, const char *code, struct buf *out)
{
    static const char letters[] = "ksc9na-"; /* from STYLE_CODE_KEYWORD on */
    struct buf src = { 0 };
    struct md_lines lines = { 0 };
    buf_addf(&src, "```%s\n%s\n```\n", language, code);
    struct md_doc *doc = md_parse(src.data, src.len);
    md_layout(doc, 200, &lines);
    for (size_t i = 1; i < lines.count; i++) {
        for (size_t s = lines.line[i].fixed; s < lines.line[i].count; s++) {
            const struct md_span *span = &lines.spans[lines.line[i].first + s];
            bool plain = span->style == STYLE_CODE || span->style == STYLE_CODE_PLAIN;
            if (!plain)
                assert_in_range(span->style, STYLE_CODE_KEYWORD, STYLE_CODE_REMOVED);
            buf_repeat(out, plain ? '.' : letters[span->style - STYLE_CODE_KEYWORD], span->len);
        }
        buf_addc(out, '\n');
    }
    md_free(doc);
    md_lines_release(&lines);
    buf_release(&src);
}

static void assert_styles(const char *language, const char *code, const char *expected)
{
    struct buf actual = { 0 };
    styles_of(language, code, &actual);
    if (strcmp(buf_text(&actual), expected) != 0)
        fail_msg("%s:\n%s\nis\n%snot\n%s", language, code, actual.data, expected);
    buf_release(&actual);
}

static void test_languages(void **state)
{
    (void)state;
    assert_styles("python", "def f(x=None): # no\n    return '''a\nb''' + \"\\\"\" + 0x1F",
        "kkk....."
        "9999"
        "..."
        "cccc"
        "\n....kkkkkk.ssss\nssss...ssss...9999\n");
    assert_styles("c", "#if 1 /* a\nb */ 'c' x2 // d", "nnn.9.cccc\ncccc.sss....cccc\n");
    assert_styles("SH", "for x in $a ${b} \"c\nd\"; # e", "kkk...kk.nn.nnnn.ss\nss..ccc\n");
    assert_styles("json", "{\"a\" : [\"b\", -1.5, true]}", ".nnn....sss...999..9999..\n");
    assert_styles("toml", "[a]\nb = \"c\" # d\n1 = 2", "kkk\nn...sss.ccc\nn...9\n");
    assert_styles("sql", "SELECT 'a''\\' -- b", "kkkkkk.ssssss.cccc\n");
    assert_styles("diff", "--- a\n+b\n-c\n@@ d\n e", "kkkkk\naa\n--\nnnnn\n..\n");
    assert_styles("rust", "fn main() {}", "............\n");
    assert_styles("{.python .numbered}", "pass", "kkkk\n");
    assert_styles("python", "'''never closed\nat all",
        "ssssssssssssss"
        "s\nssssss\n");
    assert_styles("c", "\"ends with its line\nint", "sssssssssssssssssss\nkkk\n");
}

static void test_lists_are_sorted(void **state)
{
    (void)state;
    for (int i = 0; i < LANGUAGES; i++) {
        const char *const *lists[] = { languages[i].keywords, languages[i].constants };
        for (int l = 0; l < 2; l++)
            for (size_t w = 0; lists[l][w] != NULL; w++) {
                assert_true(w == 0 || strcmp(lists[l][w - 1], lists[l][w]) < 0);
                assert_true(language_holds(lists[l], lists[l][w], strlen(lists[l][w]), false));
            }
    }
    assert_null(language_find("", 0));
    assert_ptr_equal(language_find("PY", 2), language_find("python3 x", 9));
}

/* --- footnotes and references ------------------------------------------ */

static char *render(const char *src, size_t least)
{
    struct md_lines lines = { 0 };
    struct md_doc *doc = md_open_in_parts(src, strlen(src), least);
    for (size_t i = 0; i < md_parts(doc); i++)
        md_layout_part(doc, i, 40, 0, &lines);
    md_free(doc);
    char *text = buf_take(&lines.text);
    md_lines_release(&lines);
    return text;
}

static void assert_render(const char *src, const char *expected)
{
    for (size_t least = 1; least <= 1 << 20; least <<= 20) {
        char *text = render(src, least);
        assert_string_equal(text, expected);
        free(text);
    }
}

static void test_footnotes(void **state)
{
    (void)state;
    assert_render("A[^1] b[^x] c[^no].\n\n[^1]: one\n[^x]: two\n\n    more\n\nEnd.\n",
        "A[1] b[x] c[^no].\n\n[1] one\n\n[x] two\n\n    more\n\nEnd.\n");
    assert_render("A[^1]\n\n```\n[^1]: code\n```\n", "A[^1]\n\n    [^1]: code\n");
    assert_render("A[^1]\n\n[^1]: word\n[r]: /u\n\n[r]\n", "A[1]\n\n[1] word\n\nr\n");
    assert_render("`[^1]` [^1]\n\n[^1]:\n    word\n", "[^1] [1]\n\n[1] word\n");
}

static void test_references_across_parts(void **state)
{
    (void)state;
    assert_render(
        "[a] [B  b][] [c][A] [é][É]\n\n[no]\n\n[A]: /1\n\n> [b B]: /2\n\n- [\u00e9]: /3\n",
        "a B  b c é\n\n[no]\n\n│\n\n•\n");
    assert_render("[ss] [K]\n\nx\n\n[ß]: /u\n\n[k]: /v\n", "ss K\n\nx\n");
    assert_render("[a]\n\n```\n[a]: /in-code\n```\n", "[a]\n\n    [a]: /in-code\n");
    assert_render("[a](b\n\nc) [d]\n\n[d]: <e f> 't'\n", "[a](b\n\nc) d\n");
}

/* --- hostile patterns -------------------------------------------------- */

static char *repeat(const char *text, size_t count)
{
    struct buf out = { 0 };
    for (size_t i = 0; i < count; i++)
        buf_adds(&out, text);
    return buf_take(&out);
}

static void assert_hostile(
    const char *first, size_t count, const char *then, size_t times, bool is)
{
    char *a = repeat(first, count), *b = repeat(then, times);
    struct buf src = { 0 };
    buf_addf(&src, "%s%s", a, b);
    if ((guard_excess(src.data, src.len) > GUARD_STEPS) != is)
        fail_msg(
            "%s × %zu, %s × %zu: %s", first, count, then, times, is ? "missed" : "refused");
    free(a);
    free(b);
    buf_release(&src);
}

static void test_what_is_hostile(void **state)
{
    (void)state;
    assert_hostile("![[]()", 100000, "", 0, true);
    assert_hostile("![", 20000, "[a](b)", 20000, true);
    assert_hostile("- ", 30000, "\n", 30000, true);
    assert_hostile("> ", 30000, ">\n", 30000, true);
    assert_hostile(">", 100000, "a*", 100000, true);
    assert_hostile("[a]: ", 1, "uuuuuuuuuu", 100000, false);
    assert_hostile("*a* b ", 1666666, "", 0, true);
    /* What people write. */
    assert_hostile("![alt](image.png) and [a](b)\n", 2000, "", 0, false);
    assert_hostile("- a *b* [c](d)\n  - e\n    - f\n", 50000, "", 0, false);
    assert_hostile("> > quoted *text* twice\n", 50000, "", 0, false);
    assert_hostile("lorem ipsum *dolor* [sit](amet) ", 100000, "", 0, false);
    assert_hostile("| a | *b* | [c](d) |\n", 10000, "", 0, false);
    assert_hostile("        deep code - 1 2 3\n", 100000, "", 0, false);
}

/* Many stretches that cost little each are refused when it becomes much. */
static void test_hostility_adds_up(void **state)
{
    struct buf src = { 0 };
    char *lists = repeat("- ", 250), *blank = repeat("\n", 500);
    (void)state;
    for (int i = 0; i < 1000; i++)
        buf_addf(&src, "%sx%sy\n\n", lists, blank);
    char *text = render(src.data, 1);
    assert_non_null(strstr(text, "Shown as written"));
    assert_true(strncmp(text, "Shown", 5) != 0);
    free(lists);
    free(blank);
    free(text);
    buf_release(&src);
}

/* Every byte that shows is there, below a word about why. */
static void test_hostile_is_shown_as_written(void **state)
{
    struct buf src = { 0 };
    char *bad = repeat("![[]()", 20000);
    (void)state;
    buf_addf(&src, "# Before\n\n%s\n\n*After*\n", bad);
    char *text = render(src.data, 1);
    size_t marks = 0;
    for (const char *c = text; *c != '\0'; c++)
        marks += *c == '!';
    assert_int_equal(marks, 20000);
    assert_non_null(strstr(text, "Before\n══════\n\nShown as written"));
    assert_non_null(strstr(text, "\n\nAfter\n"));
    free(bad);
    free(text);
    buf_release(&src);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_languages),
        cmocka_unit_test(test_lists_are_sorted),
        cmocka_unit_test(test_footnotes),
        cmocka_unit_test(test_references_across_parts),
        cmocka_unit_test(test_what_is_hostile),
        cmocka_unit_test(test_hostility_adds_up),
        cmocka_unit_test(test_hostile_is_shown_as_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
