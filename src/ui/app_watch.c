/* Owns watching: playing a video, the clock, times into notes, how far a talk was
 * watched. What mpv and the clock say is watch.c's. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/mem.h"
#include "base/process.h"
#include "base/sign.h"
#include "base/url.h"
#include "ui/app.h"

/* A position is written down when it has moved this far, and at the end. */
enum { KEEP_SECONDS = 15, NEAR_END = 10 };

static double now(const struct app *app)
{
    return app->host.now(app->host.context);
}

static const char *other_socket(const struct app *app)
{
    return app->options->values[OPT_player_socket].text;
}

static void say_at(struct app *app, const char *before, int seconds, const char *after)
{
    struct buf text = { 0 };
    date_add_length(&text, seconds);
    app_say(app, "%s%s%s", before, text.data, after);
    buf_release(&text);
}

/* --- how far it was watched -------------------------------------------- */

static void keep(struct app *app, const char *key, int seconds)
{
    struct err err = { 0 };
    assert(key != NULL);
    if (db_read_only(app->db) != NULL || !db_position_set(app->db, key, seconds, &err)) {
        err_release(&err);
        return;
    }
    free(app->watch.kept_key);
    app->watch.kept_key = mem_dup(key);
    app->watch.kept = seconds;
    app->version = db_version(app->db);
    if (app->reader.kind == READER_TALK && strcmp(app->reader.talk.key, key) == 0) {
        int length = app->reader.talk.video_seconds;
        app->reader.talk.position = length > 0 && seconds > length ? length : seconds;
        app->reader.stale = true;
    }
    list_forget(&app->list);
}

static void keep_if_far(struct app *app, const char *key, int seconds, int far)
{
    /* What has not begun to play has reached nothing. */
    if (app->watch.playing && !app->watch.begun)
        return;
    bool known = app->watch.kept_key != NULL && strcmp(app->watch.kept_key, key) == 0;
    int moved = seconds - app->watch.kept;
    if (seconds > 0 && (!known || moved >= far || moved <= -far))
        keep(app, key, seconds);
}

/* The talk that is being watched: what mpv plays, or else the clock's. */
static const char *watched_key(const struct app *app)
{
    if (app->watch.playing && app->watch.played != NULL)
        return app->watch.played;
    return app->watch.clock != CLOCK_NONE ? app->watch.key : NULL;
}

static bool position_of(struct app *app, const char *key, int *seconds, struct err *err)
{
    return watch_position(&app->watch, key, other_socket(app), now(app), seconds, err);
}

static void keep_position(struct app *app, int far)
{
    struct err ignored = { 0 };
    int seconds;
    char *key = watched_key(app) != NULL ? mem_dup(watched_key(app)) : NULL;
    if (key != NULL && position_of(app, key, &seconds, &ignored))
        keep_if_far(app, key, seconds, far);
    err_release(&ignored);
    free(key);
}

bool app_watch_tick(struct app *app)
{
    struct err ignored = { 0 };
    int seconds = -1, before = app->watch.shown;
    bool playing = app->watch.playing;
    watch_end_earlier(&app->watch, now(app));
    char *key = watched_key(app) != NULL ? mem_dup(watched_key(app)) : NULL;
    if (key != NULL && position_of(app, key, &seconds, &ignored))
        keep_if_far(app, key, seconds, KEEP_SECONDS);
    else
        seconds = -1;
    /* mpv has ended since it was asked last. */
    if (key != NULL && playing && !app->watch.playing && app->watch.begun && before > 0)
        keep_if_far(app, key, before, 1);
    err_release(&ignored);
    free(key);
    bool changed = seconds != app->watch.shown;
    app->watch.shown = seconds;
    return changed;
}

/* The talk whose video an mpv plays. */
struct played {
    struct db *db;
    char *key;
};

static bool is_video(void *context, const char *url)
{
    struct played *played = context;
    struct err ignored = { 0 };
    bool ok = db_video_find(played->db, url, &played->key, &ignored) && played->key != NULL;
    err_release(&ignored);
    return ok;
}

