/* Owns what the tests share: directories, databases, files, SQL, numbers. Must
 * not know what is tested with them. */
#include "support.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "base/mem.h"
#include "db/catalog.h"
#include "db/embedded.h"

char *support_dir(void)
{
    const char *top = getenv("TMPDIR");
    struct buf path = { 0 };
    buf_addf(&path, "%s/talkbook-test-XXXXXX", top != NULL ? top : "/tmp");
    assert_non_null(mkdtemp(path.data));
    return buf_take(&path);
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *walk)
{
    (void)status, (void)type, (void)walk;
    return remove(path);
}

void support_remove(char *dir)
{
    nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    free(dir);
}

char *support_path(const char *dir, const char *name)
{
    struct buf path = { 0 };
    buf_addf(&path, "%s/%s", dir, name);
    return buf_take(&path);
}

bool support_read(const char *path, struct buf *out)
{
    FILE *file = fopen(path, "rbe");
    if (file == NULL)
        return false;
    char chunk[16384];
    size_t got;
    while ((got = fread(chunk, 1, sizeof chunk, file)) > 0)
        buf_add(out, chunk, got);
    fclose(file);
    return true;
}

void support_write(const char *path, const char *bytes, size_t len)
{
    FILE *file = fopen(path, "wbe");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, len, file), len);
    assert_int_equal(fclose(file), 0);
}

void support_copy(const char *from, const char *to)
{
    struct buf bytes = { 0 };
    assert_true(support_read(from, &bytes));
    support_write(to, buf_text(&bytes), bytes.len);
    buf_release(&bytes);
}

bool support_load(
    struct db *db, const char *json, struct db_catalog_report *report, struct err *err)
{
    struct json_doc doc = { 0 };
    bool ok = json_doc_read(&doc, json, err);
    if (!ok)
        err_set(err, "it is not valid JSON: %s", err_text(err));
    ok = ok && db_catalog_load(db, &doc, report, err);
    json_doc_release(&doc);
    return ok;
}

struct db *support_db(const char *dir)
{
    struct err err = { 0 };
    struct db_catalog_report report;
    struct db *db;
    char *path = support_path(dir, "talkbook.db");
    if (!db_open(&db, path, &err) || !support_load(db, embedded_catalog, &report, &err))
        fail_msg("%s", err_text(&err));
    free(path);
    return db;
}

int support_set_up(void **state)
{
    struct support_fixture *f = mem_zero(1, sizeof *f);
    f->dir = support_dir();
    f->db = support_db(f->dir);
    *state = f;
    return 0;
}

int support_tear_down(void **state)
{
    struct support_fixture *f = *state;
    db_close(f->db);
    support_remove(f->dir);
    err_release(&f->err);
    free(f);
    return 0;
}

int64_t support_talk(struct db *db, const char *text)
{
    struct err err = { 0 };
    int64_t *ids;
    size_t count;
    if (!db_talk_find(db, text, &ids, &count, &err) || count != 1)
        fail_msg("'%s' names %zu talks %s", text, count, err_text(&err));
    int64_t id = ids[0];
    free(ids);
    return id;
}

char *support_key(struct db *db, const char *text)
{
    struct err err = { 0 };
    struct talk talk;
    assert_true(db_talk_read(db, support_talk(db, text), DB_READ_ROW, &talk, &err));
    char *key = mem_dup(talk.key);
    talk_release(&talk);
    return key;
}

static sqlite3 *open_beside(const char *path)
{
    sqlite3 *handle;
    assert_int_equal(sqlite3_open(path, &handle), SQLITE_OK);
    sqlite3_busy_timeout(handle, 5000);
    return handle;
}

void support_sql(const char *path, const char *sql)
{
    sqlite3 *handle = open_beside(path);
    char *message = NULL;
    if (sqlite3_exec(handle, sql, NULL, NULL, &message) != SQLITE_OK)
        fail_msg("%s: %s", sql, message);
    sqlite3_close(handle);
}

char *support_sql_text(const char *path, const char *sql, const char *value)
{
    sqlite3 *handle = open_beside(path);
    sqlite3_stmt *stmt;
    if (sqlite3_prepare_v2(handle, sql, -1, &stmt, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(handle));
    if (value != NULL)
        sqlite3_bind_text(stmt, 1, value, -1, SQLITE_STATIC);
    const char *text =
        sqlite3_step(stmt) == SQLITE_ROW ? (const char *)sqlite3_column_text(stmt, 0) : NULL;
    char *copy = mem_dup(text != NULL ? text : "");
    sqlite3_finalize(stmt);
    sqlite3_close(handle);
    return copy;
}

int64_t support_sql_int(const char *path, const char *sql, const char *value)
{
    char *text = support_sql_text(path, sql, value);
    int64_t number = strtoll(text, NULL, 10);
    free(text);
    return number;
}

static void dump_table(sqlite3 *handle, const char *name, struct buf *out)
{
    sqlite3_stmt *stmt;
    char *sql = sqlite3_mprintf("SELECT * FROM \"%w\"", name);
    assert_int_equal(sqlite3_prepare_v2(handle, sql, -1, &stmt, NULL), SQLITE_OK);
    sqlite3_free(sql);
    buf_addf(out, "== %s\n", name);
    while (sqlite3_step(stmt) == SQLITE_ROW) {
        for (int i = 0; i < sqlite3_column_count(stmt); i++) {
            const void *bytes = sqlite3_column_blob(stmt, i);
            int len = sqlite3_column_bytes(stmt, i);
            buf_addf(out, "%d:%d:", sqlite3_column_type(stmt, i), len);
            if (len > 0)
                buf_add(out, bytes, (size_t)len);
            buf_addc(out, '|');
        }
        buf_addc(out, '\n');
    }
    sqlite3_finalize(stmt);
}

char *support_dump(const char *path)
{
    sqlite3 *handle = open_beside(path);
    sqlite3_stmt *stmt;
    struct buf out = { 0 };
    assert_int_equal(sqlite3_prepare_v2(handle,
                         "SELECT name FROM sqlite_schema WHERE type = 'table'"
                         " AND name NOT GLOB 'ft*' ORDER BY name",
                         -1, &stmt, NULL),
        SQLITE_OK);
    while (sqlite3_step(stmt) == SQLITE_ROW)
        dump_table(handle, (const char *)sqlite3_column_text(stmt, 0), &out);
    sqlite3_finalize(stmt);
    sqlite3_close(handle);
    char *text = mem_dup(buf_text(&out));
    for (size_t i = 0; i < out.len; i++)
        if (out.data[i] == '\0')
            fail_msg("a NUL byte is stored in %s", path);
    buf_release(&out);
    return text;
}

uint32_t support_random(uint64_t *state)
{
    /* splitmix64 */
    uint64_t z = *state += 0x9E3779B97F4A7C15u;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return (uint32_t)((z ^ z >> 31) >> 16);
}

bool support_as_nobody(bool (*check)(void *arg), void *arg)
{
    enum { NOBODY = 65534 };
    if (geteuid() != 0)
        return check(arg);
    fflush(NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        bool ok = setgid(NOBODY) == 0 && setuid(NOBODY) == 0 && check(arg);
        fflush(NULL);
        _exit(ok ? 0 : 1);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}
