/* Owns the note's memory. Must not know where notes are kept. */
#include "model/note.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void note_release(struct note *note)
{
    free(note->uuid);
    free(note->talk_key);
    free(note->topic_slug);
    free(note->body);
    free(note->created_at);
    free(note->updated_at);
    *note = (struct note){ 0 };
}

void note_list_add(struct note_list *list, const struct note *note)
{
    list->items = mem_grow(list->items, &list->cap, list->count + 1, sizeof list->items[0]);
    list->items[list->count++] = *note;
}

void note_list_release(struct note_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        note_release(&list->items[i]);
    free(list->items);
    *list = (struct note_list){ 0 };
}

char *note_title(const char *body)
{
    for (const char *at = body; *at != '\0'; at += *at == '\r' || *at == '\n') {
        at += strspn(at, " \t#>*-+=`|");
        size_t len = strcspn(at, "\r\n");
        if (len > 0)
            return mem_dup_n(at, len);
    }
    return mem_dup("");
}

bool note_same(const char *a, const char *b)
{
    size_t len = note_trimmed(a);
    return len == note_trimmed(b) && memcmp(a, b, len) == 0;
}

size_t note_trimmed(const char *body)
{
    size_t len = strlen(body);
    while (len > 0 && strchr(" \t\r\n", body[len - 1]) != NULL)
        len--;
    return len;
}
