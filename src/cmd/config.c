/* Owns the configuration file's grammar. Must not know what options change. */
#include "cmd/config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static const char blanks[] = " \t\r\n";

char *config_path(void)
{
    const char *named = getenv("TALKBOOK_CONFIG");
    const char *config = getenv("XDG_CONFIG_HOME");
    const char *home = getenv("HOME");
    struct buf path = { 0 };
    if (named != NULL && named[0] != '\0')
        buf_adds(&path, named);
    else if (config != NULL && config[0] == '/')
        buf_addf(&path, "%s/talkbook/config", config);
    else if (home != NULL && home[0] == '/')
        buf_addf(&path, "%s/.config/talkbook/config", home);
    else
        return NULL;
    return buf_take(&path);
}

/* The next word, owned, and *at moved past it and the blanks after it. */
static char *take_word(const char **at)
{
    size_t len = strcspn(*at, blanks);
    char *word = mem_dup_n(*at, len);
    *at += len;
    *at += strspn(*at, blanks);
    return word;
}

static bool set_option(struct options *options, const char *rest, struct err *err)
{
    char *name = take_word(&rest);
    size_t len = strlen(rest);
    while (len > 0 && strchr(blanks, rest[len - 1]) != NULL)
        len--;
    char *value = mem_dup_n(rest, len);
    enum option_id id = option_find(name);
    bool ok = id != OPT__COUNT ? options_set(options, id, value, err)
                               : err_set(err, "there is no option '%s'", name);
    free(name);
    free(value);
    return ok;
}

static bool bind_key(struct keymap *map, const char *rest, struct err *err)
{
    char *keys = take_word(&rest);
    char *name = take_word(&rest);
    bool ok = false;
    for (int i = 0; i < CMD__COUNT && !ok; i++)
        if (strcmp(commands[i].name, name) == 0) {
            ok = keymap_bind(map, commands[i].scope, keys, (enum command_id)i, err);
            goto out;
        }
    err_set(err, "there is no command '%s'", name);
out:
    free(keys);
    free(name);
    return ok;
}

static bool unbind_key(struct keymap *map, const char *rest, struct err *err)
{
    char *keys = take_word(&rest);
    bool ok = keymap_unbind(map, SCOPE_APP, keys, err);
    free(keys);
    return ok;
}

bool config_line(const char *line, struct options *options, struct keymap *map, struct err *err)
{
    const char *at = line + strspn(line, blanks);
    if (*at == '\0' || *at == '#')
        return true;
    char *verb = take_word(&at);
    bool ok = strcmp(verb, "set") == 0    ? set_option(options, at, err)
              : strcmp(verb, "bind") == 0 ? bind_key(map, at, err)
              : strcmp(verb, "unbind") == 0
                  ? unbind_key(map, at, err)
                  : err_set(err, "'%s' is not set, bind or unbind", verb);
    free(verb);
    return ok;
}

/* The place for one more mistake in words; NULL where enough are told. */
static struct err *next_told(struct config_mistakes *mistakes)
{
    size_t at = mistakes->count++;
    return at < CONFIG_MISTAKES_TOLD ? &mistakes->told[at] : NULL;
}

static void add_mistake(
    struct config_mistakes *mistakes, const char *path, int line, const struct err *what)
{
    struct err *told = next_told(mistakes);
    if (told != NULL)
        err_set(told, "%s line %d: %s", path, line, err_text(what));
}

static void add_unreadable(struct config_mistakes *mistakes, const char *path)
{
    int why = errno;
    struct err *told = next_told(mistakes);
    if (told != NULL)
        err_set(told, "cannot read %s: %s", path, strerror(why));
}

void config_mistakes_release(struct config_mistakes *mistakes)
{
    for (size_t i = 0; i < CONFIG_MISTAKES_TOLD; i++)
        err_release(&mistakes->told[i]);
    mistakes->count = 0;
}

bool config_read(const char *path, struct options *options, struct keymap *map,
    struct config_mistakes *mistakes)
{
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        if (errno != ENOENT && errno != ENOTDIR)
            add_unreadable(mistakes, path);
        return mistakes->count == 0;
    }
    char *line = NULL;
    size_t cap = 0;
    for (int number = 1; getline(&line, &cap, file) >= 0; number++) {
        struct err one = { 0 };
        if (!config_line(line, options, map, &one))
            add_mistake(mistakes, path, number, &one);
        err_release(&one);
    }
    if (ferror(file))
        add_unreadable(mistakes, path);
    free(line);
    fclose(file);
    return mistakes->count == 0;
}
