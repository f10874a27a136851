/* Owns the subcommands that mark talks. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "cli/cli.h"

/* All are found before the first is marked: a mistake leaves everything as it was. */
static enum cli_exit mark_all(struct cli *cli, enum db_mark mark, int value)
{
    char **keys = mem_zero((size_t)cli->word_count, sizeof *keys);
    bool ok = true, found = true;
    for (int i = 0; found && i < cli->word_count; i++) {
        struct talk talk;
        found = cli_find_talk(cli, cli->words[i], &talk);
        if (found) {
            keys[i] = mem_dup(talk.key);
            talk_release(&talk);
        }
    }
    for (int i = 0; found && ok && i < cli->word_count; i++)
        ok = db_mark_set(cli->db, keys[i], mark, value, &cli->err);
    for (int i = 0; i < cli->word_count; i++)
        free(keys[i]);
    free(keys);
    return !found ? EXIT_FAILED : ok ? EXIT_OK : cli_fail(cli);
}

enum cli_exit cli_star(struct cli *cli)
{
    return mark_all(cli, DB_STARRED, 1);
}

enum cli_exit cli_unstar(struct cli *cli)
{
    return mark_all(cli, DB_STARRED, 0);
}

enum cli_exit cli_watch(struct cli *cli)
{
    return mark_all(cli, DB_WATCHED, 1);
}

enum cli_exit cli_unwatch(struct cli *cli)
{
    return mark_all(cli, DB_WATCHED, 0);
}

enum cli_exit cli_rate(struct cli *cli)
{
    const char *rating = cli->words[1];
    if (rating[0] < '0' || rating[0] > '5' || rating[1] != '\0') {
        err_set(&cli->err, "a rating is 1 to 5, or 0 for none, not '%s'", rating);
        return cli_usage(cli);
    }
    cli->word_count = 1;
    return mark_all(cli, DB_RATING, rating[0] - '0');
}

/* Whether one of the words from the second on is this tag. */
static bool names_tag(const struct cli *cli, const char *tag, size_t len)
{
    for (int i = 1; i < cli->word_count; i++) {
        const char *word = cli->words[i] + (cli->words[i][0] == '#');
        if (strlen(word) == len && strncasecmp(word, tag, len) == 0)
            return true;
    }
    return false;
}

static enum cli_exit change_tags(struct cli *cli, bool add)
{
    struct talk talk;
    struct buf tags = { 0 };
    if (!cli_find_talk(cli, cli->words[0], &talk))
        return EXIT_FAILED;
    for (const char *p = talk.tags; *p != '\0';) {
        size_t len = strcspn(p, " ");
        if (add || !names_tag(cli, p, len))
            buf_addf(&tags, "%.*s ", (int)len, p);
        p += len + (p[len] == ' ');
    }
    for (int i = 1; add && i < cli->word_count; i++)
        buf_addf(&tags, "%s ", cli->words[i]);
    bool ok = db_tags_set(cli->db, talk.key, buf_text(&tags), &cli->err);
    buf_release(&tags);
    talk_release(&talk);
    return ok ? EXIT_OK : cli_fail(cli);
}

enum cli_exit cli_tag(struct cli *cli)
{
    for (int i = 1; i < cli->word_count; i++) {
        if (db_is_tag(cli->words[i]))
            continue;
        err_set(&cli->err, "a tag is one word, not '%s'; join its words with -", cli->words[i]);
        return cli_usage(cli);
    }
    return change_tags(cli, true);
}

enum cli_exit cli_untag(struct cli *cli)
{
    return change_tags(cli, false);
}
