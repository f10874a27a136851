/* Trust: the program works for root and for everybody else, and refuses borrowed rights. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "support.h"

#include <cmocka.h>

#include "base/sanitized.h"
#include "cli_check.h"

enum { NOBODY = 65534 };

/* A copy of the program with this owner and mode; NULL, having said so, where nobody can
 * be given rights here. */
static char *copy_program(const struct program *p, uid_t user, gid_t group, mode_t mode)
{
    struct buf bytes = { 0 };
    struct statvfs system;
    char *path = support_path(p->home, "copy");
    assert_true(support_read(program_name(), &bytes));
    unlink(path);
    support_write(path, bytes.data, bytes.len);
    buf_release(&bytes);
    bool able = geteuid() == 0 && statvfs(path, &system) == 0
                && (system.f_flag & ST_NOSUID) == 0 && chown(path, user, group) == 0;
    assert_int_equal(chmod(path, mode), 0);
    assert_int_equal(chmod(p->home, 0755), 0);
    if (able)
        return path;
    print_message("skip: not root, or a file system without setuid\n");
    free(path);
    return NULL;
}

struct attempt {
    struct program *program;
    const char *path;
    bool refused; /* what is expected */
};

static bool attempt(void *context)
{
    const struct attempt *attempt = context;
    struct program *p = attempt->program;
    const char *argv[] = { attempt->path, "list", NULL };
    program_exec(p, argv);
    return attempt->refused
               ? p->status == 1 && p->out.len == 0
                     && strcmp(program_err(p),
                            "talkbook: refuses to run with borrowed rights (setuid)\n")
                            == 0
               : p->status == 0 && p->err.len == 0 && p->out.len > 0;
}

static void test_borrowed_rights(void **state)
{
    static const struct {
        uid_t user;
        gid_t group;
        mode_t mode;
        bool refused;
    } copies[] = { { 0, 0, 0755, false }, { 0, 0, 04755, true }, { 0, 0, 02755, true },
        { 0, 0, 06755, true }, { 1, 1, 04755, true }, { NOBODY, NOBODY, 06755, false } };
    struct program *p = *state;
    if (SANITIZED) {
        print_message("skip: nobody may look for leaks in a program with borrowed rights\n");
        skip();
    }
    char *home = support_path(p->home, "home");
    assert_int_equal(mkdir(home, 0700), 0);
    for (size_t i = 0; i < SUPPORT_COUNT(copies); i++) {
        char *path = copy_program(p, copies[i].user, copies[i].group, copies[i].mode);
        if (path == NULL) {
            free(home);
            skip();
        }
        assert_int_equal(chown(home, NOBODY, NOBODY), 0);
        struct program nobody = { .home = home };
        struct attempt try = { &nobody, path, copies[i].refused };
        if (!support_as_nobody(attempt, &try))
            fail_msg("mode %o of %u", (unsigned)copies[i].mode, (unsigned)copies[i].user);
        struct stat status;
        assert_int_equal(stat(home, &status), 0);
        assert_int_equal(status.st_uid, NOBODY);
        free(path);
    }
    print_message("figure: %zu copies with and without borrowed rights: refused or run\n",
        SUPPORT_COUNT(copies));
    free(home);
}

static void test_as_who_one_is(void **state)
{
    struct program *p = *state;
    run_ok(p, "note", "add", "nogil", "-m", "x", NULL);
    run_ok(p, "note", "list", NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CLI_TEST(test_borrowed_rights),
        CLI_TEST(test_as_who_one_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
