/* Laid-out text: lines made of styled runs. The reader, the pager output and
 * the Markdown layout all build the same thing. */
#ifndef TALKBOOK_MD_LINES_H
#define TALKBOOK_MD_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/style.h"

/* A run of one style: bytes [off, off + len) of md_lines.text. */
struct md_span {
    size_t off;
    uint32_t len;
    uint32_t link; /* 0 for none, else an index into md_lines.links plus 1 */
    uint8_t style; /* enum style */
    uint8_t face;  /* enum face bits */
};

/* A line: spans [first, first + count) of md_lines.spans, which follow each
 * other without a hole from byte off of md_lines.text; cells is its width. */
struct md_line {
    size_t off;
    size_t first;
    uint32_t count;
    uint32_t fixed; /* how many spans stay where they are when it moves sideways */
    bool moves;     /* it does: some line of its block of code is too wide */
    int cells;
};

/* A zeroed struct is empty. text holds every line's bytes, sanitised (see
 * base/sink.h), each line followed by one newline that belongs to no span. */
struct md_lines {
    struct buf text;
    struct md_line *line;
    size_t count, line_cap;
    struct md_span *spans;
    size_t span_count, span_cap;
    char **links; /* owned URLs as written in the source: not sanitised */
    size_t link_count, link_cap;
    uint32_t open_fixed;
    size_t open_first; /* first span of the line being built */
    int open_cells;
};

/* Adds a run to the line being built. The text must have come out of the sink
 * and hold no newline; runs equal in style, face and link are joined. */
void md_lines_add(struct md_lines *lines, enum style style, unsigned face, uint32_t link,
    const char *text, size_t len);

/* The same for a caller that has measured: cells is added to the line's width
 * as it stands, so the runs of one line may share one measure. */
void md_lines_add_cells(struct md_lines *lines, enum style style, unsigned face, uint32_t link,
    const char *text, size_t len, int cells);

/* Adds `count` blanks in STYLE_TEXT; none where count is not positive. */
void md_lines_add_blanks(struct md_lines *lines, int count);

/* Sanitises (SINK_LINE) and adds; for text from outside. */
void md_lines_add_raw(
    struct md_lines *lines, enum style style, unsigned face, uint32_t link, const char *text);

/* What was added to the line being built so far is a margin: it stays when the
 * line is moved sideways. */
void md_lines_fix(struct md_lines *lines);

/* Ends the line being built (an empty one where nothing was added). */
void md_lines_end(struct md_lines *lines);

/* Registers a URL (copied) and returns the link number for spans, never 0. */
uint32_t md_lines_link(struct md_lines *lines, const char *url, size_t len);

/* Wraps text from outside (sanitised here; a newline in it breaks the line) to
 * cols >= 1 cells in one style. Every line begins with `indent` blanks, which
 * count as part of cols, except the first where a line was begun already: the
 * text goes on behind it. Long words are broken. Ends the last line; text
 * without a word ends the line being built. */
void md_lines_wrap(struct md_lines *lines, enum style style, unsigned face, uint32_t link,
    const char *text, int cols, int indent);

/* Byte offset in lines->text where the line begins. */
size_t md_lines_offset(const struct md_lines *lines, size_t line);

/* Empties without giving memory back. */
void md_lines_clear(struct md_lines *lines);
void md_lines_release(struct md_lines *lines);

#endif
