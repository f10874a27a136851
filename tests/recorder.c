/* Owns a VFS in front of the system's own. Must not know what the databases hold. */
#include "recorder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sqlite3.h>

#include "base/mem.h"
#include "support.h"

enum event_kind { EVENT_WRITE, EVENT_TRUNCATE, EVENT_SYNC, EVENT_DELETE };
enum { SECTOR = 512, FILES_MAX = 8 };

struct event {
    enum event_kind kind;
    int file;
    int64_t at; /* or the new length */
    size_t len;
    char *bytes;
};

/* What is safely on the disk, and the events since then. */
struct image {
    char *name; /* without its directory */
    bool there;
    struct buf bytes;
    size_t *pending;
    size_t count, cap;
};

static struct {
    sqlite3_vfs vfs, *real;
    struct event *events;
    size_t count, cap;
    struct image first[FILES_MAX], now[FILES_MAX];
    int files;
    size_t cursor; /* `now` is the disk at this moment */
} all;

struct recorded {
    sqlite3_file base;
    sqlite3_file *real;
    int file; /* -1: not one to record */
};

static void record(struct event event, const void *bytes)
{
    if (event.file < 0)
        return;
    all.events = mem_grow(all.events, &all.cap, all.count + 1, sizeof all.events[0]);
    event.bytes = event.len > 0 ? memcpy(mem_alloc(event.len), bytes, event.len) : NULL;
    all.events[all.count++] = event;
}

static const char *name_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

static int find_file(const char *path)
{
    for (int i = 0; i < all.files; i++)
        if (strcmp(all.first[i].name, name_of(path)) == 0)
            return i;
    if (all.files == FILES_MAX)
        abort();
    struct image *image = &all.first[all.files];
    *image = (struct image){ .name = mem_dup(name_of(path)) };
    image->there = support_read(path, &image->bytes);
    return all.files++;
}

#define REAL(file) (((struct recorded *)(file))->real)
#define CALL(file, method) REAL(file)->pMethods->method(REAL(file)

static int do_close(sqlite3_file *file)
{
    int code = CALL(file, xClose));
    free(REAL(file));
    return code;
}

static int do_read(sqlite3_file *file, void *to, int len, sqlite3_int64 at)
{
    return CALL(file, xRead), to, len, at);
}

static int do_write(sqlite3_file *file, const void *from, int len, sqlite3_int64 at)
{
    record(
        (struct event){ EVENT_WRITE, ((struct recorded *)file)->file, at, (size_t)len, NULL },
        from);
    return CALL(file, xWrite), from, len, at);
}

static int do_truncate(sqlite3_file *file, sqlite3_int64 len)
{
    record(
        (struct event){ EVENT_TRUNCATE, ((struct recorded *)file)->file, len, 0, NULL }, NULL);
    return CALL(file, xTruncate), len);
}

static int do_sync(sqlite3_file *file, int flags)
{
    int code = CALL(file, xSync), flags);
    record((struct event){ EVENT_SYNC, ((struct recorded *)file)->file, 0, 0, NULL }, NULL);
    return code;
}

static int do_size(sqlite3_file *file, sqlite3_int64 *size)
{
    return CALL(file, xFileSize), size);
}

static int do_lock(sqlite3_file *file, int level)
{
    return CALL(file, xLock), level);
}

static int do_unlock(sqlite3_file *file, int level)
{
    return CALL(file, xUnlock), level);
}

static int do_check_lock(sqlite3_file *file, int *held)
{
    return CALL(file, xCheckReservedLock), held);
}

static int do_control(sqlite3_file *file, int what, void *value)
{
    return CALL(file, xFileControl), what, value);
}

static int do_sector(sqlite3_file *file)
{
    return CALL(file, xSectorSize));
}

/* Nothing is promised of the disk. */
static int do_character(sqlite3_file *file)
{
    (void)file;
    return 0;
}

static int do_map(sqlite3_file *file, int page, int size, int extend, void volatile **memory)
{
    return CALL(file, xShmMap), page, size, extend, memory);
}

static int do_shm_lock(sqlite3_file *file, int at, int count, int flags)
{
    return CALL(file, xShmLock), at, count, flags);
}

static void do_barrier(sqlite3_file *file)
{
    CALL(file, xShmBarrier));
}

static int do_unmap(sqlite3_file *file, int remove_it)
{
    return CALL(file, xShmUnmap), remove_it);
}

static const sqlite3_io_methods methods = { 2, do_close, do_read, do_write, do_truncate,
    do_sync, do_size, do_lock, do_unlock, do_check_lock, do_control, do_sector, do_character,
    do_map, do_shm_lock, do_barrier, do_unmap, NULL, NULL };

