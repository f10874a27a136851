/* Files made to upset terminals and decoders, and every trick with writing
 * directions, through each way out: render, show, list and the browser. What
 * comes out holds no control but our own escapes. */
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support.h"

#include <cmocka.h>

#include "base/utf8.h"
#include "cli_check.h"
#include "corpora.h"
#include "ui_support.h"

/* Every control that turns text round or hides it, raw and as entities, in all
 * places that a document has for text. */
static char *bidi_document(void)
{
    static const uint32_t points[] = { 0x61C, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2028,
        0x2029, 0x202A, 0x202B, 0x202C, 0x202D, 0x202E, 0x2060, 0x2066, 0x2067, 0x2068, 0x2069,
        0x206A, 0xFEFF, 0x1B, 0x9B, 0x9D, 0x90, 0x07, 0x08, 0x7F, 0x85, 0xE0041 };
    static const char *const names[] = { "&lrm;", "&rlm;", "&zwj;", "&zwnj;",
        "&ZeroWidthSpace;", "&NoBreak;", "&shy;", "&Tab;", "&NewLine;", "&NonBreakingSpace;" };
    struct buf out = { 0 };
    for (size_t i = 0; i < 3 * SUPPORT_COUNT(points) + SUPPORT_COUNT(names); i++) {
        struct buf c = { 0 };
        char bytes[4];
        uint32_t cp = i < 3 * SUPPORT_COUNT(points) ? points[i / 3] : 0;
        if (cp == 0)
            buf_adds(&c, names[i - 3 * SUPPORT_COUNT(points)]);
        else if (i % 3 == 0)
            buf_add(&c, bytes, utf8_encode(cp, bytes));
        else
            buf_addf(&c, i % 3 == 1 ? "&#%u;" : "&#x%X;", (unsigned)cp);
        buf_addf(&out,
            "# h%s\n\n*p%s* `c%s` [l%s](http://x.y/%s \"t%s\") ![a%s](i%s) <http://u.v/%s> "
            "<b%s> http://w.x/%s [r%s] [^n%s]\n\n[r%s]: http://d.e/%s\n\n[^n%s]: note %s\n\n",
            c.data, c.data, c.data, c.data, c.data, c.data, c.data, c.data, c.data, c.data,
            c.data, c.data, c.data, c.data, c.data, c.data, c.data);
        buf_addf(&out,
            "```py%s\nx = '%s'\n```\n\n    code %s\n\n<div title=\"%s\">%s</div>\n\n"
            "| a%s | b |\n|---|---|\n| %s | c |\n\n- [ ] t%s\n\n> 1. q%s\n\n",
            c.data, c.data, c.data, c.data, c.data, c.data, c.data, c.data, c.data);
        buf_release(&c);
    }
    return buf_take(&out);
}

/* What is left when our own escapes are taken out: colours, and links whose
 * address is plain. */
static void assert_only_ours(const struct program *p)
{
    struct buf rest = { 0 };
    const char *at = program_out(p), *end = at + p->out.len;
    while (at < end) {
        size_t run = strcspn(at, "\033");
        buf_add(&rest, at, run);
        at += run;
        if (at >= end)
            break;
        size_t len = 0;
        if (strncmp(at, "\033]8;;", 5) == 0) {
            len = 5;
            while (at[len] > ' ' && at[len] < 0x7F)
                len++;
            assert_memory_equal(at + len, "\033\\", 2);
            len += 2;
        } else {
            assert_memory_equal(at, "\033[", 2);
            len = 2 + strspn(at + 2, "0123456789;");
            assert_int_equal(at[len++], 'm');
        }
        at += len;
    }
    assert_inert(buf_text(&rest), rest.len);
    buf_release(&rest);
}

static void check_render(struct program *p, const char *path)
{
    static const char *const widths[] = { "1", "20", "80" };
    for (size_t i = 0; i < SUPPORT_COUNT(widths); i++) {
        program_run(p, "render", "--color=truecolor", "--width", widths[i], path, NULL);
        assert_int_equal(p->status, 0);
        assert_only_ours(p);
    }
    run_ok(p, "render", path, NULL);
}

static void check_note(struct program *p, const char *path)
{
    program_run(p, "note", "add", "nogil", "-F", path, NULL);
    assert_only_ours(p);
    assert_inert(program_err(p), p->err.len);
    program_run(p, "show", "nogil", "--color=always", NULL);
    assert_int_equal(p->status, 0);
    assert_only_ours(p);
}

