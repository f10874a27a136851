/* The JSON reader: what it makes of values, what it says of mistakes, and that
 * it accepts exactly what RFC 8259 and, on random documents, SQLite accept. */
#include "support.h"

#include <glob.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <sqlite3.h>

#include "base/json_doc.h"
#include "base/utf8.h"

#define SUITE "../shared/corpora/JSONTestSuite"

static void add_node(const struct json_doc *doc, const struct json_node *node, struct buf *out)
{
    static const char *const words[] = {
        [JSON_NULL] = "null", [JSON_FALSE] = "false", [JSON_TRUE] = "true"
    };
    switch (node->type) {
    case JSON_NULL:
    case JSON_FALSE:
    case JSON_TRUE:
        buf_adds(out, words[node->type]);
        break;
    case JSON_NUMBER:
        buf_addf(out, "%g", node->number);
        break;
    case JSON_STRING:
        buf_addf(out, "'%s'", node->text);
        break;
    case JSON_ARRAY:
    case JSON_OBJECT:
        buf_addc(out, node->type == JSON_ARRAY ? '[' : '{');
        for (const struct json_node *item = json_doc_first(doc, node); item != NULL;
             item = json_doc_after(doc, node, item)) {
            add_node(doc, item, out);
            buf_addc(out, ' ');
        }
        buf_addc(out, node->type == JSON_ARRAY ? ']' : '}');
        break;
    }
}

static void test_values(void **state)
{
    static const char *const cases[][2] = {
        { " null ", "null" },
        { "true", "true" },
        { "-0.5e+1", "-5" },
        { "1E400", "inf" },
        { "\"\"", "''" },
        { "\"a\\n\\\"\\\\\\/\\b\\f\\r\\t\"", "'a\n\"\\/\b\f\r\t'" },
        { "\"\\u00e9\\u20AC\\ud83d\\ude00\"", "'é€😀'" },
        { "\"\\ud83d\\u0041\\ude00\"", "'\xEF\xBF\xBD"
                                       "A\xEF\xBF\xBD'" },
        { "\"é😀\"", "'é😀'" },
        { "[]", "[]" },
        { "{}", "{}" },
        { "[1,[2,[]],{}]\n", "[1 [2 [] ] {} ]" },
        { "{\"a\":{\"b\":[true]},\"c\":\"d\"}", "{'a' {'b' [true ] } 'c' 'd' }" },
    };
    struct json_doc doc = { 0 };
    struct err err = { 0 };
    (void)state;
    for (size_t i = 0; i < SUPPORT_COUNT(cases); i++) {
        struct buf out = { 0 };
        if (!json_doc_read(&doc, cases[i][0], &err))
            fail_msg("%s: %s", cases[i][0], err_text(&err));
        add_node(&doc, doc.nodes, &out);
        assert_string_equal(out.data, cases[i][1]);
        buf_release(&out);
    }
    json_doc_release(&doc);
}

static void test_members(void **state)
{
    struct json_doc doc = { 0 };
    struct err err = { 0 };
    (void)state;
    assert_true(json_doc_read(&doc, "{\"a\":[1,{\"b\":2}],\"b\":3,\"\":4,\"b\":5}", &err));
    assert_int_equal((int)json_doc_get(&doc, doc.nodes, "b")->number, 5);
    assert_int_equal((int)json_doc_get(&doc, doc.nodes, "")->number, 4);
    assert_null(json_doc_get(&doc, doc.nodes, "c"));
    const struct json_node *list = json_doc_get(&doc, doc.nodes, "a");
    const struct json_node *first = json_doc_first(&doc, list);
    const struct json_node *second = json_doc_after(&doc, list, first);
    assert_null(json_doc_get(&doc, list, "b"));
    assert_int_equal((int)json_doc_get(&doc, second, "b")->number, 2);
    assert_null(json_doc_after(&doc, list, second));
    json_doc_release(&doc);
}

static void test_mistakes(void **state)
{
    static const char *const cases[][2] = {
        { "", "line 1: a value was expected" },
        { "{\"a\":1,\n \"b\" 2}", "line 2: a colon was expected" },
        { "[1,\n\n]", "line 3: a value was expected" },
        { "[1 2]", "a comma or ] was expected" },
        { "{\"a\":1 \"b\":2}", "a comma or } was expected" },
        { "{a:1}", "a name in quotes was expected" },
        { "[\"a\nb\"]", "a string holds a control character" },
        { "\"abc", "a string does not end" },
        { "\"\\x\"", "there is no such escape" },
        { "\"\\", "there is no such escape" },
        { "\"\\u12g4\"", "\\u needs four digits" },
        { "\"\\u12", "\\u needs four digits" },
        { "\"a\\u0000\"", "NUL" },
        { "01", "a value was expected" },
        { "1.", "a value was expected" },
        { "-", "a value was expected" },
        { "NaN", "a value was expected" },
        { "nul", "a value was expected" },
        { "1 2", "there is more behind the end" },
        { "]", "a value was expected" },
    };
    struct json_doc doc = { 0 };
    (void)state;
    for (size_t i = 0; i < SUPPORT_COUNT(cases); i++) {
        struct err err = { 0 };
        if (json_doc_read(&doc, cases[i][0], &err)
            || strstr(err_text(&err), cases[i][1]) == NULL)
            fail_msg("%s: '%s'", cases[i][0], err_text(&err));
        err_release(&err);
    }
    json_doc_release(&doc);
}

