/* Owns what lists notes, where a note belongs, and the trash. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cli/notes.h"
#include "cli/printout.h"

enum { AT_ONCE = 200 };

enum cli_exit note_place_find(struct cli *cli, struct note_place *place)
{
    const char *slug = cli->values[CLI_topic];
    *place = (struct note_place){ 0 };
    if (slug != NULL && cli->word_count > 1) {
        err_set(&cli->err, "name a talk or --topic, not both");
        return cli_usage(cli);
    }
    if (slug != NULL) {
        struct db_topic topic;
        bool ok = db_topic_read(cli->db, 0, slug, &topic, &cli->err);
        db_topic_release(&topic);
        place->topic_slug = ok ? mem_dup(slug) : NULL;
        return ok ? EXIT_OK : cli_fail(cli);
    }
    if (cli->word_count < 2)
        return EXIT_OK;
    struct talk talk;
    char *name = cli_join(cli, 1);
    bool found = cli_find_talk(cli, name, &talk);
    free(name);
    if (!found)
        return EXIT_FAILED;
    place->talk_key = mem_dup(talk.key);
    talk_release(&talk);
    return EXIT_OK;
}

void note_place_release(struct note_place *place)
{
    free(place->talk_key);
    free(place->topic_slug);
}

/* "   3  2025-05-20 …  pycon-us-2025/x: the first line" */
static void add_line(struct md_lines *lines, const struct note *note)
{
    struct buf text = { 0 };
    char *title = note_title(note->body);
    const char *where = note->talk_key[0] != '\0' ? note->talk_key : note->topic_slug;
    buf_addf(&text, "%6lld  %.10s  ", (long long)note->id, note->created_at);
    md_lines_add_raw(lines, STYLE_DIM, 0, 0, text.data);
    buf_clear(&text);
    buf_addf(&text, "%s%s", where, where[0] != '\0' ? ": " : "");
    md_lines_add_raw(lines, STYLE_META, 0, 0, text.data);
    md_lines_add_raw(lines, STYLE_TEXT, 0, 0, title);
    md_lines_end(lines);
    free(title);
    buf_release(&text);
}

static void add_note(struct printout *printout, const struct note *note)
{
    if (!printout->as_json) {
        add_line(&printout->lines, note);
        return;
    }
    json_begin(&printout->json, NULL, '{');
    json_note(&printout->json, note);
    printout_end_object(printout);
}

/* The notes of a place; NULL: those in the trash. */
static enum cli_exit print_notes(struct cli *cli, const struct note_place *place)
{
    struct printout printout;
    struct note_list notes = { 0 };
    int64_t after = 0;
    bool ok = true, more = true;
    printout_begin(&printout, cli);
    while (ok && more) {
        ok = place != NULL ? db_notes_read(
                 cli->db, place->talk_key, place->topic_slug, after, AT_ONCE, &notes, &cli->err)
                           : db_trash_read(cli->db, after, AT_ONCE, &notes, &cli->err);
        for (size_t i = 0; ok && i < notes.count; i++)
            add_note(&printout, &notes.items[i]);
        more = notes.count == AT_ONCE;
        after = notes.count > 0 ? notes.items[notes.count - 1].id : after;
        note_list_release(&notes);
        ok = ok && (!more || printout_go_on(&printout));
    }
    return printout_end(&printout, ok);
}

enum cli_exit note_list(struct cli *cli)
{
    struct note_place place;
    enum cli_exit status = note_place_find(cli, &place);
    if (status == EXIT_OK)
        status = print_notes(cli, &place);
    note_place_release(&place);
    return status;
}

static enum cli_exit empty_trash(struct cli *cli)
{
    struct buf out = { 0 };
    size_t count;
    bool ok = db_trash_empty(cli->db, &count, &cli->err);
    /* What was removed may stand in the log still. */
    struct err left = { 0 };
    if (ok && count > 0 && !db_log_clear(cli->db, &left))
        cli_warn("the text may be in %s-wal until talkbook ends everywhere: %s",
            db_path(cli->db), err_text(&left));
    err_release(&left);
    if (ok) {
        buf_addf(&out, "%zu note%s removed for good\n", count, count == 1 ? "" : "s");
        ok = cli_write(cli, out.data, out.len);
    }
    buf_release(&out);
    return ok ? EXIT_OK : cli_fail(cli);
}

enum cli_exit note_trash(struct cli *cli)
{
    return cli_given(cli, CLI_empty) ? empty_trash(cli) : print_notes(cli, NULL);
}
