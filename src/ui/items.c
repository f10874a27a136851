/* Owns the list of tasks and notes. Must not know what opens or ticks them. */
#include "ui/items.h"

#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/mem.h"
#include "base/sink.h"
#include "base/utf8.h"
#include "model/note_items.h"

enum { AT_ONCE = 200 };

void items_init(struct items *items, struct db *db)
{
    *items = (struct items){ .view = { &items_ops }, .db = db };
}

void items_release(struct items *items)
{
    db_items_release(&items->list);
    err_release(&items->err);
}

static void read_more(struct items *items)
{
    size_t before = items->list.count;
    const struct db_item *last = before > 0 ? &items->list.items[before - 1] : NULL;
    /* The last one moves when the list grows. */
    struct db_item after = last != NULL ? *last : (struct db_item){ 0 };
    bool ok = items->kind == ITEMS_INBOX
                  ? db_inbox_read(items->db, last != NULL ? &after : NULL, AT_ONCE,
                      &items->list, &items->err)
                  : db_notes_newest(items->db, last != NULL ? after.note_id : INT64_MAX,
                      AT_ONCE, &items->list, &items->err);
    items->more = ok && items->list.count - before == AT_ONCE;
}

void items_read(struct items *items, enum items_kind kind, bool keep)
{
    size_t selected = keep ? items->selected : 0;
    db_items_release(&items->list);
    items->kind = kind;
    items->more = true;
    while (items->more && items->list.count <= selected)
        read_more(items);
    size_t count = items->list.count;
    items->selected = selected < count ? selected : count > 0 ? count - 1 : 0;
    items->top = keep ? items->top : 0;
}

const struct db_item *items_selected(const struct items *items)
{
    return items->selected < items->list.count ? &items->list.items[items->selected] : NULL;
}

void items_add_title(const struct items *items, struct buf *out)
{
    size_t count = items->list.count;
    const char *more = items->more ? "+" : "";
    if (items->kind == ITEMS_INBOX)
        buf_addf(out, " inbox: %zu%s open ", count, more);
    else
        buf_addf(out, " notes: %zu%s, the newest first ", count, more);
}

static struct items *self(struct view *view)
{
    return (struct items *)view;
}

static void items_move(struct view *view, enum command_id command, int count)
{
    struct items *items = self(view);
    while (command == CMD_bottom && items->more)
        read_more(items);
    items->selected = (size_t)view_move_position(
        command, count, (long)items->selected, (long)items->list.count, items->rows);
}

static void items_resize(struct view *view, int rows, int cols)
{
    struct items *items = self(view);
    (void)cols;
    items->rows = rows > 0 ? rows : 1;
    size_t page = (size_t)items->rows;
    while (items->more && items->list.count < items->selected + 2 * page)
        read_more(items);
    if (items->selected < items->top)
        items->top = items->selected;
    if (items->selected >= items->top + page)
        items->top = items->selected - page + 1;
}

/* Where a note belongs, at the right of its row. */
static int draw_place(
    const struct db_item *item, struct grid *grid, struct rect rect, int row, unsigned face)
{
    char *place = sink_line(item->title[0] != '\0'      ? item->title
                            : item->talk_key[0] != '\0' ? item->talk_key
                                                        : item->topic_slug);
    int cells = utf8_cells(place, strlen(place)), most = rect.cols * 2 / 5;
    cells = cells < most ? cells : most;
    if (cells > 0 && rect.cols >= 40)
        grid_puts(grid, row, rect.col + rect.cols - cells, cells, STYLE_DIM, face, place);
    else
        cells = 0;
    free(place);
    return cells > 0 ? cells + 2 : 0;
}

static void draw_row(
    const struct items *items, size_t index, struct grid *grid, struct rect rect, int row)
{
    static const struct {
        const char *sign;
        enum style style;
    } signs[] = { [NOTE_TODO] = { "TODO ", STYLE_ERROR },
        [NOTE_QUESTION] = { "Q    ", STYLE_STAR },
        [NOTE_BOX] = { "☐    ", STYLE_MARKER } };
    const struct db_item *item = &items->list.items[index];
    unsigned face = index == items->selected ? FACE_SELECTED : 0;
    struct buf date = { 0 };
    grid_fill(grid, row, rect.col, rect.cols, STYLE_TEXT, face);
    int right = draw_place(item, grid, rect, row, face), col = 1;
    bool task =
        items->kind == ITEMS_INBOX && item->number >= NOTE_TODO && item->number <= NOTE_BOX;
    if (task)
        col += grid_puts(grid, row, rect.col + col, rect.cols - col, signs[item->number].style,
            face, signs[item->number].sign);
    else {
        buf_add(&date, item->updated_at, strnlen(item->updated_at, 10));
        buf_adds(&date, "  ");
        col += grid_puts(
            grid, row, rect.col + col, rect.cols - col, STYLE_DIM, face, buf_text(&date));
    }
    char *title = task ? NULL : note_title(item->text);
    char *text = sink_line(task ? item->text : title);
    int room = rect.cols - col - right;
    if (room > 0)
        grid_puts(grid, row, rect.col + col, room, STYLE_TEXT, face, text);
    free(title);
    free(text);
    buf_release(&date);
}

static void items_draw(
    const struct view *view, struct grid *grid, struct rect rect, bool focused)
{
    const struct items *items = (const struct items *)view;
    (void)focused;
    if (items->list.count == 0 && rect.rows > 0)
        grid_puts(grid, rect.row, rect.col + 1, rect.cols - 1, STYLE_DIM, 0,
            items->kind == ITEMS_INBOX
                ? "nothing is open: TODO:, Q: and - [ ] in notes come here"
                : "no notes yet; a writes one on the talk at hand, ga a free one");
    for (int i = 0; i < rect.rows && items->top + (size_t)i < items->list.count; i++)
        draw_row(items, items->top + (size_t)i, grid, rect, rect.row + i);
}

static void items_click(struct view *view, int row)
{
    struct items *items = self(view);
    size_t to = items->top + (size_t)(row < 0 ? 0 : row);
    items->selected = to < items->list.count ? to : items->selected;
}

static void items_scroll(struct view *view, int lines)
{
    items_move(view, lines < 0 ? CMD_up : CMD_down, lines < 0 ? -lines : lines);
}

static void items_text(const struct view *view, struct buf *out)
{
    const struct items *items = (const struct items *)view;
    for (size_t i = 0; i < items->list.count; i++) {
        sink_adds(out, items->list.items[i].text, SINK_LINE);
        buf_addc(out, '\n');
    }
}

const struct view_ops items_ops = {
    .move = items_move,
    .resize = items_resize,
    .draw = items_draw,
    .click = items_click,
    .scroll = items_scroll,
    .text = items_text,
};
