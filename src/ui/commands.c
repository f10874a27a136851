/* Owns what the commands do, but for those on notes (notes.c) and those that
 * start other programs (outside.c) and the finder (app_finder.c). */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "ui/app.h"

/* --- dispatch ---------------------------------------------------------- */

static void do_move(struct app *app, const struct command_call *call)
{
    struct view *view = app_view(app);
    if (call->id == CMD_match_next || call->id == CMD_match_previous) {
        struct text *text = app->helping ? &app->help.text : &app->reader.text;
        if (!text_step_match(text, call->id == CMD_match_next ? 1 : -1))
            app_say(app, "nothing to go to; / searches");
        return;
    }
    view->ops->move(view, call->id, call->count);
}

static void do_at_prompt(struct app *app, const struct command_call *call)
{
    app_prompt_command(app, call->id);
}

static void do_in_finder(struct app *app, const struct command_call *call)
{
    app_finder_command(app, call->id);
}

#define COMMAND_PANE(id)                          do_move
#define COMMAND_FINDER(id)                        do_in_finder
#define COMMAND_PROMPT(id)                        do_at_prompt
#define COMMAND_APP(id)                           do_##id
#define COMMAND(scope, id, name, keys, arg, help) [CMD_##id] = COMMAND_##scope(id),
static void (*const handlers[CMD__COUNT])(struct app *, const struct command_call *) = {
#include "cmd/commands.def"
};
#undef COMMAND

/* Over the help only what moves, leaves or searches has a meaning. */
static bool works_in_help(enum command_id id)
{
    static const enum command_id ids[] = { CMD_back, CMD_escape, CMD_left, CMD_quit, CMD_help,
        CMD_search, CMD_find, CMD_redraw, CMD_suspend, CMD_command, CMD_pipe };
    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++)
        if (ids[i] == id)
            return true;
    return commands[id].scope == SCOPE_PANE;
}

/* Over a list or a page what moves, opens or leaves; over notes what changes them. */
static bool works_over(enum app_over over, enum command_id id)
{
    static const enum command_id ids[] = { CMD_open, CMD_back, CMD_escape, CMD_left, CMD_quit,
        CMD_help, CMD_redraw, CMD_suspend, CMD_pipe, CMD_command, CMD_revert };
    static const enum command_id on_notes[] = { CMD_tick, CMD_undo, CMD_redo, CMD_inbox,
        CMD_notes, CMD_reload };
    for (size_t i = 0; over == OVER_ITEMS && i < sizeof on_notes / sizeof on_notes[0]; i++)
        if (on_notes[i] == id)
            return true;
    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++)
        if (ids[i] == id)
            return true;
    return commands[id].scope == SCOPE_PANE && id != CMD_match_next && id != CMD_match_previous;
}

void app_run(struct app *app, const struct command_call *call)
{
    log_write("command %s %d", commands[call->id].name, call->count);
    if (app->helping && !works_in_help(call->id))
        app_say(app, "q leaves the help");
    else if (!app->helping && app->over != OVER_NOTHING && !works_over(app->over, call->id))
        app_say(app, "q leaves what lies over the list");
    else
        handlers[call->id](app, call);
}

void app_run_line(struct app *app, const char *line)
{
    /* What vi users type to leave; everything is saved already. */
    static const char *const vi_names[] = { "q", "q!", "qa", "wq", "x" };
    struct err err = { 0 };
    line += strspn(line, " :");
    size_t len = strcspn(line, " ");
    if (len == 0)
        return;
    if (line[strspn(line, "0123456789")] == '\0') {
        long row = strtol(line, NULL, 10);
        struct command_call go = { .id = CMD_top, .count = row > INT_MAX ? INT_MAX : (int)row };
        app_run(app, &go);
        return;
    }
    enum command_id id = command_find(line, len);
    for (size_t i = 0; i < sizeof vi_names / sizeof vi_names[0]; i++)
        if (strlen(vi_names[i]) == len && strncmp(vi_names[i], line, len) == 0)
            id = CMD_quit;
    const char *rest = line + len + strspn(line + len, " ");
    if (id == CMD__COUNT) {
        err_set(&err, "there is no command '%.*s'; Tab shows them", (int)len, line);
        app_complain(app, &err);
        return;
    }
    struct command_call call = { .id = id, .text = rest[0] != '\0' ? rest : NULL };
    app_run(app, &call);
}

/* --- going ------------------------------------------------------------- */

