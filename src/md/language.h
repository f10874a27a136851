/* What the lexer knows of programming languages. Private to src/md. */
#ifndef TALKBOOK_MD_LANGUAGE_H
#define TALKBOOK_MD_LANGUAGE_H

#include <stdbool.h>
#include <stddef.h>

enum language_sign {
    LANG_TRIPLE = 1,     /* """ and ''' make strings of many lines */
    LANG_ANY_CASE = 2,   /* keywords in capitals, too */
    LANG_HASH = 4,       /* a line that begins with # is for the preprocessor */
    LANG_DOLLAR = 8,     /* $name, ${name} */
    LANG_AT = 16,        /* @name */
    LANG_KEYS = 32,      /* a string or word before : or = is a name */
    LANG_SECTIONS = 64,  /* a line that begins with [ is a heading */
    LANG_LINES = 128,    /* a line's first characters tell what it is: diff */
    LANG_LONG = 256,     /* a string goes on over line ends */
    LANG_SPACED = 512,   /* a comment's sign begins a word */
    LANG_DOUBLED = 1024, /* \ is nothing special in a string */
};

/* Lists are sorted and end with NULL. */
struct language {
    const char *names; /* between blanks, with one at both ends */
    unsigned signs;
    const char *comment;      /* to the line's end; "" for none */
    const char *open, *close; /* of a comment that may take many lines; "" for none */
    const char *quotes;
    const char *const *keywords, *const *constants;
};

enum { LANGUAGES = 7 };
extern const struct language languages[LANGUAGES];

/* The language that a fence's info string names, or NULL. */
const struct language *language_find(const char *info, size_t len);

/* Whether a word is in a list; any_case: also in capitals. */
bool language_holds(const char *const *list, const char *word, size_t len, bool any_case);

#endif
