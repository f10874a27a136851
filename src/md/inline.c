/* Owns the way from cmark's inline nodes to one rich string.
 * Must not know what the string becomes: paragraph, heading or table. */
#include "md/inline.h"

#include <string.h>

#include "base/utf8.h"
#include "md/refs.h"

void inline_begin(struct md_inline *in, enum style base)
{
    struct md_inline fresh = { .doc = in->doc, .rich = in->rich, .base = base };
    *in = fresh;
    rich_clear(&in->rich);
}

static void apply_html(const struct md_inline *in, struct md_run *look)
{
    for (size_t i = 0; i < HTML_LOOKS; i++) {
        if (in->html[i] == 0)
            continue;
        look->face |= html_looks[i].face;
        if (html_looks[i].style != STYLE_TEXT)
            look->style = html_looks[i].style;
    }
}

/* How text that comes now looks. */
static struct md_run look_now(const struct md_inline *in)
{
    struct md_run look = { .link = in->link, .style = (uint8_t)in->base };
    look.face = (uint8_t)((in->strong ? FACE_BOLD : 0) | (in->emph ? FACE_ITALIC : 0));
    if (in->in_link)
        look.style = in->is_url ? STYLE_URL : STYLE_LINK;
    if (in->has_html)
        apply_html(in, &look);
    if (in->image)
        look.style = STYLE_IMAGE;
    return look;
}

static enum html_script script_now(const struct md_inline *in)
{
    for (size_t i = 0; in->has_html && i < HTML_LOOKS; i++)
        if (in->html[i] > 0 && html_looks[i].script != HTML_LEVEL)
            return (enum html_script)html_looks[i].script;
    return HTML_LEVEL;
}

static void add_text(struct md_inline *in, const char *text)
{
    enum html_script script = script_now(in);
    struct buf scripted = { 0 };
    if (script != HTML_LEVEL && html_add_script(script, text, strlen(text), &scripted))
        rich_add(&in->rich, look_now(in), scripted.data, scripted.len);
    else
        rich_add_raw(&in->rich, look_now(in), text, strlen(text));
    buf_release(&scripted);
}

static void add_code(struct md_inline *in, const char *text)
{
    struct md_run look = look_now(in);
    if (!in->image)
        look.style = STYLE_CODE;
    rich_add_raw(&in->rich, look, text, strlen(text));
}

static void add_break(struct md_inline *in, char c)
{
    rich_add(&in->rich, look_now(in), in->image ? " " : &c, 1);
}

static const char *url_of(const struct md_inline *in, cmark_node *node)
{
    const char *url = cmark_node_get_url(node);
    const struct md_def *def = refs_def(in->doc->refs, url);
    return def != NULL ? def->url : url;
}

/* A reference's address is the document's already, and one link a part. */
static uint32_t add_link(struct md_inline *in, cmark_node *node)
{
    const char *url = cmark_node_get_url(node);
    struct md_def *def = refs_def(in->doc->refs, url);
    if (def == NULL)
        return doc_add_link(in->doc, url, strlen(url));
    if (def->linked != in->doc->refs->prefix) {
        def->link = doc_borrow_link(in->doc, def->url);
        def->linked = in->doc->refs->prefix;
    }
    return def->link;
}

static bool is_own_url(cmark_node *node, const char *url)
{
    cmark_node *child = cmark_node_first_child(node);
    if (child == NULL || cmark_node_next(child) != NULL
        || cmark_node_get_type(child) != CMARK_NODE_TEXT)
        return false;
    if (strncmp(url, "mailto:", 7) == 0)
        url += 7;
    return strcmp(url, cmark_node_get_literal(child)) == 0;
}

static void count(size_t *depth, bool entering)
{
    *depth = entering ? *depth + 1 : *depth - 1;
}

/* The number of a link whose address is not to be seen, where links get one. */
static void add_number(struct md_inline *in, cmark_node *node)
{
    struct buf text = { 0 };
    struct md_def *def = refs_def(in->doc->refs, cmark_node_get_url(node));
    size_t number = def != NULL ? def->number : 0;
    if (number == 0)
        number = doc_number(in->doc, url_of(in, node));
    if (number == 0)
        return;
    if (def != NULL)
        def->number = number;
    buf_addf(&text, "[%zu]", number);
    struct md_run look = { .link = in->link, .style = STYLE_MARKER };
    rich_add(&in->rich, look, text.data, text.len);
    buf_release(&text);
}

