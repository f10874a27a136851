/* Owns what pyvideo's records look like. Must not know what is stored already. */
#include "db/library_record.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/date.h"
#include "base/mem.h"
#include "base/url.h"
#include "model/match.h"

enum { SECONDS_MAX = 7 * 24 * 3600 };

struct reading {
    const struct json_doc *doc;
    struct library_record *record;
    struct buf *remark;
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

/* A member's string, borrowed: "" for null, for none and for what is no string. */
static const char *text_of(struct reading *reading, const char *name)
{
    const struct json_node *node = json_doc_get(reading->doc, reading->doc->nodes, name);
    if (node == NULL || node->type == JSON_NULL)
        return "";
    if (node->type == JSON_STRING)
        return node->text;
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
        if (strcasecmp(label, page_labels[i]) == 0)
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

/* A member that is a list; NULL where there is none. */
static const struct json_node *list_of(struct reading *reading, const char *name)
{
    const struct json_node *node = json_doc_get(reading->doc, reading->doc->nodes, name);
    if (node == NULL || node->type == JSON_NULL)
        return NULL;
    if (node->type == JSON_ARRAY)
        return node;
    left_out(reading, name, "is not a list");
    return NULL;
}

static const struct json_node *first_of(
    const struct reading *reading, const struct json_node *list)
{
    return list != NULL ? json_doc_first(reading->doc, list) : NULL;
}

static void read_texts(struct reading *reading, const char *name, struct library_texts *texts)
{
    const struct json_node *list = list_of(reading, name);
    bool others = false;
    for (const struct json_node *node = first_of(reading, list); node != NULL;
         node = json_doc_after(reading->doc, list, node)) {
        if (node->type == JSON_STRING)
            add_text(texts, node->text);
        else
            others |= node->type != JSON_NULL;
    }
    if (others)
        left_out(reading, name, "holds what is not a string");
}

/* The string that a member of a list's object is, "" where it is none. */
static const char *member(
    const struct reading *reading, const struct json_node *node, const char *name)
{
    const struct json_node *value = json_doc_get(reading->doc, node, name);
    return value != NULL && value->type == JSON_STRING ? value->text : "";
}

/* The address in a form that is safe; NULL where it is none. The caller frees it. */
static char *address_of(const struct reading *reading, const struct json_node *node)
{
    struct buf url = { 0 };
    char *line = library_line(member(reading, node, "url"));
    url_add_encoded(line, &url);
    free(line);
    if (url_is_web(buf_text(&url)))
        return buf_take(&url);
    buf_release(&url);
    return NULL;
}

/* The first video, but YouTube's before others: its times are the ones that
 * people note. */
static char *read_video(struct reading *reading)
{
    const struct json_node *list = list_of(reading, "videos");
    const struct json_node *first = first_of(reading, list);
    char *found = NULL;
    for (const struct json_node *node = first; node != NULL;
         node = json_doc_after(reading->doc, list, node)) {
        bool youtube = strcmp(member(reading, node, "type"), "youtube") == 0;
        char *url = youtube || found == NULL ? address_of(reading, node) : NULL;
        if (url == NULL)
            continue;
        free(found);
        found = url;
        if (youtube)
            break;
    }
    if (first != NULL && found == NULL)
        left_out(reading, "videos", "holds no http or https address");
    return found != NULL ? found : mem_dup("");
}

static char *read_page(struct reading *reading)
{
    const struct json_node *list = list_of(reading, "related_urls");
    char *found = NULL;
    for (const struct json_node *node = first_of(reading, list); node != NULL && found == NULL;
         node = json_doc_after(reading->doc, list, node))
        if (is_page_label(member(reading, node, "label")))
            found = address_of(reading, node);
    return found != NULL ? found : mem_dup("");
}

/* --- the record -------------------------------------------------------- */

/* A time without an offset says no moment: its day is kept. */
static char *read_day(struct reading *reading)
{
    struct date date;
    char *text = library_line(text_of(reading, "recorded"));
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
    const struct json_node *node = json_doc_get(reading->doc, reading->doc->nodes, "duration");
    if (node == NULL || node->type == JSON_NULL)
        return 0;
    if (node->type == JSON_NUMBER && node->number >= 0 && node->number <= SECONDS_MAX)
        return (int)node->number;
    left_out(reading, "duration", "is not a length in seconds");
    return 0;
}

/* Some records have a short text and a long one, some the same twice. */
static char *read_summary(struct reading *reading)
{
    const char *brief = text_of(reading, "summary");
    const char *full = text_of(reading, "description");
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

static void read_values(struct reading *reading)
{
    struct library_record *record = reading->record;
    char *language = library_line(text_of(reading, "language"));
    record->starts_at = read_day(reading);
    record->language = mem_dup(language_of(language));
    record->summary = read_summary(reading);
    record->seconds = read_seconds(reading);
    read_texts(reading, "speakers", &record->speakers);
    read_texts(reading, "tags", &record->tags);
    record->video_url = read_video(reading);
    record->url = read_page(reading);
    record->kind = kind_of(&record->tags);
    record->speaker_line = join(&record->speakers);
    record->keywords = join(&record->tags);
    free(language);
}

bool library_record_read(
    const struct json_doc *doc, struct library_record *record, struct buf *remark)
{
    struct reading reading = { doc, record, remark };
    *record = (struct library_record){ .kind = "" };
    if (doc->nodes[0].type != JSON_OBJECT)
        buf_adds(remark, "it is not a JSON object");
    else {
        record->title = library_line(text_of(&reading, "title"));
        if (record->title[0] == '\0' && remark->len == 0)
            buf_adds(remark, "\"title\" is missing");
    }
    if (record->title == NULL || record->title[0] == '\0')
        return false;
    read_values(&reading);
    return true;
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
