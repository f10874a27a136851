/* Owns counting and comparing words of prose. Must not know the catalog. */
#include "words.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/utf8.h"

/* Moves *at past the next word, folded into word; false at the end. */
static bool next_word(const char **at, struct buf *word)
{
    size_t len = strlen(*at);
    buf_clear(word);
    while (len > 0) {
        uint32_t cp;
        char bytes[4];
        size_t used = utf8_decode(*at, len, &cp);
        bool part = utf8_is_word(cp);
        if (!part && word->len > 0)
            return true;
        cp = part ? utf8_fold(cp) : 0;
        if (cp != 0)
            buf_add(word, bytes, utf8_encode(cp, bytes));
        *at += used;
        len -= used;
    }
    return word->len > 0;
}

size_t words_count(const char *text)
{
    size_t count = 0;
    for (text += strspn(text, " \t\n"); *text != '\0'; text += strspn(text, " \t\n")) {
        size_t len = strcspn(text, " \t\n");
        char *part = mem_dup_n(text, len);
        const char *at = part;
        struct buf word = { 0 };
        count += next_word(&at, &word);
        buf_release(&word);
        free(part);
        text += len;
    }
    return count;
}

char *words_first(const char *text, int count)
{
    struct buf word = { 0 }, first = { 0 };
    while (count-- > 0 && next_word(&text, &word))
        buf_addf(&first, "%s%s", first.len > 0 ? " " : "", word.data);
    buf_release(&word);
    return buf_take(&first);
}

size_t words_share_spanish(const char *text)
{
    static const char common[] =
        " de la que el en y los se del las un por con una para es su al "
        "lo como mas o pero sus le ya este si porque esta entre cuando ";
    size_t hits = 0, all = 0;
    struct buf word = { 0 }, padded = { 0 };
    while (next_word(&text, &word)) {
        buf_clear(&padded);
        buf_addf(&padded, " %s ", word.data);
        hits += strstr(common, padded.data) != NULL;
        all++;
    }
    buf_release(&word);
    buf_release(&padded);
    return all > 0 ? hits * 100 / all : 0;
}

const char *words_url_mistake(const char *url, size_t len)
{
    static const char allowed[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
        "-._~:/?#[]@!$&'()*+,;=%";
    size_t scheme = strncmp(url, "https://", 8) == 0  ? 8
                    : strncmp(url, "http://", 7) == 0 ? 7
                                                      : 0;
    if (scheme == 0 || len <= scheme)
        return "no http or https";
    char *copy = mem_dup_n(url, len);
    const char *wrong = NULL;
    size_t host = strcspn(copy + scheme, "/?#");
    char *dot = memchr(copy + scheme, '.', host);
    if (dot == NULL || dot == copy + scheme || copy[scheme + host - 1] == '.')
        wrong = "no host";
    else if (strspn(copy, allowed) != len)
        wrong = "a sign that must be percent-encoded";
    else if (strchr(".,;:!", copy[len - 1]) != NULL)
        wrong = "a full stop or comma at its end";
    for (const char *p = copy; wrong == NULL && (p = strchr(p, '%')) != NULL; p++)
        if (strspn(p + 1, "0123456789abcdefABCDEF") < 2)
            wrong = "a broken percent-encoding";
    free(copy);
    return wrong;
}

static int compare(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

static uint64_t hash_word(const struct buf *word)
{
    uint64_t hash = 0xCBF29CE484222325u; /* FNV-1a */
    for (size_t i = 0; i < word->len; i++)
        hash = (hash ^ (unsigned char)word->data[i]) * 0x100000001B3u;
    return hash;
}

/* The hash of each run of text, one a word from the WORDS_RUN-th on. */
static void hash_runs(const char *text, uint64_t **hashes, size_t *count, size_t *cap)
{
    uint64_t last[WORDS_RUN] = { 0 };
    struct buf word = { 0 };
    for (size_t n = 1; next_word(&text, &word); n++) {
        uint64_t run = 0;
        memmove(last, last + 1, sizeof last - sizeof last[0]);
        last[WORDS_RUN - 1] = hash_word(&word);
        for (int i = 0; i < WORDS_RUN; i++)
            run = (run ^ last[i]) * 0x9E3779B97F4A7C15u + 1;
        if (n < WORDS_RUN)
            continue;
        *hashes = mem_grow(*hashes, cap, *count + 1, sizeof **hashes);
        (*hashes)[(*count)++] = run;
    }
    buf_release(&word);
}

void words_runs_add(struct words_runs *runs, const char *text)
{
    hash_runs(text, &runs->hashes, &runs->count, &runs->cap);
    if (runs->count > 0)
        qsort(runs->hashes, runs->count, sizeof runs->hashes[0], compare);
}

char *words_runs_find(const struct words_runs *runs, const char *text)
{
    uint64_t *mine = NULL;
    size_t count = 0, cap = 0;
    char *found = NULL;
    hash_runs(text, &mine, &count, &cap);
    for (size_t i = 0; found == NULL && i < count; i++) {
        if (bsearch(&mine[i], runs->hashes, runs->count, sizeof mine[0], compare) == NULL)
            continue;
        struct buf word = { 0 };
        for (size_t skip = 0; skip < i; skip++)
            next_word(&text, &word);
        buf_release(&word);
        found = words_first(text, WORDS_RUN);
    }
    free(mine);
    return found;
}

void words_runs_release(struct words_runs *runs)
{
    free(runs->hashes);
    *runs = (struct words_runs){ 0 };
}
