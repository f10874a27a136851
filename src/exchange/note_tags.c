/* Owns what the tags in a file's front matter mean for the note's text. */
#include "exchange/note_tags.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/sign.h"
#include "model/note_items.h"

/* --- words with blanks between ------------------------------------------ */

static bool has_word(const char *words, const char *word, size_t len)
{
    for (const char *at = words; *at != '\0';) {
        size_t here = strcspn(at, " ");
        if (here == len && memcmp(at, word, len) == 0)
            return true;
        at += here + strspn(at + here, " ");
    }
    return false;
}

static void add_word(struct buf *words, const char *word, size_t len)
{
    if (has_word(buf_text(words), word, len))
        return;
    buf_adds(words, words->len > 0 ? " " : "");
    buf_add(words, word, len);
}

void note_tags_add(const char *body, struct buf *tags)
{
    struct note_scan scan = { .body = body };
    struct note_item item;
    while (note_scan_next(&scan, &item))
        if (item.kind == NOTE_TAG)
            add_word(tags, item.text, item.text_len);
}

/* --- joining ----------------------------------------------------------- */

static bool is_tag(const char *word, size_t len)
{
    struct buf sign = { 0 };
    buf_addc(&sign, '#');
    buf_add(&sign, word, len);
    bool tag = sign_tag(sign.data, sign.len, 0) == sign.len;
    buf_release(&sign);
    return tag;
}

/* The body with a last line; NULL where it is not shown as these tags there, since a fence
 * is open. */
static char *with_line(const char *body, const char *line, const char *tags)
{
    struct buf joined = { 0 }, then = { 0 };
    buf_adds(&joined, body);
    while (joined.len > 0 && joined.data[joined.len - 1] == '\n')
        buf_cut(&joined, joined.len - 1);
    buf_addf(&joined, "%s%s", joined.len > 0 ? "\n\n" : "", line);
    note_tags_add(joined.data, &then);
    bool shown = strcmp(buf_text(&then), tags) == 0;
    buf_release(&then);
    char *text = buf_take(&joined);
    if (shown)
        return text;
    free(text);
    return NULL;
}

/* The body with a last line of those tags that it and `without` do not have; NULL where
 * nothing is to be written. */
static char *join(const struct note_file *file, const char *without, struct buf *refused)
{
    struct buf has = { 0 }, line = { 0 };
    char *joined = NULL;
    note_tags_add(file->body, &has);
    for (const char *at = file->tags; *at != '\0';) {
        size_t len = strcspn(at, " "), sign = at[0] == '#';
        const char *word = at + sign;
        if (!is_tag(word, len - sign))
            add_word(refused, at, len);
        else if (!has_word(buf_text(&has), word, len - sign)
                 && !has_word(without, word, len - sign)) {
            add_word(&has, word, len - sign);
            buf_addf(&line, "%s#%.*s", line.len > 0 ? " " : "", (int)(len - sign), word);
        }
        at += len + strspn(at + len, " ");
    }
    if (line.len > 0) {
        joined = with_line(file->body, line.data, has.data);
        if (joined == NULL)
            add_word(refused, line.data, line.len);
    }
    buf_release(&has);
    buf_release(&line);
    return joined;
}

/* The text with which the file's front matter was written; "" where it is not here. */
static const char *written_with(
    const struct note_file *file, const struct db_revisions *revisions)
{
    for (size_t i = revisions->count; file->id[0] != '\0' && i-- > 0;)
        if (strcmp(revisions->items[i].saved_at, file->updated) == 0)
            return revisions->items[i].body;
    return "";
}

void note_tags_join(
    struct note_file *file, const struct db_revisions *revisions, struct buf *refused)
{
    struct buf had = { 0 };
    note_tags_add(written_with(file, revisions), &had);
    char *body = join(file, buf_text(&had), refused);
    if (file->phrases[0] != '\0')
        buf_addf(refused, "%s%s", refused->len > 0 ? ", " : "", file->phrases);
    buf_release(&had);
    if (body == NULL)
        return;
    free(file->body);
    file->body = body;
    free(file->updated);
    file->updated = mem_dup("");
}
