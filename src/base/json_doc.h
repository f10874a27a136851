/* JSON as a flat list of nodes: for reading many small documents quickly. */
#ifndef TALKBOOK_BASE_JSON_DOC_H
#define TALKBOOK_BASE_JSON_DOC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum json_type {
    JSON_NULL,
    JSON_FALSE,
    JSON_TRUE,
    JSON_NUMBER,
    JSON_STRING,
    JSON_ARRAY,
    JSON_OBJECT
};

/* A list's elements follow it; an object's members do as pairs of a string and a
 * value. next is the index behind a node and all that is in it. */
struct json_node {
    enum json_type type;
    uint32_t next, parent;
    const char *text; /* of a string: NUL-terminated, in the document's memory */
    double number;
};

/* A zeroed struct is empty; it keeps its memory from one document to the next. */
struct json_doc {
    struct json_node *nodes; /* the first is the document's value */
    size_t count, cap;
    char *text;
    size_t text_cap;
};

/* Reads NUL-terminated UTF-8 of at most 1 GB as RFC 8259 has it. A lone surrogate
 * becomes U+FFFD; a string that holds a NUL character is refused. err names the
 * line and what is wrong there. Iterates, however deep the document is. */
bool json_doc_read(struct json_doc *doc, const char *source, struct err *err);

/* The same within limits; err is set for what is malformed alone. */
struct json_limits {
    size_t nodes, depth; /* 0: none; depth counts lists and objects in each other */
};
enum json_fault { JSON_SOUND, JSON_MALFORMED, JSON_TOO_MANY, JSON_TOO_DEEP, JSON__FAULTS };
enum json_fault json_doc_read_within(struct json_doc *doc, const char *source,
    const struct json_limits *limits, struct err *err);
void json_doc_release(struct json_doc *doc);

/* The value of a member of an object, the last where there are several of that
 * name; NULL where there is none or node is no object. */
const struct json_node *json_doc_get(
    const struct json_doc *doc, const struct json_node *node, const char *name);

/* The first element of a list and the one after another; NULL at the end. */
const struct json_node *json_doc_first(
    const struct json_doc *doc, const struct json_node *list);
const struct json_node *json_doc_after(
    const struct json_doc *doc, const struct json_node *list, const struct json_node *element);

#endif
