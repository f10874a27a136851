/* Line breaking over one contiguous, sanitised string, whatever its styles. */
#ifndef TALKBOOK_MD_WRAP_H
#define TALKBOOK_MD_WRAP_H

#include <stdbool.h>
#include <stddef.h>

/* Bytes [at, end) of text are still to come. A newline breaks the line. */
struct wrap {
    const char *text; /* borrowed */
    size_t at, end;
};

/* Bytes [from, to) of wrap.text, cells wide; split: it ends inside a word. */
struct wrap_line {
    size_t from, to;
    int cells;
    bool split;
};

/* Skips blanks (spaces and tabs) before the next line; whether there is one. */
bool wrap_more(struct wrap *wrap);

/* Takes the next line of at most cols >= 1 cells. Breaks at blanks and between
 * CJK characters, inside a word only where the word is wider than cols; a
 * character wider than cols makes a line of its own. Blanks around a break
 * belong to no line. Call only where wrap_more() was true. */
void wrap_next(struct wrap *wrap, int cols, struct wrap_line *line);

/* Takes the next line of code: blanks are kept, and a line wider than cols is
 * folded, behind a blank near its end or else where it is full. False at the
 * end; a newline at the very end begins no line. */
bool wrap_fold(struct wrap *wrap, int cols, struct wrap_line *line);

/* Cells of the widest line and of the widest word of text; *word <= *line. */
void wrap_measure(const char *text, size_t len, int *line, int *word);

#endif
