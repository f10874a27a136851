/* Owns writing in the editor: new notes, edited ones, and drafts that were left behind.
 * Where the texts go is draft_save.c's. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/date.h"
#include "base/mem.h"
#include "exchange/draft_save.h"
#include "exchange/editor.h"
#include "ui/app.h"

static bool run_editor(void *context, char *const argv[], int *status, struct err *err)
{
    struct app *app = context;
    return app->host.run(app->host.context, argv, NULL, 0, false, status, err);
}

static struct editor make_editor(struct app *app)
{
    return (struct editor){
        .configured = app->options->values[OPT_editor].text, .run = run_editor, .context = app
    };
}

/* --- saving ------------------------------------------------------------ */

static void show_conflict(struct app *app, const struct draft_saved *saved, const char *text)
{
    struct buf theirs = { 0 }, mine = { 0 }, what = { 0 };
    buf_addf(&theirs, "note %lld, %s", (long long)saved->other,
        saved->deleted ? "in the trash" : "as it is now");
    buf_addf(&mine, "note %lld, what you wrote", (long long)saved->id);
    app_show_difference(app, "a note that was changed in two places", theirs.data,
        saved->other_body != NULL ? saved->other_body : "", mine.data, text);
    draft_add_conflict(saved, &what);
    app_say(app, "%s", what.data);
    buf_release(&what);
    buf_release(&theirs);
    buf_release(&mine);
}

/* Saves a draft's text; the draft goes once that is done, and stays where it is not. */
static void save(struct app *app, struct draft *draft, const char *text)
{
    struct err err = { 0 };
    struct draft_saved saved;
    if (!draft_save(app->db, draft, text, &saved, &err)) {
        err_set(&err, "%s; the text is kept in %s", err_text(&err), draft->path);
        app_complain(app, &err);
        draft_keep(draft);
        return;
    }
    draft_forget(draft);
    app_refresh(app);
    app_prepare(app);
    reader_goto_note(&app->reader, saved.id);
    if (saved.other != 0)
        show_conflict(app, &saved, text);
    else
        app_say(app, "note %lld saved", (long long)saved.id);
    free(saved.other_body);
}

/* --- new notes and edited ones ----------------------------------------- */

/* The text in the editor; what is to be done with it is the caller's. */
static bool edit(struct app *app, const struct draft_place *place, const char *before,
    char **text, struct draft *draft)
{
    struct err err = { 0 };
    struct editor editor = make_editor(app);
    if (!editor_edit(&editor, place, before, text, draft, &err))
        return app_complain(app, &err);
    draft->talk_key = mem_dup(place->talk_key != NULL ? place->talk_key : "");
    draft->topic_slug = mem_dup(place->topic_slug != NULL ? place->topic_slug : "");
    draft->note_uuid = mem_dup(place->note_uuid);
    draft->rev = place->rev;
    return true;
}

/* Writes a new note in the editor, which begins with a text; false where the editor, or
 * its draft, was not to be had. */
static bool write_new(struct app *app, bool free_one, const char *before)
{
    struct draft_place place = { .db = db_path(app->db), .note_uuid = "" };
    struct draft draft;
    char *text;
    if (!app_may_save(app)
        || (!free_one && !app_note_place(app, &place.talk_key, &place.topic_slug))
        || !edit(app, &place, before, &text, &draft))
        return false;
    if (note_trimmed(text) == 0) {
        app_say(app, "the note was empty and is not kept");
        draft_forget(&draft);
    } else {
        save(app, &draft, text);
    }
    free(text);
    return true;
}

void do_note_new(struct app *app, const struct command_call *call)
{
    (void)call;
    write_new(app, false, "");
}

/* Where a note that is being typed belongs; false where none is. */
static bool typed_place(struct app *app, struct draft_place *place)
{
    bool free_one = app->prompt.kind == PROMPT_FREE;
    *place = (struct draft_place){ .db = db_path(app->db), .note_uuid = "" };
    return app->prompt.active && (free_one || app->prompt.kind == PROMPT_ANNOTATE)
           && (free_one || app_note_place(app, &place->talk_key, &place->topic_slug));
}

void app_note_to_editor(struct app *app)
{
    enum prompt_kind kind = app->prompt.kind;
    struct draft_place place;
    if (!typed_place(app, &place))
        return;
    if (!app_may_save(app)) {
        prompt_set_error(&app->prompt, app->message);
        return;
    }
    char *text = mem_dup(buf_text(&app->prompt.text));
    prompt_remember(&app->prompt, kind, text);
    prompt_close(&app->prompt);
    if (write_new(app, kind == PROMPT_FREE, text))
        app_unguard_typed(app);
    free(text);
}

void do_note_edit(struct app *app, const struct command_call *call)
{
    struct draft draft;
    const struct note *note = app_note_in_sight(app);
    (void)call;
    if (note == NULL || !app_may_save(app))
        return;
    char *before = mem_dup(note->body), *uuid = mem_dup(note->uuid), *text;
    struct draft_place place = { .db = db_path(app->db), .note_uuid = uuid, .rev = note->rev };
    if (edit(app, &place, before, &text, &draft)) {
        bool same = note_same(before, text), empty = note_trimmed(text) == 0;
        if (same || empty) {
            app_say(app, same ? "nothing changed" : "an empty note is not saved; D deletes it");
            draft_forget(&draft);
        } else {
            save(app, &draft, text);
        }
        free(text);
    }
    free(before);
    free(uuid);
}

