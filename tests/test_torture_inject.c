/* Trust: hostile text in every field, by every way in, and no byte of it acts on any way
 * out. What is printed, messages and JSON hold no control but newline and tab, no mark of
 * direction and nothing without a width. Documents (Markdown, HTML, CSV, calendars) hold
 * no control and no mark of direction, but joiners, which emoji need. Only a person's
 * notes exported as files are their text as it is. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support.h"

#include <cmocka.h>

#include "base/mem.h"
#include "cli_check.h"
#include "e2e.h"
#include "payloads.h"
#include "pyvideo_tree.h"
#include "raw_check.h"
#include "torture.h"

/* Runs it and asserts that whatever was printed is inert. */
#define run_inert(p, ...) (program_run(p, __VA_ARGS__), assert_run_inert(p))

static size_t runs;

static void assert_run_inert(const struct program *p)
{
    runs++;
    assert_inert(program_out(p), p->out.len);
    assert_inert(program_err(p), p->err.len);
    if (p->status > 2)
        fail_msg("status %d: %s", p->status, program_err(p));
    if (p->status != 0)
        assert_true(p->err.len + p->out.len > 0);
}

static void assert_document(const struct program *p)
{
    runs++;
    assert_inert_document(program_out(p), p->out.len);
    assert_inert(program_err(p), p->err.len);
}

/* form with every % replaced by the payload, as JSON. */
static char *fill(const char *form, const char *payload)
{
    struct buf out = { 0 };
    for (const char *c = form; *c != '\0'; c++)
        if (*c == '%')
            payloads_add_json(payload, &out);
        else
            buf_addc(&out, *c);
    return buf_take(&out);
}

static void import_text(struct program *p, const char *name, const char *text)
{
    char *path = support_path(p->home, name);
    support_write(path, text, strlen(text));
    run_inert(p, "import", path, NULL);
    unlink(path);
    free(path);
}

/* --- the ways in -------------------------------------------------------- */

static const char catalog_head[] =
    "{\"format\":\"talkbook-catalog\",\"version\":1,\"conference\":{\"slug\":\"bad\",\"name\":"
    "\"C%\",\"city\":\"%\",\"venue\":\"%\"},\"themes\":[{\"id\":\"t\",\"name\":\"N%\"}],"
    "\"topics\":[{\"id\":\"p\",\"theme\":\"t\",\"name\":\"O%\",\"note\":\"W%\"}],\"talks\":[";

/* Everything in one; then one field each, since one that is refused hides the others. */
static void by_catalog(struct program *p, const char *payload, size_t number)
{
    static const char *const fields[] = { "\"title\":\"Bad %\"", "\"speakers\":[\"S%\",\"%\"]",
        "\"kind\":\"%\"", "\"room\":\"%\"", "\"level\":\"%\"", "\"language\":\"%\"",
        "\"summary\":\"a % [l%](http://x.y/%) `%`\"", "\"url\":\"http://x.y/%\"",
        "\"video_url\":\"https://x.y/%\"", "\"keywords\":[\"%\"]", "\"topic\":\"%\"",
        "\"starts_at\":\"%\"", "\"ends_at\":\"%\"", "\"themes\":[\"%\"]",
        "\"note\":{\"id\":\"n\",\"text\":\"b %\"}", "\"%\":1", "\"tags\":[\"%\"]" };
    size_t count = SUPPORT_COUNT(fields);
    for (size_t only = 0; only < 2; only++) {
        struct buf form = { 0 };
        buf_addf(&form, "%s{\"id\":\"k%zu\",\"starts_at\":\"2025-09-01T10:00:00+02:00\"",
            catalog_head, number);
        for (size_t i = 0; i < 9; i++)
            if (only == 0 ? i < 7 : i == 0)
                buf_addf(&form, ",%s", fields[i]);
        if (only == 1)
            buf_addf(&form, ",%s", fields[number % count]);
        buf_adds(&form, "}]}");
        char *json = fill(form.data, payload);
        import_text(p, "catalog.json", json);
        buf_release(&form);
        free(json);
    }
}

