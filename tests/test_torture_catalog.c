/* Catalogs meant to do harm: bombs, the public suite of broken JSON, and values that no
 * catalog has. Each is refused with one clear line or stored as what it says, and what is
 * refused leaves the database as it was, byte for byte. */
#include "support.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/json_box.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "cli_check.h"
#include "torture.h"

#define SUITE "../shared/corpora/JSONTestSuite"

/* As the program's for a file. */
static const struct json_box_limits limits = { (size_t)64 << 20, { 4000000, 1000 },
    (uint64_t)512 << 20, 60 };

struct fixture {
    struct support_fixture *plain;
    struct json_box *box;
    char *before;
    int loaded, refused;
};

static int set_up(void **state)
{
    struct fixture *f = mem_zero(1, sizeof *f);
    struct err err = { 0 };
    void *plain;
    if (support_set_up(&plain) != 0)
        return -1;
    f->plain = plain;
    f->box = json_box_new(&limits, NULL);
    if (!db_mark_set(f->plain->db, "pycon-us-2025/design-pressure", DB_STARRED, 1, &err))
        return -1;
    f->before = support_dump(db_path(f->plain->db));
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    void *plain = f->plain;
    json_box_free(f->box);
    free(f->before);
    free(f);
    return support_tear_down(&plain);
}

/* Imports a text as the program does. */
static bool import(struct fixture *f, const char *text, struct err *err)
{
    struct json_doc doc = { 0 };
    struct db_catalog_report report;
    bool ok = json_box_read(f->box, text, &doc, err)
              && db_catalog_load(f->plain->db, &doc, &report, err);
    json_doc_release(&doc);
    *(ok ? &f->loaded : &f->refused) += 1;
    return ok;
}

static void assert_untouched(struct fixture *f, const char *what)
{
    char *after = support_dump(db_path(f->plain->db));
    if (strcmp(f->before, after) != 0)
        fail_msg("%s changed the database", what);
    free(after);
}

/* One line that is no control sequence, and the database as it was. */
static void assert_refused(
    struct fixture *f, const char *what, const char *text, const char *says)
{
    struct err err = { 0 };
    if (import(f, text, &err))
        fail_msg("%s was loaded", what);
    const char *words = err_text(&err);
    if (words[0] == '\0' || strchr(words, '\n') != NULL || strlen(words) > 400
        || strstr(words, says) == NULL)
        fail_msg("%s: '%.500s' does not say '%s'", what, words, says);
    err_release(&err);
    assert_untouched(f, what);
}

/* A catalog of its own conference with these members of the catalog and of its talk. */
static char *catalog_with(const char *members, const char *of_talk)
{
    struct buf text = { 0 };
    buf_adds(&text, "{\"format\":\"talkbook-catalog\",\"version\":1,\"conference\":"
                    "{\"slug\":\"evil\",\"name\":\"Evil\"},\"themes\":[],\"topics\":[],");
    buf_adds(&text, members);
    buf_adds(&text, "\"talks\":[{\"id\":\"a\",\"title\":\"A\",\"starts_at\":"
                    "\"2025-01-01T10:00Z\"");
    buf_adds(&text, of_talk);
    buf_adds(&text, "}]}");
    return buf_take(&text);
}

/* --- bombs ------------------------------------------------------------- */

/* Fewer values than a file may hold, where something else is to be said of it. */
enum { VALUES = 1500000 };

static char *repeated(
    const char *before, const char *what, size_t count, const char *between, const char *after)
{
    struct buf text = { 0 };
    size_t len = strlen(what);
    buf_adds(&text, before);
    for (size_t i = 0; i < count; i++)
        buf_add(&text, what, len);
    buf_adds(&text, between);
    buf_adds(&text, after);
    return buf_take(&text);
}

static void assert_bomb(struct fixture *f, const char *what, char *text, const char *says)
{
    assert_refused(f, what, text, says);
    free(text);
}

static void test_bombs(void **state)
{
    struct fixture *f = *state;
    size_t many = (size_t)torture_rounds(10000000, 200000);
    size_t values = many < VALUES ? many : VALUES;
    char *title = repeated(",\"title\":\"", "0123456789", 10 << 20, "", "\"");
    static const char talks[] = "{\"format\":\"talkbook-catalog\",\"version\":1,"
                                "\"conference\":{\"slug\":\"evil\",\"name\":\"E\"},\"talks\":[";
    assert_bomb(f, "lists in lists", repeated("", "[", many, "", ""), "more than 1000 deep");
    assert_bomb(
        f, "objects in objects", repeated("", "{\"a\":", many, "1", ""), "more than 1000 deep");
    assert_bomb(f, "deep talks", repeated(talks, "[", many, "", "]}"), "more than 1000 deep");
    assert_bomb(f, "many values", repeated("[", "1,", 4000000 + many, "1", "]"),
        "more than 4000000 values; split it");
    assert_bomb(f, "many talks", repeated(talks, "{},", values, "{}", "]}"),
        "talk 1: \"id\" is missing");
    assert_bomb(
        f, "many keys", repeated("{", "\"k\":0,", values, "\"k\":0", "}"), "\"format\"");
    assert_bomb(f, "a title of 100 MB", catalog_with("", title), "larger than 64 MB");
    free(title);
    assert_bomb(f, "too large", repeated("\"", "0123456789abcdef", (size_t)5 << 20, "", "\""),
        "larger than 64 MB");
    assert_bomb(
        f, "all blanks", repeated("", "        ", many / 2, "", ""), "a value was expected");
    assert_bomb(f, "one string", repeated("\"", "\\u0041", many, "", ""), "does not end");
    assert_bomb(f, "a long number", repeated("", "9", many, "", ""), "\"format\"");
    assert_bomb(f, "many digits", repeated("1e", "9", many, "", ""), "\"format\"");
    printf("figure: %d bombs of up to 105 MB refused, nothing changed\n", f->refused);
}

