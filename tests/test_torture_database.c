/* Trust: a database from somebody else. Triggers, views, constraints, indexes, modules and
 * links that were planted in it do nothing: a canary table stays empty, nothing outside is
 * touched, and the program works or says in one line why it does not. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support.h"

#include <cmocka.h>
#include <sqlite3.h>

#include "cli_check.h"
#include "torture.h"

static const char *const commands[][6] = { { "list" }, { "list", "--json" },
    { "show", "nogil" }, { "search", "gil" }, { "search", "--save", "s", "gil" }, { "saved" },
    { "note", "add", "nogil", "-m", "a note" }, { "note", "list" }, { "note", "log", "1" },
    { "inbox" }, { "star", "nogil" }, { "tag", "nogil", "x" }, { "rate", "nogil", "3" },
    { "theme", "nogil", "Safety" }, { "note", "rm", "1" }, { "undo" }, { "redo" },
    { "export", "--format", "json" }, { "export", "--digest" }, { "stats" }, { "doctor" } };

/* Both change the schema as no statement would let one. */
#define REWRITE(name, what)                                                                    \
    "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = " what " WHERE name = '" name \
    "'; PRAGMA writable_schema = RESET;"
#define INTO_SCHEMA(row)                                                                       \
    "PRAGMA writable_schema = ON; INSERT INTO sqlite_schema VALUES (" row                      \
    "); PRAGMA writable_schema = RESET;"

static const struct {
    const char *name, *sql;
} plants[] = {
    { "nothing", "SELECT 1" },
    { "a view instead of a table",
        "DROP TABLE saved; CREATE VIEW saved AS SELECT 'x' AS name, 'gil' AS query;"
        "CREATE TRIGGER v INSTEAD OF INSERT ON saved BEGIN INSERT INTO canary VALUES (1); "
        "END" },
    { "a view of the notes",
        "ALTER TABLE note RENAME TO note2; CREATE VIEW note AS SELECT * FROM note2;"
        "CREATE TRIGGER v INSTEAD OF INSERT ON note BEGIN INSERT INTO canary VALUES (1); END;"
        "CREATE TRIGGER w INSTEAD OF UPDATE ON note BEGIN INSERT INTO canary VALUES (1); END" },
    { "a view of itself",
        "DROP TABLE saved; PRAGMA writable_schema = ON; INSERT INTO sqlite_schema VALUES"
        " ('view','saved','saved',0,'CREATE VIEW saved AS SELECT name, query FROM saved')" },
    { "a view that never ends",
        "DROP TABLE saved; CREATE VIEW saved AS WITH RECURSIVE n(name, query) AS (SELECT 'x', "
        "'y' UNION ALL SELECT name || 'x', query FROM n) SELECT * FROM n" },
    { "a generated column",
        "ALTER TABLE note ADD COLUMN evil TEXT GENERATED ALWAYS AS (hex(body)) VIRTUAL" },
    { "a generated column that reaches out",
        REWRITE("saved", "'CREATE TABLE saved (name TEXT PRIMARY KEY, query TEXT NOT NULL, e "
                         "TEXT AS (' || 'load_extension(name)' || ')) WITHOUT ROWID'") },
    { "a check that reaches out",
        REWRITE("tag", "replace(sql, 'name TEXT NOT NULL', 'name TEXT NOT NULL CHECK "
                       "(load_extension(name) IS NULL)')") },
    { "a default that reaches out",
        REWRITE("note", "replace(sql, 'body TEXT NOT NULL', 'body TEXT NOT NULL DEFAULT "
                        "(load_extension(1))')") },
    { "an index on an expression", "CREATE INDEX evil ON note(length(body) + hex(uuid))" },
    { "an index by our own function",
        INTO_SCHEMA("'index','evil','note',(SELECT rootpage FROM sqlite_schema WHERE name = "
                    "'note_talk'),'CREATE INDEX evil ON note(tb_words(body, ''x''))'") },
    { "an index that reaches out",
        INTO_SCHEMA("'index','evil','mark',(SELECT rootpage FROM sqlite_schema WHERE name = "
                    "'note_talk'),'CREATE INDEX evil ON note(load_extension(1))'") },
    { "a partial index that reaches out",
        INTO_SCHEMA("'index','evil','tag',(SELECT rootpage FROM sqlite_schema WHERE name = "
                    "'tag_name'),'CREATE INDEX evil ON tag(name) WHERE load_extension(name) IS "
                    "NULL'") },
    { "a module that is none",
        "DROP TABLE saved; " INTO_SCHEMA("'table','saved','saved',0,'CREATE VIRTUAL TABLE "
                                         "saved USING csv(filename=''/etc/passwd'')'") },
    { "a module that looks around",
        "DROP TABLE saved; CREATE VIRTUAL TABLE saved USING fts5(name, query)" },
    { "an r-tree for the marks",
        "DROP TABLE mark; CREATE VIRTUAL TABLE mark USING rtree(talk_key, a, b)" },
    { "pages of the file as a table",
        "DROP TABLE saved; " INTO_SCHEMA("'table','saved','saved',0,'CREATE VIRTUAL TABLE "
                                         "saved USING sqlite_dbpage'") },
    { "a rank of its own", "INSERT INTO ft (ft, rank) VALUES ('rank', 'bm25(10.0, 5.0)');"
                           "INSERT INTO ft_note (ft_note, rank) VALUES ('rank', 'bm25(1.0)')" },
    { "a rank that is none",
        "UPDATE ft_config SET v = 4; INSERT OR REPLACE INTO ft_config VALUES ('rank', "
        "'load_extension(''x'')')" },
    { "another version of the index", "UPDATE ft_config SET v = 99 WHERE k = 'version'" },
    { "a trigger with ATTACH",
        INTO_SCHEMA("'trigger','t','note',0,'CREATE TRIGGER t AFTER INSERT ON note BEGIN "
                    "ATTACH ''owned.db'' AS x; END'") },
    { "a garbled schema", REWRITE("note", "'garbage'") },
    { "a schema of nothing", REWRITE("talk", "NULL") },
    { "another root", "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET rootpage = 1 "
                      "WHERE name = 'note'" },
    { "a root far away", "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET rootpage = "
                         "2000000000 WHERE name = 'talk'" },
    { "the same root", "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET rootpage = "
                       "(SELECT rootpage FROM sqlite_schema WHERE name = 'tag') WHERE name = "
                       "'mark'" },
    { "an unknown kind", INTO_SCHEMA("'weird','w','w',7,'CREATE WEIRD w'") },
    { "statistics that lie",
        "ANALYZE; UPDATE sqlite_stat1 SET stat = '-1 x 99999999999999999'" },
    { "an old version", "PRAGMA user_version = 3" },
    { "more foreign keys", "CREATE TABLE evil (x REFERENCES note(id) ON DELETE CASCADE, y "
                           "REFERENCES absent(z)); INSERT INTO evil VALUES (1, 2)" },
    { "a collation that is none",
        REWRITE("saved", "replace(sql, 'name TEXT', 'name TEXT COLLATE evil')") },
};

