/* The --log file: keys, commands, SQL with milliseconds, resizes. */
#ifndef TALKBOOK_BASE_LOG_H
#define TALKBOOK_BASE_LOG_H

#include <stdbool.h>

#include "base/err.h"

/* Opens the file for appending; without it every other call does nothing. */
bool log_open(const char *path, struct err *err);
void log_close(void);
bool log_is_open(void);

/* One line, with the milliseconds since log_open() before it. */
void log_write(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Monotonic milliseconds, for measuring. */
double log_clock(void);

#endif
