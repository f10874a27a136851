/* Owns the choice of editor and browser. */
#include "exchange/editor.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/process.h"
#include "base/url.h"

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

bool editor_edit(const struct editor *editor, const struct draft_place *place, const char *text,
    char **edited, struct draft *draft, struct err *err)
{
    *edited = NULL;
    return draft_create(draft, place, text, err) && editor_open(editor, draft, edited, err);
}

bool editor_open(
    const struct editor *editor, struct draft *draft, char **edited, struct err *err)
{
    int status = 0;
    *edited = NULL;
    char **argv = editor_argv(editor->configured, draft->path, err);
    bool ok = argv != NULL;
    if (ok && !editor->run(editor->context, argv, &status, err))
        ok = err_set(err, "%s; the draft is %s", err_text(err), draft->path);
    else if (ok && status > 128)
        ok = err_set(err, "%s was ended by signal %d; nothing changed, the draft is %s",
            argv[0], status - 128, draft->path);
    else if (ok && status != 0)
        ok = err_set(err, "%s ended with status %d; nothing changed, the draft is %s", argv[0],
            status, draft->path);
    process_free(argv);
    if (ok && draft_read(draft, edited, err))
        return true;
    draft_keep(draft);
    return false;
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
