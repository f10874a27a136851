/* Screens without a terminal: links in the reader, code moved sideways, and a
 * note of megabytes that is laid out only where it is looked at. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "ui_support.h"

static const char talk[] = "When GPUs Make Python Slower";

/* Opens the reader on a talk with a last note of this text. */
static void open_note(struct ui *ui, const char *body, int rows, int cols)
{
    ui_open(ui, UI_CATALOG, rows, cols);
    ui_select(ui, talk);
    ui->edit_to = body;
    ui_keys(ui, "<Enter>A");
}

static void assert_link(struct ui *ui, const char *url)
{
    const char *now = text_current_url(&ui->app.reader.text);
    if (url == NULL)
        assert_null(now);
    else
        assert_string_equal(now, url);
}

static void test_tab_walks_the_links(void **state)
{
    struct ui ui;
    (void)state;
    open_note(&ui,
        "See [one](https://one.example/) and <https://two.example/>.\n\n"
        "> [three\n> of two lines](https://three.example/)\n",
        30, 60);
    ui_assert_shows(&ui, "See one and");
    ui_keys(&ui, "<Tab>");
    ui_assert_status(&ui, "Enter open the link");
    while (strcmp(text_current_url(&ui.app.reader.text), "https://one.example/") != 0)
        ui_keys(&ui, "<Tab>");
    assert_true(ui_face_of(&ui, "one and") & FACE_CURRENT);
    ui_keys(&ui, "<Enter>");
    ui_assert_asked(&ui, "start xdg-open https://one.example/");
    ui_keys(&ui, "<Tab>");
    assert_link(&ui, "https://two.example/");
    ui_keys(&ui, "<Tab>");
    assert_link(&ui, "https://three.example/");
    assert_true(ui_face_of(&ui, "of two lines") & FACE_CURRENT);
    ui_keys(&ui, "<S-Tab>");
    assert_link(&ui, "https://two.example/");
    ui_keys(&ui, "<Tab><Tab>");
    assert_link(&ui, NULL);
    assert_int_equal(ui.app.focus, FOCUS_LIST);
    ui_close(&ui);
}

static void test_the_list_of_links(void **state)
{
    struct ui ui;
    (void)state;
    open_note(&ui, "[one](https://one.example/) [bad](javascript:x) &#27;\n", 30, 100);
    ui_keys(&ui, "f");
    ui_assert_shows(&ui, "links: ");
    ui_assert_shows(&ui, "https://one.example/");
    ui_keys(&ui, "G");
    ui_assert_shows(&ui, "bad");
    ui_keys(&ui, "<Enter>");
    ui_assert_status(&ui, "only http and https");
    ui_keys(&ui, "fGk<Enter>");
    ui_assert_asked(&ui, "start xdg-open https://one.example/");
    assert_link(&ui, "https://one.example/");
    ui_keys(&ui, "fs");
    ui_assert_status(&ui, "q leaves");
    ui_resize(&ui, 10, 30);
    ui_check_grid(&ui);
    ui_keys(&ui, "?q");
    ui_assert_shows(&ui, "links: ");
    ui_keys(&ui, "q");
    ui_assert_lacks(&ui, "links: ");
    ui_close(&ui);
}

static void test_a_time_opens_the_video(void **state)
{
    struct ui ui;
    (void)state;
    open_note(&ui, "At [1:02:03] it breaks.\n", 40, 100);
    for (int i = 0; i < 20; i++) {
        ui_keys(&ui, "<Tab>");
        const char *url = text_current_url(&ui.app.reader.text);
        if (url != NULL && strcmp(url, "#t=3723") == 0)
            break;
    }
    assert_link(&ui, "#t=3723");
    ui_keys(&ui, "<Enter>");
    assert_non_null(strstr(buf_text(&ui.asked), "&t=3723s"));
    ui_close(&ui);
}

static void test_code_moves_sideways(void **state)
{
    struct ui ui;
    (void)state;
    open_note(&ui,
        "```\nshort\n"
        "0123456789abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvwxyz END\n"
        "```\n\n```\napart\n```\n",
        40, 60);
    ui_assert_shows(&ui, "   0123");
    ui_assert_shows(&ui, "›");
    ui_assert_lacks(&ui, "END");
    ui_keys(&ui, "zl");
    ui_assert_shows(&ui, "‹89abc");
    ui_assert_lacks(&ui, "short");
    ui_assert_shows(&ui, "   apart");
    ui_keys(&ui, "zlzlzlzlzl");
    ui_assert_shows(&ui, "END");
    ui_assert_lacks(&ui, "›");
    ui_keys(&ui, "99zh");
    ui_assert_shows(&ui, "   0123");
    ui_check_grid(&ui);
    ui_close(&ui);
}

/* A match crosses changes of look, line ends and a quote's bar. */
static void test_matches_across_looks_and_lines(void **state)
{
    struct ui ui;
    (void)state;
    open_note(&ui,
        "Auto*matiza*ci\u00f3n of `zebra`corns.\n\n"
        "> The words that count here begin at the end of a line: qwertz\n> uiopas "
        "follows.\n\nPlain: automatizaci\u00f3n.\n",
        40, 64);
    ui_keys(&ui, "q/automatizacion<Space>uiopas<Enter><Enter>");
    assert_true(ui_face_of(&ui, "Automatizaci") & (FACE_MATCH | FACE_CURRENT));
    assert_true(ui_face_of(&ui, "matizació") & (FACE_MATCH | FACE_CURRENT));
    assert_true(ui_face_of(&ui, "ción of") & (FACE_MATCH | FACE_CURRENT));
    ui_keys(&ui, "q<Esc>/\"qwertz<Space>uiopas\"<Enter><Enter>");
    assert_true(ui_face_of(&ui, "uiopas follows") & (FACE_MATCH | FACE_CURRENT));
    assert_false(ui_face_of(&ui, "follows") & (FACE_MATCH | FACE_CURRENT));
    ui_close(&ui);
}

