/* Owns reading files. Must not know what is in them. */
#include "exchange/file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/utf8.h"

static bool read_most(const char *path, size_t most, char **text, size_t *len, struct err *err)
{
    bool standard = strcmp(path, "-") == 0;
    const char *name = standard ? "standard input" : path;
    struct stat status;
    if (!standard && stat(path, &status) == 0 && S_ISDIR(status.st_mode))
        return err_set(err, "%s is a directory; name a file", name);
    FILE *file = standard ? stdin : fopen(path, "re");
    if (file == NULL)
        return err_set(err, "cannot read %s: %s", name, strerror(errno));
    struct buf content = { 0 };
    char chunk[16384];
    size_t got;
    while (content.len <= most && (got = fread(chunk, 1, sizeof chunk, file)) > 0)
        buf_add(&content, chunk, got);
    bool ok = !ferror(file) || err_set(err, "cannot read %s: %s", name, strerror(errno));
    if (ok && content.len > most)
        ok = err_set(err, "%s is larger than %zu MB", name, most / 1024 / 1024);
    if (!standard)
        fclose(file);
    *len = content.len;
    *text = buf_take(&content);
    if (!ok) {
        free(*text);
        *text = NULL;
    }
    return ok;
}

bool file_read(const char *path, char **text, size_t *len, struct err *err)
{
    return read_most(path, FILE_MAX_BYTES, text, len, err);
}

bool file_read_text(const char *path, char **text, struct err *err)
{
    return file_read_long_text(path, FILE_MAX_BYTES, text, err);
}

bool file_check_text(const char *name, char *text, size_t len, struct err *err)
{
    size_t bad = utf8_find_invalid(text, len);
    if (bad != len)
        return err_set(err, "%s is not UTF-8: byte %zu cannot be read; convert it with iconv",
            name, bad + 1);
    if (strlen(text) != len)
        return err_set(
            err, "%s holds a NUL byte at %zu; it is not a text file", name, strlen(text) + 1);
    if (strncmp(text, "\xEF\xBB\xBF", 3) == 0)
        memmove(text, text + 3, len - 2);
    return true;
}

bool file_read_long_text(const char *path, size_t most, char **text, struct err *err)
{
    size_t len = 0;
    const char *name = strcmp(path, "-") == 0 ? "standard input" : path;
    if (!read_most(path, most, text, &len, err))
        return false;
    if (file_check_text(name, *text, len, err))
        return true;
    free(*text);
    *text = NULL;
    return false;
}
