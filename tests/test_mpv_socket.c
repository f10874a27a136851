/* Where mpv's sockets lie, and finding the mpvs that listen there. */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "exchange/mpv.h"
#include "mpv_server.h"

/* The path made for these directories (NULL: not set), which is to begin with
 * `directory`; or err, which is to hold `directory`. */
static void check_path(const char *runtime, const char *state, const char *directory, bool ok)
{
    struct err err = { 0 };
    struct stat status;
    unsigned number = 0;
    runtime != NULL ? setenv("XDG_RUNTIME_DIR", runtime, 1) : unsetenv("XDG_RUNTIME_DIR");
    state != NULL ? setenv("XDG_STATE_HOME", state, 1) : unsetenv("XDG_STATE_HOME");
    char *path = mpv_socket_path(&number, &err);
    if ((path != NULL) != ok)
        fail_msg("%s, %s: %s", runtime, state, ok ? err_text(&err) : path);
    if (!ok)
        assert_non_null(strstr(err_text(&err), directory));
    else {
        struct buf expected = { 0 };
        buf_addf(&expected, "%s/mpv-%ld-0.sock", directory, (long)getpid());
        assert_string_equal(path, expected.data);
        assert_int_equal(lstat(directory, &status), 0);
        assert_true(S_ISDIR(status.st_mode) && (status.st_mode & 0777) == 0700);
        buf_release(&expected);
    }
    free(path), err_release(&err);
}

/* The environment is the person's; each test directory is 0700. */
static void test_socket_path(void **state)
{
    char *dir = support_dir();
    char *runtime = support_path(dir, "run"), *in_runtime = support_path(dir, "run/talkbook");
    char *home = support_path(dir, "a/state"), *in_home = support_path(dir, "a/state/talkbook");
    char *in_default = support_path(dir, ".local/state/talkbook");
    (void)state;
    setenv("HOME", dir, 1);
    check_path(runtime, home, in_home, true);
    assert_int_equal(mkdir(runtime, 0755), 0);
    check_path(runtime, home, in_home, true);
    check_path("run", home, in_home, true);
    check_path(NULL, NULL, in_default, true);
    check_path("", "relative", in_default, true);
    assert_int_equal(chmod(runtime, 0700), 0);
    check_path(runtime, home, in_runtime, true);
    check_path(runtime, home, in_runtime, true);
    /* Planted links and open directories. */
    assert_int_equal(rmdir(in_runtime), 0);
    assert_int_equal(symlink(in_home, in_runtime), 0);
    check_path(runtime, home, in_home, true);
    assert_int_equal(chmod(in_home, 0770), 0);
    check_path(runtime, home, in_home, false);
    assert_int_equal(rmdir(in_home), 0);
    assert_int_equal(symlink(dir, in_home), 0);
    check_path(runtime, home, in_home, false);
    assert_int_equal(unlink(in_home), 0);
    support_write(in_home, "", 0);
    check_path(runtime, home, in_home, false);
    unsetenv("HOME");
    check_path(NULL, NULL, "set HOME", false);
    free(runtime), free(in_runtime), free(home), free(in_home), free(in_default);
    support_remove(dir);
}

static void test_socket_names(void **state)
{
    char *dir = support_dir(), *paths[3];
    struct err err = { 0 };
    struct buf deep = { 0 };
    unsigned number = 0, other = 0;
    (void)state;
    setenv("XDG_RUNTIME_DIR", dir, 1);
    paths[0] = mpv_socket_path(&number, &err);
    paths[1] = mpv_socket_path(&number, &err);
    assert_string_not_equal(paths[0], paths[1]);
    support_write(paths[0], "", 0);
    paths[2] = mpv_socket_path(&other, &err);
    assert_string_equal(paths[2], paths[1]);
    for (int i = 0; i < 3; i++)
        free(paths[i]);
    /* Too long a name is said with the directory. */
    buf_addf(&deep, "%s/", dir);
    buf_repeat(&deep, 'd', 100);
    assert_int_equal(mkdir(deep.data, 0700), 0);
    setenv("XDG_RUNTIME_DIR", deep.data, 1);
    assert_null(mpv_socket_path(&number, &err));
    assert_non_null(strstr(err_text(&err), deep.data));
    assert_non_null(strstr(err_text(&err), "too long"));
    buf_release(&deep), err_release(&err);
    support_remove(dir);
}

/* Binds a socket in the server's place and leaves it, as mpv does at its end. */
static char *leave_socket(const struct mpv_server *server, const char *name)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    char *path = support_path(server->dir, name);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(strlen(path) < sizeof address.sun_path);
    memcpy(address.sun_path, path, strlen(path));
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
    close(fd);
    return path;
}

static bool is_wanted(void *context, const char *url)
{
    return strcmp(url, context) == 0;
}

enum { LEFT = 8 };

/* What an earlier program left (even: to be removed) and what is not such a socket (odd). */
static char *leave(const struct mpv_server *server, int i)
{
    char name[64];
    snprintf(name, sizeof name, "talkbook/mpv-%d-%d.sock", 999999990 + i, i);
    char *path = i % 2 == 0 ? leave_socket(server, name) : support_path(server->dir, name);
    if (i % 4 == 1)
        support_write(path, "", 0);
    else if (i % 4 == 3)
        assert_int_equal(symlink("other.sock", path), 0);
    return path;
}

/* An mpv that an earlier run started is found by what it plays. What others left stays, and
 * so does what belongs to a program that runs. */
static void test_running(void **state)
{
    static const struct mpv_step script[] = {
        { MPV_SAY, "{\"data\":\"https://a.org/v\",\"request_id\":1,\"error\":\"success\"}\n" },
        { MPV_SAY, "{\"data\":61.5,\"request_id\":2,\"error\":\"success\"}\n" },
        { MPV_END, NULL }
    };
    struct stat status;
    struct err err = { 0 };
    (void)state;
    for (int wanted = 0; wanted <= 1; wanted++) {
        struct mpv_server server;
        struct mpv mpv = { 0 };
        char *left[LEFT], name[64];
        mpv_server_start(&server, script);
        snprintf(name, sizeof name, "talkbook/mpv-%ld-0.sock", (long)getppid());
        char *other = leave_socket(&server, "talkbook/other.sock");
        char *running = leave_socket(&server, name);
        for (int i = 0; i < LEFT; i++)
            left[i] = leave(&server, i);
        setenv("XDG_RUNTIME_DIR", server.dir, 1);
        char *path =
            mpv_open_running(&mpv, is_wanted, wanted ? "https://a.org/v" : "https://b.org/v");
        double at = 0;
        assert_true((path != NULL) == wanted && mpv.is_open == wanted);
        if (wanted) {
            assert_string_equal(path, server.path);
            assert_true(mpv_position(&mpv, &at, &err) && at == 61.5);
        }
        assert_int_equal(lstat(other, &status) | lstat(running, &status), 0);
        for (int i = 0; i < LEFT; i++) {
            if (i % 2 == 1)
                assert_int_equal(lstat(left[i], &status), 0);
            else if (!wanted)
                assert_int_equal(lstat(left[i], &status), -1);
            free(left[i]);
        }
        free(path), free(other), free(running);
        mpv_close(&mpv);
        mpv_server_stop(&server);
        mpv_server_release(&server);
    }
    unsetenv("XDG_RUNTIME_DIR");
    setenv("HOME", "/nonexistent", 1);
    struct mpv mpv = { 0 };
    assert_null(mpv_open_running(&mpv, is_wanted, ""));
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_socket_path),
        cmocka_unit_test(test_socket_names), cmocka_unit_test(test_running) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
