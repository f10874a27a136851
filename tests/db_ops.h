/* What a database does for the program, each thing once, on a small database that has
 * something of everything. */
#ifndef TALKBOOK_TESTS_DB_OPS_H
#define TALKBOOK_TESTS_DB_OPS_H

#include "support.h"

/* `whole` is the database as it was made, `path` the copy that `db` is opened on by the
 * test; videos has a conference to import. */
struct world {
    char *dir, *path, *whole, *videos;
    struct db *db;
    struct json_doc catalog;
    char *key, *other;
    int64_t talk;
};

/* Makes the directory and the database; world_end() removes them. db is the caller's. */
void world_begin(struct world *w);
void world_end(struct world *w);

/* Makes path anew; db must be closed. */
void world_renew(struct world *w);

/* What may fail and yet the whole succeed: nothing; what is read for telling what was done,
 * once it is; the reading together of what is read (BEGIN, COMMIT); anything, what is done
 * being of help alone. */
enum db_op_kind { DB_OP_WRITES, DB_OP_TELLS, DB_OP_READS, DB_OP_HELPS };

struct db_op {
    const char *name;
    bool (*run)(struct world *w, struct err *err);
    enum db_op_kind kind;
};
extern const struct db_op db_ops[];
extern const size_t db_op_count;

#endif
