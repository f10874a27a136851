/* Owns colours. Must not know who draws with them. */
#include "ui/theme.h"

#include <stdlib.h>
#include <string.h>

/* A colour on a dark and on a light background, with its nearest in the 16
 * colours (where 8-15 are the bright ones; 8 colours take them modulo 8). */
struct colour {
    int32_t dark, light; /* 0xRRGGBB */
    int8_t dark16, light16;
};

enum colour_name {
    PLAIN,
    DIM,
    BLUE,
    CYAN,
    GREEN,
    YELLOW,
    ORANGE,
    RED,
    MAGENTA,
    PANEL,
    SELECTION,
    SHADOW,
    GOLD,
    COLOURS
};

static const struct colour colours[COLOURS] = {
    [PLAIN] = { -1, -1, -1, -1 },
    [DIM] = { 0x8A8F98, 0x6B7078, 8, 8 },
    [BLUE] = { 0x7AA2F7, 0x2E5FC4, 12, 4 },
    [CYAN] = { 0x7DCFDF, 0x0B7285, 14, 6 },
    [GREEN] = { 0x9ECE6A, 0x3B7A1E, 10, 2 },
    [YELLOW] = { 0xE0D58A, 0x7A6400, 11, 3 },
    [ORANGE] = { 0xE8A66B, 0xA85A12, 3, 3 },
    [RED] = { 0xF07D8A, 0xB3202F, 9, 1 },
    [MAGENTA] = { 0xC5A0F0, 0x7B3FB5, 13, 5 },
    [PANEL] = { 0x262B36, 0xE4E7EC, 0, 7 },
    [SELECTION] = { 0x1F4E79, 0xC9DAF8, 4, 6 },
    [SHADOW] = { 0x2A2F3A, 0xE6E9EF, 8, 7 },
    [GOLD] = { 0x6B5710, 0xFBE38A, 3, 3 },
};

struct style_row {
    uint8_t fg, bg;
    uint8_t attrs;
    uint8_t plain; /* attributes instead, where there is no colour */
};

