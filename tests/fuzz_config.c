/* Lines of the configuration, and keys as they are written. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "cmd/config.h"
#include "cmd/key.h"
#include "fuzz.h"

/* A key's name is read back as the key; a character without a width has none of its
 * own on a screen. */
static void check_key(const char *text)
{
    uint32_t key, again;
    struct buf name = { 0 };
    if (key_parse(text, &key) == 0)
        return;
    key_add_name(&name, key);
    uint32_t cp = key & ~(uint32_t)TK_META;
    bool shown = cp < 0x80 || cp >= TK_NONE || utf8_width(cp) > 0;
    if (shown && (key_parse(buf_text(&name), &again) != name.len || again != key))
        abort();
    buf_release(&name);
}

int fuzz_config(const uint8_t *data, size_t size)
{
    char *source = mem_dup_n((const char *)data, size);
    struct options options;
    struct keymap map;
    options_init(&options);
    keymap_init(&map);
    for (char *line = source; line != NULL;) {
        char *end = strchr(line, '\n');
        struct err err = { 0 };
        if (end != NULL)
            *end++ = '\0';
        check_key(line);
        if (!config_line(line, &options, &map, &err) && err.text == NULL)
            abort();
        err_release(&err);
        line = end;
    }
    for (size_t i = 0; i < size; i++) {
        struct command_call call;
        keymap_feed(&map, (enum keymap_place)(i % 3), data[i], &call);
    }
    options_release(&options);
    keymap_release(&map);
    free(source);
    return 0;
}
