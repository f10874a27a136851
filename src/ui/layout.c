/* Owns the geometry. Must not know what is drawn where. */
#include "ui/layout.h"

enum { ROWS_FOR_TOP = 6, ROWS_FOR_STATUS = 2 };

struct layout layout_make(int rows, int cols, int split, int two_panes_from, bool reader_first)
{
    struct layout layout = { .two_panes = cols >= two_panes_from };
    int top = rows >= ROWS_FOR_TOP ? 1 : 0;
    int status = rows >= ROWS_FOR_STATUS ? 1 : 0;
    int body = rows - top - status;
    layout.top = (struct rect){ 0, 0, top, cols };
    layout.status = (struct rect){ rows - 1, 0, status, cols };
    struct rect whole = { top, 0, body, cols };
    if (layout.two_panes) {
        int list = cols * split / 100;
        list = list < 20 ? 20 : list > cols - 21 ? cols - 21 : list;
        layout.list = (struct rect){ top, 0, body, list };
        layout.border = (struct rect){ top, list, body, 1 };
        layout.reader = (struct rect){ top, list + 1, body, cols - list - 1 };
    } else if (reader_first)
        layout.reader = whole;
    else
        layout.list = whole;
    return layout;
}