static const struct style_row styles[STYLE__COUNT] = {
    [STYLE_TEXT] = { PLAIN, PLAIN, 0, 0 },
    [STYLE_HEADING1] = { BLUE, PLAIN, ATTR_BOLD, ATTR_BOLD },
    [STYLE_HEADING2] = { CYAN, PLAIN, ATTR_BOLD, ATTR_BOLD },
    [STYLE_HEADING3] = { GREEN, PLAIN, ATTR_BOLD, ATTR_BOLD },
    [STYLE_HEADING4] = { YELLOW, PLAIN, ATTR_BOLD, ATTR_BOLD },
    [STYLE_HEADING5] = { MAGENTA, PLAIN, 0, ATTR_BOLD },
    [STYLE_HEADING6] = { DIM, PLAIN, 0, ATTR_BOLD },
    [STYLE_LINK] = { BLUE, PLAIN, ATTR_UNDERLINE, ATTR_UNDERLINE },
    [STYLE_URL] = { BLUE, PLAIN, ATTR_UNDERLINE, ATTR_UNDERLINE },
    [STYLE_IMAGE] = { MAGENTA, PLAIN, 0, ATTR_UNDERLINE },
    [STYLE_CODE] = { ORANGE, PLAIN, 0, 0 },
    [STYLE_CODE_PLAIN] = { PLAIN, PLAIN, 0, 0 },
    [STYLE_CODE_KEYWORD] = { BLUE, PLAIN, 0, ATTR_BOLD },
    [STYLE_CODE_STRING] = { GREEN, PLAIN, 0, 0 },
    [STYLE_CODE_COMMENT] = { DIM, PLAIN, ATTR_ITALIC, ATTR_DIM },
    [STYLE_CODE_NUMBER] = { MAGENTA, PLAIN, 0, 0 },
    [STYLE_CODE_NAME] = { CYAN, PLAIN, 0, 0 },
    [STYLE_CODE_ADDED] = { GREEN, PLAIN, 0, 0 },
    [STYLE_CODE_REMOVED] = { RED, PLAIN, 0, 0 },
    [STYLE_CODE_LABEL] = { DIM, PLAIN, 0, ATTR_DIM },
    [STYLE_QUOTE] = { DIM, PLAIN, 0, 0 },
    [STYLE_MARKER] = { CYAN, PLAIN, 0, 0 },
    [STYLE_RULE] = { DIM, PLAIN, 0, ATTR_DIM },
    [STYLE_TABLE] = { DIM, PLAIN, 0, ATTR_DIM },
    [STYLE_HTML] = { DIM, PLAIN, 0, ATTR_DIM },
    [STYLE_HIGHLIGHT] = { PLAIN, GOLD, 0, ATTR_REVERSE },
    [STYLE_STAMP] = { GREEN, PLAIN, ATTR_BOLD, ATTR_UNDERLINE },
    [STYLE_TITLE] = { PLAIN, PLAIN, ATTR_BOLD, ATTR_BOLD },
    [STYLE_SPEAKER] = { CYAN, PLAIN, 0, 0 },
    [STYLE_META] = { DIM, PLAIN, 0, 0 },
    [STYLE_LABEL] = { DIM, PLAIN, 0, ATTR_DIM },
    [STYLE_NOTE_HEAD] = { YELLOW, PLAIN, 0, ATTR_BOLD },
    [STYLE_DIM] = { DIM, PLAIN, 0, ATTR_DIM },
    [STYLE_GROUP1] = { BLUE, PLAIN, ATTR_BOLD, ATTR_BOLD },
    [STYLE_GROUP2] = { CYAN, PLAIN, 0, ATTR_BOLD },
    [STYLE_COUNT] = { DIM, PLAIN, 0, 0 },
    [STYLE_STAR] = { YELLOW, PLAIN, 0, 0 },
    [STYLE_WATCHED] = { GREEN, PLAIN, 0, 0 },
    [STYLE_NOTED] = { MAGENTA, PLAIN, 0, 0 },
    [STYLE_RATING] = { YELLOW, PLAIN, 0, 0 },
    [STYLE_HIT_NOTE] = { DIM, PLAIN, 0, 0 },
    [STYLE_BAR] = { PLAIN, PANEL, 0, ATTR_REVERSE },
    [STYLE_BAR_KEY] = { CYAN, PANEL, ATTR_BOLD, ATTR_REVERSE | ATTR_BOLD },
    [STYLE_BORDER] = { DIM, PLAIN, 0, ATTR_DIM },
    [STYLE_PROMPT] = { PLAIN, PLAIN, ATTR_BOLD, ATTR_BOLD },
    [STYLE_ERROR] = { RED, PLAIN, ATTR_BOLD, ATTR_BOLD },
    [STYLE_SUCCESS] = { GREEN, PLAIN, 0, 0 },
};

/* The nearest of xterm's 256 colours: the 6×6×6 cube or the grey ramp. */
static int nearest_256(int32_t rgb)
{
    static const int steps[] = { 0, 95, 135, 175, 215, 255 };
    int part[3] = { rgb >> 16 & 255, rgb >> 8 & 255, rgb & 255 };
    int index[3], cube = 0;
    for (int i = 0; i < 3; i++) {
        index[i] = part[i] < 48 ? 0 : part[i] < 115 ? 1 : (part[i] - 35) / 40;
        int by = part[i] - steps[index[i]];
        cube += by * by;
    }
    int mean = (part[0] + part[1] + part[2]) / 3;
    int ramp = mean < 3 ? 0 : mean > 238 ? 23 : (mean - 3) / 10;
    int grey = 0;
    for (int i = 0; i < 3; i++)
        grey += (part[i] - (8 + ramp * 10)) * (part[i] - (8 + ramp * 10));
    return grey < cube ? 232 + ramp : 16 + 36 * index[0] + 6 * index[1] + index[2];
}

static int32_t colour_at(int name, enum colour_depth depth, bool light)
{
    const struct colour *colour = &colours[name];
    int32_t rgb = light ? colour->light : colour->dark;
    int basic = light ? colour->light16 : colour->dark16;
    if (rgb < 0 || depth == DEPTH_NONE)
        return -1;
    if (depth == DEPTH_TRUE)
        return rgb;
    if (depth == DEPTH_256)
        return nearest_256(rgb);
    if (depth == DEPTH_16)
        return basic;
    /* Grey among eight colours would be black on black. */
    return basic == 8 ? -1 : basic % 8;
}