/* A trigger for every change of every table of ours. */
static void plant_triggers(const char *path)
{
    char *sql = support_sql_text(path,
        "SELECT group_concat('CREATE TRIGGER canary_' || s.name || e.value || ' AFTER ' || "
        "e.value || ' ON ' || s.name || ' BEGIN INSERT INTO canary VALUES (1); END', ';')"
        " FROM sqlite_schema AS s, json_each('[\"INSERT\",\"UPDATE\",\"DELETE\"]') AS e"
        " WHERE s.type = 'table' AND s.name NOT LIKE 'ft%' AND s.name NOT LIKE 'sqlite%'"
        " AND s.name <> 'canary'",
        NULL);
    support_sql(path, sql);
    free(sql);
}

/* How often the canary was touched; -1 where the file cannot be read any more. */
static int canary(const char *path)
{
    sqlite3 *handle;
    sqlite3_stmt *stmt = NULL;
    int count = -1;
    assert_int_equal(sqlite3_open(path, &handle), SQLITE_OK);
    /* So that a garbled row of the schema hides no other. */
    sqlite3_exec(handle, "PRAGMA writable_schema = ON", NULL, NULL, NULL);
    if (sqlite3_prepare_v2(handle, "SELECT count(*) FROM canary", -1, &stmt, NULL) == SQLITE_OK
        && sqlite3_step(stmt) == SQLITE_ROW)
        count = sqlite3_column_int(stmt, 0);
    sqlite3_finalize(stmt);
    sqlite3_close(handle);
    return count;
}

/* Every command on the file, briefly every third: 0 with inert output or one line. How
 * many worked, and whether all that were tried. */
static int run_all(struct program *p, const char *path, const char *name, bool *all)
{
    int worked = 0;
    size_t step = torture_rounds(100, 1) > 1 ? 1 : 3;
    *all = true;
    for (size_t i = 0; i < SUPPORT_COUNT(commands); i += step) {
        const char *argv[10] = { program_name(), "--db", path };
        for (int k = 0; k < 6 && commands[i][k] != NULL; k++)
            argv[k + 3] = commands[i][k];
        program_exec(p, argv);
        if (p->status > 1)
            fail_msg("%s, %s: status %d, %s", name, argv[3], p->status, program_err(p));
        assert_inert(program_err(p), p->err.len);
        worked += p->status == 0;
        *all = *all && p->status == 0;
        if (p->status != 0 && strcmp(argv[3], "doctor") != 0)
            assert_one_line(p, 1, "");
    }
    return worked;
}

