/* The real program on a pseudo-terminal: the tour a person takes, the editor,
 * browser, pipes, pastes, the mouse, two programs at once, the log. How it ends
 * is in test_e2e_signals.c, what it runs on in test_e2e_terminals.c. */
#include "e2e.h"

#include <stdio.h>
#include <stdlib.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/log.h"
#include "support.h"

/* --- the tour ---------------------------------------------------------- */

static void test_tour(void **state)
{
    struct e2e e2e;
    (void)state;
    e2e_open(&e2e);
    assert_true(pty_alt_screen(e2e.pty));
    e2e_wait_cursor(&e2e, -1, -1);
    assert_true(pty_mode(e2e.pty, 2004));
    assert_int_equal(pty_mouse(e2e.pty), PTY_MOUSE_NONE);
    e2e_wait(&e2e, "▾ Speed");
    e2e_wait(&e2e, "Free-threaded");
    e2e_keys(&e2e, "/roof");
    e2e_wait(&e2e, "search: roof · ");
    e2e_wait(&e2e, "\n/roof");
    e2e_wait_cursor(&e2e, 23, 5);
    e2e_keys(&e2e, "\025"
                   "metaclasses demyst\r");
    e2e_wait(&e2e, "· 1 found");
    e2e_wait_gone(&e2e, "/metaclasses");
    e2e_wait_cursor(&e2e, -1, -1);
    e2e_keys(&e2e, "\r");
    e2e_wait(&e2e, "q back  a note");
    e2e_keys(&e2e, "aworth *two* evenings\r");
    e2e_wait(&e2e, " saved");
    e2e_wait(&e2e, "worth two evenings");
    e2e_keys(&e2e, "\033");
    e2e_wait(&e2e, "Enter read");
    e2e_wait(&e2e, "✎1");
    e2e_quit(&e2e);
    pty_free(e2e.pty);
    e2e_start(&e2e, 24, 80, NULL); /* and it is there the next time */
    e2e_wait(&e2e, "✎11");
    e2e_quit(&e2e);
    e2e_end(&e2e);
}

static void test_keys_that_are_sequences(void **state)
{
    struct e2e e2e;
    (void)state;
    e2e_open(&e2e);
    e2e_keys(&e2e, "\033OB\033OB\033[B");
    e2e_wait(&e2e, " 4/");
    e2e_keys(&e2e, "\033OA");
    e2e_wait(&e2e, " 3/");
    e2e_keys(&e2e, "\033[6~");
    e2e_wait(&e2e, " 25/");
    e2e_keys(&e2e, "\033[5~");
    e2e_wait(&e2e, " 3/");
    e2e_keys(&e2e, "\033OF");
    e2e_wait_gone(&e2e, "▾ Speed");
    e2e_keys(&e2e, "\033OH");
    e2e_wait(&e2e, "▾ Speed");
    e2e_wait(&e2e, " 1/");
    e2e_keys(&e2e, "\033[1;5D\033[99;99~\033[?7xj"); /* unknown: nothing, to the end */
    e2e_wait(&e2e, " 2/");
    e2e_keys(&e2e, "\033OP");
    e2e_wait(&e2e, "keys, as they are now");
    e2e_keys(&e2e, "\033");
    e2e_wait_gone(&e2e, "keys, as they are now");
    e2e_wait(&e2e, " 2/");
    e2e_keys(&e2e, "\t");
    e2e_wait(&e2e, "q back");
    e2e_keys(&e2e, "\033[Z");
    e2e_wait(&e2e, " 2/");
    e2e_keys(&e2e, "\003");
    e2e_wait(&e2e, "Q quits");
    e2e_quit(&e2e);
    e2e_end(&e2e);
}

/* Half a character, half a sequence: what the network may do. */
static void test_split_input(void **state)
{
    struct e2e e2e;
    (void)state;
    e2e_open(&e2e);
    e2e_keys(&e2e, "/n\xC3");
    e2e_wait(&e2e, "\n/n");
    e2e_keys(&e2e, "\xBA\xF0\x9F");
    e2e_wait(&e2e, "/nú");
    e2e_keys(&e2e, "\x90\x8D!");
    e2e_wait(&e2e, "/nú🐍!");
    e2e_keys(&e2e, "\033");
    e2e_wait(&e2e, " 1/");
    e2e_quit(&e2e);
    e2e_end(&e2e);
}

/* What a terminal answers to somebody's question comes in two pieces, wherever it is cut,
 * and means nothing; where no rest comes, the next key is a key. */
