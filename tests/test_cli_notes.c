/* `talkbook note` on the real program: adding from everywhere text can come
 * from, the editor and all the ways it can fail, the trash, and text made to
 * deceive a terminal. */
#include "support.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "base/mem.h"
#include "cli_check.h"

enum { STARTERS = 10 };

static void assert_notes(struct program *p, int count)
{
    p->terminal = false;
    run_ok(p, "note", "list", "--json", NULL);
    assert_json_int(p, "json_array_length(?1)", count);
}

/* The body of the note that the last run printed the id of. */
static char *added_body(struct program *p)
{
    char *id = mem_dup_n(program_out(p), strcspn(program_out(p), "\n"));
    run_ok(p, "note", "show", "--json", id, NULL);
    free(id);
    return support_sql_text(":memory:", "SELECT json_extract(?1, '$.body')", program_out(p));
}

static void assert_added(struct program *p, const char *expected)
{
    assert_int_equal(p->status, 0);
    assert_string_equal(program_err(p), "");
    assert_int_equal(strspn(program_out(p), "0123456789") + 1, p->out.len);
    char *body = added_body(p);
    assert_string_equal(body, expected);
    free(body);
}

static void test_add_from_arguments(void **state)
{
    struct program *p = *state;
    char *path = support_path(p->home, "note.md");
    program_run(p, "note", "add", "design-pressure", "-m", "one *line*", NULL);
    assert_added(p, "one *line*");
    program_run(p, "note", "add", "Design", "Pressure", "--message=two\nlines", NULL);
    assert_added(p, "two\nlines");
    support_write(path,
        "\xEF\xBB\xBF"
        "from a file\n",
        15);
    program_run(p, "note", "add", "design-pressure", "-F", path, NULL);
    assert_added(p, "from a file\n");
    p->input = "piped\n\n- in\n";
    program_run(p, "note", "add", "design-pressure", "-", NULL);
    assert_added(p, "piped\n\n- in\n");
    program_run(p, "note", "add", "design-pressure", "-F", "-", NULL);
    assert_added(p, "piped\n\n- in\n");
    p->input = NULL;
    program_run(p, "note", "add", "design-pressure", "-m", "", NULL);
    assert_one_line(p, 1, "empty");
    program_run(p, "note", "add", "design-pressure", "-m", " \n\t ", NULL);
    assert_one_line(p, 1, "empty");
    program_run(p, "note", "add", "design-pressure", "-", NULL);
    assert_one_line(p, 1, "empty");
    program_run(p, "note", "add", "design-pressure", NULL);
    assert_one_line(p, 1, "-m TEXT");
    assert_notes(p, STARTERS + 5);
    free(path);
}

/* The draft that the last run says it left; its text is checked. */
static void assert_kept(struct program *p, const char *text)
{
    struct buf draft = { 0 };
    const char *at = strstr(program_err(p), "the text is kept in ");
    assert_int_equal(p->status, 1);
    assert_non_null(at);
    at += strlen("the text is kept in ");
    char *path = mem_dup_n(at, strcspn(at, "\n"));
    assert_true(support_read(path, &draft));
    assert_string_equal(draft.data, text);
    buf_release(&draft);
    free(path);
}

/* Two drafts, each named by its file: which one does not hang on the others. */
static void check_drafts(struct program *p)
{
    char *names[2];
    run_ok(p, "note", "drafts", NULL);
    char *list = mem_dup(program_out(p)), *line = list;
    for (int i = 0; i < 2; i++) {
        names[i] = mem_dup_n(line, strcspn(line, " "));
        line += strcspn(line, "\n") + 1;
    }
    assert_int_equal(count_lines(p, "[.]md  20[0-9-]{8} [0-9]{2}:[0-9]{2}  "), 2);
    assert_int_equal(count_lines(p, "  a note on Design Pressure: .*: piped$"), 1);
    assert_int_equal(count_lines(p, "  note [0-9]+: piped$"), 1);
    run_ok(p, "note", "drafts", "--json", NULL);
    assert_json_int(p, "json_array_length(?1)", 2);
    assert_json(p, "json_extract(?1, '$[0].file')", names[0]);
    assert_json_int(p, "json_extract(?1, '$[1].revision')", 1);
    assert_json_int(
        p, "json_extract(?1, '$[1].updated_at') LIKE '20__-__-__T__:__:__.___Z'", 1);
    assert_json_int(p, "json_extract(?1, '$[0].uuid') = ''", 1);
    assert_json_int(p, "length(json_extract(?1, '$[1].uuid'))", 36);
    assert_json(p, "json_extract(?1, '$[0].talk')", "pycon-us-2025/design-pressure");
    assert_json(p, "json_extract(?1, '$[0].body')", "piped");
    program_run(p, "note", "drafts", "save", "1", NULL);
    assert_one_line(p, 1, "there is no draft 1");
    run_ok(p, "note", "drafts", "save", names[1], NULL);
    assert_non_null(strstr(program_out(p), "saved: note "));
    program_run(p, "note", "drafts", "save", names[1], NULL);
    assert_int_equal(p->status, 1);
    char *stem = strrchr(names[0], '/') + 1;
    stem[strlen(stem) - 3] = '\0';
    run_ok(p, "note", "drafts", "discard", stem, NULL);
    assert_string_equal(program_out(p), "discarded: a note on Design Pressure: The Invisible "
                                        "Hand That Shapes Your Code\n");
    free(names[0]), free(names[1]), free(list);
}

