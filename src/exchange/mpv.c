/* Owns a connection to mpv, as mpv's manual has it under "JSON IPC": a line of JSON for
 * each request, answer and event. Believes nothing that comes from the other side, and
 * must not know what is played or why. */
#include "exchange/mpv.h"

#include <errno.h>
#include <math.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/utf8.h"

enum { DEADLINE_MS = 200, LINE_MOST = 64 * 1024, CHUNK = 16 * 1024 };

static const char is_gone[] = "mpv has ended; play the talk again";

static bool close_broken(struct mpv *mpv, const char *what, struct err *err)
{
    mpv_close(mpv);
    return err_set(err, "what answers is not mpv as talkbook knows it (%s)", what);
}

static bool close_gone(struct mpv *mpv, struct err *err)
{
    mpv_close(mpv);
    mpv->has_ended = true;
    return err_set(err, "%s", is_gone);
}

/* --- the connection --------------------------------------------------------- */

bool mpv_connect(struct mpv *mpv, const char *path, struct err *err)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    struct stat status;
    mpv_close(mpv);
    errno = 0;
    if (strlen(path) >= sizeof address.sun_path)
        return err_set(err, "the path of mpv's socket is too long: %s", path);
    if (lstat(path, &status) != 0)
        return err_set(err, "mpv cannot be reached at %s: %s", path, strerror(errno));
    if (!S_ISSOCK(status.st_mode))
        return err_set(err, "%s is no socket; start mpv with --input-ipc-server", path);
    memcpy(address.sun_path, path, strlen(path));
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    /* A local socket connects at once or not at all. */
    if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address) != 0) {
        int code = errno;
        err_set(err, "mpv cannot be reached at %s: %s", path, strerror(code));
        if (fd >= 0)
            close(fd);
        errno = code;
        return false;
    }
    mpv->is_open = true;
    mpv->fd = fd;
    return true;
}

void mpv_close(struct mpv *mpv)
{
    if (mpv->is_open)
        close(mpv->fd);
    buf_release(&mpv->in);
    json_doc_release(&mpv->doc);
    *mpv = (struct mpv){ 0 };
}

/* Waits until the socket can be read from or written to; past the deadline it fails even
 * where it can, so that a peer that talks all the time lets go. */
static bool wait_for(const struct mpv *mpv, short events, double deadline, struct err *err)
{
    for (;;) {
        struct pollfd ready = { mpv->fd, events, 0 };
        double left = deadline - log_clock();
        if (left <= 0)
            return err_set(err, "mpv does not answer; try again");
        int count = poll(&ready, 1, (int)left + 1);
        if (count > 0)
            return true;
        if (count < 0 && errno != EINTR)
            return err_set(err, "cannot wait for mpv: %s", strerror(errno));
    }
}

