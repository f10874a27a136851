/* Owns the query language's grammar. Must not know how a query is answered. */
#include "model/query.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/utf8.h"

const struct query_field_info query_fields[QUERY__FIELDS] = {
    [QUERY_TEXT] = { "", NULL, "a word, \"a phrase\", or the beginning of a word with *" },
    [QUERY_THEME] = { "theme", NULL, "talks of a theme" },
    [QUERY_TOPIC] = { "topic", NULL, "talks of a topic" },
    [QUERY_SPEAKER] = { "speaker", NULL, "talks by a speaker" },
    [QUERY_DAY] = { "day", NULL, "2025-05-16, 16, fri or friday" },
    [QUERY_ROOM] = { "room", NULL, "talks in a room" },
    [QUERY_LANG] = { "lang", NULL, "the talk's language: en, es" },
    [QUERY_KIND] = { "kind", NULL, "talk, charla, plenary, workshop, lightning" },
    [QUERY_LEVEL] = { "level", NULL, "beginner, intermediate, advanced" },
    [QUERY_TAG] = { "tag", NULL, "talks with your tag" },
    [QUERY_IS] = { "is", "starred watched highlight rated", "talks marked so" },
    [QUERY_HAS] = { "has", "note tag video", "talks that have one" },
    [QUERY_IN] = { "in", "title speakers topics tags summary notes",
        "look for the words only there" },
};

static const unsigned place_bits[] = { QUERY_IN_TITLE, QUERY_IN_SPEAKERS, QUERY_IN_TOPIC,
    QUERY_IN_TAGS, QUERY_IN_SUMMARY, QUERY_IN_NOTES };

struct parser {
    const char *start, *at;
    bool typing;
    struct query *query;
    struct err *err;
};

static size_t column(const struct parser *parser, const char *at)
{
    size_t count = 1;
    for (const char *p = parser->start; p < at; p++)
        count += (*p & 0xC0) != 0x80;
    return count;
}

/* Index of the word of `values` that value is a beginning of, or -1. */
static int find_value(const char *values, const char *value)
{
    size_t len = strlen(value);
    int index = 0;
    for (const char *p = values; *p != '\0'; index++) {
        size_t word = strcspn(p, " ");
        if (len <= word && strncasecmp(p, value, len) == 0)
            return index;
        p += word + (p[word] == ' ');
    }
    return -1;
}

/* Completes a closed field's value ("star" → "starred") or complains. */
static bool check_value(struct parser *parser, struct query_term *term)
{
    const struct query_field_info *info = &query_fields[term->field];
    if (info->values == NULL)
        return true;
    int index = find_value(info->values, term->text);
    if (index < 0)
        return err_set(parser->err, "column %zu: %s: takes %s, not '%s'", term->column,
            info->name, info->values, term->text);
    const char *word = info->values;
    for (int i = 0; i < index; i++)
        word += strcspn(word, " ") + 1;
    free(term->text);
    term->text = mem_dup_n(word, strcspn(word, " "));
    if (term->field != QUERY_IN)
        return true;
    unsigned bit = place_bits[index];
    struct query *query = parser->query;
    if (term->negate)
        query->places &= ~bit;
    else
        query->places = query->places == QUERY_IN_ALL ? bit : query->places | bit;
    return true;
}

/* Reads a bare or quoted value; *ended tells that a quote or space follows. */
static char *take_value(struct parser *parser, bool *quoted, bool *ended)
{
    struct buf value = { 0 };
    *quoted = *parser->at == '"';
    if (*quoted) {
        parser->at++;
        size_t len = strcspn(parser->at, "\"");
        buf_add(&value, parser->at, len);
        parser->at += len;
        *ended = *parser->at == '"';
        parser->at += *ended;
    } else {
        size_t len = strcspn(parser->at, " \t\n\"");
        buf_add(&value, parser->at, len);
        parser->at += len;
        *ended = *parser->at != '\0';
    }
    return buf_take(&value);
}

static enum query_field take_field(struct parser *parser)
{
    size_t len = strcspn(parser->at, ": \t\n\"");
    if (parser->at[len] != ':')
        return QUERY_TEXT;
    for (int f = QUERY_TEXT + 1; f < QUERY__FIELDS; f++) {
        const char *name = query_fields[f].name;
        if (strlen(name) == len && strncasecmp(name, parser->at, len) == 0) {
            parser->at += len + 1;
            return (enum query_field)f;
        }
    }
    return QUERY_TEXT;
}

static bool has_word(const char *text)
{
    size_t len = strlen(text);
    for (size_t at = 0; at < len;) {
        uint32_t cp;
        at += utf8_decode(text + at, len - at, &cp);
        if (utf8_is_word(cp))
            return true;
    }
    return false;
}

/* A word's trailing * asks for its beginnings. */
static void take_star(struct query_term *term, bool quoted, bool open)
{
    size_t len = strlen(term->text);
    if (!quoted && len > 1 && term->text[len - 1] == '*') {
        term->text[len - 1] = '\0';
        term->prefix = true;
        return;
    }
    /* A sign after it ends a word: "c++" is no beginning of "cython". */
    uint32_t last = 0;
    for (size_t at = 0; at < len;)
        at += utf8_decode(term->text + at, len - at, &last);
    term->prefix = open && utf8_is_word(last);
}

static bool parse_term(struct parser *parser)
{
    struct query_term term = { .column = column(parser, parser->at) };
    if (*parser->at == '-' && parser->at[1] != '\0' && !strchr(" \t\n", parser->at[1])) {
        term.negate = true;
        parser->at++;
    }
    term.field = take_field(parser);
    bool quoted, ended;
    term.text = take_value(parser, &quoted, &ended);
    bool open = parser->typing && !ended && *parser->at == '\0';
    bool empty = term.field == QUERY_TEXT ? !has_word(term.text) : term.text[0] == '\0';
    if (empty) {
        free(term.text);
        /* Signs alone are no words; a field half typed is not yet wrong. */
        if (term.field == QUERY_TEXT || open)
            return true;
        return err_set(parser->err, "column %zu: %s: needs a value (%s)", term.column,
            query_fields[term.field].name, query_fields[term.field].help);
    }
    if (term.field == QUERY_TEXT)
        take_star(&term, quoted, open);
    if (!check_value(parser, &term)) {
        free(term.text);
        return false;
    }
    struct query *query = parser->query;
    query->terms =
        mem_grow(query->terms, &query->cap, query->count + 1, sizeof query->terms[0]);
    query->terms[query->count++] = term;
    return true;
}

bool query_parse(struct query *query, const char *text, bool typing, struct err *err)
{
    *query = (struct query){ .places = QUERY_IN_ALL };
    struct parser parser = {
        .start = text, .at = text, .typing = typing, .query = query, .err = err
    };
    for (;;) {
        parser.at += strspn(parser.at, " \t\n");
        if (*parser.at == '\0')
            return true;
        if (!parse_term(&parser)) {
            query_release(query);
            return false;
        }
    }
}

bool query_has_text(const struct query *query)
{
    for (size_t i = 0; i < query->count; i++)
        if (query->terms[i].field == QUERY_TEXT && !query->terms[i].negate)
            return true;
    return false;
}

void query_release(struct query *query)
{
    for (size_t i = 0; i < query->count; i++)
        free(query->terms[i].text);
    free(query->terms);
    *query = (struct query){ .places = QUERY_IN_ALL };
}
