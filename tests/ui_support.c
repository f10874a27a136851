/* Owns the fake host, the temporary database and how a screen is looked at. */
#include "ui_support.h"

#include "support.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "cmd/key.h"
#include "exchange/draft.h"

/* --- files ------------------------------------------------------------- */

bool ui_exists(const char *path)
{
    return access(path, F_OK) == 0;
}

char *ui_read_file(const char *path)
{
    struct buf out = { 0 };
    return support_read(path, &out) ? buf_take(&out) : NULL;
}

void ui_write_file(const char *path, const char *text)
{
    support_write(path, text, strlen(text));
}

/* --- the database ------------------------------------------------------ */

int ui_group_begin(void **state)
{
    char *dir = support_dir();
    setenv("TZ", "UTC", 1);
    tzset();
    setenv("HOME", dir, 1);
    setenv("XDG_STATE_HOME", dir, 1);
    unsetenv("VISUAL");
    unsetenv("BROWSER");
    setenv("EDITOR", "fake-editor", 1);
    db_close(support_db(dir));
    *state = dir;
    return 0;
}

int ui_group_end(void **state)
{
    support_remove(*state);
    return 0;
}

static void copy_template(const char *path)
{
    char *from = support_path(getenv("HOME"), "talkbook.db");
    struct buf bytes = { 0 };
    assert_true(support_read(from, &bytes));
    support_write(path, bytes.data, bytes.len);
    buf_release(&bytes);
    free(from);
}

/* --- the host ---------------------------------------------------------- */

static void write_down(struct ui *ui, const char *what, char *const argv[])
{
    buf_adds(&ui->asked, what);
    for (size_t i = 0; argv[i] != NULL; i++) {
        buf_addf(&ui->asked, " %s", argv[i]);
        free(ui->draft);
        ui->draft = mem_dup(argv[i]);
    }
    buf_addc(&ui->asked, '\n');
}

static bool fake_run(void *context, char *const argv[], const char *input, size_t len,
    bool pause, int *status, struct err *err)
{
    struct ui *ui = context;
    write_down(ui, pause ? "run and pause" : "run", argv);
    buf_clear(&ui->piped);
    if (input != NULL)
        buf_add(&ui->piped, input, len);
    if (ui->cannot_run)
        return err_set(err, "cannot start %s: No such file or directory", argv[0]);
    if (input == NULL) {
        free(ui->edited_from);
        ui->edited_from = ui_read_file(ui->draft);
        if (ui->edit_to != NULL)
            ui_write_file(ui->draft, ui->edit_to);
    }
    *status = ui->run_status;
    return true;
}

static bool fake_start(void *context, char *const argv[], struct err *err)
{
    struct ui *ui = context;
    write_down(ui, "start", argv);
    bool missing = ui->missing != NULL && strcmp(ui->missing, argv[0]) == 0;
    return (!ui->cannot_start && !missing)
           || err_set(err, "cannot start %s: No such file or directory", argv[0]);
}

static double fake_now(void *context)
{
    return ((struct ui *)context)->now;
}

static void fake_copy(void *context, const char *text)
{
    buf_addf(&((struct ui *)context)->asked, "copy %s\n", text);
}

static void fake_suspend(void *context)
{
    buf_adds(&((struct ui *)context)->asked, "suspend\n");
}

static void fake_redraw(void *context)
{
    buf_adds(&((struct ui *)context)->asked, "redraw\n");
}

static void fake_mouse(void *context, bool on)
{
    buf_addf(&((struct ui *)context)->asked, "mouse %s\n", on ? "on" : "off");
}

/* --- opening and closing ----------------------------------------------- */

