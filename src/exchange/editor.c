/* Owns the choice of editor and browser. */
#include "exchange/editor.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/process.h"
#include "base/url.h"
#include "model/note.h"

/* The first editor that is named, with the draft as its last argument; NULL with
 * err where its command line has an open quote. */
static char **editor_argv(const char *configured, const char *draft, struct err *err)
{
    const char *choices[] = { configured, getenv("VISUAL"), getenv("EDITOR"), "vi" };
    size_t i = 0;
    while (choices[i] == NULL || choices[i][strspn(choices[i], " \t")] == '\0')
        i++;
    char **argv = process_split(choices[i]);
    if (argv == NULL) {
        err_set(err, "the editor's command has an open quote: %s", choices[i]);
        return NULL;
    }
    size_t count = 0;
    while (argv[count] != NULL)
        count++;
    argv = mem_resize(argv, count + 2, sizeof *argv);
    argv[count] = mem_dup(draft);
    argv[count + 1] = NULL;
    return argv;
}

/* Runs the editor on the draft; false where it was not to be had, or failed. */
static bool run(const struct editor *editor, const struct draft *draft, struct err *err)
{
    int status = 0;
    char **argv = editor_argv(editor->configured, draft->path, err);
    bool ok = argv != NULL && editor->run(editor->context, argv, &status, err);
    if (argv != NULL && !ok)
        err_set(err, "%s; name an editor in $EDITOR", err_text(err));
    else if (ok && status > 128)
        ok = err_set(err, "%s was ended by signal %d; nothing changed", argv[0], status - 128);
    else if (ok && status != 0)
        ok = err_set(err, "%s ended with status %d; nothing changed", argv[0], status);
    process_free(argv);
    return ok;
}

/* Whether nothing was written into a draft that began with `before`. */
static bool is_untouched(const struct draft *draft, const char *before)
{
    struct err ignored = { 0 };
    char *text = NULL;
    bool same = draft_read(draft, &text, &ignored) && note_same(text, before);
    err_release(&ignored);
    free(text);
    return same;
}

/* `before` is what the draft began with, NULL for what is not known. */
static bool open_draft(const struct editor *editor, struct draft *draft, const char *before,
    char **edited, struct err *err)
{
    *edited = NULL;
    bool ok = run(editor, draft, err);
    if (ok && draft_read(draft, edited, err))
        return true;
    if (!ok && before != NULL && is_untouched(draft, before)) {
        draft_forget(draft);
        return false;
    }
    if (!ok)
        err_set(err, "%s; the draft is %s", err_text(err), draft->path);
    draft_keep(draft);
    return false;
}

bool editor_edit(const struct editor *editor, const struct draft_place *place, const char *text,
    char **edited, struct draft *draft, struct err *err)
{
    /* What was typed before is nowhere else. */
    bool saved = place->note_uuid[0] != '\0' || note_trimmed(text) == 0;
    *edited = NULL;
    return draft_create(draft, place, text, err)
           && open_draft(editor, draft, saved ? text : NULL, edited, err);
}

bool editor_open(
    const struct editor *editor, struct draft *draft, char **edited, struct err *err)
{
    return open_draft(editor, draft, NULL, edited, err);
}

/* Adds the vector for one command: %s is replaced by the URL, else it goes last. */
static void add_command(char ****list, size_t *count, const char *command, const char *url)
{
    char **argv = process_split(command);
    if (argv == NULL)
        return;
    size_t words = 0;
    bool placed = false;
    for (; argv[words] != NULL; words++) {
        if (strcmp(argv[words], "%s") == 0) {
            free(argv[words]);
            argv[words] = mem_dup(url);
            placed = true;
        }
    }
    if (!placed) {
        argv = mem_resize(argv, words + 2, sizeof *argv);
        argv[words] = mem_dup(url);
        argv[words + 1] = NULL;
    }
    *list = mem_resize(*list, *count + 2, sizeof **list);
    (*list)[(*count)++] = argv;
    (*list)[*count] = NULL;
}

char ***browser_commands(const char *configured, const char *url, struct err *err)
{
    struct buf form = { 0 };
    if (!url_add_opened(url, &form, err)) {
        buf_release(&form);
        return NULL;
    }
    assert(url_is_web(buf_text(&form)));
    char ***list = mem_zero(1, sizeof *list);
    size_t count = 0;
    add_command(&list, &count, configured, form.data);
    const char *env = getenv("BROWSER");
    while (env != NULL && *env != '\0') {
        size_t len = strcspn(env, ":");
        char *one = mem_dup_n(env, len);
        add_command(&list, &count, one, form.data);
        free(one);
        env += len + (env[len] == ':');
    }
    add_command(&list, &count, "xdg-open", form.data);
    buf_release(&form);
    return list;
}
