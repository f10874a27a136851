/* A document parsed in parts is the same document: every look, link and line,
 * on public corpora and on documents made at random from lines that hide or
 * show blank ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "corpora.h"
#include "md/md.h"
#include "md_check.h"

/* Lays out in parts of about `least` bytes, a part at a time. */
static size_t lay_out(
    const char *src, size_t len, size_t least, int cols, struct md_lines *lines)
{
    struct md_doc *doc = md_open_in_parts(src, len, least);
    size_t parts = md_parts(doc);
    for (size_t i = 0; i < parts; i++)
        md_layout_part(doc, i, cols, 0, lines);
    md_free(doc);
    return parts;
}

/* Lines as text that shows looks and links. */
static void dump(const struct md_lines *lines, struct buf *out)
{
    for (size_t i = 0; i < lines->count; i++) {
        for (size_t s = 0; s < lines->line[i].count; s++) {
            const struct md_span *span = &lines->spans[lines->line[i].first + s];
            buf_addf(out, "{%d.%d %s}", span->style, span->face,
                span->link > 0 ? lines->links[span->link - 1] : "");
            buf_add(out, lines->text.data + span->off, span->len);
        }
        buf_addc(out, '\n');
    }
}

/* How many parts there were at the least. */
static size_t check_same(const char *name, const char *src, size_t len)
{
    struct md_lines whole = { 0 }, parts = { 0 };
    struct buf expected = { 0 }, actual = { 0 };
    size_t line;
    assert_in_range(lay_out(src, len, SIZE_MAX, 80, &whole), 0, 2);
    size_t count = lay_out(src, len, 1, 80, &parts);
    dump(&whole, &expected);
    dump(&parts, &actual);
    const char *a = buf_text(&actual), *e = buf_text(&expected);
    if (strcmp(a, e) != 0) {
        while (*a == *e)
            a++, e++;
        fail_msg("%s: in parts\n%.200s\ninstead of\n%.200s\nin\n%.*s", name, a, e,
            (int)(len < 2000 ? len : 2000), src);
    }
    const char *wrong = md_check(&parts, 80, &line);
    if (wrong != NULL)
        fail_msg("%s: line %zu: %s in\n%.*s", name, line, wrong, (int)len, src);
    buf_release(&expected);
    buf_release(&actual);
    md_lines_release(&whole);
    md_lines_release(&parts);
    return count;
}

static void check_file(const char *path, const char *src, size_t len, void *context)
{
    size_t *counts = context;
    counts[0]++;
    counts[1] += check_same(path, src, len);
}

static void test_corpora(void **state)
{
    (void)state;
    size_t counts[2] = { 0, 0 };
    if (!corpora_each(check_file, counts))
        skip();
    print_message("figure: %zu files of the corpora in %zu parts\n", counts[0], counts[1]);
    assert_true(counts[1] > 3 * counts[0]);
}

static const char *const words[] = { "a", "b c", "*x*", "[r]", "[R][]", "[t][s]", "![r]", "`c`",
    "<b>", "|a|b|", "|-|-|", "[^n]", "ß", "[ẞ]", "[ss]", "\\", "&#27;" };
static const char *const lines[] = { "- ", "  ", "   ", "    ", "\t", "1. ", "2) ", "10. ",
    "> ", "+ ", "* ", "- - ", "-", "```", "```sh", "~~~", "  ```", "   ~~~", " ```", "    ```",
    "````", "---", "===", "***", "# ", "<div>", "</div>", "<!--", "-->", "<!-- a -->", "  <!--",
    "<pre>", "</pre>", "<script>x", "</script>", "<?x", "?>", "<!X", "<!x", "<![CDATA[", "]]>",
    "<x-y>", "<a href=''>", "[r]: /url", "[R]: /other", "> [s]: <u>", "[ss]: /ss", "[ß]: /sz",
    "[t\n", "t]: x 'y'", "[^n]: note", "  [^n]: two", "[^m]: x", "\xEF\xBB\xBF", "- ```",
    "1.  <!--", "  - x", "     y", "<textarea", "&" };

static uint32_t next(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

static void make_document(uint32_t *seed, struct buf *out)
{
    size_t count = 2 + next(seed) % 24;
    for (size_t i = 0; i < count; i++) {
        uint32_t kind = next(seed) % 8;
        if (kind < 5)
            buf_adds(out, lines[next(seed) % (sizeof lines / sizeof lines[0])]);
        for (uint32_t n = next(seed) % 3; kind > 2 && kind < 7 && n > 0; n--) {
            buf_adds(out, words[next(seed) % (sizeof words / sizeof words[0])]);
            buf_addc(out, ' ');
        }
        if (kind == 7 || next(seed) % 4 == 0)
            buf_addc(out, '\n');
        buf_addc(out, '\n');
    }
}

static void test_random(void **state)
{
    const char *given = getenv("MD_SEED");
    uint32_t seed = given != NULL ? (uint32_t)strtoul(given, NULL, 10) : 1;
    const char *times = getenv("MD_TIMES");
    size_t parts = 0, count = times != NULL ? strtoul(times, NULL, 10) : 20000;
    (void)state;
    for (size_t i = 0; i < count; i++) {
        struct buf src = { 0 };
        make_document(&seed, &src);
        parts += check_same("random", buf_text(&src), src.len);
        buf_release(&src);
    }
    print_message("figure: %zu random documents in %zu parts\n", count, parts);
    assert_true(parts > 2 * count);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_corpora),
        cmocka_unit_test(test_random),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
