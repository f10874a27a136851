/* Importing made-up data in pyvideo's layout: what a talk becomes, who is taken
 * for whom, what is rejected and why. The real data has a file of its own,
 * test_pyvideo_real.c, and so have imports that end early. */
#include "pyvideo_tree.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "db/catalog.h"
#include "tally_check.h"

static struct talk read_talk(struct tree_fixture *f, const char *key)
{
    struct talk talk;
    if (!db_talk_read(f->db, support_talk(f->db, key), DB_READ_EXPORT, &talk, &f->err))
        fail_msg("%s: %s", key, err_text(&f->err));
    return talk;
}

static void test_a_talk(void **state)
{
    struct tree_fixture *f = *state;
    tree_import(f->db, f->tree, 4, 0, 0, 0, NULL);
    struct talk talk = read_talk(f, "made-con-2019/two");
    assert_string_equal(talk.title, "Two zebras");
    assert_string_equal(talk.speaker_list, "Bo");
    assert_string_equal(talk.conference, "Made Con 2019");
    assert_string_equal(talk.starts_at, "2019-03-04");
    assert_string_equal(talk.language, "en");
    assert_string_equal(talk.kind, "tutorial");
    assert_string_equal(talk.keywords, "Tutorial, web dev");
    assert_string_equal(talk.topic, "Other");
    assert_string_equal(talk.theme_list, "");
    assert_string_equal(talk.tags, "");
    assert_int_equal(talk.video_seconds, 1800);
    assert_string_equal(talk.video_url, "https://example.org/v");
    talk_release(&talk);
    talk = read_talk(f, "made-con-2019/three");
    assert_string_equal(talk.summary, "Short.\n\nLong.");
    talk_release(&talk);
    /* A tag that is a topic's name puts the talk there. */
    talk = read_talk(f, "made-con-2019/four");
    assert_string_equal(talk.topic, "Lightning talks");
    assert_string_equal(talk.kind, "lightning-talks");
    talk_release(&talk);
    assert_int_equal(tree_found(f->db, "quaggas"), 1);
    assert_int_equal(tree_found(f->db, "web dev zebras"), 1);
    assert_int_equal(tree_found(f->db, "speaker:lovelace"), 2);
    tally_check(f->db);
}

static void test_again_in_place(void **state)
{
    struct tree_fixture *f = *state;
    tree_import(f->db, f->tree, 4, 0, 0, 0, NULL);
    assert_true(db_mark_set(f->db, "made-con-2019/one", DB_STARRED, 1, &f->err));
    assert_true(db_tags_set(f->db, "made-con-2019/one", "mine", &f->err));
    int64_t note;
    assert_true(db_note_add(f->db, "made-con-2019/two", NULL, "my note", &note, &f->err));
    char *before = support_dump(db_path(f->db));
    tree_import(f->db, f->tree, 0, 0, 4, 0, NULL);
    char *after = support_dump(db_path(f->db));
    assert_string_equal(before, after);
    free(before), free(after);
    /* What changed there changes here, in the index and the counts too. */
    char *json = tree_record("One okapi", "Zoe", "\"description\":\"About tapirs.\"");
    tree_write_record(f, "one.json", json);
    free(json);
    tree_import(f->db, f->tree, 0, 1, 3, 0, NULL);
    assert_int_equal(tree_found(f->db, "quaggas"), 0);
    assert_int_equal(tree_found(f->db, "tapirs"), 1);
    assert_int_equal(tree_found(f->db, "okapi tag:mine is:starred"), 1);
    assert_int_equal(tree_found(f->db, "speaker:zoe"), 1);
    assert_int_equal(tree_found(f->db, "speaker:lovelace"), 1);
    tally_check(f->db);
    tree_import(f->db, f->tree, 0, 0, 4, 0, NULL);
    /* A file that went away takes nothing with it. */
    char *gone = support_path(f->tree, "videos/two.json");
    unlink(gone);
    free(gone);
    tree_import(f->db, f->tree, 0, 0, 3, 0, NULL);
    assert_int_equal(tree_found(f->db, "\"my note\""), 1);
}

