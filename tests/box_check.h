/* What must hold of a document that came out of a box, whatever the child said. */
#ifndef TALKBOOK_TESTS_BOX_CHECK_H
#define TALKBOOK_TESTS_BOX_CHECK_H

#include "base/json_wire.h"

/* Feeds an answer to the parent's validator; aborts where something is accepted that is
 * no document. Whether it was accepted. */
bool box_check_answer(const struct json_wire_head *head, const struct json_wire_node *nodes,
    const char *text, size_t len, const struct json_limits *limits);

/* Aborts where doc, whose texts have so many bytes, is no tree. */
void box_check_tree(const struct json_doc *doc, size_t bytes);

/* The child's answer about a document that can be read; the caller frees both. */
void box_check_make(const struct json_doc *doc, struct json_wire_head *head,
    struct json_wire_node **nodes, char **text);

#endif
