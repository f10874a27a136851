/* Owns what the prompt is for: searching as one types, completion, and what
 * happens on Enter and Esc. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cmd/key.h"
#include "exchange/editor.h"
#include "model/note.h"
#include "ui/app.h"
#include "ui/list_rows.h"

/* So many changes of a note may be lost where it is typed without a moment's rest. */
enum { GUARD_AFTER = 100 };

void app_open_prompt(struct app *app, enum prompt_kind kind, const char *text)
{
    app_load_history(app, kind);
    prompt_open(&app->prompt, kind, text);
    keymap_forget(app->keymap);
    app_hold_search(app);
}

static void changed(struct app *app);

/* --- completion -------------------------------------------------------- */

/* Names that a word at the : prompt may become, one by one; NULL at the end. */
static const char *candidate(bool options, int index)
{
    if (options)
        return index < OPT__COUNT ? option_infos[index].name : NULL;
    for (int i = 0; i < CMD__COUNT; i++)
        if (command_has_name((enum command_id)i) && index-- == 0)
            return commands[i].name;
    return NULL;
}

/* Where the word before the cursor begins, and whether it names an option. */
static size_t word_start(const struct prompt *prompt, bool *options)
{
    const char *text = buf_text(&prompt->text);
    size_t at = prompt->cursor;
    while (at > 0 && text[at - 1] != ' ')
        at--;
    *options = strncmp(text, "set ", 4) == 0 && strchr(text + 4, ' ') == NULL && at >= 4;
    return at;
}

/* The longest beginning that all candidates share, and them in a line. */
static size_t collect(
    const char *word, size_t len, bool options, struct buf *all, const char **first)
{
    size_t shared = 0, count = 0;
    const char *name;
    for (int i = 0; (name = candidate(options, i)) != NULL; i++) {
        if (strncmp(name, word, len) != 0)
            continue;
        if (count++ == 0) {
            *first = name;
            shared = strlen(name);
        }
        size_t same = 0;
        while (same < shared && name[same] == (*first)[same])
            same++;
        shared = same;
        buf_addf(all, "%s%s", all->len > 0 ? " " : "", name);
    }
    return shared;
}

/* What was meant in place of what nothing holds. */
static void take_suggestion(struct app *app)
{
    if (app->suggestion == NULL)
        return;
    char *text = mem_dup(app->suggestion);
    app->prompt.cursor = app->prompt.text.len;
    prompt_replace(&app->prompt, 0, text);
    free(text);
    changed(app);
}

static void complete(struct app *app)
{
    struct prompt *prompt = &app->prompt;
    if (prompt->kind == PROMPT_SEARCH) {
        take_suggestion(app);
        return;
    }
    bool options;
    size_t start = word_start(prompt, &options);
    if (prompt->kind != PROMPT_COMMAND || (start > 0 && !options))
        return;
    struct buf all = { 0 };
    const char *first = NULL;
    size_t len = prompt->cursor - start;
    size_t shared = collect(buf_text(&prompt->text) + start, len, options, &all, &first);
    if (first == NULL) {
        prompt_set_error(prompt, options ? "no such option" : "no such command");
    } else {
        char *text = mem_dup_n(first, shared);
        bool whole = strchr(all.data, ' ') == NULL;
        prompt_replace(prompt, start, text);
        if (whole)
            prompt_insert(prompt, ' ');
        prompt_set_hint(prompt, whole ? NULL : all.data);
        free(text);
    }
    buf_release(&all);
}

/* Beside a command's name: what it does and takes. */
static bool hint_option(struct app *app, const char *name, struct buf *hint)
{
    char *word = mem_dup_n(name, strcspn(name, " "));
    enum option_id id = option_find(word);
    free(word);
    if (id == OPT__COUNT)
        return false;
    buf_adds(hint, "now ");
    size_t before = hint->len;
    options_add_value(app->options, id, hint);
    if (hint->len == before)
        buf_adds(hint, "empty");
    if (option_infos[id].choices[0] != '\0')
        buf_addf(hint, ", one of %s", option_infos[id].choices);
    buf_addf(hint, ": %s", option_infos[id].help);
    return true;
}

