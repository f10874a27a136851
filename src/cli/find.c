/* Owns finding the talk that a person names. */
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/sink.h"
#include "cli/cli.h"
#include "model/shortlist.h"

enum { CANDIDATES_SHOWN = 20, CLOSE_SHOWN = 5 };

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

static void add_talk(
    void *context, int64_t id, int64_t conference, const char *title, const char *speakers)
{
    (void)conference;
    shortlist_add(context, id, title, speakers);
}

/* Talks that have the letters of text close together (two thirds of the best that
 * they could score), for a person to choose from. Never taken for the talk that
 * was meant: what follows may write to it. */
static bool find_close(struct cli *cli, const char *text, int64_t **ids, size_t *count)
{
    struct shortlist list = { 0 };
    bool ok = db_talks_each(cli->db, add_talk, &list, &cli->err);
    if (ok) {
        shortlist_find(&list, text);
        *ids = mem_zero(CLOSE_SHOWN, sizeof **ids);
        while (*count < CLOSE_SHOWN && *count < list.left_count && list.needle.len > 0
               && 3 * shortlist_score(&list, *count) >= 2 * fuzzy_best_score(list.needle.len)) {
            (*ids)[*count] = shortlist_id(&list, *count);
            ++*count;
        }
    }
    shortlist_release(&list);
    return ok;
}

bool cli_find_talk(struct cli *cli, const char *text, struct talk *talk)
{
    int64_t *ids = NULL;
    size_t count = 0;
    bool ok = db_talk_find(cli->db, text, &ids, &count, &cli->err);
    bool known = ok && count == 1;
    if (known)
        ok = db_talk_read(cli->db, ids[0], DB_READ_EXPORT, talk, &cli->err);
    else if (ok && count > 1)
        ok = err_set(
            &cli->err, "'%s' may be any of %zu talks; name one by its number", text, count);
    else if (ok) {
        free(ids);
        ids = NULL;
        ok = find_close(cli, text, &ids, &count)
             && err_set(&cli->err, "no talk is called '%s'; %s", text,
                 count > 0 ? "these come close:" : "talkbook search finds words");
    }
    if (!ok) {
        bool offer = !known && count > 0;
        cli_fail(cli);
        if (offer)
            show_candidates(cli, ids, count);
    }
    free(ids);
    return ok;
}
