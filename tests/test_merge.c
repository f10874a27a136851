/* The three-way merge: what is clean and what is not, that it does not matter which
 * side is which, that nothing is lost, and that big notes are merged at once. */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/log.h"
#include "model/merge.h"
#include "texts.h"

static struct diff_text plain(const char *text)
{
    return (struct diff_text){ text, strlen(text) };
}

/* "-" stands for: not clean. */
static void check(const char *base, const char *ours, const char *theirs, const char *expected)
{
    struct diff_text texts[] = { plain(ours), plain(theirs) };
    for (int side = 0; side < 2; side++) {
        char *merged;
        size_t len;
        bool clean = merge3(plain(base), texts[side], texts[1 - side], &merged, &len);
        const char *got = clean ? merged : "-";
        if (strcmp(got, expected) != 0 || (clean && strlen(merged) != len))
            fail_msg("'%s', '%s', '%s': '%s'", base, ours, theirs, got);
        assert_true(clean == (merged != NULL));
        free(merged);
    }
}

static void test_cases(void **state)
{
    (void)state;
    /* Neighbours. */
    check("1\n2\n3\n", "A\n2\n3\n", "1\nB\n3\n", "A\nB\n3\n");
    check("1\n2\n3\n", "A\n2\n3\n", "1\n3\n", "A\n3\n");
    check("1\n2\n", "A\n2\n", "1\nnew\n2\n", "A\nnew\n2\n");
    check("1\n2\n", "1\nB\n", "1\nnew\n2\n", "1\nnew\nB\n");
    check("1\n2\n3\n", "A\nB\n3\n", "1\nC\n3\n", "-");
    check("1\n2\n", "1\nnew\n2\n", "", "-");
    /* One point, one line. */
    check("1\n", "1\nA\n", "1\nB\n", "-");
    check("1\n", "1\nA\n", "1\nA\n", "1\nA\n");
    check("1\n", "1\nA\n", "B\n1\n", "B\n1\nA\n");
    check("1\n2\n", "X\n2\n", "Y\n2\n", "-");
    check("1\n2\n", "X\n2\n", "2\n", "-");
    check("1\n2\n", "2\n", "2\n", "2\n");
    check("1\n2\n3\n", "X\n2\n3\n", "X\n2\nY\n", "X\n2\nY\n");
    /* A line added among equal ones on both sides, each with a change of its own. */
    check("a\nq\n\nb\n\nc\n", "a\nq\n\nx\n\nb\n\nC\n", "A\nq\n\nx\n\nb\n\nc\n",
        "A\nq\n\nx\n\nb\n\nC\n");
    /* From and to nothing. */
    check("", "A\n", "", "A\n");
    check("", "A\n", "B\n", "-");
    check("1\n", "", "1\n", "");
    check("1\n", "", "2\n", "-");
    check("", "", "", "");
}

static void test_last_newline(void **state)
{
    (void)state;
    check("1\nabc", "1\nabc\nnew\n", "A\nabc", "A\nabc\nnew\n");
    check("1\nabc", "1\nabc\nnew", "A\nabc", "A\nabc\nnew");
    check("abc", "abc\nnew", "ABC", "ABC\nnew");
    check("abc", "abc\n", "ABC", "ABC\n");
    check("abc\n", "abc", "ABC\n", "ABC");
    check("abc\n", "abc", "abc\nnew\n", "abc\nnew");
    check("abc", "abc\n", "abc\n", "abc\n");
    check("abc", "abc\nnew", "abc\nnew\n", "abc\nnew\n");
    check("abc", "ABC", "abd", "-");
    check("", "A", "", "A");
    check("A", "", "A", "");
    /* The blank line is not lost with the newline. */
    check("\nz\n", "\nz", "\n", "\n");
    check("a\n\nz\n", "a\n\nz", "a\n\n", "a\n\n");
}

static void expect(const struct buf *base, const struct buf *ours, const struct buf *theirs,
    const struct buf *expected)
{
    char *merged;
    size_t len;
    assert_true(merge3(text_of(base), text_of(ours), text_of(theirs), &merged, &len));
    assert_int_equal(len, expected->len);
    assert_memory_equal(merged, buf_text(expected), len);
    free(merged);
}

