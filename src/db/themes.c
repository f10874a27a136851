/* Owns the themes that a person gives talks. While an import runs the catalog's
 * stand in their place, so that it compares and writes what is its own. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "db/internal.h"
#include "db/slugs.h"

enum { OWN_POSITION = 500 };

static bool next_name(const char **at, char **name)
{
    static const char ends[] = ",\n", blanks[] = " \t\r\n,";
    *at += strspn(*at, blanks);
    size_t len = strcspn(*at, ends);
    const char *from = *at;
    *at += len;
    while (len > 0 && strchr(blanks, from[len - 1]) != NULL)
        len--;
    *name = len > 0 ? mem_dup_n(from, len) : NULL;
    return len > 0;
}

bool db_is_theme(const char *text)
{
    const char *at = text;
    char *name;
    bool one = next_name(&at, &name) && strcmp(name, text) == 0;
    free(name);
    return one;
}

/* What is under no theme needs no name for that. */
void db_themes_add_names(const char *list, struct buf *out)
{
    size_t from = out->len;
    char *name;
    while (next_name(&list, &name)) {
        if (strcasecmp(name, "Everything else") != 0)
            buf_addf(out, "%s%s", out->len > from ? "\n" : "", name);
        free(name);
    }
}

/* Makes a theme of that name, its slug one that no catalog has. */
static bool make_theme(struct db *db, char *name, int64_t *id, struct err *err)
{
    struct slugs slugs = { 0 };
    struct buf slug = { 0 };
    int64_t taken = 1;
    bool ok = true;
    slugs_make(&slugs, &name, 1);
    for (int i = 1; ok && taken != 0; i++) {
        taken = 0;
        buf_clear(&slug);
        buf_addf(&slug, "own-%s-%d", slugs.items[0], i);
        ok = db_get_int(db, DB_THEME_ID, &taken, err, "s", slug.data);
    }
    ok = ok && db_run(db, DB_THEME_SET, err, "ssd", slug.data, name, OWN_POSITION)
         && db_get_int(db, DB_THEME_ID, id, err, "s", slug.data);
    slugs_release(&slugs);
    buf_release(&slug);
    return ok;
}

static bool add_by_slug(struct db *db, int64_t talk, const char *slug, struct err *err)
{
    int64_t theme = 0;
    return db_get_int(db, DB_THEME_ID, &theme, err, "s", slug)
           && (theme == 0 || db_run(db, DB_TALK_THEME_ADD, err, "ii", talk, theme));
}

static bool add_by_name(struct db *db, int64_t talk, char *name, struct err *err)
{
    int64_t theme = 0;
    return db_get_int(db, DB_THEME_NAMED, &theme, err, "s", name)
           && (theme != 0 || make_theme(db, name, &theme, err))
           && db_run(db, DB_TALK_THEME_ADD, err, "ii", talk, theme);
}

/* Gives a talk these themes, slugs or else names; without any it is under the rest. */
static bool put(struct db *db, int64_t talk, const char *list, bool slugs, struct err *err)
{
    bool ok = db_run(db, DB_TALK_THEMES_CLEAR, err, "i", talk), any = false;
    char *name;
    while (ok && next_name(&list, &name)) {
        any = true;
        ok = slugs ? add_by_slug(db, talk, name, err) : add_by_name(db, talk, name, err);
        free(name);
    }
    return ok && (any || add_by_slug(db, talk, "everything-else", err));
}

/* What the catalog gave the talk: its themes now, unless they are the person's. */
static bool read_given(
    struct db *db, const char *talk_key, int64_t talk, char **given, struct err *err)
{
    return db_get_text(db, DB_OWN_THEME_GIVEN, given, err, "s", talk_key)
           && (*given != NULL || db_get_text(db, DB_TALK_THEMES, given, err, "i", talk));
}

