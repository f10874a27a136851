/* Writing one file that a person named, whole or not at all, or standard output. */
#ifndef TALKBOOK_EXCHANGE_OUTPUT_H
#define TALKBOOK_EXCHANGE_OUTPUT_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"

/* Text is added to `text` and leaves it piece by piece, through the sink: in a file,
 * too, no control and no mark of direction is left to act where somebody prints it. */
struct output {
    struct buf text;
    int fd;
    char *path;      /* "standard output", or where the file will be */
    char *temporary; /* what is renamed to it at the end; NULL: written to directly */
    bool terminal;   /* nor anything without a width */
    bool gone;       /* a reader that went away, like head, is no failure */
};

/* Opens a file that is written beside path and takes its place at the end; a device or
 * a pipe is written to, the file that a link leads to replaced; a directory, a link
 * that leads nowhere and a database with what is beside it are refused. NULL and "-" are
 * standard output. Also where this fails output_close() is to follow. */
bool output_open(struct output *out, const char *path, struct err *err);

/* Writes what was added once it is some ten KB; to be called between whole texts. */
bool output_flow(struct output *out, struct err *err);

/* Writes the rest and puts the file in its place, or (ok is false) leaves what was
 * there. Returns ok, or false with err; out is empty then. */
bool output_close(struct output *out, bool ok, struct err *err);

#endif
