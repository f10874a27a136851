/* Trust: after stops, thousands of sizes and on every kind of terminal the screen is the
 * one that a program shows which has just been started, cell by cell. */
#include "e2e.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/mem.h"
#include "cli_check.h"
#include "raw_check.h"
#include "support.h"
#include "torture.h"

enum { ROWS = 24, COLS = 80 };

/* What the person is at, keys that may be pressed there, and keys that lead from all
 * they lead to back to one place. */
static const struct scene {
    const char *keys, *shows;
    const char *meanwhile[7];
    const char *settle;
    bool prompt; /* ^Z means nothing there */
} scenes[] = {
    { "jj", " 3/", { "j", "k", "5j", "G", "gg", "zM", "\004" }, ":unfold-all\r:top\r", false },
    { "3j\r", "Free-threaded", { "j", "k", "G", "gg", " ", "b", "\004" }, "h:top\r3j\rgg",
        false },
    { "?", "keys, as they are now", { "j", "k", "G", "gg", " ", "b", "\004" }, "gg", false },
    { "/gpu\r", "6 found", { "j", "k", "G", "gg", " ", "b", "\025" }, "gg", false },
    { "gn", "notes", { "j", "k", "G", "gg", " ", "b", "\004" }, "gg", false },
    { "/gpu", "\n/gpu", { "x", "\177", "\001", "\005", "\006", "\002", "zz" }, "\005\025gpu",
        true },
    { "3jahalf", "half", { "x", "\177", "\001", "\005", "\006", "\002", "zz" },
        "\007:top\r3jahalf", true },
    { "\020gil", "gil", { "x", "\177", "\001", "\005", "\006", "\002", "zz" },
        "\007:top\r\020gil", true },
};

/* --- what a screen is --------------------------------------------------- */

struct shot {
    struct pty_cell cells[ROWS * COLS];
    int row, col;
    bool visible;
};

static void take_shot(const struct pty *pty, struct shot *shot)
{
    memset(shot, 0, sizeof *shot);
    for (int i = 0; i < ROWS * COLS; i++) {
        struct pty_cell cell = pty_cell(pty, i / COLS, i % COLS);
        /* A blank is a blank, drawn or not. */
        if (cell.text[0] == '\0' && cell.width > 0)
            cell.text[0] = ' ';
        shot->cells[i] = cell;
    }
    shot->visible = pty_cursor_visible(pty);
    if (shot->visible)
        pty_cursor(pty, &shot->row, &shot->col);
}

static bool same_colour(struct pty_color a, struct pty_color b)
{
    return a.kind == b.kind
           && (a.kind == PTY_COLOR_DEFAULT
               || (a.red == b.red && a.green == b.green && a.blue == b.blue));
}

static bool same_cell(const struct pty_cell *a, const struct pty_cell *b)
{
    return strcmp(a->text, b->text) == 0 && a->width == b->width && a->bold == b->bold
           && a->italic == b->italic && a->underline == b->underline && a->reverse == b->reverse
           && a->strike == b->strike && same_colour(a->fg, b->fg) && same_colour(a->bg, b->bg);
}

/* What a program of its own shows, just started and led to the scene, once it has been
 * quiet for so long. */
static void shoot_fresh(const struct scene *scene, int quiet, struct shot *shot)
{
    struct e2e e2e;
    e2e_open(&e2e);
    e2e_keys(&e2e, scene->keys);
    e2e_wait(&e2e, scene->shows);
    e2e_keys(&e2e, scene->settle);
    e2e_wait(&e2e, scene->shows[0] == ' ' ? " 1/" : scene->shows);
    assert_true(pty_wait_quiet(e2e.pty, quiet));
    take_shot(e2e.pty, shot);
    e2e_end(&e2e);
}

static bool is_like(const struct pty *pty, const void *data)
{
    const struct shot *want = data;
    struct shot now;
    take_shot(pty, &now);
    for (int i = 0; i < ROWS * COLS; i++)
        if (!same_cell(&now.cells[i], &want->cells[i]))
            return false;
    return now.visible == want->visible && now.row == want->row && now.col == want->col;
}

