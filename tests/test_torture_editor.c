/* Trust: the editor and its draft. No shell runs: $EDITOR is split into words as a shell
 * would split them, and that is all. Whatever the environment and whatever the editor
 * leaves behind, nothing outside the drafts' directory is read or written. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support.h"

#include <cmocka.h>

#include "cli_check.h"

/* An editor that writes down its words, one a line, and adds a line to the draft. */
static char *make_editor(const struct program *p, const char *name)
{
    char *path = support_path(p->home, name);
    struct buf text = { 0 };
    buf_addf(&text,
        "#!/bin/sh\nprintf '<%%s>\\n' \"$@\" >'%s/given'\n"
        "for draft; do :; done\nstat -c %%a \"$draft\" >'%s/mode'\necho more >>\"$draft\"\n",
        p->home, p->home);
    support_write(path, text.data, text.len);
    assert_int_equal(chmod(path, 0700), 0);
    buf_release(&text);
    return path;
}

static int edit(struct program *p, const char *format, const char *value)
{
    struct buf env = { 0 };
    buf_addf(&env, "%s%s", format, value);
    p->env[0] = env.data;
    p->terminal = true;
    program_run(p, "note", "edit", "1", NULL);
    p->terminal = false;
    p->env[0] = NULL;
    assert_inert(program_out(p), p->out.len);
    assert_inert(program_err(p), p->err.len);
    buf_release(&env);
    return p->status;
}

static bool read_home(const struct program *p, const char *name, struct buf *out)
{
    char *path = support_path(p->home, name);
    buf_clear(out);
    bool there = support_read(path, out);
    unlink(path);
    free(path);
    return there;
}

/* --- $EDITOR ------------------------------------------------------------ */

/* % is the editor's path; given is what comes before the draft, NULL: not started. */
static const struct {
    const char *command, *given, *says;
} commands[] = {
    { "%", "", NULL },
    { "  %  ", "", NULL },
    { "% --wait", "<--wait>\n", NULL },
    { "% 'a b' \"c d\" e\\ f", "<a b>\n<c d>\n<e f>\n", NULL },
    { "'%' -x", "<-x>\n", NULL },
    { "% ''", "<>\n", NULL },
    { "% ; touch owned", "<;>\n<touch>\n<owned>\n", NULL },
    { "% && touch owned", "<&&>\n<touch>\n<owned>\n", NULL },
    { "% | touch owned", "<|>\n<touch>\n<owned>\n", NULL },
    { "% > owned", "<>>\n<owned>\n", NULL },
    { "% $(touch owned)", "<$(touch>\n<owned)>\n", NULL },
    { "% `touch owned`", "<`touch>\n<owned`>\n", NULL },
    { "% $HOME ~ * ?", "<$HOME>\n<~>\n<*>\n<?>\n", NULL },
    { "% \033[31m \302\233 \342\200\256", "<\033[31m>\n<\302\233>\n<\342\200\256>\n", NULL },
    { "% #x", "<#x>\n", NULL },
    { "no-touch owned; %", NULL, "cannot start no-touch" },
    { "%;touch owned", NULL, "cannot start" },
    { "A=b %", NULL, "cannot start A=b" },
    { "$(touch owned)", NULL, "cannot start $(touch" },
    { "/proc/nowhere/editor", NULL, "cannot start /proc/nowhere/editor: No such file" },
    { "no-such-editor-anywhere --wait", NULL, "cannot start no-such-editor-anywhere" },
    { "--help", NULL, "cannot start --help" },
    { "/", NULL, "cannot start /" },
    { "''", NULL, "cannot start" },
    { "\033]0;owned\a", NULL, "cannot start <U+001B>]0;owned<U+0007>" },
    { "% 'open", NULL, "open quote" },
    { "\"", NULL, "open quote" },
};

static char *replace(const char *command, const char *editor)
{
    struct buf out = { 0 };
    for (const char *c = command; *c != '\0'; c++) {
        if (*c == '%')
            buf_adds(&out, editor);
        else
            buf_addc(&out, *c);
    }
    return buf_take(&out);
}

