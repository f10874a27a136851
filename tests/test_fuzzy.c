/* Scattered letters: what matches, the score against a plain reference that tries
 * every way to place the letters, expected orders, and the shortlist's narrowing
 * against searching anew. */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/utf8.h"
#include "model/shortlist.h"

/* --- the reference ----------------------------------------------------- */

enum { REF_MAX = 64 };

/* A text as characters: folded, as it was, and where they begin when folded. */
struct ref {
    uint32_t folded[REF_MAX], was[REF_MAX];
    int start[REF_MAX + 1];
    size_t count;
};

static struct ref ref_of(const char *text)
{
    struct ref ref = { .count = 0 };
    size_t len = strlen(text);
    for (size_t at = 0; at < len;) {
        uint32_t cp;
        char bytes[4];
        at += utf8_decode(text + at, len - at, &cp);
        if (utf8_fold(cp) == 0)
            continue;
        assert_true(ref.count < REF_MAX);
        ref.was[ref.count] = cp;
        ref.folded[ref.count] = utf8_fold(cp);
        ref.start[ref.count + 1] =
            ref.start[ref.count] + (int)utf8_encode(ref.folded[ref.count], bytes);
        ref.count++;
    }
    return ref;
}

static bool small(const struct ref *ref, size_t at)
{
    return ref->folded[at] >= 'a' && ref->folded[at] <= 'z'
           && !(ref->was[at] >= 'A' && ref->was[at] <= 'Z');
}

static int ref_bonus(const struct ref *ref, size_t at)
{
    if (!utf8_is_word(ref->folded[at]))
        return 0;
    if (at == 0 || ref->folded[at - 1] == '/')
        return 180;
    if (ref->folded[at - 1] == '.')
        return 120;
    if (!utf8_is_word(ref->folded[at - 1]))
        return 160;
    return ref->was[at] >= 'A' && ref->was[at] <= 'Z' && small(ref, at - 1) ? 140 : 0;
}

/* Of `places` (all at first), what they score. */
static int ref_value(const struct ref *text, const size_t *places, size_t count)
{
    int score = ref_bonus(text, places[0]) - text->start[places[0]];
    for (size_t i = 1; i < count; i++)
        score += places[i] == places[i - 1] + 1
                     ? 200
                     : ref_bonus(text, places[i])
                           - 2 * (text->start[places[i]] - text->start[places[i - 1] + 1]);
    return score - (text->start[text->count] - text->start[places[count - 1] + 1]);
}

static void ref_try(
    const struct ref *needle, const struct ref *text, size_t *places, size_t placed, int *best)
{
    if (placed == needle->count) {
        int value = ref_value(text, places, placed);
        *best = value > *best ? value : *best;
        return;
    }
    for (size_t at = placed > 0 ? places[placed - 1] + 1 : 0; at < text->count; at++) {
        if (text->folded[at] != needle->folded[placed])
            continue;
        places[placed] = at;
        ref_try(needle, text, places, placed + 1, best);
    }
}

static int ref_score(const char *needle, const char *text)
{
    struct ref n = ref_of(needle), t = ref_of(text);
    size_t places[REF_MAX];
    int best = FUZZY_NONE;
    ref_try(&n, &t, places, 0, &best);
    return best;
}

/* --- what is tested ---------------------------------------------------- */

/* The score of plain strings; checks that the places explain it. */
static int score_of(const char *needle, const char *text)
{
    struct buf folded = { 0 }, letters = { 0 };
    fuzzy_add_needle(needle, &letters);
    fuzzy_add_text(text, &folded, NULL);
    struct fuzzy_text n = fuzzy_text_of(buf_text(&letters), letters.len);
    struct fuzzy_text t = fuzzy_text_of(buf_text(&folded), folded.len);
    int score = fuzzy_score(&n, &t);
    uint16_t places[FUZZY_NEEDLE_MAX];
    size_t count = fuzzy_places(&n, &t, places);
    assert_int_equal(count == 0, score == FUZZY_NONE || n.len == 0);
    assert_true(n.len == 0 || score <= fuzzy_best_score(n.len));
    for (size_t i = 1; i < count; i++)
        assert_true(places[i] > places[i - 1] && places[i] < t.len);
    if (count > 0 && folded.len < REF_MAX) {
        struct ref ref = ref_of(text);
        size_t at[REF_MAX], k = 0;
        for (size_t i = 0; i < count; i++) {
            while (ref.start[k] != places[i])
                k++;
            at[i] = k;
        }
        assert_int_equal(ref_value(&ref, at, count), score);
    }
    buf_release(&folded);
    buf_release(&letters);
    return score;
}