static void test_who_is_who(void **state)
{
    struct tree_fixture *f = *state;
    tree_import(f->db, f->tree, 4, 0, 0, 0, NULL);
    /* The file has another name: title and speakers tell, folded, in any order. */
    char *from = support_path(f->tree, "videos/one.json");
    unlink(from);
    char *json = tree_record("ONE  zébra!", "ada lovelace", "\"description\":\"Moved.\"");
    tree_write_record(f, "moved.json", json);
    free(json);
    tree_import(f->db, f->tree, 0, 1, 3, 0, NULL);
    assert_int_equal(support_sql_int(db_path(f->db),
                         "SELECT count(*) FROM talk WHERE key = 'made-con-2019/one' AND title "
                         "= 'ONE zébra!'",
                         NULL),
        1);
    tree_import(f->db, f->tree, 0, 0, 4, 0, NULL);
    /* Two files of one title and speaker are two talks, in whatever order. */
    json = tree_record("Lightning talks", "Various", "");
    tree_write_record(f, "l2.json", json);
    tree_import(f->db, f->tree, 1, 0, 4, 0, NULL);
    tree_write_record(f, "l1.json", json);
    tree_import(f->db, f->tree, 1, 0, 5, 0, NULL);
    tree_import(f->db, f->tree, 0, 0, 6, 0, NULL);
    /* And so are names that differ by case and accents alone. */
    tree_write_record(f, "L1.json", json);
    tree_write_record(f, "l\xC3\xAD-2.json", json);
    tree_import(f->db, f->tree, 2, 0, 6, 0, NULL);
    tree_import(f->db, f->tree, 0, 0, 8, 0, NULL);
    tally_check(f->db);
    free(json), free(from);
}

static const char made_catalog[] =
    "{\"format\":\"talkbook-catalog\",\"version\":1,\"conference\":{\"slug\":\"mc19\","
    "\"name\":\"Made Con 2019\"},\"talks\":[{\"id\":\"uno\",\"title\":\"One zebra\","
    "\"speakers\":[\"Ada Lovelace\"],\"starts_at\":\"2019-03-05T09:00:00Z\","
    "\"video_url\":\"https://example.org/right\",\"summary\":\"Ours.\"},"
    "{\"id\":\"two\",\"title\":\"Two zebras, indeed\",\"speakers\":[],"
    "\"starts_at\":\"2019-03-05T10:00:00Z\"}]}";

/* The folder's name is no catalog's, but the conference's name is. */
static void test_a_catalog_wins(void **state)
{
    struct tree_fixture *f = *state;
    struct db_catalog_report report;
    assert_true(support_load(f->db, made_catalog, &report, &f->err));
    tree_import(f->db, f->tree, 2, 2, 0, 0, NULL);
    struct talk talk = read_talk(f, "mc19/uno");
    assert_string_equal(talk.starts_at, "2019-03-05T09:00:00Z");
    assert_string_equal(talk.video_url, "https://example.org/right");
    assert_string_equal(talk.summary, "Ours.");
    assert_string_equal(talk.language, "en");
    talk_release(&talk);
    talk = read_talk(f, "mc19/two");
    assert_string_equal(talk.title, "Two zebras, indeed");
    assert_string_equal(talk.speaker_list, "Bo");
    assert_string_equal(talk.keywords, "Tutorial, web dev");
    assert_int_equal(talk.video_seconds, 1800);
    talk_release(&talk);
    assert_int_equal(tree_found(f->db, "speaker:bo"), 1);
    tally_check(f->db);
    tree_import(f->db, f->tree, 0, 0, 4, 0, NULL);
    /* A catalog that comes later takes over. */
    assert_true(support_load(f->db, made_catalog, &report, &f->err));
    assert_int_equal(report.changed, 2);
    assert_int_equal(report.removed, 2);
    tally_check(f->db);
}

