/* Owns the finder's line, its selection and how its rows look. Must not know what
 * is done with the talk that is chosen. */
#include "ui/finder.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/sink.h"
#include "base/utf8.h"
#include "md/lines.h"

/* Narrower than this a conference's name leaves the title no room. */
enum { COLS_FOR_CONFERENCE = 60, COLS_FOR_COUNT = 12 };

/* --- opening and closing ----------------------------------------------- */

void finder_init(struct finder *finder, struct db *db)
{
    *finder = (struct finder){ .view = { &finder_ops }, .db = db };
}

static void forget_row(struct finder_row *row)
{
    talk_release(&row->talk);
    free(row->conference);
    *row = (struct finder_row){ 0 };
}

static void forget_rows(struct finder *finder)
{
    for (size_t i = 0; i < finder->row_count; i++)
        forget_row(&finder->rows[i]);
    free(finder->rows);
    finder->rows = NULL;
    finder->row_count = 0;
}

void finder_close(struct finder *finder)
{
    finder->open = false;
    prompt_close(&finder->prompt);
    shortlist_release(&finder->talks);
    forget_rows(finder);
}

void finder_release(struct finder *finder)
{
    finder_close(finder);
    prompt_release(&finder->prompt);
    err_release(&finder->err);
    *finder = (struct finder){ 0 };
}

static void add_talk(
    void *context, int64_t id, int64_t conference, const char *title, const char *speakers)
{
    struct finder *finder = context;
    if (finder->talks.count == 0)
        finder->conference = conference;
    finder->conferences |= conference != finder->conference;
    shortlist_add(&finder->talks, id, title, speakers);
}

bool finder_open(struct finder *finder, const char *letters, struct err *err)
{
    finder_close(finder);
    finder->conferences = false;
    if (!db_talks_each(finder->db, add_talk, finder, err)) {
        finder_close(finder);
        return false;
    }
    shortlist_put_first(&finder->talks, finder->recent, finder->recent_count);
    prompt_open(&finder->prompt, PROMPT_FIND, letters);
    finder->open = true;
    finder_find(finder);
    return true;
}

void finder_find(struct finder *finder)
{
    shortlist_find(&finder->talks, buf_text(&finder->prompt.text));
    finder->selected = finder->top = 0;
}

int64_t finder_selected(struct finder *finder)
{
    return finder->selected < finder->talks.left_count
               ? shortlist_id(&finder->talks, finder->selected)
               : 0;
}

void finder_visit(struct finder *finder, int64_t id)
{
    size_t at = 0;
    while (at < finder->recent_count && finder->recent[at] != id)
        at++;
    if (at == finder->recent_count && finder->recent_count < FINDER_RECENT_MAX)
        finder->recent_count++;
    if (at == FINDER_RECENT_MAX)
        at--;
    memmove(finder->recent + 1, finder->recent, at * sizeof finder->recent[0]);
    finder->recent[0] = id;
}

void finder_add_count(const struct finder *finder, struct buf *out)
{
    buf_addf(out, "%zu/%zu", finder->talks.left_count, finder->talks.count);
}

/* --- reading ----------------------------------------------------------- */

static void make_room(struct finder *finder, size_t rows)
{
    if (rows <= finder->row_count)
        return;
    forget_rows(finder);
    finder->rows = mem_zero(rows, sizeof finder->rows[0]);
    finder->row_count = rows;
}

static void see(struct finder *finder, size_t rank)
{
    struct finder_row *row = &finder->rows[rank % finder->row_count];
    int64_t id = shortlist_id(&finder->talks, rank);
    if (row->talk.id == id)
        return;
    forget_row(row);
    if (finder->err.text == NULL
        && db_talk_read(finder->db, id, DB_READ_ROW, &row->talk, &finder->err)
        && finder->conferences)
        db_talk_conference(finder->db, id, &row->conference, &finder->err);
}

/* --- drawing ----------------------------------------------------------- */

/* Writes text in at most `cells` cells with its marked letters, … where it does
 * not fit; returns the cells written. */
static int put_marked(struct grid *grid, int row, int col, int cells, enum style style,
    const char *text, const bool *marks)
{
    size_t len = strlen(text), end = len;
    int used = 0;
    bool cut = utf8_cells(text, len) > cells;
    if (cut)
        end = utf8_fit(text, len, cells - 1);
    for (size_t at = 0; at < end;) {
        int width;
        size_t bytes = utf8_next_cell(text + at, end - at, &width);
        unsigned face = marks[at] ? FACE_MATCH : 0;
        used += grid_put(grid, row, col + used, cells - used, style, face, text + at, bytes);
        at += bytes;
    }
    if (cut && cells > 0)
        used += grid_put(grid, row, col + used, cells - used, style, 0, "…", strlen("…"));
    return used;
}

/* The conference at the right end; returns the cells that are left. */
static int draw_conference(
    const struct finder_row *found, struct grid *grid, int row, int col, int cells)
{
    if (found->conference == NULL || cells < COLS_FOR_CONFERENCE)
        return cells;
    char *name = sink_line(found->conference);
    int need = utf8_cells(name, strlen(name));
    need = need < cells / 4 ? need : cells / 4;
    grid_puts(grid, row, col + cells - need - 1, need, STYLE_DIM, 0, name);
    free(name);
    return cells - need - 2;
}

