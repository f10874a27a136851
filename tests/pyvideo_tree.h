/* A made-up data set in pyvideo's layout, with what goes wrong in the real one. */
#ifndef TALKBOOK_TESTS_PYVIDEO_TREE_H
#define TALKBOOK_TESTS_PYVIDEO_TREE_H

#include "exchange/pyvideo.h"
#include "support.h"

/* Writes dir/path with the directories above it. */
void tree_write(const char *dir, const char *path, const char *text);

/* One conference "Made Con 2019" in dir: four plain records. */
void tree_conference(const char *dir);

/* A record in JSON of these fields; members is more of them, "" for none. */
char *tree_record(const char *title, const char *speaker, const char *members);

/* Imports dir and asserts the figures. The report is the caller's to release
 * where it is not NULL. */
void tree_import(struct db *db, const char *dir, int added, int changed, int unchanged,
    int rejected, struct pyvideo_report *report);

/* The reason given for a file; "" for none. Borrowed. */
const char *tree_reason(const struct pyvideo_report *report, const char *file);

/* A cmocka setup and teardown: a database with the built-in catalog, and the made-up
 * conference in tree. */
struct tree_fixture {
    char *dir, *tree;
    struct db *db;
    struct err err;
};
int tree_set_up(void **state);
int tree_tear_down(void **state);

/* Writes tree/videos/file. */
void tree_write_record(struct tree_fixture *f, const char *file, const char *json);

/* How many talks and topics a query finds. */
size_t tree_found(struct db *db, const char *text);

#endif
