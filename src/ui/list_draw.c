/* Owns how a row of the list looks. Must not change the list. */
#include "ui/list_draw.h"

#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/sink.h"
#include "base/utf8.h"
#include "md/lines.h"
#include "ui/list.h"

/* A row is drawn from both ends: the text on the left gives way. */
struct pen {
    struct grid *grid;
    int row, left, right; /* right: first column that is taken */
    struct buf *scratch;  /* for text on its way, so that none is allocated a piece */
};

static void put_left(struct pen *pen, enum style style, const char *text)
{
    pen->left +=
        grid_puts(pen->grid, pen->row, pen->left, pen->right - pen->left, style, 0, text);
}

/* Writes text so that it ends at pen->right, if that leaves room for a title. */
static void put_right(struct pen *pen, enum style style, const char *text)
{
    int cells = utf8_cells(text, strlen(text));
    if (pen->right - cells < pen->left + 8)
        return;
    pen->right -= cells;
    grid_puts(pen->grid, pen->row, pen->right, cells, style, 0, text);
}

static void put_count(struct pen *pen, enum style style, const char *sign, int count)
{
    buf_clear(pen->scratch);
    buf_addc(pen->scratch, ' ');
    buf_adds(pen->scratch, sign);
    buf_add_int(pen->scratch, count);
    put_right(pen, count > 0 ? style : STYLE_DIM, pen->scratch->data);
}

/* All of them, or the talks only: a part would be taken for another. */
static void draw_counts(struct pen *pen, const struct db_counts *counts)
{
    struct buf all = { 0 };
    buf_addf(&all, " %d ✓%d ★%d ✎%d", counts->talks, counts->watched, counts->starred,
        counts->notes);
    bool fits = pen->right - utf8_cells(all.data, all.len) >= pen->left + 8;
    buf_release(&all);
    if (!fits) {
        put_count(pen, STYLE_COUNT, "", counts->talks);
        return;
    }
    put_count(pen, STYLE_NOTED, "✎", counts->notes);
    put_count(pen, STYLE_STAR, "★", counts->starred);
    put_count(pen, STYLE_WATCHED, "✓", counts->watched);
    put_count(pen, STYLE_COUNT, "", counts->talks);
}

void list_add_label(const struct list *list, const char *label, struct buf *out)
{
    struct date date;
    if (list->group == DB_BY_DAY && date_parse(label, &date)) {
        size_t start = out->len + strlen(date_weekday_name(&date)) + 2;
        buf_addf(out, "%s, ", date_weekday_name(&date));
        date_add_day(out, &date);
        buf_remove(out, start, 4);
    } else
        sink_adds(out, label[0] != '\0' ? label : "(none)", SINK_LINE);
}

void list_add_contents(const struct list *list, const struct list_row *row, struct buf *out)
{
    const struct db_heading *items = list->headings.items;
    if (row->kind == LIST_SUBGROUP)
        return;
    for (size_t i = row->heading;
         i < list->headings.count && strcmp(items[i].key, items[row->heading].key) == 0; i++) {
        int talks = list->groups[i].counts.talks;
        if (items[i].subkey[0] != '\0' && talks > 0)
            buf_addf(out, "%s · %d talk%s\n", items[i].sublabel, talks, talks == 1 ? "" : "s");
    }
}

static void put_heading_label(
    struct pen *pen, const struct list *list, const char *label, enum style style)
{
    struct buf text = { 0 };
    list_add_label(list, label, &text);
    put_left(pen, style, buf_text(&text));
    buf_release(&text);
}

static void draw_group(struct pen *pen, const struct list *list, const struct list_row *row)
{
    const struct db_heading *heading = list_heading(list, row);
    const struct list_group *group = &list->groups[row->heading];
    bool outer = row->kind == LIST_GROUP;
    bool folded = outer ? group->outer_folded : group->folded;
    struct db_counts counts = list_counts(list, row);
    put_left(pen, STYLE_DIM, outer ? "" : "  ");
    put_left(pen, outer ? STYLE_GROUP1 : STYLE_GROUP2, folded ? "▸ " : "▾ ");
    draw_counts(pen, &counts);
    pen->right--;
    put_heading_label(pen, list, outer ? heading->label : heading->sublabel,
        outer ? STYLE_GROUP1 : STYLE_GROUP2);
}

/* The title with the words that a search found. */
static void draw_title(struct pen *pen, const struct list *list, const char *title)
{
    struct buf *clean = pen->scratch;
    buf_clear(clean);
    sink_adds(clean, title, SINK_LINE);
    size_t len = clean->len, at = 0;
    int room = pen->right - pen->left;
    bool cut = utf8_cells(buf_text(clean), len) > room;
    if (cut && room > 0)
        len = utf8_fit(buf_text(clean), len, room - 1);
    struct match_range range;
    while (at < len) {
        bool found = list->searching
                     && match_next(&list->matcher, buf_text(clean), clean->len, at, &range)
                     && range.off < len;
        size_t stop = !found ? len : range.off > at ? range.off : range.off + range.len;
        stop = stop < len ? stop : len;
        unsigned face = found && range.off == at ? FACE_MATCH : 0;
        pen->left += grid_put(pen->grid, pen->row, pen->left, pen->right - pen->left,
            STYLE_TEXT, face, clean->data + at, stop - at);
        at = stop;
    }
    if (cut && room > 0)
        put_left(pen, STYLE_TEXT, "…");
}