static unsigned face_attrs(unsigned face)
{
    static const struct {
        unsigned face, attr;
    } map[] = { { FACE_BOLD, ATTR_BOLD }, { FACE_ITALIC, ATTR_ITALIC },
        { FACE_STRIKE, ATTR_STRIKE }, { FACE_UNDERLINE, ATTR_UNDERLINE } };
    unsigned attrs = 0;
    for (size_t i = 0; i < sizeof map / sizeof map[0]; i++)
        attrs |= face & map[i].face ? map[i].attr : 0;
    return attrs;
}

struct look theme_look(enum style style, unsigned face, enum colour_depth depth, bool light)
{
    const struct style_row *row = &styles[style];
    struct look look = { colour_at(row->fg, depth, light), colour_at(row->bg, depth, light),
        row->attrs };
    bool few = depth <= DEPTH_16;
    if (depth == DEPTH_NONE)
        look.attrs = row->plain;
    look.attrs |= face_attrs(face);
    /* With few colours a selection is reversed: its own colours would clash. */
    if (face & FACE_SELECTED && few)
        look = (struct look){ -1, -1, (look.attrs & ~(unsigned)ATTR_DIM) | ATTR_REVERSE };
    else if (face & FACE_SELECTED)
        look.bg = colour_at(SELECTION, depth, light);
    else if (face & FACE_SHADOW && few)
        look.attrs |= ATTR_BOLD;
    else if (face & FACE_SHADOW)
        look.bg = colour_at(SHADOW, depth, light);
    if (face & FACE_CURRENT)
        look = (struct look){ -1, -1, look.attrs | ATTR_REVERSE | ATTR_BOLD };
    else if (face & FACE_MATCH && few)
        look.attrs ^= depth == DEPTH_NONE ? ATTR_BOLD | ATTR_UNDERLINE : ATTR_REVERSE;
    else if (face & FACE_MATCH) {
        look.bg = colour_at(GOLD, depth, light);
        look.fg = -1;
    }
    return look;
}

bool theme_is_light(void)
{
    const char *value = getenv("COLORFGBG");
    const char *last = value != NULL ? strrchr(value, ';') : NULL;
    if (last == NULL)
        return false;
    long bg = strtol(last + 1, NULL, 10);
    return last[1] != '\0' && (bg == 7 || bg == 15);
}

enum colour_depth theme_depth(void)
{
    const char *none = getenv("NO_COLOR");
    const char *colorterm = getenv("COLORTERM");
    const char *term = getenv("TERM");
    if (none != NULL && none[0] != '\0')
        return DEPTH_NONE;
    if (term == NULL || strcmp(term, "dumb") == 0 || strncmp(term, "vt", 2) == 0)
        return DEPTH_NONE;
    if (colorterm != NULL
        && (strcmp(colorterm, "truecolor") == 0 || strcmp(colorterm, "24bit") == 0))
        return DEPTH_TRUE;
    if (strstr(term, "direct") != NULL)
        return DEPTH_TRUE;
    return strstr(term, "256color") != NULL ? DEPTH_256 : DEPTH_8;
}

static void add_colour(struct buf *out, int32_t colour, bool bg, enum colour_depth depth)
{
    if (colour < 0)
        return;
    if (depth == DEPTH_TRUE)
        buf_addf(out, ";%d;2;%d;%d;%d", bg ? 48 : 38, colour >> 16 & 255, colour >> 8 & 255,
            colour & 255);
    else if (depth == DEPTH_256)
        buf_addf(out, ";%d;5;%d", bg ? 48 : 38, colour);
    else
        buf_addf(out, ";%d", colour % 8 + (colour >= 8 ? 60 : 0) + (bg ? 40 : 30));
}

void theme_add_ansi(struct buf *out, struct look look, enum colour_depth depth)
{
    static const int codes[] = { 1, 2, 3, 4, 7, 9 };
    buf_adds(out, "\033[0");
    for (int i = 0; i < 6; i++)
        if (look.attrs & 1u << i)
            buf_addf(out, ";%d", codes[i]);
    add_colour(out, look.fg, false, depth);
    add_colour(out, look.bg, true, depth);
    buf_addc(out, 'm');
}
