/* Markdown layout: goldens, hostile input, each construct by itself. Run from the project's
 * top; GOLDEN_UPDATE=1 rewrites the goldens. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/sink.h"
#include "base/utf8.h"
#include "md/md.h"
#include "md_check.h"

#define GOLDEN "tests/golden/"

static bool read_file(const char *path, struct buf *out)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return false;
    char chunk[4096];
    size_t got;
    while ((got = fread(chunk, 1, sizeof chunk, file)) > 0)
        buf_add(out, chunk, got);
    fclose(file);
    return true;
}

static void lay_out(const char *src, size_t len, int cols, struct md_lines *lines)
{
    struct md_doc *doc = md_parse(src, len);
    md_layout(doc, cols, lines);
    md_free(doc);
}

/* Source to lines as one string; the caller frees. */
static char *render(const char *src, int cols)
{
    struct md_lines lines = { 0 };
    lay_out(src, strlen(src), cols, &lines);
    char *text = buf_take(&lines.text);
    md_lines_release(&lines);
    return text;
}

static void assert_render(const char *src, int cols, const char *expected)
{
    char *text = render(src, cols);
    assert_string_equal(text, expected);
    free(text);
}

static void check_widths(const char *src, size_t len)
{
    struct md_doc *doc = md_parse(src, len);
    struct md_lines lines = { 0 };
    for (int cols = 1; cols <= 200; cols++) {
        size_t line;
        md_lines_clear(&lines);
        md_layout(doc, cols, &lines);
        const char *wrong = md_check(&lines, cols, &line);
        if (wrong != NULL)
            fail_msg("width %d, line %zu: %s in\n%.*s", cols, line, wrong, (int)len, src);
    }
    md_lines_release(&lines);
    md_free(doc);
}

static void check_golden(const char *src, size_t len, int cols)
{
    char path[64];
    snprintf(path, sizeof path, GOLDEN "everything.%d.txt", cols);
    struct md_lines lines = { 0 };
    struct buf expected = { 0 };
    lay_out(src, len, cols, &lines);
    if (getenv("GOLDEN_UPDATE") != NULL) {
        FILE *file = fopen(path, "wb");
        assert_non_null(file);
        fwrite(lines.text.data, 1, lines.text.len, file);
        assert_int_equal(fclose(file), 0);
    }
    if (!read_file(path, &expected))
        fail_msg("%s is missing; make it with GOLDEN_UPDATE=1", path);
    assert_string_equal(buf_text(&lines.text), buf_text(&expected));
    buf_release(&expected);
    md_lines_release(&lines);
}

static void test_goldens(void **state)
{
    (void)state;
    struct buf src = { 0 };
    assert_true(read_file(GOLDEN "everything.md", &src));
    check_golden(src.data, src.len, 20);
    check_golden(src.data, src.len, 40);
    check_golden(src.data, src.len, 80);
    check_golden(src.data, src.len, 120);
    check_widths(src.data, src.len);
    buf_release(&src);
}

/* Every hostile code point, as itself and as an entity, everywhere. */
static void test_hostile(void **state)
{
    static const uint32_t points[] = { 0, 1, 7, 8, 0xB, 0xC, 0xD, 0x1B, 0x7F, 0x80, 0x85, 0x9B,
        0x9D, 0xAD, 0x61C, 0x200B, 0x200D, 0x200E, 0x2028, 0x202A, 0x202E, 0x2066, 0x2069,
        0xFEFF, 0xFFF9, 0xFFFE, 0xD800, 0xE0001, 0x10FFFF };
    static const char form[] = "# h%s\n\np%s *e%s* `c%s` [l%s](u%s \"t%s\") [](v%s) <b%s>\n"
                               "<http://a%s> ![a%s](i%s) http://x%s\n\n```i%s\nc%s\n```\n\n"
                               "<div>\n%s\n</div>\n\n|a%s|\n|-|\n|b%s|\n\n- [ ] %s\n";
    (void)state;
    for (size_t i = 0; i < 2 * sizeof points / sizeof points[0]; i++) {
        struct buf point = { 0 }, src = { 0 };
        char bytes[4];
        if (i % 2 == 0)
            buf_addf(&point, "&#%u;", (unsigned)points[i / 2]);
        else
            buf_add(&point, bytes, utf8_encode(points[i / 2], bytes));
        for (const char *c = form; *c != '\0'; c++) {
            bool here = c[0] == '%' && c[1] == 's';
            buf_add(&src, here ? point.data : c, here ? point.len : 1);
            c += here;
        }
        check_widths(src.data, src.len);
        buf_release(&src);
        buf_release(&point);
    }
}

