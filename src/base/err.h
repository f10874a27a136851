/* What went wrong, in words for a person: the thing and the remedy. */
#ifndef TALKBOOK_BASE_ERR_H
#define TALKBOOK_BASE_ERR_H

#include <stdbool.h>

/* A zeroed struct is "no error". text is owned by the struct. Fallible
 * functions take a struct err * last, fill it once and return false. */
struct err {
    char *text;
};

/* Sets the message, replacing an earlier one; returns false, so that a
 * function can end with `return err_set(err, …)`. */
bool err_set(struct err *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The message, "" where there is none; borrowed. */
const char *err_text(const struct err *err);

void err_release(struct err *err);

#endif
