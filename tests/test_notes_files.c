/* Notes as files in a directory: exact, stable, and what changed on either side is
 * taken, merged or kept twice. */
#include "notes_files.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "notes_made.h"

enum { NOTES = 10000 };

/* --- out and back ------------------------------------------------------ */

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void test_everything_comes_back(void **state)
{
    struct files *f = *state;
    made_fill(f->base.db, NOTES, 11);
    char *dir = support_dir(), *path = support_path(dir, "talkbook.db");
    struct db *other = support_db(dir);
    int live = (int)support_sql_int(
        f->db_path, "SELECT count(*) FROM note WHERE deleted_at = ''", NULL);
    char added[32], unchanged[32];
    snprintf(added, sizeof added, "%d added", live);
    snprintf(unchanged, sizeof unchanged, "%d unchanged", live);
    double start = now();
    assert_out(f, added);
    double written = now();
    assert_out(f, unchanged);
    double again = now();
    struct notes_report report = { 0 };
    support_sql(path, "DELETE FROM item; DELETE FROM note; UPDATE mark SET notes = 0");
    bool ok = notes_folder_read(other, f->notes, &report, &f->base.err);
    double taken = now();
    assert_says(f, ok, &report, added);
    char *a = made_dump(f->db_path, true), *b = made_dump(path, true);
    if (strcmp(a, b) != 0)
        fail_msg("they differ");
    printf(
        "figure: files of %d notes: out %.2f s, again %.2f s, back in %.2f s, equal field by "
        "field\n",
        live, written - start, again - written, taken - again);
    free(a), free(b);
    /* The other database writes the same files. */
    const struct export_set all = { .all = true };
    ok = notes_folder_write(other, &all, f->notes, &report, &f->base.err);
    assert_says(f, ok, &report, unchanged);
    db_close(other);
    free(path);
    support_remove(dir);
}

static void test_names_are_safe_and_stay(void **state)
{
    struct files *f = *state;
    int64_t id = files_add(f, "# Caf\xC3\xA9 ../../etc/passwd \xE2\x98\x83\n\ntext");
    files_add(f, "\xE6\x97\xA5\xE6\x9C\xAC");
    files_add(f, "same");
    files_add(f, "same");
    assert_out(f, "4 added");
    char *before =
        support_sql_text(f->db_path, "SELECT group_concat(name, ' ') FROM outside", NULL);
    assert_int_equal(support_sql_int(f->db_path,
                         "SELECT count(*) FROM outside WHERE name GLOB '*[^a-z0-9-]*.md'"
                         " OR name NOT GLOB '[a-z0-9]*.md'",
                         NULL),
        0);
    files_save(f, id, "# Another title");
    assert_out(f, "1 changed, 3 unchanged");
    char *after =
        support_sql_text(f->db_path, "SELECT group_concat(name, ' ') FROM outside", NULL);
    assert_string_equal(before, after);
    free(before), free(after);
}

static void test_unchanged_files_are_not_written(void **state)
{
    struct files *f = *state;
    struct stat before, after;
    char *path = support_path(f->notes, "one.md");
    files_add(f, "one");
    assert_out(f, "1 added");
    assert_int_equal(stat(path, &before), 0);
    assert_out(f, "1 unchanged");
    assert_in(f, "1 unchanged");
    assert_out(f, "1 unchanged");
    assert_int_equal(stat(path, &after), 0);
    assert_int_equal(before.st_ino, after.st_ino);
    free(path);
}

static void test_rights_stay(void **state)
{
    struct files *f = *state;
    struct stat status;
    char *path = support_path(f->notes, "one.md");
    int64_t id = files_add(f, "one");
    assert_out(f, "1 added");
    assert_int_equal(chmod(path, 0600), 0);
    files_save(f, id, "one again");
    assert_out(f, "1 changed");
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0600);
    free(path);
}

