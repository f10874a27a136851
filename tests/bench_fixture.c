/* Owns what the benchmarked programs show: a long text, a git repository, a feed.
 * Must not know how anything is measured. */
#include "bench_fixture.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "pty_child.h"

enum {
    TEXT_LINES = 12000, /* 100 pages of 100 rows fit */
    COMMITS = 300,
    ARTICLES = 106
};

bool fixture_command(const char *dir, const char *const *argv)
{
    struct pty_child child;
    struct pty_opts opts = { .argv = argv, .home = dir, .cwd = dir, .bare = true };
    char rest[4096];
    int status = -1;
    if (!pty_child_start(&child, &opts))
        return false;
    while (pty_child_read(&child, rest, sizeof rest, 60000) > 0)
        continue;
    waitpid(child.pid, &status, 0);
    child.leader = 0; /* reaped */
    pty_child_release(&child);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static bool run_shell(const char *dir, const char *script)
{
    const char *argv[] = { "/bin/sh", "-c", script, NULL };
    return fixture_command(dir, argv);
}

static bool save(const char *dir, const char *name, struct buf *content)
{
    struct buf path = { 0 };
    buf_addf(&path, "%s/%s", dir, name);
    FILE *file = fopen(path.data, "w");
    bool ok = file != NULL && fwrite(content->data, 1, content->len, file) == content->len;
    if (file != NULL)
        ok = fclose(file) == 0 && ok;
    if (!ok)
        fprintf(stderr, "bench_tty: cannot write %s: %s\n", path.data, strerror(errno));
    buf_release(&path);
    buf_release(content);
    return ok;
}

bool fixture_text(const char *dir, const char *from)
{
    struct buf text = { 0 };
    char line[4096];
    FILE *file = from != NULL ? fopen(from, "r") : NULL;
    if (from != NULL && file == NULL) {
        fprintf(stderr, "bench_tty: cannot read %s: %s\n", from, strerror(errno));
        return false;
    }
    for (int lines = 0; lines < TEXT_LINES; lines++) {
        if (file == NULL) {
            buf_addf(
                &text, "%d: a line of text that a pager shows, no longer than rows\n", lines);
        } else if (fgets(line, sizeof line, file) != NULL) {
            buf_adds(&text, line);
        } else if (lines == 0) {
            break;
        } else {
            rewind(file);
        }
    }
    if (file != NULL)
        fclose(file);
    return save(dir, "bench-text", &text);
}

bool fixture_repo(const char *dir)
{
    struct buf stream = { 0 };
    for (int i = 1; i <= COMMITS; i++) {
        char subject[40];
        int len = snprintf(subject, sizeof subject, "needle%d changes the file", i);
        buf_addf(&stream,
            "commit refs/heads/main\ncommitter Bench <bench@example.org> %d +0000\n"
            "data %d\n%s\nM 100644 inline file\ndata 2\n%d\n\n",
            1700000000 + i * 3600, len, subject, i % 10);
    }
    return save(dir, "stream", &stream)
           && run_shell(dir,
               "git init -q -b main repo && git -C repo fast-import --quiet <stream && "
               "git -C repo reset -q --hard");
}

bool fixture_feed(const char *dir)
{
    struct buf feed = { 0 }, urls = { 0 };
    buf_adds(&feed, "<?xml version=\"1.0\"?>\n<rss version=\"2.0\"><channel>"
                    "<title>needlefeed</title><link>http://example.org/</link>"
                    "<description>talks</description>\n");
    for (int i = 1; i <= ARTICLES; i++)
        buf_addf(&feed,
            "<item><title>Talk %d of the conference</title><guid>talk-%d</guid>"
            "<link>http://example.org/%d</link><description>About talk %d.</description>"
            "<pubDate>Fri, 16 May 2025 %02d:%02d:00 +0000</pubDate></item>\n",
            i, i, i, i, 8 + i / 60, i % 60);
    buf_adds(&feed, "</channel></rss>\n");
    buf_addf(&urls, "file://%s/feed.xml\n", dir);
    return run_shell(dir, "mkdir .newsboat") && save(dir, "feed.xml", &feed)
           && save(dir, ".newsboat/urls", &urls) && run_shell(dir, "newsboat -x reload");
}

static int remove_entry(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st;
    (void)type;
    (void)ftw;
    return remove(path);
}

void fixture_remove(const char *dir)
{
    nftw(dir, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}
