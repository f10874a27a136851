/* UTF-8 and the sink: decoding as the Unicode standard recommends, widths and
 * cells, folding, and that nothing passes the sink that could act on a
 * terminal, for every code point and for a hundred thousand random strings. */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/sink.h"
#include "base/utf8.h"

#define FFFD  "\xEF\xBF\xBD"
#define CASES "../shared/corpora/utf8tests/utf8tests.txt"
#define KUHN  "../shared/corpora/kuhn-utf8/UTF-8-test.txt"

/* Decodes and encodes again, so that what was malformed becomes U+FFFD. */
static void repair(const char *text, size_t len, struct buf *out)
{
    buf_clear(out);
    for (size_t at = 0; at < len;) {
        uint32_t cp;
        char bytes[4];
        size_t used = utf8_decode(text + at, len - at, &cp);
        assert_in_range(used, 1, 4);
        assert_true(at + used <= len);
        buf_add(out, bytes, utf8_encode(cp, bytes));
        at += used;
    }
}

static void assert_repaired(const char *text, size_t len, const char *expected)
{
    struct buf out = { 0 };
    repair(text, len, &out);
    assert_string_equal(buf_text(&out), expected);
    buf_release(&out);
}

/* Tables 3-8 to 3-11 of the Unicode standard, chapter 3. */
static void test_decode_malformed(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        { "\xC0\xAF\xE0\x80\xBF\xF0\x81\x82\x41", FFFD FFFD FFFD FFFD FFFD FFFD FFFD FFFD "A" },
        { "\xED\xA0\x80\xED\xBF\xBF\xED\xAF\x41", FFFD FFFD FFFD FFFD FFFD FFFD FFFD FFFD "A" },
        { "\xF4\x91\x92\x93\xFF\x41\x80\xBF\x42", FFFD FFFD FFFD FFFD FFFD "A" FFFD FFFD "B" },
        { "\xE1\x80\xE2\xF0\x91\x92\xF1\xBF\x41", FFFD FFFD FFFD FFFD "A" },
        { "\xF1\x80\x80\xE1\x80\xC2\x62\x80\x63\x80\xBF\x64",
            FFFD FFFD FFFD "b" FFFD "c" FFFD FFFD "d" },
        { "\xC2", FFFD },
        { "\xE2\x82", FFFD },
        { "\xF0\x9F\x90", FFFD },
        { "\xF5\x80\x80\x80", FFFD FFFD FFFD FFFD },
    };
    for (size_t i = 0; i < SUPPORT_COUNT(cases); i++)
        assert_repaired(cases[i][0], strlen(cases[i][0]), cases[i][1]);
}

static void test_every_code_point(void **state)
{
    (void)state;
    for (uint32_t cp = 0; cp <= 0x110005; cp++) {
        char bytes[4];
        uint32_t back;
        size_t len = utf8_encode(cp, bytes);
        bool scalar = cp <= 0x10FFFF && (cp < 0xD800 || cp > 0xDFFF);
        assert_int_equal(utf8_decode(bytes, len, &back), len);
        assert_int_equal(back, scalar ? cp : UTF8_REPLACEMENT);
        assert_int_equal(utf8_find_invalid(bytes, len), len);
        int width = utf8_width(cp);
        assert_true(width >= -1 && width <= 2);
        /* A fold is folded, and a letter's fold is one word character. */
        uint32_t fold = utf8_fold(cp);
        if (utf8_fold(fold) != fold || (utf8_is_word(cp) && fold != 0 && !utf8_is_word(fold)))
            fail_msg("U+%04X folds to U+%04X", (unsigned)cp, (unsigned)fold);
    }
}

static size_t read_hex(const char *text, struct buf *out)
{
    char *end;
    buf_clear(out);
    for (; *text != '\0' && *text != ':' && *text != '\n'; text = end) {
        text += strspn(text, " ");
        if (strchr(":\n", *text) != NULL)
            break;
        char pair[3] = { text[0], text[1], '\0' };
        buf_addc(out, (char)strtol(pair, NULL, 16));
        end = (char *)text + 2;
    }
    return out->len;
}