bool db_themes_put(struct db *db, const char *talk_key, const char *value, struct err *err)
{
    int64_t talk = 0;
    char *given = NULL;
    bool own = value[0] == '=';
    bool ok = db_get_int(db, DB_TALK_ID_OF_KEY, &talk, err, "s", talk_key)
              && read_given(db, talk_key, talk, &given, err)
              && (own ? db_run(db, DB_OWN_THEME_SET, err, "sss", talk_key, value + 1, given)
                      : db_run(db, DB_OWN_THEME_DELETE, err, "s", talk_key));
    if (ok && talk != 0)
        ok = put(db, talk, own ? value + 1 : given != NULL ? given : "", !own, err);
    free(given);
    return ok;
}

bool db_themes_write(struct db *db, const char *talk_key, const char *value, struct err *err)
{
    return db_themes_put(db, talk_key, value, err) && db_tally_rebuild(db, err);
}

/* The value of a change for the themes as they are. */
static bool read_value(struct db *db, const char *talk_key, struct buf *value, struct err *err)
{
    char *names = NULL;
    if (!db_get_text(db, DB_OWN_THEME_GET, &names, err, "s", talk_key))
        return false;
    if (names != NULL)
        buf_addf(value, "=%s", names);
    free(names);
    return true;
}

bool db_themes_set(struct db *db, const char *talk_key, const char *names, struct err *err)
{
    struct buf before = { 0 }, after = { 0 };
    if (names != NULL) {
        buf_addc(&after, '=');
        db_themes_add_names(names, &after);
    }
    bool begun = db_begin(db, err);
    bool ok = begun && read_value(db, talk_key, &before, err);
    if (ok && strcmp(buf_text(&before), buf_text(&after)) != 0)
        ok = db_themes_write(db, talk_key, buf_text(&after), err)
             && db_change_add(db, "themes", talk_key, buf_text(&before), buf_text(&after), err);
    buf_release(&before);
    buf_release(&after);
    return begun && db_end(db, ok, err);
}

bool db_themes_own(struct db *db, const char *talk_key, bool *own, struct err *err)
{
    char *names = NULL;
    bool ok = db_get_text(db, DB_OWN_THEME_GET, &names, err, "s", talk_key);
    *own = ok && names != NULL;
    free(names);
    return ok;
}

bool db_themes_names(struct db *db, char **names, struct err *err)
{
    struct buf all = { 0 };
    sqlite3_stmt *stmt = db_prepare(db, DB_THEME_NAMES, err);
    bool row = true, ok = stmt != NULL;
    while (ok && row) {
        ok = db_step(db, stmt, &row, err);
        if (ok && row)
            buf_addf(&all, "%s%s", all.len > 0 ? "\n" : "", sqlite3_column_text(stmt, 0));
    }
    *names = buf_take(&all);
    return ok;
}

static bool withdraw_one(struct db *db, int64_t talk, bool apply, struct err *err)
{
    char *key = NULL, *given = NULL, *names = NULL;
    bool ok = db_get_text(db, DB_KEY_OF_TALK, &key, err, "i", talk) && key != NULL
              && db_get_text(db, DB_OWN_THEME_GET, &names, err, "s", key)
              && (apply ? db_get_text(db, DB_TALK_THEMES, &given, err, "i", talk)
                              && db_run(db, DB_OWN_THEME_SET, err, "sss", key, names, given)
                              && put(db, talk, names, false, err)
                        : db_get_text(db, DB_OWN_THEME_GIVEN, &given, err, "s", key)
                              && put(db, talk, given, true, err));
    free(key);
    free(given);
    free(names);
    return ok;
}

bool db_themes_withdraw(struct db *db, struct err *err)
{
    return db_index_all(db, DB_OWN_THEMES, NULL, withdraw_one, false, err);
}

bool db_themes_apply(struct db *db, struct err *err)
{
    return db_index_all(db, DB_OWN_THEMES, NULL, withdraw_one, true, err);
}
