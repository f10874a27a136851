/* The real program on a pseudo-terminal: every way to end leaves the terminal
 * as it was, suspending and resizing lose nothing. */
#include "e2e.h"

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/log.h"
#include "support.h"

/* --- ends -------------------------------------------------------------- */

static void test_every_signal_restores_the_terminal(void **state)
{
    static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGSEGV, SIGABRT, SIGBUS,
        SIGFPE, SIGILL, SIGTRAP, SIGUSR1, SIGALRM, SIGXCPU };
    (void)state;
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) {
        struct e2e e2e;
        e2e_open(&e2e);
        e2e_keys(&e2e, ":set mouse on\r");
        e2e_wait(&e2e, "mouse is on");
        e2e_keys(&e2e, "/gpu");
        e2e_wait(&e2e, "\n/gpu");
        assert_int_equal(kill(pty_pid(e2e.pty), signals[i]), 0);
        print_message("signal %d\n", signals[i]);
        int status = e2e_wait_end(&e2e);
        assert_true(WIFSIGNALED(status));
        assert_int_equal(WTERMSIG(status), signals[i]);
        e2e_end(&e2e);
    }
}

static void test_every_quit_restores_the_terminal(void **state)
{
    static const char *const keys[] = { "q", "Q", ":quit\r", ":q\r", "/gpu\r\rQ", "?Q" };
    (void)state;
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        struct e2e e2e;
        e2e_open(&e2e);
        e2e_keys(&e2e, keys[i]);
        int status = e2e_wait_end(&e2e);
        assert_true(WIFEXITED(status));
        assert_int_equal(WEXITSTATUS(status), 0);
        e2e_end(&e2e);
    }
}

static void test_a_closed_window_ends_it(void **state)
{
    static const char *const keys[] = { "j", "/gpu", "aunsaved", "?" };
    (void)state;
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        struct e2e e2e;
        e2e_open(&e2e);
        e2e_keys(&e2e, keys[i]);
        pty_wait_quiet(e2e.pty, 20);
        double begun = log_clock();
        pty_hangup(e2e.pty);
        assert_true(pty_wait_exit(e2e.pty, 1000, NULL));
        assert_true(log_clock() - begun < 1000);
        e2e_end(&e2e);
    }
}

/* What was saved before the window closed is there. */
static void test_a_closed_window_loses_nothing(void **state)
{
    struct e2e e2e;
    (void)state;
    e2e_open(&e2e);
    e2e_keys(&e2e, "3jakept in any case\r");
    e2e_wait(&e2e, "saved");
    pty_hangup(e2e.pty);
    assert_true(pty_wait_exit(e2e.pty, 1000, NULL));
    assert_true(e2e_shell(&e2e, "note list | grep 'kept in any case'"));
    e2e_end(&e2e);
}

/* Closed over the editor: both end, and what was written so far stays. */
static void test_a_window_closed_over_the_editor(void **state)
{
    struct e2e e2e;
    (void)state;
    e2e_begin(&e2e);
    char *editor = e2e_script(&e2e, "editor", "echo half >\"$1\"; printf EDITING; read line");
    struct buf env = { 0 };
    buf_addf(&env, "EDITOR=%s", editor);
    e2e.env[0] = env.data;
    e2e_start(&e2e, 24, 80, NULL);
    e2e_wait_list(&e2e);
    e2e_keys(&e2e, "3jA");
    e2e_wait(&e2e, "EDITING");
    pty_hangup(e2e.pty);
    assert_true(pty_wait_exit(e2e.pty, 1000, NULL));
    struct buf find = { 0 };
    buf_addf(&find, "grep -rqx half '%s'/.local/state/talkbook/drafts", e2e.home);
    assert_int_equal(system(find.data), 0);
    assert_true(e2e_shell(&e2e, "list"));
    buf_release(&find);
    buf_release(&env);
    free(editor);
    e2e_end(&e2e);
}

static int count_drafts(struct e2e *e2e)
{
    char *directory = support_path(e2e->home, ".local/state/talkbook/drafts");
    int count = 0;
    DIR *dir = opendir(directory);
    for (struct dirent *entry; dir != NULL && (entry = readdir(dir)) != NULL;)
        count += strstr(entry->d_name, ".md") != NULL;
    if (dir != NULL)
        closedir(dir);
    free(directory);
    return count;
}

