/* Catalogs: what is read is as talkbook-catalog(5) has it, and what is not says why. */
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/mem.h"
#include "base/url.h"
#include "db/catalog_read.h"
#include "fuzz.h"

static void must(bool holds)
{
    if (!holds)
        abort();
}

static void check_talk(const struct catalog *catalog, const struct catalog_talk *talk)
{
    struct date date;
    for (int i = 0; i < TALK__TEXTS; i++)
        must(talk->texts[i] != NULL);
    must(talk->texts[TALK_ID][0] != '\0' && strchr(talk->texts[TALK_ID], '/') == NULL);
    must(talk->texts[TALK_TITLE][0] != '\0' && date_parse(talk->texts[TALK_STARTS], &date));
    must(talk->texts[TALK_URL][strspn(talk->texts[TALK_URL], " \t\r\n")] == '\0'
         || url_is_web(talk->texts[TALK_URL]));
    must(talk->texts[TALK_NOTE][0] == '\0' || talk->texts[TALK_NOTE_ID][0] != '\0');
    must(talk->seconds >= 0 && talk->seconds <= 7 * 24 * 3600);
    const struct catalog_names *lists[] = { &talk->speakers, &talk->themes };
    for (int i = 0; i < 2; i++) {
        must(lists[i]->first + lists[i]->count <= catalog->name_count);
        for (size_t k = 0; k < lists[i]->count; k++)
            must(catalog->names[lists[i]->first + k][0] != '\0');
    }
}

static void check_catalog(const struct catalog *catalog)
{
    must(catalog->conference[CONFERENCE_SLUG][0] != '\0');
    for (size_t i = 0; i < catalog->topic_count; i++)
        must(catalog_has_topic(catalog, catalog->topics[i][TOPIC_ID]));
    must(!catalog_has_topic(catalog, "No Such"));
    for (size_t i = 0; i < catalog->talk_count; i++)
        check_talk(catalog, &catalog->talks[i]);
}

int fuzz_catalog(const uint8_t *data, size_t size)
{
    char *source = mem_dup_n((const char *)data, size);
    struct json_doc doc = { 0 };
    struct err err = { 0 };
    if (json_doc_read(&doc, source, &err)) {
        struct catalog catalog;
        bool ok = catalog_read(&catalog, &doc, &err);
        if (ok)
            check_catalog(&catalog);
        else
            must(err_text(&err)[0] != '\0');
        catalog_release(&catalog);
    }
    err_release(&err);
    json_doc_release(&doc);
    free(source);
    return 0;
}
