/* A JSON document as a child hands it over that has read what a stranger wrote, and so
 * may be the stranger's: nothing in it is believed. */
#ifndef TALKBOOK_BASE_JSON_WIRE_H
#define TALKBOOK_BASE_JSON_WIRE_H

#include "base/json_doc.h"

/* An answer: a head, `count` nodes, `bytes` of text. Both sides are one program. What
 * can be told from the rest is not sent: the text is that of the strings, each with its
 * NUL, in the nodes' order. Where there is a fault the text says what is malformed. */
struct json_wire_head {
    uint64_t count, bytes;
    uint32_t fault; /* enum json_fault */
    uint32_t unused;
};
struct json_wire_node {
    uint32_t type, next;
    double number;
};

/* What has come of an answer; made by json_wire_begin(). */
struct json_wire {
    struct json_doc *doc;
    struct json_limits limits;
    size_t count;    /* of nodes that will come */
    size_t texts;    /* strings among those that came */
    uint32_t parent; /* the open list or object */
    size_t depth;
    bool name; /* the latest node is a member's name */
};

/* Takes a head, and makes room in doc (emptied before), whose text[bytes] is to be filled
 * by the caller. `len` is the length of the document that was asked about. Nothing is
 * allocated that such a document, within the limits, cannot need. Each returns false where
 * the answer makes no sense. */
bool json_wire_begin(struct json_wire *wire, struct json_doc *doc,
    const struct json_wire_head *head, size_t len, const struct json_limits *limits);
bool json_wire_add(struct json_wire *wire, const struct json_wire_node *nodes, size_t count);

/* Once all nodes and the text have come: doc is as json_doc_read() would have it. */
bool json_wire_end(struct json_wire *wire, size_t bytes);

#endif
