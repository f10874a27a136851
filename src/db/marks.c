/* Owns stars, watched, ratings and tags. */
#include "db/internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

static const char *const kinds[] = { "starred", "watched", "rating" };

bool db_mark_set(
    struct db *db, const char *talk_key, enum db_mark mark, int value, struct err *err)
{
    int before;
    char was[12], is[12];
    if (!db_begin(db, err))
        return false;
    bool ok = db_marks_write(db, talk_key, mark, value, &before, err);
    if (ok && before != value) {
        snprintf(was, sizeof was, "%d", before);
        snprintf(is, sizeof is, "%d", value);
        ok = db_change_add(db, kinds[mark], talk_key, was, is, err);
    }
    return db_end(db, ok, err);
}

static bool add_tag(
    struct db *db, const char *talk_key, const char *word, size_t len, struct err *err)
{
    struct buf name = { 0 };
    for (size_t at = 0; at < len;) {
        uint32_t cp;
        size_t used = utf8_decode(word + at, len - at, &cp);
        if (cp >= 'A' && cp <= 'Z')
            buf_addc(&name, (char)(cp + 32));
        else if (cp != '#' && cp != ',')
            buf_add(&name, word + at, used);
        at += used;
    }
    bool ok = name.len == 0 || db_run(db, DB_TAG_ADD, err, "ss", talk_key, name.data);
    buf_release(&name);
    return ok;
}

static const char blanks[] = " \t\n,";

bool db_is_tag(const char *text)
{
    return text[0] != '\0' && text[strcspn(text, blanks)] == '\0';
}

bool db_tags_write(struct db *db, const char *talk_key, const char *tags, struct err *err)
{
    int64_t id = 0;
    bool ok = db_get_int(db, DB_TALK_ID_OF_KEY, &id, err, "s", talk_key)
              && (id == 0 || db_index_talk(db, id, false, err))
              && db_run(db, DB_TAGS_CLEAR, err, "s", talk_key);
    for (const char *p = tags + strspn(tags, blanks); ok && *p != '\0';
         p += strspn(p, blanks)) {
        size_t len = strcspn(p, blanks);
        ok = add_tag(db, talk_key, p, len, err);
        p += len;
    }
    return ok && (id == 0 || db_index_talk(db, id, true, err));
}

static bool read_tags(struct db *db, const char *talk_key, char **tags, struct err *err)
{
    return db_get_text(db, DB_TAGS_GET, tags, err, "s", talk_key);
}

bool db_tags_set(struct db *db, const char *talk_key, const char *tags, struct err *err)
{
    char *before = NULL, *after = NULL;
    if (!db_begin(db, err))
        return false;
    bool ok = read_tags(db, talk_key, &before, err) && db_tags_write(db, talk_key, tags, err)
              && read_tags(db, talk_key, &after, err)
              && (strcmp(before, after) == 0
                  || db_change_add(db, "tags", talk_key, before, after, err));
    free(before);
    free(after);
    return db_end(db, ok, err);
}

bool db_position_set(struct db *db, const char *talk_key, int seconds, struct err *err)
{
    return db_begin_now(db, err)
           && db_end(db, db_run(db, DB_POSITION_SET, err, "sd", talk_key, seconds), err);
}
