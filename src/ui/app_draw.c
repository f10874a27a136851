/* Owns the frame: the bar above, the line below, the border, the overlay. */
#include <stdlib.h>
#include <string.h>

#include "base/sink.h"
#include "base/utf8.h"
#include "ui/app.h"

/* Writes one piece of the top bar; returns the next column. */
static int bar_piece(
    struct grid *grid, struct rect bar, int col, enum style style, const char *text)
{
    char *clean = sink_line(text);
    col += grid_puts(grid, bar.row, col, bar.cols - col, style, 0, clean);
    free(clean);
    return col;
}

static void draw_bar(const struct app *app, struct grid *grid, struct rect bar)
{
    struct buf text = { 0 };
    const struct list *list = &app->list;
    if (bar.rows == 0)
        return;
    grid_fill(grid, bar.row, bar.col, bar.cols, STYLE_BAR, 0);
    int col = bar_piece(grid, bar, 0, STYLE_BAR_KEY, " talkbook ");
    if (db_read_only(app->db) != NULL)
        col = bar_piece(grid, bar, col, STYLE_BAR_KEY, " read-only ");
    if (app->finder.open)
        buf_adds(&text, " find a talk ");
    else if (app->helping)
        buf_adds(&text, " keys, as they are now ");
    else if (app->over == OVER_LINKS)
        buf_addf(&text, " links: %zu ", app->links.count);
    else if (app->over == OVER_ITEMS)
        items_add_title(&app->items, &text);
    else if (app->over == OVER_PAGE)
        buf_addf(&text, " %s ", app->page.title);
    else if (list->searching)
        buf_addf(&text, " search: %s · %zu%s found ", app->query != NULL ? app->query : "",
            list->hits.count, list->hits.more ? "+" : "");
    else {
        buf_addf(&text, " by %s", db_group_names[list->group]);
        if (list->sort != DB_SORT_TIME)
            buf_addf(&text, ", %s", db_sort_names[list->sort]);
        if (app->limit != NULL)
            buf_addf(&text, " · limit: %s", app->limit);
        buf_addf(&text, " · %d talk%s ✓%d ★%d ✎%d ", list->total.talks,
            list->total.talks == 1 ? "" : "s", list->total.watched, list->total.starred,
            list->total.notes);
    }
    bar_piece(grid, bar, col, STYLE_BAR, text.data);
    buf_release(&text);
}

static void add_position(const struct app *app, struct buf *out)
{
    if (app->finder.open) {
        if (app->finder.talks.left_count > 0)
            buf_addf(out, "%zu/%zu", app->finder.selected + 1, app->finder.talks.left_count);
        return;
    }
    bool page = !app->helping && app->over == OVER_PAGE;
    const struct text *text = app->helping ? &app->help.text
                              : page       ? &app->page.text
                                           : &app->reader.text;
    if (!app->helping && app->over == OVER_LINKS) {
        buf_addf(out, "%zu/%zu", app->links.selected + 1, app->links.count);
        return;
    }
    if (!app->helping && app->over == OVER_ITEMS) {
        if (app->items.list.count > 0)
            buf_addf(out, "%zu/%zu%s", app->items.selected + 1, app->items.list.count,
                app->items.more ? "+" : "");
        return;
    }
    if (!app->helping && !page && app->focus == FOCUS_LIST) {
        if (app->list.count > 0)
            buf_addf(out, "%zu/%zu", app->list.selected + 1, app->list.count);
        return;
    }
    size_t shown = text->top + (size_t)(text->rows > 0 ? text->rows : 0);
    if (shown >= text->line_count && text->top == 0)
        buf_adds(out, "all");
    else if (shown >= text->line_count)
        buf_adds(out, "end");
    else
        buf_addf(out, "%zu%%", shown * 100 / text->line_count);
}

