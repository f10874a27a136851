/* What stands in notes: each construct by itself, and what must hold for any text. */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/date.h"
#include "base/mem.h"
#include "md/md.h"
#include "model/note.h"
#include "model/note_items.h"

enum { ROUNDS = 3000 };

/* "task 0 'text'; stamp 754 'rest'; …", a line each. */
static char *describe(const char *body)
{
    static const char *const kinds[] = {
        [NOTE_TASK] = "task", [NOTE_LINK] = "link", [NOTE_TAG] = "tag", [NOTE_STAMP] = "stamp"
    };
    struct note_scan scan = { .body = body };
    struct note_item item;
    struct buf out = { 0 };
    while (note_scan_next(&scan, &item))
        buf_addf(&out, "%zu %s %d '%.*s'\n", item.line, kinds[item.kind], item.number,
            (int)item.text_len, item.text);
    return buf_take(&out);
}

struct described {
    const char *body, *items;
};

static void check_described(const struct described *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char *items = describe(cases[i].body);
        if (strcmp(items, cases[i].items) != 0)
            fail_msg("'%s' has\n%snot\n%s", cases[i].body, items, cases[i].items);
        free(items);
    }
}

static void test_constructs(void **state)
{
    (void)state;
    static const struct described cases[] = {
        { "", "" },
        { "TODO: read it", "1 task 0 'read it'\n" },
        { "TODO:read it  \t", "1 task 0 'read it'\n" },
        { "TODO:", "" },
        { "TODO:  \r\n", "" },
        { "see TODO: not at the beginning", "" },
        { "todo: small letters\nTODO no colon", "" },
        { "\n\n  Q: why?", "3 task 1 'why?'\n" },
        { "- [ ] a box\n- [x] a ticked one\n* [ ] two\n12. [ ] three\n[ ] no list",
            "1 task 2 'a box'\n3 task 2 'two'\n4 task 2 'three'\n" },
        { "- [ ]\n- [ ] ", "" },
        { "> - TODO: in a quote\n>> Q: deeper", "1 task 0 'in a quote'\n2 task 1 'deeper'\n" },
        { "## TODO: a heading\n**TODO:** bold", "1 task 0 'a heading'\n2 task 0 'bold'\n" },
        { "[12:34] TODO: at a time #t",
            "1 task 0 'at a time #t'\n1 stamp 754 ' TODO: at a time #t'\n1 tag 0 't'\n" },
        { "[12:34] x [1:02:03] y\n[0:05]", "1 stamp 754 ' x'\n"
                                           "1 stamp 3723 ' y'\n2 stamp 5 ''\n" },
        { "[754] [12:3] [12:60] [a:10] [12:34 ] [12:34](http://x) \\[12:34]", "" },
        { "[x](http://y)[1:20] z", "1 stamp 80 ' z'\n" },
        { "](](]( [1:00] a", "1 stamp 60 ' a'\n" },
        { "slice a[1:20] here, f(x)[1:20], [0:01], m[0][1:20]", "1 stamp 1 ', m[0][1:20]'\n" },
        { "#tag #a/b-c_d. a#no #1no ##no #é, &#35; \\#no",
            "1 tag 0 'tag'\n1 tag 0 'a/b-c_d'\n1 tag 0 'é'\n" },
        { "[[ Design Pressure ]] [[x|a label]] [[]] [[a\nb]] [[ |y]]",
            "1 link 0 'Design Pressure'\n1 link 0 'x'\n" },
        { "`[12:34] #a` [0:01] ``#b ` #c`` `#d",
            "1 stamp 1 ' ``#b ` #c`` `#d'\n1 tag 0 'd'\n" },
        { "```\n#a [0:01]\nTODO: x\n```\n#b", "5 tag 0 'b'\n" },
        { "```\n``` x\n#a\n``` \n#b", "5 tag 0 'b'\n" },
        { "~~~~\n~~~\n#a\n```\n~~~~~ \n#b", "6 tag 0 'b'\n" },
        { "```sh\r\n#a\r\n```\r\n#b\r\n", "4 tag 0 'b'\n" },
        { "```\n#never closed\n\n#x", "" },
        { "``` `#a` ```\n#b", "2 tag 0 'b'\n" },
        { "- ```\n  #a\n  ```\n- #b", "4 tag 0 'b'\n" },
        { "> ```\n> #a\n> ```\n> #b", "4 tag 0 'b'\n" },
        { "-\t[ ] a\n-\n12", "1 task 2 'a'\n" },
    };
    check_described(cases, SUPPORT_COUNT(cases));
}

