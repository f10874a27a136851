/* Owns a database with a directory of notes beside it, and what is asked of both. */
#include "notes_files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "base/mem.h"

int files_set_up(void **state)
{
    struct files *f = mem_zero(1, sizeof *f);
    f->base.dir = support_dir();
    f->base.db = support_db(f->base.dir);
    f->notes = support_path(f->base.dir, "notes");
    f->db_path = support_path(f->base.dir, "talkbook.db");
    /* What a catalog brings would be in each figure. */
    support_sql(f->db_path, "DELETE FROM item; DELETE FROM note; UPDATE mark SET notes = 0");
    *state = f;
    return 0;
}

int files_tear_down(void **state)
{
    struct files *f = *state;
    db_close(f->base.db);
    support_remove(f->base.dir);
    err_release(&f->base.err);
    free(f->notes);
    free(f->db_path);
    free(f);
    return 0;
}

static void add_report(const struct notes_report *report, struct buf *out)
{
    for (int i = 0; i < NOTES__COUNT; i++)
        if (report->outcomes[i] > 0)
            buf_addf(out, "%s%d %s", out->len > 0 ? ", " : "", report->outcomes[i],
                notes_outcome_names[i]);
    for (size_t i = 0; i < report->count; i++)
        buf_addf(out, "; %s %s", report->remarks[i].name, report->remarks[i].reason);
}

/* Asserts what an export or import says, down to a part of it. */
void assert_says(struct files *f, bool ok, struct notes_report *report, const char *part)
{
    struct buf out = { 0 };
    add_report(report, &out);
    if (!ok)
        buf_addf(&out, "failed: %s", err_text(&f->base.err));
    if (strncmp(buf_text(&out), part, strlen(part)) != 0
        && (part[0] != '*' || strstr(buf_text(&out), part + 1) == NULL))
        fail_msg("'%.600s' is not '%s'", buf_text(&out), part);
    buf_release(&out);
    notes_report_release(report);
}

void assert_out(struct files *f, const char *part)
{
    struct notes_report report = { 0 };
    const struct export_set all = { .all = true };
    bool ok = notes_folder_write(f->base.db, &all, f->notes, &report, &f->base.err);
    assert_says(f, ok, &report, part);
}

void assert_in(struct files *f, const char *part)
{
    struct notes_report report = { 0 };
    bool ok = notes_folder_read(f->base.db, f->notes, &report, &f->base.err);
    assert_says(f, ok, &report, part);
}

int64_t files_add(struct files *f, const char *body)
{
    int64_t id;
    assert_true(db_note_add(f->base.db, NULL, NULL, body, &id, &f->base.err));
    return id;
}

void files_save(struct files *f, int64_t id, const char *body)
{
    struct note note;
    assert_true(db_note_read(f->base.db, id, &note, &f->base.err));
    assert_true(db_note_save(f->base.db, id, note.rev, body, &f->base.err));
    note_release(&note);
}

void assert_body(struct files *f, int64_t id, const char *body)
{
    struct note note;
    assert_true(db_note_read(f->base.db, id, &note, &f->base.err));
    assert_string_equal(note.body, body);
    note_release(&note);
}

void files_read(struct files *f, const char *name, struct buf *text)
{
    char *path = support_path(f->notes, name);
    buf_clear(text);
    if (!support_read(path, text))
        fail_msg("there is no %s", name);
    free(path);
}

void files_write(struct files *f, const char *name, const char *text)
{
    char *path = support_path(f->notes, name);
    support_write(path, text, strlen(text));
    free(path);
}

/* Replaces a part of a file. */
void files_change(struct files *f, const char *name, const char *from, const char *to)
{
    struct buf text = { 0 };
    files_read(f, name, &text);
    const char *at = strstr(text.data, from);
    assert_non_null(at);
    size_t where = (size_t)(at - text.data);
    buf_remove(&text, where, strlen(from));
    buf_insert(&text, where, to, strlen(to));
    files_write(f, name, text.data);
    buf_release(&text);
}

bool files_have(struct files *f, const char *name)
{
    struct stat status;
    char *path = support_path(f->notes, name);
    bool there = lstat(path, &status) == 0;
    free(path);
    return there;
}
