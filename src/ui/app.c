/* Owns the interface's state and how events reach it. What each command does
 * is in commands.c and notes.c, the prompt in app_prompt.c, the finder in
 * app_finder.c, drawing in app_draw.c. */
#include "ui/app.h"

#include <assert.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "cmd/key.h"
#include "ui/list_draw.h"

bool app_init(struct app *app, struct db *db, struct options *options, struct keymap *keymap,
    const struct ui_host *host, struct err *err)
{
    *app = (struct app){ .db = db,
        .options = options,
        .keymap = keymap,
        .host = *host,
        .searcher = { .db = db },
        .patience = -1 };
    enum db_group group;
    if (!db_group_choose(db, options->values[OPT_group].number, &group, err))
        return false;
    list_init(&app->list, db, group, (enum db_sort)options->values[OPT_sort].number);
    reader_init(&app->reader, db);
    help_init(&app->help, keymap);
    finder_init(&app->finder, db);
    links_init(&app->links, &app->reader.text);
    items_init(&app->items, db);
    page_init(&app->page);
    app->version = db_version(db);
    app_watch_begin(app);
    if (db_read_only(db) != NULL)
        app_say(app, "read-only: %s", db_read_only(db));
    else
        app_offer_drafts(app);
    db_read_begin(db);
    bool ok = list_reload(&app->list, err);
    db_read_end(db);
    return ok;
}

void app_release(struct app *app)
{
    app_keep_typed(app);
    app_write_history(app);
    app_watch_end(app);
    searcher_release(&app->searcher);
    list_release(&app->list);
    reader_release(&app->reader);
    help_release(&app->help);
    finder_release(&app->finder);
    links_release(&app->links);
    items_release(&app->items);
    page_release(&app->page);
    prompt_release(&app->prompt);
    free(app->query);
    free(app->limit);
    free(app->asked);
    free(app->suggestion);
    free(app->unwritten);
    free(app->before);
    free(app->held.query);
    free(app->held.limit);
    free(app->message);
    *app = (struct app){ 0 };
}

/* Takes text over. The line has no room for where the database lies. */
static void set_message(struct app *app, char *text, bool error)
{
    const char *path = db_path(app->db), *slash = strrchr(path, '/');
    char *at = text != NULL && slash != NULL ? strstr(text, path) : NULL;
    if (at != NULL)
        memmove(at, at + (slash + 1 - path), strlen(at + (slash + 1 - path)) + 1);
    free(app->message);
    app->message = text;
    app->message_is_error = error;
}

void app_say(struct app *app, const char *format, ...)
{
    struct buf text = { 0 };
    va_list args;
    va_start(args, format);
    buf_addv(&text, format, args);
    va_end(args);
    set_message(app, buf_take(&text), false);
}

bool app_complain(struct app *app, struct err *err)
{
    log_write("error: %s", err_text(err));
    set_message(app, mem_dup(err_text(err)), true);
    err_release(err);
    return false;
}

struct view *app_overlay(struct app *app)
{
    switch (app->over) {
    case OVER_NOTHING:
        break;
    case OVER_LINKS:
        return &app->links.view;
    case OVER_ITEMS:
        return &app->items.view;
    case OVER_PAGE:
        return &app->page.view;
    }
    return NULL;
}

struct view *app_view(struct app *app)
{
    if (app->helping)
        return &app->help.view;
    if (app->over != OVER_NOTHING)
        return app_overlay(app);
    return app->focus == FOCUS_READER ? &app->reader.view : &app->list.view;
}

static void show_group(struct app *app, const struct list_row *row,
    const struct db_heading *heading, const struct db_counts *counts)
{
    struct buf label = { 0 }, contents = { 0 };
    list_add_label(&app->list, heading->label, &label);
    list_add_contents(&app->list, row, &contents);
    reader_show_group(&app->reader, buf_text(&label), counts, buf_text(&contents));
    buf_release(&label);
    buf_release(&contents);
}

