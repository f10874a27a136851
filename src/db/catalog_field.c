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

/* NULL for none and for null. */
static const struct json_node *member(
    const struct json_doc *doc, const struct json_node *object, const char *name)
{
    const char *dot = strrchr(name, '.');
    const struct json_node *node =
        object != NULL ? json_doc_get(doc, object, dot != NULL ? dot + 1 : name) : NULL;
    return node != NULL && node->type != JSON_NULL ? node : NULL;
}

bool catalog_field_read(const struct json_doc *doc, const struct json_node *object,
    const struct catalog_field *field, const char *where, const char **value, struct err *err)
{
    const struct json_node *node = member(doc, object, field->name);
    *value = "";
    if (node != NULL && node->type != JSON_STRING)
        return err_set(err, "%s: \"%s\" is not a string", where, field->name);
    if (node != NULL)
        *value = node->text;
    if ((*value)[strspn(*value, " \t\r\n")] == '\0')
        return !field->required || err_set(err, "%s: \"%s\" is missing", where, field->name);
    const char *what = expected(field->check, *value);
    return what == NULL
           || err_set(err, "%s: \"%s\" is '%.100s', not %s", where, field->name, *value, what);
}

bool catalog_number_read(const struct json_doc *doc, const struct json_node *object,
    const char *name, int most, const char *where, int *value, struct err *err)
{
    const struct json_node *node = member(doc, object, name);
    *value = 0;
    if (node == NULL)
        return true;
    if (most == 1 && (node->type == JSON_TRUE || node->type == JSON_FALSE))
        *value = node->type == JSON_TRUE;
    else if (node->type == JSON_NUMBER && node->number >= 0 && node->number <= most
             && node->number == (int)node->number)
        *value = (int)node->number;
    else
        return err_set(err, "%s: \"%s\" is not %s", where, name,
            most > 1 ? "a length in seconds" : "true or false");
    return true;
}
