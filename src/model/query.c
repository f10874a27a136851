/* Owns the query language's grammar. Must not know how a query is answered. */
#include "model/query.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/date.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "model/match.h"

const struct query_field_info query_fields[QUERY__FIELDS] = {
    [QUERY_TEXT] = { "", NULL, 0, false,
        "a word, \"a phrase\", or the beginning of a word with *" },
    [QUERY_TITLE] = { "title", NULL, QUERY_IN_TITLE, false, "words of the title" },
    [QUERY_SPEAKER] = { "speaker", NULL, QUERY_IN_SPEAKERS, true, "talks by a speaker" },
    [QUERY_SUMMARY] = { "summary", NULL, QUERY_IN_SUMMARY, false, "words of the summary" },
    [QUERY_NOTE] = { "note", NULL, QUERY_IN_NOTES, false, "words of your notes" },
    [QUERY_TOPIC] = { "topic", NULL, QUERY_IN_TOPIC, true, "talks of a topic" },
    [QUERY_TAG] = { "tag", NULL, QUERY_IN_TAGS, true, "talks with your tag" },
    [QUERY_THEME] = { "theme", NULL, 0, false, "talks of a theme" },
    [QUERY_CONFERENCE] = { "conference", NULL, 0, false, "talks of a conference" },
    [QUERY_DAY] = { "day", NULL, 0, false, "2025-05-16, 16, fri or friday" },
    [QUERY_BEFORE] = { "before", NULL, 0, false, "talks before 2025, 2025-05 or 2025-05-16" },
    [QUERY_AFTER] = { "after", NULL, 0, false, "talks after 2025, 2025-05 or 2025-05-16" },
    [QUERY_ON] = { "on", NULL, 0, false, "talks in 2025, 2025-05 or on 2025-05-16" },
    [QUERY_ROOM] = { "room", NULL, 0, false, "talks in a room" },
    [QUERY_LANG] = { "lang", NULL, 0, false, "the talk's language: en, es" },
    [QUERY_KIND] = { "kind", NULL, 0, false, "talk, charla, plenary, workshop, lightning" },
    [QUERY_LEVEL] = { "level", NULL, 0, false, "beginner, intermediate, advanced" },
    [QUERY_RATING] = { "rating", NULL, 0, false, "your rating: 4, >=4, >3, <=2 or <2" },
    [QUERY_RELATED] = { "related", NULL, 0, false, "talks like the one with this number" },
    [QUERY_ID] = { "id", NULL, 0, false, "the note with this number" },
    [QUERY_IS] = { "is", "starred watched highlight rated", 0, false, "talks marked so" },
    [QUERY_HAS] = { "has", "note tag video", 0, false, "talks that have one" },
    [QUERY_IN] = { "in", "title speakers topics tags summary notes", 0, false,
        "look for the words only there" },
};

const char *const query_place_names[QUERY__PLACES] = { "title", "speakers", "topics", "tags",
    "summary", "notes" };

struct parser {
    const char *start, *at;
    const char *counted; /* up to here the columns have been counted */
    size_t columns;
    bool typing;
    int depth;       /* of open parentheses */
    unsigned places; /* as in: says */
    struct query *query;
    struct err *err;
};

/* The column of `at`, which is never before one asked for earlier. */
static size_t column(struct parser *parser, const char *at)
{
    for (; parser->counted < at; parser->counted++)
        parser->columns += (*parser->counted & 0xC0) != 0x80;
    return parser->columns + 1;
}

/* --- values ------------------------------------------------------------ */

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

/* Completes a closed field's value ("star" → "starred"). */
static bool complete_value(struct query_term *term, const char *values, int *index)
{
    *index = find_value(values, term->text);
    if (*index < 0)
        return false;
    for (int i = 0; i < *index; i++)
        values += strcspn(values, " ") + 1;
    free(term->text);
    term->text = mem_dup_n(values, strcspn(values, " "));
    return true;
}

/* A year, a month or a day. */
static bool is_date(const char *text)
{
    struct date date;
    struct buf whole = { 0 };
    size_t len = strlen(text);
    buf_adds(&whole, text);
    buf_adds(&whole, len == 4 ? "-01-01" : len == 7 ? "-01" : "");
    bool ok = whole.len == 10 && date_parse(whole.data, &date);
    buf_release(&whole);
    return ok;
}

/* [<>]=? and a digit from 0 to 5. */
static bool is_rating(const char *text)
{
    text += *text == '<' || *text == '>';
    text += *text == '=';
    return *text >= '0' && *text <= '5' && text[1] == '\0';
}

