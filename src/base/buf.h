/* A growing byte string, always NUL-terminated once something was added. */
#ifndef TALKBOOK_BASE_BUF_H
#define TALKBOOK_BASE_BUF_H

#include <stdarg.h>
#include <stddef.h>

/* A zeroed struct is an empty buffer. len counts bytes without the NUL. */
struct buf {
    char *data;
    size_t len;
    size_t cap;
};

void buf_add(struct buf *buf, const char *bytes, size_t len);
void buf_adds(struct buf *buf, const char *text);
void buf_addc(struct buf *buf, char c);
/* Decimal digits, without the cost of a format; for what is drawn at each key. */
void buf_add_int(struct buf *buf, long long value);
void buf_repeat(struct buf *buf, char c, size_t count);
void buf_addf(struct buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));
void buf_addv(struct buf *buf, const char *format, va_list args)
    __attribute__((format(printf, 2, 0)));

/* Inserts before byte `at`, removes `len` bytes from `at`. */
void buf_insert(struct buf *buf, size_t at, const char *bytes, size_t len);
void buf_remove(struct buf *buf, size_t at, size_t len);

/* The contents as a C string, "" when nothing was added; borrowed. */
const char *buf_text(const struct buf *buf);

/* Empties without giving memory back. */
void buf_clear(struct buf *buf);

/* Room for `size` bytes behind the text, to be written to before anything else is
 * done with the buffer; buf_used() then takes the first `used` of them over. */
char *buf_room(struct buf *buf, size_t size);
void buf_used(struct buf *buf, size_t used);

/* Keeps the first len bytes, of which there are that many. */
void buf_cut(struct buf *buf, size_t len);

/* Hands the contents over (never NULL, the caller frees) and empties buf. */
char *buf_take(struct buf *buf);

void buf_release(struct buf *buf);

#endif
