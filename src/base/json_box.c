/* Owns the parent's side: the child, what goes to it and what comes back. Whatever the
 * child does, this side neither hangs nor believes it. */
#include "base/json_box.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/json_serve.h"
#include "base/json_wire.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/sandbox.h"

enum {
    CHUNK = 64 * 1024,
    FAULT_WORDS_MAX = 200, /* bytes of what a child says is malformed */
    CPU_SECONDS_FOR_ONE = 20,
    DEATHS_MAX = 20 /* children that a box may lose */
};

struct sent {
    const char *text;
    uint64_t len;
};

struct json_box {
    struct json_box_limits limits;
    json_box_serve *serve;
    pid_t child; /* 0: none */
    int fd;      /* to the child */
    struct sent ahead[JSON_BOX_AHEAD];
    size_t first, count; /* of ahead, a ring */
    size_t given;        /* of these the child has whole */
    size_t written;      /* bytes of the next, its length included */
    double waited;       /* milliseconds, for the answer at hand */
    bool late;           /* the child was ended for that */
    int deaths;
    size_t in_at, in_len;
    char in[CHUNK]; /* what came and is not used yet */
};

struct json_box *json_box_new(const struct json_box_limits *limits, json_box_serve *serve)
{
    struct json_box *box = mem_zero(1, sizeof *box);
    box->limits = *limits;
    box->serve = serve != NULL ? serve : json_serve;
    box->fd = -1;
    return box;
}

/* --- the child --------------------------------------------------------- */

static void be_child(const struct json_box *box, int fd)
{
    struct sandbox_limits limits = { box->limits.memory,
        box->limits.seconds * CPU_SECONDS_FOR_ONE };
    sandbox_enter(fd, &limits);
    box->serve(fd, &box->limits);
    sandbox_exit(0);
}

static bool start(struct json_box *box, struct err *err)
{
    int ends[2];
    if (box->deaths >= DEATHS_MAX)
        return err_set(
            err, "the process that reads it was lost %d times before; import less", DEATHS_MAX);
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return err_set(err, "cannot start the process that is to read it: %s", strerror(errno));
    /* Not where the standard streams are: what the child prints must go nowhere. */
    int childs = fcntl(ends[1], F_DUPFD_CLOEXEC, 3);
    pid_t child = childs >= 0 ? fork() : -1;
    if (child == 0)
        be_child(box, childs);
    int code = errno;
    if (childs >= 0)
        close(childs);
    close(ends[1]);
    if (child < 0) {
        close(ends[0]);
        return err_set(err, "cannot start the process that is to read it: %s", strerror(code));
    }
    box->child = child;
    box->fd = ends[0];
    box->given = box->written = box->in_at = box->in_len = 0;
    return true;
}

/* Waits for the child's end, for a little unless by force, and sees to it. Its status,
 * or -1 where another took it. */
static int end_child(struct json_box *box, bool by_force)
{
    enum { PATIENCE = 200, NAP = 10 };
    int status = -1;
    pid_t got = 0;
    for (int i = 0; !by_force && got == 0 && i < PATIENCE; i++) {
        got = waitpid(box->child, &status, WNOHANG);
        if (got == 0)
            poll(NULL, 0, NAP);
    }
    if (got == 0) {
        kill(box->child, SIGKILL);
        do {
            got = waitpid(box->child, &status, 0);
        } while (got < 0 && errno == EINTR);
    }
    close(box->fd);
    status = got == box->child ? status : -1;
    log_write("json: the child ended with status %d", status);
    box->child = 0;
    box->fd = -1;
    box->given = box->written = box->in_at = box->in_len = 0;
    return status;
}

static const char beware[] = "it may be meant to do harm, do not import it";

