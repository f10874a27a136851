/* Owns what pyvideo's records look like. Must not know what is stored already. */
#include "db/library_record.h"

#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/mem.h"
#include "base/url.h"
#include "db/catalog_field.h"
#include "model/match.h"

enum { SECONDS_MAX = 7 * 24 * 3600 };

/* The columns of the statement LIBRARY_RECORD; a list's type stands before it. */
enum {
    RECORD_TYPE,
    RECORD_TITLE,
    RECORD_RECORDED,
    RECORD_LANGUAGE,
    RECORD_SUMMARY,
    RECORD_DESCRIPTION,
    RECORD_DURATION,
    RECORD_SPEAKERS = RECORD_DURATION + 2,
    RECORD_TAGS = RECORD_SPEAKERS + 2,
    RECORD_VIDEOS = RECORD_TAGS + 2,
    RECORD_RELATED = RECORD_VIDEOS + 2
};

struct reading {
    struct db *db;
    sqlite3_stmt *stmt;
    struct library_record *record;
    struct buf *remark;
    struct err *err;
};

static const char blanks[] = " \t\r\n\f\v";

static void left_out(struct reading *reading, const char *name, const char *why)
{
    buf_addf(reading->remark, "%s\"%s\" %s", reading->remark->len > 0 ? "; " : "", name, why);
}

char *library_line(const char *text)
{
    struct buf line = { 0 };
    for (text += strspn(text, blanks); *text != '\0'; text += strspn(text, blanks)) {
        size_t len = strcspn(text, blanks);
        if (line.len > 0)
            buf_addc(&line, ' ');
        buf_add(&line, text, len);
        text += len;
    }
    return buf_take(&line);
}

/* A text column, borrowed: "" for NULL and for what is no string. */
static const char *text_at(struct reading *reading, int column, const char *name)
{
    int type = sqlite3_column_type(reading->stmt, column);
    if (type == SQLITE_TEXT)
        return (const char *)sqlite3_column_text(reading->stmt, column);
    if (type != SQLITE_NULL)
        left_out(reading, name, "is not a string");
    return "";
}

/* --- words for words --------------------------------------------------- */

/* pyvideo's languages (ISO 639-2 and -3) as catalogs name them (ISO 639-1). */
static const struct {
    const char *three, *two;
} languages[] = { { "eng", "en" }, { "spa", "es" }, { "rus", "ru" }, { "fra", "fr" },
    { "fre", "fr" }, { "por", "pt" }, { "kor", "ko" }, { "jpn", "ja" }, { "ita", "it" },
    { "deu", "de" }, { "ger", "de" }, { "zho", "zh" }, { "chi", "zh" }, { "pol", "pl" },
    { "slk", "sk" }, { "slo", "sk" }, { "lit", "lt" }, { "tha", "th" }, { "ces", "cs" },
    { "cze", "cs" }, { "eus", "eu" }, { "heb", "he" }, { "glg", "gl" }, { "nld", "nl" },
    { "ukr", "uk" }, { "cat", "ca" }, { "ell", "el" }, { "hun", "hu" }, { "swe", "sv" },
    { "fin", "fi" }, { "dan", "da" }, { "nor", "no" }, { "tur", "tr" }, { "ind", "id" },
    { "ara", "ar" }, { "fas", "fa" }, { "hin", "hi" }, { "vie", "vi" } };

static const char *language_of(const char *code)
{
    for (size_t i = 0; i < sizeof languages / sizeof languages[0]; i++)
        if (strcmp(languages[i].three, code) == 0)
            return languages[i].two;
    return code;
}

/* Tags that say what kind of session it is. */
static const struct {
    const char *tag, *kind;
} kinds[] = { { "talk", "talk" }, { "keynote", "keynote" }, { "tutorial", "tutorial" },
    { "workshop", "workshop" }, { "poster", "poster" }, { "panel", "panel" },
    { "lightning talk", "lightning-talks" }, { "lightning talks", "lightning-talks" } };

static const char *kind_of(const struct library_texts *tags)
{
    const char *kind = "";
    struct buf words = { 0 };
    for (size_t i = 0; i < tags->count && kind[0] == '\0'; i++) {
        buf_clear(&words);
        match_add_words(tags->items[i], &words);
        for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++)
            if (strcmp(kinds[k].tag, buf_text(&words)) == 0)
                kind = kinds[k].kind;
    }
    buf_release(&words);
    return kind;
}

/* Labels of related addresses that lead to the talk's own page; others lead to
 * the whole conference, to slides, to licences. */
static const char *const page_labels[] = { "presentation webpage", "presenation webpage",
    "talk schedule", "talk announcement", "talk url", "talk page", "talk webpage",
    "session information", "abstract" };

static bool is_page_label(const char *label)
{
    for (size_t i = 0; i < sizeof page_labels / sizeof page_labels[0]; i++)
        if (sqlite3_stricmp(label, page_labels[i]) == 0)
            return true;
    return false;
}

