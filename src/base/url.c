/* Owns the scheme allow list. Must not know what is done with an address. */
#include "base/url.h"

#include <string.h>

static bool is_plain(char c)
{
    return c > ' ' && c < 0x7F && strchr("\"<>\\^`{|}", c) == NULL;
}

bool url_is_web(const char *text)
{
    size_t scheme = strncmp(text, "https://", 8) == 0  ? 8
                    : strncmp(text, "http://", 7) == 0 ? 7
                                                       : 0;
    if (scheme == 0 || text[scheme] == '\0' || text[scheme] == '/')
        return false;
    for (const char *p = text; *p != '\0'; p++)
        if (!is_plain(*p))
            return false;
    return true;
}

void url_add_encoded(const char *text, struct buf *out)
{
    for (const char *p = text; *p != '\0'; p++) {
        if (is_plain(*p))
            buf_addc(out, *p);
        else
            buf_addf(out, "%%%02X", (unsigned char)*p);
    }
}