void app_unguard_typed(struct app *app)
{
    draft_forget(&app->guard);
    free(app->guarded);
    app->guarded = NULL;
}

/* Writes what is being typed, unless it lies there already; false where that failed, or
 * where there is nothing to write. */
static bool guard(struct app *app, struct err *err)
{
    struct draft_place place;
    struct draft draft;
    const char *text = buf_text(&app->prompt.text);
    if (!typed_place(app, &place))
        return err_set(err, "nothing is selected that takes notes");
    if (app->guarded != NULL && strcmp(app->guarded, text) == 0)
        return true;
    /* The draft before goes when this one is on the disk. */
    bool empty = note_trimmed(text) == 0;
    if (!empty && !draft_create(&draft, &place, text, err))
        return false;
    app_unguard_typed(app);
    if (empty)
        return err_set(err, "nothing was written");
    app->guard = draft;
    app->guarded = mem_dup(text);
    return true;
}

bool app_guard_typed(struct app *app)
{
    struct err err = { 0 };
    bool was = app->unguarded_said;
    bool failed = !guard(app, &err) && note_trimmed(buf_text(&app->prompt.text)) > 0
                  && typed_place(app, &(struct draft_place){ 0 });
    app->unguarded_said = failed;
    if (failed && !was) {
        err_set(&err, "no draft is kept of this: %s", err_text(&err));
        prompt_set_error(&app->prompt, err_text(&err));
    }
    err_release(&err);
    return failed && !was;
}

bool app_leave_typed(struct app *app)
{
    struct err err = { 0 };
    if (!guard(app, &err)) {
        err_set(&err, "%s; copy the text, then ^U and Esc give it up", err_text(&err));
        return app_complain(app, &err);
    }
    app_say(app, "not saved; the text is kept in %s", app->guard.path);
    app_keep_typed(app);
    return true;
}

void app_keep_typed(struct app *app)
{
    app_guard_typed(app);
    draft_keep(&app->guard);
    free(app->guarded);
    app->guarded = NULL;
}

/* --- drafts that were left --------------------------------------------- */

/* The oldest draft with something new in it, and how many there are; those without are
 * removed. False where there is none. */
static bool take_oldest(struct app *app, struct draft *oldest, size_t *count)
{
    size_t found;
    struct draft *list = draft_list(db_path(app->db), &found);
    *count = 0;
    for (size_t i = 0; i < found; i++) {
        if (!draft_is_new(app->db, &list[i]))
            draft_forget(&list[i]);
        else if ((*count)++ == 0)
            *oldest = list[i];
        else
            draft_keep(&list[i]);
    }
    free(list);
    return *count > 0;
}

/* In the status line; a title may be long and comes last. */
static void tell(struct app *app, const struct draft *draft, size_t count)
{
    struct buf place = { 0 };
    draft_add_place(app->db, draft, &place);
    app_say(app, "%zu draft%s (:draft [save|discard])%s: %s", count, count == 1 ? "" : "s",
        count == 1 ? "" : ", the oldest", place.data);
    buf_release(&place);
}

void app_offer_drafts(struct app *app)
{
    struct draft draft;
    size_t count;
    if (db_read_only(app->db) != NULL || !take_oldest(app, &draft, &count))
        return;
    tell(app, &draft, count);
    draft_keep(&draft);
}

static void save_as_it_is(struct app *app, struct draft *draft)
{
    struct err err = { 0 };
    char *text;
    if (draft_read(draft, &text, &err)) {
        save(app, draft, text);
        free(text);
    } else {
        app_complain(app, &err);
        draft_keep(draft);
    }
}

static void go_on(struct app *app, struct draft *draft)
{
    struct err err = { 0 };
    struct editor editor = make_editor(app);
    char *text;
    if (!editor_open(&editor, draft, &text, &err)) {
        app_complain(app, &err);
        return;
    }
    if (note_trimmed(text) == 0) {
        app_say(app, "the note was empty and is not kept");
        draft_forget(draft);
    } else {
        save(app, draft, text);
    }
    free(text);
}

static void discard(struct app *app, struct draft *draft, size_t left)
{
    struct buf text = { 0 };
    draft_add_place(app->db, draft, &text);
    draft_forget(draft);
    app_say(app, "the draft of %s is gone; %zu left", text.data, left);
    buf_release(&text);
}

void do_draft(struct app *app, const struct command_call *call)
{
    struct err err = { 0 };
    struct draft draft;
    size_t count;
    const char *what = call->text != NULL ? call->text : "";
    if (!app_may_save(app))
        return;
    if (!take_oldest(app, &draft, &count)) {
        app_say(app, "there is no draft");
    } else if (strcmp(what, "discard") == 0) {
        discard(app, &draft, count - 1);
    } else if (strcmp(what, "save") == 0) {
        save_as_it_is(app, &draft);
    } else if (what[0] == '\0') {
        go_on(app, &draft);
    } else {
        draft_keep(&draft);
        err_set(&err, "draft takes save, discard or nothing, not '%s'", what);
        app_complain(app, &err);
    }
}
