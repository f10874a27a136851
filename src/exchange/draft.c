/* Owns the files of drafts. Must not know the database or the editor. The directory is
 * private, files are made with O_EXCL, and nothing is reached through a link. */
#include "exchange/draft.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/date.h"
#include "base/disk.h"
#include "base/json_doc.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "exchange/folder.h"
#include "exchange/json.h"

enum { ABOUT_MAX = 64 << 10 };

/* --- the directory ----------------------------------------------------- */

static bool find_directory(struct buf *path, struct err *err)
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
    return true;
}

static bool is_private(const struct stat *status)
{
    return S_ISDIR(status->st_mode) && status->st_uid == geteuid()
           && (status->st_mode & 077) == 0;
}

/* The directory stays when the power fails, where it is new. */
static bool make_one(const char *path, struct err *err)
{
    if (mkdir(path, 0700) != 0)
        return errno == EEXIST || err_set(err, "cannot create %s: %s", path, strerror(errno));
    return disk_sync_directory_of(path)
           || err_set(err, "cannot write the directory of %s: %s", path, strerror(errno));
}

static bool make_directory(struct buf *path, struct err *err)
{
    struct stat status;
    if (!find_directory(path, err))
        return false;
    for (char *p = path->data; (p = strchr(p + 1, '/')) != NULL;) {
        *p = '\0';
        bool ok = make_one(path->data, err);
        if (ok && p[1] == '\0' && (lstat(path->data, &status) != 0 || !is_private(&status)))
            ok = err_set(err,
                "%s is not a directory of your own that nobody else may enter; "
                "'chmod 700' it, or move it away",
                path->data);
        *p = '/';
        if (!ok)
            return false;
    }
    return true;
}

/* --- writing ----------------------------------------------------------- */

static bool write_all(int fd, const char *text, size_t len)
{
    return disk_write(fd, text, len) && fsync(fd) == 0;
}

static int create(const char *path)
{
    return open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
}

/* Both files under a name that none has; the descriptors, or false. */
static bool create_both(struct draft *draft, const char *directory, int *text)
{
    struct buf path = { 0 };
    *text = draft->lock = -1;
    for (int i = 0; draft->lock < 0 && i < 100; i++) {
        free(draft->path);
        free(draft->about);
        buf_addf(&path, "%snote-%lld-%ld-%d.md", directory, (long long)time(NULL),
            (long)getpid(), i);
        draft->path = buf_take(&path);
        buf_addf(&path, "%.*s.about", (int)strlen(draft->path) - 3, draft->path);
        draft->about = buf_take(&path);
        *text = create(draft->path);
        if (*text < 0 && errno != EEXIST)
            return false;
        draft->lock = *text >= 0 ? create(draft->about) : -1;
        if (*text >= 0 && draft->lock < 0) {
            int code = errno;
            close(*text);
            unlink(draft->path);
            errno = code;
            if (code != EEXIST)
                return false;
        }
    }
    return draft->lock >= 0;
}

static char *absolute(const char *db)
{
    char *real = realpath(db, NULL);
    char *copy = mem_dup(real != NULL ? real : db);
    free(real);
    return copy;
}

static void add_about(const struct draft_place *place, struct buf *out)
{
    struct json json = { .out = out };
    char *db = absolute(place->db);
    json_begin(&json, NULL, '{');
    json_text(&json, "db", db);
    json_text(&json, "talk", place->talk_key != NULL ? place->talk_key : "");
    json_text(&json, "topic", place->topic_slug != NULL ? place->topic_slug : "");
    json_text(&json, "note", place->note_uuid != NULL ? place->note_uuid : "");
    json_int(&json, "revision", place->rev);
    json_end(&json, '}');
    buf_addc(out, '\n');
    free(db);
}

bool draft_create(
    struct draft *draft, const struct draft_place *place, const char *text, struct err *err)
{
    struct buf directory = { 0 }, content = { 0 }, about = { 0 };
    int fd = -1;
    *draft = (struct draft){ .lock = -1 };
    if (!make_directory(&directory, err)) {
        buf_release(&directory);
        return false;
    }
    buf_adds(&content, text);
    if (content.len > 0 && content.data[content.len - 1] != '\n')
        buf_addc(&content, '\n');
    add_about(place, &about);
    bool ok = create_both(draft, directory.data, &fd)
              && flock(draft->lock, LOCK_EX | LOCK_NB) == 0
              && write_all(draft->lock, about.data, about.len)
              && write_all(fd, buf_text(&content), content.len);
    int code = errno;
    if (fd >= 0 && close(fd) != 0 && ok) {
        ok = false;
        code = errno;
    }
    if (ok && !disk_sync_directory(directory.data)) {
        ok = false;
        code = errno;
    }
    if (!ok) {
        err_set(err, "cannot write the draft %s: %s", draft->path, strerror(code));
        draft_forget(draft);
    }
    buf_release(&directory);
    buf_release(&content);
    buf_release(&about);
    return ok;
}

/* --- reading ----------------------------------------------------------- */

