/* Owns the proof that the pseudo-terminal driver tells the truth, on shell
 * one-liners whose output is known. Must not need talkbook. */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "base/log.h"
#include "pty.h"

enum { WAIT = 5000 };

static struct pty *start(const char *script, int rows, int cols)
{
    const char *argv[] = { "/bin/sh", "-c", script, NULL };
    struct pty *pty = pty_spawn(
        &(struct pty_opts){ .argv = argv, .rows = rows, .cols = cols, .home = "/tmp" });
    assert_non_null(pty);
    return pty;
}

static void check_row(const struct pty *pty, int row, const char *want)
{
    char *have = pty_row(pty, row);
    assert_string_equal(have, want);
    free(have);
}

static void check_exit(struct pty *pty, int code)
{
    int status;
    assert_true(pty_wait_exit(pty, WAIT, &status));
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), code);
    pty_free(pty);
}

static void test_text_and_cursor(void **state)
{
    (void)state;
    struct pty *pty = start("printf 'one\\ntwo  \\033[3;5Hthree'; read x", 5, 20);
    assert_true(pty_wait_text(pty, "three", WAIT));
    assert_true(pty_wait_text(pty, "one\ntwo\n    three", WAIT));
    check_row(pty, 0, "one");
    check_row(pty, 1, "two");
    check_row(pty, 2, "    three");
    char *screen = pty_screen(pty);
    assert_string_equal(screen, "one\ntwo\n    three\n\n");
    free(screen);
    int row, col;
    pty_cursor(pty, &row, &col);
    assert_int_equal(row, 2);
    assert_int_equal(col, 9);
    assert_int_equal(pty_find(pty, "hree", &col), 2);
    assert_int_equal(col, 5);
    assert_int_equal(pty_find(pty, "absent", NULL), -1);
    pty_size(pty, &row, &col);
    assert_int_equal(row, 5);
    assert_int_equal(col, 20);
    pty_send(pty, "\r");
    check_exit(pty, 0);
}

static void test_wide_and_combining(void **state)
{
    (void)state;
    struct pty *pty = start("printf 'a\\344\\270\\255b e\\314\\201|'; read x", 3, 20);
    assert_true(pty_wait_text(pty, "|", WAIT));
    check_row(pty, 0, "a中b e\xCC\x81|");
    assert_int_equal(pty_cell(pty, 0, 1).width, 2);
    assert_int_equal(pty_cell(pty, 0, 2).width, 0);
    assert_string_equal(pty_cell(pty, 0, 1).text, "中");
    assert_string_equal(pty_cell(pty, 0, 2).text, "");
    assert_string_equal(pty_cell(pty, 0, 5).text, "e\xCC\x81");
    assert_string_equal(pty_cell(pty, 2, 0).text, "");
    int col;
    assert_int_equal(pty_find(pty, "b e", &col), 0);
    assert_int_equal(col, 3);
    pty_free(pty);
}

/* libvterm 0.1.4 alone fails each of these. */
static void test_split_sequences(void **state)
{
    (void)state;
    struct pty *pty = start("stty -echo; printf 'x\\360\\237'; read x; printf '\\230\\200y';"
                            "printf '\\033]2;sp'; read x; printf 'lit\\a<'; read x;"
                            "printf '\\033[3'; read x; printf '1mred'; read x",
        3, 20);
    assert_true(pty_wait_text(pty, "x", WAIT));
    pty_send(pty, "\n");
    assert_true(pty_wait_text(pty, "x😀y", WAIT));
    pty_send(pty, "\n");
    assert_true(pty_wait_text(pty, "<", WAIT));
    assert_string_equal(pty_title(pty), "split");
    pty_send(pty, "\n\n");
    assert_true(pty_wait_text(pty, "<red", WAIT));
    assert_int_equal(pty_cell(pty, 0, 5).fg.index, 1);
    pty_free(pty);
}

static void test_long_title(void **state)
{
    (void)state;
    struct pty *pty = start("printf '\\033]0;%0999d\\033\\\\done'; read x", 3, 20);
    assert_true(pty_wait_text(pty, "done", WAIT));
    assert_int_equal(strlen(pty_title(pty)), 999);
    check_row(pty, 0, "done");
    pty_free(pty);
}