static int do_open(
    sqlite3_vfs *vfs, sqlite3_filename path, sqlite3_file *file, int flags, int *out)
{
    (void)vfs;
    struct recorded *recorded = (struct recorded *)file;
    bool ours = path != NULL
                && (flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL));
    recorded->file = ours ? find_file(path) : -1;
    recorded->real = mem_zero(1, (size_t)all.real->szOsFile);
    int code = all.real->xOpen(all.real, path, recorded->real, flags, out);
    recorded->base.pMethods = code == SQLITE_OK ? &methods : NULL;
    if (code != SQLITE_OK)
        free(recorded->real);
    return code;
}

static int do_delete(sqlite3_vfs *vfs, const char *path, int sync)
{
    (void)vfs;
    int code = all.real->xDelete(all.real, path, sync);
    if (code == SQLITE_OK)
        record((struct event){ EVENT_DELETE, find_file(path), sync, 0, NULL }, NULL);
    return code;
}

void recorder_begin(void)
{
    all.real = sqlite3_vfs_find(NULL);
    all.vfs = *all.real;
    all.vfs.zName = "recorder";
    all.vfs.szOsFile = sizeof(struct recorded);
    all.vfs.xOpen = do_open;
    all.vfs.xDelete = do_delete;
    sqlite3_vfs_register(&all.vfs, 1);
}

static void release_images(struct image *images)
{
    for (int i = 0; i < all.files; i++) {
        buf_release(&images[i].bytes);
        free(images[i].pending);
    }
}

void recorder_end(void)
{
    sqlite3_vfs_unregister(&all.vfs);
    release_images(all.now);
    release_images(all.first);
    for (int i = 0; i < all.files; i++)
        free(all.first[i].name);
    for (size_t i = 0; i < all.count; i++)
        free(all.events[i].bytes);
    free(all.events);
    memset(&all, 0, sizeof all);
}

size_t recorder_moment(void)
{
    return all.count;
}

/* --- playing ----------------------------------------------------------- */

static void set_len(struct buf *bytes, size_t len)
{
    static const char zeros[4096];
    while (bytes->len < len)
        buf_add(
            bytes, zeros, len - bytes->len < sizeof zeros ? len - bytes->len : sizeof zeros);
    buf_cut(bytes, len);
}

/* Does to bytes what the event did, sector by sector where `some` decides which arrive. */
static void apply(struct image *image, const struct event *event, uint64_t *some, uint32_t odds)
{
    if (event->kind == EVENT_TRUNCATE && (some == NULL || support_random(some) % 100 < odds))
        set_len(&image->bytes, (size_t)event->at);
    if (event->kind == EVENT_DELETE && (some == NULL || support_random(some) % 2 == 0))
        image->there = false, buf_clear(&image->bytes);
    if (event->kind != EVENT_WRITE)
        return;
    image->there = true;
    for (size_t done = 0, len; done < event->len; done += len) {
        size_t at = (size_t)event->at + done;
        len = SECTOR - at % SECTOR;
        len = len < event->len - done ? len : event->len - done;
        if (some != NULL && support_random(some) % 100 >= odds)
            continue;
        if (image->bytes.len < at + len)
            set_len(&image->bytes, at + len);
        memcpy(image->bytes.data + at, event->bytes + done, len);
    }
}

static void settle(struct image *image)
{
    for (size_t i = 0; i < image->count; i++)
        apply(image, &all.events[image->pending[i]], NULL, 100);
    image->count = 0;
}

static void go_on(size_t moment)
{
    if (all.cursor == 0 || moment < all.cursor) {
        release_images(all.now);
        all.cursor = 0;
        for (int i = 0; i < all.files; i++) {
            all.now[i] =
                (struct image){ .name = all.first[i].name, .there = all.first[i].there };
            buf_add(&all.now[i].bytes, buf_text(&all.first[i].bytes), all.first[i].bytes.len);
        }
    }
    for (; all.cursor < moment; all.cursor++) {
        const struct event *event = &all.events[all.cursor];
        struct image *image = &all.now[event->file];
        image->pending =
            mem_grow(image->pending, &image->cap, image->count + 1, sizeof image->pending[0]);
        image->pending[image->count++] = all.cursor;
        if (event->kind == EVENT_SYNC || (event->kind == EVENT_DELETE && event->at != 0))
            settle(image);
    }
}

void recorder_replay(const char *to, size_t moment, uint64_t *random)
{
    static const uint32_t odds[] = { 0, 10, 50, 90, 100 };
    uint32_t chance = odds[support_random(random) % 5];
    go_on(moment);
    for (int i = 0; i < all.files; i++) {
        struct image lost = { .there = all.now[i].there };
        char *path = support_path(to, all.now[i].name);
        buf_add(&lost.bytes, buf_text(&all.now[i].bytes), all.now[i].bytes.len);
        for (size_t p = 0; p < all.now[i].count; p++)
            apply(&lost, &all.events[all.now[i].pending[p]], random, chance);
        unlink(path);
        if (lost.there)
            support_write(path, buf_text(&lost.bytes), lost.bytes.len);
        buf_release(&lost.bytes);
        free(path);
    }
}
