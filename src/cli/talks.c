/* Owns the subcommands list, show and stats. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/date.h"
#include "base/mem.h"
#include "cli/cli.h"
#include "db/search.h"
#include "exchange/json.h"
#include "md/md.h"
#include "ui/reader_lines.h"

/* The talks that a query allows, by ascending id; all where there is none. */
struct allowed {
    bool all;
    int64_t *ids;
    size_t count;
};

static bool is_allowed(const struct allowed *allowed, int64_t id)
{
    return allowed->all || db_ids_hold(allowed->ids, allowed->count, id);
}

static bool read_allowed(struct cli *cli, struct allowed *allowed)
{
    struct query query = { 0 };
    *allowed = (struct allowed){ .all = cli->word_count == 0 };
    if (allowed->all)
        return true;
    bool ok = cli_parse_query(cli, 0, &query)
              && db_search_talks(cli->db, &query, &allowed->ids, &allowed->count, &cli->err);
    query_release(&query);
    return ok;
}

static int find_name(const char *const *names, int count, const char *name)
{
    int i = 0;
    while (i < count && strcmp(names[i], name) != 0)
        i++;
    return i;
}

/* *group is a choice of the option, which db_group_choose() makes a grouping of. */
static bool list_choices(struct cli *cli, int *group, enum db_sort *sort)
{
    int chosen = cli->options.values[OPT_group].number;
    *sort = (enum db_sort)cli->options.values[OPT_sort].number;
    const char *how = cli->values[CLI_group];
    int found = how != NULL ? find_name(db_group_names, DB_BY__COUNT, how) : chosen;
    if (how != NULL && found == DB_BY__COUNT)
        return err_set(
            &cli->err, "--group takes %s, not '%s'", cli_options[CLI_group].help, how);
    *group = found;
    how = cli->values[CLI_sort];
    found = how != NULL ? find_name(db_sort_names, DB_SORT__COUNT, how) : (int)*sort;
    if (found == DB_SORT__COUNT)
        return err_set(&cli->err, "--sort takes %s, not '%s'", cli_options[CLI_sort].help, how);
    *sort = (enum db_sort)found;
    return true;
}

static void add_talk_line(struct md_lines *lines, const struct talk *talk, int indent)
{
    struct buf text = { 0 }, progress = { 0 };
    buf_repeat(&text, ' ', (size_t)indent);
    buf_addf(&text, "%4lld  ", (long long)talk->id);
    md_lines_add(lines, STYLE_DIM, 0, 0, text.data, text.len);
    md_lines_add_raw(lines, STYLE_TEXT, 0, 0, talk->title);
    if (talk->starred)
        md_lines_add_raw(lines, STYLE_STAR, 0, 0, " ★");
    if (talk->watched)
        md_lines_add_raw(lines, STYLE_WATCHED, 0, 0, " ✓");
    buf_clear(&text);
    if (talk->rating > 0)
        buf_addf(&text, " +%d", talk->rating);
    if (talk->notes > 0)
        buf_addf(&text, " ✎%d", talk->notes);
    talk_add_progress(talk, &progress);
    if (progress.len > 0)
        buf_addf(&text, " %s", progress.data);
    md_lines_add_raw(lines, STYLE_NOTED, 0, 0, buf_text(&text));
    buf_clear(&text);
    if (talk->speakers[0] != '\0')
        buf_addf(&text, "  %s", talk->speakers);
    md_lines_add_raw(lines, STYLE_META, 0, 0, buf_text(&text));
    md_lines_end(lines);
    buf_release(&text);
    buf_release(&progress);
}

struct listing {
    struct cli *cli;
    struct allowed allowed;
    struct md_lines lines;
    struct json json;
    bool as_json;
    unsigned char *seen; /* flags by id: in JSON each talk comes once */
    size_t seen_size;
};

