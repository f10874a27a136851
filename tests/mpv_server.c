/* Owns the made-up mpv. Must not know the client, and checks nothing itself: a failed
 * check in a thread would end the wrong one. */
#include "support.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "mpv_server.h"

/* Reads a line into what was received; false where the client has gone. */
static bool read_line(struct mpv_server *server, int fd)
{
    char c = 0;
    while (c != '\n') {
        if (recv(fd, &c, 1, 0) != 1)
            return false;
        buf_addc(&server->received, c);
    }
    return true;
}

static bool send_bytes(int fd, const char *text, size_t len, size_t piece)
{
    for (size_t at = 0; at < len;) {
        size_t size = len - at < piece ? len - at : piece;
        ssize_t sent = send(fd, text + at, size, MSG_NOSIGNAL);
        if (sent < 0)
            return false;
        at += (size_t)sent;
    }
    return true;
}

/* False where that was the last step. */
static bool act(struct mpv_server *server, int fd, const struct mpv_step *step)
{
    size_t len = step->text != NULL ? strlen(step->text) : 0;
    char c;
    switch (step->act) {
    case MPV_END:
        while (read_line(server, fd))
            ;
        return false;
    case MPV_SAY:
        return read_line(server, fd) && send_bytes(fd, step->text, len, len);
    case MPV_BYTES:
        return read_line(server, fd) && send_bytes(fd, step->text, len, 1);
    case MPV_HANG_UP:
        if (read_line(server, fd))
            send_bytes(fd, step->text, len, len);
        return false;
    case MPV_REPEAT:
        while (send_bytes(fd, step->text, len, len))
            ;
        return false;
    case MPV_LEAVE:
        return false;
    case MPV_DEAF:
        (void)!read(server->wake[0], &c, 1);
        return false;
    }
    return false;
}

static void *serve(void *context)
{
    struct mpv_server *server = context;
    int fd = accept(server->listener, NULL, NULL);
    for (const struct mpv_step *step = server->script; fd >= 0 && act(server, fd, step);)
        step++;
    if (fd >= 0)
        close(fd);
    return NULL;
}

void mpv_server_start(struct mpv_server *server, const struct mpv_step *script)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    sigset_t all, before;
    *server = (struct mpv_server){ .dir = support_dir(), .script = script };
    char *place = support_path(server->dir, "talkbook");
    assert_int_equal(mkdir(place, 0700), 0);
    free(place);
    server->path = support_path(server->dir, "talkbook/mpv-999999999-0.sock");
    assert_true(strlen(server->path) < sizeof address.sun_path);
    memcpy(address.sun_path, server->path, strlen(server->path));
    server->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(server->listener, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(server->listener, 1), 0);
    assert_int_equal(pipe(server->wake), 0);
    /* Signals are the client's to bear. */
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    assert_int_equal(pthread_create(&server->thread, NULL, serve, server), 0);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

void mpv_server_stop(struct mpv_server *server)
{
    assert_int_equal(write(server->wake[1], "", 1), 1);
    assert_int_equal(pthread_join(server->thread, NULL), 0);
}

void mpv_server_release(struct mpv_server *server)
{
    close(server->listener), close(server->wake[0]), close(server->wake[1]);
    buf_release(&server->received);
    free(server->path);
    support_remove(server->dir);
}