static void test_attributes(void **state)
{
    (void)state;
    struct pty *pty =
        start("printf 'd\\033[1mb\\033[0;3mi\\033[0;4mu\\033[0;7mr\\033[0;9ms';"
              "printf '\\033[0;31;44mc\\033[38;5;208mp\\033[48;2;1;2;3mt\\033[m|';"
              "printf 'a\\033[4b\\a\\a'; read x",
            3, 30);
    assert_true(pty_wait_text(pty, "|aaaaa", WAIT)); /* REP, as terminfo has it */
    assert_int_equal(pty_bells(pty), 2);
    struct pty_cell cell = pty_cell(pty, 0, 0);
    assert_false(cell.bold || cell.italic || cell.underline || cell.reverse || cell.strike);
    assert_int_equal(cell.fg.kind, PTY_COLOR_DEFAULT);
    assert_int_equal(cell.bg.kind, PTY_COLOR_DEFAULT);
    assert_true(pty_cell(pty, 0, 1).bold);
    assert_true(pty_cell(pty, 0, 2).italic);
    assert_true(pty_cell(pty, 0, 3).underline);
    assert_true(pty_cell(pty, 0, 4).reverse);
    assert_true(pty_cell(pty, 0, 5).strike);
    cell = pty_cell(pty, 0, 6);
    assert_int_equal(cell.fg.kind, PTY_COLOR_INDEXED);
    assert_int_equal(cell.fg.index, 1);
    assert_int_equal(cell.bg.index, 4);
    assert_int_equal(pty_cell(pty, 0, 7).fg.index, 208);
    assert_int_equal(pty_cell(pty, 0, 7).fg.red, 255);
    cell = pty_cell(pty, 0, 8);
    assert_int_equal(cell.bg.kind, PTY_COLOR_RGB);
    assert_int_equal(cell.bg.red * 10000 + cell.bg.green * 100 + cell.bg.blue, 10203);
    pty_free(pty);
}

static void test_screen_modes(void **state)
{
    (void)state;
    struct pty *pty = start(
        "printf main; read x; printf '\\033[?1049h\\033[?25l\\033[?1002;1006h\\033[?2004halt';"
        "read x; printf '\\033[?2004l\\033[?1006;1002l\\033[?25h\\033[?1049l'; printf back; "
        "read x",
        5, 20);
    assert_true(pty_wait_text(pty, "main", WAIT));
    assert_false(pty_alt_screen(pty));
    assert_true(pty_cursor_visible(pty));
    pty_send(pty, "\n");
    assert_true(pty_wait_text(pty, "alt", WAIT));
    assert_true(pty_wait_gone(pty, "main", WAIT));
    assert_true(pty_alt_screen(pty));
    assert_false(pty_cursor_visible(pty));
    assert_int_equal(pty_mouse(pty), PTY_MOUSE_DRAG);
    assert_true(pty_mode(pty, 2004) && pty_mode(pty, 1006) && pty_mode(pty, 1002));
    assert_false(pty_mode(pty, 200) || pty_mode(pty, 25));
    pty_send(pty, "\n");
    assert_true(pty_wait_text(pty, "back", WAIT));
    assert_true(pty_shows(pty, "main"));
    assert_false(pty_shows(pty, "alt"));
    assert_false(pty_alt_screen(pty));
    assert_true(pty_cursor_visible(pty));
    assert_int_equal(pty_mouse(pty), PTY_MOUSE_NONE);
    assert_false(pty_mode(pty, 2004) || pty_mode(pty, 1006));
    pty_free(pty);
}

static void test_answers_queries(void **state)
{
    (void)state;
    struct pty *pty = start("stty raw -echo; printf '\\033[2;4H\\033[6n';"
                            "dd bs=1 count=6 2>/dev/null | tr -d '\\033'",
        5, 40);
    assert_true(pty_wait_text(pty, "[2;4R", WAIT));
    check_exit(pty, 0);
}

static void test_exit_status(void **state)
{
    (void)state;
    check_exit(start("exit 7", 5, 20), 7);
    struct pty *pty = start("kill -TERM $$", 5, 20);
    int status;
    assert_true(pty_wait_exit(pty, WAIT, &status));
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGTERM);
    assert_true(pty_wait_exit(pty, 0, NULL)); /* and may be asked again */
    pty_free(pty);
}

static void test_output_before_exit_is_complete(void **state)
{
    (void)state;
    for (int i = 0; i < 20; i++) {
        struct pty *pty = start("seq 1 20000; printf last", 24, 80);
        assert_true(pty_wait_exit(pty, WAIT, NULL));
        size_t len;
        const char *raw = pty_raw(pty, &len);
        assert_int_equal(len, 108894 + 20000 + 4); /* \n became \r\n */
        assert_string_equal(raw + len - 4, "last");
        assert_true(pty_shows(pty, "20000\nlast"));
        pty_free(pty);
    }
}

static void test_missing_program(void **state)
{
    (void)state;
    const char *argv[] = { "/nonexistent/talkbook", NULL };
    struct pty *pty = pty_spawn(&(struct pty_opts){ .argv = argv });
    assert_non_null(pty);
    assert_true(pty_wait_text(pty, "cannot run /nonexistent/talkbook", WAIT));
    check_exit(pty, 127);
}