/* A text that was piped in is nowhere else: where it cannot be saved it is a draft. */
static void test_input_that_cannot_be_saved(void **state)
{
    struct program *p = *state;
    char *db = support_path(p->home, ".local/share/talkbook/talkbook.db");
    run_ok(p, "note", "add", "-m", "first", NULL);
    char *id = mem_dup_n(program_out(p), strcspn(program_out(p), "\n"));
    char *version = support_sql_text(db, "PRAGMA user_version", NULL);
    struct buf back = { 0 };
    buf_addf(&back, "PRAGMA user_version = %s", version);
    support_sql(db, "PRAGMA user_version = 9999");
    p->input = "piped\n";
    program_run(p, "note", "add", "design-pressure", "-", NULL);
    assert_kept(p, "piped\n");
    program_run(p, "note", "edit", id, "-F", "-", NULL);
    assert_kept(p, "piped\n");
    p->env[0] = "XDG_STATE_HOME=/dev/null";
    program_run(p, "note", "add", "-", NULL);
    assert_one_line(p, 1, "nor is the text kept: cannot create /dev/null/talkbook");
    p->env[0] = NULL;
    p->input = NULL;
    program_run(p, "note", "add", "-m", "in the history", NULL);
    assert_int_equal(p->status, 1);
    assert_null(strstr(program_err(p), "kept"));
    support_sql(db, back.data);
    check_drafts(p);
    run_ok(p, "note", "show", "--raw", id, NULL);
    assert_string_equal(program_out(p), "piped\n");
    run_ok(p, "note", "drafts", NULL);
    assert_string_equal(program_out(p), "");
    free(db), free(id), free(version);
    buf_release(&back);
}

static void test_add_what_is_no_text(void **state)
{
    struct program *p = *state;
    char *path = support_path(p->home, "latin1.md");
    support_write(path, "caf\xE9\n", 5);
    program_run(p, "note", "add", "design-pressure", "-F", path, NULL);
    assert_one_line(p, 1, "latin1.md is not UTF-8: byte 4");
    support_write(path, "a\0b\n", 4);
    program_run(p, "note", "add", "design-pressure", "-F", path, NULL);
    assert_one_line(p, 1, "NUL");
    program_run(p, "note", "add", "design-pressure", "-m", "caf\xE9", NULL);
    assert_one_line(p, 1, "not UTF-8");
    p->input = "\xFF\xFE";
    program_run(p, "note", "add", "design-pressure", "-", NULL);
    assert_one_line(p, 1, "standard input is not UTF-8: byte 1");
    p->input = NULL;
    program_run(p, "note", "add", "design-pressure", "-F", "/no/such", NULL);
    assert_one_line(p, 1, "/no/such");
    program_run(p, "note", "add", "design-pressure", "-F", p->home, NULL);
    assert_one_line(p, 1, "directory");
    assert_notes(p, STARTERS);
    free(path);
}