static const char *hint_text(const struct app *app)
{
    if (app->finder.open)
        return "Enter read  Esc back  ↑ ↓ select  letters of title or speakers, in order";
    if (app->helping)
        return "q back  / find a key";
    if (app->over == OVER_LINKS)
        return "Enter open  q back";
    if (app->over == OVER_ITEMS)
        return app->items.kind == ITEMS_INBOX ? "Enter go there  x tick off  u undo  q back"
                                              : "Enter go there  q back";
    if (app->over == OVER_PAGE)
        return "q back";
    if (app->focus == FOCUS_READER && app->reader.text.link.any)
        return "Enter open the link  Tab next link  f all links  q back  ? keys";
    if (app->focus == FOCUS_READER)
        return "q back  a note  e edit  ] next note  n next match  f links  o video  ? keys";
    if (app->list.searching)
        return !app->layout.two_panes
                   ? "Enter read  Esc back to the list  / change the search"
                   : "Enter read  n next match  Esc back to the list  / change the search";
    return "Enter read  / search  a note  s star  w watched  g… group  ? keys";
}

static void draw_status(const struct app *app, struct grid *grid, struct rect line)
{
    struct buf right = { 0 };
    if (line.rows == 0)
        return;
    if (app->prompt.active) {
        prompt_draw(&app->prompt, grid, line);
        return;
    }
    struct buf choices = { 0 };
    keymap_add_choices(app->keymap, &choices);
    keymap_add_pending(app->keymap, &right);
    if (right.len > 0)
        buf_adds(&right, "  ");
    app_watch_add_status(app, &right);
    add_position(app, &right);
    int cells = utf8_cells(buf_text(&right), right.len);
    int room = line.cols - cells - 2;
    char *clean = sink_line(choices.len > 0        ? choices.data
                            : app->message != NULL ? app->message
                                                   : hint_text(app));
    enum style style = app->message == NULL || choices.len > 0 ? STYLE_DIM
                       : app->message_is_error                 ? STYLE_ERROR
                                                               : STYLE_SUCCESS;
    if (room < 8)
        room = line.cols;
    /* What is said and does not fit begins above: it may name a file. A hint is cut. */
    if (style == STYLE_DIM)
        grid_puts(grid, line.row, line.col, room, style, 0, clean);
    else
        grid_puts_up(grid, line.row, line.col, line.cols, room, style, clean);
    if (room < line.cols)
        grid_puts(grid, line.row, line.cols - cells - 1, cells, STYLE_DIM, 0, buf_text(&right));
    free(clean);
    buf_release(&choices);
    buf_release(&right);
}

static void draw_panes(const struct app *app, struct grid *grid)
{
    const struct layout *layout = &app->layout;
    if (layout->list.rows > 0)
        list_ops.draw(&app->list.view, grid, layout->list, app->focus == FOCUS_LIST);
    if (layout->reader.rows > 0)
        reader_ops.draw(&app->reader.view, grid, layout->reader, app->focus == FOCUS_READER);
    for (int i = 0; i < layout->border.rows; i++)
        grid_put(grid, layout->border.row + i, layout->border.col, 1, STYLE_BORDER, 0, "│",
            strlen("│"));
}

void app_draw(const struct app *app, struct grid *grid)
{
    const struct layout *layout = &app->layout;
    grid_resize(grid, app->rows, app->cols);
    draw_bar(app, grid, layout->top);
    if (app->finder.open) {
        struct rect rect = app_finder_rect(app);
        if (rect.row + rect.rows < app->rows)
            draw_status(app, grid, layout->status);
        finder_ops.draw(&app->finder.view, grid, rect, true);
        return;
    }
    struct rect body = { layout->top.rows, 0,
        app->rows - layout->top.rows - layout->status.rows, app->cols };
    if (app->helping)
        help_ops.draw(&app->help.view, grid, body, true);
    else if (app->over == OVER_LINKS)
        links_ops.draw(&app->links.view, grid, body, true);
    else if (app->over == OVER_ITEMS)
        items_ops.draw(&app->items.view, grid, body, true);
    else if (app->over == OVER_PAGE)
        page_ops.draw(&app->page.view, grid, body, true);
    else
        draw_panes(app, grid);
    draw_status(app, grid, layout->status);
}
