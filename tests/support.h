/* What the tests share: temporary directories, fresh databases, files, SQL
 * beside the program's own, and random numbers that repeat. */
#ifndef TALKBOOK_TESTS_SUPPORT_H
#define TALKBOOK_TESTS_SUPPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "db/catalog.h"
#include "db/db.h"

/* What cmocka.h wants before it; tests include this header first. */
#include <setjmp.h>
#include <stdarg.h>

#define SUPPORT_COUNT(table) (sizeof(table) / sizeof(table)[0])

/* A new directory (mode 0700); support_remove() deletes it with all in it. */
char *support_dir(void);
void support_remove(char *dir);

/* "dir/name"; the caller frees it. */
char *support_path(const char *dir, const char *name);

/* Whole files. Reading one that is not there is false. */
bool support_read(const char *path, struct buf *out);
void support_write(const char *path, const char *bytes, size_t len);
void support_copy(const char *from, const char *to);

/* dir/talkbook.db, new, with the built-in catalog loaded. */
struct db *support_db(const char *dir);

/* A directory with such a database, made before a test and removed after it. */
struct support_fixture {
    char *dir;
    struct db *db;
    struct err err;
};
int support_set_up(void **state);
int support_tear_down(void **state);

/* db_catalog_load() of a document's text. */
bool support_load(
    struct db *db, const char *json, struct db_catalog_report *report, struct err *err);

/* The only talk that `text` names. */
int64_t support_talk(struct db *db, const char *text);
char *support_key(struct db *db, const char *text);

/* Runs SQL on a file through a handle of its own. The first form's statements
 * must succeed; the second gives the first row's first column ("" for NULL or
 * no row; the caller frees), the third that as a number. ?1 is `value`. */
void support_sql(const char *path, const char *sql);
char *support_sql_text(const char *path, const char *sql, const char *value);
int64_t support_sql_int(const char *path, const char *sql, const char *value);

/* Every row of every table as text, to compare what a file says before and
 * after, whatever its bytes. */
char *support_dump(const char *path);

/* The next of a row of numbers that depends on *state alone. */
uint32_t support_random(uint64_t *state);

/* Whether check(arg) is true without root's rights: in a child, where the
 * user is root. check must not use cmocka, whose failures would run on there. */
bool support_as_nobody(bool (*check)(void *arg), void *arg);

#endif
