/* The conference report, the table and the calendar: what is in them, and that nothing
 * that stands in a title or a note gets out of its place. */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "db/catalog.h"
#include "db/outside.h"
#include "exchange/digest_form.h"
#include "exchange/export.h"
#include "md/web.h"

typedef bool (*write_function)(
    struct db *db, const struct export_set *set, struct output *out, struct err *err);

/* What a kind of export writes of some talks (NULL: of everything). */
static void write_text(struct support_fixture *f, write_function write, const int64_t *ids,
    size_t count, struct buf *text)
{
    const struct export_set set = { .all = ids == NULL, .ids = ids, .count = count };
    char *path = support_path(f->dir, "out");
    struct output out;
    bool ok = output_open(&out, path, &f->err) && write(f->db, &set, &out, &f->err);
    if (!output_close(&out, ok, &f->err))
        fail_msg("%s", err_text(&f->err));
    buf_clear(text);
    assert_true(support_read(path, text));
    free(path);
}

static int count_of(const char *text, const char *part)
{
    int count = 0;
    for (const char *at = text; (at = strstr(at, part)) != NULL; at += strlen(part))
        count++;
    return count;
}

static void assert_holds(const struct buf *text, const char *part)
{
    if (strstr(buf_text(text), part) == NULL)
        fail_msg("no '%s' in %.4000s", part, buf_text(text));
}

static int64_t add(
    struct support_fixture *f, const char *talk, const char *topic, const char *body)
{
    char *key = talk != NULL ? support_key(f->db, talk) : NULL;
    int64_t id;
    if (!db_note_add(f->db, key, topic, body, &id, &f->err))
        fail_msg("%s", err_text(&f->err));
    free(key);
    return id;
}

static void forget_starters(struct support_fixture *f)
{
    struct note_list list = { 0 };
    assert_true(db_notes_read(f->db, NULL, NULL, 0, 1000, &list, &f->err));
    for (size_t i = 0; i < list.count; i++)
        assert_true(db_note_delete(f->db, list.items[i].id, &f->err));
    note_list_release(&list);
}

/* --- the digest -------------------------------------------------------- */

static void test_what_is_in_it(void **state)
{
    struct support_fixture *f = *state;
    struct buf text = { 0 };
    forget_starters(f);
    char *key = support_key(f->db, "design-pressure");
    assert_true(db_mark_set(f->db, key, DB_RATING, 4, &f->err));
    assert_true(db_tags_set(f->db, key, "later api", &f->err));
    assert_true(db_themes_set(f->db, key, "Speed, Safety", &f->err));
    add(f, "design-pressure", NULL,
        "At [12:34] see [[who-tests-the-testers]], [[nowhere]]\n# My heading\n`[1:00]`\n");
    char *star = support_key(f->db, "who-tests-the-testers");
    assert_true(db_mark_set(f->db, star, DB_STARRED, 1, &f->err));
    add(f, NULL, "gpu-computing", "on the topic");
    add(f, NULL, NULL, "on nothing");
    write_text(f, digest_write_markdown, NULL, 0, &text);
    static const char *const parts[] = { "# Notes on PyCon US 2025\n", "\n## Speed\n",
        "\n## Safety\n", "\n#### Design Pressure: The Invisible Hand", "- Rating: very good (4",
        "- Tags: api later\n", "- Marks: starred\n",
        "> At [12:34](<https://www.youtube.com/watch?v=IhNSINolcSM&t=754s>) see [Who Tests",
        "](#talk-pycon-us-2025.who-tests-the-testers), [[nowhere]]\n> # My heading\n> ",
        "\n> `[1:00]`\n", "<a id=\"talk-pycon-us-2025.who-tests-the-testers\"></a>",
        "\n> on the topic\n", "\n## Other notes\n\n> on nothing\n" };
    for (size_t i = 0; i < SUPPORT_COUNT(parts); i++)
        assert_holds(&text, parts[i]);
    /* In full once, a reference in the other theme. */
    assert_int_equal(count_of(text.data, "#### Design Pressure"), 1);
    assert_int_equal(count_of(text.data, "](#talk-pycon-us-2025.design-pressure): under "), 1);
    write_text(f, digest_write_page, NULL, 0, &text);
    assert_holds(&text, "<h4 id=\"talk-pycon-us-2025.design-pressure\">Design Pressure");
    assert_holds(&text, "watch?v=IhNSINolcSM&amp;t=754s\">12:34</a>");
    assert_holds(&text, "<blockquote>\n<p>on nothing</p>\n</blockquote>");
    /* A query leaves notes on topics and on nothing out. */
    int64_t id = support_talk(f->db, "who-tests-the-testers");
    write_text(f, digest_write_markdown, &id, 1, &text);
    assert_int_equal(count_of(text.data, "\n#### "), 1);
    assert_int_equal(count_of(text.data, "\n> "), 0);
    free(key), free(star);
    buf_release(&text);
}

