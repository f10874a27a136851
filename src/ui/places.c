/* Owns the commands on talks that are marked with a letter. */
#include <stdlib.h>

#include "ui/app.h"

static void mark_name(struct buf *name, char key)
{
    buf_addf(name, "mark.%c", key);
}

static char letter_of(struct app *app, const struct command_call *call)
{
    char letter = call->key != '\0' ? call->key : call->text != NULL ? call->text[0] : '\0';
    if (letter >= 'a' && letter <= 'z')
        return letter;
    struct err err = { 0 };
    err_set(&err, "%s takes a letter from a to z", commands[call->id].name);
    app_complain(app, &err);
    return '\0';
}

void do_mark(struct app *app, const struct command_call *call)
{
    struct err err = { 0 };
    char letter = letter_of(app, call);
    const struct talk *talk = letter != '\0' ? app_talk(app) : NULL;
    if (talk == NULL)
        return;
    struct buf name = { 0 };
    mark_name(&name, letter);
    if (db_read_only(app->db) != NULL)
        app_say(app, "nothing can be saved: %s", db_read_only(app->db));
    else if (db_meta_set(app->db, name.data, talk->key, &err))
        app_say(app, "'%c comes back here", letter);
    else
        app_complain(app, &err);
    buf_release(&name);
}

void do_jump(struct app *app, const struct command_call *call)
{
    struct err err = { 0 };
    int64_t *ids = NULL;
    size_t count = 0;
    char letter = letter_of(app, call);
    if (letter == '\0')
        return;
    struct buf name = { 0 };
    mark_name(&name, letter);
    char *key = db_meta_get(app->db, name.data);
    if (key == NULL)
        err_set(&err, "no talk is marked with %c; m%c marks one", letter, letter);
    else if (db_talk_find(app->db, key, &ids, &count, &err) && count == 0)
        err_set(&err, "the talk marked with %c is gone", letter);
    if (count > 0 && !app_go_to_talk(app, ids[0]))
        err_set(&err, "that talk is not in this list");
    if (err.text != NULL)
        app_complain(app, &err);
    free(ids);
    free(key);
    buf_release(&name);
}