static void by_pyvideo(struct program *p, const char *payload)
{
    static const char form[] =
        "{\"title\":\"Taped %\",\"speakers\":[\"%\"],\"recorded\":\"2019-03-04\",\"language\":"
        "\"%\",\"tags\":[\"%\"],\"description\":\"%\",\"summary\":\"%\",\"duration\":1800,"
        "\"thumbnail_url\":\"%\",\"related_urls\":[\"http://x.y/%\",{\"label\":\"%\",\"url\":"
        "\"http://x.y/%\"}],\"copyright_text\":\"%\",\"quality_notes\":\"%\",\"slug\":\"%\","
        "\"videos\":[{\"type\":\"%\",\"url\":\"https://x.y/%\"},{\"type\":\"youtube\","
        "\"url\":\"%\"}]}";
    char *dir = support_path(p->home, "tree"), *record = fill(form, payload);
    char *category = fill("{\"title\":\"Con % 2019\"}", payload);
    char *name = payloads_name(payload), *copy = mem_dup(dir);
    struct buf path = { 0 };
    tree_write(dir, "category.json", category);
    tree_write(dir, "videos/one.json", record);
    buf_addf(&path, "videos/%s.json", name);
    tree_write(dir, path.data, record);
    buf_clear(&path);
    buf_addf(&path, "videos/x%s.json", name);
    tree_write(dir, path.data, "{\"title\":");
    run_inert(p, "import", dir, NULL);
    support_remove(copy);
    free(dir), free(record), free(category), free(name);
    buf_release(&path);
}

static void by_notes(struct program *p, const char *payload)
{
    run_inert(p, "note", "add", "nogil", "-m", payload, NULL);
    run_inert(p, "note", "add", "--topic", payload, "-m", "x", NULL);
    run_inert(p, "note", "add", payload, "-m", "x", NULL);
    p->input = payload;
    run_inert(p, "note", "add", "nogil", "-F", "-", NULL);
    p->input = NULL;
    char *json = fill("{\"format\":\"talkbook-notes\",\"version\":1,\"notes\":[{\"uuid\":"
                      "\"11234567-0000-4000-8000-00000000000%\",\"talk\":\"%\",\"body\":\"%\","
                      "\"created_at\":\"%\"}],\"marks\":[{\"talk\":\"%\",\"tags\":[\"%\"]}]}",
        payload);
    import_text(p, "notes.json", json);
    free(json);
}

/* A directory of Markdown files, one of that name and one with it in every field. */
static void by_files(struct program *p, const char *payload)
{
    char *dir = support_path(p->home, "md"), *name = payloads_name(payload);
    char *copy = mem_dup(dir);
    struct buf path = { 0 }, text = { 0 };
    buf_addf(&text, "---\nid: %s\ntalk: %s\ntags: %s\ncreated: %s\n%s: x\n---\n%s\n", payload,
        payload, payload, payload, payload, payload);
    buf_addf(&path, "%s.md", name);
    tree_write(dir, path.data, payload);
    tree_write(dir, "fields.md", text.data);
    run_inert(p, "import", dir, NULL);
    run_inert(p, "export", "-o", dir, NULL);
    run_inert(p, "import", dir, NULL);
    support_remove(copy);
    free(dir), free(name);
    buf_release(&path);
    buf_release(&text);
}