/* --- lists ------------------------------------------------------------- */

static void add_text(struct library_texts *texts, const char *text)
{
    char *line = library_line(text);
    for (size_t i = 0; line[0] != '\0' && i < texts->count; i++)
        if (strcmp(texts->items[i], line) == 0)
            line[0] = '\0';
    if (line[0] == '\0') {
        free(line);
        return;
    }
    texts->items = mem_grow(texts->items, &texts->cap, texts->count + 1, sizeof(char *));
    texts->items[texts->count++] = line;
}

static char *join(const struct library_texts *texts)
{
    struct buf line = { 0 };
    for (size_t i = 0; i < texts->count; i++) {
        if (i > 0)
            buf_adds(&line, ", ");
        buf_adds(&line, texts->items[i]);
    }
    return buf_take(&line);
}

/* The text of the list in this column, which is a statement's on its own; NULL
 * where there is nothing in it. */
static const char *list_at(struct reading *reading, int column, const char *name)
{
    const char *type = (const char *)sqlite3_column_text(reading->stmt, column);
    if (type == NULL || strcmp(type, "null") == 0)
        return NULL;
    if (strcmp(type, "array") != 0) {
        left_out(reading, name, "is not a list");
        return NULL;
    }
    const char *text = (const char *)sqlite3_column_text(reading->stmt, column + 1);
    return text != NULL && strcmp(text, "[]") != 0 ? text : NULL;
}

static bool read_texts(
    struct reading *reading, int column, const char *name, struct library_texts *texts)
{
    const char *list = list_at(reading, column, name);
    if (list == NULL)
        return true;
    sqlite3_stmt *stmt = db_prepare(reading->db, DB_LIBRARY_TEXTS, reading->err);
    bool row = true, others = false;
    if (stmt == NULL)
        return false;
    db_bind(stmt, "s", list);
    while (db_step(reading->db, stmt, &row, reading->err)) {
        const char *type = row ? (const char *)sqlite3_column_text(stmt, 0) : NULL;
        if (type == NULL)
            break;
        if (strcmp(type, "text") == 0)
            add_text(texts, (const char *)sqlite3_column_text(stmt, 1));
        else
            others |= strcmp(type, "null") != 0;
    }
    if (others)
        left_out(reading, name, "holds what is not a string");
    return !row;
}

/* The address of a row of LIBRARY_LINKS in a form that is safe; NULL where it
 * has none. The caller frees it. */
static char *address_of(sqlite3_stmt *stmt)
{
    bool plain = strcmp((const char *)sqlite3_column_text(stmt, 0), "text") == 0;
    if (plain || sqlite3_column_type(stmt, 3) != SQLITE_TEXT)
        return NULL;
    struct buf url = { 0 };
    char *line = library_line((const char *)sqlite3_column_text(stmt, 3));
    url_add_encoded(line, &url);
    free(line);
    if (url_is_web(buf_text(&url)))
        return buf_take(&url);
    buf_release(&url);
    return NULL;
}

static bool says(sqlite3_stmt *stmt, int column, const char *word)
{
    return sqlite3_column_type(stmt, column) == SQLITE_TEXT
           && sqlite3_stricmp((const char *)sqlite3_column_text(stmt, column), word) == 0;
}

static bool is_page(sqlite3_stmt *stmt)
{
    return sqlite3_column_type(stmt, 1) == SQLITE_TEXT
           && is_page_label((const char *)sqlite3_column_text(stmt, 1));
}

/* YouTube's is taken before others: its times are the ones people note. */
static bool is_youtube(sqlite3_stmt *stmt)
{
    return says(stmt, 2, "youtube");
}

/* The first address that `best` holds for; where `any`, else the first of all. */
static bool read_link(struct reading *reading, int column, const char *name,
    bool (*best)(sqlite3_stmt *), bool any, char **found)
{
    const char *list = list_at(reading, column, name);
    bool row = true, done = false, unusable = false;
    *found = NULL;
    sqlite3_stmt *stmt =
        list != NULL ? db_prepare(reading->db, DB_LIBRARY_LINKS, reading->err) : NULL;
    if (stmt != NULL)
        db_bind(stmt, "s", list);
    while (stmt != NULL && !done && db_step(reading->db, stmt, &row, reading->err) && row) {
        bool good = best(stmt);
        char *url = good || (any && *found == NULL) ? address_of(stmt) : NULL;
        unusable |= any && url == NULL && *found == NULL;
        if (url == NULL)
            continue;
        free(*found);
        *found = url;
        done = good;
    }
    if (unusable && *found == NULL)
        left_out(reading, name, "holds no http or https address");
    if (stmt != NULL)
        sqlite3_reset(stmt);
    if (*found == NULL)
        *found = mem_dup("");
    return list == NULL || (stmt != NULL && (done || !row));
}

/* --- the record -------------------------------------------------------- */

