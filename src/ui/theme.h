/* Meanings to colours: the one place that knows a colour. */
#ifndef TALKBOOK_UI_THEME_H
#define TALKBOOK_UI_THEME_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/style.h"

enum colour_depth { DEPTH_NONE, DEPTH_8, DEPTH_16, DEPTH_256, DEPTH_TRUE };

enum attr {
    ATTR_BOLD = 1,
    ATTR_DIM = 2,
    ATTR_ITALIC = 4,
    ATTR_UNDERLINE = 8,
    ATTR_REVERSE = 16,
    ATTR_STRIKE = 32,
};

/* fg and bg are -1 for the terminal's own, else a palette index below 256 or,
 * at DEPTH_TRUE, 0xRRGGBB. */
struct look {
    int32_t fg, bg;
    unsigned attrs; /* enum attr bits */
};

/* How a style with faces looks at a depth, on a light or dark background. */
struct look theme_look(enum style style, unsigned face, enum colour_depth depth, bool light);

/* Whether the background is light: COLORFGBG, where the terminal sets it. */
bool theme_is_light(void);

/* The depth that the environment promises (COLORTERM, TERM, NO_COLOR). */
enum colour_depth theme_depth(void);

/* Appends the escape sequence that turns a look on (from any state), or resets. */
void theme_add_ansi(struct buf *out, struct look look, enum colour_depth depth);

#endif
