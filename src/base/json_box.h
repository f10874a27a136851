/* Reading JSON that strangers wrote: in a child that can do nothing else. */
#ifndef TALKBOOK_BASE_JSON_BOX_H
#define TALKBOOK_BASE_JSON_BOX_H

#include "base/json_doc.h"

/* What a document may be, and what reading it may cost; nothing here is 0. */
struct json_box_limits {
    size_t bytes;
    struct json_limits json;
    uint64_t memory; /* of the child, in bytes, beyond what this process has */
    unsigned
        seconds; /* for one document, by the clock; 20 times that of the processor for all */
};

/* How many documents may be sent before the first is taken. */
enum { JSON_BOX_AHEAD = 32 };

struct json_box;

/* The child is started with the first document, and serves all that follow. Where
 * `serve` is not NULL it stands in for the parser, as a test wants it: it reads requests
 * from fd (a uint64_t, as many bytes) and answers as json_wire.h has it. */
typedef void json_box_serve(int fd, const struct json_box_limits *limits);
struct json_box *json_box_new(const struct json_box_limits *limits, json_box_serve *serve);
void json_box_free(struct json_box *box);

/* How many more documents may be sent now. */
size_t json_box_room(const struct json_box *box);

/* Sends NUL-terminated UTF-8, with the next document that is taken, which must stay as it
 * is until its own answer was taken. */
void json_box_send(struct json_box *box, const char *text);

/* Takes the answer to the first document that was sent and not taken. False with err
 * ("it is not valid JSON: line 2: …", "it needs more than 64 MB …"): this document is
 * not to be had, whatever became of the child; the others still are. */
bool json_box_take(struct json_box *box, struct json_doc *doc, struct err *err);

/* Both, where no document was sent before. */
bool json_box_read(
    struct json_box *box, const char *text, struct json_doc *doc, struct err *err);

#endif
