/* What a machine can do to a program that saves: no space, a broken disk, interrupted and
 * short calls, no descriptors, no locks, no memory. Each job is run with its first such
 * call failing, its second, … until none is left to fail; in `make check` with some. */
#include "support.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "faults.h"
#include "torture.h"

static const char added[] = "Added while things fail. #fault [1:02]";
static const char edited[] = "Edited while things fail.";
static const char few[] =
    "{\"format\":\"talkbook-catalog\",\"version\":1,"
    "\"conference\":{\"slug\":\"few\",\"name\":\"A few talks\",\"time_zone\":\"UTC\"},"
    "\"themes\":[{\"id\":\"speed\",\"name\":\"Speed\"}],"
    "\"topics\":[{\"id\":\"gpu\",\"name\":\"GPU\",\"theme\":\"speed\",\"note\":\"*Fast*.\"}],"
    "\"talks\":[{\"id\":\"one\",\"title\":\"The first\",\"speakers\":[\"A\",\"B\"],"
    "\"topic\":\"gpu\",\"themes\":[\"speed\"],\"summary\":\"What it says.\","
    "\"starts_at\":\"2025-05-15T09:30:00Z\",\"url\":\"https://example.org/\"},"
    "{\"id\":\"two\",\"title\":\"The second\",\"speakers\":[],"
    "\"starts_at\":\"2025-05-15T10:30:00Z\"}]}";

struct job {
    const char *name;
    const char *arguments[8];
    /* What is there after a success: a text in a note, a file in home, what SQL is true. */
    const char *saves, *makes, *does;
    bool fresh; /* on a home without a database */
};

static const struct job jobs[] = {
    { "note add", { "note", "add", "design-pressure", "-m", added }, added, NULL, NULL, false },
    { "note edit", { "note", "edit", "1", "-m", edited }, edited, NULL, NULL, false },
    { "note rm", { "note", "rm", "2" }, NULL, NULL,
        "SELECT deleted_at <> '' FROM note WHERE id = 2", false },
    { "undo", { "undo" }, NULL, NULL, "SELECT count(*) = 0 FROM tag WHERE name = 'mine'",
        false },
    { "tag", { "tag", "design-pressure", "one", "two" }, NULL, NULL,
        "SELECT count(*) = 2 FROM tag WHERE name IN ('one', 'two')", false },
    { "search", { "search", "gpu threads" }, NULL, NULL, NULL, false },
    { "import catalog", { "import", "data/pycon-us-2025.json" }, NULL, NULL, NULL, false },
    { "import a few talks", { "import", "@few.json" }, NULL, NULL,
        "SELECT count(*) = 2 FROM talk WHERE key GLOB 'few/*'", false },
    { "import notes", { "import", "@files" }, NULL, NULL, NULL, false },
    { "export", { "export", "-o", "@out" }, NULL, "out/.talkbook", NULL, false },
    { "backup", { "backup", "@copy.db" }, NULL, "copy.db", NULL, false },
    { "first start", { "stats" }, NULL, NULL, NULL, true },
};

static void run_plain(struct faults *f, const char *const argv[])
{
    if (faults_run(f, NULL, 0, argv) != 0)
        fail_msg("%s: %s", argv[1], program_err(&f->program));
}

/* A database with notes, revisions and changes, and the same notes as files, of which
 * two were changed outside. */
static void make_home(struct faults *f)
{
    const char *name = program_name();
    char *files = support_path(f->home, "files"), *catalog = support_path(f->home, "few.json");
    support_write(catalog, few, strlen(few));
    for (int i = 0; i < 4; i++) {
        const char *const add[] = { name, "note", "add", "-m", "A note of one's own.", NULL };
        run_plain(f, add);
    }
    const char *const edit[] = { name, "note", "edit", "1", "-m", "The first, changed.", NULL };
    const char *const tag[] = { name, "tag", "design-pressure", "mine", NULL };
    const char *const export[] = { name, "export", "-o", files, NULL };
    const char *const change[] = { "sh", "-c",
        "cd \"$1\" && for f in $(ls *.md | head -2); do echo 'More.' >>$f; done", "sh", files,
        NULL };
    run_plain(f, edit), run_plain(f, tag), run_plain(f, export), run_plain(f, change);
    free(files), free(catalog);
}

