/* Owns the log file, the one writable thing at file scope besides signal
 * flags. Must not write to the terminal. */
#include "base/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static FILE *sink;
static double opened_at;

double log_clock(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

bool log_open(const char *path, struct err *err)
{
    log_close();
    sink = fopen(path, "ae");
    if (sink == NULL)
        return err_set(err, "cannot write the log file %s: %s", path, strerror(errno));
    setvbuf(sink, NULL, _IOLBF, 0);
    opened_at = log_clock();
    return true;
}

void log_close(void)
{
    if (sink != NULL)
        fclose(sink);
    sink = NULL;
}

bool log_is_open(void)
{
    return sink != NULL;
}

void log_write(const char *format, ...)
{
    if (sink == NULL)
        return;
    fprintf(sink, "%10.3f ", log_clock() - opened_at);
    va_list args;
    va_start(args, format);
    vfprintf(sink, format, args);
    va_end(args);
    fputc('\n', sink);
}