static void test_split_answers(void **state)
{
    static const char *const answers[] = { "\033]11;rgb:1e1e/2a2a\007", "\033]4;1;rgb:1\033\\",
        "\033P>|term 1\033\\", "\033[?62;22c", "\033_Gi=1;OK\033\\" };
    struct e2e e2e;
    struct buf typed = { 0 };
    (void)state;
    e2e_open(&e2e);
    e2e_keys(&e2e, "/");
    for (size_t i = 0; i < SUPPORT_COUNT(answers); i++) {
        size_t len = strlen(answers[i]);
        for (size_t cut = 2; cut < len; cut++) {
            pty_send_bytes(e2e.pty, answers[i], cut);
            pty_wait_quiet(e2e.pty, 40);
            pty_send_bytes(e2e.pty, answers[i] + cut, len - cut);
        }
        e2e_keys(&e2e, "x");
        buf_addf(&typed, "%sx", i == 0 ? "\n/" : "");
        e2e_wait(&e2e, typed.data);
    }
    e2e_keys(&e2e, "\033]11;");
    pty_wait_quiet(e2e.pty, 1000);
    e2e_keys(&e2e, "y");
    e2e_wait(&e2e, "\n/xxxxxy");
    e2e_keys(&e2e, "\007");
    e2e_wait(&e2e, " 1/");
    e2e_quit(&e2e);
    buf_release(&typed);
    e2e_end(&e2e);
}

/* --- other programs ---------------------------------------------------- */

static void test_editor(void **state)
{
    struct e2e e2e;
    (void)state;
    e2e_begin(&e2e);
    char *editor = e2e_script(&e2e, "editor",
        "tty >/dev/null && printf 'EDITING '; stty -a | grep -o ' echo '; read line;"
        "printf 'from **the editor**: %s\\n' \"$line\" >\"$1\"");
    struct buf env = { 0 };
    buf_addf(&env, "EDITOR=%s", editor);
    e2e.env[0] = env.data;
    e2e_start(&e2e, 24, 80, NULL);
    e2e_wait_list(&e2e);
    e2e_keys(&e2e, "/demystified\r");
    e2e_wait(&e2e, "1 found");
    e2e_keys(&e2e, "A");
    e2e_wait(&e2e, "EDITING  echo");
    assert_false(pty_alt_screen(e2e.pty));
    assert_true(pty_cursor_visible(e2e.pty));
    assert_true(pty_termios_restored(e2e.pty));
    assert_false(pty_mode(e2e.pty, 2004));
    e2e_keys(&e2e, "typed\n");
    e2e_wait(&e2e, " saved");
    assert_true(pty_alt_screen(e2e.pty));
    assert_true(pty_mode(e2e.pty, 2004));
    e2e_wait(&e2e, "from the editor: typed");
    e2e_keys(&e2e, "k");
    e2e_wait(&e2e, "1/1");
    e2e_quit(&e2e);
    buf_release(&env);
    free(editor);
    e2e_end(&e2e);
}

static void check_draft(struct e2e *e2e)
{
    e2e_wait(e2e, "the draft is /");
    int col, row = pty_find(e2e->pty, "the draft is /", &col);
    assert_int_equal(row, 23);
    char *line = pty_row(e2e->pty, row);
    char *path = strstr(line, "the draft is /") + strlen("the draft is ");
    path[strcspn(path, " ")] = '\0';
    if (access(path, R_OK) != 0)
        fail_msg("no draft %s", path);
    free(line);
}

/* What the editor wrote before it failed is kept. */
static void check_failing_editor(const char *body, const char *said)
{
    struct e2e e2e;
    e2e_begin(&e2e);
    char *editor = body != NULL ? e2e_script(&e2e, "editor", body) : NULL;
    struct buf env = { 0 };
    buf_addf(&env, "VISUAL=%s -x", editor != NULL ? editor : "/nonexistent/editor");
    e2e.env[0] = env.data;
    e2e_start(&e2e, 24, 200, NULL);
    e2e_wait_list(&e2e);
    e2e_keys(&e2e, "3jA");
    e2e_wait(&e2e, said);
    assert_true(pty_alt_screen(e2e.pty));
    if (body != NULL && strncmp(body, "echo", 4) == 0)
        check_draft(&e2e);
    else
        assert_false(pty_shows(e2e.pty, "the draft is"));
    e2e_quit(&e2e);
    buf_release(&env);
    free(editor);
    e2e_end(&e2e);
}

