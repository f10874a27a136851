/* Owns the files in a directory of notes. Everything is done in the directory that was
 * opened, by names without a slash and never through a link, so that nothing outside
 * of it is touched. Must not know what a note's file looks like. */
#include "exchange/notes_place.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/disk.h"
#include "base/mem.h"
#include "base/utf8.h"

static const char head[] = "talkbook notes 1 ";

static bool is_text(const char *name, size_t len)
{
    if (utf8_find_invalid(name, len) != len)
        return false;
    for (size_t at = 0; at < len;) {
        uint32_t cp;
        at += utf8_decode(name + at, len - at, &cp);
        if (cp < 0x20 || (cp >= 0x7F && cp < 0xA0))
            return false;
    }
    return true;
}

bool notes_place_is_plain(const char *name)
{
    size_t len = strlen(name);
    return is_text(name, len) && len > 3 && len < 256 && name[0] != '.'
           && strchr(name, '/') == NULL && strcmp(name + len - 3, ".md") == 0;
}

/* --- the id ------------------------------------------------------------ */

static bool read_id(struct notes_place *place, struct err *err)
{
    struct buf text = { 0 };
    bool ok = folder_read(place->at, NOTES_PLACE_FILE, 4096, &text, err);
    if (!ok)
        err_set(err, "%s/" NOTES_PLACE_FILE " %s", place->path, err_text(err));
    size_t len = sizeof head - 1;
    if (ok && text.len >= len + 36 && strncmp(text.data, head, len) == 0)
        memcpy(place->id, text.data + len, 36);
    if (ok && !db_is_uuid(place->id))
        ok = err_set(err, "%s/" NOTES_PLACE_FILE " is not one of talkbook's", place->path);
    buf_release(&text);
    return ok;
}

static bool make_id(struct notes_place *place, struct err *err)
{
    struct buf text = { 0 };
    bool failed;
    db_make_uuid(place->id);
    buf_addf(&text, "%s%s\n", head, place->id);
    bool ok = notes_place_write(place, NOTES_PLACE_FILE, text.data, text.len, &failed, err);
    if (!ok) {
        err_set(err, "%s/" NOTES_PLACE_FILE " %s", place->path, err_text(err));
        place->id[0] = '\0';
    }
    buf_release(&text);
    return ok;
}

static bool is_empty(const struct notes_place *place, bool *empty, struct err *err)
{
    struct folder_names all = { 0 };
    bool ok = folder_list(place->at, ".", "", &all, err);
    *empty = all.count == 0;
    folder_names_release(&all);
    return ok;
}

/* A directory without an id may get one where it is empty or a git repository. */
static bool may_take(const struct notes_place *place, struct err *err)
{
    bool empty = folder_kind(place->at, ".git") != FOLDER_ABSENT;
    return (empty || is_empty(place, &empty, err))
           && (empty
               || err_set(err,
                   "%s holds other files; name a new or empty directory, or a git repository",
                   place->path));
}

static bool may_copy(const struct notes_place *place, const struct db *db, struct err *err)
{
    static const char *const hidden[] = { ".git", NOTES_PLACE_FILE };
    bool empty;
    if (!is_empty(place, &empty, err))
        return false;
    for (int i = 0; i < 2; i++)
        empty = empty && folder_kind(place->at, hidden[i]) == FOLDER_ABSENT;
    return empty
           || err_set(err,
               "nothing can be saved to %s: %s; its notes can be written to a new or empty "
               "directory, and %s is none",
               db_path(db), db_read_only(db), place->path);
}

static bool find_id(
    struct notes_place *place, const struct db *db, enum notes_use use, struct err *err)
{
    if (use == NOTES_COPY)
        return may_copy(place, db, err);
    if (folder_kind(place->at, NOTES_PLACE_FILE) != FOLDER_ABSENT)
        return read_id(place, err);
    place->is_new = true;
    if (use == NOTES_WRITE)
        return may_take(place, err) && make_id(place, err);
    /* Notes can be read from where nothing can be written. */
    struct err ignored = { 0 };
    make_id(place, &ignored);
    err_release(&ignored);
    return true;
}

