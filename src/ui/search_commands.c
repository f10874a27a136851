/* Owns the commands about searching. */
#include <stdlib.h>

#include "base/mem.h"
#include "ui/app.h"

void do_search(struct app *app, const struct command_call *call)
{
    struct err err = { 0 };
    if (app->helping)
        app_open_prompt(app, PROMPT_HELP, "");
    else if (call->text == NULL) {
        app->focus = FOCUS_LIST;
        app_open_prompt(app, PROMPT_SEARCH, app->query != NULL ? app->query : "");
    } else if (!app_search(app, call->text, true, &err))
        app_complain(app, &err);
    else
        app->focus = FOCUS_LIST;
}

void do_related(struct app *app, const struct command_call *call)
{
    struct err err = { 0 };
    const struct talk *talk = app_talk(app);
    (void)call;
    if (talk == NULL)
        return;
    app->focus = FOCUS_LIST;
    if (!app_show_related(app, talk->id, &err))
        app_complain(app, &err);
}

void do_limit(struct app *app, const struct command_call *call)
{
    struct err err = { 0 };
    app->focus = FOCUS_LIST;
    if (call->text == NULL)
        app_open_prompt(app, PROMPT_LIMIT, app->limit != NULL ? app->limit : "");
    else if (!app_limit(app, call->text, true, &err))
        app_complain(app, &err);
}

/* The saved searches have changed: their groups follow. */
static void tell_saved(
    struct app *app, bool ok, const char *what, const char *name, struct err *err)
{
    if (!ok) {
        app_complain(app, err);
        return;
    }
    if (app->list.group == DB_BY_SAVED)
        app_refresh(app);
    app_say(app, "%s %s; g/ lists the saved searches", what, name);
}

void do_save(struct app *app, const struct command_call *call)
{
    struct err err = { 0 };
    char *query = app_shown_query(app);
    bool ok =
        call->text != NULL && query != NULL && db_saved_set(app->db, call->text, query, &err);
    if (err.text == NULL && !ok)
        err_set(&err, query == NULL ? "search for something with / first, then :save NAME"
                                    : "save needs a name: :save NAME");
    free(query);
    tell_saved(app, ok, "saved", call->text, &err);
}

void do_unsave(struct app *app, const struct command_call *call)
{
    struct err err = { 0 };
    const struct list_row *row = list_selected(&app->list);
    const char *name = call->text;
    /* Among the saved searches the group at hand is meant. */
    if (name == NULL && row != NULL && app->list.group == DB_BY_SAVED && !app->list.searching)
        name = list_heading(&app->list, row)->key;
    char *copy = name != NULL ? mem_dup(name) : NULL;
    bool ok = copy != NULL && db_saved_delete(app->db, copy, &err);
    if (copy == NULL)
        err_set(&err, "unsave needs a name: :unsave NAME");
    tell_saved(app, ok, "removed", copy, &err);
    free(copy);
}