/* num:invalid hex:bytes:without the malformed:with U+FFFD in its place */
static int check_case(const char *line)
{
    static const char invalid[] = ":invalid hex:", valid[] = ":valid hex:";
    struct buf bytes = { 0 }, expected = { 0 }, got = { 0 };
    const char *at = strstr(line, invalid);
    bool good = at == NULL;
    if (good)
        at = strstr(line, valid);
    if (line[0] == '#' || at == NULL)
        return 0;
    at += good ? sizeof valid - 1 : sizeof invalid - 1;
    read_hex(at, &bytes);
    size_t bad = utf8_find_invalid(buf_text(&bytes), bytes.len);
    if (!good) {
        const char *third = strchr(strchr(at, ':') + 1, ':');
        read_hex(third + 1, &expected);
    } else
        buf_add(&expected, buf_text(&bytes), bytes.len);
    repair(buf_text(&bytes), bytes.len, &got);
    if ((bad == bytes.len) != good || got.len != expected.len
        || memcmp(buf_text(&got), buf_text(&expected), got.len) != 0)
        fail_msg("%s", line);
    buf_release(&bytes);
    buf_release(&expected);
    buf_release(&got);
    return 1;
}

static void test_corpora(void **state)
{
    (void)state;
    FILE *file = fopen(CASES, "r");
    struct buf kuhn = { 0 };
    if (file == NULL || !support_read(KUHN, &kuhn)) {
        printf("skip: no " CASES " or " KUHN "\n");
        if (file != NULL)
            fclose(file);
        skip();
    }
    char *line = NULL;
    size_t cap = 0;
    int cases = 0;
    while (getline(&line, &cap, file) >= 0)
        cases += check_case(line);
    fclose(file);
    free(line);
    assert_true(cases > 60);
    struct buf out = { 0 };
    repair(kuhn.data, kuhn.len, &out);
    assert_int_equal(utf8_find_invalid(out.data, out.len), out.len);
    buf_release(&out);
    buf_release(&kuhn);
}

static void test_width_and_cells(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int cells;
    } cases[] = { { "", 0 }, { "abc", 3 }, { "é", 1 }, { "e\xCC\x81", 1 }, { "漢字", 4 },
        { "ｶﾅ", 2 }, { "한", 2 }, { "\xE1\x84\x92\xE1\x85\xA1\xE1\x86\xAB", 2 }, { "🐍", 2 },
        { "a漢b", 4 }, { "\xCC\x81x", 1 }, { "e\xCC\x81\xCC\x82\xCC\x83", 1 }, { "…", 1 } };
    for (size_t i = 0; i < SUPPORT_COUNT(cases); i++)
        if (utf8_cells(cases[i].text, strlen(cases[i].text)) != cases[i].cells)
            fail_msg("'%s' takes %d cells", cases[i].text,
                utf8_cells(cases[i].text, strlen(cases[i].text)));
    assert_int_equal(utf8_width('a'), 1);
    assert_int_equal(utf8_width(0x1B), -1);
    assert_int_equal(utf8_width(0x9B), -1);
    assert_int_equal(utf8_width(0x301), 0);
    assert_int_equal(utf8_width(0x6F22), 2);
    assert_int_equal(utf8_width(0x10FFFF), -1);
    int width;
    assert_int_equal(utf8_next_cell("e\xCC\x81x", 4, &width), 3);
    assert_int_equal(width, 1);
    assert_int_equal(utf8_next_cell("漢\xCC\x81x", 6, &width), 5);
    assert_int_equal(width, 2);
    assert_int_equal(utf8_next_cell("\xCC\x81", 2, &width), 2);
    assert_int_equal(width, 0);
    assert_int_equal(utf8_last_cell("ae\xCC\x81", 4), 3);
    assert_int_equal(utf8_last_cell("\xCC\x81", 2), 2);
    assert_int_equal(utf8_last_cell("", 0), 0);
}

static void test_fit(void **state)
{
    (void)state;
    static const char text[] = "a漢e\xCC\x81"
                               "字z🐍";
    size_t len = sizeof text - 1, before = 0;
    for (int cells = 0; cells <= 12; cells++) {
        size_t fit = utf8_fit(text, len, cells);
        assert_true(fit >= before);
        assert_true(utf8_cells(text, fit) <= cells);
        assert_int_equal(utf8_find_invalid(text, fit), fit);
        int next;
        if (fit < len) {
            utf8_next_cell(text + fit, len - fit, &next);
            assert_true(utf8_cells(text, fit) + next > cells);
        }
        before = fit;
    }
    assert_int_equal(utf8_fit(text, len, 9), len);
    assert_int_equal(utf8_fit(text, len, 2), 1);
}

