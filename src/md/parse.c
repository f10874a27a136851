/* Owns the way from Markdown source to a document: cmark's tree becomes a flat
 * list of blocks. Must not know widths. Iterates: a tree may be 100,000 deep. */
#include <cmark.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/sink.h"
#include "base/utf8.h"
#include "md/arena.h"
#include "md/doc.h"
#include "md/inline.h"
#include "md/lexer.h"
#include "md/md.h"
#include "md/refs.h"
#include "md/settle.h"
#include "md/split.h"
#include "md/table.h"

/* An open document, quote, list or item. */
struct level {
    bool tight;     /* no blank lines between its children */
    bool gap_first; /* list: one stands before it */
    bool is_quote;
    char delim; /* numbered list, else 0 */
    uint8_t digits;
    uint8_t bullet; /* bulleted list: its depth */
    uint32_t number;
    size_t children;
};

struct md_parse {
    struct md_doc *doc;
    struct buf text; /* a part's source, where it isn't the document's own */
    bool in_fence;   /* the part's first block goes on with an earlier part's */
    struct level *levels;
    size_t count, cap;
    size_t quotes;   /* open ones */
    uint8_t bullets; /* open bulleted lists, kept below 255 */
    struct md_inline in;
    struct md_settle settle;
    struct md_table_scan table;
    struct md_source source;
};

static struct level *top(struct md_parse *parse)
{
    return &parse->levels[parse->count - 1];
}

static void push(struct md_parse *parse, struct level level)
{
    parse->levels =
        mem_grow(parse->levels, &parse->cap, parse->count + 1, sizeof *parse->levels);
    parse->levels[parse->count++] = level;
}

/* Counts a child of the innermost level; whether a blank line comes before it. */
static bool next_child(struct md_parse *parse)
{
    struct level *level = top(parse);
    return level->children++ == 0 ? level->gap_first : !level->tight;
}

static struct md_block *add_block(struct md_parse *parse, struct md_block block)
{
    struct md_doc *doc = parse->doc;
    if (block.kind != MD_CLOSE)
        block.gap = next_child(parse);
    doc->blocks =
        mem_grow(doc->blocks, &doc->block_cap, doc->block_count + 1, sizeof *doc->blocks);
    doc->blocks[doc->block_count] = block;
    return &doc->blocks[doc->block_count++];
}

static enum style base_style(const struct md_parse *parse)
{
    return parse->quotes > 0 ? STYLE_QUOTE : STYLE_TEXT;
}

static uint8_t count_digits(uint64_t number)
{
    uint8_t digits = 1;
    for (; number >= 10; number /= 10)
        digits++;
    return digits;
}

static void open_list(struct md_parse *parse, cmark_node *node)
{
    struct level level = { .gap_first = next_child(parse),
        .tight = cmark_node_get_list_tight(node) != 0,
        .bullet = parse->bullets };
    if (cmark_node_get_list_type(node) == CMARK_ORDERED_LIST) {
        uint64_t count = 0;
        for (cmark_node *item = cmark_node_first_child(node); item != NULL;
             item = cmark_node_next(item))
            count++;
        level.number = (uint32_t)cmark_node_get_list_start(node);
        level.delim = cmark_node_get_list_delim(node) == CMARK_PAREN_DELIM ? ')' : '.';
        level.digits = count_digits(level.number + count - 1);
    } else if (parse->bullets < UINT8_MAX) {
        parse->bullets++;
    }
    push(parse, level);
}

static void close_list(struct md_parse *parse)
{
    struct level *list = top(parse);
    if (list->delim == 0)
        parse->bullets = list->bullet;
    parse->count--;
}

static void open_item(struct md_parse *parse)
{
    struct level *list = top(parse);
    struct level item = { .tight = list->tight };
    struct md_block block = { .kind = MD_ITEM,
        .level = list->bullet,
        .delim = list->delim,
        .digits = list->digits,
        .number = list->number++ };
    add_block(parse, block);
    push(parse, item);
}

