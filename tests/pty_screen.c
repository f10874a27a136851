/* Owns the answers about what the emulated screen and the terminal hold. Must
 * not read from the program: the screen moves only in pty.c. */
#include "pty_impl.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

static struct pty_color color_of(const struct pty *pty, VTermColor from)
{
    struct pty_color color = { .kind = PTY_COLOR_RGB };
    if (VTERM_COLOR_IS_DEFAULT_FG(&from) || VTERM_COLOR_IS_DEFAULT_BG(&from))
        color.kind = PTY_COLOR_DEFAULT;
    else if (VTERM_COLOR_IS_INDEXED(&from)) {
        color.kind = PTY_COLOR_INDEXED;
        color.index = from.indexed.idx;
    }
    vterm_screen_convert_color_to_rgb(pty->screen, &from);
    color.red = from.rgb.red;
    color.green = from.rgb.green;
    color.blue = from.rgb.blue;
    return color;
}

struct pty_cell pty_cell(const struct pty *pty, int row, int col)
{
    VTermScreenCell from = { 0 };
    vterm_screen_get_cell(pty->screen, (VTermPos){ .row = row, .col = col }, &from);
    struct pty_cell cell = { .width = from.width,
        .bold = from.attrs.bold,
        .italic = from.attrs.italic,
        .underline = from.attrs.underline != VTERM_UNDERLINE_OFF,
        .reverse = from.attrs.reverse,
        .blink = from.attrs.blink,
        .strike = from.attrs.strike,
        .fg = color_of(pty, from.fg),
        .bg = color_of(pty, from.bg) };
    if (from.chars[0] == UINT32_MAX) {
        cell.width = 0;
        return cell;
    }
    size_t len = 0;
    for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && from.chars[i] != 0; i++)
        len += utf8_encode(from.chars[i], cell.text + len);
    return cell;
}

void pty_size(const struct pty *pty, int *rows, int *cols)
{
    vterm_get_size(pty->vt, rows, cols);
}

static void add_row(struct buf *text, const struct pty *pty, int row)
{
    int rows, cols;
    pty_size(pty, &rows, &cols);
    size_t end = text->len; /* behind the last cell that is no blank */
    for (int col = 0; col < cols; col++) {
        struct pty_cell cell = pty_cell(pty, row, col);
        if (cell.width == 0)
            continue;
        buf_adds(text, cell.text[0] != '\0' ? cell.text : " ");
        if (cell.text[0] != '\0' && strcmp(cell.text, " ") != 0)
            end = text->len;
    }
    buf_remove(text, end, text->len - end);
}

char *pty_row(const struct pty *pty, int row)
{
    struct buf text = { 0 };
    add_row(&text, pty, row);
    return buf_take(&text);
}

char *pty_screen(const struct pty *pty)
{
    struct buf text = { 0 };
    int rows, cols;
    pty_size(pty, &rows, &cols);
    for (int row = 0; row < rows; row++) {
        if (row > 0)
            buf_addc(&text, '\n');
        add_row(&text, pty, row);
    }
    return buf_take(&text);
}

bool pty_shows(const struct pty *pty, const char *text)
{
    char *screen = pty_screen(pty);
    bool found = strstr(screen, text) != NULL;
    free(screen);
    return found;
}

/* The cell in which byte `at` of the row's text lies. */
static int cell_at_byte(const struct pty *pty, int row, size_t at)
{
    int col = 0;
    for (size_t bytes = 0;; col++) {
        struct pty_cell cell = pty_cell(pty, row, col);
        if (cell.width > 0)
            bytes += cell.text[0] != '\0' ? strlen(cell.text) : 1;
        if (bytes > at)
            return col;
    }
}

int pty_find(const struct pty *pty, const char *text, int *col)
{
    int rows, cols, found = -1;
    pty_size(pty, &rows, &cols);
    for (int row = 0; row < rows && found < 0; row++) {
        char *line = pty_row(pty, row);
        const char *at = strstr(line, text);
        if (at != NULL)
            found = row;
        if (at != NULL && col != NULL)
            *col = *text != '\0' ? cell_at_byte(pty, row, (size_t)(at - line)) : 0;
        free(line);
    }
    return found;
}

void pty_cursor(const struct pty *pty, int *row, int *col)
{
    VTermPos pos;
    vterm_state_get_cursorpos(vterm_obtain_state(pty->vt), &pos);
    *row = pos.row;
    *col = pos.col;
}

bool pty_cursor_visible(const struct pty *pty)
{
    return pty->cursor_visible;
}

bool pty_alt_screen(const struct pty *pty)
{
    return pty->alt_screen;
}

enum pty_mouse pty_mouse(const struct pty *pty)
{
    return pty->mouse;
}

const char *pty_title(const struct pty *pty)
{
    return pty->title != NULL ? pty->title : "";
}

int pty_bells(const struct pty *pty)
{
    return pty->bells;
}

const char *pty_raw(const struct pty *pty, size_t *len)
{
    *len = pty->raw.len;
    return buf_text(&pty->raw);
}

/* Whether the parameters "12;2004" of a CSI ? sequence name the mode; *end gets
 * the byte behind them. */
static bool names_mode(const char *params, int mode, const char **end)
{
    bool named = false;
    for (;; params++) {
        char *after;
        named |= strtol(params, &after, 10) == mode && after > params;
        params = after;
        if (*params != ';')
            break;
    }
    *end = params;
    return named;
}

bool pty_mode(const struct pty *pty, int mode)
{
    bool set = false;
    const char *at = buf_text(&pty->raw), *end = at + pty->raw.len;
    while (at < end) {
        const char *final = at + 1;
        if (end - at > 3 && memcmp(at, "\033[?", 3) == 0 && names_mode(at + 3, mode, &final)
            && (*final == 'h' || *final == 'l'))
            set = *final == 'h';
        at++;
    }
    return set;
}

const struct termios *pty_termios_before(const struct pty *pty)
{
    return &pty->child.before;
}

bool pty_termios_now(const struct pty *pty, struct termios *now)
{
    return tcgetattr(pty->child.master, now) == 0;
}

void pty_set_termios(const struct pty *pty, const struct termios *to)
{
    tcsetattr(pty->child.master, TCSANOW, to);
}

bool pty_termios_restored(const struct pty *pty)
{
    const struct termios *before = &pty->child.before;
    struct termios now;
    return pty_termios_now(pty, &now) && now.c_iflag == before->c_iflag
           && now.c_oflag == before->c_oflag && now.c_cflag == before->c_cflag
           && now.c_lflag == before->c_lflag
           && memcmp(now.c_cc, before->c_cc, sizeof now.c_cc) == 0;
}