static void print_difference(const struct pty *pty, const struct shot *want)
{
    struct shot now;
    char *screen = pty_screen(pty);
    fprintf(stderr, "%s\n", screen);
    free(screen);
    take_shot(pty, &now);
    for (int i = 0; i < ROWS * COLS; i++)
        if (!same_cell(&now.cells[i], &want->cells[i]))
            fprintf(stderr, "row %d column %d: '%s', not '%s'\n", i / COLS, i % COLS,
                now.cells[i].text, want->cells[i].text);
}

/* Waits until the screen is a fresh one's. A machine that has much else to do may have
 * kept the fresh one from showing all it had: it is asked once more, patiently. */
static void wait_like_fresh(struct e2e *e2e, const struct scene *scene, const char *after)
{
    static struct shot shots[SUPPORT_COUNT(scenes)];
    static bool known[SUPPORT_COUNT(scenes)];
    size_t which = (size_t)(scene - scenes);
    if (!known[which])
        shoot_fresh(scene, 60, &shots[which]);
    known[which] = true;
    if (pty_wait(e2e->pty, is_like, &shots[which], 2000))
        return;
    shoot_fresh(scene, 1000, &shots[which]);
    if (pty_wait(e2e->pty, is_like, &shots[which], WAIT))
        return;
    print_difference(e2e->pty, &shots[which]);
    fail_msg("after %s the screen of scene %zu is not a fresh one's", after, which);
}

static void open_scene(struct e2e *e2e, const struct scene *scene)
{
    e2e_open(e2e);
    e2e_keys(e2e, scene->keys);
    e2e_wait(e2e, scene->shows);
}

/* --- sizes ------------------------------------------------------------- */

static void random_size(uint64_t *random, int *rows, int *cols)
{
    bool tiny = support_random(random) % 3 == 0;
    *rows = 1 + (int)(support_random(random) % (tiny ? 6 : 200));
    *cols = 1 + (int)(support_random(random) % (tiny ? 30 : 500));
}

/* Smaller and back at once: the program finds its old size, the terminal has cut what it
 * showed. */
static void there_and_back(struct e2e *e2e, const struct scene *scene)
{
    e2e_keys(e2e, scene->settle);
    for (int i = 0; i < 5; i++) {
        pty_resize(e2e->pty, 7, 20);
        pty_resize(e2e->pty, ROWS, COLS);
    }
    wait_like_fresh(e2e, scene, "a smaller size and back");
}

/* Keys, a size and more keys while the program is at the first: each meets its size. */
static void test_keys_around_a_size(void **state)
{
    const struct scene *scene = &scenes[1];
    int rounds = torture_rounds(1000, 100);
    struct e2e e2e;
    (void)state;
    open_scene(&e2e, scene);
    for (int i = 0; i < rounds; i++) {
        pty_resize(e2e.pty, 2 + i % 10, COLS);
        e2e_keys(&e2e, "GggGggGggGggGggGgg");
        pty_resize(e2e.pty, ROWS, COLS);
        e2e_keys(&e2e, scene->settle);
        wait_like_fresh(&e2e, scene, "keys before and behind a size");
    }
    e2e_end(&e2e);
}

static void test_sizes(void **state)
{
    int total = torture_rounds(2000, 64);
    int each = total / (int)SUPPORT_COUNT(scenes) + 1;
    uint64_t random = 21;
    (void)state;
    for (size_t s = 0; s < SUPPORT_COUNT(scenes); s++) {
        struct e2e e2e;
        open_scene(&e2e, &scenes[s]);
        there_and_back(&e2e, &scenes[s]);
        for (int i = 1; i <= each; i++) {
            int rows, cols;
            random_size(&random, &rows, &cols);
            pty_resize(e2e.pty, rows, cols);
            e2e_keys(&e2e, scenes[s].meanwhile[support_random(&random) % 7]);
            if (i % 50 == 0 || i == each) {
                pty_resize(e2e.pty, ROWS, COLS);
                e2e_keys(&e2e, scenes[s].settle);
                wait_like_fresh(&e2e, &scenes[s], "many sizes");
            }
        }
        e2e_end(&e2e);
    }
    print_message("figure: %d random sizes from 1 x 1 to 500 x 200 with keys between: the "
                  "screen right after\n",
        each * (int)SUPPORT_COUNT(scenes));
}

