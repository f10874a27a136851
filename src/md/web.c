/* Owns HTML. Must not know what the text is about. */
#include "md/web.h"

#include <string.h>

#include <cmark.h>

#include "base/sink.h"
#include "md/arena.h"
#include "md/guard.h"
#include "md/html.h"

void web_add_text(struct buf *out, const char *text)
{
    static const struct {
        char c;
        const char *entity;
    } entities[] = { { '&', "&amp;" }, { '<', "&lt;" }, { '>', "&gt;" }, { '"', "&quot;" } };
    struct buf escaped = { 0 };
    for (; *text != '\0'; text++) {
        const char *entity = NULL;
        for (size_t i = 0; i < sizeof entities / sizeof entities[0]; i++)
            if (entities[i].c == *text)
                entity = entities[i].entity;
        if (entity != NULL)
            buf_adds(&escaped, entity);
        else
            buf_addc(&escaped, *text);
    }
    sink_adds(out, buf_text(&escaped), SINK_PAGE);
    buf_release(&escaped);
}

static cmark_node *new_node(cmark_node_type type, const char *literal)
{
    cmark_node *node = cmark_node_new_with_mem(type, arena_mem());
    if (literal != NULL)
        cmark_node_set_literal(node, literal);
    return node;
}

static void add_without_comments(struct buf *out, const char *text, size_t len)
{
    struct html_open open = { 0 };
    for (size_t at = 0; at < len;) {
        size_t used = html_tag_len(text + at, len - at, &open);
        if (used == 0 || html_tag(text + at, used).what != HTML_NOTHING) {
            used += used == 0;
            buf_add(out, text + at, used);
        }
        at += used;
    }
}

/* A block of HTML as a paragraph of its lines. */
static cmark_node *lines_of(const char *html)
{
    struct buf text = { 0 }, line = { 0 };
    cmark_node *node = new_node(CMARK_NODE_PARAGRAPH, NULL);
    add_without_comments(&text, html, strlen(html));
    for (const char *at = buf_text(&text); *at != '\0';) {
        at += strspn(at, " \t\r\n");
        size_t len = strcspn(at, "\r\n");
        buf_clear(&line);
        buf_add(&line, at, len);
        if (len > 0 && cmark_node_first_child(node) != NULL)
            cmark_node_append_child(node, new_node(CMARK_NODE_LINEBREAK, NULL));
        if (len > 0)
            cmark_node_append_child(node, new_node(CMARK_NODE_TEXT, buf_text(&line)));
        at += len;
    }
    buf_release(&text), buf_release(&line);
    return node;
}

static cmark_node *shown(cmark_node_type type, const char *html)
{
    size_t len = strlen(html);
    if (type == CMARK_NODE_HTML_BLOCK)
        return html_is_verbatim(html, len) ? new_node(CMARK_NODE_CODE_BLOCK, html)
                                           : lines_of(html);
    enum html_what what = html_tag(html, len).what;
    if (what == HTML_BREAK)
        return new_node(CMARK_NODE_LINEBREAK, NULL);
    return new_node(CMARK_NODE_TEXT, what == HTML_NOTHING ? "" : html);
}

/* Makes HTML the text that it is written as, but for comments and line breaks. */
static void show_html(cmark_node *root)
{
    cmark_iter *iter = cmark_iter_new(root);
    while (cmark_iter_next(iter) != CMARK_EVENT_DONE) {
        cmark_node *node = cmark_iter_get_node(iter);
        cmark_node_type type = cmark_node_get_type(node);
        if (type == CMARK_NODE_HTML_BLOCK || type == CMARK_NODE_HTML_INLINE)
            cmark_node_replace(node, shown(type, cmark_node_get_literal(node)));
    }
    cmark_iter_free(iter);
}

/* A task's box at the beginning of a list's item, as the reader shows it. */
static void show_box(cmark_node *item)
{
    cmark_node *paragraph = cmark_node_first_child(item);
    cmark_node *node = paragraph != NULL ? cmark_node_first_child(paragraph) : NULL;
    const char *text = node != NULL ? cmark_node_get_literal(node) : NULL;
    if (text == NULL || cmark_node_get_type(paragraph) != CMARK_NODE_PARAGRAPH
        || cmark_node_get_type(node) != CMARK_NODE_TEXT || strlen(text) < 4 || text[0] != '['
        || strchr(" xX", text[1]) == NULL || text[2] != ']' || text[3] != ' ')
        return;
    struct buf shown = { 0 };
    buf_addf(&shown, "%s%s", text[1] == ' ' ? "\xE2\x98\x90" : "\xE2\x98\x91", text + 3);
    cmark_node_set_literal(node, shown.data);
    buf_release(&shown);
}

