/* What the files of the subcommand import share. */
#ifndef TALKBOOK_CLI_IMPORT_H
#define TALKBOOK_CLI_IMPORT_H

#include "base/json_doc.h"
#include "cli/cli.h"

/* Imports exported notes: a directory of files, or (doc is not NULL) a document. */
enum cli_exit cli_import_notes(struct cli *cli, const char *path, const struct json_doc *doc);

#endif