/* --- a large note ------------------------------------------------------ */

static char *large_note(size_t paragraphs)
{
    struct buf out = { 0 };
    for (size_t i = 0; i < paragraphs; i++)
        buf_addf(&out, "Paragraph %zu with *words* and a [link][r%zu] in it.\n\n%s", i, i % 7,
            i % 10 == 0   ? "    code\n\n"
            : i % 10 == 1 ? "- one\n- two\n\n"
                          : "");
    for (size_t i = 0; i < 7; i++)
        buf_addf(&out, "[r%zu]: https://example.org/%zu\n", i, i);
    buf_adds(&out, "\nThe last **word**.\n");
    return buf_take(&out);
}

static size_t count_ready(const struct text *text)
{
    size_t ready = 0;
    for (size_t i = 0; i < text->part_count; i++)
        ready += text->parts[i].ready;
    return ready;
}

static void test_a_large_note_is_read_where_it_is_seen(void **state)
{
    struct ui ui;
    char *body = large_note(40000);
    const struct text *text = &ui.app.reader.text;
    (void)state;
    open_note(&ui, body, 30, 78);
    ui_assert_shows(&ui, "Paragraph 0 with words");
    assert_true(text->part_count > 100);
    assert_true(count_ready(text) < 20);
    ui_keys(&ui, "G");
    ui_assert_shows(&ui, "The last word.");
    ui_assert_shows(&ui, "Paragraph 39999 with words and a link in it.");
    ui_assert_status(&ui, "end");
    assert_true(count_ready(text) < 30);
    ui_keys(&ui, "bb");
    ui_assert_shows(&ui, "Paragraph 39970");
    ui_keys(&ui, "gg<Space><Space>");
    assert_true(count_ready(text) < 40);
    ui_check_grid(&ui);
    free(body);
    ui_close(&ui);
}

/* Whichever way a place was come to, it shows lines that are there. */
static void test_a_large_note_holds_together(void **state)
{
    static const char *const ways[] = { "G", "b", "b", "^U", "k", "gg", "<Space>", "G", "j",
        "b", "3000G", "b", "b", "9000G", "<Space>", "j", "k", "^D" };
    struct ui ui;
    struct buf all = { 0 };
    size_t checked = 0;
    char *body = large_note(8000);
    (void)state;
    open_note(&ui, body, 30, 78);
    text_add_all(&ui.app.reader.text, &all);
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        ui_keys(&ui, ways[i]);
        char *screen = ui_screen(&ui);
        const char *at = strstr(screen, "Paragraph");
        size_t line = at != NULL ? strcspn(at, "\n") : 0;
        while (line > 0 && (unsigned char)at[line - 1] > 0x7F) /* the scroll mark */
            line--;
        while (line > 0 && at[line - 1] == ' ')
            line--;
        if (at != NULL) {
            assert_non_null(memmem(all.data, all.len, at, line));
            checked++;
        }
        free(screen);
    }
    assert_true(checked > 12);
    buf_release(&all);
    free(body);
    ui_close(&ui);
}

/* Keys that arrive together are carried out before anything is laid out. */
static void test_keys_in_one_go(void **state)
{
    static const char *const bursts[] = { "sf", "sG", "s\tn", "sfq", "s  \t", "sNzlzh" };
    struct ui ui;
    char *body = large_note(8000);
    (void)state;
    open_note(&ui, body, 30, 78);
    for (size_t i = 0; i < sizeof bursts / sizeof bursts[0]; i++) {
        for (const char *c = bursts[i]; *c != '\0'; c++)
            app_key(&ui.app, (uint32_t)*c);
        ui_check_grid(&ui);
        ui_keys(&ui, "<Esc>");
        ui_keys(&ui, "<Enter>");
    }
    free(body);
    ui_close(&ui);
}

static void test_matches_far_away(void **state)
{
    struct ui ui;
    struct buf body = { 0 };
    char *filler = large_note(20000);
    (void)state;
    buf_addf(&body, "A zebracorn at the top.\n\n%s\n\nA Zébracorn at the end.\n", filler);
    open_note(&ui, body.data, 30, 78);
    ui_keys(&ui, "q/zebracorn<Enter><Enter>");
    ui_assert_shows(&ui, "A zebracorn at the top");
    assert_true(count_ready(&ui.app.reader.text) < 20);
    ui_keys(&ui, "n");
    if (ui_find(&ui, "zebracorn at the top", NULL) >= 0)
        ui_keys(&ui, "n");
    ui_assert_shows(&ui, "A Zébracorn at the end");
    assert_true(ui_face_of(&ui, "Zébracorn") & FACE_CURRENT);
    ui_keys(&ui, "N");
    ui_assert_shows(&ui, "A zebracorn at the top");
    free(filler);
    buf_release(&body);
    ui_close(&ui);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tab_walks_the_links),
        cmocka_unit_test(test_the_list_of_links),
        cmocka_unit_test(test_a_time_opens_the_video),
        cmocka_unit_test(test_code_moves_sideways),
        cmocka_unit_test(test_matches_across_looks_and_lines),
        cmocka_unit_test(test_a_large_note_is_read_where_it_is_seen),
        cmocka_unit_test(test_a_large_note_holds_together),
        cmocka_unit_test(test_keys_in_one_go),
        cmocka_unit_test(test_matches_far_away),
    };
    return cmocka_run_group_tests(tests, ui_group_begin, ui_group_end);
}
