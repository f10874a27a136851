/* Small and read-only file systems, mounted for these tests alone. */
#include "e2e.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

#include "faults.h"
#include "program.h"
#include "support.h"

/* Whether this process may have mounts of its own. */
static bool may_mount(void)
{
    return unshare(CLONE_NEWNS) == 0
           && mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0;
}

static char *mount_small(int kilobytes)
{
    char *dir = support_dir(), options[40];
    snprintf(options, sizeof options, "size=%dk,mode=700", kilobytes);
    if (mount("small", dir, "tmpfs", 0, options) != 0)
        fail_msg("mount: %s", strerror(errno));
    return dir;
}

static void unmount(char *dir)
{
    umount2(dir, MNT_DETACH);
    support_remove(dir);
}

#define NEEDS_MOUNTS(name)                                                                     \
    if (!may_mount()) {                                                                        \
        print_message("skip: " name ": nothing can be mounted here\n");                        \
        skip();                                                                                \
    }

/* Saves notes until there is no space; how many were confirmed, -1 where there was none
 * for the database itself. */
static int fill(const char *home, int *refused)
{
    struct program p = { .home = home };
    int saved = 0;
    *refused = 0;
    if (program_run(&p, "stats", NULL) != 0) {
        assert_non_null(strstr(program_err(&p), "no space left"));
        program_release(&p);
        return -1;
    }
    char text[20000];
    for (int i = 0; i < 10000 && *refused < 3; i++) {
        memset(text, 'x', sizeof text);
        snprintf(text, 40, "note %d ", i);
        text[strlen(text)] = 'y';
        text[sizeof text - 1] = '\0';
        int status = program_run(&p, "note", "add", "-m", text, NULL);
        assert_in_range(status, 0, 1);
        if (status != 0)
            assert_non_null(strstr(program_err(&p), "no space left"));
        saved += status == 0;
        *refused += status != 0;
    }
    program_release(&p);
    return saved;
}

static void test_full_disk(void **state)
{
    static const int sizes[] = { 1024, 2560 };
    (void)state;
    NEEDS_MOUNTS("test_full_disk");
    for (size_t i = 0; i < SUPPORT_COUNT(sizes); i++) {
        char *dir = mount_small(sizes[i]);
        int refused, saved = fill(dir, &refused);
        char *path = support_path(dir, ".local/share/talkbook/talkbook.db");
        if (saved >= 0) {
            char *sound = support_sql_text(path, "PRAGMA integrity_check", NULL);
            assert_string_equal(sound, "ok");
            assert_int_equal(
                support_sql_int(
                    path, "SELECT count(*) FROM note WHERE body GLOB 'note [0-9]*'", NULL),
                saved);
            free(sound);
        }
        print_message("figure: %d KB: %s, %d notes confirmed and there, %d refused for want of "
                      "space, sound after\n",
            sizes[i], saved < 0 ? "no space for the database, said so" : "filled",
            saved < 0 ? 0 : saved, refused);
        free(path);
        unmount(dir);
    }
}

/* --- files that may not grow ------------------------------------------- */

