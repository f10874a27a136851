/* Owns what a catalog's values must look like. Must not know what they are for. */
#include "db/catalog_field.h"

#include <string.h>

#include "base/date.h"
#include "base/url.h"

static bool is_slug(const char *text)
{
    size_t len = strlen(text);
    return len > 0 && len <= 200
           && strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-_.") == len && text[0] != '-'
           && text[0] != '.';
}

/* NULL where the value is right, else what was expected. */
static const char *expected(enum catalog_check check, const char *text)
{
    struct date date;
    switch (check) {
    case CHECK_SLUG:
        return is_slug(text) ? NULL : "a name of a-z, 0-9, - _ .";
    case CHECK_DATE:
        return date_parse(text, &date) && date.hour >= 0
                   ? NULL
                   : "a time like 2025-05-16T09:30:00-04:00";
    case CHECK_DAY:
        return date_parse(text, &date) && date.hour < 0 ? NULL : "a date like 2025-05-16";
    case CHECK_URL:
        return url_is_web(text) ? NULL : "an http or https address, percent-encoded";
    case CHECK_ANY:
        return NULL;
    }
    return NULL;
}

bool catalog_field_read(sqlite3_stmt *stmt, int column, const struct catalog_field *field,
    const char *where, char **value, struct err *err)
{
    int type = sqlite3_column_type(stmt, column);
    if (type != SQLITE_TEXT && type != SQLITE_NULL)
        return err_set(err, "%s: \"%s\" is not a string", where, field->name);
    *value = db_text(stmt, column);
    if (strlen(*value) != (size_t)sqlite3_column_bytes(stmt, column))
        return err_set(err, "%s: \"%s\" holds a NUL character", where, field->name);
    if ((*value)[strspn(*value, " \t\r\n")] == '\0')
        return !field->required || err_set(err, "%s: \"%s\" is missing", where, field->name);
    const char *what = expected(field->check, *value);
    return what == NULL
           || err_set(err, "%s: \"%s\" is '%.100s', not %s", where, field->name, *value, what);
}

bool catalog_number_read(sqlite3_stmt *stmt, int column, const char *name, int64_t most,
    const char *where, int64_t *value, struct err *err)
{
    int type = sqlite3_column_type(stmt, column);
    *value = sqlite3_column_int64(stmt, column);
    return type == SQLITE_NULL || (type == SQLITE_INTEGER && *value >= 0 && *value <= most)
           || err_set(err, "%s: \"%s\" is not %s", where, name,
               most > 1 ? "a length in seconds" : "true or false");
}
