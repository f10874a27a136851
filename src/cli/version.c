/* Owns the text of --version. */
#include "cli/version.h"

#include "db/db.h"
#include "md/md.h"
#include "term/terminal.h"

void version_add(struct buf *out)
{
    buf_addf(out, "talkbook %s\nSQLite %s, cmark %s, %s\n", TALKBOOK_VERSION, db_library(),
        md_library(), terminal_library());
}
