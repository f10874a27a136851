/* Owns the picture: runs a program on the test terminal, sends it keys and
 * writes what its screen shows as a self-contained SVG. Must not know which
 * program it pictures. HOME is /dev/null unless -e gives another.
 *
 * screenshot [-c COLS] [-r ROWS] [-e NAME=VALUE]... [-T TITLE]
 *            [-w TEXT | -k KEYS]... -o FILE.svg -- PROGRAM ARGS... */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "pty.h"

enum { WAIT_MS = 10000, SETTLE_MS = 150 };

/* Pixels. A cell is as wide as 0.6 em, what most monospace fonts use. */
static const double cell_w = 8.4, cell_h = 18, font_size = 14, baseline = 13.2;
static const double pad = 14, bar = 36;

#define BACKGROUND 0x16181Du
#define FOREGROUND 0xD7DAE0u

/* Indexes 0-15; the rest of the palette is the emulator's. */
static const uint32_t palette[16] = { 0x2A2E37, 0xE8707A, 0x98C379, 0xE5C07B, 0x61AFEF,
    0xC678DD, 0x56B6C2, 0xC8CCD4, 0x6B7280, 0xFF8A93, 0xB5E890, 0xFFD68A, 0x82C4FF, 0xDD97F2,
    0x7AD5E0, 0xFFFFFF };

struct step {
    bool is_keys;
    const char *text;
};

struct job {
    struct pty_opts opts;
    const char **env;
    size_t env_len, env_cap;
    struct step *steps;
    size_t steps_len, steps_cap;
    const char *title, *out;
};

/* How a cell looks, after reverse is applied. */
struct look {
    uint32_t fg, bg;
    bool bold, italic, underline, strike;
};

static uint32_t rgb(const struct pty_color *color, uint32_t otherwise)
{
    if (color->kind == PTY_COLOR_DEFAULT)
        return otherwise;
    if (color->kind == PTY_COLOR_INDEXED && color->index < 16)
        return palette[color->index];
    return (uint32_t)color->red << 16 | (uint32_t)color->green << 8 | color->blue;
}

static struct look look_of(const struct pty_cell *cell)
{
    uint32_t fg = rgb(&cell->fg, FOREGROUND), bg = rgb(&cell->bg, BACKGROUND);
    return (struct look){ .fg = cell->reverse ? bg : fg,
        .bg = cell->reverse ? fg : bg,
        .bold = cell->bold,
        .italic = cell->italic,
        .underline = cell->underline,
        .strike = cell->strike };
}

static bool same_text_look(const struct look *a, const struct look *b)
{
    return a->fg == b->fg && a->bold == b->bold && a->italic == b->italic
           && a->underline == b->underline && a->strike == b->strike;
}

static double cell_x(int col)
{
    return pad + col * cell_w;
}

static double cell_y(int row)
{
    return bar + pad / 2 + row * cell_h;
}

static void add_escaped(struct buf *svg, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '&')
            buf_adds(svg, "&amp;");
        else if (*text == '<')
            buf_adds(svg, "&lt;");
        else if (*text == '>')
            buf_adds(svg, "&gt;");
        else if (*text == '"')
            buf_adds(svg, "&quot;");
        else if ((unsigned char)*text >= 0x20)
            buf_addc(svg, *text);
    }
}

static void add_rect(struct buf *svg, double x, double y, double w, double h, uint32_t fill)
{
    buf_addf(svg,
        "<rect x=\"%.2f\" y=\"%.2f\" width=\"%.2f\" height=\"%.2f\" fill=\"#%06X\"/>\n", x, y,
        w, h, fill);
}

/* ---- lines and blocks are drawn, not written: fonts leave gaps in them ---- */

/* Thickness of the arms up, right, down and left of a box-drawing character. */
struct box {
    uint32_t cp;
    uint8_t arms[4];
    bool round;
};

static const struct box boxes[] = {
    { 0x2500, { 0, 1, 0, 1 }, false },
    { 0x2501, { 0, 2, 0, 2 }, false },
    { 0x2502, { 1, 0, 1, 0 }, false },
    { 0x2503, { 2, 0, 2, 0 }, false },
    { 0x250C, { 0, 1, 1, 0 }, false },
    { 0x2510, { 0, 0, 1, 1 }, false },
    { 0x2514, { 1, 1, 0, 0 }, false },
    { 0x2518, { 1, 0, 0, 1 }, false },
    { 0x251C, { 1, 1, 1, 0 }, false },
    { 0x2524, { 1, 0, 1, 1 }, false },
    { 0x252C, { 0, 1, 1, 1 }, false },
    { 0x2534, { 1, 1, 0, 1 }, false },
    { 0x253C, { 1, 1, 1, 1 }, false },
    { 0x256D, { 0, 1, 1, 0 }, true },
    { 0x256E, { 0, 0, 1, 1 }, true },
    { 0x256F, { 1, 0, 0, 1 }, true },
    { 0x2570, { 1, 1, 0, 0 }, true },
    { 0x2574, { 0, 0, 0, 1 }, false },
    { 0x2575, { 1, 0, 0, 0 }, false },
    { 0x2576, { 0, 1, 0, 0 }, false },
    { 0x2577, { 0, 0, 1, 0 }, false },
    { 0x2578, { 0, 0, 0, 2 }, false },
    { 0x2579, { 2, 0, 0, 0 }, false },
    { 0x257A, { 0, 2, 0, 0 }, false },
    { 0x257B, { 0, 0, 2, 0 }, false },
};

