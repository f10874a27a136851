/* A database of every older version, and of a newer one: killed at each call of the
 * migration it is the old one or a new one, never a mixture, and a copy of the old one is
 * there before anything changes. */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "db/embedded.h"
#include "db/internal.h"
#include "faults.h"
#include "old_db.h"
#include "torture.h"

static int making; /* the version that make_home() makes */

static void make_home(struct faults *f)
{
    static const char *const steps[] = { ".local", ".local/share", ".local/share/talkbook" };
    for (int i = 0; i < 3; i++) {
        char *dir = support_path(f->home, steps[i]);
        assert_int_equal(mkdir(dir, 0700), 0);
        free(dir);
    }
    char *dir = support_path(f->home, steps[2]), *to = support_path(dir, "talkbook.db");
    char *path = old_db_make(dir, making);
    struct buf sql = { 0 };
    /* Else the catalog that comes with the program would be loaded, too. */
    buf_addf(&sql, "INSERT INTO meta VALUES ('catalog', '%s')", embedded_catalog_digest);
    support_sql(path, sql.data);
    buf_release(&sql);
    assert_int_equal(rename(path, to), 0);
    free(dir), free(path), free(to);
}

/* The statements that make the schema, without those that SQLite and FTS5 add. */
static char *schema_of(const char *path)
{
    return support_sql_text(path,
        "SELECT group_concat(sql, char(10)) FROM (SELECT sql FROM sqlite_schema"
        " WHERE sql IS NOT NULL ORDER BY name)",
        NULL);
}

static void check_schema(const char *path, int version)
{
    char *dir = support_dir(), *model = old_db_make(dir, version);
    char *expected = schema_of(model), *schema = schema_of(path);
    assert_string_equal(schema, expected);
    free(expected), free(schema), free(model);
    support_remove(dir);
}

static void check_sound(const char *path)
{
    char *sound = support_sql_text(path, "PRAGMA integrity_check", NULL);
    assert_string_equal(sound, "ok");
    free(sound);
}

/* The database after a kill, and its copy. Returns its version. */
static int check_after(struct faults *f, const char *own)
{
    struct buf name = { 0 };
    check_sound(f->path);
    int version = (int)support_sql_int(f->path, "PRAGMA user_version", NULL);
    assert_in_range(version, making, db_schema_version());
    check_schema(f->path, version);
    char *now = old_db_own(f->path);
    assert_string_equal(now, own);
    buf_addf(&name, "%s.v%d", f->path, making);
    if (version > making) {
        char *kept = old_db_own(name.data);
        assert_string_equal(kept, own);
        assert_int_equal(support_sql_int(name.data, "PRAGMA user_version", NULL), making);
        free(kept);
    }
    if (access(name.data, F_OK) == 0)
        check_sound(name.data);
    buf_release(&name);
    free(now);
    return version;
}

static void kill_at_each(struct faults *f, const char *kind, int counts[2])
{
    struct fault fault = { kind, "kill", false };
    const char *const argv[] = { program_name(), "note", "list", NULL };
    char *own = NULL;
    for (long k = 1;; k = torture_rounds(100, 0) >= 100 ? k + 1 : 2 * k + 1) {
        faults_renew(f);
        if (own == NULL)
            own = old_db_own(f->path);
        faults_run(f, &fault, k, argv);
        if (!f->hit)
            break;
        counts[check_after(f, own) > making]++;
        /* The next start brings it up to date. */
        if (faults_run(f, NULL, 0, argv) != 0)
            fail_msg("%s", program_err(&f->program));
        assert_int_equal(check_after(f, own), db_schema_version());
    }
    free(own);
}

static void test_killed_while_migrating(void **state)
{
    (void)state;
    static const char *const kinds[] = { "write", "sync", "name", "open" };
    int counts[2] = { 0 };
    for (making = 1; making < db_schema_version(); making++) {
        struct faults f;
        faults_begin(&f, make_home);
        for (size_t i = 0; i < SUPPORT_COUNT(kinds); i++)
            kill_at_each(&f, kinds[i], counts);
        faults_end(&f);
    }
    print_message(
        "figure: %d older versions, killed %d times: %d still old, %d new, 0 mixed, 0 "
        "without a copy\n",
        db_schema_version() - 1, counts[0] + counts[1], counts[0], counts[1]);
    assert_true(counts[0] > 10);
}

/* A newer version's database is read and left as it is, byte for byte. */
static void test_newer(void **state)
{
    (void)state;
    struct faults f;
    struct buf before = { 0 }, after = { 0 }, sql = { 0 };
    making = db_schema_version() - 1;
    faults_begin(&f, make_home);
    faults_renew(&f);
    const char *const list[] = { program_name(), "note", "list", NULL };
    const char *const add[] = { program_name(), "note", "add", "-m", "no", NULL };
    assert_int_equal(faults_run(&f, NULL, 0, list), 0);
    buf_addf(&sql, "PRAGMA user_version = %d; PRAGMA wal_checkpoint(TRUNCATE)",
        db_schema_version() + 1);
    support_sql(f.path, sql.data);
    assert_true(support_read(f.path, &before));
    assert_int_equal(faults_run(&f, NULL, 0, list), 0);
    assert_non_null(strstr(program_out(&f.program), "my words"));
    assert_int_equal(faults_run(&f, NULL, 0, add), 1);
    assert_non_null(strstr(program_err(&f.program), "a newer talkbook made it"));
    assert_true(support_read(f.path, &after));
    assert_int_equal(before.len, after.len);
    assert_memory_equal(before.data, after.data, before.len);
    print_message("figure: a newer version's database is read, and unchanged after it\n");
    buf_release(&before), buf_release(&after), buf_release(&sql);
    faults_end(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_killed_while_migrating),
        cmocka_unit_test(test_newer) };
    torture_in_memory();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
