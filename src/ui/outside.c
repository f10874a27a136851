/* Owns the commands that reach out of the program: browser, clipboard, pipe. */
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/process.h"
#include "exchange/editor.h"
#include "ui/app.h"

/* Starts the first program that can be started; where none can, the address is
 * shown, so that it can be copied by hand. */
static bool open_url(struct app *app, const char *url)
{
    struct err err = { 0 };
    char ***list = browser_commands(app->options->values[OPT_browser].text, url, &err);
    if (list == NULL)
        return app_complain(app, &err);
    bool started = false;
    for (size_t i = 0; list[i] != NULL; i++) {
        if (!started)
            started = app->host.start(app->host.context, list[i], &err);
        if (started && app->message == NULL)
            app_say(app, "opened %s with %s", url, list[i][0]);
        process_free(list[i]);
    }
    free(list);
    if (!started)
        app_say(app, "no browser could be started; the address is %s", url);
    err_release(&err);
    return started;
}

/* The video at a time, as the sites that matter take it. */
static void open_time(struct app *app, const char *seconds)
{
    const struct talk *talk = &app->reader.talk;
    if (app->reader.kind != READER_TALK || talk->video_url[0] == '\0') {
        app_say(app, "there is no video to go to");
        return;
    }
    struct buf url = { 0 };
    buf_addf(&url, "%s%ct=%ss", talk->video_url,
        strchr(talk->video_url, '?') != NULL ? '&' : '?', seconds);
    open_url(app, url.data);
    buf_release(&url);
}

void app_open_link(struct app *app, const char *url)
{
    if (strncmp(url, "#t=", 3) == 0)
        open_time(app, url + 3);
    else
        open_url(app, url);
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
    open_url(app, talk->video_url);
    free(app->opened_key);
    app->opened_key = mem_dup(talk->key);
    app->opened_at = log_clock();
}

void do_open_page(struct app *app, const struct command_call *call)
{
    const struct talk *talk = app_talk(app);
    (void)call;
    if (talk != NULL && talk->url[0] == '\0')
        app_say(app, "this talk has no page");
    else if (talk != NULL)
        open_url(app, talk->url);
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