/* --- stops ------------------------------------------------------------- */

static bool is_ours(const struct pty *pty, const void *data)
{
    (void)data;
    return pty_alt_screen(pty) && pty_mode(pty, 2004) && !pty_termios_restored(pty);
}

static void stop_once(struct e2e *e2e, const struct scene *scene, int how, bool resized)
{
    struct pty *pty = e2e->pty;
    if (how == 0 && !scene->prompt)
        e2e_keys(e2e, "\032");
    else
        kill(pty_pid(pty), how == 2 ? SIGSTOP : SIGTSTP);
    if (!pty_wait_stop(pty, WAIT))
        fail_msg("it does not stop");
    if (how != 2) {
        assert_true(pty_termios_restored(pty) && !pty_alt_screen(pty));
        assert_true(pty_cursor_visible(pty) && pty_mouse(pty) == PTY_MOUSE_NONE);
        size_t len;
        const char *raw = pty_raw(pty, &len);
        char *wrong = raw_check(raw, len, 0);
        if (wrong != NULL)
            fail_msg("stopped: %s", wrong);
    } else
        pty_set_termios(pty, pty_termios_before(pty)); /* as a shell does */
    if (resized)
        pty_resize(pty, 50, 132);
    pty_continue(pty);
    if (resized)
        pty_resize(pty, ROWS, COLS);
    assert_true(pty_wait(pty, is_ours, NULL, WAIT));
    wait_like_fresh(e2e, scene, resized ? "a stop and a resize" : "a stop");
}

static void test_stops(void **state)
{
    int rounds = torture_rounds(20, 1), stops = 0;
    (void)state;
    for (size_t s = 0; s < SUPPORT_COUNT(scenes); s++) {
        struct e2e e2e;
        open_scene(&e2e, &scenes[s]);
        e2e_keys(&e2e, scenes[s].settle);
        wait_like_fresh(&e2e, &scenes[s], "the start");
        for (int i = 0; i < rounds * 6; i++, stops++)
            stop_once(&e2e, &scenes[s], i % 3, i % 2 != 0);
        e2e_end(&e2e);
    }
    print_message("figure: %d times stopped and continued, half with a resize: the terminal "
                  "free, then the screen right\n",
        stops);
}

/* --- terminals --------------------------------------------------------- */

static char *long_name(void)
{
    struct buf name = { 0 };
    buf_adds(&name, "TERM=");
    for (int i = 0; i < 5000; i++)
        buf_addc(&name, 'x');
    return buf_take(&name);
}

static bool is_clear(const struct pty *pty, const void *data)
{
    return pty_shows(pty, data) || pty_shows(pty, "talkbook: ");
}

/* Nothing but one line, without a byte that acts, and status 1. */
static void check_one_line(struct e2e *e2e)
{
    int status, lines = 0;
    size_t len;
    assert_true(pty_wait_exit(e2e->pty, WAIT, &status));
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 1);
    const char *raw = pty_raw(e2e->pty, &len);
    for (size_t i = 0; i < len; i++) {
        if (((unsigned char)raw[i] < ' ' && strchr("\r\n", raw[i]) == NULL) || raw[i] == 0x7F)
            fail_msg("byte %02X: %.200s", (unsigned char)raw[i], raw);
        lines += raw[i] == '\n';
    }
    assert_int_equal(lines, 2); /* "before" and it */
    assert_true(pty_termios_restored(e2e->pty));
}

