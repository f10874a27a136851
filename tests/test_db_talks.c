/* Talks as the database gives them: how they are found, the headings of every
 * grouping with their counts, the sorts, and the person's marks and tags. */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <cmocka.h>

#include "base/mem.h"
#include "db/catalog.h"
#include "tally_check.h"

static size_t named(struct db *db, const char *text)
{
    struct err err = { 0 };
    int64_t *ids;
    size_t count;
    if (!db_talk_find(db, text, &ids, &count, &err))
        fail_msg("%s: %s", text, err_text(&err));
    free(ids);
    return count;
}

static void test_find(void **state)
{
    struct support_fixture *f = *state;
    int64_t id = support_talk(f->db, "pycon-us-2025/design-pressure");
    char number[24];
    snprintf(number, sizeof number, "%lld", (long long)id);
    const char *const names[] = { number, "design-pressure", "Design Pressure",
        "design pressure: the invisible hand that shapes your code", "invisible hand",
        "INVISIBLE HAND", "d\xC3\xA9sign pr\xC3\xABssure", "de\xCC\x81sign pressure" };
    for (size_t i = 0; i < SUPPORT_COUNT(names); i++)
        assert_int_equal(support_talk(f->db, names[i]), id);
    assert_int_equal(support_talk(f->db, "asincrono"), support_talk(f->db, "Asíncrono"));
    assert_int_equal(support_talk(f->db, "guion"), support_talk(f->db, "cambiando-el-guion"));
    static const char *const absent[] = { "", "no such talk", "-1", "107000",
        "99999999999999999999", "pycon-us-2024/design-pressure", "/design-pressure", "' OR 1",
        "design%", "design_pressure", "\xFF" };
    for (size_t i = 0; i < SUPPORT_COUNT(absent); i++)
        if (named(f->db, absent[i]) != 0)
            fail_msg("'%s' names a talk", absent[i]);
    assert_true(named(f->db, "python") > 20);
    assert_true(named(f->db, "e") == 106 || named(f->db, "e") > 90);
}

/* A whole title wins over titles that hold it. */
static void test_find_whole_title(void **state)
{
    struct support_fixture *f = *state;
    struct db_catalog_report report;
    assert_true(support_load(f->db,
        "{\"format\":\"talkbook-catalog\",\"version\":1,"
        "\"conference\":{\"slug\":\"tiny\",\"name\":\"Tiny\"},\"themes\":[],\"topics\":[],"
        "\"talks\":["
        "{\"id\":\"a\",\"title\":\"Wombats\",\"starts_at\":\"2024-01-01T10:00Z\"},"
        "{\"id\":\"b\",\"title\":\"More Wombats\",\"starts_at\":\"2024-01-01T11:00Z\"},"
        "{\"id\":\"7\",\"title\":\"Seven\",\"starts_at\":\"2024-01-01T11:00Z\"}]}",
        &report, &f->err));
    assert_int_equal(named(f->db, "wombats"), 1);
    assert_int_equal(named(f->db, "wombat"), 2);
    assert_int_equal(support_talk(f->db, "tiny/a"), support_talk(f->db, "wombats"));
    assert_int_equal(support_talk(f->db, "7"), 7);
}

