/* Checking the values of a catalog, which comes from outside. */
#ifndef TALKBOOK_DB_CATALOG_FIELD_H
#define TALKBOOK_DB_CATALOG_FIELD_H

#include "base/json_doc.h"

enum catalog_check { CHECK_ANY, CHECK_SLUG, CHECK_DATE, CHECK_DAY, CHECK_URL };

/* The name is that in messages; the member is called what stands behind its dot. */
struct catalog_field {
    const char *name;
    bool required;
    enum catalog_check check;
};

/* Reads and checks a string of an object (NULL: of none), null counting as ""; *value is
 * the document's. Where it is wrong err names `where` and the field. */
bool catalog_field_read(const struct json_doc *doc, const struct json_node *object,
    const struct catalog_field *field, const char *where, const char **value, struct err *err);

/* The same for a whole number from 0 to most, or a truth where most is 1; null is 0. */
bool catalog_number_read(const struct json_doc *doc, const struct json_node *object,
    const char *name, int most, const char *where, int *value, struct err *err);

#endif
