/* Notes as files: what is written is read back exactly; what people write loses nothing. */
#include "support.h"

#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "exchange/note_file.h"

static const char *const pieces[] = { "a", "B", "---", "\n", "\n", "---\n", "é", "日本", "\"",
    "\\", ": ", "#", " ", "'", "[", "]", ",", "id: x", "tags: [a]", "\r\n", "true", "- ", "1",
    "🐍", "\t" };

static char *make_text(uint64_t *state, bool line)
{
    struct buf text = { 0 };
    for (uint32_t n = support_random(state) % 9; n > 0; n--) {
        const char *piece = pieces[support_random(state) % SUPPORT_COUNT(pieces)];
        if (!line || strpbrk(piece, "\r\n\t") == NULL)
            buf_adds(&text, piece);
    }
    /* A value of blanks alone is none. */
    if (line && buf_text(&text)[strspn(buf_text(&text), " ")] == '\0')
        buf_clear(&text);
    return buf_take(&text);
}

static char *make_tags(uint64_t *state)
{
    struct buf tags = { 0 };
    static const char *const some[] = { "gpu", "c++", "1", "a,b", "日本", "\"x\"", "no",
        "a]b" };
    for (uint32_t n = support_random(state) % 4; n > 0; n--)
        buf_addf(&tags, "%s%s", tags.len > 0 ? " " : "",
            some[support_random(state) % SUPPORT_COUNT(some)]);
    return buf_take(&tags);
}

/* Not a text whose lines all end in CR LF: that is what another system wrote. */
static bool is_foreign(const char *text)
{
    for (const char *p = strchr(text, '\n'); p != NULL; p = strchr(p + 1, '\n'))
        if (p == text || p[-1] != '\r')
            return false;
    return strchr(text, '\n') != NULL;
}

static void test_round_trip(void **state)
{
    uint64_t random = 20250516;
    (void)state;
    for (int i = 0; i < 20000; i++) {
        struct note_file file = { .id = mem_dup("0f3a9c1e-1111-4222-8333-444455556666"),
            .talk = make_text(&random, true),
            .topic = make_text(&random, true),
            .conference = make_text(&random, true),
            .created = mem_dup("2025-05-16T15:00:00.123Z"),
            .updated = mem_dup("2025-05-17T15:00:00Z"),
            .tags = make_tags(&random),
            .body = make_text(&random, false) };
        struct note_file back;
        struct buf text = { 0 }, again = { 0 };
        struct err err = { 0 };
        note_file_add(&text, &file);
        if (!is_foreign(text.data)) {
            if (!note_file_read(text.data, text.len, &back, &err))
                fail_msg("%s in:\n%s", err_text(&err), text.data);
            note_file_add(&again, &back);
            const char *const pairs[][2] = { { file.id, back.id }, { file.talk, back.talk },
                { file.topic, back.topic }, { file.conference, back.conference },
                { file.created, back.created }, { file.updated, back.updated },
                { file.tags, back.tags }, { file.body, back.body }, { text.data, again.data } };
            for (size_t k = 0; k < SUPPORT_COUNT(pairs); k++)
                if (strcmp(pairs[k][0], pairs[k][1]) != 0)
                    fail_msg("field %zu: '%s' became '%s' in:\n%s", k, pairs[k][0], pairs[k][1],
                        text.data);
            note_file_release(&back);
        }
        note_file_release(&file);
        buf_release(&text), buf_release(&again);
    }
    print_message("figure: 20000 notes written and read back\n");
}

/* What people write: text, then fields and body, or (err) what is said. */
static void test_by_hand(void **state)
{
    static const struct {
        const char *text, *id, *talk, *tags, *body, *err;
    } cases[] = {
        { "", "", "", "", "", NULL },
        { "hello", "", "", "", "hello", NULL },
        { "hello\n", "", "", "", "hello", NULL },
        { "hello\n\n", "", "", "", "hello\n", NULL },
        { "---\n", "", "", "", "---", NULL },
        { "---\nno end\n", "", "", "", "---\nno end", NULL },
        { "---\n---\nx\n", "", "", "", "x", NULL },
        { "\xEF\xBB\xBF---\r\nTalk: 'it''s'\r\n---\r\na\r\nb\r\n", "", "it's", "", "a\nb",
            NULL },
        { "---\ntags: gpu, jit\ntitle: Mine\n---\nx\n", "", "", "gpu jit",
            "---\ntitle: Mine\n---\nx", NULL },
        { "---\ntags:\n  - gpu\n  - \"j i\"\nother:\n  - a\n---\nx\n", "", "", "gpu",
            "---\nother:\n  - a\n---\nx", NULL },
        { "---\nid: nonsense\n---\nx\n", "", "", "", "", "id: 'nonsense' is no UUID" },
        { "---\nupdated: soon\n---\nx\n", "", "", "", "", "updated: 'soon' is no time" },
        { "---\ntalk: \"a\\u001bb\"\n---\nx\n", "", "", "", "", "talk: holds a control" },
        { "---\ntalk: \"a\\u0000b\"\n---\nx\n", "", "", "", "", "talk: holds a control" },
        { "---\nID: 0F3A9C1E-1111-4222-8333-444455556666\n---\n",
            "0F3A9C1E-1111-4222-8333-444455556666", "", "", "", NULL },
    };
    (void)state;
    for (size_t i = 0; i < SUPPORT_COUNT(cases); i++) {
        struct note_file file;
        struct err err = { 0 };
        bool ok = note_file_read(cases[i].text, strlen(cases[i].text), &file, &err);
        if (cases[i].err != NULL) {
            assert_false(ok);
            assert_non_null(strstr(err_text(&err), cases[i].err));
            err_release(&err);
            continue;
        }
        if (!ok)
            fail_msg("case %zu: %s", i, err_text(&err));
        assert_string_equal(file.id, cases[i].id);
        assert_string_equal(file.talk, cases[i].talk);
        assert_string_equal(file.tags, cases[i].tags);
        assert_string_equal(file.body, cases[i].body);
        note_file_release(&file);
    }
}

static void test_names(void **state)
{
    static const char *const names[][2] = { { "Design Pressure: The Hand",
                                                "design-pressure-the-hand" },
        { "Código más rápido", "codigo-mas-rapido" }, { "日本語", "note" },
        { "../../etc/passwd", "etc-passwd" }, { "", "note" }, { "--x--", "x" } };
    (void)state;
    for (size_t i = 0; i < SUPPORT_COUNT(names); i++) {
        struct buf name = { 0 };
        note_file_name(names[i][0], &name);
        assert_string_equal(name.data, names[i][1]);
        buf_release(&name);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_by_hand), cmocka_unit_test(test_names) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
