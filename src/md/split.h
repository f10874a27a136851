/* Cutting a source where a parser that begins afresh reads on as one that came
 * from the beginning: before a line at the left margin that follows a blank
 * one, begins no list item and lies in no fence or HTML block that goes on
 * across blank lines. There every container and leaf but the document is
 * closed (CommonMark 0.30, appendix "A parsing strategy"). */
#ifndef TALKBOOK_MD_SPLIT_H
#define TALKBOOK_MD_SPLIT_H

#include <stdbool.h>
#include <stddef.h>

enum split_state {
    SPLIT_ROOT,
    SPLIT_FENCE,
    SPLIT_HTML, /* of a kind that blank lines don't end */
    SPLIT_LOST, /* can't be told without parsing: no more cuts */
};

/* What may be open. Where something is doubtful the flag or state that cuts
 * less is taken; cutting nowhere is always right. */
struct split {
    const char *src; /* borrowed; lines end in \n */
    size_t len, at;
    enum split_state state;
    bool doubtful;         /* the fence or HTML block may lie in a container */
    size_t indent;         /* of its first line */
    char fence;            /* ` or ~ */
    size_t fence_at;       /* where its line begins */
    size_t fence_len;      /* of the opening fence */
    const char *until;     /* what ends the HTML block */
    bool blank;            /* the last line was blank */
    bool list;             /* a list may be open */
    bool item;             /* the list's last item is certainly open */
    size_t item_cols;      /* then lines indented this far belong to it */
    bool raw, perhaps_raw; /* in an HTML block that a blank line ends */
    size_t *notes;         /* where footnotes' definitions begin; the caller frees it */
    size_t note_count, note_cap;
};

struct md_segment {
    size_t off, len;
    bool defines; /* a line may begin the definition of a reference */
    size_t fence; /* it goes on in a fence: where that begins; else SIZE_MAX */
};

/* The next stretch between two cuts; false at the end. One that is longer than
 * `most` ends in the middle of a fence where it can, between two lines of code. A zeroed
 * splitter with src and len is at the beginning. */
bool split_next(struct split *split, size_t most, struct md_segment *segment);

/* Bytes of the line at the beginning of text, with its newline, which there is. */
size_t split_line_len(const char *text);

/* Bytes of a footnote's mark, "[^label]:", at the beginning of text, 0 for none. */
size_t split_note_len(const char *text, size_t len);

#endif