/* --- what is there and what is known ------------------------------------ */

/* The one sort here with a context: known's rows by their notes. */
static int compare_notes(const void *a, const void *b, void *context)
{
    const struct db_outside *items = context;
    int64_t one = items[*(const size_t *)a].note_id, other = items[*(const size_t *)b].note_id;
    return (one > other) - (one < other);
}

static bool read_known(struct notes_place *place, struct db *db, struct err *err)
{
    if (place->id[0] != '\0' && !db_outsides_read(db, place->id, &place->known, err))
        return false;
    place->by_note = mem_zero(place->known.count + 1, sizeof *place->by_note);
    for (size_t i = 0; i < place->known.count; i++)
        place->by_note[i] = i;
    qsort_r(place->by_note, place->known.count, sizeof *place->by_note, compare_notes,
        place->known.items);
    return true;
}

static bool read_names(struct notes_place *place, struct err *err)
{
    if (!folder_list(place->at, ".", ".md", &place->names, err))
        return err_set(err, "%s %s", place->path, err_text(err));
    size_t kept = 0;
    for (size_t i = 0; i < place->names.count; i++) {
        if (strcasecmp(place->names.items[i], "readme.md") != 0)
            place->names.items[kept++] = place->names.items[i];
        else
            free(place->names.items[i]);
    }
    place->names.count = kept;
    return true;
}

bool notes_place_open(struct notes_place *place, struct db *db, const char *path,
    enum notes_use use, struct err *err)
{
    *place = (struct notes_place){ .path = path };
    if (use != NOTES_READ && mkdir(path, 0777) != 0 && errno != EEXIST) {
        place->at = -1;
        return err_set(err, "cannot create %s: %s", path, strerror(errno));
    }
    place->at = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (place->at < 0)
        return err_set(err,
            errno == ENOTDIR ? "cannot open %s: %s; --format=json and the like write one file"
                             : "cannot open %s: %s",
            path, strerror(errno));
    return find_id(place, db, use, err) && read_known(place, db, err) && read_names(place, err);
}

void notes_place_close(struct notes_place *place)
{
    if (place->at >= 0)
        close(place->at);
    db_outsides_release(&place->known);
    folder_names_release(&place->names);
    free(place->by_note);
    *place = (struct notes_place){ .at = -1 };
}