/* What is code without a fence, and what only looks so. */
static void test_code(void **state)
{
    (void)state;
    static const struct described cases[] = {
        /* Indented code. */
        { "    #a [0:01]\n\n\tTODO: x\n  \t#b\n   #c", "5 tag 0 'c'\n" },
        { "x\n\n    #define A\n \r\n    [[a]]\n\nTODO: y", "7 task 0 'y'\n" },
        { "    ```\n\n#a", "3 tag 0 'a'\n" },
        { "```\n    x\n```\n\n    #a\n#b", "6 tag 0 'b'\n" },
        { "- x\n\ny\n\n    #a", "" },
        { "- x\n> y\n\n    #a", "" },
        /* Nothing goes on from a heading, a rule or a fence. */
        { "# H\n    #a\n#b", "3 tag 0 'b'\n" },
        { "x\n---\n    #a", "" },
        { "* * *\n#a", "2 tag 0 'a'\n" },
        { "```\nx\n```\n    #a", "" },
        /* A paragraph, a list, a quote or a footnote goes on. */
        { "x\n    #a\n\n   #b", "2 tag 0 'a'\n4 tag 0 'b'\n" },
        { "- x\n    - [ ] a\n\n        - [ ] b\n\n\t#c",
            "2 task 2 'a'\n4 task 2 'b'\n6 tag 0 'c'\n" },
        { "10. x\n\n    TODO: a\n\n    [0:01]", "3 task 0 'a'\n5 stamp 1 ''\n" },
        { "-\n    #a\n\n    #b", "2 tag 0 'a'\n4 tag 0 'b'\n" },
        { "- x\ny\n\n    #a", "4 tag 0 'a'\n" },
        { "- x\n\n y\n\n    #a", "5 tag 0 'a'\n" },
        { "> x\n    #a\n>     #b", "2 tag 0 'a'\n3 tag 0 'b'\n" },
        { "[^1]: x\n\n    #a", "3 tag 0 'a'\n" },
        /* Code spans of several lines. */
        { "`a\nTODO: b\n[0:01]` #c\nQ: d", "3 tag 0 'c'\n4 task 1 'd'\n" },
        { "- ``a\r\n  b ` #b\r\n``#c", "3 tag 0 'c'\n" },
        { "`a\n\n#b`", "3 tag 0 'b'\n" },
        { "x `a\n#b` c", "" },
        { "``` ` `` #a ` #b\n`` #c ` #d `", "1 tag 0 'b'\n2 tag 0 'c'\n" },
        { "`` a ` #b\nc ` #d\n\n`` #e", "2 tag 0 'd'\n4 tag 0 'e'\n" },
        { "# `a\n[0:01]`", "2 stamp 1 '`'\n" },
        { "`a\n- [ ] b`\n`a\n```\n#b`", "2 task 2 'b`'\n" },
    };
    check_described(cases, SUPPORT_COUNT(cases));
}

static void test_title(void **state)
{
    (void)state;
    static const char *const cases[][2] = { { "", "" }, { "\r\n\r\n# A *b*\r\nc", "A *b*" },
        { "\r", "" }, { "- > \n\n* x", "x" }, { "#\r", "" } };
    for (size_t i = 0; i < SUPPORT_COUNT(cases); i++) {
        char *title = note_title(cases[i][0]);
        assert_string_equal(title, cases[i][1]);
        free(title);
    }
}