void ui_open(struct ui *ui, enum ui_data data, int rows, int cols)
{
    struct err err = { 0 };
    *ui = (struct ui){ .dir = support_dir() };
    ui->path = support_path(ui->dir, "talkbook.db");
    if (data != UI_EMPTY)
        copy_template(ui->path);
    if (data == UI_READ_ONLY) {
        /* Newer than any program: opens for reading, for root as well. */
        FILE *file = fopen(ui->path, "r+b");
        assert_non_null(file);
        assert_int_equal(fseek(file, 60, SEEK_SET), 0);
        assert_int_equal(fwrite("\0\0\x27\x0f", 1, 4, file), 4);
        assert_int_equal(fclose(file), 0);
    }
    if (!db_open(&ui->db, ui->path, &err))
        fail_msg("%s", err_text(&err));
    options_init(&ui->options);
    keymap_init(&ui->keymap);
    const struct ui_host host = { ui, fake_run, fake_start, fake_now, fake_copy, fake_suspend,
        fake_redraw, fake_mouse };
    /* Videos go to the browser unless a test plays them. */
    assert_true(options_set(&ui->options, OPT_player, "", &err));
    ui->now = 1747400000;
    if (!app_init(&ui->app, ui->db, &ui->options, &ui->keymap, &host, &err))
        fail_msg("%s", err_text(&err));
    ui_resize(ui, rows, cols);
}

void ui_close(struct ui *ui)
{
    app_release(&ui->app);
    keymap_release(&ui->keymap);
    options_release(&ui->options);
    db_close(ui->db);
    grid_release(&ui->grid);
    buf_release(&ui->asked);
    buf_release(&ui->piped);
    free(ui->draft);
    free(ui->edited_from);
    free(ui->path);
    support_remove(ui->dir);
}

/* --- events ------------------------------------------------------------ */

void ui_key(struct ui *ui, uint32_t key)
{
    assert_false(ui->app.quit);
    app_key(&ui->app, key);
    app_prepare(&ui->app);
}

void ui_keys(struct ui *ui, const char *keys)
{
    while (*keys != '\0') {
        uint32_t key;
        size_t used = key_parse(keys, &key);
        if (*keys == ' ') {
            keys++;
            continue;
        }
        if (used == 0)
            fail_msg("no key: %s", keys);
        ui_key(ui, key);
        keys += used;
    }
}

void ui_type(struct ui *ui, const char *text)
{
    size_t len = strlen(text);
    for (size_t at = 0; at < len;) {
        uint32_t cp;
        at += utf8_decode(text + at, len - at, &cp);
        ui_key(ui, cp);
    }
}

void ui_paste(struct ui *ui, const char *text)
{
    ui_key(ui, TK_PASTE_START);
    ui_type(ui, text);
    ui_key(ui, TK_PASTE_END);
}

void ui_command(struct ui *ui, const char *line)
{
    ui_keys(ui, ":");
    ui_type(ui, line);
    ui_keys(ui, "<Enter>");
}

void ui_resize(struct ui *ui, int rows, int cols)
{
    app_resize(&ui->app, rows, cols);
    app_prepare(&ui->app);
}

void ui_mouse(struct ui *ui, enum app_button button, int row, int col)
{
    app_mouse(&ui->app, button, row, col);
    app_prepare(&ui->app);
}

/* --- looking ----------------------------------------------------------- */

static void draw(struct ui *ui)
{
    app_prepare(&ui->app);
    app_draw(&ui->app, &ui->grid);
}

char *ui_screen(struct ui *ui)
{
    struct buf out = { 0 };
    draw(ui);
    grid_dump(&ui->grid, &out);
    return buf_take(&out);
}

char *ui_row(struct ui *ui, int row)
{
    char *screen = ui_screen(ui);
    const char *at = screen;
    for (; row > 0 && strchr(at, '\n') != NULL; row--)
        at = strchr(at, '\n') + 1;
    char *line = mem_dup_n(at, strcspn(at, "\n"));
    free(screen);
    return line;
}

char *ui_status(struct ui *ui)
{
    return ui_row(ui, ui->app.rows - 1);
}

static void check(struct ui *ui, char *in, const char *text, bool wanted)
{
    bool shown = strstr(in, text) != NULL;
    free(in);
    if (shown == wanted)
        return;
    char *screen = ui_screen(ui);
    fputs(screen, stderr); /* print_error() cuts at 1,024 bytes */
    free(screen);
    fail_msg("%s: %s", wanted ? "not shown" : "shown", text);
}