static void hint_command(struct app *app)
{
    struct prompt *prompt = &app->prompt;
    const char *text = buf_text(&prompt->text);
    size_t len = strcspn(text, " ");
    enum command_id id = command_find(text, len);
    prompt_set_hint(prompt, NULL);
    if (id == CMD__COUNT || len == 0)
        return;
    struct buf hint = { 0 };
    if (id != CMD_set || !hint_option(app, text + len + strspn(text + len, " "), &hint)) {
        if (commands[id].argument[0] != '\0')
            buf_addf(&hint, "<%s> ", commands[id].argument);
        buf_adds(&hint, commands[id].help);
    }
    prompt_set_hint(prompt, hint.data);
    buf_release(&hint);
}

/* --- events ------------------------------------------------------------ */

/* The text changed: what is shown while typing follows. */
static void changed(struct app *app)
{
    struct err err = { 0 };
    struct prompt *prompt = &app->prompt;
    const char *text = buf_text(&prompt->text);
    prompt_set_error(prompt, NULL);
    if (++app->unguarded >= GUARD_AFTER) {
        app->unguarded = 0;
        app_guard_typed(app);
    }
    bool ok = true;
    if (prompt->kind == PROMPT_SEARCH)
        ok = app_search(app, text, true, &err);
    else if (prompt->kind == PROMPT_LIMIT)
        ok = app_limit(app, text, true, &err);
    else if (prompt->kind == PROMPT_HELP)
        help_filter(&app->help, text);
    else if (prompt->kind == PROMPT_COMMAND)
        hint_command(app);
    if (!ok)
        prompt_set_error(prompt, err_text(&err));
    err_release(&err);
}

static void pipe_to(struct app *app, const char *command)
{
    struct err err = { 0 };
    struct buf text = { 0 };
    int status = 0;
    char *const argv[] = { (char *)"/bin/sh", (char *)"-c", (char *)command, NULL };
    struct view *view = app_view(app);
    view->ops->text(view, &text);
    bool ok =
        app->host.run(app->host.context, argv, buf_text(&text), text.len, true, &status, &err);
    buf_release(&text);
    if (!ok)
        app_complain(app, &err);
    else if (status != 0)
        app_say(app, "%s ended with status %d", command, status);
}

static void set_tags(struct app *app, const char *tags)
{
    struct err err = { 0 };
    const struct talk *talk = app_talk(app);
    if (talk == NULL)
        return;
    if (!db_tags_set(app->db, talk->key, tags, &err))
        app_complain(app, &err);
    app_refresh(app);
}

/* A text that could not be saved is given back, to be tried again. */
static void annotate(struct app *app, enum prompt_kind kind, const char *text)
{
    if (note_trimmed(text) == 0)
        app_say(app, "nothing was written");
    else if (!app_add_note(app, kind == PROMPT_FREE, text)) {
        app_open_prompt(app, kind, text);
        prompt_set_error(&app->prompt, app->message);
        return;
    }
    app_unguard_typed(app);
}

/* Enter on a query that is still wrong keeps the prompt, so that it can be mended. */
static bool accept_query(struct app *app, const char *text)
{
    struct err err = { 0 };
    bool limit = app->prompt.kind == PROMPT_LIMIT;
    bool ok = app_finish_search(app, text, limit, &err);
    if (!ok)
        prompt_set_error(&app->prompt, err_text(&err));
    err_release(&err);
    if (ok && !app_is_blank(text))
        app_remember_search(app, text);
    return ok;
}

