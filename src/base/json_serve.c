/* Owns reading documents one after another for somebody else. Runs where nothing but
 * memory, reading and writing is allowed. */
#include "base/json_serve.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/json_wire.h"

enum { CHUNK = 64 * 1024 };

struct line {
    int fd;
    bool ok;
    size_t in_at, in_len, out_len;
    char in[CHUNK], out[CHUNK];
};

static void write_whole(struct line *line, const char *bytes, size_t len)
{
    while (line->ok && len > 0) {
        ssize_t went = write(line->fd, bytes, len);
        line->ok = went >= 0 || errno == EINTR;
        bytes += went > 0 ? went : 0;
        len -= went > 0 ? (size_t)went : 0;
    }
}

static void flush(struct line *line)
{
    write_whole(line, line->out, line->out_len);
    line->out_len = 0;
}

static void add(struct line *line, const void *bytes, size_t len)
{
    if (len > CHUNK - line->out_len)
        flush(line);
    if (len > CHUNK)
        write_whole(line, bytes, len);
    else {
        memcpy(line->out + line->out_len, bytes, len);
        line->out_len += len;
    }
}

static size_t read_some(struct line *line, void *into, size_t most)
{
    ssize_t got;
    do {
        got = read(line->fd, into, most);
    } while (got < 0 && errno == EINTR);
    line->ok = line->ok && got > 0;
    return got > 0 ? (size_t)got : 0;
}

/* Answers go when there is nothing more to be read, many at once where documents come
 * quickly. */
static bool read_whole(struct line *line, char *into, size_t len)
{
    while (line->ok && len > 0) {
        size_t some = line->in_len - line->in_at;
        some = some < len ? some : len;
        memcpy(into, line->in + line->in_at, some);
        line->in_at += some;
        if (some == 0) {
            flush(line);
            if (!line->ok)
                break;
            if (len >= CHUNK)
                some = read_some(line, into, len);
            else {
                line->in_at = 0;
                line->in_len = read_some(line, line->in, CHUNK);
            }
        }
        into += some;
        len -= some;
    }
    return line->ok;
}

/* The strings stand one after another in the document's memory. */
static size_t text_bytes(const struct json_doc *doc)
{
    for (size_t i = doc->count; i-- > 0;)
        if (doc->nodes[i].type == JSON_STRING)
            return (size_t)(doc->nodes[i].text - doc->text) + strlen(doc->nodes[i].text) + 1;
    return 0;
}

static void answer(
    struct line *line, const struct json_doc *doc, enum json_fault fault, const struct err *err)
{
    bool sound = fault == JSON_SOUND;
    struct json_wire_head head = { .count = sound ? doc->count : 0,
        .bytes = sound ? text_bytes(doc) : strlen(err_text(err)),
        .fault = (uint32_t)fault };
    add(line, &head, sizeof head);
    for (size_t i = 0; sound && i < doc->count; i++) {
        const struct json_node *node = &doc->nodes[i];
        struct json_wire_node sent = { (uint32_t)node->type, node->next, node->number };
        add(line, &sent, sizeof sent);
    }
    add(line, sound ? doc->text : err_text(err), (size_t)head.bytes);
}

void json_serve(int fd, const struct json_box_limits *limits)
{
    struct line line = { .fd = fd, .ok = true };
    struct json_doc doc = { 0 };
    struct buf source = { 0 };
    uint64_t len;
    while (read_whole(&line, (char *)&len, sizeof len) && len <= limits->bytes) {
        struct err err = { 0 };
        buf_clear(&source);
        char *room = buf_room(&source, (size_t)len);
        if (!read_whole(&line, room, (size_t)len))
            break;
        buf_used(&source, (size_t)len);
        enum json_fault fault =
            json_doc_read_within(&doc, buf_text(&source), &limits->json, &err);
        answer(&line, &doc, fault, &err);
        err_release(&err);
    }
    json_doc_release(&doc);
    buf_release(&source);
}