bool draft_read(const struct draft *draft, char **text, struct err *err)
{
    struct buf content = { 0 };
    char chunk[16384];
    struct stat status;
    /* Not waiting: an editor may have left a pipe there. */
    int fd = open(draft->path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    ssize_t got = fd < 0 ? -1 : 1;
    if (fd >= 0 && fstat(fd, &status) == 0 && !S_ISREG(status.st_mode)) {
        errno = EINVAL;
        got = -1;
    }
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
        err_set(err, "cannot read the draft %s: %s", draft->path, strerror(code));
    else if (strlen(buf_text(&content)) != content.len
             || utf8_find_invalid(buf_text(&content), content.len) != content.len)
        ok = err_set(
            err, "what the editor saved is not UTF-8 text; it is kept in %s", draft->path);
    if (content.len > 0 && content.data[content.len - 1] == '\n')
        buf_cut(&content, content.len - 1);
    *text = buf_take(&content);
    if (!ok) {
        free(*text);
        *text = NULL;
    }
    return ok;
}

void draft_add_changed(const struct draft *draft, struct buf *out)
{
    struct stat status;
    if (lstat(draft->path, &status) == 0)
        date_add_moment(out, status.st_mtim);
}

static void release(struct draft *draft, bool remove)
{
    if (remove && draft->path != NULL) {
        unlink(draft->path);
        unlink(draft->about);
    }
    if (draft->path != NULL && draft->lock >= 0)
        close(draft->lock);
    free(draft->path);
    free(draft->about);
    free(draft->talk_key);
    free(draft->topic_slug);
    free(draft->note_uuid);
    *draft = (struct draft){ .lock = -1 };
}

void draft_keep(struct draft *draft)
{
    release(draft, false);
}

void draft_forget(struct draft *draft)
{
    release(draft, true);
}

/* --- listing ----------------------------------------------------------- */

static char *member(const struct json_doc *doc, const char *name)
{
    const struct json_node *node = json_doc_get(doc, &doc->nodes[0], name);
    return mem_dup(node != NULL && node->type == JSON_STRING ? node->text : "");
}

/* Takes over what is said about the draft; false where it is another database's. */
static bool read_about(struct draft *draft, int at, const char *name, const char *db)
{
    struct err ignored = { 0 };
    struct buf text = { 0 };
    struct json_doc doc = { 0 };
    bool ok = folder_read(at, name, ABOUT_MAX, &text, &ignored)
              && json_doc_read(&doc, buf_text(&text), &ignored);
    char *of = ok ? member(&doc, "db") : NULL;
    ok = ok && strcmp(of, db) == 0;
    if (ok) {
        const struct json_node *rev = json_doc_get(&doc, &doc.nodes[0], "revision");
        bool sane = rev != NULL && rev->type == JSON_NUMBER && rev->number >= 0
                    && rev->number < INT_MAX;
        draft->talk_key = member(&doc, "talk");
        draft->topic_slug = member(&doc, "topic");
        draft->note_uuid = member(&doc, "note");
        draft->rev = sane ? (int)rev->number : 0;
    }
    free(of);
    json_doc_release(&doc);
    buf_release(&text);
    err_release(&ignored);
    return ok;
}

static bool take_draft(
    struct draft *draft, int at, const char *directory, const char *name, const char *db)
{
    struct buf path = { 0 };
    *draft = (struct draft){ .lock = openat(at, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC) };
    buf_addf(&path, "%s%s", directory, name);
    draft->about = buf_take(&path);
    buf_addf(&path, "%s%.*s.md", directory, (int)(strlen(name) - strlen(".about")), name);
    draft->path = buf_take(&path);
    const char *slash = strrchr(draft->path, '/');
    enum folder_kind kind = folder_kind(at, slash + 1);
    bool ours = draft->lock >= 0 && flock(draft->lock, LOCK_EX | LOCK_NB) == 0
                && read_about(draft, at, name, db);
    if (ours && kind == FOLDER_FILE)
        return true;
    /* The editor removed the text: there is nothing to say of it. */
    if (ours && kind == FOLDER_ABSENT)
        draft_forget(draft);
    else
        draft_keep(draft);
    return false;
}

/* The directory where it is there and private; -1 otherwise. Without the slash at its
 * end, behind which a link would be followed. */
static int open_directory(struct buf *path)
{
    struct err ignored = { 0 };
    struct stat status;
    int at = -1;
    if (find_directory(path, &ignored)) {
        char *bare = mem_dup_n(path->data, path->len - 1);
        at = open(bare, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        free(bare);
    }
    err_release(&ignored);
    if (at >= 0 && (fstat(at, &status) != 0 || !is_private(&status))) {
        close(at);
        at = -1;
    }
    return at;
}

struct draft *draft_list(const char *db, size_t *count)
{
    struct err ignored = { 0 };
    struct buf directory = { 0 };
    struct folder_names names = { 0 };
    struct draft *list = NULL;
    size_t cap = 0;
    char *real = absolute(db);
    *count = 0;
    int at = open_directory(&directory);
    if (at >= 0 && folder_list(at, ".", ".about", &names, &ignored)) {
        for (size_t i = 0; i < names.count; i++) {
            list = mem_grow(list, &cap, *count + 1, sizeof *list);
            *count += take_draft(&list[*count], at, directory.data, names.items[i], real);
        }
    }
    if (at >= 0)
        close(at);
    folder_names_release(&names);
    buf_release(&directory);
    err_release(&ignored);
    free(real);
    return list;
}
