/* Owns the form of notes as files. Must not know where they lie. The front matter is
 * YAML, of which the simplest part is written and a little more is read. */
#include "exchange/note_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/date.h"
#include "base/mem.h"
#include "base/utf8.h"

enum { NAME_MAX_BYTES = 60, FRONT_MAX = 64 << 10 };

enum field { ID, TALK, TOPIC, CONFERENCE, CREATED, UPDATED, TAGS, MARKS, FIELDS };

static const char *const names[FIELDS] = {
    [ID] = "id",
    [TALK] = "talk",
    [TOPIC] = "topic",
    [CONFERENCE] = "conference",
    [CREATED] = "created",
    [UPDATED] = "updated",
    [TAGS] = "tags",
    [MARKS] = "conflict-marks",
};

static char **field_of(struct note_file *file, enum field field)
{
    char **const fields[FIELDS] = {
        [ID] = &file->id,
        [TALK] = &file->talk,
        [TOPIC] = &file->topic,
        [CONFERENCE] = &file->conference,
        [CREATED] = &file->created,
        [UPDATED] = &file->updated,
        [TAGS] = &file->tags,
        [MARKS] = &file->marks,
    };
    return fields[field];
}

void note_file_release(struct note_file *file)
{
    for (int i = 0; i < FIELDS; i++)
        free(*field_of(file, (enum field)i));
    free(file->phrases);
    free(file->body);
    *file = (struct note_file){ 0 };
}

/* --- writing ----------------------------------------------------------- */

/* Whether YAML takes a text for itself as it stands: letters and digits with a few
 * signs, beginning with a letter of no word that means something else, or a date. */
static bool is_plain(const char *text)
{
    static const char *const words[] = { "true", "false", "null", "yes", "no", "on", "off", "y",
        "n", NULL };
    static const char signs[] = "-_./+ ";
    size_t len = strlen(text);
    struct date date;
    bool letter = (text[0] >= 'a' && text[0] <= 'z') || (text[0] >= 'A' && text[0] <= 'Z');
    if (date_parse(text, &date))
        return true;
    if (!letter || text[len - 1] == ' ')
        return false;
    for (size_t i = 0; words[i] != NULL; i++)
        if (strcasecmp(text, words[i]) == 0)
            return false;
    for (size_t i = 0; i < len; i++) {
        char c = text[i];
        bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!word && strchr(signs, c) == NULL)
            return false;
    }
    return true;
}

/* A JSON string, which is a YAML one. */
static void add_quoted(struct buf *out, const char *text)
{
    buf_addc(out, '"');
    for (size_t at = 0, len = strlen(text); at < len;) {
        uint32_t cp;
        size_t used = utf8_decode(text + at, len - at, &cp);
        if (cp == '"' || cp == '\\')
            buf_addf(out, "\\%c", (char)cp);
        else if (cp < 0x20 || (cp >= 0x7F && cp < 0xA0) || cp == 0x2028 || cp == 0x2029
                 || cp == 0xFEFF)
            buf_addf(out, "\\u%04x", (unsigned)cp);
        else
            buf_add(out, text + at, used);
        at += used;
    }
    buf_addc(out, '"');
}

/* A UUID may begin with a digit, and is taken for nothing else than text. */
static bool is_uuid(const char *text)
{
    for (size_t i = 0; i < 36; i++) {
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash ? text[i] != '-' : strchr("0123456789abcdefABCDEF", text[i]) == NULL)
            return false;
        if (text[i] == '\0')
            return false;
    }
    return text[36] == '\0';
}

static void add_value(struct buf *out, const char *text)
{
    if (is_plain(text) || is_uuid(text))
        buf_adds(out, text);
    else
        add_quoted(out, text);
}

static void add_tags(struct buf *out, const char *tags)
{
    buf_addc(out, '[');
    for (bool first = true; *tags != '\0'; first = false) {
        size_t len = strcspn(tags, " ");
        char *tag = mem_dup_n(tags, len);
        buf_adds(out, first ? "" : ", ");
        add_value(out, tag);
        free(tag);
        tags += len + strspn(tags + len, " ");
    }
    buf_addc(out, ']');
}

