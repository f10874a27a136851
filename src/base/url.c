/* Owns the scheme allow list. Must not know what is done with an address. */
#include "base/url.h"

#include <string.h>

bool url_is_web(const char *text)
{
    size_t scheme = strncmp(text, "https://", 8) == 0  ? 8
                    : strncmp(text, "http://", 7) == 0 ? 7
                                                       : 0;
    if (scheme == 0 || text[scheme] == '\0' || text[scheme] == '/')
        return false;
    for (const char *p = text; *p != '\0'; p++)
        if (*p <= ' ' || *p >= 0x7F || strchr("\"<>\\^`{|}", *p) != NULL)
            return false;
    return true;
}
