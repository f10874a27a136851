/* Owns editing one line. Must not know what the line is for. */
#include "ui/prompt.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/sink.h"
#include "base/utf8.h"

enum { HISTORY_MAX = 200 };

static const char *const signs[PROMPT__COUNT] = {
    [PROMPT_SEARCH] = "/",
    [PROMPT_LIMIT] = "limit: ",
    [PROMPT_COMMAND] = ":",
    [PROMPT_ANNOTATE] = "note: ",
    [PROMPT_TAGS] = "tags: ",
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
    free(prompt->error);
    free(prompt->hint);
    free(prompt->typed);
    *prompt = (struct prompt){ 0 };
}

static void set_text(struct prompt *prompt, const char *text)
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
    set_text(prompt, text);
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
    if (cp == '\n' || cp == '\r' || cp == '\t')
        cp = ' ';
    if (cp < 0x20 || (cp >= 0x7F && cp < 0xA0))
        return PROMPT_SAME;
    size_t len = utf8_encode(cp, bytes);
    /* A blank goes on with it. */
    if (prompt->untouched && cp != ' ')
        set_text(prompt, "");
    prompt->untouched = false;
    buf_insert(&prompt->text, prompt->cursor, bytes, len);
    prompt->cursor += len;
    return PROMPT_CHANGED;
}

void prompt_replace(struct prompt *prompt, size_t from, const char *text)
{
    buf_remove(&prompt->text, from, prompt->cursor - from);
    buf_insert(&prompt->text, from, text, strlen(text));
    prompt->cursor = from + strlen(text);
}

static size_t previous_cell(const struct prompt *prompt)
{
    if (prompt->cursor == 0)
        return 0;
    return prompt->cursor - utf8_last_cell(buf_text(&prompt->text), prompt->cursor);
}

static size_t next_cell(const struct prompt *prompt)
{
    int width;
    if (prompt->cursor >= prompt->text.len)
        return prompt->text.len;
    return prompt->cursor
           + utf8_next_cell(
               prompt->text.data + prompt->cursor, prompt->text.len - prompt->cursor, &width);
}

static size_t previous_word(const struct prompt *prompt)
{
    const char *text = buf_text(&prompt->text);
    size_t at = prompt->cursor;
    while (at > 0 && text[at - 1] == ' ')
        at--;
    while (at > 0 && text[at - 1] != ' ')
        at--;
    return at;
}

static size_t following_word(const struct prompt *prompt)
{
    const char *text = buf_text(&prompt->text);
    size_t at = prompt->cursor;
    while (text[at] == ' ')
        at++;
    while (text[at] != '\0' && text[at] != ' ')
        at++;
    return at;
}

/* Removes [from, to); kept for yank when it was more than a character. */
static enum prompt_result erase(struct prompt *prompt, size_t from, size_t to, bool keep)
{
    if (from >= to)
        return PROMPT_SAME;
    if (keep) {
        buf_clear(&prompt->killed);
        buf_add(&prompt->killed, prompt->text.data + from, to - from);
    }
    buf_remove(&prompt->text, from, to - from);
    prompt->cursor = from;
    return PROMPT_CHANGED;
}

static enum prompt_result yank(struct prompt *prompt)
{
    if (prompt->killed.len == 0)
        return PROMPT_SAME;
    buf_insert(&prompt->text, prompt->cursor, prompt->killed.data, prompt->killed.len);
    prompt->cursor += prompt->killed.len;
    return PROMPT_CHANGED;
}

static enum prompt_result show_history(struct prompt *prompt, int by)
{
    struct prompt_history *history = &prompt->history[prompt->kind];
    if ((by < 0 && prompt->history_at == 0) || (by > 0 && prompt->history_at >= history->count))
        return PROMPT_SAME;
    if (prompt->history_at == history->count) {
        free(prompt->typed);
        prompt->typed = mem_dup(buf_text(&prompt->text));
    }
    prompt->history_at += (size_t)by;
    bool typed = prompt->history_at == history->count;
    set_text(prompt, typed ? prompt->typed : history->items[prompt->history_at]);
    return PROMPT_CHANGED;
}

