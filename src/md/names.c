/* Owns a hash table of names. Must not know what they name. */
#include "md/names.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n';
}

static void normalise(
    const struct md_names *names, const char *label, size_t len, struct buf *out)
{
    buf_clear(out);
    if (names->exact) {
        buf_add(out, label, len);
        return;
    }
    for (size_t i = 0; i < len; i++) {
        char c = label[i];
        if (!is_space(c))
            buf_addc(out, c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c);
        else if (out->len > 0 && out->data[out->len - 1] != ' ')
            buf_addc(out, ' ');
    }
    if (out->len > 0 && out->data[out->len - 1] == ' ')
        out->data[--out->len] = '\0';
}

/* FNV-1a. */
static size_t hash(const char *text, size_t len)
{
    uint64_t value = 14695981039346656037u;
    for (size_t i = 0; i < len; i++)
        value = (value ^ (unsigned char)text[i]) * 1099511628211u;
    return (size_t)(value ^ value >> 32);
}

static struct md_name *slot_for(const struct md_names *names, const char *text, size_t len)
{
    size_t at = hash(text, len) & (names->cap - 1);
    while (names->slots[at].len != 0
           && (names->slots[at].len != len
               || memcmp(names->text.data + names->slots[at].off, text, len) != 0))
        at = (at + 1) & (names->cap - 1);
    return &names->slots[at];
}

static void grow(struct md_names *names)
{
    struct md_names fresh = *names;
    fresh.cap = names->cap > 0 ? names->cap * 2 : 64;
    fresh.slots = mem_zero(fresh.cap, sizeof *fresh.slots);
    for (size_t i = 0; i < names->cap; i++) {
        const struct md_name *name = &names->slots[i];
        if (name->len > 0)
            *slot_for(&fresh, fresh.text.data + name->off, name->len) = *name;
    }
    free(names->slots);
    *names = fresh;
}

const struct md_name *names_find(struct md_names *names, const char *label, size_t len)
{
    if (names->count == 0)
        return NULL;
    normalise(names, label, len, &names->key);
    if (names->key.len == 0)
        return NULL;
    const struct md_name *found = slot_for(names, names->key.data, names->key.len);
    return found->len > 0 ? found : NULL;
}

void names_add(struct md_names *names, const char *label, size_t len, size_t value)
{
    struct buf *key = &names->key;
    normalise(names, label, len, key);
    if (names->count * 2 >= names->cap)
        grow(names);
    struct md_name *slot = key->len > 0 ? slot_for(names, key->data, key->len) : NULL;
    if (slot != NULL && slot->len == 0) {
        *slot = (struct md_name){ .off = names->text.len, .len = key->len, .value = value };
        buf_add(&names->text, key->data, key->len);
        buf_addc(&names->text, '\0');
        names->count++;
    }
}

void names_release(struct md_names *names)
{
    buf_release(&names->text);
    buf_release(&names->key);
    free(names->slots);
    *names = (struct md_names){ 0 };
}
