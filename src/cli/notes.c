/* Owns `talkbook note`. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/process.h"
#include "base/sink.h"
#include "base/utf8.h"
#include "cli/cli.h"
#include "cli/json.h"
#include "exchange/editor.h"
#include "exchange/file.h"
#include "ui/reader_lines.h"

static bool run_editor(void *context, char *const argv[], int *status, struct err *err)
{
    (void)context;
    return process_run(argv, NULL, 0, status, err);
}

static bool edit(struct cli *cli, const char *text, char **edited, char **draft)
{
    struct editor editor = { .configured = cli->options.values[OPT_editor].text,
        .run = run_editor };
    if (!isatty(STDIN_FILENO))
        return err_set(&cli->err, "there is no terminal for an editor; use -m TEXT or -F FILE");
    return editor_edit(&editor, text, edited, draft, &cli->err);
}

/* The new note's text: -m, -F, the word "-", else from the editor. */
static bool read_body(struct cli *cli, bool standard_input, char **body, char **draft)
{
    const char *text = cli->values[CLI_message];
    const char *file = standard_input ? "-" : cli->values[CLI_file];
    struct buf copy = { 0 };
    if (text != NULL) {
        if (utf8_find_invalid(text, strlen(text)) != strlen(text))
            return err_set(&cli->err, "the note's text is not UTF-8; convert it with iconv");
        buf_adds(&copy, text);
        *body = buf_take(&copy);
        return true;
    }
    return file != NULL ? file_read_text(file, body, &cli->err) : edit(cli, "", body, draft);
}

static bool print_id(struct cli *cli, int64_t id)
{
    struct buf out = { 0 };
    buf_addf(&out, "%lld\n", (long long)id);
    bool ok = cli_write(cli, out.data, out.len);
    buf_release(&out);
    return ok;
}

/* A text that could not be saved stays in its draft. */
static void keep(struct cli *cli, char *draft)
{
    if (draft != NULL)
        err_set(&cli->err, "%s; the text is kept in %s", err_text(&cli->err), draft);
    free(draft);
}

static enum cli_exit note_add(struct cli *cli)
{
    bool dash = cli->word_count > 2 && strcmp(cli->words[cli->word_count - 1], "-") == 0;
    char *body = NULL, *draft = NULL;
    struct talk talk;
    int64_t id;
    cli->word_count -= dash;
    char *name = cli_join(cli, 1);
    bool found = cli_find_talk(cli, name, &talk);
    free(name);
    if (!found)
        return EXIT_FAILED;
    bool ok = read_body(cli, dash, &body, &draft);
    bool empty = ok && note_trimmed(body) == 0;
    if (empty)
        ok = err_set(&cli->err, "the note is empty; nothing was added");
    ok = ok && db_note_add(cli->db, talk.key, NULL, body, &id, &cli->err);
    if (ok || empty)
        editor_forget(draft);
    else
        keep(cli, draft);
    free(body);
    talk_release(&talk);
    return ok && print_id(cli, id) ? EXIT_OK : cli_fail(cli);
}

static void add_note_json(struct json *json, const struct note *note)
{
    json_begin(json, NULL, '{');
    json_note(json, note);
    json_end(json, '}');
    buf_addc(json->out, '\n');
}

/* "   3  2025-05-20 …  pycon-us-2025/x: the first line" */
static void add_note_line(struct md_lines *lines, const struct note *note)
{
    struct buf text = { 0 };
    size_t first = strcspn(note->body, "\n");
    const char *where = note->talk_key[0] != '\0' ? note->talk_key : note->topic_slug;
    buf_addf(&text, "%6lld  %.10s  ", (long long)note->id, note->created_at);
    md_lines_add_raw(lines, STYLE_DIM, 0, 0, text.data);
    buf_clear(&text);
    buf_addf(&text, "%s%s", where, where[0] != '\0' ? ": " : "");
    md_lines_add_raw(lines, STYLE_META, 0, 0, text.data);
    buf_clear(&text);
    buf_add(&text, note->body, first);
    md_lines_add_raw(lines, STYLE_TEXT, 0, 0, buf_text(&text));
    md_lines_end(lines);
    buf_release(&text);
}

static enum cli_exit note_list(struct cli *cli)
{
    struct note_list notes = { 0 };
    struct md_lines lines = { 0 };
    struct buf out = { 0 };
    struct json json = { .out = &out };
    struct talk talk = { 0 };
    if (cli->word_count > 1) {
        char *name = cli_join(cli, 1);
        bool found = cli_find_talk(cli, name, &talk);
        free(name);
        if (!found)
            return EXIT_FAILED;
    }
    bool ok = db_notes_read(cli->db, talk.key, NULL, 0, SIZE_MAX / 2, &notes, &cli->err);
    bool as_json = cli_given(cli, CLI_json);
    if (as_json)
        json_begin(&json, NULL, '[');
    for (size_t i = 0; i < notes.count; i++) {
        if (as_json)
            add_note_json(&json, &notes.items[i]);
        else
            add_note_line(&lines, &notes.items[i]);
    }
    if (as_json) {
        json_end(&json, ']');
        buf_addc(&out, '\n');
    }
    ok = ok && (as_json ? cli_write(cli, out.data, out.len) : cli_print(cli, &lines));
    note_list_release(&notes);
    md_lines_release(&lines);
    buf_release(&out);
    talk_release(&talk);
    return ok ? EXIT_OK : cli_fail(cli);
}