static void test_long_values(void **state)
{
    struct fixture *f = *state;
    size_t many = (size_t)torture_rounds(4000000, 50000);
    size_t values = many < VALUES ? many : VALUES;
    char *lists[] = { repeated(",\"themes\":[", "\"speed\",", values, "\"nope\"", "]"),
        repeated(",\"speakers\":[", "\"x\",", values, "5", "]"),
        repeated(",\"url\":\"https://x/", "abcdefgh", many, " ", "\""),
        repeated(",\"topic\":\"", "abcdefgh", many, "", "\""),
        repeated(",\"room\":\"", "\\ud800\\u0001", many, "", "\",\"kind\":1"),
        repeated(",\"id\":\"", "a", many, "", "\"") };
    static const char *const says[] = { "there is no theme 'nope'", "not a list of strings",
        "\"url\"", "\"topic\"", "\"kind\" is not a string", "\"id\"" };
    for (size_t i = 0; i < SUPPORT_COUNT(lists); i++) {
        assert_bomb(f, says[i], catalog_with("", lists[i]), says[i]);
        free(lists[i]);
    }
    /* Strings may be as long as the file: this one is taken, and is found again. */
    struct err err = { 0 };
    struct talk talk;
    char *title = repeated(",\"title\":\"", "Abcdefg ", many, "", "\"");
    char *text = catalog_with("", title);
    if (!import(f, text, &err))
        fail_msg("%s", err_text(&err));
    assert_true(db_talk_read(
        f->plain->db, support_talk(f->plain->db, "evil/a"), DB_READ_ROW, &talk, &err));
    assert_int_equal(strlen(talk.title), many * 8);
    talk_release(&talk);
    printf("figure: a title of %zu KB taken\n", many * 8 / 1000);
    free(title), free(text);
}

/* --- values ------------------------------------------------------------ */

static void test_values(void **state)
{
    static const struct {
        const char *members, *of_talk, *says;
    } cases[] = {
        { "", ",\"title\":\"a\\u0000b\"", "NUL character" },
        { "\"x\":\"\\u0000\",", "", "NUL character" },
        { "", ",\"a\\u0000\":1", "NUL character" },
        { "", ",\"video_seconds\":1e999", "\"video_seconds\"" },
        { "", ",\"video_seconds\":-1e999", "\"video_seconds\"" },
        { "", ",\"video_seconds\":0.5", "\"video_seconds\"" },
        { "", ",\"video_seconds\":9999999999999999999999999999", "\"video_seconds\"" },
        { "", ",\"video_seconds\":true", "\"video_seconds\"" },
        { "", ",\"highlight\":2", "\"highlight\"" },
        { "", ",\"id\":\"b\",\"id\":\"../b\"", "../b" },
        { "", ",\"title\":\"B\",\"title\":5", "\"title\" is not a string" },
        { "", ",\"title\":\"B\",\"title\":null", "\"title\" is missing" },
        { "\"version\":1.5,", "", "\"version\"" },
        { "\"version\":1e400,", "", "\"version\"" },
        { "\"format\":\"talkbook-catalog\\ud800\",", "", "\"format\"" },
        { "\"conference\":{\"slug\":\"\",\"name\":\"x\"},", "", "conference.slug" },
        { "\"conference\":[],", "", "conference.slug" },
        { "\"themes\":[{\"id\":\"a\",\"name\":\"A\"},{\"id\":\"a\",\"name\":\"B\"}],", "",
            "twice" },
        { "\"topics\":[{\"id\":\"t\",\"name\":\"T\",\"theme\":\"\\ud800\"}],", "",
            "\"theme\"" },
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < SUPPORT_COUNT(cases); i++)
        assert_bomb(
            f, cases[i].says, catalog_with(cases[i].members, cases[i].of_talk), cases[i].says);
    printf("figure: %d catalogs with one wrong value refused\n", f->refused);
}

