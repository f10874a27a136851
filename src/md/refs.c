/* Owns the definitions of references and footnotes across a document's parts.
 * Must not decide what a definition is: cmark is asked, by giving it the source
 * with every label that may be defined used once before it. */
#include "md/refs.h"

#include <cmark.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "md/arena.h"

enum {
    LONGEST_LABEL = 1000,  /* bytes; cmark's own limit */
    PENDING = 16 << 10,    /* source is asked in pieces of about this size */
    MOST_TWINS = 16 << 10, /* bytes of definitions that are searched for folded labels */
};

/* An address that is a number. A source that writes such a one itself gets the
 * address of another of its references. */
#define NUMBERED "\x01"

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n';
}

/* --- collecting -------------------------------------------------------- */

/* The label that ends before byte `end` of text, its "]": where it begins, or
 * `end` where none does. */
static size_t label_start(const char *text, size_t end)
{
    size_t least = end > LONGEST_LABEL ? end - LONGEST_LABEL : 0;
    for (size_t at = end; at > least; at--) {
        bool escaped = at >= 2 && text[at - 2] == '\\';
        if (text[at - 1] == ']' && !escaped)
            return end;
        if (text[at - 1] == '[' && !escaped)
            return at;
    }
    return end;
}

/* Appends a label as one line; where it takes several, their quotes' marks go. */
static void add_label_line(struct buf *out, const char *label, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        buf_addc(out, is_space(label[i]) ? ' ' : label[i]);
        if (label[i] == '\n')
            while (i + 1 < len && (label[i + 1] == '>' || is_space(label[i + 1])))
                i++;
    }
}

void refs_collect(struct md_refs *refs, const char *text, size_t len)
{
    buf_add(&refs->pending, text, len);
}

/* A label with more than ASCII, or a backslash, is left for cmark to compare. */
static bool is_odd(const char *label, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if ((unsigned char)label[i] >= 0x80 || label[i] == '\\')
            return true;
    return false;
}

static void define(struct md_refs *refs, const char *label, size_t len, const char *url)
{
    if (names_find(&refs->labels, label, len) != NULL)
        return;
    refs->defs = mem_grow(refs->defs, &refs->def_cap, refs->def_count + 1, sizeof *refs->defs);
    struct md_def *def = &refs->defs[refs->def_count];
    *def = (struct md_def){ .url = mem_dup(url), .off = refs->lines.len };
    buf_addf(&refs->lines, "[%.*s]: <&#1;%zu>\n", (int)len, label, refs->def_count);
    def->len = refs->lines.len - def->off;
    def->always = is_odd(label, len);
    refs->always += def->always ? def->len : 0;
    names_add(&refs->labels, label, len, refs->def_count++);
}

/* The labels that were asked for, one a line of `asked`, in the order of the
 * tree's first paragraphs: those that became links are defined. */
static void read_answers(struct md_refs *refs, const struct buf *asked, cmark_node *root)
{
    cmark_node *paragraph = cmark_node_first_child(root);
    for (size_t at = 0; at < asked->len && paragraph != NULL;
         paragraph = cmark_node_next(paragraph)) {
        size_t len = strcspn(asked->data + at, "\n");
        cmark_node *link = cmark_node_first_child(paragraph);
        if (link != NULL && cmark_node_get_type(link) == CMARK_NODE_LINK
            && cmark_node_next(link) == NULL)
            define(refs, asked->data + at, len, cmark_node_get_url(link));
        at += len + 1;
    }
}

/* Lists the labels in pending that may be defined and are not yet. */
static void list_labels(struct md_refs *refs, struct buf *asked)
{
    const struct buf *text = &refs->pending;
    for (size_t at = 1; at + 1 < text->len; at++) {
        const char *colon = memchr(text->data + at, ':', text->len - at);
        if (colon == NULL)
            return;
        at = (size_t)(colon - text->data);
        if (colon[-1] != ']')
            continue;
        size_t start = label_start(text->data, at - 1), len = at - 1 - start;
        if (len == 0 || names_find(&refs->labels, text->data + start, len) != NULL)
            continue;
        add_label_line(asked, text->data + start, len);
        buf_addc(asked, '\n');
    }
}

