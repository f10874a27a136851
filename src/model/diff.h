/* What differs between two texts, line by line; what a person reads of that. */
#ifndef TALKBOOK_MODEL_DIFF_H
#define TALKBOOK_MODEL_DIFF_H

#include <stddef.h>

#include "base/buf.h"

/* Bytes of any kind, NUL included; borrowed. */
struct diff_text {
    const char *bytes;
    size_t len;
};

/* A text's lines, each with its newline, which the last may lack. Line i is the bytes
 * from at[i] to before at[i + 1]; at[count] is the text's length. */
struct diff_lines {
    const char *bytes; /* borrowed */
    size_t *at;
    size_t count;
};

/* Lines of a, counted from 0, and the lines of b that stand in their place. One of the
 * counts may be 0. */
struct diff_hunk {
    size_t a_first, a_count, b_first, b_count;
};

/* Hunks in order; between two of them is at least one line that both texts have. */
struct diff {
    struct diff_hunk *hunks;
    size_t count, cap;
    struct diff_lines a, b;
};

/* Compares byte for byte: "x" at the end differs from "x\n". Never fails; the texts
 * must outlive the difference. What is only added or removed stands as late as it can.
 * Time and memory grow about as the texts do: lines that each text has once split it
 * (Bram Cohen's patience diff), Myers' "An O(ND) Difference Algorithm" (1986) finds the
 * fewest changes between them, and where it would take too long all lines between them
 * are one hunk. */
void diff_make(struct diff *diff, struct diff_text a, struct diff_text b);
void diff_release(struct diff *diff);

/* Appends the hunks as a unified diff without the lines that name files, each with at
 * most `context` lines around it; nothing where the texts are the same. */
void diff_add_unified(struct buf *out, const struct diff *diff, size_t context);

/* Two notes' texts as they are printed, each with a line end at its end, and what differs
 * between them: whether a note was saved with one is nothing that people look at, and
 * patch(1) takes the difference for what was printed. Owns copies. */
struct diff_notes {
    struct diff diff;
    struct buf old, new;
};
void diff_notes_make(struct diff_notes *notes, const char *old, const char *new);
void diff_notes_release(struct diff_notes *notes);

#endif