/* A file is nobody's to overwrite though its name has all of a note's id. */
static void test_every_name_is_taken(void **state)
{
    struct files *f = *state;
    static const int lengths[] = { 0, 8, 36 };
    struct buf text = { 0 };
    assert_out(f, "");
    int64_t id = files_add(f, "one");
    char *uuid = support_sql_text(f->db_path, "SELECT uuid FROM note", NULL);
    for (int i = 0; i < 3; i++) {
        buf_clear(&text);
        buf_addf(&text, "one%s%.*s.md", i > 0 ? "-" : "", lengths[i], uuid);
        files_write(f, text.data, "by hand");
    }
    assert_out(f, "1 added");
    files_read(f, text.data, &text);
    assert_string_equal(text.data, "by hand");
    char *name = support_sql_text(f->db_path, "SELECT name FROM outside", NULL);
    buf_clear(&text);
    buf_addf(&text, "one-%s-3.md", uuid);
    assert_string_equal(name, text.data);
    assert_body(f, id, "one");
    free(name), free(uuid);
    buf_release(&text);
}

/* --- changes on both sides ---------------------------------------------- */

static void test_changes_are_taken_and_merged(void **state)
{
    struct files *f = *state;
    int64_t id = files_add(f, "one\ntwo\nthree\nfour\nfive");
    assert_out(f, "1 added");
    files_change(f, "one.md", "five", "five there");
    assert_out(f, "1 rejected; one.md holds changes that were not imported");
    assert_in(f, "1 changed");
    assert_body(f, id, "one\ntwo\nthree\nfour\nfive there");
    assert_out(f, "1 changed");
    assert_in(f, "1 unchanged");
    assert_out(f, "1 unchanged");
    files_save(f, id, "one here\ntwo\nthree\nfour\nfive there");
    files_change(f, "one.md", "four", "four there");
    assert_in(f, "1 merged");
    assert_body(f, id, "one here\ntwo\nthree\nfour there\nfive there");
    assert_out(f, "1 changed");
    assert_out(f, "1 unchanged");
}

static void test_what_collides_is_kept_twice(void **state)
{
    struct files *f = *state;
    int64_t id = files_add(f, "one\ntwo");
    assert_out(f, "1 added");
    files_save(f, id, "one\ntwo here");
    files_change(f, "one.md", "two", "two there");
    assert_in(f, "1 conflicts; one.md both texts are kept");
    assert_body(f, id, "one\ntwo here");
    assert_body(f, id + 1, "one\ntwo there");
    assert_out(f, "1 added, 1 changed");
    assert_in(f, "2 unchanged");
    /* One undo takes the import back. */
    char *what;
    assert_true(db_undo(f->base.db, &what, &f->base.err));
    free(what);
    assert_out(f, "1 changed, 1 deleted");
    assert_body(f, id, "one\ntwo here");
}

static void test_deleting(void **state)
{
    struct files *f = *state;
    int64_t one = files_add(f, "one"), two = files_add(f, "two"), three = files_add(f, "three"),
            four = files_add(f, "four");
    assert_out(f, "4 added");
    /* There: to the trash, unless the note was changed here. */
    char *path = support_path(f->notes, "one.md"), *other = support_path(f->notes, "two.md");
    assert_int_equal(unlink(path), 0);
    assert_int_equal(unlink(other), 0);
    files_save(f, two, "two again");
    assert_out(f, "2 unchanged, 2 rejected; one.md is gone");
    assert_in(f, "2 unchanged, 1 deleted, 1 conflicts; one.md is gone; talkbook note restore 1 "
                 "brings it back; two.md the file is gone");
    assert_out(f, "1 added, 2 unchanged");
    /* Here: the file goes, unless it was changed there; then the note comes back. */
    assert_true(db_note_delete(f->base.db, three, &f->base.err));
    assert_true(db_note_delete(f->base.db, four, &f->base.err));
    files_change(f, "four.md", "four", "four");
    files_change(f, "four.md", "---\nfour", "---\nfour there");
    assert_out(f, "1 unchanged, 1 deleted, 1 rejected; four.md holds changes");
    assert_false(files_have(f, "three.md"));
    assert_in(f, "1 changed, 1 unchanged");
    assert_body(f, four, "four there");
    assert_out(f, "*unchanged");
    /* What came back from the trash is a file again. */
    assert_true(db_note_restore(f->base.db, one, &f->base.err));
    assert_out(f, "1 added");
    free(path), free(other);
}