static void test_list_show_trash(void **state)
{
    struct program *p = *state;
    run_ok(p, "note", "list", NULL);
    assert_int_equal(count_lines(p, "^ *[0-9]+  [0-9-]+  pycon-us-2025/"), STARTERS);
    run_ok(p, "note", "list", "design-pressure", NULL);
    assert_int_equal(count_lines(p, "^ *[0-9]+  "), 1);
    run_ok(p, "note", "add", "design-pressure", "-m", "# A *note*\n\nat [12:34]", NULL);
    run_ok(p, "note", "show", "11", NULL);
    assert_non_null(strstr(program_out(p), "A note"));
    run_ok(p, "note", "show", "--raw", "11", NULL);
    assert_string_equal(program_out(p), "# A *note*\n\nat [12:34]\n");
    run_ok(p, "note", "rm", "11", "4", NULL);
    assert_notes(p, STARTERS - 1);
    run_ok(p, "note", "show", "--json", "11", NULL);
    assert_json_int(p, "json_extract(?1, '$.deleted')", 1);
    run_ok(p, "show", "--json", "design-pressure", NULL);
    assert_json_int(p, "json_extract(?1, '$.note_count')", 0);
    program_run(p, "note", "rm", "11", NULL);
    assert_one_line(p, 1, "already in the trash");
    run_ok(p, "note", "restore", "11", NULL);
    assert_notes(p, STARTERS);
    program_run(p, "note", "restore", "11", NULL);
    assert_one_line(p, 1, "not in the trash");
    program_run(p, "note", "show", "99", NULL);
    assert_one_line(p, 1, "no note 99");
    program_run(p, "note", "show", "soon", NULL);
    assert_one_line(p, 1, "note list");
    /* The start of a UUID names a note too. */
    run_ok(p, "note", "show", "--json", "769b6bbd", NULL);
    assert_json_int(p, "json_extract(?1, '$.body') LIKE 'Threads without the GIL%'", 1);
    program_run(p, "note", "show", "ffff0000", NULL);
    assert_one_line(p, 1, "ffff0000");
}

static void test_edit_from_arguments(void **state)
{
    struct program *p = *state;
    run_ok(p, "note", "edit", "1", "-m", "rewritten", NULL);
    run_ok(p, "note", "show", "--json", "1", NULL);
    assert_json(p, "json_extract(?1, '$.body')", "rewritten");
    assert_json_int(p, "json_extract(?1, '$.revision')", 2);
    program_run(p, "note", "edit", "1", "-m", "  ", NULL);
    assert_one_line(p, 1, "note rm");
    program_run(p, "note", "edit", "77", "-m", "x", NULL);
    assert_one_line(p, 1, "no note 77");
    run_ok(p, "note", "rm", "1", NULL);
    program_run(p, "note", "edit", "1", "-m", "x", NULL);
    assert_one_line(p, 1, "restore it first");
}

/* A script that acts as the editor; its path, for EDITOR. */
static char *make_editor(const struct program *p, const char *body)
{
    char *path = support_path(p->home, "my editor.sh");
    struct buf text = { 0 };
    buf_addf(&text, "#!/bin/sh\n%s\n", body);
    support_write(path, text.data, text.len);
    assert_int_equal(chmod(path, 0700), 0);
    buf_release(&text);
    return path;
}

/* Runs `note add` with the script as $EDITOR on a terminal. */
static void add_with_editor(struct program *p, const char *body)
{
    struct buf env = { 0 };
    char *path = make_editor(p, body);
    buf_addf(&env, "EDITOR='%s'", path);
    p->env[0] = env.data;
    p->terminal = true;
    program_run(p, "note", "add", "design-pressure", NULL);
    p->env[0] = NULL;
    buf_release(&env);
    free(path);
}

static int count_drafts(const struct program *p)
{
    char *path = support_path(p->home, ".local/state/talkbook/drafts");
    DIR *dir = opendir(path);
    int count = 0;
    for (struct dirent *entry; dir != NULL && (entry = readdir(dir)) != NULL;)
        count += strstr(entry->d_name, ".md") != NULL;
    if (dir != NULL)
        closedir(dir);
    free(path);
    return count;
}

/* The failed run named a draft that is private and holds this text. */
static void assert_draft(const struct program *p, const char *expected)
{
    const char *at = strstr(program_err(p), "/.local/state/");
    assert_non_null(at);
    at -= strlen(p->home);
    char *path = mem_dup_n(at, strcspn(at, "\n;, "));
    struct buf text = { 0 };
    struct stat status;
    if (!support_read(path, &text))
        fail_msg("%s is not there: %s", path, program_err(p));
    assert_string_equal(buf_text(&text), expected);
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    *strrchr(path, '/') = '\0';
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0700);
    buf_release(&text);
    free(path);
}

