/* Owns `talkbook note drafts`. */
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "cli/notes.h"
#include "cli/printout.h"
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

/* "/…/note-1-2-0.md  2025-05-20 17:00  a note on TITLE: the first line" */
static void add_line(
    struct cli *cli, struct md_lines *lines, const struct draft *draft, const char *body)
{
    struct buf text = { 0 }, changed = { 0 };
    char *title = note_title(body);
    draft_add_changed(draft, &changed);
    buf_addf(&text, "%s  ", draft->path);
    date_add_local(&text, buf_text(&changed));
    buf_adds(&text, "  ");
    md_lines_add_raw(lines, STYLE_DIM, 0, 0, text.data);
    buf_clear(&text);
    draft_add_place(cli->db, draft, &text);
    buf_adds(&text, title[0] != '\0' ? ": " : "");
    md_lines_add_raw(lines, STYLE_META, 0, 0, text.data);
    md_lines_add_raw(lines, STYLE_TEXT, 0, 0, title);
    md_lines_end(lines);
    free(title);
    buf_release(&changed);
    buf_release(&text);
}

static void add_object(struct json *json, const struct draft *draft, const char *body)
{
    struct buf changed = { 0 };
    draft_add_changed(draft, &changed);
    json_begin(json, NULL, '{');
    json_text(json, "file", draft->path);
    json_text(json, "uuid", draft->note_uuid);
    json_text(json, "talk", draft->talk_key);
    json_text(json, "topic", draft->topic_slug);
    json_text(json, "body", body);
    json_text(json, "updated_at", buf_text(&changed));
    json_int(json, "revision", draft->rev);
    buf_release(&changed);
}

/* What cannot be read is listed, too, without its text. */
static enum cli_exit print_list(struct cli *cli, const struct draft *list, size_t count)
{
    struct printout printout;
    printout_begin(&printout, cli);
    for (size_t i = 0; i < count; i++) {
        struct err ignored = { 0 };
        char *text = NULL;
        const char *body = draft_read(&list[i], &text, &ignored) ? text : "";
        if (printout.as_json) {
            add_object(&printout.json, &list[i], body);
            printout_end_object(&printout);
        } else {
            add_line(cli, &printout.lines, &list[i], body);
        }
        free(text);
        err_release(&ignored);
    }
    return printout_end(&printout, true);
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
    struct buf what = { 0 };
    draft_add_conflict(&saved, &what);
    ok = saved.other == 0 ? say(cli, draft, "saved") : err_set(&cli->err, "%s", what.data);
    buf_release(&what);
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

/* Saves or discards one. */
static bool settle(
    struct cli *cli, const char *verb, const char *name, struct draft *list, size_t count)
{
    struct draft *draft = find(list, count, name);
    if (draft == NULL)
        return err_set(&cli->err,
            "there is no draft %s that nothing works on; 'talkbook note drafts' lists them",
            name);
    return verb[0] == 's' ? save(cli, draft) : discard(cli, draft);
}

enum cli_exit note_drafts(struct cli *cli)
{
    size_t count;
    const char *verb = cli->word_count > 1 ? cli->words[1] : "";
    const char *name = cli->word_count > 2 ? cli->words[2] : "";
    bool known = strcmp(verb, "save") == 0 || strcmp(verb, "discard") == 0;
    if (cli->word_count > 1 && (name[0] == '\0' || !known)) {
        err_set(&cli->err, "usage: talkbook note drafts [save NAME | discard NAME]");
        return cli_usage(cli);
    }
    struct draft *list = list_new(cli, &count);
    enum cli_exit status = cli->word_count == 1                   ? print_list(cli, list, count)
                           : settle(cli, verb, name, list, count) ? EXIT_OK
                                                                  : cli_fail(cli);
    for (size_t i = 0; i < count; i++)
        draft_keep(&list[i]);
    free(list);
    return status;
}