/* What stands under no heading: each once however many there are, and the notes on a
 * topic or a talk that no catalog has any more. */
static void test_other_notes(void **state)
{
    struct support_fixture *f = *state;
    struct buf text = { 0 }, part = { 0 };
    char *path = support_path(f->dir, "talkbook.db");
    forget_starters(f);
    add(f, NULL, "gpu-computing", "on a topic that goes");
    support_sql(path, "UPDATE note SET topic_slug = 'gone' WHERE topic_slug = 'gpu-computing'"
                      " AND deleted_at = ''");
    for (int i = 0; i < 65; i++) {
        buf_clear(&part);
        buf_addf(&part, "free note %d.", i);
        add(f, NULL, NULL, part.data);
    }
    write_text(f, digest_write_markdown, NULL, 0, &text);
    assert_holds(&text, "\n### gone\n\n> on a topic that goes\n");
    for (int i = 0; i < 65; i++) {
        buf_clear(&part);
        buf_addf(&part, "\n> free note %d.\n", i);
        assert_int_equal(count_of(text.data, part.data), 1);
    }
    free(path);
    buf_release(&text), buf_release(&part);
}

/* Lines that begin with a time or a task stay lines, boxes are boxes. */
static void test_lines(void **state)
{
    struct support_fixture *f = *state;
    struct buf text = { 0 };
    add(f, "design-pressure", NULL,
        "[1:00] first\n[2:00] second\nstill second\nTODO: third\n  DONE: fourth\n\n"
        "[3:00] last\n\n- [ ] open\n- [x] done\n- [y] none\n");
    write_text(f, digest_write_markdown, NULL, 0, &text);
    assert_holds(&text, ") first  \n> [2:00](<");
    assert_holds(
        &text, ") second\n> still second  \n> TODO: third  \n>   DONE: fourth\n>\n> [3:00](");
    write_text(f, digest_write_page, NULL, 0, &text);
    assert_holds(&text, "</a> first<br />\n<a href=");
    assert_holds(&text, "TODO: third<br />\nDONE: fourth</p>\n<p><a href=");
    assert_holds(
        &text, "<li>\xE2\x98\x90 open</li>\n<li>\xE2\x98\x91 done</li>\n<li>[y] none</li>");
    buf_release(&text);
}

static const char *const hostile[] = { "# x\n## y\n", "</h4><script>alert(1)</script>",
    "[x](javascript:alert(1))", "\n\n## not a heading of ours\n\n", "\r## nor this\r",
    "```\nan open fence", "<!-- open", "<a id=\"talk-x\">", "![x](javascript:y)", "&lt;&#60;",
    "</blockquote><h2>", "\xE2\x80\xAE", "| a | b |", "***", "[x]: javascript:alert(1)",
    "- a\n\t- b\n", "1. x\n", "~~~\n", "    code\n", "\"'`$x$" };

/* Headings of the digest's own, of a level, in HTML. */
static int headings(const char *html, int level)
{
    char tag[8];
    int depth = 0, count = 0;
    snprintf(tag, sizeof tag, "<h%d", level);
    for (const char *at = html; *at != '\0'; at++) {
        depth += strncmp(at, "<blockquote>", 12) == 0;
        depth -= strncmp(at, "</blockquote>", 13) == 0;
        count += depth == 0 && strncmp(at, tag, 3) == 0;
    }
    assert_int_equal(depth, 0);
    return count;
}

static void assert_harmless(const char *html)
{
    static const char *const never[] = { "<script", "javascript:", "<!-- open", "onerror" };
    for (size_t i = 0; i < SUPPORT_COUNT(never); i++)
        for (const char *at = html; (at = strstr(at, never[i])) != NULL; at++)
            /* As text it may stand there. */
            if (never[i][0] == '<' || at[-1] == '"')
                fail_msg("%.200s", at);
}

