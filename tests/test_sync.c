/* Two people's machines with a git repository of exported notes between them: random
 * changes on both sides, and in the end the same notes on both, none lost. */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <time.h>

#include <cmocka.h>

#include "base/mem.h"
#include "db/catalog.h"
#include "exchange/notes_folder.h"

enum { TOKENS_MAX = 20000, NOTES_MAX = 24 };

/* Every line that was ever written holds a token of its own: "t17.". */
struct world {
    char *dir;
    struct side {
        const char *name;
        struct db *db;
        char *db_path, *notes;
    } sides[2];
    bool removed[TOKENS_MAX]; /* by an edit that saw it */
    int tokens;
    uint64_t random;
    int edits, outcomes[NOTES__COUNT];
    bool news[2]; /* the other side pushed since this one pulled */
    struct err err;
};

static int roll(struct world *w, int sides)
{
    return (int)(support_random(&w->random) % (uint32_t)sides);
}

static void shell(struct world *w, const char *dir, const char *command)
{
    struct buf line = { 0 };
    buf_addf(&line,
        "cd '%s/%s' && export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null && "
        "g() { git -c user.name=t -c user.email=t@localhost -c gc.auto=0 "
        "-c maintenance.auto=false -c receive.autogc=false -c core.fsync=none "
        "\"$@\"; } && %s",
        w->dir, dir, command);
    if (system(line.data) != 0)
        fail_msg("in %s: %s", dir, command);
    buf_release(&line);
}

static void set_up(struct world *w)
{
    /* Git writes many small files: in memory where that can be had. */
    if (getenv("TMPDIR") == NULL && access("/dev/shm", W_OK | X_OK) == 0)
        setenv("TMPDIR", "/dev/shm", 1);
    *w = (struct world){ .dir = support_dir(), .random = 42 };
    static const char *const names[] = { "a", "b" };
    shell(w, ".",
        "g init -q --bare -b main hub && git -C hub config receive.autogc false && g clone -q "
        "hub first 2>/dev/null && cd first && "
        "echo Notes >README.md && g add README.md && g commit -qm first && "
        "g push -q origin HEAD:main");
    for (int i = 0; i < 2; i++) {
        struct side *side = &w->sides[i];
        struct buf command = { 0 };
        char *home = support_path(w->dir, names[i]);
        side->name = names[i];
        buf_addf(&command, "mkdir %s && g clone -q hub %s/notes", names[i], names[i]);
        shell(w, ".", command.data);
        side->db = support_db(home);
        side->db_path = support_path(home, "talkbook.db");
        side->notes = support_path(home, "notes");
        free(home);
        buf_release(&command);
    }
}

static void tear_down(struct world *w)
{
    for (int i = 0; i < 2; i++) {
        db_close(w->sides[i].db);
        free(w->sides[i].db_path);
        free(w->sides[i].notes);
    }
    support_remove(w->dir);
    err_release(&w->err);
}

/* --- random changes ---------------------------------------------------- */

static void add_line(struct world *w, struct buf *body)
{
    static const char *const words[] = { "measure it again", "- [ ] ask the speaker",
        "> quoted", "    code", "caf\xC3\xA9 \xE2\x98\x83", "#gpu [12:34]", "---", "id: x" };
    assert_true(w->tokens < TOKENS_MAX);
    buf_addf(body, "%s t%d.\n", words[roll(w, 8)], w->tokens++);
}

static void remove_tokens(struct world *w, const char *text, size_t len)
{
    for (size_t i = 0; i + 1 < len; i++) {
        char *end;
        if (text[i] != 't' || text[i + 1] < '0' || text[i + 1] > '9')
            continue;
        long token = strtol(text + i + 1, &end, 10);
        if (*end == '.' && token < w->tokens)
            w->removed[token] = true;
    }
}

/* Changes one line: at the head, in the middle or at the end. */
static void edit_body(struct world *w, const char *body, struct buf *out)
{
    size_t lines = 0, number = 0;
    for (const char *at = body; *at != '\0'; at += strcspn(at, "\n"), at += *at == '\n')
        lines++;
    size_t where[] = { 0, lines / 2, lines > 0 ? lines - 1 : 0 };
    size_t line = where[roll(w, 3)];
    bool replace = roll(w, 3) > 0;
    for (const char *at = body; *at != '\0'; number++) {
        size_t len = strcspn(at, "\n");
        len += at[len] == '\n';
        if (number == line)
            add_line(w, out);
        if (number == line && replace)
            remove_tokens(w, at, len);
        else
            buf_add(out, at, len);
        at += len;
    }
    if (roll(w, 4) == 0)
        add_line(w, out);
}

