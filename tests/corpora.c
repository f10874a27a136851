/* Owns finding and reading the public Markdown corpora. */
#include "corpora.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

char *corpora_read(const char *path, size_t *len)
{
    struct buf out = { 0 };
    char chunk[4096];
    size_t got;
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return NULL;
    while ((got = fread(chunk, 1, sizeof chunk, file)) > 0)
        buf_add(&out, chunk, got);
    fclose(file);
    *len = out.len;
    return buf_take(&out);
}

char *corpora_example(const char *spec, size_t *at)
{
    static const char fence[] = "\n```````````````````````````````` example";
    struct buf example = { 0 };
    const char *begin = strstr(spec + *at, fence);
    if (begin == NULL)
        return NULL;
    begin = strchr(begin + 1, '\n') + 1;
    const char *end = *begin == '.' ? begin : strstr(begin, "\n.\n") + 1;
    for (const char *c = begin; c < end; c++) {
        /* → stands for a tab there. */
        bool tab = strncmp(c, "→", 3) == 0;
        buf_addc(&example, tab ? '\t' : *c);
        c += tab ? 2 : 0;
    }
    *at = (size_t)(end - spec);
    return buf_take(&example);
}

bool corpora_each(
    void (*take)(const char *name, const char *src, size_t len, void *context), void *context)
{
    static const char *const patterns[] = { CORPORA "commonmark-spec/spec.txt",
        CORPORA "cmark/test/*.txt", CORPORA "cmark/fuzz/afl_test_cases/*",
        CORPORA "lowdown/afl/in/*.md", CORPORA "lowdown/regress/*.md",
        CORPORA "lowdown/regress/*/*.md" };
    glob_t found = { 0 };
    for (size_t i = 0; i < sizeof patterns / sizeof patterns[0]; i++)
        glob(patterns[i], i > 0 ? GLOB_APPEND : 0, NULL, &found);
    for (size_t i = 0; i < found.gl_pathc; i++) {
        size_t len, at = 0;
        char *src = corpora_read(found.gl_pathv[i], &len), *example;
        if (src == NULL)
            continue;
        take(found.gl_pathv[i], src, len, context);
        while ((example = corpora_example(src, &at)) != NULL) {
            take(found.gl_pathv[i], example, strlen(example), context);
            free(example);
        }
        free(src);
    }
    bool any = found.gl_pathc > 0;
    globfree(&found);
    if (!any)
        printf("skip: no " CORPORA "\n");
    return any;
}
