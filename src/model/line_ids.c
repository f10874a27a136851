/* Owns turning lines into numbers through a hash table that no text can make slow: the
 * hash is a polynomial modulo 2^31 - 1 at a random place (Carter and Wegman, 1979). Must
 * not know what the numbers are for. */
#include "model/line_ids.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/mem.h"

#define PRIME UINT32_C(0x7FFFFFFF)

static uint32_t reduce(uint64_t value)
{
    value = (value & PRIME) + (value >> 31);
    value = (value & PRIME) + (value >> 31);
    return value >= PRIME ? (uint32_t)(value - PRIME) : (uint32_t)value;
}

static uint32_t hash_line(const struct line_ids *ids, const char *bytes, size_t len)
{
    const unsigned char *p = (const unsigned char *)bytes;
    uint64_t hash = reduce(len);
    size_t i = 0;
    for (; i + 3 <= len; i += 3)
        hash = reduce(
            hash * ids->keys[0] + (p[i] | (uint32_t)p[i + 1] << 8 | (uint32_t)p[i + 2] << 16));
    for (; i < len; i++)
        hash = reduce(hash * ids->keys[0] + p[i]);
    return reduce(hash * ids->keys[1] + ids->keys[2]);
}

void line_ids_init(struct line_ids *ids, size_t lines)
{
    size_t size = 16;
    while (size < lines)
        size *= 2;
    *ids = (struct line_ids){ .buckets = mem_zero(size, sizeof ids->buckets[0]),
        .mask = size - 1,
        .keys = { 1103515245, 747796405, 12345 } };
    /* Without random bytes the numbers are the same, only a hostile text may be slow. */
    if (getrandom(ids->keys, sizeof ids->keys, GRND_NONBLOCK) < 0)
        ids->keys[2] ^= (uint32_t)(uintptr_t)ids->buckets;
    for (size_t i = 0; i < 3; i++)
        ids->keys[i] = ids->keys[i] % (PRIME - 1) + 1;
}

void line_ids_release(struct line_ids *ids)
{
    free(ids->lines), free(ids->buckets);
    *ids = (struct line_ids){ 0 };
}

static uint32_t find_or_add(struct line_ids *ids, const char *bytes, size_t len)
{
    uint32_t hash = hash_line(ids, bytes, len);
    uint32_t *bucket = &ids->buckets[hash & ids->mask];
    for (uint32_t id = *bucket; id != 0; id = ids->lines[id - 1].next) {
        const struct line_id *line = &ids->lines[id - 1];
        if (line->hash == hash && line->len == len && memcmp(line->bytes, bytes, len) == 0)
            return id - 1;
    }
    ids->lines = mem_grow(ids->lines, &ids->cap, ids->count + 1, sizeof ids->lines[0]);
    ids->lines[ids->count++] = (struct line_id){ bytes, len, hash, *bucket };
    *bucket = (uint32_t)ids->count;
    return *bucket - 1;
}

void line_ids_read(struct line_ids *ids, const struct diff_lines *lines, size_t first,
    size_t count, uint32_t *out)
{
    for (size_t i = 0; i < count; i++) {
        size_t at = lines->at[first + i];
        out[i] = find_or_add(ids, lines->bytes + at, lines->at[first + i + 1] - at);
    }
}