static void test_bytes(void **state)
{
    (void)state;
    static const char src[] =
        "a\0b \xC3\x28 \xED\xA0\x80 \xF8 \x9B\x31m\r\nold\rmac\n\n\txyz\rq";
    check_widths(src, sizeof src - 1);
    for (int c = 0; c < 256; c++) {
        char one = (char)c;
        check_widths(&one, 1);
    }
    check_widths("", 0);
    assert_render("a\rb\r\rc\n\n    x\ry", 20, "a b\n\nc\n\n  x\n\ny\n");
}

static void test_blocks(void **state)
{
    (void)state;
    assert_render("# a\n## b\n### c", 20, "a\n═\n\nb\n─\n\n### c\n");
    assert_render("#\n\n<!-- x -->\n\na", 20, "a\n");
    assert_render("9. a\n10. b\n    - c", 20, " 9. a\n10. b\n    • c\n");
    assert_render("3) a\n\n4) b", 20, "3) a\n\n4) b\n");
    assert_render("- a\n\n* b\n-\n- [x] c", 20, "• a\n\n• b\n\n•\n☑ c\n");
    assert_render("> a\n>\n> - b c\n>\n>   d", 5, "a\n\n• b c\n\nd\n");
}

static void test_quotes_and_code(void **state)
{
    (void)state;
    assert_render("> aa bb cc\n\n>", 10, "│ aa bb cc\n\n│\n");
    assert_render("> - aa bb\n>   > cc\n\nd", 20, "│ • aa bb\n│   │ cc\n\nd\n");
    assert_render("```sh\n\n\tx\n\n\ny\n\n```", 20, " sh\n      x\n\n\n  y\n");
    assert_render("    abcdefghij klm", 14, "  abcdefghij \n↪ klm\n");
    assert_render("    abcdefghijklmno", 12, "  abcdefghij\n↪ klmno\n");
    assert_render("***", 5, "─────\n");
}

static void test_inline(void **state)
{
    (void)state;
    assert_render("a\\\nb  \nc<br>d\ne", 20, "a\nb\nc\nd e\n");
    assert_render(
        "~~a~~ ~b~ ~~~c~~~ ==d== e==f and g==h ~~i", 60, "a ~b~ ~~~c~~~ d e==f and g==h ~~i\n");
    assert_render(
        "![x](y) ![](y) [](z) <b>c</b> <q>&amp;", 60, "[image: x] [image] z c <q>&\n");
    /* Lists of times and of tasks keep their lines, text with a time in it flows. */
    assert_render("[0:10] a\n[1:20] b\nc", 60, "[0:10] a\n[1:20] b c\n");
    assert_render("a\n[1:20] b\nTODO: c\nQ: d", 60, "a [1:20] b\nTODO: c\nQ: d\n");
    assert_render("日本語\n日本語", 60, "日本語日本語\n");
    assert_render("日本語。「日本」語", 6, "日本\n語。\n「日\n本」語\n");
}

/* The first span whose text is this. */
static const struct md_span *find_span(const struct md_lines *lines, const char *text)
{
    for (size_t i = 0; i < lines->span_count; i++)
        if (lines->spans[i].len == strlen(text)
            && memcmp(lines->text.data + lines->spans[i].off, text, strlen(text)) == 0)
            return &lines->spans[i];
    fail_msg("no span \"%s\"", text);
    return NULL;
}