/* --- what must hold for any text ------------------------------------------ */

static void add_stamp(struct buf *out, uint64_t *random)
{
    buf_addc(out, '[');
    date_add_length(out, (int)(support_random(random) % 20000));
    buf_addc(out, ']');
}

static char *some_body(uint64_t *random)
{
    static const char *const parts[] = { "TODO: ", "Q: ", "- [ ] ", "- [x] ", "#tag", "#a/b",
        "[[a talk]]", "[[x|y]]", "[", "]", "`", "``", "```\n", "~~~\n", "> ", "- ", "12. ",
        "# ", "\n", "\n", "\n", "\n\n", "\r\n", "word ", "more ", "\\", "(", "é", "\t", "*",
        "**", " ", "DONE: ", "漢", "    " };
    struct buf out = { 0 };
    for (uint32_t n = support_random(random) % 24; n > 0; n--) {
        uint32_t which = support_random(random) % (SUPPORT_COUNT(parts) + 6);
        if (which < SUPPORT_COUNT(parts))
            buf_adds(&out, parts[which]);
        else
            add_stamp(&out, random);
    }
    return buf_take(&out);
}

static char *some_bytes(uint64_t *random)
{
    struct buf out = { 0 };
    for (uint32_t n = support_random(random) % 200; n > 0; n--) {
        uint32_t which = support_random(random) % 12;
        buf_addc(
            &out, which < 7 ? "[]#`:Q\n"[which] : (char)(support_random(random) % 255 + 1));
    }
    return buf_take(&out);
}

static size_t line_at(const char *body, size_t off)
{
    size_t line = 1;
    for (size_t i = 0; i < off; i++)
        line += body[i] == '\n';
    return line;
}

/* Checks every item of a body; returns how many there are. */
static size_t check_items(const char *body)
{
    struct note_scan scan = { .body = body };
    struct note_item item;
    size_t len = strlen(body), count = 0, line = 1, next[NOTE_ITEM__COUNT] = { 0 };
    for (; note_scan_next(&scan, &item); count++) {
        assert_true(item.len > 0 && item.off + item.len <= len);
        assert_true(item.off >= next[item.kind]);
        next[item.kind] = item.off + item.len;
        assert_true(item.line >= line && item.line == line_at(body, item.off));
        line = item.line;
        assert_null(memchr(body + item.off, '\n', item.len));
        assert_true(item.text >= body && item.text + item.text_len <= body + len);
        assert_null(memchr(item.text, '\n', item.text_len));
        assert_true(item.kind != NOTE_STAMP || item.number >= 0);
        assert_true(item.kind == NOTE_STAMP || item.text_len > 0);
    }
    return count;
}

/* Ticks off every task, one after the other. */
static void check_ticking(const char *body)
{
    size_t lines = line_at(body, strlen(body)), count = check_items(body);
    char *now = mem_dup(body);
    for (size_t line = 1; line <= lines; line++) {
        char *next = note_tick(now, line);
        if (next == NULL)
            continue;
        if (check_items(next) != --count)
            fail_msg("ticking line %zu of '%s' gives '%s'", line, now, next);
        assert_null(note_tick(next, line));
        const char *old = now, *new = next;
        for (size_t i = 1; i <= lines; i++) {
            size_t old_len = strcspn(old, "\n"), new_len = strcspn(new, "\n");
            bool same = old_len == new_len && memcmp(old, new, old_len) == 0;
            assert_true(same == (i != line));
            old += old_len + (old[old_len] == '\n');
            new += new_len + (new[new_len] == '\n');
        }
        free(now);
        now = next;
    }
    char *left = describe(now);
    assert_null(strstr(left, " task "));
    free(left), free(now);
}