static void open_quote(struct md_parse *parse)
{
    add_block(parse, (struct md_block){ .kind = MD_QUOTE });
    push(parse, (struct level){ .is_quote = true });
    parse->quotes++;
}

static void close_level(struct md_parse *parse)
{
    parse->quotes -= top(parse)->is_quote;
    parse->count--;
    add_block(parse, (struct md_block){ .kind = MD_CLOSE });
}

static void add_settled(struct md_parse *parse, struct md_block block, struct md_cursor *cursor,
    size_t from, size_t to)
{
    block.text = settle(&parse->settle, cursor, from, to);
    if (block.text.len > 0)
        add_block(parse, block);
}

/* A footnote's definition, which mark_notes() made an item: its label becomes
 * the item's mark. */
static size_t take_note(struct md_parse *parse, struct md_block *item)
{
    struct md_rich *rich = &parse->doc->rich;
    const char *text = buf_text(&parse->in.rich.text);
    size_t len = item->delim == ')' ? split_note_len(text, parse->in.rich.text.len) : 0;
    if (len == 0 || !refs_has_note(parse->doc->refs, text + 2, len - 4))
        return 0;
    item->text = rich_begin(rich);
    rich_add(rich, (struct md_run){ .style = STYLE_MARKER }, text + 2, len - 4);
    rich_end(rich, &item->text);
    return len;
}

/* What an item's first paragraph begins with and belongs to the item: a box, a
 * footnote's label. Returns its bytes. */
static size_t take_mark(struct md_parse *parse)
{
    struct md_doc *doc = parse->doc;
    size_t from = 0;
    struct md_block *last = doc->block_count > 0 ? &doc->blocks[doc->block_count - 1] : NULL;
    if (last == NULL || last->kind != MD_ITEM)
        return 0;
    last->task = (uint8_t)settle_task(&parse->in.rich, &from);
    return from > 0 ? from : take_note(parse, last);
}

static void end_paragraph(struct md_parse *parse, cmark_node *node)
{
    struct md_rich *text = &parse->in.rich;
    struct md_cursor cursor = { .rich = text };
    struct md_block paragraph = { .kind = MD_PARAGRAPH };
    int last_line = cmark_node_get_end_line(node);
    size_t from = take_mark(parse);
    if (!table_scan(
            &parse->table, text, &parse->source, last_line > 0 ? (size_t)last_line : 0)) {
        add_settled(parse, paragraph, &cursor, from, text->text.len);
        return;
    }
    size_t head = parse->table.lines[parse->table.head].from;
    if (head > from && parse->table.head > 0)
        add_settled(
            parse, paragraph, &cursor, from, parse->table.lines[parse->table.head - 1].to);
    struct md_block table = { .kind = MD_TABLE };
    if (table_add(&parse->table, &parse->settle, &cursor, &table.extra))
        add_block(parse, table);
}

static void end_heading(struct md_parse *parse, cmark_node *node)
{
    struct md_cursor cursor = { .rich = &parse->in.rich };
    struct md_block block = { .kind = MD_HEADING,
        .level = (uint8_t)cmark_node_get_heading_level(node) };
    add_settled(parse, block, &cursor, 0, parse->in.rich.text.len);
}

/* Appends sanitised code with its tabs expanded to multiples of 4 cells. */
static void add_expanded(struct buf *out, const char *text, size_t len)
{
    int cells = 0;
    for (size_t at = 0; at < len;) {
        size_t run = 0;
        while (at + run < len && text[at + run] != '\t' && text[at + run] != '\n')
            run++;
        buf_add(out, text + at, run);
        cells += utf8_cells(text + at, run);
        at += run;
        if (at < len && text[at] == '\t') {
            buf_repeat(out, ' ', (size_t)(4 - cells % 4));
            cells += 4 - cells % 4;
        } else if (at < len) {
            buf_addc(out, '\n');
            cells = 0;
        }
        at++;
    }
}

/* Drops blank lines at both ends of sanitised code: blank lines between blocks
 * are layout's. */
