/* Checking the values of a catalog, which comes from outside. */
#ifndef TALKBOOK_DB_CATALOG_FIELD_H
#define TALKBOOK_DB_CATALOG_FIELD_H

#include "db/internal.h"

enum catalog_check { CHECK_ANY, CHECK_SLUG, CHECK_DATE, CHECK_DAY, CHECK_URL };

struct catalog_field {
    const char *name;
    bool required;
    enum catalog_check check;
};

/* Reads and checks a text column, NULL counting as ""; *value is the caller's
 * to free. Where it is wrong err names `where` and the field. */
bool catalog_field_read(sqlite3_stmt *stmt, int column, const struct catalog_field *field,
    const char *where, char **value, struct err *err);

/* The same for an integer from 0 to most, or a truth where most is 1; NULL is 0. */
bool catalog_number_read(sqlite3_stmt *stmt, int column, const char *name, int64_t most,
    const char *where, int64_t *value, struct err *err);

#endif
