/* Watching with mpv: how it is started, times from it, going to times in it. The
 * protocol itself is tested in test_mpv.c. */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "mpv_server.h"
#include "ui_support.h"

static void open_talk(struct ui *ui)
{
    struct err err = { 0 };
    ui_open(ui, UI_CATALOG, 30, 120);
    assert_true(options_set(&ui->options, OPT_player, "mpv --mute=yes", &err));
    ui_select(ui, "Building a NoGIL Load Balancer");
}

#define VIDEO                                                                                  \
    {                                                                                          \
        MPV_SAY, "{\"data\":\"https://www.youtube.com/watch?v=AYSlsCz8gKM\","                  \
                 "\"request_id\":1,\"error\":\"success\"}\n"                                   \
    }

/* With an mpv that was started before and follows the script. */
static void open_running(
    struct ui *ui, struct mpv_server *server, const struct mpv_step *script)
{
    mpv_server_start(server, script);
    setenv("XDG_RUNTIME_DIR", server->dir, 1);
    open_talk(ui);
    unsetenv("XDG_RUNTIME_DIR");
}

static void test_start(void **state)
{
    struct ui ui;
    (void)state;
    open_talk(&ui);
    ui_keys(&ui, "o");
    const char *asked = buf_text(&ui.asked);
    assert_int_equal(strncmp(asked, "start mpv --mute=yes --input-ipc-server=/", 41), 0);
    assert_non_null(strstr(asked, " --start=0 -- https://www.youtube.com/watch?v="));
    ui_assert_status(&ui, "playing from 0:00");
    /* Until it plays it is where it will begin. */
    ui_keys(&ui, "Tsoon<Enter>");
    char *note = ui_last_note(&ui);
    assert_string_equal(note, "[0:00] soon");
    free(note);
    /* A look for another talk's video does not end the wait for this one. */
    assert_false(watch_seek(&ui.app.watch, "pycon-us-2025/another", "", 60));
    assert_true(ui.app.watch.playing);
    /* It never came: the clock may be used. */
    ui.now += 60;
    ui_keys(&ui, "T");
    ui_assert_status(&ui, "no video of this talk plays");
    ui_keys(&ui, "WTlate<Enter>");
    note = ui_last_note(&ui);
    assert_string_equal(note, "[0:00] late");
    free(note);
    /* It goes on where it was left. */
    ui_command(&ui, "clock 5:00");
    ui.now += 1;
    ui_keys(&ui, "o");
    assert_non_null(strstr(buf_text(&ui.asked), " --start=301 -- https://"));
    ui_keys(&ui, "Ton<Enter>");
    note = ui_last_note(&ui);
    assert_string_equal(note, "[5:01] on");
    free(note);
    /* What never plays leaves the place that was reached. */
    ui_command(&ui, "clock off");
    app_go_to_time(&ui.app, 60);
    ui_assert_status(&ui, "mpv goes to 1:00");
    app_tick(&ui.app);
    ui.now += 60;
    app_tick(&ui.app);
    assert_int_equal(
        support_sql_int(ui.path, "SELECT position FROM mark WHERE position > 0", NULL), 301);
    ui_close(&ui);
}

/* Where mpv is missing the browser opens, and a clock runs beside it. */
static void test_missing(void **state)
{
    struct ui ui;
    (void)state;
    open_talk(&ui);
    ui.cannot_start = true;
    ui_keys(&ui, "o");
    assert_non_null(strstr(buf_text(&ui.asked), "\nstart xdg-open https://"));
    ui.cannot_start = false;
    ui_command(&ui, "set player \"\"");
    ui_command(&ui, "timestamp now");
    char *note = ui_last_note(&ui);
    assert_string_equal(note, "[0:00] now");
    free(note);
    ui_close(&ui);
}

/* A player that a person set is missed, mpv by itself is not. */
static void test_missing_is_said(void **state)
{
    struct ui ui;
    (void)state;
    open_talk(&ui);
    ui.missing = "mpv";
    ui_keys(&ui, "o");
    ui_assert_status(&ui, "cannot start mpv: No such file or directory; the browser plays it");
    ui_command(&ui, "set player mpv");
    ui_keys(&ui, "o");
    ui_assert_status(&ui, "opened https://www.youtube.com/");
    ui_command(&ui, "set player mpv 'open");
    ui_keys(&ui, "o");
    ui_assert_status(
        &ui, "cannot start the player mpv 'open: a quote is not closed; the browser");
    ui_command(&ui, "set player \"\"");
    ui_keys(&ui, "o");
    ui_assert_status(&ui, "opened https://www.youtube.com/");
    ui_close(&ui);
}