void do_open(struct app *app, const struct command_call *call)
{
    const struct list_row *row = list_selected(&app->list);
    (void)call;
    if (app->over == OVER_ITEMS) {
        app_open_item(app);
        return;
    }
    if (app->over == OVER_PAGE)
        return;
    if (app->over == OVER_LINKS) {
        app->over = OVER_NOTHING;
        links_choose(&app->links);
    }
    const char *url = text_current_url(&app->reader.text);
    if (app->focus == FOCUS_READER && url != NULL)
        app_open_link(app, url);
    if (app->focus == FOCUS_READER || row == NULL)
        return;
    bool heading = row->kind == LIST_GROUP || row->kind == LIST_SUBGROUP;
    if (heading)
        list_fold_toggle(&app->list);
    else {
        app->focus = FOCUS_READER;
        if (row->kind == LIST_TALK)
            finder_visit(&app->finder, row->id);
    }
}

/* From a note back to the list that it was opened from. */
static void back_to_items(struct app *app)
{
    struct err err = { 0 };
    app->from_items = false;
    app->focus = FOCUS_LIST;
    if (app->query != NULL && strncmp(app->query, "id:", 3) == 0
        && !app_leave_search(app, &err))
        app_complain(app, &err);
    items_read(&app->items, app->items.kind, true);
    app->over = OVER_ITEMS;
}

static bool leave(struct app *app)
{
    struct err err = { 0 };
    if (app->helping)
        app->helping = false;
    else if (app->over != OVER_NOTHING)
        app->over = OVER_NOTHING;
    else if (app->focus == FOCUS_READER && app->from_items)
        back_to_items(app);
    else if (app->focus == FOCUS_READER)
        app->focus = FOCUS_LIST;
    else if (app->list.searching)
        return app_leave_search(app, &err) || app_complain(app, &err) || true;
    else if (app->limit != NULL)
        return app_limit(app, NULL, false, &err) || app_complain(app, &err);
    else
        return false;
    return true;
}

void do_back(struct app *app, const struct command_call *call)
{
    (void)call;
    app->quit = !leave(app);
}

void do_escape(struct app *app, const struct command_call *call)
{
    (void)call;
    leave(app);
}

void do_left(struct app *app, const struct command_call *call)
{
    (void)call;
    if (app->helping || app->over != OVER_NOTHING || app->focus == FOCUS_READER)
        leave(app);
    else
        list_fold(&app->list, true);
}

void do_quit(struct app *app, const struct command_call *call)
{
    (void)call;
    app->quit = true;
}

void do_help(struct app *app, const struct command_call *call)
{
    (void)call;
    app->helping = !app->helping;
    help_filter(&app->help, "");
}

void do_command(struct app *app, const struct command_call *call)
{
    (void)call;
    app_open_prompt(app, PROMPT_COMMAND, "");
}

static void step_focus(struct app *app, int by)
{
    struct text *text = &app->reader.text;
    if (app->focus == FOCUS_READER && text_step_link(text, by))
        return;
    text->link.any = false;
    app->focus = app->focus == FOCUS_LIST ? FOCUS_READER : FOCUS_LIST;
}

void do_focus_next(struct app *app, const struct command_call *call)
{
    (void)call;
    step_focus(app, 1);
}

void do_focus_previous(struct app *app, const struct command_call *call)
{
    (void)call;
    step_focus(app, -1);
}

void do_links(struct app *app, const struct command_call *call)
{
    (void)call;
    if (!links_open(&app->links)) {
        app_say(app, "there is no link here");
        return;
    }
    app->over = OVER_LINKS;
    app->focus = FOCUS_READER;
}

void do_shift_right(struct app *app, const struct command_call *call)
{
    text_shift(&app->reader.text, call->count > 0 ? call->count : 8);
}

void do_shift_left(struct app *app, const struct command_call *call)
{
    text_shift(&app->reader.text, call->count > 0 ? -call->count : -8);
}

void do_redraw(struct app *app, const struct command_call *call)
{
    (void)call;
    app->host.redraw(app->host.context);
}

void do_reload(struct app *app, const struct command_call *call)
{
    (void)call;
    app_reload(app);
    if (app->message == NULL)
        app_say(app, "read again");
}

void do_suspend(struct app *app, const struct command_call *call)
{
    (void)call;
    app->host.suspend(app->host.context);
}

/* --- undo -------------------------------------------------------------- */

static void say_undone(struct app *app, bool ok, const char *verb, char *what, struct err *err)
{
    if (!ok)
        app_complain(app, err);
    else if (what == NULL)
        app_say(app, "nothing to %s", verb);
    app_refresh(app);
    if (ok && db_undone_note(app->db) != 0 && app->over == OVER_NOTHING) {
        app_prepare(app);
        reader_goto_note(&app->reader, db_undone_note(app->db));
    }
    if (ok && what != NULL)
        app_say(app, "%s: %s", verb, what);
    free(what);
}

void do_undo(struct app *app, const struct command_call *call)
{
    struct err err = { 0 };
    char *what = NULL;
    (void)call;
    bool ok = db_undo(app->db, &what, &err);
    say_undone(app, ok, "undo", what, &err);
}

