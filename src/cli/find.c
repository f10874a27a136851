/* Owns finding the talk that a person names. */
#include <stdio.h>
#include <stdlib.h>

#include "base/sink.h"
#include "cli/cli.h"

enum { CANDIDATES_SHOWN = 20 };

static void show_candidates(struct cli *cli, const int64_t *ids, size_t count)
{
    for (size_t i = 0; i < count && i < CANDIDATES_SHOWN; i++) {
        struct talk talk;
        if (!db_talk_read(cli->db, ids[i], DB_READ_ROW, &talk, &cli->err))
            return;
        char *title = sink_line(talk.title);
        fprintf(stderr, "%6lld  %s\n", (long long)ids[i], title);
        free(title);
        talk_release(&talk);
    }
    if (count > CANDIDATES_SHOWN)
        fprintf(stderr, "        … and %zu more\n", count - CANDIDATES_SHOWN);
}

bool cli_find_talk(struct cli *cli, const char *text, struct talk *talk)
{
    int64_t *ids = NULL;
    size_t count = 0;
    bool ok = db_talk_find(cli->db, text, &ids, &count, &cli->err);
    if (ok && count == 1)
        ok = db_talk_read(cli->db, ids[0], DB_READ_EXPORT, talk, &cli->err);
    else if (ok && count == 0)
        ok = err_set(&cli->err, "no talk is called '%s'; talkbook search finds words", text);
    else if (ok)
        ok = err_set(
            &cli->err, "'%s' may be any of %zu talks; name one by its number", text, count);
    if (!ok) {
        cli_fail(cli);
        if (count > 1)
            show_candidates(cli, ids, count);
    }
    free(ids);
    return ok;
}