static void show_boxes(cmark_node *root)
{
    cmark_consolidate_text_nodes(root);
    cmark_iter *iter = cmark_iter_new(root);
    cmark_event_type event;
    while ((event = cmark_iter_next(iter)) != CMARK_EVENT_DONE) {
        cmark_node *node = cmark_iter_get_node(iter);
        if (event == CMARK_EVENT_ENTER && cmark_node_get_type(node) == CMARK_NODE_ITEM)
            show_box(node);
    }
    cmark_iter_free(iter);
}

void web_add_markdown(struct buf *out, const char *markdown, size_t len)
{
    if (guard_excess(markdown, len) > GUARD_STEPS) {
        struct buf copy = { 0 };
        buf_add(&copy, markdown, len);
        buf_adds(out, "<pre>");
        web_add_text(out, buf_text(&copy));
        buf_adds(out, "</pre>\n");
        buf_release(&copy);
        return;
    }
    cmark_parser *parser = cmark_parser_new_with_mem(CMARK_OPT_VALIDATE_UTF8, arena_mem());
    cmark_parser_feed(parser, markdown, len);
    cmark_node *root = cmark_parser_finish(parser);
    show_html(root);
    show_boxes(root);
    sink_adds(out, cmark_render_html(root, CMARK_OPT_DEFAULT), SINK_PAGE);
    arena_release();
}

static const char style[] =
    ":root{color-scheme:light dark;--text:#1c1e21;--soft:#5c6370;--line:#d8dbe0;--box:#f4f5f7;"
    "--link:#0b57d0}\n"
    "@media (prefers-color-scheme:dark){:root{--text:#e4e6ea;--soft:#9aa2af;--line:#3a3f47;"
    "--box:#23272e;--link:#8ab4f8;background:#17191d}}\n"
    "body{margin:0 auto;padding:1.5rem 1rem 4rem;max-width:44rem;color:var(--text);"
    "font:1rem/1.55 system-ui,sans-serif;overflow-wrap:break-word}\n"
    "h1,h2,h3,h4{line-height:1.25;margin:2em 0 .4em}h1{margin-top:0}"
    "h2{border-bottom:1px solid var(--line);padding-bottom:.2em}\n"
    "a{color:var(--link)}hr{border:0;border-top:1px solid var(--line)}\n"
    "blockquote{margin:1em 0;padding:.1em 1em;background:var(--box);"
    "border-left:.25rem solid var(--line);border-radius:.25rem}\n"
    "blockquote h1,blockquote h2,blockquote h3{font-size:1.05em;border:0;margin:.8em 0 .3em}\n"
    "code,pre{font:.9em/1.45 ui-monospace,monospace}"
    "pre{overflow-x:auto;padding:.7em 1em;background:var(--box);border-radius:.25rem}\n"
    "img{max-width:100%}\n"
    "@media print{:root{color-scheme:light;--text:#000;--soft:#333;--box:#fff}"
    "body{max-width:none;padding:0;font-size:10.5pt}a{color:inherit}"
    "blockquote a[href^=http]::after{content:' (' attr(href) "
    "')';font-size:.8em;color:var(--soft)}"
    "h1,h2,h3,h4{break-after:avoid}blockquote,pre,li{break-inside:avoid}"
    "pre{white-space:pre-wrap}}\n";

void web_begin_page(struct buf *out, const char *title)
{
    buf_adds(out, "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                  "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                  "style-src 'unsafe-inline'\">\n"
                  "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                  "<meta name=\"referrer\" content=\"no-referrer\">\n<title>");
    web_add_text(out, title);
    buf_addf(out, "</title>\n<style>\n%s</style>\n</head>\n<body>\n", style);
}

void web_end_page(struct buf *out)
{
    buf_adds(out, "</body>\n</html>\n");
}
