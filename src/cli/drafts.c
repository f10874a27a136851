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
        buf_addf(&text, "%s  ", list[i].path);
        draft_add_place(cli->db, &list[i], &text);
        md_lines_add_raw(&lines, STYLE_TEXT, 0, 0, text.data);
        md_lines_end(&lines);
        buf_release(&text);
    }
    bool ok = cli_print(cli, &lines);
    md_lines_release(&lines);
    return ok;
}

/* The draft of a file's path or its name, with or without ".md"; NULL for none. A place in
 * the list would not do: the list is another one as soon as a program takes a draft. */
static struct draft *find(struct draft *list, size_t count, const char *wanted)
{
    size_t len = strlen(wanted);
    for (size_t i = 0; i < count; i++) {
        const char *name = strrchr(list[i].path, '/') + 1;
        bool is_stem = strncmp(name, wanted, len) == 0 && strcmp(name + len, ".md") == 0;
        if (is_stem || strcmp(name, wanted) == 0 || strcmp(list[i].path, wanted) == 0)
            return &list[i];
    }
    return NULL;
}

static bool say(struct cli *cli, const struct draft *draft, const char *done)
{
    struct buf text = { 0 };
    buf_addf(&text, "%s: ", done);
    draft_add_place(cli->db, draft, &text);
    buf_addc(&text, '\n');
    bool ok = cli_write(cli, text.data, text.len);
    buf_release(&text);
    return ok;
}

static bool save(struct cli *cli, struct draft *draft)
{
    struct draft_saved saved;
    char *text;
    if (!draft_read(draft, &text, &cli->err))
        return false;
    bool ok = draft_save(cli->db, draft, text, &saved, &cli->err);
    free(text);
    if (!ok)
        return false;
    ok = saved.other == 0 ? say(cli, draft, "saved")
                          : err_set(&cli->err,
                              "note %lld was changed meanwhile: the draft is kept as note %lld",
                              (long long)saved.other, (long long)saved.id);
    draft_forget(draft);
    free(saved.other_body);
    return ok;
}

static bool discard(struct cli *cli, struct draft *draft)
{
    bool ok = say(cli, draft, "discarded");
    draft_forget(draft);
    return ok;
}

enum cli_exit note_drafts(struct cli *cli)
{
    size_t count;
    struct draft *list = list_new(cli, &count);
    const char *verb = cli->word_count > 1 ? cli->words[1] : "";
    const char *name = cli->word_count > 2 ? cli->words[2] : "without a name";
    struct draft *draft = find(list, count, name);
    bool ok;
    if (verb[0] == '\0')
        ok = print_list(cli, list, count);
    else if (strcmp(verb, "save") != 0 && strcmp(verb, "discard") != 0)
        ok = err_set(&cli->err, "note drafts takes save or discard, not '%s'", verb);
    else if (draft == NULL)
        ok = err_set(&cli->err,
            "there is no draft %s that nothing works on; 'talkbook note drafts' lists them",
            name);
    else
        ok = verb[0] == 's' ? save(cli, draft) : discard(cli, draft);
    for (size_t i = 0; i < count; i++)
        draft_keep(&list[i]);
    free(list);
    return ok ? EXIT_OK : cli_fail(cli);
}