void app_watch_begin(struct app *app)
{
    struct played played = { .db = app->db };
    char *state = db_meta_get(app->db, "clock");
    app->watch.shown = -1;
    if (state != NULL)
        watch_read_state(&app->watch, state);
    free(state);
    /* What an earlier run started may play still. */
    char *socket = mpv_open_running(&app->watch.mpv, is_video, &played);
    if (socket != NULL)
        watch_goes_on(&app->watch, played.key, socket);
    free(played.key);
}

static void write_clock(struct app *app)
{
    struct err err = { 0 };
    struct buf state = { 0 };
    watch_add_state(&app->watch, &state);
    char *before = db_meta_get(app->db, "clock");
    bool same = strcmp(before != NULL ? before : "", buf_text(&state)) == 0;
    if (!same && db_read_only(app->db) == NULL
        && !db_meta_set(app->db, "clock", buf_text(&state), &err))
        app_complain(app, &err);
    app->version = db_version(app->db);
    free(before);
    buf_release(&state);
}

void app_watch_end(struct app *app)
{
    keep_position(app, 1);
    watch_release(&app->watch);
}

void app_watch_add_status(const struct app *app, struct buf *out)
{
    static const char *const clocks[] = { [CLOCK_NONE] = "mpv",
        [CLOCK_PAUSED] = "paused",
        [CLOCK_RUNNING] = "clock",
        [CLOCK_ROOM] = "room" };
    if (app->watch.shown < 0)
        return;
    bool mpv = app->watch.playing && app->watch.mpv.is_open;
    buf_addf(out, "%s ", mpv ? "mpv" : clocks[app->watch.clock]);
    date_add_length(out, app->watch.shown);
    buf_adds(out, "  ");
}

/* --- playing ----------------------------------------------------------- */

/* Starts a player's words on the video from a second on; the words become the whole
 * command. */
static bool start_words(
    struct app *app, char ***words, const struct talk *talk, int from, struct err *err)
{
    struct buf socket = { 0 }, start = { 0 };
    char *path = mpv_socket_path(&app->watch.sockets, err), **argv = *words;
    if (path == NULL)
        return false;
    size_t count = 0;
    while (argv[count] != NULL)
        count++;
    buf_addf(&socket, "--input-ipc-server=%s", path);
    buf_addf(&start, "--start=%d", from);
    *words = argv = mem_resize(argv, count + 5, sizeof *argv);
    argv[count++] = buf_take(&socket);
    argv[count++] = buf_take(&start);
    argv[count++] = mem_dup("--");
    argv[count++] = mem_dup(talk->video_url);
    argv[count] = NULL;
    bool ok = app->host.start(app->host.context, argv, err);
    if (ok)
        watch_began(&app->watch, talk->key, path, from, now(app));
    else
        free(path);
    return ok;
}

/* Starts the player. False where none is set, and with err where it cannot be started;
 * but that mpv, which nobody set, is not there is as it should be. */
static bool start_player(struct app *app, const struct talk *talk, int from, struct err *err)
{
    const char *player = app->options->values[OPT_player].text;
    char **words = process_split(player);
    bool ok = false;
    if (words == NULL && player[strspn(player, " \t")] != '\0')
        err_set(err, "cannot start the player %s: a quote is not closed", player);
    else if (words != NULL && words[0][0] != '\0' && url_is_web(talk->video_url))
        ok = start_words(app, &words, talk, from, err);
    if (!ok && strcmp(player, option_infos[OPT_player].initial) == 0)
        err_release(err);
    process_free(words);
    return ok;
}

/* Plays a talk's video from a second on: in the player, or else in the browser with
 * the clock beside it. */