static void test_scores_are_the_references(void **state)
{
    static const char *const letters[] = { "a", "a", "A", "b", "B", "b", " ", "-", "/", ".",
        "1", "é", "É", "中", "文", "“", "e", "e\xCC\x81" };
    uint64_t seed = 7;
    int matched = 0;
    (void)state;
    for (int round = 0; round < 200000; round++) {
        struct buf needle = { 0 }, text = { 0 };
        for (uint32_t n = 1 + support_random(&seed) % 4; n > 0; n--)
            buf_adds(&needle,
                letters[support_random(&seed) % 6 + (support_random(&seed) % 4 == 0) * 11]);
        for (uint32_t n = support_random(&seed) % 12; n > 0; n--)
            buf_adds(&text, letters[support_random(&seed) % SUPPORT_COUNT(letters)]);
        int score = score_of(needle.data, buf_text(&text));
        int expected = ref_score(needle.data, buf_text(&text));
        if (score != expected)
            fail_msg("'%s' in '%s': %d, not %d", needle.data, buf_text(&text), score, expected);
        matched += score > FUZZY_NONE;
        buf_release(&needle);
        buf_release(&text);
    }
    assert_true(matched > 20000);
}

static void test_known_scores(void **state)
{
    static const struct {
        const char *needle, *text;
        int score;
    } cases[] = {
        /* fzy's own tests, in 1/200 */
        { "a", "*a", -1 + 160 },
        { "a", "*ba", -2 },
        { "a", "**a*", -2 - 1 + 160 },
        { "aa", "**aa*", -2 + 160 + 200 - 1 },
        { "aa", "**a*a*", -2 + 160 - 2 + 160 - 1 },
        { "a", "/a", -1 + 180 },
        { "ab", "aBc", 180 + 200 - 1 },
        { "b", "aB", -1 + 140 },
        { "a", ".a", -1 + 120 },
        { "amor", "app/models/order", 180 - 6 + 180 - 12 + 180 + 200 - 3 },
        { "", "anything", 0 },
        { "  ", "anything", 0 },
        { "abc", "ab", FUZZY_NONE },
        { "ba", "ab", FUZZY_NONE },
        { "x", "", FUZZY_NONE },
        /* whole characters, folded */
        { "ecole", "École", 180 + 800 },
        { "ÉCOLE", "ecole", 180 + 800 },
        { "習", "機械学習", -9 },
        { "械習", "機械学習", -3 - 6 },
        { "中", "丮", FUZZY_NONE },
        { "c++", "C++", 180 + 400 },
        { "b", "ABC", -2 },
        { " a  b ", "a b", 180 + 400 },
    };
    (void)state;
    for (size_t i = 0; i < SUPPORT_COUNT(cases); i++)
        if (score_of(cases[i].needle, cases[i].text) != cases[i].score)
            fail_msg("'%s' in '%s': %d, not %d", cases[i].needle, cases[i].text,
                score_of(cases[i].needle, cases[i].text), cases[i].score);
}

/* Each row's texts come in the order in which they should be found. */
static void test_expected_orders(void **state)
{
    static const char *const rows[][6] = {
        { "nogilb", "Building a NoGIL Load Balancer", "Not Only Great Ideas: Lib B" },
        { "gil", "GIL", "GIL removal", "The GIL", "NoGIL", "Digital" },
        { "test", "Tests", "Unit tests", "The Essential Story of Time", "Contest" },
        { "asio", "AsIO", "Async IO", "asyncio", "basic audio" },
        { "pcs", "Python C sources", "PyCon Sprints", "picks" },
        { "sd", "SQL Databases", "asdf", "Speed" },
        { "rust", "Rust", "Rust for Python", "Resources unused: story tests", "Trust" },
        { "dj", "Django", "About Django", "adjust" },
        { "jit", "JIT", "A JIT compiler", "Just in time", "projectit" },
    };
    (void)state;
    for (size_t i = 0; i < SUPPORT_COUNT(rows); i++)
        for (size_t k = 2; k < 6 && rows[i][k] != NULL; k++)
            if (score_of(rows[i][0], rows[i][k - 1]) <= score_of(rows[i][0], rows[i][k]))
                fail_msg("%s: '%s' (%d) before '%s' (%d)", rows[i][0], rows[i][k - 1],
                    score_of(rows[i][0], rows[i][k - 1]), rows[i][k],
                    score_of(rows[i][0], rows[i][k]));
}