static void wait_drafts(struct e2e *e2e, int count)
{
    for (int i = 0; i < 100 && count_drafts(e2e) != count; i++)
        pty_wait_quiet(e2e->pty, 50);
    assert_int_equal(count_drafts(e2e), count);
}

/* The kill may come when the last draft is there and the one before not yet gone. */
static void save_drafts(struct e2e *e2e)
{
    int left = count_drafts(e2e);
    assert_in_range(left, 1, 2);
    e2e_start(e2e, 24, 80, NULL);
    e2e_wait(e2e, left == 1 ? "1 draft (:draft " : "2 drafts (:draft ");
    for (int i = 0; i < left; i++) {
        e2e_keys(e2e, ":draft save\r");
        e2e_wait(e2e, i == 0 ? "note 12 saved" : "note 13 saved");
    }
    wait_drafts(e2e, 0);
}

/* Nothing can be done at a kill -9: what was typed is on the disk before, after a second's
 * rest or a hundred letters, and goes when the note is saved or given up. */
static void test_killed_in_a_note(void **state)
{
    struct e2e e2e;
    (void)state;
    e2e_open(&e2e);
    e2e_keys(&e2e, "ga"
                   "first thought");
    wait_drafts(&e2e, 1);
    e2e_keys(&e2e, ", and its end\r");
    e2e_wait(&e2e, "note 11 saved");
    wait_drafts(&e2e, 0);
    e2e_keys(&e2e, "ga"
                   "given up");
    wait_drafts(&e2e, 1);
    e2e_keys(&e2e, "\007");
    e2e_wait(&e2e, "not saved");
    wait_drafts(&e2e, 0);
    e2e_keys(&e2e, "ga");
    for (int i = 0; i < 50; i++)
        e2e_keys(&e2e, "ab ");
    e2e_keys(&e2e, "half");
    e2e_wait(&e2e, "half");
    /* The one before goes when the next one is there. */
    assert_true(count_drafts(&e2e) >= 1);
    char *draft = support_path(e2e.home, ".local/state/talkbook/drafts");
    struct buf find = { 0 };
    buf_addf(&find,
        "for i in 1 2 3 4 5 6 7 8 9; do grep -rq half '%s' && exit; sleep 1; done;"
        "exit 1",
        draft);
    assert_int_equal(system(find.data), 0);
    assert_int_equal(kill(pty_pid(e2e.pty), SIGKILL), 0);
    pty_free(e2e.pty);
    e2e.pty = NULL;
    save_drafts(&e2e);
    e2e_quit_plain(&e2e);
    assert_true(e2e_shell(&e2e, "search 'note:half'"));
    buf_release(&find);
    free(draft);
    e2e_end(&e2e);
}

/* An end that nobody expects keeps the note, too; a signal that the parent has it ignore
 * stays ignored. */
static void test_rare_signals(void **state)
{
    struct e2e e2e;
    (void)state;
    e2e_open(&e2e);
    e2e_keys(&e2e, "gahalf a note");
    e2e_wait(&e2e, "half a note");
    assert_int_equal(kill(pty_pid(e2e.pty), SIGUSR1), 0);
    assert_int_equal(WTERMSIG(e2e_wait_end(&e2e)), SIGUSR1);
    pty_free(e2e.pty);
    assert_int_equal(count_drafts(&e2e), 1);
    const char *argv[] = { "/bin/sh", "-c", "trap '' USR1; exec \"$0\"",
        getenv("TALKBOOK") != NULL ? getenv("TALKBOOK") : "build/talkbook", NULL };
    e2e.pty = pty_spawn(&(struct pty_opts){ .argv = argv, .home = e2e.home });
    e2e_wait(&e2e, "1 draft (:draft ");
    assert_int_equal(kill(pty_pid(e2e.pty), SIGUSR1), 0);
    e2e_keys(&e2e, "j");
    e2e_wait(&e2e, " 2/");
    e2e_quit_plain(&e2e);
    e2e_end(&e2e);
}

/* --- stops ------------------------------------------------------------- */

static void check_stopped(struct e2e *e2e)
{
    if (!pty_wait_stop(e2e->pty, WAIT))
        fail_msg("it does not stop");
    assert_true(pty_termios_restored(e2e->pty));
    assert_false(pty_alt_screen(e2e->pty));
    assert_true(pty_cursor_visible(e2e->pty));
    assert_false(pty_mode(e2e->pty, 2004));
    assert_int_equal(pty_mouse(e2e->pty), PTY_MOUSE_NONE);
    assert_true(pty_shows(e2e->pty, "before"));
    assert_false(pty_shows(e2e->pty, "by theme"));
}