static void on_link(struct md_inline *in, cmark_node *node, bool entering)
{
    if (in->image)
        return;
    const char *url = url_of(in, node);
    if (entering) {
        in->link = add_link(in, node);
        in->in_link = true;
        in->is_url = is_own_url(node, url);
        in->link_from = in->rich.text.len;
        return;
    }
    /* Nothing to see would be nothing to follow. */
    bool empty = in->rich.text.len == in->link_from, seen = in->is_url || empty;
    in->is_url = true;
    if (empty)
        add_text(in, url);
    in->in_link = false;
    if (!seen)
        add_number(in, node);
    in->link = 0;
}

static void on_image(struct md_inline *in, cmark_node *node, bool entering)
{
    static const char begin[] = "[image: ";
    size_t begin_len = sizeof begin - 1;
    count(&in->image, entering);
    if (entering && in->image == 1) {
        if (!in->in_link)
            in->link = add_link(in, node);
        rich_add(&in->rich, look_now(in), begin, begin_len);
    } else if (!entering && in->image == 0) {
        struct md_run look = look_now(in);
        look.style = STYLE_IMAGE;
        if (in->rich.text.len >= begin_len
            && memcmp(in->rich.text.data + in->rich.text.len - begin_len, begin, begin_len)
                   == 0)
            rich_cut(&in->rich, 2);
        rich_add(&in->rich, look, "]", 1);
        if (in->in_link)
            return;
        add_number(in, node);
        in->link = 0;
    }
}

static void add_tag(struct md_inline *in, const char *text, size_t len)
{
    struct html_tag tag = html_tag(text, len);
    struct md_run look = look_now(in);
    switch (tag.what) {
    case HTML_SHOWN:
        look.style = in->image ? STYLE_IMAGE : STYLE_HTML;
        rich_add_raw(&in->rich, look, text, len);
        break;
    case HTML_BREAK:
        add_break(in, MD_BR);
        break;
    case HTML_NOTHING:
        break;
    case HTML_LOOK:
        in->has_html = true;
        if (!tag.closing)
            in->html[tag.look]++;
        else if (in->html[tag.look] > 0)
            in->html[tag.look]--;
        break;
    }
}

static void add_leaf(struct md_inline *in, cmark_node *node, cmark_node_type type)
{
    const char *text = cmark_node_get_literal(node);
    if (type == CMARK_NODE_SOFTBREAK)
        add_break(in, MD_SOFT);
    else if (type == CMARK_NODE_LINEBREAK)
        add_break(in, MD_HARD);
    else if (text == NULL)
        return;
    else if (type == CMARK_NODE_CODE)
        add_code(in, text);
    else if (type == CMARK_NODE_HTML_INLINE)
        add_tag(in, text, strlen(text));
    else
        add_text(in, text);
}

void inline_event(struct md_inline *in, cmark_node *node, bool entering)
{
    cmark_node_type type = cmark_node_get_type(node);
    if (type == CMARK_NODE_STRONG)
        count(&in->strong, entering);
    else if (type == CMARK_NODE_EMPH)
        count(&in->emph, entering);
    else if (type == CMARK_NODE_LINK)
        on_link(in, node, entering);
    else if (type == CMARK_NODE_IMAGE)
        on_image(in, node, entering);
    else
        add_leaf(in, node, type);
}

static void add_html_text(struct md_inline *in, const char *text, size_t len)
{
    size_t from = 0;
    for (size_t at = 0; at < len; at++) {
        uint32_t cp;
        char bytes[4];
        size_t used = text[at] == '&' ? html_entity(text + at, len - at, &cp) : 0;
        if (used == 0)
            continue;
        rich_add_raw(&in->rich, look_now(in), text + from, at - from);
        rich_add_raw(&in->rich, look_now(in), bytes, utf8_encode(cp, bytes));
        from = at + used;
        at = from - 1;
    }
    rich_add_raw(&in->rich, look_now(in), text + from, len - from);
}

/* A line's end in HTML source: nothing where the line showed nothing. */
static void end_html_line(struct md_inline *in)
{
    const struct buf *text = &in->rich.text;
    if (text->len > 0 && text->data[text->len - 1] != MD_HARD)
        add_break(in, MD_HARD);
}

void inline_html_block(struct md_inline *in, const char *text, size_t len)
{
    struct html_open open = { 0 };
    size_t at = 0;
    while (at < len) {
        size_t used = html_tag_len(text + at, len - at, &open);
        if (used > 0) {
            add_tag(in, text + at, used);
        } else if (text[at] == '\n') {
            end_html_line(in);
            used = 1 + strspn(text + at + 1, " ");
        } else {
            used = 1 + strcspn(text + at + 1, "<\n");
            add_html_text(in, text + at, used);
        }
        at += used;
    }
}