static void test_depth(void **state)
{
    enum { DEEP = 500000 };
    struct buf text = { 0 };
    struct json_doc doc = { 0 };
    struct err err = { 0 };
    (void)state;
    for (int i = 0; i < DEEP; i++)
        buf_adds(&text, i % 2 ? "{\"a\":" : "[");
    assert_false(json_doc_read(&doc, text.data, &err));
    buf_addc(&text, '1');
    for (int i = DEEP; i-- > 0;)
        buf_addc(&text, i % 2 ? '}' : ']');
    assert_true(json_doc_read(&doc, text.data, &err));
    json_doc_release(&doc), buf_release(&text), err_release(&err);
}

/* Random changes of a document: both readers must agree, but for \u0000, which
 * is refused here and not there. */
static void test_agrees_with_sqlite(void **state)
{
    static const char seed[] =
        "{\"t\":\"a\\u00e9\\n\",\"n\":[-1.5e3,0,{\"x\":null}],\"b\":[true,"
        "false,\"\"],\"o\":{}}";
    static const char bytes[] = "{}[]\",:\\unrtfe0123.-+ \nlsaE/\x01";
    sqlite3 *db;
    sqlite3_stmt *stmt;
    struct json_doc doc = { 0 };
    uint64_t random = 7;
    int valid = 0;
    (void)state;
    assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
    sqlite3_prepare_v2(db, "SELECT json_valid(?1)", -1, &stmt, NULL);
    for (int i = 0; i < 40000; i++) {
        char text[sizeof seed];
        struct err err = { 0 };
        memcpy(text, seed, sizeof seed);
        for (uint32_t k = support_random(&random) % 4; k-- > 0;)
            text[support_random(&random) % (sizeof seed - 1)] =
                bytes[support_random(&random) % (sizeof bytes - 1)];
        sqlite3_bind_text(stmt, 1, text, -1, SQLITE_STATIC);
        assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
        bool theirs = sqlite3_column_int(stmt, 0) != 0;
        bool ours = json_doc_read(&doc, text, &err);
        if (ours != theirs && strstr(err_text(&err), "NUL") == NULL)
            fail_msg("%s: %s", text, ours ? "accepted" : err_text(&err));
        valid += ours;
        err_release(&err);
        sqlite3_reset(stmt);
    }
    assert_true(valid > 4000 && valid < 36000);
    sqlite3_finalize(stmt), sqlite3_close(db), json_doc_release(&doc);
}

/* The names of its files say what must become of them: y, n or i (either). */
static void test_suite(void **state)
{
    glob_t files;
    struct json_doc doc = { 0 };
    int seen = 0;
    (void)state;
    if (glob(SUITE "/[yni]_*.json", 0, NULL, &files) != 0
        && glob(SUITE "/*/[yni]_*.json", 0, NULL, &files) != 0) {
        printf("skip: %s is not there\n", SUITE);
        skip();
    }
    for (size_t i = 0; i < files.gl_pathc; i++) {
        const char *name = strrchr(files.gl_pathv[i], '/') + 1;
        struct buf text = { 0 };
        struct err err = { 0 };
        assert_true(support_read(files.gl_pathv[i], &text));
        const char *source = buf_text(&text);
        /* What is no text is refused before, see folder_read(). */
        bool text_ok =
            strlen(source) == text.len && utf8_find_invalid(source, text.len) == text.len;
        bool ok = text_ok && json_doc_read(&doc, source, &err);
        bool nul = strstr(err_text(&err), "NUL") != NULL;
        if ((name[0] == 'y' && !ok && !nul) || (name[0] == 'n' && ok))
            fail_msg("%s: %s", name, ok ? "accepted" : err_text(&err));
        seen++;
        err_release(&err), buf_release(&text);
    }
    assert_true(seen > 100);
    globfree(&files), json_doc_release(&doc);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_values),
        cmocka_unit_test(test_members), cmocka_unit_test(test_mistakes),
        cmocka_unit_test(test_depth), cmocka_unit_test(test_agrees_with_sqlite),
        cmocka_unit_test(test_suite) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
