/* Owns the terminal through curses: its modes, its capabilities, its keys. What
 * is painted where is for painter.c. */
#include "term/screen.h"

#include <curses.h>
#include <errno.h>
#include <langinfo.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <term.h>
#include <unistd.h>
#include <wchar.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "cmd/key.h"
#include "term/painter.h"
#include "term/rescue.h"
#include "term/terminal.h"
#include "ui/theme.h"

/* Far above KEY_MAX: curses numbers a terminal's extended keys from there on. */
enum { KEY_PASTE_START = KEY_MAX + 0x1000, KEY_PASTE_END };

/* How long the rest of an escape sequence may take, in milliseconds, and how often it may. */
enum { REST_WAIT = 250, REST_WAITS = 8 };

/* A size that no screen has; what claims more would only cost memory. */
enum { SIZE_LIMIT = 2000 };

struct screen {
    SCREEN *curses;
    WINDOW *input; /* a pad, since reading a key from a window would paint it */
    struct painter *painter;
    struct buf out;
    bool mouse;
    bool legacy;     /* the locale's characters are neither UTF-8 nor ASCII */
    mbstate_t state; /* of such a one whose end has not come */
    char partial[4]; /* the same of UTF-8 */
    size_t partial_len;
    const char *paste_on, *paste_off; /* terminfo's; NULL where absent */
};

/* One that is not among terminfo's numbered ones, found by name. */
static const char *capability(const char *name)
{
    const char *text = tigetstr(name);
    return text == NULL || text == (const char *)-1 ? NULL : text;
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
    static const enum colour_depth asked[] = { DEPTH_TRUE, DEPTH_TRUE, DEPTH_256, DEPTH_16,
        DEPTH_8, DEPTH_NONE };
    int choice = options->values[OPT_colour].number;
    int colours = max_colors;
    enum colour_depth can = colours >= 256  ? DEPTH_256
                            : colours >= 16 ? DEPTH_16
                            : colours >= 8  ? DEPTH_8
                                            : DEPTH_NONE;
    /* The environment knows of true colour, terminfo hardly ever. */
    enum colour_depth promised = theme_depth();
    if (can == DEPTH_256 && (promised == DEPTH_TRUE || choice == 1))
        can = DEPTH_TRUE;
    if (promised == DEPTH_NONE && choice == 0)
        can = DEPTH_NONE;
    int background = options->values[OPT_background].number;
    painter_set_colours(screen->painter, asked[choice] < can ? asked[choice] : can,
        background == 0 ? theme_is_light() : background == 2);
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

static struct painter *make_painter(void)
{
    struct painter_terminal terminal = {
        .cup = cursor_address,
        .clear = clear_screen,
        .el = clr_eol,
        .sgr0 = exit_attribute_mode,
        .bold = enter_bold_mode,
        .dim = enter_dim_mode,
        .italic = enter_italics_mode,
        .underline = enter_underline_mode,
        .reverse = enter_reverse_mode,
        .strike = capability("smxx"),
        .setaf = set_a_foreground,
        .setab = set_a_background,
        .show_cursor = cursor_normal,
        .hide_cursor = cursor_invisible,
        .keeps_last_cell = !auto_right_margin || eat_newline_glitch,
        .ascii = strcmp(nl_langinfo(CODESET), "UTF-8") != 0,
    };
    return painter_new(&terminal);
}

/* Terminals send either form, whatever terminfo says. */
static void define_cursor_keys(void)
{
    static const struct {
        const char *bytes;
        int key;
    } keys[] = { { "\033[A", KEY_UP }, { "\033OA", KEY_UP }, { "\033[B", KEY_DOWN },
        { "\033OB", KEY_DOWN }, { "\033[C", KEY_RIGHT }, { "\033OC", KEY_RIGHT },
        { "\033[D", KEY_LEFT }, { "\033OD", KEY_LEFT }, { "\033[H", KEY_HOME },
        { "\033OH", KEY_HOME }, { "\033[F", KEY_END }, { "\033OF", KEY_END },
        { "\033[1~", KEY_HOME }, { "\033[4~", KEY_END } };
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        define_key(keys[i].bytes, keys[i].key);
}

/* Before the first byte is written, which keypad() does. */
static void prepare_rescue(const struct screen *screen)
{
    rescue_add(exit_attribute_mode);
    rescue_add(cursor_normal);
    rescue_add(keypad_local);
    rescue_add(screen->paste_off);
    if (key_mouse != NULL)
        rescue_add("\033[?1006;1000l");
    rescue_add(exit_ca_mode);
    rescue_arm();
}

/* Where no locale is set the terminal sends UTF-8 all the same. */
static bool is_legacy(const char *codeset)
{
    static const char *const others[] = { "UTF-8", "ANSI_X3.4-1968", "US-ASCII", "ASCII",
        "646" };
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        if (strcmp(codeset, others[i]) == 0)
            return false;
    return true;
}

static void set_up(struct screen *screen)
{
    screen->legacy = is_legacy(nl_langinfo(CODESET));
    screen->paste_on = capability("BE");
    screen->paste_off = capability("BD");
    prepare_rescue(screen);
    raw();
    noecho();
    nonl();
    set_escdelay(25);
    screen->input = newpad(1, 1);
    keypad(screen->input, TRUE);
    nodelay(screen->input, TRUE);
    if (screen->paste_on != NULL) {
        define_key("\033[200~", KEY_PASTE_START);
        define_key("\033[201~", KEY_PASTE_END);
    }
    define_cursor_keys();
    mouseinterval(0);
    /* Nothing but a flush: curses writes out what it began with. */
    delay_output(0);
}

bool screen_open(struct screen **out, const struct options *options, struct err *err)
{
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
        return err_set(err, "the browser needs a terminal; talkbook list, show and search "
                            "work without one");
    rescue_begin();
    SCREEN *curses = open_curses();
    const char *term = getenv("TERM");
    if (curses != NULL && cursor_address == NULL) {
        endwin();
        delscreen(curses);
        curses = NULL;
    }
    if (curses == NULL) {
        rescue_disarm();
        return err_set(err,
            "the terminal '%s' cannot place text; set TERM, or use talkbook "
            "list, show and search",
            term != NULL ? term : "");
    }
    struct screen *screen = mem_zero(1, sizeof *screen);
    screen->curses = curses;
    screen->painter = make_painter();
    set_up(screen);
    screen_set_options(screen, options);
    write_capability(screen->paste_on);
    screen_set_mouse(screen, options->values[OPT_mouse].number != 0);
    *out = screen;
    return true;
}

void screen_leave(struct screen *screen)
{
    write_capability(screen->paste_off);
    write_capability(exit_attribute_mode);
    write_capability(cursor_normal);
    endwin();
}

void screen_return(struct screen *screen)
{
    reset_prog_mode();
    doupdate();
    write_capability(screen->paste_on);
    painter_forget(screen->painter);
}

void screen_close(struct screen *screen, bool alive)
{
    if (alive) {
        screen_set_mouse(screen, false);
        screen_leave(screen);
    }
    rescue_disarm();
    painter_free(screen->painter);
    buf_release(&screen->out);
    delwin(screen->input);
    delscreen(screen->curses);
    free(screen);
}

void screen_size(struct screen *screen, int *rows, int *cols)
{
    struct winsize size;
    /* Even where the size is the old one again: the terminal may have been smaller
     * meanwhile and have cut what it showed. */
    painter_forget(screen->painter);
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 && size.ws_col > 0) {
        *rows = size.ws_row < SIZE_LIMIT ? size.ws_row : SIZE_LIMIT;
        *cols = size.ws_col < SIZE_LIMIT ? size.ws_col : SIZE_LIMIT;
        if (*rows != LINES || *cols != COLS)
            resize_term(*rows, *cols);
    } else {
        *rows = LINES;
        *cols = COLS;
    }
}

