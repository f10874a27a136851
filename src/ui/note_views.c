/* Owns what lies over the panes about notes: the inbox, all notes, a note's
 * revisions, differences. Writing notes is in notes.c. */
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/mem.h"
#include "model/diff.h"
#include "ui/app.h"

enum { CONTEXT_LINES = 3 };

/* --- the inbox and all notes ------------------------------------------- */

static void show_items(struct app *app, enum items_kind kind)
{
    /* The same key again closes it. */
    bool again = app->over == OVER_ITEMS && app->items.kind == kind;
    app->helping = false;
    app->over = again ? OVER_NOTHING : OVER_ITEMS;
    if (!again)
        items_read(&app->items, kind, false);
}

void do_inbox(struct app *app, const struct command_call *call)
{
    (void)call;
    show_items(app, ITEMS_INBOX);
}

void do_notes(struct app *app, const struct command_call *call)
{
    (void)call;
    show_items(app, ITEMS_NOTES);
}

void app_open_item(struct app *app)
{
    const struct db_item *item = items_selected(&app->items);
    if (item == NULL)
        return;
    app->over = OVER_NOTHING;
    app->from_items = app_go_to_note(app, item->note_id, item->line);
}

void do_tick(struct app *app, const struct command_call *call)
{
    struct err err = { 0 };
    const struct db_item *item = items_selected(&app->items);
    (void)call;
    if (app->over != OVER_ITEMS || app->items.kind != ITEMS_INBOX) {
        app_say(app, "gi lists what is open; x there ticks it off");
        return;
    }
    if (item == NULL)
        return;
    char *text = mem_dup(item->text);
    bool ok = db_note_tick(app->db, item->note_id, item->rev, item->line, &err);
    app_refresh(app);
    if (ok)
        app_say(app, "done: %s; u takes it back", text);
    else
        app_complain(app, &err);
    free(text);
}

/* --- going to a note --------------------------------------------------- */

/* The talk that a note is on, 0 where it is on none that is here. */
static bool find_talk(struct app *app, const struct note *note, int64_t *id, struct err *err)
{
    int64_t *ids = NULL;
    size_t count = 0;
    *id = 0;
    if (note->talk_key[0] == '\0')
        return true;
    bool ok = db_talk_find(app->db, note->talk_key, &ids, &count, err);
    *id = ok && count == 1 ? ids[0] : 0;
    free(ids);
    return ok;
}

/* Shows a note by itself, as a search for its number. */
static bool show_alone(struct app *app, int64_t id, struct err *err)
{
    struct buf query = { 0 };
    buf_addf(&query, "id:%lld", (long long)id);
    bool ok = app_search(app, query.data, false, err)
              && app_finish_search(app, query.data, false, err);
    buf_release(&query);
    return ok;
}

/* The text of a line (from 1) of a note; the caller frees it. */
static char *line_of(const char *body, size_t line)
{
    while (line > 1 && *body != '\0') {
        body += strcspn(body, "\n");
        body += *body == '\n';
        line--;
    }
    return mem_dup_n(body, strcspn(body, "\n"));
}

bool app_go_to_note(struct app *app, int64_t id, size_t line)
{
    struct err err = { 0 };
    struct note note = { 0 };
    int64_t talk = 0;
    bool ok = db_note_read(app->db, id, &note, &err) && find_talk(app, &note, &talk, &err);
    if (ok && note.deleted)
        ok = err_set(&err, "note %lld is in the trash", (long long)id);
    if (ok && (talk == 0 || !app_go_to_talk(app, talk)))
        ok = show_alone(app, id, &err);
    if (ok) {
        app->focus = FOCUS_READER;
        app_prepare(app);
        char *text = line_of(note.body, line);
        if (reader_goto_note(&app->reader, id) && line > 0)
            reader_goto_text(&app->reader, text);
        free(text);
    }
    note_release(&note);
    return ok || app_complain(app, &err);
}

/* --- revisions --------------------------------------------------------- */

static void add_difference(struct buf *out, const char *old, const char *new)
{
    struct diff_notes notes;
    struct buf text = { 0 };
    diff_notes_make(&notes, old, new);
    diff_add_unified(&text, &notes.diff, CONTEXT_LINES);
    page_add_code(out, "diff", buf_text(&text));
    diff_notes_release(&notes);
    buf_release(&text);
}

static void show_page(struct app *app, const char *title, const char *source)
{
    page_show(&app->page, title, source);
    app->helping = false;
    app->over = OVER_PAGE;
}

bool app_show_difference(struct app *app, const char *title, const char *old_name,
    const char *old, const char *new_name, const char *new)
{
    struct buf source = { 0 };
    buf_addf(&source, "`-` %s  \n`+` %s\n\n", old_name, new_name);
    add_difference(&source, old, new);
    show_page(app, title, source.data);
    buf_release(&source);
    return true;
}

static void add_revisions(const struct db_revisions *revisions, struct buf *out)
{
    for (size_t i = revisions->count; i-- > 0;) {
        const struct db_revision *revision = &revisions->items[i];
        buf_addf(out, "## Revision %d, ", revision->rev);
        date_add_local(out, revision->saved_at);
        buf_adds(out, i + 1 == revisions->count ? ", as it is now\n\n" : "\n\n");
        add_difference(out, i > 0 ? revisions->items[i - 1].body : "", revision->body);
        buf_addc(out, '\n');
    }
}

void do_history(struct app *app, const struct command_call *call)
{
    struct err err = { 0 };
    struct db_revisions revisions = { 0 };
    struct buf source = { 0 }, title = { 0 };
    const struct note *note = app_note_in_sight(app);
    (void)call;
    if (note == NULL)
        return;
    buf_addf(&title, "note %lld, the newest revision first; :revert N takes an earlier one",
        (long long)note->id);
    if (!db_revisions_read(app->db, note->id, &revisions, &err))
        app_complain(app, &err);
    else {
        add_revisions(&revisions, &source);
        show_page(app, title.data, buf_text(&source));
    }
    db_revisions_release(&revisions);
    buf_release(&source);
    buf_release(&title);
}

void do_revert(struct app *app, const struct command_call *call)
{
    struct err err = { 0 };
    const struct note *note = app_note_in_sight(app);
    int rev = call->text != NULL ? (int)strtol(call->text, NULL, 10) : 0;
    if (note == NULL)
        return;
    int64_t id = note->id;
    if (rev < 1)
        err_set(&err, "revert takes a revision's number; gl lists them");
    if (err.text != NULL || !db_note_revert(app->db, id, rev, &err)) {
        app_complain(app, &err);
        return;
    }
    app->over = OVER_NOTHING;
    app_refresh(app);
    app_prepare(app);
    reader_goto_note(&app->reader, id);
    app_say(app, "note %lld has the text of revision %d again; u takes it back", (long long)id,
        rev);
}