static bool would_block(void)
{
    return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

/* Half a request would spoil the next, so the connection ends where this fails. */
static bool send_all(struct mpv *mpv, const struct buf *text, double deadline, struct err *err)
{
    for (size_t at = 0; at < text->len;) {
        ssize_t sent = send(mpv->fd, text->data + at, text->len - at, MSG_NOSIGNAL);
        if (sent >= 0)
            at += (size_t)sent;
        else if (!would_block())
            return close_gone(mpv, err);
        else if (!wait_for(mpv, POLLOUT, deadline, err)) {
            mpv_close(mpv);
            return false;
        }
    }
    return true;
}

static bool receive(struct mpv *mpv, double deadline, struct err *err)
{
    if (!wait_for(mpv, POLLIN, deadline, err))
        return false;
    if (mpv->at > 0)
        buf_remove(&mpv->in, 0, mpv->at);
    mpv->at = 0;
    ssize_t got = recv(mpv->fd, buf_room(&mpv->in, CHUNK), CHUNK, 0);
    if (got == 0 || (got < 0 && !would_block()))
        return close_gone(mpv, err);
    buf_used(&mpv->in, got > 0 ? (size_t)got : 0);
    return true;
}

/* Reads the next line into mpv->doc. */
static bool read_line(struct mpv *mpv, double deadline, struct err *err)
{
    char *end = NULL;
    struct err mistake = { 0 };
    for (;;) {
        size_t len = mpv->in.len - mpv->at;
        if (len > 0)
            end = memchr(mpv->in.data + mpv->at, '\n', len);
        if (end != NULL)
            len = (size_t)(end - mpv->in.data) - mpv->at;
        if (len > LINE_MOST)
            return close_broken(mpv, "a line is too long", err);
        if (end != NULL)
            break;
        if (!receive(mpv, deadline, err))
            return false;
    }
    char *line = mpv->in.data + mpv->at;
    *end = '\0';
    mpv->at = (size_t)(end + 1 - mpv->in.data);
    bool ok = line + strlen(line) == end && json_doc_read(&mpv->doc, line, &mistake)
              && mpv->doc.nodes->type == JSON_OBJECT;
    if (!ok)
        close_broken(mpv, "a line is no JSON object", err);
    err_release(&mistake);
    return ok;
}

/* --- requests --------------------------------------------------------------- */

/* The member of that name, NULL where there is none. */
static const struct json_node *member(const struct mpv *mpv, const char *name)
{
    return json_doc_get(&mpv->doc, mpv->doc.nodes, name);
}

/* Reads on to the answer to the last request. */
static bool read_reply(struct mpv *mpv, double deadline, struct err *err)
{
    for (;;) {
        if (!read_line(mpv, deadline, err))
            return false;
        const struct json_node *id = member(mpv, "request_id");
        if (member(mpv, "event") != NULL || id == NULL)
            continue;
        if (id->type != JSON_NUMBER)
            return close_broken(mpv, "request_id is no number", err);
        if (id->number == (double)mpv->last_id)
            return true;
    }
}

/* Sends a command, a JSON list, and reads the answer into mpv->doc. */
static bool exchange(struct mpv *mpv, const char *command, struct err *err)
{
    struct buf request = { 0 };
    double deadline = log_clock() + DEADLINE_MS;
    if (!mpv->is_open)
        return err_set(err, "%s", is_gone);
    buf_addf(&request, "{\"command\":%s,\"request_id\":", command);
    buf_add_int(&request, ++mpv->last_id);
    buf_adds(&request, "}\n");
    bool sent = send_all(mpv, &request, deadline, err);
    buf_release(&request);
    if (!sent || !read_reply(mpv, deadline, err))
        return false;
    const struct json_node *error = member(mpv, "error");
    if (error == NULL || error->type != JSON_STRING)
        return close_broken(mpv, "an answer without a result", err);
    if (strcmp(error->text, "property unavailable") == 0)
        return err_set(err, "mpv plays nothing yet");
    return strcmp(error->text, "success") == 0
           || err_set(err, "mpv cannot do that: %.100s", error->text);
}

bool mpv_position(struct mpv *mpv, double *seconds, struct err *err)
{
    *seconds = 0;
    if (!exchange(mpv, "[\"get_property\",\"time-pos\"]", err))
        return false;
    const struct json_node *data = member(mpv, "data");
    if (data == NULL || data->type != JSON_NUMBER || !isfinite(data->number)
        || data->number <= -1 || data->number > MPV_MOST_SECONDS)
        return close_broken(mpv, "a position that is none", err);
    *seconds = data->number > 0 ? data->number : 0;
    return true;
}

bool mpv_path(struct mpv *mpv, char **url, struct err *err)
{
    *url = NULL;
    if (!exchange(mpv, "[\"get_property\",\"path\"]", err))
        return false;
    const struct json_node *data = member(mpv, "data");
    if (data == NULL || data->type != JSON_STRING)
        return close_broken(mpv, "a path that is none", err);
    /* A file's name may be in any encoding. */
    size_t len = strlen(data->text);
    if (utf8_find_invalid(data->text, len) != len)
        return err_set(err, "the name of what mpv plays is not UTF-8");
    *url = mem_dup(data->text);
    return true;
}

bool mpv_seek(struct mpv *mpv, double seconds, struct err *err)
{
    struct buf command = { 0 };
    if (!(seconds >= 0 && seconds <= MPV_MOST_SECONDS))
        return err_set(err, "there is no such time in a talk");
    /* %f would write the locale's decimal point. */
    long long thousandths = llround(seconds * 1000);
    buf_addf(&command, "[\"seek\",%lld.%03lld,\"absolute\"]", thousandths / 1000,
        thousandths % 1000);
    bool ok = exchange(mpv, command.data, err);
    buf_release(&command);
    return ok;
}

bool mpv_quit(struct mpv *mpv, struct err *err)
{
    bool was_open = mpv->is_open;
    bool ok = exchange(mpv, "[\"quit\"]", err);
    if (was_open && mpv->has_ended) {
        /* It ended before it answered. */
        err_release(err);
        ok = true;
    }
    mpv_close(mpv);
    return ok;
}
