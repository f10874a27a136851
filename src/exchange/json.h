/* Writing JSON. */
#ifndef TALKBOOK_EXCHANGE_JSON_H
#define TALKBOOK_EXCHANGE_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "model/note.h"
#include "model/talk.h"

/* A writer: commas are put where they belong. A zeroed one with out set is
 * ready. Keys are NULL inside arrays. */
struct json {
    struct buf *out;
    bool comma;
};

void json_begin(struct json *json, const char *key, char bracket);
void json_end(struct json *json, char bracket);

/* A string, valid whatever the bytes are: malformed UTF-8 becomes U+FFFD, and
 * controls and bidi marks are escaped, so that a terminal may print it. */
void json_text(struct json *json, const char *key, const char *text);
void json_int(struct json *json, const char *key, int64_t value);
void json_bool(struct json *json, const char *key, bool value);

/* A list of the parts of text between separators; none for "". */
void json_list(struct json *json, const char *key, const char *text, const char *separator);

/* The fields of a talk read for export and of a note, inside an object. */
void json_talk(struct json *json, const struct talk *talk);
void json_note(struct json *json, const struct note *note);

#endif
