/* What the files of `talkbook note` share. */
#ifndef TALKBOOK_CLI_NOTES_H
#define TALKBOOK_CLI_NOTES_H

#include "cli/cli.h"

/* Where a note belongs: both NULL for a free one. */
struct note_place {
    char *talk_key, *topic_slug;
};

/* The place that the words from the second on or --topic name. Complains itself
 * where it is not EXIT_OK; note_place_release() it else. */
enum cli_exit note_place_find(struct cli *cli, struct note_place *place);
void note_place_release(struct note_place *place);

/* The note that the second word names. */
bool note_named(struct cli *cli, struct note *note);

/* The verbs that are not in notes.c. */
enum cli_exit note_list(struct cli *cli);
enum cli_exit note_trash(struct cli *cli);
enum cli_exit note_stamps(struct cli *cli);
enum cli_exit note_log(struct cli *cli);
enum cli_exit note_diff(struct cli *cli);
enum cli_exit note_revert(struct cli *cli);
enum cli_exit note_drafts(struct cli *cli);

/* Puts the revision that --rev asks for in the note's place, if it does. */
bool note_take_revision(struct cli *cli, struct note *note);

#endif