static void test_environment(void **state)
{
    (void)state;
    const char *argv[] = { "/usr/bin/env", NULL };
    const char *env[] = { "TERM=dumb", "EXTRA=a b", "LANG", NULL };
    assert_int_equal(setenv("TALKBOOK_LEAK", "1", 1), 0);
    struct pty *pty = pty_spawn(&(struct pty_opts){
        .argv = argv, .env = env, .home = "/tmp", .cwd = "/", .cols = 200 });
    assert_true(pty_wait_exit(pty, WAIT, NULL));
    assert_true(pty_shows(pty, "\nHOME=/tmp\n"));
    assert_true(pty_shows(pty, "\nTERM=dumb\n"));
    assert_true(pty_shows(pty, "EXTRA=a b\n"));
    assert_true(pty_shows(pty, "PATH="));
    assert_false(pty_shows(pty, "LANG="));
    assert_false(pty_shows(pty, "TALKBOOK_LEAK"));
    assert_false(pty_shows(pty, "xterm"));
    pty_free(pty);
    pty = start("pwd; echo $LANG $TERM; read x", 5, 40);
    assert_true(pty_wait_text(pty, "C.UTF-8 xterm-256color", WAIT));
    pty_free(pty);
}

static void test_keys_reach_the_program(void **state)
{
    (void)state;
    struct pty *pty = start("stty -echo; printf ready; cat", 5, 20);
    assert_true(pty_wait_text(pty, "ready", WAIT));
    pty_send(pty, " hello\n");
    assert_true(pty_wait_row(pty, 0, "ready hello", WAIT));
    pty_send_bytes(pty, "\x04", 1);
    check_exit(pty, 0);
}

static void test_many_keys_while_it_writes(void **state)
{
    (void)state;
    struct pty *pty = start("stty raw -echo; printf ready;"
                            "n=$(head -c 100000 | tee /dev/tty | wc -c); printf \"\\r\\n$n\"",
        5, 20);
    assert_true(pty_wait_text(pty, "ready", WAIT));
    char keys[1000];
    memset(keys, 'k', sizeof keys);
    for (int i = 0; i < 100; i++)
        pty_send_bytes(pty, keys, sizeof keys);
    assert_true(pty_wait_text(pty, "100000", WAIT));
    pty_free(pty);
}

static void test_termios(void **state)
{
    (void)state;
    struct pty *pty = start("old=$(stty -g); stty raw -echo; printf 1; read x;"
                            "stty $old; printf 2; read x; stty raw; printf 3",
        5, 20);
    struct termios now;
    assert_true(pty_termios_before(pty)->c_lflag & ECHO);
    assert_true(pty_wait_text(pty, "1", WAIT));
    assert_false(pty_termios_restored(pty));
    assert_true(pty_termios_now(pty, &now));
    assert_false(now.c_lflag & (ICANON | ECHO));
    pty_send(pty, "\n");
    assert_true(pty_wait_text(pty, "2", WAIT));
    assert_true(pty_termios_restored(pty));
    pty_send(pty, "\n");
    assert_true(pty_wait_exit(pty, WAIT, NULL));
    assert_true(pty_shows(pty, "3"));
    assert_false(pty_termios_restored(pty)); /* left raw, and that stays visible */
    pty_free(pty);
}

static void test_resize(void **state)
{
    (void)state;
    struct pty *pty = start(
        "trap 'stty size' WINCH; echo ready; while :; do sleep 1000 & wait $!; done", 24, 80);
    assert_true(pty_wait_text(pty, "ready", WAIT));
    pty_resize(pty, 30, 100);
    assert_true(pty_wait_text(pty, "30 100", WAIT));
    for (int i = 1; i <= 300; i++)
        pty_resize(pty, 1 + i * 7 % 60, 1 + i * 13 % 200);
    pty_resize(pty, 11, 33);
    assert_true(pty_wait_text(pty, "11 33", WAIT));
    int rows, cols;
    pty_size(pty, &rows, &cols);
    assert_int_equal(rows, 11);
    assert_int_equal(cols, 33);
    pty_free(pty);
}

static void test_stop_and_continue(void **state)
{
    (void)state;
    const char *argv[] = { "cat", NULL };
    struct pty *pty = pty_spawn(&(struct pty_opts){ .argv = argv, .quiet = true });
    pty_send(pty, "before\n");
    assert_true(pty_wait_text(pty, "before\nbefore", WAIT));
    for (int i = 0; i < 3; i++) {
        assert_false(pty_wait_stop(pty, 0));
        pty_send(pty, "\x1A");
        assert_true(pty_wait_stop(pty, WAIT));
        assert_false(pty_wait_exit(pty, 0, NULL));
        pty_continue(pty);
        char line[] = { (char)('1' + i), '!', '\n', '\0' };
        pty_send(pty, line);
        line[2] = '\0';
        assert_true(pty_wait_row(pty, 3 + 2 * i, line, WAIT));
    }
    pty_send(pty, "\x04");
    check_exit(pty, 0);
}