/* What a field takes, for a message. */
static const char *values_of(enum query_field field)
{
    if (field == QUERY_BEFORE || field == QUERY_AFTER || field == QUERY_ON)
        return "a year, a month or a day, as 2025, 2025-05 or 2025-05-16";
    if (field == QUERY_RATING)
        return "0 to 5, with <, <=, > or >= before it";
    if (field == QUERY_RELATED || field == QUERY_ID)
        return field == QUERY_ID ? "a note's number" : "a talk's number";
    const struct query_field_info *info = &query_fields[field];
    return info->values != NULL ? info->values : info->help;
}

static bool check_value(struct parser *parser, struct query_term *term)
{
    const struct query_field_info *info = &query_fields[term->field];
    bool date =
        term->field == QUERY_BEFORE || term->field == QUERY_AFTER || term->field == QUERY_ON;
    int index = -1;
    bool ok = info->values != NULL          ? complete_value(term, info->values, &index)
              : date                        ? is_date(term->text)
              : term->field == QUERY_RATING ? is_rating(term->text)
              : term->field == QUERY_RELATED || term->field == QUERY_ID
                  ? strspn(term->text, "0123456789") == strlen(term->text)
                  : true;
    if (!ok)
        return err_set(parser->err, "column %zu: %s: takes %s, not '%s'", term->column,
            info->name, values_of(term->field), term->text);
    assert(term->field != QUERY_IN || index >= 0);
    if (term->field == QUERY_IN && term->negate)
        parser->places &= ~(1u << index);
    else if (term->field == QUERY_IN)
        parser->places = (parser->places == QUERY_IN_ALL ? 0 : parser->places) | 1u << index;
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
        size_t len = strcspn(parser->at, parser->depth > 0 ? " \t\n\")" : " \t\n\"");
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
        if (utf8_is_word(cp) || utf8_is_single(cp))
            return true;
    }
    return false;
}