static void check_shifting(const char *body, int by)
{
    size_t moved, again, clamped, back;
    char *there = note_shift_stamps(body, by, &moved, &clamped);
    assert_int_equal(check_items(there), check_items(body));
    char *home = note_shift_stamps(there, -by, &again, &back);
    assert_int_equal(moved, again);
    if (clamped == 0 && strcmp(home, body) != 0)
        fail_msg("'%s' by %d and back is '%s'", body, by, home);
    free(there), free(home);
}

static void test_any_text(void **state)
{
    (void)state;
    uint64_t random = 1234;
    size_t items = 0;
    for (int i = 0; i < ROUNDS; i++) {
        char *body = some_body(&random), *bytes = some_bytes(&random);
        items += check_items(body);
        check_ticking(body);
        check_ticking(bytes);
        check_shifting(body, (int)(support_random(&random) % 8000) - 3000);
        free(body), free(bytes);
    }
    printf("figure: %zu items in %d random notes\n", items, ROUNDS);
    assert_true(items > ROUNDS);
}

static void test_shift_counts(void **state)
{
    (void)state;
    size_t moved, clamped;
    char *body = note_shift_stamps(
        "[0:30] a\n`[0:30]`\n[1:00:00] [59:59](x) a[1:20]", -45, &moved, &clamped);
    assert_string_equal(body, "[0:00] a\n`[0:30]`\n[59:15] [59:59](x) a[1:20]");
    assert_int_equal(moved, 2);
    assert_int_equal(clamped, 1);
    free(body);
}

/* Whether a scan of the body ends outside code. */
static bool closed(const char *body)
{
    struct note_scan scan = { .body = body };
    struct note_item item;
    while (note_scan_next(&scan, &item))
        ;
    return scan.fence == 0;
}

/* Two notes with a paragraph between, which ends the first one's lists, have the items of both.
 */
static void test_joined(void **state)
{
    static const char between[] = "\n\nbetween\n\n";
    (void)state;
    uint64_t random = 99;
    int joined = 0;
    for (int i = 0; i < ROUNDS; i++) {
        char *a = some_body(&random), *b = some_body(&random);
        struct buf both = { 0 };
        buf_addf(&both, "%s%s%s", a, between, b);
        if (closed(a)) {
            struct note_scan all = { .body = both.data }, one = { .body = a };
            struct note_item item, other;
            size_t before = 0, lines = 0;
            while (note_scan_next(&all, &item)) {
                if (!note_scan_next(&one, &other)) {
                    assert_int_equal(before, 0);
                    before = strlen(a) + strlen(between), lines = line_at(a, strlen(a)) + 3;
                    one = (struct note_scan){ .body = b };
                    assert_true(note_scan_next(&one, &other));
                }
                assert_true(item.kind == other.kind && item.number == other.number);
                assert_int_equal(item.off, other.off + before);
                assert_int_equal(item.line, other.line + lines);
                assert_int_equal(item.text_len, other.text_len);
            }
            joined++;
        }
        free(a), free(b);
        buf_release(&both);
    }
    assert_true(joined > ROUNDS / 2);
}

/* The same with CR LF at the ends of lines. */
static void test_crlf(void **state)
{
    (void)state;
    uint64_t random = 5;
    for (int i = 0; i < ROUNDS; i++) {
        char *body = some_body(&random);
        struct buf crlf = { 0 };
        for (const char *p = body; *p != '\0'; p++)
            buf_addf(&crlf, "%s%c", *p == '\n' && (p == body || p[-1] != '\r') ? "\r" : "", *p);
        char *items = describe(body), *others = describe(buf_text(&crlf));
        if (strcmp(items, others) != 0)
            fail_msg("'%s' has\n%sand with CR LF\n%s", body, items, others);
        free(body), free(items), free(others);
        buf_release(&crlf);
    }
}

/* --- beside the Markdown that is shown --------------------------------------- */

