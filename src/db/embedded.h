/* Files that the build puts into the program (see the Makefile). */
#ifndef TALKBOOK_DB_EMBEDDED_H
#define TALKBOOK_DB_EMBEDDED_H

/* schema.sql and data/pycon-us-2025.json, each NUL-terminated, and a digest of
 * the catalog that changes when it does. */
extern const char embedded_schema[];
extern const char embedded_catalog[];
extern const char embedded_catalog_digest[];

#endif
