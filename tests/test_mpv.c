/* Talking to mpv: what is sent, what is made of every kind of answer, and that no peer
 * holds the program up. */
#include "support.h"

#include <fcntl.h>
#include <locale.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/log.h"
#include "exchange/mpv.h"
#include "mpv_server.h"

#define OK(data, id) "{\"data\":" data ",\"request_id\":" id ",\"error\":\"success\"}\n"

static void connect_to(struct mpv *mpv, const struct mpv_server *server)
{
    struct err err = { 0 };
    if (!mpv_connect(mpv, server->path, &err))
        fail_msg("%s", err_text(&err));
}

static void finish(struct mpv *mpv, struct mpv_server *server, const char *received)
{
    mpv_close(mpv);
    mpv_server_stop(server);
    if (received != NULL)
        assert_string_equal(buf_text(&server->received), received);
    mpv_server_release(server);
}

static void expect_position(struct mpv *mpv, double expected)
{
    struct err err = { 0 };
    double seconds;
    if (!mpv_position(mpv, &seconds, &err))
        fail_msg("%s", err_text(&err));
    assert_true(fabs(seconds - expected) < 1e-9);
}

/* A position is asked for and not given; err must hold `words`. */
static void expect_failure(struct mpv *mpv, const char *words, bool open)
{
    struct err err = { 0 };
    double seconds, start = log_clock();
    assert_false(mpv_position(mpv, &seconds, &err));
    assert_true(log_clock() - start < 1000);
    if (strstr(err_text(&err), words) == NULL)
        fail_msg("'%s' is not in '%s'", words, err_text(&err));
    assert_true(mpv->is_open == open);
    err_release(&err);
}

static void test_requests(void **state)
{
    static const struct mpv_step script[] = {
        { MPV_SAY, OK("61.5", "1") },
        { MPV_SAY, "{\"request_id\":2,\"error\":\"success\","
                   "\"data\":\"https://example.org/a?b=1\\u00e9\"}\n" },
        { MPV_SAY, OK("null", "3") },
        { MPV_SAY, "{\"request_id\":4,\"error\":\"success\"}\n" },
        { MPV_SAY, OK("-0.04", "5") },
        { MPV_HANG_UP, OK("null", "6") },
    };
    struct mpv_server server;
    struct mpv mpv = { 0 };
    struct err err = { 0 };
    char *url;
    (void)state;
    mpv_server_start(&server, script);
    connect_to(&mpv, &server);
    assert_true(fcntl(mpv.fd, F_GETFD) & FD_CLOEXEC);
    expect_position(&mpv, 61.5);
    assert_true(mpv_path(&mpv, &url, &err));
    assert_string_equal(url, "https://example.org/a?b=1é");
    assert_true(mpv_seek(&mpv, 1234.5678, &err));
    assert_true(mpv_seek(&mpv, 0, &err));
    expect_position(&mpv, 0);
    assert_false(mpv_seek(&mpv, -1, &err) || mpv_seek(&mpv, NAN, &err));
    assert_false(mpv_seek(&mpv, INFINITY, &err) || mpv_seek(&mpv, 1e10, &err));
    assert_true(mpv.is_open && mpv_quit(&mpv, &err));
    assert_false(mpv.is_open);
    finish(&mpv, &server,
        "{\"command\":[\"get_property\",\"time-pos\"],\"request_id\":1}\n"
        "{\"command\":[\"get_property\",\"path\"],\"request_id\":2}\n"
        "{\"command\":[\"seek\",1234.568,\"absolute\"],\"request_id\":3}\n"
        "{\"command\":[\"seek\",0.000,\"absolute\"],\"request_id\":4}\n"
        "{\"command\":[\"get_property\",\"time-pos\"],\"request_id\":5}\n"
        "{\"command\":[\"quit\"],\"request_id\":6}\n");
    free(url), err_release(&err);
}

