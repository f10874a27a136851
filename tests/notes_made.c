/* Owns notes that are made up. Must not know where they go. */
#include "notes_made.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "db/outside.h"

static const char *const parts[] = { "plain words\n", "# A title\n\n", "---\n", "---\nid: x\n",
    "```\nfence [12:34]\n", "[12:34] a stamp #tag\n", "[[nogil]] TODO: this\n", "\r\n", "\r",
    "\t", "\xEF\xBB\xBF", "\xE2\x80\xAE turned", "\033]0;title\a", "<script>alert(1)</script>",
    "=SUM(A1)", "\"quoted\",;\n", "\xE2\x80\xA8", "caf\xC3\xA9 \xF0\x9F\x90\x8D", "\n\n\n", " ",
    "\x01\x7F", "...\n", "%s%n", "\\", "\xC2\x85", "<<<<<<< a\n", "- [ ] task\n" };

static void make_body(uint64_t *random, struct buf *body)
{
    int count = 1 + (int)(support_random(random) % 12);
    buf_clear(body);
    for (int i = 0; i < count; i++)
        buf_adds(body, parts[support_random(random) % SUPPORT_COUNT(parts)]);
    if (note_trimmed(body->data) == 0)
        buf_adds(body, "x");
}

static void make_moment(uint64_t *random, struct buf *out)
{
    buf_clear(out);
    buf_addf(out, "20%02u-%02u-%02uT%02u:%02u:%02u.%03uZ", 10 + support_random(random) % 15,
        1 + support_random(random) % 12, 1 + support_random(random) % 28,
        support_random(random) % 24, support_random(random) % 60, support_random(random) % 60,
        support_random(random) % 1000);
}

static char **read_keys(struct db *db, int count)
{
    struct err err = { 0 };
    char **keys = mem_zero((size_t)count, sizeof *keys);
    for (int i = 0; i < count; i++) {
        struct talk talk;
        assert_true(db_talk_read(db, i + 1, DB_READ_ROW, &talk, &err));
        keys[i] = mem_dup(talk.key);
        talk_release(&talk);
    }
    return keys;
}

static void make_note(struct db *db, char *const *keys, int i, uint64_t *random)
{
    struct err err = { 0 };
    struct buf body = { 0 }, created = { 0 }, updated = { 0 };
    char uuid[37];
    int64_t id;
    int where = (int)(support_random(random) % 20), rev;
    make_body(random, &body);
    make_moment(random, &created);
    snprintf(
        uuid, sizeof uuid, "%08x-0000-4000-8000-%012x", (unsigned)i * 2654435761u, (unsigned)i);
    struct note note = { .uuid = uuid,
        .talk_key = where < 17 ? keys[support_random(random) % 100] : (char *)"",
        .topic_slug = (char *)(where == 17 ? "gpu-computing" : ""),
        .body = body.data,
        .created_at = created.data,
        .updated_at = created.data,
        .rev = 1 };
    assert_true(db_note_bring(db, &note, "", &id, &err));
    for (int edits = i % 8 == 0 ? 1 + i % 5 : 0; edits > 0; edits--) {
        make_body(random, &body);
        make_moment(random, &updated);
        assert_true(db_note_bring_text(db, id, body.data, updated.data, &rev, &err));
    }
    if (i % 10 == 3)
        assert_true(db_note_bring_trash(db, id, &err));
    buf_release(&body), buf_release(&created), buf_release(&updated);
}

