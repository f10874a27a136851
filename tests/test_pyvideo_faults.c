/* Imports that end early, by ^C or a crash: the database is as it was. */
#include "pyvideo_tree.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "tally_check.h"

struct fault {
    size_t at;
    int signal; /* 0: the watch says stop */
};

static bool strike(void *context, size_t done, size_t total, const char *conference)
{
    const struct fault *fault = context;
    (void)total, (void)conference;
    if (done == fault->at && fault->signal != 0)
        raise(fault->signal);
    return done != fault->at;
}

static void test_stopped(void **state)
{
    struct tree_fixture *f = *state;
    struct pyvideo_report report;
    char *before = support_dump(db_path(f->db));
    for (size_t at = 0; at <= 4; at++) {
        struct fault fault = { at, 0 };
        struct pyvideo_watch watch = { strike, &fault };
        assert_false(pyvideo_import(f->db, f->tree, &watch, &report, &f->err));
        assert_string_equal(err_text(&f->err), "stopped; nothing was changed");
        char *after = support_dump(db_path(f->db));
        assert_string_equal(before, after);
        free(after);
    }
    tree_import(f->db, f->tree, 4, 0, 0, 0, NULL);
    free(before);
}

struct late {
    int asked; /* how often, once all records were read */
    int limit;
};

static bool strike_late(void *context, size_t done, size_t total, const char *conference)
{
    struct late *late = context;
    return done < total || conference[0] != '\0' || late->asked++ < late->limit;
}

/* While it counts and indexes, too: what is asked then comes from the database. */
static void test_stopped_late(void **state)
{
    struct tree_fixture *f = *state;
    struct pyvideo_report report;
    for (int i = 0; i < 600; i++) {
        struct buf name = { 0 };
        buf_addf(&name, "n%d.json", i);
        tree_write_record(f, name.data, "{\"title\":\"A title\",\"speakers\":[\"A\",\"B\"]}");
        buf_release(&name);
    }
    char *before = support_dump(db_path(f->db));
    for (int limit = 0; limit < 3; limit++) {
        struct late late = { 0, limit };
        struct pyvideo_watch watch = { strike_late, &late };
        assert_false(pyvideo_import(f->db, f->tree, &watch, &report, &f->err));
        assert_string_equal(err_text(&f->err), "stopped; nothing was changed");
        assert_int_equal(late.asked, limit + 1);
        char *after = support_dump(db_path(f->db));
        assert_string_equal(before, after);
        free(after);
    }
    free(before);
    tree_import(f->db, f->tree, 604, 0, 0, 0, NULL);
    tally_check(f->db);
}

static void test_killed(void **state)
{
    struct tree_fixture *f = *state;
    char *path = mem_dup(db_path(f->db));
    assert_true(db_mark_set(f->db, "pycon-us-2025/design-pressure", DB_STARRED, 1, &f->err));
    db_close(f->db);
    f->db = NULL;
    char *before = support_dump(path);
    for (size_t at = 0; at <= 4; at += 2) {
        struct fault fault = { at, SIGKILL };
        struct pyvideo_watch watch = { strike, &fault };
        struct pyvideo_report report;
        int status;
        pid_t child = fork();
        if (child == 0) {
            struct db *db;
            if (db_open(&db, path, &f->err))
                pyvideo_import(db, f->tree, &watch, &report, &f->err);
            _exit(0);
        }
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
        char *after = support_dump(path);
        assert_string_equal(before, after);
        free(after);
    }
    assert_true(db_open(&f->db, path, &f->err));
    struct buf report = { 0 };
    assert_true(db_check(f->db, &report, &f->err));
    assert_int_equal(tree_found(f->db, "zebras"), 0);
    tree_import(f->db, f->tree, 4, 0, 0, 0, NULL);
    free(before), free(path), buf_release(&report);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, tree_set_up, tree_tear_down)
    const struct CMUnitTest tests[] = { TEST(test_stopped), TEST(test_stopped_late),
        TEST(test_killed) };
#undef TEST
    return cmocka_run_group_tests(tests, NULL, NULL);
}
