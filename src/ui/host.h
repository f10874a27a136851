/* What the interface asks of whoever owns the terminal. */
#ifndef TALKBOOK_UI_HOST_H
#define TALKBOOK_UI_HOST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct ui_host {
    void *context;
    /* Hands the screen over to argv until it ends, as process_run() says. With
     * pause set the person presses a key before the screen comes back. */
    bool (*run)(void *context, char *const argv[], const char *input, size_t len, bool pause,
        int *status, struct err *err);
    /* Starts argv beside the program, as process_start() says. */
    bool (*start)(void *context, char *const argv[], struct err *err);
    /* The wall clock, in seconds since 1970. */
    double (*now)(void *context);
    /* Puts text on the clipboard. */
    void (*copy)(void *context, const char *text);
    void (*suspend)(void *context);
    /* Draws everything anew at the next painting. */
    void (*redraw)(void *context);
    /* Mouse reporting on or off. */
    void (*mouse)(void *context, bool on);
};

#endif
