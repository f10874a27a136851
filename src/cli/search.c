/* Owns the subcommand search: hits, where they were found, and the passage. */
#include <stdlib.h>
#include <string.h>

#include "base/sink.h"
#include "cli/cli.h"
#include "cli/json.h"
#include "db/search.h"
#include "md/md.h"
#include "model/match.h"

bool cli_parse_query(struct cli *cli, int first, struct query *query)
{
    char *text = cli_join(cli, first);
    bool ok = query_parse(query, text, false, &cli->err);
    if (ok && query->count == 0 && first < cli->word_count)
        ok = err_set(&cli->err, "'%s' holds no word to look for", text);
    free(text);
    return ok;
}

enum { EXCERPT_CELLS = 160 };

/* Markdown as one run of plain text. */
static char *plain_text(const char *markdown)
{
    struct md_lines lines = { 0 };
    struct md_doc *doc = md_parse(markdown, strlen(markdown));
    md_layout(doc, 10000, &lines);
    md_free(doc);
    char *text = buf_take(&lines.text);
    md_lines_release(&lines);
    return text;
}

static bool found_in(const struct matcher *matcher, const char *text)
{
    struct match_range range;
    return match_next(matcher, text, strlen(text), 0, &range);
}

/* The first of the talk's notes that a word is found in, as plain text, or NULL. */
static char *find_note(struct cli *cli, const struct matcher *matcher, const struct talk *talk)
{
    struct note_list notes = { 0 };
    char *text = NULL;
    db_notes_read(cli->db, talk->key, NULL, 0, SIZE_MAX / 2, &notes, &cli->err);
    for (size_t i = 0; i < notes.count && text == NULL; i++)
        if (found_in(matcher, notes.items[i].body))
            text = plain_text(notes.items[i].body);
    note_list_release(&notes);
    return text;
}

/* The best field that a word was found in, and the passage around it. */
static const char *find_where(struct cli *cli, const struct matcher *matcher,
    const struct talk *talk, int cells, struct buf *excerpt)
{
    const struct {
        const char *name, *text;
    } fields[] = { { "title", talk->title }, { "speakers", talk->speakers },
        { "topic", talk->topic }, { "tags", talk->tags } };
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
        if (found_in(matcher, fields[i].text)) {
            match_excerpt(matcher, fields[i].text, cells, excerpt);
            return fields[i].name;
        }
    char *note = find_note(cli, matcher, talk);
    char *text = note != NULL ? note : plain_text(talk->summary);
    const char *where = note != NULL ? "note" : found_in(matcher, text) ? "summary" : "";
    match_excerpt(matcher, text, cells, excerpt);
    free(text);
    return where;
}

struct searching {
    struct cli *cli;
    struct matcher matcher;
    struct md_lines lines;
    struct json json;
    bool as_json;
};

/* Text with the found words in the match's face. */
static void add_matched(struct searching *searching, enum style style, const char *text)
{
    struct match_range range;
    char *clean = sink_line(text);
    size_t len = strlen(clean), at = 0;
    while (match_next(&searching->matcher, clean, len, at, &range)) {
        md_lines_add(&searching->lines, style, 0, 0, clean + at, range.off - at);
        md_lines_add(&searching->lines, style, FACE_MATCH, 0, clean + range.off, range.len);
        at = range.off + range.len;
    }
    md_lines_add(&searching->lines, style, 0, 0, clean + at, len - at);
    free(clean);
}

static void add_hit_lines(struct searching *searching, const struct talk *talk,
    const char *where, const char *excerpt)
{
    struct md_lines *lines = &searching->lines;
    struct buf id = { 0 };
    buf_addf(&id, "%4lld  ", (long long)talk->id);
    md_lines_add(lines, STYLE_DIM, 0, 0, id.data, id.len);
    add_matched(searching, STYLE_TITLE, talk->title);
    if (talk->speakers[0] != '\0') {
        md_lines_add_raw(lines, STYLE_META, 0, 0, "  ");
        add_matched(searching, STYLE_META, talk->speakers);
    }
    md_lines_end(lines);
    buf_clear(&id);
    /* The line above shows title and speakers already. */
    if (strcmp(where, "title") == 0 || strcmp(where, "speakers") == 0) {
        buf_release(&id);
        return;
    }
    buf_addf(&id, "      %s%s", where, where[0] != '\0' ? ": " : "");
    md_lines_add(lines, STYLE_LABEL, 0, 0, id.data, id.len);
    add_matched(searching, STYLE_HIT_NOTE, excerpt);
    md_lines_end(lines);
    buf_release(&id);
}