void screen_set_mouse(struct screen *screen, bool on)
{
    if (on != screen->mouse)
        mousemask(on ? BUTTON1_PRESSED | BUTTON4_PRESSED | BUTTON5_PRESSED : 0, NULL);
    screen->mouse = on;
}

/* --- painting ---------------------------------------------------------- */

static void write_all(const char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t written = write(STDOUT_FILENO, bytes, len);
        if (written > 0) {
            bytes += written;
            len -= (size_t)written;
        } else if (errno == EAGAIN) {
            struct pollfd output = { .fd = STDOUT_FILENO, .events = POLLOUT };
            poll(&output, 1, 100);
        } else if (errno != EINTR)
            return;
    }
}

void screen_paint(struct screen *screen, const struct grid *grid)
{
    buf_clear(&screen->out);
    painter_add(screen->painter, grid, &screen->out);
    write_all(buf_text(&screen->out), screen->out.len);
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

/* Takes a byte; whether a character is whole with it. */
static bool take_legacy(struct screen *screen, char byte, wint_t *code)
{
    wchar_t wide = 0;
    size_t len = mbrtowc(&wide, &byte, 1, &screen->state);
    if (len == (size_t)-2)
        return false;
    bool wrong = len == (size_t)-1;
    if (wrong)
        screen->state = (mbstate_t){ 0 };
    *code = wrong ? UTF8_REPLACEMENT : (wint_t)wide;
    return true;
}

static bool take_utf8(struct screen *screen, char byte, wint_t *code)
{
    if ((byte & 0xC0) != 0x80)
        screen->partial_len = 0;
    screen->partial[screen->partial_len++] = byte;
    unsigned char first = (unsigned char)screen->partial[0];
    size_t need = first >= 0xF0 && first < 0xF8   ? 4
                  : first >= 0xE0 && first < 0xF0 ? 3
                  : first >= 0xC0 && first < 0xE0 ? 2
                                                  : 1;
    if (screen->partial_len < need)
        return false;
    uint32_t cp;
    utf8_decode(screen->partial, screen->partial_len, &cp);
    screen->partial_len = 0;
    *code = (wint_t)cp;
    return true;
}

/* KEY_CODE_YES for a key of curses, OK for a character, ERR where nothing is
 * there. Characters are put together here: wget_wch() of ncurses 6.4 forgets
 * the beginning of one whose end has not come yet, and without a locale drops what is
 * not ASCII with all that waits behind it. */
static int read_code(struct screen *screen, wint_t *code)
{
    int got;
    while ((got = wgetch(screen->input)) != ERR) {
        *code = (wint_t)got;
        if (got > 0xFF)
            return KEY_CODE_YES;
        if (screen->legacy ? take_legacy(screen, (char)got, code)
                           : take_utf8(screen, (char)got, code))
            return OK;
    }
    return ERR;
}

/* The next of an escape sequence, whose rest may still be on its way. */
static int read_rest(struct screen *screen, wint_t *code, int *waits)
{
    struct pollfd input = { .fd = STDIN_FILENO, .events = POLLIN };
    int got;
    while ((got = read_code(screen, code)) == ERR && (*waits)++ < REST_WAITS)
        if (poll(&input, 1, REST_WAIT) <= 0)
            break;
    return got;
}

/* A terminal's answer (OSC, DCS, APC, PM, SOS) that somebody else asked for: read
 * to its end, BEL or ST, it means nothing. */
static uint32_t skip_string(struct screen *screen)
{
    wint_t next, before = 0;
    int waits = 0;
    while (read_rest(screen, &next, &waits) == OK && next != L'\a'
           && !(before == TK_ESC && next == L'\\'))
        before = next;
    return TK_NONE;
}

/* An escape sequence that terminfo does not know is read to its end and means
 * nothing; Esc and a key that came with it are that key with Alt. */
static uint32_t after_escape(struct screen *screen)
{
    wint_t next;
    int got = read_code(screen, &next);
    if (got == ERR)
        return TK_ESC;
    if (got == KEY_CODE_YES)
        return key_of(next) | TK_META;
    if (next != 0 && wcschr(L"]P_^X", (wchar_t)next) != NULL)
        return skip_string(screen);
    if (next != L'[' && next != L'O')
        return (uint32_t)next | TK_META;
    int read = 0, waits = 0;
    wint_t first = next;
    while (read_rest(screen, &next, &waits) == OK && read < 64) {
        read++;
        if (next >= 0x40 && next <= 0x7E && next != L'[')
            break;
    }
    return read > 0 ? (uint32_t)TK_NONE : (uint32_t)first | TK_META;
}

static enum screen_event read_mouse(enum app_button *button, int *row, int *col)
{
    MEVENT event;
    if (getmouse(&event) != OK)
        return SCREEN_NOTHING;
    *row = event.y;
    *col = event.x;
    *button = event.bstate & BUTTON4_PRESSED   ? BUTTON_WHEEL_UP
              : event.bstate & BUTTON5_PRESSED ? BUTTON_WHEEL_DOWN
                                               : BUTTON_LEFT;
    return SCREEN_MOUSE;
}

enum screen_event screen_read(
    struct screen *screen, uint32_t *key, enum app_button *button, int *row, int *col)
{
    for (;;) {
        wint_t code;
        int got = read_code(screen, &code);
        if (got == ERR)
            return SCREEN_NOTHING;
        if (got == KEY_CODE_YES && code == KEY_MOUSE) {
            if (read_mouse(button, row, col) == SCREEN_MOUSE)
                return SCREEN_MOUSE;
            continue;
        }
        *key = got == KEY_CODE_YES ? key_of(code)
               : code == TK_ESC    ? after_escape(screen)
                                   : (uint32_t)code;
        if ((*key & ~(uint32_t)TK_META) != TK_NONE)
            return SCREEN_KEY;
    }
}

/* --- clipboard --------------------------------------------------------- */

void screen_copy(const char *text)
{
    static const char digits[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    struct buf out = { 0 };
    size_t len = strlen(text);
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
    write_all(out.data, out.len);
    buf_release(&out);
}

const char *terminal_library(void)
{
    return curses_version();
}