static void make_marks(struct db *db, char *const *keys, uint64_t *random)
{
    struct err err = { 0 };
    for (int i = 0; i < 100; i++) {
        struct db_owned owned = { .talk_key = keys[i],
            .starred = support_random(random) % 3 == 0,
            .watched = support_random(random) % 3 == 0,
            .rating = (int)(support_random(random) % 6),
            .position = (int)(support_random(random) % 4000),
            .tags = (char *)(i % 4 == 0   ? "gpu later"
                             : i % 4 == 1 ? "caf\xC3\xA9"
                                          : ""),
            .themes = (char *)(i % 9 == 0   ? "Speed\nMy own"
                               : i % 9 == 1 ? ""
                                            : NULL) };
        bool changed;
        assert_true(db_owned_bring(db, &owned, &changed, &err));
    }
    struct db_owned gone = {
        .talk_key = (char *)"gone-2001/talk", .starred = true, .tags = (char *)"lost"
    };
    bool changed;
    assert_true(db_owned_bring(db, &gone, &changed, &err));
}

void made_fill(struct db *db, int count, uint64_t seed)
{
    struct err err = { 0 };
    char **keys = read_keys(db, 100);
    assert_true(db_bring_begin(db, &err));
    for (int i = 0; i < count; i++)
        make_note(db, keys, i, &seed);
    make_marks(db, keys, &seed);
    assert_true(db_bring_end(db, true, &err));
    assert_true(db_saved_set(db, "fast", "theme:speed \"a b\"", &err));
    assert_true(db_saved_set(db, "caf\xC3\xA9", "is:starred", &err));
    for (int i = 0; i < 100; i++)
        free(keys[i]);
    free(keys);
}

char *made_dump(const char *db_path, bool no_history)
{
    static const char *const all[] = {
        "SELECT group_concat(quote(uuid) || quote(talk_key) || quote(topic_slug) || quote(body)"
        " || rev || created_at || updated_at || deleted_at, char(10))"
        " FROM (SELECT * FROM note ORDER BY uuid)",
        "SELECT group_concat(uuid || rev || quote(body) || saved_at, char(10)) FROM (SELECT"
        " n.uuid, r.rev, r.body, r.saved_at FROM revision r JOIN note n ON n.id = r.note_id"
        " ORDER BY 1, 2)",
        "SELECT group_concat(talk_key || starred || watched || rating || ' ' || position ||"
        " ' ' || notes, char(10)) FROM (SELECT * FROM mark WHERE starred OR watched OR rating"
        " OR position OR notes ORDER BY talk_key)",
        "SELECT group_concat(talk_key || '#' || name, char(10)) FROM (SELECT * FROM tag"
        " ORDER BY 1, 2)",
        "SELECT group_concat(quote(talk_key) || quote(names) || quote(given), char(10)) FROM"
        " (SELECT * FROM own_theme ORDER BY 1)",
        "SELECT group_concat(t.key || th.name, char(10)) FROM talk_theme tt JOIN talk t"
        " ON t.id = tt.talk_id JOIN theme th ON th.id = tt.theme_id",
        "SELECT group_concat(name || query, char(10)) FROM (SELECT * FROM saved ORDER BY 1)",
        "SELECT group_concat(grouping || key || '/' || subkey || ':' || talks || ' ' || watched"
        " || ' ' || starred || ' ' || notes, char(10)) FROM (SELECT * FROM tally WHERE"
        " key NOT GLOB 'own-*' ORDER BY grouping, key, subkey)",
        "SELECT group_concat(n.uuid || i.kind || ' ' || i.at || i.line || i.number || i.text,"
        " char(10)) FROM item i JOIN note n ON n.id = i.note_id ORDER BY 1"
    };
    static const char files[] =
        "SELECT group_concat(quote(uuid) || quote(talk_key) || quote(topic_slug) || quote(body)"
        " || created_at || updated_at, char(10))"
        " FROM (SELECT * FROM note WHERE deleted_at = '' ORDER BY uuid)";
    struct buf out = { 0 };
    if (no_history)
        return support_sql_text(db_path, files, NULL);
    for (size_t i = 0; i < SUPPORT_COUNT(all) - 1; i++) {
        char *text = support_sql_text(db_path, all[i], NULL);
        buf_addf(&out, "== %zu\n%s\n", i, text);
        free(text);
    }
    return buf_take(&out);
}