static void test_failing_editors(void **state)
{
    (void)state;
    check_failing_editor("echo half >\"$2\"; exit 3", "ended with status 3");
    check_failing_editor("echo half >\"$2\"; kill -KILL $$", "was ended by signal 9");
    check_failing_editor("echo half >\"$2\"; kill -SEGV $$", "was ended by signal 11");
    check_failing_editor("exit 3", "ended with status 3; nothing changed");
    check_failing_editor(NULL, "cannot start /nonexistent/editor");
}

/* talkbook is killed while the editor is open: the next start offers the text. */
static void test_killed_while_editing(void **state)
{
    struct e2e e2e;
    (void)state;
    e2e_begin(&e2e);
    char *editor = e2e_script(
        &e2e, "editor", "echo 'not lost' >\"$1\"; echo yes >\"$HOME/ready\"; exec sleep 60");
    struct buf env = { 0 };
    buf_addf(&env, "EDITOR=%s", editor);
    e2e.env[0] = env.data;
    e2e_start(&e2e, 24, 120, NULL);
    e2e_wait_list(&e2e);
    e2e_keys(&e2e, "/demystified\rA");
    free(e2e_wait_file(&e2e, "ready", "yes"));
    assert_int_equal(kill(pty_pid(e2e.pty), SIGKILL), 0);
    pty_free(e2e.pty);
    e2e.pty = NULL;
    e2e_start(&e2e, 24, 120, NULL);
    e2e_wait(&e2e, "1 draft (:draft ");
    e2e_keys(&e2e, ":draft save\r");
    e2e_wait(&e2e, "saved");
    e2e_quit_plain(&e2e);
    assert_true(e2e_shell(&e2e, "search 'note:\"not lost\"'"));
    buf_release(&env);
    free(editor);
    e2e_end(&e2e);
}

static void test_browser(void **state)
{
    struct e2e e2e;
    (void)state;
    e2e_begin(&e2e);
    char *browser = e2e_script(&e2e, "browser",
        "for a; do printf '<%s>' \"$a\"; done >\"$HOME/part\"; mv \"$HOME/part\" "
        "\"$HOME/opened\"");
    struct buf env = { 0 };
    buf_addf(&env, "BROWSER=/nonexistent/one:%s --new", browser);
    e2e.env[0] = env.data;
    e2e_start(&e2e, 24, 120, NULL);
    e2e_wait_list(&e2e);
    e2e_keys(&e2e, ":set player \"\"\r/demystified\ro");
    e2e_wait(&e2e, "opened https://");
    char *opened = e2e_wait_file(&e2e, "opened", ">");
    assert_int_equal(strncmp(opened, "<--new><https://www.youtube.com/watch?v=", 40), 0);
    free(opened);
    e2e_keys(&e2e, "y");
    e2e_wait(&e2e, "copied https://");
    size_t len;
    const char *raw = pty_raw(e2e.pty, &len);
    assert_non_null(memmem(raw, len, "\033]52;c;aHR0cHM6Ly93d3cueW91dHViZS5jb20v", 39));
    e2e_quit(&e2e);
    buf_release(&env);
    free(browser);
    e2e_end(&e2e);
}

static void test_pipe(void **state)
{
    struct e2e e2e;
    (void)state;
    e2e_open(&e2e);
    e2e_keys(&e2e, "|grep -c Speed; echo counted\r");
    e2e_wait(&e2e, "counted\n[Enter goes back");
    e2e_keys(&e2e, "\n");
    e2e_wait_list(&e2e);
    assert_true(pty_alt_screen(e2e.pty));
    e2e_keys(&e2e, "|exit 4\r");
    e2e_wait(&e2e, "[Enter goes back");
    e2e_keys(&e2e, "\n");
    e2e_wait(&e2e, "ended with status 4");
    /* ^C ends what runs, not the browser. */
    e2e_keys(&e2e, "|printf running; exec sleep 1000\r");
    e2e_wait(&e2e, "running");
    e2e_keys(&e2e, "\003");
    e2e_wait(&e2e, "^C[Enter goes back");
    e2e_keys(&e2e, "\003\n");
    e2e_wait(&e2e, "ended with status 130");
    e2e_keys(&e2e, "gg");
    e2e_wait_list(&e2e);
    e2e_quit(&e2e);
    e2e_end(&e2e);
}

/* --- pastes, the mouse ------------------------------------------------- */

