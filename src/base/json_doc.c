/* Owns reading JSON (RFC 8259). Must not know what a document is about. */
#include "base/json_doc.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"

#define NO_PARENT UINT32_MAX

struct parser {
    struct json_doc *doc;
    const char *source, *at;
    char *out;       /* where the next string goes */
    uint32_t parent; /* the open list or object */
    struct json_limits limits;
    size_t depth; /* how many are open */
    struct err *err;
};

static bool fail(struct parser *parser, const char *what)
{
    int line = 1;
    for (const char *p = parser->source; p < parser->at; p++)
        line += *p == '\n';
    return err_set(parser->err, "line %d: %s", line, what);
}

static void skip_blanks(struct parser *parser)
{
    parser->at += strspn(parser->at, " \t\r\n");
}

static struct json_node *add_node(struct parser *parser, enum json_type type)
{
    struct json_doc *doc = parser->doc;
    if (doc->count == doc->cap)
        doc->nodes = mem_grow(doc->nodes, &doc->cap, doc->count + 1, sizeof doc->nodes[0]);
    struct json_node *node = &doc->nodes[doc->count++];
    *node = (struct json_node){ type, (uint32_t)doc->count, parser->parent, "", 0 };
    return node;
}

/* --- strings and numbers ----------------------------------------------- */

