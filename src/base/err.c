/* Owns error messages. Must not print them: that is for whoever owns the
 * terminal at that moment. */
#include "base/err.h"

#include <stdarg.h>
#include <stdlib.h>

#include "base/buf.h"

bool err_set(struct err *err, const char *format, ...)
{
    struct buf text = { 0 };
    va_list args;
    va_start(args, format);
    buf_addv(&text, format, args);
    va_end(args);
    /* Released last: an argument may be the old message. */
    free(err->text);
    err->text = buf_take(&text);
    return false;
}

const char *err_text(const struct err *err)
{
    return err->text != NULL ? err->text : "";
}

void err_release(struct err *err)
{
    free(err->text);
    err->text = NULL;
}
