/* Owns the subcommand search: hits, where they were found, and the passage. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/sink.h"
#include "cli/cli.h"
#include "db/search.h"
#include "exchange/json.h"
#include "md/md.h"
#include "model/match.h"

/* The words as typed, or the saved search that @NAME names; the caller frees it.
 * NULL with err where there is no such search. */
static char *query_text(struct cli *cli, int first)
{
    char *text = cli_join(cli, first);
    if (text[0] != '@' || text[1] == '\0' || strpbrk(text, " \t\"") != NULL)
        return text;
    char *saved = db_saved_get(cli->db, text + 1);
    if (saved == NULL)
        err_set(&cli->err, "there is no saved search %s; talkbook saved lists them", text + 1);
    free(text);
    return saved;
}

static bool parse(struct cli *cli, const char *text, struct query *query)
{
    bool ok = query_parse(query, text, false, &cli->err);
    if (ok && query->root == 0 && text[0] != '\0')
        ok = err_set(&cli->err, "'%s' holds no word to look for", text);
    return ok;
}

bool cli_parse_query(struct cli *cli, int first, struct query *query)
{
    char *text = query_text(cli, first);
    bool ok = text != NULL && parse(cli, text, query);
    free(text);
    return ok;
}

enum { EXCERPT_CELLS = 160, MOST_HITS = 1000 };

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

/* The note as plain text, or NULL. */
static char *read_note(struct cli *cli, int64_t id)
{
    struct note note;
    if (id == 0 || !db_note_read(cli->db, id, &note, &cli->err))
        return NULL;
    char *text = plain_text(note.body);
    note_release(&note);
    return text;
}

/* The field with the most of the words in it, the first of them among equals,
 * and the passage there. */
static const char *find_where(struct cli *cli, const struct matcher *matcher,
    const struct talk *talk, int64_t note_id, int cells, struct buf *excerpt)
{
    char *note = read_note(cli, note_id), *summary = plain_text(talk->summary);
    const struct {
        const char *name, *text;
    } fields[] = { { "title", talk->title }, { "note", note }, { "speakers", talk->speakers },
        { "tags", talk->tags }, { "topic", talk->topic }, { "summary", summary } };
    const char *where = "", *text = summary;
    size_t most = 0;
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        size_t count = fields[i].text != NULL ? match_count_terms(matcher, fields[i].text) : 0;
        if (count > most) {
            most = count;
            where = fields[i].name;
            text = fields[i].text;
        }
    }
    match_excerpt(matcher, text, cells, excerpt);
    free(note);
    free(summary);
    return where;
}

