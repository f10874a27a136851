/* Owns the layout of pyvideo's data set: FOLDER/category.json and
 * FOLDER/videos/NAME.json. Must not know what is in the files. */
#include "exchange/pyvideo.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/json_box.h"
#include "base/mem.h"
#include "exchange/folder.h"

static const char category_name[] = "category.json";
static const char videos_name[] = "videos";

/* A record that was read ahead, and why it could not be. */
struct waiting {
    struct buf text;
    struct err why;
};

struct import {
    const char *dir; /* as it was named */
    int at;          /* the directory */
    bool single;     /* it is one conference itself */
    struct folder_names folders;
    struct folder_names links; /* directories that are not followed */
    const char *folder;        /* the one at hand, NULL at the end */
    size_t done, total;        /* records */
    bool stopped;              /* the watch said so */
    struct db_library *library;
    const struct pyvideo_watch *watch;
    struct pyvideo_report *report;
    struct json_box *box;
    struct json_doc doc; /* its memory serves all files */
    struct buf text;     /* of the category at hand */
    struct waiting ahead[JSON_BOX_AHEAD];
    struct err *err;
};

void pyvideo_report_release(struct pyvideo_report *report)
{
    for (size_t i = 0; i < report->count; i++) {
        free(report->remarks[i].file);
        free(report->remarks[i].reason);
    }
    free(report->remarks);
    *report = (struct pyvideo_report){ 0 };
}

/* Remembers what is to be said about folder/part/name ("" for none). */
static void remark(struct import *import, const char *folder, const char *part,
    const char *name, const char *reason, bool rejected)
{
    struct pyvideo_report *report = import->report;
    struct buf file = { 0 };
    if (rejected)
        report->outcomes[DB_LIBRARY_REJECTED]++;
    else
        report->partial++;
    if (report->count == PYVIDEO_REMARKS_MAX)
        return;
    const char *const parts[] = { import->single ? "" : folder, part, name };
    for (int i = 0; i < 3; i++)
        if (parts[i][0] != '\0')
            buf_addf(&file, "%s%s", file.len > 0 ? "/" : "", parts[i]);
    report->remarks =
        mem_grow(report->remarks, &report->cap, report->count + 1, sizeof report->remarks[0]);
    report->remarks[report->count++] =
        (struct pyvideo_remark){ buf_take(&file), mem_dup(reason), rejected };
}

/* --- the layout -------------------------------------------------------- */

static bool is_conference(int at)
{
    return folder_kind(at, category_name) != FOLDER_ABSENT
           && folder_kind(at, videos_name) != FOLDER_ABSENT;
}

/* Either of the two, so that a folder without the other is spoken of. */
static bool is_nearly(int at)
{
    return folder_kind(at, category_name) != FOLDER_ABSENT
           || folder_kind(at, videos_name) == FOLDER_DIRECTORY;
}

static char *base_name(const char *dir)
{
    char *real = realpath(dir, NULL);
    const char *slash = real != NULL ? strrchr(real, '/') : NULL;
    char *name = mem_dup(slash != NULL ? slash + 1 : dir);
    free(real);
    return name;
}

/* Takes the folders that are conferences out of the names of all. */
static void choose_folders(struct import *import, struct folder_names *all)
{
    for (size_t i = 0; i < all->count; i++) {
        struct err ignored = { 0 };
        struct folder_names *into = NULL;
        enum folder_kind kind = folder_kind(import->at, all->items[i]);
        int fd = kind == FOLDER_DIRECTORY ? folder_open(import->at, all->items[i], &ignored)
                 : kind == FOLDER_LINK ? openat(import->at, all->items[i], O_PATH | O_CLOEXEC)
                                       : -1;
        if (fd >= 0 && is_nearly(fd))
            into = kind == FOLDER_LINK ? &import->links : &import->folders;
        if (fd >= 0)
            close(fd);
        err_release(&ignored);
        if (into == NULL)
            continue;
        into->items = mem_grow(into->items, &into->cap, into->count + 1, sizeof into->items[0]);
        into->items[into->count++] = all->items[i];
        all->items[i] = NULL;
    }
}