void refs_settle(struct md_refs *refs, bool all)
{
    struct buf asked = { 0 }, source = { 0 };
    if (!all && refs->pending.len < PENDING)
        return;
    list_labels(refs, &asked);
    for (size_t at = 0; at < asked.len;) {
        size_t len = strcspn(asked.data + at, "\n");
        buf_addf(&source, "[%.*s]\n\n", (int)len, asked.data + at);
        at += len + 1;
    }
    if (asked.len > 0) {
        buf_add(&source, refs->pending.data, refs->pending.len);
        cmark_parser *parser = cmark_parser_new_with_mem(CMARK_OPT_VALIDATE_UTF8, arena_mem());
        cmark_parser_feed(parser, source.data, source.len);
        read_answers(refs, &asked, cmark_parser_finish(parser));
        arena_reset();
    }
    buf_clear(&refs->pending);
    buf_release(&asked);
    buf_release(&source);
}

/* --- using ------------------------------------------------------------- */

/* Letters beyond ASCII whose folding is ASCII: a label that holds one may mean
 * any definition. */
static bool folds_to_ascii(const char *label, size_t len)
{
    static const char *const letters[] = { "ſ", "K", "ß", "ẞ", "ﬀ", "ﬁ", "ﬂ", "ﬃ", "ﬄ", "ﬅ",
        "ﬆ" };
    for (size_t i = 0; i < sizeof letters / sizeof letters[0]; i++)
        if (memmem(label, len, letters[i], strlen(letters[i])) != NULL)
            return true;
    return false;
}

static void use(struct md_refs *refs, struct md_def *def, struct buf *out)
{
    if (def->used == refs->prefix)
        return;
    def->used = refs->prefix;
    buf_add(out, refs->lines.data + def->off, def->len);
}

static void use_all(struct md_refs *refs, bool odd_alone, struct buf *out)
{
    for (size_t i = 0; i < refs->def_count; i++)
        if (!odd_alone || refs->defs[i].always)
            use(refs, &refs->defs[i], out);
}

static void use_label(struct md_refs *refs, const char *label, size_t len, struct buf *out)
{
    if (len == 0 || len > LONGEST_LABEL)
        return;
    const struct md_name *name = names_find(&refs->labels, label, len);
    if (name != NULL)
        use(refs, &refs->defs[name->value], out);
    else if (refs->lines.len <= MOST_TWINS && is_odd(label, len) && folds_to_ascii(label, len))
        use_all(refs, false, out);
}

void refs_add_prefix(struct md_refs *refs, const char *text, size_t len, struct buf *out)
{
    size_t before = out->len;
    refs->prefix++;
    if (refs->def_count == 0)
        return;
    /* In order, and so before the others: of equal labels the first counts. */
    if (refs->always > 0)
        use_all(refs, true, out);
    for (const char *open = memchr(text, '[', len); open != NULL;) {
        const char *close = open + 1;
        while (close < text + len && *close != ']' && *close != '[')
            close++;
        if (close < text + len && *close == ']')
            use_label(refs, open + 1, (size_t)(close - open) - 1, out);
        open = close < text + len ? memchr(close, '[', (size_t)(text + len - close)) : NULL;
    }
    if (out->len > before)
        buf_addc(out, '\n');
}

struct md_def *refs_def(const struct md_refs *refs, const char *url)
{
    if (url[0] != NUMBERED[0] || url[1] == '\0'
        || url[1 + strspn(url + 1, "0123456789")] != '\0')
        return NULL;
    size_t number = (size_t)strtoul(url + 1, NULL, 10);
    return number < refs->def_count ? &refs->defs[number] : NULL;
}

void refs_add_note(struct md_refs *refs, const char *label, size_t len)
{
    names_add(&refs->notes, label, len, 0);
}

bool refs_has_note(struct md_refs *refs, const char *label, size_t len)
{
    return names_find(&refs->notes, label, len) != NULL;
}

void refs_release(struct md_refs *refs)
{
    for (size_t i = 0; i < refs->def_count; i++)
        free(refs->defs[i].url);
    free(refs->defs);
    names_release(&refs->labels);
    names_release(&refs->notes);
    buf_release(&refs->lines);
    buf_release(&refs->pending);
    *refs = (struct md_refs){ 0 };
}
