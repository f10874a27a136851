/* Owns the way from blocks to lines of a given width, tables apart.
 * Must not know Markdown's syntax, nor what a style looks like. */
#include "md/layout.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "md/md.h"
#include "md/wrap.h"

/* Cells that prefixes may take at most: content keeps 12, or two thirds. */
static int prefix_limit(int cols)
{
    int third = cols / 3, rest = cols - 12;
    return rest > third ? rest : third;
}

int layout_room(const struct md_layout *layout)
{
    return layout->cols - layout->prefix;
}

void layout_repeat(struct md_layout *layout, enum style style, const char *mark, int count)
{
    for (int i = 0; i < count; i++)
        md_lines_add_cells(layout->lines, style, 0, 0, mark, strlen(mark), 1);
}

static void add_blanks(struct md_layout *layout, int count)
{
    md_lines_add_blanks(layout->lines, count);
}

static void add_mark(struct md_layout *layout, enum style style, const char *mark)
{
    md_lines_add(layout->lines, style, 0, 0, mark, strlen(mark));
}

/* An item's mark with the blank behind it. */
static void item_mark(const struct md_rich *rich, const struct md_block *item, struct buf *mark)
{
    static const char *const bullets[] = { "• ", "◦ ", "▪ " };
    if (item->text.len > 0)
        buf_addf(mark, "[%.*s] ", (int)item->text.len, rich->text.data + item->text.off);
    else if (item->delim != 0)
        buf_addf(mark, "%*u%c ", (int)item->digits, (unsigned)item->number, item->delim);
    else if (item->task == MD_NO_TASK)
        buf_adds(mark, bullets[item->level % 3]);
    if (item->task != MD_NO_TASK)
        buf_adds(mark, item->task == MD_DONE ? "☑ " : "☐ ");
}

static void add_frame_mark(struct md_layout *layout, struct md_frame *frame)
{
    if (frame->block->kind == MD_QUOTE) {
        add_mark(layout, STYLE_QUOTE, "│ ");
    } else if (frame->used) {
        add_blanks(layout, frame->cells);
    } else {
        struct buf mark = { 0 };
        item_mark(&layout->doc->rich, frame->block, &mark);
        add_mark(layout, STYLE_MARKER, buf_text(&mark));
        buf_release(&mark);
        frame->used = true;
    }
}

static void add_prefix(struct md_layout *layout)
{
    for (size_t i = 0; i < layout->count; i++)
        add_frame_mark(layout, &layout->frames[i]);
}

/* An empty line: the prefix up to the last thing to see in it, for what would
 * follow are blanks. */
static void add_empty_line(struct md_layout *layout)
{
    size_t shown = layout->count;
    while (shown > 0 && layout->frames[shown - 1].block->kind == MD_ITEM
           && layout->frames[shown - 1].used)
        shown--;
    for (size_t i = 0; i + 1 < shown; i++)
        add_frame_mark(layout, &layout->frames[i]);
    if (shown > 0) {
        struct md_frame *last = &layout->frames[shown - 1];
        struct buf mark = { 0 };
        if (last->block->kind == MD_ITEM)
            item_mark(&layout->doc->rich, last->block, &mark);
        else
            buf_adds(&mark, "│ ");
        md_lines_add(layout->lines, last->block->kind == MD_ITEM ? STYLE_MARKER : STYLE_QUOTE,
            0, 0, mark.data, mark.len - 1);
        last->used = true;
        buf_release(&mark);
    }
    md_lines_end(layout->lines);
}

void layout_lead(struct md_layout *layout)
{
    struct wrap wrap = { .text = buf_text(&layout->lead), .end = layout->lead.len };
    struct wrap_line line;
    while (wrap_more(&wrap)) {
        add_prefix(layout);
        wrap_next(&wrap, layout_room(layout), &line);
        md_lines_add_cells(layout->lines, STYLE_MARKER, 0, 0, wrap.text + line.from,
            line.to - line.from, line.cells);
        md_lines_end(layout->lines);
    }
    buf_clear(&layout->lead);
}

int layout_begin(struct md_layout *layout)
{
    int room = layout_room(layout);
    int lead = utf8_cells(buf_text(&layout->lead), layout->lead.len);
    if (lead > room / 2) {
        layout_lead(layout);
        lead = 0;
    }
    add_prefix(layout);
    if (lead > 0) {
        add_mark(layout, STYLE_MARKER, layout->lead.data);
        buf_clear(&layout->lead);
    }
    return room - lead;
}