static void add_note(struct world *w, struct side *side)
{
    static const char *const talks[] = { "nogil", "design-pressure", NULL };
    struct buf body = { 0 };
    const char *talk = talks[roll(w, 3)];
    char *key = talk != NULL ? support_key(side->db, talk) : NULL;
    int64_t id;
    buf_adds(&body, roll(w, 2) ? "The same title\n" : "# Notes\n\n");
    for (int i = roll(w, 8); i >= 0; i--)
        add_line(w, &body);
    assert_true(db_note_add(side->db, key, NULL, body.data, &id, &w->err));
    free(key);
    buf_release(&body);
}

static void change(struct world *w, struct side *side)
{
    struct note_list list = { 0 };
    struct buf body = { 0 };
    int what = roll(w, 10);
    w->edits++;
    assert_true(db_notes_read(side->db, NULL, NULL, 0, 1000, &list, &w->err));
    const struct note *note = list.count > 0 ? &list.items[roll(w, (int)list.count)] : NULL;
    if (note == NULL || (what < 2 && list.count < NOTES_MAX))
        add_note(w, side);
    else if (what == 2) {
        remove_tokens(w, note->body, strlen(note->body));
        assert_true(db_note_delete(side->db, note->id, &w->err));
    } else {
        edit_body(w, note->body, &body);
        if (!db_note_save(side->db, note->id, note->rev, buf_text(&body), &w->err))
            fail_msg("%s", err_text(&w->err));
    }
    note_list_release(&list);
    buf_release(&body);
}

static void tag_by_hand(struct world *w, struct buf *text)
{
    struct buf tag = { 0 };
    const char *tags = strstr(text->data, "\ntags: [");
    buf_addf(&tag, "%sby-hand-%d%s", tags != NULL ? "" : "tags: [", w->edits++,
        tags != NULL ? ", " : "]\n");
    size_t at = tags != NULL ? (size_t)(tags - text->data) + strlen("\ntags: [") : 4;
    buf_insert(text, at, tag.data, tag.len);
    buf_release(&tag);
}

/* A line written into a file by hand or a tag into its front matter, or a file without
 * one. */
static bool change_by_hand(struct world *w, struct side *side)
{
    struct buf text = { 0 }, name = { 0 };
    int what = roll(w, 8);
    buf_addf(
        &name, what == 0 ? "%s/By hand %d.md" : "%s/the-same-title.md", side->notes, w->tokens);
    bool changes = what == 0 || (what < 4 && support_read(name.data, &text));
    if (changes) {
        if (what == 3)
            tag_by_hand(w, &text);
        else
            add_line(w, &text);
        support_write(name.data, text.data, text.len);
    }
    buf_release(&text);
    buf_release(&name);
    return changes;
}

/* --- one side's turn ---------------------------------------------------- */

static void note_report(struct world *w, struct notes_report *report, const char *what)
{
    for (size_t i = 0; i < report->count; i++)
        if (report->remarks[i].outcome == NOTES_REJECTED)
            fail_msg("%s: %s %s", what, report->remarks[i].name, report->remarks[i].reason);
    for (int i = 0; i < NOTES__COUNT; i++)
        w->outcomes[i] += report->outcomes[i];
    notes_report_release(report);
}

static bool write_notes(struct world *w, struct side *side)
{
    struct notes_report report = { 0 };
    const struct export_set all = { .all = true };
    if (!notes_folder_write(side->db, &all, side->notes, &report, &w->err))
        fail_msg("%s", err_text(&w->err));
    bool changed = report.outcomes[NOTES_ADDED] + report.outcomes[NOTES_CHANGED]
                       + report.outcomes[NOTES_DELETED]
                   > 0;
    for (size_t i = 0; i < report.count; i++)
        fail_msg("export: %s %s", report.remarks[i].name, report.remarks[i].reason);
    notes_report_release(&report);
    return changed;
}

/* Pulls, imports, exports, commits and pushes; whether there was anything to push. Git
 * is not asked where it would have nothing to do, since it takes most of the time. */
static bool sync_side(struct world *w, int s, bool by_hand)
{
    struct side *side = &w->sides[s];
    struct notes_report report = { 0 };
    char where[16];
    snprintf(where, sizeof where, "%s/notes", side->name);
    if (w->news[s])
        shell(w, where, "g fetch -q && g merge -q --ff-only origin/main");
    w->news[s] = false;
    bool changed = by_hand && change_by_hand(w, side);
    if (!notes_folder_read(side->db, side->notes, &report, &w->err))
        fail_msg("%s", err_text(&w->err));
    note_report(w, &report, "import");
    changed = write_notes(w, side) || changed;
    if (write_notes(w, side))
        fail_msg("a second export changed files");
    if (changed) {
        shell(w, where, "g add -A && g commit -qm notes && g push -q origin HEAD:main");
        w->news[1 - s] = true;
    }
    return changed;
}

