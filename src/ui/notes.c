/* Owns the commands on marks, tags and notes. Writing in the editor is in drafts.c. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
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
bool app_note_place(struct app *app, const char **talk, const char **topic)
{
    *talk = app->reader.kind == READER_TALK ? app->reader.talk.key : NULL;
    *topic = app->reader.kind == READER_TOPIC ? app->reader.topic.slug : NULL;
    if (*talk != NULL || *topic != NULL)
        return true;
    struct err err = { 0 };
    err_set(&err, "select a talk or a topic to annotate");
    return app_complain(app, &err);
}

bool app_add_note(struct app *app, bool free_one, const char *body)
{
    struct err err = { 0 };
    const char *talk = NULL, *topic = NULL;
    int64_t id;
    if (!free_one && !app_note_place(app, &talk, &topic))
        return false;
    if (!db_note_add(app->db, talk, topic, body, &id, &err))
        return app_complain(app, &err);
    if (free_one) {
        app_refresh(app);
        app_say(app, "note %lld saved; gn lists all notes", (long long)id);
        return true;
    }
    app_refresh(app);
    app_prepare(app);
    reader_goto_note(&app->reader, id);
    app_say(app, "note %lld saved", (long long)id);
    return true;
}

/* Whether anything can be saved; says why where not, before anybody types. */
bool app_may_save(struct app *app)
{
    if (db_read_only(app->db) == NULL)
        return true;
    struct err err = { 0 };
    err_set(&err, "nothing can be saved: %s", db_read_only(app->db));
    return app_complain(app, &err);
}

/* A note that begins with `before`: at the prompt, or with a given text at once. */
void app_annotate(struct app *app, const char *before, const char *text)
{
    const char *talk, *topic;
    struct buf body = { 0 };
    if (!app_may_save(app) || !app_note_place(app, &talk, &topic))
        return;
    buf_addf(&body, "%s%s", before, text != NULL ? text : "");
    if (text == NULL)
        app_open_prompt(app, PROMPT_ANNOTATE, body.data);
    else
        app_add_note(app, false, body.data);
    buf_release(&body);
}

void do_annotate(struct app *app, const struct command_call *call)
{
    app_annotate(app, "", call->text);
}

void do_annotate_free(struct app *app, const struct command_call *call)
{
    if (!app_may_save(app))
        return;
    if (call->text == NULL)
        app_open_prompt(app, PROMPT_FREE, "");
    else
        app_add_note(app, true, call->text);
}

void do_themes(struct app *app, const struct command_call *call)
{
    struct buf text = { 0 };
    const struct talk *talk = app_talk(app);
    if (talk == NULL || !app_may_save(app))
        return;
    if (call->text != NULL) {
        app_set_themes(app, call->text);
        return;
    }
    buf_adds(&text, talk->themes);
    app_open_prompt(app, PROMPT_THEMES, buf_text(&text));
    buf_release(&text);
}

void app_set_themes(struct app *app, const char *names)
{
    struct err err = { 0 };
    const struct talk *talk = app_talk(app);
    if (talk == NULL)
        return;
    int64_t id = talk->id;
    bool none = names[strspn(names, " ,")] == '\0';
    if (!db_themes_set(app->db, talk->key, none ? NULL : names, &err)) {
        app_complain(app, &err);
        return;
    }
    app_refresh(app);
    list_select_talk(&app->list, id);
    app_follow(app, true);
    if (none)
        app_say(app, "the themes are the catalog's again");
    else
        app_say(app, "themes: %s", app->reader.talk.themes);
}

/* The note that e and D mean; where none is in sight, the nearest is shown
 * first, so that nobody edits or deletes what they do not see. */
const struct note *app_note_in_sight(struct app *app)
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

void do_note_delete(struct app *app, const struct command_call *call)
{
    struct err err = { 0 };
    const struct note *note = app_note_in_sight(app);
    (void)call;
    if (note == NULL)
        return;
    int64_t id = note->id;
    /* The neighbour is meant next, not whichever stands first. */
    app->reader.chosen = (size_t)(note - app->reader.notes.items);
    if (!db_note_delete(app->db, id, &err)) {
        app_complain(app, &err);
        return;
    }
    app_refresh(app);
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
