/* Owns believing nothing that a child answers. Must not know how answers come. */
#include "base/json_wire.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"

#define NO_PARENT UINT32_MAX

bool json_wire_begin(struct json_wire *wire, struct json_doc *doc,
    const struct json_wire_head *head, size_t len, const struct json_limits *limits)
{
    *wire = (struct json_wire){ .doc = doc, .limits = *limits, .parent = NO_PARENT };
    doc->count = 0;
    /* A value is a byte at least, and a string no longer than its source. */
    if (head->count == 0 || head->count > len || head->count >= NO_PARENT || head->bytes > len
        || (limits->nodes > 0 && head->count > limits->nodes))
        return false;
    wire->count = (size_t)head->count;
    doc->nodes = mem_grow(doc->nodes, &doc->cap, wire->count, sizeof doc->nodes[0]);
    doc->text =
        mem_grow(doc->text, &doc->text_cap, (size_t)head->bytes + 1, sizeof doc->text[0]);
    return true;
}

/* Leaves the lists and objects that end before the next node. */
static void leave_ended(struct json_wire *wire)
{
    const struct json_doc *doc = wire->doc;
    while (wire->parent != NO_PARENT && doc->nodes[wire->parent].next == doc->count) {
        wire->parent = doc->nodes[wire->parent].parent;
        wire->depth--;
    }
}

static bool add_node(struct json_wire *wire, const struct json_wire_node *sent)
{
    struct json_doc *doc = wire->doc;
    bool list = sent->type == JSON_ARRAY || sent->type == JSON_OBJECT;
    uint32_t index = (uint32_t)doc->count, end = (uint32_t)wire->count;
    const struct json_node *open = wire->parent != NO_PARENT ? &doc->nodes[wire->parent] : NULL;
    if (open != NULL)
        end = open->next;
    else if (index > 0)
        return false;
    bool name = open != NULL && open->type == JSON_OBJECT && !wire->name;
    if (sent->type > JSON_OBJECT || sent->next <= index || sent->next > end
        || (!list && sent->next != index + 1) || isnan(sent->number)
        || (index == 0 && sent->next != end))
        return false;
    /* A name is a string, and its value stands in the same object. */
    if (name && (sent->type != JSON_STRING || index + 1 == end))
        return false;
    if (wire->limits.depth > 0 && wire->depth > wire->limits.depth)
        return false;
    doc->nodes[doc->count++] = (struct json_node){ (enum json_type)sent->type, sent->next,
        wire->parent, "", sent->type == JSON_NUMBER ? sent->number : 0 };
    wire->texts += sent->type == JSON_STRING;
    wire->name = name;
    if (list && sent->next > index + 1) {
        wire->parent = index;
        wire->depth++;
    } else
        leave_ended(wire);
    return true;
}

bool json_wire_add(struct json_wire *wire, const struct json_wire_node *nodes, size_t count)
{
    if (count > wire->count - wire->doc->count)
        return false;
    for (size_t i = 0; i < count; i++)
        if (!add_node(wire, &nodes[i]))
            return false;
    return true;
}

bool json_wire_end(struct json_wire *wire, size_t bytes)
{
    struct json_doc *doc = wire->doc;
    const char *at = doc->text, *end = at + bytes;
    if (doc->count != wire->count || utf8_find_invalid(doc->text, bytes) != bytes)
        return false;
    for (size_t i = 0; wire->texts > 0 && i < doc->count; i++) {
        if (doc->nodes[i].type != JSON_STRING)
            continue;
        const char *nul = memchr(at, '\0', (size_t)(end - at));
        if (nul == NULL)
            return false;
        doc->nodes[i].text = at;
        at = nul + 1;
    }
    return at == end;
}
