/* Owns curses. Must not know what the cells mean. */
#define NCURSES_WIDECHAR 1
#include "term/screen.h"

#include <curses.h>
#include <langinfo.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <term.h>
#include <unistd.h>
#include <wchar.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "cmd/key.h"
#include "term/ascii.h"
#include "term/rescue.h"
#include "term/terminal.h"
#include "ui/theme.h"

enum { LOOKS = STYLE__COUNT * 256, KEY_PASTE_START = KEY_MAX + 1, KEY_PASTE_END };

struct screen {
    SCREEN *curses;
    struct grid shown;
    bool all; /* paint everything */
    bool ascii;
    bool mouse;
    bool light;
    enum colour_depth depth;
    attr_t attrs[LOOKS]; /* for a style and faces; 0 in known: not yet made */
    int pairs[LOOKS];
    bool known[LOOKS];
    char *paste_on, *paste_off; /* terminfo's; NULL where absent */
};

static char *capability(const char *name)
{
    char *text = tigetstr(name);
    return text == NULL || text == (char *)-1 ? NULL : text;
}

static void write_capability(const char *text)
{
    if (text != NULL) {
        putp(text);
        fflush(stdout);
    }
}

void screen_set_options(struct screen *screen, const struct options *options)
{
    static const enum colour_depth asked[]
        = { DEPTH_TRUE, DEPTH_TRUE, DEPTH_256, DEPTH_16, DEPTH_8, DEPTH_NONE };
    int choice = options->values[OPT_colour].number;
    enum colour_depth can = COLORS >= 0x1000000 ? DEPTH_TRUE
        : COLORS >= 256                         ? DEPTH_256
        : COLORS >= 16                          ? DEPTH_16
        : COLORS >= 8                           ? DEPTH_8
                                                : DEPTH_NONE;
    const char *none = getenv("NO_COLOR");
    if (!has_colors() || (choice == 0 && none != NULL && none[0] != '\0'))
        can = DEPTH_NONE;
    screen->depth = asked[choice] < can ? asked[choice] : can;
    int background = options->values[OPT_background].number;
    screen->light = background == 0 ? theme_is_light() : background == 2;
    memset(screen->known, 0, sizeof screen->known);
    screen->all = true;
}

/* TERM as it is, then what nearly every terminal understands. */
static SCREEN *open_curses(void)
{
    SCREEN *curses = newterm(NULL, stdout, stdin);
    const char *const fallbacks[] = { "xterm", "vt100" };
    const char *term = getenv("TERM");
    bool dumb = term != NULL && strcmp(term, "dumb") == 0;
    for (int i = 0; curses == NULL && !dumb && i < 2; i++)
        curses = newterm(fallbacks[i], stdout, stdin);
    return curses;
}

static void set_up(struct screen *screen)
{
    raw();
    noecho();
    nonl();
    set_escdelay(25);
    keypad(stdscr, TRUE);
    nodelay(stdscr, TRUE);
    meta(stdscr, TRUE);
    if (has_colors()) {
        start_color();
        use_default_colors();
    }
    screen->paste_on = capability("BE");
    screen->paste_off = capability("BD");
    if (screen->paste_on != NULL) {
        define_key("\033[200~", KEY_PASTE_START);
        define_key("\033[201~", KEY_PASTE_END);
    }
    mouseinterval(0);
    rescue_add(capability("sgr0"));
    rescue_add(capability("cnorm"));
    rescue_add(capability("rmkx"));
    rescue_add(screen->paste_off);
    if (capability("kmous") != NULL)
        rescue_add("\033[?1006;1000l");
    rescue_add(capability("rmcup"));
}

bool screen_open(struct screen **out, const struct options *options, struct err *err)
{
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
        return err_set(err, "the browser needs a terminal; talkbook list, show and search "
                            "work without one");
    rescue_begin();
    SCREEN *curses = open_curses();
    const char *term = getenv("TERM");
    if (curses != NULL && capability("cup") == NULL) {
        endwin();
        delscreen(curses);
        curses = NULL;
    }
    if (curses == NULL)
        return err_set(err, "the terminal '%s' cannot place text; set TERM, or use talkbook "
                            "list, show and search",
            term != NULL ? term : "");
    struct screen *screen = mem_zero(1, sizeof *screen);
    screen->curses = curses;
    screen->ascii = strcmp(nl_langinfo(CODESET), "UTF-8") != 0;
    set_up(screen);
    screen_set_options(screen, options);
    rescue_arm();
    write_capability(screen->paste_on);
    screen_set_mouse(screen, options->values[OPT_mouse].number != 0);
    *out = screen;
    return true;
}

