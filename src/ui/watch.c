/* Owns the clock and the connection to mpv. Must not know the screen. */
#include "ui/watch.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* Seconds that mpv may take until its socket is there. */
enum { START_SECONDS = 20, DAY = 86400 };

static void set_string(char **field, const char *text)
{
    char *copy = text != NULL ? mem_dup(text) : NULL;
    free(*field);
    *field = copy;
}

static bool same(const char *a, const char *b)
{
    return a != NULL && b != NULL && strcmp(a, b) == 0;
}

void watch_release(struct watch *watch)
{
    mpv_close(&watch->mpv);
    free(watch->key);
    free(watch->socket);
    free(watch->open_path);
    free(watch->played);
    free(watch->kept_key);
    buf_release(&watch->earlier);
    *watch = (struct watch){ 0 };
}

/* --- mpv --------------------------------------------------------------- */

/* Whether an mpv was started for the talk, and has not ended that is known of. */
static bool is_ours(const struct watch *watch, const char *key)
{
    return watch->playing && same(watch->played, key);
}

static void set_player(struct watch *watch, const char *key, char *socket)
{
    free(watch->socket);
    watch->socket = socket;
    set_string(&watch->played, key);
    watch->playing = true;
}

void watch_began(struct watch *watch, const char *key, char *socket, int from, double now)
{
    mpv_close(&watch->mpv);
    if (watch->playing)
        buf_add(&watch->earlier, watch->socket, strlen(watch->socket) + 1);
    set_player(watch, key, socket);
    watch->asked_for = now;
    watch->from = from;
    watch->begun = watch->goes_on = false;
    watch_end_earlier(watch, now);
}

void watch_end_earlier(struct watch *watch, double now)
{
    bool late = now - watch->asked_for > START_SECONDS;
    for (size_t at = 0; at < watch->earlier.len;) {
        struct mpv mpv = { 0 };
        struct err ignored = { 0 };
        const char *path = watch->earlier.data + at;
        size_t len = strlen(path) + 1;
        bool there = mpv_connect(&mpv, path, &ignored);
        if (there)
            mpv_quit(&mpv, &ignored);
        if (there || late)
            buf_remove(&watch->earlier, at, len);
        else
            at += len;
        err_release(&ignored);
    }
}

void watch_goes_on(struct watch *watch, const char *key, char *socket)
{
    set_player(watch, key, socket);
    set_string(&watch->open_path, socket);
    watch->begun = true;
}

/* Connects to the mpv that plays the talk: the one that was started for it, or the
 * one that runs already. False where there is none, or not yet. */
static bool connect_to(
    struct watch *watch, const char *key, const char *other, double now, struct err *err)
{
    bool ours = is_ours(watch, key);
    if (!ours && other[0] == '\0')
        return err_set(err, "nothing plays this talk");
    /* One connection at a time: to whichever was asked last. */
    const char *path = ours ? watch->socket : other;
    if (watch->mpv.is_open && same(watch->open_path, path))
        return true;
    mpv_close(&watch->mpv);
    if (mpv_connect(&watch->mpv, path, err)) {
        set_string(&watch->open_path, path);
        return true;
    }
    if (ours && now - watch->asked_for > START_SECONDS)
        watch->playing = false;
    return false;
}

/* Whether ours is on its way. */
static bool is_coming(const struct watch *watch, const char *key)
{
    return is_ours(watch, key) && !watch->begun;
}

/* Where the one that was asked has ended, the next question goes to the clock. */
static void check_end(struct watch *watch, const char *key)
{
    if (!watch->mpv.is_open && is_ours(watch, key))
        watch->playing = false;
}

static bool ask_mpv(struct watch *watch, const char *key, const char *other, double now,
    int *seconds, struct err *err)
{
    double at;
    if (!connect_to(watch, key, other, now, err))
        return false;
    bool ok = mpv_position(&watch->mpv, &at, err);
    check_end(watch, key);
    if (!ok)
        return false;
    *seconds = (int)at;
    if (is_coming(watch, key)) {
        watch->begun = true;
        if (watch->goes_on && watch_seek(watch, key, other, watch->from))
            *seconds = watch->from;
    }
    return true;
}

bool watch_seek(struct watch *watch, const char *key, const char *other, int seconds)
{
    struct err ignored = { 0 };
    bool connected = connect_to(watch, key, other, watch->asked_for, &ignored);
    bool ok = connected && mpv_seek(&watch->mpv, seconds, &ignored);
    if (connected)
        check_end(watch, key);
    if (!ok && is_coming(watch, key)) {
        watch->from = seconds;
        ok = watch->goes_on = true;
    }
    err_release(&ignored);
    return ok;
}

/* --- the clock --------------------------------------------------------- */

void watch_set(
    struct watch *watch, const char *key, enum watch_clock clock, double at, double now)
{
    set_string(&watch->key, key);
    watch->clock = clock;
    watch->base = at;
    watch->since = now;
}

void watch_set_room(struct watch *watch, const char *key, double began)
{
    watch_set(watch, key, CLOCK_ROOM, 0, began);
}

int watch_clock_at(const struct watch *watch, double now)
{
    double at = watch->base;
    if (watch->clock == CLOCK_NONE)
        return 0;
    if (watch->clock != CLOCK_PAUSED)
        at += now - watch->since;
    return at < 0 ? 0 : at > 10 * DAY ? 10 * DAY : (int)at;
}

bool watch_position(struct watch *watch, const char *key, const char *other, double now,
    int *seconds, struct err *err)
{
    struct err failed = { 0 };
    bool ok = ask_mpv(watch, key, other, now, seconds, &failed);
    bool waiting = !ok && is_ours(watch, key);
    if (!ok && is_coming(watch, key)) {
        *seconds = watch->from;
        ok = true;
    } else if (!ok && !waiting && watch->clock != CLOCK_NONE && same(watch->key, key)) {
        *seconds = watch_clock_at(watch, now);
        ok = true;
    }
    if (!ok && waiting)
        err_set(err, "%s", err_text(&failed));
    else if (!ok && watch->clock != CLOCK_NONE)
        err_set(err, "the clock is another talk's: W starts one here, o plays the video");
    else if (!ok)
        err_set(err, "no video of this talk plays and no clock runs: o plays it, W starts "
                     "a clock");
    err_release(&failed);
    return ok;
}

/* "2 754 1747400000 pycon-us-2025/x". */
void watch_add_state(const struct watch *watch, struct buf *out)
{
    if (watch->clock != CLOCK_NONE && watch->key != NULL)
        buf_addf(out, "%d %lld %lld %s", (int)watch->clock, (long long)watch->base,
            (long long)watch->since, watch->key);
}

void watch_read_state(struct watch *watch, const char *text)
{
    char *end;
    long clock = strtol(text, &end, 10);
    long long base = strtoll(end, &end, 10), since = strtoll(end, &end, 10);
    if (clock <= CLOCK_NONE || clock > CLOCK_ROOM || *end != ' ' || base < 0
        || base > 10LL * DAY)
        return;
    watch_set(watch, end + 1, (enum watch_clock)clock, (double)base, (double)since);
}
