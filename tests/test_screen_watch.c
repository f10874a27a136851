/* Watching: the clock, times in notes and what moves them, the timeline, how far a
 * talk was watched. mpv is in test_screen_mpv.c. */
#include "support.h"

#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/date.h"
#include "ui_support.h"

static void open_talk(struct ui *ui, const char *title)
{
    ui_open(ui, UI_CATALOG, 30, 120);
    ui_select(ui, title);
}

static void assert_last(struct ui *ui, const char *text)
{
    char *note = ui_last_note(ui);
    assert_string_equal(note, text);
    free(note);
}

static void test_clock(void **state)
{
    struct ui ui;
    (void)state;
    open_talk(&ui, "Design Pressure");
    ui_keys(&ui, "T");
    ui_assert_status(&ui, "W starts a clock");
    ui_keys(&ui, "W");
    ui_assert_status(&ui, "the clock runs from 0:00");
    ui.now += 75;
    app_tick(&ui.app);
    ui_keys(&ui, "j");
    ui_assert_status(&ui, "clock 1:15");
    ui_keys(&ui, "k T");
    ui_type(&ui, "good");
    ui_keys(&ui, "<Enter>");
    assert_last(&ui, "[1:15] good");
    /* Paused it stays. */
    ui_keys(&ui, "W");
    ui.now += 100;
    ui_keys(&ui, "T<Enter>");
    assert_last(&ui, "[1:15] ");
    ui_keys(&ui, "W");
    ui.now += 5;
    ui_command(&ui, "timestamp on");
    assert_last(&ui, "[1:20] on");
    ui_command(&ui, "clock 12:30");
    ui.now += 4;
    ui_command(&ui, "timestamp set");
    assert_last(&ui, "[12:34] set");
    ui_command(&ui, "clock later");
    ui_assert_status(&ui, "clock takes a time such as 12:30, room or off, not 'later'");
    ui_command(&ui, "clock off");
    ui_keys(&ui, "T");
    ui_assert_status(&ui, "W starts a clock");
    ui_close(&ui);
}

/* The clock is one talk's: another's notes do not take its times. */
static void test_other_talk(void **state)
{
    struct ui ui;
    (void)state;
    open_talk(&ui, "Design Pressure");
    ui_keys(&ui, "W");
    ui_select(&ui, "GPU Programming in Pure Python");
    ui_keys(&ui, "T");
    ui_assert_status(&ui, "the clock is another talk's");
    ui_close(&ui);
}

static void test_insert(void **state)
{
    struct ui ui;
    (void)state;
    open_talk(&ui, "Design Pressure");
    ui_command(&ui, "clock 59:59");
    ui_keys(&ui, "a");
    ui_type(&ui, "first");
    ui.now += 2;
    ui_keys(&ui, "M-t");
    ui_type(&ui, "then T is a letter");
    ui_keys(&ui, "<Enter>");
    assert_last(&ui, "first [1:00:01] then T is a letter");
    ui_keys(&ui, "a(");
    ui_keys(&ui, "M-t");
    ui_type(&ui, "x)");
    ui_keys(&ui, "<Enter>");
    assert_last(&ui, "([1:00:01] x)");
    /* Only a note takes times. */
    ui_keys(&ui, "/");
    ui_keys(&ui, "M-t");
    ui_assert_lacks(&ui, "[1:00:01] \n");
    ui_keys(&ui, "<Esc>");
    ui_close(&ui);
}

static void test_room(void **state)
{
    struct ui ui;
    struct err err = { 0 };
    struct talk talk;
    struct date date;
    (void)state;
    open_talk(&ui, "Design Pressure");
    assert_true(
        db_talk_read(ui.db, support_talk(ui.db, "Design Pressure"), DB_READ_ROW, &talk, &err));
    assert_true(date_parse(talk.starts_at, &date));
    talk_release(&talk);
    ui.now = (double)date_seconds(&date) - 60;
    ui_command(&ui, "clock room");
    ui_assert_status(&ui, "has not begun yet");
    ui.now += 60 + 754;
    ui_command(&ui, "clock room");
    ui_assert_status(&ui, "now 12:34");
    ui_command(&ui, "timestamp said");
    assert_last(&ui, "[12:34] said");
    ui.now += 3 * 86400;
    ui_command(&ui, "clock room");
    ui_assert_status(&ui, "more than a day ago");
    ui_close(&ui);
}

static void test_offset(void **state)
{
    struct ui ui;
    (void)state;
    open_talk(&ui, "Building a NoGIL Load Balancer");
    ui_command(&ui, "annotate [12:34] and [1:00:00] but `[9:99]` and `[2:00]` are code");
    ui_command(&ui, "annotate [0:30] early");
    ui_command(&ui, "offset -2:15");
    ui_assert_status(&ui, "3 times moved, 1 of them only to 0:00; u takes it back");
    assert_last(&ui, "[0:00] early");
    ui_keys(&ui, "u");
    assert_last(&ui, "[0:30] early");
    char *other =
        support_sql_text(ui.path, "SELECT body FROM note WHERE body LIKE '%and [%'", NULL);
    assert_string_equal(other, "[12:34] and [1:00:00] but `[9:99]` and `[2:00]` are code");
    free(other);
    ui_keys(&ui, "^R");
    other = support_sql_text(ui.path, "SELECT body FROM note WHERE body LIKE '%and [%'", NULL);
    assert_string_equal(other, "[10:19] and [57:45] but `[9:99]` and `[2:00]` are code");
    free(other);
    ui_command(&ui, "offset +0:05");
    ui_assert_status(&ui, "3 times moved; u takes it back");
    ui_command(&ui, "offset 0:00");
    ui_assert_status(&ui, "nothing is moved");
    ui_command(&ui, "annotate [x](http://a.example/[3:00]) and [4:00]");
    ui_command(&ui, "offset 1:00");
    assert_last(&ui, "[x](http://a.example/[3:00]) and [5:00]");
    ui_command(&ui, "offset soon");
    ui_assert_status(&ui, "offset takes a time");
    ui_command(&ui, "offset");
    ui_assert_status(&ui, "offset takes a time");
    ui_close(&ui);
}

