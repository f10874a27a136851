/* The interface without a terminal: keys in, the grid out, on a database of its
 * own and with a host that only writes down what it was asked for. */
#ifndef TALKBOOK_TESTS_UI_SUPPORT_H
#define TALKBOOK_TESTS_UI_SUPPORT_H

#include <stdbool.h>

#include "ui/app.h"

enum ui_data { UI_CATALOG, UI_EMPTY, UI_READ_ONLY };

struct ui {
    char *dir; /* removed by ui_close() */
    char *path;
    struct db *db;
    struct options options;
    struct keymap keymap;
    struct app app;
    struct grid grid;
    /* What the host was asked for, a line each: "run vi /…", "start …", "copy …",
     * "suspend", "redraw", "mouse on". */
    struct buf asked;
    struct buf piped; /* the input of the latest run */
    char *draft;      /* the last word of the latest run */
    /* How the host answers. */
    bool cannot_run, cannot_start;
    const char *missing; /* the one program that cannot be started */
    int run_status;
    double now;
    const char *edit_to; /* what the editor writes; NULL: it leaves the file */
    char *edited_from;   /* what it found */
};

/* A cmocka setup and teardown for the whole group: makes the database with the
 * built-in catalog once; ui_open() copies it. Sets TZ, HOME and XDG_…. */
int ui_group_begin(void **state);
int ui_group_end(void **state);

void ui_open(struct ui *ui, enum ui_data data, int rows, int cols);
void ui_close(struct ui *ui);

/* Keys as keymaps write them, "jj<Enter>^D"; blanks between are left out. */
void ui_keys(struct ui *ui, const char *keys);
/* Every code point as a key of its own, as typing does. */
void ui_type(struct ui *ui, const char *text);
void ui_key(struct ui *ui, uint32_t key);
/* The text between the two keys that terminals put around a paste. */
void ui_paste(struct ui *ui, const char *text);
/* A line at the : prompt, with Enter. */
void ui_command(struct ui *ui, const char *line);
void ui_resize(struct ui *ui, int rows, int cols);
void ui_mouse(struct ui *ui, enum app_button button, int row, int col);

/* Prepares, draws and dumps; the caller frees. */
char *ui_screen(struct ui *ui);
/* One row of it. */
char *ui_row(struct ui *ui, int row);
/* The row at the bottom. */
char *ui_status(struct ui *ui);

/* Fail with the screen printed. */
void ui_assert_shows(struct ui *ui, const char *text);
void ui_assert_lacks(struct ui *ui, const char *text);
void ui_assert_status(struct ui *ui, const char *text);
void ui_assert_asked(struct ui *ui, const char *line);

/* Row in which the screen has the text, -1 for none; *col its first cell. */
int ui_find(struct ui *ui, const char *text, int *col);
/* Faces of the cell where the text begins. */
unsigned ui_face_of(struct ui *ui, const char *text);

/* Whether the grid is what a grid may be: widths right, no control in any cell,
 * no half of a wide character. Fails otherwise. */
void ui_check_grid(struct ui *ui);

/* Title of the selected talk, "" for another row; borrowed. */
const char *ui_selected(struct ui *ui);
/* Selects the talk that a part of a title names. */
void ui_select(struct ui *ui, const char *title);

/* The last note of the talk or topic in the reader: its text, "" for none; the
 * caller frees. */
char *ui_last_note(struct ui *ui);

/* How many drafts of the database there are that nobody works on. */
size_t ui_drafts(struct ui *ui);

/* Files. */
bool ui_exists(const char *path);
char *ui_read_file(const char *path);
void ui_write_file(const char *path, const char *text);

#endif
