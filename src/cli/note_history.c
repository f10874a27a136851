/* Owns what shows and brings back a note's earlier revisions. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/mem.h"
#include "base/sink.h"
#include "cli/notes.h"
#include "cli/printout.h"
#include "model/diff.h"

enum { CONTEXT_LINES = 3 };

/* A note with its revisions; history_release() also after a failure. */
struct history {
    struct note note;
    struct db_revisions revisions;
};

static bool read_history(struct cli *cli, struct history *history)
{
    *history = (struct history){ 0 };
    return note_named(cli, &history->note)
           && db_revisions_read(cli->db, history->note.id, &history->revisions, &cli->err);
}

static void history_release(struct history *history)
{
    note_release(&history->note);
    db_revisions_release(&history->revisions);
}

/* The place in the list of the revision that a word names, or -1 with err. */
static int find_revision(struct cli *cli, const struct history *history, const char *word)
{
    char *end;
    long rev = strtol(word, &end, 10);
    bool number = word[0] >= '0' && word[0] <= '9' && *end == '\0' && rev <= INT_MAX;
    int at = number ? db_revision_at(&history->revisions, (int)rev) : -1;
    if (at < 0)
        err_set(&cli->err, "note %lld has no revision %s; 'talkbook note log %lld' lists them",
            (long long)history->note.id, word, (long long)history->note.id);
    return at;
}

bool note_take_revision(struct cli *cli, struct note *note)
{
    struct history history;
    if (!cli_given(cli, CLI_rev))
        return true;
    bool ok = read_history(cli, &history);
    int at = ok ? find_revision(cli, &history, cli->values[CLI_rev]) : -1;
    if (at >= 0) {
        struct db_revision *from = &history.revisions.items[at];
        free(note->body);
        free(note->updated_at);
        note->body = mem_dup(from->body);
        note->updated_at = mem_dup(from->saved_at);
        note->rev = from->rev;
    }
    history_release(&history);
    return at >= 0;
}

/* --- log --------------------------------------------------------------- */

static void count_changes(const char *old, const char *new, size_t *added, size_t *removed)
{
    struct diff_notes notes;
    diff_notes_make(&notes, old, new);
    *added = *removed = 0;
    for (size_t i = 0; i < notes.diff.count; i++) {
        *added += notes.diff.hunks[i].b_count;
        *removed += notes.diff.hunks[i].a_count;
    }
    diff_notes_release(&notes);
}

static void add_revision_line(
    struct md_lines *lines, const struct db_revision *revision, size_t added, size_t removed)
{
    struct buf text = { 0 };
    char *title = note_title(revision->body);
    buf_addf(&text, "%6d  ", revision->rev);
    date_add_local(&text, revision->saved_at);
    md_lines_add_raw(lines, STYLE_DIM, 0, 0, text.data);
    buf_clear(&text);
    buf_addf(&text, "  +%zu", added);
    md_lines_add_raw(lines, STYLE_CODE_ADDED, 0, 0, text.data);
    buf_clear(&text);
    buf_addf(&text, " −%zu  ", removed);
    md_lines_add_raw(lines, STYLE_CODE_REMOVED, 0, 0, text.data);
    md_lines_add_raw(lines, STYLE_TEXT, 0, 0, title);
    md_lines_end(lines);
    free(title);
    buf_release(&text);
}

static void add_revision(
    struct printout *printout, const struct db_revision *revision, const char *before)
{
    size_t added, removed;
    count_changes(before, revision->body, &added, &removed);
    if (!printout->as_json) {
        add_revision_line(&printout->lines, revision, added, removed);
        return;
    }
    json_begin(&printout->json, NULL, '{');
    json_int(&printout->json, "revision", revision->rev);
    json_text(&printout->json, "saved_at", revision->saved_at);
    json_int(&printout->json, "added", (int64_t)added);
    json_int(&printout->json, "removed", (int64_t)removed);
    json_text(&printout->json, "body", revision->body);
    printout_end_object(printout);
}

enum cli_exit note_log(struct cli *cli)
{
    struct history history;
    struct printout printout;
    bool ok = read_history(cli, &history);
    printout_begin(&printout, cli);
    for (size_t i = history.revisions.count; ok && i-- > 0;)
        add_revision(&printout, &history.revisions.items[i],
            i > 0 ? history.revisions.items[i - 1].body : "");
    history_release(&history);
    return printout_end(&printout, ok);
}

/* --- diff -------------------------------------------------------------- */

static enum style style_of(const char *line, size_t number)
{
    if (number < 2)
        return STYLE_META;
    return line[0] == '+'   ? STYLE_CODE_ADDED
           : line[0] == '-' ? STYLE_CODE_REMOVED
           : line[0] == '@' ? STYLE_CODE_NAME
                            : STYLE_CODE_PLAIN;
}

/* The lines as they are, tabs too, so that patch can read them. */
static void add_difference(struct md_lines *lines, const struct buf *text, enum sink_mode mode)
{
    struct buf clean = { 0 };
    sink_add(&clean, buf_text(text), text->len, mode);
    const char *line = buf_text(&clean);
    for (size_t number = 0; *line != '\0'; number++) {
        size_t len = strcspn(line, "\n");
        md_lines_add(lines, style_of(line, number), 0, 0, line, len);
        md_lines_end(lines);
        line += len + (line[len] == '\n');
    }
    buf_release(&clean);
}

static bool print_difference(struct cli *cli, const struct history *history, int from)
{
    const struct db_revision *old = &history->revisions.items[from];
    struct diff_notes notes;
    struct buf text = { 0 };
    struct md_lines lines = { 0 };
    diff_notes_make(&notes, old->body, history->note.body);
    if (notes.diff.count > 0) {
        long long id = (long long)history->note.id;
        buf_addf(&text, "--- note %lld, revision %d\n+++ note %lld, revision %d\n", id,
            old->rev, id, history->note.rev);
        diff_add_unified(&text, &notes.diff, CONTEXT_LINES);
    }
    add_difference(&lines, &text, cli_sink(cli));
    bool ok = cli_print(cli, &lines);
    md_lines_release(&lines);
    buf_release(&text);
    diff_notes_release(&notes);
    return ok;
}

enum cli_exit note_diff(struct cli *cli)
{
    struct history history;
    int from = -1;
    bool ok = read_history(cli, &history);
    if (ok && cli->word_count > 2)
        from = find_revision(cli, &history, cli->words[2]);
    else if (ok && history.revisions.count > 1)
        from = (int)history.revisions.count - 2;
    else if (ok)
        err_set(&cli->err, "note %lld was never changed; there is one revision of it",
            (long long)history.note.id);
    ok = from >= 0 && print_difference(cli, &history, from);
    history_release(&history);
    return ok ? EXIT_OK : cli_fail(cli);
}

enum cli_exit note_revert(struct cli *cli)
{
    struct history history;
    bool ok = read_history(cli, &history);
    int at = ok ? find_revision(cli, &history, cli->words[2]) : -1;
    ok =
        at >= 0
        && db_note_revert(cli->db, history.note.id, history.revisions.items[at].rev, &cli->err);
    history_release(&history);
    return ok ? EXIT_OK : cli_fail(cli);
}
