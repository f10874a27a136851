/* Owns the table of options. Must not know what they change. */
#include "cmd/option.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

const struct option_info option_infos[OPT__COUNT] = {
#define OPTION(type, id, name, initial, choices, low, high, help)                              \
    [OPT_##id] = { OPTION_##type, name, initial, choices, low, high, help },
#include "cmd/options.def"
#undef OPTION
};

/* Length and place of the index-th word of a list; NULL past its end. */
static const char *choice_at(const char *choices, int index, size_t *len)
{
    for (; *choices != '\0'; index--) {
        *len = strcspn(choices, " ");
        if (index == 0)
            return choices;
        choices += *len + (choices[*len] == ' ');
    }
    return NULL;
}

static int choice_find(const char *choices, const char *text)
{
    size_t len;
    const char *choice;
    for (int i = 0; (choice = choice_at(choices, i, &len)) != NULL; i++)
        if (strlen(text) == len && strncmp(choice, text, len) == 0)
            return i;
    return -1;
}

void options_init(struct options *options)
{
    *options = (struct options){ 0 };
    struct err err = { 0 };
    for (int i = 0; i < OPT__COUNT; i++)
        options_set(options, (enum option_id)i, option_infos[i].initial, &err);
    err_release(&err);
}

void options_release(struct options *options)
{
    for (int i = 0; i < OPT__COUNT; i++)
        free(options->values[i].text);
    *options = (struct options){ 0 };
}

enum option_id option_find(const char *name)
{
    int i = 0;
    while (i < OPT__COUNT && strcmp(option_infos[i].name, name) != 0)
        i++;
    return (enum option_id)i;
}

static bool parse_int(const struct option_info *info, const char *text, int *number)
{
    char *end;
    long value = strtol(text, &end, 10);
    *number = (int)value;
    return *text != '\0' && *end == '\0' && value >= info->low && value <= info->high;
}

bool options_set(struct options *options, enum option_id id, const char *text, struct err *err)
{
    const struct option_info *info = &option_infos[id];
    struct option_value *value = &options->values[id];
    int number = 0;
    switch (info->type) {
    case OPTION_BOOL:
        number = choice_find("off on no yes false true 0 1", text);
        if (number < 0)
            return err_set(err, "%s takes on or off, not '%s'", info->name, text);
        value->number = number % 2;
        return true;
    case OPTION_INT:
        if (!parse_int(info, text, &number))
            return err_set(err, "%s takes a number from %d to %d, not '%s'", info->name,
                info->low, info->high, text);
        value->number = number;
        return true;
    case OPTION_CHOICE:
        number = choice_find(info->choices, text);
        if (number < 0)
            return err_set(
                err, "%s takes one of %s, not '%s'", info->name, info->choices, text);
        value->number = number;
        return true;
    case OPTION_TEXT:
        free(value->text);
        /* How nothing is written where something must be. */
        value->text = mem_dup(strcmp(text, "\"\"") == 0 ? "" : text);
        return true;
    }
    return true;
}

void options_add_value(const struct options *options, enum option_id id, struct buf *out)
{
    const struct option_info *info = &option_infos[id];
    const struct option_value *value = &options->values[id];
    size_t len = 0;
    switch (info->type) {
    case OPTION_BOOL:
        buf_adds(out, value->number ? "on" : "off");
        break;
    case OPTION_INT:
        buf_addf(out, "%d", value->number);
        break;
    case OPTION_CHOICE: {
        const char *choice = choice_at(info->choices, value->number, &len);
        buf_add(out, choice, len);
        break;
    }
    case OPTION_TEXT:
        buf_adds(out, value->text);
        break;
    }
}
