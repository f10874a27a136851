/* A note's file: what is read from one is written and read again as the same. */
#include <stdlib.h>
#include <string.h>

#include "exchange/note_file.h"
#include "fuzz.h"

static bool same(const struct note_file *a, const struct note_file *b)
{
    return strcmp(a->id, b->id) == 0 && strcmp(a->talk, b->talk) == 0
           && strcmp(a->topic, b->topic) == 0 && strcmp(a->conference, b->conference) == 0
           && strcmp(a->created, b->created) == 0 && strcmp(a->updated, b->updated) == 0
           && strcmp(a->tags, b->tags) == 0 && strcmp(a->body, b->body) == 0;
}

int fuzz_front(const uint8_t *data, size_t size)
{
    struct note_file file = { 0 }, again = { 0 };
    struct err err = { 0 };
    struct buf text = { 0 };
    /* A file with a NUL character is refused before. */
    if (size > 0 && memchr(data, 0, size) != NULL)
        return 0;
    if (!note_file_read((const char *)data, size, &file, &err)) {
        if (err.text == NULL)
            abort();
    } else {
        note_file_add(&text, &file);
        if (!note_file_read(text.data, text.len, &again, &err))
            abort();
        /* A second reading may take CR LF for another system's; it then stays. */
        if (!same(&file, &again) && strchr(file.body, '\r') == NULL)
            abort();
    }
    note_file_release(&file);
    note_file_release(&again);
    buf_release(&text);
    err_release(&err);
    return 0;
}