void note_file_add(struct buf *out, const struct note_file *file)
{
    struct note_file copy = *file;
    char marks[24];
    size_t conflicts = note_file_conflicts(file->body != NULL ? file->body : "");
    snprintf(marks, sizeof marks, "%zu", conflicts);
    copy.marks = conflicts > 0 ? marks : NULL;
    buf_adds(out, "---\n");
    for (int i = 0; i < FIELDS; i++) {
        const char *value = *field_of(&copy, (enum field)i);
        if (value == NULL || value[strspn(value, " ")] == '\0')
            continue;
        buf_addf(out, "%s: ", names[i]);
        if (i == TAGS)
            add_tags(out, value + strspn(value, " "));
        else if (i == MARKS)
            buf_adds(out, value);
        else
            add_value(out, value);
        buf_addc(out, '\n');
    }
    buf_addf(out, "---\n%s\n", file->body != NULL ? file->body : "");
}

/* --- reading ----------------------------------------------------------- */

static int hex_digit(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

/* What an escape in a quoted text stands for; the bytes behind the backslash. */
static size_t add_escape(const char *text, size_t len, struct buf *out)
{
    static const char letters[] = "nrt0", meanings[] = "\n\r\t\0";
    char bytes[4];
    const char *letter = len > 0 && text[0] != '\0' ? strchr(letters, text[0]) : NULL;
    uint32_t cp = 0;
    if (letter != NULL)
        buf_addc(out, meanings[letter - letters]);
    if (letter != NULL || len == 0)
        return len > 0;
    if (text[0] != 'u' || len < 5) {
        buf_addc(out, text[0]);
        return 1;
    }
    for (int i = 1; i <= 4; i++) {
        int digit = hex_digit(text[i]);
        if (digit < 0)
            return 1;
        cp = cp << 4 | (uint32_t)digit;
    }
    buf_add(out, bytes, utf8_encode(cp, bytes));
    return 5;
}

/* Reads one value from text[*at] on: quoted, or up to a stop sign or the end. */
static void read_value(
    const char *text, size_t len, size_t *at, const char *stops, struct buf *out)
{
    while (*at < len && (text[*at] == ' ' || text[*at] == '\t'))
        ++*at;
    char quote = *at < len && (text[*at] == '"' || text[*at] == '\'') ? text[(*at)++] : '\0';
    while (*at < len) {
        char c = text[*at];
        if (quote == '\0' && strchr(stops, c) != NULL)
            break;
        ++*at;
        if (c == quote && quote != '\0') {
            /* '' is a quote within quotes. */
            if (quote == '"' || *at >= len || text[*at] != '\'')
                return;
            ++*at;
        } else if (quote == '"' && c == '\\') {
            *at += add_escape(text + *at, len - *at, out);
            continue;
        }
        buf_addc(out, c);
    }
    while (quote == '\0' && out->len > 0 && strchr(" \t\r", out->data[out->len - 1]) != NULL)
        buf_cut(out, out->len - 1);
}

static void add_words(struct buf *out, const char *text)
{
    static const char blanks[] = " \t\n";
    for (text += strspn(text, blanks); *text != '\0'; text += strspn(text, blanks)) {
        size_t len = strcspn(text, blanks);
        buf_addf(out, "%s%.*s", out->len > 0 ? " " : "", (int)len, text);
        text += len;
    }
}

/* In a list each value is one tag, or a phrase; a line without brackets is words. */
static void read_tags(
    const char *text, size_t len, bool list, struct buf *tags, struct buf *phrases)
{
    struct buf value = { 0 }, words = { 0 };
    for (size_t at = 0; at < len; at++) {
        list = list || text[at] == '[';
        if (text[at] == '[' || text[at] == ' ')
            continue;
        buf_clear(&value);
        buf_clear(&words);
        read_value(text, len, &at, ",]", &value);
        add_words(&words, buf_text(&value));
        if (list && strchr(buf_text(&words), ' ') != NULL)
            buf_addf(phrases, "%s%s", phrases->len > 0 ? ", " : "", words.data);
        else
            add_words(tags, buf_text(&words));
    }
    buf_release(&value);
    buf_release(&words);
}

static bool check_value(enum field field, const char *text, size_t len, struct err *err)
{
    struct date date;
    for (size_t i = 0; i < len; i++)
        if ((unsigned char)text[i] < ' ' || text[i] == 0x7F)
            return err_set(err, "%s: holds a control character", names[field]);
    if (field == MARKS && (len > 6 || strspn(text, "0123456789") != len))
        return err_set(err, "%s: '%.60s' is no number", names[field], text);
    if (field == ID && !is_uuid(text))
        return err_set(err, "id: '%.60s' is no UUID", text);
    if ((field == CREATED || field == UPDATED) && !date_parse(text, &date))
        return err_set(
            err, "%s: '%.60s' is no time such as 2025-05-16T15:00:00Z", names[field], text);
    return true;
}

/* The field that a line "key: value" sets, FIELDS where it sets none; *at is where its
 * value begins. */
static enum field find_field(const char *line, size_t len, size_t *at)
{
    for (int i = 0; i < FIELDS; i++) {
        size_t n = strlen(names[i]);
        if (len <= n || line[n] != ':' || strncasecmp(line, names[i], n) != 0)
            continue;
        *at = n + 1;
        return (enum field)i;
    }
    return FIELDS;
}

struct reading {
    struct note_file *file;
    struct buf others; /* lines that are no field's */
    struct buf phrases;
    bool listing; /* the lines of a list of tags may follow */
    struct err *err;
};

/* "- tag" below "tags:". */
static bool read_listed(struct reading *reading, const char *line, size_t len)
{
    size_t at = strspn(line, " ");
    if (!reading->listing || at + 1 >= len || line[at] != '-' || line[at + 1] != ' ')
        return false;
    struct buf tags = { 0 };
    buf_adds(&tags, reading->file->tags != NULL ? reading->file->tags : "");
    read_tags(line + at + 2, len - at - 2, true, &tags, &reading->phrases);
    free(reading->file->tags);
    reading->file->tags = buf_take(&tags);
    return true;
}

static bool read_line(struct reading *reading, const char *line, size_t len)
{
    size_t at = 0;
    struct buf value = { 0 };
    if (read_listed(reading, line, len))
        return check_value(
            TAGS, reading->file->tags, strlen(reading->file->tags), reading->err);
    enum field field = find_field(line, len, &at);
    reading->listing = field == TAGS;
    if (field == FIELDS) {
        buf_add(&reading->others, line, len);
        buf_addc(&reading->others, '\n');
        return true;
    }
    if (field == TAGS)
        read_tags(line + at, len - at, false, &value, &reading->phrases);
    else
        read_value(line, len, &at, "", &value);
    /* Blanks alone are nothing, as they are when a file is written. */
    if (buf_text(&value)[strspn(buf_text(&value), " ")] == '\0')
        buf_clear(&value);
    bool ok = value.len == 0 || check_value(field, value.data, value.len, reading->err);
    char **to = field_of(reading->file, field);
    free(*to);
    *to = buf_take(&value);
    return ok;
}

/* The bytes of the front matter's lines behind its first, without its last; 0 in *after
 * where there is none. */
static size_t find_front(const char *text, size_t len, size_t *after)
{
    *after = 0;
    if (len < 4 || memcmp(text, "---\n", 4) != 0)
        return 0;
    for (size_t at = 4; at < len && at < FRONT_MAX;) {
        const char *end = memchr(text + at, '\n', len - at);
        size_t line = end != NULL ? (size_t)(end - text) - at : len - at;
        if (line == 3 && memcmp(text + at, "---", 3) == 0) {
            *after = at + line + (end != NULL);
            return at - 4;
        }
        at += line + 1;
    }
    return 0;
}

static bool read_front(struct reading *reading, const char *text, size_t len)
{
    bool ok = true;
    for (size_t at = 0; ok && at < len;) {
        const char *end = memchr(text + at, '\n', len - at);
        size_t line = end != NULL ? (size_t)(end - text) - at : len - at;
        ok = read_line(reading, text + at, line);
        at += line + 1;
    }
    return ok;
}

/* The text with LF for CR LF where every line ends so. */
static void add_lines(const char *text, size_t len, struct buf *out)
{
    bool all = false;
    for (size_t i = 0; i < len; i++) {
        if (text[i] != '\n')
            continue;
        all = i > 0 && text[i - 1] == '\r';
        if (!all)
            break;
    }
    for (size_t i = 0; i < len; i++)
        if (!(all && text[i] == '\r' && i + 1 < len && text[i + 1] == '\n'))
            buf_addc(out, text[i]);
}

bool note_file_read(const char *text, size_t len, struct note_file *file, struct err *err)
{
    struct reading reading = { .file = file, .err = err };
    struct buf lines = { 0 }, body = { 0 };
    *file = (struct note_file){ 0 };
    if (len >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) {
        text += 3;
        len -= 3;
    }
    add_lines(text, len, &lines);
    size_t after, front = find_front(buf_text(&lines), lines.len, &after);
    bool ok = front == 0 || read_front(&reading, lines.data + 4, front);
    if (reading.others.len > 0)
        buf_addf(&body, "---\n%s---\n", reading.others.data);
    buf_adds(&body, buf_text(&lines) + after);
    if (body.len > 0 && body.data[body.len - 1] == '\n')
        buf_cut(&body, body.len - 1);
    for (int i = 0; i < FIELDS; i++)
        if (*field_of(file, (enum field)i) == NULL)
            *field_of(file, (enum field)i) = mem_dup("");
    ok = ok
         && (reading.phrases.len == 0
             || check_value(TAGS, reading.phrases.data, reading.phrases.len, err));
    file->phrases = buf_take(&reading.phrases);
    file->body = buf_take(&body);
    buf_release(&lines);
    buf_release(&reading.others);
    if (!ok)
        note_file_release(file);
    return ok;
}

/* --- git's marks ------------------------------------------------------- */

/* What began fenced code; len is 0 outside of it. */
struct fence {
    char sign;
    size_t len;
};

/* Whether a line is in fenced code, or begins or ends it. */
static bool is_fenced(const char *line, struct fence *fence)
{
    size_t at = strspn(line, " "), end = strcspn(line, "\n"), len = 0;
    char sign = at < 4 && (line[at] == '`' || line[at] == '~') ? line[at] : '\0';
    while (sign != '\0' && line[at + len] == sign)
        len++;
    at += len;
    if (fence->len > 0) {
        if (sign == fence->sign && len >= fence->len && strspn(line + at, " \t\r") == end - at)
            fence->len = 0;
        return true;
    }
    if (len < 3 || (sign == '`' && memchr(line + at, '`', end - at) != NULL))
        return false;
    *fence = (struct fence){ sign, len };
    return true;
}

size_t note_file_conflicts(const char *text)
{
    static const char *const marks[] = { "<<<<<<< ", "=======", ">>>>>>> " };
    struct fence fence = { 0 };
    size_t begun = 0;
    int found = 0;
    for (const char *line = text; line != NULL; line = strchr(line, '\n')) {
        line += *line == '\n';
        bool code = is_fenced(line, &fence);
        bool begins = !code && strncmp(line, marks[0], strlen(marks[0])) == 0;
        begun += begins;
        if (found == 0)
            found = begins;
        else if (found < 3)
            found += strncmp(line, marks[found], strlen(marks[found])) == 0;
    }
    return found == 3 ? begun : 0;
}

/* --- names ------------------------------------------------------------- */

void note_file_name(const char *text, struct buf *out)
{
    size_t start = out->len, len = strlen(text);
    bool gap = false;
    for (size_t at = 0; at < len && out->len - start < NAME_MAX_BYTES - 1;) {
        uint32_t cp;
        at += utf8_decode(text + at, len - at, &cp);
        uint32_t folded = utf8_fold(cp);
        bool letter = (folded >= 'a' && folded <= 'z') || (folded >= '0' && folded <= '9');
        if (letter && gap && out->len > start)
            buf_addc(out, '-');
        if (letter)
            buf_addc(out, (char)folded);
        gap = letter ? false : gap || folded != 0;
    }
    if (out->len == start)
        buf_adds(out, "note");
}