static void test_hostile_lengths(void **state)
{
    struct buf needle = { 0 }, text = { 0 }, folded = { 0 };
    (void)state;
    buf_repeat(&text, 'a', 1000000);
    assert_int_equal(fuzzy_add_text(text.data, &folded, NULL), FUZZY_TEXT_MAX);
    buf_repeat(&needle, 'a', FUZZY_NEEDLE_MAX);
    /* Too many places for the table: the leftmost, all in a row. */
    assert_int_equal(score_of(needle.data, text.data),
        fuzzy_best_score(FUZZY_NEEDLE_MAX) - (FUZZY_TEXT_MAX - FUZZY_NEEDLE_MAX));
    buf_addc(&needle, 'a');
    assert_int_equal(score_of(needle.data, text.data), FUZZY_NONE);
    /* A character is never cut, and marks alone take no room. */
    buf_clear(&text);
    buf_repeat(&text, 'a', FUZZY_TEXT_MAX - 1);
    buf_adds(&text, "中b");
    buf_clear(&folded);
    assert_int_equal(fuzzy_add_text(text.data, &folded, NULL), FUZZY_TEXT_MAX - 1);
    buf_clear(&text);
    for (int i = 0; i < 100000; i++)
        buf_adds(&text, "\xCC\x81");
    buf_adds(&text, "b\xC3");
    assert_int_equal(score_of("b", text.data), 180 - 3);
    buf_release(&needle);
    buf_release(&text);
    buf_release(&folded);
}

/* --- the shortlist ----------------------------------------------------- */

static const char *const people[][2] = {
    { "Building a NoGIL Load Balancer in 30 minutes", "Alvaro Duran" },
    { "Design Pressure", "Hynek Schlawack" },
    { "Hynek's tools", "Ana Pérez" },
    { "Gaining Unbelievable Insights Doing Ops", "Li Wei" },
    { "Replacing Guido", "Brett Cannon" },
    { "Language Summit", "Guido van Rossum, Li Wei" },
    { "Type hints in 1,000,000 lines", "Guido van Rossum" },
    { "機械学習の話", "山田太郎" },
    { "", "" },
};
enum { PEOPLE = SUPPORT_COUNT(people) };

static void fill(struct shortlist *list)
{
    *list = (struct shortlist){ 0 };
    for (size_t i = 0; i < PEOPLE; i++)
        shortlist_add(list, (int64_t)i + 1, people[i][0], people[i][1]);
}

static void check_found(struct shortlist *list, const char *needle, const char *expected)
{
    struct buf found = { 0 };
    shortlist_find(list, needle);
    for (size_t i = 0; i < list->left_count; i++)
        buf_addf(&found, "%s%d", i > 0 ? " " : "", (int)shortlist_id(list, i));
    if (strcmp(buf_text(&found), expected) != 0)
        fail_msg("'%s' finds %s, not %s", needle, buf_text(&found), expected);
    buf_release(&found);
}

static void test_titles_and_speakers(void **state)
{
    static const struct {
        const char *needle, *found;
    } cases[] = {
        { "", "1 2 3 4 5 6 7 8 9" },
        { "nogilb", "1" },
        { "zzz", "" },
        { "hynek", "3 2" },     /* a title is worth more */
        { "guido", "5 7 6 4" }, /* but names more than scattered letters */
        { "perez", "3" },
        { "PÉREZ", "3" },
        { "学習", "8" },
        { "田太", "8" },
        { "design hynek", "2" },
        { "hynek design", "2" },
        { "nogil dur", "1" },
        { "type hints guido van", "7" },
        { "guido summit", "6" },
        { "nogil hynek", "" },
        { "van rossum", "7 6" },
        { " guido  ", "5 7 6 4" },
    };
    struct shortlist list;
    (void)state;
    fill(&list);
    for (size_t i = 0; i < SUPPORT_COUNT(cases); i++)
        check_found(&list, cases[i].needle, cases[i].found);
    shortlist_release(&list);
    fill(&list);
    int64_t first[] = { 7, 99, 5, 7 };
    shortlist_put_first(&list, first, SUPPORT_COUNT(first));
    check_found(&list, "", "7 5 1 2 3 4 6 8 9");
    check_found(&list, "guido", "5 7 6 4");
    shortlist_release(&list);
    check_found(&list, "a", ""); /* empty */
    shortlist_release(&list);
}