void prompt_remember(struct prompt *prompt, enum prompt_kind kind, const char *text)
{
    struct prompt_history *history = &prompt->history[kind];
    if (text[strspn(text, " ")] == '\0'
        || (history->count > 0 && strcmp(history->items[history->count - 1], text) == 0))
        return;
    if (history->count == HISTORY_MAX) {
        free(history->items[0]);
        memmove(history->items, history->items + 1, --history->count * sizeof(char *));
    }
    history->items =
        mem_grow(history->items, &history->cap, history->count + 1, sizeof(char *));
    history->items[history->count++] = mem_dup(text);
}

static enum prompt_result move(struct prompt *prompt, size_t to)
{
    prompt->cursor = to;
    return PROMPT_SAME;
}

enum prompt_result prompt_run(struct prompt *prompt, enum command_id command)
{
    size_t len = prompt->text.len;
    prompt->untouched = false;
    if (command == CMD_accept) {
        prompt_remember(prompt, prompt->kind, buf_text(&prompt->text));
        return PROMPT_ACCEPTED;
    }
    if (command == CMD_cancel)
        return PROMPT_CANCELLED;
    if (command == CMD_erase)
        /* Erasing in an empty line leaves it, as in vi and less. */
        return len == 0 ? PROMPT_CANCELLED
                        : erase(prompt, previous_cell(prompt), prompt->cursor, false);
    if (command == CMD_erase_next)
        return erase(prompt, prompt->cursor, next_cell(prompt), false);
    if (command == CMD_erase_word)
        return erase(prompt, previous_word(prompt), prompt->cursor, true);
    if (command == CMD_erase_start)
        return erase(prompt, 0, prompt->cursor, true);
    if (command == CMD_erase_end)
        return erase(prompt, prompt->cursor, len, true);
    if (command == CMD_yank)
        return yank(prompt);
    if (command == CMD_home)
        return move(prompt, 0);
    if (command == CMD_end)
        return move(prompt, len);
    if (command == CMD_back_char)
        return move(prompt, previous_cell(prompt));
    if (command == CMD_next_char)
        return move(prompt, next_cell(prompt));
    if (command == CMD_back_word)
        return move(prompt, previous_word(prompt));
    if (command == CMD_next_word)
        return move(prompt, following_word(prompt));
    if (command == CMD_history_previous)
        return show_history(prompt, -1);
    if (command == CMD_history_next)
        return show_history(prompt, 1);
    return PROMPT_OTHER;
}

/* First byte to show so that the cursor is in sight with `cells` cells. */
static size_t first_shown(const struct prompt *prompt, int cells)
{
    const char *text = buf_text(&prompt->text);
    struct buf shown = { 0 };
    size_t first = prompt->cursor;
    while (first > 0) {
        size_t len = utf8_last_cell(text, first);
        sink_add(&shown, text + first - len, len, SINK_LINE);
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
    /* Where there is no room beside the text, the line above it gives way. */
    if (need > room && room < 24 && prompt->error != NULL && rect.row > 0) {
        grid_fill(grid, rect.row - 1, rect.col, rect.cols, STYLE_TEXT, 0);
        grid_puts(grid, rect.row - 1, rect.col, rect.cols, style, 0, clean);
    } else
        grid_puts(grid, rect.row, rect.col + col + 2, room, style, 0, clean);
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
    /* What was typed is as hostile as anything: a paste may hold bidi marks. */
    sink_add(&shown, text + first, prompt->text.len - first, SINK_LINE);
    struct buf before = { 0 };
    sink_add(&before, text + first, prompt->cursor - first, SINK_LINE);
    int used = grid_put(
        grid, rect.row, rect.col + col, room, STYLE_TEXT, 0, buf_text(&shown), shown.len);
    int cursor = col + utf8_cells(buf_text(&before), before.len);
    grid->cursor_row = rect.row;
    grid->cursor_col = cursor < rect.cols ? rect.col + cursor : rect.col + rect.cols - 1;
    draw_beside(prompt, grid, rect, col + used);
    buf_release(&shown);
    buf_release(&before);
}
