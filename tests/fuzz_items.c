/* What stands in notes: items in order and inside the text; ticking one off leaves one
 * fewer; times moved there and back are the times. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "fuzz.h"
#include "model/note.h"
#include "model/note_items.h"

static size_t count_tasks(const char *body, size_t *line)
{
    struct note_scan scan = { .body = body };
    struct note_item item;
    size_t count = 0, last[NOTE_ITEM__COUNT] = { 0 }, len = strlen(body);
    while (note_scan_next(&scan, &item)) {
        if (item.off < last[item.kind] || item.len == 0 || item.off + item.len > len
            || item.line == 0 || item.text < body || item.text + item.text_len > body + len)
            abort();
        last[item.kind] = item.off;
        if (item.kind == NOTE_TASK && count++ == 0)
            *line = item.line;
    }
    return count;
}

int fuzz_items(const uint8_t *data, size_t size)
{
    char *body = mem_dup_n((const char *)data, size);
    size_t line = 0, moved, clamped, again;
    size_t tasks = count_tasks(body, &line);
    char *ticked = tasks > 0 ? note_tick(body, line) : NULL;
    if (tasks > 0 && (ticked == NULL || count_tasks(ticked, &line) + 1 != tasks))
        abort();
    char *there = note_shift_stamps(body, 61, &moved, &clamped);
    char *back = note_shift_stamps(there, -61, &again, &clamped);
    if (moved != again || clamped != 0)
        abort();
    char *title = note_title(body);
    free(title);
    free(ticked);
    free(there);
    free(back);
    free(body);
    return 0;
}