static int hex_digit(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

/* The four digits at text, -1 where they are not there. */
static int32_t hex_quad(const char *text)
{
    int32_t value = 0;
    for (int i = 0; i < 4; i++) {
        int digit = hex_digit(text[i]);
        if (digit < 0)
            return -1;
        value = value * 16 + digit;
    }
    return value;
}

/* \u and four hexadecimal digits, twice for a code point beyond U+FFFF; at stands
 * behind the u. */
static bool read_unicode(struct parser *parser)
{
    int32_t cp = hex_quad(parser->at);
    if (cp <= 0)
        return fail(
            parser, cp < 0 ? "\\u needs four digits" : "it holds \\u0000, a NUL character");
    parser->at += 4;
    if (cp >= 0xD800 && cp < 0xDC00 && parser->at[0] == '\\' && parser->at[1] == 'u') {
        int32_t low = hex_quad(parser->at + 2);
        if (low >= 0xDC00 && low < 0xE000) {
            cp = 0x10000 + ((cp - 0xD800) << 10) + (low - 0xDC00);
            parser->at += 6;
        }
    }
    parser->out += utf8_encode((uint32_t)cp, parser->out);
    return true;
}

static bool read_escape(struct parser *parser)
{
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    char c = *parser->at;
    if (c == 'u') {
        parser->at++;
        return read_unicode(parser);
    }
    const char *found = c != '\0' ? strchr(from, c) : NULL;
    if (found == NULL)
        return fail(parser, "there is no such escape");
    *parser->out++ = to[found - from];
    parser->at++;
    return true;
}

/* at stands behind the opening quote. What is read is no longer than its source,
 * so that it fits into the document's memory. */
static bool read_string(struct parser *parser)
{
    struct json_node *node = add_node(parser, JSON_STRING);
    node->text = parser->out;
    for (;;) {
        const char *start = parser->at;
        while ((unsigned char)*parser->at >= ' ' && *parser->at != '"' && *parser->at != '\\')
            parser->at++;
        memcpy(parser->out, start, (size_t)(parser->at - start));
        parser->out += parser->at - start;
        if (*parser->at == '"')
            break;
        if (*parser->at != '\\')
            return fail(parser, *parser->at == '\0' ? "a string does not end"
                                                    : "a string holds a control character");
        parser->at++;
        if (!read_escape(parser))
            return false;
    }
    parser->at++;
    *parser->out++ = '\0';
    return true;
}

static size_t count_digits(const char *text)
{
    return strspn(text, "0123456789");
}

static bool read_number(struct parser *parser)
{
    const char *start = parser->at;
    const char *at = start + (*start == '-');
    size_t digits = count_digits(at);
    bool ok = digits > 0 && (digits == 1 || *at != '0');
    at += digits;
    if (ok && *at == '.') {
        digits = count_digits(++at);
        ok = digits > 0;
        at += digits;
    }
    if (ok && (*at == 'e' || *at == 'E')) {
        at++;
        at += *at == '+' || *at == '-';
        digits = count_digits(at);
        ok = digits > 0;
        at += digits;
    }
    if (!ok)
        return fail(parser, "a value was expected");
    /* The locale's decimal point is C's: only LC_CTYPE is ever set. */
    add_node(parser, JSON_NUMBER)->number = strtod(start, NULL);
    parser->at = at;
    return true;
}

/* --- structure --------------------------------------------------------- */

static bool read_word(struct parser *parser, const char *word, enum json_type type)
{
    size_t len = strlen(word);
    if (strncmp(parser->at, word, len) != 0)
        return fail(parser, "a value was expected");
    parser->at += len;
    add_node(parser, type);
    return true;
}

static bool read_key(struct parser *parser)
{
    if (*parser->at != '"')
        return fail(parser, "a name in quotes was expected");
    parser->at++;
    if (!read_string(parser))
        return false;
    skip_blanks(parser);
    if (*parser->at != ':')
        return fail(parser, "a colon was expected");
    parser->at++;
    skip_blanks(parser);
    return true;
}

/* Goes into a list or an object; *value tells whether a value comes next. */
static bool enter(struct parser *parser, enum json_type type, bool *value)
{
    uint32_t index = (uint32_t)parser->doc->count;
    add_node(parser, type);
    parser->parent = index;
    parser->depth++;
    parser->at++;
    skip_blanks(parser);
    *value = *parser->at != (type == JSON_ARRAY ? ']' : '}');
    return !*value || type == JSON_ARRAY || read_key(parser);
}

static bool read_value(struct parser *parser, bool *value)
{
    *value = false;
    switch (*parser->at) {
    case '{':
        return enter(parser, JSON_OBJECT, value);
    case '[':
        return enter(parser, JSON_ARRAY, value);
    case '"':
        parser->at++;
        return read_string(parser);
    case 't':
        return read_word(parser, "true", JSON_TRUE);
    case 'f':
        return read_word(parser, "false", JSON_FALSE);
    case 'n':
        return read_word(parser, "null", JSON_NULL);
    default:
        return read_number(parser);
    }
}

/* After a value: closes what ends here, or goes on to the next value in it. */
static bool leave(struct parser *parser, bool *value)
{
    while (parser->parent != NO_PARENT) {
        struct json_node *open = &parser->doc->nodes[parser->parent];
        bool array = open->type == JSON_ARRAY;
        skip_blanks(parser);
        if (*parser->at == ',') {
            parser->at++;
            skip_blanks(parser);
            *value = true;
            return array || read_key(parser);
        }
        if (*parser->at != (array ? ']' : '}'))
            return fail(
                parser, array ? "a comma or ] was expected" : "a comma or } was expected");
        parser->at++;
        open->next = (uint32_t)parser->doc->count;
        parser->parent = open->parent;
        parser->depth--;
    }
    return true;
}

/* One value more, and its name, may go a little beyond a limit before it is seen. */
static enum json_fault exceeded(const struct parser *parser)
{
    const struct json_limits *limits = &parser->limits;
    return limits->nodes > 0 && parser->doc->count > limits->nodes ? JSON_TOO_MANY
           : limits->depth > 0 && parser->depth > limits->depth    ? JSON_TOO_DEEP
                                                                   : JSON_SOUND;
}

enum json_fault json_doc_read_within(
    struct json_doc *doc, const char *source, const struct json_limits *limits, struct err *err)
{
    size_t len = strlen(source);
    struct parser parser = { doc, source, source, NULL, NO_PARENT, *limits, 0, err };
    bool value = true;
    doc->count = 0;
    if (doc->text_cap < len + 1) {
        doc->text = mem_resize(doc->text, len + 1, 1);
        doc->text_cap = len + 1;
    }
    parser.out = doc->text;
    skip_blanks(&parser);
    while (value) {
        if (!read_value(&parser, &value) || (!value && !leave(&parser, &value)))
            return JSON_MALFORMED;
        enum json_fault fault = exceeded(&parser);
        if (fault != JSON_SOUND)
            return fault;
    }
    skip_blanks(&parser);
    if (*parser.at != '\0')
        fail(&parser, "there is more behind the end");
    return *parser.at != '\0' ? JSON_MALFORMED : JSON_SOUND;
}

bool json_doc_read(struct json_doc *doc, const char *source, struct err *err)
{
    static const struct json_limits none = { 0, 0 };
    return json_doc_read_within(doc, source, &none, err) == JSON_SOUND;
}

void json_doc_release(struct json_doc *doc)
{
    free(doc->nodes);
    free(doc->text);
    *doc = (struct json_doc){ 0 };
}

/* --- reading ----------------------------------------------------------- */

const struct json_node *json_doc_first(const struct json_doc *doc, const struct json_node *list)
{
    return list + 1 < doc->nodes + list->next ? list + 1 : NULL;
}

const struct json_node *json_doc_after(
    const struct json_doc *doc, const struct json_node *list, const struct json_node *element)
{
    return element->next < list->next ? doc->nodes + element->next : NULL;
}

const struct json_node *json_doc_get(
    const struct json_doc *doc, const struct json_node *node, const char *name)
{
    const struct json_node *found = NULL;
    if (node->type != JSON_OBJECT)
        return NULL;
    for (const struct json_node *key = json_doc_first(doc, node); key != NULL;) {
        const struct json_node *value = key + 1;
        if (strcmp(key->text, name) == 0)
            found = value;
        key = json_doc_after(doc, node, value);
    }
    return found;
}