static bool find_folders(struct import *import)
{
    struct folder_names all = { 0 };
    import->single = is_conference(import->at);
    if (import->single) {
        import->folders.items = mem_grow(NULL, &import->folders.cap, 1, sizeof(char *));
        import->folders.items[import->folders.count++] = base_name(import->dir);
        return true;
    }
    if (!folder_list(import->at, ".", "", &all, import->err)) {
        folder_names_release(&all);
        return err_set(import->err, "%s %s", import->dir, err_text(import->err));
    }
    choose_folders(import, &all);
    folder_names_release(&all);
    return import->folders.count > 0
           || err_set(import->err,
               "%s is a directory without a conference: neither category.json and videos/ nor "
               "folders that hold them",
               import->dir);
}

static int open_folder(struct import *import, const char *folder, struct err *err)
{
    return folder_open(import->at, import->single ? "." : folder, err);
}

/* Counts the records, so that the watch knows how many there will be. */
static void count_records(struct import *import)
{
    for (size_t i = 0; i < import->folders.count; i++) {
        struct err ignored = { 0 };
        struct folder_names names = { 0 };
        int fd = open_folder(import, import->folders.items[i], &ignored);
        if (fd >= 0) {
            folder_list(fd, videos_name, ".json", &names, &ignored);
            close(fd);
        }
        import->total += names.count;
        folder_names_release(&names);
        err_release(&ignored);
    }
}

/* --- records ----------------------------------------------------------- */

/* Tells the watch where the import is; false where it is to end, for good. */
static bool go_on(void *context)
{
    struct import *import = context;
    const char *folder = import->folder != NULL ? import->folder : "";
    import->stopped =
        import->stopped
        || !import->watch->step(import->watch->context, import->done, import->total, folder);
    return !import->stopped;
}

/* Reads files and sends them to be parsed while the database works on those before. No
 * more are sent until half of them are taken: the child then wakes once for many. */
static void read_ahead(struct import *import, int videos, const struct folder_names *names,
    size_t at, size_t *next)
{
    if (*next - at > JSON_BOX_AHEAD / 2)
        return;
    for (; *next < names->count && *next - at < JSON_BOX_AHEAD; ++*next) {
        struct waiting *file = &import->ahead[*next % JSON_BOX_AHEAD];
        err_release(&file->why);
        if (folder_read(
                videos, names->items[*next], PYVIDEO_MAX_BYTES, &file->text, &file->why))
            json_box_send(import->box, buf_text(&file->text));
    }
}

static bool import_record(
    struct import *import, const char *folder, const char *name, size_t number)
{
    struct waiting *file = &import->ahead[number % JSON_BOX_AHEAD];
    struct buf note = { 0 };
    enum db_library_outcome outcome = DB_LIBRARY_REJECTED;
    if (file->why.text == NULL && json_box_take(import->box, &import->doc, &file->why))
        outcome = db_library_record(import->library, number, &import->doc, &note, import->err);
    if (outcome == DB_LIBRARY_REJECTED)
        remark(import, folder, videos_name, name,
            file->why.text != NULL ? file->why.text : note.data, true);
    else {
        import->report->outcomes[outcome]++;
        if (note.len > 0)
            remark(import, folder, videos_name, name, note.data, false);
    }
    buf_release(&note);
    return outcome != DB_LIBRARY_FAILED;
}

static bool import_records(
    struct import *import, int fd, const char *folder, const struct folder_names *names)
{
    struct err why = { 0 };
    int videos = folder_open(fd, videos_name, &why);
    size_t next = 0;
    bool ok = true;
    if (videos < 0)
        remark(import, folder, videos_name, "", err_text(&why), true);
    for (size_t i = 0; videos >= 0 && ok && i < names->count; i++, import->done++) {
        read_ahead(import, videos, names, i, &next);
        ok = go_on(import) && import_record(import, folder, names->items[i], i);
    }
    if (videos >= 0)
        close(videos);
    err_release(&why);
    return ok;
}

/* The records' names without ".json"; the list is the caller's to release. */
static struct folder_names stems_of(const struct folder_names *names)
{
    struct folder_names stems = { 0 };
    stems.items = mem_grow(NULL, &stems.cap, names->count + 1, sizeof(char *));
    for (size_t i = 0; i < names->count; i++)
        stems.items[stems.count++] =
            mem_dup_n(names->items[i], strlen(names->items[i]) - strlen(".json"));
    return stems;
}