static const struct box *box_find(uint32_t cp)
{
    for (size_t i = 0; i < sizeof boxes / sizeof *boxes; i++)
        if (boxes[i].cp == cp)
            return &boxes[i];
    return NULL;
}

static void add_box(struct buf *svg, const struct box *box, double x, double y, uint32_t fg)
{
    double cx = x + cell_w / 2, cy = y + cell_h / 2;
    const double ends[4][2] = { { cx, y }, { x + cell_w, cy }, { cx, y + cell_h }, { x, cy } };
    int width = 1;
    buf_adds(svg, "<path d=\"");
    if (box->round) {
        int vertical = box->arms[0] ? 0 : 2, horizontal = box->arms[1] ? 1 : 3;
        buf_addf(svg, "M%.2f %.2fQ%.2f %.2f %.2f %.2f", ends[vertical][0], ends[vertical][1],
            cx, cy, ends[horizontal][0], ends[horizontal][1]);
    }
    for (int i = 0; i < 4 && !box->round; i++) {
        if (box->arms[i] == 0)
            continue;
        width = box->arms[i];
        buf_addf(svg, "M%.2f %.2fL%.2f %.2f", cx, cy, ends[i][0], ends[i][1]);
    }
    buf_addf(svg, "\" fill=\"none\" stroke=\"#%06X\" stroke-width=\"%.1f\"/>\n", fg,
        width == 2 ? 2.4 : 1.2);
}

/* U+2580-2595 but for the shades; false for any other. */
static bool add_block(struct buf *svg, uint32_t cp, double x, double y, uint32_t fg)
{
    double w = cell_w, h = cell_h, eighth_w = w / 8, eighth_h = h / 8;
    if (cp == 0x2580)
        add_rect(svg, x, y, w, h / 2, fg);
    else if (cp >= 0x2581 && cp <= 0x2588)
        add_rect(svg, x, y + h - (cp - 0x2580) * eighth_h, w, (cp - 0x2580) * eighth_h, fg);
    else if (cp >= 0x2589 && cp <= 0x258F)
        add_rect(svg, x, y, (0x2590 - cp) * eighth_w, h, fg);
    else if (cp == 0x2590)
        add_rect(svg, x + w / 2, y, w / 2, h, fg);
    else if (cp == 0x2594)
        add_rect(svg, x, y, w, eighth_h, fg);
    else if (cp == 0x2595)
        add_rect(svg, x + 7 * eighth_w, y, eighth_w, h, fg);
    else
        return false;
    return true;
}

static bool is_drawn(uint32_t cp)
{
    return box_find(cp) != NULL
           || (cp >= 0x2580 && cp <= 0x2595 && !(cp >= 0x2591 && cp <= 0x2593));
}

static uint32_t first_cp(const struct pty_cell *cell)
{
    uint32_t cp = ' ';
    if (cell->text[0] != '\0')
        utf8_decode(cell->text, strlen(cell->text), &cp);
    return cp;
}

static void add_drawn(struct buf *svg, const struct pty *pty, int row, int cols)
{
    for (int col = 0; col < cols; col++) {
        struct pty_cell cell = pty_cell(pty, row, col);
        uint32_t cp = first_cp(&cell);
        const struct box *box = box_find(cp);
        if (box != NULL)
            add_box(svg, box, cell_x(col), cell_y(row), look_of(&cell).fg);
        else
            add_block(svg, cp, cell_x(col), cell_y(row), look_of(&cell).fg);
    }
}

/* ---- rows ---- */

static void add_backgrounds(struct buf *svg, const struct pty *pty, int row, int cols)
{
    int from = 0;
    uint32_t fill = BACKGROUND;
    for (int col = 0; col <= cols; col++) {
        uint32_t bg = BACKGROUND;
        if (col < cols) {
            struct pty_cell cell = pty_cell(pty, row, col);
            bg = cell.width == 0 ? fill : look_of(&cell).bg;
        }
        if (bg == fill)
            continue;
        if (fill != BACKGROUND)
            add_rect(svg, cell_x(from), cell_y(row), (col - from) * cell_w, cell_h, fill);
        from = col;
        fill = bg;
    }
}