static void test_fold_and_words(void **state)
{
    (void)state;
    static const uint32_t folds[][2] = { { 'A', 'a' }, { 'z', 'z' }, { '5', '5' },
        { 0xC9, 'e' }, { 0xE9, 'e' }, { 0xD1, 'n' }, { 0x130, 'i' }, { 0x3A3, 0x3C3 },
        { 0x3C2, 0x3C3 }, { 0x3AC, 0x3B1 }, { 0x41F, 0x43F }, { 0x439, 0x438 }, { 0x301, 0 },
        { 0x308, 0 }, { 0x6F22, 0x6F22 }, { 0x1F40D, 0x1F40D }, { 0xD55C, 0xD55C } };
    for (size_t i = 0; i < SUPPORT_COUNT(folds); i++)
        assert_int_equal(utf8_fold(folds[i][0]), folds[i][1]);
    static const uint32_t in[] = { 'a', 'Z', '0', 0xE9, 0x3B1, 0x43F, 0x5D0, 0x627, 0x915,
        0x93F, 0x301, 0x6F22, 0x3042, 0xD55C, 0xFF21, 0x660, 0xB2, 0x1D400, 0xE000, 0x20000 };
    static const uint32_t out[] = { 0, ' ', '_', '-', '.', '\'', 0x2019, 0xA0, 0xAD, 0x2014,
        0x3002, 0x1F40D, 0x1F980, 0x20BF, 0x200B, 0xFFFD, 0xFFFF, 0x10FFFF, 0x378 };
    for (size_t i = 0; i < SUPPORT_COUNT(in); i++)
        if (!utf8_is_word(in[i]))
            fail_msg("U+%04X is no word character", (unsigned)in[i]);
    for (size_t i = 0; i < SUPPORT_COUNT(out); i++)
        if (utf8_is_word(out[i]))
            fail_msg("U+%04X is a word character", (unsigned)out[i]);
    assert_true(utf8_is_cjk(0x6F22) && utf8_is_cjk(0x3042) && utf8_is_cjk(0x20000));
    assert_false(utf8_is_cjk(0xD55C) || utf8_is_cjk('a') || utf8_is_cjk(0x1F40D));
}

static void assert_sunk(const char *text, size_t len, enum sink_mode mode, const char *expected)
{
    struct buf out = { 0 };
    sink_add(&out, text, len, mode);
    assert_string_equal(buf_text(&out), expected);
    buf_release(&out);
}

static void test_sink_controls(void **state)
{
    (void)state;
    for (uint32_t cp = 0; cp < 0xA0; cp++) {
        char bytes[4], shown[12];
        size_t len = utf8_encode(cp, bytes);
        bool plain = cp >= 0x20 && cp < 0x7F;
        snprintf(shown, sizeof shown, plain ? "%c" : "<U+%04X>", (int)cp);
        if (cp == '\n' || cp == '\t') {
            assert_sunk(bytes, len, SINK_LINE, " ");
            snprintf(shown, sizeof shown, "%c", (int)cp);
        } else
            assert_sunk(bytes, len, SINK_LINE, shown);
        assert_sunk(bytes, len, SINK_TEXT, shown);
        /* C1 as one raw byte is not UTF-8. */
        if (cp >= 0x80)
            assert_sunk((char[]){ (char)cp }, 1, SINK_TEXT, FFFD);
    }
    assert_sunk("a\r\nb\rc", 6, SINK_TEXT, "a\nb<U+000D>c");
    assert_sunk("a\r\nb", 4, SINK_LINE, "a b");
    assert_sunk("a\0b", 3, SINK_TEXT, "a<U+0000>b");
}

static void test_sink_shows_and_drops(void **state)
{
    (void)state;
    static const uint32_t shown[] = { 0x061C, 0x200E, 0x200F, 0x2028, 0x2029, 0x202A, 0x202B,
        0x202C, 0x202D, 0x202E, 0x2066, 0x2067, 0x2068, 0x2069, 0x206A, 0x206F, 0xFFF9,
        0xFFFB };
    static const uint32_t dropped[] = { 0xAD, 0x034F, 0x115F, 0x1160, 0x180E, 0x200B, 0x200C,
        0x200D, 0x2060, 0x2064, 0x20E3, 0x3164, 0xFE00, 0xFE0E, 0xFE0F, 0xFEFF, 0xFFA0, 0xE0001,
        0xE0020, 0xE007F, 0xE0100, 0xE01EF };
    static const uint32_t replaced[] = { 0xFDD0, 0xFDEF, 0xFFFE, 0xFFFF, 0x1FFFE, 0x10FFFF,
        0x0378, 0xFFFD };
    char bytes[4], text[12];
    for (size_t i = 0; i < SUPPORT_COUNT(shown); i++) {
        snprintf(text, sizeof text, "<U+%04X>", (unsigned)shown[i]);
        assert_sunk(bytes, utf8_encode(shown[i], bytes), SINK_LINE, text);
    }
    for (size_t i = 0; i < SUPPORT_COUNT(dropped); i++)
        assert_sunk(bytes, utf8_encode(dropped[i], bytes), SINK_LINE, "");
    for (size_t i = 0; i < SUPPORT_COUNT(replaced); i++)
        assert_sunk(bytes, utf8_encode(replaced[i], bytes), SINK_LINE, FFFD);
    assert_sunk("👩\u200D💻", strlen("👩\u200D💻"), SINK_LINE, "👩💻");
    assert_sunk("❤\uFE0F", strlen("❤\uFE0F"), SINK_LINE, "❤");
    assert_sunk("3\uFE0F\u20E3", strlen("3\uFE0F\u20E3"), SINK_LINE, "3");
    char *line = sink_line(NULL);
    assert_string_equal(line, "");
    free(line);
}

