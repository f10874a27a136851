/* Owns what is known of the log's bytes. Must not know what its pages hold. */
#include "db/wal.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "db/mapped.h"
#include "db/pages.h"

enum { HEADER = 32, FRAME_HEADER = 24, MAGIC = 0x377F0682 };

struct sum {
    uint32_t a, b;
};

static uint32_t number_at(const unsigned char *at, bool big)
{
    return big ? (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3]
               : (uint32_t)at[3] << 24 | (uint32_t)at[2] << 16 | (uint32_t)at[1] << 8 | at[0];
}

static struct sum add_to_sum(struct sum sum, const unsigned char *at, size_t len, bool big)
{
    for (size_t i = 0; i + 8 <= len; i += 8) {
        sum.a += number_at(at + i, big) + sum.b;
        sum.b += number_at(at + i + 4, big) + sum.a;
    }
    return sum;
}

static const unsigned char *frame_at(const struct wal *wal, size_t frame)
{
    return wal->bytes + HEADER + frame * (FRAME_HEADER + wal->page);
}

static struct sum sum_at(const unsigned char *at)
{
    return (struct sum){ number_at(at, true), number_at(at + 4, true) };
}

/* Whether a frame goes on from the sum before it. */
static bool is_whole(const struct wal *wal, size_t frame, struct sum before, bool big)
{
    const unsigned char *at = frame_at(wal, frame);
    struct sum sum = add_to_sum(before, at, 8, big), stored = sum_at(at + 16);
    sum = add_to_sum(sum, at + FRAME_HEADER, wal->page, big);
    return wal_is_current(wal, frame) && sum.a == stored.a && sum.b == stored.b;
}

/* The log's head: false where it is damaged. */
static bool read_head(struct wal *wal, bool *big, struct sum *sum)
{
    uint32_t magic = number_at(wal->bytes, true);
    *big = (magic & 1) != 0;
    *sum = add_to_sum((struct sum){ 0, 0 }, wal->bytes, 24, *big);
    struct sum stored = sum_at(wal->bytes + 24);
    return (magic & ~1u) == MAGIC && sum->a == stored.a && sum->b == stored.b;
}

/* Whether a transaction ends with the frame; SQLite may write its last frame twice. */
static bool is_end(const struct wal *wal, size_t frame)
{
    const unsigned char *at = frame_at(wal, frame);
    bool end = number_at(at + 4, true) != 0;
    return end && memcmp(at, frame_at(wal, frame - 1), 8) != 0;
}

/* How many transactions end behind the frame, each frame going on from the one before. */
static size_t count_behind(const struct wal *wal, size_t frame, bool big)
{
    size_t ends = 0;
    for (size_t i = frame + 1; i < wal->count; i++)
        if (wal_is_current(wal, i - 1)
            && is_whole(wal, i, sum_at(frame_at(wal, i - 1) + 16), big))
            ends += is_end(wal, i);
    return ends;
}

/* A head that did not come to the disk, where nothing came that follows it. */
static bool is_blank(const unsigned char *bytes)
{
    static const unsigned char zeros[HEADER];
    return memcmp(bytes, zeros, HEADER) == 0;
}

static bool is_page_size(size_t size)
{
    return size >= 512 && size <= 65536 && (size & (size - 1)) == 0;
}

void wal_read(struct wal *wal, const unsigned char *bytes, size_t len, size_t page)
{
    bool big;
    struct sum sum;
    *wal = (struct wal){ .bytes = bytes, .page = page };
    if (len <= HEADER)
        return;
    bool headed = read_head(wal, &big, &sum);
    size_t own = number_at(bytes + 8, true);
    wal->page = headed && is_page_size(own) ? own : page;
    wal->count = (len - HEADER) / (FRAME_HEADER + wal->page);
    if (wal->count == 0) {
        wal->cut = !headed && !is_blank(bytes);
        return;
    }
    /* Each use of the log begins at its first frame. */
    const unsigned char *salts = headed ? bytes + 16 : frame_at(wal, 0) + 8;
    wal->salts[0] = number_at(salts, true);
    wal->salts[1] = number_at(salts + 4, true);
    size_t frame = 0;
    while (headed && frame < wal->count && is_whole(wal, frame, sum, big))
        sum = sum_at(frame_at(wal, frame++) + 16);
    wal->cut = headed ? count_behind(wal, frame, big) > 1
                      : !is_blank(bytes)
                            || count_behind(wal, 0, false) + count_behind(wal, 0, true) > 0;
}

const unsigned char *wal_page(const struct wal *wal, size_t frame)
{
    return frame_at(wal, frame) + FRAME_HEADER;
}

uint32_t wal_number(const struct wal *wal, size_t frame)
{
    return number_at(frame_at(wal, frame), true);
}

bool wal_is_current(const struct wal *wal, size_t frame)
{
    const unsigned char *at = frame_at(wal, frame);
    return number_at(at + 8, true) == wal->salts[0]
           && number_at(at + 12, true) == wal->salts[1];
}

/* --- files ------------------------------------------------------------- */

static bool look(const char *db, const char *log)
{
    struct mapped file = mapped_open(db), bytes = mapped_open(log);
    struct wal wal;
    wal_read(&wal, bytes.bytes, bytes.len, pages_size(file.bytes, file.len));
    mapped_close(&file);
    mapped_close(&bytes);
    return wal.cut;
}

bool wal_is_there(const char *db)
{
    struct stat status;
    struct buf log = { 0 };
    buf_addf(&log, "%s-wal", db);
    bool there = stat(log.data, &status) == 0 && status.st_size > HEADER;
    buf_release(&log);
    return there;
}

/* The bytes of the log's index that SQLite locks: for writing and for moving the log's
 * pages to the database, and one that everybody holds who has the database open. */
enum { WRITING = 120, WRITING_BYTES = 2, OPEN = 128 };

static int open_index(const char *db)
{
    struct buf index = { 0 };
    buf_addf(&index, "%s-shm", db);
    int fd = open(index.data, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    buf_release(&index);
    return fd;
}

static bool is_open(const char *db)
{
    struct flock lock = {
        .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = OPEN, .l_len = 1
    };
    int fd = open_index(db);
    bool open = fd >= 0 && fcntl(fd, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
    if (fd >= 0)
        close(fd);
    return open;
}

bool wal_is_cut(const char *db)
{
    struct buf log = { 0 };
    buf_addf(&log, "%s-wal", db);
    /* Who has it open has judged of it. Twice: somebody may open it at this moment. */
    bool cut = wal_is_there(db) && !is_open(db) && look(db, log.data) && look(db, log.data);
    buf_release(&log);
    return cut;
}

bool wal_hold(const char *db, int *held)
{
    enum { TRIES = 250 };
    static const struct timespec pause = { 0, 20L * 1000 * 1000 };
    struct flock lock = {
        .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = WRITING, .l_len = WRITING_BYTES
    };
    *held = open_index(db);
    bool busy = false;
    for (int i = 0; *held >= 0 && i < TRIES; i++) {
        if (fcntl(*held, F_SETLK, &lock) == 0)
            return true;
        busy = errno == EAGAIN || errno == EACCES;
        if (!busy)
            break;
        nanosleep(&pause, NULL);
    }
    if (*held >= 0)
        close(*held);
    *held = -1;
    return !busy;
}
