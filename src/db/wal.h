/* The log beside a database ("-wal"): its frames, and whether some of it is lost to SQLite.
 * Source of the format: sqlite.org/fileformat2.html, section 4. */
#ifndef TALKBOOK_DB_WAL_H
#define TALKBOOK_DB_WAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct wal {
    const unsigned char *bytes; /* borrowed */
    size_t page;                /* bytes of a page */
    size_t count;               /* frames, whatever their state */
    uint32_t salts[2];          /* of the frames that are newer than the database file */
    bool cut;                   /* see below */
};

/* Reads the log's bytes, none of which is trusted. page is what the database file says of
 * the size of its pages, for a log that does not say it.
 *
 * SQLite stops at the first frame that is damaged, as the end of a transaction that was not
 * finished looks like that. cut: behind it more was committed than one transaction can be,
 * or the log's own head is damaged; what follows is lost to SQLite. */
void wal_read(struct wal *wal, const unsigned char *bytes, size_t len, size_t page);

/* A frame's page, its number, and whether it is newer than the database file. */
const unsigned char *wal_page(const struct wal *wal, size_t frame);
uint32_t wal_number(const struct wal *wal, size_t frame);
bool wal_is_current(const struct wal *wal, size_t frame);

/* Whether the log beside a database is cut; false where there is none. */
bool wal_is_cut(const char *db);

/* Whether there is a log with something in it. */
bool wal_is_there(const char *db);

/* Keeps other programs from saving to the database until close(*held); -1: nobody has it
 * open. Who closes it last still moves the log to the database, without a lock that could
 * be held. False where another program was saving for some seconds. */
bool wal_hold(const char *db, int *held);

#endif
