/* What differs between two texts: applied it gives the other, it is as little as can be
 * where that is promised, other programs read it, and no text makes it slow. */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/process.h"
#include "model/diff.h"
#include "texts.h"

static struct diff_text plain(const char *text)
{
    return (struct diff_text){ text, strlen(text) };
}

static void test_unified(void **state)
{
    static const char *const cases[][4] = {
        { "", "", "3", "" },
        { "a\n", "a\n", "3", "" },
        { "", "a\n", "3", "@@ -0,0 +1 @@\n+a\n" },
        { "a\nb\n", "", "3", "@@ -1,2 +0,0 @@\n-a\n-b\n" },
        { "a", "a\n", "3", "@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n" },
        { "a\nb", "c\nb", "3", "@@ -1,2 +1,2 @@\n-a\n+c\n b\n\\ No newline at end of file\n" },
        { "1\n2\n3\n4\n5\n6\n7\n8\n", "1\n2\n3\n4\nx\n5\n6\n7\n8\n", "2",
            "@@ -3,4 +3,5 @@\n 3\n 4\n+x\n 5\n 6\n" },
        { "1\n2\n3\n4\n5\n", "x\n2\n3\n4\ny\n", "1",
            "@@ -1,2 +1,2 @@\n-1\n+x\n 2\n@@ -4,2 +4,2 @@\n 4\n-5\n+y\n" },
        { "1\n2\n3\n4\n5\n", "x\n2\n3\n4\ny\n", "2",
            "@@ -1,5 +1,5 @@\n-1\n+x\n 2\n 3\n 4\n-5\n+y\n" },
        { "1\n2\n3\n", "1\n3\n", "0", "@@ -2 +1,0 @@\n-2\n" },
        /* What is added among equal lines stands last. */
        { "a\n\nb\n\nc\n", "a\n\nx\n\nb\n\nc\n", "0", "@@ -2,0 +3,2 @@\n+x\n+\n" },
        { "r\nr\n", "r\nr\nr\n", "0", "@@ -2,0 +3 @@\n+r\n" },
    };
    (void)state;
    for (size_t i = 0; i < SUPPORT_COUNT(cases); i++) {
        struct diff diff;
        struct buf out = { 0 };
        diff_make(&diff, plain(cases[i][0]), plain(cases[i][1]));
        diff_add_unified(&out, &diff, (size_t)atoi(cases[i][2]));
        assert_string_equal(buf_text(&out), cases[i][3]);
        diff_release(&diff), buf_release(&out);
    }
}

static bool lines_equal(const struct diff *diff, size_t a, size_t b)
{
    size_t len = diff->a.at[a + 1] - diff->a.at[a];
    return len == diff->b.at[b + 1] - diff->b.at[b]
           && memcmp(diff->a.bytes + diff->a.at[a], diff->b.bytes + diff->b.at[b], len) == 0;
}

/* Fewest lines removed and added, by the longest common subsequence. */
static size_t fewest_changes(const struct diff *diff)
{
    size_t width = diff->b.count + 1;
    size_t *longest = mem_zero((diff->a.count + 1) * width, sizeof longest[0]);
    for (size_t i = 1; i <= diff->a.count; i++) {
        for (size_t j = 1; j <= diff->b.count; j++) {
            size_t up = longest[(i - 1) * width + j], left = longest[i * width + j - 1];
            longest[i * width + j] = lines_equal(diff, i - 1, j - 1)
                                         ? longest[(i - 1) * width + j - 1] + 1
                                     : up > left ? up
                                                 : left;
        }
    }
    size_t best = longest[diff->a.count * width + diff->b.count];
    free(longest);
    return diff->a.count + diff->b.count - 2 * best;
}

/* Whether a line, apart from those that are the same at both ends, is there once on
 * each side: then the text is split there, which may cost more changes. */
static bool has_anchor(const struct diff *diff)
{
    size_t a_end = diff->a.count, b_end = diff->b.count, head = 0;
    while (head < a_end && head < b_end && lines_equal(diff, head, head))
        head++;
    while (a_end > head && b_end > head && lines_equal(diff, a_end - 1, b_end - 1))
        a_end--, b_end--;
    for (size_t i = head; i < a_end; i++) {
        size_t in_a = 0, in_b = 0;
        for (size_t k = head; k < b_end; k++) {
            if (!lines_equal(diff, i, k))
                continue;
            in_b++;
            in_a = 0;
            for (size_t m = head; m < a_end; m++)
                in_a += lines_equal(diff, m, k);
        }
        if (in_a == 1 && in_b == 1)
            return true;
    }
    return false;
}

/* Checks that hunks are in order and apart, and that applied they give b. Returns the
 * number of changed lines. */