/* What holds for every text. */
static void test_laws(void **state)
{
    uint64_t random = 21;
    (void)state;
    for (int i = 0; i < 10000; i++) {
        struct buf a = { 0 }, b = { 0 };
        uint32_t kinds = 1 + support_random(&random) % 10;
        text_add_random(&a, &random, 20, kinds);
        if (i % 2 == 0)
            text_add_random(&b, &random, 20, kinds);
        else
            text_add_edited(&b, text_of(&a), &random, 3, kinds);
        expect(&a, &b, &a, &b);
        expect(&a, &a, &b, &b);
        expect(&a, &b, &b, &b);
        buf_release(&a), buf_release(&b);
    }
}

/* Which lines of base a difference changes, and where it adds some without changing
 * one: touch[2 * i] is the point before line i, touch[2 * i + 1] the line itself. */
static void mark_touched(const struct diff *diff, unsigned char *touch)
{
    for (size_t i = 0; i < diff->count; i++) {
        const struct diff_hunk *hunk = &diff->hunks[i];
        size_t from = 2 * hunk->a_first, to = from + 2 * hunk->a_count;
        if (hunk->a_count == 0)
            touch[from] = 1;
        for (size_t k = from + 1; k < to; k++)
            touch[k] = 1;
    }
}

static bool is_disjoint(struct diff_text base, struct diff_text ours, struct diff_text theirs)
{
    unsigned char touched[2][200] = { { 0 } };
    struct diff_text sides[] = { ours, theirs };
    bool disjoint = true;
    for (int side = 0; side < 2; side++) {
        struct diff diff;
        diff_make(&diff, base, sides[side]);
        assert_true(2 * diff.a.count < sizeof touched[0]);
        mark_touched(&diff, touched[side]);
        diff_release(&diff);
    }
    for (size_t i = 0; i < sizeof touched[0]; i++)
        disjoint = disjoint && !(touched[0][i] && touched[1][i]);
    return disjoint;
}

static size_t count_lines(const char *text, size_t len, const char *line, size_t line_len)
{
    size_t count = 0;
    for (size_t at = 0; at < len;) {
        size_t end = (size_t)((const char *)memchr(text + at, '\n', len - at) - text) + 1;
        count += end - at == line_len && memcmp(text + at, line, line_len) == 0;
        at = end;
    }
    return count;
}

/* Every kind of line is there as often as base has it, and what each side added to or
 * took from that. */
static void check_sum(const struct buf *base, const struct buf *ours, const struct buf *theirs,
    const char *merged, size_t len)
{
    for (size_t at = 0; at < len;) {
        const char *line = merged + at;
        size_t line_len = (size_t)((const char *)memchr(line, '\n', len - at) - line) + 1;
        size_t in_base = count_lines(buf_text(base), base->len, line, line_len);
        size_t in_ours = count_lines(buf_text(ours), ours->len, line, line_len);
        size_t in_theirs = count_lines(buf_text(theirs), theirs->len, line, line_len);
        assert_int_equal(
            count_lines(merged, len, line, line_len) + in_base, in_ours + in_theirs);
        at += line_len;
    }
}

static void close_text(struct buf *text)
{
    if (text->len > 0 && text->data[text->len - 1] != '\n')
        buf_addc(text, '\n');
}

/* Edits anywhere: clean where they do not touch, the same whichever side is which, and
 * without a line too few or too many. */
static void test_random(void **state)
{
    uint64_t random = 31;
    int clean_count = 0, collided = 0;
    (void)state;
    for (int i = 0; i < 30000; i++) {
        struct buf base = { 0 }, ours = { 0 }, theirs = { 0 };
        char *merged, *other;
        size_t len, other_len;
        uint32_t kinds = 2 + support_random(&random) % 20;
        text_add_random(&base, &random, 20, kinds);
        close_text(&base);
        text_add_edited(&ours, text_of(&base), &random, 3, kinds);
        text_add_edited(&theirs, text_of(&base), &random, 3, kinds);
        bool clean = merge3(text_of(&base), text_of(&ours), text_of(&theirs), &merged, &len);
        assert_true(
            clean
            == merge3(text_of(&base), text_of(&theirs), text_of(&ours), &other, &other_len));
        if (clean) {
            assert_int_equal(len, other_len);
            assert_memory_equal(merged, other, len);
        }
        bool disjoint = is_disjoint(text_of(&base), text_of(&ours), text_of(&theirs));
        assert_true(clean || !disjoint);
        if (disjoint)
            check_sum(&base, &ours, &theirs, merged, len);
        clean_count += clean, collided += !clean;
        free(merged), free(other);
        buf_release(&base), buf_release(&ours), buf_release(&theirs);
    }
    printf("figure: random edits of small texts: %d merged, %d not\n", clean_count, collided);
    assert_true(clean_count > 5000 && collided > 5000);
}