/* Of members of one name the last counts; a lone surrogate is a character that says so. */
static void test_last_member_counts(void **state)
{
    struct fixture *f = *state;
    struct err err = { 0 };
    struct talk talk;
    char *text =
        catalog_with("\"conference\":5,\"conference\":{\"name\":\"E\",\"slug\":\"evil\"},"
                     "\"talks\":[5],",
            ",\"title\":6,\"title\":\"B\\ud800C\",\"room\":[],\"room\":null,\"speakers\":5,"
            "\"speakers\":[\"Ada\"]");
    if (!import(f, text, &err))
        fail_msg("%s", err_text(&err));
    assert_true(db_talk_read(
        f->plain->db, support_talk(f->plain->db, "evil/a"), DB_READ_FULL, &talk, &err));
    assert_string_equal(talk.title, "B\xEF\xBF\xBD"
                                    "C");
    assert_string_equal(talk.speakers, "Ada");
    talk_release(&talk);
    free(text);
}

/* --- the suite --------------------------------------------------------- */

/* A file of the suite as a catalog, as a member that nobody asks for in a broken catalog,
 * and as a title, which only a string can be. */
static void try_file(struct fixture *f, const char *name, const char *json)
{
    struct err err = { 0 };
    struct buf member = { 0 }, title = { 0 };
    assert_refused(f, name, json, "");
    buf_addf(&member, "\"unknown\":%s,", json);
    buf_addf(&title, ",\"title\":%s", json);
    char *broken = catalog_with(member.data, ",\"kind\":5");
    char *titled = catalog_with("", title.data);
    assert_refused(f, name, broken, "");
    if (json[strspn(json, " \t\r\n")] != '"' || !import(f, titled, &err))
        assert_refused(f, name, titled, "");
    else {
        assert_int_not_equal(name[0], 'n');
        free(f->before);
        f->before = support_dump(db_path(f->plain->db));
    }
    buf_release(&member), buf_release(&title), err_release(&err);
    free(broken), free(titled);
}

static void test_suite(void **state)
{
    struct fixture *f = *state;
    glob_t files;
    int seen = 0, step = torture_rounds(1, 6);
    if (glob(SUITE "/[yni]_*.json", 0, NULL, &files) != 0
        && glob(SUITE "/*/[yni]_*.json", 0, NULL, &files) != 0) {
        printf("skip: %s is not there\n", SUITE);
        skip();
    }
    for (size_t i = 0; i < files.gl_pathc; i += (size_t)step) {
        const char *name = strrchr(files.gl_pathv[i], '/') + 1;
        struct buf text = { 0 };
        assert_true(support_read(files.gl_pathv[i], &text));
        const char *json = buf_text(&text);
        /* What is no text is refused before; test_cli_bad.c. */
        if (strlen(json) == text.len && utf8_find_invalid(json, text.len) == text.len) {
            try_file(f, name, json);
            seen++;
        }
        buf_release(&text);
    }
    globfree(&files);
    printf("figure: %d files of the suite in 3 places each: %d refused, %d taken\n", seen,
        f->refused, f->loaded);
    assert_true(seen > 40);
}

/* --- the program ------------------------------------------------------- */

static void test_program(void **state)
{
    struct program *p = *state;
    size_t many = (size_t)torture_rounds(10000000, 200000);
    char *path = support_path(p->home, "evil.json"), *db = support_path(p->home, "e.db");
    struct {
        char *text;
        const char *says;
    } cases[] = {
        { repeated("", "[", many, "", ""), "evil.json was not loaded: its lists" },
        { repeated("[", "1,", 4000000, "1", "]"), "more than 4000000 values; split" },
        { catalog_with("", ",\"title\":\"a\\u0000\""), "NUL character" },
        { catalog_with("", ",\"title\":5"), "talk 1: \"title\" is not a string" },
        { repeated("\"", "0123456789abcdef", (size_t)6 << 20, "", "\""), "larger than 64 MB" },
        { catalog_with("", ",\"title\":\"\\u001b]0;x\\u0007\",\"kind\":1"), "\"kind\"" },
        { repeated(
              "{\"format\":\"talkbook-notes\",\"version\":1,\"notes\":[", "[", many, "", ""),
            "more than 1000 deep" },
    };
    run_ok(p, "--db", db, "star", "design-pressure", NULL);
    char *before = support_dump(db);
    for (size_t i = 0; i < SUPPORT_COUNT(cases); i++) {
        support_write(path, cases[i].text, strlen(cases[i].text));
        program_run(p, "--db", db, "import", path, NULL);
        assert_one_line(p, 1, cases[i].says);
        free(cases[i].text);
    }
    char *after = support_dump(db);
    assert_string_equal(before, after);
    printf("figure: the program refused %zu such files\n", SUPPORT_COUNT(cases));
    free(before), free(after), free(path), free(db);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_bombs),
        TEST(test_long_values),
        TEST(test_values),
        TEST(test_last_member_counts),
        TEST(test_suite),
        CLI_TEST(test_program),
    };
#undef TEST
    return cmocka_run_group_tests(tests, NULL, NULL);
}
