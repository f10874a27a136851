/* Owns telling a document from what is none, by ways of its own. */
#include "box_check.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/utf8.h"

static void must(bool holds)
{
    if (!holds)
        abort();
}

/* A list's elements, by their next, end where it ends; an object's are pairs. */
static void check_list(const struct json_doc *doc, size_t index)
{
    const struct json_node *list = &doc->nodes[index];
    size_t at = index + 1, count = 0;
    for (; at < list->next; at = doc->nodes[at].next, count++) {
        must(doc->nodes[at].parent == index);
        if (list->type == JSON_OBJECT && count % 2 == 0)
            must(doc->nodes[at].type == JSON_STRING && at + 1 < list->next);
    }
    must(at == list->next);
    must(list->type != JSON_OBJECT || count % 2 == 0);
    json_doc_get(doc, list, "a");
}

void box_check_tree(const struct json_doc *doc, size_t bytes)
{
    must(doc->count > 0 && doc->nodes[0].next == doc->count);
    for (size_t i = 0; i < doc->count; i++) {
        const struct json_node *node = &doc->nodes[i];
        bool list = node->type == JSON_ARRAY || node->type == JSON_OBJECT;
        must(node->type <= JSON_OBJECT && node->next > i && node->next <= doc->count);
        must(i == 0 ? node->parent == UINT32_MAX : node->parent < i);
        must(list || node->next == i + 1);
        must(!isnan(node->number));
        if (node->type == JSON_STRING) {
            must(node->text >= doc->text && node->text < doc->text + bytes);
            size_t len = strlen(node->text);
            must(node->text + len < doc->text + bytes);
            must(utf8_find_invalid(node->text, len) == len);
        } else
            must(node->text[0] == '\0');
        if (list)
            check_list(doc, i);
    }
}

bool box_check_answer(const struct json_wire_head *head, const struct json_wire_node *nodes,
    const char *text, size_t len, const struct json_limits *limits)
{
    struct json_doc doc = { 0 };
    struct json_wire wire;
    bool ok = json_wire_begin(&wire, &doc, head, len, limits);
    if (ok)
        memcpy(doc.text, text, (size_t)head->bytes);
    ok = ok && json_wire_add(&wire, nodes, (size_t)head->count)
         && json_wire_end(&wire, (size_t)head->bytes);
    if (ok)
        box_check_tree(&doc, (size_t)head->bytes);
    json_doc_release(&doc);
    return ok;
}

void box_check_make(const struct json_doc *doc, struct json_wire_head *head,
    struct json_wire_node **nodes, char **text)
{
    struct buf all = { 0 };
    *nodes = mem_zero(doc->count, sizeof(*nodes)[0]);
    for (size_t i = 0; i < doc->count; i++) {
        const struct json_node *node = &doc->nodes[i];
        (*nodes)[i] = (struct json_wire_node){ (uint32_t)node->type, node->next, node->number };
        if (node->type == JSON_STRING)
            buf_add(&all, node->text, strlen(node->text) + 1);
    }
    *head = (struct json_wire_head){ .count = doc->count, .bytes = all.len };
    *text = buf_take(&all);
}
