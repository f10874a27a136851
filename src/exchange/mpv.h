/* Asking a running mpv where it is, and moving it, over its JSON IPC socket. */
#ifndef TALKBOOK_EXCHANGE_MPV_H
#define TALKBOOK_EXCHANGE_MPV_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/json_doc.h"

/* A connection; a zeroed struct is none. */
struct mpv {
    bool is_open, has_ended; /* has_ended: mpv closed it */
    int fd;
    struct buf in; /* what came; before at it is done with */
    size_t at;
    struct json_doc doc; /* the last line that was read */
    int64_t last_id;     /* of the last request */
};

/* Every call below takes at most 200 ms, whatever the other side does, and raises no
 * SIGPIPE. False with err where it failed. Where mpv ended or said what mpv never says,
 * the connection is closed too, and each later call fails; where it was only slow to
 * answer the connection stays, and the late answer is passed over. */

/* Connects to the socket at path, closing an earlier connection. A path that does not
 * fit a socket's address or is no socket (a link to one included) is refused. errno is
 * ECONNREFUSED where nobody listens at it, and only then. */
bool mpv_connect(struct mpv *mpv, const char *path, struct err *err);

/* Closes, frees and zeroes; mpv plays on. A zeroed struct is fine. */
void mpv_close(struct mpv *mpv);

/* Seconds from the beginning of what plays, 0 to MPV_MOST_SECONDS; a moment before the
 * beginning, as some files have it, is 0. */
bool mpv_position(struct mpv *mpv, double *seconds, struct err *err);

/* What plays, as mpv was asked for it: an address or a file's path, UTF-8; the caller
 * frees it. *url is NULL on failure. */
bool mpv_path(struct mpv *mpv, char **url, struct err *err);

/* Moves to so many seconds from the beginning; thousandths are kept. */
bool mpv_seek(struct mpv *mpv, double seconds, struct err *err);

/* Ends mpv and closes the connection, that in every case. */
bool mpv_quit(struct mpv *mpv, struct err *err);

enum { MPV_MOST_SECONDS = 1000000000 };

/* A path for a socket that is not there yet, for mpv's --input-ipc-server; the caller
 * frees it. It lies in a directory that is the person's alone, $XDG_RUNTIME_DIR/talkbook
 * or else $XDG_STATE_HOME/talkbook, which is made where it is not there. *number is the
 * caller's count of such paths, 0 at first, and is moved on. NULL with err where there
 * is no such directory or its name is too long for a socket's address. */
char *mpv_socket_path(unsigned *number, struct err *err);

/* Connects to the first of the mpvs at such paths that plays what is wanted, and returns
 * its path, which the caller frees; NULL where there is none. Those of a program that still
 * runs are its own. Sockets whose mpv has ended are removed, since mpv leaves them. */
char *mpv_open_running(
    struct mpv *mpv, bool (*wanted)(void *context, const char *url), void *context);

#endif