static bool add_talk_hit(struct searching *searching, const struct db_hit *hit, int rank)
{
    struct cli *cli = searching->cli;
    struct talk talk;
    struct buf excerpt = { 0 };
    if (!db_talk_read(cli->db, hit->id, DB_READ_EXPORT, &talk, &cli->err))
        return false;
    int cells = searching->as_json ? EXCERPT_CELLS : cli->width > 40 ? cli->width - 16 : 40;
    const char *where = find_where(cli, &searching->matcher, &talk, cells, &excerpt);
    if (searching->as_json) {
        struct json *json = &searching->json;
        json_begin(json, NULL, '{');
        json_text(json, "type", "talk");
        json_int(json, "rank", rank);
        json_text(json, "where", where);
        json_text(json, "excerpt", buf_text(&excerpt));
        json_talk(json, &talk);
        json_end(json, '}');
        buf_addc(json->out, '\n');
    } else
        add_hit_lines(searching, &talk, where, buf_text(&excerpt));
    buf_release(&excerpt);
    talk_release(&talk);
    return true;
}

static bool add_topic_hit(struct searching *searching, const struct db_hit *hit, int rank)
{
    struct cli *cli = searching->cli;
    struct db_topic topic;
    struct buf excerpt = { 0 };
    struct match_range range;
    if (!db_topic_read(cli->db, hit->id, NULL, &topic, &cli->err))
        return false;
    bool named = match_next(&searching->matcher, topic.name, strlen(topic.name), 0, &range);
    match_excerpt(&searching->matcher, topic.note, EXCERPT_CELLS / 2, &excerpt);
    if (searching->as_json) {
        struct json *json = &searching->json;
        json_begin(json, NULL, '{');
        json_text(json, "type", "topic");
        json_int(json, "rank", rank);
        json_text(json, "where", named ? "title" : "summary");
        json_text(json, "excerpt", buf_text(&excerpt));
        json_text(json, "key", topic.slug);
        json_text(json, "title", topic.name);
        json_end(json, '}');
        buf_addc(json->out, '\n');
    } else {
        md_lines_add_raw(&searching->lines, STYLE_GROUP2, 0, 0, "topic ");
        add_matched(searching, STYLE_GROUP2, topic.name);
        md_lines_end(&searching->lines);
        md_lines_add_raw(&searching->lines, STYLE_LABEL, 0, 0, "      ");
        add_matched(searching, STYLE_HIT_NOTE, buf_text(&excerpt));
        md_lines_end(&searching->lines);
    }
    buf_release(&excerpt);
    db_topic_release(&topic);
    return true;
}

enum cli_exit cli_search(struct cli *cli)
{
    struct query query = { 0 };
    struct db_hit *hits = NULL;
    size_t count = 0;
    struct buf out = { 0 };
    struct searching searching = {
        .cli = cli, .json = { .out = &out }, .as_json = cli_given(cli, CLI_json)
    };
    bool ok =
        cli_parse_query(cli, 0, &query) && db_search(cli->db, &query, &hits, &count, &cli->err);
    match_init(&searching.matcher, &query);
    if (searching.as_json)
        json_begin(&searching.json, NULL, '[');
    for (size_t i = 0; ok && i < count; i++)
        ok = hits[i].is_topic ? add_topic_hit(&searching, &hits[i], (int)i + 1)
                              : add_talk_hit(&searching, &hits[i], (int)i + 1);
    if (searching.as_json) {
        json_end(&searching.json, ']');
        buf_addc(&out, '\n');
        ok = ok && cli_write(cli, out.data, out.len);
    } else if (ok && count == 0) {
        ok = err_set(&cli->err, "nothing found");
    } else
        ok = ok && cli_print(cli, &searching.lines);
    free(hits);
    match_release(&searching.matcher);
    query_release(&query);
    md_lines_release(&searching.lines);
    buf_release(&out);
    return ok ? EXIT_OK : cli_fail(cli);
}
