/* Where somebody is in a video or a session: told by a running mpv, or else by a
 * clock that is started by hand. */
#ifndef TALKBOOK_UI_WATCH_H
#define TALKBOOK_UI_WATCH_H

#include "base/buf.h"
#include "db/db.h"
#include "exchange/mpv.h"

enum watch_clock { CLOCK_NONE, CLOCK_PAUSED, CLOCK_RUNNING, CLOCK_ROOM };

/* A zeroed struct watches nothing. Times are in seconds; `now` is the wall clock's,
 * since 1970. */
struct watch {
    char *key; /* of the talk that the clock is for; owned */
    enum watch_clock clock;
    double base;  /* where the clock stood at `since` */
    double since; /* of CLOCK_ROOM: when the session began */
    struct mpv mpv;
    char *open_path;    /* the socket that it is connected to; owned */
    unsigned sockets;   /* how many were named */
    bool playing;       /* an mpv was started, and has not ended yet */
    char *socket;       /* its socket; owned */
    char *played;       /* the talk's key; owned */
    double asked_for;   /* when it was started: until it answers it may be on its way */
    int from;           /* where it begins; until it has begun that is where it is */
    bool begun;         /* it said where it is */
    bool goes_on;       /* goes to `from` when it has begun */
    struct buf earlier; /* the sockets of those that are to end, each with a NUL */
    int shown;          /* seconds in the status line; -1: nothing */
    char *kept_key;     /* the talk whose position was last kept; owned */
    int kept;
};

void watch_release(struct watch *watch);

/* An mpv was started for a talk from a second on with this socket, which is taken over.
 * The one that was started before is ended, or once it answers. */
void watch_began(struct watch *watch, const char *key, char *socket, int from, double now);

/* The same of one that plays the talk already, and that watch->mpv is connected to. */
void watch_goes_on(struct watch *watch, const char *key, char *socket);

/* Ends those that are to end and answer now. */
void watch_end_earlier(struct watch *watch, double now);

/* The position in a talk, from mpv or else the clock. False with err, which says what
 * can be done, where neither knows it. `other` is the socket of an mpv that somebody
 * else started, "" for none. */
bool watch_position(struct watch *watch, const char *key, const char *other, double now,
    int *seconds, struct err *err);

/* Goes to a second in the talk that mpv plays, where it has not begun yet then; false
 * where it plays another or none. */
bool watch_seek(struct watch *watch, const char *key, const char *other, int seconds);

/* Sets the clock for a talk, and whether it runs. */
void watch_set(
    struct watch *watch, const char *key, enum watch_clock clock, double at, double now);

/* The same counted from when the session began. */
void watch_set_room(struct watch *watch, const char *key, double began);

/* Where the clock stands, 0 where there is none. */
int watch_clock_at(const struct watch *watch, double now);

/* The clock as it is written down for the next start, and reading that. */
void watch_add_state(const struct watch *watch, struct buf *out);
void watch_read_state(struct watch *watch, const char *text);

#endif