static void assert_span(const struct md_lines *lines, const char *text, enum style style,
    unsigned face, const char *url)
{
    const struct md_span *span = find_span(lines, text);
    assert_int_equal(span->style, style);
    assert_int_equal(span->face, face);
    if (url == NULL)
        assert_int_equal(span->link, 0);
    else
        assert_string_equal(lines->links[span->link - 1], url);
}

static void test_styles(void **state)
{
    static const char src[] = "*i **bi*** `c` [l`k`](u) ~~s~~ ==h== [12:34] [1:02:03] [1:99] "
                              "(http://x.org/a_(b).) <https://y.org> <m@y.org> "
                              "[![alt](img)](out) <kbd>K</kbd> <i>t</i>\n\n> q";
    struct md_lines lines = { 0 };
    (void)state;
    md_lines_link(&lines, "earlier", 7);
    lay_out(src, sizeof src - 1, 400, &lines);
    assert_span(&lines, "i ", STYLE_TEXT, FACE_ITALIC, NULL);
    assert_span(&lines, "bi", STYLE_TEXT, FACE_ITALIC | FACE_BOLD, NULL);
    assert_span(&lines, "c", STYLE_CODE, 0, NULL);
    assert_span(&lines, "l", STYLE_LINK, 0, "u");
    assert_span(&lines, "k", STYLE_CODE, 0, "u");
    assert_span(&lines, "s", STYLE_TEXT, FACE_STRIKE, NULL);
    assert_span(&lines, "h", STYLE_HIGHLIGHT, 0, NULL);
    assert_span(&lines, "[12:34]", STYLE_STAMP, 0, "#t=754");
    assert_span(&lines, "[1:02:03]", STYLE_STAMP, 0, "#t=3723");
    assert_span(&lines, " [1:99] (", STYLE_TEXT, 0, NULL);
    assert_span(&lines, "http://x.org/a_(b)", STYLE_URL, 0, "http://x.org/a_(b)");
    assert_span(&lines, "https://y.org", STYLE_URL, 0, "https://y.org");
    assert_span(&lines, "m@y.org", STYLE_URL, 0, "mailto:m@y.org");
    assert_span(&lines, "[image: alt]", STYLE_IMAGE, 0, "out");
    assert_span(&lines, "K", STYLE_CODE, 0, NULL);
    assert_span(&lines, "t", STYLE_TEXT, FACE_ITALIC, NULL);
    assert_span(&lines, "│ q", STYLE_QUOTE, 0, NULL);
    md_lines_release(&lines);
}

static void test_tables(void **state)
{
    (void)state;
    assert_render(
        "| a | b |\n|:-:|--:|\n| ccc | *d* |\n| e |", 40, " a  │ b\n────┼──\nccc │ d\n e  │\n");
    assert_render(
        "x\na|b\n-|-\nc \\| d|`e|f`", 40, "x\n\na     │ b\n──────┼────\nc | d │ e|f\n");
    assert_render("> |a|b|\n> |-|-|\n> |c \\| d|`e\\|f`|", 40,
        "│ a     │ b\n│ ──────┼────\n│ c | d │ e|f\n");
    assert_render("|aaa|bbb|\n|-|-|\n|c c|d|\n|e||\n||f", 6,
        "aaa: c\nc\nbbb: d\n┈┈┈┈┈┈\naaa: e\n┈┈┈┈┈┈\nbbb: f\n");
    assert_render("| | |\n|-|-|\n| a | b |\n| | |", 40, "a │ b\n");
    assert_render("|a|\n|-|\n|b|c|", 40, "a\n───\nb|c\n");
    assert_render("a|b\n|-|\nc", 40, "a|b |-| c\n");
}

