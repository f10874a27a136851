/* What pty.c and pty_screen.c share; tests include pty.h. */
#ifndef TALKBOOK_TESTS_PTY_IMPL_H
#define TALKBOOK_TESTS_PTY_IMPL_H

#include "pty.h"

#include <vterm.h>

#include "base/buf.h"

struct pty {
    struct pty_child child;
    VTerm *vt;
    VTermScreen *screen;
    struct buf raw; /* everything received, of which the emulator saw `fed` bytes */
    size_t fed;
    struct buf out; /* on the way to the program */
    bool quiet, ended, stopped;
    int status;
    char *title;
    bool cursor_visible, alt_screen;
    enum pty_mouse mouse;
    int bells;
};

#endif
