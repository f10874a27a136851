/* The program's version and what it was built with. */
#ifndef TALKBOOK_CLI_VERSION_H
#define TALKBOOK_CLI_VERSION_H

#include "base/buf.h"

/* Appends what --version prints. */
void version_add(struct buf *out);

#endif
