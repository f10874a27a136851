/* Every document of the public Markdown suites, at every width that matters:
 * lines that hold what md_check() asks, and the text that cmark's tree has. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "corpora.h"
#include "md/md.h"
#include "md_check.h"
#include "md_oracle.h"

/* Letters and digits alone: for suites whose tables and footnotes cmark does
 * not know, so that their marks are text to it. */
static void keep_letters(struct buf *text)
{
    size_t kept = 0;
    for (size_t i = 0; i < text->len; i++) {
        char c = text->data[i];
        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c < 0)
            text->data[kept++] = c;
    }
    if (text->len > 0)
        text->data[text->len = kept] = '\0';
}

static void compare(const char *name, const char *src, size_t len, int cols,
    const struct md_lines *lines, const struct buf *expected)
{
    struct buf actual = { 0 };
    oracle_lines(lines, &actual);
    if (strstr(name, "lowdown") != NULL)
        keep_letters(&actual);
    if (strcmp(buf_text(&actual), buf_text(expected)) != 0)
        fail_msg("%s at width %d, in\n%.*s\nexpected %s\nfound    %s", name, cols,
            (int)(len < 3000 ? len : 3000), src, buf_text(expected), buf_text(&actual));
    buf_release(&actual);
}

/* lowdown's tests: a footnote's text may be one that cmark takes for an address,
 * a task's box is a mark of ours; a narrow table says its heads again and parts
 * what wraps. */
static bool is_comparable(const char *name, const char *src, int cols)
{
    if (strstr(name, "lowdown") == NULL)
        return true;
    return strstr(src, "[^") == NULL && strstr(src, "- [") == NULL
           && (cols == 200 || strchr(src, '|') == NULL);
}

static void check(const char *name, const char *src, size_t len, void *context)
{
    static const int widths[] = { 1, 2, 7, 20, 40, 80, 200 };
    struct md_doc *doc = md_parse(src, len);
    struct md_lines lines = { 0 };
    struct buf expected = { 0 };
    oracle_source(src, len, &expected);
    if (strstr(name, "lowdown") != NULL)
        keep_letters(&expected);
    for (size_t i = 0; i < sizeof widths / sizeof widths[0]; i++) {
        size_t line;
        md_lines_clear(&lines);
        md_layout(doc, widths[i], &lines);
        const char *wrong = md_check(&lines, widths[i], &line);
        if (wrong != NULL)
            fail_msg("%s, width %d, line %zu: %s in\n%.*s", name, widths[i], line, wrong,
                (int)(len < 3000 ? len : 3000), src);
        if (is_comparable(name, src, widths[i]))
            compare(name, src, len, widths[i], &lines, &expected);
    }
    ++*(size_t *)context;
    buf_release(&expected);
    md_lines_release(&lines);
    md_free(doc);
}

static void test_suites(void **state)
{
    size_t count = 0;
    (void)state;
    if (!corpora_each(check, &count))
        skip();
    print_message("figure: %zu documents at 7 widths say what cmark says\n", count);
    assert_true(count > 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_suites) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
