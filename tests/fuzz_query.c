/* Queries: what parses must print itself, and be matched, within bounds. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "fuzz.h"
#include "model/match.h"
#include "model/query.h"

int fuzz_query(const uint8_t *data, size_t size)
{
    static const char text[] =
        "GPU programming \xC3\xA9t\xC3\xA9 c++ \xE6\x97\xA5\xE6\x9C\xAC a-b [12:34]";
    char *source = mem_dup_n((const char *)data, size);
    for (int typing = 0; typing < 2; typing++) {
        struct query query;
        struct matcher matcher = { 0 };
        struct err err = { 0 };
        if (query_parse(&query, source, typing == 1, &err)) {
            struct match_range range;
            match_init(&matcher, &query);
            for (size_t at = 0; match_next(&matcher, text, strlen(text), at, &range);
                 at = range.off + range.len)
                if (range.len == 0 || range.off < at || range.off + range.len > strlen(text))
                    abort();
        } else if (err.text == NULL)
            abort();
        match_release(&matcher);
        query_release(&query);
        err_release(&err);
    }
    free(source);
    return 0;
}
