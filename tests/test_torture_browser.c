/* What a machine can do to the browser while a note is being written: no space, a broken
 * disk, no descriptors, no locks, no memory. It goes on, or ends with a message and the
 * terminal as it was; what it said was saved is there, what it did not save is still in
 * the prompt. */
#include "support.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "e2e.h"
#include "faults.h"
#include "torture.h"

#define TYPED "typed while things fail"

static void make_home(struct faults *f)
{
    for (int i = 0; i < 3; i++) {
        const char *const add[] = { program_name(), "note", "add", "-m", "An older note.",
            NULL };
        if (faults_run(f, NULL, 0, add) != 0)
            fail_msg("%s", program_err(&f->program));
    }
}

struct counts {
    int runs, confirmed, refused, ended, library;
};

enum { LAST_ROW = 23 };
static const char prompt[] = "free note: " TYPED;

static bool row_is(const struct pty *pty, int row, const char *text)
{
    char *now = pty_row(pty, row);
    bool same = strcmp(now, text) == 0;
    free(now);
    return same;
}

/* The prompt as it was before Enter is no longer all that the last row shows, or an error
 * stands above it, where `above` was. */
static bool is_answered(const struct pty *pty, const void *above)
{
    return !row_is(pty, LAST_ROW, prompt) || !row_is(pty, LAST_ROW - 1, above);
}

static bool is_prompted(const struct pty *pty, const void *data)
{
    (void)data;
    return row_is(pty, LAST_ROW, prompt) || pty_shows(pty, " read-only ");
}

static void complain(struct e2e *e2e, const struct fault *fault, long k, const char *what)
{
    char *screen = pty_screen(e2e->pty);
    fprintf(stderr, "%s\n", screen);
    free(screen);
    fail_msg("%s %s %ld%s: %s; the screen is above", fault->kind, fault->what, k,
        fault->on ? " on" : "", what);
}

static bool is_saved(struct faults *f)
{
    return support_sql_int(f->path, "SELECT count(*) FROM note WHERE body = ?1", TYPED) > 0;
}

static bool shows(const struct pty *pty, const void *text)
{
    return pty_shows(pty, text);
}

/* What became of the note; where it was refused, it stands in the prompt again. */
static enum { NOT_BEGUN, ENDED, READ_ONLY, CONFIRMED, REFUSED } take_note(struct e2e *e2e)
{
    if (!pty_wait(e2e->pty, shows, "by theme", WAIT))
        return NOT_BEGUN;
    e2e_keys(e2e, "ga" TYPED);
    if (!pty_wait(e2e->pty, is_prompted, NULL, WAIT))
        return ENDED;
    if (pty_shows(e2e->pty, " read-only "))
        return READ_ONLY;
    char *above = pty_row(e2e->pty, LAST_ROW - 1);
    e2e_keys(e2e, "\r");
    bool answered = pty_wait(e2e->pty, is_answered, above, WAIT);
    free(above);
    if (!answered || !pty_alt_screen(e2e->pty))
        return ENDED;
    return pty_find(e2e->pty, prompt, NULL) == LAST_ROW ? REFUSED : CONFIRMED;
}

static void check_end(
    struct faults *f, struct e2e *e2e, const struct fault *fault, long k, int status)
{
    if (WIFEXITED(status) && WEXITSTATUS(status) == 1 && !pty_shows(e2e->pty, "talkbook: "))
        complain(e2e, fault, k, "without a message");
    e2e_wait_end(e2e);
    char *wrong = faults_check(f);
    if (wrong != NULL)
        complain(e2e, fault, k, wrong);
}

static void run_once(struct faults *f, const struct fault *fault, long k, struct counts *counts)
{
    struct e2e e2e = { .home = f->home, .quiet = true };
    int status;
    faults_renew(f);
    memcpy(e2e.env, faults_env(f, fault, k, "talkbook"), sizeof f->env);
    e2e_start(&e2e, LAST_ROW + 1, 100, NULL);
    int became = take_note(&e2e);
    if (became > ENDED)
        e2e_keys(&e2e, "\007/gpu\r\007\007Q");
    if (!pty_wait_exit(e2e.pty, WAIT, &status))
        complain(&e2e, fault, k, became <= ENDED ? "no answer" : "it does not end");
    /* ncurses does not ask whether it got memory as it begins. */
    bool library = became == NOT_BEGUN && strcmp(fault->kind, "alloc") == 0
                   && WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV;
    if (!library && (!WIFEXITED(status) || WEXITSTATUS(status) > 1))
        complain(&e2e, fault, k, "it crashed");
    check_end(f, &e2e, fault, k, status);
    if (WIFEXITED(status) && WEXITSTATUS(status) != 0)
        became = ENDED;
    if (became == CONFIRMED && !is_saved(f))
        complain(&e2e, fault, k, "neither there nor in the prompt");
    counts->runs++;
    counts->confirmed += became == CONFIRMED;
    counts->refused += became == REFUSED || became == READ_ONLY;
    counts->ended += became <= ENDED && !library;
    counts->library += library;
    pty_free(e2e.pty);
}

/* Whole: the first 50, then each that is a fiftieth further than the one before. */
static long after(long k)
{
    int percent = torture_rounds(100, 0);
    if (percent > 0)
        return k + 1 + k * 2 / percent;
    return faults_memory() ? 4 * k + 3 : 12 * k + 11;
}

static void torment(const struct fault *faults, size_t count, const char *name)
{
    struct faults f;
    struct counts counts = { 0 };
    faults_begin(&f, make_home);
    for (size_t i = 0; i < count; i++) {
        bool hit = true;
        for (long k = 1; hit; k = after(k)) {
            run_once(&f, &faults[i], k, &counts);
            hit = faults_was_hit(&f);
        }
    }
    print_message(
        "figure: %s: %d runs of the browser, %d notes saved and there, %d refused and still "
        "in the prompt, %d times ended with a message, %d times in ncurses\n",
        name, counts.runs, counts.confirmed, counts.refused, counts.ended, counts.library);
    assert_true(counts.confirmed > 0 && counts.confirmed < counts.runs);
    faults_end(&f);
}

static void test_disk(void **state)
{
    static const struct fault faults[] = { { "write", "28", false }, { "write", "28", true },
        { "write", "5", true }, { "read", "5", false }, { "read", "5", true },
        { "sync", "5", false }, { "write", "short", false } };
    (void)state;
    assert_int_equal(ENOSPC, 28);
    assert_int_equal(EIO, 5);
    torment(faults, SUPPORT_COUNT(faults), "no space, a broken disk");
}

static void test_descriptors_and_locks(void **state)
{
    static const struct fault faults[] = { { "open", "24", false }, { "open", "24", true },
        { "lock", "37", false }, { "lock", "37", true } };
    (void)state;
    assert_int_equal(EMFILE, 24);
    assert_int_equal(ENOLCK, 37);
    torment(faults, SUPPORT_COUNT(faults), "no descriptors, no locks");
}

static void test_memory(void **state)
{
    static const struct fault faults[] = { { "alloc", "12", false }, { "alloc", "12", true } };
    (void)state;
    assert_int_equal(ENOMEM, 12);
    if (!faults_memory()) {
        print_message("skip: test_memory: the sanitizer has an allocator of its own\n");
        skip();
    }
    torment(faults, SUPPORT_COUNT(faults), "no memory");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_disk),
        cmocka_unit_test(test_descriptors_and_locks),
        cmocka_unit_test(test_memory),
    };
    torture_in_memory();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
