/* Owns the commands on marks, tags and notes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/log.h"
#include "base/mem.h"
#include "exchange/editor.h"
#include "ui/app.h"

static void set_mark(
    struct app *app, const struct talk *talk, enum db_mark mark, int value, const char *said)
{
    struct err err = { 0 };
    if (!db_mark_set(app->db, talk->key, mark, value, &err)) {
        app_complain(app, &err);
        return;
    }
    app_refresh(app);
    app_say(app, "%s", said);
}

void do_star(struct app *app, const struct command_call *call)
{
    const struct talk *talk = app_talk(app);
    (void)call;
    if (talk != NULL)
        set_mark(app, talk, DB_STARRED, !talk->starred,
            talk->starred ? "star taken away" : "starred");
}

void do_watched(struct app *app, const struct command_call *call)
{
    const struct talk *talk = app_talk(app);
    (void)call;
    if (talk != NULL)
        set_mark(app, talk, DB_WATCHED, !talk->watched,
            talk->watched ? "no longer marked as watched" : "marked as watched");
}

void do_rate(struct app *app, const struct command_call *call)
{
    struct err err = { 0 };
    char digit = call->key != '\0' ? call->key : call->text != NULL ? call->text[0] : '\0';
    const struct talk *talk = app_talk(app);
    if (talk == NULL)
        return;
    if (digit < '0' || digit > '5') {
        err_set(&err, "a rating is a digit from 1 to 5; 0 takes it away");
        app_complain(app, &err);
        return;
    }
    struct buf said = { 0 };
    if (digit == '0')
        buf_adds(&said, "rating taken away");
    else
        buf_addf(&said, "rated %c of 5", digit);
    set_mark(app, talk, DB_RATING, digit - '0', said.data);
    buf_release(&said);
}

void do_tags(struct app *app, const struct command_call *call)
{
    const struct talk *talk = app_talk(app);
    if (talk == NULL)
        return;
    if (call->text == NULL) {
        struct buf text = { 0 };
        buf_addf(&text, "%s%s", talk->tags, talk->tags[0] != '\0' ? " " : "");
        app_open_prompt(app, PROMPT_TAGS, text.data);
        buf_release(&text);
        return;
    }
    struct err err = { 0 };
    if (!db_tags_set(app->db, talk->key, call->text, &err))
        app_complain(app, &err);
    app_refresh(app);
}

/* What a note would be attached to: a talk's key or a topic's slug. */
static bool target(struct app *app, const char **talk, const char **topic)
{
    *talk = app->reader.kind == READER_TALK ? app->reader.talk.key : NULL;
    *topic = app->reader.kind == READER_TOPIC ? app->reader.topic.slug : NULL;
    if (*talk != NULL || *topic != NULL)
        return true;
    struct err err = { 0 };
    err_set(&err, "select a talk or a topic to annotate");
    return app_complain(app, &err);
}

bool app_add_note(struct app *app, const char *body)
{
    struct err err = { 0 };
    const char *talk, *topic;
    int64_t id;
    if (!target(app, &talk, &topic))
        return false;
    if (!db_note_add(app->db, talk, topic, body, &id, &err))
        return app_complain(app, &err);
    app_refresh(app);
    app_prepare(app);
    reader_goto_note(&app->reader, id);
    app_say(app, "note %lld saved", (long long)id);
    return true;
}

/* Whether anything can be saved; says why where not, before anybody types. */
static bool may_save(struct app *app)
{
    if (db_read_only(app->db) == NULL)
        return true;
    struct err err = { 0 };
    err_set(&err, "nothing can be saved: %s", db_read_only(app->db));
    return app_complain(app, &err);
}

/* A note that begins with `before`: at the prompt, or with a given text at once. */
static void open_annotation(struct app *app, const char *before, const char *text)
{
    const char *talk, *topic;
    struct buf body = { 0 };
    if (!may_save(app) || !target(app, &talk, &topic))
        return;
    buf_addf(&body, "%s%s", before, text != NULL ? text : "");
    if (text == NULL)
        app_open_prompt(app, PROMPT_ANNOTATE, body.data);
    else
        app_add_note(app, body.data);
    buf_release(&body);
}

void do_annotate(struct app *app, const struct command_call *call)
{
    open_annotation(app, "", call->text);
}

void do_timestamp(struct app *app, const struct command_call *call)
{
    const struct talk *talk = app_talk(app);
    if (talk == NULL)
        return;
    if (app->opened_key == NULL || strcmp(app->opened_key, talk->key) != 0) {
        app_say(app, "open the video with o first: T counts from there");
        return;
    }
    struct buf stamp = { 0 };
    buf_addc(&stamp, '[');
    date_add_length(&stamp, (int)((log_clock() - app->opened_at) / 1000));
    buf_adds(&stamp, "] ");
    open_annotation(app, stamp.data, call->text);
    buf_release(&stamp);
}