static void test_decimal_point(void **state)
{
    static const char *const names[] = { "de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8",
        "ru_RU.UTF-8" };
    static const struct mpv_step script[] = { { MPV_SAY, OK("null", "1") }, { MPV_END, NULL } };
    struct mpv_server server;
    struct mpv mpv = { 0 };
    struct err err = { 0 };
    size_t i = 0;
    (void)state;
    while (i < SUPPORT_COUNT(names) && setlocale(LC_NUMERIC, names[i]) == NULL)
        i++;
    if (i == SUPPORT_COUNT(names))
        printf("skip: no locale with a decimal comma is installed\n");
    mpv_server_start(&server, script);
    connect_to(&mpv, &server);
    assert_true(mpv_seek(&mpv, 0.25, &err));
    finish(&mpv, &server, "{\"command\":[\"seek\",0.250,\"absolute\"],\"request_id\":1}\n");
    setlocale(LC_NUMERIC, "C");
}

static void test_quit(void **state)
{
    static const struct mpv_step scripts[][2] = {
        { { MPV_HANG_UP, "" } },
        { { MPV_HANG_UP, "{\"event\":\"shutdown\"}\n" } },
        { { MPV_SAY, OK("null", "1") }, { MPV_END, NULL } },
    };
    (void)state;
    for (size_t i = 0; i < SUPPORT_COUNT(scripts); i++) {
        struct mpv_server server;
        struct mpv mpv = { 0 };
        struct err err = { 0 };
        mpv_server_start(&server, scripts[i]);
        connect_to(&mpv, &server);
        assert_true(mpv_quit(&mpv, &err) && !mpv.is_open);
        assert_string_equal(err_text(&err), "");
        assert_false(mpv_quit(&mpv, &err));
        finish(&mpv, &server, "{\"command\":[\"quit\"],\"request_id\":1}\n");
        err_release(&err);
    }
}

/* Events and answers to others in between, in all kinds of pieces. */
static void test_pieces(void **state)
{
    static const struct mpv_step script[] = {
        { MPV_SAY,
            "{\"event\":\"start-file\",\"playlist_entry_id\":1}\n"
            "{\"event\":\"log-message\",\"text\":\"\xFF\"}\n" OK("9", "0") OK(
                "1", "1") "{\"event\":\"pause\",\"request_id\":2,\"data\":7}\n" OK("8", "1") },
        { MPV_BYTES, "{\"event\":\"seek\"}\n" OK("2.25", "2") "{\"event\":" },
        { MPV_SAY, "\"unpause\"}\n{\"error\":\"invalid parameter\"}\n \t{ \"data\" : 3e0 , "
                   "\"error\":\"success\" , \"request_id\" : 3.0 }\r\n" },
        { MPV_SAY, "" },
        { MPV_SAY, OK("4", "4") OK("5", "5") },
        { MPV_END, NULL },
    };
    struct mpv_server server;
    struct mpv mpv = { 0 };
    (void)state;
    mpv_server_start(&server, script);
    connect_to(&mpv, &server);
    expect_position(&mpv, 1);
    expect_position(&mpv, 2.25);
    expect_position(&mpv, 3);
    /* An answer that comes too late is not taken for the next one's. */
    expect_failure(&mpv, "does not answer", true);
    expect_position(&mpv, 5);
    finish(&mpv, &server, NULL);
}

static void test_errors(void **state)
{
    static const struct mpv_step script[] = {
        { MPV_SAY, "{\"request_id\":1,\"error\":\"property unavailable\"}\n" },
        { MPV_SAY, "{\"request_id\":2,\"error\":\"property unavailable\",\"data\":null}\n" },
        { MPV_SAY, "{\"request_id\":3,\"error\":\"error running command\"}\n" },
        { MPV_SAY, OK("\"a\xC3(\"", "4") },
        { MPV_SAY, OK("7", "5") },
        { MPV_END, NULL },
    };
    struct mpv_server server;
    struct mpv mpv = { 0 };
    struct err err = { 0 };
    char *url;
    (void)state;
    mpv_server_start(&server, script);
    connect_to(&mpv, &server);
    expect_failure(&mpv, "mpv plays nothing yet", true);
    assert_false(mpv_path(&mpv, &url, &err));
    assert_string_equal(err_text(&err), "mpv plays nothing yet");
    assert_false(mpv_seek(&mpv, 5, &err));
    assert_string_equal(err_text(&err), "mpv cannot do that: error running command");
    assert_false(mpv_path(&mpv, &url, &err));
    assert_string_equal(err_text(&err), "the name of what mpv plays is not UTF-8");
    assert_null(url);
    expect_position(&mpv, 7);
    finish(&mpv, &server, NULL);
    err_release(&err);
}