static int run_job(struct faults *f, const struct job *job, const struct fault *fault, long k)
{
    const char *argv[10] = { program_name() };
    char *paths[8] = { NULL };
    for (int i = 0; i < 8 && job->arguments[i] != NULL; i++) {
        bool own = job->arguments[i][0] == '@';
        paths[i] = own ? support_path(f->home, job->arguments[i] + 1) : NULL;
        argv[i + 1] = own ? paths[i] : job->arguments[i];
    }
    faults_renew(f);
    if (job->fresh)
        unlink(f->path);
    int status = faults_run(f, fault, k, argv);
    for (int i = 0; i < 8; i++)
        free(paths[i]);
    return status;
}

static bool has_text(struct faults *f, const char *text)
{
    return support_sql_int(f->path, "SELECT count(*) FROM note WHERE body = ?1", text) > 0;
}

/* Complains about what must not be after a job with a fault. */
static void check_after(
    struct faults *f, const struct job *job, const struct fault *fault, long k, int status)
{
    bool killed = strcmp(fault->what, "kill") == 0;
    struct buf what = { 0 };
    buf_addf(&what, "%s, %s %s %ld%s: status %d, '%s'", job->name, fault->kind, fault->what, k,
        fault->on ? " on" : "", status, program_err(&f->program));
    if (status >= 127 && !(killed && status == 128 + 9))
        fail_msg("%s", what.data);
    /* Files left alone are named in the report. */
    if (status != 0 && !killed && strstr(program_err(&f->program), "talkbook: ") == NULL
        && strstr(program_out(&f->program), "left alone") == NULL)
        fail_msg("%s: without a message", what.data);
    bool there = access(f->path, F_OK) == 0;
    if (!there && !job->fresh)
        fail_msg("%s: no database", what.data);
    char *wrong = there && !job->fresh ? faults_check(f) : NULL;
    if (wrong != NULL)
        fail_msg("%s: %s", what.data, wrong);
    bool done = job->saves == NULL || has_text(f, job->saves);
    done = done && (job->does == NULL || support_sql_int(f->path, job->does, NULL) == 1);
    if (status == 0 && !done)
        fail_msg("%s: confirmed, but not there", what.data);
    char *made = job->makes != NULL ? support_path(f->home, job->makes) : NULL;
    if (status == 0 && made != NULL && access(made, F_OK) != 0)
        fail_msg("%s: confirmed, but not made", what.data);
    /* Whatever happened, the next start works. */
    const char *const again[] = { program_name(), "stats", NULL };
    if (status != 0 && faults_run(f, NULL, 0, again) != 0)
        fail_msg("%s: then %s", what.data, program_err(&f->program));
    free(made);
    buf_release(&what);
}

struct counts {
    long runs, confirmed, refused;
};

/* The next k: each of the first 20,000, which are all but for the import of a whole catalog
 * (it asks for memory 120,000 times), then those half a percent apart; with briefer torture
 * fewer and fewer, the fewest where each run takes a sanitizer's time. */
static long after(long k)
{
    int percent = torture_rounds(100, 0);
    if (percent > 0)
        return k + (percent >= 100 ? 1 : 100 / percent) + (k > 20000 ? k / 200 : 0);
    return faults_memory() ? 3 * k + 2 : 9 * k + 8;
}

static void torment(
    struct faults *f, const struct job *job, const struct fault *fault, struct counts *counts)
{
    for (long k = 1;; k = after(k)) {
        int status = run_job(f, job, fault, k);
        if (!f->hit && status != 0)
            fail_msg("%s, nothing failing: %s", job->name, program_err(&f->program));
        if (!f->hit)
            break;
        check_after(f, job, fault, k, status);
        counts->runs++;
        counts->confirmed += status == 0;
        counts->refused += status != 0;
    }
}

static void torment_all(const struct fault *faults, size_t count, const char *name)
{
    struct faults f;
    struct counts counts = { 0 };
    faults_begin(&f, make_home);
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < SUPPORT_COUNT(jobs); j++)
            torment(&f, &jobs[j], &faults[i], &counts);
    print_message("figure: %s: %ld runs, %ld confirmed, %ld refused with a message, 0 lost, 0 "
                  "corrupt, 0 crashes\n",
        name, counts.runs, counts.confirmed, counts.refused);
    assert_true(counts.runs > (long)SUPPORT_COUNT(jobs));
    faults_end(&f);
}

static void test_no_space(void **state)
{
    static const struct fault faults[] = { { "write", "28", false }, { "write", "28", true } };
    (void)state;
    assert_int_equal(ENOSPC, 28);
    torment_all(faults, SUPPORT_COUNT(faults), "no space left");
}

