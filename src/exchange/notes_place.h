/* A directory of notes as files, opened, and what the database remembers of it. */
#ifndef TALKBOOK_EXCHANGE_NOTES_PLACE_H
#define TALKBOOK_EXCHANGE_NOTES_PLACE_H

#include "db/outside.h"
#include "exchange/folder.h"

/* The file that tells a directory of notes by its id. */
#define NOTES_PLACE_FILE ".talkbook"

/* The largest file that is read as a note. */
enum { NOTES_FILE_MAX = 64 * 1024 * 1024 };

struct notes_place {
    const char *path;          /* as it was named; borrowed */
    int at;                    /* the directory */
    char id[37];               /* "" where there is none and none could be made */
    struct db_outsides known;  /* by name */
    size_t *by_note;           /* places in known, by note */
    struct folder_names names; /* the .md files there but README.md, sorted */
    bool is_new;               /* it was without an id: no database wrote it */
    bool written;              /* something, since the last notes_place_sync() */
};

enum notes_use {
    NOTES_READ,  /* gets an id where one can be written */
    NOTES_WRITE, /* made where it is absent; one without an id must be empty or a git
                  * repository */
    NOTES_COPY   /* made, or empty; gets no id, since nothing can be remembered of it */
};

/* Opens it and reads what is there and what is known. One that cannot be used so is
 * refused. */
bool notes_place_open(struct notes_place *place, struct db *db, const char *path,
    enum notes_use use, struct err *err);
void notes_place_close(struct notes_place *place);

/* What is known of a note, or by a file's name; NULL for nothing. */
struct db_outside *notes_place_of_note(const struct notes_place *place, int64_t note_id);
struct db_outside *notes_place_named(const struct notes_place *place, const char *name);

/* Whether a file of that name was there when the place was opened. */
bool notes_place_has(const struct notes_place *place, const char *name);

/* How many files are known, where none of them is there any more; else 0. */
size_t notes_place_lost(const struct notes_place *place);

/* Whether name can be a file's in the directory and nowhere else, and is UTF-8 without
 * control characters: such a name stays, whoever gave it. */
bool notes_place_is_plain(const char *name);

/* Puts in *name one that no file has and none is known by: `stem`.md, else with the
 * beginning of the uuid, all of it, and a number. The caller frees it. */
void notes_place_name(
    const struct notes_place *place, const char *stem, const char *uuid, char **name);

/* Reads a file's text into `into`; where all its lines end in CR LF they end in LF
 * then. What is wrong goes to err without the name. */
bool notes_place_read(
    const struct notes_place *place, const char *name, struct buf *into, struct err *err);

/* Writes a file beside and puts it in its place; what is there must be a regular file.
 * *failed: the fault is the disk's or the directory's, not this file's. */
bool notes_place_write(struct notes_place *place, const char *name, const char *bytes,
    size_t len, bool *failed, struct err *err);

/* Removes a regular file. */
bool notes_place_remove(struct notes_place *place, const char *name, struct err *err);

/* What was written and removed is on the disk when this returns; nothing where nothing
 * was. */
bool notes_place_sync(struct notes_place *place, struct err *err);

#endif