/* Every word that the command line takes. */
static void by_words(struct program *p, const char *payload)
{
    static const char *const words[][4] = { { "tag", "nogil", "%" }, { "tag", "%", "x" },
        { "untag", "nogil", "%" }, { "theme", "nogil", "%" }, { "search", "--save", "%", "x" },
        { "search", "%" }, { "search", "--save", "good", "%" }, { "search", "title:%" },
        { "search", "--explain", "%" }, { "search", "--json", "%" }, { "show", "%" },
        { "show", "--json", "%" }, { "list", "%" }, { "list", "--group", "%" },
        { "list", "--sort", "%" }, { "related", "%" }, { "saved", "rm", "%" },
        { "rate", "nogil", "%" }, { "rate", "%", "3" }, { "star", "%" }, { "note", "%" },
        { "note", "show", "%" }, { "note", "edit", "%" }, { "note", "rm", "%" },
        { "note", "diff", "%" }, { "inbox", "done", "%" }, { "%" }, { "import", "%" },
        { "render", "%" }, { "export", "--format", "%" }, { "export", "%" },
        { "completion", "%" }, { "list", "--color", "%" }, { "list", "--width", "%" },
        { "list", "--style", "%" }, { "search", "--limit", "%", "x" },
        { "note", "add", "nogil", "-F" } };
    for (size_t i = 0; i < SUPPORT_COUNT(words); i++) {
        const char *argv[8] = { program_name() };
        struct buf text = { 0 };
        int count = 1;
        for (int k = 0; k < 4 && words[i][k] != NULL; k++)
            argv[count++] = strcmp(words[i][k], "%") == 0 ? payload : words[i][k];
        if (i == 7) {
            buf_addf(&text, "title:%s", payload);
            argv[2] = text.data;
        }
        if (i == SUPPORT_COUNT(words) - 1)
            argv[count++] = payload;
        program_exec(p, argv);
        assert_run_inert(p);
        buf_release(&text);
    }
}

/* As the name of files, of the environment's places and programs. */
static void by_names(struct program *p, const char *payload)
{
    static const char *const names[] = { "TALKBOOK_DB", "TALKBOOK_CONFIG", "HOME",
        "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME", "EDITOR", "VISUAL", "PAGER",
        "BROWSER", "TERM", "COLORFGBG", "COLORTERM", "TZ", "LANG" };
    char *name = payloads_name(payload), *path = support_path(p->home, name);
    struct buf option = { 0 };
    buf_addf(&option, "--%s", payload);
    run_inert(p, option.data, NULL);
    run_inert(p, "list", "--db", path, NULL);
    run_inert(p, "list", "--db", "/dev/null/x", "--log", path, NULL);
    unlink(path);
    run_inert(p, "backup", path, NULL);
    run_inert(p, "backup", path, NULL);
    run_inert(p, "render", path, NULL);
    run_inert(p, "import", path, NULL);
    run_inert(p, "export", "--format", "json", "-o", path, NULL);
    for (size_t i = 0; i < SUPPORT_COUNT(names); i++) {
        buf_clear(&option);
        buf_addf(&option, "%s=%s%s", names[i], i < 6 ? "/dev/null/" : "", payload);
        p->env[0] = option.data;
        run_inert(p, i == 6 || i == 7 ? "note" : "list", i == 6 || i == 7 ? "edit" : "gpu",
            i == 6 || i == 7 ? "1" : NULL, NULL);
    }
    p->env[0] = NULL;
    unlink(path);
    free(name), free(path);
    buf_release(&option);
}

static void by_configuration(struct program *p, const char *payload)
{
    static const char *const forms[] = { "%s\n", "set %s\n", "set browser %s\n",
        "set group %s\n", "map %s star\n", "map x %s\n", "unmap %s\n" };
    struct buf text = { 0 }, env = { 0 };
    char *path = support_path(p->home, "config");
    for (size_t i = 0; i < SUPPORT_COUNT(forms); i++)
        for (const char *c = forms[i]; *c != '\0'; c++) {
            if (c[0] == '%' && c[1] == 's')
                buf_adds(&text, payload), c++;
            else
                buf_addc(&text, *c);
        }
    support_write(path, text.data, text.len);
    buf_addf(&env, "TALKBOOK_CONFIG=%s", path);
    p->env[0] = env.data;
    run_inert(p, "stats", NULL);
    p->env[0] = NULL;
    unlink(path);
    free(path);
    buf_release(&text);
    buf_release(&env);
}

/* --- the ways out ------------------------------------------------------- */