/* Each of these ends the connection, for good. */
static void test_garbage(void **state)
{
    static const char *const answers[][2] = {
        { "hello\n", "no JSON object" },
        { "\n", "no JSON object" },
        { "[]\n", "no JSON object" },
        { "{\"data\":1\n", "no JSON object" },
        { OK("NaN", "1"), "no JSON object" },
        { OK("\"\\u0000\"", "1"), "no JSON object" },
        { OK("1e400", "1"), "a position" },
        { OK("-1e400", "1"), "a position" },
        { OK("-5", "1"), "a position" },
        { OK("1e10", "1"), "a position" },
        { OK("\"1\"", "1"), "a position" },
        { OK("null", "1"), "a position" },
        { OK("[1]", "1"), "a position" },
        { OK("1", "\"1\""), "request_id" },
        { OK("1", "{}"), "request_id" },
        { "{\"data\":1,\"request_id\":1}\n", "without a result" },
        { "{\"data\":1,\"request_id\":1,\"error\":null}\n", "without a result" },
        { "{\"request_id\":1,\"error\":\"success\"}\n", "a position" },
    };
    (void)state;
    for (size_t i = 0; i < SUPPORT_COUNT(answers); i++) {
        struct mpv_step script[] = { { MPV_SAY, answers[i][0] }, { MPV_END, NULL } };
        struct mpv_server server;
        struct mpv mpv = { 0 };
        mpv_server_start(&server, script);
        connect_to(&mpv, &server);
        expect_failure(&mpv, answers[i][1], false);
        expect_failure(&mpv, "mpv has ended", false);
        finish(&mpv, &server, NULL);
    }
}

static void test_long_lines(void **state)
{
    (void)state;
    for (int extra = 0; extra < 3; extra++) {
        struct buf line = { 0 };
        struct mpv_step script[] = { { MPV_SAY, NULL }, { MPV_END, NULL } };
        struct mpv_server server;
        struct mpv mpv = { 0 };
        buf_adds(&line, "{\"event\":\"");
        buf_repeat(&line, 'x', 65536 - line.len - 2 + (size_t)(extra > 0));
        buf_adds(&line, "\"}");
        /* The third has no end. */
        buf_adds(&line, extra < 2 ? "\n" OK("1", "1") : "more and more");
        script[0].text = line.data;
        mpv_server_start(&server, script);
        connect_to(&mpv, &server);
        if (extra == 0)
            expect_position(&mpv, 1);
        else
            expect_failure(&mpv, "a line is too long", false);
        finish(&mpv, &server, NULL);
        buf_release(&line);
    }
}

static void test_peer_leaves(void **state)
{
    static const struct mpv_step scripts[][2] = {
        { { MPV_LEAVE, NULL } },
        { { MPV_HANG_UP, "" } },
        { { MPV_HANG_UP, "{\"data\":12,\"request_id\":1,\"err" } },
    };
    (void)state;
    for (size_t i = 0; i < SUPPORT_COUNT(scripts); i++) {
        struct mpv_server server;
        struct mpv mpv = { 0 };
        mpv_server_start(&server, scripts[i]);
        connect_to(&mpv, &server);
        if (scripts[i][0].act == MPV_LEAVE)
            mpv_server_stop(&server);
        expect_failure(&mpv, "mpv has ended", false);
        expect_failure(&mpv, "mpv has ended", false);
        if (scripts[i][0].act != MPV_LEAVE)
            mpv_server_stop(&server);
        mpv_server_release(&server);
    }
}

/* --- the deadline ------------------------------------------------------------- */

static double time_failure(struct mpv *mpv, bool open)
{
    double start = log_clock();
    expect_failure(mpv, "does not answer", open);
    double took = log_clock() - start;
    assert_true(took >= 190);
    return took;
}