static void accept(struct app *app)
{
    enum prompt_kind kind = app->prompt.kind;
    char *text = mem_dup(buf_text(&app->prompt.text));
    bool query = kind == PROMPT_SEARCH || kind == PROMPT_LIMIT;
    if (query && !accept_query(app, text)) {
        free(text);
        return;
    }
    prompt_close(&app->prompt);
    if (kind == PROMPT_COMMAND)
        app_run_line(app, text);
    else if (kind == PROMPT_ANNOTATE || kind == PROMPT_FREE)
        annotate(app, kind, text);
    else if (kind == PROMPT_TAGS)
        set_tags(app, text);
    else if (kind == PROMPT_THEMES)
        app_set_themes(app, text);
    else if (kind == PROMPT_PIPE && !app_is_blank(text))
        pipe_to(app, text);
    free(text);
}

/* What was typed can be had again at the prompt or, where nothing can be saved any more
 * and so the prompt is not to be had, from its draft. False: neither, and it stays. */
static bool give_up_note(struct app *app, enum prompt_kind kind)
{
    const char *text = buf_text(&app->prompt.text);
    bool empty = note_trimmed(text) == 0;
    if (!empty && db_read_only(app->db) != NULL) {
        if (app_leave_typed(app))
            return true;
        prompt_set_error(&app->prompt, app->message);
        return false;
    }
    if (!empty) {
        prompt_remember(&app->prompt, kind, text);
        app_say(app, "not saved; %s then ↑ brings it back", kind == PROMPT_FREE ? "ga" : "a");
    }
    app_unguard_typed(app);
    return true;
}

static void cancel(struct app *app)
{
    struct err err = { 0 };
    enum prompt_kind kind = app->prompt.kind;
    bool note = kind == PROMPT_ANNOTATE || kind == PROMPT_FREE;
    if (note && !give_up_note(app, kind))
        return;
    prompt_close(&app->prompt);
    if (kind == PROMPT_HELP)
        help_filter(&app->help, "");
    else if ((kind == PROMPT_SEARCH || kind == PROMPT_LIMIT)
             && !app_restore_search(app, kind == PROMPT_LIMIT, &err))
        app_complain(app, &err);
}

static void take(struct app *app, enum prompt_result result)
{
    if (result == PROMPT_CHANGED)
        changed(app);
    else if (result == PROMPT_ACCEPTED)
        accept(app);
    else if (result == PROMPT_CANCELLED)
        cancel(app);
}

void app_prompt_command(struct app *app, enum command_id command)
{
    struct prompt *prompt = &app->prompt;
    enum prompt_result result = prompt_run(prompt, command);
    if (result != PROMPT_OTHER)
        take(app, result);
    else if (command == CMD_complete)
        complete(app);
    else if (command == CMD_stamp)
        app_insert_stamp(app);
    else if (command == CMD_to_editor)
        app_note_to_editor(app);
    else if (app->prompt.kind != PROMPT_SEARCH)
        take(app, prompt_run(prompt,
                      command == CMD_hit_next ? CMD_history_next : CMD_history_previous));
    else
        list_ops.move(&app->list.view, command == CMD_hit_next ? CMD_down : CMD_up, 1);
}

void app_prompt_key(struct app *app, uint32_t key)
{
    struct command_call call;
    struct prompt *prompt = &app->prompt;
    if (key == TK_PASTE_START || key == TK_PASTE_END) {
        prompt->pasting = key == TK_PASTE_START;
        prompt->typing = false;
        if (!prompt->pasting)
            changed(app);
        return;
    }
    /* One search for the whole paste. */
    if (prompt->pasting) {
        if (key < TK_NONE) {
            prompt_insert(prompt, key);
            app->unguarded++;
        }
        return;
    }
    if (keymap_feed(app->keymap, KEYMAP_AT_PROMPT, key, &call) == KEYMAP_COMMAND)
        app_prompt_command(app, call.id);
    else if (key < TK_NONE)
        take(app, prompt_insert(prompt, key));
}