static void test_times(void **state)
{
    static const struct mpv_step script[] = {
        { MPV_SAY, "{\"event\":\"playback-restart\"}\n"
                   "{\"data\":754.2,\"request_id\":1,\"error\":\"success\"}\n" },
        { MPV_SAY, "{\"request_id\":2,\"error\":\"success\"}\n" },
        { MPV_HANG_UP, "{\"data\":null,\"request_id\":3,\"error\":\"success\"}\n" },
        { MPV_END, NULL },
    };
    struct ui ui;
    struct mpv_server server;
    struct buf set = { 0 };
    (void)state;
    mpv_server_start(&server, script);
    open_talk(&ui);
    buf_addf(&set, "set player-socket %s", server.path);
    ui_command(&ui, set.data);
    ui_keys(&ui, "T");
    ui_type(&ui, "good");
    ui_keys(&ui, "<Enter>");
    char *note = ui_last_note(&ui);
    assert_string_equal(note, "[12:34] good");
    free(note);
    assert_int_equal(
        support_sql_int(ui.path, "SELECT position FROM mark WHERE position > 0", NULL), 754);
    ui_keys(&ui, "<Enter>");
    for (int i = 0; i < 60; i++) {
        const char *url = text_current_url(&ui.app.reader.text);
        if (url != NULL && strcmp(url, "#t=754") == 0)
            break;
        ui_keys(&ui, "<Tab>");
    }
    ui_keys(&ui, "<Enter>");
    ui_assert_status(&ui, "mpv goes to 12:34");
    /* It ends: nothing waits, nothing breaks. */
    ui_keys(&ui, "T");
    ui_assert_status(&ui, "W starts a clock");
    ui_close(&ui);
    mpv_server_stop(&server);
    assert_non_null(strstr(buf_text(&server.received), "\"time-pos\""));
    assert_non_null(strstr(buf_text(&server.received), "\"seek\",754"));
    mpv_server_release(&server);
    buf_release(&set);
}

/* An mpv that was started before this run plays on, and is asked. */
static void test_goes_on(void **state)
{
    static const struct mpv_step script[] = {
        VIDEO,
        { MPV_SAY, "{\"data\":754.2,\"request_id\":2,\"error\":\"success\"}\n" },
        { MPV_HANG_UP, "{\"data\":755.2,\"request_id\":3,\"error\":\"success\"}\n" },
    };
    struct ui ui;
    struct mpv_server server;
    (void)state;
    open_running(&ui, &server, script);
    assert_true(app_watch_tick(&ui.app));
    app_prepare(&ui.app);
    ui_assert_status(&ui, "mpv 12:34");
    ui_keys(&ui, "Tagain<Enter>");
    char *note = ui_last_note(&ui);
    assert_string_equal(note, "[12:35] again");
    free(note);
    /* It ends. */
    app_watch_tick(&ui.app);
    ui_keys(&ui, "T");
    ui_assert_status(&ui, "no video of this talk plays");
    ui_close(&ui);
    mpv_server_stop(&server);
    mpv_server_release(&server);
}

/* A time that is chosen before mpv is there is gone to when it is. */
static void test_coming(void **state)
{
    static const struct mpv_step script[] = {
        { MPV_SAY, "{\"data\":0.2,\"request_id\":1,\"error\":\"success\"}\n" },
        { MPV_SAY, "{\"request_id\":2,\"error\":\"success\"}\n" },
        { MPV_SAY, "{\"data\":61.2,\"request_id\":3,\"error\":\"success\"}\n" },
        { MPV_END, NULL },
    };
    struct ui ui;
    struct mpv_server server;
    (void)state;
    mpv_server_start(&server, script);
    char *early = support_path(server.dir, "early");
    assert_int_equal(rename(server.path, early), 0);
    setenv("XDG_RUNTIME_DIR", server.dir, 1);
    open_talk(&ui);
    ui_keys(&ui, "o");
    unsetenv("XDG_RUNTIME_DIR");
    app_go_to_time(&ui.app, 60);
    ui_assert_status(&ui, "mpv goes to 1:00");
    const char *asked = buf_text(&ui.asked);
    assert_null(strstr(asked + 1, "start mpv"));
    ui_keys(&ui, "Tsoon<Enter>");
    char *note = ui_last_note(&ui);
    assert_string_equal(note, "[1:00] soon");
    free(note);
    /* Its socket is there. */
    const char *path = strstr(asked, "ipc-server=") + strlen("ipc-server=");
    char *late = mem_dup_n(path, strcspn(path, " "));
    assert_int_equal(rename(early, late), 0);
    app_watch_tick(&ui.app);
    app_prepare(&ui.app);
    ui_assert_status(&ui, "mpv 1:00");
    app_watch_tick(&ui.app);
    app_prepare(&ui.app);
    ui_assert_status(&ui, "mpv 1:01");
    ui_close(&ui);
    mpv_server_stop(&server);
    assert_non_null(strstr(buf_text(&server.received), "\"seek\",60"));
    mpv_server_release(&server);
    free(early);
    free(late);
}

