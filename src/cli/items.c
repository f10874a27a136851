/* Owns what lists the things that stand in notes: times and open tasks. */
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/mem.h"
#include "base/url.h"
#include "cli/notes.h"
#include "cli/printout.h"
#include "model/note_items.h"

enum { AT_ONCE = 500 };

/* --- times ------------------------------------------------------------- */

static void add_stamp_line(
    struct md_lines *lines, const struct db_item *stamp, const char *text, const char *url)
{
    struct buf part = { 0 };
    uint32_t link = url[0] != '\0' ? md_lines_link(lines, url, strlen(url)) : 0;
    date_add_length(&part, stamp->number);
    md_lines_add_blanks(lines, 8 - (int)part.len);
    md_lines_add_raw(lines, STYLE_STAMP, 0, link, part.data);
    buf_clear(&part);
    buf_addf(&part, "  note %lld  ", (long long)stamp->note_id);
    md_lines_add_raw(lines, STYLE_DIM, 0, 0, part.data);
    md_lines_add_raw(lines, STYLE_TEXT, 0, 0, text);
    if (url[0] != '\0') {
        md_lines_add_raw(lines, STYLE_TEXT, 0, 0, "  ");
        md_lines_add_raw(lines, STYLE_URL, 0, link, url);
    }
    md_lines_end(lines);
    buf_release(&part);
}

static void add_stamp(
    struct printout *printout, const struct db_item *stamp, const char *video_url)
{
    const char *text = stamp->text + strspn(stamp->text, " \t");
    struct buf url = { 0 };
    if (url_is_web(video_url))
        url_add_at(video_url, stamp->number, &url);
    if (printout->as_json) {
        json_begin(&printout->json, NULL, '{');
        json_int(&printout->json, "seconds", stamp->number);
        json_int(&printout->json, "note", stamp->note_id);
        json_int(&printout->json, "line", (int64_t)stamp->line);
        json_text(&printout->json, "text", text);
        json_text(&printout->json, "url", buf_text(&url));
        printout_end_object(printout);
    } else
        add_stamp_line(&printout->lines, stamp, text, buf_text(&url));
    buf_release(&url);
}

enum cli_exit note_stamps(struct cli *cli)
{
    struct talk talk;
    struct db_items stamps = { 0 };
    struct printout printout;
    char *name = cli_join(cli, 1);
    bool ok = cli_find_talk(cli, name, &talk);
    free(name);
    if (!ok)
        return EXIT_FAILED;
    ok = db_stamps_read(cli->db, talk.key, &stamps, &cli->err);
    printout_begin(&printout, cli);
    for (size_t i = 0; ok && i < stamps.count; i++)
        add_stamp(&printout, &stamps.items[i], talk.video_url);
    db_items_release(&stamps);
    talk_release(&talk);
    return printout_end(&printout, ok);
}

/* --- open tasks -------------------------------------------------------- */

static const struct {
    const char *sign, *name;
    enum style style;
} tasks[] = {
    [NOTE_TODO] = { "TODO", "todo", STYLE_ERROR },
    [NOTE_QUESTION] = { "Q", "question", STYLE_STAR },
    [NOTE_BOX] = { "[ ]", "box", STYLE_MARKER },
};

/* "note 3:12  TODO  text  — Talk title" */
static void add_task_line(struct md_lines *lines, const struct db_item *task)
{
    struct buf text = { 0 };
    buf_addf(&text, "note %lld:%zu  ", (long long)task->note_id, task->line);
    md_lines_add_raw(lines, STYLE_DIM, 0, 0, text.data);
    md_lines_add_raw(lines, tasks[task->number].style, 0, 0, tasks[task->number].sign);
    buf_clear(&text);
    buf_addf(&text, "  %s", task->text);
    md_lines_add_raw(lines, STYLE_TEXT, 0, 0, text.data);
    if (task->title[0] != '\0') {
        buf_clear(&text);
        buf_addf(&text, "  — %s", task->title);
        md_lines_add_raw(lines, STYLE_META, 0, 0, text.data);
    }
    md_lines_end(lines);
    buf_release(&text);
}