static void every_way_out(struct program *p, int notes)
{
    static const char *const words[][5] = { { "list" }, { "list", "--json" },
        { "list", "--group", "theme" }, { "list", "--group", "topic" },
        { "list", "--group", "speaker" }, { "list", "--group", "room" },
        { "list", "--group", "conference" }, { "list", "--group", "saved" },
        { "search", "Bad" }, { "search", "--json", "Bad" }, { "search", "Taped" },
        { "show", "nogil" }, { "show", "--json", "nogil" }, { "related", "nogil" },
        { "related", "--json", "nogil" }, { "saved" }, { "inbox" }, { "inbox", "--json" },
        { "note", "list" }, { "note", "list", "--json" }, { "note", "stamps", "nogil" },
        { "note", "trash" }, { "note", "drafts" }, { "theme", "nogil" }, { "stats" },
        { "stats", "--json" }, { "doctor" }, { "export", "--digest" },
        { "export", "--format", "html" }, { "export", "--format", "json" },
        { "export", "--format", "csv" }, { "export", "--format", "ics" }, { "undo" },
        { "redo" }, { "list", "--width", "20" } };
    for (size_t i = 0; i < SUPPORT_COUNT(words); i++) {
        const char *argv[8] = { program_name() };
        for (int k = 0; k < 5 && words[i][k] != NULL; k++)
            argv[k + 1] = words[i][k];
        program_exec(p, argv);
        if (strcmp(argv[1], "export") == 0)
            assert_document(p);
        else
            assert_run_inert(p);
    }
    for (int id = 1; id < 60; id += 60 / notes) {
        char number[16];
        snprintf(number, sizeof number, "%d", id);
        program_run(p, "note", "show", "--raw", number, NULL);
        assert_document(p); /* a pipe gets what joins and selects, too */
        run_inert(p, "show", number, NULL);
        run_inert(p, "note", "show", number, NULL);
        run_inert(p, "note", "show", "--json", number, NULL);
        run_inert(p, "note", "log", number, NULL);
    }
}

/* Every talk that has come, every note and every message on a terminal. */
static void on_a_terminal(const char *home, const struct payloads *payloads, size_t step)
{
    static const char *const keys[] = { "gs", "gr", "gp", "gc", "gd", "g/", "gt", "gn", "q",
        "gi", "q", "/Bad\r", "q", "/Taped\r", "q" };
    struct e2e e2e = { .home = (char *)home };
    e2e_start(&e2e, 40, 120, NULL);
    e2e_wait(&e2e, "talks");
    for (size_t i = 0; i < SUPPORT_COUNT(keys); i++) {
        e2e_keys(&e2e, keys[i]);
        for (int page = 0; page < 6; page++) {
            e2e_keys(&e2e, "\006");
            pty_wait_quiet(e2e.pty, 3);
        }
    }
    e2e_keys(&e2e, "/Bad\r");
    for (int i = 0; i < 40; i++) {
        e2e_keys(&e2e, "j\t \t");
        pty_wait_quiet(e2e.pty, 2);
    }
    e2e_keys(&e2e, "\033q");
    for (size_t i = 0; i < payloads->count; i += step) {
        static const char *const prompts[] = { "/", "&", ":", "\020", "a", "t", "?/" };
        e2e_keys(&e2e, prompts[i / step % SUPPORT_COUNT(prompts)]);
        e2e_keys(&e2e, "\033[200~");
        e2e_keys(&e2e, payloads->items[i]);
        e2e_keys(&e2e, "\033[201~\033[201~\007\007");
        pty_wait_quiet(e2e.pty, 2);
    }
    e2e_keys(&e2e, "\033[201~\007\007\007:quit\r");
    int status;
    assert_true(pty_wait_exit(e2e.pty, WAIT, &status));
    assert_int_equal(status, 0);
    size_t len;
    const char *raw = pty_raw(e2e.pty, &len);
    char *wrong = raw_check(raw, len, 0);
    if (wrong != NULL)
        fail_msg("%s", wrong);
    assert_string_equal(pty_title(e2e.pty), "");
    assert_true(pty_termios_restored(e2e.pty) && !pty_alt_screen(e2e.pty));
    pty_free(e2e.pty);
}