/* --- anomalies --------------------------------------------------------- */

static void test_rejected(void **state)
{
    static const struct {
        const char *file, *json, *says;
    } bad[] = {
        { "no-json.json", "{\"title\":", "line 1" },
        { "empty.json", "", "not valid JSON" },
        { "list.json", "[1]", "not a JSON object" },
        { "no-title.json", "{\"speakers\":[\"A\"]}", "\"title\" is missing" },
        { "blank-title.json", "{\"title\":\" \\n \"}", "\"title\" is missing" },
        { "null-title.json", "{\"title\":null}", "\"title\" is missing" },
        { "number-title.json", "{\"title\":7}", "\"title\" is not a string" },
        { "nul.json", "{\"title\":\"a\\u0000b\"}", "NUL" },
        { "latin.json", "{\"title\":\"caf\xE9\"}", "not UTF-8" },
        { "...json", "{\"title\":\"x\"}", "" },
        { "---.json", "{\"title\":\"x\"}", "no letter or digit" },
    };
    struct tree_fixture *f = *state;
    struct pyvideo_report report;
    struct buf large = { 0 };
    for (size_t i = 0; i < SUPPORT_COUNT(bad); i++)
        tree_write_record(f, bad[i].file, bad[i].json);
    buf_repeat(&large, ' ', PYVIDEO_MAX_BYTES + 1);
    tree_write_record(f, "large.json", large.data);
    char *fifo = support_path(f->tree, "videos/fifo.json");
    char *link = support_path(f->tree, "videos/link.json");
    char *folder = support_path(f->tree, "videos/folder.json");
    assert_int_equal(mkfifo(fifo, 0600), 0);
    assert_int_equal(symlink("one.json", link), 0);
    assert_int_equal(mkdir(folder, 0700), 0);
    /* "...json" begins with a dot and is nobody's record. */
    tree_import(f->db, f->tree, 4, 0, 0, (int)SUPPORT_COUNT(bad) - 1 + 4, &report);
    for (size_t i = 0; i < SUPPORT_COUNT(bad); i++) {
        struct buf name = { 0 };
        buf_addf(&name, "videos/%s", bad[i].file);
        if (strstr(tree_reason(&report, name.data), bad[i].says) == NULL)
            fail_msg("%s: '%s'", name.data, tree_reason(&report, name.data));
        buf_release(&name);
    }
    assert_string_equal(tree_reason(&report, "videos/large.json"), "is larger than 1024 KB");
    assert_string_equal(tree_reason(&report, "videos/fifo.json"), "is not a regular file");
    assert_string_equal(tree_reason(&report, "videos/folder.json"), "is not a regular file");
    assert_non_null(strstr(tree_reason(&report, "videos/link.json"), "symbolic link"));
    assert_int_equal(report.partial, 0);
    pyvideo_report_release(&report);
    free(fifo), free(link), free(folder), buf_release(&large);
}