void layout_text(
    struct md_layout *layout, struct md_cursor *cursor, size_t from, size_t to, int cells)
{
    while (from < to) {
        const struct md_run *run;
        size_t len = cursor_next(cursor, from, to, &run);
        uint32_t link = run->link != 0 ? (uint32_t)(run->link + layout->first_link) : 0;
        md_lines_add_cells(layout->lines, run->style, run->face, link,
            cursor->rich->text.data + from, len, cells);
        cells = 0;
        from += len;
    }
}

static void open_frame(struct md_layout *layout, const struct md_block *block)
{
    struct buf mark = { 0 };
    if (block->kind == MD_QUOTE)
        buf_adds(&mark, "│ ");
    else
        item_mark(&layout->doc->rich, block, &mark);
    struct md_frame frame = { .block = block, .cells = utf8_cells(mark.data, mark.len) };
    if (layout->hidden == 0 && layout->prefix + frame.cells <= prefix_limit(layout->cols)) {
        layout->frames =
            mem_grow(layout->frames, &layout->cap, layout->count + 1, sizeof *layout->frames);
        layout->frames[layout->count++] = frame;
        layout->prefix += frame.cells;
    } else {
        layout->hidden++;
        if (block->kind == MD_ITEM)
            buf_add(&layout->lead, mark.data, mark.len);
    }
    buf_release(&mark);
}

/* What holds nothing shows itself: a quote's bar, an item's mark. */
static void close_frame(struct md_layout *layout, const struct md_block *close)
{
    bool empty_quote = close[-1].kind == MD_QUOTE;
    layout_lead(layout);
    if (layout->hidden > 0) {
        layout->hidden--;
        if (empty_quote) {
            add_prefix(layout);
            add_mark(layout, STYLE_QUOTE, "│");
            md_lines_end(layout->lines);
        }
        return;
    }
    struct md_frame *frame = &layout->frames[layout->count - 1];
    if (empty_quote || (frame->block->kind == MD_ITEM && !frame->used))
        add_empty_line(layout);
    layout->prefix -= frame->cells;
    layout->count--;
}

/* Text wrapped behind `indent` more cells on every line; returns the cells of
 * its widest line. */
static int add_flow(struct md_layout *layout, const struct md_piece *piece, int indent,
    const char *first, enum style style)
{
    struct md_cursor cursor = cursor_at(&layout->doc->rich, piece);
    struct wrap wrap = {
        .text = layout->doc->rich.text.data, .at = piece->off, .end = piece->off + piece->len
    };
    struct wrap_line line;
    int widest = 0;
    while (wrap_more(&wrap)) {
        if (wrap.text[wrap.at] == '\n') {
            add_empty_line(layout);
            wrap.at++;
            continue;
        }
        int room = layout_begin(layout) - indent;
        if (indent > 0 && wrap.at == piece->off)
            add_mark(layout, style, first);
        else
            add_blanks(layout, indent);
        wrap_next(&wrap, room, &line);
        layout_text(layout, &cursor, line.from, line.to, line.cells);
        md_lines_end(layout->lines);
        widest = line.cells > widest ? line.cells : widest;
    }
    return widest;
}

/* Levels 1 and 2 stand on a rule as long as they are; the others carry their
 * marks as in the source, dim. */
static void add_heading(struct md_layout *layout, const struct md_block *block)
{
    static const char *const marks[] = { "", "", "### ", "#### ", "##### ", "###### " };
    const char *mark = marks[block->level - 1];
    if (block->level > 2) {
        int indent = (int)strlen(mark);
        bool fits = indent <= layout_room(layout) / 3;
        if (!fits)
            buf_adds(&layout->lead, mark);
        add_flow(layout, &block->text, fits ? indent : 0, mark, STYLE_MARKER);
        return;
    }
    int cells = add_flow(layout, &block->text, 0, "", STYLE_TEXT);
    int room = layout_begin(layout);
    layout_repeat(
        layout, STYLE_RULE, block->level == 1 ? "═" : "─", cells < room ? cells : room);
    md_lines_end(layout->lines);
}

static void add_rule(struct md_layout *layout)
{
    int room = layout_begin(layout);
    layout_repeat(layout, STYLE_RULE, "─", room);
    md_lines_end(layout->lines);
}

static void add_code_label(struct md_layout *layout, const struct md_block *block, int indent)
{
    const char *text = layout->doc->rich.text.data + block->text.off - block->extra;
    struct wrap wrap = { .text = text, .end = block->extra };
    struct wrap_line line;
    while (wrap_more(&wrap)) {
        layout_begin(layout);
        add_blanks(layout, indent);
        wrap_next(&wrap, layout_room(layout) - indent, &line);
        md_lines_add_cells(layout->lines, STYLE_CODE_LABEL, 0, 0, text + line.from,
            line.to - line.from, line.cells);
        md_lines_end(layout->lines);
    }
}