static void test_nothing_acts(void **state)
{
    struct program *p = *state;
    struct payloads payloads;
    payloads_read(&payloads);
    size_t rounds = (size_t)torture_rounds((int)payloads.count, 2);
    size_t step = payloads.count / rounds > 0 ? payloads.count / rounds : 1;
    size_t done = 0;
    for (size_t i = 0; i < payloads.count; i += step, done++) {
        const char *payload = payloads.items[i];
        by_catalog(p, payload, i);
        by_pyvideo(p, payload);
        by_notes(p, payload);
        by_files(p, payload);
        by_words(p, payload);
        by_names(p, payload);
        by_configuration(p, payload);
        if (done % 50 == 49)
            every_way_out(p, 20);
    }
    every_way_out(p, rounds > 10 ? 60 : 4);
    on_a_terminal(p->home, &payloads, step);
    print_message(
        "figure: %zu hostile texts by every way in, %zu runs: not a byte acts\n", done, runs);
    payloads_release(&payloads);
}

/* Every fifth page of a sound database becomes nothing; none where `which` is 5. */
static void damage(const char *from, const char *to, size_t which)
{
    struct buf bytes = { 0 };
    assert_true(support_read(from, &bytes));
    for (size_t at = 4096; at < bytes.len; at += 4096)
        if (at / 4096 % 5 == which)
            memset(bytes.data + at, 0xA5, 4096);
    support_write(to, bytes.data, bytes.len);
    buf_release(&bytes);
}

static void look_at(const char *home, const char *path, const char *text)
{
    struct e2e e2e = { .home = (char *)home };
    int status;
    e2e_start(&e2e, 24, 300, "--db", path, NULL);
    if (pty_wait_text(e2e.pty, text, 2000))
        e2e_keys(&e2e, "/gpu\r\007ganote\r\007:quit\r");
    assert_true(pty_wait_exit(e2e.pty, WAIT, &status));
    size_t len;
    const char *raw = pty_raw(e2e.pty, &len);
    char *wrong = raw_check(raw, len, 0);
    if (wrong != NULL)
        fail_msg("%s", wrong);
    assert_string_equal(pty_title(e2e.pty), "");
    pty_free(e2e.pty);
}

/* The path of a database is named where it is damaged or cannot be written. */
static void test_hostile_place(void **state)
{
    static const char *const words[][4] = { { "doctor" }, { "list" }, { "stats" },
        { "note", "list" }, { "note", "add", "-m", "x" }, { "search", "gpu" },
        { "doctor", "--recover", "%" } };
    struct program *p = *state;
    char *good = support_path(p->home, "good.db");
    char *dir = support_path(p->home, "a\033]0;owned\007\033[31m\302\23331m\342\200\256");
    char *path = support_path(dir, "talkbook.db"), *out = support_path(dir, "out.db");
    char *wal = support_path(dir, "talkbook.db-wal");
    assert_int_equal(program_run(p, "--db", good, "stats", NULL), 0);
    assert_int_equal(mkdir(dir, 0700), 0);
    for (size_t which = 0; which < 6; which++) {
        unlink(wal);
        damage(good, path, which);
        if (which == 5)
            support_sql(path, "PRAGMA user_version = 9999");
        for (size_t i = 0; i < SUPPORT_COUNT(words); i++) {
            const char *argv[8] = { program_name(), "--db", path };
            for (int k = 0; k < 4 && words[i][k] != NULL; k++)
                argv[k + 3] = words[i][k][0] == '%' ? out : words[i][k];
            unlink(out);
            program_exec(p, argv);
            assert_run_inert(p);
        }
        look_at(p->home, path, " by theme");
    }
    support_remove(mem_dup(dir));
    free(good), free(dir), free(path), free(out), free(wal);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CLI_TEST(test_hostile_place),
        CLI_TEST(test_nothing_acts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
