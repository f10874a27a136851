/* Trust: a monkey at the keyboard, without a terminal and on one. It finds no fault, the
 * program still answers, and of what was written nothing is lost. */
#include "e2e.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "cmd/key.h"
#include "kept.h"
#include "support.h"
#include "torture.h"
#include "ui_support.h"

struct monkey {
    uint64_t seed;
    struct kept *kept;
    size_t notes;
    size_t may_delete; /* since the last look: keys that may have deleted a note */
    size_t deleted;
};

static uint32_t random_number(struct monkey *monkey, uint32_t below)
{
    monkey->seed ^= monkey->seed << 13;
    monkey->seed ^= monkey->seed >> 7;
    monkey->seed ^= monkey->seed << 17;
    return (uint32_t)(monkey->seed >> 33) % below;
}

static void monkey_begin(struct monkey *monkey)
{
    const char *seed = getenv("MONKEY_SEED");
    *monkey = (struct monkey){ .seed = 0x9E3779B97F4A7C15u, .kept = kept_new() };
    if (seed != NULL)
        monkey->seed = strtoull(seed, NULL, 0) | 1;
}

/* Mostly keys that mean something; now and then anything at all. */
static uint32_t random_key(struct monkey *monkey)
{
    static const char often[] =
        "jjjkkkhlgGzaMRnN/&?:aAeDuswrt123450dptrsS]['moyTq|\t\r\x1b \x7f";
    static const uint32_t rare[] = { TK_UP, TK_DOWN, TK_LEFT, TK_RIGHT, TK_HOME, TK_END,
        TK_PAGE_UP, TK_PAGE_DOWN, TK_DELETE, TK_INSERT, TK_SHIFT_TAB, TK_F1, TK_PASTE_START,
        TK_PASTE_END, TK_META | 'b', TK_META | 'f', 0x4E2D, 0x301, 0x1F40D, 0x202E, 0xE9 };
    uint32_t kind = random_number(monkey, 20);
    if (kind < 14)
        return (uint32_t)(unsigned char)often[random_number(monkey, sizeof often - 1)];
    if (kind < 16)
        return random_number(monkey, 0x20);
    if (kind < 18)
        return rare[random_number(monkey, sizeof rare / sizeof rare[0])];
    return kind == 18 ? 0x20 + random_number(monkey, 0x60) : random_number(monkey, 0x110000);
}

/* D deletes; u and ^R take an addition back and do a deletion again. */
static void note_key(struct monkey *monkey, uint32_t key)
{
    monkey->may_delete += key == 'D' || key == 'u' || key == 0x12;
}

static void look(struct monkey *monkey, const char *path)
{
    size_t trashed;
    char *lost = kept_look(monkey->kept, path, &monkey->notes, &trashed);
    if (lost != NULL)
        fail_msg("%s", lost);
    monkey->deleted += trashed;
    if (trashed > monkey->may_delete)
        fail_msg("%zu notes deleted by %zu keys", trashed, monkey->may_delete);
    monkey->may_delete = 0;
}

/* --- without a terminal ------------------------------------------------- */

static void one_step(struct monkey *monkey, struct ui *ui)
{
    struct app *app = &ui->app;
    uint32_t kind = random_number(monkey, 400);
    if (kind < 4)
        app_resize(
            app, 1 + (int)random_number(monkey, 50), 1 + (int)random_number(monkey, 160));
    else if (kind < 8)
        app_mouse(app, (enum app_button)random_number(monkey, 3),
            (int)random_number(monkey, 50), (int)random_number(monkey, 160));
    else if (kind < 9)
        app_tick(app);
    else {
        uint32_t key = random_key(monkey);
        note_key(monkey, key);
        app_key(app, key);
    }
    app->quit = false;
    app_prepare(app);
    ui->run_status = random_number(monkey, 3) == 0;
    ui->cannot_run = random_number(monkey, 4) == 0;
    ui->edit_to = random_number(monkey, 2) == 0 ? "monkey\n\nwas *here*" : NULL;
    buf_clear(&ui->asked);
}

