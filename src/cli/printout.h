/* Lists of any length, printed while they are read. */
#ifndef TALKBOOK_CLI_PRINTOUT_H
#define TALKBOOK_CLI_PRINTOUT_H

#include "cli/cli.h"
#include "exchange/json.h"

/* As --json asks: an array in json, or lines. It stays where it was begun. */
struct printout {
    struct cli *cli;
    bool as_json;
    struct buf out;
    struct json json;
    struct md_lines lines;
};

void printout_begin(struct printout *printout, struct cli *cli);

/* Ends an element of the array, an object that json_begin() began. */
void printout_end_object(struct printout *printout);

/* Prints what was added so far and forgets it; lines that a pager could still take
 * are kept for it, some thousand of them. */
bool printout_go_on(struct printout *printout);

/* Prints the rest where ok, else complains; gives the memory back. */
enum cli_exit printout_end(struct printout *printout, bool ok);

#endif
