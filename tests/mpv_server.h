/* A made-up mpv behind a real socket: answers by a script, in a thread of its own. */
#ifndef TALKBOOK_TESTS_MPV_SERVER_H
#define TALKBOOK_TESTS_MPV_SERVER_H

#include <pthread.h>

#include "base/buf.h"

enum mpv_act {
    MPV_END,     /* of the script: reads until the client has gone */
    MPV_SAY,     /* sends text after the next line from the client */
    MPV_BYTES,   /* the same, byte by byte */
    MPV_HANG_UP, /* the same, and closes the connection */
    MPV_REPEAT,  /* sends text again and again until the client has gone */
    MPV_LEAVE,   /* closes the connection before it reads anything */
    MPV_DEAF,    /* reads nothing until mpv_server_stop() */
};

struct mpv_step {
    enum mpv_act act;
    const char *text;
};

struct mpv_server {
    char *dir, *path; /* path: the socket's, where it is with dir as XDG_RUNTIME_DIR */
    const struct mpv_step *script;
    struct buf received; /* all of it; to be read after mpv_server_stop() */
    int listener, wake[2];
    pthread_t thread;
};

/* The script must outlive the server, which takes one client. */
void mpv_server_start(struct mpv_server *server, const struct mpv_step *script);

/* Waits for the thread: the client must have closed, or the script must end by itself. */
void mpv_server_stop(struct mpv_server *server);
void mpv_server_release(struct mpv_server *server);

#endif
