/* The files of drafts: on the disk before anything is said, whole, and never those of
 * others. */
#include "support.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "exchange/draft.h"
#include "ui_support.h"

/* In the place of the C library's: how many directories and files were asked to be on the
 * disk, and from which on they cannot be. */
static struct {
    int asked, bad;
} directories, files;
int fsync(int fd)
{
    struct stat status;
    bool directory = fstat(fd, &status) == 0 && S_ISDIR(status.st_mode);
    int asked = directory ? ++directories.asked : ++files.asked;
    int bad = directory ? directories.bad : files.bad;
    if (bad == 0 || asked < bad)
        return (int)syscall(SYS_fsync, fd);
    errno = EIO;
    return -1;
}

/* From the bad'th on none is written; 0: all are. */
static void begin_syncs(int bad_directory, int bad_file)
{
    directories.asked = files.asked = 0;
    directories.bad = bad_directory;
    files.bad = bad_file;
}

/* A draft of which anything may be lost with the power is none, and the reason is said. */
static void test_on_the_disk(void **state)
{
    static const int bad[][2] = { { 1, 0 }, { 0, 1 }, { 0, 2 } };
    struct ui ui;
    struct err err = { 0 };
    struct draft draft;
    (void)state;
    ui_open(&ui, UI_EMPTY, 60, 160);
    struct draft_place place = { ui.path, NULL, NULL, "", 0 };
    char *before = mem_dup(getenv("XDG_STATE_HOME")), *home = support_path(ui.dir, "new");
    setenv("XDG_STATE_HOME", home, 1);
    begin_syncs(0, 0);
    assert_true(draft_create(&draft, &place, "x", &err));
    /* new, new/talkbook, new/talkbook/drafts and what is in it; the text and its place */
    assert_int_equal(directories.asked, 4);
    assert_int_equal(files.asked, 2);
    draft_forget(&draft);
    for (size_t i = 0; i < SUPPORT_COUNT(bad); i++) {
        begin_syncs(bad[i][0], bad[i][1]);
        errno = 0;
        assert_false(draft_create(&draft, &place, "x", &err));
        assert_non_null(strstr(err_text(&err), "Input/output error"));
        err_release(&err);
        assert_int_equal(ui_drafts(&ui), 0);
    }
    begin_syncs(0, 0);
    setenv("XDG_STATE_HOME", before, 1);
    free(before), free(home);
    ui_close(&ui);
}

/* A text that cannot be read to its end is none: it must not be saved cut. */
static void test_that_cannot_be_read(void **state)
{
    struct err err = { 0 };
    char *text = NULL, path[] = "/proc/self/mem"; /* nothing can be mapped where it begins */
    const struct draft draft = { .path = path, .lock = -1 };
    (void)state;
    assert_false(draft_read(&draft, &text, &err));
    assert_null(text);
    assert_non_null(strstr(err_text(&err), "cannot read the draft"));
    err_release(&err);
}

/* What belongs to another database stays, even where its text is gone. */
static void test_of_another_database(void **state)
{
    struct ui ui;
    struct err err = { 0 };
    struct draft draft;
    (void)state;
    ui_open(&ui, UI_EMPTY, 60, 160);
    char *other = support_path(ui.dir, "other.db");
    struct draft_place place = { other, NULL, NULL, "", 0 };
    assert_true(draft_create(&draft, &place, "x", &err));
    char *about = mem_dup(draft.about), *path = mem_dup(draft.path);
    draft_keep(&draft);
    unlink(path);
    assert_int_equal(ui_drafts(&ui), 0);
    assert_true(ui_exists(about));
    unlink(about);
    free(other), free(about), free(path);
    ui_close(&ui);
}

/* Nothing is reached through a link, whatever was planted; what is said of a draft may
 * be anything. */
static void test_planted(void **state)
{
    struct ui ui;
    struct err err = { 0 };
    struct draft draft;
    (void)state;
    ui_open(&ui, UI_EMPTY, 60, 160);
    struct draft_place place = { ui.path, NULL, NULL, "", 0 };
    assert_true(draft_create(&draft, &place, "x", &err));
    char *about = mem_dup(draft.about), *path = mem_dup(draft.path);
    draft_keep(&draft);
    static const char *const abouts[] = { "", "{", "[]", "{\"db\":1}", "{\"db\":\"/other\"}" };
    for (size_t i = 0; i < SUPPORT_COUNT(abouts); i++) {
        ui_write_file(about, abouts[i]);
        assert_int_equal(ui_drafts(&ui), 0);
    }
    unlink(about);
    assert_int_equal(symlink("/etc/passwd", about), 0);
    assert_int_equal(ui_drafts(&ui), 0);
    unlink(about), unlink(path);
    assert_true(draft_create(&draft, &place, "left", &err));
    draft_keep(&draft);
    assert_int_equal(ui_drafts(&ui), 1);
    /* The directory itself is a link. */
    char *slash = strrchr(path, '/');
    *slash = '\0';
    char *aside = support_path(ui.dir, "aside");
    assert_int_equal(rename(path, aside), 0);
    assert_int_equal(symlink(aside, path), 0);
    assert_false(draft_create(&draft, &place, "x", &err));
    assert_non_null(strstr(err_text(&err), "not a directory of your own"));
    assert_int_equal(ui_drafts(&ui), 0);
    err_release(&err);
    unlink(path);
    /* Others may write to it. */
    assert_int_equal(rename(aside, path), 0);
    assert_int_equal(chmod(path, 0777), 0);
    assert_int_equal(ui_drafts(&ui), 0);
    assert_int_equal(chmod(path, 0700), 0);
    assert_int_equal(ui_drafts(&ui), 1);
    assert_int_equal(rename(path, aside), 0);
    assert_int_equal(mkdir(path, 0777), 0);
    assert_int_equal(chmod(path, 0777), 0);
    assert_false(draft_create(&draft, &place, "x", &err));
    err_release(&err);
    assert_int_equal(chmod(path, 0700), 0);
    free(about), free(path), free(aside);
    ui_close(&ui);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_on_the_disk),
        cmocka_unit_test(test_that_cannot_be_read),
        cmocka_unit_test(test_of_another_database),
        cmocka_unit_test(test_planted),
    };
    return cmocka_run_group_tests(tests, ui_group_begin, ui_group_end);
}