static void test_read(void **state)
{
    struct support_fixture *f = *state;
    struct talk talk;
    int64_t id = support_talk(f->db, "design-pressure");
    assert_true(db_talk_read(f->db, id, DB_READ_EXPORT, &talk, &f->err));
    assert_string_equal(talk.key, "pycon-us-2025/design-pressure");
    assert_string_equal(talk.speakers, "Hynek Schlawack");
    assert_string_equal(talk.starts_at, "2025-05-16T14:45:00-04:00");
    assert_string_equal(talk.ends_at, "2025-05-16T15:15:00-04:00");
    assert_string_equal(talk.room, "Ballroom A");
    assert_string_equal(talk.kind, "talk");
    assert_string_equal(talk.language, "en");
    assert_string_equal(talk.conference, "PyCon US 2025");
    assert_string_equal(talk.themes, "Code quality");
    assert_string_equal(talk.topic, "Design and testing");
    assert_string_equal(talk.speaker_list, "Hynek Schlawack");
    assert_string_equal(talk.tags, "");
    assert_int_equal(talk.video_seconds, 1902);
    assert_true(talk.highlight);
    assert_int_equal(talk.notes, 1);
    talk_release(&talk);
    assert_false(db_talk_read(f->db, 123456, DB_READ_ROW, &talk, &f->err));
    assert_non_null(strstr(err_text(&f->err), "no talk 123456"));
    struct db_topic topic;
    assert_true(db_topic_read(f->db, 0, "gpu-computing", &topic, &f->err));
    assert_string_equal(topic.name, "GPU computing");
    assert_string_equal(topic.theme, "Speed");
    db_topic_release(&topic);
    assert_false(db_topic_read(f->db, 0, "nonesuch", &topic, &f->err));
    assert_non_null(strstr(err_text(&f->err), "nonesuch"));
}

static void test_headings(void **state)
{
    struct support_fixture *f = *state;
    tally_check(f->db);
    struct db_headings headings;
    static const struct {
        enum db_group group;
        size_t count;
        const char *first, *last;
    } cases[] = {
        { DB_BY_DAY, 4, "2025-05-15", "2025-05-18" },
        { DB_BY_ROOM, 9, "Ballroom A", "Room 319" },
        { DB_BY_TOPIC, 22, "Free-threaded CPython", "Lightning talks" },
        { DB_BY_SPEAKER, 142, "Adam Glustein", NULL },
        { DB_BY_THEME, 0, "Speed", "Everything else" },
        { DB_BY_CONFERENCE, 1, "PyCon US", "PyCon US" },
    };
    for (size_t i = 0; i < SUPPORT_COUNT(cases); i++) {
        assert_true(db_headings_read(f->db, cases[i].group, &headings, &f->err));
        if (cases[i].count > 0)
            assert_int_equal(headings.count, cases[i].count);
        assert_string_equal(headings.items[0].label, cases[i].first);
        if (cases[i].last != NULL && cases[i].group != DB_BY_ROOM)
            assert_string_equal(headings.items[headings.count - 1].label, cases[i].last);
        assert_int_equal(headings.total.talks, 106);
        assert_int_equal(headings.total.notes, 10);
        db_headings_release(&headings);
    }
    static const char *const names[] = { "theme", "topic", "day", "room", "speaker",
        "conference", "saved" };
    for (int i = 0; i < DB_BY__COUNT; i++)
        assert_string_equal(db_group_names[i], names[i]);
}

/* Reads the talks of a day in an order, and their rows. */
static size_t day_rows(struct support_fixture *f, enum db_sort sort, struct talk **rows)
{
    struct db_heading heading = { .key = (char *)"2025-05-16", .subkey = (char *)"" };
    int64_t *ids;
    size_t count;
    assert_true(db_heading_talks(f->db, DB_BY_DAY, sort, &heading, &ids, &count, &f->err));
    *rows = mem_zero(count, sizeof **rows);
    for (size_t i = 0; i < count; i++)
        assert_true(db_talk_read(f->db, ids[i], DB_READ_ROW, &(*rows)[i], &f->err));
    free(ids);
    return count;
}

static bool in_order(enum db_sort sort, const struct talk *a, const struct talk *b)
{
    switch (sort) {
    case DB_SORT_TIME:
        return strcmp(a->starts_at, b->starts_at) <= 0;
    case DB_SORT_TITLE:
        return strcasecmp(a->title, b->title) <= 0;
    case DB_SORT_RATING:
        return a->rating > b->rating
               || (a->rating == b->rating && strcmp(a->starts_at, b->starts_at) <= 0);
    case DB_SORT_LENGTH:
        return a->video_seconds >= b->video_seconds;
    case DB_SORT__COUNT:
        break;
    }
    return false;
}

