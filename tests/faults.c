#include "faults.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "base/mem.h"
#include "base/sanitized.h"

bool faults_memory(void)
{
    return !SANITIZED;
}

static const char place[] = ".local/share/talkbook/talkbook.db";

static void release_env(struct faults *f)
{
    for (size_t i = 0; i < SUPPORT_COUNT(f->texts); i++)
        free(f->texts[i]);
}

static char *hit_path(const struct faults *f)
{
    struct buf path = { 0 };
    buf_addf(&path, "%s.hit", f->whole); /* home may be read-only */
    return buf_take(&path);
}

void faults_begin(struct faults *f, void (*make)(struct faults *f))
{
    *f = (struct faults){ .whole = support_dir(), .home = support_dir() };
    f->path = support_path(f->home, place);
    char *work = f->home;
    f->home = f->whole;
    make(f);
    f->home = work;
}

void faults_end(struct faults *f)
{
    char *hit = hit_path(f);
    unlink(hit);
    free(hit);
    support_remove(f->whole);
    support_remove(f->home);
    free(f->path);
    release_env(f);
    program_release(&f->program);
}

static void copy_file(const char *from, const char *to)
{
    struct buf bytes = { 0 };
    if (support_read(from, &bytes))
        support_write(to, buf_text(&bytes), bytes.len);
    buf_release(&bytes);
}

/* Directories and files, nothing else; `to` is there. */
static void copy_tree(const char *from, const char *to)
{
    DIR *dir = opendir(from);
    assert_non_null(dir);
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        char *one = support_path(from, entry->d_name);
        char *other = support_path(to, entry->d_name);
        if (entry->d_type == DT_DIR) {
            assert_int_equal(mkdir(other, 0700), 0);
            copy_tree(one, other);
        } else {
            copy_file(one, other);
        }
        free(one), free(other);
    }
    closedir(dir);
}

void faults_renew(struct faults *f)
{
    char *old = mem_dup(f->home);
    support_remove(old);
    assert_int_equal(mkdir(f->home, 0700), 0);
    copy_tree(f->whole, f->home);
}

const char *const *faults_env(
    struct faults *f, const struct fault *fault, long k, const char *program)
{
    struct buf text = { 0 };
    const char *build = getenv("BUILD");
    char *here = getcwd(NULL, 0), *hit = hit_path(f);
    support_write(hit, "-", 1);
    release_env(f);
    buf_addf(&text, "FAULT=%s:%s:%ld%s", fault->kind, fault->what, k, fault->on ? ":on" : "");
    f->texts[0] = buf_take(&text);
    buf_addf(&text, "FAULT_HIT=%s", hit);
    f->texts[1] = buf_take(&text);
    buf_addf(&text, "LD_PRELOAD=%s/%s/tests/preload_faults.so", here,
        build != NULL ? build : "build");
    f->texts[2] = buf_take(&text);
    buf_addf(&text, "FAULT_IN=%s", program);
    f->texts[3] = buf_take(&text);
    for (size_t i = 0; i < SUPPORT_COUNT(f->texts); i++)
        f->env[i] = f->texts[i];
    f->env[4] = "ASAN_OPTIONS=verify_asan_link_order=0:detect_leaks=0";
    free(here), free(hit);
    return f->env;
}

bool faults_was_hit(const struct faults *f)
{
    char *path = hit_path(f);
    struct buf mark = { 0 };
    bool hit = support_read(path, &mark) && strcmp(buf_text(&mark), "+") == 0;
    buf_release(&mark);
    free(path);
    return hit;
}

int faults_run(struct faults *f, const struct fault *fault, long k, const char *const argv[])
{
    const char *slash = strrchr(argv[0], '/');
    f->program.home = f->home;
    memset(f->program.env, 0, sizeof f->program.env);
    if (fault != NULL)
        memcpy(f->program.env, faults_env(f, fault, k, slash != NULL ? slash + 1 : argv[0]),
            sizeof f->env);
    int status = program_exec(&f->program, argv);
    f->hit = fault != NULL && faults_was_hit(f);
    return status;
}

static char *check_notes(struct faults *f, sqlite3 *handle)
{
    sqlite3_stmt *stmt;
    struct buf wrong = { 0 };
    char *whole = support_path(f->whole, place);
    char *sql = sqlite3_mprintf("ATTACH %Q AS whole", whole);
    sqlite3_exec(handle, sql, NULL, NULL, NULL);
    sqlite3_free(sql);
    if (sqlite3_prepare_v2(handle,
            "SELECT w.uuid, w.body FROM whole.note w LEFT JOIN note n ON n.uuid = w.uuid"
            " WHERE n.body IS NOT w.body AND NOT EXISTS (SELECT 1 FROM revision r"
            " WHERE r.note_id = n.id AND r.body = w.body)",
            -1, &stmt, NULL)
        != SQLITE_OK)
        buf_addf(&wrong, "%s", sqlite3_errmsg(handle));
    else
        while (sqlite3_step(stmt) == SQLITE_ROW)
            buf_addf(&wrong, "lost: %s %.40s\n", sqlite3_column_text(stmt, 0),
                sqlite3_column_text(stmt, 1));
    sqlite3_finalize(stmt);
    free(whole);
    return wrong.len > 0 ? buf_take(&wrong) : NULL;
}

char *faults_check(struct faults *f)
{
    sqlite3 *handle;
    char *sound = support_sql_text(f->path, "PRAGMA integrity_check", NULL), *wrong = NULL;
    if (strcmp(sound, "ok") != 0)
        return sound;
    free(sound);
    if (sqlite3_open(f->path, &handle) == SQLITE_OK)
        wrong = check_notes(f, handle);
    sqlite3_close(handle);
    return wrong;
}
