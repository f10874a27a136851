/* Owns writing JSON: what subcommands print and what is exported. */
#include "exchange/json.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"

static void add_string(struct buf *out, const char *text, size_t len)
{
    buf_addc(out, '"');
    for (size_t at = 0; at < len;) {
        uint32_t cp;
        char bytes[4];
        at += utf8_decode(text + at, len - at, &cp);
        bool unseen = (cp >= 0x200B && cp <= 0x200F) || (cp >= 0x2028 && cp <= 0x202E)
                      || (cp >= 0x2060 && cp <= 0x206F) || cp == 0x61C || cp == 0x180E
                      || cp == 0xFEFF || (cp >= 0xFFF9 && cp <= 0xFFFB);
        bool tag = cp >= 0xE0000 && cp < 0xE1000;
        if (cp == '"' || cp == '\\')
            buf_addf(out, "\\%c", (char)cp);
        else if (cp == '\n')
            buf_adds(out, "\\n");
        else if (cp < 0x20 || (cp >= 0x7F && cp < 0xA0) || unseen)
            buf_addf(out, "\\u%04x", (unsigned)cp);
        else if (tag)
            buf_addf(out, "\\u%04x\\u%04x", 0xD800 + (unsigned)((cp - 0x10000) >> 10),
                0xDC00 + (unsigned)(cp & 0x3FF));
        else
            buf_add(out, bytes, utf8_encode(cp, bytes));
    }
    buf_addc(out, '"');
}

static void put_key(struct json *json, const char *key)
{
    if (json->comma)
        buf_addc(json->out, ',');
    json->comma = true;
    if (key != NULL) {
        add_string(json->out, key, strlen(key));
        buf_addc(json->out, ':');
    }
}

void json_begin(struct json *json, const char *key, char bracket)
{
    put_key(json, key);
    buf_addc(json->out, bracket);
    json->comma = false;
}

void json_end(struct json *json, char bracket)
{
    buf_addc(json->out, bracket);
    json->comma = true;
}

void json_text(struct json *json, const char *key, const char *text)
{
    put_key(json, key);
    add_string(json->out, text, strlen(text));
}

void json_int(struct json *json, const char *key, int64_t value)
{
    put_key(json, key);
    buf_addf(json->out, "%lld", (long long)value);
}

void json_bool(struct json *json, const char *key, bool value)
{
    put_key(json, key);
    buf_adds(json->out, value ? "true" : "false");
}

void json_list(struct json *json, const char *key, const char *text, const char *separator)
{
    json_begin(json, key, '[');
    while (text[0] != '\0') {
        const char *end = strstr(text, separator);
        size_t len = end != NULL ? (size_t)(end - text) : strlen(text);
        put_key(json, NULL);
        add_string(json->out, text, len);
        text += len + (end != NULL ? strlen(separator) : 0);
    }
    json_end(json, ']');
}

void json_talk(struct json *json, const struct talk *talk)
{
    json_int(json, "id", talk->id);
    json_text(json, "key", talk->key);
    json_text(json, "title", talk->title);
    json_list(json, "speakers", talk->speaker_list, TALK_SEPARATOR);
    json_text(json, "conference", talk->conference);
    json_text(json, "kind", talk->kind);
    json_text(json, "starts_at", talk->starts_at);
    json_text(json, "ends_at", talk->ends_at);
    json_text(json, "room", talk->room);
    json_text(json, "language", talk->language);
    json_text(json, "level", talk->level);
    json_list(json, "themes", talk->theme_list, TALK_SEPARATOR);
    json_text(json, "topic", talk->topic);
    json_bool(json, "highlight", talk->highlight);
    json_bool(json, "starred", talk->starred);
    json_bool(json, "watched", talk->watched);
    json_int(json, "rating", talk->rating);
    json_list(json, "tags", talk->tags, " ");
    json_list(json, "keywords", talk->keywords, ", ");
    json_int(json, "note_count", talk->notes);
    json_text(json, "url", talk->url);
    json_text(json, "video_url", talk->video_url);
    json_int(json, "video_seconds", talk->video_seconds);
    json_int(json, "position", talk->position);
}

void json_note(struct json *json, const struct note *note)
{
    json_int(json, "id", note->id);
    json_text(json, "uuid", note->uuid);
    json_text(json, "talk", note->talk_key);
    json_text(json, "topic", note->topic_slug);
    json_text(json, "body", note->body);
    json_text(json, "created_at", note->created_at);
    json_text(json, "updated_at", note->updated_at);
    json_int(json, "revision", note->rev);
    json_bool(json, "deleted", note->deleted);
}