/* A time without an offset says no moment: its day is kept. */
static char *read_day(struct reading *reading)
{
    struct date date;
    char *text = library_line(text_at(reading, RECORD_RECORDED, "recorded"));
    size_t len = strlen(text);
    if (len == 0 || date_parse(text, &date))
        return text;
    if (len > 10 && strchr("T ", text[10]) != NULL) {
        text[10] = '\0';
        if (date_parse(text, &date))
            return text;
    }
    left_out(reading, "recorded", "is not a date");
    text[0] = '\0';
    return text;
}

static int read_seconds(struct reading *reading)
{
    int type = sqlite3_column_type(reading->stmt, RECORD_DURATION + 1);
    if (type == SQLITE_NULL)
        return 0;
    double seconds = sqlite3_column_double(reading->stmt, RECORD_DURATION + 1);
    const char *json = (const char *)sqlite3_column_text(reading->stmt, RECORD_DURATION);
    bool number = strcmp(json, "integer") == 0 || strcmp(json, "real") == 0;
    if (number && seconds >= 0 && seconds <= SECONDS_MAX)
        return (int)seconds;
    left_out(reading, "duration", "is not a length in seconds");
    return 0;
}

/* Some records have a short text and a long one, some the same twice. */
static char *read_summary(struct reading *reading)
{
    const char *brief = text_at(reading, RECORD_SUMMARY, "summary");
    const char *full = text_at(reading, RECORD_DESCRIPTION, "description");
    struct buf text = { 0 };
    brief += strspn(brief, "\r\n");
    full += strspn(full, "\r\n");
    buf_adds(&text, brief);
    while (text.len > 0 && strchr(blanks, text.data[text.len - 1]) != NULL)
        buf_remove(&text, text.len - 1, 1);
    if (full[strspn(full, blanks)] != '\0') {
        if (text.len > 0 && strstr(full, text.data) != NULL)
            buf_clear(&text);
        buf_adds(&text, text.len > 0 ? "\n\n" : "");
        buf_adds(&text, full);
    }
    while (text.len > 0 && strchr(blanks, text.data[text.len - 1]) != NULL)
        buf_remove(&text, text.len - 1, 1);
    return buf_take(&text);
}

static bool read_values(struct reading *reading)
{
    struct library_record *record = reading->record;
    record->starts_at = read_day(reading);
    char *language = library_line(text_at(reading, RECORD_LANGUAGE, "language"));
    record->language = mem_dup(language_of(language));
    free(language);
    record->summary = read_summary(reading);
    record->seconds = read_seconds(reading);
    if (!read_texts(reading, RECORD_SPEAKERS, "speakers", &record->speakers)
        || !read_texts(reading, RECORD_TAGS, "tags", &record->tags)
        || !read_link(reading, RECORD_VIDEOS, "videos", is_youtube, true, &record->video_url)
        || !read_link(reading, RECORD_RELATED, "related_urls", is_page, false, &record->url))
        return false;
    record->kind = kind_of(&record->tags);
    record->speaker_line = join(&record->speakers);
    record->keywords = join(&record->tags);
    return true;
}

enum library_read library_record_read(struct db *db, const char *json,
    struct library_record *record, struct buf *remark, struct err *err)
{
    struct reading reading = { db, db_prepare(db, DB_LIBRARY_RECORD, err), record, remark,
        err };
    enum library_read result = LIBRARY_REJECTED;
    bool row;
    *record = (struct library_record){ .kind = "" };
    if (reading.stmt == NULL)
        return LIBRARY_FAILED;
    db_bind(reading.stmt, "s", json);
    if (!db_step(db, reading.stmt, &row, err))
        return LIBRARY_FAILED;
    if (!row)
        buf_adds(remark, "it is not valid JSON");
    else if (catalog_nul_line(json) > 0)
        buf_addf(remark, "line %d holds \\u0000, a NUL character", catalog_nul_line(json));
    else if (strcmp((const char *)sqlite3_column_text(reading.stmt, RECORD_TYPE), "object")
             != 0)
        buf_adds(remark, "it is not a JSON object");
    else {
        record->title = library_line(text_at(&reading, RECORD_TITLE, "title"));
        if (record->title[0] != '\0')
            result = read_values(&reading) ? LIBRARY_READ : LIBRARY_FAILED;
        else if (remark->len == 0)
            buf_adds(remark, "\"title\" is missing");
    }
    sqlite3_reset(reading.stmt);
    return result;
}

static void release_texts(struct library_texts *texts)
{
    for (size_t i = 0; i < texts->count; i++)
        free(texts->items[i]);
    free(texts->items);
}

void library_record_release(struct library_record *record)
{
    char *const owned[] = { record->title, record->starts_at, record->language, record->url,
        record->video_url, record->summary, record->speaker_line, record->keywords };
    for (size_t i = 0; i < sizeof owned / sizeof owned[0]; i++)
        free(owned[i]);
    release_texts(&record->speakers);
    release_texts(&record->tags);
    *record = (struct library_record){ 0 };
}
