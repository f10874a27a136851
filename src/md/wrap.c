/* Owns where lines break. Must not know styles or blocks: it sees one
 * sanitised string, and every byte is looked at a bounded number of times. */
#include "md/wrap.h"

#include <stdint.h>
#include <string.h>

#include "base/utf8.h"

/* Closing marks and small kana that must not begin a line, and opening marks
 * that must not end one, where the break is one between CJK characters. */
static const char closing[] =
    "!),.:;?]}¢°’”†‡›℃∶、。〃〆〕〗〞﹚﹜！＂％＇），．：；？］｀｜｝～"
    "〉》」』】〙〟々〻ゝゞヽヾーァィゥェォッャュョヮヵヶ"
    "ぁぃぅぇぉっゃゅょゎゕゖ・‥…｡､｣ﾞﾟ»";
static const char opening[] = "([{£¥‘“‹«〈《「『【〔〖〘〝﹙﹛＄（［｛￡￥｢";

static bool holds(const char *set, uint32_t cp)
{
    char bytes[5];
    bytes[utf8_encode(cp, bytes)] = '\0';
    return strstr(set, bytes) != NULL;
}

/* Whether a line may break between two characters other than at a blank. */
static bool breaks_between(uint32_t before, uint32_t after)
{
    if (before <= ' ' || (before < 0x2E80 && after < 0x2E80))
        return false;
    if (!utf8_is_cjk(before) && !utf8_is_cjk(after))
        return false;
    return !holds(closing, after) && !holds(opening, before);
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static size_t skip_blanks(const struct wrap *wrap, size_t at)
{
    while (at < wrap->end && is_blank(wrap->text[at]))
        at++;
    return at;
}

/* The cell at byte `at`: its bytes, width and first code point. */
static size_t cell_at(const struct wrap *wrap, size_t at, int *width, uint32_t *cp)
{
    const char *text = wrap->text + at;
    size_t left = wrap->end - at;
    *cp = (unsigned char)text[0];
    if (*cp < 0x80 && (left == 1 || (unsigned char)text[1] < 0x80)) {
        *width = 1;
        return 1;
    }
    utf8_decode(text, left, cp);
    return utf8_next_cell(text, left, width);
}

bool wrap_more(struct wrap *wrap)
{
    wrap->at = skip_blanks(wrap, wrap->at);
    return wrap->at < wrap->end;
}

/* Where a word that is too wide breaks: behind a joint in the second half of
 * the line if it has one (URLs, paths), else where the line is full. */
static size_t joint_before(const struct wrap *wrap, size_t from, size_t full)
{
    for (size_t at = full; at > from + (full - from) / 2; at--)
        if (strchr("/-_?&=", wrap->text[at - 1]) != NULL && wrap->text[at - 1] != '\0')
            return at;
    return full;
}

static void break_word(struct wrap *wrap, size_t full, struct wrap_line *line)
{
    size_t to = joint_before(wrap, line->from, full);
    if (to != full)
        line->cells = utf8_cells(wrap->text + line->from, to - line->from);
    line->to = wrap->at = to;
    line->split = true;
}

/* How many cells from byte `at` are plain ASCII letters and signs, at most
 * max: the fast path of wrap_next(). */
static int plain_cells(const struct wrap *wrap, size_t at, int max)
{
    const unsigned char *text = (const unsigned char *)wrap->text;
    int cells = 0;
    while (cells < max && at + 1 < wrap->end && text[at] > ' ' && text[at + 1] < 0x80) {
        if (text[at] >= 0x80)
            break;
        at++;
        cells++;
    }
    return cells;
}

/* The line being filled and the last place where it may break. */
struct fill {
    size_t at;       /* bytes before it are on the line */
    int cells;       /* their width */
    uint32_t before; /* the code point there, 0 at the beginning */
    bool breakable;  /* whether the next three are set */
    size_t to;       /* where the line would end */
    int to_cells;    /* its width then */
    size_t next;     /* where the following line would begin */
};

static void note_break(struct fill *fill, size_t next)
{
    fill->breakable = true;
    fill->to = fill->at;
    fill->to_cells = fill->cells;
    fill->next = next;
}

static void end_fill(const struct fill *fill, struct wrap *wrap, struct wrap_line *line)
{
    bool trailing = fill->breakable && fill->next == fill->at;
    line->to = trailing ? fill->to : fill->at;
    line->cells = trailing ? fill->to_cells : fill->cells;
    wrap->at = fill->at < wrap->end ? fill->at + 1 : fill->at;
}

static void break_fill(const struct fill *fill, struct wrap *wrap, struct wrap_line *line)
{
    line->to = fill->breakable ? fill->to : fill->at;
    line->cells = fill->breakable ? fill->to_cells : fill->cells;
    wrap->at = fill->breakable ? fill->next : fill->at;
    if (!fill->breakable)
        break_word(wrap, fill->at, line);
}

/* Takes one cell or one stretch of blanks; false where it doesn't fit. */
static bool add_cell(struct fill *fill, const struct wrap *wrap, size_t from, int cols)
{
    int width;
    uint32_t cp;
    size_t used = cell_at(wrap, fill->at, &width, &cp);
    if (cp == ' ' || cp == '\t') {
        used = skip_blanks(wrap, fill->at) - fill->at;
        width = (int)used;
        note_break(fill, fill->at + used);
    } else {
        if (fill->at > from && breaks_between(fill->before, cp))
            note_break(fill, fill->at);
        if (fill->cells + width > cols && fill->at > from)
            return false;
    }
    fill->at += used;
    fill->cells += width;
    fill->before = cp;
    return true;
}

/* Ends a line before the blanks that lie before byte `to`. */
static void end_plain(struct wrap *wrap, size_t to, size_t next, struct wrap_line *line)
{
    while (to > wrap->at && wrap->text[to - 1] == ' ')
        to--;
    *line = (struct wrap_line){ .from = wrap->at, .to = to, .cells = (int)(to - wrap->at) };
    wrap->at = next;
}

/* The next line where it is of ASCII and breaks at a blank: most of all lines. */
static bool wrap_plain(struct wrap *wrap, int cols, struct wrap_line *line)
{
    const char *text = wrap->text + wrap->at;
    size_t left = wrap->end - wrap->at, full = (size_t)cols;
    size_t window = left <= full ? left : full + 1;
    size_t run = utf8_plain(text, window);
    if (run < window && text[run] != '\n')
        return false;
    if (run < window) {
        end_plain(wrap, wrap->at + run, wrap->at + run + 1, line);
        return true;
    }
    if (left <= full) {
        end_plain(wrap, wrap->end, wrap->end, line);
        return true;
    }
    while (full > 0 && text[full] != ' ')
        full--;
    if (full > 0)
        end_plain(wrap, wrap->at + full, wrap->at + full, line);
    return full > 0;
}

void wrap_next(struct wrap *wrap, int cols, struct wrap_line *line)
{
    if (wrap_plain(wrap, cols, line))
        return;
    struct fill fill = { .at = wrap->at };
    *line = (struct wrap_line){ .from = wrap->at };
    while (fill.at < wrap->end && wrap->text[fill.at] != '\n') {
        int plain = 0;
        if (fill.before < 0x2E80)
            plain = plain_cells(wrap, fill.at, cols - fill.cells);
        if (plain > 0) {
            fill.at += (size_t)plain;
            fill.cells += plain;
            fill.before = (unsigned char)wrap->text[fill.at - 1];
        } else if (!add_cell(&fill, wrap, line->from, cols)) {
            break_fill(&fill, wrap, line);
            return;
        }
    }
    end_fill(&fill, wrap, line);
}

/* Where code folds that is full at byte `full`: behind a blank in the last
 * third of the line if there is one. */
static size_t fold_before(const struct wrap *wrap, size_t full)
{
    size_t third = (full - wrap->at) / 3;
    for (size_t at = full; at > full - third; at--)
        if (is_blank(wrap->text[at - 1]))
            return at;
    return full;
}

/* Bytes of the next line of code where it is of ASCII, with its newline or the
 * end behind it or folded; SIZE_MAX where it isn't. */
static size_t plain_fold(const struct wrap *wrap, int cols)
{
    const char *text = wrap->text + wrap->at;
    size_t left = wrap->end - wrap->at, full = (size_t)cols;
    size_t window = left <= full ? left : full + 1;
    size_t run = utf8_plain(text, window);
    if (run > full)
        return fold_before(wrap, wrap->at + full) - wrap->at;
    return run == left || text[run] == '\n' ? run : SIZE_MAX;
}

static size_t cell_fold(const struct wrap *wrap, int cols, int *cells)
{
    size_t at = wrap->at;
    *cells = 0;
    while (at < wrap->end && wrap->text[at] != '\n') {
        int width;
        uint32_t cp;
        size_t used = cell_at(wrap, at, &width, &cp);
        if (*cells + width > cols && at > wrap->at) {
            size_t full = at;
            at = fold_before(wrap, full);
            *cells -= utf8_cells(wrap->text + at, full - at);
            break;
        }
        at += used;
        *cells += width;
    }
    return at;
}

bool wrap_fold(struct wrap *wrap, int cols, struct wrap_line *line)
{
    if (wrap->at >= wrap->end)
        return false;
    size_t plain = plain_fold(wrap, cols), at = wrap->at + plain;
    int cells = (int)plain;
    if (plain == SIZE_MAX)
        at = cell_fold(wrap, cols, &cells);
    *line = (struct wrap_line){ .from = wrap->at, .to = at, .cells = cells };
    wrap->at = at < wrap->end && wrap->text[at] == '\n' ? at + 1 : at;
    return true;
}

void wrap_measure(const char *text, size_t len, int *line, int *word)
{
    struct wrap wrap = { .text = text, .end = len };
    int line_cells = 0, word_cells = 0;
    uint32_t before = 0;
    *line = *word = 0;
    while (wrap.at < len) {
        int width;
        uint32_t cp;
        wrap.at += cell_at(&wrap, wrap.at, &width, &cp);
        if (cp == '\n')
            line_cells = word_cells = 0;
        else if (cp == ' ' || cp == '\t' || breaks_between(before, cp))
            word_cells = 0;
        if (cp != '\n')
            line_cells += width;
        if (cp != '\n' && cp != ' ' && cp != '\t')
            word_cells += width;
        *line = line_cells > *line ? line_cells : *line;
        *word = word_cells > *word ? word_cells : *word;
        before = cp;
    }
}