static bool list_one(struct listing *listing, int64_t id, int indent)
{
    struct talk talk;
    struct cli *cli = listing->cli;
    if (!db_talk_read(
            cli->db, id, listing->as_json ? DB_READ_EXPORT : DB_READ_ROW, &talk, &cli->err))
        return false;
    if (listing->as_json) {
        json_begin(&listing->json, NULL, '{');
        json_talk(&listing->json, &talk);
        json_end(&listing->json, '}');
        buf_addc(listing->json.out, '\n');
    } else
        add_talk_line(&listing->lines, &talk, indent);
    talk_release(&talk);
    return true;
}

static bool seen_before(struct listing *listing, int64_t id)
{
    size_t index = (size_t)id;
    if (index >= listing->seen_size) {
        size_t size = index + index / 2 + 1;
        listing->seen = mem_resize(listing->seen, size, 1);
        memset(listing->seen + listing->seen_size, 0, size - listing->seen_size);
        listing->seen_size = size;
    }
    bool before = listing->seen[index];
    listing->seen[index] = 1;
    return before;
}

static void add_heading(struct listing *listing, const struct db_heading *heading, bool outer)
{
    struct md_lines *lines = &listing->lines;
    if (outer) {
        if (lines->count > 0)
            md_lines_end(lines);
        md_lines_add_raw(
            lines, STYLE_GROUP1, 0, 0, heading->label[0] != '\0' ? heading->label : "(none)");
        md_lines_end(lines);
    }
    if (heading->subkey[0] != '\0') {
        md_lines_add_raw(lines, STYLE_GROUP2, 0, 0, "  ");
        md_lines_add_raw(lines, STYLE_GROUP2, 0, 0, heading->sublabel);
        md_lines_end(lines);
    }
}

/* One heading with the talks below it; *label is the last outer one shown. */
static bool list_heading_talks(struct listing *listing, enum db_group group, enum db_sort sort,
    const struct db_heading *heading, const char **shown)
{
    struct cli *cli = listing->cli;
    int64_t *ids;
    size_t count, printed = 0;
    if (!db_heading_talks(cli->db, group, sort, heading, &ids, &count, &cli->err))
        return false;
    bool ok = true;
    for (size_t i = 0; ok && i < count; i++) {
        if (!is_allowed(&listing->allowed, ids[i])
            || (listing->as_json && seen_before(listing, ids[i])))
            continue;
        if (printed++ == 0 && !listing->as_json) {
            add_heading(listing, heading, *shown == NULL || strcmp(*shown, heading->key) != 0);
            *shown = heading->key;
        }
        ok = list_one(listing, ids[i], heading->subkey[0] != '\0' ? 2 : 0);
    }
    free(ids);
    return ok;
}

enum cli_exit cli_list(struct cli *cli)
{
    struct buf out = { 0 };
    struct listing listing = {
        .cli = cli, .json = { .out = &out }, .as_json = cli_given(cli, CLI_json)
    };
    struct db_headings headings = { 0 };
    int choice = DB_BY__COUNT;
    enum db_group group;
    enum db_sort sort;
    const char *shown = NULL;
    bool ok = true;
    if (!list_choices(cli, &choice, &sort))
        return cli_usage(cli);
    ok = db_group_choose(cli->db, choice, &group, &cli->err)
         && read_allowed(cli, &listing.allowed)
         && db_headings_read(cli->db, group, &headings, &cli->err);
    if (listing.as_json)
        json_begin(&listing.json, NULL, '[');
    for (size_t i = 0; ok && i < headings.count; i++)
        ok = list_heading_talks(&listing, group, sort, &headings.items[i], &shown);
    if (listing.as_json) {
        json_end(&listing.json, ']');
        buf_addc(&out, '\n');
        ok = ok && cli_write(cli, out.data, out.len);
    } else
        ok = ok && cli_print(cli, &listing.lines);
    db_headings_release(&headings);
    md_lines_release(&listing.lines);
    buf_release(&out);
    free(listing.allowed.ids);
    free(listing.seen);
    return ok ? EXIT_OK : cli_fail(cli);
}

/* --- show -------------------------------------------------------------- */

/* What show tells of a talk beside what the catalog says. */
struct shown {
    struct note_list notes;
    struct db_items mentions; /* the notes elsewhere that link to it */
};