/* Returns whether the records of the folder may be read. */
static enum db_library_outcome announce(
    struct import *import, int fd, size_t number, const struct folder_names *names)
{
    const char *folder = import->folders.items[number];
    struct err why = { 0 };
    struct buf note = { 0 };
    struct folder_names stems = stems_of(names);
    enum db_library_outcome outcome = DB_LIBRARY_REJECTED;
    if (folder_read(fd, category_name, PYVIDEO_MAX_BYTES, &import->text, &why)
        && json_box_read(import->box, buf_text(&import->text), &import->doc, &why))
        outcome = db_library_conference(import->library, number, &import->doc, stems.items,
            stems.count, &note, import->err);
    if (outcome == DB_LIBRARY_REJECTED) {
        struct buf reason = { 0 };
        buf_addf(&reason, "%s; its %zu record%s not read",
            why.text != NULL ? why.text : buf_text(&note), names->count,
            names->count == 1 ? " was" : "s were");
        remark(import, folder, category_name, "", reason.data, true);
        buf_release(&reason);
    }
    folder_names_release(&stems);
    err_release(&why);
    buf_release(&note);
    return outcome;
}

static bool import_folder(struct import *import, size_t number)
{
    const char *folder = import->folder = import->folders.items[number];
    struct err why = { 0 };
    struct folder_names names = { 0 };
    bool ok = true;
    int fd = open_folder(import, folder, &why);
    if (fd < 0 || !folder_list(fd, videos_name, ".json", &names, &why))
        remark(import, folder, fd < 0 ? "" : videos_name, "", err_text(&why), true);
    else {
        enum db_library_outcome outcome = announce(import, fd, number, &names);
        import->report->conferences += outcome == DB_LIBRARY_UNCHANGED;
        ok = outcome != DB_LIBRARY_FAILED
             && (outcome == DB_LIBRARY_REJECTED || import_records(import, fd, folder, &names));
        if (outcome == DB_LIBRARY_REJECTED)
            import->done += names.count;
    }
    if (fd >= 0)
        close(fd);
    folder_names_release(&names);
    err_release(&why);
    return ok;
}

static bool import_all(struct import *import, struct db *db)
{
    bool ok = db_library_begin(
        &import->library, db, import->folders.items, import->folders.count, import->err);
    if (!ok)
        return false;
    db_library_watch(import->library, go_on, import);
    for (size_t i = 0; i < import->links.count; i++)
        remark(import, import->links.items[i], "", "",
            "is a symbolic link, which is not followed", true);
    for (size_t i = 0; ok && i < import->folders.count; i++)
        ok = import_folder(import, i);
    import->folder = NULL;
    ok = db_library_end(import->library, ok && go_on(import), import->err);
    return ok || (import->stopped ? err_set(import->err, "stopped; nothing was changed") : ok);
}

bool pyvideo_import(struct db *db, const char *dir, const struct pyvideo_watch *watch,
    struct pyvideo_report *report, struct err *err)
{
    /* As many values as there can be in so many bytes. */
    static const struct json_box_limits limits = { PYVIDEO_MAX_BYTES,
        { PYVIDEO_MAX_BYTES / 2 + 1, 1000 }, (uint64_t)128 * 1024 * 1024, 60 };
    struct import import = { .dir = dir, .watch = watch, .report = report, .err = err };
    *report = (struct pyvideo_report){ 0 };
    import.at = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (import.at < 0)
        return err_set(err, "cannot read %s: %s", dir, strerror(errno));
    bool ok = find_folders(&import);
    if (ok)
        count_records(&import);
    import.box = json_box_new(&limits, NULL);
    ok = ok && import_all(&import, db);
    json_box_free(import.box);
    json_doc_release(&import.doc);
    for (int i = 0; i < JSON_BOX_AHEAD; i++) {
        buf_release(&import.ahead[i].text);
        err_release(&import.ahead[i].why);
    }
    folder_names_release(&import.folders);
    folder_names_release(&import.links);
    buf_release(&import.text);
    close(import.at);
    if (!ok)
        pyvideo_report_release(report);
    return ok;
}
