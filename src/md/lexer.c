/* Owns the cutting of code into tokens, by the tables of language.c. It knows
 * no grammar: comments, strings, numbers and words are told apart, no more. */
#include "md/lexer.h"

#include <string.h>

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_word(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c < 0;
}

static bool has(const struct lexer *lexer, enum language_sign sign)
{
    return (lexer->language->signs & (unsigned)sign) != 0;
}

static char byte_at(const struct lexer *lexer, size_t at)
{
    return at < lexer->end ? lexer->text[at] : '\n';
}

static bool looks_at(const struct lexer *lexer, const char *what)
{
    size_t len = strlen(what);
    return len > 0 && lexer->end - lexer->at >= len
           && memcmp(lexer->text + lexer->at, what, len) == 0;
}

static void skip_line(struct lexer *lexer)
{
    const char *end = memchr(lexer->text + lexer->at, '\n', lexer->end - lexer->at);
    lexer->at = end != NULL ? (size_t)(end - lexer->text) : lexer->end;
}

/* Goes behind the next `close`, or to the end. */
static void skip_past(struct lexer *lexer, const char *close)
{
    const char *found =
        memmem(lexer->text + lexer->at, lexer->end - lexer->at, close, strlen(close));
    lexer->at = found != NULL ? (size_t)(found - lexer->text) + strlen(close) : lexer->end;
}

/* A string from its quote on; one of a single line ends with it. */
static void skip_string(struct lexer *lexer)
{
    char quote = lexer->text[lexer->at], triple[4] = { quote, quote, quote, '\0' };
    if (has(lexer, LANG_TRIPLE) && looks_at(lexer, triple)) {
        lexer->at += 3;
        skip_past(lexer, triple);
        return;
    }
    for (lexer->at++; lexer->at < lexer->end; lexer->at++) {
        char c = lexer->text[lexer->at];
        if (c == '\n' && !has(lexer, LANG_LONG))
            return;
        if (c == quote) {
            lexer->at++;
            return;
        }
        if (c == '\\' && !has(lexer, LANG_DOUBLED) && lexer->at + 1 < lexer->end)
            lexer->at += lexer->text[lexer->at + 1] != '\n' || has(lexer, LANG_LONG);
    }
}

static void skip_word(struct lexer *lexer)
{
    while (lexer->at < lexer->end && is_word(lexer->text[lexer->at]))
        lexer->at++;
}

static void skip_number(struct lexer *lexer)
{
    while (lexer->at < lexer->end
           && (is_word(lexer->text[lexer->at])
               || (lexer->text[lexer->at] == '.' && is_digit(byte_at(lexer, lexer->at + 1)))))
        lexer->at++;
}

/* $name, ${name}, $1 */
static void skip_variable(struct lexer *lexer)
{
    lexer->at++;
    if (byte_at(lexer, lexer->at) != '{') {
        skip_word(lexer);
        return;
    }
    while (lexer->at < lexer->end && lexer->text[lexer->at] != '\n')
        if (lexer->text[lexer->at++] == '}')
            return;
}

/* A key is followed by : or =. */
static bool is_key(const struct lexer *lexer)
{
    size_t at = lexer->at;
    while (byte_at(lexer, at) == ' ')
        at++;
    return has(lexer, LANG_KEYS) && (byte_at(lexer, at) == ':' || byte_at(lexer, at) == '=');
}

static bool begins_line(const struct lexer *lexer)
{
    return lexer->at == 0 || lexer->text[lexer->at - 1] == '\n';
}

static bool begins_comment(const struct lexer *lexer)
{
    if (!looks_at(lexer, lexer->language->comment))
        return false;
    return !has(lexer, LANG_SPACED) || begins_line(lexer)
           || strchr(" ;(", lexer->text[lexer->at - 1]) != NULL;
}

static enum style word_style(struct lexer *lexer)
{
    const struct language *language = lexer->language;
    const char *word = lexer->text + lexer->at;
    size_t from = lexer->at;
    bool any_case = has(lexer, LANG_ANY_CASE);
    skip_word(lexer);
    if (language_holds(language->keywords, word, lexer->at - from, any_case))
        return STYLE_CODE_KEYWORD;
    if (language_holds(language->constants, word, lexer->at - from, any_case))
        return STYLE_CODE_NUMBER;
    return is_key(lexer) ? STYLE_CODE_NAME : STYLE_CODE_PLAIN;
}

/* A line of a diff, by how it begins. */
static enum style diff_style(struct lexer *lexer)
{
    static const struct {
        const char *begin;
        enum style style;
    } kinds[] = { { "+++", STYLE_CODE_KEYWORD }, { "---", STYLE_CODE_KEYWORD },
        { "diff ", STYLE_CODE_KEYWORD }, { "index ", STYLE_CODE_COMMENT },
        { "@@", STYLE_CODE_NAME }, { "+", STYLE_CODE_ADDED }, { ">", STYLE_CODE_ADDED },
        { "-", STYLE_CODE_REMOVED }, { "<", STYLE_CODE_REMOVED } };
    enum style style = STYLE_CODE_PLAIN;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0] && style == STYLE_CODE_PLAIN; i++)
        if (looks_at(lexer, kinds[i].begin))
            style = kinds[i].style;
    skip_line(lexer);
    lexer->at += lexer->at < lexer->end;
    return style;
}

/* What begins with a sign, or STYLE__COUNT. */
static enum style sign_style(struct lexer *lexer, char c)
{
    if (begins_comment(lexer)) {
        skip_line(lexer);
        return STYLE_CODE_COMMENT;
    }
    if (looks_at(lexer, lexer->language->open)) {
        lexer->at += strlen(lexer->language->open);
        skip_past(lexer, lexer->language->close);
        return STYLE_CODE_COMMENT;
    }
    if (strchr(lexer->language->quotes, c) != NULL) {
        skip_string(lexer);
        return is_key(lexer) ? STYLE_CODE_NAME : STYLE_CODE_STRING;
    }
    if ((c == '#' && has(lexer, LANG_HASH)) || (c == '@' && has(lexer, LANG_AT))) {
        lexer->at++;
        skip_word(lexer);
        return STYLE_CODE_NAME;
    }
    if (c == '$' && has(lexer, LANG_DOLLAR)) {
        skip_variable(lexer);
        return STYLE_CODE_NAME;
    }
    if (c == '[' && has(lexer, LANG_SECTIONS) && begins_line(lexer)) {
        skip_line(lexer);
        return STYLE_CODE_KEYWORD;
    }
    return STYLE__COUNT;
}

enum style lexer_next(struct lexer *lexer)
{
    char c = lexer->text[lexer->at];
    if (has(lexer, LANG_LINES))
        return diff_style(lexer);
    if (is_digit(c)) {
        skip_number(lexer);
        return is_key(lexer) ? STYLE_CODE_NAME : STYLE_CODE_NUMBER;
    }
    if (is_word(c))
        return word_style(lexer);
    enum style style = c != '\n' && c != ' ' ? sign_style(lexer, c) : STYLE__COUNT;
    if (style != STYLE__COUNT)
        return style;
    lexer->at++;
    return STYLE_CODE_PLAIN;
}
