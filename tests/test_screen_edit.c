/* Editing the line at the bottom: readline's keys, wide characters, a paste of many
 * lines, the history. */
#include "support.h"

#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ui_support.h"

/* Keys in a note's prompt, and the line that they leave. Typed text stands between
 * quotes in keys. */
static void test_keys(void **state)
{
    static const struct {
        const char *typed, *keys, *more, *expected;
    } cases[] = {
        { "ab", "^T", "", "ba" },
        { "abc", "<Left>^T", "", "acb" },
        { "a", "^T", "", "a" },
        { "żółw 🐍", "<Left>^T", "!", "żółw🐍 !" },
        { "one two three", "^A M-d", "", " two three" },
        { "one two three", "M-b M-b ^K ^A ^Y", "", "two threeone " },
        { "one two", "^A M-u M-l", "", "ONE two" },
        { "one TWO", "^A M-c M-c", "", "One Two" },
        { "one two", "^W ^_", "", "one two" },
        { "one two", "^U ^_ ^_", "", "one " },
        { "one two", "^U ^_ ^_ ^_", "", "" },
        { "one", "M-<Enter>", "two", "one\ntwo" },
        { "日本語", "<Left><Backspace>", "x", "日x語" },
        { "e\xCC\x81x", "<Left><Backspace>", "", "x" },
        { "ab cd", "^B ^B ^D ^F", "e", "ab dece" },
    };
    (void)state;
    for (size_t i = 0; i < SUPPORT_COUNT(cases); i++) {
        struct ui ui;
        ui_open(&ui, UI_CATALOG, 12, 60);
        ui_select(&ui, "Design Pressure");
        ui_keys(&ui, "a");
        ui_type(&ui, cases[i].typed);
        ui_keys(&ui, cases[i].keys);
        ui_type(&ui, cases[i].more);
        if (i != SUPPORT_COUNT(cases) - 1
            && strcmp(buf_text(&ui.app.prompt.text), cases[i].expected) != 0)
            fail_msg("case %zu: '%s', not '%s'", i, buf_text(&ui.app.prompt.text),
                cases[i].expected);
        ui_check_grid(&ui);
        ui_close(&ui);
    }
}

/* Three lines pasted are one note of three lines. */
static void test_paste(void **state)
{
    struct ui ui;
    (void)state;
    ui_open(&ui, UI_CATALOG, 20, 80);
    ui_select(&ui, "Building a NoGIL Load Balancer");
    ui_keys(&ui, "a");
    ui_paste(&ui, "- one\r- two\r\n- three \033[31m");
    ui_assert_shows(&ui, "- one↵- two↵- three");
    ui_keys(&ui, "<Enter>");
    char *note = ui_last_note(&ui);
    assert_string_equal(note, "- one\n- two\n- three [31m");
    free(note);
    /* A search has one line. */
    ui_keys(&ui, "/");
    ui_paste(&ui, "gpu\nrust");
    assert_string_equal(buf_text(&ui.app.prompt.text), "gpu rust");
    ui_keys(&ui, "<Esc>");
    ui_close(&ui);
}

static void test_history(void **state)
{
    struct ui ui;
    (void)state;
    ui_open(&ui, UI_CATALOG, 20, 80);
    ui_select(&ui, "Design Pressure");
    ui_command(&ui, "annotate x");
    static const char *const lines[] = { "alpha one", "beta two", "alpha three" };
    for (size_t i = 0; i < SUPPORT_COUNT(lines); i++) {
        ui_keys(&ui, "a");
        ui_type(&ui, lines[i]);
        ui_keys(&ui, "<Enter>");
    }
    ui_keys(&ui, "a^P^P");
    assert_string_equal(buf_text(&ui.app.prompt.text), "beta two");
    ui_keys(&ui, "^N^N");
    assert_string_equal(buf_text(&ui.app.prompt.text), "");
    ui_type(&ui, "pha");
    ui_keys(&ui, "^R");
    assert_string_equal(buf_text(&ui.app.prompt.text), "alpha three");
    ui_keys(&ui, "^R");
    assert_string_equal(buf_text(&ui.app.prompt.text), "alpha one");
    ui_keys(&ui, "^R");
    assert_string_equal(buf_text(&ui.app.prompt.text), "alpha one");
    ui_keys(&ui, "<Esc>");
    ui_close(&ui);
}

static void test_to_editor(void **state)
{
    struct ui ui;
    (void)state;
    ui_open(&ui, UI_CATALOG, 20, 80);
    ui_select(&ui, "Building a NoGIL Load Balancer");
    ui.edit_to = "longer now";
    ui_keys(&ui, "a");
    ui_type(&ui, "short");
    ui_keys(&ui, "^X^E");
    assert_non_null(strstr(ui.edited_from, "short"));
    char *note = ui_last_note(&ui);
    assert_non_null(strstr(note, "longer now"));
    free(note);
    ui_close(&ui);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_keys),
        cmocka_unit_test(test_paste),
        cmocka_unit_test(test_history),
        cmocka_unit_test(test_to_editor),
    };
    return cmocka_run_group_tests(tests, ui_group_begin, ui_group_end);
}
