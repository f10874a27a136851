/* What a catalog says, checked as far as it can be without a database. Nothing outside
 * src/db includes this, but for what fuzzes it. */
#ifndef TALKBOOK_DB_CATALOG_READ_H
#define TALKBOOK_DB_CATALOG_READ_H

#include "base/buf.h"
#include "base/json_doc.h"

enum catalog_conference {
    CONFERENCE_SLUG,
    CONFERENCE_NAME,
    CONFERENCE_CITY,
    CONFERENCE_VENUE,
    CONFERENCE_STARTS,
    CONFERENCE_ENDS,
    CONFERENCE_ZONE,
    CONFERENCE_URL,
    CONFERENCE__TEXTS
};

enum catalog_theme { THEME_ID, THEME_NAME, THEME__TEXTS };

enum catalog_topic { TOPIC_ID, TOPIC_NAME, TOPIC_THEME, TOPIC_NOTE, TOPIC__TEXTS };

enum catalog_talk_text {
    TALK_ID,
    TALK_TITLE,
    TALK_KIND,
    TALK_STARTS,
    TALK_ENDS,
    TALK_ROOM,
    TALK_LANGUAGE,
    TALK_LEVEL,
    TALK_SUMMARY,
    TALK_URL,
    TALK_VIDEO,
    TALK_TOPIC,
    TALK_NOTE_ID,
    TALK_NOTE,
    TALK__TEXTS
};

/* Some of the catalog's names. */
struct catalog_names {
    size_t first, count;
};

struct catalog_talk {
    const char *texts[TALK__TEXTS];
    struct catalog_names speakers, themes;
    int seconds;
    bool highlight;
};

/* All texts are the document's, and "" where there is none; the lists are owned. A
 * zeroed struct is empty. */
struct catalog {
    const char *conference[CONFERENCE__TEXTS];
    const char *(*themes)[THEME__TEXTS];
    const char *(*topics)[TOPIC__TEXTS];
    struct catalog_talk *talks;
    const char **names;     /* the lists of all talks, one after another */
    const char **topic_ids; /* in order */
    size_t theme_count, topic_count, talk_count, name_count;
    size_t theme_cap, topic_cap, talk_cap, name_cap;
};

/* Reads a document, which must stay. The first mistake ends it; err names the talk and
 * the field. Release the catalog in either case. Themes and topics that are named need
 * not be among the catalog's: another may have brought them. */
bool catalog_read(struct catalog *catalog, const struct json_doc *doc, struct err *err);
void catalog_release(struct catalog *catalog);

bool catalog_has_topic(const struct catalog *catalog, const char *id);

/* Appends what messages call a talk: "talk 5 (Its title)". */
void catalog_add_where(size_t index, const char *title, struct buf *out);

#endif