/* Every note that ever was can be read, and is listed unless it was deleted. */
static void check_lists(struct ui *ui)
{
    struct err err = { 0 };
    struct note note;
    struct note_list list = { 0 };
    size_t kept = 0;
    for (int64_t id = 1; db_note_read(ui->db, id, &note, &err); id++) {
        assert_true(note_trimmed(note.body) > 0);
        kept += !note.deleted;
        note_release(&note);
    }
    err_release(&err);
    assert_true(db_notes_read(ui->db, NULL, NULL, 0, 10000000, &list, &err));
    assert_int_equal(list.count, kept);
    note_list_release(&list);
}

static void test_monkey(void **state)
{
    int steps = torture_rounds(1000000, 20000);
    struct monkey monkey;
    struct ui ui;
    struct buf report = { 0 };
    struct err err = { 0 };
    (void)state;
    ui_group_begin(state);
    monkey_begin(&monkey);
    ui_open(&ui, UI_CATALOG, 24, 80);
    for (int i = 1; i <= steps; i++) {
        one_step(&monkey, &ui);
        if (i % 16 == 0)
            ui_check_grid(&ui);
        if (i % 2000 == 0 || i == steps)
            look(&monkey, ui.path);
    }
    check_lists(&ui);
    if (!db_check(ui.db, &report, &err))
        fail_msg("%s%s", err_text(&err), buf_text(&report));
    print_message("figure: %d keys and sizes without a terminal: %zu notes, %zu deleted by "
                  "commands, nothing lost\n",
        steps, monkey.notes, monkey.deleted);
    assert_true(monkey.notes > 10);
    buf_release(&report);
    ui_close(&ui);
    kept_free(monkey.kept);
    ui_group_end(state);
}

/* --- on a terminal ------------------------------------------------------ */

/* As a terminal sends the key; what is no key is a broken character. */
static void add_key(struct monkey *monkey, uint32_t key, struct buf *out)
{
    static const struct {
        uint32_t key;
        const char *bytes;
    } sequences[] = { { TK_UP, "\033OA" }, { TK_DOWN, "\033[B" }, { TK_LEFT, "\033OD" },
        { TK_RIGHT, "\033[C" }, { TK_HOME, "\033[H" }, { TK_END, "\033OF" },
        { TK_PAGE_UP, "\033[5~" }, { TK_PAGE_DOWN, "\033[6~" }, { TK_DELETE, "\033[3~" },
        { TK_INSERT, "\033[2~" }, { TK_SHIFT_TAB, "\033[Z" }, { TK_F1, "\033OP" },
        { TK_PASTE_START, "\033[200~" }, { TK_PASTE_END, "\033[201~" },
        { TK_META | 'b', "\033b" }, { TK_META | 'f', "\033f" } };
    char bytes[4];
    for (size_t i = 0; i < SUPPORT_COUNT(sequences); i++)
        if (sequences[i].key == key) {
            buf_adds(out, sequences[i].bytes);
            return;
        }
    /* Not the pipe to a shell, nor what stops the output while an editor runs. */
    if (key == '|' || key == 0x13)
        return;
    if (random_number(monkey, 100) == 0)
        buf_addf(out, "\033[<%u;%u;%u%c", random_number(monkey, 70), random_number(monkey, 99),
            random_number(monkey, 40), random_number(monkey, 2) == 0 ? 'M' : 'm');
    else if (random_number(monkey, 100) == 0)
        buf_addc(out, (char)(0x80 + random_number(monkey, 0x80)));
    else
        buf_add(out, bytes, utf8_encode(key, bytes));
}

static void start(struct e2e *e2e)
{
    e2e_start(e2e, 24, 80, NULL);
    e2e_wait(e2e, "talks");
}

/* Goes on after ^Z, and starts anew after a quit; true where it did. */
static bool revive(struct e2e *e2e)
{
    int status;
    if (pty_wait_stop(e2e->pty, 0))
        pty_continue(e2e->pty);
    if (!pty_wait_exit(e2e->pty, 0, &status))
        return false;
    /* A ^C that comes while it is stopped is the terminal's, and ends it. */
    bool right = WIFEXITED(status) ? WEXITSTATUS(status) == 0
                                   : WTERMSIG(status) == SIGINT || WTERMSIG(status) == SIGQUIT;
    if (!right) {
        char *screen = pty_screen(e2e->pty);
        fprintf(stderr, "%s\n", screen);
        free(screen);
        fail_msg("status %x", (unsigned)status);
    }
    assert_true(pty_termios_restored(e2e->pty) && !pty_alt_screen(e2e->pty));
    pty_free(e2e->pty);
    start(e2e);
    return true;
}

