/* Owns starting the program and what every end of it must leave behind. */
#include "e2e.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/mem.h"
#include "support.h"

enum { ARGUMENTS_MAX = 16 };

static const char *program(void)
{
    const char *path = getenv("TALKBOOK");
    return path != NULL ? path : "build/talkbook";
}

void e2e_begin(struct e2e *e2e)
{
    *e2e = (struct e2e){ .home = support_dir() };
}

void e2e_start(struct e2e *e2e, int rows, int cols, ...)
{
    const char *argv[ARGUMENTS_MAX] = { "/bin/sh", "-c", "echo before; exec \"$0\" \"$@\"" };
    int count = 3;
    va_list args;
    argv[count++] = program();
    va_start(args, cols);
    for (const char *arg;
         count < ARGUMENTS_MAX - 1 && (arg = va_arg(args, const char *)) != NULL;)
        argv[count++] = arg;
    va_end(args);
    e2e->pty = pty_spawn(&(struct pty_opts){ .argv = argv,
        .env = e2e->env,
        .home = e2e->home,
        .rows = rows,
        .cols = cols,
        .quiet = e2e->quiet });
    assert_non_null(e2e->pty);
}

void e2e_wait(struct e2e *e2e, const char *text)
{
    if (!pty_wait_text(e2e->pty, text, WAIT))
        fail_msg("not shown: %s", text);
}

void e2e_wait_gone(struct e2e *e2e, const char *text)
{
    if (!pty_wait_gone(e2e->pty, text, WAIT))
        fail_msg("still shown: %s", text);
}

static bool cursor_is_at(const struct pty *pty, const void *data)
{
    const int *at = data;
    int row, col;
    pty_cursor(pty, &row, &col);
    return at[0] < 0 ? !pty_cursor_visible(pty)
                     : pty_cursor_visible(pty) && row == at[0] && col == at[1];
}

void e2e_wait_cursor(struct e2e *e2e, int row, int col)
{
    const int at[] = { row, col };
    if (!pty_wait(e2e->pty, cursor_is_at, at, WAIT))
        fail_msg("the cursor is not at %d, %d", row, col);
}

void e2e_wait_list(struct e2e *e2e)
{
    e2e_wait(e2e, "by theme · 106 talks");
    e2e_wait(e2e, " by theme");
}

void e2e_open(struct e2e *e2e)
{
    e2e_begin(e2e);
    e2e_start(e2e, 24, 80, NULL);
    e2e_wait_list(e2e);
}

void e2e_keys(struct e2e *e2e, const char *keys)
{
    pty_send(e2e->pty, keys);
}

void e2e_end(struct e2e *e2e)
{
    pty_free(e2e->pty);
    support_remove(e2e->home);
}

int e2e_wait_end(struct e2e *e2e)
{
    struct pty *pty = e2e->pty;
    int status;
    if (!pty_wait_exit(pty, WAIT, &status))
        fail_msg("the program does not end");
    assert_true(pty_termios_restored(pty));
    assert_false(pty_alt_screen(pty));
    assert_true(pty_cursor_visible(pty));
    assert_int_equal(pty_mouse(pty), PTY_MOUSE_NONE);
    assert_false(pty_mode(pty, 2004) || pty_mode(pty, 1) || pty_mode(pty, 1006));
    char *row = pty_row(pty, 0);
    assert_string_equal(row, "before");
    free(row);
    assert_int_equal(pty_find(pty, "106 talks", NULL), -1);
    /* What is written next has no colour left over. */
    struct pty_cell cell = pty_cell(pty, 0, 0);
    assert_false(cell.bold || cell.reverse || cell.underline);
    return status;
}

void e2e_quit(struct e2e *e2e)
{
    e2e_keys(e2e, "Q");
    int status = e2e_wait_end(e2e);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

void e2e_quit_plain(struct e2e *e2e)
{
    int status;
    e2e_keys(e2e, "Q");
    assert_true(pty_wait_exit(e2e->pty, WAIT, &status));
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    assert_true(pty_termios_restored(e2e->pty));
    assert_true(pty_cursor_visible(e2e->pty));
}

char *e2e_script(struct e2e *e2e, const char *name, const char *body)
{
    struct buf text = { 0 };
    char *path = support_path(e2e->home, name);
    buf_addf(&text, "#!/bin/sh\n%s\n", body);
    support_write(path, text.data, text.len);
    assert_int_equal(chmod(path, 0700), 0);
    buf_release(&text);
    return path;
}

bool e2e_shell(struct e2e *e2e, const char *arguments)
{
    struct buf line = { 0 };
    buf_addf(&line, "</dev/null HOME='%s' TALKBOOK_DB= XDG_DATA_HOME= '%s' %s >/dev/null",
        e2e->home, program(), arguments);
    int status = system(line.data);
    buf_release(&line);
    return status == 0;
}

char *e2e_wait_file(struct e2e *e2e, const char *name, const char *text)
{
    char *path = support_path(e2e->home, name);
    double end = log_clock() + WAIT;
    struct buf content = { 0 };
    for (;;) {
        buf_clear(&content);
        if (support_read(path, &content) && strstr(buf_text(&content), text) != NULL)
            break;
        if (log_clock() > end)
            fail_msg("%s has no %s: %s", path, text, buf_text(&content));
        poll(NULL, 0, 5);
    }
    free(path);
    return buf_take(&content);
}