static void test_commands(void **state)
{
    struct program *p = *state;
    struct buf given = { 0 }, mode = { 0 };
    char *editor = make_editor(p, "editor");
    run_ok(p, "note", "add", "nogil", "-m", "text", NULL);
    for (size_t i = 0; i < SUPPORT_COUNT(commands); i++) {
        char *command = replace(commands[i].command, editor);
        edit(p, "EDITOR=", command);
        bool started = read_home(p, "given", &given);
        if (started != (commands[i].given != NULL))
            fail_msg("%s: %s%s", command, program_err(p), buf_text(&given));
        if (started) {
            assert_int_equal(p->status, 0);
            size_t len = strlen(commands[i].given);
            if (strncmp(buf_text(&given), commands[i].given, len) != 0)
                fail_msg("%s: %s", command, given.data);
            assert_non_null(strstr(given.data + len, "/.local/state/talkbook/drafts/note-"));
            assert_ptr_equal(strchr(given.data + len, '\n') + 1, given.data + given.len);
            assert_true(read_home(p, "mode", &mode));
            assert_string_equal(mode.data, "600\n");
        } else
            assert_one_line(p, 1, commands[i].says);
        free(command);
    }
    char *owned = support_path(p->home, "owned");
    assert_int_not_equal(access("owned", F_OK), 0);
    assert_int_not_equal(access(owned, F_OK), 0);
    print_message("figure: %zu values of $EDITOR: no shell runs\n", SUPPORT_COUNT(commands));
    free(owned), free(editor);
    buf_release(&given);
    buf_release(&mode);
}

/* --- places ------------------------------------------------------------- */

/* Each with the name of the variable; %s is the home. Works, or one clear line. */
static const struct {
    const char *form;
    const char *made; /* made in the home before: "f…" a file, "d…" a directory, "w…" one
                         that all may write, "l…" a link to /etc, "o…" somebody else's */
    bool works;
} places[] = {
    { "XDG_STATE_HOME=relative", NULL, true },
    { "XDG_STATE_HOME=", NULL, true },
    { "XDG_STATE_HOME=%s/new", NULL, true },
    { "XDG_STATE_HOME=%s/two\nlines", "dtwo\nlines", true },
    { "XDG_STATE_HOME=%s/\033[31m\342\200\256", "d\033[31m\342\200\256", true },
    { "XDG_STATE_HOME=%s/file", "ffile", false },
    { "XDG_STATE_HOME=%s/a", "wa/talkbook/drafts", false },
    { "XDG_STATE_HOME=%s/b", "lb/talkbook/drafts", false },
    { "XDG_STATE_HOME=%s/c", "oc/talkbook/drafts", false },
    { "XDG_STATE_HOME=/proc/self", NULL, false },
    { "XDG_STATE_HOME=/dev/null", NULL, false },
    { "XDG_CONFIG_HOME=relative", NULL, true },
    { "XDG_CONFIG_HOME=/dev/null", NULL, true },
    { "XDG_DATA_HOME=relative", NULL, true },
    { "XDG_DATA_HOME=/dev/null", NULL, false },
    { "TMPDIR=relative", NULL, true },
    { "TMPDIR=/proc/nowhere\n\033[31m", NULL, true },
    { "TMPDIR=/dev/null", NULL, true },
    { "SQLITE_TMPDIR=/proc/nowhere", NULL, true },
    { "TALKBOOK_CONFIG=/etc/shadow", NULL, true },
    { "TALKBOOK_DB=/dev/zero", NULL, false },
    { "HOME=relative", NULL, false },
    { "HOME=", NULL, false },
    { "HOME=/proc/nowhere/\033]0;x\a\n", NULL, false },
    { "HOME=/dev/null", NULL, false },
};

