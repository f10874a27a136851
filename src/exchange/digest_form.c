/* Owns how a digest looks as Markdown and as a page. Must not know what is in it. */
#include "exchange/digest_form.h"

#include <stdlib.h>
#include <string.h>

#include "base/sink.h"
#include "base/url.h"
#include "md/web.h"

void digest_add_plain(struct buf *out, const char *text)
{
    char *line = sink_line(text);
    for (const char *at = line; *at != '\0'; at++) {
        if (strchr("\\`*_[]<>&#|~$", *at) != NULL)
            buf_addc(out, '\\');
        buf_addc(out, *at);
    }
    free(line);
}

void digest_add_target(struct buf *out, const char *url)
{
    /* Only an entity would be read as another character. */
    bool entities = strchr(url, ';') != NULL;
    buf_addc(out, '<');
    for (; *url != '\0'; url++) {
        if (*url == '&' && entities)
            buf_adds(out, "&amp;");
        else
            buf_addc(out, *url);
    }
    buf_addc(out, '>');
}

void digest_add_anchor(struct buf *out, const char *key)
{
    buf_adds(out, "talk-");
    for (; *key != '\0'; key++) {
        bool plain =
            (*key >= 'a' && *key <= 'z') || (*key >= '0' && *key <= '9') || *key == '-';
        if (plain || *key == '/')
            buf_addc(out, plain ? *key : '.');
        else
            buf_addf(out, "_%02x", (unsigned char)*key);
    }
}

/* Plain text in either form. */
static void add_text(const struct digest_form *form, const char *text)
{
    if (!form->page) {
        digest_add_plain(form->out, text);
        return;
    }
    char *line = sink_line(text);
    web_add_text(form->out, line);
    free(line);
}

void digest_begin(const struct digest_form *form, const char *title)
{
    if (form->page)
        web_begin_page(form->out, title);
    digest_heading(form, 1, NULL, title);
}

void digest_end(const struct digest_form *form)
{
    if (form->page)
        web_end_page(form->out);
}

void digest_heading(
    const struct digest_form *form, int level, const char *anchor, const char *text)
{
    struct buf *out = form->out;
    if (form->page) {
        buf_addf(out, "<h%d%s%s%s>", level, anchor != NULL ? " id=\"" : "",
            anchor != NULL ? anchor : "", anchor != NULL ? "\"" : "");
        add_text(form, text);
        buf_addf(out, "</h%d>\n", level);
        return;
    }
    buf_adds(out, level > 1 ? "\n" : "");
    if (anchor != NULL)
        buf_addf(out, "<a id=\"%s\"></a>\n\n", anchor);
    buf_repeat(out, '#', (size_t)level);
    buf_addc(out, ' ');
    add_text(form, text);
    buf_addc(out, '\n');
}

void digest_list(const struct digest_form *form, bool begin)
{
    if (form->page)
        buf_adds(form->out, begin ? "<ul>\n" : "</ul>\n");
    else if (begin)
        buf_addc(form->out, '\n');
}

static void begin_item(const struct digest_form *form, const char *label)
{
    buf_adds(form->out, form->page ? "<li>" : "- ");
    if (label[0] != '\0')
        buf_addf(form->out, "%s: ", label);
}

static void end_item(const struct digest_form *form)
{
    buf_adds(form->out, form->page ? "</li>\n" : "\n");
}

void digest_fact(const struct digest_form *form, const char *label, const char *text)
{
    if (text[0] == '\0')
        return;
    begin_item(form, label);
    add_text(form, text);
    end_item(form);
}

void digest_address(const struct digest_form *form, const char *label, const char *url)
{
    if (!url_is_web(url))
        return;
    begin_item(form, label);
    if (form->page) {
        buf_adds(form->out, "<a href=\"");
        web_add_text(form->out, url);
        buf_adds(form->out, "\">");
        web_add_text(form->out, url);
        buf_adds(form->out, "</a>");
    } else
        buf_addf(form->out, "<%s>", url);
    end_item(form);
}

void digest_reference(
    const struct digest_form *form, const char *anchor, const char *title, const char *where)
{
    begin_item(form, "");
    buf_addf(form->out, form->page ? "<a href=\"#%s\">" : "[", anchor);
    add_text(form, title);
    if (form->page)
        buf_adds(form->out, "</a>");
    else
        buf_addf(form->out, "](#%s)", anchor);
    buf_adds(form->out, ": under ");
    add_text(form, where);
    end_item(form);
}

/* Every line end that Markdown knows stays within the quote. */
static void add_quoted(struct buf *out, const char *markdown)
{
    buf_adds(out, "\n> ");
    for (const char *at = markdown; *at != '\0'; at++) {
        bool end = *at == '\n' || *at == '\r';
        if (*at == '\r' && at[1] == '\n')
            at++;
        if (end)
            buf_adds(out, at[1] == '\n' || at[1] == '\r' ? "\n>" : "\n> ");
        else
            buf_addc(out, *at);
    }
    buf_addc(out, '\n');
}

void digest_quote(const struct digest_form *form, const char *markdown)
{
    if (!form->page) {
        add_quoted(form->out, markdown);
        return;
    }
    buf_adds(form->out, "<blockquote>\n");
    web_add_markdown(form->out, markdown, strlen(markdown));
    buf_adds(form->out, "</blockquote>\n");
}
