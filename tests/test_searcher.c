/* The thread that searches beside the interface: the newest question counts. */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ui/searcher.h"

static void test_newest_question_counts(void **state)
{
    struct support_fixture *f = *state;
    struct err err = { 0 };
    struct searcher searcher = { .db = f->db };
    struct search_answer answer;
    assert_int_equal(searcher_fd(&searcher), -1);
    assert_false(searcher_take(&searcher, 0, true, &answer));
    for (int i = 0; i < 300; i++) {
        char text[32];
        snprintf(text, sizeof text, "wombat %d", i);
        assert_true(searcher_ask(&searcher, text, true, i % 7 == 0, &err));
        /* Whatever has come is about the last question asked. */
        if (i % 3 == 0 && searcher_take(&searcher, i % 2, true, &answer)) {
            assert_string_equal(answer.text, text);
            search_answer_release(&answer);
        }
    }
    assert_true(searcher_ask(&searcher, "metaclasses", false, false, &err));
    assert_true(searcher_take(&searcher, -1, true, &answer));
    assert_string_equal(answer.text, "metaclasses");
    assert_true(answer.hits.count > 0);
    search_answer_release(&answer);
    assert_false(searcher_is_busy(&searcher));
    assert_false(searcher_take(&searcher, -1, true, &answer));
    searcher_release(&searcher);
}

static void test_suggestion_follows(void **state)
{
    struct support_fixture *f = *state;
    struct err err = { 0 };
    struct searcher searcher = { .db = f->db };
    struct search_answer answer;
    assert_true(searcher_ask(&searcher, "metaclases", false, false, &err));
    assert_true(searcher_take(&searcher, -1, true, &answer));
    assert_int_equal(answer.hits.count, 0);
    assert_string_equal(answer.suggestion, "metaclasses");
    search_answer_release(&answer);
    assert_true(searcher_ask(&searcher, "theme:nonesuch", false, false, &err));
    assert_true(searcher_take(&searcher, -1, true, &answer));
    assert_non_null(strstr(err_text(&answer.err), "no theme like 'nonesuch'"));
    search_answer_release(&answer);
    assert_true(searcher_ask(&searcher, "lang:es", false, true, &err));
    assert_true(searcher_take(&searcher, -1, true, &answer));
    assert_int_equal(answer.id_count, 15);
    search_answer_release(&answer);
    /* What is forgotten is not answered. */
    assert_true(searcher_ask(&searcher, "gpu", false, false, &err));
    searcher_forget(&searcher);
    assert_false(searcher_take(&searcher, -1, true, &answer));
    /* What was written in between is seen. */
    int64_t id;
    assert_true(db_note_add(f->db, NULL, NULL, "a wombat", &id, &err));
    assert_true(searcher_ask(&searcher, "wombat", false, false, &err));
    assert_true(searcher_take(&searcher, -1, true, &answer));
    assert_int_equal(answer.hits.count, 1);
    assert_int_equal(answer.hits.items[0].kind, DB_HIT_NOTE);
    assert_int_equal(answer.hits.items[0].id, id);
    search_answer_release(&answer);
    searcher_release(&searcher);
}

#define SEARCHER_TEST(name)                                                                    \
    cmocka_unit_test_setup_teardown(name, support_set_up, support_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SEARCHER_TEST(test_newest_question_counts),
        SEARCHER_TEST(test_suggestion_follows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
