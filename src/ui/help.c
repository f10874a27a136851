/* Owns the help's contents: made from the tables and the keys as they are now. */
#include "ui/help.h"

#include <stdlib.h>
#include <string.h>

#include "base/sink.h"
#include "base/utf8.h"
#include "ui/view.h"

enum { KEY_CELLS = 22, NAME_CELLS = 18 };

/* Adds text and blanks up to a column. */
static void add_column(struct md_lines *lines, enum style style, const char *text, int cells)
{
    struct buf padded = { 0 };
    buf_adds(&padded, text);
    int used = utf8_cells(text, strlen(text));
    buf_repeat(&padded, ' ', (size_t)(used < cells ? cells - used : 1));
    md_lines_add(lines, style, 0, 0, padded.data, padded.len);
    buf_release(&padded);
}

static bool wanted(const struct help *help, const char *row)
{
    struct match_range range;
    struct matcher one = { .count = 1 };
    for (size_t i = 0; i < help->matcher.count; i++) {
        one.terms = &help->matcher.terms[i];
        if (!match_next(&one, row, strlen(row), 0, &range))
            return false;
    }
    return true;
}

static bool add_row(
    struct help *help, struct md_lines *lines, enum command_id id, const char *title, int cols)
{
    struct buf keys = { 0 }, row = { 0 };
    keymap_add_keys(help->keymap, id, &keys);
    buf_addf(&row, "%s %s %s", buf_text(&keys), commands[id].name, commands[id].help);
    bool show = wanted(help, row.data);
    if (show && title != NULL) {
        if (lines->count > 0)
            md_lines_end(lines);
        md_lines_add(lines, STYLE_HEADING2, 0, 0, title, strlen(title));
        md_lines_end(lines);
    }
    if (show && cols < KEY_CELLS + NAME_CELLS + 20) {
        md_lines_wrap(lines, STYLE_TEXT, 0, 0, row.data, cols, 0);
    } else if (show) {
        add_column(lines, STYLE_MARKER, keys.len > 0 ? keys.data : "-", KEY_CELLS);
        add_column(lines, STYLE_DIM, commands[id].name, NAME_CELLS);
        md_lines_wrap(lines, STYLE_TEXT, 0, 0, commands[id].help, cols, KEY_CELLS + NAME_CELLS);
    }
    buf_release(&keys);
    buf_release(&row);
    return show;
}

static void make(struct help *help)
{
    int cols = help->text.cols > 24 ? help->text.cols - 3 : help->text.cols;
    text_clear(&help->text);
    struct md_lines *lines = text_begin_part(&help->text);
    for (int scope = 0; scope < SCOPE__COUNT; scope++) {
        const char *title = command_scope_titles[scope];
        for (int id = 0; id < CMD__COUNT; id++)
            if ((int)commands[id].scope == scope
                && add_row(help, lines, (enum command_id)id, title, cols))
                title = NULL;
    }
    if (lines->count == 0)
        md_lines_wrap(lines, STYLE_DIM, 0, 0, "no key or command has these words",
            cols < 1 ? 1 : cols, 0);
    text_find(&help->text, &help->matcher);
    text_end_part(&help->text);
    text_scroll(&help->text, 0);
}

void help_init(struct help *help, const struct keymap *keymap)
{
    *help = (struct help){ .view = { &help_ops }, .keymap = keymap };
}

void help_release(struct help *help)
{
    text_release(&help->text);
    match_release(&help->matcher);
    *help = (struct help){ 0 };
}

void help_filter(struct help *help, const char *text)
{
    struct query query;
    struct err err = { 0 };
    match_release(&help->matcher);
    if (query_parse(&query, text, true, &err))
        match_init(&help->matcher, &query);
    query_release(&query);
    err_release(&err);
    help->text.top = 0;
    if (help->text.cols > 0)
        make(help);
}

static struct help *self(struct view *view)
{
    return (struct help *)view;
}

static void help_move(struct view *view, enum command_id command, int count)
{
    text_move(&self(view)->text, command, count);
}

static void help_resize(struct view *view, int rows, int cols)
{
    struct help *help = self(view);
    help->text.rows = rows;
    if (cols != help->text.cols && cols > 0) {
        help->text.cols = cols;
        make(help);
    }
    text_scroll(&help->text, 0);
}

static void help_draw(
    const struct view *view, struct grid *grid, struct rect rect, bool focused)
{
    (void)focused;
    text_draw(&((const struct help *)view)->text, grid, rect);
}

static void help_click(struct view *view, int row)
{
    (void)view;
    (void)row;
}

static void help_scroll(struct view *view, int lines)
{
    text_scroll(&self(view)->text, lines);
}

static void help_text(const struct view *view, struct buf *out)
{
    text_add_all(&((const struct help *)view)->text, out);
}

const struct view_ops help_ops = {
    .move = help_move,
    .resize = help_resize,
    .draw = help_draw,
    .click = help_click,
    .scroll = help_scroll,
    .text = help_text,
};