struct searching {
    struct cli *cli;
    struct matcher matcher;
    struct md_lines lines;
    struct json json;
    bool as_json;
    int max; /* hits */
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
    const char *where =
        find_where(cli, &searching->matcher, &talk, hit->note_id, cells, &excerpt);
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
    char *note = named ? NULL : read_note(cli, hit->note_id), *text = plain_text(topic.note);
    match_excerpt(&searching->matcher, note != NULL ? note : text, EXCERPT_CELLS / 2, &excerpt);
    if (searching->as_json) {
        struct json *json = &searching->json;
        json_begin(json, NULL, '{');
        json_text(json, "type", "topic");
        json_int(json, "rank", rank);
        json_text(json, "where", named ? "title" : note != NULL ? "note" : "summary");
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
    free(note);
    free(text);
    buf_release(&excerpt);
    db_topic_release(&topic);
    return true;
}

static bool add_note_hit(struct searching *searching, const struct db_hit *hit, int rank)
{
    struct cli *cli = searching->cli;
    struct note note;
    struct buf excerpt = { 0 }, head = { 0 };
    if (!db_note_read(cli->db, hit->id, &note, &cli->err))
        return false;
    char *text = plain_text(note.body), *title = note_title(note.body);
    match_excerpt(&searching->matcher, text, EXCERPT_CELLS, &excerpt);
    if (searching->as_json) {
        struct json *json = &searching->json;
        json_begin(json, NULL, '{');
        json_text(json, "type", "note");
        json_int(json, "rank", rank);
        json_text(json, "where", "note");
        json_text(json, "excerpt", buf_text(&excerpt));
        json_note(json, &note);
        json_end(json, '}');
        buf_addc(json->out, '\n');
    } else {
        buf_addf(&head, "note %lld  ", (long long)note.id);
        md_lines_add(&searching->lines, STYLE_NOTE_HEAD, 0, 0, head.data, head.len);
        add_matched(searching, STYLE_TITLE, title);
        md_lines_end(&searching->lines);
        md_lines_add_raw(&searching->lines, STYLE_LABEL, 0, 0, "      ");
        add_matched(searching, STYLE_HIT_NOTE, buf_text(&excerpt));
        md_lines_end(&searching->lines);
    }
    free(text);
    free(title);
    buf_release(&head);
    buf_release(&excerpt);
    note_release(&note);
    return true;
}

static bool add_hits(struct searching *searching, const struct db_hits *hits)
{
    bool ok = true;
    for (size_t i = 0; ok && i < hits->count; i++) {
        const struct db_hit *hit = &hits->items[i];
        int rank = (int)i + 1;
        ok = hit->kind == DB_HIT_TALK    ? add_talk_hit(searching, hit, rank)
             : hit->kind == DB_HIT_TOPIC ? add_topic_hit(searching, hit, rank)
                                         : add_note_hit(searching, hit, rank);
    }
    return ok;
}

/* The hits, or the words that were perhaps meant where there are none. */
static bool print_hits(
    struct searching *searching, const struct db_hits *hits, const char *suggestion)
{
    struct cli *cli = searching->cli;
    if (hits->count == 0)
        return suggestion != NULL
                   ? err_set(&cli->err, "nothing found; did you mean: %s", suggestion)
                   : err_set(&cli->err, "nothing found");
    bool ok = cli_print(cli, &searching->lines);
    if (ok && hits->more)
        fputs(
            "talkbook: there may be more, ranked lower; talkbook list QUERY lists every talk\n",
            stderr);
    return ok;
}

static bool find(struct searching *searching, const char *text, const struct query *query)
{
    struct cli *cli = searching->cli;
    struct db_hits hits = { 0 };
    struct buf out = { 0 };
    searching->json.out = &out;
    match_init(&searching->matcher, query);
    bool ok = db_search(cli->db, query, (size_t)searching->max, &hits, &cli->err);
    if (searching->as_json)
        json_begin(&searching->json, NULL, '[');
    ok = ok && add_hits(searching, &hits);
    if (ok && searching->as_json) {
        json_end(&searching->json, ']');
        buf_addc(&out, '\n');
        ok = cli_write(cli, out.data, out.len);
    } else if (ok) {
        char *suggestion = hits.count == 0 ? db_suggest(cli->db, text, query) : NULL;
        ok = print_hits(searching, &hits, suggestion);
        free(suggestion);
    }
    db_hits_release(&hits);
    match_release(&searching->matcher);
    buf_release(&out);
    return ok;
}

static bool explain(struct cli *cli, const struct query *query)
{
    struct buf tree = { 0 };
    struct md_lines lines = { 0 };
    query_explain(query, &tree);
    for (const char *at = tree.data; *at != '\0';) {
        size_t len = strcspn(at, "\n");
        char *line = mem_dup_n(at, len);
        md_lines_add_raw(&lines, STYLE_TEXT, 0, 0, line);
        md_lines_end(&lines);
        free(line);
        at += len + 1;
    }
    bool ok = cli_print(cli, &lines);
    md_lines_release(&lines);
    buf_release(&tree);
    return ok;
}

enum cli_exit cli_search(struct cli *cli)
{
    struct query query = { 0 };
    struct searching searching = {
        .cli = cli, .as_json = cli_given(cli, CLI_json), .max = MOST_HITS
    };
    if (!cli_number(cli, CLI_limit, MOST_HITS, &searching.max))
        return cli_usage(cli);
    char *text = query_text(cli, 0);
    const char *name = cli->values[CLI_save];
    bool ok = text != NULL && parse(cli, text, &query);
    if (ok && name != NULL)
        ok = db_saved_set(cli->db, name, text, &cli->err);
    if (ok)
        ok =
            cli_given(cli, CLI_explain) ? explain(cli, &query) : find(&searching, text, &query);
    free(text);
    query_release(&query);
    md_lines_release(&searching.lines);
    return ok ? EXIT_OK : cli_fail(cli);
}

enum cli_exit cli_related(struct cli *cli)
{
    struct talk talk;
    struct query query = { 0 };
    struct buf text = { 0 };
    struct searching searching = {
        .cli = cli, .as_json = cli_given(cli, CLI_json), .max = MOST_HITS
    };
    if (!cli_number(cli, CLI_limit, MOST_HITS, &searching.max))
        return cli_usage(cli);
    char *name = cli_join(cli, 0);
    bool ok = cli_find_talk(cli, name, &talk);
    free(name);
    /* What was wrong with the name has been said. */
    if (!ok)
        return EXIT_FAILED;
    buf_addf(&text, "related:%lld", (long long)talk.id);
    talk_release(&talk);
    ok =
        query_parse(&query, text.data, false, &cli->err) && find(&searching, text.data, &query);
    query_release(&query);
    buf_release(&text);
    md_lines_release(&searching.lines);
    return ok ? EXIT_OK : cli_fail(cli);
}

static bool print_saved(struct cli *cli)
{
    struct db_searches searches;
    struct md_lines lines = { 0 };
    bool ok = db_saved_read(cli->db, &searches, &cli->err);
    for (size_t i = 0; i < searches.count; i++) {
        struct buf name = { 0 };
        buf_addf(&name, "@%-16s ", searches.items[i].name);
        md_lines_add_raw(&lines, STYLE_GROUP2, 0, 0, name.data);
        md_lines_add_raw(&lines, STYLE_TEXT, 0, 0, searches.items[i].query);
        md_lines_end(&lines);
        buf_release(&name);
    }
    if (ok && searches.count == 0) {
        md_lines_add_raw(&lines, STYLE_DIM, 0, 0,
            "No saved searches; 'talkbook search --save NAME QUERY' keeps one.");
        md_lines_end(&lines);
    }
    ok = ok && cli_print(cli, &lines);
    md_lines_release(&lines);
    db_searches_release(&searches);
    return ok;
}

enum cli_exit cli_saved(struct cli *cli)
{
    bool ok;
    if (cli->word_count == 0)
        ok = print_saved(cli);
    else if (cli->word_count == 2 && strcmp(cli->words[0], "rm") == 0)
        ok = db_saved_delete(cli->db, cli->words[1], &cli->err);
    else {
        err_set(&cli->err, "usage: talkbook saved [rm NAME]");
        return cli_usage(cli);
    }
    return ok ? EXIT_OK : cli_fail(cli);
}
