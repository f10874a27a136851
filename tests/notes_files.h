/* A database without notes and a directory that they go to as files. */
#ifndef TALKBOOK_TESTS_NOTES_FILES_H
#define TALKBOOK_TESTS_NOTES_FILES_H

#include "exchange/notes_folder.h"
#include "support.h"

struct files {
    struct support_fixture base;
    char *notes; /* the directory */
    char *db_path;
};

#define FILES_TEST(name) cmocka_unit_test_setup_teardown(name, files_set_up, files_tear_down)
int files_set_up(void **state);
int files_tear_down(void **state);

/* Asserts what an export or import says: its beginning, or any part behind a *. */
void assert_says(struct files *f, bool ok, struct notes_report *report, const char *part);
void assert_out(struct files *f, const char *part);
void assert_in(struct files *f, const char *part);

/* Notes on nothing. */
int64_t files_add(struct files *f, const char *body);
void files_save(struct files *f, int64_t id, const char *body);
void assert_body(struct files *f, int64_t id, const char *body);

/* Files in the directory; the last replaces a part of one. */
void files_read(struct files *f, const char *name, struct buf *text);
void files_write(struct files *f, const char *name, const char *text);
void files_change(struct files *f, const char *name, const char *from, const char *to);
bool files_have(struct files *f, const char *name);

#endif
