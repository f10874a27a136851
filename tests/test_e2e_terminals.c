/* The real program on a pseudo-terminal: terminals of every kind are treated as
 * what they are, in colours, plain, in ASCII or not at all. */
#include "e2e.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "base/buf.h"
#include "support.h"

static void check_terminal(const char *term, const char *extra, const char *shows)
{
    struct e2e e2e;
    e2e_begin(&e2e);
    e2e.env[0] = term;
    e2e.env[1] = extra;
    e2e_start(&e2e, 24, 80, NULL);
    e2e_wait(&e2e, shows);
    e2e_wait(&e2e, " by theme");
    e2e_keys(&e2e, "jj");
    e2e_wait(&e2e, " 3/");
    e2e_keys(&e2e, "/gpu\r");
    e2e_wait(&e2e, "6 found");
    e2e_quit_plain(&e2e);
    int row, col;
    pty_cursor(e2e.pty, &row, &col);
    /* Where there is no other screen, what comes next stands below this one. */
    if (!pty_shows(e2e.pty, "before"))
        assert_int_equal(row, 23);
    assert_int_equal(col, 0);
    e2e_end(&e2e);
}

static void test_terminals(void **state)
{
    static const char *const terms[] = { "TERM=xterm-256color", "TERM=xterm", "TERM=vt100",
        "TERM=linux", "TERM=screen", "TERM=tmux-256color", "TERM=vt220", "TERM",
        "TERM=nosuch-terminal", "TERM=" };
    (void)state;
    for (size_t i = 0; i < sizeof terms / sizeof terms[0]; i++) {
        print_message("%s\n", terms[i]);
        /* ncurses leaks what it made for a terminal that it then does not know. */
        check_terminal(terms[i], "ASAN_OPTIONS=detect_leaks=0", "▾ Speed");
    }
    check_terminal("TERM=xterm-256color", "LC_ALL=C", "v Speed");
}

static void test_dumb_terminal(void **state)
{
    struct e2e e2e;
    int status;
    (void)state;
    e2e_begin(&e2e);
    e2e.env[0] = "TERM=dumb";
    e2e_start(&e2e, 24, 80, NULL);
    assert_true(pty_wait_exit(e2e.pty, WAIT, &status));
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 1);
    size_t len;
    const char *raw = pty_raw(e2e.pty, &len);
    assert_null(memchr(raw, '\033', len));
    assert_true(pty_shows(e2e.pty, "before\ntalkbook: the terminal 'dumb' cannot"));
    int lines = 0;
    for (size_t i = 0; i < len; i++)
        lines += raw[i] == '\n';
    assert_int_equal(lines, 2);
    assert_true(pty_termios_restored(e2e.pty));
    e2e_end(&e2e);
}

/* One clear line on the terminal, whichever of its ends is missing. */
static void check_no_terminal(const char *script)
{
    struct e2e e2e;
    const char *program = getenv("TALKBOOK");
    e2e_begin(&e2e);
    const char *argv[] = { "/bin/sh", "-c", script,
        program != NULL ? program : "build/talkbook", NULL };
    e2e.pty = pty_spawn(
        &(struct pty_opts){ .argv = argv, .home = e2e.home, .rows = 24, .cols = 120 });
    assert_non_null(e2e.pty);
    e2e_wait(&e2e, "ended 1");
    char *screen = pty_screen(e2e.pty);
    assert_int_equal(strncmp(screen, "talkbook: the browser needs a terminal", 38), 0);
    assert_int_equal(strncmp(strchr(screen, '\n'), "\nended 1\n\n", 10), 0);
    free(screen);
    size_t len;
    const char *raw = pty_raw(e2e.pty, &len);
    assert_null(memchr(raw, '\033', len));
    e2e_end(&e2e);
}

static void test_no_terminal(void **state)
{
    (void)state;
    check_no_terminal("\"$0\" </dev/null; echo ended $?");
    check_no_terminal("{ \"$0\"; echo ended $? >&2; } | cat");
    check_no_terminal("\"$0\" >/dev/null; echo ended $?");
}

/* --- colours ----------------------------------------------------------- */

static int coloured_cells(const struct pty *pty)
{
    int rows, cols, count = 0;
    pty_size(pty, &rows, &cols);
    for (int i = 0; i < rows * cols; i++) {
        struct pty_cell cell = pty_cell(pty, i / cols, i % cols);
        count += cell.fg.kind != PTY_COLOR_DEFAULT || cell.bg.kind != PTY_COLOR_DEFAULT;
    }
    return count;
}

