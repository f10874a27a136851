/* Owns editing the line: moving, erasing, taking back, the history. The commands
 * are those of readline. Must not know what the line is for. */
#include "ui/prompt_edit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"

enum { HISTORY_MAX = 200, UNDO_MAX = 1000, UNDO_BYTES_MAX = 16 * 1024 * 1024 };

/* --- taking back ------------------------------------------------------- */

void prompt_forget_undo(struct prompt *prompt)
{
    for (size_t i = 0; i < prompt->undo_count; i++)
        free(prompt->undo[i].text);
    free(prompt->undo);
    prompt->undo = NULL;
    prompt->undo_count = prompt->undo_cap = prompt->undo_bytes = 0;
    prompt->typing = false;
}

static void forget_oldest(struct prompt *prompt)
{
    prompt->undo_bytes -= prompt->undo[0].len;
    free(prompt->undo[0].text);
    memmove(prompt->undo, prompt->undo + 1, --prompt->undo_count * sizeof prompt->undo[0]);
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\n';
}

void prompt_keep_undo(struct prompt *prompt, bool typing)
{
    bool new_word = prompt->cursor > 0 && is_blank(prompt->text.data[prompt->cursor - 1]);
    bool same = typing && prompt->typing && (!new_word || prompt->pasting);
    prompt->typing = typing;
    if (same)
        return;
    size_t len = prompt->text.len;
    while (prompt->undo_count == UNDO_MAX
           || (prompt->undo_count > 0 && prompt->undo_bytes + len > UNDO_BYTES_MAX))
        forget_oldest(prompt);
    prompt->undo = mem_grow(
        prompt->undo, &prompt->undo_cap, prompt->undo_count + 1, sizeof prompt->undo[0]);
    prompt->undo[prompt->undo_count++] =
        (struct prompt_state){ mem_dup(buf_text(&prompt->text)), len, prompt->cursor };
    prompt->undo_bytes += len;
}

static enum prompt_result undo(struct prompt *prompt)
{
    if (prompt->undo_count == 0)
        return PROMPT_SAME;
    struct prompt_state *state = &prompt->undo[--prompt->undo_count];
    prompt_set_text(prompt, state->text);
    prompt->cursor = state->cursor;
    prompt->undo_bytes -= state->len;
    free(state->text);
    prompt->typing = false;
    return PROMPT_CHANGED;
}

/* --- places ------------------------------------------------------------ */

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
    while (at > 0 && is_blank(text[at - 1]))
        at--;
    while (at > 0 && !is_blank(text[at - 1]))
        at--;
    return at;
}

static size_t following_word(const struct prompt *prompt)
{
    const char *text = buf_text(&prompt->text);
    size_t at = prompt->cursor;
    while (is_blank(text[at]))
        at++;
    while (text[at] != '\0' && !is_blank(text[at]))
        at++;
    return at;
}

