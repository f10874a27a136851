/* Screens without a terminal: stars, ratings, tags, places, what is opened
 * outside, the mouse, a database that cannot be written and an empty one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "ui_support.h"

static const char talk[] = "The PyArrow revolution";
static const char video[] = "https://www.youtube.com/watch?v=Cpr0wbopYvU";

static void open_on_talk(struct ui *ui)
{
    ui_open(ui, UI_CATALOG, 30, 120);
    ui_select(ui, talk);
}

/* --- marks ------------------------------------------------------------- */

static void test_marks(void **state)
{
    struct ui ui;
    (void)state;
    open_on_talk(&ui);
    ui_keys(&ui, "s");
    ui_assert_status(&ui, "starred");
    ui_assert_shows(&ui, "★ starred");
    ui_assert_shows(&ui, "106 talks ✓0 ★1");
    ui_keys(&ui, "w");
    ui_assert_status(&ui, "marked as watched");
    ui_assert_shows(&ui, "★ starred · ✓ watched");
    ui_keys(&ui, "r5");
    ui_assert_status(&ui, "rated 5 of 5");
    ui_assert_shows(&ui, "●●●●● 5 of 5");
    ui_keys(&ui, "r2");
    ui_assert_shows(&ui, "●●○○○ 2 of 5");
    ui_keys(&ui, "r0");
    ui_assert_lacks(&ui, "of 5 ");
    ui_command(&ui, "rate 4");
    ui_assert_shows(&ui, "●●●●○ 4 of 5");
    ui_command(&ui, "rate 9");
    ui_assert_status(&ui, "a rating is a digit");
    ui_keys(&ui, "r9");
    ui_assert_status(&ui, "means nothing");
    ui_keys(&ui, "sw");
    ui_assert_status(&ui, "no longer marked");
    ui_assert_lacks(&ui, "★ starred");
    ui_keys(&ui, "uu");
    ui_assert_shows(&ui, "★ starred · ✓ watched");
    ui_keys(&ui, "^R");
    ui_assert_lacks(&ui, "★ starred");
    ui_close(&ui);
}

static void test_tags(void **state)
{
    struct ui ui;
    (void)state;
    open_on_talk(&ui);
    ui_keys(&ui, "t");
    ui_assert_status(&ui, "tags:");
    ui_type(&ui, "Data later #data");
    ui_keys(&ui, "<Enter>");
    ui_assert_shows(&ui, "#data #later");
    ui_keys(&ui, "t");
    ui_assert_status(&ui, "tags: data later");
    ui_keys(&ui, "^Wteam<Enter>");
    ui_assert_shows(&ui, "#data #team");
    ui_keys(&ui, "u");
    ui_assert_shows(&ui, "#data #later");
    ui_keys(&ui, "t^U<Enter>");
    ui_assert_lacks(&ui, "#data");
    ui_command(&ui, "tags one two");
    ui_assert_shows(&ui, "#one #two");
    ui_keys(&ui, "/tag:two<Enter>");
    ui_assert_shows(&ui, "1 found");
    ui_close(&ui);
}

static void test_places(void **state)
{
    struct ui ui;
    (void)state;
    open_on_talk(&ui);
    char *title = mem_dup(ui_selected(&ui));
    ui_keys(&ui, "ma");
    ui_assert_status(&ui, "'a comes back here");
    ui_keys(&ui, "Gzm"); /* no sequence */
    ui_keys(&ui, "zM'a");
    assert_string_equal(ui_selected(&ui), title);
    ui_keys(&ui, "gr'a");
    assert_string_equal(ui_selected(&ui), title);
    ui_keys(&ui, "/metaclasses<Enter>'a");
    assert_string_equal(ui_selected(&ui), title);
    assert_false(ui.app.list.searching);
    ui_keys(&ui, "&lang:es<Enter>'a");
    assert_string_equal(ui_selected(&ui), title);
    ui_keys(&ui, "'z");
    ui_assert_status(&ui, "no talk is marked with z; mz marks one");
    ui_command(&ui, "mark b");
    ui_command(&ui, "top");
    ui_command(&ui, "jump b");
    assert_string_equal(ui_selected(&ui), title);
    ui_command(&ui, "mark 7");
    ui_assert_status(&ui, "mark takes a letter");
    ui_keys(&ui, "ggma");
    ui_assert_status(&ui, "select a talk first");
    free(title);
    ui_close(&ui);
}

/* From the reader, back over a search: wherever it was, the talk is shown. */
static void test_jump_from_the_reader(void **state)
{
    struct ui ui;
    (void)state;
    open_on_talk(&ui);
    char *title = mem_dup(ui_selected(&ui));
    ui_keys(&ui, "ma/metaclasses<Enter><Enter>'a");
    assert_string_equal(ui_selected(&ui), title);
    assert_null(ui.app.message_is_error ? ui.app.message : NULL);
    free(title);
    ui_close(&ui);
}

/* --- outside ----------------------------------------------------------- */