static void test_lines(void **state)
{
    struct md_lines lines = { 0 };
    (void)state;
    md_lines_end(&lines);
    md_lines_add(&lines, STYLE_TEXT, 0, 0, "ab", 2);
    md_lines_add(&lines, STYLE_TEXT, 0, 0, "日", 3);
    md_lines_add(&lines, STYLE_TEXT, FACE_BOLD, 0, "c", 1);
    md_lines_add_raw(&lines, STYLE_LINK, 0, md_lines_link(&lines, "url", 2), "x\n\x1B");
    md_lines_add_blanks(&lines, 40);
    md_lines_add(&lines, STYLE_TEXT, 0, 0, "", 0);
    md_lines_end(&lines);
    size_t line;
    assert_int_equal(lines.count, 2);
    assert_int_equal(lines.line[0].count, 0);
    assert_int_equal(lines.line[1].count, 4);
    assert_int_equal(lines.line[1].cells, 2 + 2 + 1 + 10 + 40);
    assert_int_equal(lines.spans[0].len, 5);
    assert_int_equal(md_lines_offset(&lines, 1), 1);
    assert_string_equal(lines.links[0], "ur");
    assert_string_equal(md_check(&lines, 80, &line), "blank line at an end");
    md_lines_clear(&lines);
    assert_int_equal(lines.count + lines.span_count + lines.link_count + lines.text.len, 0);
    md_lines_release(&lines);
    md_lines_release(&lines);
}

static void assert_wrap(
    const char *begun, const char *text, int cols, int indent, const char *expected)
{
    struct md_lines lines = { 0 };
    md_lines_add_raw(&lines, STYLE_LABEL, 0, 0, begun);
    md_lines_wrap(&lines, STYLE_META, 0, 0, text, cols, indent);
    assert_string_equal(buf_text(&lines.text), expected);
    md_lines_release(&lines);
}

static void test_lines_wrap(void **state)
{
    (void)state;
    assert_wrap("", "one two\nthree", 7, 0, "one two\nthree\n");
    assert_wrap("", "one  two three", 7, 2, "  one\n  two\n  three\n");
    assert_wrap("", "abcdefghij\x1B", 6, 2, "  abcd\n  efgh\n  ij<U\n  +001\n  B>\n");
    assert_wrap("In: ", "Hall A", 8, 2, "In: Hall\n  A\n");
    assert_wrap("In: ", "Halls A", 8, 2, "In: \n  Halls\n  A\n");
    assert_wrap("In: ", "日本語", 8, 2, "In: 日本\n  語\n");
    assert_wrap("Room: ", "", 8, 2, "Room: \n");
    assert_wrap("", "", 8, 2, "\n");
    assert_wrap("", "a b", 1, 9, "a\nb\n");
}

static char *repeat(const char *text, size_t count, const char *end)
{
    struct buf out = { 0 };
    for (size_t i = 0; i < count; i++)
        buf_adds(&out, text);
    buf_adds(&out, end);
    return buf_take(&out);
}

static void test_pathological(void **state)
{
    static const struct {
        const char *text;
        size_t count;
    } rows[] = { { "> ", 100000 }, { "- ", 100000 }, { "`", 50000 }, { "a ", 500000 },
        { "a", 500000 }, { "~~a ", 100000 }, { "==a==", 100000 }, { "http://(", 100000 },
        { "[1:2", 20000 }, { "|a", 20000 }, { "*a **a ", 20000 }, { "<br>", 100000 },
        { "a\xCC\x81", 100000 }, { "\xCC\x81", 100000 }, { "|a\n|-\n", 30000 } };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char *src = repeat(rows[i].text, rows[i].count, "end");
        for (int cols = 1; cols <= 81; cols += 40) {
            struct md_lines lines = { 0 };
            size_t line;
            lay_out(src, strlen(src), cols, &lines);
            assert_null(md_check(&lines, cols, &line));
            md_lines_release(&lines);
        }
        free(src);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_goldens),
        cmocka_unit_test(test_hostile),
        cmocka_unit_test(test_bytes),
        cmocka_unit_test(test_blocks),
        cmocka_unit_test(test_quotes_and_code),
        cmocka_unit_test(test_inline),
        cmocka_unit_test(test_styles),
        cmocka_unit_test(test_tables),
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_lines_wrap),
        cmocka_unit_test(test_pathological),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