/* Removes [from, to); kept for yank when it was more than a character. */
static enum prompt_result erase(struct prompt *prompt, size_t from, size_t to, bool keep)
{
    if (from >= to)
        return PROMPT_SAME;
    prompt_keep_undo(prompt, false);
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
    prompt_keep_undo(prompt, false);
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
    prompt_set_text(prompt, typed ? prompt->typed : history->items[prompt->history_at]);
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

/* --- the commands ------------------------------------------------------ */

static enum prompt_result to_start(struct prompt *prompt)
{
    return move(prompt, 0);
}

static enum prompt_result to_end(struct prompt *prompt)
{
    return move(prompt, prompt->text.len);
}

static enum prompt_result back_char(struct prompt *prompt)
{
    return move(prompt, previous_cell(prompt));
}

static enum prompt_result next_char(struct prompt *prompt)
{
    return move(prompt, next_cell(prompt));
}

static enum prompt_result back_word(struct prompt *prompt)
{
    return move(prompt, previous_word(prompt));
}

static enum prompt_result next_word(struct prompt *prompt)
{
    return move(prompt, following_word(prompt));
}

/* Erasing in an empty line leaves it, as in vi and less. */
static enum prompt_result erase_char(struct prompt *prompt)
{
    return prompt->text.len == 0 ? PROMPT_CANCELLED
                                 : erase(prompt, previous_cell(prompt), prompt->cursor, false);
}

static enum prompt_result erase_next(struct prompt *prompt)
{
    return erase(prompt, prompt->cursor, next_cell(prompt), false);
}

static enum prompt_result erase_word(struct prompt *prompt)
{
    return erase(prompt, previous_word(prompt), prompt->cursor, true);
}

static enum prompt_result erase_next_word(struct prompt *prompt)
{
    return erase(prompt, prompt->cursor, following_word(prompt), true);
}

static enum prompt_result erase_start(struct prompt *prompt)
{
    return erase(prompt, 0, prompt->cursor, true);
}

static enum prompt_result erase_end(struct prompt *prompt)
{
    return erase(prompt, prompt->cursor, prompt->text.len, true);
}

/* The character before the cursor goes behind the one under it; at the end of the
 * line the last two change places. */
static enum prompt_result transpose(struct prompt *prompt)
{
    struct buf *text = &prompt->text;
    if (prompt->cursor == text->len)
        prompt->cursor = previous_cell(prompt);
    size_t at = prompt->cursor, from = previous_cell(prompt), end = next_cell(prompt);
    if (from == at || at == end)
        return move(prompt, text->len > at ? at : text->len);
    prompt_keep_undo(prompt, false);
    char *before = mem_dup_n(text->data + from, at - from);
    buf_remove(text, from, at - from);
    buf_insert(text, from + (end - at), before, at - from);
    prompt->cursor = end;
    free(before);
    return PROMPT_CHANGED;
}

enum word_case { UPPER, LOWER, CAPITAL };

/* ASCII letters only: what other letters' cases are depends on the language. */
static enum prompt_result change_case(struct prompt *prompt, enum word_case how)
{
    size_t end = following_word(prompt);
    bool first = true;
    prompt_keep_undo(prompt, false);
    for (size_t i = prompt->cursor; i < end; i++) {
        char *c = &prompt->text.data[i];
        bool upper = how == UPPER || (how == CAPITAL && first);
        bool letter = (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z');
        if (letter)
            *c = (char)(upper ? *c & ~0x20 : *c | 0x20);
        first = first && !letter;
    }
    prompt->cursor = end;
    return PROMPT_CHANGED;
}

static enum prompt_result upper_word(struct prompt *prompt)
{
    return change_case(prompt, UPPER);
}

static enum prompt_result lower_word(struct prompt *prompt)
{
    return change_case(prompt, LOWER);
}

static enum prompt_result capital_word(struct prompt *prompt)
{
    return change_case(prompt, CAPITAL);
}

static enum prompt_result history_previous(struct prompt *prompt)
{
    return show_history(prompt, -1);
}

static enum prompt_result history_next(struct prompt *prompt)
{
    return show_history(prompt, 1);
}

/* The nearest earlier line that holds what stands before the cursor, which stays. */
static enum prompt_result history_find(struct prompt *prompt)
{
    struct prompt_history *history = &prompt->history[prompt->kind];
    char *part = mem_dup_n(buf_text(&prompt->text), prompt->cursor);
    size_t cursor = prompt->cursor, at = prompt->history_at;
    enum prompt_result result = PROMPT_SAME;
    while (at > 0 && strstr(history->items[at - 1], part) == NULL)
        at--;
    if (at > 0) {
        result = show_history(prompt, (int)((long)at - 1 - (long)prompt->history_at));
        const char *found = strstr(buf_text(&prompt->text), part);
        prompt->cursor = found != NULL ? (size_t)(found - prompt->text.data) + cursor : cursor;
    }
    free(part);
    return result;
}

static enum prompt_result newline(struct prompt *prompt)
{
    return prompt_insert(prompt, '\n');
}

static enum prompt_result accept(struct prompt *prompt)
{
    prompt_remember(prompt, prompt->kind, buf_text(&prompt->text));
    return PROMPT_ACCEPTED;
}

static enum prompt_result cancel(struct prompt *prompt)
{
    (void)prompt;
    return PROMPT_CANCELLED;
}

enum prompt_result prompt_run(struct prompt *prompt, enum command_id command)
{
    static const struct {
        enum command_id command;
        enum prompt_result (*run)(struct prompt *prompt);
    } edits[] = {
        { CMD_accept, accept },
        { CMD_cancel, cancel },
        { CMD_erase, erase_char },
        { CMD_erase_next, erase_next },
        { CMD_erase_word, erase_word },
        { CMD_erase_next_word, erase_next_word },
        { CMD_erase_start, erase_start },
        { CMD_erase_end, erase_end },
        { CMD_yank, yank },
        { CMD_unedit, undo },
        { CMD_transpose, transpose },
        { CMD_upper_word, upper_word },
        { CMD_lower_word, lower_word },
        { CMD_capital_word, capital_word },
        { CMD_newline, newline },
        { CMD_home, to_start },
        { CMD_end, to_end },
        { CMD_back_char, back_char },
        { CMD_next_char, next_char },
        { CMD_back_word, back_word },
        { CMD_next_word, next_word },
        { CMD_history_previous, history_previous },
        { CMD_history_next, history_next },
        { CMD_history_find, history_find },
    };
    prompt->untouched = false;
    if (command != CMD_newline)
        prompt->typing = false;
    for (size_t i = 0; i < sizeof edits / sizeof edits[0]; i++)
        if (edits[i].command == command)
            return edits[i].run(prompt);
    return PROMPT_OTHER;
}
