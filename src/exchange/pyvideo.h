/* Importing pyvideo's data set from a directory. */
#ifndef TALKBOOK_EXCHANGE_PYVIDEO_H
#define TALKBOOK_EXCHANGE_PYVIDEO_H

#include "db/library.h"

/* The largest record that is read, in bytes; pyvideo's largest has 16 KB. */
enum { PYVIDEO_MAX_BYTES = 1024 * 1024 };

/* Of how many files a report keeps the names; the counts go on. */
enum { PYVIDEO_REMARKS_MAX = 1000 };

struct pyvideo_remark {
    char *file, *reason; /* below the directory; owned */
    bool rejected;       /* else values were left out */
};

struct pyvideo_report {
    int conferences;
    int outcomes[DB_LIBRARY__COUNT]; /* of records, and of folders under REJECTED */
    int partial;                     /* talks of which values were left out */
    struct pyvideo_remark *remarks;
    size_t count, cap;
};
void pyvideo_report_release(struct pyvideo_report *report);

/* Is told before each record, and from time to time while the database works, where
 * the import is; false ends it. conference is the folder's name, "" at the end. */
struct pyvideo_watch {
    bool (*step)(void *context, size_t done, size_t total, const char *conference);
    void *context;
};

/* Imports a folder with category.json and videos/, or all such folders in a
 * directory, in one transaction. Symbolic links below dir are not followed. What
 * cannot be read as a record is in the report and stops nothing; where err is
 * set (dir is no such directory, the database failed, the watch said stop)
 * nothing was changed. */
bool pyvideo_import(struct db *db, const char *dir, const struct pyvideo_watch *watch,
    struct pyvideo_report *report, struct err *err);

#endif
