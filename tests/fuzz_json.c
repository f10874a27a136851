/* JSON: what is read forms a tree, and what is not says why. */
#include <stdlib.h>
#include <string.h>

#include "base/json_doc.h"
#include "base/mem.h"
#include "fuzz.h"

int fuzz_json(const uint8_t *data, size_t size)
{
    char *source = mem_dup_n((const char *)data, size);
    struct json_doc doc = { 0 };
    struct err err = { 0 };
    if (json_doc_read(&doc, source, &err)) {
        for (size_t i = 0; i < doc.count; i++) {
            const struct json_node *node = &doc.nodes[i];
            if (node->next <= i || node->next > doc.count || (i > 0 && node->parent >= i))
                abort();
            if (node->type == JSON_STRING && strlen(node->text) > size)
                abort();
        }
        json_doc_get(&doc, &doc.nodes[0], "a");
    } else if (err.text == NULL)
        abort();
    err_release(&err);
    json_doc_release(&doc);
    free(source);
    return 0;
}