/* Whether a terminal may be given cp. */
static bool is_inert(uint32_t cp, enum sink_mode mode)
{
    if (cp == '\n' || cp == '\t')
        return mode == SINK_TEXT;
    return utf8_width(cp) >= 0 && !(cp >= 0x200B && cp <= 0x200F)
           && !(cp >= 0x2028 && cp <= 0x202E) && !(cp >= 0x2060 && cp <= 0x206F) && cp != 0x61C
           && cp != 0xFEFF && cp != 0xAD && cp != 0x20E3 && (cp < 0xFE00 || cp > 0xFE0F)
           && (cp < 0xE0000 || cp > 0xE0FFF);
}

static void check_sunk(const struct buf *text, enum sink_mode mode)
{
    struct buf once = { 0 }, twice = { 0 };
    sink_add(&once, buf_text(text), text->len, mode);
    assert_int_equal(utf8_find_invalid(buf_text(&once), once.len), once.len);
    for (size_t at = 0; at < once.len;) {
        uint32_t cp;
        at += utf8_decode(once.data + at, once.len - at, &cp);
        if (!is_inert(cp, mode))
            fail_msg("U+%04X came through", (unsigned)cp);
    }
    sink_add(&twice, buf_text(&once), once.len, mode);
    assert_int_equal(once.len, twice.len);
    assert_memory_equal(buf_text(&once), buf_text(&twice), once.len);
    buf_release(&once);
    buf_release(&twice);
}

static void add_random(struct buf *text, uint64_t *random)
{
    static const char pieces[][8] = { "\033[", "\xC2\x9B", "\xE2\x80\xAE", "\r\n", "\r", "\n",
        "\t", "a", "é", "漢", "\xCC\x81", "🐍", "\xE2\x80\x8D", "\xEF\xB8\x8F", "\xF0\x9F",
        "\x7F" };
    char bytes[4];
    switch (support_random(random) % 4) {
    case 0:
        buf_addc(text, (char)support_random(random));
        break;
    case 1:
        buf_adds(text, pieces[support_random(random) % SUPPORT_COUNT(pieces)]);
        break;
    case 2:
        buf_add(text, bytes, utf8_encode(support_random(random) % 0x3000, bytes));
        break;
    case 3:
        buf_add(text, bytes, utf8_encode(support_random(random) % 0x110000, bytes));
        break;
    }
}

static void test_sink_random(void **state)
{
    (void)state;
    uint64_t random = 1;
    struct buf text = { 0 };
    for (int i = 0; i < 100000; i++) {
        buf_clear(&text);
        for (uint32_t n = support_random(&random) % 12; n > 0; n--)
            add_random(&text, &random);
        check_sunk(&text, i % 2 ? SINK_LINE : SINK_TEXT);
    }
    buf_release(&text);
}

/* Every byte at every place of a text that is plain otherwise. */
static void test_plain(void **state)
{
    char text[21];
    (void)state;
    for (int byte = 0; byte < 256; byte++)
        for (size_t at = 0; at < sizeof text; at++) {
            memset(text, at % 2 == 0 ? ' ' : '~', sizeof text);
            text[at] = (char)byte;
            bool plain = byte >= 0x20 && byte < 0x7F;
            assert_int_equal(utf8_plain(text, sizeof text), plain ? sizeof text : at);
            assert_int_equal(utf8_plain(text, at), at);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain),
        cmocka_unit_test(test_decode_malformed),
        cmocka_unit_test(test_every_code_point),
        cmocka_unit_test(test_corpora),
        cmocka_unit_test(test_width_and_cells),
        cmocka_unit_test(test_fit),
        cmocka_unit_test(test_fold_and_words),
        cmocka_unit_test(test_sink_controls),
        cmocka_unit_test(test_sink_shows_and_drops),
        cmocka_unit_test(test_sink_random),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