static size_t count_words(const char *text)
{
    size_t len = strlen(text), at = 0, end, count = 0;
    for (; match_word(text, len, &at, &end); at = end)
        count++;
    return count;
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

/* --- the tree ---------------------------------------------------------- */

static size_t add_node(struct query *query, struct query_node node)
{
    query->nodes = mem_grow(query->nodes, &query->node_cap, query->node_count + 1, sizeof node);
    query->nodes[query->node_count++] = node;
    return query->node_count;
}

/* A list of nodes being joined. */
struct joining {
    size_t first, last, count;
};

/* Adds a node; one of the same kind as the list becomes part of it. */
static void join(struct query *query, struct joining *list, size_t node, enum query_join how)
{
    if (node == 0)
        return;
    bool same = query->nodes[node - 1].join == how;
    for (size_t at = same ? query->nodes[node - 1].first : node; at != 0;) {
        size_t next = same ? query->nodes[at - 1].next : 0;
        if (list->last != 0)
            query->nodes[list->last - 1].next = at;
        else
            list->first = at;
        list->last = at;
        list->count++;
        at = next;
    }
}

/* One node for the list: none, its only one, or a new one above them. */
static size_t joined(struct query *query, const struct joining *list, enum query_join how)
{
    if (list->count < 2)
        return list->first;
    return add_node(query, (struct query_node){ .join = how, .first = list->first });
}

/* One value with its field; *node stays 0 where it is nothing to look for. */
static bool parse_value(struct parser *parser, struct query_term term, size_t *node)
{
    struct query *query = parser->query;
    bool quoted, ended;
    term.field = take_field(parser);
    const struct query_field_info *info = &query_fields[term.field];
    if (term.field != QUERY_TEXT && *parser->at == '(')
        return err_set(parser->err,
            "column %zu: %s: takes one value; write (%s:this or %s:that)", term.column,
            info->name, info->name, info->name);
    term.offset = (size_t)(parser->at - parser->start) + (*parser->at == '"');
    term.text = take_value(parser, &quoted, &ended);
    bool open = parser->typing && !ended && *parser->at == '\0';
    bool words = term.field == QUERY_TEXT || info->places != 0;
    if (words ? !has_word(term.text) : term.text[0] == '\0') {
        free(term.text);
        /* Signs alone are no words; a field half typed is not yet wrong. */
        return term.field == QUERY_TEXT || open
               || err_set(parser->err, "column %zu: %s: needs a value (%s)", term.column,
                   info->name, info->help);
    }
    if (words && count_words(term.text) > QUERY_MAX_WORDS) {
        free(term.text);
        return err_set(parser->err, "column %zu: a phrase has at most %d words", term.column,
            QUERY_MAX_WORDS);
    }
    if (words)
        take_star(&term, quoted, open);
    term.prefix = term.prefix || info->names;
    term.places = info->places;
    bool ok = check_value(parser, &term);
    if (ok && query->count == QUERY_MAX_TERMS)
        ok = err_set(parser->err, "column %zu: a query has at most %d words", term.column,
            QUERY_MAX_TERMS);
    if (!ok || term.field == QUERY_IN) {
        free(term.text);
        return ok;
    }
    query->terms = mem_grow(query->terms, &query->cap, query->count + 1, sizeof term);
    query->terms[query->count++] = term;
    *node = add_node(query, (struct query_node){ .term = query->count - 1 });
    return true;
}

static void skip_blanks(struct parser *parser)
{
    parser->at += strspn(parser->at, " \t\n");
}

/* The word `or`, unquoted and by itself. */
static bool at_or(const struct parser *parser)
{
    return strncasecmp(parser->at, "or", 2) == 0
           && (parser->at[2] == '\0' || strchr(" \t\n()\"", parser->at[2]) != NULL);
}

static bool at_end(const struct parser *parser)
{
    return *parser->at == '\0' || (*parser->at == ')' && parser->depth > 0);
}

static bool parse_or(struct parser *parser, bool negate, size_t *node);

/* ( query ), the parenthesis being next. */
static bool parse_group(struct parser *parser, bool negate, size_t *node)
{
    size_t at = column(parser, parser->at++);
    if (++parser->depth > QUERY_MAX_DEPTH)
        return err_set(
            parser->err, "column %zu: parentheses are more than %d deep", at, QUERY_MAX_DEPTH);
    if (!parse_or(parser, negate, node))
        return false;
    if (*parser->at != ')' && !parser->typing)
        return err_set(parser->err,
            "column %zu: ( has no ) (to look for it as a sign, put it in quotes)", at);
    parser->at += *parser->at == ')';
    parser->depth--;
    return true;
}

static bool parse_term(struct parser *parser, bool negate, size_t *node)
{
    struct query_term term = { .column = column(parser, parser->at), .negate = negate };
    if (*parser->at == '-' && parser->at[1] != '\0' && !strchr(" \t\n", parser->at[1])) {
        term.negate = !negate;
        parser->at++;
    }
    *node = 0;
    return *parser->at == '(' ? parse_group(parser, term.negate, node)
                              : parse_value(parser, term, node);
}

static bool parse_and(struct parser *parser, bool negate, size_t *node)
{
    struct joining list = { 0 };
    enum query_join how = negate ? QUERY_OR : QUERY_AND;
    for (skip_blanks(parser); !at_end(parser) && !at_or(parser); skip_blanks(parser)) {
        size_t one;
        if (!parse_term(parser, negate, &one))
            return false;
        join(parser->query, &list, one, how);
    }
    *node = joined(parser->query, &list, how);
    return true;
}

static bool parse_or(struct parser *parser, bool negate, size_t *node)
{
    struct joining list = { 0 };
    enum query_join how = negate ? QUERY_AND : QUERY_OR;
    for (size_t or_at = 0;;) {
        size_t one;
        if (!parse_and(parser, negate, &one))
            return false;
        bool more = at_or(parser);
        bool begun = parser->typing && *parser->at == '\0';
        if (one == 0 && (or_at != 0 || more) && !begun)
            return err_set(parser->err,
                "column %zu: or needs words on both sides (as a word, put it in quotes)",
                or_at != 0 ? or_at : column(parser, parser->at));
        join(parser->query, &list, one, how);
        if (!more)
            break;
        or_at = column(parser, parser->at);
        parser->at += 2;
        /* While its letters are typed it may still become "oracle". */
        if (parser->typing && *parser->at == '\0')
            break;
    }
    *node = joined(parser->query, &list, how);
    return true;
}

/* in: holds for every plain word, wherever it stands. */
static void set_places(struct query *query, unsigned places)
{
    for (size_t i = 0; i < query->count; i++)
        if (query->terms[i].field == QUERY_TEXT)
            query->terms[i].places = places;
}

bool query_parse(struct query *query, const char *text, bool typing, struct err *err)
{
    *query = (struct query){ 0 };
    struct parser parser = { .start = text,
        .at = text,
        .counted = text,
        .typing = typing,
        .query = query,
        .places = QUERY_IN_ALL,
        .err = err };
    struct query_ways ways;
    bool ok = parse_or(&parser, false, &query->root);
    set_places(query, parser.places);
    if (ok && !query_ways(query, &ways))
        ok = err_set(err, "column 1: or makes more than %d ways to match: ask for less at once",
            QUERY_MAX_WAYS);
    else if (ok)
        query_ways_release(&ways);
    if (!ok)
        query_release(query);
    return ok;
}

void query_release(struct query *query)
{
    for (size_t i = 0; i < query->count; i++)
        free(query->terms[i].text);
    free(query->terms);
    free(query->nodes);
    *query = (struct query){ 0 };
}

bool query_is_words(const struct query_term *term)
{
    return term->field == QUERY_TEXT || query_fields[term->field].places != 0;
}

bool query_has_text(const struct query *query)
{
    for (size_t i = 0; i < query->count; i++)
        if (query_is_words(&query->terms[i]) && !query_fields[query->terms[i].field].names
            && !query->terms[i].negate)
            return true;
    return false;
}