/* --- what must hold ----------------------------------------------------- */

static char *live_notes(const struct side *side)
{
    return support_sql_text(side->db_path,
        "SELECT group_concat(quote(uuid) || quote(talk_key) || quote(body) || created_at ||"
        " updated_at, char(10)) FROM (SELECT * FROM note WHERE deleted_at = '' ORDER BY uuid)",
        NULL);
}

static void assert_same(struct world *w)
{
    char *a = live_notes(&w->sides[0]), *b = live_notes(&w->sides[1]);
    if (strcmp(a, b) != 0)
        fail_msg("a:\n%s\nb:\n%s", a, b);
    free(a), free(b);
}

static void assert_nothing_lost(struct world *w)
{
    int kept = 0;
    for (int s = 0; s < 2; s++) {
        char *all = support_sql_text(w->sides[s].db_path,
            "SELECT group_concat(body, char(10)) FROM note WHERE deleted_at = ''", NULL);
        for (int i = 0; i < w->tokens; i++) {
            char token[16];
            snprintf(token, sizeof token, "t%d.", i);
            bool there = strstr(all, token) != NULL;
            kept += there && s == 0;
            if (!there && !w->removed[i])
                fail_msg("%s is lost in %s", token, w->sides[s].name);
        }
        free(all);
    }
    printf(
        "figure: sync %d lines written, %d of them in the notes at the end\n", w->tokens, kept);
}

static void test_two_machines(void **state)
{
    (void)state;
    struct world w;
    struct timespec from, to;
    const char *wanted = getenv("ROUNDS");
    int rounds = wanted != NULL ? atoi(wanted) : 200;
    set_up(&w);
    clock_gettime(CLOCK_MONOTONIC, &from);
    for (int round = 0; round < rounds; round++) {
        for (int s = 0; s < 2; s++)
            for (int i = roll(&w, 4); i > 0; i--)
                change(&w, &w.sides[s]);
        for (int s = 0; s < 2; s++)
            sync_side(&w, s, true);
    }
    sync_side(&w, 0, false);
    assert_false(sync_side(&w, 1, false));
    assert_false(sync_side(&w, 0, false));
    clock_gettime(CLOCK_MONOTONIC, &to);
    assert_same(&w);
    assert_nothing_lost(&w);
    printf("figure: sync %d rounds, %d edits: %d added, %d changed, %d merged, %d deleted, "
           "%d conflicts; %.1f s\n",
        rounds, w.edits, w.outcomes[NOTES_ADDED], w.outcomes[NOTES_CHANGED],
        w.outcomes[NOTES_MERGED], w.outcomes[NOTES_DELETED], w.outcomes[NOTES_CONFLICTS],
        (double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) / 1e9);
    tear_down(&w);
}

/* What was deleted on one machine does not come back from another that joins later. */
static void test_a_second_machine_joins(void **state)
{
    (void)state;
    struct world w;
    int64_t id = 0;
    char *uuid = NULL;
    set_up(&w);
    struct side *a = &w.sides[0], *b = &w.sides[1];
    for (int i = 0; i < 2; i++) {
        id =
            support_sql_int(a->db_path, "SELECT max(id) FROM note WHERE deleted_at = ''", NULL);
        free(uuid);
        uuid = support_sql_text(
            a->db_path, "SELECT uuid FROM note WHERE deleted_at = '' ORDER BY id DESC", NULL);
        assert_true(db_note_delete(a->db, id, &w.err));
    }
    assert_true(sync_side(&w, 0, false));
    assert_false(sync_side(&w, 1, false));
    assert_false(sync_side(&w, 1, false));
    assert_false(sync_side(&w, 0, false));
    static const char live[] = "SELECT count(*) FROM note WHERE deleted_at = ''";
    assert_int_equal(support_sql_int(a->db_path, live, NULL), 8);
    assert_int_equal(support_sql_int(b->db_path, live, NULL), 10);
    /* What somebody does with it makes it theirs. */
    id = support_sql_int(b->db_path, "SELECT id FROM note WHERE uuid = ?1", uuid);
    assert_true(db_note_save(b->db, id, 1, "mine now", &w.err));
    assert_true(sync_side(&w, 1, false));
    sync_side(&w, 0, false);
    assert_int_equal(support_sql_int(a->db_path, live, NULL), 9);
    sync_side(&w, 1, false);
    assert_false(sync_side(&w, 0, false));
    free(uuid);
    tear_down(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_a_second_machine_joins),
        cmocka_unit_test(test_two_machines) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
