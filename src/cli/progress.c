/* Owns the progress bar. Must not know what is going on. It moves with carriage
 * returns and blanks only, which every terminal understands. */
#include "cli/progress.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/log.h"
#include "base/sink.h"
#include "base/utf8.h"

/* ECHO_CELLS: the cells of ^C, which the terminal itself writes behind the line. */
enum { GAP_MS = 50, BAR_MOST = 24, BAR_LEAST = 8, ECHO_CELLS = 2 };

static void add_count(struct buf *out, size_t count)
{
    if (count >= 1000)
        buf_addf(out, "%zu,%03zu", count / 1000, count % 1000);
    else
        buf_addf(out, "%zu", count);
}

static void add_bar(struct buf *out, size_t done, size_t total, int cells)
{
    size_t full = total > 0 ? done * (size_t)cells / total : 0;
    buf_addc(out, '[');
    buf_repeat(out, '#', full);
    buf_repeat(out, '.', (size_t)cells - full);
    buf_addc(out, ']');
}

void progress_add_line(size_t done, size_t total, const char *what, int cols, struct buf *out)
{
    struct buf count = { 0 };
    char *clean = sink_line(what);
    int room = cols - 1 - ECHO_CELLS;
    add_count(&count, done);
    buf_adds(&count, " of ");
    add_count(&count, total);
    int bar = room - (int)count.len - 3;
    bar = bar > BAR_MOST ? BAR_MOST : bar;
    if (bar >= BAR_LEAST) {
        add_bar(out, done, total, bar);
        buf_addc(out, ' ');
        room -= bar + 3;
    }
    if ((int)count.len <= room) {
        buf_adds(out, count.data);
        room -= (int)count.len;
        if (room > 2) {
            buf_addc(out, ' ');
            buf_add(out, clean, utf8_fit(clean, strlen(clean), room - 1));
        }
    }
    buf_release(&count);
    free(clean);
}

static int columns(void)
{
    struct winsize size;
    return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

/* Writes the line over the one before it. */
static void put(struct progress *progress, struct buf *line)
{
    int cells = utf8_cells(buf_text(line), line->len);
    struct buf out = { 0 };
    buf_addc(&out, '\r');
    buf_add(&out, buf_text(line), line->len);
    if (cells < progress->cells)
        buf_repeat(&out, ' ', (size_t)(progress->cells - cells));
    if (cells == 0) {
        buf_repeat(&out, ' ', ECHO_CELLS);
        buf_addc(&out, '\r');
    }
    progress->cells = cells;
    /* A bar that cannot be written is no reason to stop. */
    if (write(STDERR_FILENO, out.data, out.len) < 0)
        progress->on = false;
    buf_release(&out);
}

void progress_show(struct progress *progress, size_t done, size_t total, const char *what)
{
    double now = log_clock();
    if (progress->last == 0)
        progress->on = isatty(STDERR_FILENO);
    if (progress->last != 0 && now - progress->last < GAP_MS)
        return;
    progress->last = now;
    if (!progress->on)
        return;
    struct buf line = { 0 };
    progress_add_line(done, total, what, columns(), &line);
    put(progress, &line);
    buf_release(&line);
}

void progress_end(struct progress *progress)
{
    struct buf nothing = { 0 };
    if (progress->cells > 0)
        put(progress, &nothing);
}