static void test_opening_outside(void **state)
{
    struct ui ui;
    struct buf line = { 0 };
    (void)state;
    open_on_talk(&ui);
    buf_addf(&line, "start xdg-open %s\n", video);
    ui_keys(&ui, "o");
    ui_assert_asked(&ui, line.data);
    ui_assert_status(&ui, "with xdg-open");
    setenv("BROWSER", "first -new:second %s end", 1);
    ui_keys(&ui, "o");
    ui_assert_asked(&ui, "start first -new https://");
    ui_command(&ui, "set browser mine");
    ui_keys(&ui, "O");
    ui_assert_asked(&ui, "start mine https://us.pycon.org/2025/schedule/presentation/69/");
    ui.cannot_start = true;
    ui_keys(&ui, "o");
    ui_assert_status(&ui, "no browser could be started; the address is");
    ui_assert_status(&ui, video);
    char *asked = mem_dup(buf_text(&ui.asked));
    assert_non_null(strstr(asked, "start mine "));
    assert_non_null(strstr(asked, "start first -new "));
    assert_non_null(strstr(asked, "v=Cpr0wbopYvU end\n"));
    assert_non_null(strstr(asked, "start xdg-open "));
    free(asked);
    unsetenv("BROWSER");
    buf_release(&line);
    ui_close(&ui);
}

static void test_copying(void **state)
{
    struct ui ui;
    struct buf line = { 0 };
    (void)state;
    open_on_talk(&ui);
    buf_addf(&line, "copy %s\n", video);
    ui_keys(&ui, "y");
    ui_assert_asked(&ui, line.data);
    ui_assert_status(&ui, "copied https");
    ui_select(&ui, "Welcome"); /* without a video: the page */
    bool has = ui.app.reader.talk.video_url[0] != '\0';
    ui_keys(&ui, "y");
    ui_assert_asked(&ui, has ? "copy https://www" : "copy https://us.pycon.org");
    buf_release(&line);
    ui_close(&ui);
}

static void test_piping(void **state)
{
    struct ui ui;
    (void)state;
    open_on_talk(&ui);
    ui_keys(&ui, "|");
    ui_assert_status(&ui, "pipe to:");
    ui_type(&ui, "wc -l");
    ui_keys(&ui, "<Enter>");
    ui_assert_asked(&ui, "run and pause /bin/sh -c wc -l");
    assert_non_null(strstr(buf_text(&ui.piped), "▾ Data at scale")); /* the list's text */
    ui_keys(&ui, "<Tab>|cat<Enter>");
    assert_non_null(strstr(buf_text(&ui.piped), "Reuven"));
    assert_null(strstr(buf_text(&ui.piped), "▾ Data at scale"));
    ui.run_status = 3;
    ui_keys(&ui, "|false<Enter>");
    ui_assert_status(&ui, "false ended with status 3");
    ui.cannot_run = true;
    ui_keys(&ui, "|x<Enter>");
    ui_assert_status(&ui, "cannot start");
    ui_keys(&ui, "|<Enter>");
    ui.cannot_run = false;
    ui.run_status = 0;
    ui_keys(&ui, "?|cat<Enter>");
    assert_non_null(strstr(buf_text(&ui.piped), "move half a page down"));
    ui_keys(&ui, "q^L^Z");
    ui_assert_asked(&ui, "redraw\nsuspend\n");
    ui_close(&ui);
}

/* --- the mouse --------------------------------------------------------- */

static void test_mouse(void **state)
{
    struct ui ui;
    (void)state;
    ui_open(&ui, UI_CATALOG, 24, 100);
    ui_mouse(&ui, BUTTON_LEFT, 5, 10);
    assert_int_equal(ui.app.list.selected, 4);
    ui_assert_shows(&ui, "David Hewitt");
    ui_mouse(&ui, BUTTON_WHEEL_DOWN, 5, 10);
    assert_int_equal(ui.app.list.top, 3);
    assert_int_equal(ui.app.list.selected, 4);
    ui_mouse(&ui, BUTTON_WHEEL_DOWN, 5, 10);
    assert_int_equal(ui.app.list.selected, 6); /* never out of sight */
    ui_mouse(&ui, BUTTON_WHEEL_UP, 5, 10);
    ui_mouse(&ui, BUTTON_WHEEL_UP, 5, 10);
    assert_int_equal(ui.app.list.top, 0);
    ui_mouse(&ui, BUTTON_LEFT, 5, 10);
    ui_mouse(&ui, BUTTON_WHEEL_DOWN, 5, 80); /* the pane under the pointer */
    assert_int_equal(ui.app.reader.text.top, 3);
    assert_int_equal(ui.app.focus, FOCUS_LIST);
    ui_mouse(&ui, BUTTON_LEFT, 6, 80);
    assert_int_equal(ui.app.focus, FOCUS_READER);
    ui_mouse(&ui, BUTTON_LEFT, 5, 10);
    assert_int_equal(ui.app.focus, FOCUS_LIST);
    ui_mouse(&ui, BUTTON_LEFT, 5, 10); /* what is selected opens */
    assert_int_equal(ui.app.focus, FOCUS_READER);
    size_t all = ui.app.list.count;
    ui_mouse(&ui, BUTTON_LEFT, 1, 1);
    ui_mouse(&ui, BUTTON_LEFT, 1, 1);
    assert_true(ui.app.list.count < all); /* a heading folds */
    ui_mouse(&ui, BUTTON_LEFT, 20, 1);    /* bar, border, status, below the rows: nothing */
    ui_mouse(&ui, BUTTON_LEFT, 0, 0);
    ui_mouse(&ui, BUTTON_LEFT, 23, 3);
    ui_mouse(&ui, BUTTON_LEFT, 5, 42);
    ui_mouse(&ui, BUTTON_WHEEL_DOWN, -1, 9999);
    ui_close(&ui);
}