static void play(struct app *app, const struct talk *talk, int from)
{
    struct buf url = { 0 };
    struct err err = { 0 };
    if (start_player(app, talk, from, &err)) {
        say_at(app, "playing from ", from, "; T notes the time, o here goes on with it");
        return;
    }
    if (err_text(&err)[0] != '\0')
        app_say(app, "%s; the browser plays it instead", err_text(&err));
    if (from > 0)
        url_add_at(talk->video_url, from, &url);
    else
        buf_adds(&url, talk->video_url);
    app_open_url(app, url.data);
    watch_set(&app->watch, talk->key, CLOCK_RUNNING, from, now(app));
    write_clock(app);
    app_watch_tick(app);
    buf_release(&url);
    err_release(&err);
}

void do_open_video(struct app *app, const struct command_call *call)
{
    const struct talk *talk = app_talk(app);
    (void)call;
    if (talk == NULL)
        return;
    if (talk->video_url[0] == '\0') {
        app_say(app, "this talk has no video");
        return;
    }
    keep_position(app, 1);
    bool ended = talk->video_seconds > 0 && talk->position > talk->video_seconds - NEAR_END;
    play(app, talk, ended ? 0 : talk->position);
}

void app_go_to_time(struct app *app, int seconds)
{
    const struct talk *talk = &app->reader.talk;
    if (app->reader.kind != READER_TALK || talk->video_url[0] == '\0')
        app_say(app, "there is no video to go to");
    else if (watch_seek(&app->watch, talk->key, other_socket(app), seconds))
        say_at(app, "mpv goes to ", seconds, "");
    else
        play(app, talk, seconds);
}

/* --- the clock --------------------------------------------------------- */

static void set_clock(struct app *app, const struct talk *talk, enum watch_clock clock, int at)
{
    keep_position(app, 1);
    watch_set(&app->watch, talk->key, clock, at, now(app));
    write_clock(app);
    app_watch_tick(app);
    say_at(app, clock == CLOCK_PAUSED ? "the clock is paused at " : "the clock runs from ", at,
        clock == CLOCK_PAUSED ? "; W goes on" : "; T notes the time, W pauses");
}

/* Counts from the beginning of the session, as it was planned. */
static void set_room_clock(struct app *app, const struct talk *talk)
{
    struct date date;
    struct err err = { 0 };
    if (!date_parse(talk->starts_at, &date) || date.hour < 0)
        err_set(&err, "it is not known when this session began; :clock 0:00 starts a clock");
    else if (now(app) < (double)date_seconds(&date))
        err_set(&err, "this session has not begun yet");
    else if (now(app) - (double)date_seconds(&date) > 86400)
        err_set(&err, "this session was more than a day ago; :clock 0:00 starts a clock");
    if (err.text != NULL) {
        app_complain(app, &err);
        return;
    }
    watch_set_room(&app->watch, talk->key, (double)date_seconds(&date));
    write_clock(app);
    app_watch_tick(app);
    say_at(app, "times count from the session's beginning, now ",
        watch_clock_at(&app->watch, now(app)), "");
}

static void stop_clock(struct app *app)
{
    bool none = app->watch.clock == CLOCK_NONE;
    keep_position(app, 1);
    watch_set(&app->watch, NULL, CLOCK_NONE, 0, 0);
    write_clock(app);
    app_watch_tick(app);
    app_say(app, none ? "no clock runs" : "the clock is gone");
}

/* The whole of text as a length, "12:34" or seconds. */
static bool read_length(const char *text, int *seconds)
{
    size_t len = strlen(text);
    return len > 0 && date_read_length(text, len, seconds) == len;
}

