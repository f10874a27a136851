/* Notes made up by the thousand, hostile ones among them, for tests of what goes out
 * and comes back. */
#ifndef TALKBOOK_TESTS_NOTES_MADE_H
#define TALKBOOK_TESTS_NOTES_MADE_H

#include "support.h"

/* Adds `count` notes to talks, topics and nothing, in one transaction and with times of
 * their own; each eighth is edited some times, each tenth in the trash. Marks, tags, own
 * themes, places reached and searches, too. The same for the same seed. */
void made_fill(struct db *db, int count, uint64_t seed);

/* All that is the person's, as text that is the same where it is the same; of notes also
 * their revisions, or (no_history) only what files of notes keep. */
char *made_dump(const char *db_path, bool no_history);

#endif
