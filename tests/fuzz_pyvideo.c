/* pyvideo's records. */
#include <stdlib.h>

#include "base/mem.h"
#include "base/url.h"
#include "db/library_record.h"
#include "fuzz.h"

int fuzz_pyvideo(const uint8_t *data, size_t size)
{
    char *source = mem_dup_n((const char *)data, size);
    struct json_doc doc = { 0 };
    struct library_record record;
    struct buf remark = { 0 };
    struct err err = { 0 };
    bool ok = json_doc_read(&doc, source, &err);
    err_release(&err);
    if (!ok) {
        json_doc_release(&doc);
        free(source);
        return 0;
    }
    ok = library_record_read(&doc, &record, &remark);
    if (ok
        && (record.title[0] == '\0' || (record.url[0] != '\0' && !url_is_web(record.url))
            || (record.video_url[0] != '\0' && !url_is_web(record.video_url))
            || record.seconds < 0))
        abort();
    if (!ok && remark.len == 0)
        abort();
    library_record_release(&record);
    buf_release(&remark);
    json_doc_release(&doc);
    free(source);
    return 0;
}
