/* Owns drafts and the choice of editor and browser. A draft is private (0700,
 * 0600), made with O_EXCL and never reached through a link. */
#include "exchange/editor.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/process.h"
#include "base/url.h"
#include "base/utf8.h"

static bool draft_directory(struct buf *path, struct err *err)
{
    const char *state = getenv("XDG_STATE_HOME");
    const char *home = getenv("HOME");
    if (state != NULL && state[0] == '/')
        buf_adds(path, state);
    else if (home != NULL && home[0] == '/')
        buf_addf(path, "%s/.local/state", home);
    else
        return err_set(err, "no home directory is known for the draft; set HOME");
    buf_adds(path, "/talkbook/drafts/");
    for (char *p = path->data; (p = strchr(p + 1, '/')) != NULL;) {
        *p = '\0';
        bool ok = mkdir(path->data, 0700) == 0 || errno == EEXIST
                  || err_set(err, "cannot create %s: %s", path->data, strerror(errno));
        *p = '/';
        if (!ok)
            return false;
    }
    return true;
}

static bool write_all(int fd, const char *text, size_t len)
{
    while (len > 0) {
        ssize_t written = write(fd, text, len);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        text += written;
        len -= (size_t)written;
    }
    return true;
}

static bool draft_create(const char *text, char **draft, struct err *err)
{
    struct buf path = { 0 };
    int fd = -1;
    if (!draft_directory(&path, err))
        goto fail;
    size_t base = path.len;
    for (int i = 0; fd < 0 && i < 100; i++) {
        if (i > 0)
            buf_remove(&path, base, path.len - base);
        buf_addf(&path, "note-%lld-%ld-%d.md", (long long)time(NULL), (long)getpid(), i);
        fd = open(path.data, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
        if (fd < 0 && errno != EEXIST)
            break;
    }
    bool ok = fd >= 0 && write_all(fd, text, strlen(text));
    int code = errno;
    if (fd >= 0 && close(fd) != 0 && ok) {
        ok = false;
        code = errno;
    }
    if (ok) {
        *draft = buf_take(&path);
        return true;
    }
    err_set(err, "cannot write the draft %s: %s", path.data, strerror(code));
    if (fd >= 0)
        unlink(path.data);
fail:
    buf_release(&path);
    return false;
}

static bool draft_read(const char *draft, char **text, struct err *err)
{
    struct buf content = { 0 };
    char chunk[16384];
    int fd = open(draft, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    ssize_t got = fd < 0 ? -1 : 1;
    while (got > 0) {
        got = read(fd, chunk, sizeof chunk);
        if (got > 0)
            buf_add(&content, chunk, (size_t)got);
    }
    int code = errno;
    if (fd >= 0)
        close(fd);
    bool ok = got == 0;
    if (!ok)
        err_set(err, "cannot read the draft %s: %s", draft, strerror(code));
    else if (strlen(buf_text(&content)) != content.len
             || utf8_find_invalid(buf_text(&content), content.len) != content.len)
        ok = err_set(err, "what the editor saved is not UTF-8 text; it is kept in %s", draft);
    *text = buf_take(&content);
    if (!ok) {
        free(*text);
        *text = NULL;
    }
    return ok;
}

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

bool editor_edit(
    const struct editor *editor, const char *text, char **edited, char **draft, struct err *err)
{
    int status = 0;
    *edited = *draft = NULL;
    if (!draft_create(text, draft, err))
        return false;
    char **argv = editor_argv(editor->configured, *draft, err);
    if (argv == NULL) {
        editor_forget(*draft);
        *draft = NULL;
        return false;
    }
    bool ok = editor->run(editor->context, argv, &status, err);
    if (!ok)
        err_set(err, "%s; the draft is %s", err_text(err), *draft);
    else if (status > 128)
        ok = err_set(err, "%s was ended by signal %d; nothing changed, the draft is %s",
            argv[0], status - 128, *draft);
    else if (status != 0)
        ok = err_set(err, "%s ended with status %d; nothing changed, the draft is %s", argv[0],
            status, *draft);
    process_free(argv);
    if (ok && draft_read(*draft, edited, err))
        return true;
    free(*draft);
    *draft = NULL;
    return false;
}

void editor_forget(char *draft)
{
    if (draft != NULL)
        unlink(draft);
    free(draft);
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
    if (!url_is_web(url)) {
        err_set(err, "only http and https addresses are opened, not '%.60s'", url);
        return NULL;
    }
    char ***list = mem_zero(1, sizeof *list);
    size_t count = 0;
    add_command(&list, &count, configured, url);
    const char *env = getenv("BROWSER");
    while (env != NULL && *env != '\0') {
        size_t len = strcspn(env, ":");
        char *one = mem_dup_n(env, len);
        add_command(&list, &count, one, url);
        free(one);
        env += len + (env[len] == ':');
    }
    add_command(&list, &count, "xdg-open", url);
    return list;
}