static size_t check_diff(const struct diff *diff)
{
    size_t changes = 0, a = 0, b = 0;
    for (size_t i = 0; i < diff->count; i++) {
        const struct diff_hunk *hunk = &diff->hunks[i];
        assert_true(hunk->a_count + hunk->b_count > 0);
        assert_true(i == 0 || hunk->a_first > a);
        assert_true(hunk->a_first - a == hunk->b_first - b);
        a = hunk->a_first + hunk->a_count;
        b = hunk->b_first + hunk->b_count;
        changes += hunk->a_count + hunk->b_count;
    }
    struct buf applied = { 0 };
    text_add_applied(&applied, diff);
    size_t b_len = diff->b.at[diff->b.count];
    assert_true(applied.len == b_len);
    assert_memory_equal(buf_text(&applied), diff->b.bytes, b_len);
    buf_release(&applied);
    return changes;
}

static void test_random(void **state)
{
    uint64_t random = 3;
    size_t changes = 0, fewest = 0, without = 0;
    (void)state;
    for (int i = 0; i < 20000; i++) {
        struct buf a = { 0 }, b = { 0 };
        struct diff diff;
        uint32_t kinds = 1 + support_random(&random) % 8;
        text_add_random(&a, &random, 24, kinds);
        if (i % 2 == 0)
            text_add_random(&b, &random, 24, kinds);
        else
            text_add_edited(&b, text_of(&a), &random, 4, kinds);
        diff_make(&diff, text_of(&a), text_of(&b));
        size_t made = check_diff(&diff), least = fewest_changes(&diff);
        if (!has_anchor(&diff)) {
            assert_int_equal(made, least);
            without++;
        }
        changes += made;
        fewest += least;
        diff_release(&diff), buf_release(&a), buf_release(&b);
    }
    printf("figure: changed lines over the fewest possible, random small texts: %.3f\n",
        (double)changes / (double)fewest);
    assert_true(without > 2000 && changes < fewest + fewest / 10);
}

/* --- reading a unified diff again ------------------------------------------ */

static size_t read_number(const char **at)
{
    char *end;
    size_t value = (size_t)strtoull(*at, &end, 10);
    assert_true(end > *at);
    *at = end;
    return value;
}

/* "12,3": the number of the first line, and how many. */
static size_t read_side(const char **at, size_t *count)
{
    size_t first = read_number(at);
    *count = 1;
    if (**at == ',') {
        ++*at;
        *count = read_number(at);
    }
    return *count > 0 ? first - 1 : first;
}

/* Adds the line at *at, without its sign; a note that it has no newline follows it. */
static void read_line(const char **at, const char *end, struct buf *out)
{
    const char *newline = memchr(*at, '\n', (size_t)(end - *at));
    assert_non_null(newline);
    buf_add(out, *at + 1, (size_t)(newline - *at));
    *at = newline + 1;
    if (*at < end && **at == '\\') {
        buf_cut(out, out->len - 1);
        *at = (const char *)memchr(*at, '\n', (size_t)(end - *at)) + 1;
    }
}

/* Applies `text` to a's lines; what it says of a must be so. */
static void apply_unified(const struct diff_lines *a, const struct buf *text, struct buf *out)
{
    const char *at = buf_text(text), *end = at + text->len;
    size_t line = 0;
    while (at < end) {
        size_t a_count, b_count;
        assert_memory_equal(at, "@@ -", 4);
        at += 4;
        size_t first = read_side(&at, &a_count);
        assert_memory_equal(at, " +", 2);
        at += 2;
        read_side(&at, &b_count);
        assert_memory_equal(at, " @@\n", 4);
        at += 4;
        assert_true(first >= line);
        buf_add(out, a->bytes + a->at[line], a->at[first] - a->at[line]);
        for (line = first; a_count > 0 || b_count > 0;) {
            struct buf one = { 0 };
            char sign = *at;
            read_line(&at, end, &one);
            if (sign != '+') {
                assert_int_equal(one.len, a->at[line + 1] - a->at[line]);
                assert_memory_equal(one.data, a->bytes + a->at[line], one.len);
                line++, a_count--;
            }
            if (sign != '-') {
                buf_add(out, one.data, one.len);
                b_count--;
            }
            buf_release(&one);
        }
    }
    buf_add(out, a->bytes + a->at[line], a->at[a->count] - a->at[line]);
}

static void test_unified_random(void **state)
{
    uint64_t random = 11;
    (void)state;
    for (int i = 0; i < 5000; i++) {
        struct buf a = { 0 }, b = { 0 }, text = { 0 }, out = { 0 };
        struct diff diff;
        uint32_t kinds = 1 + support_random(&random) % 20;
        text_add_random(&a, &random, 40, kinds);
        text_add_edited(&b, text_of(&a), &random, 4, kinds);
        diff_make(&diff, text_of(&a), text_of(&b));
        diff_add_unified(&text, &diff, i % 5 == 4 ? SIZE_MAX : (size_t)i % 5);
        apply_unified(&diff.a, &text, &out);
        assert_int_equal(out.len, b.len);
        assert_memory_equal(buf_text(&out), buf_text(&b), b.len);
        diff_release(&diff);
        buf_release(&a), buf_release(&b), buf_release(&text), buf_release(&out);
    }
}