/* A talk stays a talk where only a part of its record is no use. */
static const struct {
    const char *file, *json, *says, *column, *value;
} odd[] = {
    { "bare", "{\"title\":\"t\"}", "", "starts_at", "" },
    { "nulls",
        "{\"title\":\"t\",\"speakers\":null,\"description\":null,\"recorded\":null,"
        "\"duration\":null,\"tags\":null,\"videos\":null,\"language\":null}",
        "", "video_url", "" },
    { "no-day", "{\"title\":\"t\",\"recorded\":\"2013-02-30\"}", "\"recorded\" is not a date",
        "starts_at", "" },
    { "local", "{\"title\":\"t\",\"recorded\":\"2013-02-28T10:00:00\"}", "", "starts_at",
        "2013-02-28" },
    { "moment", "{\"title\":\"t\",\"recorded\":\"2013-02-28T10:00:00+05:00\"}", "", "starts_at",
        "2013-02-28T10:00:00+05:00" },
    { "year", "{\"title\":\"t\",\"recorded\":2013}", "\"recorded\" is not a string",
        "starts_at", "" },
    { "name", "{\"title\":\"t\",\"speakers\":\"Ada\"}", "\"speakers\" is not a list",
        "speakers", "" },
    { "names", "{\"title\":\"t\",\"speakers\":[\"Ada\",7,null,\" \",\" B  C \",\"Ada\"]}",
        "\"speakers\" holds what is not a string", "speakers", "Ada, B C" },
    { "long", "{\"title\":\"t\",\"duration\":1e300}", "\"duration\" is not a length",
        "video_seconds", "0" },
    { "float", "{\"title\":\"t\",\"duration\":61.9}", "", "video_seconds", "61" },
    { "text", "{\"title\":\"t\",\"duration\":\"61\"}", "\"duration\" is not a length",
        "video_seconds", "0" },
    { "minus", "{\"title\":\"t\",\"duration\":-1}", "\"duration\" is not a length",
        "video_seconds", "0" },
    { "script", "{\"title\":\"t\",\"videos\":[{\"url\":\"javascript:alert(1)\"}]}",
        "\"videos\" holds no http or https address", "video_url", "" },
    { "several",
        "{\"title\":\"t\",\"videos\":[7,{\"type\":\"mp4\",\"url\":\"http://a.org/\xC3\xA9 "
        "b\"},"
        "{\"type\":\"youtube\",\"url\":\"https://youtu.be/x\"}]}",
        "", "video_url", "https://youtu.be/x" },
    { "encoded",
        "{\"title\":\"t\",\"videos\":[{\"type\":\"mp4\",\"url\":\"http://a.org/"
        "\xC3\xA9\"}]}",
        "", "video_url", "http://a.org/%C3%A9" },
    { "page",
        "{\"title\":\"t\",\"related_urls\":[\"https://a.org/\",{\"label\":\"Conference "
        "Website\",\"url\":\"https://a.org/\"},{\"label\":\"Presentation Webpage\",\"url\":"
        "\"https://a.org/t\"}]}",
        "", "url", "https://a.org/t" },
    { "lang", "{\"title\":\"t\",\"language\":\"tlh\"}", "", "language", "tlh" },
    { "lines", "{\"title\":\" a\\n b\\tc \"}", "", "title", "a b c" },
    { "escape", "{\"title\":\"\\u001b[31mred\"}", "", "title", "\033[31mred" },
};

static void test_left_out(void **state)
{
    struct tree_fixture *f = *state;
    struct pyvideo_report report;
    int partial = 0;
    for (size_t i = 0; i < SUPPORT_COUNT(odd); i++) {
        struct buf name = { 0 };
        buf_addf(&name, "%s.json", odd[i].file);
        tree_write_record(f, name.data, odd[i].json);
        buf_release(&name);
        partial += odd[i].says[0] != '\0';
    }
    tree_import(f->db, f->tree, 4 + (int)SUPPORT_COUNT(odd), 0, 0, 0, &report);
    assert_int_equal(report.partial, partial);
    for (size_t i = 0; i < SUPPORT_COUNT(odd); i++) {
        struct buf text = { 0 };
        buf_addf(&text, "videos/%s.json", odd[i].file);
        if (strstr(tree_reason(&report, text.data), odd[i].says) == NULL)
            fail_msg("%s: '%s'", text.data, tree_reason(&report, text.data));
        buf_clear(&text);
        buf_addf(
            &text, "SELECT %s FROM talk WHERE key = 'made-con-2019/' || ?1", odd[i].column);
        char *value = support_sql_text(db_path(f->db), text.data, odd[i].file);
        if (strcmp(value, odd[i].value) != 0)
            fail_msg("%s is '%s'", odd[i].file, value);
        free(value), buf_release(&text);
    }
    tally_check(f->db);
    pyvideo_report_release(&report);
    tree_import(f->db, f->tree, 0, 0, 4 + (int)SUPPORT_COUNT(odd), 0, NULL);
}