static void test_broken_disk(void **state)
{
    static const struct fault faults[] = { { "read", "5", false }, { "read", "5", true },
        { "write", "5", false }, { "write", "5", true }, { "sync", "5", false },
        { "sync", "5", true }, { "name", "5", false } };
    (void)state;
    assert_int_equal(EIO, 5);
    torment_all(faults, SUPPORT_COUNT(faults), "read and write errors");
}

static void test_interrupted(void **state)
{
    static const struct fault faults[] = { { "read", "4", false }, { "write", "4", false },
        { "sync", "4", false }, { "open", "4", false }, { "read", "short", false },
        { "write", "short", false } };
    (void)state;
    assert_int_equal(EINTR, 4);
    torment_all(faults, SUPPORT_COUNT(faults), "interrupted and short calls");
}

static void test_no_descriptors_no_locks(void **state)
{
    static const struct fault faults[] = { { "open", "24", false }, { "open", "24", true },
        { "open", "13", true }, { "lock", "37", false }, { "lock", "37", true } };
    (void)state;
    assert_int_equal(EMFILE, 24);
    assert_int_equal(ENOLCK, 37);
    torment_all(faults, SUPPORT_COUNT(faults), "no descriptors, no locks");
}

/* Where a copy cannot get its name, that is said, and of which file; where only a link
 * cannot be made, as on file systems without them, it is renamed. Before that SQLite
 * removes a journal, whose number of calls is its own affair. */
static void test_a_copy_that_gets_no_name(void **state)
{
    struct faults f = { 0 };
    const struct fault faults[] = { { "name", "5", true }, { "name", "1", false } };
    int refused = 0;
    (void)state;
    faults_begin(&f, make_home);
    char *copy = support_path(f.home, "copy.db");
    const char *const backup[] = { program_name(), "backup", copy, NULL };
    for (long k = 1; k < 2 || f.hit; k++)
        for (size_t i = 0; i < SUPPORT_COUNT(faults); i++) {
            faults_renew(&f);
            bool made = faults_run(&f, &faults[i], k, backup) == 0;
            assert_int_equal(access(copy, F_OK), made ? 0 : -1);
            const char *said = strstr(program_err(&f.program), "/copy.db: ");
            refused += said != NULL && strcmp(said, "/copy.db: Input/output error\n") == 0;
            assert_false(
                said != NULL && strcmp(said, "/copy.db: Operation not permitted\n") == 0);
        }
    assert_true(refused > 0);
    free(copy);
    faults_end(&f);
}

/* A directory that cannot be listed to its end is not one of fewer files: no note goes to
 * the trash. */
static void test_a_listing_that_fails(void **state)
{
    static const struct fault broken = { "read", "5", false };
    struct faults f = { 0 };
    long k = 1;
    (void)state;
    faults_begin(&f, make_home);
    char *files = support_path(f.home, "files");
    const char *const import[] = { program_name(), "import", files, NULL };
    for (; k < 2 || f.hit; k++) {
        faults_renew(&f);
        faults_run(&f, &broken, k, import);
        if (support_sql_int(f.path, "SELECT count(*) FROM note WHERE deleted_at <> ''", NULL))
            fail_msg("read %ld: %s", k, program_out(&f.program));
    }
    print_message("figure: each of %ld times that an import reads failing\n", k);
    free(files);
    faults_end(&f);
}

static void test_killed_at_each_call(void **state)
{
    static const struct fault faults[] = { { "write", "kill", false },
        { "sync", "kill", false }, { "name", "kill", false } };
    (void)state;
    torment_all(faults, SUPPORT_COUNT(faults), "killed at a call");
}

static void test_no_memory(void **state)
{
    static const struct fault faults[] = { { "alloc", "12", false }, { "alloc", "12", true } };
    (void)state;
    assert_int_equal(ENOMEM, 12);
    if (!faults_memory()) {
        print_message("skip: test_no_memory: the sanitizer has an allocator of its own\n");
        skip();
    }
    torment_all(faults, SUPPORT_COUNT(faults), "no memory");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_space),
        cmocka_unit_test(test_broken_disk),
        cmocka_unit_test(test_interrupted),
        cmocka_unit_test(test_no_descriptors_no_locks),
        cmocka_unit_test(test_a_copy_that_gets_no_name),
        cmocka_unit_test(test_a_listing_that_fails),
        cmocka_unit_test(test_killed_at_each_call),
        cmocka_unit_test(test_no_memory),
    };
    torture_in_memory();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