static void test_hostile_texts(void **state)
{
    struct support_fixture *f = *state;
    struct buf text = { 0 }, html = { 0 };
    forget_starters(f);
    char *path = support_path(f->dir, "talkbook.db");
    for (size_t i = 0; i < SUPPORT_COUNT(hostile); i++) {
        struct buf sql = { 0 };
        char *quoted = support_sql_text(":memory:", "SELECT quote(?1)", hostile[i]);
        buf_addf(&sql,
            "UPDATE talk SET title = %s, speakers = %s, room = %s, url = %s WHERE id = %zu",
            quoted, quoted, quoted, quoted, i + 1);
        support_sql(path, sql.data);
        free(quoted), buf_release(&sql);
        struct talk talk;
        int64_t id;
        assert_true(db_talk_read(f->db, (int64_t)i + 1, DB_READ_ROW, &talk, &f->err));
        assert_true(db_note_add(f->db, talk.key, NULL, hostile[i], &id, &f->err));
        assert_true(db_note_add(f->db, NULL, NULL, hostile[i], &id, &f->err));
        talk_release(&talk);
    }
    int talks = SUPPORT_COUNT(hostile);
    write_text(f, digest_write_page, NULL, 0, &html);
    assert_int_equal(headings(html.data, 4), talks);
    assert_int_equal(headings(html.data, 1), 1);
    assert_harmless(html.data);
    write_text(f, digest_write_markdown, NULL, 0, &text);
    buf_clear(&html);
    web_add_markdown(&html, text.data, text.len);
    assert_int_equal(headings(html.data, 4), talks);
    assert_int_equal(headings(html.data, 1), 1);
    assert_harmless(html.data);
    int themes = headings(html.data, 2);
    assert_true(themes > 1 && themes <= 5);
    printf("figure: digest of %d hostile talks and notes: headings as they should be in both "
           "forms\n",
        talks);
    free(path);
    buf_release(&text), buf_release(&html);
}

static void test_anchors(void **state)
{
    (void)state;
    static const char *const keys[] = { "a/b", "a.b", "a b", "a_b", "A/b", "\xC3\xA9", "a\"b" };
    for (size_t i = 0; i < SUPPORT_COUNT(keys); i++)
        for (size_t j = 0; j <= i; j++) {
            struct buf a = { 0 }, b = { 0 };
            digest_add_anchor(&a, keys[i]);
            digest_add_anchor(&b, keys[j]);
            assert_int_equal(strcmp(a.data, b.data) == 0, i == j);
            assert_int_equal(strspn(a.data, "abcdefghijklmnopqrstuvwxyz0123456789._-"), a.len);
            buf_release(&a), buf_release(&b);
        }
}

/* --- the table and the calendar ------------------------------------------ */

static void test_the_table(void **state)
{
    struct support_fixture *f = *state;
    struct buf text = { 0 };
    forget_starters(f);
    char *key = support_key(f->db, "nogil");
    add(f, "design-pressure", NULL, "=HYPERLINK(\"http://x\")");
    add(f, "design-pressure", NULL, " +1\n\"quoted\"");
    add(f, NULL, NULL, "@SUM(1)");
    assert_true(db_mark_set(f->db, key, DB_WATCHED, 1, &f->err));
    write_text(f, table_write, NULL, 0, &text);
    assert_holds(&text, "talk,title,speakers,conference,");
    assert_holds(&text, "\"'=HYPERLINK(\"\"http://x\"\")\"");
    assert_holds(&text, "\"' +1\n\"\"quoted\"\"\"");
    assert_holds(&text, "'@SUM(1)");
    assert_int_equal(count_of(text.data, "pycon-us-2025/design-pressure,"), 2);
    assert_int_equal(count_of(text.data, key), 1);
    int64_t id = support_talk(f->db, "nogil");
    write_text(f, table_write, &id, 1, &text);
    assert_int_equal(count_of(text.data, "design-pressure"), 0);
    assert_int_equal(count_of(text.data, "SUM"), 0);
    free(key);
    buf_release(&text);
}

static void check_lines(const struct buf *text)
{
    for (const char *line = text->data; *line != '\0';) {
        const char *end = strstr(line, "\r\n");
        assert_non_null(end);
        assert_true(end - line <= 75);
        line = end + 2;
    }
}