static void test_mouse_over_help_and_prompt(void **state)
{
    struct ui ui;
    (void)state;
    ui_open(&ui, UI_CATALOG, 24, 100);
    ui_keys(&ui, "?");
    ui_mouse(&ui, BUTTON_WHEEL_DOWN, 5, 5);
    assert_int_equal(ui.app.help.text.top, 3);
    ui_mouse(&ui, BUTTON_LEFT, 5, 5);
    assert_int_equal(ui.app.list.selected, 0);
    ui_keys(&ui, "q/gpu");
    ui_mouse(&ui, BUTTON_LEFT, 3, 5);
    assert_int_equal(ui.app.list.selected, 0);
    ui_mouse(&ui, BUTTON_WHEEL_DOWN, 3, 80);
    assert_true(ui.app.prompt.active);
    ui_close(&ui);
}

/* --- other databases --------------------------------------------------- */

static void test_read_only(void **state)
{
    static const char *const writing[] = { "s", "w", "r3", "a", "A", "tx<Enter>", "D", "D", "e",
        "e", "ma", "u", "^R" };
    struct ui ui;
    (void)state;
    ui_open(&ui, UI_READ_ONLY, 30, 100);
    ui_assert_shows(&ui, " read-only ");
    ui_assert_status(&ui, "read-only: ");
    ui_select(&ui, "When GPUs Make Python Slower");
    ui.edit_to = "changed";
    for (size_t i = 0; i < sizeof writing / sizeof writing[0]; i++) {
        ui_keys(&ui, writing[i]);
        assert_non_null(ui.app.message);
        assert_int_equal(ui.app.reader.notes.count, 1);
        assert_false(ui.app.reader.talk.starred);
        ui_check_grid(&ui);
    }
    ui_keys(&ui, "/gpu<Enter><Enter>q<Esc>gdzMzR&lang:es<Enter>");
    ui_assert_shows(&ui, "15 talks");
    ui_close(&ui);
}

static void test_read_only_edit_keeps_the_draft(void **state)
{
    struct ui ui;
    (void)state;
    ui_open(&ui, UI_READ_ONLY, 60, 160);
    ui_select(&ui, "When GPUs Make Python Slower");
    ui.edit_to = "an hour of work";
    ui_keys(&ui, "e");
    if (ui.draft != NULL) {
        char *draft = ui_read_file(ui.draft);
        assert_string_equal(draft, "an hour of work");
        assert_non_null(strstr(ui.app.message, ui.draft));
        free(draft);
    }
    ui_close(&ui);
}

static void test_empty(void **state)
{
    struct ui ui;
    (void)state;
    ui_open(&ui, UI_EMPTY, 24, 80);
    ui_assert_shows(&ui, "0 talks");
    ui_assert_shows(&ui, "no talks yet");
    ui_assert_shows(&ui, "FILE loads a catalog"); /* the remedy, in whole */
    ui_keys(&ui, "jkggG^D^U<Space>bnN<Enter>lhzazMzRS<Tab>jG<Tab>gtgpgdgrgs");
    ui_keys(&ui, "swr3tauT");
    ui_keys(&ui, "^R][eDAoOyma'a");
    ui_assert_status(&ui, "no talk is marked");
    ui_keys(&ui, "/x<Enter>");
    ui_assert_shows(&ui, "nothing found");
    ui_keys(&ui, "n<Enter>q&x<Enter>q");
    ui_keys(&ui, "?qRu");
    ui_close(&ui);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_marks),
        cmocka_unit_test(test_tags),
        cmocka_unit_test(test_places),
        cmocka_unit_test(test_jump_from_the_reader),
        cmocka_unit_test(test_opening_outside),
        cmocka_unit_test(test_copying),
        cmocka_unit_test(test_piping),
        cmocka_unit_test(test_mouse),
        cmocka_unit_test(test_mouse_over_help_and_prompt),
        cmocka_unit_test(test_read_only),
        cmocka_unit_test(test_read_only_edit_keeps_the_draft),
        cmocka_unit_test(test_empty),
    };
    return cmocka_run_group_tests(tests, ui_group_begin, ui_group_end);
}
