/* Owns making keys of names. Must not know what they are names of. */
#include "db/slugs.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/utf8.h"

static char *slug_of(const char *name)
{
    struct buf slug = { 0 };
    size_t len = strlen(name);
    for (size_t at = 0; at < len;) {
        uint32_t cp;
        char bytes[4];
        at += utf8_decode(name + at, len - at, &cp);
        cp = utf8_fold(cp);
        if (cp == 0)
            continue;
        bool sign = cp == '_' || (cp == '.' && slug.len > 0);
        if (cp != UTF8_REPLACEMENT && (utf8_is_word(cp) || sign))
            buf_add(&slug, bytes, utf8_encode(cp, bytes));
        else if (slug.len > 0 && slug.data[slug.len - 1] != '-')
            buf_addc(&slug, '-');
    }
    while (slug.len > 0 && slug.data[slug.len - 1] == '-')
        buf_remove(&slug, slug.len - 1, 1);
    return buf_take(&slug);
}

static int compare(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void sort(struct slugs *slugs)
{
    for (size_t i = 0; i < slugs->count; i++)
        slugs->sorted[i] = slugs->items[i];
    if (slugs->count > 0)
        qsort(slugs->sorted, slugs->count, sizeof slugs->sorted[0], compare);
}

/* The first place of the slug in sorted, or where it would be. */
static size_t place_of(const struct slugs *slugs, const char *slug)
{
    size_t low = 0, high = slugs->count;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (strcmp(slugs->sorted[mid], slug) < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

bool slugs_have(const struct slugs *slugs, const char *slug)
{
    size_t place = place_of(slugs, slug);
    return place < slugs->count && strcmp(slugs->sorted[place], slug) == 0;
}

/* The slug with the number behind it, more than once where that is taken. */
static char *numbered(const struct slugs *slugs, const char *slug, int number)
{
    struct buf out = { 0 };
    buf_adds(&out, slug);
    do {
        buf_addf(&out, "-%d", number);
    } while (slugs_have(slugs, out.data));
    return buf_take(&out);
}

static void number_repeated(struct slugs *slugs)
{
    int *seen = mem_zero(slugs->count, sizeof *seen); /* by the slug's first place */
    char **fresh = mem_zero(slugs->count, sizeof *fresh);
    for (size_t i = 0; i < slugs->count; i++) {
        const char *slug = slugs->items[i];
        int number = ++seen[place_of(slugs, slug)];
        if (number > 1 && slug[0] != '\0')
            fresh[i] = numbered(slugs, slug, number);
    }
    for (size_t i = 0; i < slugs->count; i++) {
        if (fresh[i] == NULL)
            continue;
        free(slugs->items[i]);
        slugs->items[i] = fresh[i];
    }
    free(fresh);
    free(seen);
    sort(slugs);
}

void slugs_make(struct slugs *slugs, char *const *names, size_t count)
{
    slugs_release(slugs);
    slugs->count = count;
    slugs->items = mem_zero(count, sizeof slugs->items[0]);
    slugs->sorted = mem_zero(count, sizeof slugs->sorted[0]);
    for (size_t i = 0; i < count; i++)
        slugs->items[i] = slug_of(names[i]);
    sort(slugs);
    number_repeated(slugs);
}

void slugs_release(struct slugs *slugs)
{
    for (size_t i = 0; i < slugs->count; i++)
        free(slugs->items[i]);
    free(slugs->items);
    free(slugs->sorted);
    *slugs = (struct slugs){ 0 };
}
