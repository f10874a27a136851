/* Owns made-up records. Must not know what is tested with them. */
#include "pyvideo_tree.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "base/mem.h"
#include "db/search.h"

void tree_write(const char *dir, const char *path, const char *text)
{
    char *full = support_path(dir, path);
    for (char *slash = full + 1; (slash = strchr(slash, '/')) != NULL; slash++) {
        *slash = '\0';
        mkdir(full, 0700);
        *slash = '/';
    }
    support_write(full, text, strlen(text));
    free(full);
}

char *tree_record(const char *title, const char *speaker, const char *members)
{
    struct buf text = { 0 };
    buf_addf(&text,
        "{\"title\":\"%s\",\"speakers\":[\"%s\"],\"recorded\":\"2019-03-04\",\"language\":"
        "\"eng\",\"duration\":1800,\"videos\":[{\"type\":\"youtube\",\"url\":"
        "\"https://example.org/v\"}]%s%s}",
        title, speaker, members[0] != '\0' ? "," : "", members);
    return buf_take(&text);
}

void tree_conference(const char *dir)
{
    static const struct {
        const char *path, *title, *speaker, *members;
    } records[] = {
        { "videos/one.json", "One zebra", "Ada Lovelace",
            "\"description\":\"About quaggas.\"" },
        { "videos/two.json", "Two zebras", "Bo", "\"tags\":[\"Tutorial\",\"web dev\"]" },
        { "videos/three.json", "Three zebras", "Ada Lovelace",
            "\"summary\":\"Short.\",\"description\":\"Long.\"" },
        { "videos/four.json", "Four zebras", "Ceda", "\"tags\":[\"lightning talks\"]" },
    };
    tree_write(dir, "category.json", "{\"title\":\"Made Con 2019\"}");
    for (size_t i = 0; i < SUPPORT_COUNT(records); i++) {
        char *json = tree_record(records[i].title, records[i].speaker, records[i].members);
        tree_write(dir, records[i].path, json);
        free(json);
    }
}

static bool go_on(void *context, size_t done, size_t total, const char *conference)
{
    (void)context;
    (void)conference;
    assert_true(done <= total);
    return true;
}

void tree_import(struct db *db, const char *dir, int added, int changed, int unchanged,
    int rejected, struct pyvideo_report *report)
{
    struct pyvideo_report own;
    struct pyvideo_report *into = report != NULL ? report : &own;
    struct pyvideo_watch watch = { go_on, NULL };
    struct err err = { 0 };
    if (!pyvideo_import(db, dir, &watch, into, &err))
        fail_msg("%s", err_text(&err));
    const int expected[] = { added, changed, unchanged, rejected };
    for (int i = 0; i < 4; i++)
        if (into->outcomes[i] != expected[i])
            fail_msg("%d added, %d changed, %d unchanged, %d rejected; first remark: %s %s",
                into->outcomes[0], into->outcomes[1], into->outcomes[2], into->outcomes[3],
                into->count > 0 ? into->remarks[0].file : "",
                into->count > 0 ? into->remarks[0].reason : "");
    if (report == NULL)
        pyvideo_report_release(&own);
}

const char *tree_reason(const struct pyvideo_report *report, const char *file)
{
    for (size_t i = 0; i < report->count; i++)
        if (strcmp(report->remarks[i].file, file) == 0)
            return report->remarks[i].reason;
    return "";
}

int tree_set_up(void **state)
{
    struct tree_fixture *f = mem_zero(1, sizeof *f);
    f->dir = support_dir();
    f->tree = support_path(f->dir, "made-con-2019");
    f->db = support_db(f->dir);
    tree_conference(f->tree);
    *state = f;
    return 0;
}

int tree_tear_down(void **state)
{
    struct tree_fixture *f = *state;
    db_close(f->db);
    support_remove(f->dir);
    free(f->tree);
    err_release(&f->err);
    free(f);
    return 0;
}

size_t tree_found(struct db *db, const char *text)
{
    struct err err = { 0 };
    struct query query;
    struct db_hits hits = { 0 };
    if (!query_parse(&query, text, false, &err) || !db_search(db, &query, 1000, &hits, &err))
        fail_msg("%s: %s", text, err_text(&err));
    size_t count = hits.count;
    db_hits_release(&hits);
    query_release(&query);
    return count;
}

void tree_write_record(struct tree_fixture *f, const char *file, const char *json)
{
    struct buf path = { 0 };
    buf_addf(&path, "videos/%s", file);
    tree_write(f->tree, path.data, json);
    buf_release(&path);
}
