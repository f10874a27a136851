/* Owns looking for files that were moved out of sight. Must not read them. */
#include "exchange/notes_moved.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/mem.h"
#include "exchange/folder.h"

enum { DEPTH_MAX = 8, ENTRIES_MAX = 1000000 };

void notes_moved_release(struct notes_moved *moved)
{
    for (size_t i = 0; i < moved->count; i++) {
        free(moved->files[i].name);
        free(moved->files[i].path);
    }
    free(moved->files);
    *moved = (struct notes_moved){ 0 };
}

/* Adds a file that could be a note but for where it is, or for its ending. */
static void add_file(struct notes_moved *moved, const char *above, const char *name)
{
    static const char *const endings[] = { ".md", ".markdown", ".txt" };
    const char *dot = strrchr(name, '.');
    bool like = false;
    for (size_t i = 0; dot != NULL && i < sizeof endings / sizeof endings[0]; i++)
        like = like || strcasecmp(dot, endings[i]) == 0;
    if (!like || (above[0] == '\0' && strcmp(dot, ".md") == 0))
        return;
    struct buf read_as = { 0 }, path = { 0 };
    buf_add(&read_as, name, (size_t)(dot - name));
    buf_adds(&read_as, ".md");
    buf_addf(&path, "%s%s", above, name);
    moved->files = mem_grow(moved->files, &moved->cap, moved->count + 1, sizeof *moved->files);
    moved->files[moved->count++] =
        (struct notes_moved_file){ buf_take(&read_as), buf_take(&path) };
}

/* above is the directory's path with a slash, or "". */
static void look(struct notes_moved *moved, int at, const char *above, int depth)
{
    struct folder_names names = { 0 };
    struct err ignored = { 0 };
    if (!folder_list(at, ".", "", &names, &ignored))
        moved->partly = true;
    for (size_t i = 0; i < names.count; i++) {
        enum folder_kind kind = folder_kind(at, names.items[i]);
        if (moved->entries++ >= ENTRIES_MAX) {
            moved->partly = true;
            break;
        }
        if (kind == FOLDER_FILE)
            add_file(moved, above, names.items[i]);
        if (kind != FOLDER_DIRECTORY)
            continue;
        int fd = depth < DEPTH_MAX ? folder_open(at, names.items[i], &ignored) : -1;
        if (fd < 0) {
            moved->partly = true;
            continue;
        }
        struct buf below = { 0 };
        buf_addf(&below, "%s%s/", above, names.items[i]);
        look(moved, fd, below.data, depth + 1);
        buf_release(&below);
        close(fd);
    }
    folder_names_release(&names);
    err_release(&ignored);
}

static int compare(const void *a, const void *b)
{
    return strcmp(
        ((const struct notes_moved_file *)a)->name, ((const struct notes_moved_file *)b)->name);
}

const char *notes_moved_find(struct notes_moved *moved, int at, const char *name)
{
    if (!moved->looked) {
        look(moved, at, "", 0);
        if (moved->count > 0)
            qsort(moved->files, moved->count, sizeof *moved->files, compare);
        moved->looked = true;
    }
    const struct notes_moved_file key = { .name = (char *)name };
    const struct notes_moved_file *found = moved->count > 0 ? bsearch(&key, moved->files,
                                               moved->count, sizeof *moved->files, compare)
                                                            : NULL;
    return found != NULL ? found->path : NULL;
}
