/* What a child may answer: a byte each for the count, the text's length and that of the
 * document, three for each node (type, next, number), then the text. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "box_check.h"
#include "fuzz.h"

int fuzz_box(const uint8_t *data, size_t size)
{
    static const struct json_limits limits = { 200, 20 };
    if (size < 3)
        return 0;
    struct json_wire_head head = { .count = data[0], .bytes = data[1] };
    size_t len = data[2], at = 3;
    struct json_wire_node *nodes = mem_zero((size_t)head.count, sizeof nodes[0]);
    char *text = mem_zero((size_t)head.bytes, 1);
    for (size_t i = 0; i < head.count && at + 3 <= size; i++, at += 3)
        nodes[i] = (struct json_wire_node){ data[at], data[at + 1], (int8_t)data[at + 2] };
    size_t left = size - at < head.bytes ? size - at : (size_t)head.bytes;
    memcpy(text, data + at, left);
    box_check_answer(&head, nodes, text, len, &limits);
    free(nodes);
    free(text);
    return 0;
}