static void test_marks(void **state)
{
    static const struct {
        const char *needle, *title, *speakers, *found;
    } cases[] = {
        { "nogilb", "a NoGIL Balancer", "Bo", "a [N][o][G][I][L] [B]alancer|Bo" },
        { "bo", "a NoGIL", "Bo", "a NoGIL|[B][o]" },
        { "gil bo", "a NoGIL", "Bo", "a No[G][I][L]|[B][o]" },
        { "eco",
            "Une É\xCC\x81"
            "cole",
            "", "Une [É]\xCC\x81[c][o]le|" },
        { "x", "abc", "def", "abc|def" },
        { "", "abc", "def", "abc|def" },
        { "学", "機械学習", "", "機械[学]習|" },
    };
    (void)state;
    for (size_t i = 0; i < SUPPORT_COUNT(cases); i++) {
        struct shortlist list = { 0 };
        struct buf found = { 0 };
        bool marks[2][64];
        shortlist_add(&list, 1, cases[i].title, cases[i].speakers);
        shortlist_find(&list, cases[i].needle);
        shortlist_mark(&list, cases[i].title, cases[i].speakers, marks[0], marks[1]);
        for (int side = 0; side < 2; side++) {
            const char *text = side == 0 ? cases[i].title : cases[i].speakers;
            for (size_t at = 0, len = strlen(text); at < len;) {
                uint32_t cp;
                size_t used = utf8_decode(text + at, len - at, &cp);
                buf_addf(&found, marks[side][at] ? "[%.*s]" : "%.*s", (int)used, text + at);
                at += used;
            }
            buf_adds(&found, side == 0 ? "|" : "");
        }
        assert_string_equal(found.data, cases[i].found);
        buf_release(&found);
        shortlist_release(&list);
    }
}

/* Made-up talks of a few words. */
static void fill_random(struct shortlist *list, uint64_t *seed, int count)
{
    static const char *const words[] = { "Async", "IO", "the", "GIL", "Load", "Balancer",
        "data", "ünïcode", "a/b", "C++", "NumPy", "学習", "x.y" };
    for (int i = 0; i < count; i++) {
        struct buf text[2] = { { 0 }, { 0 } };
        for (int side = 0; side < 2; side++)
            for (uint32_t n = support_random(seed) % 5; n > 0; n--)
                buf_addf(&text[side], "%s%s", text[side].len > 0 ? " " : "",
                    words[support_random(seed) % SUPPORT_COUNT(words)]);
        shortlist_add(list, i, buf_text(&text[0]), buf_text(&text[1]));
        buf_release(&text[0]);
        buf_release(&text[1]);
    }
}

/* Whatever was typed and erased before, a needle leaves the same in the same
 * order; and of it no letter can be left out by narrowing. */
static void test_narrowing_is_searching_anew(void **state)
{
    static const char letters[] = "aaiionglb  cdxu";
    uint64_t seed = 11;
    (void)state;
    struct shortlist narrowed = { 0 };
    fill_random(&narrowed, &seed, 300);
    struct buf typed = { 0 };
    for (int step = 0; step < 3000; step++) {
        uint32_t kind = support_random(&seed) % 5;
        if (kind == 0 && typed.len > 0)
            buf_remove(&typed, support_random(&seed) % typed.len, 1);
        else if (kind == 1 && step % 3 == 0)
            buf_clear(&typed);
        else
            buf_addc(&typed, letters[support_random(&seed) % (sizeof letters - 1)]);
        shortlist_find(&narrowed, buf_text(&typed));
        uint64_t again = 11;
        struct shortlist anew = { 0 };
        fill_random(&anew, &again, 300);
        shortlist_find(&anew, buf_text(&typed));
        if (anew.left_count != narrowed.left_count)
            fail_msg(
                "'%s': %zu, not %zu", buf_text(&typed), narrowed.left_count, anew.left_count);
        for (size_t i = 0; i < anew.left_count; i++)
            assert_int_equal(shortlist_id(&anew, i), shortlist_id(&narrowed, i));
        shortlist_release(&anew);
    }
    buf_release(&typed);
    shortlist_release(&narrowed);
}

static double milliseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* As many talks as all conferences have. The limit is one that only a fault of
 * order passes; the figure is what to look at. */
static void test_a_large_library(void **state)
{
    static const char word[] = "async load bal";
    struct shortlist list = { 0 };
    uint64_t seed = 3;
    double worst = 0;
    (void)state;
    double start = milliseconds();
    fill_random(&list, &seed, 20000);
    double filled = milliseconds() - start;
    for (size_t i = 0; i <= strlen(word); i++) {
        char *typed = strndup(word, i);
        start = milliseconds();
        shortlist_find(&list, typed);
        for (size_t k = 0; k < 50 && k < list.left_count; k++)
            shortlist_id(&list, k);
        double took = milliseconds() - start;
        worst = took > worst ? took : worst;
        free(typed);
    }
    assert_true(list.left_count > 0 && list.left_count < 20000);
    print_message(
        "figure: 20000 talks read in %.1f ms, %.1f ms for the slowest letter\n", filled, worst);
    assert_true(filled < 1000 && worst < 300);
    shortlist_release(&list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known_scores),
        cmocka_unit_test(test_scores_are_the_references),
        cmocka_unit_test(test_expected_orders),
        cmocka_unit_test(test_hostile_lengths),
        cmocka_unit_test(test_titles_and_speakers),
        cmocka_unit_test(test_marks),
        cmocka_unit_test(test_narrowing_is_searching_anew),
        cmocka_unit_test(test_a_large_library),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