void screen_leave(struct screen *screen)
{
    write_capability(screen->paste_off);
    curs_set(1);
    endwin();
}

void screen_return(struct screen *screen)
{
    reset_prog_mode();
    doupdate();
    write_capability(screen->paste_on);
    screen->all = true;
}

void screen_close(struct screen *screen, bool alive)
{
    rescue_disarm();
    if (alive) {
        screen_set_mouse(screen, false);
        screen_leave(screen);
    }
    grid_release(&screen->shown);
    delscreen(screen->curses);
    free(screen);
}

void screen_size(struct screen *screen, int *rows, int *cols)
{
    struct winsize size;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 && size.ws_col > 0) {
        if (size.ws_row != LINES || size.ws_col != COLS) {
            resize_term(size.ws_row, size.ws_col);
            screen->all = true;
        }
        *rows = size.ws_row;
        *cols = size.ws_col;
    } else {
        *rows = LINES;
        *cols = COLS;
    }
}

void screen_redraw(struct screen *screen)
{
    screen->all = true;
}

void screen_set_mouse(struct screen *screen, bool on)
{
    if (on != screen->mouse)
        mousemask(on ? BUTTON1_PRESSED | BUTTON4_PRESSED | BUTTON5_PRESSED : 0, NULL);
    screen->mouse = on;
}

/* --- painting ---------------------------------------------------------- */

static attr_t curses_attrs(unsigned attrs)
{
    attr_t out = A_NORMAL;
    out |= attrs & ATTR_BOLD ? A_BOLD : 0;
    out |= attrs & ATTR_DIM ? A_DIM : 0;
    out |= attrs & ATTR_ITALIC ? A_ITALIC : 0;
    out |= attrs & ATTR_UNDERLINE ? A_UNDERLINE : 0;
    out |= attrs & ATTR_REVERSE ? A_REVERSE : 0;
    /* Curses has no way to strike out; dim tells it apart. */
    out |= attrs & ATTR_STRIKE ? A_DIM : 0;
    return out;
}

static int look_of(struct screen *screen, const struct cell *cell)
{
    int index = cell->style * 256 + cell->face;
    if (!screen->known[index]) {
        struct look look = theme_look(
            (enum style)cell->style, cell->face, screen->depth, screen->light);
        screen->attrs[index] = curses_attrs(look.attrs);
        bool plain = look.fg < 0 && look.bg < 0;
        int pair = plain ? 0 : alloc_pair(look.fg, look.bg);
        screen->pairs[index] = pair < 0 ? 0 : pair;
        screen->known[index] = true;
    }
    return index;
}

static void set_cell(struct screen *screen, const struct cell *cell, cchar_t *out)
{
    wchar_t text[CELL_CODE_POINTS + 1] = { L' ' };
    for (int i = 0; i < CELL_CODE_POINTS && cell->cp[i] != 0; i++)
        text[i] = (wchar_t)(screen->ascii ? ascii_of(cell->cp[i], i > 0) : cell->cp[i]);
    int look = look_of(screen, cell);
    int pair = screen->pairs[look];
    setcchar(out, text, screen->attrs[look], (short)pair, &pair);
}

static void paint_row(struct screen *screen, const struct grid *grid, int row)
{
    cchar_t *line = mem_zero((size_t)grid->cols + 1, sizeof *line);
    int count = 0;
    for (int col = 0; col < grid->cols; col++) {
        const struct cell *cell = &grid->cells[row * grid->cols + col];
        if (cell->width == 0 && !screen->ascii)
            continue;
        set_cell(screen, cell, &line[count++]);
    }
    mvadd_wchnstr(row, 0, line, count);
    free(line);
}

static void place_cursor(const struct grid *grid)
{
    if (grid->cursor_row >= 0) {
        move(grid->cursor_row, grid->cursor_col);
        curs_set(1);
    } else
        curs_set(0);
}

void screen_paint(struct screen *screen, const struct grid *grid)
{
    size_t width = (size_t)grid->cols * sizeof(struct cell);
    bool all = screen->all || screen->shown.rows != grid->rows
        || screen->shown.cols != grid->cols;
    if (all) {
        grid_resize(&screen->shown, grid->rows, grid->cols);
        clearok(curscr, screen->all);
    }
    for (int row = 0; row < grid->rows; row++) {
        const struct cell *now = &grid->cells[row * grid->cols];
        struct cell *was = &screen->shown.cells[row * grid->cols];
        if (!all && memcmp(now, was, width) == 0)
            continue;
        memcpy(was, now, width);
        paint_row(screen, grid, row);
    }
    place_cursor(grid);
    wnoutrefresh(stdscr);
    doupdate();
    screen->all = false;
}

