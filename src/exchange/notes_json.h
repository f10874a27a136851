/* Everything that is the person's as one JSON document. */
#ifndef TALKBOOK_EXCHANGE_NOTES_JSON_H
#define TALKBOOK_EXCHANGE_NOTES_JSON_H

#include "base/json_doc.h"
#include "exchange/notes_report.h"

#define NOTES_JSON_FORMAT "talkbook-notes"
enum { NOTES_JSON_VERSION = 1 };

/* Whether a document says that it is one. */
bool notes_json_is(const struct json_doc *doc);

/* Brings in what notes_json_write() wrote, in one change. A note that is here has its
 * revisions and the document's; the text that was saved last is the present one, and
 * what was done last, deleting included, holds. Marks: see db_owned_bring(). A
 * document with anything wrong in it is refused, and changes nothing. */
bool notes_json_read(
    struct db *db, const struct json_doc *doc, struct notes_report *report, struct err *err);

#endif
