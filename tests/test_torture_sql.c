/* Whatever of SQLite's calls fails, each thing that the database does is done whole or not
 * at all, says what failed, and works the next time: its first call fails, then its second,
 * … until none is left to fail. */
#include "support.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "base/mem.h"
#include "db_ops.h"
#include "torture.h"

/* --- failing calls ----------------------------------------------------- */

static long calls, fail_at; /* 0: none fails */
static bool hit;
static char met[80];  /* the statement that was made to fail */
static bool changing; /* then, within a transaction or in its beginning */

/* SQLite's own calls, within one of the program's, do not count. */
static int depth;

/* The error is a real one, with its words. */
static bool hits(sqlite3 *handle, const char *sql)
{
    if (depth > 0 || fail_at == 0 || ++calls != fail_at)
        return false;
    fail_at = 0;
    hit = true;
    snprintf(met, sizeof met, "%s", sql != NULL ? sql : "?");
    changing = !sqlite3_get_autocommit(handle) || strncmp(met, "BEGIN", 5) == 0;
    sqlite3_stmt *none = NULL;
    sqlite3_prepare_v2(handle, "made to fail", -1, &none, NULL);
    sqlite3_finalize(none);
    return true;
}

/* These come before the library's; dlsym() gives data pointers. */
#define NEXT(name)                                                                             \
    static __typeof__(&name) next;                                                             \
    if (next == NULL)                                                                          \
    *(void **)&next = dlsym(RTLD_NEXT, #name)

#define WITHIN(handle, sql, call)                                                              \
    int code = SQLITE_ERROR;                                                                   \
    if (!hits(handle, sql)) {                                                                  \
        depth++;                                                                               \
        code = call;                                                                           \
        depth--;                                                                               \
    }                                                                                          \
    return code

int sqlite3_step(sqlite3_stmt *stmt)
{
    NEXT(sqlite3_step);
    WITHIN(sqlite3_db_handle(stmt), sqlite3_sql(stmt), next(stmt));
}

int sqlite3_prepare_v3(sqlite3 *handle, const char *sql, int len, unsigned flags,
    sqlite3_stmt **stmt, const char **rest)
{
    NEXT(sqlite3_prepare_v3);
    WITHIN(handle, sql, next(handle, sql, len, flags, stmt, rest));
}

int sqlite3_exec(sqlite3 *handle, const char *sql, int (*each)(void *, int, char **, char **),
    void *context, char **message)
{
    NEXT(sqlite3_exec);
    WITHIN(handle, sql, next(handle, sql, each, context, message));
}

/* --- one after another ------------------------------------------------- */

struct counts {
    long failed, helped;
};

/* Each of the first 500 (an import calls 60,000 times), then those a fifth of a percent
 * apart; in brief each of the first 20, then fewer. */
static long after(long k)
{
    return k + 1 + (torture_rounds(100, 0) >= 100 ? k / 500 : k < 20 ? 0 : k / 4);
}

static bool open_and_run(struct world *w, const struct db_op *op, long k, struct err *err)
{
    struct err failed = { 0 };
    if (!db_open(&w->db, w->path, &failed))
        fail_msg("%s", err_text(&failed));
    calls = 0, hit = false;
    fail_at = k;
    bool ok = op->run(w, err);
    fail_at = 0;
    return ok;
}

/* What a reader can do without: one moment for all it reads, and what it read before. */
static bool may_fail(const struct db_op *op)
{
    static const char *const spared[] = { "BEGIN", "COMMIT", "PRAGMA data_version" };
    bool ok = op->kind == DB_OP_HELPS || (op->kind == DB_OP_TELLS && !changing);
    for (size_t i = 0; op->kind == DB_OP_READS && i < SUPPORT_COUNT(spared); i++)
        ok = ok || strcmp(met, spared[i]) == 0;
    return ok;
}

/* It failed: nothing is done, and done again it works. */
static void check_refused(
    struct world *w, const struct db_op *op, const char *before, struct err *err)
{
    bool changes = op->kind == DB_OP_WRITES || op->kind == DB_OP_TELLS;
    char *then = changes ? support_dump(w->path) : mem_dup(before);
    if (err_text(err)[0] == '\0')
        fail_msg("%s: '%s' failed without a message", op->name, met);
    if (strcmp(before, then) != 0)
        fail_msg("%s: '%s' failed, and it is done in part", op->name, met);
    free(then);
    err_release(err);
    if (!op->run(w, err))
        fail_msg("%s: after '%s' failed: %s", op->name, met, err_text(err));
}

/* Its k-th call fails: false when it has none. */
static bool fail_once(
    struct world *w, const struct db_op *op, long k, const char *before, struct counts *counts)
{
    struct err err = { 0 };
    world_renew(w);
    bool ok = open_and_run(w, op, k, &err);
    if (!hit && !ok)
        fail_msg("%s: %s", op->name, err_text(&err));
    if (hit && ok && !may_fail(op))
        fail_msg("%s: '%s' failed and it succeeded", op->name, met);
    if (hit && !ok)
        check_refused(w, op, before, &err);
    counts->failed += hit && !ok;
    counts->helped += hit && ok;
    db_close(w->db);
    err_release(&err);
    return hit;
}

static void test_each_call_fails(void **state)
{
    struct world w;
    struct counts counts = { 0 };
    (void)state;
    world_begin(&w);
    char *before = support_dump(w.whole);
    for (size_t i = 0; i < db_op_count; i++) {
        long k = 1;
        while (fail_once(&w, &db_ops[i], k, before, &counts))
            k = after(k);
        assert_true(k > 1);
    }
    print_message("figure: %zu things done, of each one call to SQLite after another failing: "
                  "%ld times refused with a message and nothing done, %ld times done all the "
                  "same, 0 done in part\n",
        db_op_count, counts.failed, counts.helped);
    free(before);
    world_end(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_each_call_fails) };
    torture_in_memory();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