static char *simple_document(uint64_t *random)
{
    static const char *const starts[] = { "", "# ", "- ", "> ", "1. ", "- [ ] ",
        "TODO: ", "> - ", "**", "Q: " };
    static const char *const parts[] = { "word", "#tag", "#a/b", "[[a talk]]", "[[x|y]]",
        "`[0:01] #no`", "*em*", "a#b", "é", "(x)", "[754]", "[0:03](http://x)", "http://x/#no",
        "a[1:20]", "f(x)[1:20]", "**b**[0:05]" };
    struct buf out = { 0 };
    for (uint32_t n = support_random(random) % 6 + 1; n > 0; n--) {
        if (support_random(random) % 8 == 0) {
            static const char *const code[] = { "```\n[0:04] #no [[no]]\n```\n\n",
                "word\n\n    [0:04] #no [[no]]\n\n\t#no\n\n", "- word\n\n    [0:04] #tag\n\n",
                "word\n    [0:04] #tag\n\n", "word `code\n[0:04] #no` #tag\n\n" };
            buf_adds(&out, code[support_random(random) % SUPPORT_COUNT(code)]);
            continue;
        }
        buf_adds(&out, starts[support_random(random) % SUPPORT_COUNT(starts)]);
        for (uint32_t words = support_random(random) % 6 + 1; words > 0; words--) {
            uint32_t which = support_random(random) % (SUPPORT_COUNT(parts) + 5);
            if (which < SUPPORT_COUNT(parts))
                buf_adds(&out, parts[which]);
            else
                add_stamp(&out, random);
            buf_addc(&out, ' ');
        }
        buf_adds(&out, "word\n\n");
    }
    return buf_take(&out);
}

static char *links_scanned(const char *body)
{
    struct note_scan scan = { .body = body };
    struct note_item item;
    struct buf out = { 0 };
    while (note_scan_next(&scan, &item)) {
        if (item.kind == NOTE_STAMP)
            buf_addf(&out, "#t=%d\n", item.number);
        else if (item.kind != NOTE_TASK)
            buf_addf(&out, "%s:%.*s\n", item.kind == NOTE_LINK ? "talk" : "tag",
                (int)item.text_len, item.text);
    }
    return buf_take(&out);
}

static char *links_shown(const char *body)
{
    struct md_doc *doc = md_parse(body, strlen(body));
    struct md_lines lines = { 0 };
    struct buf out = { 0 };
    md_layout(doc, 1000, &lines);
    uint32_t last = 0;
    for (size_t i = 0; i < lines.span_count; i++) {
        uint32_t link = lines.spans[i].link;
        const char *url = link > 0 ? lines.links[link - 1] : "http:";
        if (link != last && strncmp(url, "http:", 5) != 0)
            buf_addf(&out, "%s\n", url);
        last = link;
    }
    md_lines_release(&lines);
    md_free(doc);
    return buf_take(&out);
}

static void test_markdown_agrees(void **state)
{
    (void)state;
    uint64_t random = 77;
    size_t links = 0;
    for (int i = 0; i < ROUNDS / 3; i++) {
        char *body = simple_document(&random);
        char *scanned = links_scanned(body), *shown = links_shown(body);
        if (strcmp(scanned, shown) != 0)
            fail_msg("'%s' has\n%sand shows\n%s", body, scanned, shown);
        links += line_at(scanned, strlen(scanned)) - 1;
        free(body), free(scanned), free(shown);
    }
    printf("figure: %zu links that Markdown shows, too\n", links);
    assert_true(links > ROUNDS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_constructs),
        cmocka_unit_test(test_code),
        cmocka_unit_test(test_title),
        cmocka_unit_test(test_any_text),
        cmocka_unit_test(test_shift_counts),
        cmocka_unit_test(test_joined),
        cmocka_unit_test(test_crlf),
        cmocka_unit_test(test_markdown_agrees),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