/* As much as the -shm file needs, but less than a change writes to the -wal file. */
static void limit_files(bool on)
{
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = on ? 40 << 10 : limit.rlim_max;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

/* A newer version's catalog that finds no space: what is there can be read all the same. */
static void test_no_space_after_update(void **state)
{
    struct e2e e2e;
    (void)state;
    e2e_begin(&e2e);
    struct program p = { .home = e2e.home };
    char *path = support_path(e2e.home, ".local/share/talkbook/talkbook.db");
    assert_int_equal(program_run(&p, "stats", NULL), 0);
    support_sql(path, "UPDATE meta SET value = 'older' WHERE key = 'catalog'");
    limit_files(true);
    assert_int_equal(program_run(&p, "note", "list", NULL), 0);
    limit_files(false);
    assert_non_null(strstr(program_out(&p), "Rust"));
    assert_non_null(strstr(program_err(&p), "catalog of this version is not loaded: no space"));
    assert_int_equal(program_run(&p, "note", "list", NULL), 0);
    assert_string_equal(program_err(&p), "");
    free(path);
    program_release(&p);
    e2e_end(&e2e);
}

/* ulimit -f: the program is told, not killed, and the note is there to be tried again. */
static void test_limited_files(void **state)
{
    struct e2e e2e;
    char text[9000];
    (void)state;
    e2e_begin(&e2e);
    struct program p = { .home = e2e.home };
    assert_int_equal(program_run(&p, "stats", NULL), 0);
    memset(text, 'x', sizeof text);
    text[sizeof text - 1] = '\0';
    limit_files(true);
    assert_int_equal(program_run(&p, "note", "add", "-m", text, NULL), 1);
    assert_non_null(strstr(program_err(&p), "no space left"));
    assert_null(strstr(program_err(&p), "kept in"));
    p.input = text;
    assert_int_equal(program_run(&p, "note", "add", "-", NULL), 1);
    assert_non_null(strstr(program_err(&p), "try again; the text is kept in "));
    p.input = NULL;
    e2e_start(&e2e, 24, 80, NULL);
    e2e_wait(&e2e, "1 draft (:draft ");
    e2e_keys(&e2e, "ga\033[200~");
    e2e_keys(&e2e, text);
    e2e_keys(&e2e, "\033[201~\r");
    e2e_wait(&e2e, "no space left");
    e2e_keys(&e2e, "\007");
    e2e_wait(&e2e, "not saved");
    e2e_quit(&e2e);
    limit_files(false);
    assert_int_equal(program_run(&p, "note", "add", "-m", text, NULL), 0);
    assert_int_equal(program_run(&p, "doctor", NULL), 0);
    program_release(&p);
    e2e_end(&e2e);
}

/* --- read-only --------------------------------------------------------- */

static void make_home(struct faults *f)
{
    const char *const argv[] = { program_name(), "note", "add", "-m", "Kept here.", NULL };
    if (faults_run(f, NULL, 0, argv) != 0)
        fail_msg("%s", program_err(&f->program));
}

/* Each command, told as an error should it try to write at all. */
static void check_commands(struct faults *f)
{
    static const struct fault change = { "change", "30", true };
    static const char *const reads[][6] = { { "list" }, { "search", "gpu" },
        { "show", "design-pressure" }, { "note", "list" }, { "stats" }, { "inbox" } };
    assert_int_equal(EROFS, 30);
    for (size_t i = 0; i < SUPPORT_COUNT(reads); i++) {
        const char *argv[8] = { program_name() };
        memcpy(argv + 1, reads[i], sizeof reads[i]);
        if (faults_run(f, &change, 1, argv) != 0)
            fail_msg("%s: %s", reads[i][0], program_err(&f->program));
        if (f->hit)
            fail_msg("%s tries to write", reads[i][0]);
    }
    const char *const add[] = { program_name(), "note", "add", "-m", "no", NULL };
    assert_int_equal(faults_run(f, &change, 1, add), 1);
    assert_non_null(strstr(program_err(&f->program), "read-only"));
    assert_false(f->hit);
}

static void check_browser(const char *path)
{
    struct e2e e2e;
    e2e_begin(&e2e);
    e2e_start(&e2e, 24, 80, "--db", path, NULL);
    e2e_wait(&e2e, "read-only: the file is read-only");
    e2e_keys(&e2e, "/metaclasses dem\r");
    e2e_wait(&e2e, "n next match");
    e2e_keys(&e2e, "s");
    e2e_wait(&e2e, "nothing can be saved");
    e2e_quit(&e2e);
    e2e_end(&e2e);
}

/* A log beside it has more to say, and cannot be read there: that is what is said. */
static void check_log(struct faults *f)
{
    const char *const list[] = { program_name(), "list", NULL };
    assert_int_equal(faults_run(f, NULL, 0, list), 1);
    assert_non_null(strstr(program_err(&f->program), "cannot open"));
}

static void remount(const char *dir, unsigned long how)
{
    if (mount(NULL, dir, NULL, MS_BIND | MS_REMOUNT | how, NULL) != 0)
        fail_msg("mount: %s", strerror(errno));
}

static void test_read_only(void **state)
{
    struct faults f;
    (void)state;
    NEEDS_MOUNTS("test_read_only");
    faults_begin(&f, make_home);
    faults_renew(&f);
    if (mount(f.home, f.home, NULL, MS_BIND, NULL) != 0)
        fail_msg("mount: %s", strerror(errno));
    remount(f.home, MS_RDONLY);
    check_commands(&f);
    check_browser(f.path);
    remount(f.home, 0);
    struct buf log = { 0 };
    buf_addf(&log, "%s-wal", f.path);
    static const char some[4096] = "log";
    support_write(log.data, some, sizeof some);
    remount(f.home, MS_RDONLY);
    check_log(&f);
    buf_release(&log);
    umount2(f.home, MNT_DETACH);
    print_message("figure: read-only file system: six commands and the browser read, nothing "
                  "tried to write\n");
    faults_end(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_full_disk),
        cmocka_unit_test(test_no_space_after_update), cmocka_unit_test(test_limited_files),
        cmocka_unit_test(test_read_only) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
