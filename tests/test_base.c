/* What everything stands on: buffers, errors, dates, the log, command lines
 * and other programs. (Text has a file of its own, test_text.c.) */
#include "support.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

#include <cmocka.h>

#include "base/date.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/process.h"

static void test_buf(void **state)
{
    (void)state;
    struct buf buf = { 0 };
    assert_string_equal(buf_text(&buf), "");
    buf_clear(&buf);
    buf_add(&buf, "a\0b", 3);
    assert_int_equal(buf.len, 3);
    assert_memory_equal(buf.data, "a\0b", 4);
    buf_clear(&buf);
    buf_adds(&buf, "middle");
    buf_insert(&buf, 0, "<", 1);
    buf_insert(&buf, 7, ">", 1);
    buf_insert(&buf, 4, "--", 2);
    assert_string_equal(buf.data, "<mid--dle>");
    buf_remove(&buf, 4, 2);
    buf_remove(&buf, 0, 1);
    buf_remove(&buf, 6, 1);
    buf_remove(&buf, 6, 0);
    assert_string_equal(buf.data, "middle");
    buf_addf(&buf, " %d%s%c", 42, "", '!');
    buf_repeat(&buf, '.', 3);
    buf_repeat(&buf, '.', 0);
    assert_string_equal(buf.data, "middle 42!...");
    char *taken = buf_take(&buf);
    assert_string_equal(taken, "middle 42!...");
    assert_null(buf.data);
    free(taken);
    taken = buf_take(&buf);
    assert_string_equal(taken, "");
    free(taken);
    buf_release(&buf);
    buf_release(&buf);
}

static void test_buf_grows(void **state)
{
    (void)state;
    struct buf buf = { 0 };
    for (size_t i = 0; i < 100000; i++)
        buf_addc(&buf, (char)('a' + i % 26));
    assert_int_equal(buf.len, 100000);
    assert_int_equal(strlen(buf.data), 100000);
    for (size_t i = 0; i < 100000; i += 997)
        assert_int_equal(buf.data[i], 'a' + i % 26);
    buf_addf(&buf, "%100000s", "x");
    assert_int_equal(buf.len, 200000);
    buf_release(&buf);
}

static void test_mem(void **state)
{
    (void)state;
    int *numbers = NULL;
    size_t cap = 0;
    for (size_t n = 1; n < 1000; n++) {
        numbers = mem_grow(numbers, &cap, n, sizeof *numbers);
        assert_true(cap >= n);
        numbers[n - 1] = (int)n;
    }
    assert_int_equal(numbers[500], 501);
    free(numbers);
    char *copy = mem_dup_n("hello", 2);
    assert_string_equal(copy, "he");
    free(copy);
    char *zero = mem_zero(3, 5);
    for (int i = 0; i < 15; i++)
        assert_int_equal(zero[i], 0);
    free(zero);
}

static void test_err(void **state)
{
    (void)state;
    struct err err = { 0 };
    assert_string_equal(err_text(&err), "");
    assert_false(err_set(&err, "%s is %d", "this", 1));
    assert_string_equal(err_text(&err), "this is 1");
    /* The old message may be part of the new one. */
    err_set(&err, "because %s, twice %s", err_text(&err), err_text(&err));
    assert_string_equal(err_text(&err), "because this is 1, twice this is 1");
    err_release(&err);
    assert_string_equal(err_text(&err), "");
    err_release(&err);
}

static void test_date_parse(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t seconds;
        int weekday;
    } good[] = {
        { "1970-01-01", 0, 4 },
        { "1970-01-01T00:00:00Z", 0, 4 },
        { "2025-05-16T09:30:00-04:00", 1747402200, 5 },
        { "2025-05-16T13:30Z", 1747402200, 5 },
        { "2025-05-16T19:00:00.123456+05:30", 1747402200, 5 },
        { "2024-02-29", 1709164800, 4 },
        { "2000-02-29T23:59:59Z", 951868799, 2 },
        { "1969-12-31T23:59:59Z", -1, 3 },
        { "0001-01-01", -62135596800, 1 },
        { "9999-12-31T23:59:59+14:00", 253402250399, 5 },
    };
    static const char *const bad[] = { "", "2025", "2025-05", "2025-5-16", "2025-02-29",
        "1900-02-29", "2100-02-29", "2025-04-31", "2025-13-01", "2025-00-10", "2025-01-00",
        "2025-01-32", "0000-01-01", "2025-05-16 09:30", "2025-05-16T", "2025-05-16T09",
        "2025-05-16T09:30", "2025-05-16T24:00Z", "2025-05-16T09:60Z", "2025-05-16T09:30:60Z",
        "2025-05-16T09:30+0400", "2025-05-16T09:30+15:00", "2025-05-16T09:30+04:60",
        "2025-05-16T09:30Zx", " 2025-05-16", "2025-05-16 ", "+025-05-16", "2025/05/16",
        "20250516", "２０２５-05-16" };
    struct date date;
    for (size_t i = 0; i < SUPPORT_COUNT(good); i++) {
        assert_true(date_parse(good[i].text, &date));
        assert_int_equal(date_seconds(&date), good[i].seconds);
        assert_int_equal(date_weekday(&date), good[i].weekday);
    }
    for (size_t i = 0; i < SUPPORT_COUNT(bad); i++)
        if (date_parse(bad[i], &date))
            fail_msg("'%s' is a date", bad[i]);
}