static void test_paste(void **state)
{
    struct e2e e2e;
    (void)state;
    e2e_open(&e2e);
    e2e_keys(&e2e, "\033[200~Q\rD:quit\r\003\033[201~j");
    e2e_wait(&e2e, " 2/");
    e2e_keys(&e2e, "/\033[200~gpu\npure\033[201~");
    e2e_wait(&e2e, "\n/gpu pure");
    e2e_wait(&e2e, "search: gpu pure · 1 found");
    e2e_keys(&e2e, "\033");
    e2e_wait(&e2e, " 2/");
    e2e_quit(&e2e);
    e2e_end(&e2e);
}

static void test_mouse(void **state)
{
    struct e2e e2e;
    (void)state;
    e2e_open(&e2e);
    e2e_keys(&e2e, ":set mouse on\r");
    e2e_wait(&e2e, "mouse is on");
    assert_true(pty_mouse(e2e.pty) != PTY_MOUSE_NONE);
    assert_true(pty_mode(e2e.pty, 1006));
    e2e_keys(&e2e, "\033[<0;5;6M\033[<0;5;6m");
    e2e_wait(&e2e, " 5/");
    e2e_wait(&e2e, "│ David Hewitt");
    e2e_keys(&e2e, "\033[<65;5;6M");
    e2e_wait_gone(&e2e, "▾ Speed");
    e2e_keys(&e2e, "\033[<64;5;6M");
    e2e_wait(&e2e, "▾ Speed");
    e2e_keys(&e2e, "\033[<65;70;6M"); /* over the reader */
    e2e_wait_gone(&e2e, "│ David Hewitt");
    e2e_wait(&e2e, " 5/");
    e2e_keys(&e2e, ":set mouse off\r");
    e2e_wait(&e2e, "mouse is off");
    assert_int_equal(pty_mouse(e2e.pty), PTY_MOUSE_NONE);
    e2e_keys(&e2e, ":set mouse on\r");
    e2e_wait(&e2e, "mouse is on");
    e2e_quit(&e2e);
    e2e_end(&e2e);
}

/* --- beside others ----------------------------------------------------- */

static void test_two_programs(void **state)
{
    struct e2e e2e;
    (void)state;
    e2e_open(&e2e);
    e2e_keys(&e2e, "/demystified\r\r");
    e2e_wait(&e2e, "q back  a note");
    assert_true(e2e_shell(&e2e, "note add demystified -m 'from the shell'"));
    double begun = log_clock();
    e2e_wait(&e2e, "✎1");
    assert_true(log_clock() - begun < 3000);
    e2e_keys(&e2e, "G");
    e2e_wait(&e2e, "from the shell");
    e2e_keys(&e2e, "aand back\r");
    e2e_wait(&e2e, "saved");
    assert_true(e2e_shell(&e2e, "note list demystified | grep -q back"));
    e2e_quit(&e2e);
    e2e_end(&e2e);
}

static void test_log(void **state)
{
    struct e2e e2e;
    (void)state;
    e2e_begin(&e2e);
    char *path = support_path(e2e.home, "log");
    e2e_start(&e2e, 24, 80, "--log", path, NULL);
    e2e_wait_list(&e2e);
    e2e_keys(&e2e, "jgd");
    e2e_wait(&e2e, "by day");
    pty_resize(e2e.pty, 20, 70);
    e2e_wait(&e2e, "by day");
    free(e2e_wait_file(&e2e, "log", "resize 20 x 70"));
    e2e_quit(&e2e);
    struct buf log = { 0 };
    assert_true(support_read(path, &log));
    assert_non_null(strstr(log.data, "key j"));
    assert_non_null(strstr(log.data, "command group-day"));
    assert_non_null(strstr(log.data, "sql "));
    assert_non_null(strstr(log.data, " ms "));
    buf_release(&log);
    free(path);
    e2e_end(&e2e);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tour),
        cmocka_unit_test(test_keys_that_are_sequences),
        cmocka_unit_test(test_split_input),
        cmocka_unit_test(test_split_answers),
        cmocka_unit_test(test_editor),
        cmocka_unit_test(test_failing_editors),
        cmocka_unit_test(test_killed_while_editing),
        cmocka_unit_test(test_browser),
        cmocka_unit_test(test_pipe),
        cmocka_unit_test(test_paste),
        cmocka_unit_test(test_mouse),
        cmocka_unit_test(test_two_programs),
        cmocka_unit_test(test_log),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