/* A sound database with a canary in it. */
static char *make_base(struct program *p)
{
    char *path = support_path(p->home, "base.db");
    run_ok(p, "--db", path, "star", "nogil", NULL);
    run_ok(p, "--db", path, "tag", "nogil", "x", NULL);
    support_sql(path, "CREATE TABLE canary (x); PRAGMA wal_checkpoint(TRUNCATE);"
                      "PRAGMA journal_mode = DELETE");
    return path;
}

static void remove_database(const char *path)
{
    static const char *const suffixes[] = { "", "-wal", "-shm", "-journal" };
    for (size_t i = 0; i < SUPPORT_COUNT(suffixes); i++) {
        struct buf name = { 0 };
        buf_addf(&name, "%s%s", path, suffixes[i]);
        unlink(name.data);
        buf_release(&name);
    }
}

static void test_plants(void **state)
{
    struct program *p = *state;
    char *base = make_base(p), *path = support_path(p->home, "planted.db");
    size_t rounds = (size_t)torture_rounds(SUPPORT_COUNT(plants), 4), step;
    int sound = 0, done = 0;
    step = SUPPORT_COUNT(plants) / rounds > 0 ? SUPPORT_COUNT(plants) / rounds : 1;
    for (size_t i = 0; i < SUPPORT_COUNT(plants); i += step)
        for (int triggers = 0; triggers < 2; triggers++) {
            support_copy(base, path);
            if (triggers)
                plant_triggers(path);
            support_sql(path, plants[i].sql);
            bool all;
            int worked = run_all(p, path, plants[i].name, &all);
            int touched = canary(path);
            if (touched > 0 || (touched < 0 && worked > 0))
                fail_msg("%s: the canary was touched %d times", plants[i].name, touched);
            done++;
            sound += all;
            if (i == 0)
                assert_true(all);
            remove_database(path);
        }
    print_message("figure: %d planted databases, half with triggers on every table: the canary "
                  "lives, %d work wholly\n",
        done, sound);
    free(base), free(path);
}

/* Beside the database, and the database itself. */
static void test_links(void **state)
{
    static const char *const suffixes[] = { "-wal", "-journal", "-shm" };
    struct program *p = *state;
    struct buf bytes = { 0 };
    char *path = make_base(p), *secret = support_path(p->home, "secret");
    for (size_t i = 0; i < SUPPORT_COUNT(suffixes); i++)
        for (int there = 0; there < 2; there++) {
            struct buf name = { 0 };
            bool all;
            buf_addf(&name, "%s%s", path, suffixes[i]);
            unlink(secret);
            if (there)
                support_write(secret, "secret", 6);
            unlink(name.data);
            assert_int_equal(symlink(secret, name.data), 0);
            run_all(p, path, suffixes[i], &all);
            buf_clear(&bytes);
            assert_int_equal(support_read(secret, &bytes), there);
            assert_string_equal(buf_text(&bytes), there ? "secret" : "");
            unlink(name.data);
            buf_release(&name);
        }
    free(path), free(secret);
    buf_release(&bytes);
}

/* A link that the person made is the database it names; one that somebody else made is
 * refused, and one that leads nowhere makes no file there. */
static void test_the_path_is_a_link(void **state)
{
    struct program *p = *state;
    char *path = make_base(p), *link = support_path(p->home, "link.db");
    char *nowhere = support_path(p->home, "nowhere.db");
    assert_int_equal(symlink(path, link), 0);
    run_ok(p, "--db", link, "star", "nogil", NULL);
    if (lchown(link, 65534, 65534) == 0) {
        program_run(p, "--db", link, "list", NULL);
        assert_one_line(p, 1, "is a link that somebody else made");
    } else
        print_message("skip: only root can give a link to somebody else\n");
    unlink(link);
    assert_int_equal(symlink(nowhere, link), 0);
    program_run(p, "--db", link, "list", NULL);
    assert_one_line(p, 1, "leads nowhere");
    assert_int_not_equal(access(nowhere, F_OK), 0);
    free(path), free(link), free(nowhere);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CLI_TEST(test_plants),
        CLI_TEST(test_links),
        CLI_TEST(test_the_path_is_a_link),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
