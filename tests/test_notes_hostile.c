/* Directories of notes in which somebody else had a hand, and databases: nothing outside
 * the directory is ever touched. */
#include "notes_files.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static void test_links_are_not_followed(void **state)
{
    struct files *f = *state;
    char *outside = support_path(f->base.dir, "outside.md");
    char *path = support_path(f->notes, "one.md"), *other = support_path(f->notes, "two.md");
    struct buf text = { 0 };
    files_add(f, "one");
    files_add(f, "two");
    assert_out(f, "2 added");
    support_write(outside, "precious", 8);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(symlink(outside, path), 0);
    assert_int_equal(unlink(other), 0);
    assert_int_equal(mkfifo(other, 0600), 0);
    assert_out(f, "2 rejected; one.md is a symbolic link");
    assert_in(f, "2 rejected; one.md is a symbolic link");
    assert_true(db_note_delete(f->base.db, 1, &f->base.err)
                || db_note_delete(f->base.db, 12, &f->base.err));
    assert_out(f, "2 rejected");
    assert_true(support_read(outside, &text));
    assert_string_equal(text.data, "precious");
    free(outside), free(path), free(other);
    buf_release(&text);
}

static void test_names_in_the_database(void **state)
{
    struct files *f = *state;
    static const char *const names[] = { "../outside.md", "/tmp/x.md", "..", "", ".git",
        "a/b.md", ".hidden.md", "no-suffix" };
    char *outside = support_path(f->base.dir, "outside.md");
    struct buf text = { 0 };
    support_write(outside, "precious", 8);
    int64_t id = files_add(f, "one");
    assert_out(f, "1 added");
    for (size_t i = 0; i < SUPPORT_COUNT(names); i++) {
        struct buf sql = { 0 };
        buf_addf(&sql, "UPDATE outside SET name = '%s'", names[i]);
        support_sql(f->db_path, sql.data);
        assert_out(f, i % 2 == 0 ? "1 " : "1 ");
        support_sql(f->db_path, sql.data);
        assert_true(db_note_delete(f->base.db, id, &f->base.err));
        assert_out(f, "");
        assert_true(db_note_restore(f->base.db, id, &f->base.err));
        buf_release(&sql);
    }
    buf_clear(&text);
    assert_true(support_read(outside, &text));
    assert_string_equal(text.data, "precious");
    buf_release(&text);
    free(outside);
}

static void test_front_matter_from_outside(void **state)
{
    struct files *f = *state;
    assert_int_equal(mkdir(f->notes, 0700), 0);
    files_write(f, "a.md", "---\nid: ../../../etc/passwd\n---\na\n");
    files_write(f, "b.md",
        "---\nid: 01234567-0000-4000-8000-000000000000\ntalk: ../x\n"
        "---\nb\n");
    files_write(f, "d.md",
        "---\nid: 11234567-0000-4000-8000-000000000000\n"
        "created: yesterday\n---\nb\n");
    files_write(f, "c.md", "\xFF\xFE");
    assert_in(f, "1 added, 3 rejected; a.md ");
    assert_int_equal(support_sql_int(f->db_path,
                         "SELECT count(*) FROM note WHERE talk_key = '../x'"
                         " AND updated_at GLOB '2*Z' AND created_at GLOB '2*Z'",
                         NULL),
        1);
    files_write(f, ".talkbook", "talkbook notes 1 ../../../../../../../../../../../../x\n");
    assert_in(f, "failed: ");
    assert_out(f, "failed: ");
}

static void test_directories_that_are_refused(void **state)
{
    struct files *f = *state;
    files_add(f, "one");
    assert_int_equal(mkdir(f->notes, 0700), 0);
    files_write(f, "other.txt", "x");
    assert_out(f, "failed: ");
    assert_non_null(strstr(err_text(&f->base.err), "holds other files"));
    char *git = support_path(f->notes, ".git"), *file = support_path(f->notes, "other.txt");
    assert_int_equal(mkdir(git, 0700), 0);
    assert_out(f, "1 added");
    free(f->notes);
    f->notes = file;
    assert_out(f, "failed: cannot open ");
    assert_in(f, "failed: cannot open ");
    free(git);
}

static bool cannot_write(void *arg)
{
    struct files *f = arg;
    struct notes_report report = { 0 };
    const struct export_set all = { .all = true };
    struct db *db;
    bool failed = db_open(&db, f->db_path, &f->base.err)
                  && !notes_folder_write(db, &all, f->notes, &report, &f->base.err)
                  && strstr(err_text(&f->base.err), "cannot be written") != NULL;
    db_close(db);
    notes_report_release(&report);
    return failed;
}

static void test_a_directory_that_cannot_be_written(void **state)
{
    struct files *f = *state;
    files_add(f, "one");
    assert_out(f, "1 added");
    files_add(f, "two");
    assert_int_equal(chmod(f->base.dir, 0777), 0);
    struct buf command = { 0 };
    buf_addf(&command, "chmod 666 %s*", f->db_path);
    assert_int_equal(system(command.data), 0);
    assert_int_equal(chmod(f->notes, 0555), 0);
    bool refused = support_as_nobody(cannot_write, f);
    assert_int_equal(chmod(f->notes, 0755), 0);
    assert_true(refused);
    assert_out(f, "1 added, 1 unchanged");
    buf_release(&command);
}

/* In a child: exports where no file may grow beyond half a MB. */
static bool meets_a_full_disk(struct files *f)
{
    struct notes_report report = { 0 };
    const struct export_set all = { .all = true };
    const struct rlimit limit = { 512 << 10, 512 << 10 };
    struct db *db = NULL;
    signal(SIGXFSZ, SIG_IGN);
    bool failed =
        setrlimit(RLIMIT_FSIZE, &limit) == 0 && db_open(&db, f->db_path, &f->base.err)
        && !notes_folder_write(db, &all, f->notes, &report, &f->base.err)
        && strstr(err_text(&f->base.err), "cannot be written: File too large") != NULL;
    db_close(db);
    notes_report_release(&report);
    return failed;
}

/* What was written before counts, and nothing half-written is left. */
static void test_a_full_disk(void **state)
{
    struct files *f = *state;
    struct buf body = { 0 };
    int status;
    buf_adds(&body, "large\n");
    buf_repeat(&body, 'x', 1 << 20);
    files_add(f, "one");
    files_add(f, body.data);
    db_close(f->base.db);
    fflush(NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        _exit(meets_a_full_disk(f) ? 0 : 1);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(db_open(&f->base.db, f->db_path, &f->base.err));
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    struct buf command = { 0 };
    buf_addf(&command, "test \"$(ls -A %s)\" = \"$(printf '.talkbook\\none.md')\"", f->notes);
    assert_int_equal(system(command.data), 0);
    assert_out(f, "1 added, 1 unchanged");
    assert_in(f, "2 unchanged");
    buf_release(&body), buf_release(&command);
}

int main(void)
{
    const struct CMUnitTest tests[] = { FILES_TEST(test_links_are_not_followed),
        FILES_TEST(test_names_in_the_database), FILES_TEST(test_front_matter_from_outside),
        FILES_TEST(test_directories_that_are_refused),
        FILES_TEST(test_a_directory_that_cannot_be_written), FILES_TEST(test_a_full_disk) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