/* "PyCon US 2025" for the year below the conference. */
static void show_edition(struct app *app, const struct list_row *row,
    const struct db_heading *heading, const struct db_counts *counts)
{
    struct buf name = { 0 };
    buf_addf(&name, "%s %s", heading->label, heading->sublabel);
    struct db_heading edition = { .label = name.data };
    show_group(app, row, &edition, counts);
    buf_release(&name);
}

static void follow_row(struct app *app, const struct list_row *row, bool force)
{
    struct db_counts counts;
    const struct db_heading *heading;
    const struct db_hit *hit = list_hit(&app->list);
    switch (row->kind) {
    case LIST_TALK:
        reader_show_talk(&app->reader, row->id, force);
        app->reader.to_note = hit != NULL ? hit->note_id : 0;
        break;
    case LIST_TOPIC:
        reader_show_topic_id(&app->reader, row->id, force);
        break;
    case LIST_NOTE:
        reader_show_note(&app->reader, row->id, force);
        break;
    case LIST_GROUP:
    case LIST_SUBGROUP:
        counts = list_counts(&app->list, row);
        heading = list_heading(&app->list, row);
        if (row->kind == LIST_SUBGROUP && app->list.group == DB_BY_CONFERENCE)
            show_edition(app, row, heading, &counts);
        else if (row->kind == LIST_SUBGROUP)
            reader_show_topic(&app->reader, heading->subkey, &counts, force);
        else if (app->list.group == DB_BY_TOPIC)
            reader_show_topic(&app->reader, heading->key, &counts, force);
        else
            show_group(app, row, heading, &counts);
        break;
    }
}

void app_follow(struct app *app, bool force)
{
    const struct list_row *row = list_selected(&app->list);
    if (row == NULL)
        reader_show_nothing(&app->reader);
    else
        follow_row(app, row, force);
}

void app_refresh(struct app *app)
{
    struct err err = { 0 };
    if (!list_reload(&app->list, &err))
        app_complain(app, &err);
    app_follow(app, true);
    if (app->over == OVER_ITEMS)
        items_read(&app->items, app->items.kind, true);
    app->version = db_version(app->db);
}

/* Asks the query and the limit again, since others wrote; the selection stays. */
static void ask_again(struct app *app)
{
    struct err err = { 0 };
    const struct list_row *row = list_selected(&app->list);
    int64_t id = row != NULL && row->kind == LIST_TALK ? row->id : 0;
    size_t matches = app->reader.text.match_count, current = app->reader.text.current;
    bool asked = app->query != NULL || app->limit != NULL;
    if (!app_repeat_search(app, &err))
        app_complain(app, &err);
    if (id != 0 && asked)
        list_select_talk(&app->list, id);
    /* The reader keeps its place and the match that n stands on. */
    app->reader.text.match_count = matches;
    app->reader.text.current = current;
    app->reader.to_match = false;
}

void app_reload(struct app *app)
{
    ask_again(app);
    app_refresh(app);
}

const struct talk *app_talk(struct app *app)
{
    if (app->reader.kind == READER_TALK)
        return &app->reader.talk;
    struct err err = { 0 };
    err_set(&err, "select a talk first");
    app_complain(app, &err);
    return NULL;
}

void app_resize(struct app *app, int rows, int cols)
{
    log_write("resize %d x %d", rows, cols);
    app->rows = rows;
    app->cols = cols;
}

bool app_tick(struct app *app)
{
    /* A second without a key: a paste whose end was lost is over. */
    app->prompt.pasting = app->finder.prompt.pasting = false;
    app_write_history(app);
    bool moved = app_guard_typed(app);
    moved = app_watch_tick(app) || moved;
    if (!app->prompt.active)
        db_tidy(app->db, DB_SEGMENTS_IDLE);
    int64_t version = db_version(app->db);
    if (version == app->version || app->prompt.active || app->finder.open)
        return moved;
    app_reload(app);
    return true;
}

