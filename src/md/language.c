/* Owns the tables of languages. Must not know how text is cut into tokens. */
#include "md/language.h"

#include <string.h>

static const char *const nothing[] = { NULL };

static const char *const python_words[] = { "and", "as", "assert", "async", "await", "break",
    "case", "class", "continue", "def", "del", "elif", "else", "except", "finally", "for",
    "from", "global", "if", "import", "in", "is", "lambda", "match", "nonlocal", "not", "or",
    "pass", "raise", "return", "try", "type", "while", "with", "yield", NULL };
static const char *const python_constants[] = { "False", "None", "True", "cls", "self", NULL };

static const char *const c_words[] = { "alignas", "auto", "bool", "break", "case", "catch",
    "char", "class", "const", "constexpr", "continue", "default", "delete", "do", "double",
    "else", "enum", "extern", "float", "for", "goto", "if", "inline", "int", "long",
    "namespace", "new", "operator", "private", "protected", "public", "register", "restrict",
    "return", "short", "signed", "sizeof", "static", "struct", "switch", "template", "this",
    "throw", "try", "typedef", "typename", "union", "unsigned", "using", "virtual", "void",
    "volatile", "while", NULL };
static const char *const c_constants[] = { "EOF", "NULL", "false", "nullptr", "true", NULL };

static const char *const shell_words[] = { "alias", "break", "case", "cd", "continue",
    "declare", "do", "done", "echo", "elif", "else", "esac", "eval", "exec", "exit", "export",
    "fi", "for", "function", "if", "in", "local", "printf", "read", "readonly", "return",
    "select", "set", "shift", "source", "sudo", "test", "then", "trap", "unset", "until",
    "while", NULL };

static const char *const json_constants[] = { "false", "null", "true", NULL };
static const char *const toml_constants[] = { "false", "inf", "nan", "true", NULL };

static const char *const sql_words[] = { "add", "all", "alter", "analyze", "and", "as", "asc",
    "begin", "between", "by", "case", "cast", "check", "collate", "column", "commit",
    "conflict", "constraint", "create", "cross", "database", "default", "delete", "desc",
    "distinct", "drop", "else", "end", "except", "exists", "explain", "foreign", "from", "full",
    "group", "having", "if", "in", "index", "inner", "insert", "intersect", "into", "is",
    "join", "key", "left", "like", "limit", "match", "natural", "not", "offset", "on", "or",
    "order", "outer", "over", "partition", "pragma", "primary", "recursive", "references",
    "replace", "returning", "right", "rollback", "row", "select", "set", "table", "temp",
    "then", "transaction", "trigger", "union", "unique", "update", "using", "vacuum", "values",
    "view", "virtual", "when", "where", "window", "with", NULL };
static const char *const sql_constants[] = { "blob", "boolean", "char", "date", "false",
    "integer", "null", "numeric", "real", "text", "timestamp", "true", "varchar", NULL };

const struct language languages[LANGUAGES] = {
    { " python py python3 py3 pycon pyi ", LANG_TRIPLE | LANG_AT, "#", "", "", "\"'",
        python_words, python_constants },
    { " c h cpp c++ cc cxx hpp hxx ", LANG_HASH, "//", "/*", "*/", "\"'", c_words,
        c_constants },
    { " sh bash shell zsh ksh console shell-session sh-session ",
        LANG_DOLLAR | LANG_LONG | LANG_SPACED, "#", "", "", "\"'", shell_words, nothing },
    { " json jsonc json5 jsonl ", LANG_KEYS, "//", "/*", "*/", "\"", nothing, json_constants },
    { " toml ini cfg ", LANG_TRIPLE | LANG_KEYS | LANG_SECTIONS, "#", "", "", "\"'", nothing,
        toml_constants },
    { " sql sqlite postgresql postgres mysql plpgsql ",
        LANG_ANY_CASE | LANG_LONG | LANG_DOUBLED, "--", "/*", "*/", "\"'`", sql_words,
        sql_constants },
    { " diff patch udiff ", LANG_LINES, "", "", "", "", nothing, nothing },
};

/* "python", "{.python .numbered}", "python,ignore": the name in it. */
const struct language *language_find(const char *info, size_t len)
{
    char name[20] = " ";
    size_t at = 0, named = 1;
    while (at < len && (info[at] == '{' || info[at] == '.' || info[at] == ' '))
        at++;
    while (at < len && named < sizeof name - 2 && strchr(" \t,{}:", info[at]) == NULL) {
        name[named++] = (char)(info[at] >= 'A' && info[at] <= 'Z' ? info[at] | 0x20 : info[at]);
        at++;
    }
    name[named] = ' ';
    name[named + 1] = '\0';
    for (int i = 0; named > 1 && i < LANGUAGES; i++)
        if (strstr(languages[i].names, name) != NULL)
            return &languages[i];
    return NULL;
}

static int compare(const char *word, size_t len, const char *with, bool any_case)
{
    for (size_t i = 0; i < len; i++) {
        char c =
            any_case && word[i] >= 'A' && word[i] <= 'Z' ? (char)(word[i] | 0x20) : word[i];
        if (c != with[i])
            return (unsigned char)c - (unsigned char)with[i];
    }
    return with[len] == '\0' ? 0 : -1;
}

bool language_holds(const char *const *list, const char *word, size_t len, bool any_case)
{
    size_t low = 0, high = 0;
    while (list[high] != NULL)
        high++;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        int order = compare(word, len, list[mid], any_case);
        if (order == 0)
            return true;
        if (order > 0)
            low = mid + 1;
        else
            high = mid;
    }
    return false;
}
