/* Owns `talkbook note drafts`. */
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/notes.h"
#include "exchange/draft_save.h"

/* Those with something new in them; the others are removed. */
static struct draft *list_new(struct cli *cli, size_t *count)
{
    size_t found;
    struct draft *list = draft_list(db_path(cli->db), &found);
    *count = 0;
    for (size_t i = 0; i < found; i++) {
        if (draft_is_new(cli->db, &list[i]))
            list[(*count)++] = list[i];
        else
            draft_forget(&list[i]);
    }
    return list;
}

static bool print_list(struct cli *cli, const struct draft *list, size_t count)
{
    struct md_lines lines = { 0 };
    for (size_t i = 0; i < count; i++) {
        struct buf text = { 0 };
        buf_addf(&text, "%zu  ", i + 1);
        draft_add_place(cli->db, &list[i], &text);
        buf_addf(&text, "  %s", list[i].path);
        md_lines_add_raw(&lines, STYLE_TEXT, 0, 0, text.data);
        md_lines_end(&lines);
        buf_release(&text);
    }
    bool ok = cli_print(cli, &lines);
    md_lines_release(&lines);
    return ok;
}

static bool save(struct cli *cli, struct draft *draft)
{
    struct draft_saved saved;
    char *text;
    if (!draft_read(draft, &text, &cli->err))
        return false;
    bool ok = draft_save(cli->db, draft, text, &saved, &cli->err);
    if (ok)
        draft_forget(draft);
    if (ok && saved.other != 0)
        ok = err_set(&cli->err,
            "note %lld was changed meanwhile: the draft is kept as note %lld",
            (long long)saved.other, (long long)saved.id);
    free(saved.other_body);
    free(text);
    return ok;
}

enum cli_exit note_drafts(struct cli *cli)
{
    size_t count;
    struct draft *list = list_new(cli, &count);
    const char *verb = cli->word_count > 1 ? cli->words[1] : "";
    long number = cli->word_count > 2 ? strtol(cli->words[2], NULL, 10) : 0;
    bool there = number >= 1 && (size_t)number <= count, ok;
    if (verb[0] == '\0')
        ok = print_list(cli, list, count);
    else if (strcmp(verb, "save") != 0 && strcmp(verb, "discard") != 0)
        ok = err_set(&cli->err, "note drafts takes save or discard, not '%s'", verb);
    else if (!there)
        ok = err_set(&cli->err, "there is no draft %s; 'talkbook note drafts' lists them",
            cli->word_count > 2 ? cli->words[2] : "without a number");
    else if (verb[0] == 's')
        ok = save(cli, &list[number - 1]);
    else {
        draft_forget(&list[number - 1]);
        ok = true;
    }
    for (size_t i = 0; i < count; i++)
        draft_keep(&list[i]);
    free(list);
    return ok ? EXIT_OK : cli_fail(cli);
}
