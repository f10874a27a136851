/* Databases as older versions of the program left them, with something in each table. */
#ifndef TALKBOOK_TESTS_OLD_DB_H
#define TALKBOOK_TESTS_OLD_DB_H

/* dir/old.db as the first `version` migrations made it; the caller frees the path. */
char *old_db_make(const char *dir, int version);

/* What the person wrote, by the columns that the first version had; the caller frees it. */
char *old_db_own(const char *path);

#endif