/* How far it was watched, until it is marked as watched. */
static void draw_progress(struct pen *pen, const struct talk *talk)
{
    struct buf *text = pen->scratch;
    buf_clear(text);
    buf_addc(text, ' ');
    talk_add_progress(talk, text);
    if (text->len > 1)
        put_right(pen, STYLE_DIM, text->data);
}

static void draw_marks(struct pen *pen, const struct list *list, const struct talk *talk)
{
    struct buf text = { 0 };
    if (list->sort == DB_SORT_LENGTH) {
        buf_addc(&text, ' ');
        date_add_length(&text, talk->video_seconds);
        put_right(pen, STYLE_DIM, text.data);
    }
    buf_release(&text);
    if (talk->notes > 0)
        put_count(pen, STYLE_NOTED, "✎", talk->notes);
    draw_progress(pen, talk);
    if (talk->rating > 0)
        put_count(pen, STYLE_RATING, "+", talk->rating);
    if (talk->starred)
        put_right(pen, STYLE_STAR, " ★");
    if (talk->watched)
        put_right(pen, STYLE_WATCHED, " ✓");
}

static void draw_talk(struct pen *pen, const struct list *list, const struct list_row *row,
    const struct talk *talk)
{
    bool deep = !list->searching && list_heading(list, row)->subkey[0] != '\0';
    put_left(pen, STYLE_DIM, list->searching ? "" : deep ? "    " : "  ");
    put_left(pen, STYLE_MARKER, talk->highlight ? "◆ " : "  ");
    struct date date;
    if (!list->searching && (list->group == DB_BY_DAY || list->group == DB_BY_ROOM)
        && date_parse(talk->starts_at, &date)) {
        struct buf time = { 0 };
        if (list->group == DB_BY_ROOM)
            buf_addf(&time, "%.3s ", date_weekday_name(&date));
        if (date.hour >= 0) {
            date_add_time(&time, &date);
            buf_addc(&time, ' ');
        }
        put_left(pen, STYLE_META, buf_text(&time));
        buf_release(&time);
    }
    draw_marks(pen, list, talk);
    pen->right--;
    draw_title(pen, list, talk->title);
}

/* A hit that is no talk. */
static void draw_other(struct pen *pen, const struct list *list, const char *name,
    const char *sign, const char *kind)
{
    put_left(pen, STYLE_MARKER, sign);
    put_right(pen, STYLE_DIM, kind);
    pen->right--;
    draw_title(pen, list, name);
}

static void draw_row(struct pen *pen, const struct list *list, size_t at)
{
    const struct list_row *row = &list->rows[at];
    const struct talk *seen = list_talk(list, at);
    if (row->kind == LIST_GROUP || row->kind == LIST_SUBGROUP)
        draw_group(pen, list, row);
    else if (seen == NULL)
        put_left(pen, STYLE_DIM, "…");
    else if (row->kind == LIST_TALK)
        draw_talk(pen, list, row, seen);
    else
        draw_other(pen, list, seen->title, row->kind == LIST_TOPIC ? "# " : "✎ ",
            row->kind == LIST_TOPIC ? " topic" : " note");
}

static const char *empty_text(const struct list *list)
{
    if (list->searching)
        return "nothing found";
    if (list->group == DB_BY_SAVED)
        return "no saved searches; search with /, then :save NAME keeps it here";
    return list->limited ? "no talk matches the limit; & and Enter show all"
                         : "no talks yet; talkbook import FILE loads a catalog";
}

static void draw_empty(const struct list *list, struct grid *grid, struct rect rect)
{
    struct md_lines lines = { 0 };
    md_lines_wrap(
        &lines, STYLE_DIM, 0, 0, empty_text(list), rect.cols > 3 ? rect.cols - 2 : 1, 0);
    for (int i = 0; i < rect.rows && (size_t)i < lines.count; i++) {
        size_t from = md_lines_offset(&lines, (size_t)i);
        const char *line = lines.text.data + from;
        grid_put(grid, rect.row + i, rect.col + 1, rect.cols - 1, STYLE_DIM, 0, line,
            strcspn(line, "\n"));
    }
    md_lines_release(&lines);
}

void list_draw(const struct view *view, struct grid *grid, struct rect rect, bool focused)
{
    const struct list *list = (const struct list *)view;
    struct buf scratch = { 0 };
    if (list->count == 0)
        draw_empty(list, grid, rect);
    for (int i = 0; i < rect.rows && list->top + (size_t)i < list->count; i++) {
        size_t index = list->top + (size_t)i;
        struct pen pen = { grid, rect.row + i, rect.col, rect.col + rect.cols, &scratch };
        draw_row(&pen, list, index);
        if (index == list->selected)
            grid_mark(
                grid, rect.row + i, rect.col, rect.cols, focused ? FACE_SELECTED : FACE_SHADOW);
    }
    buf_release(&scratch);
}

void list_text(const struct view *view, struct buf *out)
{
    const struct list *list = (const struct list *)view;
    struct grid grid = { 0 };
    int cols = list->width > 20 ? list->width : 80;
    grid_resize(&grid, list->height, cols);
    list_draw(view, &grid, (struct rect){ 0, 0, grid.rows, cols }, false);
    grid_dump(&grid, out);
    grid_release(&grid);
}
