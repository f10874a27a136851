/* Related talks, the last search at the prompt, suggestions, saved searches and a
 * hidden reader on the screen. */
#include "support.h"

#include <stdlib.h>

#include <cmocka.h>

#include "base/mem.h"
#include "ui_support.h"

/* gR shows talks like one; q goes back to the search it was asked from. */
static void test_related_and_back(void **state)
{
    struct ui ui;
    (void)state;
    ui_open(&ui, UI_CATALOG, 24, 80);
    ui_keys(&ui, "/");
    ui_type(&ui, "gpu");
    ui_keys(&ui, "<Enter>j");
    char *title = mem_dup(ui_selected(&ui));
    ui_keys(&ui, "gR");
    ui_assert_shows(&ui, "search: related:");
    ui_keys(&ui, "jq");
    ui_assert_shows(&ui, "search: gpu");
    assert_string_equal(ui_selected(&ui), title);
    /* Another search in between: back goes there, not to the first. */
    ui_keys(&ui, "gR/");
    ui_type(&ui, "metaclasses");
    ui_keys(&ui, "<Enter>gRgRq");
    ui_assert_shows(&ui, "search: metaclasses");
    ui_keys(&ui, "q");
    ui_assert_shows(&ui, "by theme");
    /* :search means what / and Enter mean, and so does what is saved of it. */
    ui_keys(&ui, ":");
    ui_type(&ui, "search metacl");
    ui_keys(&ui, "<Enter>");
    ui_assert_shows(&ui, "Metaclasses Demystified");
    free(title);
    ui_close(&ui);
}

/* The text of the last search is replaced by a letter, gone on with by a blank
 * and edited with everything else. */
static void test_the_last_search_is_replaced(void **state)
{
    struct ui ui;
    (void)state;
    ui_open(&ui, UI_CATALOG, 24, 80);
    ui_keys(&ui, "/");
    ui_type(&ui, "gpu");
    ui_keys(&ui, "<Enter>/");
    ui_assert_status(&ui, "/gpu");
    ui_type(&ui, "jit");
    ui_assert_status(&ui, "/jit");
    ui_keys(&ui, "<Enter>/");
    ui_type(&ui, " compiler");
    ui_assert_status(&ui, "/jit compiler");
    ui_keys(&ui, "<Enter>/<Backspace>");
    ui_type(&ui, "r");
    ui_assert_status(&ui, "/jit compiler");
    ui_close(&ui);
}

/* What nothing holds: Tab takes what was meant. :save keeps it, g/ lists it. */
static void test_suggested_and_saved(void **state)
{
    struct ui ui;
    (void)state;
    ui_open(&ui, UI_CATALOG, 24, 80);
    ui_keys(&ui, "/");
    ui_type(&ui, "metaclases");
    ui_assert_shows(&ui, "nothing found");
    ui_assert_status(&ui, "metaclasses? Tab takes it");
    ui_keys(&ui, "<Tab>");
    ui_assert_status(&ui, "/metaclasses");
    ui_assert_shows(&ui, "Metaclasses Demystified");
    ui_keys(&ui, "<Enter>:");
    ui_type(&ui, "save meta");
    ui_keys(&ui, "<Enter>");
    ui_assert_status(&ui, "saved meta");
    ui_keys(&ui, "<Esc>g/");
    ui_assert_shows(&ui, "meta · metaclasses*");
    ui_keys(&ui, "/");
    ui_type(&ui, "@meta");
    ui_assert_shows(&ui, "Metaclasses Demystified");
    ui_keys(&ui, "<Esc>:");
    ui_type(&ui, "unsave meta");
    ui_keys(&ui, "<Enter>");
    ui_assert_shows(&ui, "no saved searches");
    ui_keys(&ui, "u");
    ui_assert_shows(&ui, "meta · metaclasses");
    ui_close(&ui);
}

/* In one pane, the list in front: a note added to a talk with more notes than the
 * reader reads at once, which is not on the screen. */
static void test_many_notes_behind_the_list(void **state)
{
    struct ui ui;
    struct err err = { 0 };
    int64_t id;
    (void)state;
    ui_open(&ui, UI_CATALOG, 12, 40);
    ui_keys(&ui, "/");
    ui_type(&ui, "metaclasses demyst");
    ui_keys(&ui, "<Enter>");
    char *key = support_key(ui.app.db, "metaclasses-demystified");
    for (int i = 0; i < 40; i++)
        assert_true(db_note_add(ui.app.db, key, NULL, "one of many", &id, &err));
    ui_keys(&ui, "Ra");
    ui_type(&ui, "the last");
    ui_keys(&ui, "<Enter>");
    ui_assert_status(&ui, "saved");
    ui_keys(&ui, "]<Enter>G");
    ui_assert_shows(&ui, "the last");
    free(key);
    ui_close(&ui);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_related_and_back),
        cmocka_unit_test(test_the_last_search_is_replaced),
        cmocka_unit_test(test_suggested_and_saved),
        cmocka_unit_test(test_many_notes_behind_the_list),
    };
    return cmocka_run_group_tests(tests, ui_group_begin, ui_group_end);
}