/* Every day of four centuries follows the one before. */
static void test_date_calendar(void **state)
{
    (void)state;
    struct date date, before = { 0 };
    int64_t last = 0;
    int days = 0;
    for (int year = 1900; year < 2300; year++)
        for (int month = 1; month <= 12; month++)
            for (int day = 1; day <= 31; day++) {
                char text[40];
                snprintf(text, sizeof text, "%04d-%02d-%02d", year, month, day);
                if (!date_parse(text, &date))
                    continue;
                if (days++ > 0) {
                    assert_int_equal(date_seconds(&date), last + 86400);
                    assert_int_equal(date_weekday(&date), (date_weekday(&before) + 1) % 7);
                }
                last = date_seconds(&date);
                before = date;
            }
    assert_int_equal(days, 146097);
}

static void assert_text(struct buf *buf, const char *expected)
{
    assert_string_equal(buf_text(buf), expected);
    buf_clear(buf);
}

static void test_date_write(void **state)
{
    (void)state;
    struct date date;
    struct buf out = { 0 };
    assert_true(date_parse("2025-05-16T09:05:07-04:00", &date));
    date_add_day(&out, &date);
    assert_text(&out, "Fri 16 May 2025");
    date_add_time(&out, &date);
    assert_text(&out, "09:05");
    assert_string_equal(date_weekday_name(&date), "Friday");
    assert_true(date_parse("2025-05-16", &date));
    date_add_time(&out, &date);
    assert_text(&out, "");
    setenv("TZ", "Europe/Vienna", 1);
    tzset();
    date_add_local(&out, "2025-05-16T15:00:00Z");
    bool zones = strcmp(buf_text(&out), "2025-05-16 15:00") != 0;
    assert_text(&out, zones ? "2025-05-16 17:00" : "2025-05-16 15:00");
    setenv("TZ", "EST5", 1);
    tzset();
    date_add_local(&out, "2025-05-16T02:00:00Z");
    assert_text(&out, "2025-05-15 21:00");
    date_add_local(&out, "no date");
    assert_text(&out, "no date");
    unsetenv("TZ");
    tzset();
    date_add_now(&out);
    assert_true(date_parse(buf_text(&out), &date));
    assert_in_range(time(NULL) - date_seconds(&date) + 1, 0, 3);
    assert_int_equal(out.len, 24);
    buf_release(&out);
}

static void test_date_length(void **state)
{
    (void)state;
    static const struct {
        int seconds;
        const char *text;
    } cases[] = { { 0, "0:00" }, { 9, "0:09" }, { 754, "12:34" }, { 3599, "59:59" },
        { 3600, "1:00:00" }, { 3723, "1:02:03" }, { 36000, "10:00:00" } };
    struct buf out = { 0 };
    for (size_t i = 0; i < SUPPORT_COUNT(cases); i++) {
        date_add_length(&out, cases[i].seconds);
        assert_text(&out, cases[i].text);
    }
    buf_release(&out);
}

static void test_process_split(void **state)
{
    (void)state;
    static const struct {
        const char *command;
        const char *words[5];
    } cases[] = {
        { "vi", { "vi" } },
        { "  vi\t-u  NONE ", { "vi", "-u", "NONE" } },
        { "'/a b/vi' -c \"set x\"", { "/a b/vi", "-c", "set x" } },
        { "a\\ b c\\\\d", { "a b", "c\\d" } },
        { "'it''s' \"say \\\"x\\\"\"", { "its", "say \"x\"" } },
        { "'a\\b'", { "a\\b" } },
        { "'' x \"\"", { "", "x", "" } },
        { "a$HOME`b`*;c|d", { "a$HOME`b`*;c|d" } },
        { "x\\", { "x\\" } },
        { "pre'mid'\"dle\"post", { "premiddlepost" } },
    };
    for (size_t i = 0; i < SUPPORT_COUNT(cases); i++) {
        char **words = process_split(cases[i].command);
        assert_non_null(words);
        size_t n = 0;
        for (; words[n] != NULL; n++) {
            assert_non_null(cases[i].words[n]);
            assert_string_equal(words[n], cases[i].words[n]);
        }
        assert_null(cases[i].words[n]);
        process_free(words);
    }
    static const char *const none[] = { "", "  \t\n", "'open", "\"open", "vi 'a", "\"a\\\"" };
    for (size_t i = 0; i < SUPPORT_COUNT(none); i++)
        assert_null(process_split(none[i]));
    process_free(NULL);
}

static int run_shell(const char *script, const char *input, size_t len)
{
    struct err err = { 0 };
    int status = -1;
    char *argv[] = { (char *)"sh", (char *)"-c", (char *)script, NULL };
    if (!process_run(argv, input, len, &status, &err))
        fail_msg("%s", err_text(&err));
    return status;
}

