/* What the kinds of export share: which talks, and their forms. */
#ifndef TALKBOOK_EXCHANGE_EXPORT_H
#define TALKBOOK_EXCHANGE_EXPORT_H

#include "db/db.h"
#include "exchange/output.h"

/* Everything, or what is on the talks of these ids, ascending; borrowed. */
struct export_set {
    bool all;
    const int64_t *ids;
    size_t count;
};
bool export_set_has(const struct export_set *set, int64_t talk_id);

/* Whether what is on a talk of that key ("" is none) is exported. */
bool export_set_has_key(
    struct db *db, const struct export_set *set, const char *key, bool *has, struct err *err);

/* Writes everything that is the person's, and the facts of the talks it is on, as one
 * JSON document, see talkbook(1); notes_json_read() takes it back. */
bool notes_json_write(
    struct db *db, const struct export_set *set, struct output *out, struct err *err);

/* A table (CSV), a row a note with its talk's facts and marks; a talk with marks and
 * without notes is a row, too. */
bool table_write(
    struct db *db, const struct export_set *set, struct output *out, struct err *err);

/* The starred sessions as a calendar (iCalendar). */
bool calendar_write(
    struct db *db, const struct export_set *set, struct output *out, struct err *err);

/* The conference report: starred and annotated talks under their themes and topics with
 * what was noted, as Markdown, and as a page for browsers that needs nothing else. */
bool digest_write_markdown(
    struct db *db, const struct export_set *set, struct output *out, struct err *err);
bool digest_write_page(
    struct db *db, const struct export_set *set, struct output *out, struct err *err);

#endif