static bool is_blank(const struct pty_cell *cell)
{
    return first_cp(cell) == ' ' && !cell->underline && !cell->strike;
}

/* The end of the run of text that starts at `from`: cells of one look. A wide
 * character is a run of its own, so that it lies on its cells in any font. */
static int run_end(const struct pty *pty, int row, int from, int cols)
{
    struct pty_cell first = pty_cell(pty, row, from);
    struct look look = look_of(&first);
    if (first.width == 2)
        return from + 2;
    int end = from + 1, blanks = 0;
    for (int col = end; col < cols && blanks < 2; col++) {
        struct pty_cell cell = pty_cell(pty, row, col);
        struct look other = look_of(&cell);
        if (cell.width != 1 || is_drawn(first_cp(&cell)) || !same_text_look(&look, &other))
            break;
        blanks = is_blank(&cell) ? blanks + 1 : 0;
        end = blanks > 0 ? end : col + 1;
    }
    return end;
}

static void add_run(struct buf *svg, const struct pty *pty, int row, int from, int end)
{
    struct pty_cell first = pty_cell(pty, row, from);
    struct look look = look_of(&first);
    buf_addf(svg, "<tspan x=\"%.2f\" textLength=\"%.2f\" lengthAdjust=\"spacingAndGlyphs\"",
        cell_x(from), (end - from) * cell_w);
    if (look.fg != FOREGROUND)
        buf_addf(svg, " fill=\"#%06X\"", look.fg);
    if (look.bold)
        buf_adds(svg, " font-weight=\"bold\"");
    if (look.italic)
        buf_adds(svg, " font-style=\"italic\"");
    if (look.underline || look.strike)
        buf_addf(svg, " text-decoration=\"%s\"",
            !look.strike     ? "underline"
            : look.underline ? "underline line-through"
                             : "line-through");
    buf_addc(svg, '>');
    for (int col = from; col < end; col++) {
        struct pty_cell cell = pty_cell(pty, row, col);
        if (cell.width > 0)
            add_escaped(svg, cell.text[0] != '\0' ? cell.text : " ");
    }
    buf_adds(svg, "</tspan>");
}

static void add_text(struct buf *svg, const struct pty *pty, int row, int cols)
{
    bool open = false;
    for (int col = 0; col < cols;) {
        struct pty_cell cell = pty_cell(pty, row, col);
        if (is_blank(&cell) || cell.width == 0 || is_drawn(first_cp(&cell))) {
            col++;
            continue;
        }
        if (!open)
            buf_addf(svg, "<text y=\"%.2f\" xml:space=\"preserve\">", cell_y(row) + baseline);
        open = true;
        int end = run_end(pty, row, col, cols);
        add_run(svg, pty, row, col, end);
        col = end;
    }
    if (open)
        buf_adds(svg, "</text>\n");
}

static void add_cursor(struct buf *svg, const struct pty *pty)
{
    int row, col;
    pty_cursor(pty, &row, &col);
    if (pty_cursor_visible(pty))
        buf_addf(svg,
            "<rect x=\"%.2f\" y=\"%.2f\" width=\"%.2f\" height=\"%.2f\" fill=\"#%06X\" "
            "fill-opacity=\"0.45\"/>\n",
            cell_x(col), cell_y(row), cell_w, cell_h, FOREGROUND);
}

/* ---- the window ---- */

static void add_window(struct buf *svg, const char *title, double width, double height)
{
    static const char *const dots[] = { "#FF5F57", "#FEBC2E", "#28C840" };
    buf_addf(svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%.0f\" height=\"%.0f\" "
        "viewBox=\"0 0 %.0f %.0f\" role=\"img\" font-size=\"%.0f\" fill=\"#%06X\" "
        "font-family=\"ui-monospace,'SF Mono',Menlo,'DejaVu Sans Mono','Cascadia Mono',"
        "Consolas,'Liberation Mono',monospace\">\n<title>",
        width, height, width, height, font_size, FOREGROUND);
    add_escaped(svg, title);
    buf_addf(svg,
        "</title>\n<rect x=\"0.5\" y=\"0.5\" width=\"%.0f\" height=\"%.0f\" rx=\"10\" "
        "fill=\"#%06X\" stroke=\"#3A3F4B\"/>\n"
        "<path d=\"M1 %.0fV10.5a9.5 9.5 0 0 1 9.5-9.5H%.1fa9.5 9.5 0 0 1 9.5 9.5V%.0fz\" "
        "fill=\"#21242C\"/>\n",
        width - 1, height - 1, BACKGROUND, bar - 6, width - 10.5, bar - 6);
    for (int i = 0; i < 3; i++)
        buf_addf(
            svg, "<circle cx=\"%d\" cy=\"15.5\" r=\"6\" fill=\"%s\"/>\n", 20 + i * 20, dots[i]);
    buf_addf(svg,
        "<text x=\"%.1f\" y=\"20\" text-anchor=\"middle\" font-size=\"12.5\" "
        "fill=\"#9AA1AD\">",
        width / 2);
    add_escaped(svg, title);
    buf_adds(svg, "</text>\n");
}

