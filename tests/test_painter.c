/* The painter: what bytes turn one grid into the next. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "term/painter.h"

static const struct painter_terminal ansi = { .cup = "\033[%i%p1%d;%p2%dH",
    .clear = "\033[H\033[2J",
    .el = "\033[K",
    .sgr0 = "\033[m$<2>",
    .bold = "\033[1m",
    .show_cursor = "\033[?25h",
    .hide_cursor = "\033[?25l",
    .keeps_last_cell = true };

struct paint {
    struct painter *painter;
    struct grid grid;
    struct buf out;
};

static void begin(struct paint *paint, const struct painter_terminal *terminal)
{
    *paint = (struct paint){ .painter = painter_new(terminal) };
    grid_resize(&paint->grid, 3, 20);
    painter_add(paint->painter, &paint->grid, &paint->out);
    buf_clear(&paint->out);
}

static void end(struct paint *paint)
{
    painter_free(paint->painter);
    grid_release(&paint->grid);
    buf_release(&paint->out);
}

static const char *put(struct paint *paint, int row, int col, const char *text)
{
    grid_puts(&paint->grid, row, col, 20, STYLE_TEXT, 0, text);
    buf_clear(&paint->out);
    painter_add(paint->painter, &paint->grid, &paint->out);
    return buf_text(&paint->out);
}

static void test_only_what_differs(void **state)
{
    struct paint paint;
    (void)state;
    begin(&paint, &ansi);
    assert_string_equal(put(&paint, 1, 4, "one"), "\033[2;5Hone");
    assert_string_equal(put(&paint, 1, 4, "one"), "");
    assert_string_equal(put(&paint, 1, 4, "ore"), "\033[2;6Hr");
    /* The cursor stands behind the r already. */
    assert_string_equal(put(&paint, 1, 4, "orb"), "b");
    end(&paint);
}

static void test_marks_and_wide_characters(void **state)
{
    struct paint paint;
    (void)state;
    begin(&paint, &ansi);
    /* An accent over an ASCII letter, as macOS writes it. */
    assert_non_null(strstr(put(&paint, 0, 0, "cafe\xCC\x81!"), "e\xCC\x81"));
    assert_non_null(strstr(put(&paint, 1, 0, "漢字"), "漢字"));
    /* The other half goes with it. */
    assert_non_null(strstr(put(&paint, 1, 1, "x"), "x"));
    assert_null(strstr(buf_text(&paint.out), "漢"));
    /* Behind an emoji the next cell is addressed. */
    assert_non_null(strstr(put(&paint, 2, 0, "🦀ab"), "🦀\033[3;3Hab"));
    end(&paint);
}

static void test_erasing(void **state)
{
    struct paint paint;
    (void)state;
    begin(&paint, &ansi);
    put(&paint, 0, 0, "a longer line");
    grid_clear(&paint.grid);
    assert_string_equal(put(&paint, 0, 0, "a"), "\033[1;2H\033[K");
    end(&paint);
}

static void test_looks(void **state)
{
    struct paint paint;
    (void)state;
    begin(&paint, &ansi);
    grid_puts(&paint.grid, 0, 0, 20, STYLE_TITLE, 0, "bold");
    assert_string_equal(put(&paint, 0, 4, "plain"), "\033[1;1H\033[m\033[1mbold\033[mplain");
    painter_set_colours(paint.painter, DEPTH_TRUE, false);
    grid_puts(&paint.grid, 0, 0, 20, STYLE_CODE, 0, "code");
    assert_non_null(strstr(put(&paint, 0, 4, ""), ";38;2;"));
    end(&paint);
}

static void test_the_last_cell_of_all(void **state)
{
    struct painter_terminal old = ansi;
    struct paint paint;
    (void)state;
    old.keeps_last_cell = false;
    begin(&paint, &old);
    assert_null(strchr(put(&paint, 2, 0, "abcdefghijklmnopqrst"), 't'));
    assert_non_null(strchr(put(&paint, 1, 0, "abcdefghijklmnopqrst"), 't'));
    end(&paint);
}

static void test_ascii(void **state)
{
    struct painter_terminal plain = ansi;
    struct paint paint;
    (void)state;
    plain.ascii = true;
    begin(&paint, &plain);
    assert_non_null(strstr(put(&paint, 0, 0, "é★漢│"), "e*? |"));
    end(&paint);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_only_what_differs),
        cmocka_unit_test(test_marks_and_wide_characters),
        cmocka_unit_test(test_erasing),
        cmocka_unit_test(test_looks),
        cmocka_unit_test(test_the_last_cell_of_all),
        cmocka_unit_test(test_ascii),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