void app_prepare(struct app *app)
{
    const struct option_value *values = app->options->values;
    db_read_begin(app->db);
    app_follow(app, false);
    app->reader.width = values[OPT_width].number;
    app->layout = layout_make(app->rows, app->cols, values[OPT_split].number,
        values[OPT_two_panes].number, app->focus == FOCUS_READER);
    const struct layout *layout = &app->layout;
    list_ops.resize(&app->list.view, layout->list.rows, layout->list.cols);
    reader_ops.resize(&app->reader.view, layout->reader.rows, layout->reader.cols);
    int rows = app->rows - layout->top.rows - layout->status.rows;
    if (app->over != OVER_NOTHING) {
        struct view *view = app_overlay(app);
        assert(view != NULL);
        view->ops->resize(view, rows, app->cols);
    }
    if (app->over == OVER_LINKS && app->links.count == 0)
        app->over = OVER_NOTHING;
    if (app->helping)
        help_ops.resize(&app->help.view, rows, app->cols);
    if (app->finder.open) {
        struct rect rect = app_finder_rect(app);
        finder_ops.resize(&app->finder.view, rect.rows, rect.cols);
    }
    db_read_end(app->db);
    struct err *const failed[] = { &app->list.err, &app->reader.err, &app->finder.err,
        &app->items.err };
    for (int i = 0; i < 4; i++)
        if (failed[i]->text != NULL)
            app_complain(app, failed[i]);
}

void app_key(struct app *app, uint32_t key)
{
    struct command_call call;
    if (app->prompt.active) {
        app_prompt_key(app, key);
        return;
    }
    if (app->finder.open) {
        app_finder_key(app, key);
        return;
    }
    /* Outside a prompt a paste is not a run of commands. */
    if (key == TK_PASTE_START || key == TK_PASTE_END || app->prompt.pasting) {
        app->prompt.pasting = key != TK_PASTE_END;
        return;
    }
    bool waiting = keymap_is_pending(app->keymap);
    if (!waiting)
        set_message(app, NULL, false);
    if (waiting && (key == TK_ESC || key == 'C' - '@')) {
        keymap_forget(app->keymap);
        return;
    }
    enum keymap_result result = keymap_feed(app->keymap, KEYMAP_AT_VIEW, key, &call);
    struct buf name = { 0 };
    key_add_name(&name, key);
    log_write("key %s", buf_text(&name));
    if (result == KEYMAP_COMMAND)
        app_run(app, &call);
    else if (result == KEYMAP_NONE)
        app_say(app,
            key == 'C' - '@' ? "Q quits, ? shows the keys"
                             : "%s means nothing here; ? shows the keys",
            buf_text(&name));
    buf_release(&name);
}

static bool inside(struct rect rect, int row, int col)
{
    return row >= rect.row && row < rect.row + rect.rows && col >= rect.col
           && col < rect.col + rect.cols;
}

/* A click on the selected row opens it, as Enter does. */
static void click_list(struct app *app, int row)
{
    size_t before = app->list.selected;
    bool focused = app->focus == FOCUS_LIST;
    app->focus = FOCUS_LIST;
    list_ops.click(&app->list.view, row);
    if (focused && before == app->list.selected) {
        struct command_call call = { .id = CMD_open };
        app_run(app, &call);
    }
}

void app_mouse(struct app *app, enum app_button button, int row, int col)
{
    const struct layout *layout = &app->layout;
    struct view *view = app_view(app);
    if (app->finder.open) {
        app_finder_mouse(app, button, row);
        return;
    }
    bool over = app->helping || app->over != OVER_NOTHING;
    bool in_list = !over && inside(layout->list, row, col);
    bool in_reader = !over && inside(layout->reader, row, col);
    /* What is being typed belongs to what was selected when it was begun. */
    bool searching = app->prompt.kind == PROMPT_SEARCH || app->prompt.kind == PROMPT_LIMIT;
    if (app->prompt.active && (button == BUTTON_LEFT || !searching))
        return;
    if (in_list)
        view = &app->list.view;
    else if (in_reader)
        view = &app->reader.view;
    assert(view != NULL);
    if (button != BUTTON_LEFT)
        view->ops->scroll(view, button == BUTTON_WHEEL_UP ? -3 : 3);
    else if (over)
        view->ops->click(view, row - layout->top.rows);
    else if (in_list)
        click_list(app, row - layout->list.row);
    else if (in_reader) {
        app->focus = FOCUS_READER;
        view->ops->click(view, row - layout->reader.row);
    }
}