static void test_all_files_gone(void **state)
{
    struct files *f = *state;
    for (int i = 0; i < 12; i++) {
        char body[32];
        snprintf(body, sizeof body, "note %d", i);
        files_add(f, body);
    }
    assert_out(f, "12 added");
    for (int i = 0; i < 12; i++) {
        char name[32];
        snprintf(name, sizeof name, "note-%d.md", i);
        char *path = support_path(f->notes, name);
        assert_int_equal(unlink(path), 0);
        free(path);
    }
    assert_in(f, "failed: none of the 12 files");
    assert_out(f, "12 added");
    assert_in(f, "12 unchanged");
}

/* --- files by hand ----------------------------------------------------- */

static void test_files_by_hand(void **state)
{
    struct files *f = *state;
    files_add(f, "one");
    assert_out(f, "1 added");
    files_write(f, "my-talk.md", "---\ntalk: nogil\n---\nBy hand\n");
    files_write(f, "My Own Note.md", "no front matter");
    files_write(f, "README.md", "of the repository");
    files_write(f, "empty.md", "\n");
    assert_in(f, "2 added, 1 unchanged, 1 rejected; empty.md is empty");
    char *key =
        support_sql_text(f->db_path, "SELECT talk_key FROM note WHERE body = 'By hand'", NULL);
    assert_string_equal(key, "pycon-us-2025/building-a-nogil-load-balancer-in-30-minutes");
    free(key);
    assert_in(f, "3 unchanged, 1 rejected");
    assert_out(f, "2 changed, 1 unchanged");
    struct buf text = { 0 };
    files_read(f, "my-talk.md", &text);
    assert_non_null(strstr(text.data, "\nid: "));
    /* A name that a person gave is theirs. */
    assert_false(files_have(f, "no-front-matter.md"));
    files_read(f, "My Own Note.md", &text);
    assert_non_null(strstr(text.data, "\nid: "));
    files_read(f, "README.md", &text);
    assert_string_equal(text.data, "of the repository");
    assert_out(f, "3 unchanged");
    assert_in(f, "3 unchanged, 1 rejected");
    buf_release(&text);
}

/* What only the front matter has of tags becomes a last line of the text, once. */
static void test_tags_of_the_front_matter(void **state)
{
    struct files *f = *state;
    static const char text[] = "SELECT body FROM note ORDER BY id DESC";
    static const char *const tags[] = { "[alpha, beta]", "alpha beta", "\n- alpha\n- beta" };
    assert_out(f, "");
    for (size_t i = 0; i < SUPPORT_COUNT(tags); i++) {
        struct buf file = { 0 };
        char name[16];
        snprintf(name, sizeof name, "new-%zu.md", i);
        buf_addf(&file, "---\ntags: %s\n---\nNew %zu #beta\n", tags[i], i);
        files_write(f, name, file.data);
        assert_in(f, "*1 added");
        char *body = support_sql_text(f->db_path, text, NULL);
        buf_clear(&file);
        buf_addf(&file, "New %zu #beta\n\n#alpha", i);
        assert_string_equal(body, file.data);
        free(body);
        buf_release(&file);
    }
    for (int i = 0; i < 3; i++)
        assert_in(f, "3 unchanged");
    assert_out(f, "3 changed");
    assert_in(f, "3 unchanged");
    assert_out(f, "3 unchanged");
}

