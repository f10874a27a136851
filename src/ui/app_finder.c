/* Owns what the finder does in the app: opening it, its keys, and going to the
 * talk that was chosen. */
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "cmd/key.h"
#include "ui/app.h"

void do_find(struct app *app, const struct command_call *call)
{
    struct err err = { 0 };
    keymap_forget(app->keymap);
    db_read_begin(app->db);
    if (!finder_open(&app->finder, call->text != NULL ? call->text : "", &err))
        app_complain(app, &err);
    db_read_end(app->db);
}

/* Where nothing else shows the talk, the themes do: they have every talk. */
static void go_to(struct app *app, int64_t id)
{
    struct err err = { 0 };
    app->helping = false;
    if (!app_go_to_talk(app, id) && app->list.group != DB_BY_THEME) {
        struct command_call themes = { .id = CMD_group_theme };
        app_run(app, &themes);
        app_go_to_talk(app, id);
    }
    const struct list_row *row = list_selected(&app->list);
    if (row == NULL || row->kind != LIST_TALK || row->id != id) {
        err_set(&err, "that talk is gone; R reads everything again");
        app_complain(app, &err);
        return;
    }
    app->focus = FOCUS_READER;
    finder_visit(&app->finder, id);
}

static void take(struct app *app, enum prompt_result result)
{
    struct finder *finder = &app->finder;
    int64_t id = finder_selected(finder);
    if (result == PROMPT_CHANGED)
        finder_find(finder);
    else if (result == PROMPT_CANCELLED)
        finder_close(finder);
    else if (result == PROMPT_ACCEPTED && id != 0) {
        finder_close(finder);
        go_to(app, id);
    }
}

void app_finder_command(struct app *app, enum command_id command)
{
    static const struct {
        enum command_id command, move;
    } moves[] = { { CMD_find_next, CMD_down }, { CMD_find_previous, CMD_up },
        { CMD_find_page_down, CMD_page_down }, { CMD_find_page_up, CMD_page_up } };
    if (!app->finder.open)
        return;
    for (size_t i = 0; i < sizeof moves / sizeof moves[0]; i++)
        if (moves[i].command == command) {
            finder_ops.move(&app->finder.view, moves[i].move, 0);
            return;
        }
    take(app, prompt_run(&app->finder.prompt, command));
}

void app_finder_key(struct app *app, uint32_t key)
{
    struct command_call call;
    struct prompt *prompt = &app->finder.prompt;
    if (key == TK_PASTE_START || key == TK_PASTE_END) {
        prompt->pasting = key == TK_PASTE_START;
        finder_find(&app->finder);
    } else if (prompt->pasting) {
        /* One search for the whole paste. */
        if (key < TK_NONE)
            prompt_insert(prompt, key);
    } else if (keymap_feed(app->keymap, KEYMAP_AT_FINDER, key, &call) == KEYMAP_COMMAND) {
        log_write("command %s", commands[call.id].name);
        app_finder_command(app, call.id);
    } else if (key < TK_NONE)
        take(app, prompt_insert(prompt, key));
}

/* A click on the selected talk opens it, as Enter does. */
void app_finder_mouse(struct app *app, enum app_button button, int row)
{
    struct finder *finder = &app->finder;
    struct view *view = &finder->view;
    row -= app_finder_rect(app).row;
    if (button != BUTTON_LEFT)
        finder_ops.scroll(view, button == BUTTON_WHEEL_UP ? -3 : 3);
    else if (row > 0 && finder->top + (size_t)row == finder->selected + 1)
        take(app, PROMPT_ACCEPTED);
    else
        finder_ops.click(view, row);
}

/* On a small screen the talks take the line at the bottom. */
struct rect app_finder_rect(const struct app *app)
{
    enum { ROWS_FOR_STATUS = 5 };
    int top = app->layout.top.rows;
    int bottom = app->rows >= ROWS_FOR_STATUS ? app->layout.status.rows : 0;
    return (struct rect){ top, 0, app->rows - top - bottom, app->cols };
}