/* --- input ------------------------------------------------------------- */

static uint32_t key_of(wint_t code)
{
    static const struct {
        int code;
        uint32_t key;
    } keys[] = { { KEY_UP, TK_UP }, { KEY_DOWN, TK_DOWN }, { KEY_LEFT, TK_LEFT },
        { KEY_RIGHT, TK_RIGHT }, { KEY_HOME, TK_HOME }, { KEY_END, TK_END },
        { KEY_PPAGE, TK_PAGE_UP }, { KEY_NPAGE, TK_PAGE_DOWN }, { KEY_DC, TK_DELETE },
        { KEY_IC, TK_INSERT }, { KEY_BTAB, TK_SHIFT_TAB }, { KEY_BACKSPACE, TK_BACKSPACE },
        { KEY_ENTER, '\r' }, { KEY_PASTE_START, TK_PASTE_START },
        { KEY_PASTE_END, TK_PASTE_END } };
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        if (keys[i].code == (int)code)
            return keys[i].key;
    if (code >= (wint_t)KEY_F(1) && code <= (wint_t)KEY_F(12))
        return TK_F1 + (uint32_t)(code - (wint_t)KEY_F(1));
    return TK_NONE;
}

/* An escape sequence that terminfo does not know is read to its end and means
 * nothing; Esc and a key that came with it are that key with Alt. */
static uint32_t after_escape(void)
{
    wint_t next;
    int got = get_wch(&next);
    if (got == ERR)
        return TK_ESC;
    if (got == KEY_CODE_YES)
        return key_of(next) | TK_META;
    if (next != L'[' && next != L'O')
        return (uint32_t)next | TK_META;
    int read = 0;
    while ((got = get_wch(&next)) == OK && read < 64) {
        read++;
        if (next >= 0x40 && next <= 0x7E && next != L'[')
            break;
    }
    return read > 0 ? (uint32_t)TK_NONE : (uint32_t)'[' | TK_META;
}

static enum screen_event read_mouse(enum app_button *button, int *row, int *col)
{
    MEVENT event;
    if (getmouse(&event) != OK)
        return SCREEN_NOTHING;
    *row = event.y;
    *col = event.x;
    *button = event.bstate & BUTTON4_PRESSED ? BUTTON_WHEEL_UP
        : event.bstate & BUTTON5_PRESSED     ? BUTTON_WHEEL_DOWN
                                             : BUTTON_LEFT;
    return SCREEN_MOUSE;
}

enum screen_event screen_read(
    struct screen *screen, uint32_t *key, enum app_button *button, int *row, int *col)
{
    (void)screen;
    for (;;) {
        wint_t code;
        int got = get_wch(&code);
        if (got == ERR)
            return SCREEN_NOTHING;
        if (got == KEY_CODE_YES && code == KEY_MOUSE) {
            if (read_mouse(button, row, col) == SCREEN_MOUSE)
                return SCREEN_MOUSE;
            continue;
        }
        *key = got == KEY_CODE_YES ? key_of(code)
            : code == TK_ESC       ? after_escape()
                                   : (uint32_t)code;
        if ((*key & ~(uint32_t)TK_META) != TK_NONE)
            return SCREEN_KEY;
    }
}

/* --- clipboard --------------------------------------------------------- */

void screen_copy(struct screen *screen, const char *text)
{
    static const char digits[]
        = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    struct buf out = { 0 };
    size_t len = strlen(text);
    (void)screen;
    buf_adds(&out, "\033]52;c;");
    for (size_t i = 0; i < len; i += 3) {
        unsigned b[3] = { 0 };
        for (size_t k = 0; k < 3 && i + k < len; k++)
            b[k] = (unsigned char)text[i + k];
        unsigned bits = b[0] << 16 | b[1] << 8 | b[2];
        for (size_t k = 0; k < 4; k++)
            buf_addc(&out, i + k > len ? '=' : digits[bits >> (18 - 6 * k) & 63]);
    }
    buf_adds(&out, "\a");
    fwrite(out.data, 1, out.len, stdout);
    fflush(stdout);
    buf_release(&out);
}

const char *terminal_library(void)
{
    return curses_version();
}
