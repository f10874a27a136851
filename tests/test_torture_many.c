/* Many at once: eight programs save notes while one imports and a browser is open. */
#include "e2e.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/log.h"
#include "program.h"
#include "pyvideo_tree.h"
#include "support.h"
#include "torture.h"

enum { WRITERS = 8, NOTES = 300, NOTES_BRIEF = 12, RECORDS = 1500 };

/* Saves notes, each as a program of its own would; ends with how many were refused. */
static void write_notes(const char *path, int writer, int count)
{
    int refused = 0;
    for (int i = 0; i < count; i++) {
        struct err err = { 0 };
        struct db *db = NULL;
        char text[64];
        int64_t id;
        snprintf(text, sizeof text, "writer%dnote%d", writer, i);
        bool ok = db_open(&db, path, &err)
                  && db_note_add(db, "pycon-us-2025/design-pressure", NULL, text, &id, &err);
        if (!ok)
            fprintf(stderr, "%s: %s\n", text, err_text(&err));
        refused += !ok;
        db_close(db);
        err_release(&err);
    }
    _exit(refused < 100 ? refused : 100);
}

/* Imports over and over, and always something new, until it is ended. Between two it
 * pauses as long as one takes, so that it writes half of the time. */
static void import_for_ever(const char *home, const char *tree)
{
    for (int round = 0;; round++) {
        struct program p = { .home = home };
        char name[64];
        char *record = tree_record("A talk that comes each time", "Some One", "");
        snprintf(name, sizeof name, "made/videos/new-%d.json", round);
        tree_write(tree, name, record);
        free(record);
        double start = log_clock();
        if (program_run(&p, "import", tree, NULL) != 0) {
            fprintf(stderr, "import: %s\n", program_err(&p));
            _exit(1);
        }
        program_release(&p);
        usleep((useconds_t)((log_clock() - start) * 1000));
    }
}

static char *make_tree(void)
{
    char *tree = support_dir(), name[64], title[64];
    tree_write(tree, "made/category.json", "{\"title\": \"Made Con 2019\"}");
    for (int i = 0; i < RECORDS; i++) {
        snprintf(name, sizeof name, "made/videos/talk-%d.json", i);
        snprintf(title, sizeof title, "The made talk of number %d", i);
        char *record = tree_record(title, "Some One", "");
        tree_write(tree, name, record);
        free(record);
    }
    return tree;
}

/* A child that does not outlive this program. */
static pid_t start(void)
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        prctl(PR_SET_PDEATHSIG, SIGKILL);
    return child;
}

static int wait_for(const pid_t children[WRITERS])
{
    int refused = 0, status;
    for (int i = 0; i < WRITERS; i++) {
        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        assert_true(WIFEXITED(status));
        refused += WEXITSTATUS(status);
    }
    return refused;
}

static void test_many(void **state)
{
    struct e2e e2e;
    pid_t writers[WRITERS], importer;
    (void)state;
    int count = torture_rounds(NOTES, NOTES_BRIEF), status;
    char *tree = make_tree();
    e2e_open(&e2e);
    char *path = support_path(e2e.home, ".local/share/talkbook/talkbook.db");
    fflush(NULL);
    for (int i = 0; i < WRITERS; i++)
        if ((writers[i] = start()) == 0)
            write_notes(path, i, count);
    if ((importer = start()) == 0)
        import_for_ever(e2e.home, tree);
    /* The browser saves, too. */
    e2e_keys(&e2e, "gafrom the browser\r");
    e2e_wait(&e2e, " saved");
    int refused = wait_for(writers);
    bool imports = waitpid(importer, &status, WNOHANG) == 0;
    kill(importer, SIGTERM);
    waitpid(importer, &status, 0);
    assert_true(imports);
    char last[64];
    snprintf(last, sizeof last, "/writer7note%d", count - 1);
    e2e_keys(&e2e, last);
    e2e_wait(&e2e, "Design Pressure");
    e2e_keys(&e2e, "\033");
    e2e_wait(&e2e, "by theme");
    int saved = (int)support_sql_int(
        path, "SELECT count(DISTINCT body) FROM note WHERE body GLOB 'writer*note*'", NULL);
    char *sound = support_sql_text(path, "PRAGMA integrity_check", NULL);
    print_message(
        "figure: %d writers saved %d notes beside an import and a browser, %d refused; "
        "the browser shows the last\n",
        WRITERS, saved, refused);
    assert_string_equal(sound, "ok");
    assert_int_equal(refused, 0);
    assert_int_equal(saved, WRITERS * count);
    e2e_keys(&e2e, "Q");
    e2e_wait_end(&e2e);
    e2e_end(&e2e);
    free(path), free(sound);
    support_remove(tree);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_many) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
