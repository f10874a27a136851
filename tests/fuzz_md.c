/* Markdown: whatever the bytes, every layout holds what md_check() asks, and
 * a document in parts is the document as a whole. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "md/md.h"
#include "md_check.h"

static void complain(int cols, size_t line, const char *wrong)
{
    fprintf(stderr, "width %d, line %zu: %s\n", cols, line, wrong);
    abort();
}

static void check_widths(const char *src, size_t size)
{
    static const int widths[] = { 1, 2, 3, 7, 13, 20, 40, 80, 200 };
    struct md_doc *doc = md_parse(src, size);
    struct md_lines lines = { 0 };
    for (size_t i = 0; i < sizeof widths / sizeof widths[0]; i++) {
        size_t line;
        md_lines_clear(&lines);
        md_layout(doc, widths[i], &lines);
        const char *wrong = md_check(&lines, widths[i], &line);
        if (wrong != NULL)
            complain(widths[i], line, wrong);
    }
    md_lines_release(&lines);
    md_free(doc);
}

static void lay_out(const char *src, size_t size, size_t least, struct md_lines *lines)
{
    struct md_doc *doc = md_open_in_parts(src, size, least);
    md_number_links(doc);
    for (size_t i = 0; i < md_parts(doc); i++)
        md_layout_part(doc, i, 60, 0, lines);
    md_free(doc);
}

/* The text alone: highlighting may begin anew where a fence was cut. */
static void check_parts(const char *src, size_t size)
{
    struct md_lines whole = { 0 }, parts = { 0 };
    lay_out(src, size, SIZE_MAX, &whole);
    lay_out(src, size, 1, &parts);
    if (strcmp(buf_text(&whole.text), buf_text(&parts.text)) != 0) {
        fprintf(
            stderr, "whole:\n%s\nparts:\n%s\n", buf_text(&whole.text), buf_text(&parts.text));
        abort();
    }
    md_lines_release(&whole);
    md_lines_release(&parts);
}

int fuzz_md(const uint8_t *data, size_t size)
{
    check_widths((const char *)data, size);
    check_parts((const char *)data, size);
    return 0;
}
