/* Owns `talkbook note`. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/process.h"
#include "base/sink.h"
#include "base/utf8.h"
#include "cli/cli.h"
#include "cli/notes.h"
#include "exchange/draft_save.h"
#include "exchange/editor.h"
#include "exchange/file.h"
#include "exchange/json.h"
#include "model/diff.h"
#include "ui/reader_lines.h"

static bool run_editor(void *context, char *const argv[], int *status, struct err *err)
{
    (void)context;
    return process_run(argv, NULL, 0, status, err);
}

static bool edit(struct cli *cli, const struct draft_place *place, const char *text,
    char **edited, struct draft *draft)
{
    struct editor editor = { .configured = cli->options.values[OPT_editor].text,
        .run = run_editor };
    if (!isatty(STDIN_FILENO))
        return err_set(&cli->err, "there is no terminal for an editor; use -m TEXT or -F FILE");
    return editor_edit(&editor, place, text, edited, draft, &cli->err);
}

/* What came from standard input is nowhere else. */
static void keep_input(
    struct cli *cli, const struct draft_place *place, const char *text, struct draft *draft)
{
    struct err second = { 0 };
    if (!draft_create(draft, place, text, &second))
        err_set(
            &cli->err, "%s; nor is the text kept: %s", err_text(&cli->err), err_text(&second));
    err_release(&second);
}

/* Standard input as a note's text; what cannot be one is kept as it is. */
static bool read_input(
    struct cli *cli, const struct draft_place *place, char **body, struct draft *draft)
{
    size_t len;
    if (!file_read("-", body, &len, &cli->err))
        return false;
    if (file_check_text("standard input", *body, len, &cli->err))
        return true;
    if (strlen(*body) == len)
        keep_input(cli, place, *body, draft);
    free(*body);
    *body = NULL;
    return false;
}

/* Where a text is to come from: the one of -m, -F and the word "-" that is given; with
 * none of them the editor. */
static bool check_sources(struct cli *cli, bool dash)
{
    int given = (cli->values[CLI_message] != NULL) + (cli->values[CLI_file] != NULL) + dash;
    return given < 2
           || err_set(&cli->err, "the text comes from one of -m TEXT, -F FILE and -, not from "
                                 "two of them");
}

/* Whether the text comes from standard input: by the word "-", or by -F. */
static bool is_input(const struct cli *cli, bool dash)
{
    const char *file = cli->values[CLI_file];
    return dash || (file != NULL && strcmp(file, "-") == 0);
}

/* The new note's text: -m, -F, the word "-", else from the editor. */
static bool read_body(struct cli *cli, const struct draft_place *place, const char *before,
    bool standard_input, char **body, struct draft *draft)
{
    const char *text = cli->values[CLI_message], *file = cli->values[CLI_file];
    struct buf copy = { 0 };
    if (text != NULL) {
        if (utf8_find_invalid(text, strlen(text)) != strlen(text))
            return err_set(&cli->err, "the note's text is not UTF-8; convert it with iconv");
        buf_adds(&copy, text);
        *body = buf_take(&copy);
        return true;
    }
    if (is_input(cli, standard_input))
        return read_input(cli, place, body, draft);
    return file != NULL ? file_read_text(file, body, &cli->err)
                        : edit(cli, place, before, body, draft);
}

static bool print_id(struct cli *cli, int64_t id)
{
    struct buf out = { 0 };
    buf_addf(&out, "%lld\n", (long long)id);
    bool ok = cli_write(cli, out.data, out.len);
    buf_release(&out);
    return ok;
}

/* The draft, if there is one, goes when its text is safe or nothing; else it stays. */
static void finish(struct cli *cli, struct draft *draft, bool done)
{
    if (done) {
        draft_forget(draft);
        return;
    }
    if (draft->path != NULL)
        err_set(&cli->err, "%s; the text is kept in %s", err_text(&cli->err), draft->path);
    draft_keep(draft);
}

/* A text that was piped to a place which does not exist becomes a draft of a free note. */
static void keep_unplaced(struct cli *cli, bool dash)
{
    char *body = NULL;
    struct draft draft = { .lock = -1 };
    struct draft_place nowhere = { db_path(cli->db), NULL, NULL, "", 0 };
    if (!is_input(cli, dash) || isatty(STDIN_FILENO))
        return;
    err_release(&cli->err);
    bool read = read_input(cli, &nowhere, &body, &draft);
    if (!read || note_trimmed(body) > 0) {
        if (read) {
            err_set(&cli->err, "nothing was saved");
            keep_input(cli, &nowhere, body, &draft);
        }
        finish(cli, &draft, false);
        cli_warn("%s", err_text(&cli->err));
    }
    free(body);
}

static enum cli_exit note_add(struct cli *cli)
{
    bool dash = cli->word_count > 1 && strcmp(cli->words[cli->word_count - 1], "-") == 0;
    char *body = NULL;
    struct draft draft = { .lock = -1 };
    struct note_place place;
    int64_t id;
    cli->word_count -= dash;
    if (!check_sources(cli, dash))
        return cli_usage(cli);
    enum cli_exit status = note_place_find(cli, &place);
    if (status != EXIT_OK) {
        keep_unplaced(cli, dash);
        return status;
    }
    struct draft_place at = { db_path(cli->db), place.talk_key, place.topic_slug, "", 0 };
    bool ok = read_body(cli, &at, "", dash, &body, &draft);
    bool empty = ok && note_trimmed(body) == 0;
    if (empty)
        ok = err_set(&cli->err, "the note is empty; nothing was added");
    bool whole = ok;
    ok = ok && db_note_add(cli->db, place.talk_key, place.topic_slug, body, &id, &cli->err);
    if (whole && !ok && is_input(cli, dash))
        keep_input(cli, &at, body, &draft);
    finish(cli, &draft, ok || empty);
    free(body);
    note_place_release(&place);
    return ok && print_id(cli, id) ? EXIT_OK : cli_fail(cli);
}