static void add_task(struct printout *printout, const struct db_item *task)
{
    if (!printout->as_json) {
        add_task_line(&printout->lines, task);
        return;
    }
    json_begin(&printout->json, NULL, '{');
    json_int(&printout->json, "note", task->note_id);
    json_int(&printout->json, "line", (int64_t)task->line);
    json_text(&printout->json, "kind", tasks[task->number].name);
    json_text(&printout->json, "text", task->text);
    json_text(&printout->json, "talk", task->talk_key);
    json_text(&printout->json, "topic", task->topic_slug);
    json_text(&printout->json, "title", task->title);
    json_text(&printout->json, "updated_at", task->updated_at);
    printout_end_object(printout);
}

static enum cli_exit print_inbox(struct cli *cli)
{
    struct printout printout;
    struct db_item after = { 0 };
    bool ok = true, more = true;
    printout_begin(&printout, cli);
    while (ok && more) {
        struct db_items items = { 0 };
        ok = db_inbox_read(
            cli->db, after.note_id != 0 ? &after : NULL, AT_ONCE, &items, &cli->err);
        for (size_t i = 0; ok && i < items.count; i++)
            add_task(&printout, &items.items[i]);
        more = items.count == AT_ONCE;
        /* Only numbers of it are asked for. */
        if (items.count > 0)
            after = items.items[items.count - 1];
        db_items_release(&items);
        ok = ok && (!more || printout_go_on(&printout));
    }
    return printout_end(&printout, ok);
}

struct named_task {
    int64_t note_id;
    size_t line;
};

/* The open task that "ID:LINE" names. */
static bool find_task(struct cli *cli, const char *word, struct named_task *task)
{
    struct note note = { 0 };
    const char *colon = strrchr(word, ':');
    char *end, *id = colon != NULL ? mem_dup_n(word, (size_t)(colon - word)) : NULL;
    bool ok = id != NULL && colon[1] >= '0' && colon[1] <= '9';
    task->line = ok ? strtoul(colon + 1, &end, 10) : 0;
    if (!ok || *end != '\0')
        ok = err_set(
            &cli->err, "a task is named by its note and line, such as 3:12, not '%s'", word);
    ok = ok && db_note_find(cli->db, id, &task->note_id, &cli->err)
         && db_note_read(cli->db, task->note_id, &note, &cli->err);
    if (ok && note.deleted)
        ok = err_set(&cli->err, "note %lld is in the trash", (long long)note.id);
    char *ticked = ok ? note_tick(note.body, task->line) : NULL;
    if (ok && ticked == NULL)
        ok = err_set(
            &cli->err, "line %zu of note %lld is no open task", task->line, (long long)note.id);
    free(ticked);
    free(id);
    note_release(&note);
    return ok;
}

static bool tick(struct cli *cli, const struct named_task *task)
{
    struct note note = { 0 };
    bool ok = db_note_read(cli->db, task->note_id, &note, &cli->err)
              && db_note_tick(cli->db, note.id, note.rev, task->line, &cli->err);
    note_release(&note);
    return ok;
}

static bool was_named(const struct named_task *named, int count)
{
    for (int i = 0; i < count; i++)
        if (named[i].note_id == named[count].note_id && named[i].line == named[count].line)
            return true;
    return false;
}

/* All are found before the first is ticked off. Ticking leaves lines where they are. */
static enum cli_exit tick_off(struct cli *cli)
{
    struct named_task *named = mem_zero((size_t)cli->word_count, sizeof *named);
    bool ok = true;
    int count = 0;
    for (int i = 1; ok && i < cli->word_count; i++) {
        ok = find_task(cli, cli->words[i], &named[count]);
        count += ok && !was_named(named, count);
    }
    for (int i = 0; ok && i < count; i++)
        ok = tick(cli, &named[i]);
    free(named);
    return ok ? EXIT_OK : cli_fail(cli);
}

enum cli_exit cli_inbox(struct cli *cli)
{
    if (cli->word_count == 0)
        return print_inbox(cli);
    if (cli->word_count > 1 && strcmp(cli->words[0], "done") == 0)
        return tick_off(cli);
    err_set(&cli->err, "usage: talkbook inbox [done ID:LINE…]");
    return cli_usage(cli);
}