static void test_tags_of_a_known_file(void **state)
{
    struct files *f = *state;
    int64_t id = files_add(f, "one #alpha");
    assert_out(f, "1 added");
    files_change(
        f, "one-alpha.md", "tags: [alpha]", "tags: [alpha, beta, 7, '#gamma', \"be ta\"]");
    assert_out(f, "1 rejected; one-alpha.md holds changes");
    assert_in(f, "1 changed; one-alpha.md its tags '7, be ta' cannot be tags");
    assert_body(f, id, "one #alpha\n\n#beta #gamma");
    assert_in(f, "1 unchanged");
    assert_body(f, id, "one #alpha\n\n#beta #gamma");
    /* Another change before the file was written again takes nothing away. */
    files_change(f, "one-alpha.md", "---\none", "---\nnumber one");
    assert_in(f, "1 changed");
    assert_body(f, id, "number one #alpha\n\n#beta #gamma");
    assert_out(f, "1 changed");
    assert_in(f, "1 unchanged");
    /* A tag that was taken out of the text does not come back. */
    files_change(f, "one-alpha.md", "one #alpha", "one");
    assert_in(f, "1 changed");
    assert_body(f, id, "number one\n\n#beta #gamma");
    assert_in(f, "1 unchanged");
    assert_out(f, "1 changed");
    /* In a fence that is open it would be none. */
    files_change(f, "one-alpha.md", "\n\n#beta #gamma", "\n```\n");
    files_change(f, "one-alpha.md", "gamma]", "gamma, delta]");
    assert_in(f, "1 changed; one-alpha.md its tags '#delta' cannot");
    assert_body(f, id, "number one\n```\n");
}

static void test_carriage_returns(void **state)
{
    struct files *f = *state;
    int64_t id = files_add(f, "one\ntwo\r\nthree");
    assert_out(f, "1 added");
    assert_in(f, "1 unchanged");
    assert_body(f, id, "one\ntwo\r\nthree");
    files_save(f, id, "one\ntwo");
    assert_out(f, "1 changed");
    struct buf text = { 0 }, crlf = { 0 };
    files_read(f, "one.md", &text);
    for (size_t i = 0; i < text.len; i++)
        buf_addf(&crlf, text.data[i] == '\n' ? "\r\n" : "%c", text.data[i]);
    files_write(f, "one.md", crlf.data);
    assert_in(f, "1 unchanged");
    assert_out(f, "1 unchanged");
    buf_release(&text), buf_release(&crlf);
}

static void test_copies_and_conflict_marks(void **state)
{
    struct files *f = *state;
    struct buf text = { 0 };
    int64_t id = files_add(f, "one");
    assert_out(f, "1 added");
    files_read(f, "one.md", &text);
    files_write(f, "a-copy.md", text.data);
    assert_in(f, "1 unchanged, 1 rejected; a-copy.md has another file's id");
    char *path = support_path(f->notes, "a-copy.md"), *to = support_path(f->notes, "moved.md"),
         *from = support_path(f->notes, "one.md");
    assert_int_equal(unlink(path), 0);
    /* A file that was given another name keeps it. */
    assert_int_equal(rename(from, to), 0);
    assert_in(f, "1 unchanged");
    assert_out(f, "1 unchanged");
    files_change(f, "moved.md", "---\none", "---\n<<<<<<< a\none\n=======\nfour\n>>>>>>> b");
    assert_in(f, "1 rejected; moved.md holds git's marks");
    assert_body(f, id, "one");
    free(path), free(to), free(from);
    buf_release(&text);
}

/* --- a loss of power ---------------------------------------------------- */

/* In the place of the C library's: how often it was called, and what it answers. */
static int synced, sync_answer;
int syncfs(int fd)
{
    assert_true(fd >= 0);
    synced++;
    errno = EIO;
    return sync_answer;
}

/* What was written is on the disk before it is remembered, with one call for all files. */
static void test_files_are_on_the_disk(void **state)
{
    struct files *f = *state;
    synced = 0;
    for (int i = 0; i < 20; i++)
        files_add(f, "one of twenty");
    assert_out(f, "20 added");
    assert_in_range(synced, 1, 2);
    synced = 0;
    assert_out(f, "20 unchanged");
    assert_in(f, "20 unchanged");
    assert_int_equal(synced, 0);
    int64_t id = files_add(f, "one more");
    sync_answer = -1;
    assert_out(f, "*failed: ");
    assert_non_null(strstr(err_text(&f->base.err), "cannot be written: Input/output error"));
    sync_answer = 0;
    assert_int_equal(support_sql_int(f->db_path,
                         "SELECT count(*) FROM outside WHERE name = 'one-more.md'", NULL),
        0);
    assert_out(f, "21 unchanged");
    assert_true(db_note_delete(f->base.db, id, &f->base.err));
    synced = 0;
    assert_out(f, "20 unchanged, 1 deleted");
    assert_int_equal(synced, 1);
}