/* Piped to a talk that is not there: the text is kept all the same. */
static void test_input_without_a_place(void **state)
{
    struct program *p = *state;
    p->input = "good long text\n";
    program_run(p, "note", "add", "no-such-talk", "-", NULL);
    assert_int_equal(p->status, 1);
    assert_non_null(strstr(program_err(p), "no talk"));
    assert_draft(p, "good long text\n");
    program_run(p, "note", "add", "--topic", "no-such-topic", "-F", "-", NULL);
    assert_int_equal(p->status, 1);
    assert_draft(p, "good long text\n");
    assert_int_equal(count_drafts(p), 2);
    program_run(p, "note", "add", "no-such-talk", "-m", "in the history", NULL);
    assert_one_line(p, 1, "no talk");
    assert_int_equal(count_drafts(p), 2);
}

static void test_editor_good(void **state)
{
    struct program *p = *state;
    add_with_editor(p, "test -t 0 || exit 9; printf 'written *here*\\n' >\"$1\"");
    p->terminal = false;
    assert_added(p, "written *here*");
    assert_int_equal(count_drafts(p), 0);
    /* Many editors write a new file and rename it over the old one. */
    add_with_editor(p, "printf 'renamed\\n' >\"$1.new\" && mv \"$1.new\" \"$1\"");
    p->terminal = false;
    assert_added(p, "renamed");
    assert_int_equal(count_drafts(p), 0);
}

static void test_editor_fails(void **state)
{
    struct program *p = *state;
    static const struct {
        const char *script, *says, *left;
    } cases[] = {
        { "echo precious >\"$1\"; exit 3", "status 3", "precious\n" },
        { "echo precious >\"$1\"; kill -SEGV $$", "signal 11", "precious\n" },
        { "echo precious >\"$1\"; kill -KILL $$", "signal 9", "precious\n" },
        { "printf 'caf\\351\\n' >\"$1\"", "not UTF-8", "caf\xE9\n" },
    };
    for (size_t i = 0; i < SUPPORT_COUNT(cases); i++) {
        add_with_editor(p, cases[i].script);
        assert_one_line(p, 1, cases[i].says);
        assert_draft(p, cases[i].left);
        assert_int_equal(count_drafts(p), (int)i + 1);
    }
    add_with_editor(p, "rm \"$1\"");
    assert_one_line(p, 1, "draft");
    add_with_editor(p, ":");
    assert_one_line(p, 1, "empty");
    p->env[0] = "EDITOR=/no/such/editor";
    p->terminal = true;
    program_run(p, "note", "add", "design-pressure", NULL);
    assert_one_line(p, 1, "/no/such/editor");
    assert_int_equal(count_drafts(p), SUPPORT_COUNT(cases));
    p->env[0] = NULL;
    assert_notes(p, STARTERS);
}

static void test_editor_edits(void **state)
{
    struct program *p = *state;
    char *path = make_editor(p, "test \"$2\" = '' && sed -i 's/^/> /' \"$1\"");
    struct buf env = { 0 };
    buf_addf(&env, "VISUAL=%s '%s'", "env", path);
    p->env[0] = env.data;
    p->env[1] = "EDITOR=/no/such/editor";
    run_ok(p, "note", "edit", "4", "-m", "before", NULL);
    p->terminal = true;
    run_ok(p, "note", "edit", "4", NULL);
    run_ok(p, "note", "show", "--raw", "4", NULL);
    assert_string_equal(program_out(p), "> before\n");
    assert_int_equal(count_drafts(p), 0);
    /* A change made elsewhere while the editor was open is not overwritten. */
    free(path);
    buf_clear(&env);
    path = make_editor(p, "\"$TALKBOOK\" note edit 4 -m elsewhere && echo mine >\"$1\"");
    buf_addf(&env, "VISUAL='%s'", path);
    p->env[0] = env.data;
    program_run(p, "note", "edit", "4", NULL);
    assert_int_equal(p->status, 1);
    assert_non_null(strstr(program_err(p), "note 4 was changed elsewhere meanwhile: yours is "
                                           "kept as note 11\n"));
    assert_non_null(strstr(program_out(p), "-elsewhere\n"));
    assert_non_null(strstr(program_out(p), "+mine\n"));
    assert_int_equal(count_drafts(p), 0);
    run_ok(p, "note", "show", "--raw", "11", NULL);
    assert_string_equal(program_out(p), "mine\n");
    run_ok(p, "note", "show", "--raw", "4", NULL);
    assert_string_equal(program_out(p), "elsewhere\n");
    free(path);
    buf_release(&env);
}

