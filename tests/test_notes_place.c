/* A directory of notes: names that notes once had, deletions that hold, and a disk that
 * does less than it was asked for. */
#include "notes_files.h"

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>

/* --- names ------------------------------------------------------------- */

/* A deletion holds although a note with that name came since. */
static void test_a_name_that_was_another_notes(void **state)
{
    struct files *f = *state;
    int64_t old = files_add(f, "one"), new;
    files_add(f, "two");
    assert_out(f, "2 added");
    char *path = support_path(f->notes, "one.md");
    assert_int_equal(unlink(path), 0);
    new = files_add(f, "one");
    assert_out(f, "1 added, 1 unchanged, 1 rejected; one.md is gone");
    assert_in(f, "2 unchanged, 1 deleted; one.md is gone");
    struct note note;
    assert_true(db_note_read(f->base.db, old, &note, &f->base.err));
    assert_true(note.deleted);
    note_release(&note);
    assert_body(f, new, "one");
    free(path);
}

/* Two files that changed names are no copies: what was written to either is taken. */
static void test_swapped_names(void **state)
{
    struct files *f = *state;
    int64_t one = files_add(f, "one"), two = files_add(f, "two");
    assert_out(f, "2 added");
    char *first = support_path(f->notes, "one.md"), *second = support_path(f->notes, "two.md"),
         *aside = support_path(f->notes, "aside");
    assert_int_equal(rename(first, aside), 0);
    assert_int_equal(rename(second, first), 0);
    assert_int_equal(rename(aside, second), 0);
    files_change(f, "one.md", "---\ntwo", "---\ntwo, changed");
    files_change(f, "two.md", "---\none", "---\none, changed");
    assert_in(f, "2 changed");
    assert_body(f, one, "one, changed");
    assert_body(f, two, "two, changed");
    free(first), free(second), free(aside);
}

/* What an import brought back from the trash goes there again when it is undone. */
static void test_undo_of_what_came_back(void **state)
{
    struct files *f = *state;
    struct note note;
    char *what;
    int64_t id = files_add(f, "one");
    assert_out(f, "1 added");
    assert_true(db_note_delete(f->base.db, id, &f->base.err));
    files_change(f, "one.md", "---\none", "---\none there");
    assert_in(f, "1 changed");
    assert_body(f, id, "one there");
    assert_true(db_undo(f->base.db, &what, &f->base.err));
    free(what);
    assert_true(db_note_read(f->base.db, id, &note, &f->base.err));
    assert_true(note.deleted);
    note_release(&note);
}

/* --- the disk ---------------------------------------------------------- */

/* In the place of the C library's: writes a few bytes of what it is given. */
static bool short_writes;
ssize_t write(int fd, const void *bytes, size_t len)
{
    return syscall(SYS_write, fd, bytes, short_writes && len > 7 ? 7 : len);
}

static void test_short_writes(void **state)
{
    struct files *f = *state;
    files_add(f, "a note that is longer than what is written of it at once");
    short_writes = true;
    assert_out(f, "1 added");
    short_writes = false;
    assert_out(f, "1 unchanged");
    assert_in(f, "1 unchanged");
}

/* In the place of the C library's: cannot close what is to become a file of notes. */
static bool bad_close;
int close(int fd)
{
    char link[64], path[4096] = "";
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    bool fails = bad_close && readlink(link, path, sizeof path - 1) > 0
                 && strstr(path, "/.talkbook-") != NULL;
    int result = (int)syscall(SYS_close, fd);
    if (!fails)
        return result;
    errno = EIO;
    return -1;
}

/* Some file systems say only then that there was no room. */
static void test_a_file_that_cannot_be_closed(void **state)
{
    struct files *f = *state;
    files_add(f, "one");
    assert_out(f, "1 added");
    files_add(f, "two");
    bad_close = true;
    assert_out(f, "*two.md cannot be written: Input/output error");
    bad_close = false;
    assert_false(files_have(f, "two.md"));
    err_release(&f->base.err);
    assert_out(f, "1 added, 1 unchanged");
}

/* In the place of the C library's: the entry from which on no more can be read. */
static int bad_entry;
struct dirent *readdir(DIR *dir)
{
    struct dirent *(*real)(DIR *) = NULL;
    *(void **)&real = dlsym(RTLD_NEXT, "readdir");
    if (bad_entry == 0)
        return real(dir);
    struct dirent *entry = bad_entry > 1 ? real(dir) : NULL;
    if (bad_entry == 1)
        errno = EIO;
    else if (entry != NULL && entry->d_name[0] != '.')
        bad_entry--;
    return entry;
}

/* Files that are not seen for an error are not gone. */
static void test_a_directory_that_cannot_be_read(void **state)
{
    struct files *f = *state;
    files_add(f, "one"), files_add(f, "two"), files_add(f, "three");
    assert_out(f, "3 added");
    bad_entry = 2;
    assert_in(f, "*cannot be read: Input/output error");
    bad_entry = 0;
    assert_int_equal(
        support_sql_int(f->db_path, "SELECT count(*) FROM note WHERE deleted_at <> ''", NULL),
        0);
    err_release(&f->base.err);
    assert_in(f, "3 unchanged");
}

int main(void)
{
    const struct CMUnitTest tests[] = { FILES_TEST(test_a_name_that_was_another_notes),
        FILES_TEST(test_swapped_names), FILES_TEST(test_undo_of_what_came_back),
        FILES_TEST(test_short_writes), FILES_TEST(test_a_file_that_cannot_be_closed),
        FILES_TEST(test_a_directory_that_cannot_be_read) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
