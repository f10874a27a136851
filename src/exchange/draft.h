/* Texts that are being written in an editor: files that outlive a crash and know where
 * they belong. */
#ifndef TALKBOOK_EXCHANGE_DRAFT_H
#define TALKBOOK_EXCHANGE_DRAFT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"

/* Where a text belongs: to a note, or as a new one to a talk, a topic or nothing. */
struct draft_place {
    const char *db; /* the database's path */
    const char *talk_key, *topic_slug;
    const char *note_uuid; /* "" for a new note */
    int rev;               /* the revision that the text began as */
};

/* A draft: a file with the text and one beside it, ".about", that says where it belongs.
 * While a program works on a draft it holds a lock on the latter, which ends with the
 * program, however it ends. Strings are owned. */
struct draft {
    char *path, *about;
    int lock; /* -1: none is held */
    char *talk_key, *topic_slug, *note_uuid;
    int rev;
};

/* Writes a new draft into ~/.local/state/talkbook/drafts ($XDG_STATE_HOME), which must
 * be the person's own directory and no link; both files and their names are on the disk
 * when this returns. A line end is put behind a text that has none. */
bool draft_create(
    struct draft *draft, const struct draft_place *place, const char *text, struct err *err);

/* What the draft holds now, without one line end at its end: UTF-8, else false. */
bool draft_read(const struct draft *draft, char **text, struct err *err);

/* When its text was last changed, as date_add_now() writes it; nothing where the file is
 * gone. */
void draft_add_changed(const struct draft *draft, struct buf *out);

/* Lets go of the draft: the files stay, or are removed. Zeroed or kept already: nothing. */
void draft_keep(struct draft *draft);
void draft_forget(struct draft *draft);

/* The drafts of a database that no program works on, the oldest first, each locked for
 * the caller, who keeps or forgets each and frees the list. None where there is no
 * directory. */
struct draft *draft_list(const char *db, size_t *count);

#endif