static void test_patch(void **state)
{
    char *dir = support_dir(), *file = support_path(dir, "note");
    char *argv[] = { "patch", "--silent", "--force", "--fuzz=0", "--binary", file, NULL };
    uint64_t random = 5;
    struct err err = { 0 };
    int status = 0;
    (void)state;
    for (int i = 0; i < 60 && status == 0; i++) {
        struct buf a = { 0 }, b = { 0 }, text = { 0 }, out = { 0 };
        struct diff diff;
        text_add_random(&a, &random, 40, 20);
        text_add_edited(&b, text_of(&a), &random, 6, 20);
        support_write(file, buf_text(&a), a.len);
        diff_make(&diff, text_of(&a), text_of(&b));
        diff_add_unified(&text, &diff, 3);
        /* An empty result is a file removed to patch. */
        if (text.len > 0 && b.len > 0) {
            if (!process_run(argv, text.data, text.len, &status, &err)) {
                printf("skip: patch is not installed: %s\n", err_text(&err));
                status = -1;
            } else {
                assert_int_equal(status, 0);
                assert_true(support_read(file, &out));
                assert_int_equal(out.len, b.len);
                assert_memory_equal(buf_text(&out), buf_text(&b), b.len);
            }
        }
        diff_release(&diff);
        buf_release(&a), buf_release(&b), buf_release(&text), buf_release(&out);
    }
    err_release(&err);
    free(file);
    support_remove(dir);
}

/* --- big texts -------------------------------------------------------------- */

enum { MANY = 300000 };

/* 34 bytes a line. */
static void add_numbered(struct buf *out, uint64_t number)
{
    buf_addf(out, "line %016llx of a big note\n", (unsigned long long)number * 2654435761U);
}

static void add_in_order(struct buf *out, uint64_t from)
{
    for (uint64_t i = 0; i < MANY; i++)
        add_numbered(out, from + i);
}

static void add_shuffled(struct buf *out)
{
    uint32_t *order = mem_alloc(MANY * sizeof order[0]);
    uint64_t random = 1;
    for (uint32_t i = 0; i < MANY; i++) {
        uint32_t k = support_random(&random) % (i + 1);
        order[i] = order[k];
        order[k] = i;
    }
    for (uint32_t i = 0; i < MANY; i++)
        add_numbered(out, order[i]);
    free(order);
}

/* A line comes twice in a, so that each split frees but one line to split at: without a
 * bound on splitting the time is quadratic. */
static void add_peeling(struct buf *a, struct buf *b)
{
    for (uint32_t i = 0; i < MANY / 3; i++) {
        add_numbered(a, i + 1);
        add_numbered(a, i);
        add_numbered(b, i);
    }
}

static void add_two_kinds(struct buf *out, uint64_t seed)
{
    for (uint32_t i = 0; i < MANY; i++)
        buf_adds(out, support_random(&seed) % 2 ? "either\n" : "or\n");
}

/* Checks and releases both texts. */
static void measure(const char *name, struct buf *a, struct buf *b)
{
    struct diff diff;
    double start = log_clock();
    diff_make(&diff, text_of(a), text_of(b));
    double took = log_clock() - start;
    size_t changes = check_diff(&diff);
    printf("figure: diff of %.1f MB, %s: %.0f ms, %zu hunks, %zu lines\n", (double)a->len / 1e6,
        name, took, diff.count, changes);
    assert_true(took < 5000);
    diff_release(&diff), buf_release(a), buf_release(b);
}

static void test_big(void **state)
{
    struct buf a = { 0 }, b = { 0 };
    (void)state;
    add_in_order(&a, 0), add_in_order(&b, 0);
    measure("all equal", &a, &b);
    add_in_order(&a, 0), add_in_order(&b, MANY);
    measure("all different", &a, &b);
    add_in_order(&a, 0), add_in_order(&b, 7);
    measure("moved by 7", &a, &b);
    add_in_order(&a, 0), add_shuffled(&b);
    measure("shuffled", &a, &b);
    add_peeling(&a, &b);
    measure("one line to split at after another", &a, &b);
    add_two_kinds(&a, 1), add_two_kinds(&b, 2);
    measure("two kinds of lines", &a, &b);
}

static void test_big_edits(void **state)
{
    struct buf a = { 0 }, b = { 0 };
    uint64_t random = 9;
    (void)state;
    add_in_order(&a, 0);
    text_add_edited(&b, text_of(&a), &random, 3000, 20);
    measure("1 % edited", &a, &b);
    buf_repeat(&a, '\n', 2000000), buf_repeat(&b, '\n', 1000000);
    measure("blank lines", &a, &b);
    buf_repeat(&a, 'x', 10000000), buf_repeat(&b, 'x', 9999999);
    measure("one line", &a, &b);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_unified),
        cmocka_unit_test(test_random), cmocka_unit_test(test_unified_random),
        cmocka_unit_test(test_patch), cmocka_unit_test(test_big),
        cmocka_unit_test(test_big_edits) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