static struct pty_cell cell_with(const char *first, const char *second, int row, int *coloured)
{
    struct e2e e2e;
    e2e_begin(&e2e);
    e2e.env[0] = first;
    e2e.env[1] = first != NULL ? second : NULL;
    e2e_start(&e2e, 24, 80, NULL);
    e2e_wait_list(&e2e);
    pty_wait_quiet(e2e.pty, 20);
    *coloured = coloured_cells(e2e.pty);
    struct pty_cell cell = pty_cell(e2e.pty, row, 60);
    e2e_quit_plain(&e2e);
    e2e_end(&e2e);
    return cell;
}

static void test_colours(void **state)
{
    int count;
    (void)state;
    struct pty_cell dark = cell_with(NULL, NULL, 0, &count);
    assert_true(count > 100);
    assert_int_equal(dark.bg.kind, PTY_COLOR_INDEXED);
    assert_true(dark.bg.red < 100);
    struct pty_cell light = cell_with("COLORFGBG=0;15", NULL, 0, &count);
    assert_int_equal(light.bg.kind, PTY_COLOR_INDEXED);
    assert_true(light.bg.red > 200);
    struct pty_cell true_colour = cell_with("COLORTERM=truecolor", NULL, 0, &count);
    assert_int_equal(true_colour.bg.kind, PTY_COLOR_RGB);
    struct pty_cell eight = cell_with("TERM=xterm", NULL, 0, &count);
    assert_true(count > 100);
    assert_true(eight.bg.index < 16);
    struct pty_cell none = cell_with("NO_COLOR=1", NULL, 0, &count);
    assert_int_equal(count, 0);
    assert_true(none.reverse); /* the bar can still be told apart */
    cell_with("NO_COLOR=", NULL, 0, &count);
    assert_true(count > 100); /* set but empty means nothing */
    cell_with("TERM=vt100", NULL, 0, &count);
    assert_int_equal(count, 0);
}

static void start_without_locale(struct e2e *e2e)
{
    e2e_begin(e2e);
    e2e->env[0] = "LC_ALL=C";
    e2e_start(e2e, 24, 80, NULL);
    e2e_wait(e2e, "v Speed");
}

/* In another locale not a byte above 0x7F reaches the terminal. */
static void test_plain_ascii(void **state)
{
    struct e2e e2e;
    (void)state;
    start_without_locale(&e2e);
    e2e_keys(&e2e, "/crab\r");
    e2e_wait(&e2e, "found");
    e2e_keys(&e2e, "\r\004\004?G");
    e2e_wait(&e2e, "hit-previous");
    e2e_keys(&e2e, "qqqgd\004\004\004");
    e2e_wait(&e2e, "by day");
    e2e_quit(&e2e);
    size_t len;
    const char *raw = pty_raw(e2e.pty, &len);
    for (size_t i = 0; i < len; i++)
        if ((unsigned char)raw[i] >= 0x80)
            fail_msg("byte 0x%02X at %zu", (unsigned char)raw[i], i);
    e2e_end(&e2e);
}

/* Without a locale what is typed and pasted is UTF-8, and nothing of it is lost. */
static void test_typed_without_locale(void **state)
{
    struct e2e e2e;
    (void)state;
    start_without_locale(&e2e);
    e2e_keys(&e2e, "jja\033[200~na\xC3\xAFve \xE2\x80\x93 dash\nGir\xC3\xA3o \xF0\x9F\x90\x8D"
                   " end\033[201~\r");
    e2e_wait(&e2e, "saved");
    e2e_quit(&e2e);
    char *path = support_path(e2e.home, ".local/share/talkbook/talkbook.db");
    assert_int_equal(support_sql_int(path,
                         "SELECT count(*) FROM note WHERE body ="
                         " 'na\xC3\xAFve \xE2\x80\x93 dash' || char(10) ||"
                         " 'Gir\xC3\xA3o \xF0\x9F\x90\x8D end'",
                         NULL),
        1);
    free(path);
    e2e_end(&e2e);
}

/* What terminals disagree on goes into a pipe, but to none of them. */
static void test_without_width(void **state)
{
    struct e2e e2e;
    int status;
    (void)state;
    e2e_begin(&e2e);
    assert_true(e2e_shell(&e2e, "note add -m 'join\xE2\x80\x8C"
                                "ed\xC2\xAD here'"));
    e2e_start(&e2e, 24, 80, "note", "show", "--raw", "11", NULL);
    assert_true(pty_wait_exit(e2e.pty, WAIT, &status));
    assert_int_equal(status, 0);
    assert_true(pty_shows(e2e.pty, "joined here"));
    size_t len;
    assert_non_null(strstr(pty_raw(e2e.pty, &len), "joined here"));
    e2e_end(&e2e);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_terminals),
        cmocka_unit_test(test_dumb_terminal),
        cmocka_unit_test(test_no_terminal),
        cmocka_unit_test(test_colours),
        cmocka_unit_test(test_plain_ascii),
        cmocka_unit_test(test_typed_without_locale),
        cmocka_unit_test(test_without_width),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