static void check_browser(const char *src)
{
    struct ui ui;
    ui_open(&ui, UI_CATALOG, 40, 100);
    ui_select(&ui, "NoGIL");
    ui.edit_to = src;
    ui_keys(&ui, "<Enter>A");
    for (int i = 0; i < 6; i++) {
        ui_check_grid(&ui);
        ui_keys(&ui, i < 4 ? "<Space><Tab>" : "f");
    }
    ui_check_grid(&ui);
    ui_keys(&ui, "qq");
    ui_close(&ui);
}

static void test_corpora(void **state)
{
    static const char *const patterns[] = { CORPORA "xterm-escape-files/*.in",
        CORPORA "blns/blns.txt", CORPORA "kuhn-utf8/UTF-8-test.txt",
        CORPORA "utf8tests/utf8tests.*" };
    struct program *p = *state;
    glob_t found = { 0 };
    for (size_t i = 0; i < SUPPORT_COUNT(patterns); i++)
        glob(patterns[i], i > 0 ? GLOB_APPEND : 0, NULL, &found);
    for (size_t i = 0; i < found.gl_pathc; i++) {
        size_t len;
        char *src = corpora_read(found.gl_pathv[i], &len);
        check_render(p, found.gl_pathv[i]);
        check_note(p, found.gl_pathv[i]);
        if (i % 8 == 0)
            check_browser(src);
        free(src);
    }
    bool any = found.gl_pathc > 60;
    globfree(&found);
    if (!any) {
        print_message("skip: no " CORPORA "\n");
        skip();
    }
}

static void test_directions(void **state)
{
    struct program *p = *state;
    char *src = bidi_document(), *path = support_path(p->home, "bidi.md");
    support_write(path, src, strlen(src));
    check_render(p, path);
    check_note(p, path);
    check_browser(src);
    free(path);
    free(src);
}

/* The same in every field of a catalog. */
static void test_catalog(void **state)
{
    static const char form[] =
        "{\"format\":\"talkbook-catalog\",\"version\":1,\"conference\":{\"slug\":\"x\","
        "\"name\":"
        "\"c%\"},\"themes\":[{\"id\":\"t\",\"name\":\"n%\"}],\"topics\":[{\"id\":\"p\","
        "\"theme\":"
        "\"t\",\"name\":\"o%\"}],\"talks\":[{\"id\":\"k\",\"starts_at\":"
        "\"2025-09-01T10:00:00+02:00\",\"title\":\"Tricked "
        "%\",\"speakers\":[\"S%\"],\"kind\":\"k%\","
        "\"room\":\"r%\",\"level\":\"l%\",\"topic\":\"p\",\"themes\":[\"t\"],\"summary\":"
        "\"a % [l%](http://x.y/%) `%`\",\"note\":{\"id\":\"n\",\"text\":\"b %\"}}]}";
    static const char *const tricks[] = { "\\u001b[31m", "\\u009b31m", "\\u202e", "\\u2066",
        "\\u200f", "&#27;[31m", "&#x202E;", "\\u0007", "\\u0000", "\\ud800" };
    struct program *p = *state;
    size_t imported = 0;
    for (size_t i = 0; i < SUPPORT_COUNT(tricks); i++) {
        struct buf json = { 0 };
        char *path = support_path(p->home, "catalog.json");
        for (const char *c = form; *c != '\0'; c++) {
            bool here = c[0] == '%';
            buf_add(&json, here ? tricks[i] : c, here ? strlen(tricks[i]) : 1);
        }
        support_write(path, json.data, json.len);
        program_run(p, "import", path, NULL);
        imported += p->status == 0;
        assert_inert(program_err(p), p->err.len);
        assert_inert(program_out(p), p->out.len);
        program_run(p, "list", "--color=always", NULL);
        assert_only_ours(p);
        for (int show = 0; show < 2; show++) {
            program_run(p, show ? "show" : "search", "Tricked", "--color=always", NULL);
            assert_only_ours(p);
            assert_inert(program_err(p), p->err.len);
        }
        buf_release(&json);
        free(path);
    }
    assert_true(imported >= 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CLI_TEST(test_corpora),
        CLI_TEST(test_directions),
        CLI_TEST(test_catalog),
    };
    return cmocka_run_group_tests(tests, ui_group_begin, ui_group_end);
}
