/* Owns the text that a layout must show. Must not use the layout's parser. */
#include "md_oracle.h"

#include <stdbool.h>
#include <string.h>

#include <cmark.h>

#include "base/sink.h"
#include "base/utf8.h"
#include "md/html.h"

/* Adds what is left without blanks, bars and the marks of strike and highlight,
 * which both sides lose. */
static void add_bare(struct buf *out, const char *text, size_t len)
{
    for (size_t at = 0; at < len; at++) {
        if (strchr(" \n\t~=", text[at]) != NULL)
            continue;
        if (len - at >= 3 && memcmp(text + at, "│", 3) == 0)
            at += 2;
        else if (len - at >= 3 && memcmp(text + at, "₂", 3) == 0) {
            buf_addc(out, '2');
            at += 2;
        } else
            buf_addc(out, text[at]);
    }
}

static void add_source(struct buf *out, const char *text, size_t len)
{
    struct buf clean = { 0 };
    sink_add(&clean, text, len, SINK_TEXT);
    add_bare(out, buf_text(&clean), clean.len);
    buf_release(&clean);
}

static void add_html(struct buf *out, const char *text)
{
    struct html_open open = { 0 };
    size_t len = strlen(text);
    bool verbatim = html_is_verbatim(text, len);
    for (size_t at = 0; at < len;) {
        uint32_t cp;
        char bytes[4];
        size_t tag = verbatim ? 0 : html_tag_len(text + at, len - at, &open);
        size_t entity = verbatim ? 0 : html_entity(text + at, len - at, &cp);
        size_t used = tag > 0      ? tag
                      : entity > 0 ? entity
                                   : utf8_decode(text + at, len - at, &cp);
        if (entity > 0)
            add_source(out, bytes, utf8_encode(cp, bytes));
        else if (tag == 0)
            add_source(out, text + at, used);
        at += used;
    }
}

static void add_leaf(struct buf *out, cmark_node *node, bool in_image)
{
    const char *text = cmark_node_get_literal(node);
    cmark_node_type type = cmark_node_get_type(node);
    if (text == NULL)
        return;
    if (type == CMARK_NODE_HTML_BLOCK)
        add_html(out, text);
    else if (type != CMARK_NODE_HTML_INLINE
             || (in_image && html_tag(text, strlen(text)).what == HTML_SHOWN))
        add_source(out, text, strlen(text));
}

/* An image says "[image: alt]"; a link without a text shows its URL. */
static void add_image(struct buf *out, bool entering, size_t begin)
{
    if (entering)
        buf_adds(out, "[image:");
    else if (out->len == begin)
        out->data[--out->len] = '\0';
    if (!entering)
        buf_adds(out, "]");
}

void oracle_source(const char *src, size_t len, struct buf *out)
{
    cmark_node *root =
        cmark_parse_document(src, len, CMARK_OPT_DEFAULT | CMARK_OPT_VALIDATE_UTF8);
    cmark_iter *iter = cmark_iter_new(root);
    cmark_event_type event;
    size_t images = 0, link = 0, image = 0;
    while ((event = cmark_iter_next(iter)) != CMARK_EVENT_DONE) {
        cmark_node *node = cmark_iter_get_node(iter);
        cmark_node_type type = cmark_node_get_type(node);
        bool entering = event == CMARK_EVENT_ENTER;
        if (type == CMARK_NODE_IMAGE && images == (entering ? 0 : 1))
            add_image(out, entering, image);
        if (type == CMARK_NODE_IMAGE) {
            image = entering && images == 0 ? out->len : image;
            images += entering ? 1 : (size_t)-1;
        } else if (type == CMARK_NODE_LINK && images == 0) {
            const char *url = cmark_node_get_url(node);
            if (!entering && out->len == link)
                add_source(out, url, strlen(url));
            link = out->len;
        } else {
            add_leaf(out, node, images > 0);
        }
    }
    cmark_iter_free(iter);
    cmark_node_free(root);
}

void oracle_lines(const struct md_lines *lines, struct buf *out)
{
    for (size_t i = 0; i < lines->span_count; i++) {
        const struct md_span *span = &lines->spans[i];
        enum style style = span->style;
        if (style != STYLE_MARKER && style != STYLE_RULE && style != STYLE_TABLE
            && style != STYLE_CODE_LABEL && style != STYLE_HTML)
            add_bare(out, lines->text.data + span->off, span->len);
    }
}