/* It answers: out of whatever it is in, a command that is none is told apart. */
static void check_alive(struct e2e *e2e, int number)
{
    char command[64], answer[64];
    snprintf(command, sizeof command, "\033[201~\007\007\007:alive%d\r", number);
    snprintf(answer, sizeof answer, "no command 'alive%d'", number);
    pty_resize(e2e->pty, 24, 80);
    for (int i = 0; i < 20; i++) {
        e2e_keys(e2e, command);
        e2e->quiet = true;
        if (pty_wait_text(e2e->pty, answer, 1000))
            return;
        revive(e2e);
    }
    e2e_wait(e2e, answer);
}

static void set_up_programs(struct e2e *e2e, struct buf env[4])
{
    static const char *const names[] = { "mpv", "xdg-open", "yt-dlp" };
    char *bin = support_path(e2e->home, "bin");
    assert_int_equal(mkdir(bin, 0700), 0);
    for (size_t i = 0; i < SUPPORT_COUNT(names); i++) {
        char *name = support_path("bin", names[i]);
        free(e2e_script(e2e, name, "exit 1"));
        free(name);
    }
    free(e2e_script(e2e, "bin/editor", "echo \"monkey $$\" >>\"$1\"; exit $(($$ % 3 / 2))"));
    buf_addf(&env[0], "PATH=%s", bin);
    buf_addf(&env[1], "EDITOR=%s/editor", bin);
    buf_addf(&env[2], "BROWSER=%s/xdg-open", bin);
    for (int i = 0; i < 3; i++)
        e2e->env[i] = env[i].data;
    free(bin);
}

static void press_keys(struct monkey *monkey, struct e2e *e2e, int count)
{
    struct buf keys = { 0 };
    for (int i = 0; i < count; i++) {
        uint32_t key = random_key(monkey);
        note_key(monkey, key);
        add_key(monkey, key, &keys);
    }
    /* Not one column: what the terminal itself echoes while the program is stopped may be
     * wide, and libvterm 0.1.4 has no room for it. */
    if (random_number(monkey, 4) == 0)
        pty_resize(
            e2e->pty, 1 + (int)random_number(monkey, 60), 2 + (int)random_number(monkey, 199));
    pty_send_bytes(e2e->pty, buf_text(&keys), keys.len);
    pty_wait_quiet(e2e->pty, 1);
    buf_release(&keys);
}

static void test_monkey_on_a_terminal(void **state)
{
    enum { BURST = 20, CHECK = 500 };
    int count = torture_rounds(50000, 1500), starts = 1;
    struct monkey monkey;
    struct e2e e2e;
    struct buf env[4] = { { 0 } };
    (void)state;
    monkey_begin(&monkey);
    e2e_begin(&e2e);
    set_up_programs(&e2e, env);
    start(&e2e);
    char *path = support_path(e2e.home, ".local/share/talkbook/talkbook.db");
    for (int i = 0; i < count; i += BURST) {
        press_keys(&monkey, &e2e, BURST);
        starts += revive(&e2e);
        if (i % CHECK == 0) {
            check_alive(&e2e, i);
            look(&monkey, path);
        }
    }
    check_alive(&e2e, count);
    e2e_quit_plain(&e2e);
    look(&monkey, path);
    assert_true(e2e_shell(&e2e, "doctor"));
    print_message("figure: %d keys and sizes on a terminal, %d starts: %zu notes, %zu deleted "
                  "by commands, nothing lost\n",
        count, starts, monkey.notes, monkey.deleted);
    for (int i = 0; i < 4; i++)
        buf_release(&env[i]);
    free(path);
    kept_free(monkey.kept);
    e2e_end(&e2e);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_monkey),
        cmocka_unit_test(test_monkey_on_a_terminal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
