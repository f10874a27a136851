/* Markdown for browsers: nothing of a hostile text acts, and nothing takes long. */
#include "support.h"

#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "md/web.h"

/* No tag but those that cmark makes, and no attribute that runs something. */
static void assert_harmless(const char *html)
{
    static const char *const tags[] = { "p", "em", "strong", "a", "code", "pre", "h1", "h2",
        "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "hr", "br", "img" };
    for (const char *p = strchr(html, '<'); p != NULL; p = strchr(p + 1, '<')) {
        const char *name = p + 1 + (p[1] == '/');
        size_t len = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789");
        bool known = false;
        for (size_t i = 0; i < SUPPORT_COUNT(tags); i++)
            known = known || (strlen(tags[i]) == len && strncmp(tags[i], name, len) == 0);
        if (!known)
            fail_msg("a tag of its own: %.40s in %s", p, html);
        const char *end = strchr(p, '>');
        assert_non_null(end);
        assert_null(memmem(p, (size_t)(end - p), "javascript:", 11));
        assert_null(memmem(p, (size_t)(end - p), "data:text", 9));
    }
}

static void test_hostile(void **state)
{
    static const char *const texts[] = { "<script>alert(1)</script>", "a <b onclick=x>b</b>",
        "[x](javascript:alert(1))", "[x](JaVaScRiPt:alert(1))", "<javascript:alert(1)>",
        "![x](data:text/html,<script>)", "[x](&#106;avascript:alert(1))", "<!-- open",
        "<img src=x onerror=y>", "[x](http://e.example/\"onmouseover=\"y)", "`<script>`",
        "    <script>", "<style>*{}</style>", "[a]: javascript:x\n\n[a]",
        "[x](<http://e.example/> \"t\\\"onx='1'\")", "<https://e.example/\"x>",
        "<div\n<script>x\n</div>", "<pre><script>\n</pre>", "<!-- --><script>x</script>",
        "<?x <b> ?>", "<!X <b> >", "a <!-- --><b> c", "<![CDATA[<b>]]>", "![<b>](c)",
        "<br onclick=x>", "a<br onclick=x>b", "- <div>\n  <b>" };
    (void)state;
    for (size_t i = 0; i < SUPPORT_COUNT(texts); i++) {
        struct buf html = { 0 };
        web_add_markdown(&html, texts[i], strlen(texts[i]));
        assert_harmless(buf_text(&html));
        buf_release(&html);
    }
}

struct written {
    const char *markdown, *html;
};

static void check_pages(const struct written *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct buf html = { 0 };
        web_add_markdown(&html, cases[i].markdown, strlen(cases[i].markdown));
        assert_string_equal(html.data, cases[i].html);
        buf_release(&html);
    }
}

/* Controls and bidi marks are shown as text, in text, code and attributes. */
static void test_marks(void **state)
{
    static const struct written cases[] = {
        { "\033[31mred \xE2\x80\xAE x", "<p>&lt;U+001B&gt;[31mred &lt;U+202E&gt; x</p>\n" },
        { "&#27;[0m", "<p>&lt;U+001B&gt;[0m</p>\n" },
        { "`\xE2\x80\xAE`", "<p><code>&lt;U+202E&gt;</code></p>\n" },
        { "```a\xE2\x80\xAE\n\033\n```",
            "<pre><code class=\"language-a&lt;U+202E&gt;\">&lt;U+001B&gt;\n</code></pre>\n" },
        { "[a](b \"\033\")", "<p><a href=\"b\" title=\"&lt;U+001B&gt;\">a</a></p>\n" },
        { "![\033](b \"\xE2\x80\xAE\")", "<p><img src=\"b\" alt=\"&lt;U+001B&gt;\" "
                                         "title=\"&lt;U+202E&gt;\" /></p>\n" },
        { "[a](b\xE2\x80\xAE)", "<p><a href=\"b%E2%80%AE\">a</a></p>\n" },
        { "a\tb\r\n\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x92\xBB",
            "<p>a\tb\n\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x92\xBB</p>\n" },
    };
    struct buf html = { 0 };
    (void)state;
    check_pages(cases, SUPPORT_COUNT(cases));
    web_add_text(&html, "<\033\xE2\x80\xAE");
    assert_string_equal(html.data, "&lt;&lt;U+001B&gt;&lt;U+202E&gt;");
    buf_release(&html);
}

/* HTML is shown as it is written, as in the browser. */
static void test_html(void **state)
{
    static const struct written cases[] = {
        { "Use Vec<T> and List<int>", "<p>Use Vec&lt;T&gt; and List&lt;int&gt;</p>\n" },
        { "<div>text</div>", "<p>&lt;div&gt;text&lt;/div&gt;</p>\n" },
        { "<div>\n  a *b* &amp;\n</div>\n\nc",
            "<p>&lt;div&gt;<br />\na *b* &amp;amp;<br />\n&lt;/div&gt;</p>\n<p>c</p>\n" },
        { "> - <div>\r\n>   a",
            "<blockquote>\n<ul>\n<li>&lt;div&gt;<br />\na</li>\n</ul>\n</blockquote>\n" },
        { "<pre>\n\n  a\n</pre>",
            "<pre><code>&lt;pre&gt;\n\n  a\n&lt;/pre&gt;\n</code></pre>\n" },
        { "a<br>b<!-- c -->d", "<p>a<br />\nbd</p>\n" },
        { "<!-- a\n\nb --> c", "<p>c</p>\n" },
        { "![a <T>](b)", "<p><img src=\"b\" alt=\"a &lt;T&gt;\" /></p>\n" },
        { "a <T\nb='\033'> c", "<p>a &lt;T\nb='&lt;U+001B&gt;'&gt; c</p>\n" },
    };
    (void)state;
    check_pages(cases, SUPPORT_COUNT(cases));
}

static void test_slow(void **state)
{
    struct buf source = { 0 }, html = { 0 };
    (void)state;
    for (int i = 0; i < 50000; i++)
        buf_adds(&source, "![[]()");
    web_add_markdown(&html, source.data, source.len);
    assert_int_equal(strncmp(html.data, "<pre>", 5), 0);
    buf_release(&source), buf_release(&html);
}

static void test_page(void **state)
{
    struct buf page = { 0 };
    (void)state;
    web_begin_page(&page, "<script>\"&");
    web_add_text(&page, "a<b>&\"c");
    web_end_page(&page);
    assert_null(strstr(page.data, "<script>"));
    assert_non_null(strstr(page.data, "<title>&lt;script&gt;&quot;&amp;</title>"));
    assert_non_null(strstr(page.data, "a&lt;b&gt;&amp;&quot;c"));
    assert_non_null(strstr(page.data, "default-src 'none'"));
    assert_null(strstr(page.data, "http:"));
    buf_release(&page);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_hostile),
        cmocka_unit_test(test_marks), cmocka_unit_test(test_html), cmocka_unit_test(test_slow),
        cmocka_unit_test(test_page) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