static void check_terminal(const char *term, const char *locale, bool line)
{
    struct e2e e2e;
    const char *shows = strcmp(locale, "LC_ALL=C") == 0 ? "v Speed" : "▾ Speed";
    e2e_begin(&e2e);
    e2e.env[0] = term;
    e2e.env[1] = locale;
    /* ncurses leaks what it made for a terminal that it then does not know. */
    e2e.env[2] = "ASAN_OPTIONS=detect_leaks=0";
    e2e_start(&e2e, ROWS, COLS, NULL);
    if (!pty_wait(e2e.pty, is_clear, shows, WAIT))
        fail_msg("%.80s %s: neither a screen nor a line", term, locale);
    if (line)
        check_one_line(&e2e);
    else {
        e2e_wait(&e2e, " by theme");
        e2e_keys(&e2e, "jj");
        e2e_wait(&e2e, " 3/");
        e2e_quit_plain(&e2e);
        size_t len;
        const char *raw = pty_raw(e2e.pty, &len);
        char *wrong = raw_check(raw, len, 0);
        if (wrong != NULL)
            fail_msg("%.80s: %s", term, wrong);
        for (size_t i = 0; i < len && strcmp(locale, "LC_ALL=C") == 0; i++)
            assert_true((unsigned char)raw[i] < 0x80);
    }
    e2e_end(&e2e);
}

static void test_terminals(void **state)
{
    char *name = long_name();
    const struct {
        const char *term;
        bool line;
    } terms[] = { { "TERM", false }, { "TERM=", false }, { "TERM=dumb", true },
        { "TERM=nosuch-terminal", false }, { "TERM=vt100", false },
        { "TERM=xterm-kitty", false }, { "TERM=xterm", false }, { "TERM=tmux", false },
        { "TERM=../../../etc/passwd", false }, { "TERM=/etc/passwd", false },
        { "TERM=\033]0;owned\a\033[31m", false }, { name, false }, { "TERM=unknown", false } };
    static const char *const locales[] = { "LC_ALL=C.UTF-8", "LC_ALL=C", "LC_ALL=no_SUCH" };
    (void)state;
    for (size_t t = 0; t < SUPPORT_COUNT(terms); t++)
        for (size_t l = 0; l < (t < 6 ? 2 : 1); l++)
            check_terminal(terms[t].term, locales[l], terms[t].line);
    print_message(
        "figure: %zu kinds of TERM: a right screen or one line\n", SUPPORT_COUNT(terms));
    free(name);
}

/* --- no terminal ------------------------------------------------------- */

static void test_no_terminal(void **state)
{
    static const char *const shells[] = { "exec \"$0\" </dev/null", "exec \"$0\" <&-",
        "exec \"$0\" </dev/null 2>&1 | cat >&2; exit 1", "exec \"$0\" </proc/nowhere" };
    struct program *p = *state;
    for (int terminal = 0; terminal < 2; terminal++) {
        p->terminal = terminal != 0;
        program_run(p, NULL);
        assert_one_line(p, 1, "the browser needs a terminal");
    }
    p->terminal = false;
    for (size_t i = 0; i < SUPPORT_COUNT(shells); i++) {
        const char *argv[] = { "/bin/sh", "-c", shells[i], program_name(), NULL };
        program_exec(p, argv);
        assert_true(p->status != 0 && p->out.len == 0);
        assert_inert(program_err(p), p->err.len);
        assert_int_equal(strcspn(program_err(p), "\n") + 1, p->err.len);
    }
    /* Nor is there anything to write to. */
    const char *argv[] = { "/bin/sh", "-c", "exec \"$0\" <&- >&- 2>&-", program_name(), NULL };
    program_exec(p, argv);
    assert_int_equal(p->status, 1);
}

/* Standard input is none, standard output is one. */
static void test_only_output_is_a_terminal(void **state)
{
    struct e2e e2e;
    (void)state;
    e2e_begin(&e2e);
    const char *argv[] = { "/bin/sh", "-c", "echo before; exec \"$0\" </dev/null",
        program_name(), NULL };
    e2e.pty = pty_spawn(
        &(struct pty_opts){ .argv = argv, .home = e2e.home, .rows = 24, .cols = 120 });
    assert_non_null(e2e.pty);
    check_one_line(&e2e);
    e2e_end(&e2e);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_keys_around_a_size),
        cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_stops),
        cmocka_unit_test(test_terminals),
        CLI_TEST(test_no_terminal),
        cmocka_unit_test(test_only_output_is_a_terminal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
