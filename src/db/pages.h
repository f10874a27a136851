/* The rows on the pages of a database file, found without the file's own directory of
 * them. Source of the format: sqlite.org/fileformat2.html, sections 1.6 and 2. */
#ifndef TALKBOOK_DB_PAGES_H
#define TALKBOOK_DB_PAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "db/wal.h"

enum { PAGES_COLUMNS_MAX = 16 };

struct pages_value {
    enum { PAGES_NULL, PAGES_INTEGER, PAGES_REAL, PAGES_TEXT, PAGES_BLOB } type;
    int64_t number;
    const char *text; /* len bytes, any */
    size_t len;
};

struct pages_row {
    int64_t rowid; /* of a table's row; 0 for an index's or a table's WITHOUT ROWID */
    bool table;
    bool cut;      /* its end is on a page that is not there */
    bool replaced; /* its page has a newer version, which can be read */
    int count;     /* of columns; rows with more than PAGES_COLUMNS_MAX are left out */
    struct pages_value values[PAGES_COLUMNS_MAX];
};

/* What the file says of the size of its pages, or else what is usual. */
size_t pages_size(const unsigned char *bytes, size_t len);

/* Which pages: those in the log that are newer than the file, the newest first; or those
 * of the file, and then those in the log that are older. */
enum pages_of { PAGES_LOG, PAGES_FILE };

/* Hands every row on every such page to each(), borrowed until it returns. bytes is a whole
 * database file; nothing in it, and in its log, is trusted. A text that goes on on a page
 * that is not there is cut, and what followed it is NULL. */
void pages_each(const unsigned char *bytes, size_t len, const struct wal *wal, enum pages_of of,
    void (*each)(void *context, const struct pages_row *row), void *context);

#endif