/* What stands before a line of code: nothing to see, or the mark of a line that
 * was folded. */
static void add_margin(struct md_layout *layout, int margin, bool folded)
{
    layout_begin(layout);
    if (folded && margin > 0) {
        add_blanks(layout, margin - 2);
        add_mark(layout, STYLE_MARKER, "↪ ");
    } else {
        add_blanks(layout, margin);
    }
    md_lines_fix(layout->lines);
}

/* Lines of code move sideways together where one of them is too wide. */
static void let_move(struct md_layout *layout, size_t first)
{
    struct md_lines *lines = layout->lines;
    int widest = 0;
    for (size_t i = first; i < lines->count; i++)
        widest = lines->line[i].cells > widest ? lines->line[i].cells : widest;
    for (size_t i = first; i < lines->count; i++)
        lines->line[i].moves = widest > layout->cols;
}

/* Code stands 4 cells in, with its label at 2; a line that is folded goes on
 * behind a mark in that margin. Without room there is no margin. */
static void add_code(struct md_layout *layout, const struct md_block *block)
{
    layout_lead(layout);
    int room = layout_room(layout), margin = room >= 32 ? 4 : room >= 8 ? 2 : 0;
    struct md_cursor cursor = cursor_at(&layout->doc->rich, &block->text);
    struct wrap wrap = { .text = buf_text(&layout->doc->rich.text),
        .at = block->text.off,
        .end = block->text.off + block->text.len };
    struct wrap_line line;
    add_code_label(layout, block, margin / 2);
    size_t first = layout->lines->count;
    while (wrap_fold(&wrap, layout->how & MD_UNFOLDED ? INT_MAX - 1 : room - margin, &line)) {
        bool folded = line.from > block->text.off && wrap.text[line.from - 1] != '\n';
        if (line.from == line.to) {
            add_empty_line(layout);
            continue;
        }
        add_margin(layout, margin, folded);
        layout_text(layout, &cursor, line.from, line.to, line.cells);
        md_lines_end(layout->lines);
    }
    if (layout->how & MD_UNFOLDED)
        let_move(layout, first);
}

static void add_block(struct md_layout *layout, const struct md_block *block)
{
    if (block->gap)
        add_empty_line(layout);
    switch ((enum md_kind)block->kind) {
    case MD_QUOTE:
    case MD_ITEM:
        open_frame(layout, block);
        break;
    case MD_CLOSE:
        close_frame(layout, block);
        break;
    case MD_PARAGRAPH:
        add_flow(layout, &block->text, 0, "", STYLE_TEXT);
        break;
    case MD_HEADING:
        add_heading(layout, block);
        break;
    case MD_CODE:
        add_code(layout, block);
        break;
    case MD_RULE:
        add_rule(layout);
        break;
    case MD_TABLE:
        layout_table(layout, &layout->doc->tables[block->extra]);
        break;
    }
}

/* Lays out a parsed part; `gap`: a blank line comes before its first block. */
static void lay_out(const struct md_doc *doc, const struct md_part *part, bool gap, int cols,
    unsigned how, struct md_lines *lines)
{
    struct md_layout layout = { .doc = doc,
        .lines = lines,
        .cols = cols,
        .how = how,
        .first_link = (int64_t)lines->link_count - (int64_t)part->link };
    for (size_t i = part->link; i < part->link + part->links; i++)
        md_lines_link(lines, doc->links[i].url, strlen(doc->links[i].url));
    if (gap && part->fence == SIZE_MAX && part->blocks > 0)
        md_lines_end(lines);
    for (size_t i = part->block; i < part->block + part->blocks; i++)
        add_block(&layout, &doc->blocks[i]);
    buf_release(&layout.lead);
    free(layout.frames);
}

void md_layout_part(
    struct md_doc *doc, size_t part, int cols, unsigned how, struct md_lines *lines)
{
    size_t empty = 0;
    while (empty < part && doc->parts[empty].known && doc->parts[empty].blocks == 0)
        empty++;
    parse_part(doc, &doc->parts[part]);
    lay_out(doc, &doc->parts[part], empty < part, cols, how, lines);
}

void md_layout(const struct md_doc *doc, int cols, struct md_lines *lines)
{
    size_t before = lines->count;
    for (size_t i = 0; i < doc->part_count; i++)
        lay_out(doc, &doc->parts[i], lines->count > before, cols, 0, lines);
}