/* --- directories ------------------------------------------------------- */

static void test_a_set(void **state)
{
    struct tree_fixture *f = *state;
    struct pyvideo_report report;
    char *json = tree_record("T", "S", "");
    tree_write(f->dir, "set/LICENSE", "text");
    tree_write(f->dir, "set/.git/category.json", "{}");
    tree_write(f->dir, "set/other/readme", "text");
    tree_write(f->dir, "set/a/category.json", "{\"title\":\"A Con 2020\"}");
    tree_write(f->dir, "set/a/videos/t.json", json);
    tree_write(f->dir, "set/a/videos/notes.txt", "no record");
    tree_write(f->dir, "set/b/category.json", "{\"title\":\"A Con 2021\"}");
    tree_write(f->dir, "set/b/videos/t.json", json);
    tree_write(f->dir, "set/c/videos/t.json", json);
    tree_write(f->dir, "set/d/category.json", "{\"title\":[]}");
    tree_write(f->dir, "set/d/videos/t.json", json);
    tree_write(f->dir, "set/e/category.json", "{\"title\":\"No videos\"}");
    char *set = support_path(f->dir, "set");
    char *link = support_path(f->dir, "set/link");
    assert_int_equal(symlink(f->tree, link), 0);
    tree_import(f->db, set, 2, 0, 0, 4, &report);
    assert_int_equal(report.conferences, 2);
    assert_non_null(strstr(tree_reason(&report, "link"), "symbolic link"));
    assert_non_null(strstr(tree_reason(&report, "c/category.json"), "1 record was not read"));
    assert_non_null(strstr(tree_reason(&report, "d/category.json"), "\"title\" is missing"));
    assert_non_null(strstr(tree_reason(&report, "e/videos"), "cannot be read"));
    pyvideo_report_release(&report);
    /* One conference of two years is one heading with two below it. */
    struct db_headings headings;
    assert_true(db_headings_read(f->db, DB_BY_CONFERENCE, &headings, &f->err));
    assert_int_equal(headings.count, 3);
    assert_string_equal(headings.items[0].label, "A Con");
    assert_string_equal(headings.items[0].sublabel, "2021");
    assert_string_equal(headings.items[1].label, "A Con");
    assert_string_equal(headings.items[1].sublabel, "2020");
    db_headings_release(&headings);
    enum db_group group;
    assert_true(db_group_choose(f->db, DB_BY__COUNT, &group, &f->err));
    assert_int_equal(group, DB_BY_CONFERENCE);
    tally_check(f->db);
    free(json), free(set), free(link);
}

static bool never(void *context, size_t done, size_t total, const char *conference)
{
    (void)context, (void)done, (void)total, (void)conference;
    fail_msg("nothing may be read");
    return false;
}

static void test_other_directories(void **state)
{
    struct tree_fixture *f = *state;
    struct pyvideo_report report;
    struct pyvideo_watch watch = { never, NULL };
    tree_write(f->dir, "other/a/readme", "text");
    char *other = support_path(f->dir, "other");
    char *none = support_path(f->dir, "none");
    assert_false(pyvideo_import(f->db, other, &watch, &report, &f->err));
    assert_non_null(strstr(err_text(&f->err), "without a conference"));
    assert_non_null(strstr(err_text(&f->err), other));
    assert_false(pyvideo_import(f->db, none, &watch, &report, &f->err));
    assert_non_null(strstr(err_text(&f->err), "No such file"));
    free(other), free(none);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, tree_set_up, tree_tear_down)
    const struct CMUnitTest tests[] = { TEST(test_a_talk), TEST(test_again_in_place),
        TEST(test_who_is_who), TEST(test_a_catalog_wins), TEST(test_rejected),
        TEST(test_left_out), TEST(test_a_set), TEST(test_other_directories) };
#undef TEST
    return cmocka_run_group_tests(tests, NULL, NULL);
}