static void check_back(struct e2e *e2e)
{
    pty_continue(e2e->pty);
    e2e_wait(e2e, "by theme");
    e2e_wait(e2e, "▾ Speed");
    assert_true(pty_alt_screen(e2e->pty));
    assert_false(pty_termios_restored(e2e->pty));
    assert_true(pty_mode(e2e->pty, 2004));
}

static void test_suspend_and_resume(void **state)
{
    struct e2e e2e;
    (void)state;
    e2e_open(&e2e);
    e2e_keys(&e2e, ":set mouse on\r");
    e2e_wait(&e2e, "mouse is on");
    e2e_keys(&e2e, "jj");
    e2e_wait(&e2e, " 3/");
    for (int i = 0; i < 3; i++) {
        e2e_keys(&e2e, "\x1A");
        check_stopped(&e2e);
        if (i == 1)
            pty_resize(e2e.pty, 30, 100);
        check_back(&e2e);
        assert_true(pty_mouse(e2e.pty) != PTY_MOUSE_NONE);
        e2e_wait(&e2e, " 3/");
    }
    int row, col;
    assert_int_equal(pty_find(e2e.pty, " 3/", &col), 29);
    assert_true(col > 90);
    e2e_keys(&e2e, "j");
    e2e_wait(&e2e, " 4/");
    pty_size(e2e.pty, &row, &col);
    e2e_keys(&e2e, ":suspend\r");
    check_stopped(&e2e);
    check_back(&e2e);
    e2e_quit(&e2e);
    e2e_end(&e2e);
}

static void test_stopped_from_outside(void **state)
{
    struct e2e e2e;
    (void)state;
    e2e_open(&e2e);
    kill(pty_pid(e2e.pty), SIGTSTP);
    check_stopped(&e2e);
    check_back(&e2e);
    e2e_keys(&e2e, "j");
    e2e_wait(&e2e, " 2/");
    kill(pty_pid(e2e.pty), SIGSTOP);
    assert_true(pty_wait_stop(e2e.pty, WAIT));
    pty_continue(e2e.pty);
    e2e_keys(&e2e, "j");
    e2e_wait(&e2e, " 3/");
    kill(pty_pid(e2e.pty), SIGCONT); /* without a stop before */
    e2e_keys(&e2e, "j");
    e2e_wait(&e2e, " 4/");
    e2e_quit(&e2e);
    e2e_end(&e2e);
}

/* ^Z in the editor stops both, as one job; fg goes on with the editor. */
static void test_stopped_in_the_editor(void **state)
{
    struct e2e e2e;
    (void)state;
    e2e_begin(&e2e);
    char *editor =
        e2e_script(&e2e, "editor", "printf EDITING; read line; echo \"$line\" >\"$1\"");
    struct buf env = { 0 };
    buf_addf(&env, "EDITOR=%s", editor);
    e2e.env[0] = env.data;
    e2e_start(&e2e, 24, 80, NULL);
    e2e_wait_list(&e2e);
    e2e_keys(&e2e, "3jA");
    e2e_wait(&e2e, "EDITING");
    e2e_keys(&e2e, "\x1A");
    assert_true(pty_wait_stop(e2e.pty, WAIT));
    pty_continue(e2e.pty);
    e2e_keys(&e2e, "after all\n");
    e2e_wait(&e2e, "saved");
    e2e_keys(&e2e, "\tG");
    e2e_wait(&e2e, "after all");
    e2e_quit(&e2e);
    buf_release(&env);
    free(editor);
    e2e_end(&e2e);
}

/* ^C in the editor is for the editor: talkbook waits for its end, and saves. */
static void test_interrupted_in_the_editor(void **state)
{
    struct e2e e2e;
    int status;
    (void)state;
    e2e_begin(&e2e);
    char *editor = e2e_script(&e2e, "editor",
        "trap 'printf CAUGHT' INT; printf EDITING; until read line; do :; done;"
        "echo \"$line\" >\"$1\"");
    struct buf env = { 0 };
    buf_addf(&env, "EDITOR=%s", editor);
    e2e.env[0] = env.data;
    e2e_start(&e2e, 24, 80, "note", "edit", "1", NULL);
    e2e_wait(&e2e, "EDITING");
    e2e_keys(&e2e, "\x03");
    e2e_wait(&e2e, "CAUGHT");
    e2e_keys(&e2e, "after all\n");
    assert_true(pty_wait_exit(e2e.pty, WAIT, &status));
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    assert_true(e2e_shell(&e2e, "note list | grep 'after all'"));
    buf_release(&env);
    free(editor);
    e2e_end(&e2e);
}