struct db_outside *notes_place_of_note(const struct notes_place *place, int64_t note_id)
{
    size_t low = 0, high = place->known.count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        struct db_outside *known = &place->known.items[place->by_note[middle]];
        if (known->note_id == note_id)
            return known;
        if (known->note_id < note_id)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

static int compare_known(const void *name, const void *known)
{
    return strcmp(name, ((const struct db_outside *)known)->name);
}

struct db_outside *notes_place_named(const struct notes_place *place, const char *name)
{
    return place->known.count == 0 ? NULL
                                   : bsearch(name, place->known.items, place->known.count,
                                       sizeof *place->known.items, compare_known);
}

static int compare_names(const void *name, const void *item)
{
    return strcmp(name, *(char *const *)item);
}

bool notes_place_has(const struct notes_place *place, const char *name)
{
    return place->names.count > 0
           && bsearch(name, place->names.items, place->names.count, sizeof *place->names.items,
                  compare_names)
                  != NULL;
}

size_t notes_place_lost(const struct notes_place *place)
{
    size_t lost = 0;
    for (size_t i = 0; i < place->known.count; i++) {
        if (notes_place_has(place, place->known.items[i].name))
            return 0;
        lost += !db_outside_is_left_out(&place->known.items[i]);
    }
    return lost;
}

void notes_place_name(
    const struct notes_place *place, const char *stem, const char *uuid, char **name)
{
    static const int lengths[] = { 0, 8, 36 };
    for (int i = 0;; i++) {
        struct buf text = { 0 };
        buf_adds(&text, stem);
        if (i > 0)
            buf_addf(&text, "-%.*s", lengths[i < 3 ? i : 2], uuid);
        if (i > 2)
            buf_addf(&text, "-%d", i);
        buf_adds(&text, ".md");
        *name = buf_take(&text);
        if (folder_kind(place->at, *name) == FOLDER_ABSENT
            && notes_place_named(place, *name) == NULL)
            return;
        free(*name);
    }
}

/* --- files ------------------------------------------------------------- */

/* A text whose every line ends in CR LF was written so by an editor or by git. */
static void take_carriage_returns(struct buf *text)
{
    size_t kept = 0;
    for (size_t i = 0; i < text->len; i++)
        if (text->data[i] == '\n' && (i == 0 || text->data[i - 1] != '\r'))
            return;
    for (size_t i = 0; i < text->len; i++)
        if (text->data[i] != '\r' || text->data[i + 1] != '\n')
            text->data[kept++] = text->data[i];
    if (text->len > 0)
        buf_cut(text, kept);
}

bool notes_place_read(
    const struct notes_place *place, const char *name, struct buf *into, struct err *err)
{
    if (!folder_read(place->at, name, NOTES_FILE_MAX, into, err))
        return false;
    take_carriage_returns(into);
    return true;
}

static bool is_in_the_way(const struct notes_place *place, const char *name, struct err *err)
{
    enum folder_kind kind = folder_kind(place->at, name);
    if (kind == FOLDER_LINK)
        err_set(err, "is a symbolic link, which is not followed");
    else if (kind != FOLDER_ABSENT && kind != FOLDER_FILE)
        err_set(err, "is not a regular file");
    return kind != FOLDER_ABSENT && kind != FOLDER_FILE;
}

/* A new file beside `target`, with the rights that this has. */
static int open_temporary(const struct notes_place *place, const char *target, char name[64])
{
    struct stat before;
    int fd = -1;
    for (int i = 0; fd < 0 && i < 100; i++) {
        snprintf(name, 64, ".talkbook-%ld-%d.tmp", (long)getpid(), i);
        fd =
            openat(place->at, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
        if (fd < 0 && errno != EEXIST)
            break;
    }
    if (fd >= 0 && fstatat(place->at, target, &before, AT_SYMLINK_NOFOLLOW) == 0)
        fchmod(fd, before.st_mode & 0777);
    return fd;
}

bool notes_place_write(struct notes_place *place, const char *name, const char *bytes,
    size_t len, bool *failed, struct err *err)
{
    char temporary[64];
    *failed = false;
    if (is_in_the_way(place, name, err))
        return false;
    *failed = true;
    int fd = open_temporary(place, name, temporary);
    if (fd < 0)
        return err_set(err, "cannot be written: %s", strerror(errno));
    bool ok = disk_write(fd, bytes, len);
    int code = errno;
    if (close(fd) != 0 && ok) {
        ok = false;
        code = errno;
    }
    if (ok && renameat(place->at, temporary, place->at, name) != 0) {
        ok = false;
        code = errno;
    }
    if (ok)
        return place->written = true;
    unlinkat(place->at, temporary, 0);
    return err_set(err, "cannot be written: %s", strerror(code));
}

bool notes_place_remove(struct notes_place *place, const char *name, struct err *err)
{
    if (is_in_the_way(place, name, err))
        return false;
    if (unlinkat(place->at, name, 0) != 0)
        return err_set(err, "cannot be removed: %s", strerror(errno));
    return place->written = true;
}

bool notes_place_sync(struct notes_place *place, struct err *err)
{
    if (!place->written)
        return true;
#ifdef __linux__
    /* Once for all files: 10,000 of them, each by itself, would take minutes. */
    bool ok = syncfs(place->at) == 0;
#else
    bool ok = fsync(place->at) == 0;
#endif
    if (!ok)
        return err_set(err, "%s cannot be written: %s", place->path, strerror(errno));
    place->written = false;
    return true;
}
