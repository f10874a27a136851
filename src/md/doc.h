/* A parsed document: a flat list of blocks over one sanitised string. Private
 * to src/md: parse.c and its helpers build it, layout.c reads it. */
#ifndef TALKBOOK_MD_DOC_H
#define TALKBOOK_MD_DOC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/style.h"
#include "md/names.h"

/* A run of one look; runs follow each other without a hole. */
struct md_run {
    uint32_t len;
    uint32_t link; /* 0 for none, else an index into md_doc.links plus 1 */
    uint8_t style;
    uint8_t face;
};

/* Styled text: bytes [off, off + len) of a string, whose runs begin at `run`.
 * In a document a newline is a hard break and everything else is sanitised. */
struct md_piece {
    size_t off, len;
    size_t run;
};

/* A string with its runs. While a paragraph is collected, breaks are kept
 * apart by MD_SOFT, MD_HARD and MD_BR, none of which the sink lets through. */
struct md_rich {
    struct buf text;
    struct md_run *runs;
    size_t count, cap;
    size_t floor; /* runs before this one are closed and never extended */
};

enum md_break { MD_HARD = '\n', MD_BR = '\v', MD_SOFT = '\r' };

/* QUOTE and ITEM hold the blocks up to their CLOSE. */
enum md_kind {
    MD_QUOTE,
    MD_ITEM,
    MD_CLOSE,
    MD_PARAGRAPH,
    MD_HEADING,
    MD_CODE,
    MD_RULE,
    MD_TABLE,
};

enum md_task { MD_NO_TASK, MD_TO_DO, MD_DONE };

struct md_block {
    uint8_t kind;         /* enum md_kind */
    bool gap;             /* a blank line stands before it */
    uint8_t level;        /* heading: 1-6; bulleted item: depth from 0 */
    uint8_t task;         /* item: enum md_task */
    char delim;           /* numbered item: '.' or ')', else 0 */
    uint8_t digits;       /* numbered item: of its list's longest number */
    uint32_t number;      /* numbered item */
    struct md_piece text; /* item: a footnote's label, else empty */
    size_t extra;         /* code: bytes of the label before text.off; table: its index */
};

/* url is as written; owned, or a reference's and borrowed. */
struct md_link {
    const char *url;
    char *owned;
};

enum md_align { MD_LEFT, MD_CENTRE, MD_RIGHT };

struct md_column {
    enum md_align align;
    int line, word; /* cells of its widest line and widest word */
};

/* Row 0 is the head, which may be empty; no other row is. Rows are ragged: cells that nobody
 * wrote are not stored, or a small source could ask for a billion of them. */
struct md_table {
    size_t column, columns; /* [column, column + columns) of md_doc.columns */
    size_t row, rows;       /* [row, row + rows) of md_doc.rows */
};

/* [cell, cell + count) of md_doc.cells; count <= the table's columns. */
struct md_row {
    size_t cell, count;
};

/* A stretch of the source that is parsed by itself (see md/split.h). What it
 * became: [block, block + blocks) and, of the links, [link, link + links). */
struct md_part {
    size_t off, len;
    size_t fence; /* it goes on in the fence that begins there; else SIZE_MAX */
    bool hostile; /* shown as written */
    bool known;   /* how many blocks it has */
    bool parsed;
    size_t block, blocks;
    size_t link, links;
};

struct md_doc {
    const char *src; /* borrowed, or clean */
    size_t len;
    char *clean; /* the source with line ends and footnotes made readable for cmark */
    struct md_part *parts;
    size_t part_count, part_cap;
    uint64_t steps;         /* what its source costs beyond its size, see md/guard.h */
    struct md_refs *refs;   /* owned */
    struct md_parse *parse; /* owned: what parsing keeps between parts */
    bool numbered;
    struct md_names numbers; /* the addresses of links that were given one */
    size_t *number_offs;     /* of each number's address in numbers.text */
    size_t number_cap;
    /* What was parsed so far, in the order of parsing. */
    struct md_rich rich;
    struct md_block *blocks;
    size_t block_count, block_cap;
    struct md_link *links;
    size_t link_count, link_cap;
    struct md_table *tables;
    size_t table_count, table_cap;
    struct md_column *columns;
    size_t column_count, column_cap;
    struct md_row *rows;
    size_t row_count, row_cap;
    struct md_piece *cells;
    size_t cell_count, cell_cap;
};

/* Appends bytes that are sanitised already, or whatever the source holds. */
void rich_add(struct md_rich *rich, struct md_run look, const char *text, size_t len);
void rich_add_raw(struct md_rich *rich, struct md_run look, const char *text, size_t len);

/* Begins a piece at the end of rich; ends it. */
struct md_piece rich_begin(struct md_rich *rich);
void rich_end(const struct md_rich *rich, struct md_piece *piece);

/* Gives back the last len bytes, which must lie in the last run. */
void rich_cut(struct md_rich *rich, size_t len);

void rich_clear(struct md_rich *rich);
void rich_release(struct md_rich *rich);

/* A place in a piece that only moves forward: the run that holds byte `off`. */
struct md_cursor {
    const struct md_rich *rich;
    size_t run;
    size_t start; /* byte where that run begins */
};

struct md_cursor cursor_at(const struct md_rich *rich, const struct md_piece *piece);

/* The longest stretch of [from, to) in one run, from < to; look is set to its
 * run. from must not lie before an earlier call's. */
size_t cursor_next(
    struct md_cursor *cursor, size_t from, size_t to, const struct md_run **look);

/* Forgets what was parsed, without giving memory back. */
void doc_clear(struct md_doc *doc);

/* Parses a part unless it is parsed already. */
void parse_part(struct md_doc *doc, struct md_part *part);
void parse_release(struct md_parse *parse);

/* Registers a URL, the second one without copying it, and returns its number for runs; 0 for an
 * empty one. */
uint32_t doc_add_link(struct md_doc *doc, const char *url, size_t len);
uint32_t doc_borrow_link(struct md_doc *doc, const char *url);

/* The number of an address, the next one where it is new; 0 where links get none. */
size_t doc_number(struct md_doc *doc, const char *url);

#endif