/* The child is lost: says why; always false. */
static bool lose(struct json_box *box, bool by_force, struct err *err)
{
    const struct json_box_limits *limits = &box->limits;
    int status = end_child(box, by_force);
    int number = status != -1 && WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    box->deaths++;
    if (box->late || number == SIGXCPU)
        return err_set(err,
            "it takes longer than %u seconds to read; split it into smaller files",
            limits->seconds);
    /* mem.c ends a process so that gets no memory. */
    if (!by_force && status != -1 && WIFEXITED(status) && WEXITSTATUS(status) == EXIT_FAILURE)
        return err_set(err,
            "it needs more than %llu MB of memory to read; split it into smaller files",
            (unsigned long long)(limits->memory / 1024 / 1024));
    if (number == SIGSYS)
        return err_set(err, "reading it tried what it is not allowed to; %s", beware);
    if (number != 0 && !by_force)
        return err_set(
            err, "the process that reads it was killed (%s); %s", strsignal(number), beware);
    if (!by_force)
        return err_set(err, "the process that reads it ended without an answer; %s", beware);
    return err_set(err, "the process that reads it answers nonsense; %s", beware);
}

void json_box_free(struct json_box *box)
{
    if (box == NULL)
        return;
    if (box->child != 0)
        end_child(box, true);
    free(box);
}

/* --- what goes to it --------------------------------------------------- */

static struct sent *ahead(struct json_box *box, size_t index)
{
    return &box->ahead[(box->first + index) % JSON_BOX_AHEAD];
}

/* What of `len` bytes is behind the first *skip. */
static void add_part(
    struct iovec *parts, size_t *count, const void *bytes, size_t len, size_t *skip)
{
    size_t left = *skip < len ? len - *skip : 0;
    if (left > 0)
        parts[(*count)++] = (struct iovec){ (char *)bytes + *skip, left };
    *skip -= *skip < len ? *skip : len;
}

