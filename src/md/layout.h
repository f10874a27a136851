/* What laying out a block needs. Private to src/md. */
#ifndef TALKBOOK_MD_LAYOUT_H
#define TALKBOOK_MD_LAYOUT_H

#include "md/doc.h"
#include "md/lines.h"

/* An open quote or item whose prefix is shown. */
struct md_frame {
    const struct md_block *block;
    int cells;
    bool used; /* item: its mark has been shown */
};

/* The prefixes never take more than cols minus what content needs: deeper
 * quotes go without a bar, deeper items put their mark in lead, which comes
 * before the text of the next line. */
struct md_layout {
    const struct md_doc *doc;
    struct md_lines *lines;
    int cols;
    unsigned how; /* enum md_how */
    int prefix;   /* cells of all frames together */
    struct md_frame *frames;
    size_t count, cap;
    size_t hidden; /* open blocks without a frame, all inside of the frames */
    struct buf lead;
    int64_t first_link; /* a link's number in lines less its number in doc */
};

/* Cells beside the prefix, at least 1. */
int layout_room(const struct md_layout *layout);

/* Begins a line: prefix, then the lead. Returns the cells that are left. */
int layout_begin(struct md_layout *layout);

/* Shows a waiting lead on lines of its own. */
void layout_lead(struct md_layout *layout);

/* Adds bytes [from, to), `cells` wide, of the cursor's text. */
void layout_text(
    struct md_layout *layout, struct md_cursor *cursor, size_t from, size_t to, int cells);

/* Adds `count` times a mark of one cell. */
void layout_repeat(struct md_layout *layout, enum style style, const char *mark, int count);

void layout_table(struct md_layout *layout, const struct md_table *table);

#endif