static void test_process_run(void **state)
{
    struct err err = { 0 };
    int status;
    assert_int_equal(run_shell("exit 0", NULL, 0), 0);
    assert_int_equal(run_shell("exit 7", NULL, 0), 7);
    assert_int_equal(run_shell("kill -TERM $$", NULL, 0), 128 + SIGTERM);
    assert_int_equal(run_shell("kill -SEGV $$", NULL, 0), 128 + SIGSEGV);
    assert_int_equal(run_shell("test \"$(cat)\" = hello", "hello", 5), 0);
    assert_int_equal(run_shell("test \"$(cat | wc -c)\" -eq 0", "", 0), 0);
    struct buf big = { 0 };
    buf_repeat(&big, 'x', 1000000);
    assert_int_equal(run_shell("test $(cat | wc -c) -eq 1000000", big.data, big.len), 0);
    /* A program that does not read all of it is no failure of ours. */
    assert_int_equal(run_shell("head -c 5 >/dev/null", big.data, big.len), 0);
    assert_int_equal(run_shell("exit 3", big.data, big.len), 3);
    buf_release(&big);
    char *missing[] = { (char *)"/no/such/program", NULL };
    assert_false(process_run(missing, NULL, 0, &status, &err));
    assert_non_null(strstr(err_text(&err), "/no/such/program: No such file"));
    assert_false(process_run(missing, "input", 5, &status, &err));
    char *folder[] = { *state != NULL ? *state : (char *)"/tmp", NULL };
    assert_false(process_run(folder, NULL, 0, &status, &err));
    assert_non_null(strstr(err_text(&err), "Permission denied"));
    err_release(&err);
}

/* Nothing that we hold open is left to the programs we start, nor a signal ignored. */
static void test_process_descriptors(void **state)
{
    (void)state;
    /* Those of ls: the shell may not have closed its end of the pipe yet. */
    static const char count[] = "exit $(ls /proc/self/fd | wc -l)";
    int plain = system(count);
    assert_true(WIFEXITED(plain) && WEXITSTATUS(plain) >= 3);
    assert_int_equal(run_shell(count, NULL, 0), WEXITSTATUS(plain));
    assert_int_equal(run_shell(count, "input", 5), WEXITSTATUS(plain));
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(run_shell("kill -PIPE $$; exit 0", NULL, 0), 128 + SIGPIPE);
    assert_int_equal(run_shell("kill -XFSZ $$; exit 0", NULL, 0), 128 + SIGXFSZ);
    signal(SIGPIPE, SIG_DFL);
    signal(SIGXFSZ, SIG_DFL);
}

static void test_process_start(void **state)
{
    (void)state;
    struct err err = { 0 };
    char *dir = support_dir();
    char *fifo = support_path(dir, "done");
    struct buf script = { 0 }, out = { 0 };
    /* The fifo is how we wait: reading it ends when the program writes. */
    buf_addf(&script, "mkfifo '%s'", fifo);
    assert_int_equal(run_shell(script.data, NULL, 0), 0);
    buf_clear(&script);
    buf_addf(&script, "readlink /proc/self/fd/0 /proc/self/fd/1 /proc/self/fd/2 >'%s'", fifo);
    char *argv[] = { (char *)"sh", (char *)"-c", script.data, NULL };
    assert_true(process_start(argv, &err));
    assert_true(support_read(fifo, &out));
    assert_non_null(strstr(buf_text(&out), "/dev/null"));
    char *missing[] = { (char *)"/no/such/program", NULL };
    assert_false(process_start(missing, &err));
    assert_non_null(strstr(err_text(&err), "/no/such/program"));
    err_release(&err);
    buf_release(&script);
    buf_release(&out);
    free(fifo);
    support_remove(dir);
}

static void test_log(void **state)
{
    (void)state;
    struct err err = { 0 };
    struct buf text = { 0 };
    char *dir = support_dir(), *path = support_path(dir, "log");
    log_write("nowhere");
    assert_false(log_is_open());
    assert_false(log_open(dir, &err));
    assert_non_null(strstr(err_text(&err), dir));
    assert_true(log_open(path, &err));
    log_write("first %d", 1);
    assert_true(log_open(path, &err));
    log_write("second");
    log_close();
    log_write("late");
    assert_true(support_read(path, &text));
    assert_non_null(strstr(text.data, " first 1\n"));
    assert_non_null(strstr(text.data, " second\n"));
    assert_null(strstr(text.data, "late"));
    buf_release(&text);
    err_release(&err);
    free(path);
    support_remove(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_buf),
        cmocka_unit_test(test_buf_grows),
        cmocka_unit_test(test_mem),
        cmocka_unit_test(test_err),
        cmocka_unit_test(test_date_parse),
        cmocka_unit_test(test_date_calendar),
        cmocka_unit_test(test_date_write),
        cmocka_unit_test(test_date_length),
        cmocka_unit_test(test_process_split),
        cmocka_unit_test(test_process_run),
        cmocka_unit_test(test_process_descriptors),
        cmocka_unit_test(test_process_start),
        cmocka_unit_test(test_log),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