/* --- edits in places that are known ----------------------------------------- */

enum { KEEP, REMOVE, REPLACE, ADD, EDITS };

static void add_edit(struct buf *out, int edit, int line, const char *by)
{
    if (edit == REPLACE || edit == ADD)
        buf_addf(out, "%s %d\n", by, line);
    if (edit == KEEP || edit == ADD)
        buf_addf(out, "line %d\n", line);
}

/* Each line is edited by one side at most: what both did is known without a merge. */
static void test_known_places(void **state)
{
    uint64_t random = 41;
    (void)state;
    for (int i = 0; i < 5000; i++) {
        struct buf base = { 0 }, ours = { 0 }, theirs = { 0 }, both = { 0 };
        int lines = 1 + (int)(support_random(&random) % 30);
        for (int line = 0; line < lines; line++) {
            int edit = (int)(support_random(&random) % EDITS);
            bool mine = support_random(&random) % 2 == 0;
            const char *by = mine ? "ours" : "theirs";
            add_edit(&base, KEEP, line, by);
            add_edit(&ours, mine ? edit : KEEP, line, by);
            add_edit(&theirs, mine ? KEEP : edit, line, by);
            add_edit(&both, edit, line, by);
        }
        /* Between lines that both sides removed, additions meet at one point or swap
         * sides of a removed line; there is then more than one right answer. */
        char *merged;
        size_t len;
        if (merge3(text_of(&base), text_of(&ours), text_of(&theirs), &merged, &len)) {
            assert_int_equal(len, both.len);
            assert_memory_equal(merged, buf_text(&both), len);
        } else
            assert_false(is_disjoint(text_of(&base), text_of(&ours), text_of(&theirs)));
        free(merged);
        buf_release(&base), buf_release(&ours), buf_release(&theirs), buf_release(&both);
    }
}

/* With an untouched line between any two edits every merge is clean, and with one line
 * that both replaced differently none is. */
static void test_apart(void **state)
{
    uint64_t random = 51;
    (void)state;
    for (int i = 0; i < 5000; i++) {
        struct buf base = { 0 }, ours = { 0 }, theirs = { 0 }, both = { 0 };
        int lines = 2 + (int)(support_random(&random) % 30);
        int clash = i % 2 == 0 ? (int)(support_random(&random) % (uint32_t)lines) : -1;
        for (int line = 0; line < lines; line++) {
            int edit = line % 2 == 0 ? (int)(support_random(&random) % EDITS) : KEEP;
            bool mine = support_random(&random) % 2 == 0;
            bool clashes = line == clash;
            add_edit(&base, KEEP, line, "");
            add_edit(&ours, clashes ? REPLACE : mine ? edit : KEEP, line, "ours");
            add_edit(&theirs, clashes ? REPLACE : mine ? KEEP : edit, line, "theirs");
            add_edit(&both, edit, line, mine ? "ours" : "theirs");
        }
        if (clash < 0)
            expect(&base, &ours, &theirs, &both);
        else {
            char *merged;
            assert_false(
                merge3(text_of(&base), text_of(&ours), text_of(&theirs), &merged, NULL));
            assert_null(merged);
        }
        buf_release(&base), buf_release(&ours), buf_release(&theirs), buf_release(&both);
    }
}

static void test_big(void **state)
{
    struct buf base = { 0 }, ours = { 0 }, theirs = { 0 }, both = { 0 };
    uint64_t random = 61;
    (void)state;
    for (int line = 0; line < 100000; line++) {
        int edit = line % 4 == 0 ? (int)(support_random(&random) % EDITS) : KEEP;
        bool mine = line % 8 == 0;
        add_edit(&base, KEEP, line, "");
        add_edit(&ours, mine ? edit : KEEP, line, "ours");
        add_edit(&theirs, mine ? KEEP : edit, line, "theirs");
        add_edit(&both, edit, line, mine ? "ours" : "theirs");
    }
    double start = log_clock();
    expect(&base, &ours, &theirs, &both);
    double took = log_clock() - start;
    printf("figure: merge of 100,000 lines, 18,750 edited: %.0f ms\n", took);
    assert_true(took < 3000);
    buf_release(&base), buf_release(&ours), buf_release(&theirs), buf_release(&both);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_cases),
        cmocka_unit_test(test_last_newline), cmocka_unit_test(test_laws),
        cmocka_unit_test(test_random), cmocka_unit_test(test_known_places),
        cmocka_unit_test(test_apart), cmocka_unit_test(test_big) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