static void test_hangup(void **state)
{
    (void)state;
    const char *argv[] = { "cat", NULL };
    struct pty *pty = start("printf x; exec sleep 1000", 5, 20);
    struct pty *other = pty_spawn(&(struct pty_opts){ .argv = argv });
    assert_true(pty_wait_text(pty, "x", WAIT));
    pty_hangup(pty);
    int status;
    assert_true(pty_wait_exit(pty, WAIT, &status));
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGHUP);
    check_row(pty, 0, "x");
    pty_free(pty);
    pty_send(other, "still\n");
    assert_true(pty_wait_text(other, "still\nstill", WAIT));
    pty_free(other);
}

static void test_waits_end(void **state)
{
    (void)state;
    const char *argv[] = { "/bin/sh", "-c", "printf here; read x", NULL };
    struct pty *pty = pty_spawn(&(struct pty_opts){ .argv = argv, .quiet = true });
    assert_true(pty_wait_text(pty, "here", WAIT));
    double from = log_clock();
    assert_false(pty_wait_text(pty, "absent", 60));
    assert_false(pty_wait_gone(pty, "here", 60));
    assert_false(pty_wait_exit(pty, 60, NULL));
    assert_true(pty_wait_quiet(pty, 60));
    double took = log_clock() - from;
    assert_true(took >= 240 && took < 2000);
    pty_send(pty, "\n");
    from = log_clock();
    assert_false(pty_wait_text(pty, "absent", 60000)); /* its end ends the wait */
    assert_true(log_clock() - from < 5000);
    pty_free(pty);
}

static void test_free_kills(void **state)
{
    (void)state;
    struct pty *pty = start("trap '' HUP TERM INT; printf ready; while :; do :; done", 5, 20);
    assert_true(pty_wait_text(pty, "ready", WAIT));
    pid_t pid = pty_pid(pty);
    assert_int_equal(kill(pid, 0), 0);
    pty_free(pty);
    assert_int_equal(kill(pid, 0), -1);
    assert_int_equal(errno, ESRCH);
    pty_free(NULL);
}

static void test_bare_child(void **state)
{
    (void)state;
    const char *argv[] = { "/bin/sh", "-c", "cut -d' ' -f6 /proc/$$/stat; echo $$", NULL };
    struct pty_child child;
    assert_true(pty_child_start(&child, &(struct pty_opts){ .argv = argv, .bare = true }));
    char bytes[200];
    size_t len = 0;
    long n;
    while ((n = pty_child_read(&child, bytes + len, sizeof bytes - 1 - len, WAIT)) > 0)
        len += (size_t)n;
    assert_int_equal(n, -1);
    bytes[len] = '\0';
    char *second;
    assert_int_equal(strtol(bytes, &second, 10), child.pid);
    assert_int_equal(strtol(second, NULL, 10), child.pid);
    assert_int_equal(child.leader, child.pid);
    pty_child_release(&child);
    pty_child_release(&(struct pty_child){ 0 });
}

static void test_key_escapes(void **state)
{
    (void)state;
    char *keys = pty_keys("a\\r\\n\\t\\e[A\\\\\\x1a\\x7F\\");
    assert_string_equal(keys, "a\r\n\t\033[A\\\x1a\x7f\\");
    free(keys);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text_and_cursor),
        cmocka_unit_test(test_wide_and_combining),
        cmocka_unit_test(test_split_sequences),
        cmocka_unit_test(test_long_title),
        cmocka_unit_test(test_attributes),
        cmocka_unit_test(test_screen_modes),
        cmocka_unit_test(test_answers_queries),
        cmocka_unit_test(test_exit_status),
        cmocka_unit_test(test_output_before_exit_is_complete),
        cmocka_unit_test(test_missing_program),
        cmocka_unit_test(test_environment),
        cmocka_unit_test(test_keys_reach_the_program),
        cmocka_unit_test(test_many_keys_while_it_writes),
        cmocka_unit_test(test_termios),
        cmocka_unit_test(test_resize),
        cmocka_unit_test(test_stop_and_continue),
        cmocka_unit_test(test_hangup),
        cmocka_unit_test(test_waits_end),
        cmocka_unit_test(test_free_kills),
        cmocka_unit_test(test_bare_child),
        cmocka_unit_test(test_key_escapes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