/* In the place of the C library's: whether what lies behind a file's first page cannot
 * be read. By another name in C, since its headers may hold an inline one of that name. */
static bool bad_page;
ssize_t page_read(int fd, void *to, size_t len) __asm__("read");
ssize_t page_read(int fd, void *to, size_t len)
{
    if (bad_page && lseek(fd, 0, SEEK_CUR) >= 4096) {
        errno = EIO;
        return -1;
    }
    return syscall(SYS_read, fd, to, bad_page && len > 4096 ? 4096 : len);
}

/* What could be read of a file before a part that cannot be is not its text. */
static void test_a_page_that_cannot_be_read(void **state)
{
    struct files *f = *state;
    struct buf body = { 0 };
    buf_adds(&body, "long");
    for (int i = 0; i < 1000; i++)
        buf_addf(&body, "\nline %d", i);
    int64_t id = files_add(f, body.data);
    assert_out(f, "1 added");
    bad_page = true;
    assert_in(f, "1 rejected; long.md cannot be read: Input/output error");
    bad_page = false;
    assert_body(f, id, body.data);
    assert_in(f, "1 unchanged");
    buf_release(&body);
}

/* A file that holds nothing any more says nothing of its note. */
static void test_emptied_files(void **state)
{
    static const char *const rests[] = { "", "\n", "---\n---\n",
        "---\ntalk: nogil\n---\n \n\t\n", "\r\n\r\n" };
    struct files *f = *state;
    int64_t id = files_add(f, "one\n\nand what was written to it");
    struct buf text = { 0 }, after = { 0 };
    assert_out(f, "1 added");
    files_read(f, "one.md", &text);
    for (size_t i = 0; i <= SUPPORT_COUNT(rests); i++) {
        size_t head = (size_t)(strstr(text.data, "---\none") + 4 - text.data);
        files_write(f, "one.md", rests[i % SUPPORT_COUNT(rests)]);
        if (i == SUPPORT_COUNT(rests)) {
            buf_cut(&text, head);
            files_write(f, "one.md", text.data);
        }
        assert_in(f, "1 rejected; one.md is empty; delete the file to delete the note");
        assert_body(f, id, "one\n\nand what was written to it");
        assert_out(f, "1 changed");
        files_read(f, "one.md", &after);
        assert_true(strncmp(after.data, text.data, text.len) == 0);
        assert_in(f, "1 unchanged");
    }
    /* Of a note in the trash, of none, and of one that is not here. */
    files_write(f, "one.md", "");
    assert_true(db_note_delete(f->base.db, id, &f->base.err));
    assert_in(f, "1 rejected; one.md is empty");
    files_write(f, "other.md", "---\nid: 11234567-0000-4000-8000-000000000001\n---\n");
    assert_in(f, "2 rejected; one.md is empty; other.md is empty");
    assert_out(f, "1 deleted");
    assert_false(files_have(f, "one.md"));
    buf_release(&text), buf_release(&after);
}

int main(void)
{
    const struct CMUnitTest tests[] = { FILES_TEST(test_everything_comes_back),
        FILES_TEST(test_names_are_safe_and_stay),
        FILES_TEST(test_unchanged_files_are_not_written), FILES_TEST(test_rights_stay),
        FILES_TEST(test_every_name_is_taken), FILES_TEST(test_changes_are_taken_and_merged),
        FILES_TEST(test_what_collides_is_kept_twice), FILES_TEST(test_deleting),
        FILES_TEST(test_all_files_gone), FILES_TEST(test_files_by_hand),
        FILES_TEST(test_tags_of_the_front_matter), FILES_TEST(test_tags_of_a_known_file),
        FILES_TEST(test_carriage_returns), FILES_TEST(test_copies_and_conflict_marks),
        FILES_TEST(test_files_are_on_the_disk), FILES_TEST(test_a_page_that_cannot_be_read),
        FILES_TEST(test_emptied_files) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