static bool read_note(struct cli *cli, struct note *note)
{
    int64_t id;
    return db_note_find(cli->db, cli->words[1], &id, &cli->err)
           && db_note_read(cli->db, id, note, &cli->err);
}

static bool print_raw(struct cli *cli, const char *body)
{
    struct buf out = { 0 };
    sink_adds(&out, body, SINK_TEXT);
    if (out.len == 0 || out.data[out.len - 1] != '\n')
        buf_addc(&out, '\n');
    bool ok = cli_write(cli, out.data, out.len);
    buf_release(&out);
    return ok;
}

static enum cli_exit note_show(struct cli *cli)
{
    struct note note = { 0 };
    bool ok = read_note(cli, &note);
    if (ok && cli_given(cli, CLI_json)) {
        struct buf out = { 0 };
        struct json json = { .out = &out };
        add_note_json(&json, &note);
        ok = cli_write(cli, out.data, out.len);
        buf_release(&out);
    } else if (ok && cli_given(cli, CLI_raw)) {
        ok = print_raw(cli, note.body);
    } else if (ok) {
        struct md_lines lines = { 0 };
        reader_lines_note(&lines, &note, cli->width);
        ok = cli_print(cli, &lines);
        md_lines_release(&lines);
    }
    note_release(&note);
    return ok ? EXIT_OK : cli_fail(cli);
}

static enum cli_exit note_edit(struct cli *cli)
{
    struct note note = { 0 };
    char *text = NULL, *draft = NULL;
    bool given = cli_given(cli, CLI_message) || cli_given(cli, CLI_file);
    bool ok =
        read_note(cli, &note)
        && (given ? read_body(cli, false, &text, &draft) : edit(cli, note.body, &text, &draft));
    bool empty = ok && note_trimmed(text) == 0;
    if (empty)
        ok = err_set(&cli->err, "an empty note is not saved; talkbook note rm deletes it");
    ok = ok && db_note_save(cli->db, note.id, note.rev, text, &cli->err);
    if (ok || empty)
        editor_forget(draft);
    else
        keep(cli, draft);
    free(text);
    note_release(&note);
    return ok ? EXIT_OK : cli_fail(cli);
}

/* All are found, and are where they should be, before the first is moved. */
static enum cli_exit note_trash(
    struct cli *cli, bool deleted, bool (*change)(struct db *, int64_t, struct err *))
{
    for (int pass = 0; pass < 2; pass++) {
        for (int i = 1; i < cli->word_count; i++) {
            struct note note = { 0 };
            int64_t id;
            bool ok = db_note_find(cli->db, cli->words[i], &id, &cli->err)
                      && db_note_read(cli->db, id, &note, &cli->err);
            if (ok && pass == 0 && note.deleted != deleted)
                ok = err_set(&cli->err, "note %lld is %s the trash", (long long)id,
                    deleted ? "not in" : "already in");
            /* A note named twice is moved once. */
            else if (ok && pass == 1 && note.deleted == deleted)
                ok = change(cli->db, id, &cli->err);
            note_release(&note);
            if (!ok)
                return cli_fail(cli);
        }
    }
    return EXIT_OK;
}

static enum cli_exit note_rm(struct cli *cli)
{
    return note_trash(cli, false, db_note_delete);
}

static enum cli_exit note_restore(struct cli *cli)
{
    return note_trash(cli, true, db_note_restore);
}

enum cli_exit cli_note(struct cli *cli)
{
    static const struct {
        const char *name, *usage;
        int least, most;
        enum cli_exit (*run)(struct cli *cli);
    } verbs[] = {
        { "add", "TALK [-m TEXT | -F FILE | -]", 2, -1, note_add },
        { "list", "[TALK]", 1, -1, note_list },
        { "show", "ID", 2, 2, note_show },
        { "edit", "ID [-m TEXT | -F FILE]", 2, 2, note_edit },
        { "rm", "ID…", 2, -1, note_rm },
        { "restore", "ID…", 2, -1, note_restore },
    };
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
        if (strcmp(cli->words[0], verbs[i].name) != 0)
            continue;
        if (cli->word_count >= verbs[i].least
            && (verbs[i].most < 0 || cli->word_count <= verbs[i].most)) {
            enum cli_exit status = verbs[i].run(cli);
            /* A script that saves note after note leaves no other time for it. */
            db_tidy(cli->db, DB_SEGMENTS_BUSY);
            return status;
        }
        err_set(&cli->err, "usage: talkbook note %s %s", verbs[i].name, verbs[i].usage);
        return cli_usage(cli);
    }
    err_set(
        &cli->err, "note takes add, list, show, edit, rm or restore, not '%s'", cli->words[0]);
    return cli_usage(cli);
}