/* One write of all that the child does not have; false where nothing more goes now. */
static bool push_some(struct json_box *box)
{
    struct iovec parts[2 * JSON_BOX_AHEAD];
    struct msghdr message = { .msg_iov = parts };
    size_t skip = box->written;
    for (size_t i = box->given; i < box->count; i++) {
        const struct sent *next = ahead(box, i);
        add_part(parts, &message.msg_iovlen, &next->len, sizeof next->len, &skip);
        add_part(parts, &message.msg_iovlen, next->text, (size_t)next->len, &skip);
    }
    /* A child that is gone is no reason for a signal: reading will tell. */
    ssize_t went = sendmsg(box->fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (went < 0)
        return errno == EINTR;
    box->written += (size_t)went;
    while (box->given < box->count) {
        size_t whole = sizeof(uint64_t) + (size_t)ahead(box, box->given)->len;
        if (box->written < whole)
            break;
        box->written -= whole;
        box->given++;
    }
    return true;
}

static void push(struct json_box *box)
{
    while (box->child != 0 && box->given < box->count && push_some(box))
        continue;
}

size_t json_box_room(const struct json_box *box)
{
    return JSON_BOX_AHEAD - box->count;
}

void json_box_send(struct json_box *box, const char *text)
{
    struct sent *place = ahead(box, box->count++);
    *place = (struct sent){ text, strlen(text) };
    /* What is too large is answered without the child, which is told nothing of it. */
    if (place->len > box->limits.bytes)
        place->text = NULL, place->len = 0;
}

/* --- what comes back --------------------------------------------------- */

/* Waits for bytes in either direction. Time is counted as waited for, and no more than a
 * second at once: while a person had us stopped (^Z), the child was stopped, too. */
static bool wait_for(struct json_box *box)
{
    enum { SLICE = 1000 };
    struct pollfd at = { .fd = box->fd, .events = POLLIN };
    double before = log_clock();
    if (box->given < box->count)
        at.events |= POLLOUT;
    poll(&at, 1, SLICE);
    double passed = log_clock() - before;
    box->waited += passed < SLICE ? passed : SLICE;
    box->late = box->waited > (double)box->limits.seconds * 1000;
    return !box->late;
}

/* Reads at least a byte; 0: the child is gone, or too slow. */
static size_t read_some(struct json_box *box, void *into, size_t most)
{
    do {
        push(box);
        ssize_t got = recv(box->fd, into, most, MSG_DONTWAIT);
        if (got > 0)
            return (size_t)got;
        if (got == 0 || (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR))
            return 0;
    } while (wait_for(box));
    return 0;
}

static bool read_whole(struct json_box *box, void *into, size_t len)
{
    for (size_t have = 0; have < len;) {
        size_t left = len - have, some = box->in_len - box->in_at;
        if (some > 0) {
            some = some < left ? some : left;
            memcpy((char *)into + have, box->in + box->in_at, some);
            box->in_at += some;
        } else if (left >= CHUNK) {
            some = read_some(box, (char *)into + have, left);
        } else {
            box->in_at = 0;
            box->in_len = read_some(box, box->in, CHUNK);
            if (box->in_len == 0)
                return false;
            continue;
        }
        if (some == 0)
            return false;
        have += some;
    }
    return true;
}

enum taken { TAKEN, REFUSED, GONE, NONSENSE };

/* Words of the child's are shown only where they can be nothing but words. */
static enum taken take_fault(
    struct json_box *box, const struct json_wire_head *head, struct err *err)
{
    const struct json_limits *limits = &box->limits.json;
    char words[FAULT_WORDS_MAX + 1];
    if (head->fault >= JSON__FAULTS || head->count != 0 || head->bytes > FAULT_WORDS_MAX)
        return NONSENSE;
    size_t len = (size_t)head->bytes;
    if (!read_whole(box, words, len))
        return GONE;
    words[len] = '\0';
    for (size_t i = 0; i < len; i++)
        if (words[i] < ' ' || words[i] > '~')
            return NONSENSE;
    if (head->fault == JSON_TOO_DEEP)
        err_set(err,
            "its lists and objects stand in each other more than %zu deep; no catalog needs "
            "that",
            limits->depth);
    else if (head->fault == JSON_TOO_MANY)
        err_set(
            err, "it holds more than %zu values; split it into smaller files", limits->nodes);
    else
        err_set(err, "it is not valid JSON: %s", words);
    return REFUSED;
}

static enum taken take_nodes(struct json_box *box, struct json_wire *wire)
{
    enum { AT_ONCE = 1024 };
    struct json_wire_node nodes[AT_ONCE];
    for (size_t left = wire->count; left > 0;) {
        size_t count = left < AT_ONCE ? left : AT_ONCE;
        if (!read_whole(box, nodes, count * sizeof nodes[0]))
            return GONE;
        if (!json_wire_add(wire, nodes, count))
            return NONSENSE;
        left -= count;
    }
    return TAKEN;
}

static enum taken take_answer(
    struct json_box *box, size_t len, struct json_doc *doc, struct err *err)
{
    struct json_wire_head head;
    struct json_wire wire;
    if (!read_whole(box, &head, sizeof head))
        return GONE;
    if (head.fault != JSON_SOUND)
        return take_fault(box, &head, err);
    if (!json_wire_begin(&wire, doc, &head, len, &box->limits.json))
        return NONSENSE;
    enum taken taken = take_nodes(box, &wire);
    if (taken != TAKEN)
        return taken;
    if (!read_whole(box, doc->text, (size_t)head.bytes))
        return GONE;
    return json_wire_end(&wire, (size_t)head.bytes) ? TAKEN : NONSENSE;
}

static bool drop_first(struct json_box *box)
{
    box->first = (box->first + 1) % JSON_BOX_AHEAD;
    box->count--;
    return true;
}

bool json_box_take(struct json_box *box, struct json_doc *doc, struct err *err)
{
    const struct sent *sent = ahead(box, 0);
    doc->count = 0;
    box->waited = 0;
    box->late = false;
    if (box->child == 0 && !start(box, err))
        return !drop_first(box);
    /* An answer before the question is none. */
    push(box);
    enum taken taken = take_answer(box, (size_t)sent->len, doc, err);
    bool too_early = taken != GONE && box->given == 0;
    if (taken == GONE || taken == NONSENSE || too_early) {
        lose(box, taken != GONE || box->late, err);
        taken = REFUSED;
    } else
        box->given--;
    if (sent->text == NULL)
        err_set(err, "it is larger than %zu MB", box->limits.bytes / 1024 / 1024);
    drop_first(box);
    if (taken != TAKEN)
        doc->count = 0;
    return taken == TAKEN;
}

bool json_box_read(
    struct json_box *box, const char *text, struct json_doc *doc, struct err *err)
{
    json_box_send(box, text);
    return json_box_take(box, doc, err);
}
