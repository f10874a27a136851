/* Owns the bounds on what cmark will do. Must not call it. */
#include "md/guard.h"

#include <stdbool.h>
#include <string.h>

enum {
    SHORT = 1024,           /* bytes in which images and addresses cost nothing to speak of */
    SHALLOW = 16,           /* containers in each other that cost nothing to speak of */
    STEPS_A_BYTE = 4,       /* what a source's size warrants */
    MOST_COPIED = 64 << 20, /* bytes */
    MOST_NODES = 1500000,   /* in a paragraph; cmark takes some 200 bytes for one */
};

struct guard {
    uint64_t images, closers, bytes, nodes; /* of the paragraph */
    bool defines;
    uint64_t steps;                 /* images times closers, summed up */
    uint64_t depth, marks;          /* deepest line; containers' marks in all */
    uint64_t lines, inlines, links; /* in all */
    uint64_t most_nodes;
    uint64_t definition; /* bytes of the longest paragraph that may define */
};

static void end_paragraph(struct guard *guard)
{
    guard->steps += guard->images * guard->closers;
    guard->links += guard->closers;
    if (guard->defines && guard->bytes > guard->definition)
        guard->definition = guard->bytes;
    if (guard->nodes > guard->most_nodes)
        guard->most_nodes = guard->nodes;
    guard->images = guard->closers = guard->bytes = guard->nodes = 0;
    guard->defines = false;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Reads the marks of containers at a line's beginning; returns their bytes. */
static size_t take_prefix(struct guard *guard, const char *line, size_t len)
{
    size_t at = 0, blanks = 0, marks = 0;
    while (at < len) {
        size_t digits = at;
        while (digits < len && digits < at + 9 && is_digit(line[digits]))
            digits++;
        if (line[at] == ' ' || line[at] == '\t')
            blanks += line[at] == '\t' ? 4 : 1;
        else if (line[at] == '>')
            marks++;
        else if (digits < len && strchr(digits > at ? ".)" : "-+*", line[digits]) != NULL
                 && (digits + 1 == len || strchr(" \t", line[digits + 1]) != NULL)) {
            marks++;
            at = digits;
        } else
            break;
        at++;
    }
    guard->marks += marks;
    if (marks + blanks / 2 > guard->depth)
        guard->depth = marks + blanks / 2;
    return at;
}

static void take_text(struct guard *guard, const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        char c = text[i];
        if (c == '*' || c == '_') {
            guard->inlines++;
            guard->nodes++;
        } else if (c == ']') {
            guard->closers++;
            guard->inlines++;
            guard->nodes += 2;
            guard->defines |= i + 1 < len && text[i + 1] == ':';
        } else if (c == '[' && i > 0 && text[i - 1] == '!') {
            guard->images++;
        }
    }
}

static bool has_pair(const char *text, size_t len, char first, char second)
{
    const char *at = text, *end = text + len;
    while ((at = memchr(at, first, (size_t)(end - at))) != NULL && at + 1 < end)
        if (*++at == second)
            return true;
    return false;
}

/* The way that nearly every text takes: nothing to multiply by. */
static bool is_harmless(const char *text, size_t len)
{
    struct guard guard = { 0 };
    for (size_t at = 0; at < len;) {
        const char *end = memchr(text + at, '\n', len - at);
        size_t line = end != NULL ? (size_t)(end - text) - at : len - at;
        if ((unsigned char)text[at] < 'A')
            take_prefix(&guard, text + at, line);
        at += line + 1;
    }
    if (guard.depth > SHALLOW && guard.marks > SHALLOW)
        return false;
    return len <= SHORT
           || (len < MOST_NODES && !has_pair(text, len, '!', '[')
               && !has_pair(text, len, ']', ':'));
}

uint64_t guard_excess(const char *text, size_t len)
{
    struct guard guard = { 0 };
    if (is_harmless(text, len))
        return 0;
    for (size_t at = 0; at < len;) {
        const char *end = memchr(text + at, '\n', len - at);
        size_t line = end != NULL ? (size_t)(end - text) - at : len - at;
        size_t prefix = take_prefix(&guard, text + at, line);
        if (prefix == line)
            end_paragraph(&guard);
        take_text(&guard, text + at + prefix, line - prefix);
        guard.bytes += line;
        guard.nodes++;
        guard.lines++;
        at += line + 1;
    }
    end_paragraph(&guard);
    uint64_t depth = guard.depth < guard.marks ? guard.depth : guard.marks;
    guard.steps += depth * (guard.lines + guard.inlines);
    if (guard.definition * guard.links > MOST_COPIED || guard.most_nodes > MOST_NODES)
        return UINT64_MAX;
    uint64_t warranted = (uint64_t)STEPS_A_BYTE * len;
    return guard.steps > warranted ? guard.steps - warranted : 0;
}