static void add_note_json(struct json *json, const struct note *note)
{
    json_begin(json, NULL, '{');
    json_note(json, note);
    json_end(json, '}');
    buf_addc(json->out, '\n');
}

bool note_named(struct cli *cli, struct note *note)
{
    int64_t id;
    return db_note_find(cli->db, cli->words[1], &id, &cli->err)
           && db_note_read(cli->db, id, note, &cli->err);
}

static bool print_raw(struct cli *cli, const char *body)
{
    struct buf out = { 0 };
    sink_adds(&out, body, cli_sink(cli));
    if (out.len == 0 || out.data[out.len - 1] != '\n')
        buf_addc(&out, '\n');
    bool ok = cli_write(cli, out.data, out.len);
    buf_release(&out);
    return ok;
}

static enum cli_exit note_show(struct cli *cli)
{
    struct note note = { 0 };
    bool ok = note_named(cli, &note) && note_take_revision(cli, &note);
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

/* Both texts are kept, and what differs is on standard output. */
static bool tell_conflict(struct cli *cli, const struct draft_saved *saved, const char *text)
{
    struct buf out = { 0 }, clean = { 0 }, what = { 0 };
    struct diff_notes notes;
    diff_notes_make(&notes, saved->other_body != NULL ? saved->other_body : "", text);
    diff_add_unified(&out, &notes.diff, 3);
    sink_add(&clean, buf_text(&out), out.len, cli_sink(cli));
    cli_write(cli, buf_text(&clean), clean.len);
    diff_notes_release(&notes);
    buf_release(&out);
    buf_release(&clean);
    draft_add_conflict(saved, &what);
    err_set(&cli->err, "%s", what.data);
    buf_release(&what);
    return false;
}

static enum cli_exit note_edit(struct cli *cli)
{
    struct note note = { 0 };
    struct draft draft = { .lock = -1 };
    struct draft_saved saved = { 0 };
    char *text = NULL;
    if (!check_sources(cli, false))
        return cli_usage(cli);
    bool ok = note_named(cli, &note)
              && (!note.deleted
                  || err_set(&cli->err, "note %lld is in the trash; restore it first",
                      (long long)note.id));
    if (!ok) {
        note_release(&note);
        cli_fail(cli);
        keep_unplaced(cli, false);
        return EXIT_FAILED;
    }
    struct draft_place place = { db_path(cli->db), NULL, NULL, note.uuid, note.rev };
    ok = read_body(cli, &place, note.body, false, &text, &draft);
    bool empty = ok && note_trimmed(text) == 0;
    if (empty)
        ok = err_set(&cli->err, "an empty note is not saved; talkbook note rm deletes it");
    struct draft from = { .talk_key = note.talk_key,
        .topic_slug = note.topic_slug,
        .note_uuid = note.uuid,
        .rev = note.rev };
    bool whole = ok;
    ok = ok && draft_save(cli->db, &from, text, &saved, &cli->err);
    if (whole && !ok && is_input(cli, false))
        keep_input(cli, &place, text, &draft);
    finish(cli, &draft, ok || empty);
    if (ok && saved.other != 0)
        ok = tell_conflict(cli, &saved, text);
    free(saved.other_body);
    free(text);
    note_release(&note);
    return ok ? EXIT_OK : cli_fail(cli);
}

/* All are found, and are where they should be, before the first is moved. */
static enum cli_exit move_notes(
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
    return move_notes(cli, false, db_note_delete);
}

static enum cli_exit note_restore(struct cli *cli)
{
    return move_notes(cli, true, db_note_restore);
}

enum cli_exit cli_note(struct cli *cli)
{
    static const struct {
        const char *name, *usage;
        int least, most;
        enum cli_exit (*run)(struct cli *cli);
        bool json;
    } verbs[] = {
        { "add", "[TALK | --topic SLUG] [-m TEXT | -F FILE | -]", 1, -1, note_add, false },
        { "list", "[TALK | --topic SLUG]", 1, -1, note_list, true },
        { "show", "ID [--rev N]", 2, 2, note_show, true },
        { "edit", "ID [-m TEXT | -F FILE]", 2, 2, note_edit, false },
        { "stamps", "TALK", 2, -1, note_stamps, true },
        { "log", "ID", 2, 2, note_log, true },
        { "diff", "ID [N]", 2, 3, note_diff, false },
        { "revert", "ID N", 3, 3, note_revert, false },
        { "drafts", "[save NAME | discard NAME]", 1, 3, note_drafts, true },
        { "rm", "ID…", 2, -1, note_rm, false },
        { "trash", "[--empty]", 1, 1, note_trash, true },
        { "restore", "ID…", 2, -1, note_restore, false },
    };
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
        if (strcmp(cli->words[0], verbs[i].name) != 0)
            continue;
        if (cli_given(cli, CLI_json) && !verbs[i].json) {
            err_set(&cli->err, "note %s takes no --json", verbs[i].name);
            return cli_usage(cli);
        }
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
    struct buf names = { 0 };
    size_t last = sizeof verbs / sizeof verbs[0] - 1;
    for (size_t i = 0; i <= last; i++)
        buf_addf(&names, "%s%s", i == 0 ? "" : i == last ? " or " : ", ", verbs[i].name);
    err_set(&cli->err, "note takes %s, not '%s'", names.data, cli->words[0]);
    buf_release(&names);
    return cli_usage(cli);
}