/* A shell leaves its own line settings behind: they are set again. */
static void test_raw_again_after_a_stop(void **state)
{
    struct e2e e2e;
    (void)state;
    e2e_open(&e2e);
    kill(pty_pid(e2e.pty), SIGSTOP);
    assert_true(pty_wait_stop(e2e.pty, WAIT));
    pty_set_termios(e2e.pty, pty_termios_before(e2e.pty));
    assert_true(pty_termios_restored(e2e.pty));
    pty_continue(e2e.pty);
    e2e_keys(&e2e, "j");
    e2e_wait(&e2e, " 2/");
    assert_false(pty_termios_restored(e2e.pty));
    e2e_quit(&e2e);
    e2e_end(&e2e);
}

/* --- sizes ------------------------------------------------------------- */

static void assert_first_screen(struct e2e *e2e)
{
    struct buf golden = { 0 };
    assert_true(support_read("tests/golden/screens/start-80x24.txt", &golden));
    if (golden.len > 0 && golden.data[golden.len - 1] == '\n')
        buf_remove(&golden, golden.len - 1, 1);
    e2e_wait(e2e, golden.data);
    buf_release(&golden);
}

static void test_first_screen(void **state)
{
    struct e2e e2e;
    (void)state;
    e2e_open(&e2e);
    assert_first_screen(&e2e);
    e2e_keys(&e2e, "G?");
    e2e_wait(&e2e, "keys, as they are now");
    e2e_keys(&e2e, "qgg\x0C");
    assert_first_screen(&e2e);
    e2e_quit(&e2e);
    e2e_end(&e2e);
}

static void test_resize_storm(void **state)
{
    static const char *const keys[] = { "j", "k", "\t", "5j", "G", "gg", "/x\007", "?q", "zM",
        "zR", "l", "h", "n", ":escape\r" };
    struct e2e e2e;
    uint64_t random = 42;
    (void)state;
    e2e_open(&e2e);
    for (int i = 0; i < 300; i++) {
        pty_resize(e2e.pty, 1 + (int)(support_random(&random) % 200),
            1 + (int)(support_random(&random) % 500));
        e2e_keys(&e2e, keys[support_random(&random) % (sizeof keys / sizeof keys[0])]);
    }
    pty_resize(e2e.pty, 24, 80);
    e2e_keys(&e2e, ":escape\r:escape\r:unfold-all\r:top\rjk");
    e2e_wait(&e2e, " by theme");
    assert_first_screen(&e2e);
    e2e_quit_plain(&e2e);
    e2e_end(&e2e);
}

static bool is_alternate(const struct pty *pty, const void *data)
{
    (void)data;
    return pty_alt_screen(pty);
}

static void test_one_cell(void **state)
{
    struct e2e e2e;
    (void)state;
    e2e_begin(&e2e);
    e2e_start(&e2e, 1, 1, NULL);
    assert_true(pty_wait(e2e.pty, is_alternate, NULL, WAIT));
    e2e_keys(&e2e, "jjl");
    pty_resize(e2e.pty, 24, 80);
    e2e_wait(&e2e, "by theme");
    e2e_quit_plain(&e2e);
    e2e_end(&e2e);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_signal_restores_the_terminal),
        cmocka_unit_test(test_every_quit_restores_the_terminal),
        cmocka_unit_test(test_a_closed_window_ends_it),
        cmocka_unit_test(test_a_closed_window_loses_nothing),
        cmocka_unit_test(test_a_window_closed_over_the_editor),
        cmocka_unit_test(test_killed_in_a_note),
        cmocka_unit_test(test_rare_signals),
        cmocka_unit_test(test_suspend_and_resume),
        cmocka_unit_test(test_stopped_from_outside),
        cmocka_unit_test(test_stopped_in_the_editor),
        cmocka_unit_test(test_interrupted_in_the_editor),
        cmocka_unit_test(test_raw_again_after_a_stop),
        cmocka_unit_test(test_first_screen),
        cmocka_unit_test(test_resize_storm),
        cmocka_unit_test(test_one_cell),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