static void test_the_calendar(void **state)
{
    struct support_fixture *f = *state;
    struct buf text = { 0 };
    int talks = 0;
    for (int64_t id = 1; id <= 106; id++) {
        struct talk talk;
        assert_true(db_talk_read(f->db, id, DB_READ_ROW, &talk, &f->err));
        assert_true(db_mark_set(f->db, talk.key, DB_STARRED, id % 2 == 0, &f->err));
        talks += id % 2 == 0;
        talk_release(&talk);
    }
    write_text(f, calendar_write, NULL, 0, &text);
    assert_int_equal(count_of(text.data, "BEGIN:VEVENT\r\n"), talks);
    assert_int_equal(count_of(text.data, "END:VEVENT\r\n"), talks);
    assert_int_equal(count_of(text.data, "\r\nDTSTART;TZID=America/New_York:202505"), talks);
    assert_int_equal(count_of(text.data, "\r\nDTEND;TZID=America/New_York:202505"), talks);
    check_lines(&text);
    printf(
        "figure: calendar of the catalog's %d starred sessions, each with its times\n", talks);
    buf_release(&text);
}

/* Marks of direction take more room once they are written out; nothing is said of what
 * a talk does not have. */
static void test_a_hostile_calendar(void **state)
{
    struct support_fixture *f = *state;
    struct buf text = { 0 };
    char *path = support_path(f->dir, "talkbook.db");
    support_sql(path, "UPDATE talk SET title = replace(hex(zeroblob(100)), '0', char(0x202E)),"
                      " speakers = CASE WHEN id > 2 THEN 'Ada' ELSE '' END;"
                      "UPDATE summary SET body = CASE WHEN talk_id % 2 = 1 THEN 'On engines'"
                      " ELSE '' END");
    for (int64_t id = 1; id <= 4; id++) {
        struct talk talk;
        assert_true(db_talk_read(f->db, id, DB_READ_ROW, &talk, &f->err));
        assert_true(db_mark_set(f->db, talk.key, DB_STARRED, 1, &f->err));
        talk_release(&talk);
    }
    write_text(f, calendar_write, NULL, 0, &text);
    assert_int_equal(count_of(text.data, "BEGIN:VEVENT\r\n"), 4);
    assert_int_equal(count_of(text.data, "<U+202E>"), 4 * 200);
    check_lines(&text);
    assert_int_equal(count_of(text.data, "\r\nDESCRIPTION:"), 3);
    assert_int_equal(count_of(text.data, "\r\nDESCRIPTION:On engines\r\n"), 1);
    assert_int_equal(count_of(text.data, "\r\nDESCRIPTION:Ada\\n\\nOn engines\r\n"), 1);
    assert_int_equal(count_of(text.data, "\r\nDESCRIPTION:Ada\r\n"), 1);
    free(path);
    buf_release(&text);
}

/* --- files that are named ------------------------------------------------ */

static void test_a_failure_leaves_the_file(void **state)
{
    struct support_fixture *f = *state;
    struct output out;
    struct buf text = { 0 };
    char *path = support_path(f->dir, "kept");
    support_write(path, "before", 6);
    assert_true(output_open(&out, path, &f->err));
    buf_adds(&out.text, "half");
    assert_false(output_close(&out, false, &f->err));
    assert_true(support_read(path, &text));
    assert_string_equal(text.data, "before");
    bool opened = output_open(&out, f->dir, &f->err);
    assert_false(output_close(&out, opened, &f->err));
    assert_non_null(strstr(err_text(&f->err), "is a directory; name a file"));
    assert_true(output_open(&out, "/dev/full", &f->err));
    buf_adds(&out.text, "text");
    assert_false(output_close(&out, true, &f->err));
    assert_non_null(strstr(err_text(&f->err), "cannot write /dev/full: No space left"));
    char *nowhere = support_path(f->dir, "absent/x");
    opened = output_open(&out, nowhere, &f->err);
    assert_false(output_close(&out, opened, &f->err));
    free(path), free(nowhere);
    buf_release(&text);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, support_set_up, support_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = { TEST(test_what_is_in_it), TEST(test_other_notes),
        TEST(test_lines), TEST(test_hostile_texts), cmocka_unit_test(test_anchors),
        TEST(test_the_table), TEST(test_the_calendar), TEST(test_a_hostile_calendar),
        TEST(test_a_failure_leaves_the_file) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
