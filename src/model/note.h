/* A note: a Markdown document of the person's own. */
#ifndef TALKBOOK_MODEL_NOTE_H
#define TALKBOOK_MODEL_NOTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Strings are owned and never NULL once read. A note is attached to a talk, a
 * topic or nothing: at most one of talk_key and topic_slug is not "". */
struct note {
    int64_t id;
    char *uuid;
    char *talk_key;
    char *topic_slug;
    char *body;       /* Markdown */
    char *created_at; /* UTC, ISO 8601 */
    char *updated_at;
    int rev; /* 1 for the first version */
    bool deleted;
};

/* A list of notes; a zeroed struct is empty. */
struct note_list {
    struct note *items;
    size_t count, cap;
};

void note_release(struct note *note);
/* Takes the note over. */
void note_list_add(struct note_list *list, const struct note *note);
void note_list_release(struct note_list *list);

/* The body's first line with words in it, as plain text without Markdown's signs
 * at its beginning. The caller frees it. */
char *note_title(const char *body);

/* Length in bytes of the body without white space at its end; 0: nothing to keep. */
size_t note_trimmed(const char *body);

/* Whether two bodies are the same but for white space at their ends. */
bool note_same(const char *a, const char *b);

#endif