/* --- the editor -------------------------------------------------------- */

static bool run_editor(void *context, char *const argv[], int *status, struct err *err)
{
    struct app *app = context;
    return app->host.run(app->host.context, argv, NULL, 0, false, status, err);
}

static bool edit(struct app *app, const char *text, char **edited, char **draft)
{
    struct err err = { 0 };
    struct editor editor = {
        .configured = app->options->values[OPT_editor].text, .run = run_editor, .context = app
    };
    return editor_edit(&editor, text, edited, draft, &err) || app_complain(app, &err);
}

/* A draft whose text did not reach the database stays, and the person is told. */
static void keep_draft(struct app *app, char *draft)
{
    struct err err = { 0 };
    err_set(
        &err, "%s; the text is kept in %s", app->message != NULL ? app->message : "", draft);
    app_complain(app, &err);
    free(draft);
}

void do_note_new(struct app *app, const struct command_call *call)
{
    const char *talk, *topic;
    char *text, *draft;
    (void)call;
    if (!may_save(app) || !target(app, &talk, &topic))
        return;
    if (!edit(app, "", &text, &draft))
        return;
    if (note_trimmed(text) == 0) {
        app_say(app, "the note was empty and is not kept");
        editor_forget(draft);
    } else if (app_add_note(app, text))
        editor_forget(draft);
    else
        keep_draft(app, draft);
    free(text);
}

/* The note that e and D mean; where none is in sight, the nearest is shown
 * first, so that nobody edits or deletes what they do not see. */
static const struct note *note_in_sight(struct app *app)
{
    app_prepare(app);
    const struct note *note = reader_note(&app->reader);
    if (note != NULL && app->layout.reader.rows > 0)
        return note;
    if (app->layout.reader.rows == 0 && app->reader.notes.count > 0) {
        app->focus = FOCUS_READER;
        app_prepare(app);
    }
    if (reader_step_note(&app->reader, 1))
        app_say(app, "here is the note: e edits it, D deletes it");
    else
        app_say(app, "there is no note here; a adds one");
    return NULL;
}

static void save_edited(struct app *app, int64_t id, int rev, const char *text, char *draft)
{
    struct err err = { 0 };
    if (note_trimmed(text) == 0) {
        app_say(app, "an empty note is not saved; D deletes it");
        editor_forget(draft);
        return;
    }
    if (!db_note_save(app->db, id, rev, text, &err)) {
        app_complain(app, &err);
        keep_draft(app, draft);
        return;
    }
    editor_forget(draft);
    app_refresh(app);
    app_prepare(app);
    reader_goto_note(&app->reader, id);
    app_say(app, "note %lld saved", (long long)id);
}

void do_note_edit(struct app *app, const struct command_call *call)
{
    char *text, *draft;
    const struct note *note = note_in_sight(app);
    (void)call;
    if (note == NULL)
        return;
    int64_t id = note->id;
    int rev = note->rev;
    char *before = mem_dup(note->body);
    if (edit(app, before, &text, &draft)) {
        if (strcmp(before, text) == 0) {
            app_say(app, "nothing changed");
            editor_forget(draft);
        } else
            save_edited(app, id, rev, text, draft);
        free(text);
    }
    free(before);
}

void do_note_delete(struct app *app, const struct command_call *call)
{
    struct err err = { 0 };
    const struct note *note = note_in_sight(app);
    (void)call;
    if (note == NULL)
        return;
    int64_t id = note->id;
    size_t index = (size_t)(note - app->reader.notes.items);
    if (!db_note_delete(app->db, id, &err)) {
        app_complain(app, &err);
        return;
    }
    app_refresh(app);
    /* The neighbour is meant next, not whichever stands first. */
    if (app->reader.notes.count > 0)
        app->reader.chosen =
            index < app->reader.notes.count ? index : app->reader.notes.count - 1;
    app_say(app, "note %lld deleted; u brings it back", (long long)id);
}

static void step_note(struct app *app, int by)
{
    app_prepare(app);
    if (app->layout.reader.rows == 0) {
        app->focus = FOCUS_READER;
        app_prepare(app);
    }
    if (!reader_step_note(&app->reader, by))
        app_say(app, app->reader.notes.count == 0 ? "there is no note here; a adds one"
                     : by > 0                     ? "this is the last note"
                                                  : "this is the first note");
}

void do_note_next(struct app *app, const struct command_call *call)
{
    (void)call;
    step_note(app, 1);
}

void do_note_previous(struct app *app, const struct command_call *call)
{
    (void)call;
    step_note(app, -1);
}
