/* Owns the SQL functions that compare text as search does. */
#include "db/internal.h"

#include <string.h>

#include "base/buf.h"
#include "model/match.h"

static const char *arg(sqlite3_value *value)
{
    const char *text = (const char *)sqlite3_value_text(value);
    return text != NULL ? text : "";
}

static void words(sqlite3_context *context, int count, sqlite3_value **values)
{
    (void)count;
    sqlite3_result_int(context, match_words(arg(values[0]), arg(values[1])));
}

/* Whether two texts are the same words, some at least. */
static void same(sqlite3_context *context, int count, sqlite3_value **values)
{
    (void)count;
    struct buf a = { 0 }, b = { 0 };
    match_add_words(arg(values[0]), &a);
    match_add_words(arg(values[1]), &b);
    sqlite3_result_int(context, a.len > 0 && strcmp(buf_text(&a), buf_text(&b)) == 0);
    buf_release(&a);
    buf_release(&b);
}

/* 2 where the whole text is the same, 1 where it contains the part, else 0. */
static void contains(sqlite3_context *context, int count, sqlite3_value **values)
{
    (void)count;
    struct buf part = { 0 }, text = { 0 };
    match_fold(arg(values[0]), strlen(arg(values[0])), &part);
    match_fold(arg(values[1]), strlen(arg(values[1])), &text);
    bool in = strstr(buf_text(&text), buf_text(&part)) != NULL;
    sqlite3_result_int(context, in ? (part.len == text.len ? 2 : 1) : 0);
    buf_release(&part);
    buf_release(&text);
}

void db_functions_register(sqlite3 *handle)
{
    int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY;
    sqlite3_create_function(handle, "tb_words", 2, flags, NULL, words, NULL, NULL);
    sqlite3_create_function(handle, "tb_same", 2, flags, NULL, same, NULL, NULL);
    sqlite3_create_function(handle, "tb_contains", 2, flags, NULL, contains, NULL, NULL);
}