void ui_assert_shows(struct ui *ui, const char *text)
{
    check(ui, ui_screen(ui), text, true);
}

void ui_assert_lacks(struct ui *ui, const char *text)
{
    check(ui, ui_screen(ui), text, false);
}

void ui_assert_status(struct ui *ui, const char *text)
{
    check(ui, ui_status(ui), text, true);
}

void ui_assert_asked(struct ui *ui, const char *line)
{
    check(ui, mem_dup(buf_text(&ui->asked)), line, true);
    buf_clear(&ui->asked);
}

int ui_find(struct ui *ui, const char *text, int *col)
{
    draw(ui);
    for (int row = 0; row < ui->grid.rows; row++) {
        char *line = ui_row(ui, row);
        const char *at = strstr(line, text);
        int cells = at != NULL ? utf8_cells(line, (size_t)(at - line)) : 0;
        free(line);
        if (at == NULL)
            continue;
        if (col != NULL)
            *col = cells;
        return row;
    }
    return -1;
}

unsigned ui_face_of(struct ui *ui, const char *text)
{
    int col = 0, row = ui_find(ui, text, &col);
    if (row < 0)
        ui_assert_shows(ui, text);
    return ui->grid.cells[row * ui->grid.cols + col].face;
}

void ui_check_grid(struct ui *ui)
{
    draw(ui);
    const struct grid *grid = &ui->grid;
    for (int i = 0; i < grid->rows * grid->cols; i++) {
        const struct cell *cell = &grid->cells[i];
        bool after_wide = i % grid->cols > 0 && cell[-1].width == 2;
        bool last = i % grid->cols == grid->cols - 1;
        assert_true(cell->width <= 2 && (cell->width == 0) == after_wide);
        assert_false(cell->width == 2 && last);
        assert_true(cell->width == 0 || cell->cp[0] != 0);
        for (int k = 0; k < CELL_CODE_POINTS && cell->cp[k] != 0; k++)
            assert_int_equal(utf8_width(cell->cp[k]), k == 0 ? cell->width : 0);
    }
    assert_true(grid->cursor_row < grid->rows && grid->cursor_col < grid->cols);
}

/* --- talks and notes --------------------------------------------------- */

const char *ui_selected(struct ui *ui)
{
    const struct list_row *row = list_selected(&ui->app.list);
    const struct talk *talk = row != NULL && row->kind == LIST_TALK
                                  ? list_talk(&ui->app.list, ui->app.list.selected)
                                  : NULL;
    return talk != NULL ? talk->title : "";
}

void ui_select(struct ui *ui, const char *title)
{
    struct err err = { 0 };
    int64_t *ids;
    size_t count;
    assert_true(db_talk_find(ui->db, title, &ids, &count, &err));
    if (count != 1)
        fail_msg("%zu talks have the title %s", count, title);
    assert_true(list_select_talk(&ui->app.list, ids[0]));
    app_prepare(&ui->app);
    free(ids);
}

char *ui_last_note(struct ui *ui)
{
    struct reader *reader = &ui->app.reader;
    struct note_list notes = { 0 };
    struct err err = { 0 };
    const char *talk = reader->kind == READER_TALK ? reader->talk.key : NULL;
    const char *topic = reader->kind == READER_TOPIC ? reader->topic.slug : NULL;
    assert_true(talk != NULL || topic != NULL);
    assert_true(db_notes_read(ui->db, talk, topic, 0, 1000, &notes, &err));
    char *body = mem_dup(notes.count > 0 ? notes.items[notes.count - 1].body : "");
    note_list_release(&notes);
    return body;
}

size_t ui_drafts(struct ui *ui)
{
    size_t count;
    struct draft *list = draft_list(ui->path, &count);
    for (size_t i = 0; i < count; i++)
        draft_keep(&list[i]);
    free(list);
    return count;
}