static void test_sorts(void **state)
{
    struct support_fixture *f = *state;
    struct talk *rows;
    size_t count = day_rows(f, DB_SORT_TIME, &rows);
    for (size_t i = 0; i < count; i++) {
        if (i % 3 == 0)
            assert_true(db_mark_set(f->db, rows[i].key, DB_RATING, (int)(i % 5) + 1, &f->err));
        talk_release(&rows[i]);
    }
    free(rows);
    for (int sort = 0; sort < DB_SORT__COUNT; sort++) {
        assert_int_equal(day_rows(f, (enum db_sort)sort, &rows), count);
        for (size_t i = 1; i < count; i++)
            if (!in_order((enum db_sort)sort, &rows[i - 1], &rows[i]))
                fail_msg("by %s: %s before %s", db_sort_names[sort], rows[i - 1].title,
                    rows[i].title);
        for (size_t i = 0; i < count; i++)
            talk_release(&rows[i]);
        free(rows);
    }
}

static struct talk read_full(struct support_fixture *f, const char *name)
{
    struct talk talk;
    assert_true(db_talk_read(f->db, support_talk(f->db, name), DB_READ_FULL, &talk, &f->err));
    return talk;
}

static void test_marks(void **state)
{
    struct support_fixture *f = *state;
    char *key = support_key(f->db, "design-pressure");
    assert_true(db_mark_set(f->db, key, DB_STARRED, 1, &f->err));
    assert_true(db_mark_set(f->db, key, DB_RATING, 5, &f->err));
    tally_check(f->db);
    assert_true(db_mark_set(f->db, key, DB_RATING, 2, &f->err));
    assert_true(db_mark_set(f->db, key, DB_WATCHED, 1, &f->err));
    assert_true(db_mark_set(f->db, key, DB_WATCHED, 1, &f->err));
    struct talk talk = read_full(f, "design-pressure");
    assert_true(talk.starred && talk.watched);
    assert_int_equal(talk.rating, 2);
    talk_release(&talk);
    tally_check(f->db);
    struct db_stats stats = { 0 };
    assert_true(db_stats_read(f->db, &stats, &f->err));
    assert_int_equal(stats.starred, 1);
    assert_int_equal(stats.watched, 1);
    assert_int_equal(stats.rated, 1);
    assert_int_equal(stats.seconds_watched, 1902);
    assert_true(db_mark_set(f->db, key, DB_STARRED, 0, &f->err));
    assert_true(db_mark_set(f->db, key, DB_WATCHED, 0, &f->err));
    tally_check(f->db);
    free(key);
}

static void test_tags(void **state)
{
    struct support_fixture *f = *state;
    static const char *const cases[][2] = {
        { "gpu", "gpu" },
        { "#GPU Later gpu", "gpu later" },
        { "  b\ta\nc ", "a b c" },
        { "a,b,,c", "a b c" },
        { "", "" },
        { "###", "" },
        { "c++ größe 日本", "c++ größe 日本" },
    };
    char *key = support_key(f->db, "design-pressure");
    for (size_t i = 0; i < SUPPORT_COUNT(cases); i++) {
        assert_true(db_tags_set(f->db, key, cases[i][0], &f->err));
        struct talk talk = read_full(f, "design-pressure");
        assert_string_equal(talk.tags, cases[i][1]);
        talk_release(&talk);
    }
    free(key);
}

#define DB_TEST(name) cmocka_unit_test_setup_teardown(name, support_set_up, support_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        DB_TEST(test_find),
        DB_TEST(test_find_whole_title),
        DB_TEST(test_read),
        DB_TEST(test_headings),
        DB_TEST(test_sorts),
        DB_TEST(test_marks),
        DB_TEST(test_tags),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