void do_redo(struct app *app, const struct command_call *call)
{
    struct err err = { 0 };
    char *what = NULL;
    (void)call;
    bool ok = db_redo(app->db, &what, &err);
    say_undone(app, ok, "redo", what, &err);
}

/* --- the list ---------------------------------------------------------- */

static void regroup(struct app *app, enum db_group group, enum db_sort sort)
{
    struct err err = { 0 };
    if (app->list.searching && !app_search(app, NULL, false, &err))
        app_complain(app, &err);
    app->focus = FOCUS_LIST;
    if (list_regroup(&app->list, group, sort, &err))
        app_say(app, group == DB_BY_SAVED ? "by %s, the best first" : "by %s, sorted by %s",
            db_group_names[group], db_sort_names[sort]);
    else
        app_complain(app, &err);
}

void do_group_theme(struct app *app, const struct command_call *call)
{
    (void)call;
    regroup(app, DB_BY_THEME, app->list.sort);
}

void do_group_topic(struct app *app, const struct command_call *call)
{
    (void)call;
    regroup(app, DB_BY_TOPIC, app->list.sort);
}

void do_group_day(struct app *app, const struct command_call *call)
{
    (void)call;
    regroup(app, DB_BY_DAY, app->list.sort);
}

void do_group_room(struct app *app, const struct command_call *call)
{
    (void)call;
    regroup(app, DB_BY_ROOM, app->list.sort);
}

void do_group_speaker(struct app *app, const struct command_call *call)
{
    (void)call;
    regroup(app, DB_BY_SPEAKER, app->list.sort);
}

void do_group_conference(struct app *app, const struct command_call *call)
{
    (void)call;
    regroup(app, DB_BY_CONFERENCE, app->list.sort);
}

void do_group_saved(struct app *app, const struct command_call *call)
{
    (void)call;
    regroup(app, DB_BY_SAVED, app->list.sort);
}

void do_sort(struct app *app, const struct command_call *call)
{
    int sort = (app->list.sort + 1) % DB_SORT__COUNT;
    if (call->text != NULL) {
        struct err err = { 0 };
        for (sort = 0; sort < DB_SORT__COUNT; sort++)
            if (strcmp(db_sort_names[sort], call->text) == 0)
                break;
        if (sort == DB_SORT__COUNT) {
            err_set(&err, "sort takes %s, not '%s'", commands[CMD_sort].argument, call->text);
            app_complain(app, &err);
            return;
        }
    }
    regroup(app, app->list.group, (enum db_sort)sort);
}

void do_fold_toggle(struct app *app, const struct command_call *call)
{
    (void)call;
    list_fold_toggle(&app->list);
}

void do_fold_all(struct app *app, const struct command_call *call)
{
    (void)call;
    list_fold_all(&app->list, true);
}

void do_unfold_all(struct app *app, const struct command_call *call)
{
    (void)call;
    list_fold_all(&app->list, false);
}

/* --- places and options ------------------------------------------------ */

bool app_go_to_talk(struct app *app, int64_t id)
{
    bool found = list_select_talk(&app->list, id);
    while (!found && leave(app))
        found = list_select_talk(&app->list, id);
    return found;
}

static void say_option(struct app *app, enum option_id id)
{
    struct buf value = { 0 };
    options_add_value(app->options, id, &value);
    app_say(app, "%s is %s: %s", option_infos[id].name, value.len > 0 ? value.data : "empty",
        option_infos[id].help);
    buf_release(&value);
}

void do_set(struct app *app, const struct command_call *call)
{
    struct err err = { 0 };
    if (call->text == NULL) {
        app_open_prompt(app, PROMPT_COMMAND, "set ");
        return;
    }
    size_t len = strcspn(call->text, " ");
    const char *value = call->text + len + strspn(call->text + len, " ");
    char *name = mem_dup_n(call->text, len);
    enum option_id id = option_find(name);
    if (id == OPT__COUNT)
        err_set(&err, "there is no option '%s'; Tab shows them", name);
    else if (value[0] != '\0')
        options_set(app->options, id, value, &err);
    free(name);
    if (err.text != NULL) {
        app_complain(app, &err);
        return;
    }
    say_option(app, id);
    app->reader.stale = true;
    app->host.mouse(app->host.context, app->options->values[OPT_mouse].number != 0);
    app->host.redraw(app->host.context);
    enum db_group group;
    if ((id == OPT_group || id == OPT_sort)
        && db_group_choose(app->db, app->options->values[OPT_group].number, &group, &err))
        regroup(app, group, (enum db_sort)app->options->values[OPT_sort].number);
    if (err.text != NULL)
        app_complain(app, &err);
}
