/* Owns the commands that reach out of the program: browser, clipboard, pipe. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/process.h"
#include "base/url.h"
#include "exchange/editor.h"
#include "ui/app.h"

/* Starts the first program that can be started; where none can, the address is
 * shown, so that it can be copied by hand. */
bool app_open_url(struct app *app, const char *url)
{
    struct err err = { 0 };
    struct buf seen = { 0 };
    char ***list = browser_commands(app->options->values[OPT_browser].text, url, &err);
    if (list == NULL)
        return app_complain(app, &err);
    url_add_seen(url, &seen);
    bool started = false;
    for (size_t i = 0; list[i] != NULL; i++) {
        if (!started)
            started = app->host.start(app->host.context, list[i], &err);
        if (started && app->message == NULL)
            app_say(app, "opened %s with %s", seen.data, list[i][0]);
        process_free(list[i]);
    }
    free(list);
    if (!started)
        app_say(app, "no browser could be started; the address is %s", seen.data);
    buf_release(&seen);
    err_release(&err);
    return started;
}

/* Searches for words in a field ("" for anywhere) that a link names. */
static void search_for(struct app *app, const char *field, const char *words)
{
    struct err err = { 0 };
    struct buf query = { 0 };
    buf_addf(&query, "%s\"", field);
    for (const char *p = words; *p != '\0'; p++)
        buf_addc(&query, *p == '"' ? ' ' : *p);
    buf_addc(&query, '"');
    app->focus = FOCUS_LIST;
    if (!app_search(app, query.data, false, &err))
        app_complain(app, &err);
    buf_release(&query);
}

static void follow_talk(struct app *app, const char *target)
{
    struct err err = { 0 };
    int64_t id;
    /* The link's text is the reader's, which is about to change. */
    char *copy = mem_dup(target);
    if (!db_link_find(app->db, copy, &id, &err))
        app_complain(app, &err);
    else if (id == 0) {
        search_for(app, "", copy);
        app_say(app, "no talk is called %s; here is what has the words", copy);
    } else if (app_go_to_talk(app, id))
        app->focus = FOCUS_READER;
    free(copy);
}

void app_open_link(struct app *app, const char *url)
{
    if (strncmp(url, "#t=", 3) == 0)
        app_go_to_time(app, (int)strtol(url + 3, NULL, 10));
    else if (strncmp(url, "talk:", 5) == 0)
        follow_talk(app, url + 5);
    else if (strncmp(url, "note:", 5) == 0)
        app_go_to_note(app, strtoll(url + 5, NULL, 10), 0);
    else if (strncmp(url, "tag:", 4) == 0)
        search_for(app, "tag:", url + 4);
    else
        app_open_url(app, url);
}

void do_open_page(struct app *app, const struct command_call *call)
{
    const struct talk *talk = app_talk(app);
    (void)call;
    if (talk != NULL && talk->url[0] == '\0')
        app_say(app, "this talk has no page");
    else if (talk != NULL)
        app_open_url(app, talk->url);
}

void do_copy(struct app *app, const struct command_call *call)
{
    const struct talk *talk = app_talk(app);
    (void)call;
    if (talk == NULL)
        return;
    const char *url = talk->video_url[0] != '\0' ? talk->video_url : talk->url;
    if (url[0] == '\0') {
        app_say(app, "this talk has no address");
        return;
    }
    app->host.copy(app->host.context, url);
    app_say(app, "copied %s", url);
}

void do_pipe(struct app *app, const struct command_call *call)
{
    (void)call;
    app_open_prompt(app, PROMPT_PIPE, call->text != NULL ? call->text : "");
}