/* Who starts it again before it is there has one in the end. */
static void test_started_twice(void **state)
{
    static const struct mpv_step script[] = {
        { MPV_SAY, "{\"request_id\":1,\"error\":\"success\"}\n" },
        { MPV_END, NULL },
    };
    struct ui ui;
    struct mpv_server server;
    (void)state;
    mpv_server_start(&server, script);
    open_talk(&ui);
    setenv("XDG_RUNTIME_DIR", server.dir, 1);
    ui_keys(&ui, "ooo");
    unsetenv("XDG_RUNTIME_DIR");
    const char *asked = strstr(strstr(buf_text(&ui.asked), "\nstart mpv"), "ipc-server=");
    char *second = mem_dup_n(asked + 11, strcspn(asked + 11, " "));
    app_watch_tick(&ui.app);
    assert_int_equal(rename(server.path, second), 0);
    app_watch_tick(&ui.app);
    assert_true(ui.app.watch.playing);
    ui.now += 60;
    app_watch_tick(&ui.app);
    assert_int_equal(ui.app.watch.earlier.len, 0);
    ui_close(&ui);
    mpv_server_stop(&server);
    assert_non_null(strstr(buf_text(&server.received), "\"quit\""));
    mpv_server_release(&server);
    free(second);
}

static void assert_reached(struct ui *ui, int seconds)
{
    app_watch_tick(&ui->app);
    assert_int_equal(
        support_sql_int(ui->path, "SELECT position FROM mark WHERE position > 0", NULL),
        seconds);
}

/* The place that is kept goes back, too, and at mpv's end it is the last one. */
static void test_reached(void **state)
{
    static const struct mpv_step script[] = { VIDEO,
        { MPV_SAY, "{\"data\":754.2,\"request_id\":2,\"error\":\"success\"}\n" },
        { MPV_SAY, "{\"data\":100.2,\"request_id\":3,\"error\":\"success\"}\n" },
        { MPV_HANG_UP, "{\"data\":106.2,\"request_id\":4,\"error\":\"success\"}\n" } };
    struct ui ui;
    struct mpv_server server;
    (void)state;
    open_running(&ui, &server, script);
    assert_reached(&ui, 754);
    assert_reached(&ui, 100);
    assert_reached(&ui, 100);
    assert_true(ui.app.watch.playing);
    assert_reached(&ui, 106);
    assert_false(ui.app.watch.playing);
    ui_close(&ui);
    mpv_server_stop(&server);
    mpv_server_release(&server);
}

/* While mpv plays the talk its clock says nothing, also where mpv cannot tell. */
static void test_mpv_before_the_clock(void **state)
{
    static const struct mpv_step script[] = { VIDEO,
        { MPV_SAY, "{\"data\":754.2,\"request_id\":2,\"error\":\"success\"}\n" },
        { MPV_SAY, "{\"data\":754.2,\"request_id\":3,\"error\":\"success\"}\n" },
        { MPV_SAY, "{\"request_id\":4,\"error\":\"property unavailable\"}\n" },
        { MPV_END, NULL } };
    struct ui ui;
    struct mpv_server server;
    (void)state;
    open_running(&ui, &server, script);
    ui_command(&ui, "clock 5:00");
    ui_keys(&ui, "T");
    ui_assert_status(&ui, "mpv plays nothing yet");
    ui_close(&ui);
    mpv_server_stop(&server);
    mpv_server_release(&server);
}

/* One mpv of ours, and one that plays what else is looked at: each is asked for its own. */
static void test_two_at_once(void **state)
{
    static const struct mpv_step script[] = { VIDEO,
        { MPV_SAY, "{\"data\":100.2,\"request_id\":2,\"error\":\"success\"}\n" },
        { MPV_END, NULL } };
    static const struct mpv_step other_script[] = {
        { MPV_SAY, "{\"data\":754.2,\"request_id\":1,\"error\":\"success\"}\n" },
        { MPV_END, NULL }
    };
    struct ui ui;
    struct mpv_server server, other;
    struct buf set = { 0 };
    (void)state;
    open_running(&ui, &server, script);
    mpv_server_start(&other, other_script);
    buf_addf(&set, "set player-socket %s", other.path);
    ui_command(&ui, set.data);
    ui_keys(&ui, "Tours<Enter>");
    char *note = ui_last_note(&ui);
    assert_string_equal(note, "[1:40] ours");
    free(note);
    ui_select(&ui, "Design Pressure");
    ui_keys(&ui, "Tother<Enter>");
    note = ui_last_note(&ui);
    assert_string_equal(note, "[12:34] other");
    free(note);
    ui_close(&ui);
    mpv_server_stop(&server), mpv_server_release(&server);
    mpv_server_stop(&other), mpv_server_release(&other);
    buf_release(&set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_start),
        cmocka_unit_test(test_missing),
        cmocka_unit_test(test_missing_is_said),
        cmocka_unit_test(test_times),
        cmocka_unit_test(test_goes_on),
        cmocka_unit_test(test_coming),
        cmocka_unit_test(test_started_twice),
        cmocka_unit_test(test_reached),
        cmocka_unit_test(test_mpv_before_the_clock),
        cmocka_unit_test(test_two_at_once),
    };
    return cmocka_run_group_tests(tests, ui_group_begin, ui_group_end);
}