void do_clock(struct app *app, const struct command_call *call)
{
    struct err err = { 0 };
    const struct talk *talk = app_talk(app);
    const struct watch *watch = &app->watch;
    int at;
    if (talk == NULL)
        return;
    bool own =
        watch->clock != CLOCK_NONE && watch->key != NULL && strcmp(watch->key, talk->key) == 0;
    if (call->text != NULL && strcmp(call->text, "room") == 0)
        set_room_clock(app, talk);
    else if (call->text != NULL && strcmp(call->text, "off") == 0)
        stop_clock(app);
    else if (call->text != NULL && read_length(call->text, &at)) {
        set_clock(
            app, talk, own && watch->clock == CLOCK_PAUSED ? CLOCK_PAUSED : CLOCK_RUNNING, at);
        /* Said, not reached: it may as well be less than before. */
        keep(app, app->watch.key, at);
    } else if (call->text != NULL) {
        err_set(&err, "clock takes a time such as 12:30, room or off, not '%s'", call->text);
        app_complain(app, &err);
    } else if (!own)
        set_clock(app, talk, CLOCK_RUNNING, talk->position);
    else
        set_clock(app, talk, watch->clock == CLOCK_PAUSED ? CLOCK_RUNNING : CLOCK_PAUSED,
            watch_clock_at(watch, now(app)));
}

/* --- times in notes ---------------------------------------------------- */

/* "[12:34] " for the talk at hand; false with a word where nothing tells. */
static bool add_stamp(struct app *app, struct buf *out)
{
    struct err err = { 0 };
    int seconds;
    const struct talk *talk = app_talk(app);
    if (talk == NULL)
        return false;
    if (!position_of(app, talk->key, &seconds, &err))
        return app_complain(app, &err);
    buf_addc(out, '[');
    date_add_length(out, seconds);
    buf_adds(out, "] ");
    keep_if_far(app, talk->key, seconds, 1);
    return true;
}

void do_timestamp(struct app *app, const struct command_call *call)
{
    struct buf stamp = { 0 };
    if (add_stamp(app, &stamp))
        app_annotate(app, stamp.data, call->text);
    buf_release(&stamp);
}

void app_insert_stamp(struct app *app)
{
    struct buf text = { 0 }, stamp = { 0 };
    size_t cursor = app->prompt.cursor;
    int seconds;
    if (app->prompt.kind == PROMPT_FREE)
        prompt_set_error(&app->prompt, "a free note has no video");
    if (app->prompt.kind != PROMPT_ANNOTATE)
        return;
    buf_add(&text, buf_text(&app->prompt.text), cursor);
    if (add_stamp(app, &text)) {
        /* Behind a word it would be none. */
        bool is_one = sign_stamp(text.data, text.len, cursor, &seconds) > 0;
        buf_addf(&stamp, "%s%s", is_one ? "" : " ", text.data + cursor);
        prompt_replace(&app->prompt, cursor, stamp.data);
    } else
        prompt_set_error(&app->prompt, app->message);
    buf_release(&text);
    buf_release(&stamp);
}

/* "-2:15" or "+30" as seconds. */
static bool read_offset(const char *text, int *by)
{
    bool minus = text[0] == '-';
    if (!read_length(text + (minus || text[0] == '+'), by))
        return false;
    if (minus)
        *by = -*by;
    return true;
}

void do_offset(struct app *app, const struct command_call *call)
{
    struct err err = { 0 };
    size_t moved = 0, clamped = 0;
    int by = 0;
    const struct talk *talk = app_talk(app);
    if (talk == NULL)
        return;
    if (call->text == NULL || !read_offset(call->text, &by)) {
        err_set(&err, "offset takes a time to move all times by, such as -2:15 or +0:30");
        app_complain(app, &err);
        return;
    }
    if (by == 0) {
        app_say(app, "nothing is moved by 0:00");
        return;
    }
    if (!db_stamps_shift(app->db, talk->key, by, &moved, &clamped, &err)) {
        app_complain(app, &err);
        return;
    }
    app_refresh(app);
    if (moved == 0)
        app_say(app, "the notes on this talk hold no times");
    else if (clamped > 0)
        app_say(app, "%zu time%s moved, %zu of them only to 0:00; u takes it back", moved,
            moved == 1 ? "" : "s", clamped);
    else
        app_say(app, "%zu time%s moved; u takes it back", moved, moved == 1 ? "" : "s");
}