static void test_slow(void **state)
{
    static const struct mpv_step silent[] = { { MPV_END, NULL } };
    static const struct mpv_step chatty[] = { { MPV_REPEAT, "{\"event\":\"seek\"}\n" } };
    static const struct mpv_step deaf[] = { { MPV_DEAF, NULL } };
    struct mpv_server server;
    struct mpv mpv = { 0 };
    char chunk[4096] = { 0 };
    (void)state;
    mpv_server_start(&server, silent);
    connect_to(&mpv, &server);
    printf("figure: a silent mpv is given up after %.0f ms\n", time_failure(&mpv, true));
    finish(&mpv, &server, NULL);
    mpv_server_start(&server, chatty);
    connect_to(&mpv, &server);
    printf("figure: one that sends only events, after %.0f ms\n", time_failure(&mpv, true));
    finish(&mpv, &server, NULL);
    mpv_server_start(&server, deaf);
    connect_to(&mpv, &server);
    while (send(mpv.fd, chunk, sizeof chunk, MSG_NOSIGNAL) > 0)
        ;
    while (send(mpv.fd, chunk, 1, MSG_NOSIGNAL) > 0)
        ;
    printf("figure: one that does not read, after %.0f ms\n", time_failure(&mpv, false));
    finish(&mpv, &server, NULL);
}

static void ignore_alarm(int signal)
{
    (void)signal;
}

static void test_signals(void **state)
{
    static const struct mpv_step script[] = {
        { MPV_BYTES, OK("1", "1") },
        { MPV_BYTES, OK("2", "2") },
        { MPV_END, NULL },
    };
    const struct itimerval often = { { 0, 500 }, { 0, 500 } }, never = { 0 };
    struct sigaction action = { .sa_handler = ignore_alarm }, before;
    struct mpv_server server;
    struct mpv mpv = { 0 };
    (void)state;
    mpv_server_start(&server, script);
    connect_to(&mpv, &server);
    sigaction(SIGALRM, &action, &before);
    setitimer(ITIMER_REAL, &often, NULL);
    expect_position(&mpv, 1);
    expect_position(&mpv, 2);
    time_failure(&mpv, true);
    setitimer(ITIMER_REAL, &never, NULL);
    sigaction(SIGALRM, &before, NULL);
    finish(&mpv, &server, NULL);
}

/* --- the socket -------------------------------------------------------------- */

static void refuse(const char *path, const char *words)
{
    struct mpv mpv = { 0 };
    struct err err = { 0 };
    assert_false(mpv_connect(&mpv, path, &err));
    if (strstr(err_text(&err), words) == NULL)
        fail_msg("%s: '%s'", path, err_text(&err));
    assert_false(mpv.is_open);
    err_release(&err);
}

static void test_connect(void **state)
{
    static const struct mpv_step script[] = { { MPV_LEAVE, NULL } };
    struct mpv_server server;
    struct mpv mpv = { 0 };
    struct buf longest = { 0 };
    (void)state;
    mpv_server_start(&server, script);
    char *file = support_path(server.dir, "file"), *link = support_path(server.dir, "link");
    support_write(file, "", 0);
    assert_int_equal(symlink(server.path, link), 0);
    refuse(server.dir, "is no socket");
    refuse(file, "is no socket");
    refuse(link, "is no socket");
    refuse("", "No such file");
    refuse("/nowhere/mpv.sock", "No such file");
    buf_repeat(&longest, '/', 108);
    refuse(longest.data, "too long");
    connect_to(&mpv, &server);
    finish(&mpv, &server, "");
    free(file), free(link), buf_release(&longest);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_requests),
        cmocka_unit_test(test_decimal_point),
        cmocka_unit_test(test_quit),
        cmocka_unit_test(test_pieces),
        cmocka_unit_test(test_errors),
        cmocka_unit_test(test_garbage),
        cmocka_unit_test(test_long_lines),
        cmocka_unit_test(test_peer_leaves),
        cmocka_unit_test(test_slow),
        cmocka_unit_test(test_signals),
        cmocka_unit_test(test_connect),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
