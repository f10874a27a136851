/* Directories of notes in which somebody else had a hand, and databases: nothing outside
 * the directory is ever touched. */
#include "notes_files.h"
#include "program.h"

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

static bool copies(void *arg)
{
    struct files *f = arg;
    struct notes_report report = { 0 };
    const struct export_set all = { .all = true };
    struct db *db;
    bool ok = db_open(&db, f->db_path, &f->base.err) && db_read_only(db) != NULL
              && notes_folder_write(db, &all, f->notes, &report, &f->base.err)
              && report.outcomes[NOTES_ADDED] == 3 && report.count == 0;
    notes_report_release(&report);
    ok =
        ok && !notes_folder_write(db, &all, f->notes, &report, &f->base.err)
        && strstr(err_text(&f->base.err), "can be written to a new or empty directory") != NULL;
    notes_report_release(&report);
    db_close(db);
    return ok;
}

/* What cannot be saved to can be left with all notes as files. */
static void test_a_database_that_is_only_read(void **state)
{
    struct files *f = *state;
    struct buf command = { 0 };
    for (int i = 0; i < 3; i++)
        files_add(f, "same");
    db_close(f->base.db);
    f->base.db = NULL;
    assert_int_equal(mkdir(f->notes, 0700), 0);
    assert_int_equal(chmod(f->notes, 0777), 0);
    buf_addf(&command, "chmod 755 %s && chmod 444 %s", f->base.dir, f->db_path);
    assert_int_equal(system(command.data), 0);
    assert_true(support_as_nobody(copies, f));
    assert_false(files_have(f, ".talkbook"));
    assert_int_equal(chmod(f->db_path, 0600), 0);
    assert_true(db_open(&f->base.db, f->db_path, &f->base.err));
    assert_in(f, "3 unchanged");
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

/* A file that cannot be read may be a note's under another name: no note is taken for
 * deleted until it can be. */
static void test_renamed_and_not_read(void **state)
{
    struct files *f = *state;
    static const char *const bad[] = { "<<<<<<< a\none\n=======\ntwo\n>>>>>>> b\n", "one \xFF",
        "---\ncreated: yesterday\n---\none\n", "" };
    int64_t id = files_add(f, "one");
    files_add(f, "two");
    assert_out(f, "2 added");
    char *path = support_path(f->notes, "one.md"), *to = support_path(f->notes, "Renamed.md");
    struct buf text = { 0 };
    files_read(f, "one.md", &text);
    assert_int_equal(unlink(path), 0);
    for (size_t i = 0; i < SUPPORT_COUNT(bad); i++) {
        files_write(f, "Renamed.md", bad[i]);
        assert_in(f, "2 unchanged, 1 rejected; ");
        assert_body(f, id, "one");
    }
    assert_in(f, "*one.md is gone, but its note stays");
    files_write(f, "Renamed.md", text.data);
    files_change(f, "Renamed.md", "---\none", "---\none and only");
    assert_in(f, "1 changed, 1 unchanged");
    assert_body(f, id, "one and only");
    assert_int_equal(unlink(to), 0);
    assert_in(f, "1 unchanged, 1 deleted");
    free(path), free(to);
    buf_release(&text);
}

#define CONFLICT "<<<<<<< a\none\n=======\ntwo\n>>>>>>> b\n"

/* A note may be about git's marks, and a conflict in its file is one all the same. */
static void test_marks_that_are_quoted(void **state)
{
    struct files *f = *state;
    struct buf text = { 0 };
    int64_t id = files_add(f, "# Merging\n\n" CONFLICT "and on\n");
    files_add(f, "Fenced\n\n```\n" CONFLICT "```\n");
    assert_out(f, "2 added");
    files_read(f, "fenced.md", &text);
    assert_null(strstr(text.data, "conflict-marks:"));
    assert_in(f, "2 unchanged");
    /* Of a directory that came from another database, too. */
    char *dir = support_dir(), *path = support_path(dir, "talkbook.db");
    struct db *other = support_db(dir);
    struct notes_report report = { 0 };
    support_sql(path, "DELETE FROM item; DELETE FROM note; UPDATE mark SET notes = 0");
    bool ok = notes_folder_read(other, f->notes, &report, &f->base.err);
    assert_says(f, ok, &report, "2 added");
    db_close(other);
    support_remove(dir);
    free(path);
    /* Changed on both sides. */
    files_change(f, "merging.md", "and on", "and on there");
    assert_in(f, "1 changed, 1 unchanged");
    files_save(f, id, "# Merging\n\n" CONFLICT "and on here\n");
    assert_out(f, "1 changed, 1 unchanged");
    assert_in(f, "2 unchanged");
    /* Conflicts: beside the marks, around them, about a fence, in the front matter. */
    files_change(f, "merging.md", "and on here", CONFLICT "and on here");
    assert_in(f, "1 unchanged, 1 rejected; merging.md holds git's marks");
    files_change(
        f, "merging.md", CONFLICT CONFLICT, "<<<<<<< x\n" CONFLICT "=======\n>>>>>>> y\n");
    assert_in(f, "1 unchanged, 1 rejected; merging.md holds git's marks");
    files_change(f, "merging.md", "<<<<<<< x\n" CONFLICT "=======\n>>>>>>> y\n", CONFLICT);
    files_change(f, "fenced.md", "```\n<<", "<<<<<<< x\n```\n=======\n~~~\n>>>>>>> y\n<<");
    assert_in(f, "1 unchanged, 1 rejected; fenced.md holds git's marks");
    files_write(f, "fenced.md", text.data);
    files_change(
        f, "fenced.md", "updated: ", "<<<<<<< x\nupdated: 1\n=======\n>>>>>>> y\nupdated: ");
    assert_in(f, "1 unchanged, 1 rejected; fenced.md holds git's marks");
    buf_release(&text);
}

/* What a person called a file stays its name, unless it could do harm where it is read. */
static void test_names_that_a_person_gave(void **state)
{
    struct files *f = *state;
    static const char *const good[] = { "My Note.md", "-.md", "\xE6\x97\xA5 \xE2\x98\x83.md",
        "a'b\"$(x).md" };
    static const char *const bad[] = { "a\x1B[2J.md", "b\n.md", "c\xFF.md", "d\x7F.md",
        "e\xC2\x9B.md" };
    char *path = support_path(f->notes, "plain.md");
    int64_t id = files_add(f, "plain");
    assert_out(f, "1 added");
    for (size_t i = 0; i < SUPPORT_COUNT(good); i++) {
        char *to = support_path(f->notes, good[i]);
        assert_int_equal(rename(path, to), 0);
        assert_in(f, "1 unchanged");
        files_save(f, id, good[i]);
        assert_out(f, "1 changed");
        assert_true(files_have(f, good[i]));
        free(path);
        path = to;
    }
    for (size_t i = 0; i < SUPPORT_COUNT(bad); i++)
        files_write(f, bad[i], "by hand");
    assert_in(f, "1 unchanged, 5 rejected; a\x1B[2J.md has a name that is no plain text");
    assert_out(f, "1 unchanged");
    free(path);
}

/* A note without its place, and one that comes back, are named. */
static void test_what_is_to_be_looked_at(void **state)
{
    struct files *f = *state;
    assert_out(f, "");
    files_write(f, "a.md", "---\ntalk: no such talk\n---\na\n");
    assert_in(f, "1 added; a.md its talk 'no such talk' is not in the database; the note is");
    files_write(f, "b.md", "---\ntalk: python\n---\nb\n");
    assert_in(f, "1 added, 1 unchanged; b.md its talk 'python' may be any of ");
    files_write(f, "c.md", "---\ntopic: none\n---\nc\n");
    assert_in(f, "1 added, 2 unchanged; c.md its topic 'none' is not in the database; the");
    assert_out(f, "3 changed");
    int64_t id = support_sql_int(f->db_path, "SELECT id FROM note WHERE body = 'c'", NULL);
    assert_true(db_note_delete(f->base.db, id, &f->base.err));
    files_change(f, "c.md", "---\nc", "---\nc again");
    assert_in(f, "1 changed, 2 unchanged; c.md its note is brought back from the trash");
    assert_in(f, "3 unchanged");
}

/* A file that is not read where it was put is not taken for deleted. */
static void test_moved_out_of_sight(void **state)
{
    struct files *f = *state;
    int64_t ids[] = { files_add(f, "one"), files_add(f, "two"), files_add(f, "three") };
    const char *const move[] = { "sh", "-c",
        "cd \"$1\" && mkdir -p speed/2025 && mv one.md speed/2025 && mv two.md two.MD &&"
        " rm three.md",
        "sh", f->notes, NULL };
    struct program shell = { .home = f->base.dir };
    assert_out(f, "3 added");
    assert_int_equal(program_exec(&shell, move), 0);
    program_release(&shell);
    assert_in(f, "1 deleted, 2 rejected; speed/2025/one.md is not read there");
    for (int i = 0; i < 2; i++) {
        struct note note;
        assert_true(db_note_read(f->base.db, ids[i], &note, &f->base.err));
        assert_false(note.deleted);
        note_release(&note);
    }
    assert_in(f, "2 rejected; speed/2025/one.md is not read there");
}

/* Where not everything can be looked at, nothing is taken for deleted. */
static void test_directories_without_end(void **state)
{
    struct files *f = *state;
    const char *const make[] = { "sh", "-c",
        "cd \"$1\" && mkdir -p 1/2/3/4/5/6/7/8/9 && rm one.md", "sh", f->notes, NULL };
    struct program shell = { .home = f->base.dir };
    files_add(f, "one"), files_add(f, "two");
    assert_out(f, "2 added");
    assert_int_equal(program_exec(&shell, make), 0);
    program_release(&shell);
    assert_in(f, "2 unchanged; one.md is gone, but its note stays, since not everything below");
}

int main(void)
{
    const struct CMUnitTest tests[] = { FILES_TEST(test_links_are_not_followed),
        FILES_TEST(test_names_in_the_database), FILES_TEST(test_front_matter_from_outside),
        FILES_TEST(test_directories_that_are_refused),
        FILES_TEST(test_a_directory_that_cannot_be_written),
        FILES_TEST(test_a_database_that_is_only_read), FILES_TEST(test_a_full_disk),
        FILES_TEST(test_marks_that_are_quoted), FILES_TEST(test_names_that_a_person_gave),
        FILES_TEST(test_renamed_and_not_read), FILES_TEST(test_moved_out_of_sight),
        FILES_TEST(test_directories_without_end), FILES_TEST(test_what_is_to_be_looked_at) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