/* With the directories above it. */
static void make_place(const char *home, const char *made)
{
    char *path = support_path(home, made + 1);
    for (char *slash = path + strlen(home) + 1; (slash = strchr(slash, '/')) != NULL; slash++) {
        *slash = '\0';
        mkdir(path, 0700);
        *slash = '/';
    }
    if (made[0] == 'f')
        support_write(path, "", 0);
    else if (made[0] == 'l')
        assert_int_equal(symlink("/etc", path), 0);
    else
        assert_int_equal(mkdir(path, 0700), 0);
    if (made[0] == 'w')
        assert_int_equal(chmod(path, 0777), 0);
    if (made[0] == 'o' && chown(path, 65534, 65534) != 0)
        chmod(path, 0777); /* not root: another reason to refuse it */
    free(path);
}

static void test_places(void **state)
{
    struct program *p = *state;
    struct buf given = { 0 }, env = { 0 }, editor = { 0 };
    char *path = make_editor(p, "editor");
    buf_addf(&editor, "EDITOR=%s", path);
    run_ok(p, "note", "add", "nogil", "-m", "text", NULL);
    for (size_t i = 0; i < SUPPORT_COUNT(places); i++) {
        buf_clear(&env);
        for (const char *c = places[i].form; *c != '\0'; c++) {
            bool here = strncmp(c, "%s", 2) == 0;
            buf_adds(&env, here ? p->home : (char[]){ *c, '\0' });
            c += here;
        }
        if (places[i].made != NULL)
            make_place(p->home, places[i].made);
        p->env[1] = editor.data;
        edit(p, "", env.data);
        bool started = read_home(p, "given", &given);
        if (started != places[i].works || (p->status == 0) != places[i].works)
            fail_msg(
                "%s: status %d, %s%s", env.data, p->status, program_err(p), buf_text(&given));
        if (!places[i].works)
            assert_one_line(p, 1, "");
    }
    assert_int_not_equal(access("/etc/note.md", F_OK), 0);
    print_message(
        "figure: %zu hostile places: worked in, or one clear line\n", SUPPORT_COUNT(places));
    free(path);
    buf_release(&given), buf_release(&env), buf_release(&editor);
}

/* --- what the editor leaves -------------------------------------------- */

static void test_what_is_left(void **state)
{
    static const char *const bodies[] = { "rm \"$1\"; ln -s \"$HOME/secret\" \"$1\"",
        "rm \"$1\"; ln -s /etc/passwd \"$1\"", "rm \"$1\"; mkfifo \"$1\"",
        "rm \"$1\"; mkdir \"$1\"", "rm \"$1\"; ln -s /dev/zero \"$1\"",
        "rm \"$1\"; ln -s \"$1\" \"$1\"", "rm \"$1\"", "printf '\\377' >\"$1\"",
        "printf 'a\\0b' >\"$1\"", "exit 3", "kill -9 $$", "rm -rf \"$(dirname \"$1\")\"" };
    struct program *p = *state;
    struct buf text = { 0 }, secret = { 0 };
    char *editor = support_path(p->home, "editor"), *hidden = support_path(p->home, "secret");
    support_write(hidden, "secret", 6);
    run_ok(p, "note", "add", "nogil", "-m", "as it was", NULL);
    for (size_t i = 0; i < SUPPORT_COUNT(bodies); i++) {
        buf_clear(&text);
        buf_addf(&text, "#!/bin/sh\n%s\n", bodies[i]);
        support_write(editor, text.data, text.len);
        chmod(editor, 0700);
        edit(p, "EDITOR=", editor);
        assert_one_line(p, 1, "");
        run_ok(p, "note", "list", "--json", NULL);
        assert_non_null(strstr(program_out(p), "as it was"));
        assert_null(strstr(program_out(p), "secret"));
        assert_null(strstr(program_out(p), "root:"));
    }
    assert_true(support_read(hidden, &secret));
    assert_string_equal(secret.data, "secret");
    print_message("figure: %zu things an editor may leave instead of a draft: the note is as "
                  "it was\n",
        SUPPORT_COUNT(bodies));
    free(editor), free(hidden);
    buf_release(&text);
    buf_release(&secret);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CLI_TEST(test_commands),
        CLI_TEST(test_places),
        CLI_TEST(test_what_is_left),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
