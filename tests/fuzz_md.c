/* libFuzzer: whatever the bytes, every layout holds what md_check() asks. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "md/md.h"
#include "md_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const int widths[] = { 1, 2, 3, 7, 13, 20, 40, 80, 200 };
    struct md_doc *doc = md_parse((const char *)data, size);
    struct md_lines lines = { 0 };
    for (size_t i = 0; i < sizeof widths / sizeof widths[0]; i++) {
        size_t line;
        md_lines_clear(&lines);
        md_layout(doc, widths[i], &lines);
        const char *wrong = md_check(&lines, widths[i], &line);
        if (wrong != NULL) {
            fprintf(stderr, "width %d, line %zu: %s\n", widths[i], line, wrong);
            abort();
        }
    }
    md_lines_release(&lines);
    md_free(doc);
    return 0;
}