enum { MENTIONS_MAX = 1000 };

static bool show_json(struct cli *cli, const struct talk *talk, const struct shown *shown)
{
    struct buf out = { 0 };
    struct json json = { .out = &out };
    json_begin(&json, NULL, '{');
    json_talk(&json, talk);
    json_text(&json, "summary", talk->summary);
    json_begin(&json, "notes", '[');
    for (size_t i = 0; i < shown->notes.count; i++) {
        json_begin(&json, NULL, '{');
        json_note(&json, &shown->notes.items[i]);
        json_end(&json, '}');
    }
    json_end(&json, ']');
    json_begin(&json, "mentioned_in", '[');
    for (size_t i = 0; i < shown->mentions.count; i++)
        json_int(&json, NULL, shown->mentions.items[i].note_id);
    json_end(&json, ']');
    json_end(&json, '}');
    buf_addc(&out, '\n');
    bool ok = cli_write(cli, out.data, out.len);
    buf_release(&out);
    return ok;
}

static bool show_text(struct cli *cli, const struct talk *talk, const struct shown *shown)
{
    struct md_lines lines = { 0 };
    reader_lines_talk_head(&lines, talk, cli->width);
    reader_lines_mentions(&lines, &shown->mentions, cli->width);
    if (talk->summary[0] != '\0') {
        struct md_doc *doc = md_parse(talk->summary, strlen(talk->summary));
        md_lines_end(&lines);
        md_layout(doc, cli->width, &lines);
        md_free(doc);
    }
    for (size_t i = 0; i < shown->notes.count; i++) {
        md_lines_end(&lines);
        reader_lines_note(&lines, &shown->notes.items[i], cli->width);
    }
    bool ok = cli_print(cli, &lines);
    md_lines_release(&lines);
    return ok;
}

enum cli_exit cli_show(struct cli *cli)
{
    struct talk talk;
    struct shown shown = { 0 };
    char *name = cli_join(cli, 0);
    bool ok = cli_find_talk(cli, name, &talk);
    free(name);
    if (!ok)
        return EXIT_FAILED;
    ok = db_notes_read(cli->db, talk.key, NULL, 0, SIZE_MAX / 2, &shown.notes, &cli->err)
         && db_links_read(cli->db, &talk, MENTIONS_MAX, &shown.mentions, &cli->err)
         && (cli_given(cli, CLI_json) ? show_json(cli, &talk, &shown)
                                      : show_text(cli, &talk, &shown));
    note_list_release(&shown.notes);
    db_items_release(&shown.mentions);
    talk_release(&talk);
    return ok ? EXIT_OK : cli_fail(cli);
}

/* --- stats ------------------------------------------------------------- */

enum cli_exit cli_stats(struct cli *cli)
{
    struct db_stats stats = { 0 };
    struct buf out = { 0 };
    struct json json = { .out = &out };
    if (!db_stats_read(cli->db, &stats, &cli->err))
        return cli_fail(cli);
    const struct {
        const char *name;
        int64_t value;
    } rows[] = { { "talks", stats.talks }, { "watched", stats.watched },
        { "starred", stats.starred }, { "rated", stats.rated }, { "tagged", stats.tagged },
        { "notes", stats.notes }, { "speakers", stats.speakers }, { "topics", stats.topics },
        { "video_minutes", stats.seconds / 60 },
        { "video_minutes_watched", stats.seconds_watched / 60 } };
    bool as_json = cli_given(cli, CLI_json);
    if (as_json)
        json_begin(&json, NULL, '{');
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (as_json)
            json_int(&json, rows[i].name, rows[i].value);
        else
            buf_addf(&out, "%-22s %8lld\n", rows[i].name, (long long)rows[i].value);
    }
    if (as_json) {
        json_end(&json, '}');
        buf_addc(&out, '\n');
    }
    bool ok = cli_write(cli, out.data, out.len);
    buf_release(&out);
    return ok ? EXIT_OK : cli_fail(cli);
}