static void test_timeline(void **state)
{
    struct ui ui;
    (void)state;
    open_talk(&ui, "Building a NoGIL Load Balancer");
    ui_assert_lacks(&ui, "0:00 ─");
    ui_command(&ui, "annotate [0:10] a [20:00] b");
    ui_keys(&ui, "<Enter>gg");
    ui_assert_shows(&ui, "0:00 ●──");
    ui_close(&ui);
}

/* o goes on where a talk was left; lists and the head tell how far that is. */
static void test_progress(void **state)
{
    struct ui ui;
    (void)state;
    open_talk(&ui, "Building a NoGIL Load Balancer");
    int64_t seconds = support_sql_int(
        ui.path, "SELECT video_seconds FROM talk WHERE title LIKE 'Building a NoGIL%'", NULL);
    assert_true(seconds > 600);
    ui_keys(&ui, "o");
    ui.now += (double)(seconds / 2);
    app_tick(&ui.app);
    ui_assert_shows(&ui, "49%");
    ui_assert_shows(&ui, "0:00 ━");
    buf_clear(&ui.asked);
    ui_command(&ui, "clock off");
    ui_keys(&ui, "o");
    struct buf expected = { 0 };
    buf_addf(&expected, "&t=%ds\n", (int)(seconds / 2));
    assert_non_null(strstr(buf_text(&ui.asked), expected.data));
    buf_release(&expected);
    /* Near its end it begins anew. */
    ui_command(&ui, "clock 9:00:00");
    ui.now += 20;
    app_tick(&ui.app);
    buf_clear(&ui.asked);
    ui_command(&ui, "clock off");
    ui_keys(&ui, "o");
    assert_null(strstr(buf_text(&ui.asked), "t="));
    /* No further than it is long, and what is set is believed, also less. */
    ui_command(&ui, "clock 9:00:00");
    assert_int_equal(ui.app.reader.talk.position, seconds);
    static const char sql[] = "SELECT position FROM mark WHERE talk_key LIKE '%nogil%'";
    assert_int_equal(support_sql_int(ui.path, sql, NULL), seconds);
    ui_assert_shows(&ui, "100%");
    ui_command(&ui, "clock 0:10");
    assert_int_equal(support_sql_int(ui.path, sql, NULL), 10);
    ui_command(&ui, "clock 0:00");
    ui_command(&ui, "clock off");
    assert_int_equal(support_sql_int(ui.path, sql, NULL), 0);
    ui_assert_lacks(&ui, "100%");
    ui_close(&ui);
}

/* The clock goes on over a restart, and how far it came is kept. */
static void test_restart(void **state)
{
    struct ui ui;
    struct err err = { 0 };
    (void)state;
    open_talk(&ui, "Design Pressure");
    ui_command(&ui, "clock 10:00");
    struct ui_host host = ui.app.host;
    ui.now += 10;
    app_release(&ui.app);
    assert_int_equal(support_sql_int(ui.path, "SELECT max(position) FROM mark", NULL), 610);
    ui.now += 30;
    assert_true(app_init(&ui.app, ui.db, &ui.options, &ui.keymap, &host, &err));
    ui_resize(&ui, 30, 120);
    ui_select(&ui, "Design Pressure");
    ui_command(&ui, "timestamp still");
    assert_last(&ui, "[10:40] still");
    ui_close(&ui);
}

/* A clock that nobody can have left is none. */
static void test_odd_clocks(void **state)
{
    static const char *const odd[] = { "", "2", "2 5", "2 5 5", "0 5 5 x", "4 5 5 x",
        "2 -1 5 x", "2 864001 5 x", "2 5 5x", "-1 5 5 x" };
    struct watch watch = { 0 };
    (void)state;
    for (size_t i = 0; i < SUPPORT_COUNT(odd); i++) {
        watch_read_state(&watch, odd[i]);
        assert_int_equal(watch.clock, CLOCK_NONE);
    }
    watch_read_state(&watch, "2 864000 5 x");
    assert_int_equal(watch.clock, CLOCK_RUNNING);
    assert_string_equal(watch.key, "x");
    watch_release(&watch);
}

static void test_open_time(void **state)
{
    struct ui ui;
    (void)state;
    open_talk(&ui, "Building a NoGIL Load Balancer");
    ui_command(&ui, "annotate look at [12:34] again");
    ui_keys(&ui, "<Enter>");
    for (int i = 0; i < 60
                    && (ui.app.reader.text.link.any == false
                        || strcmp(text_current_url(&ui.app.reader.text), "#t=754") != 0);
         i++)
        ui_keys(&ui, "<Tab>");
    ui_keys(&ui, "<Enter>");
    assert_non_null(strstr(buf_text(&ui.asked), "&t=754s\n"));
    ui_close(&ui);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_clock),
        cmocka_unit_test(test_other_talk),
        cmocka_unit_test(test_insert),
        cmocka_unit_test(test_room),
        cmocka_unit_test(test_offset),
        cmocka_unit_test(test_timeline),
        cmocka_unit_test(test_progress),
        cmocka_unit_test(test_restart),
        cmocka_unit_test(test_odd_clocks),
        cmocka_unit_test(test_open_time),
    };
    return cmocka_run_group_tests(tests, ui_group_begin, ui_group_end);
}