static void draw_talk(const struct finder *finder, const struct finder_row *found,
    struct grid *grid, int row, int col, int cells)
{
    char *title = sink_line(found->talk.title);
    char *speakers = sink_line(found->talk.speakers);
    bool *marks = mem_zero(strlen(title) + strlen(speakers) + 1, sizeof marks[0]);
    bool *speaker_marks = marks + strlen(title);
    shortlist_mark(&finder->talks, title, speakers, marks, speaker_marks);
    cells = draw_conference(found, grid, row, col, cells);
    int used = put_marked(grid, row, col, cells, STYLE_TEXT, title, marks);
    if (cells - used > 8)
        put_marked(grid, row, col + used + 2, cells - used - 2, STYLE_SPEAKER, speakers,
            speaker_marks);
    free(title);
    free(speakers);
    free(marks);
}

static void draw_nothing(const struct finder *finder, struct grid *grid, struct rect rect)
{
    struct md_lines lines = { 0 };
    const char *text =
        finder->talks.count == 0
            ? "no talks yet; talkbook import FILE loads a catalog"
            : "no talk has these letters in this order in its title or speakers; "
              "/ searches everything";
    md_lines_wrap(&lines, STYLE_DIM, 0, 0, text, rect.cols > 3 ? rect.cols - 2 : 1, 0);
    for (int i = 0; i < rect.rows && (size_t)i < lines.count; i++) {
        const char *line = lines.text.data + md_lines_offset(&lines, (size_t)i);
        grid_put(grid, rect.row + i, rect.col + 1, rect.cols - 1, STYLE_DIM, 0, line,
            strcspn(line, "\n"));
    }
    md_lines_release(&lines);
}

static void draw_talks(const struct finder *finder, struct grid *grid, struct rect rect)
{
    for (int i = 0; i < rect.rows; i++) {
        size_t rank = finder->top + (size_t)i;
        if (rank >= finder->talks.left_count || finder->row_count == 0)
            break;
        const struct finder_row *found = &finder->rows[rank % finder->row_count];
        if (found->talk.id != 0)
            draw_talk(finder, found, grid, rect.row + i, rect.col + 1, rect.cols - 1);
        else
            grid_puts(grid, rect.row + i, rect.col + 1, rect.cols - 1, STYLE_DIM, 0, "…");
        if (rank == finder->selected)
            grid_mark(grid, rect.row + i, rect.col, rect.cols, FACE_SELECTED);
    }
}

/* The line with the count at its end, where letters are left room. */
static void draw_line(const struct finder *finder, struct grid *grid, struct rect line)
{
    struct buf count = { 0 };
    finder_add_count(finder, &count);
    int cells = (int)count.len + 2;
    if (line.cols - cells >= COLS_FOR_COUNT)
        line.cols -= cells;
    else
        cells = 0;
    prompt_draw(&finder->prompt, grid, line);
    if (cells > 0)
        grid_puts(grid, line.row, line.col + line.cols + 1, cells, STYLE_COUNT, 0, count.data);
    buf_release(&count);
}

static void finder_draw(
    const struct view *view, struct grid *grid, struct rect rect, bool focused)
{
    const struct finder *finder = (const struct finder *)view;
    struct rect line = { rect.row, rect.col, 1, rect.cols };
    struct rect body = { rect.row + 1, rect.col, rect.rows - 1, rect.cols };
    (void)focused;
    if (rect.rows < 1)
        return;
    if (finder->talks.left_count == 0)
        draw_nothing(finder, grid, body);
    else
        draw_talks(finder, grid, body);
    draw_line(finder, grid, line);
}

/* --- view -------------------------------------------------------------- */

static struct finder *self(struct view *view)
{
    return (struct finder *)view;
}

static void finder_move(struct view *view, enum command_id command, int count)
{
    struct finder *finder = self(view);
    finder->selected = (size_t)view_move_position(
        command, count, (long)finder->selected, (long)finder->talks.left_count, finder->height);
}

/* Keeps the selection in the window and reads the talks in it. */
static void finder_resize(struct view *view, int rows, int cols)
{
    struct finder *finder = self(view);
    size_t height = rows > 1 ? (size_t)rows - 1 : 0, count = finder->talks.left_count;
    (void)cols;
    finder->height = (int)height;
    if (height == 0)
        return;
    make_room(finder, height);
    size_t last = count > height ? count - height : 0;
    if (finder->selected < finder->top)
        finder->top = finder->selected;
    if (finder->selected >= finder->top + height)
        finder->top = finder->selected - height + 1;
    if (finder->top > last)
        finder->top = last;
    for (size_t i = finder->top; i < count && i < finder->top + height; i++)
        see(finder, i);
}

/* Row 0 is the line. */
static void finder_click(struct view *view, int row)
{
    struct finder *finder = self(view);
    if (row > 0 && row <= finder->height
        && finder->top + (size_t)row <= finder->talks.left_count)
        finder->selected = finder->top + (size_t)row - 1;
}

/* The selection moves along only where it would leave the window. */
static void finder_scroll(struct view *view, int lines)
{
    struct finder *finder = self(view);
    long height = finder->height > 0 ? finder->height : 1;
    long count = (long)finder->talks.left_count, selected = (long)finder->selected;
    long last = count > height ? count - height : 0;
    long top = (long)finder->top + lines;
    top = top < 0 ? 0 : top > last ? last : top;
    selected = selected < top ? top : selected >= top + height ? top + height - 1 : selected;
    finder->top = (size_t)top;
    finder->selected = selected < count ? (size_t)selected : 0;
}

static void finder_text(const struct view *view, struct buf *out)
{
    const struct finder *finder = (const struct finder *)view;
    for (size_t i = 0; i < finder->row_count; i++)
        if (finder->rows[i].talk.id != 0)
            buf_addf(out, "%s\n", finder->rows[i].talk.title);
}

const struct view_ops finder_ops = {
    .move = finder_move,
    .resize = finder_resize,
    .draw = finder_draw,
    .click = finder_click,
    .scroll = finder_scroll,
    .text = finder_text,
};
