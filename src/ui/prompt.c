/* Owns the line at the bottom: opening it, typing into it, how it looks. Editing is
 * in prompt_edit.c. Must not know what the line is for. */
#include "ui/prompt_edit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/sink.h"
#include "base/utf8.h"

static const char *const signs[PROMPT__COUNT] = {
    [PROMPT_SEARCH] = "/",
    [PROMPT_LIMIT] = "limit: ",
    [PROMPT_COMMAND] = ":",
    [PROMPT_ANNOTATE] = "note: ",
    [PROMPT_FREE] = "free note: ",
    [PROMPT_TAGS] = "tags: ",
    [PROMPT_THEMES] = "themes: ",
    [PROMPT_PIPE] = "pipe to: ",
    [PROMPT_HELP] = "find key: ",
    [PROMPT_FIND] = "find: ",
};

void prompt_release(struct prompt *prompt)
{
    for (int i = 0; i < PROMPT__COUNT; i++) {
        for (size_t n = 0; n < prompt->history[i].count; n++)
            free(prompt->history[i].items[n]);
        free(prompt->history[i].items);
    }
    buf_release(&prompt->text);
    buf_release(&prompt->killed);
    prompt_forget_undo(prompt);
    free(prompt->error);
    free(prompt->hint);
    free(prompt->typed);
    *prompt = (struct prompt){ 0 };
}

void prompt_set_text(struct prompt *prompt, const char *text)
{
    buf_clear(&prompt->text);
    buf_adds(&prompt->text, text);
    prompt->cursor = prompt->text.len;
}

void prompt_open(struct prompt *prompt, enum prompt_kind kind, const char *text)
{
    prompt->active = true;
    prompt->kind = kind;
    prompt->pasting = false;
    prompt->untouched = kind == PROMPT_SEARCH || kind == PROMPT_LIMIT;
    prompt_set_text(prompt, text);
    prompt_forget_undo(prompt);
    prompt->history_at = prompt->history[kind].count;
    prompt_set_error(prompt, NULL);
    prompt_set_hint(prompt, NULL);
}

void prompt_close(struct prompt *prompt)
{
    prompt->active = false;
    prompt->pasting = false;
}

void prompt_set_error(struct prompt *prompt, const char *error)
{
    free(prompt->error);
    prompt->error = error != NULL ? mem_dup(error) : NULL;
}

void prompt_set_hint(struct prompt *prompt, const char *hint)
{
    free(prompt->hint);
    prompt->hint = hint != NULL ? mem_dup(hint) : NULL;
}

enum prompt_result prompt_insert(struct prompt *prompt, uint32_t cp)
{
    char bytes[4];
    bool after_return = prompt->after_return;
    prompt->after_return = cp == '\r';
    if (cp == '\n' && after_return)
        return PROMPT_SAME;
    /* Only a note has lines. */
    if (cp == '\n' || cp == '\r')
        cp = prompt->kind == PROMPT_ANNOTATE || prompt->kind == PROMPT_FREE ? '\n' : ' ';
    if (cp == '\t')
        cp = ' ';
    if ((cp < 0x20 && cp != '\n') || (cp >= 0x7F && cp < 0xA0))
        return PROMPT_SAME;
    size_t len = utf8_encode(cp, bytes);
    prompt_keep_undo(prompt, true);
    /* A blank goes on with it. */
    if (prompt->untouched && cp != ' ')
        prompt_set_text(prompt, "");
    prompt->untouched = false;
    buf_insert(&prompt->text, prompt->cursor, bytes, len);
    prompt->cursor += len;
    return PROMPT_CHANGED;
}

void prompt_replace(struct prompt *prompt, size_t from, const char *text)
{
    prompt_keep_undo(prompt, false);
    buf_remove(&prompt->text, from, prompt->cursor - from);
    buf_insert(&prompt->text, from, text, strlen(text));
    prompt->cursor = from + strlen(text);
}

/* Text as it is shown: what was typed is as hostile as anything, a paste may hold
 * bidi marks. A line end is a sign. */
static void add_shown(const char *text, size_t len, struct buf *out)
{
    while (len > 0) {
        size_t line = 0;
        while (line < len && text[line] != '\n')
            line++;
        sink_add(out, text, line, SINK_LINE);
        if (line < len)
            buf_adds(out, "↵");
        line += line < len;
        text += line;
        len -= line;
    }
}

/* First byte to show so that the cursor is in sight with `cells` cells. */
static size_t first_shown(const struct prompt *prompt, int cells)
{
    const char *text = buf_text(&prompt->text);
    struct buf shown = { 0 };
    size_t first = prompt->cursor;
    while (first > 0) {
        size_t len = utf8_last_cell(text, first);
        add_shown(text + first - len, len, &shown);
        if (utf8_cells(buf_text(&shown), shown.len) >= cells)
            break;
        first -= len;
    }
    buf_release(&shown);
    return first;
}

static void draw_beside(
    const struct prompt *prompt, struct grid *grid, struct rect rect, int col)
{
    const char *text = prompt->error != NULL ? prompt->error : prompt->hint;
    if (text == NULL)
        return;
    char *clean = sink_line(text);
    enum style style = prompt->error != NULL ? STYLE_ERROR : STYLE_DIM;
    int room = rect.cols - col - 3;
    int need = utf8_cells(clean, strlen(clean));
    /* Where there is no room beside the text, lines above it give way. */
    if (need <= room || prompt->error == NULL || rect.row < 1)
        grid_puts(grid, rect.row, rect.col + col + 2, room, style, 0, clean);
    else {
        grid_fill(grid, rect.row - 1, rect.col, rect.cols, STYLE_TEXT, 0);
        grid_puts_up(grid, rect.row - 1, rect.col, rect.cols, rect.cols, style, clean);
    }
    free(clean);
}

void prompt_draw(const struct prompt *prompt, struct grid *grid, struct rect rect)
{
    const char *sign = signs[prompt->kind];
    const char *text = buf_text(&prompt->text);
    grid_fill(grid, rect.row, rect.col, rect.cols, STYLE_TEXT, 0);
    int col =
        grid_put(grid, rect.row, rect.col, rect.cols - 2, STYLE_PROMPT, 0, sign, strlen(sign));
    int room = rect.cols - col > 1 ? rect.cols - col : 1;
    size_t first = first_shown(prompt, room);
    struct buf shown = { 0 };
    add_shown(text + first, prompt->text.len - first, &shown);
    struct buf before = { 0 };
    add_shown(text + first, prompt->cursor - first, &before);
    int used = grid_put(
        grid, rect.row, rect.col + col, room, STYLE_TEXT, 0, buf_text(&shown), shown.len);
    int cursor = col + utf8_cells(buf_text(&before), before.len);
    grid->cursor_row = rect.row;
    grid->cursor_col = cursor < rect.cols ? rect.col + cursor : rect.col + rect.cols - 1;
    draw_beside(prompt, grid, rect, col + used);
    buf_release(&shown);
    buf_release(&before);
}