static void test_hostile(void **state)
{
    struct program *p = *state;
    static const char bad[] = "# \033]0;owned\a \033[2J\xC2\x9B"
                              "31m\n\n"
                              "&#27;[31m &#x9b;5m \xE2\x80\xAE drow \xE2\x80\x8B\r\n\n"
                              "[link](http://x/\033[31m) ![i](&#27;) `\033[1m` \x7F\b\b\n\n"
                              "| \033 | b |\n|---|---|\n| &#7; | \xC2\x85 |\n";
    program_run(p, "note", "add", "design-pressure", "-m", bad, NULL);
    assert_int_equal(p->status, 0);
    run_ok(p, "note", "show", "11", NULL);
    run_document(p, "note", "show", "--raw", "11", NULL);
    run_ok(p, "note", "show", "--json", "11", NULL);
    assert_json_int(p, "json_valid(?1)", 1);
    run_ok(p, "note", "list", NULL);
    run_ok(p, "show", "design-pressure", NULL);
    run_ok(p, "show", "--json", "design-pressure", NULL);
    assert_json_int(p, "json_valid(?1)", 1);
    run_ok(p, "search", "owned", NULL);
    run_ok(p, "search", "--json", "owned", NULL);
    assert_json(p, "json_extract(?1, '$[0].where')", "note");
    /* Styled output holds no escape but styles and links of its own. */
    program_run(p, "--color=always", "note", "show", "11", NULL);
    assert_int_equal(p->status, 0);
    assert_null(strstr(program_out(p), "\033]0;"));
    assert_null(strstr(program_out(p), "\033[2J"));
    assert_null(strstr(program_out(p), "\xC2\x9B"));
    assert_null(strstr(program_out(p), "http://x/\033"));
    /* What is complained about is inert too. */
    program_run(p, "show", "\033]0;owned\a\xE2\x80\xAE\xFF\n", NULL);
    assert_one_line(p, 1, "owned");
    program_run(p, "\033[31mfrob\n", NULL);
    assert_one_line(p, 2, "frob");
    program_run(p, "--\033[31m", NULL);
    assert_one_line(p, 2, "[31m");
    program_run(p, "list", "is:\033[31m", NULL);
    assert_one_line(p, 1, "[31m");
}

static void test_configured_editor(void **state)
{
    struct program *p = *state;
    char *path = support_path(p->home, "config");
    struct buf env = { 0 }, config = { 0 };
    char *editor = make_editor(p, "echo configured >\"$1\"");
    buf_addf(&config, "# mine\nset editor '%s'\n", editor);
    support_write(path, config.data, config.len);
    buf_addf(&env, "TALKBOOK_CONFIG=%s", path);
    p->env[0] = env.data;
    p->env[1] = "EDITOR=/no/such/editor";
    p->terminal = true;
    program_run(p, "note", "add", "design-pressure", NULL);
    p->terminal = false;
    assert_added(p, "configured");
    /* Each mistake is named and costs its line alone. */
    static const char wrong[] = "# mine\n\nset colour mauve\nset group day\nno such line\n";
    support_write(path, wrong, sizeof wrong - 1);
    assert_int_equal(program_run(p, "list", NULL), 0);
    assert_non_null(strstr(program_err(p), "config line 3: colour takes"));
    assert_non_null(strstr(program_err(p), "\ntalkbook: "));
    assert_non_null(strstr(program_err(p), "config line 5: 'no' is not set"));
    assert_non_null(strstr(program_out(p), "2025-05-15"));
    /* Of many the first are. */
    buf_clear(&config);
    for (int i = 0; i < 15; i++)
        buf_addf(&config, "no such line\n");
    support_write(path, config.data, config.len);
    assert_int_equal(program_run(p, "list", NULL), 0);
    assert_non_null(strstr(program_err(p), "config line 10: "));
    assert_null(strstr(program_err(p), "config line 11: "));
    assert_non_null(strstr(program_err(p), "config: 5 more lines with mistakes\n"));
    free(path), free(editor);
    buf_release(&env);
    buf_release(&config);
}

int main(void)
{
    setenv("TALKBOOK", program_name(), 0);
    const struct CMUnitTest tests[] = {
        CLI_TEST(test_add_from_arguments),
        CLI_TEST(test_input_that_cannot_be_saved),
        CLI_TEST(test_add_what_is_no_text),
        CLI_TEST(test_list_show_trash),
        CLI_TEST(test_edit_from_arguments),
        CLI_TEST(test_input_without_a_place),
        CLI_TEST(test_editor_good),
        CLI_TEST(test_editor_fails),
        CLI_TEST(test_editor_edits),
        CLI_TEST(test_hostile),
        CLI_TEST(test_configured_editor),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