static char *draw(const struct pty *pty, const char *title)
{
    struct buf svg = { 0 };
    int rows, cols;
    pty_size(pty, &rows, &cols);
    add_window(&svg, title, 2 * pad + cols * cell_w, cell_y(rows) + pad);
    buf_adds(&svg, "<g shape-rendering=\"crispEdges\">\n");
    for (int row = 0; row < rows; row++)
        add_backgrounds(&svg, pty, row, cols);
    buf_adds(&svg, "</g>\n<g style=\"white-space:pre\">\n");
    for (int row = 0; row < rows; row++) {
        add_drawn(&svg, pty, row, cols);
        add_text(&svg, pty, row, cols);
    }
    add_cursor(&svg, pty);
    buf_adds(&svg, "</g>\n</svg>\n");
    return buf_take(&svg);
}

/* ---- the job ---- */

static bool perform(struct pty *pty, const struct job *job)
{
    for (size_t i = 0; i < job->steps_len; i++) {
        const struct step *step = &job->steps[i];
        if (!step->is_keys) {
            if (!pty_wait_text(pty, step->text, WAIT_MS))
                return false;
            continue;
        }
        pty_wait_quiet(pty, SETTLE_MS);
        char *keys = pty_keys(step->text);
        pty_send(pty, keys);
        free(keys);
    }
    return pty_wait_quiet(pty, SETTLE_MS);
}

static bool save(const char *path, const char *svg)
{
    FILE *file = fopen(path, "w");
    bool ok = file != NULL && fputs(svg, file) >= 0;
    if (file != NULL)
        ok = fclose(file) == 0 && ok;
    if (!ok)
        perror(path);
    return ok;
}

static bool run(const struct job *job)
{
    struct pty *pty = pty_spawn(&job->opts);
    if (pty == NULL)
        return false;
    bool ok = perform(pty, job);
    if (ok) {
        const char *title = pty_title(pty)[0] != '\0' ? pty_title(pty) : job->opts.argv[0];
        char *svg = draw(pty, job->title != NULL ? job->title : title);
        ok = save(job->out, svg);
        free(svg);
    }
    pty_free(pty);
    return ok;
}

static void add_env(struct job *job, const char *entry)
{
    job->env = mem_grow(job->env, &job->env_cap, job->env_len + 2, sizeof *job->env);
    job->env[job->env_len++] = entry;
    job->env[job->env_len] = NULL;
}

static void add_step(struct job *job, bool is_keys, const char *text)
{
    job->steps = mem_grow(job->steps, &job->steps_cap, job->steps_len + 1, sizeof *job->steps);
    job->steps[job->steps_len++] = (struct step){ is_keys, text };
}

static bool parse(struct job *job, int argc, char **argv)
{
    int c;
    while ((c = getopt(argc, argv, "+c:r:e:T:w:k:o:")) != -1) {
        if (c == 'c')
            job->opts.cols = atoi(optarg);
        else if (c == 'r')
            job->opts.rows = atoi(optarg);
        else if (c == 'e')
            add_env(job, optarg);
        else if (c == 'T')
            job->title = optarg;
        else if (c == 'o')
            job->out = optarg;
        else if (c == 'w' || c == 'k')
            add_step(job, c == 'k', optarg);
        else
            return false;
    }
    job->opts.argv = (const char *const *)(const void *)(argv + optind);
    return job->out != NULL && optind < argc;
}

int main(int argc, char **argv)
{
    struct job job = { .opts = { .rows = 24, .cols = 80 } };
    add_env(&job, "COLORTERM=truecolor");
    bool usable = parse(&job, argc, argv);
    if (!usable)
        fprintf(stderr,
            "usage: screenshot [-c COLS] [-r ROWS] [-e NAME=VALUE]... [-T TITLE]\n"
            "                  [-w TEXT | -k KEYS]... -o FILE.svg -- PROGRAM ARGS...\n"
            "-w waits for a text, -k sends keys (\\r \\n \\t \\e \\xHH), in the order "
            "given.\n");
    job.opts.env = job.env;
    bool ok = usable && run(&job);
    free(job.env);
    free(job.steps);
    return ok ? 0 : 1;
}