static void trim_code(const char **text, size_t *len)
{
    for (;;) {
        size_t blank = strspn(*text, " \t");
        if (blank == *len || (*text)[blank] != '\n')
            break;
        *text += blank + 1;
        *len -= blank + 1;
    }
    while (*len > 0 && strchr(" \t\n", (*text)[*len - 1]) != NULL)
        --*len;
}

/* Code without anything that must not be in it, trimmed. *text is in one of
 * the buffers. */
static void clean_code(struct buf *clean, struct buf *expanded, const char **text, size_t *len)
{
    sink_add(clean, *text, *len, SINK_TEXT);
    if (clean->len > 0 && memchr(clean->data, '\t', clean->len) != NULL) {
        add_expanded(expanded, clean->data, clean->len);
        clean = expanded;
    }
    *text = buf_text(clean);
    *len = clean->len;
    trim_code(text, len);
}

/* Adds code, of one look where no language is given. */
static struct md_piece add_code_text(struct md_rich *rich, enum style style,
    const struct language *language, const char *text, size_t len)
{
    struct buf clean = { 0 }, expanded = { 0 };
    struct md_piece piece = rich_begin(rich);
    clean_code(&clean, &expanded, &text, &len);
    struct lexer lexer = { .language = language, .text = text, .end = len };
    if (language == NULL)
        rich_add(rich, (struct md_run){ .style = (uint8_t)style }, text, len);
    while (language != NULL && lexer.at < len) {
        size_t from = lexer.at;
        struct md_run look = { .style = (uint8_t)lexer_next(&lexer) };
        rich_add(rich, look, text + from, lexer.at - from);
    }
    rich_end(rich, &piece);
    buf_release(&clean);
    buf_release(&expanded);
    return piece;
}

static void add_code(struct md_parse *parse, const char *text, const char *label)
{
    struct md_rich *rich = &parse->doc->rich;
    struct md_block block = { .kind = MD_CODE };
    size_t before = rich->text.len;
    rich_begin(rich);
    if (!parse->in_fence)
        rich_add_raw(rich, (struct md_run){ .style = STYLE_CODE_LABEL }, label, strlen(label));
    parse->in_fence = false;
    block.extra = rich->text.len - before;
    block.text = add_code_text(
        rich, STYLE_CODE, language_find(label, strlen(label)), text, strlen(text));
    if (block.text.len > 0 || block.extra > 0)
        add_block(parse, block);
}

static void add_html(struct md_parse *parse, const char *text)
{
    size_t len = strlen(text);
    if (html_is_verbatim(text, len)) {
        add_code(parse, text, "");
        return;
    }
    struct md_cursor cursor = { .rich = &parse->in.rich };
    inline_begin(&parse->in, base_style(parse));
    inline_html_block(&parse->in, text, len);
    add_settled(
        parse, (struct md_block){ .kind = MD_PARAGRAPH }, &cursor, 0, parse->in.rich.text.len);
}

static void enter(struct md_parse *parse, cmark_node *node, cmark_node_type type)
{
    if (type == CMARK_NODE_LIST)
        open_list(parse, node);
    else if (type == CMARK_NODE_ITEM)
        open_item(parse);
    else if (type == CMARK_NODE_BLOCK_QUOTE)
        open_quote(parse);
    else if (type == CMARK_NODE_PARAGRAPH)
        inline_begin(&parse->in, base_style(parse));
    else if (type == CMARK_NODE_HEADING)
        inline_begin(&parse->in, STYLE_HEADING1 + cmark_node_get_heading_level(node) - 1);
    else if (type == CMARK_NODE_CODE_BLOCK)
        add_code(parse, cmark_node_get_literal(node), cmark_node_get_fence_info(node));
    else if (type == CMARK_NODE_HTML_BLOCK)
        add_html(parse, cmark_node_get_literal(node));
    else if (type == CMARK_NODE_THEMATIC_BREAK)
        add_block(parse, (struct md_block){ .kind = MD_RULE });
    else if (type != CMARK_NODE_DOCUMENT)
        inline_event(&parse->in, node, true);
}

