/* Where everything stands: a pure function of the size. */
#ifndef TALKBOOK_UI_LAYOUT_H
#define TALKBOOK_UI_LAYOUT_H

#include <stdbool.h>

#include "ui/grid.h"

/* A part with no rows or no columns is not shown. */
struct layout {
    struct rect top; /* the bar above */
    struct rect list;
    struct rect border; /* between the panes */
    struct rect reader;
    struct rect status; /* the line below */
    bool two_panes;
};

/* split: the list's share in per cent; two_panes_from: columns from which both
 * panes are shown; reader_first: which one where there is room for one. */
struct layout layout_make(int rows, int cols, int split, int two_panes_from, bool reader_first);

#endif