static void leave(struct md_parse *parse, cmark_node *node, cmark_node_type type)
{
    if (type == CMARK_NODE_LIST)
        close_list(parse);
    else if (type == CMARK_NODE_ITEM || type == CMARK_NODE_BLOCK_QUOTE)
        close_level(parse);
    else if (type == CMARK_NODE_PARAGRAPH)
        end_paragraph(parse, node);
    else if (type == CMARK_NODE_HEADING)
        end_heading(parse, node);
    else if (type != CMARK_NODE_DOCUMENT)
        inline_event(&parse->in, node, false);
}

static void walk(struct md_parse *parse, cmark_node *root)
{
    cmark_iter *iter = cmark_iter_new(root);
    cmark_event_type event;
    while ((event = cmark_iter_next(iter)) != CMARK_EVENT_DONE) {
        cmark_node *node = cmark_iter_get_node(iter);
        cmark_node_type type = cmark_node_get_type(node);
        if (event == CMARK_EVENT_ENTER)
            enter(parse, node, type);
        else
            leave(parse, node, type);
    }
    cmark_iter_free(iter);
}

/* What would take too long to parse is shown as it is written. */
static void add_as_written(struct md_parse *parse, const char *text, size_t len)
{
    static const char why[] = "Shown as written: parsing this would take too long.";
    struct md_rich *rich = &parse->doc->rich;
    struct md_block block = { .kind = MD_PARAGRAPH, .text = rich_begin(rich) };
    rich_add(rich, (struct md_run){ .style = STYLE_DIM }, why, sizeof why - 1);
    rich_end(rich, &block.text);
    add_block(parse, block);
    block.text = add_code_text(rich, STYLE_TEXT, NULL, text, len);
    add_block(parse, block);
}

static void parse_source(struct md_parse *parse, const char *src, size_t len)
{
    cmark_parser *parser = cmark_parser_new_with_mem(CMARK_OPT_DEFAULT, arena_mem());
    parse->source = (struct md_source){ .text = src, .len = len };
    cmark_parser_feed(parser, src, len);
    walk(parse, cmark_parser_finish(parser));
    arena_reset();
}

static void parse_parsable(struct md_parse *parse, const struct md_part *part)
{
    struct md_doc *doc = parse->doc;
    const char *text = doc->src + part->off;
    buf_clear(&parse->text);
    parse->in_fence = part->fence != SIZE_MAX;
    if (doc->part_count > 1)
        refs_add_prefix(doc->refs, text, part->len, &parse->text);
    if (parse->in_fence)
        buf_add(&parse->text, doc->src + part->fence, split_line_len(doc->src + part->fence));
    if (parse->text.len == 0) {
        parse_source(parse, text, part->len);
        return;
    }
    buf_add(&parse->text, text, part->len);
    parse_source(parse, buf_text(&parse->text), parse->text.len);
}

void parse_part(struct md_doc *doc, struct md_part *part)
{
    if (part->parsed)
        return;
    if (doc->parse == NULL) {
        doc->parse = mem_zero(1, sizeof *doc->parse);
        doc->parse->doc = doc->parse->in.doc = doc->parse->settle.doc = doc;
    }
    part->block = doc->block_count;
    part->link = doc->link_count;
    doc->parse->count = 0;
    push(doc->parse, (struct level){ 0 });
    if (part->hostile)
        add_as_written(doc->parse, doc->src + part->off, part->len);
    else
        parse_parsable(doc->parse, part);
    part->blocks = doc->block_count - part->block;
    part->links = doc->link_count - part->link;
    part->known = part->parsed = true;
}

void parse_release(struct md_parse *parse)
{
    if (parse == NULL)
        return;
    buf_release(&parse->text);
    free(parse->levels);
    rich_release(&parse->in.rich);
    settle_release(&parse->settle);
    table_release(&parse->table);
    free(parse);
}

const char *md_library(void)
{
    return cmark_version_string();
}
